"""A gap between two groups, or two periods, taken apart exactly: which part comes from which factor."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from math import factorial

import numpy as np

from workbench.statistics.differences import mover_difference, newcombe
from workbench.statistics.proportions import share
from workbench.statistics.rates import rate_interval
from workbench.statistics.standardisation import standardised_difference, standardised_proportion

REPLICATES = 1000
SEED = 20_260_101
_PARTS = ("gap", "composition", "rate")

Factors = Mapping[str, object]


@dataclass(frozen=True)
class Split:
    """The gap of two groups' overall rates, in two parts that add up to it.

    Parameters
    ----------
    gap : float
        First group's overall rate less the second's.
    composition, rate : float
        What comes from different shares of the places, and from different rates within them.
    composition_by, rate_by : array of shape (places,)
        What each place contributes to either. A single ``composition_by`` depends on the level of
        the rates (a place can lower the gap only because both rates are low there); the sum does not.
    """

    gap: float
    composition: float
    rate: float
    composition_by: np.ndarray
    rate_by: np.ndarray


@dataclass(frozen=True)
class Crossed:
    """The gap of two overall rates over cross-classified cells, in parts that add up to it.

    Parameters
    ----------
    gap : float
        First population's overall rate less the second's.
    structure : array of shape (dimensions,)
        What comes from the make-up by each dimension, the others' held alike.
    rate : float
        What comes from different rates within the cells.
    """

    gap: float
    structure: np.ndarray
    rate: float


@dataclass(frozen=True)
class SplitInterval:
    """A split with an interval of each part.

    Parameters
    ----------
    split : Split
        As observed.
    gap, composition, rate : tuple of float
        Lower and upper limit of each.
    composition_share : tuple of float
        Limits of the composition over the gap, from the same draws; of no use where those of the gap
        have 0 between them.
    rate_by : tuple of array of shape (places,)
        Limits of what different rates within each place contribute.
    confidence : float
    """

    split: Split
    gap: tuple[float, float]
    composition: tuple[float, float]
    rate: tuple[float, float]
    composition_share: tuple[float, float]
    rate_by: tuple[np.ndarray, np.ndarray]
    confidence: float


def kitagawa(share_a, rate_a, share_b, rate_b) -> Split:
    """Split of a gap into composition and rates (Kitagawa 1955; Das Gupta 1993, table 5.1).

    Parameters
    ----------
    share_a, share_b : array_like of shape (..., places)
        Each group's share in each place, as fractions that sum to 1 (or percentages, with the
        result in that unit).
    rate_a, rate_b : array_like of shape (..., places)
        Each group's rate in each place. A place where a group has nobody has no rate: leave it
        out beforehand (:func:`comparable`), or the whole is missing.

    Returns
    -------
    Split
        Exact, no residual. Numbers where one split is asked for, arrays where several are.
    """
    share_a, rate_a, share_b, rate_b = (np.asarray(a, float) for a in (share_a, rate_a, share_b, rate_b))
    composition_by = (share_a - share_b) * (rate_a + rate_b) / 2
    rate_by = (rate_a - rate_b) * (share_a + share_b) / 2
    gap = (share_a * rate_a).sum(-1) - (share_b * rate_b).sum(-1)
    return Split(gap, composition_by.sum(-1), rate_by.sum(-1), composition_by, rate_by)


def comparable(n_a, n_b) -> tuple[np.ndarray, float, float]:
    """The places where both groups have somebody, and how much of each group lives there.

    Parameters
    ----------
    n_a, n_b : array_like of shape (places,)
        Trials or exposure of either group.

    Returns
    -------
    both : ndarray of bool
    coverage_a, coverage_b : float
        Share of the group that is in these places; missing where the group is empty.
    """
    n_a, n_b = np.asarray(n_a, float), np.asarray(n_b, float)
    both = (n_a > 0) & (n_b > 0)
    return both, float(share(n_a[both].sum(), n_a.sum())), float(share(n_b[both].sum(), n_b.sum()))


def summed_product(factors: Factors) -> float:
    """The usual way to combine factors: multiplied, then summed over their cells."""
    return np.sum(reduce(np.multiply, (np.asarray(value, float) for value in factors.values())))


def das_gupta(
    factors_a: Factors, factors_b: Factors, combine: Callable[[Factors], float] = summed_product
) -> dict[str, float]:
    """Effect of each of K factors on the gap of two combined figures (Das Gupta 1993).

    Each factor is exchanged between the populations with the others at every mixture of both,
    and the changes are averaged with weights s!(K-1-s)!/K!, s being the number of others taken
    from the first: the Shapley value of the factor.

    Parameters
    ----------
    factors_a, factors_b : mapping of str to float or array_like
        The same factors of either population.
    combine : callable
        What the factors make together: takes the mapping, returns the figure (a number, or an
        array of which each element is taken apart by itself).

    Returns
    -------
    effects : dict of str to float
        In the order of ``factors_a``; they sum to ``combine(factors_a) - combine(factors_b)``.
    """
    first, second = _standardised_pair(factors_a, factors_b, combine)
    return {name: first[name] - second[name] for name in factors_a}


def _standardised_pair(factors_a, factors_b, combine) -> tuple[dict, dict]:
    """For each factor the figure with it from the first, and from the second, the others averaged."""
    names = tuple(factors_a)
    assert set(names) == set(factors_b), (names, tuple(factors_b))
    figures = {
        frozenset(taken): combine({n: (factors_a if n in taken else factors_b)[n] for n in names})
        for size in range(len(names) + 1)
        for taken in combinations(names, size)
    }
    first, second = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
    for taken, figure in figures.items():
        for name in names:
            side = first if name in taken else second
            side[name] = side[name] + _weight(len(taken - {name}), len(names)) * figure
    return first, second


def _weight(others: int, factors: int) -> float:
    """Shapley's weight of a mixture with so many of the other factors from the first population."""
    return factorial(others) * factorial(factors - 1 - others) / factorial(factors)


def cross_classified(n_a, rates_a, n_b, rates_b) -> Crossed:
    """Gap of two overall rates, by the make-up in each of several dimensions and by the rates.

    First the gap is split into make-up and rates as by :func:`kitagawa`, the cells being the
    places. The share of a cell is then the product of one symmetric factor a dimension (Das
    Gupta 1993, table 5.3): with two, the roots of n_ij n_.j/(n_i. n) and of n_ij n_i./(n_.j n).
    So neither dimension is looked at before the other.

    Parameters
    ----------
    n_a, n_b : array_like of shape (dimension 1, dimension 2, ...)
        Persons of either population in each cell.
    rates_a, rates_b : array_like of the same shape
        Rate in each cell; not looked at in a cell that is empty in both populations. A cell that
        is empty in one has no rate there: leave it out of both (0 persons) beforehand.

    Returns
    -------
    Crossed
        Exact, no residual.
    """
    n_a, rates_a, n_b, rates_b = (np.asarray(a, float) for a in (n_a, rates_a, n_b, rates_b))
    level = np.where((n_a > 0) | (n_b > 0), (rates_a + rates_b) / 2, 0.0)
    structure = das_gupta(
        _structure(n_a),
        _structure(n_b),
        lambda factors: (reduce(np.multiply, factors.values()) * level).sum(),
    )
    shares = share(n_a, n_a.sum()), share(n_b, n_b.sum())
    rate = (_where(shares[0] + shares[1], rates_a - rates_b) / 2).sum()
    gap = (_where(shares[0], rates_a) - _where(shares[1], rates_b)).sum()
    return Crossed(float(gap), np.array([*structure.values()]), float(rate))


def _where(shares, rates) -> np.ndarray:
    """Shares times rates; nothing where there is no share, whatever the rate."""
    return np.where(shares == 0, 0.0, shares * rates)


def _structure(n) -> dict[str, np.ndarray]:
    """For each dimension a factor of the cells' shares; their product is the share."""
    axes = range(n.ndim)
    margins = {
        frozenset(kept): n.sum(tuple(axis for axis in axes if axis not in kept), keepdims=True)
        for size in range(n.ndim + 1)
        for kept in combinations(axes, size)
    }
    factors = {str(axis): np.ones(n.shape) for axis in axes}
    for kept, margin in margins.items():
        for axis in set(axes) - kept:
            part = np.nan_to_num(share(margins[kept | {axis}], margin))
            factors[str(axis)] = factors[str(axis)] * part ** _weight(len(kept), n.ndim)
    return factors


def over_periods(
    populations: Sequence[Factors], combine: Callable[[Factors], float] = summed_product
) -> np.ndarray:
    """Each period's figure if all but one factor were alike, for each factor (Das Gupta 1993, chapter 6).

    Every period is compared with every other and the results are made consistent, so that the
    effects from one period to a second and from there to a third add up to those from the first
    to the third.

    Parameters
    ----------
    populations : sequence of mapping of str to float or array_like
        The same factors in each period.
    combine : callable
        As of :func:`das_gupta`; returns a number.

    Returns
    -------
    standardised : ndarray of shape (periods, factors)
        Factors in the order of the first period's. The difference of two rows is each factor's
        effect; their sum is the difference of the two figures.
    """
    names, count = tuple(populations[0]), len(populations)
    against = np.zeros((count, count, len(names)))
    if count == 1:
        return np.full((1, len(names)), combine(populations[0]))
    for i, j in combinations(range(count), 2):
        first, second = _standardised_pair(populations[i], populations[j], combine)
        against[i, j] = [first[name] for name in names]
        against[j, i] = [second[name] for name in names]
    own, others = against.sum(1), against.sum(0)
    rest = against.sum((0, 1)) - own - (count - 1) * others
    return own / (count - 1) + rest / (count * (count - 1))


def split_interval(
    x_a,
    n_a,
    x_b,
    n_b,
    confidence: float = 0.95,
    replicates: int = REPLICATES,
    seed: int = SEED,
    share_error_a=None,
    share_error_b=None,
    rates: bool = False,
) -> SplitInterval:
    """Split of a gap from counts, with intervals by parametric bootstrap (Efron and Tibshirani 1993).

    Parameters
    ----------
    x_a, n_a, x_b, n_b : array_like of shape (places,)
        Events and trials (or exposure) of either group in each place; may be fractional. Each
        group's shares are its parts of ``n``.
    confidence : float
        Level of the two-sided intervals.
    replicates, seed : int
        Redraws, and where they begin: the same counts give the same limits.
    share_error_a, share_error_b : array_like of shape (places,), optional
        Standard error of each share, as a fraction: the error of a place's ``n`` over the sum of
        all ``n``. Without it shares are fixed, as they are for requests; a census has one. With
        ``rates`` the drawn exposure is also what the events are divided by.
    rates : bool
        Whether ``x`` are Poisson counts over exposure, rather than binomial.

    Returns
    -------
    SplitInterval

    Raises
    ------
    ValueError
        When there is no place, or a group has nobody in one: see :func:`comparable`.

    Notes
    -----
    Each place's rate is drawn from the normal distribution around the observed one, with the
    variance of the rate that has one trial (one event, for rates) of the group's overall rate
    added, and the overall rate itself with two events of each kind (one, for rates) added: so a
    place where nobody or everybody has the event varies like the others, and small places keep
    the variance they should have. Draws from each place's own posterior would pull many small
    places towards the middle together, and away from what was seen: the parts of the gap, sums
    over places, are what must be covered. Where shares are fixed, the part of the rates is the
    difference of two proportions standardised to the mean of both mixes, and has that one's limits,
    which hold with few events too. Limits of one place's contribution are Newcombe's (or,
    for rates, recovered from those of either rate) with shares taken as fixed.
    """
    x_a, n_a, x_b, n_b = (np.asarray(a, float) for a in (x_a, n_a, x_b, n_b))
    if not n_a.size or min(n_a.min(), n_b.min()) <= 0:
        raise ValueError(
            "a split needs places where both groups have somebody: choose them with comparable()."
        )
    generator = np.random.default_rng(seed)
    first = _drawn(generator, x_a, n_a, share_error_a, replicates, rates)
    second = _drawn(generator, x_b, n_b, share_error_b, replicates, rates)
    drawn = kitagawa(*first, *second)
    split = kitagawa(n_a / n_a.sum(), x_a / n_a, n_b / n_b.sum(), x_b / n_b)
    tails = (1 - confidence) / 2, (1 + confidence) / 2

    moved = {part: _moved(getattr(drawn, part), getattr(split, part)) for part in _PARTS}
    limits = {part: tuple(np.quantile(draws, tails).tolist()) for part, draws in moved.items()}
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = tuple(np.quantile(moved["composition"] / moved["gap"], tails).tolist())
    half = (n_a / n_a.sum() + n_b / n_b.sum()) / 2
    if not rates and share_error_a is None and share_error_b is None:
        limits["rate"] = _at_one_mix(x_a, n_a, x_b, n_b, half, confidence)
    lower, upper = (_rate_differences if rates else newcombe)(x_a, n_a, x_b, n_b, confidence)
    rate_by = half * lower, half * upper
    return SplitInterval(split, **limits, composition_share=shares, rate_by=rate_by, confidence=confidence)


def _moved(draws: np.ndarray, observed: float) -> np.ndarray:
    """Draws around what was observed, which they need not be around by themselves."""
    return draws - draws.mean() + observed


def _at_one_mix(x_a, n_a, x_b, n_b, mix, confidence) -> tuple[float, float]:
    """Limits of the difference of both proportions standardised to one mix."""
    sides = [standardised_proportion(x, n, mix, confidence) for x, n in ((x_a, n_a), (x_b, n_b))]
    return standardised_difference(*sides)[1:]


def _rate_differences(x_a, t_a, x_b, t_b, confidence) -> tuple[np.ndarray, np.ndarray]:
    """Limits of the difference of the rates in each place."""
    limits_a, limits_b = rate_interval(x_a, t_a, confidence), rate_interval(x_b, t_b, confidence)
    return mover_difference(x_a / t_a, limits_a, x_b / t_b, limits_b)


def _drawn(generator, x, n, share_error, replicates, rates) -> tuple[np.ndarray, np.ndarray]:
    """Redraws of a group's shares and rates, of shape (replicates, places) or fixed."""
    size = (replicates, len(n))
    error = np.sqrt((_poisson_variance if rates else _binomial_variance)(x, n))
    drawn = x / n + error * generator.standard_normal(size)
    shares = n / n.sum()
    if share_error is None:
        return shares, drawn
    spread = np.sqrt(np.log1p((np.asarray(share_error, float) / shares) ** 2))
    factor = np.exp(spread * generator.standard_normal(size))
    shares = shares * factor
    return shares / shares.sum(-1, keepdims=True), drawn / factor if rates else drawn


def _binomial_variance(x, n) -> np.ndarray:
    """Of the places' proportions, smoothed, and brought to what it is on average if they are alike."""
    smoothed = (x + (x.sum() + 2) / (n.sum() + 4)) / (n + 1)
    return smoothed * (1 - smoothed) / n / (1 - n / (n + 1) ** 2)


def _poisson_variance(x, n) -> np.ndarray:
    """Of the places' rates, smoothed."""
    overall = (x.sum() + 1) / n.sum()
    return (x + 1) / (n + 1 / overall) / n
