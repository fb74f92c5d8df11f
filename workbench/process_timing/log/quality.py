"""What is odd in a log, counted before any figure is made of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.calendars import WorkingCalendar
from workbench.process_timing.log.arrays import MISSING, Log


def quality_frame(log: Log, tally: pd.Series, calendar: WorkingCalendar) -> pd.DataFrame:
    """One row a check: how many rows and events are odd. They are counts of faults, not of people."""
    inside = log.edge[:-1]
    ties = inside & (log.time[:-1] == log.time[1:])
    counts = {
        "rows": int(tally["rows"]),
        "later": int(tally["later"]),
        "incomplete": int(tally["incomplete"]),
        "events": log.size,
        "duplicates": int((log.copies - 1).sum()),
        "ties": int(ties.sum()),
        "out_of_order": int((inside & (log.row[1:] < log.row[:-1])).sum()),
        "overlaps": int((log.edge & (log.until < log.time)).sum()),
        "reversed_events": int(log.is_reversed.sum()),
        "single_timestamp": int((log.started == MISSING).sum()),
        "at_midnight": int(
            (np.asarray(calendar.midnight(calendar.local_dates(log.time))).astype("int64") == log.time).sum()
        ),
    }
    return pd.DataFrame({"check": list(counts), "count": list(counts.values())})
