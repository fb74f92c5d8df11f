"""Right the first time: first-pass yield, percent complete and accurate, and what is left after all steps."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts

COLUMNS = [
    "interval",
    "activity",
    "passes",
    "first_pass_yield",
    "yield_lower",
    "yield_upper",
    "complete_accurate",
    "accurate_lower",
    "accurate_upper",
    "method",
    "verdict",
    "state",
    "cells",
]


def yields(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an activity of the period, and one for all steps together."""
    return pd.DataFrame(columns=COLUMNS)
