"""Whether a group has its share, and whether two groups live apart.

Sources: Duncan and Duncan 1955 (dissimilarity); Allen, Burgess, Davidson and Windmeijer 2015 (its bias);
Satcher Health Leadership Institute, Health Equity Tracker (relative inequity); Urban Institute, Spatial Equity
Data Tool, technical appendix 2022 (scores of places and groups); Fairlearn, common fairness metrics.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from workbench.statistics.indices import quotient

SEED = 20260101
MARGIN = 1.645  # margins of error of the American Community Survey are at 90 percent
DIGITS = 3  # to which the Spatial Equity Data Tool rounds shares before it takes their difference


@dataclass(frozen=True)
class Dissimilarity:
    """Part of a group that would have to move for both to be spread alike, 0 to 1.

    Parameters
    ----------
    value : float
    corrected : float
        Less its bias, at least 0: small places look segregated by chance.
    noise, noise_upper : float
        Expected value and 95th percentile where each place is a random draw of the people of both groups.
    """

    value: float
    corrected: float
    noise: float
    noise_upper: float


@dataclass(frozen=True)
class Score:
    """How much more of a group lives near a resource than in the city, in the unit of the percentages.

    Parameters
    ----------
    difference, standard_error : float
    p : float
        Two-sided, by the normal distribution; missing where neither figure has an error.
    """

    difference: float
    standard_error: float
    p: float


@dataclass(frozen=True)
class Extremes:
    """Largest differences and smallest ratios between groups, and of a group to everybody (Fairlearn)."""

    difference_between: float
    ratio_between: float
    difference_to_overall: float
    ratio_to_overall: float


def relative_inequity(outcome_share, population_share) -> np.ndarray:
    """Percent by which a group's share of an outcome exceeds its share of the population.

    Parameters
    ----------
    outcome_share, population_share : array_like
        In the same unit, such as percent.

    Returns
    -------
    inequity : ndarray
        Missing where the group has no population.
    """
    outcome_share = np.asarray(outcome_share, float)
    return 100 * quotient(outcome_share - population_share, population_share)


def dissimilarity(a, b) -> np.ndarray:
    """Index of dissimilarity: half the sum of the differences of both groups' shares over places.

    Parameters
    ----------
    a, b : array_like
        Counts of each group, places along the last axis; or their shares.

    Returns
    -------
    index : ndarray
        0 where both are spread alike, 1 where no place has both; missing where a group is nowhere.
    """
    (a, there), (b, here) = ((np.asarray(c, float), np.sum(c, axis=-1, dtype=float)) for c in (a, b))
    return np.abs(quotient(a, there[..., None]) - quotient(b, here[..., None])).sum(-1)[()] / 2


def bias_corrected_dissimilarity(a, b, *, seed: int = SEED, replicates: int = 1000) -> Dissimilarity:
    """Index of dissimilarity with its bias taken away and what chance alone would show.

    Both groups are drawn anew over places as they are (a bootstrap); how far the index of the draws exceeds
    the index seen is taken off it (Allen et al. 2015). For the noise, the people of both groups are dealt out
    at random to places of the same size.

    Parameters
    ----------
    a, b : array_like of int
        People of each group in each place.
    seed, replicates : int
        Of the draws: the same seed gives the same numbers.

    Returns
    -------
    Dissimilarity
        All missing where a group is nowhere.

    Raises
    ------
    ValueError
        When a count is negative or not whole.
    """
    a, b = _whole(a), _whole(b)
    if not a.sum() or not b.sum():
        return Dissimilarity(*[np.nan] * 4)
    rng = np.random.default_rng(seed)
    value = float(dissimilarity(a, b))
    redrawn = dissimilarity(*(rng.multinomial(c.sum(), c / c.sum(), replicates) for c in (a, b)))
    dealt = rng.multivariate_hypergeometric(a + b, int(a.sum()), replicates, method="marginals")
    noise = dissimilarity(dealt, a + b - dealt)
    corrected = min(max(2 * value - float(redrawn.mean()), 0.0), 1.0)
    return Dissimilarity(value, corrected, float(noise.mean()), float(np.quantile(noise, 0.95)))


def _whole(counts) -> np.ndarray:
    """Counts as whole numbers."""
    counts = np.asarray(counts, float)
    wrong = ~((counts >= 0) & (counts == np.floor(counts)))
    if wrong.any():
        raise ValueError(f"people are counted in whole numbers from 0 on, got {counts[wrong][0]:g}.")
    return counts.astype(np.int64)


def geographic_scores(resource, baseline) -> np.ndarray:
    """Each place's share of a resource less its share of a baseline (Spatial Equity Data Tool).

    Parameters
    ----------
    resource, baseline : array_like
        Amounts or shares of each place, such as docks and residents.

    Returns
    -------
    scores : ndarray
        Differences of shares that are rounded to three digits first, as the tool does; missing where there is
        nothing to share.
    """
    shares = (quotient(amount, np.sum(amount)) for amount in (resource, baseline))
    resource, baseline = (np.round(share, DIGITS) for share in shares)
    return resource - baseline


def demographic_score(resource, percent, margin, city_percent: float, city_margin: float) -> Score:
    """Group's percentage near a resource less its percentage in the city (Spatial Equity Data Tool).

    It says who lives near the resource, not who uses it.

    Parameters
    ----------
    resource : array_like
        Amount or share of the resource in each place.
    percent, margin : array_like
        Group's percentage of each place, with its margin of error at 90 percent.
    city_percent, city_margin : float
        The same of the city.
    """
    resource, percent = np.asarray(resource, float), np.asarray(percent, float)
    share = quotient(resource, resource.sum())
    near = (share * percent).sum()
    error = np.sqrt(((share * np.asarray(margin, float) / MARGIN) ** 2).sum())
    return score(near, error, city_percent, city_margin)


def score(near, error, city_percent, city_margin) -> Score:
    """The score from a percentage with its standard error, and one with its margin of error at 90 percent.

    The margin is made a standard error first; the tool itself adds the two unlike figures under one root.
    """
    difference = float(near) - float(city_percent)
    error = float(np.hypot(error, city_margin / MARGIN))
    return Score(difference, error, float(2 * ndtr(-abs(difference) / error)) if error > 0 else np.nan)


def extremes(rates, overall: float) -> Extremes:
    """How far rates of groups lie apart, and from the rate of everybody, whichever is the better.

    Parameters
    ----------
    rates : array_like
        One for each group; missing ones are left out.
    overall : float

    Returns
    -------
    Extremes
        Ratios are at most 1, and missing where all rates are 0.
    """
    rates = np.asarray(rates, float)
    rates = rates[~np.isnan(rates)]
    if not rates.size:
        return Extremes(*[np.nan] * 4)
    low, high = rates.min(), rates.max()
    ratios = quotient(np.minimum(rates, overall), np.maximum(rates, overall))
    return Extremes(
        float(high - low),
        float(quotient(low, high)),
        float(np.abs(rates - overall).max()),
        float(ratios.min()),
    )
