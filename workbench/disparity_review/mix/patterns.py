"""What a gap as it is and the gap within the parts of a mix say together."""

import numpy as np
from scipy.special import ndtr, ndtri

from workbench.disparity_review.scope import Scope
from workbench.disparity_review.verdicts import comparison_verdicts, material_difference, ruled_out
from workbench.statistics.proportions import critical_value

ALL_PLACE, WITHIN, BOTH = "where people live", "within the same place", "both"
HIDDEN, NEITHER, UNCLEAR = "only within the same place", "no gap found", "unclear"
OF_KINDS = {
    ALL_PLACE: "what is asked for",
    WITHIN: "within the same kind",
    HIDDEN: "only within the same kind",
}  # the same words where the mix is the kind of case and not the place
_POWER = ndtri(0.8)


def p_of(difference: float, lower: float, upper: float, confidence: float) -> float:
    """P value from the published figures, so that it tells no more than they do.

    The limits of a score interval are the roots of (difference - d)^2 = z^2 V(d) with V a straight line,
    so V(0) follows from their product; those of Wald's interval are too.
    """
    at_none = difference**2 - lower * upper
    distance = critical_value(confidence) * abs(difference)
    p = float(2 * ndtr(-distance / np.sqrt(at_none))) if at_none > 0 else np.nan
    # A limit that is told as 0 leaves no gap within the interval, and p must not say otherwise.
    return max(p, 1 - confidence) if lower <= 0 <= upper else p


def verdict_of(difference: float, lower: float, upper: float, reference_rate: float, scope: Scope) -> str:
    """The verdict on a difference that is known with its limits alone; missing limits: can't tell yet."""
    error = (upper - lower) / (2 * critical_value(scope.confidence))
    detectable = (critical_value(scope.confidence) + _POWER) * error
    material = material_difference([reference_rate], per_exposure=scope.per_exposure)
    limits = (np.array([value]) for value in (lower, upper, detectable))
    return comparison_verdicts(
        np.array([difference]),
        np.array([p_of(difference, lower, upper, scope.confidence)]),
        ruled_out(*limits, material),
        np.isfinite([lower]),
        favourable=scope.favourable,
        alpha=1 - scope.confidence,
    )[0]


def pattern_of(row: dict, alpha: float) -> str:
    """What the crude and the pooled gap say together.

    More than half of the crude gap must be gone to call it where people live; a pooled gap of at
    least half of it, on the same side, is one within the same place. A pooled gap beside no certain
    crude one shows only within places where it is half as large again, or on the other side.
    """
    if row["state"] != "value":
        return UNCLEAR
    crude, inside = row["crude_p"] < alpha, row["p"] < alpha
    left = row["difference"] / row["crude_difference"] if row["crude_difference"] else 0.0
    if not inside:
        return NEITHER if not crude else ALL_PLACE if left < 0.5 else UNCLEAR
    if not crude:
        return WITHIN if 0 < left < 1.5 else HIDDEN
    return WITHIN if left >= 0.5 else BOTH if left > 0 else HIDDEN
