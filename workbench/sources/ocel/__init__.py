"""An object-centric log (OCEL 2.0, ocel-standard.org) becomes a table of events of one type of object.

The standard's three encodings hold the same: typed events, typed objects, and which events are about
which objects. A process has one kind of case, so the log is flattened onto the type of object that the
city names (van der Aalst 2019, Object-Centric Process Mining: dealing with divergence and convergence in
event data); what that adds and mixes is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from workbench.catalog.tables import Source
from workbench.errors import Fault, SourceError
from workbench.sources.delimited import Fields
from workbench.sources.files import bytes_of
from workbench.sources.ocel import from_json, from_sqlite, from_xml
from workbench.sources.ocel.flattened import flatten
from workbench.sources.ocel.tables import LogTables

NAMES = (
    *(".jsonocel", ".xmlocel", ".json", ".xml", ".sqlite", ".sqlite3"),
    *(".jsonocel.gz", ".xmlocel.gz", ".json.gz", ".xml.gz"),
)
_SQLITE = b"SQLite format 3\0"
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")  # that say how text is encoded


def read(
    connection: duckdb.DuckDBPyConnection, path: Path, source: Source, wanted: Sequence[str], table: str
) -> Fields:
    """Fill a table with ``_row`` (from 1) and one text column a wanted name: ``c0``, ``c1``, ...

    One row for each event and each object of the case's type that it is about, in the order of the file.
    Columns are named as in XES: ``case:concept:name`` (the object), ``concept:name`` (the type of event),
    ``time:timestamp``; ``ocel:eid`` (the event), ``ocel:qualifier`` (what the object is to it),
    ``ocel:type:<type>`` (other objects of that type, joined by ``; ``); an attribute of the event by its
    name, one of the object with ``case:`` before it.

    Parameters
    ----------
    connection : DuckDB connection
    path : Path
        JSON or XML, also packed with gzip, or SQLite; told by its content.
    source : Source
        ``case_object`` is the type of object that is a case; ``qualifier``, where given, what the object
        must be to the event.
    wanted : sequence of str
        Names of the columns to read.
    table : str
        Name of the table to make.

    Returns
    -------
    Fields
        ``set_aside`` counts what flattening did, as :func:`flatten` says.

    Raises
    ------
    SourceError
        When the file is damaged or no OCEL 2.0, has no such type of object, or lacks a wanted name.

    Notes
    -----
    An attribute of an object has the last value known at the event, so that no event knows the future.
    """
    log = LogTables(connection, list(wanted), source.case_object)
    _reader_of(path)(path, log)
    log.flush()
    _must_have_cases(path, source, log)
    set_aside = flatten(connection, log, source, table)
    rows = connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]
    if not rows:
        what = f"no event is about an object of type {source.case_object!r}"
        with_qualifier = (
            f" with the qualifier {source.qualifier!r}; there is {_qualifiers(log)}"
            if source.qualifier
            else ""
        )
        raise _fault(path, f"{what}{with_qualifier}.", "Name another `case_object` or `qualifier`.")
    log.drop()
    others = sorted(log.known - set(wanted))
    return Fields([*wanted, *others], [], rows, one_line_each=False, set_aside=set_aside)


def _reader_of(path: Path) -> Callable[[Path, LogTables], None]:
    with path.open("rb") as stream:
        if stream.read(len(_SQLITE)) == _SQLITE:
            return from_sqlite.read
    if path.suffix.lower() in (".sqlite", ".sqlite3"):
        raise _fault(path, "is not an SQLite database.", "Export it again.")
    start = next(bytes_of(path), b"").lstrip(b"".join(_MARKS) + b" \t\r\n\0")[:1]
    if start == b"<":
        return from_xml.read
    if start == b"{":
        return from_json.read
    what = (
        "is empty."
        if not start
        else f"begins with {start.decode('latin-1')!r}: neither JSON, XML nor SQLite."
    )
    raise _fault(path, what, "Export it as OCEL 2.0.")


def _must_have_cases(path: Path, source: Source, log: LogTables) -> None:
    types = log.object_types()
    if source.case_object not in types:
        got = f"has no type of object {source.case_object!r}" if source.case_object else "is object-centric"
        has = ", ".join(map(repr, types)) or "none at all"
        raise _fault(path, f"{got}; its types are: {has}.", "Write the one that is a case as `case_object`.")
    absent = [name for name in log.wanted if name not in log.known]
    if absent:
        has = ", ".join(map(repr, sorted(log.known)))
        faults = [
            Fault(path.name, 0, 0, f"has no {name!r}; it has {has}.", "Write one of these as `name`.")
            for name in absent
        ]
        raise SourceError("the columns are not those declared.", tuple(faults))


def _qualifiers(log: LogTables) -> str:
    return ", ".join(map(repr, log.qualifiers())) or "none"


def _fault(path: Path, what: str, instead: str) -> SourceError:
    return SourceError(faults=(Fault(path.name, 0, 0, what, instead),))
