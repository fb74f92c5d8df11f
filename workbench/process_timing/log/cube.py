"""A process' events become cases and edges: one query each, then arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.analyses import Cube, Provenance
from workbench.calendars import WorkingCalendar
from workbench.process_timing.log.assembly import Log, case_frame, edge_frame, quality_counts, variant_frame

if TYPE_CHECKING:
    import ibis

    from workbench.catalog.model import Catalog, Process

_DATED = ("timestamp", "started", "submitted", "closed")


def cube(
    catalog: Catalog, department: str, subject: str, tables: Mapping[str, ibis.Table], as_of: date
) -> Cube:
    """The cases and edges of one process as they were known at the end of a day.

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
        Frames ``cases`` (one row a case), ``edges`` (one row an occurrence, ordered by case and step),
        ``variants``, ``activities`` (names by code) and ``quality`` (counts of what is odd).
    """
    from workbench.process_timing.log import events as queries

    process = catalog.processes[subject]
    table = tables[process.source]
    rows = queries.known_rows(table, catalog, process, as_of)
    found = queries.events(rows)
    names = found.select("activity").distinct().execute()["activity"]
    activities = sorted(str(name) for name in names)
    steps, own = queries.steps(found, activities, process.order), queries.cases(rows)
    tally = queries.tallies(table, catalog, process, as_of).execute().iloc[0]
    frames = _frames(steps.execute(), own.execute(), tally, catalog, process, activities, as_of)
    sql = {"edges": str(steps.compile()), "cases": str(own.compile())}
    definition = definition_of(catalog, department, subject, as_of)
    return Cube(frames, definition, Provenance(sql=sql))


def definition_of(catalog: Catalog, department: str, subject: str, as_of: date) -> dict:
    """What the catalog says about a process, as plain JSON values."""
    process = catalog.processes[subject]
    calendar = _calendar(catalog, process)
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
        "as_of_instant": int(_microseconds(calendar.midnight([np.datetime64(as_of) + 1]))[0]),
        "time_zone": calendar.zone,
        "working_day_seconds": calendar.day_seconds,
    }


def _frames(
    steps, own, tally, catalog: Catalog, process: Process, activities, as_of
) -> dict[str, pd.DataFrame]:
    calendar = _calendar(catalog, process)
    dated = {name for name in _DATED if _is_date(catalog, process, name)}
    log = Log.of(steps, _instants(steps, dated, calendar))
    own = own.assign(
        **{
            name: _instants(own, dated, calendar)(name)
            for name in ("submitted", "closed")
            if name in own.columns
        }
    )
    own = own.fillna({name: "unknown" for name in own.columns if name.startswith("by_")})
    cases = case_frame(log, own, process, activities, calendar, as_of, "closed" in dated)
    variant, variants = variant_frame(log, activities)
    counts = quality_counts(log, tally, calendar)
    return {
        "cases": cases.assign(variant=variant),
        "edges": edge_frame(log, calendar),
        "variants": variants,
        "activities": pd.DataFrame({"activity": activities}, dtype=object),
        "quality": pd.DataFrame({"check": list(counts), "count": list(counts.values())}),
    }


def _calendar(catalog: Catalog, process: Process) -> WorkingCalendar:
    """The city's working calendar on the clock of the source, whose local dates the snapshot has."""
    own = WorkingCalendar.of(catalog.city)
    return replace(own, zone=catalog.sources[process.source].time_zone or own.zone)


def _instants(frame: pd.DataFrame, dated: set[str], calendar: WorkingCalendar):
    """A reader of a column's instants in microseconds; a date begins at midnight of the city."""

    def instants(name: str) -> np.ndarray:
        if name not in frame.columns:
            return np.full(len(frame), Log.missing)
        found = pd.to_datetime(frame[name]).to_numpy("datetime64[us]")
        source = {"time": "timestamp", "until": "timestamp", "resource_time": "timestamp"}.get(name, name)
        known = ~np.isnat(found)
        if source in dated and known.any():
            found = found.copy()
            found[known] = calendar.midnight(found[known].astype("datetime64[D]"))
        return found.astype("int64")

    return instants


def _is_date(catalog: Catalog, process: Process, name: str) -> bool:
    column = getattr(process, name)
    return bool(column) and catalog.sources[process.source].columns[column].type == "date"


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


def _microseconds(instants: np.ndarray) -> np.ndarray:
    return np.asarray(instants).astype("datetime64[us]").astype("int64")
