"""What is alike is worked on at once."""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

import numpy as np

Found = TypeVar("Found")


def together(keys: Sequence[Hashable], work: Callable[[list[int]], Sequence[Found]]) -> list[Found]:
    """What ``work`` finds at each place, done once for the places of each key.

    Parameters
    ----------
    keys : sequence
        What must be equal of what is worked on at once, one a place.
    work : callable
        The places of one key to what is found at each of them.

    Examples
    --------
    >>> together(["b", "a", "b"], lambda places: [len(places)] * len(places))
    [2, 1, 2]
    """
    found: list[Found] = [None] * len(keys)
    places: dict[Hashable, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    for own in places.values():
        for place, each in zip(own, work(own), strict=True):
            found[place] = each
    return found


def as_tables(
    rows: Sequence[np.ndarray], work: Callable[..., Sequence[Found]], *beside: Sequence
) -> list[Found]:
    """What ``work`` finds of each of some series, those of one length as one table.

    Parameters
    ----------
    rows : sequence of ndarray
        Each a series.
    work : callable
        A table, and of each of ``beside`` an array of its entries, to what is found of each row.
    beside : sequences
        Numbers that belong to the series.
    """
    return together(
        [len(row) for row in rows],
        lambda places: work(*(np.array([each[place] for place in places]) for each in (rows, *beside))),
    )
