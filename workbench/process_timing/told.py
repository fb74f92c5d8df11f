"""How long cases take, how many in time, and how many go back, by quarter, as the released results of one review tell it."""

import pandas as pd

from workbench.analyses import Told
from workbench.findings.model import Verdict
from workbench.process_timing.cohort import CALENDAR
from workbench.process_timing.results import ProcessResults

_LEAD_TIME = ("lead_times", CALENDAR, "median", 1.0, "days")
# A question: the frame that has it over all intervals, clock and column, what that is multiplied by, and the unit.
SERIES = {
    "lead_time": _LEAD_TIME,
    "last_year": _LEAD_TIME,
    "change": _LEAD_TIME,
    "service_level": ("service_levels", "whole", "share", 100.0, "% in time"),
}


def told(results: ProcessResults, question: str, group: str, place: str) -> Told | None:
    """The median lead time or the share in time over all intervals, or the share that goes back most in the period.

    Parameters
    ----------
    results : ProcessResults
        Released.
    question, group, place : str
        Of the finding; None is returned for what the results have for one period only.
    """
    if (group, place) != ("all", "all"):
        return None
    if question == "rework":
        return _rework(results.rework)
    if question not in SERIES:
        return None
    name, clock, column, factor, unit = SERIES[question]
    frame = getattr(results, name)
    rows = frame[frame["clock"] == clock]
    values = (rows[column] * factor).astype(object).where(rows[column].notna(), None)
    return Told(dict(zip(rows["interval"], values, strict=True)), unit) if len(rows) else None


def _rework(rows: pd.DataFrame) -> Told | None:
    """Of the step that is repeated most, whether a finding says so or not: where an action worked, none does any more."""
    steps = rows[rows["share"].notna() & (rows["activity"].fillna("") != "")] if len(rows) else rows
    if not len(steps):
        return None
    found = steps[steps["verdict"] == Verdict.REWORK]
    most = found.iloc[0] if len(found) else steps.loc[steps["share"].astype(float).idxmax()]
    return Told({most["interval"]: float(most["share"]) * 100.0}, "% of the cases")
