"""A process' events become cases, edges and events: one query each, then arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.analyses import Cube, Provenance
from workbench.calendars import WorkingCalendar
from workbench.process_timing.log.arrays import Log, microseconds
from workbench.process_timing.log.assembly import case_frame, edge_frame, event_frame
from workbench.process_timing.log.quality import quality_frame
from workbench.process_timing.log.variants import variant_frame

if TYPE_CHECKING:
    import ibis

    from workbench.catalog.model import Catalog, Process
    from workbench.process_timing.log.codes import Names


@dataclass(frozen=True)
class _Queries:
    """The queries of one process; what they find is read once each."""

    names: Names
    steps: ibis.Table
    cases: ibis.Table
    pauses: ibis.Table | None
    tallies: ibis.Table


def cube(
    catalog: Catalog, department: str, subject: str, tables: Mapping[str, ibis.Table], as_of: date
) -> Cube:
    """The cases, edges and events of one process as they were known at the end of a day.

    Parameters
    ----------
    catalog : Catalog
    department, subject : str
        Ids; the subject is a process.
    tables : mapping of str to ibis.Table
        A source id: its table.
    as_of : date
        Events after this day are not yet known.

    Returns
    -------
    Cube
        Frames ``cases`` (one row a case), ``edges`` (one row an occurrence) and ``events``, both ordered by
        case and step, ``variants``, ``activities``, ``resources`` and ``teams`` (names by code), ``quality``
        (counts of what is odd) and ``excluded`` (the rows that were left out or are suspect).
    """
    process = catalog.processes[subject]
    queries = _queries(tables[process.source], catalog, process, as_of)
    calendar = _calendar(catalog, process)
    frames = _frames(queries, catalog, process, calendar, as_of)
    sql = {"edges": str(queries.steps.compile()), "cases": str(queries.cases.compile())}
    definition = definition_of(catalog, department, subject, as_of)
    return Cube(frames, definition, Provenance(sql=sql))


def definition_of(catalog: Catalog, department: str, subject: str, as_of: date) -> dict:
    """What the catalog says about a process, as plain JSON values."""
    process = catalog.processes[subject]
    calendar = _calendar(catalog, process)
    horizon = calendar.midnight([np.datetime64(as_of) + 1])
    return {
        "department": department,
        "subject": subject,
        "title": process.title,
        "process": process.model_dump(mode="json"),
        "dimensions": _dimensions(catalog, process),
        "labels": _labels(catalog, process),
        "about_people": catalog.sources[process.source].about_people,
        "least_listed": catalog.city.minimum_count if catalog.sources[process.source].about_people else 1,
        "rounding": _rounding(catalog, process),
        "fiscal_start": catalog.city.fiscal_year_starts,
        "as_of": as_of.isoformat(),
        "as_of_instant": int(horizon.astype("int64")[0]),
        "as_of_working": int(calendar.worked(horizon)[0]),
        "time_zone": calendar.zone,
        "calendar": calendar.as_json(),
        "working_day_seconds": calendar.day_seconds,
    }


def _queries(table: ibis.Table, catalog: Catalog, process: Process, as_of: date) -> _Queries:
    from workbench.process_timing.log import events as queries
    from workbench.process_timing.log.codes import Names

    rows = queries.known_rows(table, catalog, process, as_of)
    found = queries.people_only(queries.events(rows), process.set_aside)
    names = Names.of(found)
    return _Queries(
        names=names,
        steps=queries.in_order(queries.steps(found, names, process.order)),
        cases=queries.cases(rows),
        pauses=None,
        tallies=queries.tallies(table, catalog, process, as_of),
    )


def _frames(
    queries: _Queries, catalog: Catalog, process: Process, calendar: WorkingCalendar, as_of: date
) -> dict[str, pd.DataFrame]:
    names, own = queries.names, _own(queries.cases.execute())
    log = Log.of(queries.steps.execute(), _pauses(queries.pauses))
    closes_on_dates = bool(process.closed) and _is_date(catalog, process, process.closed)
    cases = case_frame(log, own, process, names.activities, calendar, as_of, closes_on_dates)
    variant, variants = variant_frame(log, names.activities)
    return {
        "cases": cases.assign(variant=variant),
        "edges": edge_frame(log, calendar),
        "events": event_frame(log, calendar),
        "variants": variants,
        "activities": pd.DataFrame({"activity": names.activities}, dtype=object),
        "resources": pd.DataFrame({"resource": names.resources}, dtype=object),
        "teams": pd.DataFrame({"team": names.teams}, dtype=object),
        "quality": quality_frame(log, queries.tallies.execute().iloc[0], calendar),
    }


def _own(found: pd.DataFrame) -> pd.DataFrame:
    """Columns of the cases: dates as microseconds, and a word where nothing is said."""
    dated = {name: microseconds(found[name], len(found)) for name in ("submitted", "closed") if name in found}
    said = {name: found[name].fillna("unknown") for name in found if name.startswith("by_")}
    return found.assign(**dated, **said)


def _pauses(query: ibis.Table | None) -> pd.DataFrame:
    if query is None:
        return pd.DataFrame({name: np.zeros(0, "int64") for name in ("row", "from", "until")})
    found = query.execute()
    times = {name: microseconds(found[name], len(found)) for name in ("from", "until")}
    return found.assign(**times)


def _calendar(catalog: Catalog, process: Process) -> WorkingCalendar:
    """The department's working calendar on the clock of the source, whose local dates the snapshot has."""
    department = catalog.departments.get(process.department)
    own = WorkingCalendar.of(catalog.city, department, catalog.holidays)
    return replace(own, zone=catalog.sources[process.source].time_zone or own.zone)


def _is_date(catalog: Catalog, process: Process, column: str) -> bool:
    return catalog.sources[process.source].columns[column].type == "date"


def _rounding(catalog: Catalog, process: Process) -> int:
    """What counts of steps are rounded to: exact (1) unless the source is about people.

    The steps of a case are a chain: exact counts of two steps give away, as their difference, how
    few people stopped between them. Rounded to more than the minimum count they do not.
    """
    if not catalog.sources[process.source].about_people:
        return 1
    return next(base for base in (10, 20, 50, 100, 200, 500, 1000) if base > catalog.city.minimum_count)


def _dimensions(catalog: Catalog, process: Process) -> list[dict]:
    """What cases are compared by: attributes of the case, groups, places."""
    columns = catalog.sources[process.source].columns
    own = [{"name": name, "title": _title(columns, name), "kind": "attribute"} for name in process.attributes]
    own += [
        {"name": name, "title": catalog.dimensions[name].title, "kind": "group"} for name in process.groups
    ]
    own += [{"name": name, "title": catalog.places[name].title, "kind": "place"} for name in process.places]
    return own


def _title(columns, name: str) -> str:
    column = columns.get(name)
    return column.name if column and column.name else name.replace("_", " ").capitalize()


def _labels(catalog: Catalog, process: Process) -> dict[str, str]:
    return {
        f"{dimension}/{group}": each.title
        for dimension in process.groups
        for group, each in catalog.dimensions[dimension].groups.items()
    }
