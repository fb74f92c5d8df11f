"""Where the constraint is: arrivals against the people who do each step."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts

COLUMNS = [
    "interval",
    "activity",
    "arrivals_per_day",
    "work_hours",
    "staff",
    "staff_from",
    "available",
    "utilisation",
    "lower",
    "upper",
    "wait_days",
    "wait_theory_days",
    "people_needed",
    "growth_per_day",
    "is_constraint",
    "method",
    "lacking",
    "verdict",
    "state",
    "cells",
]

FLOW_CHECK_COLUMNS = [
    "interval",
    "at_hand",
    "arrivals_per_day",
    "lead_days",
    "expected",
    "started_with",
    "ended_with",
    "drift",
    "holds",
    "state",
    "cells",
]


def constraint(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an activity of the period that people do."""
    return pd.DataFrame(columns=COLUMNS)


def flow_check(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row: cases at hand against what their arrivals and lead times make."""
    return pd.DataFrame(columns=FLOW_CHECK_COLUMNS)
