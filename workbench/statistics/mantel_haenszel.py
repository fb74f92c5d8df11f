"""Two groups compared within strata, and pooled over them."""

import numpy as np
from scipy.special import ndtr

from workbench.statistics.proportions import checked_counts, critical_value


def pooled_difference(x1, n1, x2, n2, confidence: float = 0.95) -> tuple[float, float, float, float]:
    """Mantel-Haenszel difference of two proportions over strata.

    Variance of Greenland and Robins (1985), which is right both for few large strata and for
    many small ones. A stratum in which one group is empty says nothing about the difference
    and has no weight.

    Parameters
    ----------
    x1, n1, x2, n2 : array_like of shape (strata,)
        Events and trials of the two groups in each stratum.

    Returns
    -------
    difference, lower, upper, p : float
        As fractions, p two-sided; all missing where no stratum has both groups. Where the
        estimated variance is 0 (nobody or everybody has the event) limits and p are missing.
    """
    x1, n1, x2, n2 = _with_both_groups(x1, n1, x2, n2)
    if not len(n1):
        return (np.nan,) * 4
    both = n1 + n2
    weight = (n1 * n2 / both).sum()
    difference = ((x1 * n2 - x2 * n1) / both).sum() / weight
    spread = (x1 * (n1 - x1) * n2**3 + x2 * (n2 - x2) * n1**3) / (n1 * n2 * both**2)
    error = np.sqrt(spread.sum()) / weight
    if error == 0:
        return float(difference), np.nan, np.nan, np.nan
    reach = critical_value(confidence) * error
    p = 2 * ndtr(-abs(difference) / error)
    return float(difference), float(difference - reach), float(difference + reach), float(p)


def pooled_ratio(x1, n1, x2, n2, confidence: float = 0.95) -> tuple[float, float, float]:
    """Mantel-Haenszel ratio of two proportions over strata.

    Variance of its logarithm by Greenland and Robins (1985).

    Parameters
    ----------
    x1, n1, x2, n2 : array_like of shape (strata,)
        Events and trials of the two groups in each stratum.

    Returns
    -------
    ratio, lower, upper : float
        Limits are missing where a group has no events in any stratum.
    """
    x1, n1, x2, n2 = _with_both_groups(x1, n1, x2, n2)
    both = n1 + n2
    first, second = (x1 * n2 / both).sum(), (x2 * n1 / both).sum()
    if not first or not second:
        return (0.0 if second else np.inf if first else np.nan), np.nan, np.nan
    spread = ((n1 * n2 * (x1 + x2) - x1 * x2 * both) / both**2).sum() / (first * second)
    reach = critical_value(confidence) * np.sqrt(spread)
    ratio = first / second
    return float(ratio), float(ratio * np.exp(-reach)), float(ratio * np.exp(reach))


def _with_both_groups(x1, n1, x2, n2) -> tuple[np.ndarray, ...]:
    """The strata in which neither group is empty."""
    (x1, n1), (x2, n2) = checked_counts(x1, n1), checked_counts(x2, n2)
    used = (n1 > 0) & (n2 > 0)
    return tuple(np.atleast_1d(a)[np.atleast_1d(used)] for a in (x1, n1, x2, n2))


def pooled_rate_difference(x1, t1, x2, t2, confidence: float = 0.95) -> tuple[float, float, float, float]:
    """Mantel-Haenszel difference of two rates over strata (Greenland and Robins 1985).

    Parameters
    ----------
    x1, t1, x2, t2 : array_like of shape (strata,)
        Events and exposure of the two groups in each stratum.

    Returns
    -------
    difference, lower, upper, p : float
        Per unit of exposure; missing as in :func:`pooled_difference`.
    """
    x1, t1, x2, t2 = _with_exposure(x1, t1, x2, t2)
    if not len(t1):
        return (np.nan,) * 4
    weights = t1 * t2 / (t1 + t2)
    difference = float((weights * (x1 / t1 - x2 / t2)).sum() / weights.sum())
    error = np.sqrt((weights**2 * (x1 / t1**2 + x2 / t2**2)).sum()) / weights.sum()
    if error == 0:
        return difference, np.nan, np.nan, np.nan
    reach = critical_value(confidence) * error
    return (
        difference,
        float(difference - reach),
        float(difference + reach),
        float(2 * ndtr(-abs(difference) / error)),
    )


def pooled_rate_ratio(x1, t1, x2, t2, confidence: float = 0.95) -> tuple[float, float, float]:
    """Mantel-Haenszel ratio of two rates over strata (Greenland and Robins 1985)."""
    x1, t1, x2, t2 = _with_exposure(x1, t1, x2, t2)
    all_time = t1 + t2
    first, second = (x1 * t2 / all_time).sum(), (x2 * t1 / all_time).sum()
    if not first or not second:
        return (0.0 if second else np.inf if first else np.nan), np.nan, np.nan
    spread = ((x1 + x2) * t1 * t2 / all_time**2).sum() / (first * second)
    reach = critical_value(confidence) * np.sqrt(spread)
    ratio = first / second
    return float(ratio), float(ratio * np.exp(-reach)), float(ratio * np.exp(reach))


def _with_exposure(x1, t1, x2, t2) -> tuple[np.ndarray, ...]:
    """The strata in which both groups have exposure."""
    arrays = np.broadcast_arrays(*(np.atleast_1d(np.asarray(a, float)) for a in (x1, t1, x2, t2)))
    used = (arrays[1] > 0) & (arrays[3] > 0)
    return tuple(array[used] for array in arrays)
