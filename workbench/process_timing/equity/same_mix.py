"""Two groups at the same mix of kinds of case: a gap may be one of what is asked for."""

from dataclasses import dataclass

import numpy as np

from workbench.process_timing.equity.groups import NO_KIND

FEWEST_OF_KIND = 5


@dataclass(frozen=True)
class SameMix:
    """How much each case counts so that a group has the mix of kinds of its reference.

    Parameters
    ----------
    own : array of float, an element a case of the group
        Direct standardisation: the reference's share of the kind over the group's own; 0 for kinds that
        do not occur often enough on both sides.
    other : array of float, an element a case of the reference
        1, or 0 for such kinds.
    covered : float
        The share of the reference that is left.
    """

    own: np.ndarray
    other: np.ndarray
    covered: float

    @property
    def design_effect(self) -> float:
        """By how much the group's weights widen the variance (Kish 1965)."""
        return float(self.own.size * (self.own**2).sum() / self.own.sum() ** 2)

    def adds(self, own: np.ndarray, other: np.ndarray) -> float:
        """By how much a difference of shares moves when both sides have the same mix."""
        crude = own.mean() - other.mean()
        return float(np.average(own, weights=self.own) - np.average(other, weights=self.other) - crude)


def same_mix(own: np.ndarray, other: np.ndarray, fewest: int) -> SameMix | None:
    """Weights from the kind of each case; None where no kinds are declared or none occurs on both sides.

    Parameters
    ----------
    own, other : array of int
        The kind of each case; -1 where none are declared.
    fewest : int
        A kind with fewer cases on either side is left out, because its mean would be of few people.
    """
    if not own.size or not other.size or own[0] == NO_KIND:
        return None
    kinds, place = np.unique(np.concatenate([own, other]), return_inverse=True)
    sides = place[: own.size], place[own.size :]
    here, there = (np.bincount(side, minlength=kinds.size) for side in sides)
    shared = np.minimum(here, there) >= max(fewest, FEWEST_OF_KIND)
    if not shared.any():
        return None
    scale = here[shared].sum() / there[shared].sum()
    weights = np.where(shared, scale * there / np.maximum(here, 1), 0.0)
    return SameMix(weights[sides[0]], shared[sides[1]].astype(float), float(there[shared].sum() / other.size))
