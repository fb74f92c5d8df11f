"""The counts that results derive from, and every sum that binds them."""

import pandas as pd

from workbench.analyses import Sum

VALUE, ZERO, UNRELIABLE, NO_DATA = "value", "zero", "unreliable", "no data"


class Counts:
    """Collects the cells of a result while its frames are made. A cell is counted once."""

    def __init__(self):
        self._cells: dict[str, tuple[int, int | None]] = {}
        self._sums: dict[str, Sum] = {}

    def cell(self, name: str, count: int, of: int | None = None) -> str:
        """Register a count, or a count of so many, and give its id back."""
        size = (int(count), None if of is None else int(of))
        assert self._cells.setdefault(name, size) == size, name
        return name

    def total(self, total: str, parts: list[str]) -> None:
        """Say that a cell is the sum of others; checked, because a wrong sum would hide nothing."""
        assert sum(self._cells[part][0] for part in parts) == self._cells[total][0], (total, parts)
        if parts:
            self._sums[f"{total}={parts[0]}"] = Sum(total, tuple(parts))

    @property
    def sums(self) -> tuple[Sum, ...]:
        """Every relation, in the order it was said."""
        return tuple(self._sums.values())

    def frame(self) -> pd.DataFrame:
        """One row a cell: ``cell``, ``numerator``, and ``denominator`` where it is a count of so many."""
        sizes = self._cells.values()
        counted = {
            "numerator": pd.array([count for count, _ in sizes], dtype="Int64"),
            "denominator": pd.array([pd.NA if of is None else of for _, of in sizes], dtype="Int64"),
        }
        return pd.DataFrame({"cell": pd.array(list(self._cells), dtype=object), **counted})
