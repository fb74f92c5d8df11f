"""How often each case passed each activity, and what kind of pass each was."""

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.log.arrays import NONE

SAME, ANOTHER = 1, 0  # whether a repeated pass was done by who did the first; ``NONE`` where one is not known


def passes(cohort: Cohort) -> pd.DataFrame:
    """One row an event of the period's cases, in order of case and step.

    Returns
    -------
    DataFrame
        case, activity (code), first (the row of the case's first pass of it), again (whether the case passed the activity before), at_once (whether right
        before), hand (``SAME``, ``ANOTHER`` or ``NONE``: who did it, beside who did it the first time).
    """
    events = cohort.events
    case, activity, resource = (events[name].to_numpy("int64") for name in ("case", "activity", "resource"))
    pair = case * len(cohort.names) + activity
    _, first, member = np.unique(pair, return_index=True, return_inverse=True)
    first_hand = resource[first][member]
    known = (resource != NONE) & (first_hand != NONE)
    return pd.DataFrame(
        {
            "case": case,
            "activity": activity,
            "first": first[member],
            "again": first[member] != np.arange(len(pair)),
            "at_once": np.r_[False, pair[1:] == pair[:-1]][: len(pair)],
            "hand": np.where(known, np.where(resource == first_hand, SAME, ANOTHER), NONE),
        }
    )


def times_passed(passed: pd.DataFrame) -> pd.DataFrame:
    """How many times each case passed each activity: activity, case, times."""
    case, activity = passed["case"].to_numpy(), passed["activity"].to_numpy()
    size = case.max(initial=-1) + 1
    pairs, times = np.unique(activity * size + case, return_counts=True)
    activity, case = np.divmod(pairs, max(size, 1))
    return pd.DataFrame({"activity": activity, "case": case, "times": times})
