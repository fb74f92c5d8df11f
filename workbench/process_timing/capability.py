"""Six Sigma: whether the process as it runs can keep its promise."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts

COLUMNS = [
    "interval",
    "clock",
    "index",
    "value",
    "lower",
    "upper",
    "form",
    "n",
    "lacking",
    "method",
    "verdict",
    "state",
    "cells",
]

DEFECTS_COLUMNS = [
    "interval",
    "clock",
    "due",
    "defects",
    "dpmo",
    "dpmo_lower",
    "dpmo_upper",
    "sigma_shifted",
    "sigma_unshifted",
    "convention",
    "method",
    "state",
    "cells",
]


def capability(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each clock and index."""
    return pd.DataFrame(columns=COLUMNS)


def defects(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row a clock: defects per million opportunities and sigma level."""
    return pd.DataFrame(columns=DEFECTS_COLUMNS)
