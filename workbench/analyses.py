"""What an analysis is to the rest of the house, and where the registered ones are found.

An analysis is a plug-in: a package registers one :class:`Analysis` under the entry
point group ``workbench.analyses``. Batch, pages and apps loop over the group and name
no analysis.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, ClassVar, Self

import pandas as pd

from workbench.errors import UsageError

GROUP = "workbench.analyses"
CELLS = "cells"
STATE = "state"


@dataclass(frozen=True)
class Provenance:
    """Where numbers come from; printed on pages, kept in ``run.json``. Never a data value.

    Parameters
    ----------
    snapshots : dict of str to str
        A source: the hash of its snapshot.
    taken : dict of str to str
        A source: the day its snapshot was taken.
    rows, rejects : dict of str to int
        A source: rows read, and rows set aside as unreadable.
    set_aside : dict of str to dict
        A source: a reason (``default_coordinate``, ``no_place``, ``events_of_no_case``, ...): how many.
    sql : dict of str to str
        A frame of the cube: the query that made it.
    notes : dict of str to str
        A heading: what else a page says of the origin of its numbers.
    key : str
        Hash of all that went into the cube.
    content : str
        Hash of what a notebook reads of the cube and its origin. Two cubes of one content give the same results, on
        whichever snapshots they were computed.
    """

    snapshots: Mapping[str, str] = field(default_factory=dict)
    taken: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    rejects: Mapping[str, int] = field(default_factory=dict)
    set_aside: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    sql: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    content: str = ""


@dataclass(frozen=True)
class Cube:
    """True counts of one subject: small frames, private.

    Parameters
    ----------
    frames : dict of str to DataFrame
        By name, as the analysis' ``cube`` made them.
    definition : dict
        The catalog entries that the analysis needs, as plain JSON values.
    provenance : Provenance
    """

    frames: Mapping[str, pd.DataFrame]
    definition: Mapping[str, Any]
    provenance: Provenance = Provenance()


@dataclass(frozen=True)
class EventLog:
    """What happened to the cases of a subject, row by row, for other tools: true and private.

    Columns are named as in XES: ``case:concept:name``, ``concept:name``, ``time:timestamp``, ``org:resource``,
    ``case:<column>``. Times are naive UTC.

    Parameters
    ----------
    title : str
        Of the subject.
    about_people : bool
        Whether cases are somebody's.
    events : DataFrame
        One row an event; ``start_timestamp`` where starts are known.
    transitions : DataFrame
        One row a ``lifecycle:transition`` of an event; those of one event have one ``concept:instance``. A case's
        rows are together.
    """

    title: str
    about_people: bool
    events: pd.DataFrame
    transitions: pd.DataFrame


@dataclass(frozen=True)
class Sum:
    """A published total and its parts, by cell id: what an attacker can subtract with."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Results:
    """Base of what ``analyse`` returns: tidy frames and the counts that they derive from.

    A subclass adds one DataFrame field for each result frame and names that frame's key
    columns in ``KEYS``; every other column is blanked when a row is hidden. Each row of a
    result frame has

    - ``cells``: list of ids of the counts it derives from (empty: it derives from none);
    - ``state``: ``value``, ``zero``, ``unreliable``, ``no data`` or ``suppressed``.

    Parameters
    ----------
    counts : DataFrame
        One row a cell: ``cell`` (id, text), ``numerator``, ``denominator`` (integers; missing
        where a cell has only one of them).
    sums : tuple of Sum
        Every additive relation among the cells of ``counts``.
    facts : dict
        Plain JSON values that hold for the whole result: period, reference group, method,
        row counts, data dates. Never a count of people that is not also a cell.
    about_people : bool
        Whether the suppression rule applies.
    released : bool
        Set by ``disclosure.release`` only.
    """

    counts: pd.DataFrame
    sums: tuple[Sum, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    about_people: bool = True
    released: bool = False

    KEYS: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def frames(self) -> dict[str, pd.DataFrame]:
        """The result frames by name."""
        return {name: getattr(self, name) for name in self.KEYS}

    def with_frames(self, **changes) -> Self:
        """A copy with some fields replaced."""
        return replace(self, **changes)

    def completed(self) -> Self:
        """The results with what is computed from their own rows once the hidden ones are blanked.

        ``disclosure.release`` asks for it and then blanks again, so that what an analysis adds here can tell
        nothing of a hidden count. Nothing is added by default.
        """
        return self


@dataclass(frozen=True)
class Told:
    """What one finding is about, interval by interval, as far as it is released.

    Parameters
    ----------
    values : dict of str to float or None
        An interval: its value in the unit of the finding's size; None where it is hidden or not known.
    unit : str
        As in the finding's size: a unit that begins with ``%`` is of percentages.
    """

    values: Mapping[str, float | None]
    unit: str


@dataclass(frozen=True)
class Analysis:
    """One registered analysis.

    Parameters
    ----------
    handle : str
        Its one name in rooms, notebooks, parameters, paths, links and commands.
    title : str
        For people.
    notebook : Path
        The notebook that is its report and its app.
    results : type
        Its subclass of :class:`Results`.
    subjects : callable
        ``subjects(catalog, department_id) -> list of str``: what a review runs for a department.
    sources : callable
        ``sources(catalog, department_id, subject) -> list of str``: source ids the cube reads.
    cube : callable
        ``cube(catalog, department_id, subject, tables, as_of) -> Cube``; ``tables`` maps a source id
        to an Ibis table.
    analyse : callable
        ``analyse(cube, *, ...) -> Results``: pure; its keyword-only parameters are the analysis'
        parameters.
    findings : callable
        ``findings(results, context) -> list of Finding`` from released results.
    messages : Path
        Folder of its message files, one a language: ``en.toml``.
    event_log : callable or None
        ``event_log(cube, catalog, tables, *, period, activities, group) -> EventLog``: what the cube was made of,
        for other tools; None where its rows are no events of cases.
    edges : callable or None
        ``edges(event_log) -> DataFrame``: every way from one step of a case to its next, with its times; None
        where they are not known.
    told : callable or None
        ``told(results, question, group, place) -> Told or None``: what a finding of released results is about over
        all their intervals, so that an action about it can be followed; None where they have no such series.
    judges_actions : bool
        Whether its own findings judge the actions about its subjects.
    """

    handle: str
    title: str
    notebook: Path
    results: type[Results]
    subjects: Callable[..., list[str]]
    sources: Callable[..., list[str]]
    cube: Callable[..., Cube]
    analyse: Callable[..., Results]
    findings: Callable[..., list]
    messages: Path
    event_log: Callable[..., EventLog] | None = None
    edges: Callable[[EventLog], pd.DataFrame] | None = None
    told: Callable[..., Told | None] | None = None
    judges_actions: bool = False


def registered() -> dict[str, Analysis]:
    """All registered analyses by handle, in alphabetical order."""
    return {handle: entry.load() for handle, entry in _entries(tuple(sys.path)).items()}


def named(handle: str) -> Analysis:
    """The analysis of a handle.

    Raises
    ------
    UsageError
        When no such analysis is registered; the message lists those that are.
    """
    entries = _entries(tuple(sys.path))
    if handle not in entries:
        raise UsageError(f"there is no analysis {handle!r}; registered are: {', '.join(entries)}.")
    return entries[handle].load()


@cache
def _entries(_path: tuple[str, ...]) -> dict[str, EntryPoint]:
    """Looked for once on each search path: it reads a file of every installed package, and each sentence asks."""
    return {entry.name: entry for entry in sorted(entry_points(group=GROUP), key=lambda e: e.name)}


def field_names(results: type[Results]) -> list[str]:
    """Names of the dataclass fields of a results class."""
    return [f.name for f in fields(results)]
