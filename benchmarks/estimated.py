"""Coverage of intervals beside which something else is estimated: residents, repeat users, the places' mean."""

from collections.abc import Callable

import numpy as np
from enumerated import ENOUGH, LEVEL, Covered

from workbench.statistics.differences import miettinen_nurminen
from workbench.statistics.margins_of_error import (
    rate_difference_with_margin,
    rate_interval_with_margin,
    rate_ratio_with_margin,
)
from workbench.statistics.proportions import critical_value, wilson
from workbench.statistics.repeats import design_effect, effective, with_few_persons
from workbench.statistics.shrinkage import shrunken

SIZES = (10, 50, 500)
MEANS = (2, 5, 20, 100)  # events expected
VARIATIONS = (0.1, 0.25)  # standard error of the residents over the residents
SPREADS = (0.15, 0.4)  # standard deviation of the places' rates over their mean
_SEED = 11


def residents(which: str, repeats: int) -> list[Covered]:
    """Rates over residents that a survey estimates; ``which`` is ``rate``, ``difference`` or ``ratio``."""
    generator = np.random.default_rng([_SEED, len(which)])
    return [
        _residents(generator, which, mean, variation, repeats) for mean in MEANS for variation in VARIATIONS
    ]


def _residents(generator, which: str, mean: float, variation: float, repeats: int) -> Covered:
    """The first group has the rate 1 per resident, the second has five times the residents at 0.8."""
    true = np.array([mean, 5 * mean])
    x = generator.poisson(true * [1.0, 0.8], (repeats, 2))
    estimate = np.maximum(true * (1 + variation * generator.standard_normal((repeats, 2))), 0.1 * true)
    error = variation * np.sqrt(estimate * true)  # as of a sample: with the root of what is counted
    sides = [(x[:, side], estimate[:, side], error[:, side]) for side in (0, 1)]
    truth, limits = {
        "rate": (1.0, lambda: rate_interval_with_margin(*sides[0], LEVEL)),
        "difference": (0.2, lambda: rate_difference_with_margin(*sides[0], *sides[1], LEVEL)),
        "ratio": (1.25, lambda: rate_ratio_with_margin(*sides[0], *sides[1], LEVEL)),
    }[which]
    size = f"{mean} events, residents known to {100 * variation:.0f} %"
    return _share(size, truth, limits(), mean >= ENOUGH)


def _share(size: str, truth: float, limits, judged: bool) -> Covered:
    lower, upper = limits
    held = (lower <= truth) & (truth <= upper)
    share = float(held.mean())
    return Covered(size, (truth,), share, share, judged, float(np.sqrt(share * (1 - share) / held.size)))


def repeat_users(which: str, repeats: int) -> list[Covered]:
    """Persons with one to four rows each, alike in part; ``which`` is ``proportion`` or ``difference``."""
    generator = np.random.default_rng([_SEED, len(which), 2])
    return [
        _repeat_users(generator, which, persons, level, repeats)
        for persons in SIZES
        for level in (0.1, 0.3, 0.5)
    ]


def _repeat_users(generator, which: str, persons: int, level: float, repeats: int) -> Covered:
    """Half of the spread of outcomes lies between persons."""
    first, second = (_as_if_single(generator, persons, level, repeats) for _ in range(2))
    judged = persons * min(level, 1 - level) >= ENOUGH
    size = f"{persons} persons" if which == "proportion" else f"{persons} v {persons} persons"
    if which == "proportion":
        return _share(size, level, wilson(*first, LEVEL), judged)
    covered = _share(size, 0.0, miettinen_nurminen(*first, *second, LEVEL), judged)
    return Covered(size, (level, level), covered.share, covered.least, judged, covered.error)


def _as_if_single(generator, persons: int, level: float, repeats: int) -> tuple[np.ndarray, np.ndarray]:
    """Events and trials that a sample without repeats would need to say as much."""
    rows = generator.choice([1, 2, 3, 4], (repeats, persons), p=[0.6, 0.2, 0.1, 0.1])
    own = generator.beta(level, 1 - level, (repeats, persons))
    events = generator.binomial(rows, own)
    sums = (rows, events, rows**2, rows * events, events**2)
    n, x, n_squared, n_times_x, x_squared = (each.sum(axis=1) for each in sums)
    effect = design_effect(n, x, n_squared, n_times_x, x_squared)
    return effective(x, n, with_few_persons(effect, n, n_squared, persons, LEVEL))


def shrunken_rates(repeats: int) -> list[Covered]:
    """Empirical-Bayes rates of 30 places give or take 1.96 standard errors: coverage over all places together."""
    generator = np.random.default_rng([_SEED, 3])
    return [
        _shrunken(generator, mean, spread, max(repeats // 10, 10)) for mean in MEANS[1:] for spread in SPREADS
    ]


def _shrunken(generator, mean: float, spread: float, repeats: int) -> Covered:
    held = []
    for _ in range(repeats):
        true = generator.gamma(1 / spread**2, spread**2, 30)
        exposure = mean * np.linspace(0.5, 1.5, 30)
        found = shrunken(generator.poisson(true * exposure), exposure)
        held.append(np.abs(found.rate - true) <= critical_value(LEVEL) * found.standard_error)
    share = float(np.mean(held))
    error = float(np.std(np.mean(held, axis=1)) / np.sqrt(repeats))
    return Covered(f"{mean} events in each of 30 places", (spread,), share, share, True, error)


METHODS: dict[str, Callable[[int], list[Covered]]] = {
    "rate_with_margin": lambda repeats: residents("rate", 10 * repeats),
    "rate_difference_with_margin": lambda repeats: residents("difference", 10 * repeats),
    "rate_ratio_with_margin": lambda repeats: residents("ratio", 10 * repeats),
    "wilson_of_repeat_users": lambda repeats: repeat_users("proportion", 10 * repeats),
    "miettinen_nurminen_of_repeat_users": lambda repeats: repeat_users("difference", 10 * repeats),
    "shrunken": shrunken_rates,
}
