"""What was left out of the log or is suspect, row by row, where that may be shown."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import VALUE

COLUMNS = ["reason", "row", "case", "activity", "what", "state", "cells"]
IN_RESULTS = "results"
IN_PRIVATE_STORE = "private store"


def excluded(cohort: Cohort) -> pd.DataFrame:
    """One row a record of the log that was left out or is suspect; none where the source is about people.

    A row of a person is that person's: it stays in the private store, and ``quality`` counts it.

    Returns
    -------
    DataFrame
        reason (a check of ``quality``), row (its number in the source; of a case, its first event), case,
        activity, what (was found, in words), state, cells. Ordered by reason and row.
    """
    found = cohort.cube.frames["excluded"]
    if is_private(cohort):
        return pd.DataFrame(columns=COLUMNS)
    return found.assign(state=VALUE, cells=[[] for _ in range(len(found))])[COLUMNS]


def is_private(cohort: Cohort) -> bool:
    """Whether the list stays with the cube."""
    return bool(cohort.cube.definition["about_people"])


def excluded_list(cohort: Cohort) -> dict:
    """Where the list is, and how many rows it has of how many at most for each reason."""
    return {
        "where": IN_PRIVATE_STORE if is_private(cohort) else IN_RESULTS,
        "frame": "excluded",
        "rows_per_reason": cohort.cube.definition["listed_per_reason"],
    }
