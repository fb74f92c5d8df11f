"""The edges of a log in DuckDB, made of one whole number an event: no text and no row is sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workbench.process_timing.log.codes import Names, coded
from workbench.process_timing.log.events import STARTED, TIME
from workbench.process_timing.log.working_time import worked

if TYPE_CHECKING:
    import ibis

_FAR = 2**63 - 1  # of an event whose time is not known or leaves no room for its activity; sorted last


def can_pack(rows: ibis.Table) -> bool:
    """Whether rows are in DuckDB, with one time each and that without a zone."""
    has_one_time = STARTED not in rows.columns and rows[TIME].type().timezone is None
    return has_one_time and rows.get_backend().name == "duckdb"


def packed_edges(rows: ibis.Table, names: Names, days: pd.DataFrame | None = None) -> ibis.Table:
    """The edges of a log that :func:`workbench.process_timing.log.edge_table.edge_table` has, unless one is tied.

    The number of an event is its time and, in the last bits, its activity. Sorted, the numbers of a case are
    its events in order, as long as no two have one time; where they have, nothing of this is to be used.

    Parameters
    ----------
    rows : ibis.Table
        case, activity, time and row, as :func:`can_pack` accepts them.
    names : Names
    days : DataFrame, optional
        As of the edge table.

    Returns
    -------
    ibis.Table
        case, from, to, wait, working_wait with ``days``, and tied: 1 where both events have one time or
        where a time does not fit in a number (with 100 activities 2,280 years from 1970), else 0.
    """
    bits = len(names.activities).bit_length()
    edges = _told(_pairs(_numbered(rows, names, bits)), bits)
    columns = {name: edges[name] for name in ("case", "wait", "tied")}
    columns |= {name: edges[name].cast(names.activity_type) for name in ("from", "to")}
    if days is not None:
        edges = worked(worked(edges, days, TIME, "time_working"), days, "until", "until_working")
        columns["working_wait"] = edges["until_working"] - edges["time_working"]
    return edges.filter(edges["to"] >= 0).select(**columns)


def _numbered(rows: ibis.Table, names: Names, bits: int) -> ibis.Table:
    """Each event as its number; its activity is one more than its code, which is -1 where there is none."""
    rows = rows.filter(rows["case"].notnull()).select("case", "activity", TIME, "row")
    found, most = coded(rows, names), 2 ** (63 - bits)
    instant = found[TIME].delta(_epoch(), unit="microsecond")
    fits = instant.between(-most, most - 2).fill_null(False)
    number = fits.ifelse(instant * 2**bits + found["activity"] + 1, _FAR)
    return found.select("case", "row", number=number)


def _pairs(events: ibis.Table) -> ibis.Table:
    """Each number of a case with the one that follows it."""
    numbers = events["number"].collect().sort()
    cases = events.group_by("case").aggregate(first=events["row"].min(), numbers=numbers)
    at, following = cases["numbers"][:-1].unnest(), cases["numbers"][1:].unnest()
    return cases.select(case=cases["first"], at=at, following=following)


def _told(pairs: ibis.Table, bits: int) -> ibis.Table:
    """What the two numbers of an edge say."""
    at, following, last = pairs["at"], pairs["following"], 2**bits - 1
    time, until = at >> bits, following >> bits
    return pairs.select(
        "case",
        **{"from": (at & last) - 1, "to": (following & last) - 1},
        wait=until - time,
        tied=((time == until) | (following == _FAR)).ifelse(1, 0).cast("int8"),
        time=_epoch() + time.as_interval("us"),
        until=_epoch() + until.as_interval("us"),
    )


def _epoch():
    import ibis

    return ibis.literal("1970-01-01").cast("timestamp")
