"""Mean time within a horizon: what the lead time is when not every case has closed yet."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts

COLUMNS = [
    "interval",
    "clock",
    "horizon_days",
    "mean",
    "lower",
    "upper",
    "difference",
    "difference_lower",
    "difference_upper",
    "p",
    "method",
    "state",
    "cells",
]


def restricted_means(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each interval and clock."""
    return pd.DataFrame(columns=COLUMNS)
