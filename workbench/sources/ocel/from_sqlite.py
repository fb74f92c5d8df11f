"""OCEL 2.0 as an SQLite database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import groupby
from pathlib import Path

from workbench.errors import Fault, SourceError
from workbench.sources.ocel.tables import LogTables

_NEEDED = ("event", "object", "event_object", "event_map_type", "object_map_type")
_OWN = ("ocel_id", "ocel_time", "ocel_changed_field")


def read(path: Path, log: LogTables) -> None:
    """Fill the tables of a log.

    Raises
    ------
    SourceError
        When the database is damaged, or lacks a table or column of the standard.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            tables = _tables(database)
            _must_have(path, tables)
            _take_objects(database, log, tables)
            _take_events(database, log, tables)
    except sqlite3.Error as error:
        what = f"cannot be read as an OCEL 2.0 database ({error})."
        raise SourceError(faults=(Fault(path.name, 0, 0, what, "Fetch or export it again."),)) from None


def _tables(database: sqlite3.Connection) -> dict[str, list[str]]:
    """The tables by name: their columns."""
    names = [
        name
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    return {
        name: [row[1] for row in database.execute(f"PRAGMA table_info({_quoted(name)})")] for name in names
    }


def _must_have(path: Path, tables: dict[str, list[str]]) -> None:
    absent = [repr(name) for name in _NEEDED if name not in tables]
    if absent:
        what = f"has no table {', '.join(absent)}; it has {', '.join(map(repr, tables)) or 'none at all'}."
        raise SourceError(faults=(Fault(path.name, 0, 0, what, "Export it as OCEL 2.0."),))


def _take_objects(database: sqlite3.Connection, log: LogTables, tables: dict[str, list[str]]) -> None:
    for kind, table in _of_each_type(database, "object", tables):
        attributes = [name for name in tables[table] if name not in _OWN]
        log.add_type_of_object(kind, attributes)
        own = [_quoted(name) if name in tables[table] else "NULL" for name in _OWN]
        columns = ", ".join([*own, *map(_quoted, attributes)])
        for key, time, changed, *values in database.execute(
            f"SELECT {columns} FROM {_quoted(table)} ORDER BY rowid"
        ):
            for name, value in zip(attributes, values, strict=True):
                # a row of a change holds the one attribute that it names
                if value is not None and changed in (None, "", name):
                    log.add_value(key, kind, name, time, str(value))
    for key, kind in database.execute("SELECT ocel_id, ocel_type FROM object ORDER BY rowid"):
        log.add_object(key, kind)


def _take_events(database: sqlite3.Connection, log: LogTables, tables: dict[str, list[str]]) -> None:
    """Events in the order of the table ``event``; each type's own table has their times and attributes."""
    details = _of_each_type(database, "event", tables)
    for _, table in details:
        log.add_attributes_of_events(name for name in tables[table] if name not in _OWN)
    related = _Related(database)
    for number, key, kind, time, *values in _events(database, log.of_events, details, tables):
        said = {
            name: str(value) for name, value in zip(log.of_events, values, strict=True) if value is not None
        }
        log.add_event(key, kind, time, said, related.to(number))


def _events(database: sqlite3.Connection, names: list[str], details: list[tuple[str, str]], tables):
    """Number, id, type, time and the named attributes of each event, in order."""
    selects, kinds = [], [kind for kind, _ in details]
    for _, table in details:
        values = "".join(f", t.{_quoted(name)}" if name in tables[table] else ", NULL" for name in names)
        selects.append(
            f"SELECT e.rowid AS nth, e.ocel_id, e.ocel_type, t.ocel_time{values} FROM event e"
            f" LEFT JOIN {_quoted(table)} t ON t.ocel_id = e.ocel_id WHERE e.ocel_type = ?"
        )
    unmapped = f"e.ocel_type NOT IN ({', '.join('?' * len(kinds))})"
    nothing = ", NULL" * len(names)
    selects.append(
        f"SELECT e.rowid AS nth, e.ocel_id, e.ocel_type, NULL{nothing} FROM event e WHERE {unmapped}"
    )
    return database.execute(f"{' UNION ALL '.join(selects)} ORDER BY nth", [*kinds, *kinds])


class _Related:
    """The objects of each event, asked for in the order of events."""

    def __init__(self, database: sqlite3.Connection):
        rows = database.execute(
            "SELECT e.rowid AS nth, r.ocel_object_id, r.ocel_qualifier FROM event_object r"
            " JOIN event e ON e.ocel_id = r.ocel_event_id ORDER BY nth, r.rowid"
        )
        self._groups = groupby(rows, key=lambda row: row[0])
        self._next = next(self._groups, None)

    def to(self, number: int) -> list[tuple[str, str | None]]:
        """Objects that an event is about, each with what it is to the event."""
        if self._next is None or self._next[0] != number:
            return []
        found = [(name, qualifier) for _, name, qualifier in self._next[1]]
        self._next = next(self._groups, None)
        return found


def _of_each_type(
    database: sqlite3.Connection, what: str, tables: dict[str, list[str]]
) -> list[tuple[str, str]]:
    """Each declared type of events or objects, and the table that has its details."""
    mapped = database.execute(f"SELECT ocel_type, ocel_type_map FROM {what}_map_type ORDER BY rowid")
    return [(kind, f"{what}_{name}") for kind, name in mapped if f"{what}_{name}" in tables]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
