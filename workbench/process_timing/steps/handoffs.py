"""From hand to hand: how often a case changes the person or the team."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts

COLUMNS = [
    "interval",
    "level",
    "handoffs",
    "of",
    "share",
    "lower",
    "upper",
    "cases_without",
    "cases",
    "method",
    "state",
    "cells",
]


def handoffs(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row a level: person, team."""
    return pd.DataFrame(columns=COLUMNS)
