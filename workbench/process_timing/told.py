"""How long cases take, and how many in time, quarter by quarter, as the released results of one review tell it."""

from workbench.analyses import Told
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
    """The median lead time or the share in time over all intervals.

    Parameters
    ----------
    results : ProcessResults
        Released.
    question, group, place : str
        Of the finding; None is returned for what the results have for one period only.
    """
    if question not in SERIES or (group, place) != ("all", "all"):
        return None
    name, clock, column, factor, unit = SERIES[question]
    frame = getattr(results, name)
    rows = frame[frame["clock"] == clock]
    values = (rows[column] * factor).astype(object).where(rows[column].notna(), None)
    return Told(dict(zip(rows["interval"], values, strict=True)), unit) if len(rows) else None
