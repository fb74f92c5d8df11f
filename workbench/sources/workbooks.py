"""One sheet of a workbook becomes a DuckDB table of text."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from pathlib import Path

import duckdb
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from workbench.catalog.tables import Source
from workbench.errors import SourceError
from workbench.sources.delimited import Fields
from workbench.sources.files import RATIO

LARGEST = 1 << 30  # bytes that a workbook may unpack to


def read(connection: duckdb.DuckDBPyConnection, path: Path, source: Source, table: str) -> Fields:
    """Fill a table with ``_row`` (from 1) and one text column a field: ``c0``, ``c1``, ...

    The first row that is not blank is the header; rows that are wholly blank are not rows. A
    cell with an error such as ``#N/A`` has no value.

    Raises
    ------
    SourceError
        When the sheet is missing or empty, or the workbook is damaged, locked or a zip bomb.
    """
    _must_be_sane(path)
    rows = [row for row in _sheet(path, source.sheet) if any(row)]
    if not rows:
        raise SourceError(f"{path.name} is empty.")
    header = rows[0]
    columns = {f"c{i}": pa.array([row[i] for row in rows[1:]], pa.string()) for i in range(len(header))}
    found = pa.table({"_row": pa.array(range(1, len(rows)), pa.int64()), **columns})  # noqa: F841 read by DuckDB
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM found")
    return Fields([name or "" for name in header], [], len(rows) - 1, one_line_each=True)


def _must_be_sane(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > LARGEST or size > max(RATIO * path.stat().st_size, 1 << 24):
        raise SourceError(f"{path.name} unpacks to {size >> 20:,} MB, which no workbook of its size does.")


def _sheet(path: Path, name: str) -> list[list[str | None]]:
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            _must_have(path, name, book.sheet_names)
            sheet = book.get_sheet_by_name(name or book.sheet_names[0])
            return [[_text(cell) for cell in row] for row in sheet.iter_rows()]
    except CalamineError as error:
        raise SourceError(f"{path.name} cannot be read as a workbook ({error}); save it again.") from None


def _must_have(path: Path, name: str, sheets: list[str]) -> None:
    if not sheets:
        raise SourceError(f"{path.name} has no sheets.")
    if name and name not in sheets:
        near = get_close_matches(name, sheets, n=1)
        like = f"; {near[0]!r} looks like it" if near else ""
        has = ", ".join(map(repr, sheets[:20]))
        raise SourceError(f"{path.name} has no sheet {name!r}{like}. It has: {has}.")


def _text(cell) -> str | None:
    """A cell as it would stand in a CSV file."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time(0):
        return cell.date().isoformat()
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return repr(cell.total_seconds() / 86_400)
    return str(cell).strip() or None
