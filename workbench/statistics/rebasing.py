"""Where the median of a run chart might be rebased: proposals, for a person to take or leave.

Source: J. MacKintosh, runcharter (median rebased after a sustained run). Making Data Count knows no formula for
a rebase: it is right where the cause of the shift is known and is to stay, which no series tells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from workbench.statistics.nhs_rules import sides

FIRST = 13  # points of the first median
RUN = 9  # points on one side that make a shift

Side = Literal["above", "below", "both"]


@dataclass(frozen=True)
class Proposal:
    """A shift that lasted, and the median that would follow it.

    Parameters
    ----------
    start : int
        Place of the first point of the run, where the new phase would begin.
    end : int
        Place of the last point that the new median rests on.
    before, after : float
        The median before, and that of the first points of the run.
    length : int
        Points of the run until it ended, those on the median not counted.
    """

    start: int
    end: int
    before: float
    after: float
    length: int


def first_median(values: Sequence[float], first: int = FIRST) -> float:
    """Median of the first points with a value; NaN where there are fewer than ``first``."""
    known = _known(values)
    return float(np.median(known[1][:first])) if len(known[1]) >= first else float("nan")


def proposals(
    values: Sequence[float], *, first: int = FIRST, run: int = RUN, side: Side = "both"
) -> list[Proposal]:
    """Places at which the median might be rebased, in time order.

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing: neither of use nor a break.
    first, run : int
        Points of the first median, and points on one side of it that make a proposal.
    side : {'above', 'below', 'both'}
        On which side of the median a run is looked for.

    Notes
    -----
    Points on the median are skipped. After a proposal the search goes on behind the run's first ``run`` points,
    against their median.

    Examples
    --------
    >>> proposals([1, 2, 3, 9, 8, 9, 8], first=3, run=4)
    [Proposal(start=3, end=6, before=2.0, after=8.5, length=4)]
    """
    if first < 1 or run < 1:
        raise ValueError(f"a median and a run have 1 point or more, got first={first}, run={run}.")
    place, known = _known(values)
    found: list[Proposal] = []
    median, begin = first_median(values, first), first
    while (shift := _first_run(known[begin:], median, run, side)) is not None:
        own = begin + shift
        after = float(np.median(known[own[:run]]))
        found.append(Proposal(int(place[own[0]]), int(place[own[run - 1]]), median, after, len(own)))
        median, begin = after, int(own[run - 1]) + 1
    return found


def _known(values: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    series = np.asarray(values, float)
    place = np.flatnonzero(~np.isnan(series))
    return place, series[place]


def _first_run(known: np.ndarray, median: float, run: int, side: Side) -> np.ndarray | None:
    """Places of the first run that is long enough, all its points; None without one."""
    signs = sides(known, median)
    useful = np.flatnonzero(signs)
    parts = np.split(useful, np.flatnonzero(np.diff(signs[useful])) + 1)
    wanted = {"above": (1,), "below": (-1,), "both": (1, -1)}[side]
    return next((part for part in parts if len(part) >= run and signs[part[0]] in wanted), None)
