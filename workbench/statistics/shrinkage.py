"""Rates of small places drawn towards their mean, and ranks with their uncertainty.

Raw rates of small places are the extreme ones by chance; shrunken rates are for maps and ranks, raw rates with
their intervals for tables. Shrinking different groups to one mean would hide the gap between them: call once
for each group.
"""

from dataclasses import dataclass

import numpy as np

from workbench.statistics.proportions import share

SEED = 20260101


@dataclass(frozen=True)
class Shrunken:
    """Empirical-Bayes rates.

    Parameters
    ----------
    rate : ndarray
        Weighted mean of each place's own rate and the mean of all; the mean where there is no exposure.
    mean, between_variance : float
        Of the places' true rates; the variance is 0 where chance explains all differences.
    weight : ndarray
        Of each place's own rate, 0 to 1.
    standard_error : ndarray
        Approximate posterior standard deviation.
    """

    rate: np.ndarray
    mean: float
    between_variance: float
    weight: np.ndarray
    standard_error: np.ndarray


@dataclass(frozen=True)
class Ranks:
    """Rank of each place, 1 the highest, with the interval without which no rank should be shown.

    Parameters
    ----------
    rank : ndarray
        Of the estimates as they are, those that are equal sharing the mean of their ranks.
    lower, upper : ndarray
        Interval of the rank.
    """

    rank: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


def shrunken(x, n) -> Shrunken:
    """Global empirical-Bayes rates (Marshall 1991).

    The mean b is all events over all exposure, the variance between places
    ``a = max(0, sum n (r - b)^2 / sum n - b / mean n)``, and a place's own rate has the weight
    ``a / (a + b / n)``. The posterior standard deviation is that of two normal distributions with a and b
    taken as known, ``sqrt(a (1 - weight))``: it leaves out that they were estimated, so with few places it is
    too small, and it is 0 where a is.

    Parameters
    ----------
    x, n : array_like
        Events and exposure (or trials) of each place.

    Returns
    -------
    Shrunken
        All missing without any exposure.
    """
    x, n = np.broadcast_arrays(np.asarray(x, float), np.asarray(n, float))
    if not n.sum() > 0:
        return Shrunken(np.full(n.shape, np.nan), np.nan, np.nan, np.zeros(n.shape), np.full(n.shape, np.nan))
    middle, between = mean_and_variance(x, n)
    between = max(0.0, between)
    chance = share(np.full(n.shape, middle), n)
    weight = np.nan_to_num(share(np.full(n.shape, between), between + chance))
    rate = np.where(n > 0, middle + weight * (np.nan_to_num(share(x, n)) - middle), middle)
    return Shrunken(rate, middle, between, weight, np.sqrt(between * (1 - weight)))


def mean_and_variance(x, n) -> tuple[float, float]:
    """Mean of the places' rates and variance between them by moments, which can come out below 0.

    Parameters
    ----------
    x, n : array_like
        Events and exposure of each place; places without exposure are left out.
    """
    x, n = np.broadcast_arrays(np.asarray(x, float), np.asarray(n, float))
    x, n = x[n > 0], n[n > 0]
    middle = x.sum() / n.sum()
    return float(middle), float((n * (x / n - middle) ** 2).sum() / n.sum() - middle / n.mean())


def ranks(
    estimate, standard_error, *, confidence: float = 0.95, seed: int = SEED, replicates: int = 2000
) -> Ranks:
    """Ranks from the highest estimate on, with intervals by simulation.

    Each place's estimate is drawn anew, normal with its standard error, and ranked among the draws of the
    others (Goldstein and Spiegelhalter 1996). The interval is widened to hold the rank itself.

    Parameters
    ----------
    estimate, standard_error : array_like
        Of each place, best shrunken ones. Places where either is missing have no rank.
    confidence, seed, replicates
        Of the intervals: the same seed gives the same numbers.
    """
    estimate, error = np.broadcast_arrays(np.asarray(estimate, float), np.asarray(standard_error, float))
    found = np.full((3, estimate.size), np.nan)
    used = np.isfinite(estimate) & np.isfinite(error)
    if used.any():
        rank = _mean_rank(estimate[used])
        tail = (1 - confidence) / 2
        drawn = _drawn_ranks(estimate[used], error[used], seed, replicates)
        lower, upper = np.quantile(drawn, [tail, 1 - tail], axis=0, method="inverted_cdf")
        found[:, used] = rank, np.minimum(lower, np.floor(rank)), np.maximum(upper, np.ceil(rank))
    return Ranks(*found)


def _mean_rank(estimate) -> np.ndarray:
    """Ranks from the highest on, equal ones sharing the mean of theirs."""
    _, place, ties = np.unique(-estimate, return_inverse=True, return_counts=True)
    return (np.cumsum(ties) - (ties - 1) / 2)[place]


def _drawn_ranks(estimate, error, seed: int, replicates: int) -> np.ndarray:
    """Ranks in each draw, equal ones in any order."""
    rng = np.random.default_rng(seed)
    drawn = estimate + error * rng.normal(size=(replicates, estimate.size))
    order = np.lexsort((rng.random(drawn.shape), -drawn), axis=1)
    found = np.empty(drawn.shape)
    np.put_along_axis(found, order, np.arange(1.0, estimate.size + 1)[None, :], axis=1)
    return found
