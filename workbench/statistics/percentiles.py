"""Percentiles of complete samples, with intervals that assume no shape, and when they may be shown."""

from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr

FEWEST_BEYOND = 5  # cases that must lie beyond a percentile for it to be worth showing


@dataclass(frozen=True)
class Percentile:
    """One percentile of a sample; a bound is None where the sample is too small to have it."""

    value: float | None
    lower: float | None
    upper: float | None
    n: int


def enough_for(n, p: float):
    """Whether a sample of ``n`` is large enough to show its percentile ``p``: ``n (1 - p) >= 5``.

    Parameters
    ----------
    n : int or array of int
    p : float
        0.9 needs 50 cases, 0.5 needs 10.
    """
    # Written with a margin because 50 * (1 - 0.9) is a little less than 5 in floating point.
    return np.asarray(n) * (1 - p) >= FEWEST_BEYOND - 1e-9


def percentile(values, p: float, confidence: float = 0.95) -> Percentile:
    """A percentile by linear interpolation with the interval of order statistics.

    The percentile lies at ``h = (n - 1) p`` (type 7 of Hyndman and Fan 1996). The bounds are the order
    statistics whose ranks hold the binomial count of values below the percentile with at least
    the confidence asked for (Conover 1999, section 3.2): right for any shape, a little wide for small n.

    Parameters
    ----------
    values : array_like of float
        A complete sample, none missing, in any order.
    p : float
    confidence : float

    Returns
    -------
    Percentile
        Without value when the sample is empty.
    """
    assert 0 < p < 1, p
    ordered = np.sort(np.asarray(values, float))
    if not ordered.size:
        return Percentile(None, None, None, 0)
    lower, upper = _ranks(ordered.size, p, confidence)
    return Percentile(
        float(np.quantile(ordered, p)),
        float(ordered[lower - 1]) if lower >= 1 else None,
        float(ordered[upper - 1]) if upper <= ordered.size else None,
        ordered.size,
    )


def _ranks(n: int, p: float, confidence: float) -> tuple[int, int]:
    """Ranks of the bounds, counted from 1; 0 and n + 1 where the sample has none."""
    tail = (1 - confidence) / 2
    below = bdtr(np.arange(n + 1, dtype=float), n, p)  # P(at most k values lie below)
    lower = int(np.searchsorted(below, tail, side="right"))
    upper = int(np.searchsorted(below, 1 - tail, side="left")) + 1
    return lower, upper
