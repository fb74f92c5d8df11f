"""Whether what one entry names exists in another: departments, sources, columns, periods, ..."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workbench.catalog.action_references import action_faults
from workbench.catalog.calendar_references import calendar_faults
from workbench.catalog.dimension_references import dimension_faults
from workbench.catalog.lookups import (
    Found,
    columns_of,
    each_unknown,
    period_fault,
    unknown,
    unknown_owner,
)
from workbench.catalog.measure_references import measure_faults
from workbench.catalog.model import Catalog
from workbench.catalog.nodes import Key
from workbench.catalog.plan import above
from workbench.catalog.process_references import process_faults
from workbench.catalog.service_references import service_faults


def reference_faults(catalog: Catalog) -> list[Found]:
    """Path, what is wrong and what to write instead, for every name that leads nowhere."""
    checks = (
        _city,
        calendar_faults,
        _plan,
        dimension_faults,
        _sources,
        measure_faults,
        service_faults,
        process_faults,
        action_faults,
        _reviews,
    )
    return [found for check in checks for found in check(catalog)]


def _zone(path: Key, name: str) -> Iterator[Found]:
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield path, f"{name!r} is not a time zone.", "Write one such as America/Chicago."


def _city(catalog: Catalog) -> Iterator[Found]:
    yield from _zone(("city", "time_zone"), catalog.city.time_zone)


def _plan(catalog: Catalog) -> Iterator[Found]:
    parents = {name: goal.parent for name, goal in catalog.goals.items()}
    for name, goal in catalog.goals.items():
        yield from unknown(("goals", name, "parent"), "goal", goal.parent, catalog.goals)
        if name in above(name, parents):
            yield (
                ("goals", name, "parent"),
                f"goal {name!r} is its own ancestor.",
                "Break the circle of parents.",
            )
    for name, initiative in catalog.initiatives.items():
        yield from unknown_owner(catalog, ("initiatives", name), initiative)


def _sources(catalog: Catalog) -> Iterator[Found]:
    for name, source in catalog.sources.items():
        path, known = ("sources", name), columns_of(source)
        yield from _zone((*path, "time_zone"), source.time_zone)
        for column, spec in source.columns.items():
            if bool(spec.name) == bool(spec.names):
                what = f"column {column!r} has {'two' if spec.name else 'no'} names."
                yield (*path, "columns", column), what, "Give exactly one of `name` and `names`."
        used = [*source.unique, *source.not_before, *source.not_before.values()]
        for column in used:
            yield from unknown(path, "column", column, known)
        if source.points:
            level = source.points.place_level
            yield from unknown((*path, "points", "place_level"), "place level", level, catalog.places)
            for field in ("latitude", "longitude"):
                column = getattr(source.points, field)
                yield from unknown((*path, "points", field), "column", column, source.columns)
        if "://" in source.location and bool(source.table) == bool(source.query):
            yield (
                path,
                "a database source needs a table or a query.",
                "Give exactly one of `table` and `query`.",
            )


def _reviews(catalog: Catalog) -> Iterator[Found]:
    subjects = {*catalog.measures, *catalog.services, *catalog.processes, "all"}
    for name, review in catalog.reviews.items():
        path = ("reviews", name)
        yield from period_fault((*path, "period"), review.period)
        yield from unknown((*path, "previous"), "review", review.previous, catalog.reviews)
        yield from each_unknown((*path, "departments"), "department", review.departments, catalog.departments)
        yield from each_unknown((*path, "subjects"), "subject", review.subjects, subjects)
