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
    low, high = _moved(x1, n1, slack1)
    low_other, high_other = _moved(x2, n2, slack2)
    lower, _ = miettinen_nurminen(low, n1, high_other, n2, confidence)
    _, upper = miettinen_nurminen(high, n1, low_other, n2, confidence)
    p = np.fmax(score_test(low, n1, high_other, n2), score_test(high, n1, low_other, n2))
    turns = (share(low, n1) - share(high_other, n2)) * (share(high, n1) - share(low_other, n2)) < 0
    return lower, upper, np.where(turns, 1.0, p)


def _moved(events, trials, slack) -> tuple[np.ndarray, np.ndarray]:
    """The fewest and the most events that there may be."""
    events, slack = np.asarray(events, float), np.asarray(slack, float)
    return np.clip(events - slack, 0, trials), np.clip(events + slack, 0, trials)
