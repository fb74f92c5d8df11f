"""The Mantel-Haenszel difference over strata with a score interval, which holds with few events too."""

import numpy as np
from scipy.special import ndtr

from workbench.statistics.proportions import checked_counts, critical_value

Pooled = tuple[float, float, float, float]


def pooled_score_difference(x1, n1, x2, n2, confidence: float = 0.95) -> Pooled:
    """Mantel-Haenszel difference of two proportions with the score interval of Klingenberg (2014).

    The variance is a straight line in the supposed difference (Sato 1989) and unbiased at the true one,
    for few large strata and for many small ones; Wald's interval with the variance of Greenland and Robins
    misses its level where a group has few events.

    Parameters
    ----------
    x1, n1, x2, n2 : array_like of shape (strata,)
        Events and trials of the two groups in each stratum; one in which a group is empty has no weight.

    Returns
    -------
    difference, lower, upper, p : float
        As fractions. p is two-sided and below 1 - confidence exactly when the interval leaves out 0. All
        missing where no stratum has both groups; limits and p where nobody or everybody in each has the
        event.

    Raises
    ------
    ValueError
        When a count is negative or there are more events than trials.
    """
    (x1, n1), (x2, n2) = checked_counts(x1, n1), checked_counts(x2, n2)
    x1, n1, x2, n2 = _with_both(x1, n1, x2, n2)
    both = n1 + n2
    slope = (n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2) / both**2
    level = (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * both)
    return _solved((x1 * n2 - x2 * n1) / both, n1 * n2 / both, slope, level, confidence)


def pooled_score_rate_difference(x1, t1, x2, t2, confidence: float = 0.95) -> Pooled:
    """Mantel-Haenszel difference of two Poisson rates with a score interval, built in the same way.

    The variance of each stratum has the rates that all its events suggest under the supposed difference.

    Parameters
    ----------
    x1, t1, x2, t2 : array_like of shape (strata,)
        Events and exposure of the two groups in each stratum.

    Returns
    -------
    difference, lower, upper, p : float
        Per unit of exposure; as of :func:`pooled_score_difference`.
    """
    x1, t1, x2, t2 = _with_both(*(np.asarray(a, float) for a in (x1, t1, x2, t2)))
    both = t1 + t2
    slope, level = t1 * t2 * (t2 - t1) / both**2, t1 * t2 * (x1 + x2) / both**2
    return _solved((x1 * t2 - x2 * t1) / both, t1 * t2 / both, slope, level, confidence)


def _with_both(*counts) -> tuple[np.ndarray, ...]:
    """The strata in which neither group is empty."""
    x1, n1, x2, n2 = np.broadcast_arrays(*map(np.atleast_1d, counts))
    used = (n1 > 0) & (n2 > 0)
    return x1[used], n1[used], x2[used], n2[used]


def _solved(distance, weight, slope, level, confidence: float) -> Pooled:
    """All differences d with (estimate - d)² at most z² (slope d + level): the ends of a quadratic."""
    weight = weight.sum()
    if not weight:
        return (np.nan,) * 4
    z = critical_value(confidence)
    difference = float(distance.sum() / weight)
    slope, level = float(slope.sum() / weight**2), float(level.sum() / weight**2)
    if level <= 0:
        return difference, np.nan, np.nan, np.nan
    middle = difference + z**2 * slope / 2
    reach = np.sqrt(middle**2 - difference**2 + z**2 * level)
    p = 2 * ndtr(-abs(difference) / np.sqrt(level))
    # The difference itself is a root where it is a limit, and the other root may be off by a rounding.
    lower, upper = min(middle - reach, difference), max(middle + reach, difference)
    return difference, float(lower), float(upper), float(p)
