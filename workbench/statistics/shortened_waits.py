"""What the median wait would be had some part of every wait taken no time, open waits included."""

from dataclasses import dataclass

import numpy as np

from workbench.statistics.drawn_curves import counts_by_block, medians_of_draws
from workbench.statistics.resampling import SEED, Blocks, Contrast, Waits, contrast, draws_of_blocks

REPLICATES = 399  # what-if needs no finer interval
_TIMES = 512  # times that are told apart in a draw: more would not move its median by what matters


@dataclass(frozen=True)
class Shortened:
    """Median of shortened waits, and how it differs from that of the waits as they were.

    Parameters
    ----------
    median, change : Contrast
        ``change`` is shortened less as it was: never above 0. It is paired: the same blocks are drawn for both.
    """

    median: Contrast
    change: Contrast


def shortened_medians(
    waits: Waits,
    taken,
    *,
    confidence: float = 0.95,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> list[Shortened]:
    """Kaplan-Meier medians with each of several parts taken out of every wait.

    A wait that has not ended stays so after what is left of it. That what follows would have gone on just as it
    did, only sooner, is assumed: a case that comes sooner may meet a longer queue.

    Parameters
    ----------
    waits : Waits
        Not empty; ``strata`` are not used.
    taken : iterable of array of float
        What is taken out of each wait, at most the wait itself.
    confidence : float
    replicates : int
        Draws of blocks; the limits are read from medians to a five-hundredth of the waits.
    seed : int

    Returns
    -------
    list of Shortened
        One for each part.
    """
    names, block = np.unique(waits.blocks, return_inverse=True)
    draws = draws_of_blocks(names.size, replicates, seed)
    blocks = Blocks(names.size, names.size, drawn_together=True)
    before = _medians(waits.durations, waits.observed, block, draws)
    found = []
    for part in taken:
        left = np.maximum(waits.durations - part, 0)
        after = _medians(left, waits.observed, block, draws)
        with np.errstate(invalid="ignore"):
            change = after - before
        found.append(Shortened(*(contrast(each, confidence, blocks) for each in (after, change))))
    return found


def _medians(durations, observed, block, draws: np.ndarray) -> np.ndarray:
    """Kaplan-Meier median of each draw of blocks, the first exact; infinite where it is not reached."""
    times, place = np.unique(durations, return_inverse=True)
    exact = _first_at_half(times, place, observed, np.zeros_like(block), np.ones((1, 1)))
    group = np.arange(times.size) * min(_TIMES, times.size) // times.size
    last = times[np.append(np.flatnonzero(np.diff(group)), times.size - 1)]
    return np.append(exact, _first_at_half(last, group[place], observed, block, draws[1:]))


def _first_at_half(times, place, observed, block, draws: np.ndarray) -> np.ndarray:
    """The first of the times at which each draw's curve is at one half."""
    shape = (draws.shape[1], times.size)
    return medians_of_draws(draws, times, *counts_by_block(block, place, observed, shape))
