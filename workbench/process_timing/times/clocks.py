"""The two clocks of a process: calendar days, and working days of its own calendar."""

import numpy as np
import pandas as pd

from workbench.calendars import WorkingCalendar
from workbench.process_timing.cohort import CALENDAR, DAY, WORKING, Cohort
from workbench.process_timing.log.arrays import MISSING


def calendar_of(cohort: Cohort) -> WorkingCalendar:
    """The calendar by which the process works."""
    return WorkingCalendar.from_json(cohort.cube.definition["calendar"])


def day_of(cohort: Cohort, clock: str) -> int:
    """Microseconds in one day of a clock."""
    return DAY if clock == CALENDAR else cohort.cube.definition["working_day_seconds"] * 1_000_000


def read(cohort: Cohort, frame: pd.DataFrame, name: str, clock: str) -> np.ndarray:
    """An instant of each row as a clock shows it: only the difference of two of the same clock means something.

    In a log of dates without time the calendar clock shows whole local days, whatever the clocks did.
    """
    if clock != CALENDAR:
        return frame[f"{name}_working"].to_numpy()
    if not cohort.cube.definition["whole_days"]:
        return frame[name].to_numpy()
    return calendar_of(cohort).local_dates(frame[name].to_numpy()).astype("int64") * DAY


def lead_of(cases: pd.DataFrame, clock: str) -> np.ndarray:
    """Lead time of each case so far, in microseconds of a clock."""
    return cases["lead" if clock == CALENDAR else "working_lead"].to_numpy()


def begins_of(cohort: Cohort, events: pd.DataFrame, clock: str) -> np.ndarray:
    """When each event began: its start where that is recorded, else its time."""
    known = events["started"].to_numpy() != MISSING
    return np.where(known, read(cohort, events, "started", clock), read(cohort, events, "time", clock))


def place_of(cases: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Which row of ``cases``, in their order, each event or edge occurrence belongs to."""
    return np.searchsorted(cases["case"].to_numpy(), rows["case"].to_numpy())


def level_clock(cohort: Cohort) -> str | None:
    """The clock that the service level is counted on; None where there is no service level."""
    level = cohort.cube.definition["process"]["service_level"]
    return None if not level else WORKING if level["calendar"] == "working" else CALENDAR
