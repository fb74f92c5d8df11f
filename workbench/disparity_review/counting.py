"""Counts at the finest grain: rows are read once and grouped by their codes, which then get their names."""

from __future__ import annotations

from datetime import date
from math import prod
from typing import TYPE_CHECKING

from workbench.catalog.model import Catalog, Service
from workbench.disparity_review.cells import ALL, COUNTS
from workbench.disparity_review.coded_rows import STRATUM, codes, judged, named, named_stratum, rows_of

if TYPE_CHECKING:
    import ibis

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
    sums = _sums(rows, catalog, service, as_of)
    stratum = rows[service.stratum] if service.stratum else ibis.literal(ALL)
    branches = []
    for dimensions in together(catalog, service):
        by = codes(rows, catalog, service, dimensions) | {STRATUM: stratum}
        raw = rows.group_by(**by).aggregate(**sums)
        for dimension in dimensions or [ALL]:
            names = named(raw, catalog, service, dimension) | {STRATUM: named_stratum(raw)}
            branches.append(raw.group_by(**names).aggregate(**{name: raw[name].sum() for name in sums}))
    return ibis.union(*branches) if len(branches) > 1 else branches[0]


def counted(service: Service) -> list[str]:
    """The columns that :func:`counts` counts."""
    return [*COUNTS, HITS] if service.decisions and service.decisions.hit else COUNTS


def together(catalog: Catalog, service: Service) -> list[list[str]]:
    """Dimensions that one grouping serves: all where their groups combine to few, else each by itself."""
    dimensions = list(service.groups)
    combined = prod(len(catalog.dimensions[dimension].groups) + 1 for dimension in dimensions)
    return [dimensions] if combined <= _FEW else [[dimension] for dimension in dimensions]


def _sums(rows: ibis.Table, catalog: Catalog, service: Service, as_of: date) -> dict:
    """What is added up for each group of rows."""
    from workbench.sources.conditions import all_hold, planned_columns

    found = judged(rows, catalog, service, as_of)
    sums = {"numerator": rows.count(where=found.event), "denominator": rows.count(where=found.trial)}
    if service.outcome.kind == "rate":
        sums["denominator"] = found.weight.sum().cast("int64")
    if HITS in counted(service):
        planned = planned_columns(catalog.sources[service.source])
        hit = all_hold(rows, service.decisions.hit, as_of, planned)
        sums[HITS] = rows.count(where=found.event & hit)
    return sums
