"""How long somebody worked on a case: the union of what is recorded, without its rests."""

import numpy as np


def union_length(case: np.ndarray, start: np.ndarray, end: np.ndarray, cases: int) -> np.ndarray:
    """Time covered by at least one interval, for each case: work done at once counts once.

    A sweep over starts and ends in order: time counts while more intervals have begun than ended.

    Parameters
    ----------
    case : array of int
        The case of each interval, from 0 to ``cases - 1``.
    start, end : array of int
        In microseconds, ``start <= end``.
    cases : int

    Returns
    -------
    array of int, one a case
    """
    who, time = np.concatenate([case, case]), np.concatenate([start, end])
    step = np.repeat([1, -1], case.size)
    order = np.lexsort((-step, time, who))
    who, time, running = who[order], time[order], np.cumsum(step[order])
    busy = running[:-1] > 0
    total = np.zeros(cases, dtype="int64")
    np.add.at(total, who[:-1][busy], np.diff(time)[busy])
    return total


def pieces(
    place: np.ndarray, start: np.ndarray, end: np.ndarray, rests: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spans cut at the rests that lie inside them.

    Parameters
    ----------
    place : array of int
        Ascending: which event each span belongs to.
    start, end : array of int
    rests : tuple of three arrays
        place, start and end of each rest; those of one event do not overlap, and lie within its span.
        A rest of an event without a span is ignored.

    Returns
    -------
    tuple of three arrays
        place, start and end of each piece.
    """
    of, begins, ends = (each[np.isin(rests[0], place)] for each in rests)
    opening, closing = np.concatenate([start, ends]), np.concatenate([end, begins])
    who = np.concatenate([place, of])
    first, last = np.lexsort((opening, who)), np.lexsort((closing, who))
    return who[first], opening[first], closing[last]
