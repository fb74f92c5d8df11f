"""Whether cases at hand are what their arrivals and lead times make: Little's law over the period."""

import numpy as np
import pandas as pd

from workbench.process_timing.capacity.load import told
from workbench.process_timing.capacity.window import Window
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import NO_DATA, UNRELIABLE, VALUE, Counts
from workbench.process_timing.log.assembly import OPEN, SET_ASIDE
from workbench.statistics.littles_law import LittlesLaw, littles_law
from workbench.statistics.percentiles import enough_for

COLUMNS = [
    *("interval", "at_hand", "arrivals_per_day", "lead_days", "expected", "started_with", "ended_with"),
    *("drift", "ageing", "holds", "method", "state", "cells"),
]
METHOD = "Little's law, working days"


def flow_check(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row: cases at hand against what their arrivals and lead times make.

    All cases of the log are in it, whenever they were submitted, withdrawn ones until they withdrew. Where
    the two differ by much, averages of the period do not describe it: cases pile up, or old ones are left lying.

    Returns
    -------
    DataFrame
        interval; at_hand (cases open, averaged over the period's working time); arrivals_per_day; lead_days (mean,
        working days, of the cases that ended in the period); expected (arrivals times lead); started_with and
        ended_with (cases open then), drift (the latter less the former); ageing (in cases: positive where old
        ones are left lying); holds (drift and ageing are at most a tenth); method, state, cells. Where the source is
        about people counts are rounded, means told to two digits, and ``holds`` is of the true ones.
    """
    window = Window.of(cohort)
    if window is None:
        return pd.DataFrame(columns=COLUMNS)
    law, rounding, interval = _law(cohort, window), cohort.rounding, str(cohort.period)
    opened, at_start, at_end = (
        rounding.nearest(count) for count in (law.opened, law.wip_at_start, law.wip_at_end)
    )
    arrivals, lead = opened / window.working_days, told(_known(law.mean_time), cohort)
    row = {
        "interval": interval,
        "at_hand": told(law.mean_wip, cohort),
        "arrivals_per_day": arrivals,
        "lead_days": lead,
        "expected": arrivals * lead,
        "started_with": at_start,
        "ended_with": at_end,
        "drift": at_end - at_start,
        "ageing": told(law.ageing, cohort),
        "holds": law.may_be_used,
        "method": METHOD,
        "state": _state(law),
    }
    sizes = {"opened": opened, "at hand before": at_start, "at hand after": at_end}
    cells = [counts.cell(f"{interval}|{name}", count) for name, count in sizes.items()]
    return pd.DataFrame([{**row, "cells": cells}], columns=COLUMNS)


def _law(cohort: Cohort, window: Window) -> LittlesLaw:
    cases = cohort.cases[cohort.cases["outcome"] != SET_ASIDE]
    ends = cases["end_working"].to_numpy(float) / window.day
    ends[(cases["outcome"] == OPEN).to_numpy()] = np.nan
    # The window's first instant counts: work that comes while the office is closed arrives as it opens.
    since, until = (window.since - 1) / window.day, window.until / window.day
    return littles_law(cases["start_working"].to_numpy() / window.day, ends, since=since, until=until)


def _state(law: LittlesLaw) -> str:
    if law.mean_time is None:
        return NO_DATA
    return VALUE if enough_for(min(law.opened, law.closed), 0.5) else UNRELIABLE


def _known(value: float | None) -> float:
    return np.nan if value is None else value
