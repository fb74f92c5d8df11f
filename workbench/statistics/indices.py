"""Indices of inequality between unordered groups, each under the one name of its version.

Sources: Schlotheuber and Hosseinpoor 2022 (the measures of the World Health Organization); Harper and Lynch
2005 and Ahn et al. 2018 (measures and standard errors of the US National Cancer Institute); Pearcy and Keppel
2002; Healthy People Statistical Notes 25 and 27.

Every function takes the groups along the last axis of ``estimate``, so that thousands of drawn sets of
estimates are one call. ``share`` may be counts: it is divided by its sum. An index that divides by a mean or a
best value of 0 is missing.
"""

import numpy as np


def weights(share) -> np.ndarray:
    """Population shares that sum to 1; missing where there is nobody."""
    share = np.asarray(share, float)
    return quotient(share, share.sum())


def mean(share, estimate) -> np.ndarray:
    """Population-weighted mean of the groups."""
    return np.asarray(estimate, float) @ weights(share)


def best(estimate, favourable: bool) -> np.ndarray:
    """The highest estimate where more is better, else the lowest."""
    return np.max(estimate, axis=-1) if favourable else np.min(estimate, axis=-1)


def quotient(value, by) -> np.ndarray:
    """``value / by``, missing where ``by`` is 0."""
    value, by = np.asarray(value, float), np.asarray(by, float)
    nothing = np.full(np.broadcast(value, by).shape, np.nan)
    return np.divide(value, by, out=nothing, where=by != 0)[()]


def _distance(estimate, point) -> np.ndarray:
    """Absolute differences from one point for each set of estimates."""
    return np.abs(np.asarray(estimate, float) - np.asarray(point, float)[..., None])


def between_group_variance(share, estimate) -> np.ndarray:
    """Weighted mean of squared differences from the mean; in squared units of the estimate."""
    return _distance(estimate, mean(share, estimate)) ** 2 @ weights(share)


def between_group_variance_bias(share, error) -> np.ndarray:
    """What noise alone adds to the expected between-group variance: sum of w (1 - w) se^2."""
    share = weights(share)
    return (share * (1 - share) * np.asarray(error, float) ** 2).sum(-1)


def between_group_variance_corrected(share, estimate, error) -> np.ndarray:
    """Between-group variance less what noise adds to it, never below 0."""
    observed = between_group_variance(share, estimate)
    return np.maximum(0, observed - between_group_variance_bias(share, error))


def between_group_sd(share, estimate) -> np.ndarray:
    """Root of the between-group variance, in units of the estimate."""
    return np.sqrt(between_group_variance(share, estimate))


def coefficient_of_variation(share, estimate) -> np.ndarray:
    """Between-group standard deviation in percent of the mean."""
    return 100 * quotient(between_group_sd(share, estimate), mean(share, estimate))


def mean_difference_from_mean(share, estimate) -> np.ndarray:
    """Mean distance from the mean, groups weighted by population."""
    return _distance(estimate, mean(share, estimate)) @ weights(share)


def mean_difference_from_mean_unweighted(share, estimate) -> np.ndarray:
    """Mean distance from the weighted mean, each group counted once."""
    return _distance(estimate, mean(share, estimate)).mean(-1)


def mean_difference_from_best(share, estimate, favourable: bool) -> np.ndarray:
    """Mean distance from the best group, groups weighted by population."""
    return _distance(estimate, best(estimate, favourable)) @ weights(share)


def mean_difference_from_best_unweighted(estimate, favourable: bool) -> np.ndarray:
    """Mean distance from the best group, each group counted once, the best among them."""
    return _distance(estimate, best(estimate, favourable)).mean(-1)


def mean_difference_from_reference(share, estimate, reference: int) -> np.ndarray:
    """Mean distance from the group at position ``reference``, groups weighted by population."""
    return _distance(estimate, np.asarray(estimate)[..., reference]) @ weights(share)


def mean_difference_from_reference_unweighted(estimate, reference: int) -> np.ndarray:
    """Mean distance from the group at position ``reference``, each group counted once, itself among them."""
    return _distance(estimate, np.asarray(estimate)[..., reference]).mean(-1)


def index_of_disparity(share, estimate) -> np.ndarray:
    """Unweighted mean distance from the mean, in percent of the mean (World Health Organization)."""
    return 100 * quotient(mean_difference_from_mean_unweighted(share, estimate), mean(share, estimate))


def index_of_disparity_weighted(share, estimate) -> np.ndarray:
    """Weighted mean distance from the mean, in percent of the mean (World Health Organization)."""
    return 100 * quotient(mean_difference_from_mean(share, estimate), mean(share, estimate))


def index_of_disparity_from_best(estimate, favourable: bool) -> np.ndarray:
    """Mean distance of the other groups from the best, in percent of the best (Pearcy and Keppel 2002).

    The rules of RACE COUNTS: where less is better a group at 0 is not taken for the best, since the index
    would divide by 0; missing with fewer than two groups, and where less is better, there are two groups and
    one is at 0.
    """
    estimate = np.asarray(estimate, float)
    groups = estimate.shape[-1]
    if groups < 2:
        return np.full(estimate.shape[:-1], np.nan)[()]
    candidates = estimate if favourable else np.where(estimate == 0, np.inf, estimate)
    top = best(candidates, favourable)
    top = np.where(np.isfinite(top), top, 0)
    value = 100 * quotient(_distance(estimate, top).sum(-1), (groups - 1) * top)
    undefined = (groups == 2) & (not favourable) & (estimate == 0).any(-1)
    return np.where(undefined, np.nan, value)[()]


def summary_rate_ratio(estimate, favourable: bool) -> np.ndarray:
    """Unweighted mean of the other groups over the best; the inverse where more is better (Healthy People).

    Built to be 1 or more. One group of those tied for the best is the best; missing with one group.
    """
    estimate = np.asarray(estimate, float)
    top = best(estimate, favourable)
    others = quotient(estimate.sum(-1) - top, np.full(top.shape, estimate.shape[-1] - 1.0))
    return quotient(top, others) if favourable else quotient(others, top)


def theil(share, estimate) -> np.ndarray:
    """Theil index times 1000: weighted mean of r ln r, r the estimate over the mean.

    A group at 0 adds 0, the limit of r ln r; nothing is put in its place.
    """
    relative = quotient(estimate, np.asarray(mean(share, estimate))[..., None])
    logarithm = np.log(np.where(relative > 0, relative, 1.0))
    return 1000 * np.where(relative < 0, np.nan, relative * logarithm) @ weights(share)


def mean_log_deviation(share, estimate, *, zero: float | None = None) -> np.ndarray:
    """Mean log deviation times 1000: weighted mean of -ln r, r the estimate over the mean.

    Parameters
    ----------
    zero : float, optional
        Value to put in the place of an estimate of 0. The World Health Organization takes 1e-6, which makes
        the index depend on the unit of the estimate; without it the index is infinite.
    """
    estimate = np.asarray(estimate, float)
    if zero is not None:
        estimate = np.where(estimate == 0, zero, estimate)
    relative = quotient(estimate, np.asarray(mean(share, estimate))[..., None])
    with np.errstate(divide="ignore", invalid="ignore"):
        return -1000 * np.log(relative) @ weights(share)


def population_attributable_risk(
    share, estimate, *, favourable: bool, reference: int | None = None
) -> np.ndarray:
    """How much the mean would change if every group had the level of the best, or of the reference.

    Parameters
    ----------
    reference : int, optional
        Position of the group to be reached: the most advantaged one where groups have an order. Without it,
        the best group.

    Returns
    -------
    change : ndarray
        Above 0 where more is better, below 0 where less is better, and 0 where the mean is already as good.
    """
    estimate = np.asarray(estimate, float)
    goal = best(estimate, favourable) if reference is None else estimate[..., reference]
    change = goal - mean(share, estimate)
    return np.maximum(change, 0) if favourable else np.minimum(change, 0)


def population_attributable_fraction(
    share, estimate, *, favourable: bool, reference: int | None = None
) -> np.ndarray:
    """Population attributable risk in percent of the mean."""
    change = population_attributable_risk(share, estimate, favourable=favourable, reference=reference)
    return 100 * quotient(change, mean(share, estimate))


def range_difference(estimate) -> np.ndarray:
    """Highest less lowest; grows with the number of groups even where only noise tells them apart."""
    return np.max(estimate, axis=-1) - np.min(estimate, axis=-1)


def range_ratio(estimate) -> np.ndarray:
    """Highest over lowest; missing where the lowest is 0."""
    return quotient(np.max(estimate, axis=-1), np.min(estimate, axis=-1))
