"""Processes with one level: values that lie about their mean, and values with memory that return to it.

With memory: AR(1) (G. E. P. Box and G. M. Jenkins 1970), written as exponential smoothing, so that it forecasts like the
others: with the weights alpha = 1 and beta = -(1 - r) / r, and a slope that keeps phi = r of itself, what is left of
an error after j intervals is r ** j.
"""

from collections.abc import Sequence

import numpy as np

from workbench.statistics.smoothing import MEAN, Form, Smoothing, States, Weights, span

RETURNING = Form("returning", trend=True, damped=True)


def flat(values: Sequence[float]) -> Smoothing:
    """A series that is forecast by its mean; the mean is in doubt by 1 / n of the variance.

    Without spread where all values are the same; NaN with fewer than two.
    """
    series, gap = span(values)
    known = series[~np.isnan(series)]
    n = len(known)
    if not n:
        return Smoothing(MEAN, Weights(0.0), States.known(np.nan), np.nan, 0, 0, gap)
    same = np.ptp(known) == 0
    mean = float(known[0] if same else known.mean())
    s2 = (0.0 if same else float(known.var(ddof=1))) if n > 1 else np.nan
    states = States(np.array([mean, np.sqrt(1 / n)]), np.zeros(2), np.zeros((1, 2)))
    return Smoothing(MEAN, Weights(0.0), states, s2, n - 1, n, gap)


def returning(values: Sequence[float], memory: float) -> Smoothing:
    """A series smoothed as one that returns to its mean.

    Parameters
    ----------
    values : sequence of float
        In time order, without season; NaN where missing.
    memory : float
        Share of the distance from the mean that is left after one interval, above 0 and below 1.

    Notes
    -----
    The mean is in doubt by the spread of a mean of values with memory, ``sqrt((1 + r) / (1 - r) / n)`` times theirs.
    """
    series, gap = span(values)
    known = ~np.isnan(series)
    n, mean = int(known.sum()), float(series[known].mean())
    away = np.where(known, series - mean, 0.0)
    errors = np.concatenate([[away[0] * np.sqrt(1 - memory**2)], away[1:] - memory * away[:-1]])
    pairs = known & np.concatenate([[True], known[:-1]])
    errors = np.where(pairs, errors, 0.0)
    freedom = max(0, n - 2)
    s2 = float((errors**2).sum()) / max(1, int(pairs.sum()) - 2) if freedom else np.nan
    pull = (1 - memory) / memory
    # Relative to the spread of an error: the mean's is that of the values over sqrt(1 - r^2).
    doubt = np.sqrt((1 + memory) / (1 - memory) / n / (1 - memory**2))
    states = States(
        np.array([mean + away[-1], 0.0]), np.array([-away[-1] * pull, doubt * pull]), np.zeros((1, 2))
    )
    return Smoothing(RETURNING, Weights(1.0, -pull, memory), states, s2, freedom, n, gap)
