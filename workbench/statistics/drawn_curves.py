"""Kaplan-Meier curves of many draws of whole blocks of cases at once."""

from dataclasses import dataclass

import numpy as np

from workbench.statistics.survival import TOLERANCE

# Products of two numbers in one product of matrices: few enough that its arrays stay near the processor, and that it is
# made by one thread, which for so little is many times faster than two that wait for each other.
_PRODUCTS = 200_000


@dataclass(frozen=True)
class Curves:
    """The curves of some draws, a row each.

    Parameters
    ----------
    times : array
        At which something happens in any of them, rising.
    survival : array, draws by 1 + times
        S(t) before the first time, and from each time on.
    known : array
        The last time at which somebody is followed; infinite where nobody waits after it.
    """

    times: np.ndarray
    survival: np.ndarray
    known: np.ndarray

    @classmethod
    def of(cls, draws: np.ndarray, times: np.ndarray, ended: np.ndarray, at_risk: np.ndarray) -> "Curves":
        waiting, survival = draws @ at_risk, np.ones((len(draws), times.size + 1))
        followed = np.where(waiting[:, -1] > 0, times.size, (waiting > 0).argmin(axis=1))
        fell = draws @ ended
        fell /= np.maximum(waiting, TOLERANCE, out=waiting)  # none ends where none waits
        np.cumprod(np.subtract(1, fell, out=fell), axis=1, out=survival[:, 1:])
        known = np.where(survival[:, -1] == 0, np.inf, np.append(-np.inf, times)[followed])
        return cls(times, survival, known)

    def at(self, time: np.ndarray) -> np.ndarray:
        """S of each curve at a time of its own."""
        return self.survival[np.arange(len(self.survival)), np.searchsorted(self.times, time, side="right")]

    def first_below(self, level: float) -> np.ndarray:
        """The first time at which each curve is at the level; infinite where it stays above."""
        below = self.survival[:, 1:] <= level + TOLERANCE
        # A curve never rises: it is at the level in the end, or never.
        return np.where(below[:, -1], self.times[below.argmax(axis=1)], np.inf)

    def ended_by(self, horizon: float) -> np.ndarray:
        """One less each curve at the horizon."""
        return 1 - self.survival[:, np.searchsorted(self.times, horizon, side="right")]

    def mean(self, horizon: float) -> np.ndarray:
        """Area under each curve up to the horizon."""
        ends = np.r_[0, self.times, max(horizon, self.times[-1])]
        return self.survival @ np.diff(np.minimum(ends, horizon))


def medians_of_draws(
    draws: np.ndarray, times: np.ndarray, ended: np.ndarray, at_risk: np.ndarray
) -> np.ndarray:
    """The median of each draw; infinite where its curve stays above one half.

    Most curves end soon after the usual median: only what is above one half then is followed to its last time.
    """
    usual = _medians(draws.mean(axis=0, keepdims=True), times, ended, at_risk)
    until = 5 * np.searchsorted(times, usual[0], side="right") // 4
    found = _medians(draws, times[:until], ended[:, :until], at_risk[:, :until])
    above = np.isinf(found)
    if above.any() and until < times.size:
        found[above] = _medians(draws[above], times, ended, at_risk)
    return found


def _medians(draws: np.ndarray, times: np.ndarray, ended: np.ndarray, at_risk: np.ndarray) -> np.ndarray:
    """The median of each draw, infinite where its curve does not come down to one half by the last of the times."""
    drawn = parts(draws, ended.size)
    return np.concatenate([Curves.of(each, times, ended, at_risk).first_below(0.5) for each in drawn])


def counts_by_block(
    block: np.ndarray, place: np.ndarray, observed: np.ndarray, shape: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Of each block, how many waits end at each time and how many last as long.

    Parameters
    ----------
    block, place, observed : array, an element a case
        Its block, the place of its duration among the times, and whether its wait ended.
    shape : tuple of int
        Blocks and times.
    """
    cell, size = block * shape[1] + place, shape[0] * shape[1]
    ended, left = (
        np.bincount(each, minlength=size).reshape(shape).astype(float) for each in (cell[observed], cell)
    )
    return ended, np.ascontiguousarray(left[:, ::-1].cumsum(axis=1)[:, ::-1])


def parts(draws: np.ndarray, products: int) -> list[np.ndarray]:
    """Draws in parts, a row each, of which the curves are made at once.

    ``products`` are blocks times times: what a draw of them is multiplied with.
    """
    return np.array_split(draws, max(1, len(draws) * products // _PRODUCTS))
