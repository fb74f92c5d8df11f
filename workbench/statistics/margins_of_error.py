"""Census estimates with margins of error, and rates over a denominator that has one.

Published margins of the American Community Survey are for 90 % whatever level is tested at; the
formulas are those of the Census Bureau's handbooks (2020, *Understanding and using ACS data*,
chapter 8). Margins of sums leave out the covariance of the parts, as the handbooks do.
"""

from typing import Literal

import numpy as np
from scipy.special import ndtr

from workbench.statistics.differences import mover_difference
from workbench.statistics.proportions import critical_value, share
from workbench.statistics.rates import poisson_interval
from workbench.statistics.ratios import mover_ratio

PUBLISHED_FACTOR = 1.645  # from a standard error to a published 90 % margin, rounded as the Bureau does
CONTROLLED = -555555555  # the Bureau's sign for an estimate held to a known total: no sampling error
_ANNOTATIONS_FROM = -100_000_000  # estimates below are signs for "not available", never counts
_HALF_AN_EVENT = 0.5

Grade = Literal["reliable", "use with caution", "not reliable"]


def known_margin(margin) -> np.ndarray:
    """Margins with the Bureau's annotations resolved: controlled is 0, other negatives are missing."""
    margin = np.asarray(margin, float)
    return np.where(margin == CONTROLLED, 0.0, np.where(margin < 0, np.nan, margin))


def known_estimate(estimate) -> np.ndarray:
    """Estimates with the Bureau's annotations (-666666666 and the like) as missing."""
    estimate = np.asarray(estimate, float)
    return np.where(estimate <= _ANNOTATIONS_FROM, np.nan, estimate)


def standard_error(margin) -> np.ndarray:
    """Standard error of an estimate from its published 90 % margin.

    Parameters
    ----------
    margin : array_like
        As published; -555555555 is an error of 0, any other negative one is missing.
    """
    return known_margin(margin) / PUBLISHED_FACTOR


def of_sum(estimates, margins) -> tuple[float, float]:
    """Sum of estimates and its margin; of the margins of zero estimates only the largest counts.

    Parameters
    ----------
    estimates, margins : array_like of shape (parts,)

    Returns
    -------
    estimate, margin : float
        Missing where a part is. A sum of nothing is 0 without error.
    """
    estimates, margins = known_estimate(estimates), known_margin(margins)
    none = estimates == 0
    # The zero estimates of a tract share one model of error: counted each they would add up to far too much.
    largest = margins[none].max(initial=0.0)
    return float(estimates.sum()), float(np.sqrt((margins[~none] ** 2).sum() + largest**2))


def of_proportion(part, part_margin, whole, whole_margin) -> tuple[np.ndarray, np.ndarray]:
    """Proportion of a part in the whole that holds it, and its margin.

    Parameters
    ----------
    part, part_margin, whole, whole_margin : array_like

    Returns
    -------
    proportion, margin : ndarray
        Where the root would be negative, the margin of a ratio; missing where the whole is 0.
    """
    part, whole = known_estimate(part), known_estimate(whole)
    proportion = share(part, whole)
    own, common = known_margin(part_margin) ** 2, proportion**2 * known_margin(whole_margin) ** 2
    squared = np.where(own - common >= 0, own - common, own + common)
    return proportion, share(np.sqrt(squared), whole)


def of_ratio(first, first_margin, second, second_margin) -> tuple[np.ndarray, np.ndarray]:
    """Ratio of two estimates of which neither holds the other, and its margin.

    Parameters
    ----------
    first, first_margin, second, second_margin : array_like

    Returns
    -------
    ratio, margin : ndarray
        Missing where the second is 0.
    """
    first, second = known_estimate(first), known_estimate(second)
    ratio = share(first, second)
    squared = known_margin(first_margin) ** 2 + ratio**2 * known_margin(second_margin) ** 2
    return ratio, share(np.sqrt(squared), second)


def of_product(first, first_margin, second, second_margin) -> tuple[np.ndarray, np.ndarray]:
    """Product of two estimates (a count and a proportion of it), and its margin.

    Parameters
    ----------
    first, first_margin, second, second_margin : array_like
        Proportions as fractions.

    Returns
    -------
    product, margin : ndarray
    """
    first, second = known_estimate(first), known_estimate(second)
    margin = np.hypot(first * known_margin(second_margin), second * known_margin(first_margin))
    return first * second, margin


def of_difference(
    first, first_margin, second, second_margin, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Difference of two independent estimates, at a level of one's own.

    Published margins are divided by 1.645 whatever the level: a common tool divides by the
    critical value of the level, and finds too many or too few differences.

    Parameters
    ----------
    first, first_margin, second, second_margin : array_like
    confidence : float

    Returns
    -------
    difference, lower, upper, p : ndarray
        p is two-sided, missing where neither has an error.
    """
    difference = known_estimate(first) - known_estimate(second)
    error = np.hypot(standard_error(first_margin), standard_error(second_margin))
    reach = critical_value(confidence) * error
    p = 2 * ndtr(-np.abs(share(difference, error)))
    return difference, difference - reach, difference + reach, p


def coefficient_of_variation(estimate, margin) -> np.ndarray:
    """Standard error over estimate; infinite for an estimate of 0 with an error, 0 for a controlled one."""
    estimate, error = known_estimate(estimate), standard_error(margin)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(error == 0, 0.0, error / estimate)


def grade(variation: float) -> Grade | None:
    """How far an estimate can be used, by its coefficient of variation.

    Up to 0.12 is the "reasonable standard of precision" that the National Research Council (2007,
    *Using the American Community Survey*) names (10 to 12 %); 0.12 and 0.40 are the bounds of
    Esri's high, medium and low reliability (*The American Community Survey*, white paper). The
    Census Bureau itself sets no bounds: it says to look at the coefficient and to decide by use.

    Parameters
    ----------
    variation : float
        As a fraction; None is returned where it is missing.
    """
    if np.isnan(variation):
        return None
    return "reliable" if variation <= 0.12 else "use with caution" if variation <= 0.40 else "not reliable"


def rate_interval_with_margin(
    x, exposure, exposure_error, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of ``x / exposure`` where the exposure is itself an estimate.

    Parameters
    ----------
    x : array_like
        Events, 0 or more.
    exposure, exposure_error : array_like
        Estimate (residents) and its standard error, not its margin.
    confidence : float

    Returns
    -------
    lower, upper : ndarray
        With an error of 0 those of :func:`~workbench.statistics.rates.rate_interval`; missing
        where there is no exposure.

    Notes
    -----
    Var(ln r) = 1/x + (SE/N)²: on the logarithmic scale either arm of the count's interval and the
    exposure's are joined as the sides of a right angle. The upper arm of a count of 0 starts from
    half an event.
    """
    x, exposure = np.asarray(x, float), np.asarray(exposure, float)
    reach = critical_value(confidence) * share(exposure_error, exposure)
    low, high = poisson_interval(x, confidence)
    start = np.where(x == 0, _HALF_AN_EVENT, x)
    below = np.hypot(np.log(start / np.where(x > 0, low, start)), reach)
    above = np.hypot(np.log(high / start), reach)
    lower = np.where(x == 0, 0.0, start * np.exp(-below))
    return share(lower, exposure), share(start * np.exp(above), exposure)


def share_of_variance(x, exposure, exposure_error) -> np.ndarray:
    """Part of a rate's variance, on the logarithmic scale, that comes from its exposure.

    Parameters
    ----------
    x, exposure, exposure_error : array_like
        As of :func:`rate_interval_with_margin`.

    Returns
    -------
    part : ndarray
        Between 0 and 1; 0 without events, missing without exposure.
    """
    x = np.asarray(x, float)
    squared = share(exposure_error, exposure) ** 2
    return x * squared / (1 + x * squared)


def rate_ratio_with_margin(
    x1, exposure1, error1, x2, exposure2, error2, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of the ratio of two rates over estimated exposures, recovered from those of the rates.

    Parameters
    ----------
    x1, exposure1, error1, x2, exposure2, error2 : array_like
        Events, exposure and its standard error of the two groups.

    Returns
    -------
    lower, upper : ndarray
        Lower is 0 where the first has no events, upper infinite where the second has none.
    """
    limits1 = rate_interval_with_margin(x1, exposure1, error1, confidence)
    limits2 = rate_interval_with_margin(x2, exposure2, error2, confidence)
    first, second = share(x1, exposure1), share(x2, exposure2)
    lower, upper = mover_ratio(first, limits1, second, limits2)
    unknown = np.isnan(first + second)
    return np.where(unknown, np.nan, lower), np.where(unknown, np.nan, upper)


def rate_difference_with_margin(
    x1, exposure1, error1, x2, exposure2, error2, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of the difference of two rates over estimated exposures (Zou and Donner 2008).

    Parameters
    ----------
    x1, exposure1, error1, x2, exposure2, error2 : array_like
        Events, exposure and its standard error of the two groups.

    Returns
    -------
    lower, upper : ndarray
        Per unit of exposure; missing where a group has no exposure.
    """
    limits1 = rate_interval_with_margin(x1, exposure1, error1, confidence)
    limits2 = rate_interval_with_margin(x2, exposure2, error2, confidence)
    return mover_difference(share(x1, exposure1), limits1, share(x2, exposure2), limits2)
