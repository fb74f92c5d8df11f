"""Coverage of intervals over several places, by simulation with fixed seeds: too many outcomes to add up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
from enumerated import ENOUGH, LEVEL, NEAR, SIZES, Covered
from scipy.special import expit, logit

from workbench.statistics.decomposition import kitagawa, split_interval
from workbench.statistics.mantel_haenszel import (
    pooled_difference,
    pooled_odds_ratio,
    pooled_rate_difference,
    pooled_rate_ratio,
    pooled_ratio,
)
from workbench.statistics.pooled_scores import pooled_score_difference, pooled_score_rate_difference
from workbench.statistics.standardisation import (
    directly_standardised,
    standardised_difference,
    standardised_proportion,
    standardised_ratio,
    variance_of_repeats,
)

PLACES = (10, 30)
LEVELS = (0.05, 0.2, 0.5, 0.8)
_OF_REPEATS = np.array([0.5, 0.3, 0.2])  # of events, those of persons with one, two and three
_SPREAD = 0.5  # of the places' logits, or logarithms of rates, around the city's


@dataclass(frozen=True)
class City:
    """Places in which two groups live: how many of each, the true rates, and the standard's mix.

    Parameters
    ----------
    n1, n2 : ndarray of shape (places,)
        People of either group; they differ between places, threefold from the smallest to the largest.
    p1, p2 : ndarray of shape (places,)
        True proportions or rates.
    weights : ndarray of shape (places,)
        Mix of places of the whole city, neither group's own; sums to 1.
    """

    n1: np.ndarray
    n2: np.ndarray
    p1: np.ndarray
    p2: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class Method:
    """An interval to be tried.

    Parameters
    ----------
    effect : str
        How the first group differs from the second in every place: ``difference``, ``ratio`` or ``odds``.
    counts : str
        ``binomial``, ``poisson`` or ``repeats``: persons with one, two or three events.
    truth : callable
        The figure that the interval is of, from a city.
    limits : callable
        The interval, from a city, x1 and x2.
    share : float
        Of the repeats that are made: less for one that takes long.
    """

    effect: str
    counts: str
    truth: Callable[[City], float]
    limits: Callable[[City, np.ndarray, np.ndarray], tuple[float, float]]
    share: float = 1.0


@dataclass(frozen=True)
class Situation:
    """One combination of places, sizes, level and effect; ``city`` makes cities around the level."""

    key: str
    size: str
    city: Callable[[float], City]


def cities(sizes: tuple[int, int], places: int, level: float, effect: str, strong: bool) -> Callable:
    """Cities with an overall level within a fifth of ``level``: a function of a random number from -1 to 1."""
    spread = np.linspace(-_SPREAD, _SPREAD, places)
    uneven = np.linspace(0.5, 1.5, places)
    # Where one group is many the other is few, and the rates follow neither.
    n1, n2 = (
        np.maximum(np.round(size * factor), 1)
        for size, factor in zip(sizes, (uneven, uneven[::-1]), strict=True)
    )
    spread = np.concatenate([spread[::2], spread[1::2]])
    weights = (n1 / n1.sum() + 2 * n2 / n2.sum()) / 3

    def city(around: float) -> City:
        centre = level * (1 + NEAR * around) if level <= 0.5 else 1 - (1 - level) * (1 + NEAR * around)
        p2 = expit(logit(centre) + spread)
        return City(n1, n2, _other(p2, effect, strong), p2, weights)

    return city


def _other(p2: np.ndarray, effect: str, strong: bool) -> np.ndarray:
    """The first group's proportions: alike, or different by the same amount everywhere."""
    if not strong or effect == "none":
        return p2
    if effect == "difference":
        return p2 - 0.5 * min(p2.min(), 1 - p2.max())
    return p2 * 0.6 if effect == "ratio" else expit(logit(p2) + np.log(0.6))


def coverage(method: Method, name: str, repeats: int, sizes=SIZES) -> list[Covered]:
    """Coverage of a method in every situation: places, sizes, levels, no effect and one.

    The situations with the least and the most coverage are simulated again, ten times as often and with
    other seeds: the extremes of many noisy figures are too extreme.
    """
    repeats = max(int(repeats * method.share), 1)
    situations = list(_situations(method, sizes))
    rows = [_covered(method, one, np.random.default_rng(_seed(name, one.key)), repeats) for one in situations]
    for place in standing_out(rows):
        one = situations[place]
        again = _covered(method, one, np.random.default_rng(_seed(name, f"{one.key} again")), 10 * repeats)
        rows[place] = replace(again, sure=True)
    return rows


def standing_out(rows: list[Covered], many: int = 2) -> list[int]:
    """Places of the rows with the least and the most coverage among those judged."""
    order = sorted(
        (place for place, row in enumerate(rows) if row.judged), key=lambda place: rows[place].share
    )
    return sorted({*order[:many], *order[-many:]})


def _seed(name: str, key: str) -> int:
    return crc32(f"{name} {key}".encode())


def _situations(method: Method, sizes) -> Iterator[Situation]:
    for places in PLACES:
        for n1, n2 in sizes:
            for level in LEVELS:
                for strong in (False, True):
                    key = f"{places} {n1} {n2} {level} {strong}"
                    city = cities((n1, n2), places, level, method.effect, strong)
                    yield Situation(key, f"{n1} v {n2} in {places} places", city)


def _covered(method: Method, situation: Situation, generator, repeats: int) -> Covered:
    """Share of the repeats with limits whose limits hold the truth."""
    held = made = 0
    for around in generator.uniform(-1, 1, repeats):
        one = situation.city(around)
        x1, x2 = (_drawn(generator, method.counts, n, p) for n, p in ((one.n1, one.p1), (one.n2, one.p2)))
        lower, upper = method.limits(one, x1, x2)
        made += not (np.isnan(lower) or np.isnan(upper))
        held += bool(lower <= method.truth(one) <= upper)
    share = held / made if made else np.nan
    error = float(np.sqrt(share * (1 - share) / made)) if made else np.nan
    middle = situation.city(0.0)
    return Covered(situation.size, _overall(middle), share, share, _enough(method, middle), error, sure=False)


def _overall(city: City) -> tuple[float, ...]:
    return tuple(float(np.average(p, weights=n)) for p, n in ((city.p1, city.n1), (city.p2, city.n2)))


def _drawn(generator, counts: str, n: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Events in each place; of repeat users, persons with one, two and three events."""
    if counts == "binomial":
        return generator.binomial(n.astype(int), p)
    if counts == "poisson":
        return generator.poisson(n * p)
    return generator.poisson(np.outer(_OF_REPEATS / np.arange(1, len(_OF_REPEATS) + 1), n * p))


def _enough(method: Method, city: City) -> bool:
    """Whether either group is expected to have enough events, and non-events, in all places together."""
    expected = [(city.n1 * city.p1).sum(), (city.n2 * city.p2).sum()]
    if method.counts == "binomial":
        expected += [(city.n1 * (1 - city.p1)).sum(), (city.n2 * (1 - city.p2)).sum()]
    return min(expected) >= ENOUGH


def _odds_ratio(city: City) -> float:
    return float(city.p1[0] / (1 - city.p1[0]) * (1 - city.p2[0]) / city.p2[0])


def _standard(city: City, p: np.ndarray) -> float:
    return float(city.weights @ p)


def _direct(method: str) -> Callable:
    def limits(city: City, x1, x2) -> tuple[float, float]:
        return directly_standardised(x1, city.n1, city.weights, LEVEL, method, minimum_events=0).limits

    return limits


def _of_repeat_users(city: City, persons, _) -> tuple[float, float]:
    times = np.arange(1, len(persons) + 1)
    return directly_standardised(
        times @ persons,
        city.n1,
        city.weights,
        LEVEL,
        variance=variance_of_repeats(dict(zip(times, persons, strict=True))),
        minimum_events=0,
    ).limits


def _direct_pair(combine: Callable) -> Callable:
    def limits(city: City, x1, x2) -> tuple[float, float]:
        both = (
            directly_standardised(x, n, city.weights, LEVEL, minimum_events=0)
            for x, n in ((x1, city.n1), (x2, city.n2))
        )
        return combine(*both)[1:]

    return limits


def _proportion_pair(combine: Callable) -> Callable:
    def limits(city: City, x1, x2) -> tuple[float, float]:
        both = (standardised_proportion(x, n, city.weights, LEVEL) for x, n in ((x1, city.n1), (x2, city.n2)))
        return combine(*both)[1:]

    return limits


def _split(part: str) -> tuple[Callable, Callable]:
    def truth(city: City) -> float:
        shares = city.n1 / city.n1.sum(), city.n2 / city.n2.sum()
        return float(getattr(kitagawa(shares[0], city.p1, shares[1], city.p2), part))

    def limits(city: City, x1, x2) -> tuple[float, float]:
        return getattr(split_interval(x1, city.n1, x2, city.n2, LEVEL), part)

    return truth, limits


def _gap(city: City) -> float:
    return _standard(city, city.p1) - _standard(city, city.p2)


def _quotient(city: City) -> float:
    return _standard(city, city.p1) / _standard(city, city.p2)


METHODS: dict[str, Method] = {
    "mantel_haenszel_difference": Method(
        "difference",
        "binomial",
        lambda city: city.p1[0] - city.p2[0],
        lambda city, x1, x2: pooled_difference(x1, city.n1, x2, city.n2, LEVEL)[1:3],
    ),
    "mantel_haenszel_ratio": Method(
        "ratio",
        "binomial",
        lambda city: city.p1[0] / city.p2[0],
        lambda city, x1, x2: pooled_ratio(x1, city.n1, x2, city.n2, LEVEL)[1:],
    ),
    "mantel_haenszel_odds_ratio": Method(
        "odds",
        "binomial",
        _odds_ratio,
        lambda city, x1, x2: pooled_odds_ratio(x1, city.n1, x2, city.n2, LEVEL)[1:],
    ),
    "mantel_haenszel_rate_difference": Method(
        "difference",
        "poisson",
        lambda city: city.p1[0] - city.p2[0],
        lambda city, x1, x2: pooled_rate_difference(x1, city.n1, x2, city.n2, LEVEL)[1:3],
    ),
    "mantel_haenszel_rate_ratio": Method(
        "ratio",
        "poisson",
        lambda city: city.p1[0] / city.p2[0],
        lambda city, x1, x2: pooled_rate_ratio(x1, city.n1, x2, city.n2, LEVEL)[1:],
    ),
    "pooled_score_difference": Method(
        "difference",
        "binomial",
        lambda city: city.p1[0] - city.p2[0],
        lambda city, x1, x2: pooled_score_difference(x1, city.n1, x2, city.n2, LEVEL)[1:3],
    ),
    "pooled_score_rate_difference": Method(
        "difference",
        "poisson",
        lambda city: city.p1[0] - city.p2[0],
        lambda city, x1, x2: pooled_score_rate_difference(x1, city.n1, x2, city.n2, LEVEL)[1:3],
    ),
    "dobson": Method("ratio", "poisson", lambda city: _standard(city, city.p1), _direct("dobson")),
    "dobson_of_repeat_users": Method(
        "ratio", "repeats", lambda city: _standard(city, city.p1), _of_repeat_users
    ),
    "gamma": Method("ratio", "poisson", lambda city: _standard(city, city.p1), _direct("gamma")),
    "standardised_proportion": Method(
        "ratio",
        "binomial",
        lambda city: _standard(city, city.p1),
        lambda city, x1, x2: standardised_proportion(x1, city.n1, city.weights, LEVEL).limits,
    ),
    "standardised_rate_difference": Method("ratio", "poisson", _gap, _direct_pair(standardised_difference)),
    "standardised_rate_ratio": Method("ratio", "poisson", _quotient, _direct_pair(standardised_ratio)),
    "standardised_proportion_difference": Method(
        "ratio", "binomial", _gap, _proportion_pair(standardised_difference)
    ),
    "standardised_proportion_ratio": Method(
        "ratio", "binomial", _quotient, _proportion_pair(standardised_ratio)
    ),
    "split_rate": Method("ratio", "binomial", *_split("rate"), share=0.1),
    "split_composition": Method("ratio", "binomial", *_split("composition"), share=0.1),
}
