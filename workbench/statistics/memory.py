"""How far each value follows the one before it, and what limits and rules must allow for it.

Sources: M. S. Bartlett 1946 and M. G. Kendall 1954 (mean and variance of the lag-1 autocorrelation); limits of an
AR(1) process: D. C. Montgomery, Introduction to Statistical Quality Control, 2009, section 10.4; longer runs: the
orthant probability of two correlated normal values, W. F. Sheppard 1899; a step of an AR(1) process: generalised
least squares, A. C. Aitken 1935.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from workbench.statistics.rows import as_given, plain, table
from workbench.statistics.seasonality import lag1

# Lenient on purpose: memory that is overlooked makes false alarms, memory that is not there only wider limits.
SUSPECTED = 0.14
MOST = 0.95


def memory(values: Sequence[float], alpha: float = SUSPECTED) -> float | np.ndarray:
    """Lag-1 autocorrelation of a series without season and movement, its bias taken out; 0 where chance explains it.

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing. Of many series a table, a row each.
    alpha : float
        Level of the one-sided test of "no memory".

    Returns
    -------
    float or ndarray
        From 0 to 0.95; of a table one a row.

    Notes
    -----
    Of ``n`` values the lag-1 autocorrelation has mean r - (1 + 3 r) / n and, without memory, variance 1 / n.
    """
    series = table(values)
    n, found = np.maximum((~np.isnan(series)).sum(axis=-1), 1), lag1(series)
    followed = (n >= 4) & ((found + 1 / n) * np.sqrt(n) > -ndtri(alpha))
    likely = np.divide(found + 1 / n, 1 - 3 / n, out=np.zeros(len(n)), where=followed)
    return as_given(np.clip(likely, 0.0, MOST), values)


def widening(remembered):
    """By what limits from moving ranges are too narrow: neighbours are alike, so their differences are small.

    Examples
    --------
    >>> round(widening(0.5), 3), widening(0.0)
    (1.414, 1.0)
    """
    return plain(1 / np.sqrt(1 - remembered))


def same_side(remembered):
    """Probability that a value lies on the same side of the mean as the one before."""
    return plain(0.5 + np.arcsin(remembered) / np.pi)


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


def inflation(remembered):
    """By what the standard deviation of the mean of many values is larger than without memory."""
    return plain(np.sqrt((1 + remembered) / (1 - remembered)))


def step_score(values: Sequence[float], mean, sigma, remembered, latest: int) -> np.ndarray:
    """How many standard errors the level of the latest values lies off the mean, at each value; AR(1).

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing. Of many series a table, a row each.
    mean, sigma : float or ndarray
        Of the process; the mean may be that of the same values. Of a table one a row.
    remembered : float or ndarray
        Lag-1 autocorrelation.
    latest : int
        Values that are taken together.

    Returns
    -------
    ndarray
        In the shape of the values; NaN where one of them or the one before is missing.

    Notes
    -----
    Of a step, the first value tells it whole and each later one what it adds to what was to be expected, ``1 - r``;
    values before it say how far the first lay off anyway.
    """
    series = table(values)
    level, spread, alike = (np.reshape(each, (-1, 1)) for each in (mean, sigma, remembered))
    away, found = series - level, np.full(series.shape, np.nan)
    if series.shape[-1] > latest:
        news = away[:, 1:] - alike * away[:, :-1]
        weights = np.where(np.arange(latest) == 0, 1.0, 1 - alike)
        n = np.maximum((~np.isnan(away)).sum(axis=-1, keepdims=True), latest + 1)
        variance = (weights**2).sum(axis=-1, keepdims=True) - weights.sum(axis=-1, keepdims=True) ** 2 / n
        error = np.where(spread > 0, spread, np.nan) * np.sqrt((1 - alike**2) * variance)
        windows = np.lib.stride_tricks.sliding_window_view(news, latest, axis=-1)
        found[:, latest:] = np.matmul(windows, weights[:, :, None])[..., 0] / error
    return found if np.ndim(values) > 1 else found[0]
