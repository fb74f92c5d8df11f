"""What becomes of cases by so many days: closed, withdrawn, or neither yet."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts

COLUMNS = [
    "interval",
    "outcome",
    "day",
    "share",
    "lower",
    "upper",
    "method",
    "state",
    "cells",
]


def outcomes(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each interval, outcome and day."""
    return pd.DataFrame(columns=COLUMNS)
