"""Two periods' waits resampled by whole weeks, and the contrasts read from the draws.

Cases of one week share staff, rules and weather, so weeks are drawn, not cases (block
bootstrap: Efron and Tibshirani 1993, chapter 8). A quarter has thirteen weeks: intervals and p values
are widened for so few (expanded percentile interval: Hesterberg 2015, section 5.3).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

REPLICATES = 999
SEED = 20_260_101


@dataclass(frozen=True)
class Waits:
    """One period's waiting times, an element a case.

    Parameters
    ----------
    durations : array of float
        Time waited until the end, or until last seen.
    observed : array of bool
        Whether the wait ended.
    blocks : array of int
        The week, or other block, that is drawn as a whole.
    strata : array of int, optional
        The kind of case, for a comparison at the same mix.
    """

    durations: np.ndarray
    observed: np.ndarray
    blocks: np.ndarray
    strata: np.ndarray | None = None

    def ordered(self) -> "Waits":
        """The same cases in an order that does not depend on the order they were given in."""
        strata = np.zeros(self.durations.size, int) if self.strata is None else self.strata
        order = np.lexsort((strata, self.blocks, ~self.observed, self.durations))
        return Waits(self.durations[order], self.observed[order], self.blocks[order], strata[order])


@dataclass(frozen=True)
class Contrast:
    """A number that compares two periods: value, interval and p; None where it cannot be said."""

    value: float | None
    lower: float | None
    upper: float | None
    p: float | None = None

    @property
    def is_clear(self) -> bool:
        """Whether the interval, open where a bound is not reached, leaves out 0."""
        return self.leaves_out(0.0)

    @property
    def is_open(self) -> bool:
        """Whether the value or a bound is not reached."""
        return self.value is None or self.lower is None or self.upper is None

    def leaves_out(self, null: float) -> bool:
        """Whether the interval, open where a bound is not reached, leaves out a number."""
        return (self.lower is not None and self.lower > null) or (
            self.upper is not None and self.upper < null
        )


@dataclass(frozen=True)
class Blocks:
    """How many blocks each of two periods has; what so few of them do to an interval and to p.

    The bootstrap of a mean of ``n`` blocks is too narrow by ``sqrt((n - 1) / n)`` and has the tails of a
    normal instead of Student's distribution. Both are put right by reading the draws further out
    (Hesterberg 2015), with ``now + before - 2`` degrees of freedom; where both are groups of the same weeks,
    which are drawn together, with those of the fewer blocks less one.
    """

    now: int
    before: int
    drawn_together: bool = False

    @classmethod
    def of(cls, now: Waits, before: Waits) -> "Blocks":
        """Those of two periods' waits."""
        return cls(np.unique(now.blocks).size, np.unique(before.blocks).size)

    @property
    def are_enough(self) -> bool:
        """Whether there is any variation of blocks to draw from: at least two in each period."""
        return min(self.now, self.before) > 1

    @property
    def freedom(self) -> int:
        """Degrees of freedom of the difference."""
        return min(self.now, self.before) - 1 if self.drawn_together else self.now + self.before - 2

    @property
    def _stretch(self) -> float:
        fewest = min(self.now, self.before)
        return float(np.sqrt(fewest / (fewest - 1)))

    def tail(self, confidence: float) -> float:
        """The share of draws beyond a bound of an interval."""
        student = stdtrit(self.freedom, (1 + confidence) / 2)
        return float(ndtr(-self._stretch * student))

    def p(self, p: float) -> float:
        """The two-sided p that belongs to the one of the draws."""
        student = ndtri(p / 2) / self._stretch
        return float(2 * stdtr(self.freedom, student))


def draws_of_blocks(blocks: int, replicates: int, seed: int) -> np.ndarray:
    """How often each block is drawn, with the sample itself, each block once, as row 0.

    Parameters
    ----------
    blocks : int
        How many there are.
    replicates : int
    seed : int

    Returns
    -------
    array of float, 1 + replicates by blocks
    """
    drawn = np.random.default_rng(seed).multinomial(blocks, [1 / blocks] * blocks, replicates)
    return np.vstack([np.ones(blocks), drawn])


def block_counts(blocks: np.ndarray, replicates: int, seed: int) -> np.ndarray:
    """How often each case is drawn when whole blocks are drawn with replacement.

    Parameters
    ----------
    blocks : array of int
        The block of each case.
    replicates : int
    seed : int

    Returns
    -------
    array of float, replicates by cases
    """
    names, place = np.unique(blocks, return_inverse=True)
    return draws_of_blocks(names.size, replicates, seed)[1:, place]


def contrast(draws: np.ndarray, confidence: float, blocks: Blocks, null: float = 0.0) -> Contrast:
    """Value of the sample with the expanded percentile interval and p of the draws.

    Parameters
    ----------
    draws : array of float
        The sample itself first. A draw in which a percentile is not reached is infinite. One in which both
        are not reached is missing: it says nothing and could lie on either side.
    confidence : float
    blocks : Blocks
        With fewer than two in a period there is a value and nothing else.
    null : float
        What is tested.
    """
    value, replicates = draws[0], draws[1:]
    shown = float(value) if np.isfinite(value) else None
    if not blocks.are_enough:
        return Contrast(shown, None, None)
    unsaid, tail = np.isnan(replicates), blocks.tail(confidence)
    lower = _order_statistic(np.where(unsaid, -np.inf, replicates), tail)
    upper = _order_statistic(np.where(unsaid, np.inf, replicates), 1 - tail)
    p = None if shown is None else blocks.p(_p_value(value, replicates, null))
    return Contrast(shown, _finite(lower), _finite(upper), p)


def _p_value(value: float, replicates: np.ndarray, null: float) -> float:
    """Two-sided p: the share of draws beyond the null; by their spread where too few are beyond to count."""
    beyond = min((~(replicates > null)).sum(), (~(replicates < null)).sum())
    counted = min(1.0, 2 * (beyond + 1) / (len(replicates) + 1))
    finite = replicates[np.isfinite(replicates)]
    if beyond > 0 or finite.size < len(replicates) or finite.std() == 0:
        return float(counted)
    return float(min(counted, 2 * ndtr(-abs(value - null) / finite.std(ddof=1))))


def _order_statistic(values: np.ndarray, p: float) -> float:
    return float(np.quantile(values, p, method="inverted_cdf"))


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
