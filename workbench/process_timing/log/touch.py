"""How long somebody worked on a case: the union of what is recorded, and the most that it can have been."""

import numpy as np
import pandas as pd


def union_length(case: np.ndarray, start: np.ndarray, end: np.ndarray, cases: int) -> np.ndarray:
    """Time covered by at least one interval, for each case: work done at once counts once.

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
    order = np.lexsort((end, start, case))
    case, start, end = case[order], start[order], end[order]
    reached = pd.Series(end).groupby(case).cummax().to_numpy()
    before = np.concatenate([[0], reached[:-1]]) if reached.size else reached
    first = np.ones(case.size, bool)
    first[1:] = case[1:] != case[:-1]
    begins = np.where(first, start, np.maximum(start, before))
    total = np.zeros(cases, dtype="int64")
    np.add.at(total, case, np.maximum(end - begins, 0))
    return total
