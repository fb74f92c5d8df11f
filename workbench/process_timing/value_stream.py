"""The value stream: every step of the usual path with its work, wait, yield, people and cases at hand."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts

COLUMNS = [
    "interval",
    "position",
    "activity",
    "touch_at_least_hours",
    "touch_at_most_hours",
    "wait_days",
    "working_wait_days",
    "complete_accurate",
    "staff",
    "at_hand",
    "share_of_cases",
    "is_value_adding",
    "efficiency_at_least",
    "efficiency_at_most",
    "holder",
    "state",
    "cells",
]


def value_stream(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row a step of the usual path, in order, and one for the whole."""
    return pd.DataFrame(columns=COLUMNS)
