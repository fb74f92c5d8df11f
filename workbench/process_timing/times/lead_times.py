"""Frames of lead times: by interval, by group, and as a curve."""

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import CLOCKS, Cohort, Some
from workbench.process_timing.counts import NO_DATA, VALUE, Counts
from workbench.process_timing.frames import with_floats
from workbench.process_timing.times.curves import compared, curve_of, median_and_ninth, state_of, told
from workbench.statistics.percentiles import enough_for
from workbench.statistics.survival import percentile

SHARES = tuple(round(0.05 * k, 2) for k in range(1, 20))
METHOD, TRUNCATED = "Kaplan-Meier", "Kaplan-Meier, left-truncated"


def lead_times(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each interval and clock.

    Returns
    -------
    DataFrame
        interval, clock, submitted, closed_median (closed cases only), median, lower, upper, p90,
        p90_lower, p90_upper, method, state, cells. Times are in days of the clock. A median, bound
        or p90 is missing where the curve does not reach it, and where that it is reached would tell
        how few are still open (see ``curves.certain``); p90 also below 50 cases. The method says so where
        cases came under observation after their start.
    """
    rows = []
    for interval in cohort.intervals:
        cases = cohort.times_of(interval)
        cells = [counts.cell(f"{interval}|submitted", len(cases))]
        for clock in CLOCKS:
            row = {"interval": interval, "clock": clock, "submitted": len(cases)}
            row |= median_and_ninth(cohort, cases, clock)
            rows.append({**row, "method": _method(cases), "state": state_of(len(cases)), "cells": cells})
    return pd.DataFrame(rows)


def attributes(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each dimension and group of the period: lead time in calendar days.

    Returns
    -------
    DataFrame
        interval, dimension, group, submitted, closed_median, median, lower, upper, p90, method, state, cells.
    """
    interval, rows = str(cohort.period), []
    for dimension in cohort.cube.definition["dimensions"]:
        name = dimension["name"]
        member, names = pd.factorize(cohort.own[f"by_{name}"], sort=True)
        groups = {
            group: Some(cohort.timed, np.flatnonzero(member == place)) for place, group in enumerate(names)
        }
        cells = [counts.cell(f"{interval}|{name}={group}", len(cases)) for group, cases in groups.items()]
        counts.total(f"{interval}|submitted", cells)
        for cell, (group, cases) in zip(cells, groups.items(), strict=True):
            times = median_and_ninth(cohort, cases)
            row = {"interval": interval, "dimension": name, "group": group, "submitted": len(cases)}
            row |= {key: times[key] for key in ("closed_median", "median", "lower", "upper", "p90")}
            rows.append({**row, "method": _method(cases), "state": state_of(len(cases)), "cells": [cell]})
    columns = ["interval", "dimension", "group", "submitted", "closed_median", "median", "lower", "upper"]
    return pd.DataFrame(rows, columns=[*columns, "p90", "method", "state", "cells"])


def survival(cohort: Cohort) -> pd.DataFrame:
    """The curve of the period and of those it is compared with, by share of cases closed.

    Only percentiles are given, not the steps of the curve, each of which would be one case, and of
    those only the ones that do not tell how few are still open.

    Returns
    -------
    DataFrame
        interval, share, days, lower, upper, state, cells.
    """
    rows = []
    for interval in compared(cohort):
        cases = cohort.times_of(interval)
        curve, cells = curve_of(cohort, cases), [f"{interval}|submitted"]
        shown = [p for p in SHARES if enough_for(curve.n, p) and enough_for(curve.n, 1 - p)]
        for p in shown:
            at = told(percentile(curve, p), cases, p, cohort)
            row = {"interval": interval, "share": p, "days": at.value, "lower": at.lower, "upper": at.upper}
            rows.append({**row, "state": VALUE if at.value is not None else NO_DATA, "cells": cells})
    frame = pd.DataFrame(rows, columns=["interval", "share", "days", "lower", "upper", "state", "cells"])
    return with_floats(frame, ("days", "lower", "upper"))


def _method(cases: Some) -> str:
    return TRUNCATED if cases["entered"].any() else METHOD
