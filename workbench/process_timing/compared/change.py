"""When the process changed: one change-point over all weeks."""

import pandas as pd

from workbench.process_timing.cohort import Cohort

COLUMNS = [
    "interval",
    "since",
    "since_lower",
    "since_upper",
    "before",
    "after",
    "difference",
    "lower",
    "upper",
    "p",
    "weeks",
    "known_change",
    "known_on",
    "method",
    "lacking",
    "verdict",
    "state",
    "cells",
]


def change(cohort: Cohort) -> pd.DataFrame:
    """One row: the week from which cases took longer or shorter."""
    return pd.DataFrame(columns=COLUMNS)
