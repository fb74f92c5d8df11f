"""How long each step takes: work and wait, recorded or as a range."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts

COLUMNS = [
    "interval",
    "activity",
    "clock",
    "count",
    "timed",
    "touch_median",
    "touch_p90",
    "touch_at_most_median",
    "wait_median",
    "wait_p90",
    "total_touch_days",
    "total_touch_at_most_days",
    "total_wait_days",
    "median_days",
    "p90_days",
    "total_days",
    "state",
    "cells",
]

EFFICIENCY_COLUMNS = [
    "interval",
    "clock",
    "measure",
    "at_least",
    "at_most",
    "lower",
    "upper",
    "case_median",
    "n",
    "method",
    "state",
    "cells",
]


def step_times(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each activity of the period and clock."""
    return pd.DataFrame(columns=COLUMNS)


def efficiency(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each clock and measure of the period."""
    return pd.DataFrame(columns=EFFICIENCY_COLUMNS)
