"""Rows of a service become counts by interval, group and place: one query, then every margin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from workbench.analyses import Cube, Provenance
from workbench.catalog.model import Catalog, Service

if TYPE_CHECKING:
    import ibis

ALL = "all"
CITY = "city"
UNKNOWN = "unknown"
CELL = ["interval", "dimension", "group", "place_level", "place", "stratum"]
COUNTS = ["numerator", "denominator"]


def cube(
    catalog: Catalog, department: str, subject: str, tables: Mapping[str, ibis.Table], as_of: date
) -> Cube:
    """The true counts of one service, with what the catalog says about it.

    Parameters
    ----------
    catalog : Catalog
    department, subject : str
        Ids; the subject is a service.
    tables : mapping of str to ibis.Table
        A source id: its table.
    as_of : date
        What happened after this day is not yet known.

    Returns
    -------
    Cube
        Frame ``cells``: one row for each interval, dimension, group, place and stratum, margins
        included (group ``all``, place level ``city``, stratum ``all``), with ``numerator`` and
        ``denominator``. Of a service counted against residents the denominator is the residents.
    """
    service = catalog.services[subject]
    query = counts(tables[service.source], catalog, service, as_of)
    found = query.execute()
    cells = with_margins(found, levels_of(catalog, service), stratified=bool(service.stratum))
    if service.outcome.kind == "per_resident":
        from workbench.disparity_review.residents import against_residents

        cells = against_residents(cells, catalog, service)
    definition = definition_of(catalog, department, subject, as_of)
    return Cube({"cells": cells}, definition, Provenance(sql={"cells": str(query.compile())}))


def counts(table: ibis.Table, catalog: Catalog, service: Service, as_of: date) -> ibis.Table:
    """The query: numerator and denominator at the finest grain, one branch for each dimension.

    Returns
    -------
    ibis.Table
        Columns interval, dimension, group, one for each place level, stratum, numerator, denominator.
    """
    import ibis

    coded = _coded(table, catalog, service, as_of)
    levels = levels_of(catalog, service)
    branches = [
        coded.group_by(
            interval=coded["interval"],
            dimension=ibis.literal(dimension),
            group=coded[f"group_{dimension}"] if dimension != ALL else ibis.literal(ALL),
            **{level: coded[f"place_{level}"] for level in levels},
            stratum=coded["stratum"],
        ).aggregate(numerator=coded["event"].sum(), denominator=coded["trial"].sum())
        for dimension in service.groups or [ALL]
    ]
    return ibis.union(*branches) if len(branches) > 1 else branches[0]


def _coded(table, catalog: Catalog, service: Service, as_of: date):
    """The rows of the service, coded: interval, groups, places, stratum, and 0 or 1 for trial and event."""
    import ibis

    from workbench.sources.coding import group_of, interval_of
    from workbench.sources.conditions import all_hold, day_of, planned_columns

    planned = planned_columns(catalog.sources[service.source])
    known = day_of(table, service.interval) <= ibis.literal(as_of)
    rows = table.filter(all_hold(table, service.where, as_of, planned) & known.fill_null(False))
    trial = all_hold(rows, service.outcome.denominator, as_of, planned)
    event = trial & all_hold(rows, service.outcome.numerator, as_of, planned)
    groups = {
        f"group_{dimension}": group_of(rows, column, catalog.dimensions[dimension])
        for dimension, column in service.groups.items()
    }
    stratum = (
        rows[service.stratum].cast("string").fill_null(UNKNOWN) if service.stratum else ibis.literal(ALL)
    )
    return rows.select(
        interval=interval_of(rows, service.interval, service.frequency, catalog.city.fiscal_year_starts),
        stratum=stratum,
        trial=trial.ifelse(1, 0),
        event=event.ifelse(1, 0),
        **groups,
        **_places(rows, catalog, service),
    )


def _places(rows, catalog: Catalog, service: Service) -> dict:
    """The place of each row at every level; a level above is found through its places' parents."""
    from workbench.sources.coding import parent_of, place_of

    found: dict = {}
    for level in levels_of(catalog, service):
        below = next((name for name in found if catalog.places[name].within == level), None)
        if below and catalog.places[below].parents:
            found[level] = parent_of(found[below], catalog.places[below])
        else:
            found[level] = place_of(rows, service.places[level], catalog.places[level])
    return {f"place_{level}": expression for level, expression in found.items()}


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


def with_margins(found: pd.DataFrame, levels: list[str], *, stratified: bool = False) -> pd.DataFrame:
    """Cells of every margin from counts at the finest grain.

    Parameters
    ----------
    found : DataFrame
        As :func:`counts` gives it.
    levels : list of str
        Its columns of places.
    stratified : bool
        Whether cells by stratum are wanted beside those over all strata (for the whole city only).

    Returns
    -------
    DataFrame
        Columns interval, dimension, group, place_level, place, stratum, numerator, denominator; ordered.
    """
    dimensions = [name for name in sorted(found["dimension"].unique()) if name != ALL]
    everyone = found[found["dimension"] == (dimensions[0] if dimensions else ALL)]
    parts = [_margin(everyone, ALL, level, ALL) for level in [CITY, *levels]]
    for dimension in dimensions:
        own = found[found["dimension"] == dimension]
        parts += [_margin(own, dimension, level, ALL) for level in [CITY, *levels]]
        parts += [_margin(own, dimension, CITY, "each")] if stratified else []
    cells = pd.concat(parts, ignore_index=True).astype(dict.fromkeys(COUNTS, "int64"))
    return cells.sort_values(CELL, ignore_index=True)[CELL + COUNTS]


def _margin(rows: pd.DataFrame, dimension: str, level: str, stratum: str) -> pd.DataFrame:
    """Sums over all that is not named."""
    named = rows.assign(
        dimension=dimension,
        group=ALL if dimension == ALL else rows["group"],
        place_level=level,
        place=ALL if level == CITY else rows[level],
        stratum=ALL if stratum == ALL else rows["stratum"],
    )
    return named.groupby(CELL, as_index=False)[COUNTS].sum()


def definition_of(catalog: Catalog, department: str, subject: str, as_of: date) -> dict:
    """What the catalog says about a service, as plain JSON values; what has an order is a list."""
    service = catalog.services[subject]
    return {
        "department": department,
        "subject": subject,
        "title": service.title,
        "service": service.model_dump(mode="json"),
        "dimensions": [_dimension(catalog, service, name) for name in service.groups],
        "levels": [_level(catalog, level) for level in levels_of(catalog, service)],
        "about_people": catalog.sources[service.source].about_people,
        "least_listed": catalog.city.minimum_count if catalog.sources[service.source].about_people else 1,
        "fiscal_start": catalog.city.fiscal_year_starts,
        "as_of": as_of.isoformat(),
    }


def _dimension(catalog: Catalog, service: Service, name: str) -> dict:
    dimension = catalog.dimensions[name]
    return {
        "id": name,
        "title": dimension.title,
        "groups": [{"id": group, "title": entry.title} for group, entry in dimension.groups.items()],
        "reference": service.reference.get(name, dimension.reference),
    }


def _level(catalog: Catalog, name: str) -> dict:
    level = catalog.places[name]
    return {"id": name, "title": level.title, "within": level.within, "parents": dict(level.parents)}
