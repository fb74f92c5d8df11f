"""The log behind a subject, written to a file that other tools open: Disco, pm4py, ProM.

load, find, choose the day, refuse the wrong place, filter, write: rows are true and name cases, so that
they stay in the city's private store unless somebody says otherwise.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from workbench.analyses import Analysis, EventLog, registered
from workbench.catalog import Catalog, load_reviewable
from workbench.catalog.words import did_you_mean
from workbench.errors import UsageError
from workbench.export.places import must_be_private, must_be_usable
from workbench.export.written import write, write_table


@dataclass(frozen=True)
class Written:
    """What was written.

    Parameters
    ----------
    path : Path
    events, cases : int
        What the log holds, whether it or its edges were written.
    edges : int
        How many were written; 0 where the events were.
    about_people : bool
        Whether the file says what happened to whom.
    """

    path: Path
    events: int
    cases: int
    edges: int
    about_people: bool


def export_log(
    city: Path | str,
    subject: str,
    to: Path,
    *,
    review: str = "",
    as_of: date | None = None,
    period: str = "",
    activities: Collection[str] = (),
    group: str = "",
    edges: bool = False,
    identifiable: bool = False,
) -> Written:
    """Write the events of a subject to a file, or its edges with their times.

    Parameters
    ----------
    city : path
    subject : str
        A process.
    to : Path
        ``.csv`` or ``.parquet``; of events also ``.xes`` or ``.xes.gz``.
    review : str
        The review whose day of data is meant; the latest where neither it nor ``as_of`` is given.
    as_of : date or None
        Nothing later than the end of this day is known.
    period, activities, group
        Which cases and events; all where empty.
    edges : bool
        Whether to write every way from one step of a case to its next instead of events.
    identifiable : bool
        Whether a log about people may be written outside the city's private store.

    Raises
    ------
    UsageError
        When a name is not known, or the file must not stand there.
    SourceError
        When a source cannot be read.
    """
    catalog = load_reviewable(city)
    must_be_usable(catalog, to, edges=edges)
    offer = _offer(catalog, subject)
    if edges and not offer.analysis.edges:
        raise UsageError(
            f"{offer.analysis.title} knows no edges; leave --edges away to write the events of {subject!r}."
        )
    day = _day(catalog, review, as_of)
    if offer.about_people(catalog) and not identifiable:
        must_be_private(catalog, to)
    log = offer.log(catalog, day, period=period, activities=activities, group=group)
    if log.events.empty:
        raise UsageError("no event is left; choose another period, other activities or another group.")
    size = {"events": len(log.events), "cases": log.events["case:concept:name"].nunique()}
    if not edges:
        write(log, to)
        return Written(to, **size, edges=0, about_people=log.about_people)
    table = offer.analysis.edges(log)
    write_table(table, to)
    return Written(to, **size, edges=len(table), about_people=log.about_people)


@dataclass(frozen=True)
class _Offer:
    """The analysis that keeps the log of a subject, and the subject's department."""

    analysis: Analysis
    department: str
    subject: str

    def sources(self, catalog: Catalog) -> list[str]:
        return self.analysis.sources(catalog, self.department, self.subject)

    def about_people(self, catalog: Catalog) -> bool:
        return any(catalog.sources[name].about_people for name in self.sources(catalog))

    def log(self, catalog: Catalog, day: date, **chosen) -> EventLog:
        from workbench.cubes import cube
        from workbench.sources.tables import tables

        true = cube(catalog, self.analysis, self.department, self.subject, day)
        with tables(catalog, self.sources(catalog)) as opened:
            return self.analysis.event_log(true, catalog, opened.tables, **chosen)


def _offer(catalog: Catalog, subject: str) -> _Offer:
    having = {
        name: _Offer(analysis, department, name)
        for analysis in registered().values()
        if analysis.event_log
        for department in catalog.departments
        for name in analysis.subjects(catalog, department)
    }
    if subject not in having:
        raise UsageError(f"{subject!r} has no log of events. {did_you_mean(subject, having)}")
    return having[subject]


def _day(catalog: Catalog, review: str, as_of: date | None) -> date:
    if review and as_of:
        raise UsageError("--review and --as-of both say what day is meant; give one of them.")
    if as_of:
        return as_of
    if review and review not in catalog.reviews:
        raise UsageError(f"there is no review {review!r}. {did_you_mean(review, catalog.reviews)}")
    if not catalog.reviews:
        raise UsageError("no review is declared, so no day is known; give --as-of, such as 2025-12-31.")
    return catalog.reviews[review].as_of if review else max(each.as_of for each in catalog.reviews.values())
