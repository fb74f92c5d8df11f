"""The difference of two shares of which only rounded counts are published."""

import numpy as np

from workbench.statistics.differences import miettinen_nurminen
from workbench.statistics.proportions import score_test, share


def difference_of_rounded(
    x1, n1, slack1, x2, n2, slack2, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Limits and p of ``x1/n1 - x2/n2`` that hold for every true count that is rounded to the published one.

    The limits are the outermost score limits (Miettinen and Nurminen 1985), the p is the largest; it is 1 where
    the true counts may differ either way.

    Parameters
    ----------
    x1, n1, x2, n2 : array_like
        Published events and trials of the two groups.
    slack1, slack2 : array_like
        How far the true events may be from the published ones; 0 where they are exact.
    confidence : float
        Level of the two-sided interval.

    Returns
    -------
    lower, upper, p : ndarray
        Missing where a group is empty.
    """
    own, others = _moved(x1, n1, slack1), _moved(x2, n2, slack2)[::-1]
    lower, upper = miettinen_nurminen(own, n1, others, n2, confidence)
    p = np.fmax(*score_test(own, n1, others, n2))
    turns = np.multiply(*(share(own, n1) - share(others, n2))) < 0
    return lower[0], upper[1], np.where(turns, 1.0, p)


def _moved(events, trials, slack) -> np.ndarray:
    """The fewest events that there may be, and the most."""
    events, slack = np.asarray(events, float), np.asarray(slack, float)
    return np.clip([events - slack, events + slack], 0, trials)
