"""What is odd in a log, counted before any figure is made of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.calendars import WorkingCalendar
from workbench.process_timing.log.arrays import MISSING, NONE, Log

_SECOND = 1_000_000


def quality_frame(
    log: Log, tally: pd.Series, calendar: WorkingCalendar, whole_days: bool, seconds: int
) -> pd.DataFrame:
    """One row a check: how many rows, events or edges are odd. They are counts of faults, not of people.

    Parameters
    ----------
    log : Log
    tally : Series
        Counts of rows by name: ``rows`` of the process and those that are no events.
    calendar : WorkingCalendar
    whole_days : bool
        Whether the log has dates only: then nothing can lie outside working hours.
    seconds : int
        Within how many a step repeated by the same hand is a suspected double click.

    Returns
    -------
    DataFrame
        check, count.
    """
    tied = is_tied(log)
    counts = {
        **{name: int(tally[name]) for name in tally.index},
        "events": log.size,
        "duplicates": int((log.copies - 1).sum()),
        "double_clicks": int((clicked_after(log, seconds) != NONE).sum()),
        "ties": int(tied.sum()),
        "tied_edges": _distinct_edges(log, tied),
        "edges": _distinct_edges(log, log.edge),
        "out_of_order": int((log.edge[:-1] & (log.row[1:] < log.row[:-1])).sum()),
        "overlaps": int((log.edge & (log.until < log.time)).sum()),
        "reversed_events": int(log.is_reversed.sum()),
        "single_timestamp": int((log.started == MISSING).sum()),
        "at_midnight": int(at_midnight(log.time, calendar).sum()),
        "system_events": int(log.system.sum()),
        "outside_hours": 0 if whole_days else int(_is_outside(log.time, calendar).sum()),
    }
    return pd.DataFrame({"check": list(counts), "count": list(counts.values())})


def is_tied(log: Log) -> np.ndarray:
    """Which events happened at the time of the next one of their case: the declared order decides."""
    return log.edge & (log.time == np.r_[log.time[1:], MISSING][: log.size])


def clicked_after(log: Log, seconds: int) -> np.ndarray:
    """For each event that repeats one of its case by the same hand so soon: the place of that one, else ``NONE``."""
    order = np.lexsort((log.row, log.time, log.resource, log.activity, log.case))
    same = np.ones(max(log.size - 1, 0), bool)
    for values in (log.case, log.activity, log.resource):
        same &= values[order][1:] == values[order][:-1]
    soon = np.diff(log.time[order]) <= seconds * _SECOND
    suspect = same & soon & (log.resource[order][1:] != NONE) & (seconds > 0)
    found = np.full(log.size, NONE, "int64")
    found[order[1:][suspect]] = order[:-1][suspect]
    return found


def at_midnight(times: np.ndarray, calendar: WorkingCalendar) -> np.ndarray:
    """Which instants are the beginning of a local day."""
    return np.asarray(calendar.midnight(calendar.local_dates(times))).astype("int64") == times


def has_dates_only(log: Log, own: pd.DataFrame, calendar: WorkingCalendar) -> bool:
    """Whether every time of a log is a midnight: then its figures are whole days."""
    found = [log.time, log.started, *(own[name].to_numpy("int64") for name in _DATED if name in own)]
    known = np.concatenate([times[times != MISSING] for times in found])
    return bool(known.size) and bool(
        at_midnight(known[:1000], calendar).all() and at_midnight(known, calendar).all()
    )


_DATED = ("submitted", "closed")


def _distinct_edges(log: Log, where: np.ndarray) -> int:
    size = int(log.activity.max(initial=0)) + 1
    return np.unique(log.activity[where].astype("int64") * size + log.following[where]).size


def _is_outside(times: np.ndarray, calendar: WorkingCalendar) -> np.ndarray:
    """Which instants lie outside working hours; opening and closing themselves do not."""
    return calendar.worked(times + 1) == calendar.worked(times - 1)
