"""Times written with the offset of another zone than their source's: where a column mixes two clocks."""

from __future__ import annotations

import duckdb

from workbench.catalog.tables import Column, Source
from workbench.sources.parsing import PARSED

OTHER_ZONE = "rows_with_the_offset_of_another_zone"
_PARTS = r"([+-])(\d{2}):?(\d{2})?$"


def of_other_zones(connection: duckdb.DuckDBPyConnection, source: Source, zone: str) -> dict[str, int]:
    """How many rows have a time whose offset from UTC the source's zone did not have then, as read.

    Such a time is a known instant and is used; but a column that mixes offsets was put together from systems
    on different clocks, and the snapshot keeps UTC only. Summer and winter of one zone are no mixture, nor is
    a column written in UTC throughout. Where a declared format has its offset elsewhere than at the end, none
    is counted.
    """
    names = [name for name, column in source.columns.items() if _ends_with_offset(column)]
    odd = [_is_odd(name) for name in names if not _all_in_utc(connection, name)]
    if not odd:
        return {}
    sql = f"SELECT count(*) FROM {PARSED} WHERE {' OR '.join(odd)}"
    [[count]] = connection.execute(sql, [zone]).fetchall()
    return {OTHER_ZONE: count} if count else {}


def _ends_with_offset(column: Column) -> bool:
    return column.type == "time" and (not column.format or column.format.endswith("%z"))


def _all_in_utc(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    sql = f"SELECT count(*) FROM {PARSED} WHERE {_came_with_offset(name)} AND {_offset(name)} <> 0"
    return not connection.execute(sql).fetchall()[0][0]


def _is_odd(name: str) -> str:
    there = f"date_diff('minute', \"{name}\", timezone($1, timezone('UTC', \"{name}\")))"
    return f"({_came_with_offset(name)} AND {_offset(name)} <> {there})"


def _came_with_offset(name: str) -> str:
    return f'"{name}" IS NOT NULL AND "{name} local" IS NULL'


def _offset(name: str) -> str:
    """Minutes ahead of UTC, as written; Z is none."""
    sign, *parts = (f"regexp_extract(\"{name} ?\", '{_PARTS}', {part})" for part in (1, 2, 3))
    hours, minutes = (f"coalesce(TRY_CAST({part} AS INT), 0)" for part in parts)
    return f"(60 * {hours} + {minutes}) * CASE {sign} WHEN '-' THEN -1 ELSE 1 END"
