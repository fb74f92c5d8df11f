"""How far each value follows the one before it, and what limits and rules must allow for it.

Sources: M. S. Bartlett 1946 and M. G. Kendall 1954 (mean and variance of the lag-1 autocorrelation); limits of an
AR(1) process: D. C. Montgomery, Introduction to Statistical Quality Control, 2009, section 10.4; longer runs: the
orthant probability of two correlated normal values, W. F. Sheppard 1899; a step of an AR(1) process: generalised
least squares, A. C. Aitken 1935.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from workbench.statistics.seasonality import lag1

# Lenient on purpose: memory that is overlooked makes false alarms, memory that is not there only wider limits.
SUSPECTED = 0.14
MOST = 0.95


def memory(values: Sequence[float], alpha: float = SUSPECTED) -> float:
    """Lag-1 autocorrelation of a series without season and movement, its bias taken out; 0 where chance explains it.

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing.
    alpha : float
        Level of the one-sided test of "no memory".

    Returns
    -------
    float
        From 0 to 0.95.

    Notes
    -----
    Of ``n`` values the lag-1 autocorrelation has mean r - (1 + 3 r) / n and, without memory, variance 1 / n.
    """
    n = int((~np.isnan(np.asarray(values, float))).sum())
    found = lag1(values)
    if np.isnan(found) or n < 4 or not (found + 1 / n) * np.sqrt(n) > -ndtri(alpha):
        return 0.0
    return float(np.clip((found + 1 / n) / (1 - 3 / n), 0.0, MOST))


def widening(remembered: float) -> float:
    """By what limits from moving ranges are too narrow: neighbours are alike, so their differences are small.

    Examples
    --------
    >>> round(widening(0.5), 3), widening(0.0)
    (1.414, 1.0)
    """
    return float(1 / np.sqrt(1 - remembered))


def same_side(remembered: float) -> float:
    """Probability that a value lies on the same side of the mean as the one before."""
    return float(0.5 + np.arcsin(remembered) / np.pi)


def run_length(stays: float, length: int) -> int:
    """Points on one side that are as rare as ``length`` are when each stays there with a probability of one half.

    Parameters
    ----------
    stays : float
        Probability that a point lies on the same side as the one before.
    length : int

    Examples
    --------
    >>> run_length(same_side(0.5), 7), run_length(0.5, 7)
    (12, 7)
    """
    steps = (length - 1) * np.log(0.5) / np.log(stays)
    return 1 + int(np.ceil(steps - 1e-9))


def inflation(remembered: float) -> float:
    """By what the standard deviation of the mean of many values is larger than without memory."""
    return float(np.sqrt((1 + remembered) / (1 - remembered)))


def step_score(
    values: Sequence[float], mean: float, sigma: float, remembered: float, latest: int
) -> np.ndarray:
    """How many standard errors the level of the latest values lies off the mean, at each value; AR(1).

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing.
    mean, sigma : float
        Of the process; the mean may be that of the same values.
    remembered : float
        Lag-1 autocorrelation.
    latest : int
        Values that are taken together.

    Returns
    -------
    ndarray
        NaN where one of them or the one before is missing.

    Notes
    -----
    Of a step, the first value tells it whole and each later one what it adds to what was to be expected, ``1 - r``;
    values before it say how far the first lay off anyway.
    """
    away = np.asarray(values, float) - mean
    found = np.full(len(away), np.nan)
    if len(away) <= latest or not sigma > 0:
        return found
    news = away[1:] - remembered * away[:-1]
    weights = np.concatenate([[1.0], np.full(latest - 1, 1 - remembered)])
    n = int((~np.isnan(away)).sum())
    variance = (weights**2).sum() - weights.sum() ** 2 / max(n, latest + 1)
    error = sigma * np.sqrt((1 - remembered**2) * variance)
    found[latest:] = np.lib.stride_tricks.sliding_window_view(news, latest) @ weights / error
    return found
