"""Longest run and fewest crossings that chance allows, chosen together: the best box of Anhoej and Wentzel-Larsen.

Sources: J. Anhoej and T. Wentzel-Larsen, Smooth operator: modifying the Anhoej rules to improve runs analysis in
statistical process control, PLoS ONE 15, 2020, e0233920 (the box); the same, Sense and sensibility, PLoS ONE 13, 2018, e0190217
(the joint distribution of crossings and longest run).
"""

from functools import cache

import numpy as np
from scipy.special import ndtr

SPECIFICITY = 0.925  # of random series without a signal, at least
SHIFT = 0.8  # standard deviations by which a level moved that is to be found
FEWEST, MOST = 10, 100  # points for which the box is published
_ROUNDING = 1e-12


@cache
def best_box(n: int) -> tuple[int, int]:
    """Longest run and fewest crossings that chance allows ``n`` points that are not on the centre line: (7, 6) for 24.

    Of all pairs that at least 92.5 % of random series keep to, the one that the fewest keep to whose level lies 0.8
    standard deviations off.

    Raises
    ------
    ValueError
        When ``n`` is not from 10 to 100.
    """
    if not FEWEST <= n <= MOST:
        raise ValueError(f"the best box is for {FEWEST} to {MOST} points, got {n}.")
    random, shifted = (_kept(joint(n, share)) for share in (0.5, float(ndtr(SHIFT))))
    missed = np.where(random >= SPECIFICITY - _ROUNDING, shifted, np.inf)
    longest, crossings = np.unravel_index(missed.argmin(), missed.shape)
    return int(longest) + 1, int(crossings)


def joint(n: int, above: float = 0.5) -> np.ndarray:
    """Probability that ``n`` points have no run longer than so many and cross the line so often.

    Parameters
    ----------
    n : int
    above : float
        Of a point to lie above the line, whatever the others do.

    Returns
    -------
    ndarray, n by n
        Longest run (1 to n, or less) by crossings (0 to n - 1).

    Examples
    --------
    >>> joint(2)
    array([[0. , 0.5],
           [0.5, 0.5]])
    """
    shares = (above, 1 - above)
    ends: tuple[list, list] = ([None], [None])  # by the side of the last run
    for m in range(1, n + 1):
        for side, share in enumerate(shares):
            found = np.zeros((n, n))
            found[m - 1 :, 0] = share**m
            for last in range(1, m):
                before = ends[1 - side][m - last]
                found[last - 1 :, 1:] += share**last * before[last - 1 :, :-1]
            ends[side].append(found)
    return ends[0][n] + ends[1][n]


def _kept(together: np.ndarray) -> np.ndarray:
    """Probability of no longer a run, and no fewer crossings."""
    return together[:, ::-1].cumsum(axis=1)[:, ::-1]
