"""Events, objects and their relations of an object-centric log, as DuckDB tables of text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from workbench.sources.batches import Batches

CASE, OBJECTS = "case:", "ocel:type:"
EVENT, OBJECT, ACTIVITY, TIME, QUALIFIER = (
    "ocel:eid",
    "case:concept:name",
    "concept:name",
    "time:timestamp",
    "ocel:qualifier",
)
EVENTS, RELATIONS, OBJECT_TABLE, VALUES = "ocel_events", "ocel_relations", "ocel_objects", "ocel_values"


class LogTables:
    """What a reader fills, in any order; only attributes that are wanted are kept.

    Parameters
    ----------
    connection : DuckDB connection
    wanted : list of str
        Names of the columns to read.
    case_object : str
        The type of object that is a case.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, wanted: list[str], case_object: str):
        self.connection, self.wanted, self.case_object = connection, wanted, case_object
        self.known = {EVENT, OBJECT, ACTIVITY, TIME, QUALIFIER}  # names that a column can have
        self.of_events = [n for n in wanted if n not in self.known and not n.startswith((CASE, OBJECTS))]
        self.of_cases = [n for n in wanted if n.startswith(CASE) and n != OBJECT]
        self._types: set[str] = set()
        values = [f"v{i}" for i in range(len(self.of_events))]
        self._events = Batches(connection, EVENTS, ["id", "type", "time", *values])
        self._relations = Batches(connection, RELATIONS, ["event", "object", "qualifier"])
        self._objects = Batches(connection, OBJECT_TABLE, ["id", "type"])
        self._values = Batches(connection, VALUES, ["object", "name", "time", "value"])

    def add_type_of_object(self, name: str, attributes: Iterable[str] = ()) -> None:
        """A type that the log declares, and names of its attributes."""
        self._types.add(name)
        self.known.add(OBJECTS + name)
        if name == self.case_object:
            self.known |= {CASE + attribute for attribute in attributes}

    def add_attributes_of_events(self, attributes: Iterable[str]) -> None:
        """Names of attributes that some type of event has."""
        self.known |= set(attributes)

    def add_event(
        self,
        key: str,
        kind: str,
        time: str | None,
        attributes: Mapping[str, str | None],
        objects: Iterable[tuple[str, str | None]],
    ) -> None:
        """An event with its attributes and the objects that it is about: each with what it is to the event."""
        self.known |= attributes.keys()
        number = self._events.add([key, kind, time, *(attributes.get(name) for name in self.of_events)])
        for name, qualifier in objects:
            self._relations.add([str(number), name, qualifier])

    def add_object(self, key: str, kind: str) -> None:
        """An object."""
        self.add_type_of_object(kind)
        self._objects.add([key, kind])

    def add_value(self, key: str, kind: str, name: str, time: str | None, value: str | None) -> None:
        """A value of an attribute of an object, from a time on; from the beginning where it has none."""
        if kind == self.case_object:
            self.known.add(CASE + name)
            if CASE + name in self.of_cases:
                self._values.add([key, CASE + name, time, value])

    def flush(self) -> None:
        """Write what waits; to be called when the log has been read."""
        for batches in (self._events, self._relations, self._objects, self._values):
            batches.flush()

    def drop(self) -> None:
        """Remove the tables."""
        for table in (EVENTS, RELATIONS, OBJECT_TABLE, VALUES):
            self.connection.execute(f"DROP TABLE {table}")

    def object_types(self) -> list[str]:
        """Types of objects that are declared or occur."""
        return sorted(self._types)

    def qualifiers(self) -> list[str]:
        """What objects of the case's type are to events."""
        rows = self.connection.execute(
            f"""
            SELECT DISTINCT qualifier FROM {RELATIONS} JOIN {OBJECT_TABLE} ON object = id
            WHERE type = ? AND qualifier IS NOT NULL ORDER BY qualifier LIMIT 8
            """,
            [self.case_object],
        )
        return [qualifier for (qualifier,) in rows.fetchall()]
