"""Repeat users: rows of one person are not independent, so the squares of what each adds are kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from workbench.catalog.model import Catalog, Service
from workbench.disparity_review.cube.cells import ALL, CITY, WHO
from workbench.disparity_review.cube.coded_rows import codes, judged, levels_of, named, rows_of

if TYPE_CHECKING:
    import ibis

SQUARES = ["people", "n_squared", "n_times_x", "x_squared"]


def repeats_queries(
    table: ibis.Table, catalog: Catalog, service: Service, as_of: date
) -> Iterator[ibis.Table]:
    """The queries: sums over persons of the squares of what each adds to a cell.

    One after the other, because each keeps a line for every person while it runs.

    Yields
    ------
    ibis.Table
        Columns interval, dimension, group, place_level, place, people, n_squared, n_times_x, x_squared: n
        is what a person adds to the denominator, x to the numerator. A row of nobody known is a person of
        its own. Groups are there for the whole city, everyone also for each place.
    """
    rows = _marked(rows_of(table, catalog, service, as_of), catalog, service, as_of)
    for level in [CITY, *levels_of(catalog, service)]:
        yield _squares(rows, catalog, service, ALL, level)
    for dimension in service.groups:
        yield _squares(rows, catalog, service, dimension, CITY)


def _marked(rows: ibis.Table, catalog: Catalog, service: Service, as_of: date) -> ibis.Table:
    """Codes of the judged rows, and what each adds: n and x."""
    found = judged(rows, catalog, service, as_of)
    by = codes(rows, catalog, service, list(service.groups)) | {"person": rows[service.person]}
    return rows.filter(found.trial).select(
        n=found.weight.cast("int64"), x=found.event.ifelse(1, 0).cast("int64"), **by
    )


def _squares(rows: ibis.Table, catalog: Catalog, service: Service, dimension: str, level: str) -> ibis.Table:
    """Squares of persons who are known and of rows of nobody known, added."""
    import ibis

    from workbench.sources.coding import interval_of

    names = named(rows, catalog, service, dimension)
    cell = {"day": rows["day"]}  # names of intervals, and what all rows share, would make each line longer
    cell |= {"group": names["group"]} if dimension != ALL else {}
    cell |= {"place": names[level]} if level != CITY else {}
    coded = rows.select(person=rows["person"], n=rows["n"], x=rows["x"], **cell)
    known = coded.filter(coded["person"].notnull())
    each = known.group_by(*cell, "person").aggregate(
        n=known["n"].sum().cast("int64"), x=known["x"].sum().cast("int64")
    )
    nobody = coded.filter(coded["person"].isnull())
    both = ibis.union(_added(each, cell), _added(nobody, cell))
    added = both.group_by(*cell).aggregate(**{name: both[name].sum().cast("int64") for name in SQUARES})
    every = {name: ibis.literal(ALL) for name in ("group", "place") if name not in cell}
    interval = interval_of(added, "day", service.frequency, catalog.city.fiscal_year_starts)
    named_so = {
        "interval": interval,
        "dimension": ibis.literal(dimension),
        "place_level": ibis.literal(level),
    }
    return added.mutate(**named_so, **every).drop("day")


def _added(each: ibis.Table, cell: dict) -> ibis.Table:
    n, x = each["n"], each["x"]
    sums = {"n_squared": n * n, "n_times_x": n * x, "x_squared": x * x}
    added = {name: value.sum().cast("int64") for name, value in sums.items()}
    return each.group_by(*cell).aggregate(people=each.count(), **added)


def repeats_of(found: list[pd.DataFrame]) -> pd.DataFrame:
    """The cells of all queries, ordered."""
    keys = ["interval", *WHO]
    plain = [part[[*keys, *SQUARES]].astype(dict.fromkeys(keys, "str")) for part in found]
    return pd.concat(plain).sort_values(keys, ignore_index=True)
