"""The four NHS rules for special causes, and what a signal means for better or worse.

Source: NHS England, Making Data Count; as coded and tested in NHSRplotthedots 0.2.2.
Deviations, all explicit: a missing point breaks every run; equality is judged to one part in 10^9,
so that a mean that rounds differently from its own points is not a signal.
"""

from collections.abc import Sequence
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
Flags = tuple[np.ndarray, np.ndarray]  # which points break a rule, and to which side: 1, -1, or 0 for neither


class Rules(Protocol):
    """Any set of rules that :func:`signals` can apply: these, or those of ``run_rules``."""

    def found(self, series: np.ndarray, limits: pd.DataFrame) -> dict[str, Flags]:
        """Flags by the name of a rule, the most serious first, for the points of one phase."""


@dataclass(frozen=True)
class RuleSet:
    """The four NHS rules, and how many points make a shift and a trend."""

    shift: int = 7
    trend: int = 7

    def found(self, series: np.ndarray, limits: pd.DataFrame) -> dict[str, Flags]:
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
    found = np.zeros(len(signs), int)
    run = 0
    for position, sign in enumerate(signs):
        continues = position > 0 and sign == signs[position - 1]
        run = (run + 1 if continues else 1) if sign else 0
        found[position] = sign if run >= length else 0
    return found


def shift_flags(side: Sequence[int], length: int = 7) -> np.ndarray:
    """Where ``length`` successive points lie on one side of the mean: 1, -1 or 0 at the last of them."""
    return runs(np.asarray(side, int), length)


def trend_flags(values: Sequence[float], length: int = 7) -> np.ndarray:
    """Where ``length`` successive points rise or fall (``length`` - 1 steps; a tie breaks the trend)."""
    series = np.asarray(values, float)
    if len(series) < 2:
        return np.zeros(len(series), int)
    return np.concatenate([[0], runs(sides(series[1:], series[:-1]), length - 1)])


def fill_back(flags: Sequence[int], length: int = 7) -> np.ndarray:
    """The flag of every member of a flagged run.

    A point is a member when its own flag or one of the next ``length`` - 1 is set. Where two runs
    meet in one point (a peak), the run that was complete first names it.
    """
    marks = np.asarray(flags, int)
    filled = np.zeros(len(marks), int)
    for position in range(len(marks)):
        ahead = marks[position : position + length]
        filled[position] = next((int(flag) for flag in ahead if flag), 0)
    return filled


def two_of_three(near: Sequence[bool], side: Sequence[int]) -> np.ndarray:
    """Members of any three successive points on one side of which two or more are near the limit."""
    close, sign = np.asarray(near, bool), np.asarray(side, int)
    member = np.zeros(len(close), bool)
    for start in range(len(close) - 2):
        window = slice(start, start + 3)
        if abs(sign[window].sum()) == 3 and close[window].sum() >= 2:
            member[window] = True
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
        first that applies in this order) and ``high`` (1, -1 or 0).

    Notes
    -----
    Outside is strict. A point beyond a limit does not count as near it. Of a two-of-three window only
    the near points are flagged, of a trend or shift all members.
    """
    series = np.asarray(values, float)
    phase = limits["phase"].to_numpy()
    parts = [
        _of_phase(series[phase == number], limits[phase == number], rules) for number in pd.unique(phase)
    ]
    if not parts:
        return pd.DataFrame({"rule": pd.Series(dtype=str), "high": pd.Series(dtype=int)})
    return pd.concat(parts, ignore_index=True)


def _of_phase(series: np.ndarray, limits: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    names, highs = np.full(len(series), "", dtype=object), np.zeros(len(series), int)
    for name, (marked, high) in reversed(rules.found(series, limits).items()):
        names[marked], highs[marked] = name, high[marked]
    return pd.DataFrame({"rule": pd.Series(names, dtype=str), "high": pd.Series(highs, dtype=int)})


def point_type(high: int, direction: Direction) -> str:
    """The word for a signal: improvement or concern, or merely high or low of a neutral measure."""
    if not high:
        return COMMON_CAUSE
    if direction == "neutral":
        return NEUTRAL_HIGH if high > 0 else NEUTRAL_LOW
    better = high > 0 if direction == "increase" else high < 0
    return IMPROVEMENT if better else CONCERN
