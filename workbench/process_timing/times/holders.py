"""Who holds the clock: the city, the applicant, another agency, or the law."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts

COLUMNS = [
    "interval",
    "holder",
    "kind",
    "clock",
    "total_days",
    "share",
    "share_lower",
    "share_upper",
    "median_days",
    "cases",
    "method",
    "verdict",
    "state",
    "cells",
]

FALLING_DUE_COLUMNS = [
    "interval",
    "within",
    "cases",
    "state",
    "cells",
]


def holders(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row a holder of the period."""
    return pd.DataFrame(columns=COLUMNS)


def falling_due(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each span ahead: open cases that fall due in it."""
    return pd.DataFrame(columns=FALLING_DUE_COLUMNS)
