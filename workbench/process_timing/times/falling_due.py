"""Open cases by when they fall due."""

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import VALUE, ZERO, Counts
from workbench.process_timing.log.assembly import OPEN
from workbench.process_timing.times.clocks import calendar_of

OVERDUE, LATER = "overdue", "later"
AHEAD = (5, 10, 20)  # working days
COLUMNS = ["interval", "position", "within", "cases", "state", "cells"]


def falling_due(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each span ahead: cases that are open now, of whichever interval, and fall due in it.

    A case is in the first span that holds its due date: ``overdue``, ``within 5 working days``, 10, 20, or
    ``later``. Spans end with working dates of the process' calendar after the as-of day. Where the
    source is about people each count is to the nearest step, a hidden one told with the largest: the number of
    open cases, which is known, less those shown tells nothing about it. There are no rows without a service level.

    Returns
    -------
    DataFrame
        interval, position (0, 1, ... in the order of time), within, cases, state, cells.
    """
    definition, interval = cohort.cube.definition, str(cohort.period)
    if not definition["process"]["service_level"]:
        return pd.DataFrame(columns=COLUMNS)
    due = cohort.cases.loc[cohort.cases["outcome"] == OPEN, "due"].to_numpy()
    names = [OVERDUE, *(f"within {days} working days" for days in AHEAD), LATER]
    span = np.searchsorted(_ends(cohort), due, side="left")
    sizes, rows = np.bincount(span, minlength=len(names)), []
    for position, (name, shown) in enumerate(zip(names, cohort.rounding.parts(sizes), strict=True)):
        cell = counts.cell(f"open|{name}", shown)
        row = {"interval": interval, "position": position, "within": name, "cases": shown}
        rows.append({**row, "state": VALUE if shown else ZERO, "cells": [cell]})
    return pd.DataFrame(rows, columns=COLUMNS)


def _ends(cohort: Cohort) -> np.ndarray:
    """The instants at which a case of each span is overdue at the latest: now, and after so many working dates."""
    now = cohort.cube.definition["as_of_instant"]
    last = np.array([now - 1]).astype("datetime64[us]")  # still on the as-of day
    calendar = calendar_of(cohort)
    ahead = [calendar.due(last, days).astype("datetime64[us]").astype("int64")[0] for days in AHEAD]
    return np.array([now, *ahead])
