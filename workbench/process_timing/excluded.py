"""What was left out of the log, row by row, where that may be shown."""

import pandas as pd

from workbench.process_timing.cohort import Cohort

COLUMNS = [
    "reason",
    "row",
    "case",
    "activity",
    "what",
    "state",
    "cells",
]


def excluded(cohort: Cohort) -> pd.DataFrame:
    """One row a record that was left out or is suspect."""
    return pd.DataFrame(columns=COLUMNS)
