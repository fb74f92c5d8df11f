"""Why cases wait: batches, others first, busy, away, something else, or not known from this log."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts

COLUMNS = [
    "interval",
    "activity",
    "cause",
    "total_days",
    "share",
    "share_lower",
    "share_upper",
    "efficiency_without",
    "method",
    "verdict",
    "state",
    "cells",
]


def causes(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each step waited for and cause."""
    return pd.DataFrame(columns=COLUMNS)
