"""The counts that results derive from, and every sum that binds them."""

import pandas as pd

from workbench.analyses import Sum

VALUE, ZERO, UNRELIABLE, NO_DATA = "value", "zero", "unreliable", "no data"


class Counts:
    """Collects the cells of a result while its frames are made. A cell is counted once."""

    def __init__(self):
        self._cells: dict[str, int] = {}
        self._sums: dict[str, Sum] = {}

    def cell(self, name: str, count: int) -> str:
        """Register a count and give its id back."""
        assert self._cells.setdefault(name, int(count)) == count, name
        return name

    def __getitem__(self, cell: str) -> int:
        """The count of a cell."""
        return self._cells[cell]

    def total(self, total: str, parts: list[str]) -> None:
        """Say that a cell is the sum of others; checked, because a wrong sum would hide nothing."""
        assert sum(self._cells[part] for part in parts) == self._cells[total], (total, parts)
        if parts and parts != [total]:
            self._sums[f"{total}={parts[0]}"] = Sum(total, tuple(parts))

    @property
    def sums(self) -> tuple[Sum, ...]:
        """Every relation, in the order it was said."""
        return tuple(self._sums.values())

    def frame(self) -> pd.DataFrame:
        """One row a cell: each is one count, without denominator."""
        numbers = pd.array(list(self._cells.values()), dtype="Int64")
        missing = pd.array([pd.NA] * len(numbers), dtype="Int64")
        return pd.DataFrame({"cell": list(self._cells), "numerator": numbers, "denominator": missing})
