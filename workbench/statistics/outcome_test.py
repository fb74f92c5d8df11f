"""The outcome test of decisions: how often those acted on turn out to be what was looked for."""

from dataclasses import dataclass

import numpy as np

from workbench.statistics.differences import miettinen_nurminen
from workbench.statistics.proportions import score_test, share, smallest_detectable_difference, wilson
from workbench.statistics.ratios import koopman, quotient

LOWER, HIGHER = "lower threshold", "higher threshold"
NOT_SHOWN, UNTOLD = "no difference shown", "cannot be told"


@dataclass(frozen=True)
class Outcome:
    """Hit rates of two groups and what they suggest; arrays of one shape.

    Parameters
    ----------
    rate, lower, upper : ndarray
        Hits per decision in the group, with Wilson's interval; missing where nobody was acted on.
    reference_rate, reference_lower, reference_upper : ndarray
        The same of the reference.
    difference, difference_lower, difference_upper : ndarray
        Group less reference, as fractions, with the interval of Miettinen and Nurminen.
    ratio, ratio_lower, ratio_upper : ndarray
        Group by reference; may be infinite.
    p : ndarray
        Of the score test: below 1 - confidence exactly when the intervals leave out 0 and 1.
    detectable : ndarray
        The smallest shortfall of the group that these numbers would have shown 8 times in 10.
    suggests : ndarray of str
        ``lower threshold``, ``higher threshold``, ``no difference shown`` or ``cannot be told``.
    """

    rate: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    reference_rate: np.ndarray
    reference_lower: np.ndarray
    reference_upper: np.ndarray
    difference: np.ndarray
    difference_lower: np.ndarray
    difference_upper: np.ndarray
    ratio: np.ndarray
    ratio_lower: np.ndarray
    ratio_upper: np.ndarray
    p: np.ndarray
    detectable: np.ndarray
    suggests: np.ndarray


def outcome_test(hits1, acted1, hits2, acted2, confidence: float = 0.95) -> Outcome:
    """Compare hit rates among those acted on: searches that find, inspections that fail.

    Where the same suspicion is asked of everyone, the last person acted on is as likely a hit in each
    group. A lower hit rate suggests that the group is acted on with less suspicion (Becker 1957; Knowles,
    Persico and Todd 2001).

    Parameters
    ----------
    hits1, acted1 : array_like
        Hits and decisions to act in the group.
    hits2, acted2 : array_like
        The same in the reference.
    confidence : float
        Level of the two-sided intervals and of what is suggested.

    Returns
    -------
    Outcome

    Raises
    ------
    ValueError
        When a count is negative or there are more hits than decisions.

    Notes
    -----
    Infra-marginality: the rate is the average over all who were acted on, not that of the last one. Groups
    that differ in how suspicious their members are can differ in hit rates under one threshold, and agree
    under two (Ayres 2002; Simoiu, Corbett-Davies and Goel 2017). It suggests, and proves nothing.
    """
    counts = (hits1, acted1, hits2, acted2)
    difference = share(hits1, acted1) - share(hits2, acted2)
    p = score_test(*counts)
    rate2 = share(hits2, acted2)
    return Outcome(
        share(hits1, acted1),
        *wilson(hits1, acted1, confidence),
        rate2,
        *wilson(hits2, acted2, confidence),
        difference,
        *miettinen_nurminen(*counts, confidence),
        quotient(*counts),
        *koopman(*counts, confidence, corrected=True),
        p,
        smallest_detectable_difference(rate2, acted1, acted2, direction=-1, confidence=confidence),
        _suggested(difference, p, 1 - confidence),
    )


def _suggested(difference, p, alpha: float) -> np.ndarray:
    certain = p < alpha
    conditions = [np.isnan(p), certain & (difference < 0), certain & (difference > 0)]
    return np.select(conditions, [UNTOLD, LOWER, HIGHER], NOT_SHOWN)
