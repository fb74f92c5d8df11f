"""Rows that cannot be used are kept apart with the reason, counted, and refused beyond a share."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from workbench.catalog.tables import Column, Source
from workbench.errors import SourceError
from workbench.sources.found import Found
from workbench.sources.parsing import PARSED

REJECTS = "rejects"
_NOUNS = {
    "integer": "a whole number",
    "number": "a number",
    "date": "a date",
    "time": "a time",
    "yes_no": "yes or no",
}
GAP = "did not exist: the clocks went forward over it"
MIXED = "{} an offset from UTC, most others {}: write all times of a column with one, or all without"
SHOWN = 30  # characters of a value that an error may quote
KEPT = 200  # characters of a value that the rejects keep


def set_apart(connection: duckdb.DuckDBPyConnection, source: Source, found: Found) -> int:
    """Make the table ``rejects`` (``_row``, ``column``, ``got``, ``reason``) and count its rows of the source.

    A row may have several reasons. Duplicates are looked for among the rows that are left.
    """
    connection.execute(f'CREATE TABLE {REJECTS} (_row BIGINT, "column" VARCHAR, got VARCHAR, reason VARCHAR)')
    for bad in found.misshapen:
        connection.execute(f"INSERT INTO {REJECTS} VALUES (?, '', ?, ?)", [bad.row, bad.got, bad.reason])
    for name, column in source.columns.items():
        _unreadable(connection, name, column)
        if column.required or name in source.unique:
            _absent(connection, name, names_rows=name in source.unique)
        if column.type == "time":
            _mixed(connection, name)
        if column.type in ("date", "time"):
            _too_early(connection, name, column, source)
    for later, earlier in sorted(source.not_before.items()):
        _out_of_order(connection, later, earlier, source)
    if source.unique:
        _repeated(connection, source)
    return rejected(connection)


def must_be_few(
    connection: duckdb.DuckDBPyConnection, source_id: str, source: Source, found: Found, besides: str = ""
) -> None:
    """Refuse a source with more rejects than its declared share.

    Parameters
    ----------
    besides : str
        What else to say: why it is refused for all that share it.

    Raises
    ------
    SourceError
        The worst columns, with how many rows each, why, and where examples stand.
    """
    bad = rejected(connection)
    if bad <= source.rejects_allowed * found.rows:
        return
    share, allowed = 100 * bad / found.rows, 100 * source.rejects_allowed
    head = f"source `{source_id}`: {bad:,} of {found.rows:,} rows cannot be used ({share:.2f} %; {allowed:g} % allowed)."
    lines = [head, *worst(connection, found), *([f"  {besides}"] if besides else [])]
    raise SourceError("\n".join(lines))


def rejected(connection: duckdb.DuckDBPyConnection) -> int:
    """How many rows cannot be used."""
    return connection.execute(f"SELECT count(DISTINCT _row) FROM {REJECTS}").fetchall()[0][0]


def _insert(connection, column: str, got: str, reason: str, condition: str, *values) -> None:
    sql = f"INSERT INTO {REJECTS} SELECT _row, ?, left({got}, {KEPT}), ? FROM {PARSED} WHERE {condition}"
    connection.execute(sql, [column, reason, *values])


def _unreadable(connection, name: str, column: Column) -> None:
    if column.type == "text":
        return
    condition = f'"{name} ?" IS NOT NULL AND "{name}" IS NULL'
    if column.type == "time":
        _insert(connection, name, f'"{name} ?"', GAP, f'{condition} AND "{name} local" IS NOT NULL')
        condition += f' AND "{name} local" IS NULL'
    form = f" as {column.format}" if column.format else ""
    _insert(connection, name, f'"{name} ?"', f"is not {_NOUNS[column.type]}{form}", condition)


def _mixed(connection, name: str) -> None:
    """Times with an offset among wall times, or the other way round: on which clock these are cannot be known."""
    wall, offset = f'"{name} local" IS NOT NULL', f'"{name}" IS NOT NULL AND "{name} local" IS NULL'
    counts = f"SELECT count(*) FILTER ({wall}), count(*) FILTER ({offset}) FROM {PARSED}"
    walls, offsets = connection.execute(counts).fetchall()[0]
    if walls and offsets:
        few, words = (wall, ("lacks", "have one")) if walls <= offsets else (offset, ("has", "have none"))
        _insert(connection, name, f'"{name} ?"', MIXED.format(*words), few)


def _absent(connection, name: str, names_rows: bool) -> None:
    reason = "is missing, and names the row" if names_rows else "is missing"
    # a place that was blank may have come from the row's coordinates
    _insert(connection, name, f'"{name} ?"', reason, f'"{name} ?" IS NULL AND "{name}" IS NULL')


def _too_early(connection, name: str, column: Column, source: Source) -> None:
    day = f'"{name}_date"' if column.type == "time" else f'"{name}"'
    reason = f"is before {source.earliest}, the earliest date allowed"
    _insert(connection, name, f'"{name} ?"', reason, f"{day} < ?", source.earliest)


def _out_of_order(connection, later: str, earlier: str, source: Source) -> None:
    """Two times are compared to the microsecond, a date and a time as local dates."""
    kinds = {source.columns[name].type for name in (later, earlier)}
    left, right = (
        f'"{name}_date"' if kinds == {"date", "time"} and source.columns[name].type == "time" else f'"{name}"'
        for name in (later, earlier)
    )
    _insert(connection, later, f'"{later} ?"', f"is before `{earlier}`", f"{left} < {right}")


def _repeated(connection, source: Source) -> None:
    """Of rows with the same key the first is kept; one with all texts of an earlier row is told from one that differs.

    Rows of the same texts have different keys where these hold a time of the hour that the clocks repeat.
    """
    key = ", ".join(f'"{name}"' for name in source.unique)
    every = ", ".join(f'"{name} ?"' for name in source.columns)
    got = "concat_ws(', ', " + ", ".join(f'"{name} ?"' for name in source.unique) + ")"
    connection.execute(
        f"""
        INSERT INTO {REJECTS}
        WITH usable AS (FROM {PARSED} ANTI JOIN (SELECT _row FROM {REJECTS}) USING (_row)),
            taken AS (SELECT {key} FROM usable GROUP BY ALL HAVING count(*) > 1)
        SELECT _row, ?, got, CASE WHEN same > 1 THEN 'duplicate row' ELSE 'duplicate key' END FROM (
            SELECT _row, {got} AS got, row_number() OVER (PARTITION BY {key} ORDER BY _row) AS nth,
                row_number() OVER (PARTITION BY {every} ORDER BY _row) AS same
            FROM usable WHERE {got} IN (SELECT {got} FROM usable SEMI JOIN taken USING ({key}))
        ) WHERE nth > 1
        """,
        [", ".join(source.unique)],
    )


def worst(connection, found: Found, condition: str = "true", values: Sequence[str] = ()) -> list[str]:
    """The columns with most rejects among some rows, a line each: how many, why, and where examples stand."""
    most = connection.execute(
        f"""
        SELECT "column", reason, count(*) AS n, min(_row), list_sort(list(_row))[1:3], arg_min(got, _row)
        FROM {REJECTS} WHERE {condition} GROUP BY ALL ORDER BY n DESC, 1, 2 LIMIT 5
        """,
        list(values),
    ).fetchall()
    return [_sentence(found, column, reason, n, rows, got) for column, reason, n, _, rows, got in most]


def _sentence(found: Found, column: str, reason: str, n: int, rows: list[int], got: str | None) -> str:
    where = "line" if found.first_line else "row"
    numbers = ", ".join(f"{row + max(found.first_line - 1, 0):,}" for row in rows)
    what = f"`{column}` {reason}" if column else reason
    such = f", such as {_short(got)!r}" if got else ""
    return f"  {f'{n:,} times' if n > 1 else 'once'}: {what}{such} ({where}{'s' if len(rows) > 1 else ''} {numbers})"


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
