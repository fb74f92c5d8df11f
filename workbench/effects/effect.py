"""What an action did: against its own past, or against a place, group or measure where nothing was done.

Sources: interrupted time series after Wagner et al. 2002 and Lopez Bernal et al. 2017; difference in differences after
Angrist and Pischke 2009, of logarithms where counts are compared. The effect is the average over the intervals since.
"""

from dataclasses import dataclass, field

import numpy as np

from workbench.effects.course import Course
from workbench.statistics.difference_in_differences import Difference, difference_in_differences
from workbench.statistics.interrupted_series import (
    Change,
    Missing,
    change_of_counts,
    change_of_values,
    missing,
    periods_needed,
)
from workbench.statistics.newey_west import UNKNOWN, Estimate

SERIES, COUNTS, COMPARED = (
    "interrupted time series",
    "interrupted time series, quasi-Poisson",
    "difference in differences",
)
NO_COMPARISON, DREW_APART, DILUTED = "no_comparison", "drew_apart", "diluted"  # caveats


@dataclass(frozen=True)
class Effect:
    """What changed since an action began; raw values.

    Parameters
    ----------
    design : str
        ``SERIES``, ``COUNTS`` or ``COMPARED``.
    missing : Missing
        Where anything is, nothing is estimated.
    average : Estimate
        Average since, less what would have been expected.
    without : float
        What would have been expected on average since.
    counterfactual : Estimate
        What would have been expected at the latest interval; without an interval where places are compared.
    expected, fitted : ndarray
        Of each interval: without the action, and with it.
    caveats : tuple of str
    """

    design: str
    missing: Missing
    average: Estimate = UNKNOWN
    without: float = np.nan
    counterfactual: Estimate = UNKNOWN
    expected: np.ndarray = field(default_factory=lambda: np.empty(0))
    fitted: np.ndarray = field(default_factory=lambda: np.empty(0))
    caveats: tuple[str, ...] = ()


def effect(course: Course, is_compared: bool) -> Effect:
    """The effect, by the design that the course allows.

    Parameters
    ----------
    course : Course
    is_compared : bool
        Whether something to compare with was registered. Where it has too few values, or had drawn apart before,
        the series is held against its own past, and that is said.
    """
    short = missing(course.values, course.start)
    if not is_compared or short.any:
        return _against_its_past(course, short)
    if course.other is None:
        return _against_its_past(course, short, NO_COMPARISON)
    found, is_of_factors = _difference(course)
    if found.missing.any:
        return _against_its_past(course, short, NO_COMPARISON)
    if found.drew_apart:
        return _against_its_past(course, short, DREW_APART)
    return _compared(course, found, is_of_factors)


def needed(course: Course, size: float, sign: int, is_compared: bool) -> float:
    """How many more intervals until a change of the registered size could be seen; missing without a size.

    It is reckoned for a change of level whose slope may change too, so it is seldom too few.
    """
    if np.isnan(size) or not sign:
        return np.nan
    values, moved = course.values, sign * size
    level = np.nanmean(values[: course.start]) if (~np.isnan(values[: course.start])).any() else np.nan
    if course.counts is not None and level > 0 and level + moved > 0:
        values, moved = _logarithms(values), np.log((level + moved) / level)
    if is_compared and course.other is not None and course.counts is None:
        values = values - course.other
    return periods_needed(values, course.start, moved, course.season)


def _against_its_past(course: Course, short: Missing, *caveats: str) -> Effect:
    if course.counts is not None and not short.any:
        found = change_of_counts(course.counts[0], course.start, course.counts[1], course.season)
        if len(found.expected):
            return _of_counts(course, found, caveats)
    found = change_of_values(course.values, course.start, course.season)
    if short.any:
        return Effect(SERIES, short, caveats=caveats)
    without = float(found.expected[course.since].mean())
    return Effect(
        SERIES, short, found.average, without, found.counterfactual, found.expected, found.fitted, caveats
    )


def _of_counts(course: Course, found: Change, caveats: tuple[str, ...]) -> Effect:
    """Factors as differences from what would have been expected on average since."""
    exposure = course.counts[1]
    expected, fitted = found.expected / exposure, found.fitted / exposure
    without = float(expected[course.since].mean())
    return Effect(
        COUNTS,
        found.missing,
        _difference_of(found.average, without),
        without,
        _scaled(found.counterfactual, 1 / exposure[-1]),
        expected,
        fitted,
        caveats,
    )


def _difference(course: Course) -> tuple[Difference, bool]:
    """Of logarithms where counts are compared that are all above 0: places of different size change in proportion."""
    one, two = course.values, course.other
    is_of_factors = course.counts is not None and bool(np.nanmin(np.append(one, two)) > 0)
    pair = (_logarithms(one), _logarithms(two)) if is_of_factors else (one, two)
    return difference_in_differences(*pair, course.start, course.season), is_of_factors


def _compared(course: Course, found: Difference, is_of_factors: bool) -> Effect:
    cells = found.cells
    expected = cells.treated_before + (_shown(course.other, is_of_factors) - cells.other_before)
    both = course.since & ~np.isnan(course.other)
    since = np.arange(len(expected)) >= course.start
    fitted = expected + np.where(since, found.effect.value, 0.0)
    average, caveats = found.effect, (DILUTED,) if course.diluted else ()
    if is_of_factors:
        expected, fitted = np.exp(expected), np.exp(fitted)
    without = float(expected[both].mean())
    if is_of_factors:
        factor = Estimate(*np.exp([average.value, average.error, average.lower, average.upper]), p=average.p)
        average = _difference_of(factor, without)
    now = Estimate(float(expected[np.flatnonzero(both)[-1]]))
    return Effect(COMPARED, found.missing, average, without, now, expected, fitted, caveats)


def _shown(values: np.ndarray, is_of_factors: bool) -> np.ndarray:
    return _logarithms(values) if is_of_factors else values


def _logarithms(values: np.ndarray) -> np.ndarray:
    return np.log(np.where(values > 0, values, np.nan))


def _difference_of(factor: Estimate, without: float) -> Estimate:
    """A factor as a difference from what would have been expected."""
    ends = (without * (part - 1) for part in (factor.value, factor.lower, factor.upper))
    value, lower, upper = map(float, ends)
    return Estimate(value, float(without * factor.error), lower, upper, factor.p)


def _scaled(found: Estimate, by: float) -> Estimate:
    return Estimate(*(float(by * part) for part in (found.value, found.error, found.lower, found.upper)))
