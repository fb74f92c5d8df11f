"""Counts at the finest grain: rows are read once and grouped by their codes, which then get their names."""

from __future__ import annotations

from datetime import date
from math import prod
from typing import TYPE_CHECKING

from workbench.catalog.model import Catalog, Service
from workbench.disparity_review.cube.cells import ALL, CITY, COUNTS
from workbench.disparity_review.cube.coded_rows import (
    STRATUM,
    codes,
    judged,
    judged_at_all,
    levels_of,
    meaning_of,
    named_stratum,
    rows_of,
    waited,
    with_meanings,
)

if TYPE_CHECKING:
    import ibis
    import pandas as pd

HITS = "hits"
_FEW = 50  # combinations of groups: so many do not make the finest grain much finer


def counts(table: ibis.Table, catalog: Catalog, service: Service, as_of: date) -> ibis.Table:
    """The query: what is counted at the finest grain, one branch for each dimension.

    Returns
    -------
    ibis.Table
        Columns interval, dimension, group, one for each place level, stratum, numerator, denominator;
        and hits (events that found what they looked for) where the service declares such.
    """
    import ibis

    rows = rows_of(table, catalog, service, as_of)
    sums = sums_of(rows, catalog, service, as_of) | _hits(rows, catalog, service, as_of)
    stratum = rows[service.stratum] if service.stratum else ibis.literal(ALL)
    branches = []
    for dimensions in together(catalog, service):
        by = codes(rows, catalog, service, dimensions) | {STRATUM: stratum}
        raw = rows.group_by(**by).aggregate(**sums)
        raw = with_meanings(raw.mutate(**{STRATUM: named_stratum(raw)}), catalog, service, dimensions)
        branches += [
            _added_up(raw, catalog, service, dimension, list(sums)) for dimension in dimensions or [ALL]
        ]
    return ibis.union(*branches) if len(branches) > 1 else branches[0]


def _added_up(
    raw: ibis.Table, catalog: Catalog, service: Service, dimension: str, sums: list[str]
) -> ibis.Table:
    """Counts by what codes mean; the few intervals are named last."""
    import ibis

    from workbench.sources.coding import interval_of

    group = ibis.literal(ALL) if dimension == ALL else raw[meaning_of(dimension)]
    levels = levels_of(catalog, service)
    by = {"day": raw["day"], "group": group} | {name: raw[name] for name in [*levels, STRATUM]}
    found = raw.group_by(**by).aggregate(**{name: raw[name].sum() for name in sums})
    interval = interval_of(found, "day", service.frequency, catalog.city.fiscal_year_starts)
    named = found.mutate(interval=interval, dimension=ibis.literal(dimension))
    return named.select("interval", "dimension", "group", *levels, STRATUM, *sums)


def counted(service: Service) -> list[str]:
    """The columns that :func:`counts` counts."""
    return [*COUNTS, HITS] if service.decisions and service.decisions.hit else COUNTS


def together(catalog: Catalog, service: Service) -> list[list[str]]:
    """Dimensions that one grouping serves: all where their groups combine to few, else each by itself."""
    dimensions = list(service.groups)
    combined = prod(len(catalog.dimensions[dimension].groups) + 1 for dimension in dimensions)
    return [dimensions] if combined <= _FEW else [[dimension] for dimension in dimensions]


def sums_of(rows: ibis.Table, catalog: Catalog, service: Service, as_of: date) -> dict:
    """Numerator and denominator of a group of rows."""
    found = judged(rows, catalog, service, as_of)
    sums = {"numerator": rows.count(where=found.event), "denominator": rows.count(where=found.trial)}
    if service.outcome.kind == "rate":
        sums["denominator"] = found.weight.sum().cast("int64")
    return sums


def _hits(rows: ibis.Table, catalog: Catalog, service: Service, as_of: date) -> dict:
    """Events that found what they looked for, where the service declares such."""
    from workbench.sources.conditions import all_hold, planned_columns

    if HITS not in counted(service):
        return {}
    planned = planned_columns(catalog.sources[service.source])
    hit = all_hold(rows, service.decisions.hit, as_of, planned)
    return {HITS: rows.count(where=judged(rows, catalog, service, as_of).event & hit)}


def hits_of(cells: pd.DataFrame) -> pd.DataFrame:
    """Columns interval, dimension, group, acted (events) and hits (those that found something): the city."""
    own = cells[(cells["place_level"] == CITY) & (cells["stratum"] == ALL)]
    names = ["interval", "dimension", "group", "acted", HITS]
    return own.rename(columns={"numerator": "acted"})[names].reset_index(drop=True)


def odd_rows(table: ibis.Table, catalog: Catalog, service: Service, as_of: date) -> ibis.Table | None:
    """The query: one row of numbers, each under the message that tells it; None where nothing can be odd.

    Of a rate: judged rows without an exposure, with one below 0, and events in rows of no exposure. Of a
    waiting time that starts on a day of its own: judged rows without it.
    """
    rows = rows_of(table, catalog, service, as_of)
    judgeable = judged_at_all(rows, catalog, service, as_of)
    if service.outcome.kind == "rate":
        exposure, event = rows[service.outcome.exposure], judged(rows, catalog, service, as_of).event
        found = {
            "exposure_missing": judgeable & exposure.isnull(),
            "exposure_negative": judgeable & (exposure < 0).fill_null(False),
            "events_without_exposure": event & (exposure == 0).fill_null(False),
        }
    elif service.outcome.started:
        found = {"waits_without_start": judgeable & waited(rows, service, as_of)[1].isnull()}
    else:
        return None
    return rows.aggregate(**{message: rows.count(where=odd) for message, odd in found.items()})
