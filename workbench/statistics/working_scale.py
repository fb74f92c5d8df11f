"""The scale on which a series is forecast, so that no future leaves what its values can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit, logit

Range = Literal["any", "nonnegative", "proportion"]
BOUNDS = {"any": (-np.inf, np.inf), "nonnegative": (0.0, np.inf), "proportion": (0.0, 1.0)}


@dataclass(frozen=True)
class WorkingScale:
    """A monotone change of scale and its way back.

    Parameters
    ----------
    range : {'any', 'nonnegative', 'proportion'}
        What values can be. Counts and rates, which cannot fall below 0, are taken as square roots: a mean of squares
        is that of the values, and the spread of a count hardly depends on its size (M. S. Bartlett 1936).
        Proportions are taken as logits.
    points : int
        Known intervals, where some are exactly 0 or 1: proportions are then pulled in by half an event in so many
        (M. Smithson and J. Verkuilen, Psychological Methods 11, 2006); 0 where none is.
    """

    range: Range = "any"
    points: int = 0

    @classmethod
    def of(cls, values: Sequence[float], kind: Range) -> "WorkingScale":
        """The scale for a series; a constant one is left as it is.

        Raises
        ------
        ValueError
            Where a value lies outside of what it can be.
        """
        series = np.asarray(values, float)
        known = series[~np.isnan(series)]
        lower, upper = BOUNDS[kind]
        wrong = known[(known < lower) | (known > upper)]
        if len(wrong):
            raise ValueError(f"a {kind} value lies between {lower:g} and {upper:g}, got {wrong[0]:g}.")
        if not len(known) or known.max() == known.min():
            return cls()
        touches = kind == "proportion" and (known.min() == 0 or known.max() == 1)
        return cls(kind, len(known) if touches else 0)

    def forward(self, values) -> np.ndarray:
        """Values on the scale; infinite beyond what they can be."""
        lower, upper = BOUNDS[self.range]
        given = np.asarray(values, float)
        inside = np.clip(given, lower, upper)
        moved = np.where(given < lower, -np.inf, np.where(given > upper, np.inf, self._moved(inside)))
        return np.where(np.isnan(given), np.nan, moved)

    def back(self, values) -> np.ndarray:
        """Values of the series from those on the scale; never outside of what they can be."""
        given = np.asarray(values, float)
        if self.range == "nonnegative":
            return np.maximum(given, 0.0) ** 2
        if self.range == "proportion":
            return np.clip(self._pushed(expit(given)), 0.0, 1.0)
        return given

    def is_bound(self, target: float, direction: str) -> bool:
        """Whether no value can miss a target, because it lies at or beyond the end of what values can be."""
        lower, upper = BOUNDS[self.range]
        return target <= lower if direction == "increase" else target >= upper

    def _moved(self, inside: np.ndarray) -> np.ndarray:
        if self.range == "nonnegative":
            return np.sqrt(inside)
        return logit(self._pulled(inside)) if self.range == "proportion" else inside

    def _pulled(self, shares: np.ndarray) -> np.ndarray:
        return (shares * (self.points - 1) + 0.5) / self.points if self.points else shares

    def _pushed(self, shares: np.ndarray) -> np.ndarray:
        return (shares * self.points - 0.5) / (self.points - 1) if self.points else shares
