"""In which steps a gap of lead times arises."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts

COLUMNS = [
    "interval",
    "dimension",
    "group",
    "reference",
    "from",
    "to",
    "gap_days",
    "lower",
    "upper",
    "use_days",
    "time_days",
    "share_of_gap",
    "p",
    "method",
    "verdict",
    "state",
    "cells",
]


def equity_steps(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each group and edge."""
    return pd.DataFrame(columns=COLUMNS)
