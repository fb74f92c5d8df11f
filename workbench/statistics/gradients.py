"""Inequality along an order: places or groups ranked from the most disadvantaged to the most advantaged.

For dimensions that have an order, such as places by deprivation; never for race. The groups come in that order.

Sources: concentration indices, Kakwani, Wagstaff and van Doorslaer 1997, Schlotheuber and Hosseinpoor 2022;
slope and relative index, Regidor 2004, Low and Low 2004, in the form of the English public health practice
(OHID, formerly PHE).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit, logit

from workbench.statistics.indices import mean, quotient, weights
from workbench.statistics.proportions import checked_counts

SEED = 20260101
_ROUNDS = 100  # of reweighting; some ten are enough

Transform = Literal["log", "logit"]


@dataclass(frozen=True)
class Concentration:
    """Concentration indices: above 0 where there is more of it among the advantaged.

    Parameters
    ----------
    absolute, absolute_error : float
        In units of the estimate, with the standard error.
    relative, relative_error : float
        Absolute over the mean; missing where the mean is 0.
    """

    absolute: float
    absolute_error: float
    relative: float
    relative_error: float


@dataclass(frozen=True)
class Slope:
    """From the bottom to the top of the order: the difference (SII) and the ratio (RII) of the fitted ends.

    Parameters
    ----------
    slope, slope_lower, slope_upper : float
        Fitted top less fitted bottom, in units of the estimate.
    ratio, ratio_lower, ratio_upper : float
        Fitted top over fitted bottom; missing where the fitted bottom is not above 0.
    """

    slope: float
    slope_lower: float
    slope_upper: float
    ratio: float
    ratio_lower: float
    ratio_upper: float


def ridit(share) -> np.ndarray:
    """Middle of each group in the ranked population, between 0 and 1 (Bross 1958)."""
    share = weights(share)
    return np.cumsum(share) - share / 2


def concentration_index(share, estimate, error=None) -> Concentration:
    """Absolute and relative concentration index with their standard errors.

    Parameters
    ----------
    share : array_like
        People in each group or their shares, the most disadvantaged first.
    estimate, error : array_like
        Of each group, with its standard error; errors are propagated with the shares taken as known.

    Returns
    -------
    Concentration
        Standard errors are missing without ``error``.
    """
    share, estimate = weights(share), np.asarray(estimate, float)
    error = np.full(share.shape, np.nan) if error is None else np.asarray(error, float)
    centre = mean(share, estimate)
    lever = 2 * share * (ridit(share) - 0.5)
    absolute = (lever * estimate).sum()
    relative = quotient(absolute, centre)
    relative_lever = quotient(lever - relative * share, centre)
    return Concentration(
        float(absolute),
        float(np.sqrt(((lever * error) ** 2).sum())),
        float(relative),
        float(np.sqrt(((relative_lever * error) ** 2).sum())),
    )


def slope_index(
    share,
    estimate,
    error=None,
    transform: Transform | None = None,
    *,
    confidence: float = 0.95,
    seed: int = SEED,
    replicates: int = 10_000,
) -> Slope:
    """Slope and relative index of inequality by population-weighted least squares on the ridits.

    Parameters
    ----------
    share : array_like
        People in each group or their shares, the most disadvantaged first.
    estimate : array_like
        Of each group; the line is always fitted to these as they are.
    error : array_like, optional
        Standard errors on the scale of ``transform``: where it is 'log' or 'logit', those of the logarithm or
        of the logit, such as ``log(upper / lower) / (2 * 1.96)``.
    transform : {'log', 'logit'}, optional
        Scale on which the estimates are drawn: logarithms for rates, logits for proportions.
    confidence, seed, replicates
        Of the limits, which are quantiles over drawn sets of estimates.

    Returns
    -------
    Slope
        All missing with fewer than two groups; limits are missing without ``error``.
    """
    share, estimate = weights(share), np.asarray(estimate, float)
    if share.size < 2:
        return Slope(*[np.nan] * 6)
    slope, ratio = _ends(share, estimate)
    if error is None:
        return Slope(float(slope), np.nan, np.nan, float(ratio), np.nan, np.nan)
    drawn = _drawn(estimate, np.asarray(error, float), transform, seed, replicates)
    tail = (1 - confidence) / 2
    slopes, ratios = (np.quantile(found, [tail, 1 - tail]) for found in _ends(share, drawn))
    return Slope(*map(float, (slope, *slopes, ratio, *ratios)))


def _ends(share, estimate) -> tuple[np.ndarray, np.ndarray]:
    """Difference and ratio of the ends of the fitted line, for each set of estimates."""
    # Weights enter as their roots on both sides of the regression, so each group counts by its share once.
    place = ridit(share) - 0.5
    slope = (share * place * estimate).sum(-1) / (share * place**2).sum()
    bottom = mean(share, estimate) - slope / 2
    return slope, np.where(bottom > 0, quotient(bottom + slope, bottom), np.nan)[()]


def _drawn(estimate, error, transform, seed, replicates) -> np.ndarray:
    """Sets of estimates, normal on the scale of the transform."""
    there, back = {"log": (np.log, np.exp), "logit": (logit, expit)}.get(transform, (np.asarray, np.asarray))
    scatter = np.random.default_rng(seed).normal(size=(replicates, estimate.size))
    with np.errstate(divide="ignore"):
        return back(there(estimate) + scatter * error)


def logistic_slope_index(x, n, *, scale: float = 1.0) -> Slope:
    """Slope and relative index from a logistic curve on the ridits (World Health Organization).

    The ends of the curve stay within 0 and ``scale``. Each person counts once; the Organization's own package
    weights grouped numbers by the square of the group's size.

    Parameters
    ----------
    x, n : array_like
        Events and people of each group, the most disadvantaged first.
    scale : float
        The estimate at which everybody has the event: 100 for percent.

    Returns
    -------
    Slope
        Without limits. All missing with fewer than two groups, where nobody or everybody has the event, and
        where one place in the order parts those with the event from those without: the curve would be a step.
    """
    x, n = checked_counts(x, n)
    if n.size < 2 or not 0 < x.sum() < n.sum() or _parted(x > 0, x < n):
        return Slope(*[np.nan] * 6)
    design = np.column_stack([np.ones(n.size), ridit(n)])
    bottom, rise = _logistic(design, weights(n), np.nan_to_num(quotient(x, n)))
    ends = expit([bottom, bottom + rise])
    slope, ratio = scale * (ends[1] - ends[0]), ends[1] / ends[0]
    return Slope(float(slope), np.nan, np.nan, float(ratio), np.nan, np.nan)


def _parted(some, others) -> bool:
    """Whether all places of the ones come before those of the others, or after, but for one place of both."""
    some, others = np.flatnonzero(some), np.flatnonzero(others)
    return bool(some.max() <= others.min() or others.max() <= some.min())


def _logistic(design, share, part) -> np.ndarray:
    """Coefficients of the logistic curve of the greatest likelihood, by Newton's method with halved steps."""
    found = np.array([logit(mean(share, part)), 0.0])

    def fit(coefficients):
        odds = design @ coefficients
        return (share * (part * odds - np.logaddexp(0, odds))).sum()

    for _ in range(_ROUNDS):
        chance = expit(design @ found)
        information = design.T @ (design * (share * chance * (1 - chance))[:, None])
        step = np.linalg.lstsq(information, design.T @ (share * (part - chance)), rcond=None)[0]
        while fit(found + step) < fit(found) and np.abs(step).max() > 1e-12:
            step = step / 2
        found = found + step
        if np.abs(step).max() < 1e-12:
            break
    return found
