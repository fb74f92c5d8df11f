"""The words for what a comparison shows, looked up in one place."""

import numpy as np

from workbench.findings.model import Verdict

FEW_ROWS = 30  # a proportion of fewer is marked unreliable, after NCHS (Parker and others 2017)
FEW_EVENTS = 20  # a rate of fewer events is marked unreliable: relative standard error above 22 %
MATERIAL = 0.05  # a gap that matters: 5 in 100, or half of the rarer outcome where that is less
MATERIAL_RATE = 0.2  # of rates against an exposure: a fifth of the reference's rate


def material_difference(reference_rate, *, per_exposure: bool) -> np.ndarray:
    """The smallest gap that would matter; no difference is said only where such a gap would have shown."""
    rate = np.asarray(reference_rate, float)
    if per_exposure:
        return MATERIAL_RATE * rate
    return np.minimum(MATERIAL, np.minimum(rate, 1 - rate) / 2)


def states(numerator, denominator, *, per_exposure: bool) -> np.ndarray:
    """``no data``, ``unreliable``, ``zero`` or ``value`` of each rate."""
    numerator, denominator = np.asarray(numerator), np.asarray(denominator)
    few = (numerator < FEW_EVENTS) if per_exposure else (denominator < FEW_ROWS)
    zero = numerator == 0
    unreliable = few & ~zero if per_exposure else few
    return np.select([denominator == 0, unreliable, zero], ["no data", "unreliable", "zero"], "value")


def ruled_out(lower, upper, detectable, material) -> np.ndarray:
    """Whether a gap that matters would have shown, or lies outside the interval."""
    outside = (np.abs(lower) <= material) & (np.abs(upper) <= material)
    return (detectable <= material) | outside


def comparison_verdicts(difference, p, no_gap, reliable, *, favourable: bool, alpha: float):
    """Worse off, better off, no difference found, or can't tell yet, of each comparison.

    Parameters
    ----------
    difference, p : ndarray
        Observed difference and its p value.
    no_gap : ndarray of bool
        Whether a gap that matters is ruled out.
    reliable : ndarray of bool
        Whether both sides have enough rows to go by.
    """
    certain = reliable & (p < alpha)
    adverse = (difference < 0) == favourable
    enough = reliable & ~np.isnan(p) & no_gap
    words = [Verdict.WORSE_OFF, Verdict.BETTER_OFF, Verdict.NO_DIFFERENCE]
    return _words([certain & adverse, certain & ~adverse, enough], words)


def change_verdicts(now, before, p, no_change, reliable, *, alpha: float):
    """Widening, narrowing, no detectable change, or can't tell yet, of each change of a difference.

    ``now`` and ``before`` are positive where the group is worse off. A gap that turned round is
    widening when it turned against the group.
    """
    certain = reliable & (p < alpha)
    larger = np.where(now * before < 0, now > 0, np.abs(now) > np.abs(before))
    enough = reliable & ~np.isnan(p) & no_change
    words = [Verdict.WIDENING, Verdict.NARROWING, Verdict.NO_CHANGE]
    return _words([certain & larger, certain & ~larger, enough], words)


def _words(conditions, words) -> np.ndarray:
    return np.select(conditions, [str(word) for word in words], str(Verdict.CANT_TELL))
