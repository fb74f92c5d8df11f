"""Coverage of intervals by adding up the chances of all outcomes: nothing is drawn."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, poisson

LEVEL = 0.95
NEAR = 0.2  # coverage is averaged over proportions within a fifth of their value
ENOUGH = 5  # events, and trials without one, that a group must be expected to have to be judged
SIZES = ((10, 10), (50, 50), (500, 500), (10, 500))
PROPORTIONS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 0.99)
RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
_AROUND = 9  # points on each side's fifth: 81 for two groups
_NEVER = 1e-10  # outcomes of less chance are left out
_ROUNDING = 1e-12
_MOST_EVENTS = 300  # expected, of two counts compared

Interval = Callable[..., tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Covered:
    """How often an interval holds the truth in one situation.

    Parameters
    ----------
    size : str
        Of the groups, such as ``10 v 500``.
    truth : tuple of float
        The proportions or rates.
    share : float
        On average over truths within a fifth of these.
    least : float
        The least at any of them.
    judged : bool
        Whether enough events and non-events are expected for the coverage to be judged.
    error : float
        Monte Carlo standard error of ``share``; 0 where all outcomes were added up.
    sure : bool
        Whether it was added up, or simulated again because it stood out.
    """

    size: str
    truth: tuple[float, ...]
    share: float
    least: float
    judged: bool
    error: float = 0.0
    sure: bool = True


def near(value: float, points: int = _AROUND) -> np.ndarray:
    """Points spread evenly over the fifth below and above a value; of a proportion over 0.5, of what is left."""
    steps = (np.arange(points) + 0.5) / points
    return value * (1 - NEAR + 2 * NEAR * steps)


def near_proportion(value: float, points: int = _AROUND) -> np.ndarray:
    """The same of a proportion: above one half it is the rest that varies by a fifth."""
    return near(value, points) if value <= 0.5 else 1 - near(1 - value, points)


def one_proportion(interval: Interval, n: int, truths: Iterable[float] = PROPORTIONS) -> list[Covered]:
    """Coverage of the interval of ``x`` of ``n``."""
    x = np.arange(n + 1)
    limits = interval(x, np.full(n + 1, n), LEVEL)
    found = []
    for truth in truths:
        points = near_proportion(truth, 101)
        covered = _one(limits, binom.pmf(x, n, points[:, None]), points)
        judged = min(n * truth, n * (1 - truth)) >= ENOUGH - _ROUNDING
        found.append(Covered(f"{n}", (truth,), covered.mean(), covered.min(), judged))
    return found


def one_count(interval: Interval, means: Iterable[float]) -> list[Covered]:
    """Coverage of the interval of a Poisson count."""
    means = np.asarray(list(means), float)
    x = np.arange(int(poisson.isf(_NEVER, (1 + NEAR) * means.max())) + 1)
    limits = interval(x, LEVEL)
    found = []
    for mean in means:
        points = near(mean, 101)
        covered = _one(limits, poisson.pmf(x, points[:, None]), points)
        found.append(Covered("one count", (mean,), covered.mean(), covered.min(), mean >= ENOUGH))
    return found


def _one(limits, chances: np.ndarray, truths: np.ndarray) -> np.ndarray:
    """Chance, for each truth, of an outcome whose limits hold it."""
    lower, upper = limits
    held = (lower <= truths[:, None] + _ROUNDING) & (upper >= truths[:, None] - _ROUNDING)
    return (chances * held).sum(axis=1)


def two_proportions(
    interval: Interval, measure: str, sizes: tuple[int, int], truths=PROPORTIONS
) -> list[Covered]:
    """Coverage of the interval of a difference or ratio of two proportions, every pair of truths."""
    n1, n2 = sizes
    x1, x2 = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
    limits = interval(x1, n1, x2, n2, LEVEL)

    def chances(n, truth):
        points = near_proportion(truth)
        return points, binom.pmf(np.arange(n + 1), n, points[:, None])

    def enough(n, truth):
        return min(n * truth, n * (1 - truth)) >= ENOUGH - _ROUNDING

    return _pairs(limits, measure, sizes, truths, chances, enough)


def two_rates(interval: Interval, measure: str, sizes: tuple[int, int], truths=RATES) -> list[Covered]:
    """Coverage of the interval of a difference or ratio of two rates of Poisson counts."""
    truths = [rate for rate in truths if rate * max(sizes) <= _MOST_EVENTS]
    most = [int(poisson.isf(_NEVER, (1 + NEAR) * max(truths) * size)) for size in sizes]
    x1, x2 = np.meshgrid(*(np.arange(count + 1) for count in most), indexing="ij")
    limits = interval(x1, sizes[0], x2, sizes[1], LEVEL)
    counts = {size: np.arange(count + 1) for size, count in zip(sizes, most, strict=True)}

    def chances(size, truth):
        points = near(truth)
        return points, poisson.pmf(counts[size], size * points[:, None])

    def enough(size, truth):
        return size * truth >= ENOUGH - _ROUNDING

    return _pairs(limits, measure, sizes, truths, chances, enough)


def _pairs(limits, measure, sizes, truths, chances, enough) -> list[Covered]:
    """Coverage at each pair of truths."""
    sides = [{truth: chances(size, truth) for truth in truths} for size in sizes]
    name = f"{sizes[0]} v {sizes[1]}"
    found = []
    for first, (points1, chances1) in sides[0].items():
        for second, (points2, chances2) in sides[1].items():
            covered = _two(limits, measure, points1, chances1, points2, chances2)
            judged = enough(sizes[0], first) and enough(sizes[1], second)
            found.append(Covered(name, (first, second), covered.mean(), covered.min(), judged))
    return found


def _two(limits, measure, points1, chances1, points2, chances2) -> np.ndarray:
    """Chance, for each pair of points, of an outcome whose limits hold their difference or ratio."""
    (rows, chances1), (columns, chances2) = _possible(chances1), _possible(chances2)
    lower, upper = (limit[rows, columns] for limit in limits)
    covered = np.empty((len(points1), len(points2)))
    for i, first in enumerate(points1):
        for j, second in enumerate(points2):
            truth = first - second if measure == "difference" else first / second
            slack = _ROUNDING * max(1.0, truth)
            held = (lower <= truth + slack) & (upper >= truth - slack)
            covered[i, j] = chances1[i] @ held @ chances2[j]
    return covered


def _possible(chances: np.ndarray) -> tuple[slice, np.ndarray]:
    """The outcomes that have any chance to speak of."""
    seen = np.flatnonzero(chances.max(axis=0) > _NEVER)
    part = slice(seen[0], seen[-1] + 1)
    return part, chances[:, part]
