"""How often each activity was done."""

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.steps.passes import passes, times_passed
from workbench.process_timing.times.curves import state_of

COLUMNS = ["interval", "activity", "events", "cases", "state", "cells"]


def activities(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an activity of the period: how often it was done, and in how many cases.

    How long it took is in :func:`workbench.process_timing.times.steps.step_times`.

    Returns
    -------
    DataFrame
        interval, activity, events, cases, state, cells. Ordered by events. Where the source is about
        people, events are rounded and cases missing: the difference is how few did it twice.
    """
    interval, rows = str(cohort.period), []
    passed = times_passed(passes(cohort))
    for code, times in passed.groupby("activity")["times"]:
        events, name = int(times.sum()), cohort.names[code]
        number = cohort.rounding.nearest(events)
        cases = float(len(times)) if cohort.rounding.is_exact else np.nan
        row = {"interval": interval, "activity": name, "events": number, "cases": cases}
        cells = [counts.cell(f"{interval}|events|{name}", number)]
        rows.append({**row, "state": state_of(events), "cells": cells})
    if cohort.rounding.is_exact:
        _flow_equations(cohort, counts, sorted(passed["activity"].unique()))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values(["events", "activity"], ascending=[False, True], ignore_index=True)


def _flow_equations(cohort: Cohort, counts: Counts, codes: list[int]) -> None:
    """Events of an activity are those that came in and those that start; and those that go out and that end."""
    interval, names, own = str(cohort.period), cohort.names, cohort.own
    pairs = cohort.steps[["from", "to"]].drop_duplicates().sort_values(["from", "to"])
    edges_of = [(names[start], names[end]) for start, end in pairs.itertuples(index=False)]
    for kind, column, here in (("starts", "first", 1), ("ends", "last", 0)):
        sizes = np.bincount(own[column], minlength=len(names))
        outer = [counts.cell(f"{interval}|{kind}|{names[code]}", sizes[code]) for code in codes]
        counts.total(f"{interval}|submitted", outer)
        for code, cell in zip(codes, outer, strict=True):
            inner = [f"{interval}|edge|{pair[0]}|{pair[1]}" for pair in edges_of if pair[here] == names[code]]
            counts.total(f"{interval}|events|{names[code]}", [cell, *inner])
