"""Where cases begin and where they are closed: the marks of start and end on the map."""

import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import VALUE, Counts
from workbench.process_timing.log.assembly import OPEN

COLUMNS = ["interval", "activity", "side", "cases", "state", "cells"]


def endpoints(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an activity that cases of the period start with, or are closed or withdrawn at.

    Returns
    -------
    DataFrame
        interval, activity, side (``start``, ``end``), cases (rounded where the source is about people, as parts of
        the cases submitted or no longer open), state, cells. Ordered by side and cases. Cases that are open end
        nowhere yet: they are in ``waiting``.
    """
    own = cohort.own
    sides = {"start": own["first"], "end": own.loc[own["outcome"] != OPEN, "last"]}
    rows = [row for side, codes in sides.items() for row in _rows(side, codes, cohort, counts)]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values(["side", "cases", "activity"], ascending=[False, False, True], ignore_index=True)


def _rows(side: str, codes: pd.Series, cohort: Cohort, counts: Counts) -> list[dict]:
    interval, names = str(cohort.period), cohort.names
    sizes, rows = codes.value_counts().sort_index(), []
    told = list(sizes) if len(sizes) == 1 else cohort.rounding.parts(sizes)
    for code, count in zip(sizes.index, told, strict=True):
        cases = min(count, len(codes))
        cell = counts.cell(f"{interval}|{side} at|{names[code]}", cases)
        row = {"interval": interval, "activity": names[code], "side": side, "cases": cases}
        rows.append({**row, "state": VALUE, "cells": [cell]})
    return rows
