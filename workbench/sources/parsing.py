"""Text becomes typed values: one DuckDB table ``parsed`` with each column's text, value and, of times, date.

Of a declared column ``x`` the table has ``x ?`` (the text, without surrounding space; missing
where it is a word that means missing) and ``x`` (the value; missing where the text cannot be
read). A time has besides ``x local`` (wall time, where it came without an offset) and ``x_date``.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from workbench.catalog.tables import Column, Source
from workbench.errors import SourceError
from workbench.sources.conditions import NO, YES
from workbench.sources.found import TABLE, Found, names_of

PARSED = "parsed"
SPACES = " \t\r\n\f\v\u00a0\u2007\u202f\ufeff"
_TYPES = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE", "yes_no": "BOOLEAN"}
_INTEGER = r"[+-]?\d{1,19}(\.0*)?"
_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?"
_DATE = r"\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d*)?)?)?"
_TIME = r"\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d*)?)?)?"
_OFFSET = r" ?(Z|[+-]\d{2}(:?\d{2})?)"


@dataclass
class _Query:
    """Parts of a SELECT, with the catalog's texts as parameters and never inside the SQL."""

    values: list

    def text(self, value) -> str:
        self.values.append(value)
        return f"${len(self.values)}"


def parse(connection: duckdb.DuckDBPyConnection, source: Source, found: Found, time_zone: str) -> None:
    """Make the table ``parsed`` from ``found``; naive times are wall time of ``time_zone``.

    Raises
    ------
    SourceError
        When a declared format cannot be used.
    """
    query = _Query([])
    texts = [f'{_clean(found, source, c, query)} AS "{x} ?"' for x, c in source.columns.items()]
    values = [
        part for x, c in source.columns.items() for part in _values(x, c, found.typed, time_zone, query)
    ]
    values += [f'CAST(NULL AS VARCHAR) AS "{name}"' for name in made_by_points(source)]
    cleaned = f"SELECT _row, {', '.join(texts)} FROM {TABLE}"
    sql = f"CREATE TABLE {PARSED} AS SELECT *, {', '.join(values)} FROM ({cleaned})"
    _execute(connection, source, sql, query)
    connection.execute(f"DROP TABLE {TABLE}")
    for name, column in source.columns.items():
        if column.type == "time":
            _choose_pass(connection, name, time_zone)


def made_by_points(source: Source) -> list[str]:
    """The place column, where it is in the source under no name and coordinates alone fill it."""
    return [source.points.into] if source.points and source.points.into not in source.columns else []


def _execute(connection, source: Source, sql: str, query: _Query) -> None:
    try:
        connection.execute(sql, query.values)
    except duckdb.InvalidInputException as error:
        formats = sorted({repr(c.format) for c in source.columns.values() if c.format})
        what = str(error).splitlines()[0].removeprefix("Invalid Input Error: ")
        raise SourceError(f"one of the formats {', '.join(formats)} cannot be used: {what}") from None


def _clean(found: Found, source: Source, column: Column, query: _Query) -> str:
    """The text without surrounding space, of several columns joined; missing where it means missing."""
    spaces = query.text(SPACES)
    parts = [_bare(found.columns[name], spaces) for name in names_of(column)]
    joined = ", ".join(f"nullif({part}, '')" for part in parts)
    text = f"concat_ws(' ', {joined})" if len(parts) > 1 else parts[0]
    words = query.text([*source.missing, *column.missing, ""])
    return f"CASE WHEN NOT list_contains({words}, {text}) THEN {text} END"


def _bare(text: str, spaces: str) -> str:
    """Without surrounding space; trimming is slow, so text between two visible characters is left alone."""
    visible = " AND ".join(f"{end}({text}, 1) BETWEEN '!' AND '~'" for end in ("left", "right"))
    return f"CASE WHEN {visible} THEN {text} ELSE trim({text}, {spaces}) END"


def _values(name: str, column: Column, typed: bool, zone: str, query: _Query) -> list[str]:
    text = f'"{name} ?"'
    if column.type == "time":
        return _times(name, text, column, typed, query.text(zone), query)
    return [f'CAST({_value(text, column, typed, query)} AS {_TYPES[column.type]}) AS "{name}"']


def _value(text: str, column: Column, typed: bool, query: _Query) -> str:
    if column.type == "text":
        return text
    if column.type == "integer":
        text = _plain_number(text, column, query)
        return f"CASE WHEN {_matches(text, _INTEGER)} THEN TRY_CAST(split_part({text}, '.', 1) AS BIGINT) END"
    if column.type == "number":
        text = _plain_number(text, column, query)
        number = f"TRY_CAST({text} AS DOUBLE)"
        return f"CASE WHEN {_matches(text, _NUMBER)} AND isfinite({number}) THEN {number} END"
    if column.type == "yes_no":
        return _yes_no(text, column, query)
    iso = f"CASE WHEN {_matches(text, _DATE)} THEN CAST(TRY_CAST({text} AS TIMESTAMP) AS DATE) END"
    return _formatted(text, iso, column, typed, query)


def _matches(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, '{pattern}')"


def _plain_number(text: str, column: Column, query: _Query) -> str:
    """Without currency sign and, where groups of three digits are declared, without their separator.

    A separator elsewhere leaves the number unreadable: ``1,5`` is not fifteen.
    """
    text = f"regexp_replace({text}, '^([+-]?)[$€£] ?', '\\1')"
    if not column.thousands:
        return text
    if column.thousands == ".":
        commas = f"translate({text}, '.,', ',.')"
    else:
        commas = f"replace({text}, {query.text(column.thousands)}, ',')"
    grouped = _matches(commas, r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
    ungrouped = f"NOT contains({commas}, ',')"
    return f"CASE WHEN {grouped} OR {ungrouped} THEN replace({commas}, ',', '') ELSE 'unreadable' END"


def _yes_no(text: str, column: Column, query: _Query) -> str:
    words = {word: meaning for pair in column.words.items() for word, meaning in [_meaning(*pair)]}
    if not words:
        words = {**dict.fromkeys(YES, "yes"), **dict.fromkeys(NO, "no")}
        text = f"lower({text})"
    yes = query.text([word for word, meaning in words.items() if meaning == "yes"])
    no = query.text([word for word, meaning in words.items() if meaning == "no"])
    return f"CASE WHEN list_contains({yes}, {text}) THEN true WHEN list_contains({no}, {text}) THEN false END"


def _meaning(key: str, value: str) -> tuple[str, str]:
    """Both ``yes: ONTIME`` and ``ONTIME: yes`` say that ONTIME means yes."""
    return (value, key) if key in ("yes", "no") else (key, value)


def _formatted(text: str, iso: str, column: Column, typed: bool, query: _Query) -> str:
    if not column.format:
        return iso
    read = f"TRY_STRPTIME({text}, {query.text(column.format)})"
    return f"coalesce(CAST({iso} AS TIMESTAMP), {read})" if typed else read


def _times(name: str, text: str, column: Column, typed: bool, zone: str, query: _Query) -> list[str]:
    """Local wall time, instant in UTC, and local date. A time in a gap of the clocks has no instant."""
    local = f"CASE WHEN {_matches(text, _TIME)} THEN TRY_CAST({text} AS TIMESTAMP) END"
    offset = f"TRY_CAST(replace(replace({text}, ' +', '+'), ' -', '-') AS TIMESTAMPTZ)"
    instant = f"CASE WHEN {_matches(text, _TIME + _OFFSET)} THEN {_utc(offset)} END"
    if "%z" in column.format or "%Z" in column.format:
        read = f"CAST(TRY_STRPTIME({text}, {query.text(column.format)}) AS TIMESTAMPTZ)"
        instant = f"coalesce({instant}, {_utc(read)})" if typed else _utc(read)
        local = local if typed else "CAST(NULL AS TIMESTAMP)"
    elif column.format:
        local = _formatted(text, local, column, typed, query)
        instant = instant if typed else "CAST(NULL AS TIMESTAMP)"
    wall = f'"{name} local"'
    moment = f"timezone({zone}, {wall})"
    known = f"CASE WHEN timezone({zone}, {moment}) = {wall} THEN {_utc(moment)} END"
    value = f"coalesce({instant}, {known})"
    day = f"CAST(coalesce({wall}, timezone({zone}, timezone('UTC', \"{name}\"))) AS DATE)"
    return [f"{local} AS {wall}", f'{value} AS "{name}"', f'{day} AS "{name}_date"']


def _utc(moment: str) -> str:
    """A moment as wall time in UTC: its number as it stands, for which DuckDB would ask the calendar of the zone."""
    return f"make_timestamp(epoch_us({moment}))"


def _choose_pass(connection, name: str, zone: str) -> None:
    """Say which pass through an hour that the clocks repeat in autumn a naive time belongs to.

    The first pass is meant, unless that would put the row before the one above it in the source
    and the second pass would not.
    """
    is_repeated = "wall IS NOT NULL AND timezone($1, make_timestamptz(epoch_us(early))) = wall"
    walls = f'SELECT "{name} local" AS wall, "{name}" - INTERVAL 1 HOUR AS early FROM {PARSED}'
    if not connection.execute(f"SELECT 1 FROM ({walls}) WHERE {is_repeated} LIMIT 1", [zone]).fetchall():
        return
    rows = connection.execute(
        f"""
        WITH timed AS (
            SELECT _row, "{name} local" AS wall, "{name}" AS late, "{name}" - INTERVAL 1 HOUR AS early,
                lag(_row) OVER above AS row_above, lag("{name}") OVER above AS above
            FROM {PARSED} WHERE "{name}" IS NOT NULL WINDOW above AS (ORDER BY _row)
        )
        SELECT _row, early, late, row_above, above FROM timed
        WHERE {is_repeated} ORDER BY _row
        """,
        [zone],
    ).fetchall()
    chosen = {}
    for row, early, late, row_above, above in rows:
        above = chosen.get(row_above, above)
        backwards = above is not None and early < above <= late
        chosen[row] = late if backwards else early
    fixes = pa.table({"at": list(chosen), "instant": list(chosen.values())})  # noqa: F841 read by DuckDB
    connection.execute(
        f'UPDATE {PARSED} SET "{name}" = fixes.instant FROM fixes WHERE {PARSED}._row = fixes.at'
    )
