"""How unequal unordered groups are: every index with its interval, its bias and what noise alone would show.

All indices of inequality are biased upward by noise (Harper and Lynch 2005): small groups look unequal by
chance. So each comes with the value to be expected with no true gap.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbench.statistics import index_errors, indices
from workbench.statistics.proportions import critical_value

SEED = 20260101
NOISE = (0.5, 0.95)  # expected with no true gap, and seldom exceeded
WIDEST = 3.0  # spreads of the noise by which the true gap may exceed the one seen
STEPS, AS_SEEN = 12, 6  # widths of the gap tried; position of that which is seen
BEYOND = 1e300  # stands for infinite where numbers are interpolated
ON_ONE_GROUP = ("_from_reference", "_from_best", "range_", "summary_rate_ratio")  # parts of names of indices
LEVEL = 1e-9  # relative difference below which two numbers are on one level


@dataclass(frozen=True)
class Index:
    """One index of inequality.

    Parameters
    ----------
    name : str
        Which index, and which version of it.
    value, lower, upper : float
        As published, and its interval, which reaches down to where the bias leaves room; missing (NaN) where
        undefined.
    corrected : float
        Less what noise adds; missing where that cannot be said.
    noise_floor, noise_upper : float
        Median and 95th percentile with no true gap.
    weighted : bool
        Whether groups count by their population.
    unit : {'points', 'squared points', 'percent', 'per 1000', 'ratio'}
    above_noise : bool
        Whether the value is beyond ``noise_upper``.
    """

    name: str
    value: float
    lower: float
    upper: float
    corrected: float
    noise_floor: float
    noise_upper: float
    weighted: bool
    unit: str
    above_noise: bool


@dataclass(frozen=True)
class _Groups:
    """Groups in an order that does not depend on how they were given."""

    share: np.ndarray
    estimate: np.ndarray
    error: np.ndarray
    favourable: bool
    reference: int | None


@dataclass(frozen=True)
class _Kind:
    """How an index is worked out of estimates; ``error`` where the literature has a standard error."""

    unit: str
    weighted: bool
    value: Callable
    error: Callable | None = None


def _of_groups(function: Callable) -> Callable:
    return lambda groups, estimate: function(groups.share, estimate)


def _of_best(function: Callable) -> Callable:
    return lambda groups, estimate: function(estimate, groups.favourable)


def _from_best(groups, estimate):
    found = indices.index_of_disparity_from_best(estimate, groups.favourable)
    # A group seen at 0 is passed over; one that is only drawn there is the best, and the index without bound.
    drawn = groups.estimate.min() > 0 and not groups.favourable
    return np.where(drawn & (estimate == 0).any(-1), np.nan, found)[()]


def _of_reference(function: Callable) -> Callable:
    def value(groups, estimate):
        if groups.reference is None:
            return np.full(estimate.shape[:-1], np.nan)[()]
        return function(groups, estimate, groups.reference)

    return value


def _attributable(function: Callable) -> Callable:
    return lambda groups, estimate: function(groups.share, estimate, favourable=groups.favourable)


def _error_of_groups(function: Callable) -> Callable:
    return lambda groups: function(groups.share, groups.estimate, groups.error)


def _error_of_attributable(function: Callable) -> Callable:
    def error(groups):
        goal = int(np.argmax(groups.estimate if groups.favourable else -groups.estimate))
        return function(groups.share, groups.estimate, groups.error, reference=goal)

    return error


KINDS: dict[str, _Kind] = {
    "between_group_variance": _Kind(
        "squared points",
        True,
        _of_groups(indices.between_group_variance),
        _error_of_groups(index_errors.between_group_variance_error),
    ),
    "between_group_sd": _Kind("points", True, _of_groups(indices.between_group_sd)),
    "coefficient_of_variation": _Kind("percent", True, _of_groups(indices.coefficient_of_variation)),
    "mean_difference_from_mean": _Kind("points", True, _of_groups(indices.mean_difference_from_mean)),
    "mean_difference_from_mean_unweighted": _Kind(
        "points", False, _of_groups(indices.mean_difference_from_mean_unweighted)
    ),
    "mean_difference_from_best": _Kind(
        "points", True, lambda g, y: indices.mean_difference_from_best(g.share, y, g.favourable)
    ),
    "mean_difference_from_best_unweighted": _Kind(
        "points", False, _of_best(indices.mean_difference_from_best_unweighted)
    ),
    "mean_difference_from_reference": _Kind(
        "points",
        True,
        _of_reference(lambda g, y, reference: indices.mean_difference_from_reference(g.share, y, reference)),
    ),
    "mean_difference_from_reference_unweighted": _Kind(
        "points",
        False,
        _of_reference(
            lambda g, y, reference: indices.mean_difference_from_reference_unweighted(y, reference)
        ),
    ),
    "index_of_disparity": _Kind("percent", False, _of_groups(indices.index_of_disparity)),
    "index_of_disparity_weighted": _Kind("percent", True, _of_groups(indices.index_of_disparity_weighted)),
    "index_of_disparity_from_best": _Kind("percent", False, _from_best),
    "summary_rate_ratio": _Kind("ratio", False, _of_best(indices.summary_rate_ratio)),
    "theil": _Kind("per 1000", True, _of_groups(indices.theil), _error_of_groups(index_errors.theil_error)),
    "mean_log_deviation": _Kind(
        "per 1000",
        True,
        _of_groups(indices.mean_log_deviation),
        _error_of_groups(index_errors.mean_log_deviation_error),
    ),
    "population_attributable_risk": _Kind(
        "points",
        True,
        _attributable(indices.population_attributable_risk),
        _error_of_attributable(index_errors.population_attributable_risk_error),
    ),
    "population_attributable_fraction": _Kind(
        "percent",
        True,
        _attributable(indices.population_attributable_fraction),
        _error_of_attributable(index_errors.population_attributable_fraction_error),
    ),
    "range_difference": _Kind("points", False, lambda g, y: indices.range_difference(y)),
    "range_ratio": _Kind("ratio", False, lambda g, y: indices.range_ratio(y)),
}


def summary(
    share,
    estimate,
    error,
    *,
    favourable: bool,
    reference: int | None = None,
    confidence: float = 0.95,
    seed: int = SEED,
    replicates: int = 2000,
) -> list[Index]:
    """Every index of inequality of unordered groups, in the order of ``KINDS``.

    Around estimates of the same shape with gaps from none to far wider ones, sets of estimates are drawn: each
    normal with its standard error, cut at 0 where no estimate is negative. The corrected value is the true
    index whose draws exceed the one seen half of the time, and the interval holds those that exceed it neither
    too seldom nor too often (a parametric bootstrap, inverted as a test is). A plain percentile interval would
    add the bias once more. The between-group variance, Theil, mean log deviation and population attributable
    figures have a standard error in the literature: where it reaches further, down from the corrected value
    or up from the published one, the interval does too. Every interval holds the value.

    Parameters
    ----------
    share : array_like
        People in each group, or their shares.
    estimate, error : array_like
        Of each group, with its standard error. Groups whose estimate is missing or that nobody is in are left
        out; where an error is missing, intervals and noise floors are.
    favourable : bool
        Whether more is better.
    reference : int, optional
        Position of the reference group; without it the indices that need one are missing.
    confidence : float
        Of the intervals.
    seed, replicates : int
        Of the draws: the same seed gives the same numbers, whatever the order of the groups.

    Returns
    -------
    list of Index
        All missing with fewer than two groups.
    """
    groups = _ordered(share, estimate, error, favourable, reference)
    if groups.estimate.size < 2:
        return [_missing(name, kind) for name, kind in KINDS.items()]
    centres, drawn = _draws(groups, seed, replicates)
    return [_index(name, kind, groups, centres, drawn, confidence) for name, kind in KINDS.items()]


def _ordered(share, estimate, error, favourable, reference) -> _Groups:
    """The groups that can be used, sorted, with the reference where it went."""
    share, estimate, error = np.broadcast_arrays(*(np.asarray(a, float) for a in (share, estimate, error)))
    chosen = np.zeros(share.shape, bool)
    if reference is not None:
        chosen[reference] = True
    used = np.isfinite(estimate) & (share > 0)
    order = np.lexsort((chosen, error, share, estimate))
    order = order[used[order]]
    place = np.flatnonzero(chosen[order])
    return _Groups(
        indices.weights(share[order]) if order.size else share[order],
        estimate[order],
        error[order],
        favourable,
        int(place[0]) if place.size else None,
    )


def _draws(groups: _Groups, seed: int, replicates: int) -> tuple[np.ndarray, np.ndarray]:
    """Estimates with ever wider gaps between them, from none on; sets drawn around each of them."""
    share, estimate, error = groups.share, groups.estimate, groups.error
    middle, spread = indices.mean(share, estimate), indices.between_group_sd(share, estimate)
    noise = np.sqrt(np.nan_to_num(indices.between_group_variance_bias(share, error)))
    shape = (estimate - middle) / spread if spread > 0 else np.resize([-1.0, 1.0], estimate.size)
    widths = (
        np.linspace(0, spread, AS_SEEN + 1),
        spread + WIDEST * noise * np.linspace(0, 1, STEPS - AS_SEEN)[1:],
    )
    centres = middle + np.concatenate(widths)[:, None] * shape
    scatter = np.random.default_rng(seed).normal(size=(replicates, estimate.size)) * error
    lowest = 0.0 if estimate.min() >= 0 else -np.inf
    return np.maximum(centres, lowest), np.maximum(centres[:, None, :] + scatter, lowest)


def _index(name, kind, groups, centres, drawn, confidence) -> Index:
    """One index with all that belongs to it."""
    # The changes that are below 0 where less is better are turned, so that further from 0 is always more.
    falls = name.startswith("population_attributable") and not groups.favourable
    sign, least = -1 if falls else 1, 1.0 if kind.unit == "ratio" else 0.0
    most = 100.0 if falls and kind.unit == "percent" else np.inf  # no more than all of the mean can go
    value = sign * float(kind.value(groups, groups.estimate))
    if not np.isfinite(value):
        return _missing(name, kind)
    true, seen = (_unbounded(sign * kind.value(groups, some), groups) for some in (centres, drawn))
    true[0] = least  # exactly none, where rounding leaves a trace of a gap
    seen.sort(axis=1)
    floor, ceiling = _quantiles(seen, NOISE)
    corrected = min(_true_at(value, true, floor), value)
    if name == "between_group_variance":
        corrected = value - float(indices.between_group_variance_bias(groups.share, groups.error))
    error = kind.error(groups) if kind.error else np.nan
    lower, upper = _limits(value, max(corrected, least), true, seen, error, confidence)
    if any(part in name for part in ON_ONE_GROUP):
        # The one group that all hinges on may look nearer to the middle than it is, which wider gaps do not show.
        upper = max(upper, float(_quantiles(seen[AS_SEEN, None], [(1 + confidence) / 2])[0][0]))
    edges = max(min(lower, value), least), min(max(upper, value), most)
    numbers = [value, *edges, max(corrected, least), float(floor[0]), float(ceiling[0])]
    value, lower, upper, *others = (sign * number + 0.0 for number in _finite(numbers))
    edges = (upper, lower) if falls else (lower, upper)
    beyond = bool(sign * (value - others[-1]) > LEVEL * np.abs(groups.estimate).max())
    return Index(name, value, *edges, *others, kind.weighted, kind.unit, beyond)


def _unbounded(values, groups: _Groups) -> np.ndarray:
    """A draw that would divide by 0 is beyond all others; without errors nothing is known of any."""
    return np.where(np.isnan(values), np.inf, values) if np.isfinite(groups.error).all() else values


def _limits(value, corrected, true, seen, error, confidence) -> tuple[float, float]:
    """True indices of which the draws exceed the value neither too seldom nor too often."""
    tail = (1 - confidence) / 2
    seldom_more, seldom_less, often = _quantiles(seen, [1 - tail, tail, NOISE[0]])
    lower = _true_at(value, true, seldom_more)
    # Less than noise alone would show is luck, and no reason to rule out what that noise could hide.
    upper = _true_at(max(value, float(often[0])), true, seldom_less, last=True)
    if np.isfinite(error):
        reach = critical_value(confidence) * error
        return min(lower, corrected - reach), max(upper, value + reach)
    return lower, upper


def _true_at(value: float, true, seen, *, last: bool = False) -> float:
    """The true index, the least or the last, at which the value seen would be this quantile of what is seen."""
    if np.isnan(seen).any() or np.isnan(true).any():
        return np.nan
    rising = np.maximum.accumulate(np.minimum(seen, BEYOND))
    nearly = value * (1 + LEVEL if last else 1 - LEVEL)
    return float(np.interp(nearly, rising, np.minimum(true, BEYOND)))


def _quantiles(ordered, at: list[float]) -> list[np.ndarray]:
    """Observed quantiles of each sorted row, since between an infinite value and another there is nothing."""
    last = ordered.shape[1] - 1
    return [ordered[:, min(int(level * (last + 1)), last)] for level in at]


def _finite(numbers: list[float]) -> list[float]:
    """Numbers beyond all others are missing."""
    return [number if abs(number) < BEYOND * LEVEL else np.nan for number in numbers]


def _missing(name: str, kind: _Kind) -> Index:
    return Index(name, *[np.nan] * 6, kind.weighted, kind.unit, False)
