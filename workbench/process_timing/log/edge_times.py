"""Every edge of a log with how often it was walked and how long cases waited on it: exact, whatever the size."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import pandas as pd

from workbench.process_timing.log.codes import Names
from workbench.process_timing.log.edge_table import edge_table, once
from workbench.process_timing.log.packed import can_pack, packed_edges

if TYPE_CHECKING:
    import ibis


def edge_times(
    edges: ibis.Table, *, by: Collection[str] = (), cases: bool = False, clock: str = "wait"
) -> ibis.Table:
    """Times of every edge of an edge table.

    Quantiles are exact (linear interpolation, h = (n - 1) p), never estimated from a sketch.

    Parameters
    ----------
    edges : ibis.Table
        Of :func:`workbench.process_timing.log.edge_table.edge_table`.
    by : collection of str
        Kept columns, such as a group: every edge for each of their values.
    cases : bool
        Whether to count distinct cases, too, which takes as long as all else.
    clock : {'wait', 'working_wait'}

    Returns
    -------
    ibis.Table
        from, to and ``by``; count, cases where asked, mean, median, p90 and total (microseconds), tied (how
        often both events had one time). Ordered.
    """
    wait, by = edges[clock], [*by, "from", "to"]
    found = edges.group_by(by).aggregate(
        count=edges.count(),
        **({"cases": edges["case"].nunique()} if cases else {}),
        mean=wait.mean(),
        quantiles=wait.quantile([0.5, 0.9]),  # at once: asked one by one, waits are gathered for each
        total=wait.sum(),
        tied=edges["tied"].sum(),
    )
    median, p90 = found["quantiles"][0], found["quantiles"][1]
    counted = ["count", *(["cases"] if cases else []), "mean"]
    return found.select(*by, *counted, median=median, p90=p90, total="total", tied="tied").order_by(by)


def every_edge(
    rows: ibis.Table,
    names: Names,
    *,
    cases: bool = False,
    order: Collection[str] = (),
    days: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Times of every edge, straight from the rows of a source in one query; in two where events are tied.

    Parameters
    ----------
    rows : ibis.Table
        case, activity, time, row, and started where known; one event may be there twice.
    names : Names
    cases : bool
        Whether to count distinct cases, too.
    order : collection of str
        The declared order of steps, which breaks ties of time.
    days : DataFrame, optional
        Of :func:`workbench.process_timing.log.working_time.day_table`; with it times are working times.

    Returns
    -------
    DataFrame
        As :func:`edge_times` gives it.
    """
    clock = "working_wait" if days is not None else "wait"
    edges = packed_edges(rows, names, days) if can_pack(rows) else edge_table(rows, names, order, days)
    found = edge_times(edges, cases=cases, clock=clock).execute()
    if not found["tied"].any():
        return found
    return edge_times(edge_table(once(rows), names, order, days), cases=cases, clock=clock).execute()
