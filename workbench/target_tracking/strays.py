"""Rows that are dated so long after the as-of day that no such time can have come: a year mistyped."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from workbench.periods import Period
from workbench.sources.asking import asked
from workbench.target_tracking.alike import Batch
from workbench.target_tracking.observed import rows_dated

if TYPE_CHECKING:
    import ibis

    from workbench.catalog.model import Catalog

FAR = timedelta(days=366)  # without a row, after the as-of day or the rows that follow it


def query_of_later(catalog: Catalog, batch: Batch, table: ibis.Table, as_of: date) -> ibis.Table:
    """Intervals of the rows of a batch that are dated after the as-of day, and were recorded by then."""
    import ibis

    from workbench.sources.coding import interval_of

    measure = batch.like
    rows = rows_dated(catalog, batch, table, as_of, operator.gt)
    which = rows[batch.column] if batch.column else ibis.null("string")
    starts = catalog.city.fiscal_year_starts
    interval = interval_of(rows, measure.columns.interval, measure.frequency, starts)
    return rows.select(which=which, interval=interval).distinct()


def strays(later: Iterable[str], as_of: date, fiscal_start: int) -> list[str]:
    """Of later intervals those that lie beyond a year without any row.

    Rows that follow the as-of day without a gap are those of a review that is made again as of an earlier day.

    Examples
    --------
    >>> strays(["2026-02", "2031-05"], date(2026, 1, 15), 1)
    ['2031-05']
    """
    periods = sorted((Period.parse(name, fiscal_start) for name in later), key=lambda period: period.start)
    reached = as_of
    for place, period in enumerate(periods):
        if period.start - reached > FAR:
            return list(map(str, periods[place:]))
        reached = max(reached, period.end)
    return []


def strays_of(catalog: Catalog, batch: Batch, table: ibis.Table, as_of: date) -> dict[str, list[str]]:
    """Intervals that rows of each measure stray to; measures without any are left out."""
    found = asked(query_of_later(catalog, batch, table, as_of))[0].to_pandas()
    only = next(iter(batch.measures))
    owner = found["which"].map(batch.ids) if batch.column else [only] * len(found)
    intervals = found["interval"].groupby(owner).agg(list) if len(found) else {}
    starts = catalog.city.fiscal_year_starts
    return {id: far for id in batch.measures if (far := strays(intervals.get(id, ()), as_of, starts))}
