"""Counts and the sums that bind them, as arrays: what is protected together is one table."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from workbench.analyses import Sum
from workbench.errors import DisclosureError


@dataclass(frozen=True)
class Layer:
    """One kind of count of all cells of a table, and the sums that hold among them.

    Parameters
    ----------
    values : array of float, one a cell
        Missing where a cell has no such count.
    matrix : sparse array, one row a sum, one column a cell
        +1 for a part, -1 for the total; ``matrix @ values`` is zero.
    least, most : arrays of float
        What everybody knows of a hidden cell's count.
    """

    values: np.ndarray
    matrix: csr_array
    least: np.ndarray
    most: np.ndarray

    @cached_property
    def by_cell(self) -> csr_array:
        """The matrix turned: one row a cell, one column a sum."""
        return csr_array(self.matrix.T)


@dataclass(frozen=True)
class Table:
    """Cells that are bound together by sums.

    Parameters
    ----------
    cells : array of str
    numerators, denominators : arrays of float
        Missing where a cell has only one of them.
    sums : list of (int, list of int)
        Position of the total and of its parts.
    """

    cells: np.ndarray
    numerators: np.ndarray
    denominators: np.ndarray
    sums: list[tuple[int, list[int]]]

    @classmethod
    def of(cls, counts: pd.DataFrame, sums: tuple[Sum, ...]) -> "Table":
        """The table of the counts of a result.

        Raises
        ------
        DisclosureError
            When a cell is listed twice, a count is negative or not whole, or a sum names an unknown
            cell or does not add up; all such faults are named.
        """
        cells = counts["cell"].to_numpy(dtype=object)
        faults = [f"cell {cell!r} is listed twice" for cell in counts["cell"][counts["cell"].duplicated()]]
        faults += [
            f"cell {cell!r} is named in a sum but has no count"
            for cell in sorted({c for s in sums for c in (s.total, *s.parts)} - set(cells))
        ]
        _refuse(faults)
        place = {cell: position for position, cell in enumerate(cells)}
        bound = [(place[s.total], [place[part] for part in s.parts]) for s in sums]
        table = cls(cells, _numbers(counts["numerator"]), _numbers(counts["denominator"]), bound)
        _refuse([*table._not_counts(), *table._not_adding_up()])
        return table

    @cached_property
    def complements(self) -> np.ndarray:
        """Denominator less numerator, where that is a count; missing elsewhere."""
        difference = self.denominators - self.numerators
        return np.where(difference >= 0, difference, np.nan)

    def sensitive(self, smallest: int, minimum_count: int) -> np.ndarray:
        """Whether a cell has a count, or a difference of its two, from ``smallest`` up and below the minimum."""
        counts = np.stack([self.numerators, self.denominators, self.complements])
        return ((counts >= smallest) & (counts < minimum_count)).any(axis=0)

    def empty(self) -> np.ndarray:
        """Whether a cell has nothing in it: every count that it has is zero."""
        return np.fmax(self.numerators, self.denominators) == 0

    def blocks(self) -> Iterator["Table"]:
        """Tables that no sum binds to each other, in order of their first cell."""
        size = len(self.cells)
        pairs = [(total, part) for total, parts in self.sums for part in parts]
        rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
        links = csr_array((np.ones(len(pairs)), (rows, columns)), shape=(size, size))
        block_of = connected_components(links, directed=False)[1] if size else np.array([], dtype=int)
        for block in pd.unique(block_of):
            yield self._part(np.flatnonzero(block_of == block), block_of)

    def layers(self, zeros_are_shown: bool) -> list[Layer]:
        """The counts to be protected.

        Where every cell has a numerator within a denominator: numerators and complements, which
        are free of each other. Otherwise each count for itself.
        """
        if not np.isnan(self.complements).any():
            pair = (self.numerators, self.complements)
            least = [(other == 0) & zeros_are_shown for other in reversed(pair)]
            return [self._layer(own, low, np.inf) for own, low in zip(pair, least, strict=True)]
        both = ~np.isnan(self.complements)
        least = np.full(len(self.cells), float(zeros_are_shown))
        most = np.where(both, self.denominators, np.inf)
        return [
            self._layer(self.numerators, np.where(np.isnan(self.denominators), least, 0), most),
            self._layer(self.denominators, np.where(both, np.fmax(self.numerators, least), least), np.inf),
        ]

    def _layer(self, values: np.ndarray, least, most) -> Layer:
        whole = [(total, parts) for total, parts in self.sums if not np.isnan(values[[total, *parts]]).any()]
        rows = [row for row, (_, parts) in enumerate(whole) for _ in range(len(parts) + 1)]
        columns = [cell for total, parts in whole for cell in (total, *parts)]
        signs = [sign for _, parts in whole for sign in (-1.0, *[1.0] * len(parts))]
        matrix = csr_array((signs, (rows, columns)), shape=(len(whole), len(values)))
        return Layer(values, matrix, np.minimum(least, values), np.broadcast_to(most, values.shape))

    def _part(self, chosen: np.ndarray, block_of: np.ndarray) -> "Table":
        place = {old: new for new, old in enumerate(chosen)}
        sums = [(place[t], [place[p] for p in parts]) for t, parts in self.sums if t in place]
        return Table(self.cells[chosen], self.numerators[chosen], self.denominators[chosen], sums)

    def _not_counts(self) -> list[str]:
        return [
            f"cell {cell!r} has {value:g}, which is not a count"
            for values in (self.numerators, self.denominators)
            for cell, value in zip(self.cells, values, strict=True)
            if value < 0 or (not np.isnan(value) and value != np.floor(value))
        ]

    def _not_adding_up(self) -> list[str]:
        faults = []
        for name, values in (("numerators", self.numerators), ("denominators", self.denominators)):
            for total, parts in self.sums:
                if not np.isnan(values[[total, *parts]]).any() and values[total] != values[parts].sum():
                    faults.append(f"the {name} of the parts of {self.cells[total]!r} do not add up to it")
        return faults


def _numbers(counts: pd.Series) -> np.ndarray:
    return np.array([float(value) if pd.notna(value) else np.nan for value in counts])


def _refuse(faults: list[str]) -> None:
    if faults:
        raise DisclosureError(f"the counts of this result cannot be protected: {'; '.join(faults)}.")
