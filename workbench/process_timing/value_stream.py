"""The value stream: the steps of the usual path in order, and which of them add value."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.steps.holding import holder_after
from workbench.process_timing.steps.variants import usual_path
from workbench.process_timing.times.curves import state_of

COLUMNS = ["interval", "position", "activity", "is_value_adding", "holder", "kind", "state", "cells"]


def value_stream(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row a step of the usual path of closed cases, in order; a step that it passes again stands once.

    Work, wait, yield, people and cases at hand of each step are rows of ``step_times``, ``yields``,
    ``constraint`` and ``waiting``, each of which is hidden for its own sake only.

    Returns
    -------
    DataFrame
        interval, position (from 1), activity, is_value_adding (as the city declares it), holder and
        kind (who holds the case after the step), state, cells. Empty where no path is usual.
    """
    interval, names = str(cohort.period), cohort.names
    adding = cohort.cube.definition["process"]["value_adding"]
    rows = []
    for position, code in enumerate(dict.fromkeys(usual_path(cohort)), start=1):
        name = names[code]
        done = int((cohort.events["activity"] == code).sum())
        row = {
            "interval": interval,
            "position": position,
            "activity": name,
            "is_value_adding": name in adding,
        }
        row |= holder_after(cohort, name)
        cells = [counts.cell(f"{interval}|events|{name}", cohort.rounding.nearest(done))]
        rows.append({**row, "state": state_of(done), "cells": cells})
    return pd.DataFrame(rows, columns=COLUMNS)
