"""P values that agree with closed-form intervals of two proportions or rates."""

import numpy as np
from scipy.special import erf, ndtr

from workbench.statistics.margins_of_error import rate_interval_with_margin
from workbench.statistics.proportions import checked_counts, critical_value, share

_FARTHEST = 37.0  # standard errors: a p value of 1e-299
_STEPS = 60  # halvings: more than the digits of a float


def newcombe_p(x1, n1, x2, n2) -> np.ndarray:
    """Two-sided p value at whose level Newcombe's interval of the difference just reaches 0.

    The MOVER-Wilson intervals of the ratio, and of the ratio of not having the event, reach 1 at the same
    level: all three say that the squared difference equals the sum of the squared distances of the two
    proportions from the Wilson limits that face each other (Newcombe 1998, method 10; Zou and Donner 2008).

    Parameters
    ----------
    x1, n1, x2, n2 : array_like
        Events and trials of the two groups.

    Returns
    -------
    p : ndarray
        Missing where a group is empty; 1 where the proportions are equal.
    """
    (x1, n1), (x2, n2) = checked_counts(x1, n1), checked_counts(x2, n2)
    x1, n1, x2, n2 = np.broadcast_arrays(x1, n1, x2, n2)
    above = share(x1, n1) >= share(x2, n2)
    high, low = (
        (np.where(above, x1, x2), np.where(above, n1, n2)),
        (np.where(above, x2, x1), np.where(above, n2, n1)),
    )
    difference = share(*high) - share(*low)

    def leaves_out(z):
        return difference**2 > _distance(*high, z, -1) ** 2 + _distance(*low, z, 1) ** 2

    near, far = np.zeros(difference.shape), np.full(difference.shape, _FARTHEST)
    for _ in range(_STEPS):
        middle = (near + far) / 2
        outside = leaves_out(middle)
        near, far = np.where(outside, middle, near), np.where(outside, far, middle)
    p = np.where(difference == 0, 1.0, 2 * ndtr(-near))
    return np.where((n1 == 0) | (n2 == 0), np.nan, p)


def _distance(x, n, z, side: int) -> np.ndarray:
    """From a proportion to its Wilson limit at z standard errors, below (-1) or above (1)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        proportion = x / n
        spread = z * np.sqrt(z**2 + 4 * x * (1 - proportion))
        return (2 * x + z**2 + side * spread) / (2 * (n + z**2)) - proportion


def rate_p_with_margins(x1, exposure1, error1, x2, exposure2, error2, confidence: float = 0.95) -> np.ndarray:
    """Two-sided p value that agrees with the intervals of two rates over estimated exposures.

    The level at which :func:`~workbench.statistics.margins_of_error.rate_difference_with_margin` reaches
    0, and ``rate_ratio_with_margin`` 1: the rates are as far apart as the two limits that face each other
    allow. Looked up between levels a tenth of a standard error apart.

    Parameters
    ----------
    x1, exposure1, error1, x2, exposure2, error2 : array_like
        Events, exposure and its standard error of the two groups.
    confidence : float
        The level at which word and interval must agree exactly.

    Returns
    -------
    p : ndarray
        Missing where a group has no exposure; 1 where the rates are equal.
    """
    sides = np.broadcast_arrays(
        *(np.asarray(a, float) for a in (x1, exposure1, error1, x2, exposure2, error2))
    )
    above = share(sides[0], sides[1]) >= share(sides[3], sides[4])
    high, low = ([np.where(above, sides[i + k], sides[3 - i + k]) for k in range(3)] for i in (0, 3))
    difference = share(*high[:2]) - share(*low[:2])
    steps = np.unique([0.0, *np.arange(0.1, 8.05, 0.1), critical_value(confidence)])
    reach = np.array([np.zeros(difference.shape), *(_reach(high, low, z) for z in steps[1:])])
    last = np.clip(
        (reach < difference).sum(axis=0), 1, len(steps) - 1
    )  # the first step that holds no difference
    far, near = (np.take_along_axis(reach, (last - k)[None], axis=0)[0] for k in (0, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        z = steps[last - 1] + (difference - near) / (far - near) * (steps[last] - steps[last - 1])
    p = np.where(difference == 0, 1.0, 2 * ndtr(-z))
    return np.where(np.isnan(difference), np.nan, p)


def _reach(high, low, z: float) -> np.ndarray:
    """How far apart two rates can be and still be the same at z standard errors."""
    level = float(erf(z / np.sqrt(2)))
    lower, upper = rate_interval_with_margin(*high, level)[0], rate_interval_with_margin(*low, level)[1]
    return np.hypot(share(*high[:2]) - lower, upper - share(*low[:2]))
