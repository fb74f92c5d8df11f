"""The four NHS rules for special causes, and what a signal means for better or worse.

Source: NHS England, Making Data Count; as coded and tested in NHSRplotthedots 0.2.2.
Deviations, all explicit: a missing point breaks every run; equality is judged to one part in 10^9,
so that a mean that rounds differently from its own points is not a signal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import pandas as pd

TOLERANCE = 1e-9

COMMON_CAUSE = "common_cause"
IMPROVEMENT = "special_cause_improvement"
CONCERN = "special_cause_concern"
NEUTRAL_HIGH = "special_cause_neutral_high"
NEUTRAL_LOW = "special_cause_neutral_low"

Direction = Literal["increase", "decrease", "neutral"]
Lines = Mapping[str, np.ndarray]  # the columns of a chart's frame that rules look at
LINES = ("mean", "lower", "upper", "near_lower", "near_upper", "sigma", "one_lower", "one_upper")
Flags = tuple[np.ndarray, np.ndarray]  # which points break a rule, and to which side: 1, -1, or 0 for neither


class Rules(Protocol):
    """Any set of rules that :func:`signals` can apply: these, or those of ``run_rules``.

    Points and lines are those of one series, or of a table of them with a row for each; flags have their shape.
    """

    def found(self, series: np.ndarray, limits: Lines) -> dict[str, Flags]:
        """Flags by the name of a rule, the most serious first, for the points of one phase."""


@dataclass(frozen=True)
class RuleSet:
    """The four NHS rules, and how many points make a shift and a trend."""

    shift: int = 7
    trend: int = 7

    def found(self, series: np.ndarray, limits: Lines) -> dict[str, Flags]:
        """Flags by the name of a rule, for the points of one phase."""
        side, outside = sides(series, limits["mean"]), beyond(series, limits["lower"], limits["upper"])
        near = (beyond(series, limits["near_lower"], limits["near_upper"]) != 0) & (outside == 0)
        highs = {
            "outside": outside,
            "trend": fill_back(trend_flags(series, self.trend), self.trend),
            "two_of_three": np.where(two_of_three(near, side) & near, side, 0),
            "shift": fill_back(shift_flags(side, self.shift), self.shift),
        }
        return {name: (high != 0, high) for name, high in highs.items()}


RULE_SETS = {"nhs": RuleSet(), "nhs_six": RuleSet(shift=6, trend=6)}


def sides(values: Sequence[float], centre: Sequence[float] | float) -> np.ndarray:
    """1 above the centre line, -1 below, 0 on it or missing."""
    series, line = np.broadcast_arrays(np.asarray(values, float), np.asarray(centre, float))
    away = series - line
    slack = TOLERANCE * np.maximum(np.abs(series), np.abs(line))
    return np.where(np.abs(away) > slack, np.sign(away), 0.0).astype(int)


def beyond(values: Sequence[float], lower: Sequence[float], upper: Sequence[float]) -> np.ndarray:
    """1 above the upper line, -1 below the lower, 0 between, on one, or missing."""
    return (sides(values, upper) == 1).astype(int) - (sides(values, lower) == -1)


def runs(signs: Sequence[int], length: int) -> np.ndarray:
    """The common sign of the last ``length`` entries where they all agree, else 0.

    A run is flagged at its ``length``-th entry and later; 0 breaks it.
    """
    marks = np.asarray(signs, int)
    place = np.arange(marks.shape[-1])
    begins = np.diff(marks, prepend=0, axis=-1) != 0
    run = place - np.maximum.accumulate(np.where(begins, place, 0), axis=-1) + 1
    return np.where(run >= length, marks, 0)


def shift_flags(side: Sequence[int], length: int = 7) -> np.ndarray:
    """Where ``length`` successive points lie on one side of the mean: 1, -1 or 0 at the last of them."""
    return runs(np.asarray(side, int), length)


def trend_flags(values: Sequence[float], length: int = 7) -> np.ndarray:
    """Where ``length`` successive points rise or fall (``length`` - 1 steps; a tie breaks the trend)."""
    series = np.asarray(values, float)
    if series.shape[-1] < 2:
        return np.zeros(series.shape, int)
    steps = runs(sides(series[..., 1:], series[..., :-1]), length - 1)
    return np.concatenate([np.zeros_like(steps[..., :1]), steps], axis=-1)


def fill_back(flags: Sequence[int], length: int = 7) -> np.ndarray:
    """The flag of every member of a flagged run.

    A point is a member when its own flag or one of the next ``length`` - 1 is set. Where two runs
    meet in one point (a peak), the run that was complete first names it.
    """
    own = np.asarray(flags, int)
    marks = np.concatenate([own, np.zeros((*own.shape[:-1], 1), int)], axis=-1)
    place = np.arange(marks.shape[-1])
    ahead = np.where(marks != 0, place, place[-1])
    following = np.minimum.accumulate(ahead[..., ::-1], axis=-1)[..., ::-1]
    named = np.take_along_axis(marks, following, axis=-1)
    return np.where(following - place < length, named, 0)[..., :-1]


def two_of_three(near: Sequence[bool], side: Sequence[int]) -> np.ndarray:
    """Members of any three successive points on one side of which two or more are near the limit."""
    close, sign = np.asarray(near, bool), np.asarray(side, int)
    together = np.abs(sign[..., 2:] + sign[..., 1:-1] + sign[..., :-2]) == 3
    found = together & (close[..., 2:].astype(int) + close[..., 1:-1] + close[..., :-2] >= 2)
    member, windows = np.zeros(close.shape, bool), found.shape[-1]
    for place in range(3 if windows else 0):
        member[..., place : place + windows] |= found
    return member


def signals(values: Sequence[float], limits: pd.DataFrame, rules: Rules = RULE_SETS["nhs"]) -> pd.DataFrame:
    """Which rule each point breaks, and to which side.

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing or excluded: such a point has no signal and breaks runs.
    limits : DataFrame
        One row a point, as :func:`workbench.statistics.xmr.chart` returns: ``phase``, ``mean``, ``lower``,
        ``upper``, ``near_lower``, ``near_upper``. Runs do not cross phases.
    rules : RuleSet
        These four, or a set of :mod:`workbench.statistics.run_rules`.

    Returns
    -------
    DataFrame
        One row a point: ``rule`` (``outside``, ``trend``, ``two_of_three``, ``shift`` or empty; the
        first that applies in this order) and ``high``: 1, -1, or 0 where there is no rule, or one of another
        set that has no side (``alternating``, ``hugging``, ``mixture``): neither better nor worse.

    Notes
    -----
    Outside is strict. A point beyond a limit does not count as near it. Of a two-of-three window only
    the near points are flagged, of a trend or shift all members.
    """
    lines = {name: limits[name].to_numpy(float)[None] for name in LINES if name in limits}
    names, highs = broken(np.asarray(values, float)[None], lines, limits["phase"].to_numpy(), rules)
    return pd.DataFrame({"rule": pd.Series(names[0], dtype=str), "high": highs[0]})


def broken(
    series: np.ndarray, lines: Lines, phase: np.ndarray, rules: Rules
) -> tuple[np.ndarray, np.ndarray]:
    """``rule`` and ``high`` of :func:`signals`, of a table of series that were restarted together, each a table.

    Parameters
    ----------
    series : ndarray of float
        One row a series, its last axis time.
    lines : mapping of str to ndarray
        The columns of :func:`signals`' limits, each a table.
    phase : ndarray of int
        Number of the rebase group of each point, the same for all series.
    rules : RuleSet
    """
    names, highs = np.full(series.shape, "", dtype=object), np.zeros(series.shape, int)
    for number in np.unique(phase):
        own = phase == number
        part = {name: np.compress(own, line, axis=-1) for name, line in lines.items()}
        found = rules.found(np.compress(own, series, axis=-1), part)
        names[:, own], highs[:, own] = _most_serious(found, (len(series), int(own.sum())))
    return names, highs


def _most_serious(found: dict[str, Flags], shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    names, highs = np.full(shape, "", dtype=object), np.zeros(shape, int)
    for name, (marked, high) in reversed(found.items()):
        names[marked], highs[marked] = name, high[marked]
    return names, highs


def point_type(high: int, direction: Direction) -> str:
    """The word for a signal: improvement or concern, or merely high or low of a neutral measure."""
    if not high:
        return COMMON_CAUSE
    if direction == "neutral":
        return NEUTRAL_HIGH if high > 0 else NEUTRAL_LOW
    better = high > 0 if direction == "increase" else high < 0
    return IMPROVEMENT if better else CONCERN
