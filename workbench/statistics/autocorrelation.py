"""Whether neighbouring places are alike: Moran's I of a whole map, and of each place.

Sources: Moran 1950; Cliff and Ord 1981 (moments); Anselin 1995 (local); Assunção and Reis 1999 (rates of
places of unequal size). Weights are row-standardised: the mean over the neighbours.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from workbench.statistics.false_discovery import benjamini_hochberg
from workbench.statistics.proportions import share
from workbench.statistics.shrinkage import mean_and_variance

SEED = 20260101
PERMUTATIONS = 999
LOCAL_PERMUTATIONS = 9999  # fewer could not pass the correction for some ninety places
CLUSTERS = ("high among high", "low among low", "high among low", "low among high", "")
_FEWEST = 3  # places: with fewer, permutations change nothing

Pairs = Iterable[tuple[int, int]]


@dataclass(frozen=True)
class Moran:
    """Moran's I of a map.

    Parameters
    ----------
    i : float
        Above ``expected`` where neighbours are alike; missing where nothing varies or fewer than three places
        have neighbours.
    expected : float
        -1 / (n - 1), with no pattern.
    p : float
        One-sided, that neighbours are alike: from permutations.
    p_normal : float
        The same from the normal approximation.
    islands : tuple of int
        Places with a value but without a neighbour that has one: left out.
    """

    i: float
    expected: float
    p: float
    p_normal: float
    islands: tuple[int, ...]


@dataclass(frozen=True)
class LocalMoran:
    """Moran's I of each place; missing for islands and places without a value.

    Parameters
    ----------
    i : ndarray
        Above 0 where a place is like its neighbours.
    p : ndarray
        Two-sided, from conditional permutations: the place is held, all others are dealt out anew, and those
        dealings counted whose neighbours are as far from their expected mean in either direction.
    q : ndarray
        ``p`` after Benjamini and Hochberg.
    cluster : ndarray of str
        One of ``CLUSTERS``, the last where ``q`` is above the accepted rate.
    islands : tuple of int
    """

    i: np.ndarray
    p: np.ndarray
    q: np.ndarray
    cluster: np.ndarray
    islands: tuple[int, ...]


def moran(values, neighbours: Pairs, *, permutations: int = PERMUTATIONS, seed: int = SEED) -> Moran:
    """Moran's I of values.

    Parameters
    ----------
    values : array_like
        One for each place, missing where there is none.
    neighbours : iterable of pairs of int
        Positions of places that touch, each pair in either order or both.
    permutations, seed : int
        Of the pseudo p value, at least ``1 / (permutations + 1)``.

    Returns
    -------
    Moran
        The same whatever the unit of the values.
    """
    used, adjacent, islands = _map(np.asarray(values, float), neighbours)
    n, distance = used.size, _centred(np.asarray(values, float)[used])
    if n < _FEWEST or not distance.any():
        return Moran(*[np.nan] * 4, islands)
    weights = adjacent / adjacent.sum(axis=1, keepdims=True)
    scale = (distance**2).sum()
    found = float(distance @ weights @ distance / scale)
    shuffled = np.random.default_rng(seed).permuted(np.tile(distance, (permutations, 1)), axis=1)
    drawn = ((shuffled @ weights.T) * shuffled).sum(axis=1) / scale
    as_high = int((drawn >= found - 1e-12).sum())
    expected = -1 / (n - 1)
    z = (found - expected) / np.sqrt(_variance(weights))
    return Moran(found, expected, (as_high + 1) / (permutations + 1), float(ndtr(-z)), islands)


def moran_rate(x, n, neighbours: Pairs, *, permutations: int = PERMUTATIONS, seed: int = SEED) -> Moran:
    """Moran's I of rates, standardised so that small places are not extreme by chance.

    Parameters
    ----------
    x, n : array_like
        Events and exposure of each place; a place without exposure has no value.
    neighbours, permutations, seed
        As for :func:`moran`.
    """
    return moran(standardised_rates(x, n), neighbours, permutations=permutations, seed=seed)


def local_moran_rate(
    x,
    n,
    neighbours: Pairs,
    *,
    permutations: int = LOCAL_PERMUTATIONS,
    seed: int = SEED,
    accepted: float = 0.05,
) -> LocalMoran:
    """Clusters of places with high or low rates, and places unlike their neighbours.

    Parameters
    ----------
    x, n : array_like
        Events and exposure of each place.
    neighbours, permutations, seed
        As for :func:`moran`. The least p is ``1 / (permutations + 1)``: with many places take so many that it
        can pass the correction for their number.
    accepted : float
        False-discovery rate.
    """
    values = standardised_rates(x, n)
    used, adjacent, islands = _map(values, neighbours)
    found = np.full((2, values.size), np.nan)
    cluster = np.full(values.size, CLUSTERS[-1], dtype="<U16")
    distance = _centred(values[used])
    if used.size < _FEWEST or not distance.any():
        return LocalMoran(*found, np.full(values.size, np.nan), cluster, islands)
    distance = distance / np.sqrt((distance**2).sum() / (used.size - 1))
    around = adjacent @ distance / adjacent.sum(axis=1)
    found[:, used] = distance * around, _conditional_p(distance, adjacent, around, permutations, seed)
    q = benjamini_hochberg(found[1])
    kind = np.where(distance > 0, np.where(around > 0, 0, 2), np.where(around > 0, 3, 1))
    cluster[used] = np.where(q[used] <= accepted, np.array(CLUSTERS)[kind], CLUSTERS[-1])
    return LocalMoran(*found, q, cluster, islands)


def standardised_rates(x, n) -> np.ndarray:
    """Empirical-Bayes standardised rates (Assunção and Reis 1999): distance from the mean over its spread.

    The spread of a place is the root of the variance between places plus that of chance, ``a + b / n``; where
    the estimated ``a`` makes it negative it is chance alone.

    Parameters
    ----------
    x, n : array_like
        Events and exposure of each place.

    Returns
    -------
    values : ndarray
        Missing without exposure, and everywhere without any event.
    """
    x, n = np.broadcast_arrays(np.asarray(x, float), np.asarray(n, float))
    if not (n > 0).any():
        return np.full(n.shape, np.nan)
    middle, between = mean_and_variance(x, n)
    chance = share(np.full(n.shape, middle), n)
    spread = np.sqrt(np.where(between + chance < 0, chance, between + chance))
    return share(share(x, n) - middle, spread)


def _map(values, neighbours: Pairs) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
    """Places that have a value and a neighbour with one; which of them touch; the islands."""
    pairs = np.array(sorted({(int(a), int(b)) for a, b in neighbours}), dtype=int).reshape(-1, 2)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    known = ~np.isnan(values)
    pairs = pairs[known[pairs].all(axis=1)]
    adjacent = np.zeros((values.size, values.size))
    adjacent[pairs[:, 0], pairs[:, 1]] = adjacent[pairs[:, 1], pairs[:, 0]] = 1
    touching = adjacent.any(axis=1)
    used = np.flatnonzero(touching)
    islands = tuple(np.flatnonzero(known & ~touching).tolist())
    return used, adjacent[np.ix_(used, used)], islands


def _centred(values) -> np.ndarray:
    """Distances from the mean in units of the largest; all 0 where rounding alone tells values apart."""
    distance = values - values.mean() if values.size else values
    largest = np.abs(distance).max(initial=0)
    if largest <= 1e-12 * np.abs(values).max(initial=0):
        return np.zeros(values.shape)
    return distance / largest


def _variance(weights) -> float:
    """Variance of I when values are normal and unrelated (Cliff and Ord 1981)."""
    n, s0 = len(weights), weights.sum()
    s1 = ((weights + weights.T) ** 2).sum() / 2
    s2 = ((weights.sum(axis=1) + weights.sum(axis=0)) ** 2).sum()
    return float((n**2 * s1 - n * s2 + 3 * s0**2) / (s0**2 * (n**2 - 1)) - 1 / (n - 1) ** 2)


def _conditional_p(distance, adjacent, around, permutations: int, seed: int) -> np.ndarray:
    """How often any other places as neighbours had a mean as far, up or down, from what is to be expected."""
    n, counts = distance.size, adjacent.sum(axis=1).astype(int)
    # The same dealings serve all places: the first k of the others, past the place itself.
    dealt = np.random.default_rng(seed).random((permutations, n - 1)).argsort(axis=1)[:, : counts.max()]
    expected = -distance / (n - 1)
    p = np.empty(n)
    for place, count in enumerate(counts):
        others = dealt[:, :count]
        drawn = distance[others + (others >= place)].mean(axis=1) - expected[place]
        as_far = np.abs(drawn) >= abs(around[place] - expected[place]) - 1e-12
        p[place] = (as_far.sum() + 1) / (permutations + 1)
    return p
