"""Who waits longest: lead time, service level and rework by group and place."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts

COLUMNS = [
    "interval",
    "dimension",
    "group",
    "reference",
    "quantity",
    "value",
    "value_lower",
    "value_upper",
    "difference",
    "lower",
    "upper",
    "p",
    "cases",
    "method",
    "verdict",
    "state",
    "cells",
]


def equity(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each dimension, group and quantity."""
    return pd.DataFrame(columns=COLUMNS)
