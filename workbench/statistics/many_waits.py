"""Two periods' waits compared on many edges at once, where every wait has ended."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from workbench.statistics.resampling import REPLICATES, SEED, Blocks, Contrast, contrast, draws_of_blocks


@dataclass(frozen=True)
class EndedWaits:
    """One period's waits that have ended, an element a wait.

    Parameters
    ----------
    edges : array of int
        The edge, or other group, that a wait is of.
    durations : array of float
    blocks : array of int
        The week, or other block, that is drawn as a whole.
    """

    edges: np.ndarray
    durations: np.ndarray
    blocks: np.ndarray


@dataclass(frozen=True)
class EdgeComparison:
    """How the waits of one edge differ between two periods.

    Parameters
    ----------
    edge : int
    n, n_before : int
        Waits of each period.
    difference : Contrast
        Median now less median before: positive is slower.
    faster : Contrast
        Chance that a random wait of now is shorter than one of before, ties half (Mann and Whitney 1947);
        its p is of one half.
    """

    edge: int
    n: int
    n_before: int
    difference: Contrast
    faster: Contrast


def compare_many(
    now: EndedWaits,
    before: EndedWaits,
    *,
    confidence: float = 0.95,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> list[EdgeComparison]:
    """Compare the waits of each edge that occurs in both periods.

    The figures of :func:`workbench.statistics.compared_waits.compare` without open waits, many times faster:
    Mann and Whitney's count is a sum over pairs of weeks, so that a draw of weeks needs no look at the waits.
    The same weeks are drawn for all edges. The many p values are not yet judged together
    (:mod:`workbench.statistics.false_discovery`).

    Parameters
    ----------
    now, before : EndedWaits
    confidence : float
    replicates : int
        Draws of weeks.
    seed : int
        Of the random numbers: the same seed gives the same bytes.

    Returns
    -------
    list of EdgeComparison
        By edge.
    """
    sides = [_Side.of(waits, replicates, seed + k) for k, waits in enumerate((now, before))]
    both = np.intersect1d(now.edges, before.edges)
    return [_compared(int(edge), *(side.of_edge(edge) for side in sides), confidence) for edge in both]


@dataclass(frozen=True)
class _Side:
    """Waits in order of edge and duration, the block of each, and how often each block is drawn."""

    edges: np.ndarray
    durations: np.ndarray
    block: np.ndarray
    draws: np.ndarray

    @classmethod
    def of(cls, waits: EndedWaits, replicates: int, seed: int) -> "_Side":
        names, block = np.unique(waits.blocks, return_inverse=True)
        order = np.lexsort((block, waits.durations, waits.edges))
        draws = draws_of_blocks(names.size, replicates, seed)
        return cls(waits.edges[order], np.asarray(waits.durations, float)[order], block[order], draws)

    def of_edge(self, edge: int) -> "_Side":
        own = slice(*np.searchsorted(self.edges, [edge, edge + 1]))
        return _Side(self.edges[own], self.durations[own], self.block[own], self.draws)

    def up_to(self, times: np.ndarray, side: str) -> np.ndarray:
        """How many waits of each block are below each time (``left``) or not above it (``right``)."""
        member = np.zeros((self.block.size + 1, self.draws.shape[1]))
        member[np.arange(1, self.block.size + 1), self.block] = 1
        return member.cumsum(axis=0)[np.searchsorted(self.durations, times, side=side)]

    def sizes(self) -> np.ndarray:
        """How many waits each draw has."""
        return self.draws @ np.bincount(self.block, minlength=self.draws.shape[1])


def _compared(edge: int, now: _Side, before: _Side, confidence: float) -> EdgeComparison:
    blocks = Blocks(np.unique(now.block).size, np.unique(before.block).size)
    read = partial(contrast, confidence=confidence, blocks=blocks)
    difference = _medians(now) - _medians(before)
    faster = read(_faster(now, before), null=0.5)
    return EdgeComparison(edge, now.durations.size, before.durations.size, read(difference), faster)


def _faster(now: _Side, before: _Side) -> np.ndarray:
    """Chance that a wait of now is the shorter, for each draw; missing where a draw has no waits."""
    member = np.zeros((now.draws.shape[1], now.block.size))
    member[now.block, np.arange(now.block.size)] = 1
    not_above = (before.up_to(now.durations, "left") + before.up_to(now.durations, "right")) / 2
    longer = np.bincount(before.block, minlength=before.draws.shape[1]) - not_above
    won = ((now.draws @ (member @ longer)) * before.draws).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return won / (now.sizes() * before.sizes())


def _medians(side: _Side) -> np.ndarray:
    """The first wait that half of the waits of each draw do not exceed, found by halving; missing without any."""
    counts = side.up_to(side.durations, "right")
    half = side.sizes() / 2
    low, high = np.zeros(half.size, int), np.full(half.size, side.durations.size - 1)
    while (low < high).any():
        middle = (low + high) // 2
        enough = np.einsum("rb,rb->r", side.draws, counts[middle]) >= half
        low, high = np.where(enough, low, middle + 1), np.where(enough, middle, high)
    return np.where(half > 0, side.durations[low], np.nan)
