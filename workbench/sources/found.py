"""A source as found: the columns asked for, as text, in one DuckDB table, with every row numbered."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

import duckdb

from workbench.catalog.model import Catalog
from workbench.catalog.tables import Column, Source
from workbench.errors import Fault, SourceError
from workbench.sources import databases, delimited, ocel, workbooks, xes
from workbench.sources.delimited import Fields, Misshapen
from workbench.sources.files import WORKBOOKS, files_of

TABLE = "found"
PARQUET = (".parquet", ".pq")


@dataclass(frozen=True)
class Found:
    """What stands in the table ``found``.

    Parameters
    ----------
    columns : dict of str to str
        A column's name in the source: its name in the table. The table has ``_row`` besides.
    rows : int
        Rows read, misshapen ones included.
    misshapen : list of Misshapen
        Rows with a wrong number of fields; not in the table.
    first_line : int
        The line of row 1 where each row is one line, else 0.
    typed : bool
        Whether cells had types, so that dates came as ISO 8601 whatever the declared format.
    set_aside : dict of str to int
        A reason why something of the source is no row of its own: how many.
    """

    columns: dict[str, str]
    rows: int
    misshapen: list[Misshapen] = field(default_factory=list)
    first_line: int = 0
    typed: bool = False
    set_aside: dict[str, int] = field(default_factory=dict)


def find(connection: duckdb.DuckDBPyConnection, catalog: Catalog, source_id: str, folder: Path) -> Found:
    """Read a source into the table ``found``; ``folder`` is for scratch.

    Raises
    ------
    SourceError
        When the source is missing, empty, damaged, or lacks a declared column.
    """
    source = catalog.sources[source_id]
    if databases.is_database(source):
        found = _from_database(connection, catalog, source_id)
    else:
        found = _from_files(connection, files_of(catalog, source_id), source, folder)
    return _unpivoted(connection, source, found) if source.unpivot else found


def wanted(source: Source) -> list[str]:
    """Names, in the source, of the columns to read."""
    names = [name for column in source.columns.values() for name in names_of(column)]
    if source.unpivot:
        made = {source.unpivot.name, source.unpivot.value}
        names = [name for name in names if name not in made] + source.unpivot.columns
    return list(dict.fromkeys(names))


def names_of(column: Column) -> list[str]:
    """The columns of the source that a column is read from."""
    return column.names or [column.name]


def _from_files(connection, paths: list[Path], source: Source, folder: Path) -> Found:
    tables = [f"file{i}" for i in range(len(paths))]
    parts = [_fields(connection, path, source, folder, t) for path, t in zip(paths, tables, strict=True)]
    must_have_columns(source, {path.name: part.header for path, part in zip(paths, parts, strict=True)})
    empty = [path.name for path, part in zip(paths, parts, strict=True) if not part.rows]
    if empty:
        raise SourceError("\n".join(f"{name} has a header and no rows." for name in empty))
    columns = _gathered(connection, dict(zip(tables, parts, strict=True)), wanted(source))
    misshapen, rows = [], 0
    for part in parts:
        misshapen += [replace(bad, row=bad.row + rows) for bad in part.misshapen]
        rows += part.rows
    set_aside = sum((Counter(part.set_aside) for part in parts), Counter())
    one_line_each = len(parts) == 1 and parts[0].one_line_each
    typed = _is_typed(paths[0], source)
    return Found(columns, rows, misshapen, 2 if one_line_each else 0, typed, dict(set_aside))


def _gathered(connection, parts: dict[str, Fields], names: list[str]) -> dict[str, str]:
    """Make the table ``found`` of the tables of files, of which a single one is not copied; where columns are in it."""
    if len(parts) == 1:
        [(table, part)] = parts.items()
        connection.execute(f"ALTER TABLE {table} RENAME TO {TABLE}")
        return {name: f"c{part.header.index(name)}" for name in names}
    selects, rows = [], 0
    for table, part in parts.items():
        fields = [f"c{part.header.index(name)} AS m{i}" for i, name in enumerate(names)]
        selects.append(f"SELECT _row + {rows} AS _row, {', '.join(fields)} FROM {table}")
        rows += part.rows
    connection.execute(f"CREATE TABLE {TABLE} AS {' UNION ALL '.join(selects)}")
    for table in parts:
        connection.execute(f"DROP TABLE {table}")
    return _numbered(names)


def _numbered(names: list[str]) -> dict[str, str]:
    return {name: f"m{i}" for i, name in enumerate(names)}


def _fields(connection, path: Path, source: Source, folder: Path, table: str) -> Fields:
    kind = path.suffix.lower()
    if _is_xes(path):
        return xes.read(connection, path, wanted(source), table)
    if _is_ocel(path, source):
        return ocel.read(connection, path, source, wanted(source), table)
    if kind in WORKBOOKS:
        return workbooks.read(connection, path, source, table)
    if kind in PARQUET:
        return _parquet(connection, path, table)
    return delimited.read(connection, path, source, folder, table)


def _is_typed(path: Path, source: Source) -> bool:
    return path.suffix.lower() in (*WORKBOOKS, *PARQUET) or _is_xes(path) or _is_ocel(path, source)


def _is_xes(path: Path) -> bool:
    return path.name.lower().endswith(xes.NAMES)


def _is_ocel(path: Path, source: Source) -> bool:
    return bool(source.case_object) or path.name.lower().endswith(ocel.NAMES)


def _parquet(connection, path: Path, table: str) -> Fields:
    try:
        relation = connection.read_parquet(str(path))
        header = relation.columns
        texts = ", ".join(f"CAST({_quoted(name)} AS VARCHAR) AS c{i}" for i, name in enumerate(header))
        numbered = f"SELECT row_number() OVER () AS _row, {texts} FROM read_parquet(?)"
        connection.execute(f"CREATE TABLE {table} AS {numbered}", [str(path)])
    except duckdb.Error as error:
        raise SourceError(f"{path.name} cannot be read as Parquet: {str(error).splitlines()[0]}") from None
    [[rows]] = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    return Fields(header, [], rows, one_line_each=False)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _from_database(connection, catalog: Catalog, source_id: str) -> Found:
    """A database keeps no order, so rows are sorted by all their values."""
    source, names = catalog.sources[source_id], wanted(catalog.sources[source_id])
    with databases.opened(catalog, source_id) as table:
        must_have_columns(source, {source.table or "the query": list(table.columns)})
        _fetch(connection, table.select(**{f"m{i}": table[name] for i, name in enumerate(names)}))
    texts = ", ".join(f"CAST(m{i} AS VARCHAR) AS m{i}" for i in range(len(names)))
    order = ", ".join(f"m{i}" for i in range(len(names)))
    connection.execute(
        f"""
        CREATE TABLE {TABLE} AS
        SELECT row_number() OVER (ORDER BY {order}) AS _row, * FROM (SELECT {texts} FROM fetched) ORDER BY _row
        """
    )
    connection.execute("DROP TABLE fetched")
    [[rows]] = connection.execute(f"SELECT count(*) FROM {TABLE}").fetchall()
    if not rows:
        raise SourceError(f"source `{source_id}`: {source.table or 'the query'} has no rows.")
    return Found(_numbered(names), rows, typed=True)


def _fetch(connection, wanted_columns) -> None:
    """Fetch in batches, so that a long table is never in memory as a whole."""
    # Ibis 12 takes batches from DuckDB with a method that DuckDB 2 no longer has.
    whole = wanted_columns.get_backend().name == "duckdb"
    connection.register(
        "batches", wanted_columns.to_pyarrow() if whole else wanted_columns.to_pyarrow_batches()
    )
    connection.execute("CREATE TABLE fetched AS SELECT * FROM batches")
    connection.unregister("batches")


def must_have_columns(source: Source, headers: dict[str, list[str]]) -> None:
    """Refuse, with all faults of all files at once, a source that lacks a declared column."""
    faults = []
    for file, header in headers.items():
        free = [name for name in header if name not in wanted(source)]
        faults += [_gone(file, name, free) for name in wanted(source) if name not in header]
        twice = [name for name, times in Counter(header).items() if times > 1 and name in wanted(source)]
        faults += [Fault(file, 1, 0, f"{name} is there twice;", "rename one of the two.") for name in twice]
    if faults:
        raise SourceError(f"the columns are not those declared.{_delimited(headers)}", tuple(faults))


def _delimited(headers: dict[str, list[str]]) -> str:
    """A hint where a header of one name looks like several."""
    for file, header in headers.items():
        for mark in (";", "\t", "|", ","):
            if len(header) == 1 and mark in header[0]:
                return f" {file} seems to be delimited by {mark!r}: write `delimiter: {json.dumps(mark)}`."
    return ""


def _gone(file: str, name: str, others: list[str]) -> Fault:
    plain = {_plain(other): other for other in others}
    near = get_close_matches(_plain(name), list(plain), n=1, cutoff=0.5)
    if near:
        return Fault(file, 1, 0, f"{name} is gone; {plain[near[0]]} looks like it.")
    has = ", ".join(other for other in others[:8] if other)
    return Fault(
        file, 1, 0, f"{name} is gone;", f"not declared are: {has}." if has else "nothing looks like it."
    )


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _unpivoted(connection, source: Source, found: Found) -> Found:
    """One row for each row and unpivoted column, in that order; a column that is also declared by itself stays."""
    wide, times = source.unpivot, len(source.unpivot.columns)
    own = {name for column in source.columns.values() for name in names_of(column)}
    kept = [name for name in found.columns if name in own or name not in wide.columns]
    names = [*kept, wide.name, wide.value]
    carried = "".join(f"{found.columns[name]} AS m{i}, " for i, name in enumerate(kept))
    selects, labels = [], []
    for step, column in enumerate(wide.columns, start=1):
        made = f"? AS m{len(kept)}, {found.columns[column]} AS m{len(kept) + 1}"
        selects.append(f"SELECT (_row - 1) * {times} + {step} AS _row, {carried}{made} FROM {TABLE}")
        labels.append(column)
    connection.execute(f"CREATE TABLE long AS {' UNION ALL '.join(selects)} ORDER BY _row", labels)
    connection.execute(f"DROP TABLE {TABLE}")
    connection.execute(f"ALTER TABLE long RENAME TO {TABLE}")
    misshapen = [replace(bad, row=(bad.row - 1) * times + 1) for bad in found.misshapen]
    rows = (found.rows - len(misshapen)) * times + len(misshapen)
    return Found(_numbered(names), rows, misshapen, 0, found.typed, found.set_aside)
