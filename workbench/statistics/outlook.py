"""The chance of a target in words, and how surprising the latest intervals are."""

from collections.abc import Sequence

import numpy as np
from scipy.special import stdtr

from workbench.statistics.nhs_rules import Direction, sides

LIKELY = 0.8
UNLIKELY = 0.2
WINDOWS = (1, 3, 7, 12)


def chance(
    expected: float, spread: float, target: float, direction: Direction, freedom: float = np.inf
) -> float:
    """Probability that a future value reaches the target.

    Parameters
    ----------
    expected, spread : float
        Of the future value, in the unit of the target; the spread includes that of the estimate.
    target : float
    direction : {'increase', 'decrease'}
        Whether at or above the target meets it, or at or below.
    freedom : float
        Degrees of freedom of the spread; infinite for the normal distribution.

    Notes
    -----
    Without spread the answer is 0 or 1: a constant process either meets its target or does not.
    NaN where anything is missing or no way is better.
    """
    if direction == "neutral" or np.isnan([expected, spread, target]).any():
        return np.nan
    sign = 1 if direction == "increase" else -1
    gap = sign * (expected - target)
    if spread == 0:
        return float(gap >= 0)
    return float(stdtr(freedom, gap / spread))


def outlook_word(probability: float) -> str:
    """``likely`` from 0.8, ``unlikely`` below 0.2, else ``uncertain``; empty where not known."""
    if np.isnan(probability):
        return ""
    return "likely" if probability >= LIKELY else "unlikely" if probability < UNLIKELY else "uncertain"


def latest_p(values: Sequence[float], windows: Sequence[int] = WINDOWS, remembered: float = 0.0) -> float:
    """p value of "the latest values differ from those before by chance alone".

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing.
    windows : sequence of int
        How many of the latest values are taken together.
    remembered : float
        Lag-1 autocorrelation of a steady process: the spread is widened and runs are less rare by it.

    Returns
    -------
    float
        NaN with fewer than five values; 1 for a constant series.

    Notes
    -----
    Five looks at the end of the series, and Bonferroni over them: the mean of the last 1, 3, 7 and 12 values
    against the mean of those before (two-sided t test; the spread from screened moving ranges, whose
    effective degrees of freedom are 0.62 (n - 1): D. J. Wheeler, Advanced Topics in Statistical Process
    Control, 1995), and the number of latest values on one side of the mean (sign test). Windows that leave
    fewer values before them than they hold, or fewer than four, are not looked at.
    """
    from workbench.statistics.memory import inflation, same_side, widening
    from workbench.statistics.xmr import limits

    series = np.asarray(values, float)
    known = series[~np.isnan(series)]
    usable = [size for size in windows if len(known) - size >= max(size, 4)]
    if not usable:
        return np.nan
    sigma = limits(series).sigma
    if not sigma > 0:
        return 1.0 if np.ptp(known) == 0 else 0.0
    wide = sigma * widening(remembered)
    looks = [_mean_p(known, size, wide * (inflation(remembered) if size > 1 else 1.0)) for size in usable]
    looks.append(_run_p(known, same_side(remembered)))
    return min(1.0, len(looks) * min(looks))


def _mean_p(known: np.ndarray, size: int, sigma: float) -> float:
    """Of the difference between the mean of the last values and of those before."""
    n = len(known)
    apart = abs(known[-size:].mean() - known[:-size].mean())
    return float(2 * stdtr(0.62 * (n - 1), -apart / (sigma * np.sqrt(1 / size + 1 / (n - size)))))


def _run_p(known: np.ndarray, stays: float = 0.5) -> float:
    """Of as many latest values on one side of the mean, when each stays there with a probability."""
    side = sides(known, known.mean())
    others = np.flatnonzero(side != side[-1])
    run = len(known) - 1 - (others[-1] if len(others) else -1) if side[-1] else 0
    return min(1.0, stays ** (run - 1))
