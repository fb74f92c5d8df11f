"""The p value that agrees with closed-form intervals of two proportions."""

import numpy as np
from scipy.special import ndtr

from workbench.statistics.proportions import checked_counts, share

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
