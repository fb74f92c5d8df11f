"""What if: other staff, other arrivals, batches, or a step less."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts

COLUMNS = [
    "interval",
    "activity",
    "staff",
    "arrivals",
    "batch",
    "wait_days",
    "lower",
    "upper",
    "change",
    "change_lower",
    "change_upper",
    "p90_days",
    "utilisation",
    "growth_per_day",
    "theory_days",
    "is_base",
    "method",
    "state",
    "cells",
]

REMOVED_COLUMNS = [
    "interval",
    "activity",
    "median",
    "lower",
    "upper",
    "change",
    "change_lower",
    "change_upper",
    "method",
    "state",
    "cells",
]


def scenarios(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row a scenario of the constraint."""
    return pd.DataFrame(columns=COLUMNS)


def removed(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row a step: lead time if it took no time."""
    return pd.DataFrame(columns=REMOVED_COLUMNS)
