"""Linear programmes that are solved again and again with other weights.

HiGHS is called by its own package: by way of scipy a table of a hundred cells costs four times the search itself.

References
----------
Huangfu, Q., Hall, J. A. J. (2018). Parallelizing the dual revised simplex method.
Mathematical Programming Computation 10(1), 119-142.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_array


@dataclass(frozen=True)
class Solution:
    """What a search found.

    Parameters
    ----------
    x : array of float or None, one a variable
        None when there is none.
    duals : array of float, one a row
        How much the weighted sum would grow by a unit of each row; without meaning for whole numbers.
    cut_short : bool
        Whether the search ended at its limit, with the best that it had seen.
    """

    x: np.ndarray | None
    duals: np.ndarray
    cut_short: bool


class Programme:
    """The least of a weighted sum of variables, subject to rows ``low <= matrix @ x <= high``.

    Each search begins anew, so that what it finds does not depend on those before it, unless it may go ``on``
    from there: quicker, where any solution as good will do.

    Parameters
    ----------
    matrix : sparse array, one row a condition, one column a variable
    low, high : float or array of float, one a row
    whole : bool
        Whether the variables are whole numbers.
    **options
        Of HiGHS.
    """

    def __init__(self, matrix, low, high, whole: bool = False, **options):
        matrix = csc_array(matrix)
        rows, size = matrix.shape
        self._columns = np.arange(size, dtype=np.int32)
        self._highs = highspy.Highs()
        self._highs.silent()
        for name, value in options.items():
            self._highs.setOptionValue(name, value)
        nothing = np.zeros(size)
        self._highs.passModel(
            size,
            rows,
            matrix.nnz,
            int(highspy.MatrixFormat.kColwise),
            int(highspy.ObjSense.kMinimize),
            0.0,
            nothing,
            nothing,
            nothing,
            np.broadcast_to(low, rows).astype(float),
            np.broadcast_to(high, rows).astype(float),
            matrix.indptr.astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data,
            np.full(size, int(whole), dtype=np.int32),
        )

    def least(
        self, weights: np.ndarray, lower: np.ndarray, upper: np.ndarray, *, on: bool = False
    ) -> Solution:
        """The least of the sum with such weights, each variable between its bounds."""
        highs, columns = self._highs, self._columns
        if not on:
            highs.clearSolver()
        highs.changeColsCost(len(columns), columns, weights)
        highs.changeColsBounds(len(columns), columns, lower, upper)
        highs.run()
        found, status = highs.getSolution(), highs.getModelStatus()
        cut_short = status == highspy.HighsModelStatus.kSolutionLimit
        seen = found.value_valid and (cut_short or status == highspy.HighsModelStatus.kOptimal)
        return Solution(np.array(found.col_value) if seen else None, np.array(found.row_dual), cut_short)
