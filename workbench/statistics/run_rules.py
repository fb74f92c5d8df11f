"""Rules for special causes by the name of their authors, for :func:`workbench.statistics.nhs_rules.signals`.

Sources: Western Electric Co., Statistical Quality Control Handbook, 1956; L. S. Nelson, The Shewhart control
chart: tests for special causes, J. Quality Technology 16, 1984, both as in qcc 3.0; PowerBI-SPC; runcharter; Anhoej's as
:mod:`workbench.statistics.anhoej` has them. A missing point breaks every pattern but these, and a series without spread has no signal: both are choices made here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from workbench.statistics import nhs_rules
from workbench.statistics.anhoej import RunsRules, critical_values
from workbench.statistics.nhs_rules import (
    Flags,
    Lines,
    beyond,
    fill_back,
    runs,
    shift_flags,
    sides,
    trend_flags,
)
from workbench.statistics.run_box import FEWEST, MOST, best_box


@dataclass(frozen=True)
class Points:
    """What the rules look at, one entry a point of one phase.

    Parameters
    ----------
    values : ndarray of float
    known : ndarray of bool
        Points with a value.
    side, outside, two_sigma, one_sigma : ndarray of int
        1 above and -1 below the centre line, and beyond the limits, the near limits and a third of the way to
        the limits; else 0.
    spread : ndarray of bool
        Where the limits have a width.
    """

    values: np.ndarray
    known: np.ndarray
    side: np.ndarray
    outside: np.ndarray
    two_sigma: np.ndarray
    one_sigma: np.ndarray
    spread: np.ndarray


def points(series: np.ndarray, limits: Lines) -> Points:
    """Points of one phase against their limits.

    A chart whose spread is not even on both sides (t, g) names the lines one sigma away in columns
    ``one_lower`` and ``one_upper``; of the others they are the centre line -/+ ``sigma``.
    """
    one_lower = limits.get("one_lower", limits["mean"] - limits["sigma"])
    one_upper = limits.get("one_upper", limits["mean"] + limits["sigma"])
    return Points(
        values=series,
        known=~np.isnan(series),
        side=sides(series, limits["mean"]),
        outside=beyond(series, limits["lower"], limits["upper"]),
        two_sigma=beyond(series, limits["near_lower"], limits["near_upper"]),
        one_sigma=beyond(series, one_lower, one_upper),
        spread=sides(limits["upper"], limits["lower"]) == 1,
    )


@dataclass(frozen=True)
class Rule:
    """A pattern of neighbouring points.

    Parameters
    ----------
    length : int
        Points of the pattern.
    ends : callable
        Points to 1, -1 or 0: where a pattern is complete, and to which side.
    counted : callable, optional
        Points to 1, -1 or 0: which of a pattern's points count; all when left out.
    sided : bool
        Whether the pattern says anything of high or low.
    """

    length: int
    ends: Callable[[Points], np.ndarray]
    counted: Callable[[Points], np.ndarray] | None = None
    sided: bool = True

    def flags(self, seen: Points, members: bool) -> Flags:
        """Points that complete a pattern, or all its members."""
        ends = self.ends(seen)
        high = self._members(ends, seen) if members else ends
        return high != 0, high if self.sided else np.zeros_like(high)

    def _members(self, ends: np.ndarray, seen: Points) -> np.ndarray:
        if self.counted is None:
            return fill_back(ends, self.length)
        counted = self.counted(seen)
        ahead = {sign: fill_back(np.where(ends == sign, sign, 0), self.length) for sign in (1, -1)}
        return np.where((counted != 0) & (np.where(counted > 0, ahead[1], ahead[-1]) != 0), counted, 0)


@dataclass(frozen=True)
class PatternSet:
    """Rules by name, the most serious first.

    Parameters
    ----------
    rules : mapping of str to Rule
    members : bool
        Whether all members of a pattern are flagged (NHS, PowerBI-SPC) or the point that completes it and
        those that carry it on (Western Electric and Nelson, who mark the point at which to act).
    """

    rules: Mapping[str, Rule]
    members: bool

    def found(self, series: np.ndarray, limits: Lines) -> dict[str, Flags]:
        """Flags by the name of a rule, for the points of one phase."""
        seen = points(np.asarray(series, float), limits)
        return {name: rule.flags(seen, self.members) for name, rule in self.rules.items()}


def some_of(signs: np.ndarray, known: np.ndarray, count: int, length: int, whole: bool) -> np.ndarray:
    """Where ``count`` of the ``length`` latest points have the sign of the latest: it, else 0.

    ``whole``: there must be so many points (Western Electric, Nelson). Else fewer may do at the start of a
    series (PowerBI-SPC).
    """
    wanted = length if whole else np.minimum(np.arange(1, signs.shape[-1] + 1), length)
    alike = np.where(signs > 0, _latest(signs > 0, length), _latest(signs < 0, length))
    return np.where((alike >= count) & (_latest(known, length) == wanted), signs, 0)


def alternating(values: np.ndarray, length: int) -> np.ndarray:
    """1 where the ``length`` latest points went up and down in turn."""
    if values.shape[-1] < 3:
        return np.zeros(values.shape, int)
    steps = sides(values[..., 1:], values[..., :-1])
    turns = runs((steps[..., 1:] * steps[..., :-1] == -1).astype(int), length - 2)
    return np.concatenate([np.zeros((*turns.shape[:-1], 2), int), turns], axis=-1)


def mixture(one_sigma: np.ndarray, length: int) -> np.ndarray:
    """1 where the ``length`` latest points lie beyond one sigma, some above and some below."""
    above, below = _latest(one_sigma == 1, length), _latest(one_sigma == -1, length)
    return ((above + below == length) & (above > 0) & (below > 0)).astype(int)


def useful_shift(seen: Points, length: int) -> np.ndarray:
    """Members of ``length`` successive points on one side; those on the centre line are skipped."""
    found, kept = np.zeros(seen.side.shape, int), (seen.side != 0) | ~seen.known
    for row in np.ndindex(kept.shape[:-1]):  # each skips points of its own
        left = seen.side[row][kept[row]]
        found[row][kept[row]] = fill_back(shift_flags(left, length), length)
    return found


def _latest(marks: np.ndarray, length: int) -> np.ndarray:
    """How many of the ``length`` points up to each one are marked."""
    total = np.concatenate([np.zeros((*marks.shape[:-1], length), int), np.cumsum(marks, axis=-1)], axis=-1)
    return total[..., length:] - total[..., :-length]


def _outside() -> Rule:
    return Rule(1, lambda seen: seen.outside)


def _shift(length: int) -> Rule:
    return Rule(length, lambda seen: shift_flags(seen.side, length))


def _trend(length: int) -> Rule:
    return Rule(length, lambda seen: trend_flags(seen.values, length))


def _two_of_three(whole: bool) -> Rule:
    return Rule(
        3, lambda seen: some_of(seen.two_sigma, seen.known, 2, 3, whole), counted=lambda seen: seen.two_sigma
    )


def _four_of_five() -> Rule:
    return Rule(
        5, lambda seen: some_of(seen.one_sigma, seen.known, 4, 5, True), counted=lambda seen: seen.one_sigma
    )


def _alternating(length: int) -> Rule:
    return Rule(length, lambda seen: alternating(seen.values, length), sided=False)


def _hugging(length: int) -> Rule:
    def ends(seen: Points) -> np.ndarray:
        return runs((seen.known & seen.spread & (seen.one_sigma == 0)).astype(int), length)

    return Rule(length, ends, sided=False)


def _mixture(length: int) -> Rule:
    return Rule(length, lambda seen: mixture(seen.one_sigma, length), sided=False)


def within_box(n: int) -> tuple[int, int]:
    """Longest run and fewest crossings of the best box; outside the sizes that it is published for, Anhoej's own."""
    return best_box(n) if FEWEST <= n <= MOST else critical_values(n)


WESTERN_ELECTRIC = {
    "outside": _outside(),
    "two_of_three": _two_of_three(whole=True),
    "four_of_five": _four_of_five(),
    "shift": _shift(8),
}
NELSON = {  # 1 to 8, in their order
    "outside": _outside(),
    "shift": _shift(9),
    "trend": _trend(6),
    "alternating": _alternating(14),
    "two_of_three": _two_of_three(whole=True),
    "four_of_five": _four_of_five(),
    "hugging": _hugging(15),
    "mixture": _mixture(8),
}
POWERBI = {
    "outside": _outside(),
    "two_of_three": _two_of_three(whole=False),
    "trend": _trend(5),
    "shift": _shift(7),
}
RUNCHARTER = {"shift": Rule(1, lambda seen: useful_shift(seen, 9))}

RULE_SETS: dict[str, nhs_rules.Rules] = {
    **nhs_rules.RULE_SETS,
    "western_electric": PatternSet(WESTERN_ELECTRIC, members=False),
    "nelson": PatternSet(NELSON, members=False),
    "powerbi": PatternSet(POWERBI, members=True),
    "runcharter": PatternSet(RUNCHARTER, members=True),
    "outside": PatternSet({"outside": _outside()}, members=True),  # all that an EWMA chart allows
    "anhoej": RunsRules(),
    "anhoej_best_box": RunsRules(within_box),
}
