"""How many waited how many days: those who were served, and those who still wait."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from workbench.catalog.model import Catalog, Service
from workbench.disparity_review.cube.cells import ALL, CITY, WHO, by_dimension, margin, ordered
from workbench.disparity_review.cube.coded_rows import codes, judged_at_all, named, rows_of, waited
from workbench.disparity_review.cube.counting import together

if TYPE_CHECKING:
    import ibis

ENDED = ["ended", "open"]


def waits_query(table: ibis.Table, catalog: Catalog, service: Service, as_of: date) -> ibis.Table:
    """The query: how many waited so many days, at the finest grain, one branch for each dimension.

    Returns
    -------
    ibis.Table
        Columns interval, dimension, group, one for each place level, days (of those who still wait: until
        the as-of day), ended and open (counts). Days below 0 are there: an end before the start.
    """
    import ibis

    rows = rows_of(table, catalog, service, as_of)
    days, elapsed = waited(rows, service, as_of)
    known = elapsed.notnull() & judged_at_all(rows, catalog, service, as_of)
    marked = rows.mutate(waited_days=days.coalesce(elapsed), has_ended=days.notnull()).filter(known)
    branches = []
    for dimensions in together(catalog, service):
        by = codes(marked, catalog, service, dimensions) | {"days": marked["waited_days"]}
        raw = marked.group_by(**by).aggregate(
            ended=marked.count(where=marked["has_ended"]), open=marked.count(where=~marked["has_ended"])
        )
        for dimension in dimensions or [ALL]:
            names = named(raw, catalog, service, dimension) | {"days": raw["days"].cast("int64")}
            branches.append(raw.group_by(**names).aggregate(ended=raw["ended"].sum(), open=raw["open"].sum()))
    return ibis.union(*branches) if len(branches) > 1 else branches[0]


def waits_of(found: pd.DataFrame, levels: list[str]) -> tuple[pd.DataFrame, int]:
    """Waits of every margin that is shown, and the number of those that ended before they began.

    Parameters
    ----------
    found : DataFrame
        As :func:`waits_query` gives it.
    levels : list of str
        Place levels, the finest first.

    Returns
    -------
    waits : DataFrame
        Columns interval, dimension, group, place_level, place, days, ended, open; ordered. Groups are
        there for the whole city and for places of the coarsest level.
    negative : int
    """
    valid, parts = found[found["days"] >= 0], []
    for dimension, rows in by_dimension(valid):
        wanted = levels if dimension == ALL else levels[-1:]
        parts += [margin(rows, dimension, level, ["interval", "days"], ENDED) for level in [CITY, *wanted]]
    everyone = next(rows for _, rows in by_dimension(found))
    negative = everyone.loc[everyone["days"] < 0, ENDED].to_numpy().sum()
    return ordered(parts, ["interval", *WHO, "days"], ENDED), int(negative)
