"""A process' events become cases, edges and events: one query each, then arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.analyses import Cube, Provenance
from workbench.calendars import WorkingCalendar
from workbench.process_timing.log import calendar_said
from workbench.process_timing.log.assembly import case_frame, edge_frame, event_frame
from workbench.process_timing.log.clock import Clock
from workbench.process_timing.log.excluded import LISTED, aside_cases, excluded_frame, suspect_events
from workbench.process_timing.log.found import Found
from workbench.process_timing.log.quality import has_dates_only, quality_frame
from workbench.process_timing.log.refused import must_have_events
from workbench.process_timing.log.variants import variant_frame

if TYPE_CHECKING:
    import ibis

    from workbench.catalog.model import Catalog, Process

TIE_BREAKS = ["time", "declared order of steps", "row of the source"]


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

    Raises
    ------
    SourceError
        When none of the rows has a case, an activity and a time.
    """
    process = catalog.processes[subject]
    found = Found.of(tables[process.source], catalog, process, as_of)
    if not found.log.size:
        must_have_events(tables[process.source], catalog, process, as_of)
    calendar = _calendar(catalog, process)
    definition = definition_of(catalog, department, subject, as_of) | _of_the_log(found, calendar)
    provenance = Provenance(sql=found.sql, notes=calendar_said.notes(definition))
    return Cube(_frames(found, process, calendar, as_of), definition, provenance)


def definition_of(catalog: Catalog, department: str, subject: str, as_of: date) -> dict:
    """What the catalog says about a process, as plain JSON values."""
    process = catalog.processes[subject]
    calendar = _calendar(catalog, process)
    horizon = calendar.midnight([np.datetime64(as_of) + np.timedelta64(1, "D")])
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


def _of_the_log(found: Found, calendar: WorkingCalendar) -> dict:
    """What the log itself says: its first and last day, and whether it has dates only."""
    times = found.log.time
    days = calendar.local_dates(np.array([times.min(), times.max()])) if times.size else (None, None)
    first, last = (None if day is None else str(day) for day in days)
    return {
        "first_event": first,
        "last_event": last,
        "whole_days": has_dates_only(found.log, found.own, calendar),
        "tie_breaks": TIE_BREAKS,
        "listed_per_reason": LISTED,
    }


def _frames(
    found: Found, process: Process, calendar: WorkingCalendar, as_of: date
) -> dict[str, pd.DataFrame]:
    names, log, own = found.names, found.log, found.own
    whole_days = has_dates_only(log, own, calendar)
    clock = Clock(calendar, whole_days)
    cases = case_frame(log, own, process, names.activities, clock, as_of, found.closes_on_dates)
    variant, variants = variant_frame(log, names.activities)
    return {
        "cases": cases.assign(variant=variant),
        "edges": edge_frame(log, clock),
        "events": event_frame(log, calendar),
        "variants": variants,
        "activities": pd.DataFrame({"activity": names.activities}, dtype=object),
        "resources": pd.DataFrame({"resource": names.resources}, dtype=object),
        "teams": pd.DataFrame({"team": names.teams}, dtype=object),
        "quality": quality_frame(log, found.tally, calendar, whole_days, process.double_click_seconds),
        "excluded": excluded_frame(
            *found.left_out,
            suspect_events(log, own["name"], names.activities, process.double_click_seconds),
            aside_cases(log, cases, own["name"], names.activities),
        ),
    }


def _calendar(catalog: Catalog, process: Process) -> WorkingCalendar:
    """The department's working calendar on the clock of the source, whose local dates the snapshot has."""
    department = catalog.departments.get(process.department)
    own = WorkingCalendar.of(catalog.city, department, catalog.holidays)
    return replace(own, zone=catalog.sources[process.source].time_zone or own.zone)


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
        {
            "name": name,
            "title": catalog.dimensions[name].title,
            "kind": "group",
            "reference": catalog.dimensions[name].reference,
        }
        for name in process.groups
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
