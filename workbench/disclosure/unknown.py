"""What an attacker does not know of published counts, and every equation that binds it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import LinearConstraint
from scipy.sparse import coo_array, csr_array, eye_array, vstack
from scipy.sparse.csgraph import connected_components

from workbench.analyses import Sum
from workbench.disclosure.programme import Programme
from workbench.errors import DisclosureError

NUMERATOR, DENOMINATOR, COMPLEMENT = "numerator", "denominator", "complement"
CLOSE = 1e-6
# Lets HiGHS take the primal or the dual simplex method, as fits the table that a search goes on from.
CHOOSE = 0

Known = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Unknown:
    """Hidden counts as unknown whole numbers.

    Parameters
    ----------
    counts : list of (str, str)
        Hidden cells, each with the kind of count: numerator, denominator or complement.
    matrix : sparse array, one row a count, one column an unknown
        The counts in terms of the unknowns.
    truth : array of float
        The true values of the unknowns.
    lowest, highest : arrays of float
        What everybody knows of them.
    constraints : list of LinearConstraint
    group_of : dict of str to int
        Hidden cells that sums bind together have the same number.
    """

    counts: list[tuple[str, str]]
    matrix: csr_array
    truth: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray
    constraints: list[LinearConstraint]
    group_of: dict[str, int]

    @classmethod
    def of(
        cls, counts: pd.DataFrame, sums: Iterable[Sum], hidden: set[str], least: int, most: float
    ) -> "Unknown":
        """The unknowns of a pattern; ``least`` and ``most`` bound what is in a hidden cell."""
        known = {kind: _known(counts, kind) for kind in (NUMERATOR, DENOMINATOR)}
        columns = [(cell, kind) for kind, values in known.items() for cell in values if cell in hidden]
        place = {column: position for position, column in enumerate(columns)}
        pairs = [
            (place[c, NUMERATOR], place[c, DENOMINATOR])
            for c, k in columns
            if k == NUMERATOR and (c, DENOMINATOR) in place
        ]
        rest = _differences(pairs, len(columns))
        matrix, right = _equations(sums, known, place)
        constraints = [LinearConstraint(matrix, right, right)] if len(right) else []
        if pairs and _within(known):
            constraints.append(LinearConstraint(rest, 0, np.inf))
        lowest = np.full(len(columns), float(least))
        lowest[[n for n, _ in pairs]] = 0
        truth = np.array([known[kind][cell] for cell, kind in columns])
        return cls(
            [*columns, *((columns[n][0], COMPLEMENT) for n, _ in pairs)],
            csr_array(vstack([eye_array(len(columns)), rest])),
            truth,
            lowest,
            np.full(len(columns), most),
            constraints,
            _groups(columns, matrix, pairs),
        )

    def furthest(
        self, push: np.ndarray, also: LinearConstraint | None = None, within: float = np.inf
    ) -> np.ndarray | None:
        """A possible whole table that goes as far as it can against ``push``; None where none is possible.

        No unknown goes further from the truth than ``within``.
        """
        lower = np.maximum(self.lowest, self.truth - within)
        upper = np.minimum(self.highest, self.truth + within)
        for whole in (False, True):
            tables = self._tables(also, whole) if also or whole else self._possible
            found = tables.least(push, lower, upper, on=True)
            if found.x is None:
                return None
            if np.abs(found.x - np.round(found.x)).max() < CLOSE:
                return np.round(found.x)
        raise DisclosureError(
            "the attack on the pattern found no whole table; calculate again with fewer groups."
        )

    @cached_property
    def _possible(self) -> Programme:
        """All tables that agree with what is shown, whole or not."""
        return self._tables(None, False)

    def _tables(self, also: LinearConstraint | None, whole: bool) -> Programme:
        constraints = [*self.constraints, also] if also else self.constraints
        matrix = vstack([csr_array((0, len(self.truth))), *(one.A for one in constraints)])
        low, high = (
            np.concatenate(
                [[], *(np.broadcast_to(getattr(one, side), one.A.shape[0]) for one in constraints)]
            )
            for side in ("lb", "ub")
        )
        return Programme(matrix, low, high, whole, presolve="off", simplex_strategy=CHOOSE)


def _known(counts: pd.DataFrame, kind: str) -> dict[str, float]:
    values = zip(counts["cell"], counts[kind], strict=True)
    return {cell: float(value) for cell, value in values if pd.notna(value)}


def _within(known: Known) -> bool:
    """Whether numerators lie within denominators wherever both are counted."""
    denominators = known[DENOMINATOR]
    return all(value <= denominators.get(cell, np.inf) for cell, value in known[NUMERATOR].items())


def _equations(sums: Iterable[Sum], known: Known, place: dict) -> tuple[csr_array, np.ndarray]:
    """Sums over the unknowns: a part counts 1 and the total -1; what is shown goes to the right."""
    entries, right = [], []
    for kind, values in known.items():
        for one in sums:
            signs = [(one.total, -1.0), *((part, 1.0) for part in one.parts)]
            inside = [(place[cell, kind], sign) for cell, sign in signs if (cell, kind) in place]
            if inside and all(cell in values for cell, _ in signs):
                entries += [(len(right), position, sign) for position, sign in inside]
                right.append(-sum(sign * values[cell] for cell, sign in signs if (cell, kind) not in place))
    rows, columns, signs = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_array(coo_array((signs, (rows, columns)), shape=(len(right), len(place)))), np.array(right)


def _differences(pairs: list[tuple[int, int]], width: int) -> csr_array:
    """One row a pair of unknowns: the second less the first."""
    rows, columns = np.repeat(np.arange(len(pairs)), 2), np.ravel(pairs).astype(int)
    return csr_array((np.tile([-1.0, 1.0], len(pairs)), (rows, columns)), shape=(len(pairs), width))


def _groups(
    columns: list[tuple[str, str]], matrix: csr_array, pairs: list[tuple[int, int]]
) -> dict[str, int]:
    links = abs(matrix.T) @ abs(matrix) if matrix.shape[0] else csr_array((len(columns), len(columns)))
    same = coo_array((np.ones(len(pairs)), ([n for n, _ in pairs], [d for _, d in pairs])), shape=links.shape)
    numbers = connected_components(links + same, directed=False)[1]
    return {cell: int(number) for (cell, _), number in zip(columns, numbers, strict=True)}
