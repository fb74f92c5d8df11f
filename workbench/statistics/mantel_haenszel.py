"""Two groups compared within strata, and pooled over them."""

from typing import Literal

import numpy as np
from scipy.special import chdtrc, ndtr

from workbench.statistics import differences, ratios
from workbench.statistics.proportions import checked_counts, critical_value

Measure = Literal["odds_ratio", "difference", "ratio", "rate_difference", "rate_ratio"]


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


def pooled_odds_ratio(x1, n1, x2, n2, confidence: float = 0.95) -> tuple[float, float, float]:
    """Mantel-Haenszel ratio of the odds over strata.

    Variance of its logarithm by Robins, Breslow and Greenland (1986), right for few large
    strata and for many small ones.

    Parameters
    ----------
    x1, n1, x2, n2 : array_like of shape (strata,)
        Events and trials of the two groups in each stratum.

    Returns
    -------
    ratio, lower, upper : float
        As of :func:`pooled_ratio`; limits are missing where the ratio is 0, infinite or missing.
    """
    x1, n1, x2, n2 = _with_both_groups(x1, n1, x2, n2)
    both = n1 + n2
    along, across = x1 * (n2 - x2) / both, x2 * (n1 - x1) / both
    first, second = along.sum(), across.sum()
    if not first or not second:
        return (0.0 if second else np.inf if first else np.nan), np.nan, np.nan
    agree, differ = (x1 + n2 - x2) / both, (x2 + n1 - x1) / both
    spread = (
        (agree * along).sum() / (2 * first**2)
        + (agree * across + differ * along).sum() / (2 * first * second)
        + (differ * across).sum() / (2 * second**2)
    )
    reach = critical_value(confidence) * np.sqrt(spread)
    ratio = first / second
    return float(ratio), float(ratio * np.exp(-reach)), float(ratio * np.exp(reach))


def mantel_haenszel_test(x1, n1, x2, n2, *, continuity: bool = False) -> tuple[float, float]:
    """Test of no association in any stratum (Cochran 1954; Mantel and Haenszel 1959).

    Parameters
    ----------
    x1, n1, x2, n2 : array_like of shape (strata,)
        Events and trials of the two groups in each stratum.
    continuity : bool
        Whether half an event is taken off, as R does unless told otherwise: too cautious a test.

    Returns
    -------
    statistic, p : float
        Chi-squared with one degree of freedom; missing where no stratum says anything.
    """
    x1, n1, x2, n2 = _with_both_groups(x1, n1, x2, n2)
    both, events = n1 + n2, x1 + x2
    spread = (n1 * n2 * events * (both - events) / (both**2 * np.maximum(both - 1, 1))).sum()
    if not spread:
        return np.nan, np.nan
    distance = abs((x1 - n1 * events / both).sum())
    statistic = max(distance - (0.5 if continuity else 0.0), 0.0) ** 2 / spread
    return float(statistic), float(chdtrc(1, statistic))


def homogeneity(x1, n1, x2, n2, measure: Measure = "odds_ratio") -> tuple[float, int, float]:
    """Test that a measure of two groups is the same in every stratum.

    Parameters
    ----------
    x1, n1, x2, n2 : array_like of shape (strata,)
        Events and trials of the two groups in each stratum, or exposure for the rates.
    measure : {'odds_ratio', 'difference', 'ratio', 'rate_difference', 'rate_ratio'}
        What is to be alike.

    Returns
    -------
    statistic, degrees, p : float, int, float
        Chi-squared, one degree less than the strata that say something. Missing, with the degrees,
        where fewer than two do or the pooled measure is 0, infinite or missing.

    Notes
    -----
    For the odds ratio the test of Breslow and Day (1980) with Tarone's (1985) correction. The
    others are built alike: each stratum's distance from the Mantel-Haenszel estimate over the
    variance that it has if that estimate is true (Miettinen and Nurminen 1985; for rate ratios
    given all events of the stratum), less what the weighted mean distance takes: Cochran's Q
    (1954) with score variances. Variances from the observed proportions would be 0 in a
    stratum without events and overstate the differences of small strata.
    """
    distances, pooled, only = _MEASURES[measure]
    counts = only(x1, n1, x2, n2)
    common = pooled(*counts)[0]
    if not np.isfinite(common) or (common == 0 and "ratio" in measure):
        return np.nan, 0, np.nan
    distance, variance, slope = distances(common, *counts)
    told = variance > 1e-12 * variance.max(initial=0.0)
    distance, variance, slope = distance[told], variance[told], slope[told]
    degrees = int(told.sum()) - 1
    if degrees < 1:
        return np.nan, 0, np.nan
    mean = (distance * slope / variance).sum() ** 2 / (slope**2 / variance).sum()
    statistic = max(float((distance**2 / variance).sum() - mean), 0.0)
    return statistic, degrees, float(chdtrc(degrees, statistic))


def _odds_ratios(common, x1, n1, x2, n2) -> tuple[np.ndarray, ...]:
    """Events of the first group from those expected with the margins and the common ratio."""
    events = x1 + x2
    b = n2 - events + common * (n1 + events)
    root = np.sqrt(np.maximum(b**2 + 4 * (1 - common) * common * n1 * events, 0))
    with np.errstate(invalid="ignore", divide="ignore"):
        first = 2 * common * n1 * events / (b + root)
        cells = np.stack([first, n1 - first, events - first, n2 - events + first])
        variance = np.where(cells.min(0) > 0, 1 / (1 / cells).sum(0), 0.0)
    return x1 - first, variance, variance


def _differences(common, x1, n1, x2, n2) -> tuple[np.ndarray, ...]:
    both = n1 + n2
    second = differences.constrained(np.full(n1.shape, common), x1, n1, x2, n2)
    first = np.clip(second + common, 0, 1)
    variance = (first * (1 - first) / n1 + second * (1 - second) / n2) * both / np.maximum(both - 1, 1)
    return x1 / n1 - x2 / n2 - common, variance, np.ones(n1.shape)


def _ratios(common, x1, n1, x2, n2) -> tuple[np.ndarray, ...]:
    both = n1 + n2
    first, second = ratios.constrained(common, x1, n1, x2, n2)
    variance = (
        (first * (1 - first) / n1 + common**2 * second * (1 - second) / n2) * both / np.maximum(both - 1, 1)
    )
    return x1 / n1 - common * x2 / n2, variance, second


def _rate_differences(common, x1, t1, x2, t2) -> tuple[np.ndarray, ...]:
    first, second = differences.constrained_rates(common, x1, t1, x2, t2)
    return x1 / t1 - x2 / t2 - common, first / t1 + second / t2, np.ones(t1.shape)


def _rate_ratios(common, x1, t1, x2, t2) -> tuple[np.ndarray, ...]:
    part = common * t1 / (common * t1 + t2)
    variance = (x1 + x2) * part * (1 - part)
    return x1 - (x1 + x2) * part, variance, variance


# Of each measure: a stratum's distance from the common value, the variance of that distance and how
# it changes with the value; the common value; the strata in which there is anything to compare.
_MEASURES = {
    "odds_ratio": (_odds_ratios, pooled_odds_ratio, _with_both_groups),
    "difference": (_differences, pooled_difference, _with_both_groups),
    "ratio": (_ratios, pooled_ratio, _with_both_groups),
    "rate_difference": (_rate_differences, pooled_rate_difference, _with_exposure),
    "rate_ratio": (_rate_ratios, pooled_rate_ratio, _with_exposure),
}
