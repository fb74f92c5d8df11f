"""How long each step takes: work and wait, recorded or as a range."""

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.times.clocks import day_of
from workbench.process_timing.times.curves import state_of
from workbench.process_timing.times.work import Work
from workbench.statistics.percentiles import enough_for

COLUMNS = [
    *("interval", "activity", "clock", "count", "timed", "touch_median", "touch_p90"),
    *("touch_at_most_median", "wait_median", "wait_p90", "total_touch_days", "total_touch_at_most_days"),
    *("total_wait_days", "median_days", "p90_days", "total_days", "state", "cells"),
]


def step_times(cohort: Cohort, counts: Counts, work: dict[str, Work] | None = None) -> pd.DataFrame:
    """One row for each activity of the period and clock.

    Work is recorded where an event has a start. Where it has one time only, somebody worked for
    anything from nothing to all the time since the case's and the same person's last event before it: a
    range, never one number.

    Parameters
    ----------
    cohort : Cohort
    counts : Counts
    work : dict of str to Work, optional
        Of the same cohort by clock; made here where it is not given.

    Returns
    -------
    DataFrame
        interval, activity, clock, count (how often it was done; rounded where the source is about people),
        timed (share with a recorded start; to a twentieth there); touch_median and touch_p90 of
        recorded work, touch_at_most_median of the most of all; wait_median and wait_p90 from the previous
        event of the case to the start of this one; total_touch_days, total_touch_at_most_days,
        total_wait_days; median_days, p90_days and total_days from the previous event to this
        one; state, cells. Times are in days of the clock. Of a first event there is a wait, and a most
        that it took, where a submission is recorded by itself. A 90th percentile is told from 50 events on; nothing
        that rests on fewer events than the city's minimum count is. There are no means: with a total
        they would give the exact count away.
    """
    work = work or Work.by_clock(cohort)
    rows = [row for clock, own in work.items() for row in _of_clock(cohort, counts, clock, own)]
    rows.sort(key=lambda row: row["activity"])
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_clock(cohort: Cohort, counts: Counts, clock: str, work: Work) -> list[dict]:
    interval, names, rows = str(cohort.period), cohort.names, []
    for code in np.unique(work.activity):
        here = work.activity == code
        count, name = cohort.rounding.nearest(int(here.sum())), names[code]
        row = {"interval": interval, "activity": name, "clock": clock, "count": count}
        row |= _times(work, here, cohort, day_of(cohort, clock))
        cells = [counts.cell(f"{interval}|events|{name}", count)]
        rows.append({**row, "state": state_of(int(here.sum())), "cells": cells})
    return rows


def _times(work: Work, here: np.ndarray, cohort: Cohort, day: int) -> dict[str, float]:
    timed, follows = here & work.timed, here & work.follows
    touch, wait, step = (
        _summed(times[chosen], cohort, day)
        for times, chosen in ((work.touch, timed), (work.wait, follows), (work.step, follows))
    )
    most = _summed(work.touch_at_most[here & (work.timed | work.follows)], cohort, day)
    share = timed.sum() / here.sum()
    return {
        "timed": share if cohort.rounding.is_exact else round(share * 20) / 20,
        "touch_median": touch["median"],
        "touch_p90": touch["p90"],
        "touch_at_most_median": most["median"],
        "wait_median": wait["median"],
        "wait_p90": wait["p90"],
        "total_touch_days": touch["total"],
        "total_touch_at_most_days": most["total"],
        "total_wait_days": wait["total"],
        "median_days": step["median"],
        "p90_days": step["p90"],
        "total_days": step["total"],
    }


def _summed(times: np.ndarray, cohort: Cohort, day: int) -> dict[str, float]:
    """Median, 90th percentile and total in days; nothing of few events."""
    n = times.size
    if n < max(cohort.rounding.fewest, 1):
        return dict.fromkeys(("median", "p90", "total"), np.nan)
    p90 = float(np.quantile(times, 0.9)) / day if enough_for(n, 0.9) else np.nan
    return {"median": float(np.median(times)) / day, "p90": p90, "total": int(times.sum()) / day}
