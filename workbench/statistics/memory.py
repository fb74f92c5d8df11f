"""How far each value follows the one before it, and what limits and rules must allow for it.

Sources: M. S. Bartlett 1946 and M. G. Kendall 1954 (mean and variance of the lag-1 autocorrelation); limits of an
AR(1) process: D. C. Montgomery, Introduction to Statistical Quality Control, 2009, section 10.4; longer runs: the
orthant probability of two correlated normal values, W. F. Sheppard 1899.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from workbench.statistics.seasonality import lag1

# Lenient on purpose: memory that is overlooked makes false alarms, memory that is not there only wider limits.
SUSPECTED = 0.07
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


def run_length(remembered: float, length: int) -> int:
    """Points on one side that are as rare as ``length`` are without memory.

    Examples
    --------
    >>> run_length(0.5, 7), run_length(0.0, 7)
    (12, 7)
    """
    steps = (length - 1) * np.log(0.5) / np.log(same_side(remembered))
    return 1 + int(np.ceil(steps - 1e-9))


def inflation(remembered: float) -> float:
    """By what the standard deviation of the mean of many values is larger than without memory."""
    return float(np.sqrt((1 + remembered) / (1 - remembered)))
