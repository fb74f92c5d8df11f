"""Many series at once: a table with a row for each, its last axis being time and NaN where nothing is known.

A row's numbers are added up in the same order as if it stood alone, so that what is found of a series does not
depend, to the last bit, on which others it is calculated with.
"""

from collections.abc import Sequence

import numpy as np


def table(values) -> np.ndarray:
    """One series as the only row of a table; a table as it is."""
    return np.atleast_2d(np.asarray(values, float))


def alike(marks: np.ndarray) -> list[np.ndarray]:
    """Rows that are marked at the same places, together; in the order in which each pattern comes first."""
    found: dict[bytes, list[int]] = {}
    for row, own in enumerate(marks):
        found.setdefault(own.tobytes(), []).append(row)
    return [np.array(rows) for rows in found.values()]


def means(values: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Mean of the entries of each row that are kept; NaN where none is.

    Rows that keep equally many are added up together, each without the places that it leaves out.

    Examples
    --------
    >>> means(np.array([[1.0, 2.0, 6.0]] * 2), np.array([[True, True, False], [True, True, True]])).tolist()
    [1.5, 3.0]
    """
    counts, found = kept.sum(axis=-1), np.full(len(values), np.nan)
    for count in set(counts.tolist()) - {0}:
        own = counts == count
        found[own] = values[own][kept[own]].reshape(-1, count).mean(axis=-1)
    return found


def as_given(found: np.ndarray, values: Sequence) -> np.ndarray | float:
    """One entry a row, or where a single series was given its own entry as a plain number."""
    return found if np.ndim(values) > 1 else found[0].item()


def plain(found) -> np.ndarray | float:
    """A plain number where no array was asked for."""
    return found if np.ndim(found) else found.item()
