"""What people did at each step: since when each piece of work could begin, how long it waited and took."""

import numpy as np
import pandas as pd

from workbench.process_timing.capacity.window import Window
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.log.arrays import MISSING
from workbench.process_timing.log.assembly import OPEN
from workbench.process_timing.times.clocks import place_of
from workbench.process_timing.times.held import CITY

MINUTE = 60_000_000


def visits(cohort: Cohort, window: Window) -> pd.DataFrame:
    """One row an event that people did in the window, or that could begin in it.

    A visit arrives at its step when the case's event before it is done. Where somebody else than the city
    holds the case meanwhile, that is not known, and it arrives when it begins. The first event of a case
    arrives when the case was submitted, where that is declared. Events of system accounts are left out.
    All cases of the log are in it, whenever they were submitted: whoever works on a step works on them all.

    Returns
    -------
    DataFrame
        activity, resource (codes); started (microseconds in UTC, where recorded); arrived, begun, done
        (working microseconds); wait (the same; missing where it is not known); work (that of one person; missing
        where neither its start is recorded nor its minutes are declared); in_hand (from start to end without rests,
        which is more than the work where a person had several cases in hand at once).
    """
    events = cohort.cube.frames["events"]
    time = events["time_working"].to_numpy()
    recorded = events["started"].to_numpy() != MISSING
    minutes = _declared_minutes(cohort)[events["activity"].to_numpy()]
    before, is_queue = _before(cohort, events)
    begun = _begun(events, time, recorded, minutes, before)
    arrived = np.where(is_queue, np.minimum(before, begun), begun)
    kept = (time >= window.since) & (arrived < window.until) & ~events["system"].to_numpy()
    timed = recorded | ~np.isnan(minutes)
    work = np.where(recorded, _worked(events, begun, time), minutes * MINUTE)
    rested = np.minimum(events["paused_working"].to_numpy(), time - begun)
    columns = {
        **{name: events[name].to_numpy() for name in ("activity", "resource", "started")},
        "arrived": arrived,
        "begun": begun,
        "done": time,
        "wait": np.where(is_queue & timed, begun - arrived, np.nan),
        "work": work,
        "in_hand": np.where(recorded, time - begun - rested, work),
    }
    return pd.DataFrame({name: values[kept] for name, values in columns.items()})


def still_waiting(cohort: Cohort, window: Window) -> np.ndarray:
    """How many cases that could begin in the window wait for each activity, by code.

    For which step an open case waits is not recorded: it counts for each by the share of cases that went
    there after the same last step. Left out, a queue that grows would look like one that keeps up.
    """
    events, cases, size = cohort.cube.frames["events"], cohort.cube.frames["cases"], len(cohort.names)
    case, here = events["case"].to_numpy(), events["activity"].to_numpy("int64")
    follows = case[1:] == case[:-1]
    pairs = here[:-1][follows] * size + here[1:][follows]
    went = np.bincount(pairs, minlength=size * size).reshape(size, size)
    last = np.flatnonzero(np.r_[~follows, True])
    since = events["time_working"].to_numpy()[last]
    waits = (cases["outcome"] == OPEN).to_numpy() & (since >= window.since) & (since < window.until)
    waiting = np.bincount(here[last][waits], minlength=size) * _held_by_city(cohort)
    return waiting @ (went / np.maximum(went.sum(axis=1, keepdims=True), 1))


def shared_time(track: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Each interval's share of its track's time: intervals that overlap share it equally.

    Who has three cases in hand at once gives each a third of the time, so that nobody works
    more hours than there are.

    Parameters
    ----------
    track : array of int
        The person whose interval it is; of a negative one nothing is shared.
    start, end : array of int
        ``start <= end``.

    Returns
    -------
    array of float
        In the unit of the times.
    """
    track = np.where(track < 0, track.max(initial=0) + 1 + np.arange(track.size), track)
    who, time = np.concatenate([track, track]), np.concatenate([start, end])
    step = np.repeat([1, -1], track.size)
    order = np.lexsort((-step, time, who))
    running = np.cumsum(step[order])[:-1]
    lasting = np.where(running > 0, np.diff(time[order]), 0) / np.maximum(running, 1)
    passed = np.empty(order.size)
    passed[order] = np.r_[0.0, np.cumsum(lasting)][: order.size]
    return np.maximum(passed[track.size :] - passed[: track.size], 0)


def _before(cohort: Cohort, events: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """When the event before each was done, or its case was submitted, and whether the case was then the city's."""
    case, time = events["case"].to_numpy(), events["time_working"].to_numpy()
    follows = np.r_[False, case[1:] == case[:-1]][: case.size]
    cases = cohort.cube.frames["cases"]
    submitted = cases["start_working"].to_numpy()[place_of(cases, events)]
    before = np.where(follows, np.r_[0, time[:-1]][: case.size], submitted)
    earlier = np.r_[0, events["activity"].to_numpy()[:-1]][: case.size]
    is_declared = bool(cohort.cube.definition["process"]["submitted"])
    return before, np.where(follows, _held_by_city(cohort)[earlier], is_declared)


def _held_by_city(cohort: Cohort) -> np.ndarray:
    """Of each activity by code, whether the case is the city's after it."""
    process = cohort.cube.definition["process"]
    words = [process["clock"].get(name, CITY) for name in cohort.names]
    return np.array([process["holders"].get(word, word) == CITY for word in words], dtype=bool)


def _declared_minutes(cohort: Cohort) -> np.ndarray:
    """Minutes of work in a case by activity, where they are declared."""
    staff = cohort.cube.definition["process"]["staff"]
    return np.array([(staff.get(name) or {}).get("minutes") or np.nan for name in cohort.names])


def _begun(events, time, recorded, minutes, before) -> np.ndarray:
    """When work began: as recorded; else its declared minutes before its end; else at its end."""
    work = np.nan_to_num(minutes * MINUTE).astype("int64")
    declared = np.maximum(np.minimum(before, time), time - work)
    return np.where(recorded, events["started_working"].to_numpy(), np.where(work > 0, declared, time))


def _worked(events: pd.DataFrame, begun: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Working time that one person gave to each event whose start is recorded, rests left out."""
    recorded = events["started"].to_numpy() != MISSING
    span = (time - begun)[recorded]
    rested = np.minimum(events["paused_working"].to_numpy()[recorded], span)
    shared = shared_time(events["resource"].to_numpy("int64")[recorded], begun[recorded], time[recorded])
    found = np.full(len(events), np.nan)
    found[recorded] = shared * (1 - rested / np.maximum(span, 1))
    return found
