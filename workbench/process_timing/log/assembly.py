"""The frames of a cube: cases, edges, variants, activities and counts of what is odd in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.calendars import WorkingCalendar
from workbench.process_timing.log.touch import union_length

if TYPE_CHECKING:
    from workbench.catalog.model import Process

OUTCOMES = ("closed", "open", "withdrawn", "set aside")
CLOSED, OPEN, WITHDRAWN, SET_ASIDE = OUTCOMES
_HASH_SEED = 20_260_101


@dataclass(frozen=True)
class Log:
    """Steps of all cases as arrays, an element an event, ordered by case and step.

    Times are microseconds in UTC; ``missing`` marks a time that is not known.
    """

    key: np.ndarray  # first row of the case in the source
    case: np.ndarray  # 0, 1, 2, ... in the order of the keys
    activity: np.ndarray
    following: np.ndarray
    time: np.ndarray
    started: np.ndarray
    until: np.ndarray
    resource_time: np.ndarray
    handoff: np.ndarray  # 1, 0, or -1 where a resource is not known
    row: np.ndarray
    copies: np.ndarray
    reversed: int  # events whose start lies after their end

    missing = np.iinfo("int64").min

    @classmethod
    def of(cls, steps: pd.DataFrame, instants) -> Log:
        """From the rows of :func:`workbench.process_timing.log.events.steps`.

        Parameters
        ----------
        steps : DataFrame
        instants : callable
            ``instants(column name) -> array``: microseconds in UTC.
        """
        key = steps["case"].to_numpy("int64")
        time, started = instants("time"), instants("started")
        is_reversed = started > time
        handoff = steps["handoff"] if "handoff" in steps else np.full(len(steps), -1)
        return cls(
            key=key,
            case=np.cumsum(np.r_[True, key[1:] != key[:-1]][: key.size]) - 1,
            activity=steps["from"].to_numpy("int64"),
            following=steps["to"].to_numpy("int64"),
            time=time,
            started=np.where(is_reversed, cls.missing, started),
            until=instants("until"),
            resource_time=instants("resource_time"),
            handoff=np.asarray(handoff).astype("int8"),
            row=steps["row"].to_numpy("int64"),
            copies=steps["copies"].to_numpy("int64"),
            reversed=int(is_reversed.sum()),
        )

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return int(self.case[-1]) + 1 if self.case.size else 0

    @property
    def first(self) -> np.ndarray:
        """Where each case begins in the arrays."""
        return np.flatnonzero(np.r_[True, self.key[1:] != self.key[:-1]][: self.key.size])

    @property
    def last(self) -> np.ndarray:
        """Where each case ends in the arrays."""
        return np.r_[self.first[1:], self.key.size][: self.cases] - 1

    @property
    def begins(self) -> np.ndarray:
        """Start of each event where it is known, else its time."""
        return np.where(self.started == self.missing, self.time, self.started)

    def per_case(self, values: np.ndarray) -> np.ndarray:
        """Sum of whole numbers over the events of each case."""
        total = np.zeros(self.cases, dtype="int64")
        np.add.at(total, self.case, values)
        return total


def case_frame(
    log: Log,
    own: pd.DataFrame,
    process: Process,
    activities: list[str],
    calendar: WorkingCalendar,
    as_of: date,
    whole_days: bool = False,
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
    calendar : WorkingCalendar
    as_of : date
        Open cases were last seen at the end of this day.
    whole_days : bool
        Whether closings are dates without time: one on the day of the start then closes at the start.

    Returns
    -------
    DataFrame
        Columns as in GLOSSARY.md; durations and times in microseconds.
    """
    begins = np.minimum.reduceat(log.begins, log.first) if log.cases else np.zeros(0, "int64")
    frame = _span_frame(log, own, begins, process, activities, calendar, as_of, whole_days)
    lower, upper = _touch(log, begins, calendar)
    dimensions = {name: own[name].astype(object) for name in own.columns if name.startswith("by_")}
    return frame.assign(
        due=_due(frame["start"].to_numpy(), process, calendar),
        duration=log.time[log.last] - begins,
        touch_lower=lower,
        touch_upper=upper,
        events=log.per_case(np.ones(log.case.size, "int64")),
        first=log.activity[log.first],
        last=log.activity[log.last],
        last_time=log.time[log.last],
        rework=_surplus(log),
        handoffs=log.per_case(log.handoff == 1),
        **dimensions,
    )


def _span_frame(log, own, begins, process, activities, calendar, as_of, whole_days) -> pd.DataFrame:
    """When each case started and ended, and its lead time on both clocks."""
    horizon = _microseconds(calendar.midnight([np.datetime64(as_of) + 1]))[0]
    start, is_known = _start(log, own, begins, process, activities)
    outcome, end = _outcome(log, own, process, activities, horizon)
    submitted_on, closed_on = calendar.local_dates(start), calendar.local_dates(end)
    end = np.where(whole_days & (submitted_on == closed_on), np.maximum(start, end), end)
    outcome = np.where(is_known & (end >= start), outcome, SET_ASIDE)
    is_timed = outcome != SET_ASIDE
    return pd.DataFrame(
        {
            "case": log.key[log.first],
            "start": start,
            "end": end,
            "outcome": outcome,
            "censored": outcome != CLOSED,
            "submitted_on": submitted_on,
            "closed_on": closed_on,
            "lead": np.where(is_timed, end - start, 0),
            "working_lead": np.where(is_timed, calendar.microseconds_between(start, end), 0),
            "reversed": is_known & (end < start),
            "cut": ~is_known,
        }
    )


def edge_frame(log: Log, calendar: WorkingCalendar) -> pd.DataFrame:
    """One row an edge occurrence: case, from, to, wait on both clocks in microseconds, hand-off.

    A wait lasts from the end of one event to the start of the next (to its time, where no start is
    known). Events that overlap have no wait between them.
    """
    here = log.following >= 0
    time, until = log.time[here], np.maximum(log.until[here], log.time[here])
    return pd.DataFrame(
        {
            "case": log.key[here],
            "from": log.activity[here].astype("int16"),
            "to": log.following[here].astype("int16"),
            "time": time,
            "wait": until - time,
            "working_wait": calendar.microseconds_between(time, until),
            "handoff": log.handoff[here],
        }
    )


def variant_frame(log: Log, activities: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """The variant of each case, and one row a variant: its activities in order and its cases.

    Variants are numbered from the most frequent; among equals, in the order of their names.
    """
    places = np.arange(log.case.size) - np.repeat(log.first, np.diff(np.r_[log.first, log.case.size]))
    random = np.random.default_rng(_HASH_SEED)
    size = max(log.activity.max(initial=0), places.max(initial=0)) + 1
    words = random.integers(1, 2**63, (2, size), "uint64") * np.uint64(2) + np.uint64(1)
    terms = words[0][log.activity] * words[1][places]
    codes = np.add.reduceat(terms, log.first) if log.cases else np.zeros(0, "uint64")
    _, example, member, count = np.unique(codes, return_index=True, return_inverse=True, return_counts=True)
    ends = np.r_[log.first[1:], log.case.size]
    texts = [
        " → ".join(activities[code] for code in log.activity[log.first[case] : ends[case]])
        for case in example
    ]
    order = sorted(range(len(texts)), key=lambda number: (-count[number], texts[number]))
    rank = np.empty(len(order), dtype="int64")
    rank[order] = np.arange(len(order))
    frame = pd.DataFrame(
        {"variant": np.arange(len(order)), "activities": [texts[k] for k in order], "cases": count[order]}
    )
    return rank[member], frame


def quality_counts(log: Log, tally: pd.Series, calendar: WorkingCalendar) -> dict[str, int]:
    """What is odd in the log, by name: counts of rows and events, not of people."""
    inside = log.following[:-1] >= 0
    ties = inside & (log.time[:-1] == log.time[1:])
    return {
        "rows": int(tally["rows"]),
        "later": int(tally["later"]),
        "incomplete": int(tally["incomplete"]),
        "events": int(log.case.size),
        "duplicates": int((log.copies - 1).sum()),
        "ties": int(ties.sum()),
        "out_of_order": int((inside & (log.row[1:] < log.row[:-1])).sum()),
        "overlaps": int(((log.following >= 0) & (log.until < log.time)).sum()),
        "reversed_events": log.reversed,
        "single_timestamp": int((log.started == log.missing).sum()),
        "at_midnight": int(
            (_microseconds(calendar.midnight(calendar.local_dates(log.time))) == log.time).sum()
        ),
    }


def _start(log, own, begins, process: Process, activities) -> tuple[np.ndarray, np.ndarray]:
    """Start of each case and whether it was seen: as declared, else its first event."""
    expected = [number for number, name in enumerate(activities) if name in process.first]
    seen = np.isin(log.activity[log.first], expected) if process.first else np.ones(log.cases, bool)
    if "submitted" not in own:
        return begins, seen
    submitted = own["submitted"].to_numpy("int64")
    declared = submitted != Log.missing
    return np.where(declared, submitted, begins), declared | seen


def _outcome(log, own, process: Process, activities, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """What became of each case, and when it ended or was last seen."""
    last, time = log.activity[log.last], log.time[log.last]
    named = {
        kind: [n for n, name in enumerate(activities) if name in getattr(process, kind)] for kind in _ENDS
    }
    if "closed" in own:
        end = own["closed"].to_numpy("int64")
        is_closed = end != Log.missing
    else:
        end = time
        is_closed = np.isin(last, named["last"]) if process.last else np.ones(log.cases, bool)
    withdrawn = np.isin(last, named["withdrawn"])
    outcome = np.select([withdrawn, is_closed], [WITHDRAWN, CLOSED], OPEN)
    return outcome, np.select([withdrawn, is_closed], [time, end], horizon)


_ENDS = ("last", "withdrawn")


def _due(start: np.ndarray, process: Process, calendar: WorkingCalendar) -> np.ndarray:
    """When each case is overdue, by the declared service level; missing where there is none."""
    level = process.service_level
    if level is None or not start.size:
        return np.full(start.size, Log.missing)
    if level.calendar == "working":
        return _microseconds(calendar.due(start, level.days))
    return start + round(level.days * 86_400_000_000)


def _touch(log: Log, begins: np.ndarray, calendar: WorkingCalendar) -> tuple[np.ndarray, np.ndarray]:
    """Least and most that each case was worked on.

    Least: the union of recorded work. Most: with, for an event without a start, the working time
    since the later of the case's previous event and the same resource's previous event.
    """
    known = log.started != log.missing
    lower = union_length(log.case[known], log.started[known], log.time[known], log.cases)
    previous = np.r_[log.missing, log.time[:-1]][: log.case.size]
    previous[log.first] = log.time[log.first]
    gap_start = np.where(known, log.time, np.minimum(np.maximum(previous, log.resource_time), log.time))
    gap_start[log.first] = log.time[log.first]
    gaps = log.per_case(calendar.microseconds_between(gap_start, log.time))
    duration = log.time[log.last] - begins
    return lower, np.minimum(lower + gaps, duration)


def _surplus(log: Log) -> np.ndarray:
    """Events of each case beyond the first of each activity."""
    pairs = np.unique(np.stack([log.case, log.activity]), axis=1)
    distinct = np.bincount(pairs[0], minlength=log.cases) if log.cases else np.zeros(0, "int64")
    return log.per_case(np.ones(log.case.size, "int64")) - distinct


def _microseconds(instants: np.ndarray) -> np.ndarray:
    return np.asarray(instants).astype("datetime64[us]").astype("int64")
