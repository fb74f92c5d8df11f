"""Rows of a service: which count, what they count for, and the codes of their interval, groups and places.

Codes are given their meaning after rows are grouped by them: there are few codes and many rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil, floor
from typing import TYPE_CHECKING

from workbench.catalog.model import Catalog, Service
from workbench.disparity_review.cube.cells import ALL, UNKNOWN

if TYPE_CHECKING:
    import ibis
    from ibis.expr.types import BooleanValue, IntegerValue

_MONTHS, _UNIT = {"month": 1, "quarter": 3, "year": 12}, {"month": "M", "quarter": "Q", "year": "Y"}
STRATUM = "stratum"


@dataclass(frozen=True)
class Judged:
    """Expressions on the rows: whether a row is judged, whether it is an event, and what it weighs.

    ``weight`` is what a judged row adds to the denominator, a whole number: 1, or its exposure.
    """

    trial: BooleanValue
    event: BooleanValue
    weight: IntegerValue


def rows_of(table: ibis.Table, catalog: Catalog, service: Service, as_of: date) -> ibis.Table:
    """The rows of a service that were known at the end of a day."""
    import ibis

    from workbench.sources.conditions import all_hold, day_of, planned_columns

    planned = planned_columns(catalog.sources[service.source])
    known = day_of(table, service.interval) <= ibis.literal(as_of)
    return table.filter(all_hold(table, service.where, as_of, planned) & known.fill_null(False))


def judged(rows: ibis.Table, catalog: Catalog, service: Service, as_of: date) -> Judged:
    """What the outcome of the service makes of each row.

    Of a rate, a row without an exposure of 0 or more is not judged. Of a waiting time, a row is judged
    once the standard has run out; one that ended before it began is not.
    """
    from workbench.sources.conditions import all_hold, planned_columns

    planned = planned_columns(catalog.sources[service.source])
    trial = judged_at_all(rows, catalog, service, as_of)
    event = all_hold(rows, service.outcome.numerator, as_of, planned)
    if service.outcome.kind == "rate":
        exposure = rows[service.outcome.exposure]
        trial = trial & (exposure >= 0).fill_null(False)
        return Judged(trial, trial & event, trial.ifelse(exposure, 0).cast("int64"))
    if service.outcome.kind == "waiting_time":
        days, elapsed = waited(rows, service, as_of)
        run_out = elapsed >= ceil(service.outcome.standard_days)
        trial = trial & (run_out & (days.fill_null(0) >= 0)).fill_null(False)
        event = (days <= floor(service.outcome.standard_days)).fill_null(False)
    return Judged(trial, trial & event, trial.ifelse(1, 0))


def judged_at_all(rows: ibis.Table, catalog: Catalog, service: Service, as_of: date) -> BooleanValue:
    """Whether a row meets the conditions of the denominator, whatever its exposure or wait."""
    from workbench.sources.conditions import all_hold, planned_columns

    planned = planned_columns(catalog.sources[service.source])
    return all_hold(rows, service.outcome.denominator, as_of, planned)


def waited(rows: ibis.Table, service: Service, as_of: date) -> tuple[IntegerValue, IntegerValue]:
    """Whole days from the start to the end, missing while it has not ended; and from the start to now.

    Both are missing where the start is, or lies after the as-of day.
    """
    import ibis

    from workbench.sources.conditions import day_of

    outcome, today = service.outcome, ibis.literal(as_of)
    started, ended = (day_of(rows, name) for name in (outcome.started or service.interval, outcome.ended))
    started = (started <= today).ifelse(started, None)
    return (ended <= today).ifelse(ended, None).delta(started, unit="day"), today.delta(started, unit="day")


def codes(rows: ibis.Table, catalog: Catalog, service: Service, dimensions: list[str]) -> dict:
    """The columns that rows are grouped by, as found: the first day of the interval, groups and places."""
    from workbench.sources.conditions import day_of

    found = {"day": _first_day(day_of(rows, service.interval), catalog, service)}
    found |= {f"group_{dimension}": rows[service.groups[dimension]] for dimension in dimensions}
    return found | {
        f"place_{level}": rows[service.places[level]] for level in _found_levels(catalog, service)
    }


def _first_day(day, catalog: Catalog, service: Service):
    """The first day of the interval, of a fiscal year too."""
    import ibis

    length = _MONTHS[service.frequency]
    late = ibis.interval(months=(catalog.city.fiscal_year_starts - 1) % length)
    if (catalog.city.fiscal_year_starts - 1) % length == 0:
        return day.truncate(_UNIT[service.frequency]).cast("date")
    return ((day - late).cast("date").truncate(_UNIT[service.frequency]) + late).cast("date")


def named(
    raw: ibis.Table, catalog: Catalog, service: Service, dimension: str, *, places: bool = True
) -> dict:
    """Interval, dimension, group and place of each level, as the catalog names what :func:`codes` found."""
    import ibis

    from workbench.sources.coding import group_of, interval_of

    group = ibis.literal(ALL)
    if dimension != ALL:
        group = group_of(raw, f"group_{dimension}", catalog.dimensions[dimension])
    interval = interval_of(raw, "day", service.frequency, catalog.city.fiscal_year_starts)
    placed = _places(raw, catalog, service) if places else {}
    return {"interval": interval, "dimension": ibis.literal(dimension), "group": group, **placed}


def with_meanings(raw: ibis.Table, catalog: Catalog, service: Service, dimensions: list[str]) -> ibis.Table:
    """What :func:`codes` found, with columns of what its codes mean: ``group of <dimension>``, and each place level.

    Each code is given its meaning once, wherever it stands: there may be thousands of times more rows.
    """
    from workbench.sources.coding import group_of, text_of

    for dimension in dimensions:
        column, meaning = f"group_{dimension}", meaning_of(dimension)
        raw = raw.mutate(**{column: text_of(raw[column])})
        once = raw.select(column).distinct()
        raw = _joined(
            raw, once.mutate(**{meaning: group_of(once, column, catalog.dimensions[dimension])}), column
        )
    for level in _found_levels(catalog, service):
        column = f"place_{level}"
        raw = raw.mutate(**{column: text_of(raw[column])})
        once = raw.select(column).distinct()
        raw = _joined(raw, once.mutate(**_upwards(once, catalog, service, level)), column)
    return raw


def meaning_of(dimension: str) -> str:
    """The column of a dimension's groups that :func:`with_meanings` adds."""
    return f"group of {dimension}"


def _joined(raw: ibis.Table, once: ibis.Table, column: str) -> ibis.Table:
    """Rows with the meaning of their codes; a missing code means ``unknown``."""
    meanings = [name for name in once.columns if name != column]
    found = raw.left_join(once, column, rname="{name} again")
    kept = {name: found[name] for name in raw.columns if name != column}
    return found.select(**kept, **{name: found[name].fill_null(UNKNOWN) for name in meanings})


def _upwards(once: ibis.Table, catalog: Catalog, service: Service, level: str) -> dict:
    """The place at a level that is found in a column, and at the levels that are found through its parents."""
    from workbench.sources.coding import parent_of, place_of

    found = {level: place_of(once, f"place_{level}", catalog.places[level])}
    for above in levels_of(catalog, service):
        below = _below(catalog, found, above)
        if below:
            found[above] = parent_of(found[below], catalog.places[below])
    return found


def named_stratum(raw: ibis.Table):
    """The stratum as text."""
    from workbench.sources.coding import text_of

    return text_of(raw[STRATUM]).fill_null(UNKNOWN)


def _places(raw: ibis.Table, catalog: Catalog, service: Service) -> dict:
    """The place at every level; a level above is found through its places' parents."""
    from workbench.sources.coding import parent_of, place_of

    found: dict = {}
    for level in levels_of(catalog, service):
        below = _below(catalog, found, level)
        if below:
            found[level] = parent_of(found[below], catalog.places[below])
        else:
            found[level] = place_of(raw, f"place_{level}", catalog.places[level])
    return found


def _found_levels(catalog: Catalog, service: Service) -> list[str]:
    """Levels whose places are found in a column, and not through parents."""
    levels = levels_of(catalog, service)
    return [level for i, level in enumerate(levels) if not _below(catalog, levels[:i], level)]


def _below(catalog: Catalog, levels, above: str) -> str:
    """The level among some whose places have their parents at another; empty where there is none."""
    below = next((level for level in levels if catalog.places[level].within == above), "")
    return below if below and catalog.places[below].parents else ""


def levels_of(catalog: Catalog, service: Service) -> list[str]:
    """Place levels of a service, the finest first: those declared, and those they lie within."""
    named = set(service.places)
    for level in service.places:
        while level and catalog.places[level].parents:
            level = catalog.places[level].within
            named |= {level} - {""}
    depth = {level: _depth(catalog, level) for level in named}
    return sorted(named, key=lambda level: (-depth[level], level))


def _depth(catalog: Catalog, level: str) -> int:
    above = catalog.places[level].within
    return 1 + _depth(catalog, above) if above else 0
