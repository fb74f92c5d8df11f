"""Mean time within a horizon: what the lead time is when not every case has closed yet."""

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import CALENDAR, CLOCKS, Cohort, Some
from workbench.process_timing.counts import NO_DATA, Counts
from workbench.process_timing.frames import with_floats
from workbench.process_timing.times.clocks import day_of, level_clock
from workbench.process_timing.times.curves import curve_of, state_of
from workbench.process_timing.times.service_levels import before
from workbench.statistics.proportions import critical_value
from workbench.statistics.survival import Curve, restricted_mean, restricted_mean_difference

STEP = 5  # days: a horizon is a multiple of it
FEWEST_FOLLOWED = 10
A_YEAR = {CLOCKS[0]: 365, CLOCKS[1]: 260}
COLUMNS = [
    *("interval", "clock", "horizon_days", "mean", "lower", "upper", "difference", "difference_lower"),
    *("difference_upper", "p", "method", "state", "cells"),
]
METHOD = "Kaplan-Meier to the horizon, Karrison's standard error"


def restricted_means(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each interval and clock: mean lead time where longer ones count as the horizon.

    The horizon is the same for all intervals, so that they can be compared: the most days, in steps of
    5, for which ten cases of the period and of the one before could be followed by their date of
    submission, and no more than twice the service level, or a year on a clock that has none. It
    depends on when cases came, not on how they fared.

    Returns
    -------
    DataFrame
        interval, clock, horizon_days, mean, lower, upper; difference from the interval before with
        difference_lower, difference_upper and p (normal approximation, Royston and Parmar 2013); method,
        state, cells. Missing where no case was followed to the horizon, and where few had closed by it.
    """
    rows = [row for clock in CLOCKS for row in _of_clock(cohort, counts, clock)]
    order = {interval: place for place, interval in enumerate(cohort.intervals)}
    rows.sort(key=lambda row: order[row["interval"]])
    numbers = [name for name in COLUMNS if name not in ("interval", "clock", "method", "state", "cells")]
    return with_floats(pd.DataFrame(rows, columns=COLUMNS), numbers)


def horizon_of(cohort: Cohort, clock: str) -> int:
    """The horizon of the period's means, in days of a clock; 0 where there is none."""
    level = cohort.cube.definition["process"]["service_level"]
    most = 2 * level["days"] if level_clock(cohort) == clock else A_YEAR[clock]
    periods = (str(cohort.period), before(cohort, {"interval": str(cohort.period)}))
    followed = [_followed(cohort, cohort.times_of(name), clock) for name in periods]
    longest = min([most, *(days for days in followed if days is not None)])
    return int(longest // STEP * STEP)


def _followed(cohort: Cohort, cases: Some, clock: str) -> float | None:
    """How many days ten of the cases could be followed for at least; of fewer cases, each."""
    if not len(cases):
        return None
    definition = cohort.cube.definition
    seen, start = ("as_of_instant", "start") if clock == CALENDAR else ("as_of_working", "start_working")
    ages = np.sort(definition[seen] - cases[start])[::-1]
    return ages[min(FEWEST_FOLLOWED, ages.size) - 1] / day_of(cohort, clock)


def _of_clock(cohort: Cohort, counts: Counts, clock: str) -> list[dict]:
    horizon, curves = horizon_of(cohort, clock), {}
    for interval in cohort.intervals:
        cases = cohort.times_of(interval)
        curve = curve_of(cohort, cases, clock)
        curves[interval] = curve if may_be_told(curve, horizon, cohort) else None
    rows = []
    for interval, curve in curves.items():
        row = {"interval": interval, "clock": clock, "horizon_days": horizon or np.nan, "method": METHOD}
        earlier = before(cohort, row)
        size = len(cohort.of_interval(interval))
        row["cells"] = [counts.cell(f"{interval}|submitted", size)]
        row["state"] = NO_DATA if curve is None else state_of(size)
        if curve is not None:
            row |= mean_of(curve, horizon, cohort.confidence)
        if curve is not None and curves.get(earlier) is not None:
            row |= _difference(curve, curves[earlier], horizon, cohort.confidence)
            row["cells"] = [*row["cells"], f"{earlier}|submitted"]
        rows.append(row)
    return rows


def may_be_told(curve: Curve, horizon: float, cohort: Cohort) -> bool:
    """Whether the curve goes to the horizon, and its mean is not that of a few who closed before it."""
    if horizon == 0 or not curve.n:
        return False
    ended = int(curve.happened[curve.times <= horizon].sum())
    return bool(horizon <= curve.times[-1] or curve.survival[-1] == 0) and not (
        0 < ended < cohort.rounding.fewest
    )


def mean_of(curve: Curve, horizon: float, confidence: float) -> dict:
    """The mean within the horizon with its limits, which stay between 0 and the horizon."""
    mean, error = restricted_mean(curve, horizon)
    reach = critical_value(confidence) * error
    return {"mean": mean, "lower": max(mean - reach, 0.0), "upper": min(mean + reach, float(horizon))}


def _difference(curve: Curve, earlier: Curve, horizon: float, confidence: float) -> dict:
    found = restricted_mean_difference(curve, earlier, horizon, confidence=confidence)
    return {
        "difference": found.value,
        "difference_lower": found.lower,
        "difference_upper": found.upper,
        "p": found.p,
    }
