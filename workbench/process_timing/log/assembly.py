"""The frames of a cube that have a row a case, an edge occurrence or an event."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.calendars import WorkingCalendar
from workbench.process_timing.log.arrays import MISSING, Log
from workbench.process_timing.log.clock import DAY, Clock
from workbench.process_timing.log.touch import union_length

if TYPE_CHECKING:
    from workbench.catalog.model import Process

OUTCOMES = ("closed", "open", "withdrawn", "set aside")
CLOSED, OPEN, WITHDRAWN, SET_ASIDE = OUTCOMES


def case_frame(
    log: Log,
    own: pd.DataFrame,
    process: Process,
    activities: list[str],
    clock: Clock,
    as_of: date,
    closes_on_dates: bool = False,
) -> pd.DataFrame:
    """One row a case: what became of it, its lead time on both clocks, touch time, rework and hand-offs.

    Parameters
    ----------
    log : Log
    own : DataFrame
        One row a case in the same order: ``submitted`` and ``closed`` in microseconds where declared,
        and a ``by_<dimension>`` column for each dimension.
    process : Process
    activities : list of str
    clock : Clock
    as_of : date
        Open cases were last seen at the end of this day.
    closes_on_dates : bool
        Whether closings are dates without time: one on the day of the start then closes at the start.

    Returns
    -------
    DataFrame
        Columns as in GLOSSARY.md; durations and times in microseconds.
    """
    begins = np.minimum.reduceat(log.begins, log.first) if log.cases else np.zeros(0, "int64")
    calendar = clock.calendar
    frame = _span_frame(log, own, begins, process, activities, clock, as_of, closes_on_dates)
    lower, upper = _touch(log, calendar)
    dimensions = {name: own[name].astype(object) for name in own.columns if name.startswith("by_")}
    return frame.assign(
        due=_due(frame["start"].to_numpy(), process, calendar),
        duration=clock.between(begins, log.time[log.last]),
        touch_lower=lower,
        touch_upper=upper,
        events=log.per_case(np.ones(log.size)),
        first=log.activity[log.first],
        last=log.activity[log.last],
        last_time=log.time[log.last],
        rework=log.per_case(log.is_repeat),
        handoffs=log.per_case(log.changes(log.resource) == 1),
        **dimensions,
    )


def _span_frame(log, own, begins, process, activities, clock, as_of, closes_on_dates) -> pd.DataFrame:
    """When each case started and ended, and its lead time on both clocks."""
    calendar = clock.calendar
    horizon = _midnight_after(as_of, calendar)
    start, is_known = _start(log, own, begins, process, activities)
    outcome, end = _outcome(log, own, process, activities, horizon)
    submitted_on, closed_on = calendar.local_dates(start), calendar.local_dates(end)
    end = np.where(closes_on_dates & (submitted_on == closed_on) & (end < start), start, end)
    outside, entered = _observed(start, end, process, calendar)
    outcome = np.where(is_known & ~outside & (end >= start), outcome, SET_ASIDE)
    is_timed = outcome != SET_ASIDE
    start_working, end_working = calendar.worked(start), calendar.worked(end)
    return pd.DataFrame(
        {
            "case": log.key[log.first],
            "start": start,
            "end": end,
            "outcome": outcome.astype(object),
            "censored": outcome != CLOSED,
            "submitted_on": submitted_on,
            "closed_on": closed_on,
            "lead": np.where(is_timed, clock.between(start, end), 0),
            "working_lead": np.where(is_timed, end_working - start_working, 0),
            "start_working": start_working,
            "end_working": end_working,
            "entered": np.where(is_timed, entered, 0),
            "reversed": is_known & (end < start),
            "cut": ~is_known | outside,
        }
    )


def edge_frame(log: Log, clock: Clock) -> pd.DataFrame:
    """One row an edge occurrence, ordered by case and step.

    A wait lasts from the end of one event to the start of the next (to its time, where no start is
    known). Work that overlaps has no wait between it: 0, by definition, and the log's quality counts it.

    Returns
    -------
    DataFrame
        case, from, to, time, wait, working_wait (microseconds), handoff and team_handoff (1, 0, or -1
        where one of the two is not known), returns (whether ``to`` was passed before in this case).
    """
    edge = log.edge
    after = np.flatnonzero(edge) + 1
    time, until = log.time[edge], log.until[edge]
    has_wait = until > time
    working = clock.calendar.worked(until) - clock.calendar.worked(time)
    return pd.DataFrame(
        {
            "case": log.key[edge],
            "from": log.activity[edge],
            "to": log.following[edge],
            "time": time,
            "wait": np.where(has_wait, clock.between(time, until), 0),
            "working_wait": np.where(has_wait, working, 0),
            "handoff": log.changes(log.resource)[edge],
            "team_handoff": log.changes(log.team)[edge],
            "returns": log.is_repeat[after],
        }
    )


def event_frame(log: Log, calendar: WorkingCalendar) -> pd.DataFrame:
    """One row an event, ordered by case and step; ``MISSING`` and -1 where something is not known.

    Returns
    -------
    DataFrame
        case, activity, time, started, time_working, started_working (working time up to that instant),
        resource, team (codes), system (whether an account that is no person did it), paused and
        paused_working (inside the work), assigned (when it was given to somebody), row.
    """
    known = log.started != MISSING
    started_working = np.full(log.size, MISSING)
    started_working[known] = calendar.worked(log.started[known])
    return pd.DataFrame(
        {
            "case": log.key,
            "activity": log.activity,
            "time": log.time,
            "started": log.started,
            "time_working": calendar.worked(log.time),
            "started_working": started_working,
            "resource": log.resource,
            "team": log.team,
            "system": log.system,
            "paused": log.paused,
            "paused_working": _paused_working(log, calendar),
            "assigned": log.assigned,
            "row": log.row,
        }
    )


def _paused_working(log: Log, calendar: WorkingCalendar) -> np.ndarray:
    """How much working time the work of each event rested."""
    begun, until = (calendar.worked(log.pauses[name].to_numpy("int64")) for name in ("from", "until"))
    rested = pd.Series(until - begun).groupby(log.pauses["row"].to_numpy("int64")).sum()
    return rested.reindex(log.row, fill_value=0).to_numpy("int64")


def _start(log, own, begins, process: Process, activities) -> tuple[np.ndarray, np.ndarray]:
    """Start of each case and whether it was seen: as declared, else its first event."""
    expected = [number for number, name in enumerate(activities) if name in process.first]
    seen = np.isin(log.activity[log.first], expected) if process.first else np.ones(log.cases, bool)
    if "submitted" not in own:
        return begins, seen
    submitted = own["submitted"].to_numpy("int64")
    declared = submitted != MISSING
    return np.where(declared, submitted, begins), declared | seen


def _outcome(log, own, process: Process, activities, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """What became of each case, and when it ended or was last seen."""
    last, time = log.activity[log.last], log.time[log.last]
    named = {
        kind: [n for n, name in enumerate(activities) if name in getattr(process, kind)] for kind in _ENDS
    }
    if "closed" in own:
        end = own["closed"].to_numpy("int64")
        is_closed = end != MISSING
    else:
        end = time
        is_closed = np.isin(last, named["last"]) if process.last else np.ones(log.cases, bool)
    withdrawn = np.isin(last, named["withdrawn"])
    outcome = np.select([withdrawn, is_closed], [WITHDRAWN, CLOSED], OPEN)
    return outcome, np.select([withdrawn, is_closed], [time, end], horizon)


_ENDS = ("last", "withdrawn")


def _observed(start, end, process: Process, calendar: WorkingCalendar) -> tuple[np.ndarray, np.ndarray]:
    """Which cases the extract holds by chance only, and how long after its start each came under observation.

    An extract of the cases active since a day knows an earlier case from that day on, because it would
    not know it had it ended before (left truncation).
    """
    zero = np.zeros(start.size, "int64")
    if process.window is None:
        return zero.astype(bool), zero
    since = _microseconds(calendar.midnight([np.datetime64(process.window.since)]))[0]
    if process.window.holds == "submitted":
        return start < since, zero
    return end < since, np.where(start < since, since - start, 0)


def _due(start: np.ndarray, process: Process, calendar: WorkingCalendar) -> np.ndarray:
    """When each case is overdue, by the declared service level; missing where there is none."""
    level = process.service_level
    if level is None or not start.size:
        return np.full(start.size, MISSING)
    if level.calendar == "working":
        return _microseconds(calendar.due(start, level.days))
    return start + round(level.days * DAY)


def _touch(log: Log, calendar: WorkingCalendar) -> tuple[np.ndarray, np.ndarray]:
    """Least and most that each case was worked on.

    Least: the union of recorded work. Most: besides, for an event without a start, the working time
    since the later of the case's previous event and the same resource's previous event, as far as it
    is not recorded work anyway.
    """
    case, start, end = log.work()
    lower = union_length(case, start, end, log.cases)
    single = (log.started == MISSING) & ~log.begin
    previous = np.r_[MISSING, log.time[:-1]][: log.size]
    since = np.maximum(previous, log.resource_time)[single]  # the later of the two
    working = [calendar.worked(times) for times in (start, end, since, log.time[single])]
    recorded = union_length(case, working[0], working[1], log.cases)
    either = union_length(
        np.concatenate([case, log.case[single]]),
        np.concatenate([working[0], working[2]]),
        np.concatenate([working[1], working[3]]),
        log.cases,
    )
    return lower, lower + either - recorded


def _midnight_after(day: date, calendar: WorkingCalendar) -> int:
    return int(_microseconds(calendar.midnight([np.datetime64(day) + np.timedelta64(1, "D")]))[0])


def _microseconds(instants: np.ndarray) -> np.ndarray:
    return np.asarray(instants).astype("datetime64[us]").astype("int64")
