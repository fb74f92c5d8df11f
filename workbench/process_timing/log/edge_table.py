"""One row an edge occurrence, small enough to be asked many times: made, kept and narrowed inside the engine."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from workbench.process_timing.log import events as queries
from workbench.process_timing.log.codes import Names
from workbench.process_timing.log.events import STARTED, TIME
from workbench.process_timing.log.working_time import worked

if TYPE_CHECKING:
    import ibis

_WORKED, _WORKED_START = "time_working", "started_working"


def edge_table(
    found: ibis.Table,
    names: Names,
    order: Collection[str] = (),
    days: pd.DataFrame | None = None,
    kept: Collection[str] = (),
) -> ibis.Table:
    """The edges of a log, as the cube has them, without leaving the engine.

    Parameters
    ----------
    found : ibis.Table
        Events: case, activity, time, row, and started where known.
    names : Names
    order : collection of str
        The declared order of steps, which breaks ties of time.
    days : DataFrame, optional
        Of :func:`workbench.process_timing.log.working_time.day_table`; with it waits are in working time, too.
    kept : collection of str
        Further columns of the event that the edge leaves from, such as the code of a group.

    Returns
    -------
    ibis.Table
        case (first row of the case in the source), from, to (codes), wait (microseconds, 0 where work
        overlaps), working_wait with ``days``, tied (1 where both events have one time, else 0), and ``kept``.
    """
    import ibis

    needed = [name for name in ("case", "activity", TIME, STARTED, "row", *kept) if name in found.columns]
    found = _with_working_time(queries.with_sure_starts(found.select(needed)), days)
    steps = queries.steps(found, names, list(order), days is not None)
    edges = steps.filter(steps["to"] >= 0)
    has_wait = edges["until"] > edges["time"]
    wait = edges["until"].delta(edges["time"], unit="microsecond")
    columns = {
        "case": edges["case"],
        "from": edges["from"].cast(names.activity_type),
        "to": edges["to"].cast(names.activity_type),
        "wait": has_wait.ifelse(wait, 0).cast("int64"),
        "tied": (edges["after"] == edges["time"]).ifelse(1, 0).cast("int8"),
    }
    if days is not None:
        passed = edges["until_working"] - edges[_WORKED]
        columns["working_wait"] = has_wait.ifelse(passed, ibis.literal(0, "int64"))
    return edges.select(**columns, **{name: edges[name] for name in kept})


def write_edge_table(rows: ibis.Table, path: Path, names: Names, **options) -> None:
    """Write the edge table of a log to a Parquet file, streamed: no row passes through pandas.

    Rows of one group and edge stand together, so that a reader of some of them passes over all others,
    and gathers the waits of an edge twice as fast.

    Parameters
    ----------
    rows : ibis.Table
        Rows as the source has them: one event may be there twice.
    path : Path
    names : Names
    **options
        ``order``, ``days``, ``kept`` of :func:`edge_table`.
    """
    kept = options.get("kept", ())
    together = [*kept, "from", "to"]
    edge_table(rows, names, **options).order_by(together).to_parquet(path)
    if _has_ties(path):
        edge_table(once(rows, kept), names, **options).order_by(together).to_parquet(path)


def once(rows: ibis.Table, kept: Collection[str] = ()) -> ibis.Table:
    """Rows that say the same made one event.

    Costs as much as all else. A row that repeats another shares its time with an event of its
    case, so a log in which no two events of a case share one need not be asked.
    """
    distinct = queries.events(rows)
    if not kept:
        return distinct
    return distinct.left_join(rows.select("row", *kept), "row").drop("row_right")


def only(
    edges: ibis.Table,
    groups: dict[str, Collection[int]] | None = None,
    activities: Collection[int] = (),
    paths: Collection[tuple[int, int]] = (),
) -> ibis.Table:
    """The occurrences of an edge table that a reader asks for; all where nothing is asked.

    Parameters
    ----------
    edges : ibis.Table
        Of :func:`edge_table`, or its Parquet file read again.
    groups : dict of str to collection of int, optional
        A kept column: the codes that are wanted.
    activities : collection of int
        Edges from and to these.
    paths : collection of (int, int)
        These edges.
    """
    import ibis

    for column, codes in (groups or {}).items():
        edges = edges.filter(edges[column].isin(list(codes)))
    if activities:
        edges = edges.filter(edges["from"].isin(list(activities)) & edges["to"].isin(list(activities)))
    if paths:
        wanted = [(edges["from"] == start) & (edges["to"] == end) for start, end in paths]
        edges = edges.filter(ibis.or_(*wanted))
    return edges


def _with_working_time(found: ibis.Table, days: pd.DataFrame | None) -> ibis.Table:
    if days is None:
        return found
    found = worked(found, days, TIME, _WORKED)
    return worked(found, days, STARTED, _WORKED_START) if STARTED in found.columns else found


def _has_ties(path: Path) -> bool:
    import ibis

    edges = ibis.duckdb.connect().read_parquet(path)
    return bool((edges["tied"] > 0).any().execute())
