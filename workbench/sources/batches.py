"""Rows that come one by one are put into a DuckDB table in batches, so that no file is in memory as a whole."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

SIZE = 50_000  # rows


class Batches:
    """A table of text that is filled row by row, numbered from 1 in ``_row``.

    Parameters
    ----------
    connection : DuckDB connection
    table : str
        Name of the table to make.
    columns : sequence of str
        Names of its text columns besides ``_row``.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]):
        self.connection, self.table, self.columns = connection, table, list(columns)
        self.rows = 0  # written and waiting
        self._waiting: list[Sequence[str | None]] = []
        texts = "".join(f', "{name}" VARCHAR' for name in self.columns)
        connection.execute(f"CREATE OR REPLACE TABLE {table} (_row BIGINT{texts})")

    def add(self, row: Sequence[str | None]) -> int:
        """Put a row at the end; its number."""
        self._waiting.append(row)
        self.rows += 1
        if len(self._waiting) >= SIZE:
            self.flush()
        return self.rows

    def flush(self) -> None:
        """Write what waits; to be called after the last row."""
        if not self._waiting:
            return
        first = self.rows - len(self._waiting) + 1
        numbers = pa.array(range(first, self.rows + 1), pa.int64())
        texts = [pa.array(values, pa.string()) for values in zip(*self._waiting, strict=True)]
        batch = pa.table([numbers, *texts], names=["_row", *self.columns])  # noqa: F841 read by DuckDB
        self.connection.execute(f"INSERT INTO {self.table} SELECT * FROM batch")
        self._waiting = []
