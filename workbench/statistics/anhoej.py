"""Run charts: a median, and whether points lie about it at random by Anhoej's two rules.

Sources: J. Anhoej and A. V. Olesen, Run charts revisited, PLoS ONE 9, 2014; longest run: M. F. Schilling 2012;
crossings: Z. Chen 2010. A run chart needs no spread and no law, and finds shifts, not single wild points.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import bdtr

from workbench.statistics.limit_frames import layout, limit_frame
from workbench.statistics.nhs_rules import Flags, Lines, sides

FEW = 0.05  # of random series of points have so few crossings


@dataclass(frozen=True)
class Runs:
    """Runs about a centre line.

    Parameters
    ----------
    n : int
        Points that are not on the line (useful points); the others are skipped, as are missing ones.
    longest, crossings : int
        Points of the longest run on one side, and how often the line is crossed.
    longest_max, crossings_min : int or None
        What a random series would not exceed, and not fall short of; None without a useful point.
    """

    n: int
    longest: int
    crossings: int
    longest_max: int | None
    crossings_min: int | None

    @property
    def long_run(self) -> bool:
        """Whether the longest run is longer than chance makes it."""
        return self.longest_max is not None and self.longest > self.longest_max

    @property
    def few_crossings(self) -> bool:
        """Whether the line is crossed more seldom than chance makes it."""
        return self.crossings_min is not None and self.crossings < self.crossings_min

    @property
    def signal(self) -> bool:
        """Whether either rule says that the points do not lie at random."""
        return self.long_run or self.few_crossings


def critical_values(n: int) -> tuple[int, int]:
    """Longest run and fewest crossings that chance allows ``n`` useful points: (8, 8) for 24.

    ``round(log2 n) + 3`` and the 5 % quantile of a binomial of ``n - 1`` trials.

    Raises
    ------
    ValueError
        When ``n`` is below 1.
    """
    if n < 1:
        raise ValueError(f"critical values are for 1 point or more, got {n}.")
    at_most = bdtr(np.arange(n), n - 1, 0.5)
    return round(np.log2(n)) + 3, int(np.searchsorted(at_most, FEW))


def runs(
    values: Sequence[float],
    centre: Sequence[float] | float,
    limits: Callable[[int], tuple[int, int]] = critical_values,
) -> Runs:
    """Runs of a series about its centre line.

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing or excluded.
    centre : sequence of float or float
    limits : callable
        Longest run and fewest crossings that chance allows so many points: each rule by itself, or
        :func:`workbench.statistics.run_box.best_box`, both together.

    Returns
    -------
    Runs
    """
    side = sides(values, centre)
    side = side[side != 0]
    if not len(side):
        return Runs(0, 0, 0, None, None)
    starts = np.flatnonzero(np.diff(side, prepend=0))
    lengths = np.diff(starts, append=len(side))
    return Runs(len(side), int(lengths.max()), len(starts) - 1, *limits(len(side)))


def runs_of_phases(values: Sequence[float], limits: pd.DataFrame) -> pd.DataFrame:
    """Runs within each phase of any chart.

    Parameters
    ----------
    values : sequence of float
    limits : DataFrame
        One row a point, with ``phase`` and ``mean``, as :func:`run_chart` gives.

    Returns
    -------
    DataFrame
        One row a phase: ``phase``, ``n``, ``longest``, ``longest_max``, ``crossings``, ``crossings_min``,
        ``long_run``, ``few_crossings``, ``signal``.
    """
    series, phase = np.asarray(values, float), limits["phase"].to_numpy()
    names = [
        "n",
        "longest",
        "longest_max",
        "crossings",
        "crossings_min",
        "long_run",
        "few_crossings",
        "signal",
    ]
    numbers = pd.unique(phase)
    found = [runs(series[phase == number], limits["mean"][phase == number]) for number in numbers]
    rows = [[getattr(each, name) for name in names] for each in found]
    return pd.DataFrame(rows, columns=names).assign(phase=numbers)[["phase", *names]]


def long_runs(values: Sequence[float], limits: pd.DataFrame) -> np.ndarray:
    """Members of runs that are longer than chance makes them: 1 above the centre line, -1 below, else 0.

    Parameters
    ----------
    values, limits
        See :func:`runs_of_phases`.
    """
    series, phase, centre = np.asarray(values, float), limits["phase"].to_numpy(), limits["mean"].to_numpy()
    found = np.zeros(len(series), int)
    for number in np.unique(phase):
        side = np.where(phase == number, sides(series, centre), 0)
        useful = int((side != 0).sum())
        if useful:
            found += _longer(side, critical_values(useful)[0])
    return found


def _longer(side: np.ndarray, longest_max: int) -> np.ndarray:
    """Sides of the members of runs of more than so many useful points, else 0."""
    useful, found = np.flatnonzero(side), np.zeros(len(side), int)
    parts = np.split(useful, np.flatnonzero(np.diff(side[useful])) + 1)
    for part in (part for part in parts if len(part) > longest_max):
        found[part] = side[part]
    return found


@dataclass(frozen=True)
class RunsRules:
    """Both of Anhoej's rules for :func:`workbench.statistics.nhs_rules.signals`: about any centre line.

    Points on the line and missing ones are skipped; they do not break a run. Few crossings are a fact of the whole
    stretch, without a side, and are flagged at its latest useful point.

    Parameters
    ----------
    limits : callable
        As of :func:`runs`.
    """

    limits: Callable[[int], tuple[int, int]] = critical_values

    def found(self, series: np.ndarray, limits: Lines) -> dict[str, Flags]:
        """Flags by the name of a rule, for the points of one phase."""
        high, last = np.zeros(series.shape, int), np.zeros(series.shape, bool)
        for row in np.ndindex(series.shape[:-1]):  # each skips points of its own
            high[row], last[row] = self._found(series[row], limits["mean"][row])
        return {"long_run": (high != 0, high), "few_crossings": (last, np.zeros_like(high))}

    def _found(self, series: np.ndarray, centre: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sides of long runs, and where few crossings are flagged."""
        side, seen = sides(series, centre), runs(series, centre, self.limits)
        high = _longer(side, seen.longest_max) if seen.n else np.zeros(len(side), int)
        return high, (np.arange(len(side)) == max(np.flatnonzero(side), default=-1)) & seen.few_crossings


def run_chart(
    values: Sequence[float], *, baseline: Sequence[bool] | None = None, phases: Sequence[int] | None = None
) -> pd.DataFrame:
    """The median of every point's phase.

    Parameters
    ----------
    values, baseline, phases
        See :func:`workbench.statistics.xmr.chart`.

    Returns
    -------
    DataFrame
        As :func:`workbench.statistics.xmr.chart` gives; ``mean`` is the median, and there are no limits.
    """
    series = np.asarray(values, float)
    points = layout(~np.isnan(series), baseline, phases)
    median = points.each(lambda own: np.median(series[own]) if own.any() else np.nan)
    return limit_frame(points, median, np.full(len(series), np.nan))
