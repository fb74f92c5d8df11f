"""Text with delimiters becomes a DuckDB table of text; rows with a wrong number of fields are kept apart."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile

import duckdb

from workbench.catalog.tables import Source
from workbench.errors import SourceError
from workbench.sources.files import LONGEST_LINE, text_of

LONGEST_ROW = 1_000  # lines; a row that spans more has a quotation mark that is never closed

_READ = """
CREATE OR REPLACE TABLE {table} AS
SELECT {row} AS _row, {fields}
FROM read_csv(
    ?, auto_detect = false, header = false, columns = {columns}, delim = ?, quote = '"', escape = '"',
    nullstr = '', strict_mode = true, null_padding = false, compression = 'none', max_line_size = {longest}{ends}
)
"""


@dataclass(frozen=True)
class Misshapen:
    """A row that cannot be put under the header."""

    row: int
    got: str
    reason: str


@dataclass(frozen=True)
class Fields:
    """What one file holds: header, misshapen rows, all rows, whether row 1 is line 2 and so on, and what was set aside."""

    header: list[str]
    misshapen: list[Misshapen]
    rows: int
    one_line_each: bool
    set_aside: dict[str, int] = field(default_factory=dict)  # a reason: how many


def read(
    connection: duckdb.DuckDBPyConnection, path: Path, source: Source, folder: Path, table: str
) -> Fields:
    """Fill a table with ``_row`` (from 1) and one text column a field: ``c0``, ``c1``, ...

    Parameters
    ----------
    connection : DuckDB connection
    path : Path
        A CSV file, also packed with gzip.
    source : Source
    folder : Path
        Where the decoded text is kept for a moment.
    table : str
        Name of the table to make; numbers of misshapen rows are missing from it.

    Raises
    ------
    SourceError
        When the file is empty or cannot be decoded.
    """
    with _decoded(path, source, folder) as (header, body, lines):
        misshapen = _load(connection, path, body, len(header), source.delimiter, table)
    rows = connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] + len(misshapen)
    return Fields(header, misshapen, rows, lines == rows)


@contextmanager
def _decoded(path: Path, source: Source, folder: Path) -> Iterator[tuple[list[str], Path, int]]:
    """The header, a UTF-8 file of what follows it, and how many lines that has."""
    pieces = text_of(path, source)
    header, rest = _header(path, pieces, source.delimiter)
    with _scratch(folder) as body:
        lines, last = 0, "\n"
        for piece in chain([rest], pieces):
            body.write(piece)
            lines += piece.count("\n")
            last = piece[-1:] or last
        body.flush()
        yield header, Path(body.name), lines + (last != "\n")


def _scratch(folder: Path):
    return NamedTemporaryFile("w", encoding="utf-8", newline="", dir=folder, suffix=".csv")


def _header(path: Path, pieces: Iterator[str], delimiter: str) -> tuple[list[str], str]:
    """The first record that is not blank, and the text after it."""
    text = ""
    for piece in pieces:
        text += piece
        if "\n" in text.lstrip() or len(text) > LONGEST_LINE:
            break
    stream = io.StringIO(text.lstrip("\r\n"), newline="")
    try:
        header = next(csv.reader(stream, delimiter=delimiter), [])
    except csv.Error as error:
        raise SourceError(f"{path.name}, line 1: the header cannot be read ({error}).") from None
    if not any(name.strip() for name in header):
        raise SourceError(f"{path.name} is empty.")
    return [name.strip() for name in header], stream.read()


def _load(connection, path: Path, body: Path, width: int, delimiter: str, table: str) -> list[Misshapen]:
    """Read strictly; only where that fails, take the misshapen rows out first, which is slower."""
    try:
        _read(connection, body, width, delimiter, table, numbered=False)
    except duckdb.InvalidInputException:
        with _scratch(body.parent) as kept:
            misshapen = _set_apart(path, body, kept, width, delimiter)
            kept.flush()
            _read(connection, Path(kept.name), width, delimiter, table, numbered=True)
        return misshapen
    return []


def _read(connection, body: Path, width: int, delimiter: str, table: str, numbered: bool) -> None:
    names = [f"c{i}" for i in range(width)]
    columns = [*(["_row"] if numbered else []), *names]
    query = _READ.format(
        table=table,
        row="CAST(_row AS BIGINT)" if numbered else "row_number() OVER ()",
        fields=", ".join(names),
        columns="{" + ", ".join(f"'{name}': 'VARCHAR'" for name in columns) + "}",
        longest=4 * LONGEST_LINE,
        ends=r", new_line = '\n'" if numbered else "",
    )
    connection.execute(query, [str(body), delimiter])


def _set_apart(path: Path, body: Path, kept, width: int, delimiter: str) -> list[Misshapen]:
    """Write the rows that fit, numbered, and return the others.

    Every field is quoted: a bare carriage return in one would end its line for the engine.
    """
    quoted = csv.writer(kept, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    misshapen, write = [], quoted.writerow
    for row, (record, reason) in enumerate(_records(path, body, width, delimiter), start=1):
        if reason:
            misshapen.append(Misshapen(row, delimiter.join(record)[:80], reason))
        else:
            write([row, *record])
    return misshapen


def _records(path: Path, body: Path, width: int, delimiter: str) -> Iterator[tuple[list[str], str]]:
    """Every record with the reason why it does not fit, which is empty where it does."""
    with body.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        while True:
            begun, record, reason = reader.line_num, [], ""
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                reason = f"quotation marks do not match ({error})"
            _must_end(path, begun + 2, reader.line_num - begun)
            if not record and not reason and width > 1:
                continue
            record = record or [""]
            if len(record) == width + 1 and not record[-1]:
                record = record[:-1]  # a delimiter at the end of the line, as the engine reads it too
            if len(record) != width and not reason:
                reason = f"{len(record)} fields under a header of {width}"
            yield record, reason


def _must_end(path: Path, line: int, lines: int) -> None:
    if lines > LONGEST_ROW:
        what = f"a quotation mark is opened and not closed for {lines:,} lines"
        raise SourceError(f"{path.name}, line {line}: {what}; close it.")
