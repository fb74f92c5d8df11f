"""Rows of a source become events and cases of a process: the queries, the same on every engine.

Events of a case are in the order of time, then of the declared step order, then of the
source. An event that is repeated exactly is one event.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis

    from workbench.catalog.model import Catalog, Process

CASE, ACTIVITY, TIME, STARTED, RESOURCE, ROW = "case", "activity", "time", "started", "resource", "row"
UNKNOWN = "unknown"


def known_rows(table: ibis.Table, catalog: Catalog, process: Process, as_of: date) -> ibis.Table:
    """Rows of the process that were known at the end of a day, with the columns the process maps.

    Parameters
    ----------
    table : ibis.Table
        The process' source.
    catalog : Catalog
    process : Process
    as_of : date

    Returns
    -------
    ibis.Table
        Columns case, activity, time, row; started and resource where declared; the columns
        of the case (``submitted``, ``closed``, ``by_<dimension>``) where declared.
    """
    import ibis

    from workbench.sources.conditions import all_hold, day_of, planned_columns

    holds = all_hold(table, process.where, as_of, planned_columns(catalog.sources[process.source]))
    known = (day_of(table, process.timestamp) <= ibis.literal(as_of)).fill_null(False)
    rows = table.filter(holds & known)
    named = rows[process.case].notnull() & rows[process.activity].notnull()
    rows = rows.filter(named)
    columns = {
        CASE: _text(rows[process.case]),
        ACTIVITY: _text(rows[process.activity]),
        TIME: _instant(rows[process.timestamp]),
        ROW: rows["_row"],
    }
    if process.started:
        columns[STARTED] = _instant(rows[process.started])
    if process.resource:
        columns[RESOURCE] = _text(rows[process.resource])
    return rows.select(**columns, **_of_the_case(rows, catalog, process, as_of))


def tallies(table: ibis.Table, catalog: Catalog, process: Process, as_of: date) -> ibis.Table:
    """One row: rows of the process, later than ``as_of``, and without case, activity or time."""
    import ibis

    from workbench.sources.conditions import all_hold, day_of, planned_columns

    holds = all_hold(table, process.where, as_of, planned_columns(catalog.sources[process.source]))
    rows = table.filter(holds)
    later = (day_of(rows, process.timestamp) > ibis.literal(as_of)).fill_null(False)
    needed = (process.case, process.activity, process.timestamp)
    incomplete = rows[needed[0]].isnull() | rows[needed[1]].isnull() | rows[needed[2]].isnull()
    return rows.aggregate(
        rows=rows.count(),
        later=later.ifelse(1, 0).sum().fill_null(0),
        incomplete=incomplete.ifelse(1, 0).sum().fill_null(0),
    )


def events(rows: ibis.Table) -> ibis.Table:
    """Distinct events, each with the first row that has it and how many rows have it."""
    keys = [name for name in (CASE, ACTIVITY, TIME, STARTED, RESOURCE) if name in rows.columns]
    return rows.group_by(keys).aggregate(row=rows[ROW].min(), copies=rows.count())


def steps(found: ibis.Table, activities: list[str], order: list[str]) -> ibis.Table:
    """Each event with the one that follows it in its case.

    Parameters
    ----------
    found : ibis.Table
        As :func:`events` gives it.
    activities : list of str
        All activities; an activity is written as its place in this list.
    order : list of str
        The declared order of steps, which breaks ties of time.

    Returns
    -------
    ibis.Table
        One row an event, ordered by case (its first row in the source) and step: case, from,
        to (-1 after the last event), time, until (start of the next event, or its time where
        no start is known), copies, row; started, handoff (1, 0, or -1 where a resource is
        missing) and resource_time (when the same resource finished its previous event) where declared.
    """
    import ibis

    code, rank = _place(found[ACTIVITY], activities, -1), _place(found[ACTIVITY], order, len(order))
    found = found.mutate(code=code.cast("int32"), rank=rank.cast("int32"))
    begins = found[STARTED].fill_null(found[TIME]) if STARTED in found.columns else found[TIME]
    within = ibis.window(group_by=CASE)
    following = ibis.window(group_by=CASE, order_by=[found[TIME], found["rank"], found[ROW]])
    columns = {
        "case": found[ROW].min().over(within),
        "from": found["code"],
        "to": found["code"].lead().over(following).fill_null(-1),
        "time": found[TIME],
        "until": begins.lead().over(following),
        "rank": found["rank"],
        "row": found[ROW],
        "copies": found["copies"],
    }
    if STARTED in found.columns:
        columns["started"] = found[STARTED]
    if RESOURCE in found.columns:
        by_resource = ibis.window(group_by=RESOURCE, order_by=[found[TIME], found[ROW]])
        differs = found[RESOURCE].lead().over(following) != found[RESOURCE]
        columns["handoff"] = ibis.cases((differs, 1), (~differs, 0), else_=-1).cast("int32")
        columns["resource_time"] = found[RESOURCE].notnull().ifelse(found[TIME].lag().over(by_resource), None)
    return found.select(**columns).order_by(["case", "time", "rank", "row"])


def cases(rows: ibis.Table) -> ibis.Table:
    """One row a case, ordered: its first row in the source and the first value of each of its columns."""
    own = [name for name in rows.columns if name in ("submitted", "closed") or name.startswith("by_")]
    first = {name: rows[name].argmin(rows[ROW], where=_is_said(rows[name])) for name in own}
    grouped = rows.group_by(CASE).aggregate(key=rows[ROW].min(), **first)
    return grouped.select(case=grouped["key"], **{name: grouped[name] for name in own}).order_by("case")


def _of_the_case(rows: ibis.Table, catalog: Catalog, process: Process, as_of: date) -> dict:
    from workbench.sources.coding import group_of, place_of
    from workbench.sources.conditions import known

    own: dict = {}
    for name in ("submitted", "closed"):
        if column := getattr(process, name):
            own[name] = _instant(known(rows, column, as_of))
    own |= {f"by_{column}": _text(rows[column]) for column in process.attributes}
    for dimension, column in process.groups.items():
        own[f"by_{dimension}"] = group_of(rows, column, catalog.dimensions[dimension])
    for level, column in process.places.items():
        own[f"by_{level}"] = place_of(rows, column, catalog.places[level])
    return own


def _is_said(value):
    return (value != UNKNOWN).fill_null(False) if value.type().is_string() else value.notnull()


def _place(activity, names: list[str], otherwise: int):
    """The place of each activity in a list; ``otherwise`` where it is not in it."""
    import ibis

    if not names:
        return ibis.literal(otherwise)
    declared = [(activity == name, number) for number, name in enumerate(names)]
    return ibis.cases(*declared, else_=otherwise)


def _instant(value):
    return value.cast("timestamp") if value.type().is_date() else value


def _text(value):
    return value if value.type().is_string() else value.cast("string")
