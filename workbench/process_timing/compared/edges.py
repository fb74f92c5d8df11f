"""Which steps got slower or faster since the period before."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts

COLUMNS = [
    "interval",
    "since",
    "from",
    "to",
    "holder",
    "difference",
    "lower",
    "upper",
    "faster",
    "faster_lower",
    "faster_upper",
    "p",
    "adjusted_p",
    "n",
    "n_before",
    "method",
    "verdict",
    "state",
    "cells",
]


def edges_compared(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an edge of both periods."""
    return pd.DataFrame(columns=COLUMNS)
