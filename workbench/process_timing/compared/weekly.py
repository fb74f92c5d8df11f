"""Lead time week by week, of the weeks whose cases were followed long enough."""

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import CALENDAR, Cohort, weeks
from workbench.process_timing.log.assembly import SET_ASIDE
from workbench.process_timing.times.clocks import day_of
from workbench.statistics.change_point import weekly_medians


def cases_by_week(cohort: Cohort) -> pd.DataFrame:
    """Cases submitted up to the end of the period, with the number of their ``week``.

    Those that came under observation after their start are left out, and so are those set aside.
    """
    cases = cohort.cases
    own = (cases["outcome"] != SET_ASIDE) & (cases["entered"] == 0)
    own &= cases["submitted_on"].to_numpy().astype("datetime64[D]") <= np.datetime64(cohort.period.end)
    return cases[own].assign(week=weeks(cases.loc[own, "submitted_on"]))


def medians_of(cohort: Cohort, cases: pd.DataFrame, clock: str = CALENDAR) -> tuple[np.ndarray, np.ndarray]:
    """Every week from the first to the last, and the Kaplan-Meier median of its cases in days of a clock.

    Missing for weeks followed for less than twice the usual wait (see
    :func:`workbench.statistics.change_point.weekly_medians`).
    """
    if cases.empty:
        return np.zeros(0, "int64"), np.zeros(0)
    days, closed = cohort.days(cases, clock), cohort.observed(cases)
    seen, start = ("as_of_instant", "start") if clock == CALENDAR else ("as_of_working", "start_working")
    followed = (cohort.cube.definition[seen] - cases[start].to_numpy()) / day_of(cohort, clock)
    return weekly_medians(days, closed, cases["week"].to_numpy(), followed)
