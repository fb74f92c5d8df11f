"""Two quarters of a process as the practice city makes them, with a slowdown or another mix planted."""

from dataclasses import dataclass

import numpy as np

from workbench.practice.flows import FLOWS, Flow
from workbench.process_timing.compared.closed_by import horizon_of
from workbench.statistics.resampling import Waits

QUARTER = 91  # days
_CALENDAR = 7 / 5  # calendar days of a working day
# As in workbench/practice/events.py: spread of a step's wait and of a case's, ways back, and those withdrawn.
_UNREST, _UNREST_OF_CASE = 0.55, 0.20
_MOST_LOOPS, _BACK = 3, 4.0
_SHARED = 0.05  # spread of what the cases of one week have in common


@dataclass(frozen=True)
class Planted:
    """What is done to the later quarter.

    Parameters
    ----------
    slowdown : float
        By what share every wait is longer.
    mix : bool
        Whether the kinds of case have each other's shares, in the opposite order.
    """

    slowdown: float = 0.0
    mix: bool = False


def quarters(
    rng: np.random.Generator, flow: Flow, size: int, planted: Planted, seen_after: int
) -> tuple[Waits, Waits, float]:
    """The waits of the later and the earlier quarter as seen so many days after the later one, and how long both are followed.

    Parameters
    ----------
    rng : Generator
    flow : Flow
    size : int
        Cases of each quarter.
    planted : Planted
    seen_after : int
        Days.
    """
    shares = np.array([share for _, share, _ in flow.kinds])
    later = shares[::-1] if planted.mix else shares
    now, ages = _waits(rng, flow, size, later, 1 + planted.slowdown, QUARTER + seen_after)
    before, ages_before = _waits(rng, flow, size, shares, 1.0, 2 * QUARTER + seen_after)
    return now, before, horizon_of(ages, ages_before)


def lead_times(rng: np.random.Generator, flow: Flow, kind: np.ndarray) -> np.ndarray:
    """Calendar days from the first to the last step of cases of given kinds, without what weeks share."""
    factor = np.array([factor for *_, factor in flow.kinds])[kind]
    steps = [days for _, days in flow.steps if days > 0]
    days = _drawn(rng, steps, kind.size).sum(axis=1)
    if flow.loop:
        known = dict(flow.steps)
        back = [known.get(name, _BACK) for name in flow.loop.steps]
        loops = np.minimum(rng.geometric(1 - flow.loop.chance, kind.size) - 1, _MOST_LOOPS)
        for each in range(_MOST_LOOPS):
            days += (loops > each) * _drawn(rng, back, kind.size).sum(axis=1)
    return days * factor * rng.lognormal(0, _UNREST_OF_CASE, kind.size) * _CALENDAR


def kinds_of(rng: np.random.Generator, shares: np.ndarray, size: int) -> np.ndarray:
    """Kinds of cases drawn by their shares."""
    return rng.choice(shares.size, size, p=shares)


def flows() -> tuple[Flow, ...]:
    """All processes of the practice city."""
    return FLOWS


def _drawn(rng: np.random.Generator, medians, size: int) -> np.ndarray:
    return rng.lognormal(0, _UNREST, (size, len(medians))) * medians


def _waits(
    rng, flow: Flow, size: int, shares: np.ndarray, slower: float, seen_for: int
) -> tuple[Waits, np.ndarray]:
    kind = kinds_of(rng, shares, size)
    day = rng.uniform(0, QUARTER, size)
    week = (day // 7).astype(int)
    shared = rng.lognormal(0, _SHARED, week.max() + 1)[week]
    days = lead_times(rng, flow, kind) * shared * slower
    left = seen_for - day
    return Waits(np.minimum(days, left), days <= left, week, kind), left
