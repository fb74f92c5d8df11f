"""Whether a place changed by more than another where nothing was done: difference in differences.

Source: J. D. Angrist and J.-S. Pischke, Mostly Harmless Econometrics, 2009, section 5.2. Both places are seen in the
same intervals, so that the regression on place, time and both together is that of their difference on time: its
standard error is Newey and West's of that one series, which a count of rows would understate
(M. Bertrand, E. Duflo and S. Mullainathan, Quarterly J. Economics 119, 2004).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.statistics.interrupted_series import Missing, missing
from workbench.statistics.newey_west import UNKNOWN, Errors, Estimate, lags_for, newey_west


@dataclass(frozen=True)
class Cells:
    """Means of both places before and after, in the unit of the series."""

    treated_before: float
    treated_after: float
    other_before: float
    other_after: float

    @property
    def difference(self) -> float:
        """Change of the treated place less that of the other."""
        return (self.treated_after - self.treated_before) - (self.other_after - self.other_before)


@dataclass(frozen=True)
class Difference:
    """A place against another, before and after.

    Parameters
    ----------
    missing : Missing
        Where anything is, all estimates are unknown.
    cells : Cells
        Over the intervals in which both are known.
    effect : Estimate
        Equal to ``cells.difference``.
    earlier_slope : Estimate
        By which the places drew apart with each interval before the start: nought where they ran parallel. An
        interval that holds nought but is wide shows no more than that nothing can be told.
    by_drift : Estimate
        What that slope alone would have made of the effect, had it gone on.
    lags : int
    """

    missing: Missing
    cells: Cells
    effect: Estimate = UNKNOWN
    earlier_slope: Estimate = UNKNOWN
    by_drift: Estimate = UNKNOWN
    lags: int = 0

    @property
    def drew_apart(self) -> bool:
        """Whether the places clearly did not run parallel before: the effect is then not one of what was done."""
        return self.earlier_slope.is_clear


def difference_in_differences(
    treated: Sequence[float],
    other: Sequence[float],
    start: int,
    season: int = 0,
    confidence: float = 0.95,
    errors: Errors = "adjusted",
) -> Difference:
    """Change of a place less that of another where nothing was done.

    Parameters
    ----------
    treated, other : sequence of float
        Both in time order, for the same intervals; NaN where missing.
    start : int
        Place of the first interval after the change.
    season : int
        Intervals in a year, where the difference is seasonal: the errors then reach back one.
    confidence : float
        Of the two-sided intervals.
    errors : {'adjusted', 'plain'}
        Newey and West's errors adjusted for short series, or as published.

    Raises
    ------
    ValueError
        Where the series differ in length.
    """
    one, two = np.asarray(treated, float), np.asarray(other, float)
    if len(one) != len(two):
        raise ValueError(f"both places need the same intervals, got {len(one)} and {len(two)}.")
    apart = one - two
    cells, short = _cells(one, two, apart, start), missing(apart, start)
    if short.any:
        return Difference(short, cells)
    place = np.arange(len(apart), dtype=float)
    after = (place >= start).astype(float)
    lags = lags_for(int((~np.isnan(apart)).sum()), season)
    found = newey_west(np.column_stack([np.ones(len(apart)), after]), apart, lags)
    slope = _earlier_slope(apart[:start], season, confidence, errors)
    return Difference(
        short,
        cells,
        found.estimate([0, 1], confidence, errors),
        slope,
        _times(slope, _distance(place, after, apart)),
        lags,
    )


def _cells(one: np.ndarray, two: np.ndarray, apart: np.ndarray, start: int) -> Cells:
    both = ~np.isnan(apart)
    early = np.arange(len(apart)) < start
    return Cells(*(_mean(part[both & side]) for part in (one, two) for side in (early, ~early)))


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else np.nan


def _earlier_slope(before: np.ndarray, season: int, confidence: float, errors: Errors) -> Estimate:
    line = np.column_stack([np.ones(len(before)), np.arange(len(before))])
    lags = lags_for(int((~np.isnan(before)).sum()), season)
    return newey_west(line, before, lags).estimate([0, 1], confidence, errors)


def _distance(place: np.ndarray, after: np.ndarray, apart: np.ndarray) -> float:
    """Intervals from the middle of those before to the middle of those after."""
    known = ~np.isnan(apart)
    return float(place[known & (after == 1)].mean() - place[known & (after == 0)].mean())


def _times(found: Estimate, factor: float) -> Estimate:
    parts = (factor * part for part in (found.value, found.error, found.lower, found.upper))
    return Estimate(*parts, found.p)
