"""What if a step, and the wait before it, took no time."""

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import DAY, Cohort, weeks
from workbench.process_timing.counts import Counts
from workbench.process_timing.times.clocks import place_of
from workbench.process_timing.times.curves import state_of, told
from workbench.statistics.resampling import Waits
from workbench.statistics.shortened_waits import Shortened, shortened_medians
from workbench.statistics.survival import Reached

COLUMNS = [
    *("interval", "activity", "median", "lower", "upper", "change", "change_lower", "change_upper"),
    *("method", "state", "cells"),
]
METHOD = "Kaplan-Meier, the step and the wait before it taken out; weeks resampled in pairs"


def removed(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row a step: the lead time of the period's cases if it, and the wait before it, took no time.

    The time taken out of a case is from its event before the step (for its first event, from the start of the case)
    to the step's own time, each time it passed it. Open cases are shortened by the steps that they
    have passed and stay open; that they may be waiting for this very step is not taken out. Cases that came under
    observation after their start are left out.

    Returns
    -------
    DataFrame
        interval, activity; median, in calendar days, with lower and upper; change from the median as it is, with
        its limits; method, state, cells. The largest change first. Missing where a median is not reached, or
        where that it is would tell how few cases are open.
    """
    own = cohort.own[cohort.own["entered"] == 0]
    interval, names = str(cohort.period), cohort.names
    parts, passed = _parts(cohort, own)
    if not passed.size:
        return pd.DataFrame(columns=COLUMNS)
    waits = Waits(cohort.days(own), cohort.observed(own), weeks(own["submitted_on"]))
    found = shortened_medians(waits, parts, confidence=cohort.confidence)
    rows = []
    for code, each in zip(np.flatnonzero(passed), found, strict=True):
        cases = cohort.rounding.nearest(passed[code])
        cell = counts.cell(f"{interval}|passed|{names[code]}", cases)
        row = {
            "interval": interval,
            "activity": names[code],
            **_values(each, own, cohort),
            "method": METHOD,
        }
        rows.append({**row, "state": state_of(len(own)), "cells": [cell]})
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values(["change", "activity"], ignore_index=True)


def _parts(cohort: Cohort, own: pd.DataFrame) -> tuple[list[np.ndarray], np.ndarray]:
    """Days that each step and the wait before it took in each case, by step, and how many cases passed each step."""
    events = cohort.events[np.isin(cohort.events["case"].to_numpy(), own["case"].to_numpy())]
    place, step, size = place_of(own, events), events["activity"].to_numpy("int64"), len(cohort.names)
    if not len(events):
        return [], np.zeros(0, "int64")
    start, end = (own[name].to_numpy()[place] for name in ("start", "end"))
    time = events["time"].to_numpy()
    follows = np.r_[False, place[1:] == place[:-1]]
    before = np.where(follows, np.r_[0, time[:-1]], start)
    took = np.clip(time, start, end) - np.clip(before, start, end)
    passed = np.bincount(np.unique(place * size + step) % size, minlength=size)
    parts = [
        np.bincount(place[step == code], np.maximum(took, 0)[step == code] / DAY, minlength=len(own))
        for code in np.flatnonzero(passed)
    ]
    return parts, passed


def _values(found: Shortened, cases: pd.DataFrame, cohort: Cohort) -> dict:
    """The figures, without what would tell how few cases are open."""
    values = {}
    for prefix, each in (("", found.median), ("change_", found.change)):
        at = told(Reached(each.value, each.lower, each.upper), cases, 0.5, cohort)
        values |= {prefix.rstrip("_") or "median": at.value}
        values |= {f"{prefix}lower": at.lower, f"{prefix}upper": at.upper}
    return {name: np.nan if value is None else value for name, value in values.items()}
