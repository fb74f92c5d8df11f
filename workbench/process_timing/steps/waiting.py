"""Which step open cases wait after."""

import pandas as pd

from workbench.process_timing.cohort import DAY, Cohort
from workbench.process_timing.counts import VALUE, Counts
from workbench.process_timing.log.assembly import OPEN
from workbench.process_timing.steps.holding import holder_after

COLUMNS = ["interval", "activity", "holder", "kind", "cases", "total_days", "state", "cells"]


def waiting(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an activity after which open cases of the period wait: how many, and how long so far.

    Returns
    -------
    DataFrame
        interval, activity, holder, kind (what the holder is), cases (rounded where the source is about
        people), total_days, state, cells. Ordered by total.
    """
    interval, rows = str(cohort.period), []
    is_open = cohort.own[cohort.own["outcome"] == OPEN]
    waits = cohort.cube.definition["as_of_instant"] - is_open["last_time"]
    by_step = waits.groupby(is_open["last"])
    told = cohort.rounding.parts(by_step.size())
    for (code, found), cases in zip(by_step, told, strict=True):
        name = cohort.names[code]
        row = {"interval": interval, "activity": name, **holder_after(cohort, name), "cases": cases}
        row |= {"total_days": int(found.sum()) / DAY, "state": VALUE}
        rows.append({**row, "cells": [counts.cell(f"{interval}|waiting|{name}", cases)]})
    if cohort.rounding.is_exact:
        counts.total(f"{interval}|open", [row["cells"][0] for row in rows])
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values(["total_days", "activity"], ascending=[False, True], ignore_index=True)
