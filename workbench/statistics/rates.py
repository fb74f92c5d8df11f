"""Counts of events and rates of events over exposure (residents, days, ...)."""

import numpy as np
from scipy.special import gammainc, gammaincinv, ndtr, ndtri

from workbench.statistics.differences import outermost
from workbench.statistics.proportions import critical_value, share

EXACT_BELOW = 10  # the English public health practice (OHID): Byar from 10 events on


def byar(x, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Byar's approximate interval of a Poisson count (Breslow and Day 1987, p. 69).

    Other software calls a formula with ``x + 0.5`` in both limits by the same name; this one
    has ``x`` in the lower and ``x + 1`` in the upper limit. The lower limit of very small
    counts can fall below 0 before it is cubed: use :func:`poisson_interval`.

    Parameters
    ----------
    x : array_like
        Events, 0 or more.

    Returns
    -------
    lower, upper : ndarray
        Of the count, not of a rate.
    """
    x = np.asarray(x, float)
    z = critical_value(confidence)
    some = np.where(x > 0, x, 1.0)
    lower = np.where(x > 0, some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3, 0.0)
    more = x + 1
    upper = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    return lower, upper


def exact_poisson(x, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Exact interval of a Poisson count from chi-squared quantiles (Garwood 1936)."""
    x = np.asarray(x, float)
    tail = (1 - confidence) / 2
    lower = np.where(x > 0, gammaincinv(np.where(x > 0, x, 1), tail), 0.0)
    return lower, gammaincinv(x + 1, 1 - tail)


def mid_p_poisson(x, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a Poisson count that counts half of the observed value's chance (Lancaster 1961).

    Narrower than the exact interval, which never has less than its level; this one has it on
    average.

    Parameters
    ----------
    x : array_like
        Events, 0 or more.

    Returns
    -------
    lower, upper : ndarray
        Of the count; lower is 0 without events.
    """
    x = np.asarray(x, float)
    tail = (1 - confidence) / 2
    some = np.where(x > 0, x, 1.0)

    def above(mean):
        return (gammainc(x + 1, mean) + np.where(x > 0, gammainc(some, mean), 1.0)) / 2

    low, high = exact_poisson(x, confidence)
    (lower,) = outermost(lambda mean: above(mean) >= tail, x, low)
    (upper,) = outermost(lambda mean: above(mean) <= 1 - tail, x, high)
    return np.where(x == 0, 0.0, lower), upper


def poisson_interval(x, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a count: exact below 10 events, Byar from 10 on, as OHID does."""
    x = np.asarray(x, float)
    few = x < EXACT_BELOW
    return tuple(
        np.where(few, exact, approximate)
        for exact, approximate in zip(exact_poisson(x, confidence), byar(x, confidence), strict=True)
    )


def rate_interval(x, exposure, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Interval of ``x / exposure``; a rate may exceed 1. Missing where there is no exposure."""
    lower, upper = poisson_interval(x, confidence)
    return share(lower, exposure), share(upper, exposure)


def rate_score_test(x1, t1, x2, t2) -> np.ndarray:
    """Two-sided p value of equal rates, by the score test.

    It is below 1 - confidence exactly when the score intervals of rate difference and rate
    ratio leave out 0 and 1 (Gu, Ng, Tang and Schucany 2008).

    Parameters
    ----------
    x1, t1, x2, t2 : array_like
        Events and exposure of the two groups.

    Returns
    -------
    p : ndarray
        Missing where a group has no exposure; 1 where there are no events at all.
    """
    x1, t1, x2, t2 = (np.asarray(a, float) for a in (x1, t1, x2, t2))
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (x1 + x2) / (t1 * t2)
        p = 2 * ndtr(-np.abs(x1 / t1 - x2 / t2) / np.sqrt(variance))
    empty = (t1 <= 0) | (t2 <= 0)
    return np.where(empty, np.nan, np.where(x1 + x2 == 0, 1.0, p))


def smallest_detectable_rate_difference(
    reference_rate, t1, t2, *, direction: int, confidence: float = 0.95, power: float = 0.8
) -> np.ndarray:
    """The difference of two rates that this exposure would have shown with the given power.

    Normal approximation with the pooled variance under no difference and separate variances
    under the difference, solved for the difference by fixed-point iteration.

    Returns
    -------
    difference : ndarray
        Absolute, in events per unit of exposure; missing where a group has no exposure or a
        lower rate than 0 would be needed.
    """
    rate, t1, t2 = (np.asarray(a, float) for a in (reference_rate, t1, t2))
    with np.errstate(invalid="ignore", divide="ignore"):
        # From above, because no difference at all solves the equation too where the reference has no events.
        difference = (critical_value(confidence) + ndtri(power)) ** 2 * (1 / t1 + 1 / t2 + 0 * rate)
        for _ in range(200):
            other = np.maximum(rate + direction * difference, 0)
            pooled = (t1 * other + t2 * rate) / (t1 + t2)
            under_none = critical_value(confidence) * np.sqrt(pooled * (1 / t1 + 1 / t2))
            difference = under_none + ndtri(power) * np.sqrt(other / t1 + rate / t2)
        possible = (t1 > 0) & (t2 > 0) & (rate + direction * difference >= 0) & (difference > 0)
    return np.where(possible, difference, np.nan)
