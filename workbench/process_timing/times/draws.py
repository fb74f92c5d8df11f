"""Totals of a period with whole weeks drawn again: cases of one week share staff, rules and weather."""

import numpy as np

from workbench.statistics.resampling import REPLICATES, SEED, Blocks, draws_of_blocks


def drawn_totals(
    values: np.ndarray, week: np.ndarray, confidence: float
) -> tuple[np.ndarray, np.ndarray, float | None]:
    """Sums over the cases, and the same of draws of weeks.

    Parameters
    ----------
    values : array of int, cases by columns
    week : array of int
        The week of each case.
    confidence : float

    Returns
    -------
    sums : array, an element a column
    drawn : array, draws by columns
        Draws in which nothing was summed are left out.
    tail : float or None
        The share of draws beyond each limit of an interval, widened for few weeks (Hesterberg 2015);
        None where there is one week only.
    """
    names, place = np.unique(week, return_inverse=True)
    totals = np.zeros((names.size, values.shape[1]), dtype="int64")
    np.add.at(totals, place, values)
    drawn = draws_of_blocks(names.size, REPLICATES, SEED)[1:] @ totals.astype(float)
    blocks = Blocks(names.size, names.size, drawn_together=True)
    tail = blocks.tail(confidence) if blocks.are_enough else None
    return totals.sum(axis=0), drawn[drawn.any(axis=1)], tail
