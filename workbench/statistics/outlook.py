"""The chance of a target in words, and how surprising the latest intervals are."""

from collections.abc import Sequence

import numpy as np
from scipy.special import stdtr

from workbench.statistics.nhs_rules import Direction, sides
from workbench.statistics.rows import alike, as_given, plain, table

LIKELY = 0.8
UNLIKELY = 0.2
WINDOWS = (1, 3, 7, 12)


def chance(expected, spread, target, direction: Direction, freedom=np.inf) -> float | np.ndarray:
    """Probability that a future value reaches the target.

    Parameters
    ----------
    expected, spread : float or ndarray
        Of the future value, in the unit of the target; the spread includes that of the estimate. Of many
        series arrays, an entry each.
    target : float or ndarray
    direction : {'increase', 'decrease'}
        Whether at or above the target meets it, or at or below.
    freedom : float or ndarray
        Degrees of freedom of the spread; infinite for the normal distribution.

    Notes
    -----
    Without spread the answer is 0 or 1: a constant process either meets its target or does not.
    NaN where anything is missing or no way is better.
    """
    sign = {"increase": 1, "decrease": -1}.get(direction, np.nan)
    gap, wide = np.broadcast_arrays(sign * (np.asarray(expected, float) - target), np.asarray(spread, float))
    scaled = np.divide(gap, wide, out=np.zeros(gap.shape), where=wide != 0)
    sure = np.where(np.isnan(gap), np.nan, gap >= 0)
    found = np.where(wide == 0, sure, stdtr(freedom, scaled))
    return plain(found)


def outlook_word(probability: float) -> str:
    """``likely`` from 0.8, ``unlikely`` below 0.2, else ``uncertain``; empty where not known."""
    if np.isnan(probability):
        return ""
    return "likely" if probability >= LIKELY else "unlikely" if probability < UNLIKELY else "uncertain"


def latest_p(
    values: Sequence[float], windows: Sequence[int] = WINDOWS, remembered: float | np.ndarray = 0.0
) -> float | np.ndarray:
    """p value of "the latest values differ from those before by chance alone".

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing. Of many series a table, a row each.
    windows : sequence of int
        How many of the latest values are taken together.
    remembered : float or ndarray
        Lag-1 autocorrelation of a steady process: the spread is widened and runs are less rare by it. Of a table one a row.

    Returns
    -------
    float or ndarray
        NaN with fewer than five values; 1 for a constant series. Of a table one a row.

    Notes
    -----
    Five looks at the end of the series, and Bonferroni over them: the mean of the last 1, 3, 7 and 12 values
    against the mean of those before (two-sided t test; the spread from screened moving ranges, whose
    effective degrees of freedom are 0.62 (n - 1): D. J. Wheeler, Advanced Topics in Statistical Process
    Control, 1995), and the number of latest values on one side of the mean (sign test). Windows that leave
    fewer values before them than they hold, or fewer than four, are not looked at.
    """
    series = table(values)
    alikeness, found = np.broadcast_to(remembered, len(series)), np.full(len(series), np.nan)
    for rows in alike(~np.isnan(series)):
        found[rows] = _latest_p(series[rows], windows, alikeness[rows])
    return as_given(found, values)


def _latest_p(series: np.ndarray, windows: Sequence[int], remembered: np.ndarray) -> np.ndarray:
    """Of series that have values in the same places."""
    from workbench.statistics.memory import inflation, same_side, widening
    from workbench.statistics.xmr import limits

    known = np.compress(~np.isnan(series[0]), series, axis=-1)
    usable = [size for size in windows if known.shape[-1] - size >= max(size, 4)]
    if not usable:
        return np.full(len(series), np.nan)
    sigma = limits(series).sigma
    moving = sigma > 0
    wide = np.where(moving, sigma, 1.0) * widening(remembered)
    looks = [_mean_p(known, size, wide * (inflation(remembered) if size > 1 else 1.0)) for size in usable]
    looks.append(_run_p(known, same_side(remembered)))
    p = np.minimum(1.0, len(looks) * np.min(looks, axis=0))
    return np.where(moving, p, np.where(np.ptp(known, axis=-1) == 0, 1.0, 0.0))


def _mean_p(known: np.ndarray, size: int, sigma: np.ndarray) -> np.ndarray:
    """Of the difference between the mean of the last values and of those before."""
    n = known.shape[-1]
    apart = np.abs(known[:, -size:].mean(axis=-1) - known[:, :-size].mean(axis=-1))
    return 2 * stdtr(0.62 * (n - 1), -apart / (sigma * np.sqrt(1 / size + 1 / (n - size))))


def _run_p(known: np.ndarray, stays: np.ndarray) -> np.ndarray:
    """Of as many latest values on one side of the mean, when each stays there with a probability."""
    side = sides(known, known.mean(axis=-1, keepdims=True))
    other = side[:, ::-1] != side[:, -1:]
    run = np.where(other.any(axis=-1), other.argmax(axis=-1), known.shape[-1]) * (side[:, -1] != 0)
    return np.array([min(1.0, stay ** (length - 1)) for stay, length in zip(stays, run, strict=True)])
