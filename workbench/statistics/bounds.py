"""What the rows whose group is not known could do to a gap, at worst and at best."""

from dataclasses import dataclass

import numpy as np

from workbench.statistics.proportions import checked_counts, share
from workbench.statistics.ratios import quotient


@dataclass(frozen=True)
class GapBounds:
    """The lowest and highest gap that the rows without a group allow.

    Not an interval: nothing is said of chance, and the ends are as unlikely as can be.

    Parameters
    ----------
    lowest_difference, highest_difference : array
        As fractions, or per unit of exposure.
    lowest_ratio, highest_ratio : array
        Infinite where the second group can have no events, missing where neither can have any.
    """

    lowest_difference: np.ndarray
    highest_difference: np.ndarray
    lowest_ratio: np.ndarray
    highest_ratio: np.ndarray


def gap_bounds(x1, n1, x2, n2, xu, nu) -> GapBounds:
    """Bounds of the gap of two proportions over every assignment of the rows without a group.

    Parameters
    ----------
    x1, n1, x2, n2 : array_like
        Events and trials of the two groups, as recorded.
    xu, nu : array_like
        Events and trials without a group; each could belong to the first, the second or neither.

    Returns
    -------
    GapBounds
        Missing where a group is empty as recorded.

    Raises
    ------
    ValueError
        When a count is negative or exceeds its trials.

    Notes
    -----
    The gap is highest when all unknown events are the first group's and all other unknown rows
    the second's, and lowest the other way round (Manski 2003, for partly missing groups).
    """
    (x1, n1), (x2, n2), (xu, nu) = checked_counts(x1, n1), checked_counts(x2, n2), checked_counts(xu, nu)
    empty = (n1 == 0) | (n2 == 0)
    n1, n2 = np.where(empty, np.nan, n1), np.where(empty, np.nan, n2)
    others = nu - xu
    return _bounds(lowest=(x1, n1 + others, x2 + xu, n2 + xu), highest=(x1 + xu, n1 + xu, x2, n2 + others))


def rate_gap_bounds(x1, t1, x2, t2, xu) -> GapBounds:
    """Bounds of the gap of two rates over every assignment of the events without a group.

    Parameters
    ----------
    x1, t1, x2, t2 : array_like
        Events and exposure (residents) of the two groups, the exposure fully known.
    xu : array_like
        Events without a group.

    Returns
    -------
    GapBounds
        Missing where a group has no exposure.
    """
    x1, t1, x2, t2, xu = (np.asarray(a, float) for a in (x1, t1, x2, t2, xu))
    return _bounds(lowest=(x1, t1, x2 + xu, t2), highest=(x1 + xu, t1, x2, t2))


def _bounds(lowest, highest) -> GapBounds:
    """Difference and ratio of the counts at either end."""
    (low1, low_n1, low2, low_n2), (high1, high_n1, high2, high_n2) = lowest, highest
    return GapBounds(
        share(low1, low_n1) - share(low2, low_n2),
        share(high1, high_n1) - share(high2, high_n2),
        quotient(*lowest),
        quotient(*highest),
    )
