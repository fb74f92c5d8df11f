"""Rows of a source become events and cases of a process: the queries, the same on every engine.

Events of a case are in the order of time, then of the declared step order, then of the
source. An event that is repeated exactly is one event.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from workbench.sources.conditions import all_hold, day_of, known, planned_columns

if TYPE_CHECKING:
    import ibis

    from workbench.catalog.model import Catalog, Process
    from workbench.process_timing.log.codes import Names

CASE, ACTIVITY, TIME, STARTED, ROW = "case", "activity", "time", "started", "row"
RESOURCE, TEAM, LIFECYCLE, INSTANCE = "resource", "team", "lifecycle", "instance"
OPTIONAL = (RESOURCE, TEAM, LIFECYCLE, INSTANCE)
KEYS = (CASE, ACTIVITY, TIME, STARTED, *OPTIONAL)  # rows that agree in all of these are one event
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
        Columns case, activity, time, row; started, resource, team, lifecycle and instance where
        declared; the columns of the case (``submitted``, ``closed``, ``by_<dimension>``) where declared.
        Times are in UTC; a date begins at midnight of the source's clock.
    """
    rows = of_process(table, catalog, process, as_of)
    rows = rows.filter(~is_later(rows, process, as_of) & is_whole(rows, process))
    rows = rows.filter(~is_impossible(rows, catalog, process))
    columns = {
        CASE: _text(rows[process.case]),
        ACTIVITY: _text(rows[process.activity]),
        TIME: instant(rows, catalog, process, process.timestamp),
        ROW: rows["_row"].cast("int64"),
    }
    if process.started:
        columns[STARTED] = instant(rows, catalog, process, process.started)
    columns |= {name: _text(rows[getattr(process, name)]) for name in OPTIONAL if getattr(process, name, "")}
    return rows.select(**columns, **_of_the_case(rows, catalog, process, as_of))


def of_process(table: ibis.Table, catalog: Catalog, process: Process, as_of: date) -> ibis.Table:
    """All rows of a source that are the process', odd ones included."""
    planned = planned_columns(catalog.sources[process.source])
    return table.filter(all_hold(table, process.where, as_of, planned))


def is_later(rows: ibis.Table, process: Process, as_of: date):
    """Whether a row was not yet known at the end of a day."""
    import ibis

    return (day_of(rows, process.timestamp) > ibis.literal(as_of)).fill_null(False)


def is_whole(rows: ibis.Table, process: Process):
    """Whether a row has what makes it an event: case, activity and time."""
    return rows[process.case].notnull() & rows[process.activity].notnull() & rows[process.timestamp].notnull()


def is_impossible(rows: ibis.Table, catalog: Catalog, process: Process):
    """Whether the time of a row lies before the earliest date that the source allows."""
    import ibis

    earliest = ibis.literal(catalog.sources[process.source].earliest)
    return (day_of(rows, process.timestamp) < earliest).fill_null(False)


def tallies(table: ibis.Table, catalog: Catalog, process: Process, as_of: date) -> ibis.Table:
    """One row: rows of the process, and those that are no events because of what they lack or say."""
    rows = of_process(table, catalog, process, as_of)
    whole, later = is_whole(rows, process), is_later(rows, process, as_of)
    impossible = is_impossible(rows, catalog, process)
    named = {"later": later, "incomplete": ~whole, "too_early": impossible}
    return rows.aggregate(
        rows=rows.count(), **{name: odd.ifelse(1, 0).sum().fill_null(0) for name, odd in named.items()}
    )


def events(rows: ibis.Table) -> ibis.Table:
    """Distinct events, each with the first row that has it and how many rows have it."""
    keys = [name for name in KEYS if name in rows.columns]
    return rows.group_by(keys).aggregate(row=rows[ROW].min(), copies=rows.count())


def with_sure_starts(found: ibis.Table) -> ibis.Table:
    """Events in which a start after the end is no start: it is unknown, and ``reversed`` marks the event."""
    if STARTED not in found.columns:
        return found
    turned = (found[STARTED] > found[TIME]).fill_null(False)
    return found.mutate(reversed=turned, started=turned.ifelse(None, found[STARTED]))


def people_only(found: ibis.Table, set_aside: list[str]) -> ibis.Table:
    """Events in which accounts that are no people are nobody: they stay in the flow, and ``system`` marks them."""
    if RESOURCE not in found.columns or not set_aside:
        return found
    system = found[RESOURCE].isin(set_aside).fill_null(False)
    nobody = {name: system.ifelse(None, found[name]) for name in (RESOURCE, TEAM) if name in found.columns}
    return found.mutate(system=system, **nobody)


def steps(found: ibis.Table, names: Names, order: list[str], working: bool = False) -> ibis.Table:
    """Each event in codes, with the one that follows it in its case.

    Parameters
    ----------
    found : ibis.Table
        Columns case, activity, time, row; started, resource and team where known.
    names : Names
        All activities, resources and teams: each is written as its place in its list.
    order : list of str
        The declared order of steps, which breaks ties of time.
    working : bool
        Whether ``found`` has working times (time_working, and started_working where starts are known).

    Returns
    -------
    ibis.Table
        One row an event: case (the first of its rows in the source), from, to (-1 after the
        last event), time, after (time of the next event), until (its start, or its time where no start is
        known), until_working where asked, rank, row, and every further column of ``found``.
    """
    import ibis

    from workbench.process_timing.log.codes import coded, keyed, ranked

    found = ranked(keyed(coded(found, names)), names.activities, order)
    following = ibis.window(
        group_by="key", order_by=[found[name] for name in (TIME, *(["rank"] if order else []), ROW)]
    )
    columns = {
        "case": found["key"],
        "from": found[ACTIVITY],
        "to": found[ACTIVITY].lead().over(following).fill_null(-1),
        "time": found[TIME],
        "after": found[TIME].lead().over(following),
        "until": _begins(found, TIME, STARTED).lead().over(following),
        "rank": found["rank"],
        "row": found[ROW],
    }
    if working:
        begins = _begins(found, "time_working", "started_working")
        columns["until_working"] = begins.lead().over(following)
    further = {name: found[name] for name in found.columns if name not in (ACTIVITY, "key", *columns)}
    return found.select(**columns, **further)


def _begins(found: ibis.Table, time: str, started: str):
    return found[started].fill_null(found[time]) if started in found.columns else found[time]


def in_order(found: ibis.Table) -> ibis.Table:
    """Events ordered by case and step."""
    return found.order_by(["case", "time", "rank", "row"])


def cases(rows: ibis.Table, found: ibis.Table) -> ibis.Table:
    """One row a case that has an event, ordered: its first event's row, its id, and what its rows say first.

    Parameters
    ----------
    rows : ibis.Table
        As :func:`known_rows` gives it.
    found : ibis.Table
        Its events.
    """
    own = [name for name in rows.columns if name in ("submitted", "closed") or name.startswith("by_")]
    first = {name: rows[name].argmin(rows[ROW], where=is_said(rows[name])) for name in own}
    keys = found.group_by(CASE).aggregate(key=found[ROW].min())
    said = rows.group_by(CASE).aggregate(**first) if own else keys.select(CASE)
    joined = keys.join(said, CASE)
    columns = {name: joined[name] for name in own}
    return joined.select(case=joined["key"], name=joined[CASE], **columns).order_by("case")


def instant(rows: ibis.Table, catalog: Catalog, process: Process, column: str, value=None):
    """The time of a column in UTC; a date begins at midnight of the source's clock."""
    from workbench.sources.zones import instant_of

    value, source = rows[column] if value is None else value, catalog.sources[process.source]
    if not value.type().is_date():
        return value
    zone = source.time_zone or catalog.city.time_zone
    return instant_of(value.cast("timestamp"), zone, source.earliest.year)


def _of_the_case(rows: ibis.Table, catalog: Catalog, process: Process, as_of: date) -> dict:
    from workbench.sources.coding import group_of, place_of

    own: dict = {}
    for name in ("submitted", "closed"):
        if column := getattr(process, name):
            own[name] = instant(rows, catalog, process, column, known(rows, column, as_of))
    own |= {f"by_{column}": _text(rows[column]) for column in process.attributes}
    for dimension, column in process.groups.items():
        own[f"by_{dimension}"] = group_of(rows, column, catalog.dimensions[dimension])
    for level, column in process.places.items():
        own[f"by_{level}"] = place_of(rows, column, catalog.places[level])
    return own


def is_said(value):
    """Whether a row says something: neither nothing nor that it is unknown."""
    return (value != UNKNOWN).fill_null(False) if value.type().is_string() else value.notnull()


def _text(value):
    return value if value.type().is_string() else value.cast("string")
