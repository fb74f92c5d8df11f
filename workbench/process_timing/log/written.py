"""The log behind a cube, row by row and under the names that other tools know: true, and private."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.analyses import Cube, EventLog
from workbench.catalog.words import did_you_mean
from workbench.errors import UsageError
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.log.arrays import MISSING
from workbench.process_timing.log.lifecycle import TRANSITIONS

if TYPE_CHECKING:
    import ibis

    from workbench.catalog.model import Catalog, Process

CASE, ACTIVITY, TIME, START = "case:concept:name", "concept:name", "time:timestamp", "start_timestamp"
RESOURCE, TEAM, TRANSITION, INSTANCE = "org:resource", "org:group", "lifecycle:transition", "concept:instance"
_MICROSECONDS = "datetime64[us]"


def event_log(
    cube: Cube,
    catalog: Catalog,
    tables: Mapping[str, ibis.Table],
    *,
    period: str = "",
    activities: Collection[str] = (),
    group: str = "",
) -> EventLog:
    """The events that a cube was made of, for other tools.

    Parameters
    ----------
    cube : Cube
    catalog : Catalog
    tables : mapping of str to ibis.Table
        The sources of the cube, which know the names of cases.
    period : str
        Only cases submitted in it, as a review of it counts them; all cases where empty.
    activities : collection of str
        Only these; all where empty.
    group : str
        Only cases of it, such as ``race/black``; all where empty.

    Returns
    -------
    EventLog

    Raises
    ------
    UsageError
        When the period cannot be read, or no case has the activity or the group.
    """
    process = catalog.processes[cube.definition["subject"]]
    table = tables[process.source]
    chosen = _chosen(cube, _cases_of(cube, period, group), activities)
    events = _events(chosen, _said_of_events(table, process), cube.frames["activities"]["activity"])
    attributes = _said_of_cases(table, catalog, process, date.fromisoformat(cube.definition["as_of"]))
    events = events.join(attributes, on=CASE)
    return EventLog(
        title=cube.definition["title"],
        about_people=cube.definition["about_people"],
        events=_plain(events),
        transitions=_transitions(events, _rests(table, catalog, process, cube)),
    )


def _cases_of(cube: Cube, period: str, group: str) -> pd.DataFrame:
    cases = Cohort.of(cube, period, "submitted", 0.95).own if period else cube.frames["cases"]
    if not group:
        return cases
    dimension, _, name = group.partition("/")
    dimensions = [each["name"] for each in cube.definition["dimensions"]]
    if dimension not in dimensions:
        raise UsageError(f"cases are not told apart by {dimension!r}. {did_you_mean(dimension, dimensions)}")
    known = cube.frames["cases"][f"by_{dimension}"].unique()
    if name not in known:
        raise UsageError(f"no case has {name!r} as its {dimension}. {did_you_mean(name, known)}")
    return cases[cases[f"by_{dimension}"] == name]


def _chosen(cube: Cube, cases: pd.DataFrame, activities: Collection[str]) -> pd.DataFrame:
    """The events of cases, in the order of the cube, with what is numbered as it is in the file."""
    names = cube.frames["activities"]["activity"]
    strange = [name for name in activities if name not in set(names)]
    if strange:
        raise UsageError(f"there is no activity {strange[0]!r}. {did_you_mean(strange[0], names)}")
    events = cube.frames["events"]
    wanted = np.isin(events["case"].to_numpy(), cases["case"].to_numpy())
    if activities:
        wanted &= names.isin(activities).to_numpy()[events["activity"].to_numpy()]
    return events[wanted].reset_index(drop=True)


def _said_of_events(table: ibis.Table, process: Process) -> pd.DataFrame:
    """What the source says of each row: the case, who did it, in which team."""
    columns = {CASE: process.case, RESOURCE: process.resource, TEAM: process.team}
    said = {name: table[column].cast("string") for name, column in columns.items() if column}
    return table.select(row=table["_row"].cast("int64"), **said).execute().set_index("row")


def _events(chosen: pd.DataFrame, said: pd.DataFrame, activities: pd.Series) -> pd.DataFrame:
    """One row an event; times are naive UTC, missing where they are not known."""
    said = said.loc[chosen["row"].to_numpy()].reset_index(drop=True)
    names = activities.to_numpy()[chosen["activity"].to_numpy()]
    frame = said[[CASE]].assign(**{ACTIVITY: names, TIME: _instants(chosen["time"])})
    frame[START] = _instants(chosen["started"])
    frame = pd.concat([frame, said.drop(columns=CASE)], axis=1)
    return frame.assign(
        **{INSTANCE: [str(number) for number in range(1, len(frame) + 1)]},
        assigned=_instants(chosen["assigned"]),
        row=chosen["row"],
    )


def _said_of_cases(table: ibis.Table, catalog: Catalog, process: Process, as_of: date) -> pd.DataFrame:
    """One row a case: what its rows say first in each column that the process carries to the case."""
    from workbench.process_timing.log.events import CASE as NAME
    from workbench.process_timing.log.events import ROW, is_said, known_rows

    columns = _columns_of_the_case(process)
    rows = known_rows(table, catalog, process, as_of)
    said = {f"raw_{name}": _as_said(table[name]) for name in columns.values()}
    raw = table.select(source_row=table["_row"], **said)
    joined = rows.join(raw, rows[ROW] == raw["source_row"])
    first = {
        f"case:{name}": joined[f"raw_{name}"].argmin(joined[ROW], where=is_said(joined[known]))
        for known, name in columns.items()
    }
    found = joined.group_by(NAME).aggregate(rows=joined.count(), **first).execute()
    return (
        found.drop(columns="rows").set_index(NAME).rename_axis(CASE).astype(_kinds(catalog, process, columns))
    )


def _as_said(value):
    """A value of the source; a date stays one, not an instant of some zone."""
    return value.cast("string") if value.type().is_date() else value


def _kinds(catalog: Catalog, process: Process, columns: Mapping[str, str]) -> dict[str, str]:
    """Types that keep whole numbers and yes or no as they are beside missing values."""
    kinds = {"integer": "Int64", "yes_no": "boolean"}
    declared = {name: catalog.sources[process.source].columns[name].type for name in columns.values()}
    return {f"case:{name}": kinds[kind] for name, kind in declared.items() if kind in kinds}


def _columns_of_the_case(process: Process) -> dict[str, str]:
    """A column of :func:`workbench.process_timing.log.events.known_rows`: the source's column it is made of."""
    columns = {name: getattr(process, name) for name in ("submitted", "closed") if getattr(process, name)}
    columns |= {f"by_{name}": name for name in process.attributes}
    return columns | {f"by_{name}": column for name, column in (process.groups | process.places).items()}


def _rests(table: ibis.Table, catalog: Catalog, process: Process, cube: Cube) -> pd.DataFrame:
    """One row a rest inside the work of an event: row of the event, since, until."""
    from workbench.process_timing.log import events as queries
    from workbench.process_timing.log.lifecycle import pauses

    kinds = {"event": "int64", "since": _MICROSECONDS, "until": _MICROSECONDS}
    if not process.lifecycle:
        return pd.DataFrame({"event": [], "since": [], "until": []}).astype(kinds)
    as_of = date.fromisoformat(cube.definition["as_of"])
    return pauses(queries.events(queries.known_rows(table, catalog, process, as_of))).execute().astype(kinds)


def _plain(events: pd.DataFrame) -> pd.DataFrame:
    """One row an event with its start beside its end, as tables are read by other tools."""
    absent = [START] if events[START].isna().all() else []
    return events.drop(columns=[INSTANCE, "assigned", "row", *absent])


def _transitions(events: pd.DataFrame, rests: pd.DataFrame) -> pd.DataFrame:
    """One row for each time at which work was given, begun, rested, resumed and done, as XES has it.

    Cases are in the order of the cube, transitions of a case in the order of time; those that belong to one
    event have one ``concept:instance``.
    """
    events = events.assign(case=pd.factorize(events[CASE])[0], step=np.arange(len(events)))
    resting = events.merge(rests.rename(columns={"event": "row"}), on="row")
    resumed = resting[resting["until"] < resting[TIME]]
    rows = pd.concat(
        [
            _happened("assign", events, events["assigned"]),
            _happened("start", events, events[START]),
            _happened("suspend", resting, resting["since"]),
            _happened("resume", resumed, resumed["until"]),
            _happened("complete", events, events[TIME]),
        ]
    )
    order = np.lexsort([rows[name].to_numpy() for name in ("place", "step", TIME, "case")])
    beside = [START, "assigned", "row", "case", "step", "place", "since", "until"]
    return rows.iloc[order].drop(columns=beside, errors="ignore").reset_index(drop=True)


def _happened(transition: str, events: pd.DataFrame, at: pd.Series) -> pd.DataFrame:
    """Events that have a known time of a transition, at that time."""
    moments = events.assign(**{TIME: at.astype(_MICROSECONDS), TRANSITION: transition})
    return moments[moments[TIME].notna()].assign(place=TRANSITIONS.index(transition))


def _instants(microseconds: pd.Series) -> pd.Series:
    values = microseconds.to_numpy("int64")
    return pd.Series(np.where(values == MISSING, np.datetime64("NaT", "us"), values.astype(_MICROSECONDS)))
