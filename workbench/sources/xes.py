"""An event log in XES (IEEE 1849-2016) becomes a DuckDB table of text, one row an event in the order of the file."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import duckdb

from workbench.errors import Fault, SourceError
from workbench.sources.batches import Batches
from workbench.sources.delimited import Fields
from workbench.sources.markup import Markup

NAMES = (".xes", ".xes.gz")
CASE = "case:"  # before the name of an attribute of the trace
DEEPEST = 20  # attributes inside each other
WITHOUT_EVENTS = "cases_without_events"
_TOO_DEEP = f"attributes are nested more than {DEEPEST} deep."
_KINDS = frozenset({"string", "date", "int", "float", "boolean", "id", "list", "container"})
# What OpenXES writes where nothing is known; a date never happened by default either.
_PLACEHOLDERS = ("UNKNOWN", "__INVALID__")


def read(connection: duckdb.DuckDBPyConnection, path: Path, wanted: Sequence[str], table: str) -> Fields:
    """Fill a table with ``_row`` (from 1) and one text column a wanted name: ``c0``, ``c1``, ...

    An attribute of an event has its own name (``concept:name``, ``time:timestamp``), one of its trace
    ``case:`` before it (``case:concept:name``). A nested attribute has its parents' names before it
    (``cost:total/cost:currency``); values that are there twice, as in a list, are joined by ``; ``.

    Parameters
    ----------
    connection : DuckDB connection
    path : Path
        ``.xes`` or ``.xes.gz``.
    wanted : sequence of str
        Names of the columns to read.
    table : str
        Name of the table to make.

    Returns
    -------
    Fields
        Traces without an event, which leave no row, are counted in ``set_aside``.

    Raises
    ------
    SourceError
        When the file is not XES or is damaged, or no event has a wanted name: with the line.

    Notes
    -----
    What ``<global>`` declares fills what a trace or event lacks, unless it is a date or a word that stands for
    nothing (``UNKNOWN``, ``__INVALID__``): tools write such for every attribute, and they did not happen.
    """
    rows = Batches(connection, table, [f"c{i}" for i in range(len(wanted))])
    log = _Log(Markup(path, "log"), list(wanted), rows)
    log.markup.read(log.started, log.ended)
    rows.flush()
    log.must_be_whole()
    others = sorted(log.seen - set(wanted))
    empty = {WITHOUT_EVENTS: log.empty} if log.empty else {}
    return Fields([*wanted, *others], [], rows.rows, one_line_each=False, set_aside=empty)


class _Log:
    """What has been read so far: defaults, the trace and the event that are open, and rows."""

    def __init__(self, markup: Markup, wanted: list[str], rows: Batches):
        self.markup, self.wanted, self.rows = markup, wanted, rows
        self.seen: set[str] = set()
        self.defaults: dict[str, str] = {}
        self.empty = 0  # traces without an event
        self.first = 0  # line of the first event
        self._inside: dict[str, str] | None = None  # attributes of the event, or else the trace, that is open
        self._trace: dict[str, str] | None = None
        self._scope: str | None = None  # CASE or nothing, inside a `global`: before names of what it declares
        self._parents: list[str] = []
        self._parent = ""
        self._waiting: list[list[str | None]] = []  # events of the trace, whose own attributes may still come
        self._line = 0

    def started(self, name: str, given: dict[str, str]) -> None:
        """An element begins; most are attributes of an event, so these come first."""
        if name in _KINDS:
            parent, key = self._parent, given.get("key", "")
            if parent:
                key = self._nested(parent, key)
            self._parents.append(parent)
            self._parent = f"{key}/"
            inside = self._inside
            if inside is None or "value" not in given or key in inside:
                self._keep(name, key, given.get("value"))
            else:
                inside[key] = given["value"]
        elif name == "event":
            self._inside, self._line = {}, self.markup.line
        elif name == "trace":
            self._inside = self._trace = {}
        elif name == "global":
            self._scope = CASE if given.get("scope", "event") == "trace" else ""

    def ended(self, name: str) -> None:
        """An element ends."""
        if name in _KINDS:
            self._parent = self._parents.pop()
        elif name == "event":
            self._end_event()
        elif name == "trace":
            self._end_trace()
        elif name == "global":
            self._scope = None

    def must_be_whole(self) -> None:
        """Refuse a log without events, or in which no event and no case has a name that is wanted.

        Raises
        ------
        SourceError
        """
        file = self.markup.path.name
        if not self.rows.rows:
            raise SourceError(faults=(Fault(file, 0, 0, "has no events.", "Name a log that has some."),))
        faults = [self._absent(name) for name in self.wanted if name not in self.seen]
        if faults:
            raise SourceError("the columns are not those declared.", tuple(faults))

    def _nested(self, parent: str, key: str) -> str:
        if len(self._parents) >= DEEPEST:
            raise self.markup.fault(_TOO_DEEP, "This is not a log; export it again.")
        return parent + key

    def _keep(self, kind: str, key: str, value: str | None) -> None:
        """What stands outside events and traces, has no value itself, or is there twice."""
        if value is None:
            return
        if self._inside is not None:
            self._inside[key] = f"{self._inside[key]}; {value}"
        elif self._scope is not None:
            self.seen.add(self._scope + key)
            if kind != "date" and value not in _PLACEHOLDERS:
                self.defaults[self._scope + key] = value

    def _end_event(self) -> None:
        event, self._inside = self._inside or {}, self._trace
        self.seen.update(event)
        self._waiting.append([event.get(name) for name in self.wanted])
        self.first = self.first or self._line
        if self._trace is None:  # an event of no trace, as a stream has them
            self._write({})

    def _end_trace(self) -> None:
        own = {CASE + key: value for key, value in (self._trace or {}).items()}
        self.seen.update(own)
        self._inside = self._trace = None
        self.empty += not self._waiting
        self._write(own)

    def _write(self, own: dict[str, str]) -> None:
        """The events that wait, completed by what holds for their trace and for the whole log."""
        otherwise = [own.get(name, self.defaults.get(name)) for name in self.wanted]
        for row in self._waiting:
            self.rows.add(
                [other if value is None else value for value, other in zip(row, otherwise, strict=True)]
            )
        self._waiting = []

    def _absent(self, name: str) -> Fault:
        who = "case" if name.startswith(CASE) else "event"
        others = sorted(each for each in self.seen if each.startswith(CASE) == (who == "case"))
        near = get_close_matches(name, others, n=1, cutoff=0.5)
        has = ", ".join(map(repr, near or others[:8])) or "none at all"
        what = f"no {who} has {name!r}; there is {has}."
        return Fault(self.markup.path.name, self.first, 0, what, "Write one of these as `name`.")
