"""Events of an object-centric log, once for each case that they belong to."""

from __future__ import annotations

import duckdb

from workbench.catalog.tables import Source
from workbench.sources.ocel import tables
from workbench.sources.ocel.tables import EVENTS, OBJECT_TABLE, OBJECTS, RELATIONS, VALUES, LogTables

RELATED, FLAT = "ocel_related", "ocel_flat"


def flatten(
    connection: duckdb.DuckDBPyConnection, log: LogTables, source: Source, table: str
) -> dict[str, int]:
    """Fill a table with one row for each event and case, and count what that did to the log.

    Parameters
    ----------
    connection : DuckDB connection
    log : LogTables
        Filled.
    source : Source
        With ``case_object``.
    table : str
        Name of the table to make: ``_row`` and ``c0``, ``c1``, ... in the order of ``log.wanted``.

    Returns
    -------
    dict of str to int
        Reasons that occur: ``events_of_no_case``, which leave no row; ``events_repeated_in_several_cases``,
        rows beyond the first of an event (convergence); ``events_mixed_with_other_objects``, rows whose case
        has the same activity about different other objects, which look like rework (divergence; types read
        as a column ``ocel:type:<type>`` say who did it and are left out); ``relations_to_unknown_objects``.
    """
    _relate(connection, source)
    _cross(connection, source)
    counted = {
        "events_of_no_case": _of_no_case(connection),
        "events_repeated_in_several_cases": _repeated(connection),
        "events_mixed_with_other_objects": _mixed(connection, log, source),
        "relations_to_unknown_objects": _unknown(connection),
    }
    _write(connection, log, table)
    for made in (RELATED, FLAT):
        connection.execute(f"DROP TABLE {made}")
    return {reason: count for reason, count in counted.items() if count}


def _relate(connection, source: Source) -> None:
    """Each event and object once, with the object's type and all that it is to the event."""
    connection.execute(
        f"""
        CREATE TABLE {RELATED} AS
        SELECT CAST(r.event AS BIGINT) AS event, r.object, o.type, min(r._row) AS place,
            string_agg(DISTINCT r.qualifier, '; ' ORDER BY r.qualifier) AS qualifier
        FROM {RELATIONS} r JOIN (SELECT id, min(type) AS type FROM {OBJECT_TABLE} GROUP BY id) o ON r.object = o.id
        WHERE o.type <> $1 OR $2 = '' OR r.qualifier = $2
        GROUP BY ALL
        """,
        [source.case_object, source.qualifier],
    )


def _cross(connection, source: Source) -> None:
    connection.execute(
        f"""
        CREATE TABLE {FLAT} AS
        SELECT row_number() OVER (ORDER BY r.event, r.place) AS _row, r.event, r.object, r.qualifier,
            e.* EXCLUDE (_row), TRY_CAST(e.time AS TIMESTAMPTZ) AS at
        FROM {RELATED} r JOIN {EVENTS} e ON r.event = e._row WHERE r.type = $1
        """,
        [source.case_object],
    )


def _write(connection, log: LogTables, table: str) -> None:
    """The wanted columns in their order."""
    plain = {tables.EVENT: "id", tables.OBJECT: "object", tables.ACTIVITY: "type", tables.TIME: "time"}
    plain |= {tables.QUALIFIER: "qualifier"} | {name: f"v{i}" for i, name in enumerate(log.of_events)}
    columns, joins, values = [], [], []
    for i, name in enumerate(log.wanted):
        if name in plain:
            columns.append(f"f.{plain[name]} AS c{i}")
            continue
        columns.append(f"j{i}.value AS c{i}")
        joins.append(_others(i) if name.startswith(OBJECTS) else _value_at_the_event(i))
        values.append(name.removeprefix(OBJECTS))
    sql = f"SELECT f._row, {', '.join(columns)} FROM {FLAT} f {' '.join(joins)} ORDER BY f._row"
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS {sql}", values)


def _others(i: int) -> str:
    """All objects of one type that an event is about."""
    aggregated = f"SELECT event, string_agg(object, '; ' ORDER BY place) AS value FROM {RELATED} WHERE type = ? GROUP BY event"
    return f"LEFT JOIN ({aggregated}) j{i} ON f.event = j{i}.event"


def _value_at_the_event(i: int) -> str:
    """The last value of an attribute of the case that was known when the event happened."""
    since = "CASE WHEN time IS NULL THEN TIMESTAMPTZ '0001-01-01' ELSE TRY_CAST(time AS TIMESTAMPTZ) END"
    last = f"SELECT object, {since} AS since, arg_max(value, _row) AS value FROM {VALUES} WHERE name = ? GROUP BY ALL"
    return f"ASOF LEFT JOIN ({last}) j{i} ON f.object = j{i}.object AND f.at >= j{i}.since"


def _of_no_case(connection) -> int:
    return _count(connection, f"SELECT count(*) FROM {EVENTS} WHERE _row NOT IN (SELECT event FROM {FLAT})")


def _repeated(connection) -> int:
    return _count(connection, f"SELECT count(*) - count(DISTINCT event) FROM {FLAT}")


def _mixed(connection, log: LogTables, source: Source) -> int:
    """Rows of a case and activity that is there several times, about different objects of another type."""
    read = [name.removeprefix(OBJECTS) for name in log.wanted if name.startswith(OBJECTS)]
    return _count(
        connection,
        f"""
        WITH others AS (
            SELECT event, string_agg(object, chr(31) ORDER BY object) AS about FROM {RELATED}
            WHERE NOT list_contains(?, type) GROUP BY event
        ), activities AS (
            SELECT count(*) AS times, count(DISTINCT coalesce(about, '')) AS different
            FROM {FLAT} f LEFT JOIN others ON f.event = others.event GROUP BY f.object, f.type
        )
        SELECT coalesce(sum(times), 0) FROM activities WHERE different > 1
        """,
        [[source.case_object, *read]],
    )


def _unknown(connection) -> int:
    known = f"SELECT id FROM {OBJECT_TABLE} WHERE id IS NOT NULL"
    return _count(connection, f"SELECT count(*) FROM {RELATIONS} WHERE object NOT IN ({known})")


def _count(connection, sql: str, values=()) -> int:
    return int(connection.execute(sql, list(values)).fetchall()[0][0])
