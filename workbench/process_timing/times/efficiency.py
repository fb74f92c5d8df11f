"""How much of the time that cases take is work: activity ratio and process cycle efficiency."""

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import Cohort, weeks
from workbench.process_timing.counts import Counts
from workbench.process_timing.times.clocks import lead_of
from workbench.process_timing.times.curves import state_of
from workbench.process_timing.times.draws import drawn_totals
from workbench.process_timing.times.work import Work
from workbench.statistics.process_efficiency import Times, activity_ratio, process_cycle_efficiency

ACTIVITY_RATIO, CYCLE_EFFICIENCY = "activity ratio", "process cycle efficiency"
METHOD = "ratio of sums, weeks resampled"
COLUMNS = [
    *("interval", "clock", "measure", "at_least", "at_most", "lower", "upper", "case_at_least"),
    *("case_at_most", "n", "method", "state", "cells"),
]


def efficiency(cohort: Cohort, counts: Counts, work: dict[str, Work] | None = None) -> pd.DataFrame:
    """One row for each clock and measure of the period.

    The ``activity ratio`` is touch time over lead time so far; ``process cycle efficiency`` counts work in the
    steps only that the city declares as adding value, and is left out where it declares none. Both
    times are read from the same clock. Work done at once counts once. Where starts are not
    recorded the ratio is a range. There is no value to be reached: what is good depends on the process.

    Parameters
    ----------
    cohort : Cohort
    counts : Counts
    work : dict of str to Work, optional
        Of the same cohort by clock; made here where it is not given.

    Returns
    -------
    DataFrame
        interval, clock, measure, at_least and at_most (ratio of sums over cases), lower and upper (lower
        limit of the one, upper limit of the other), case_at_least and case_at_most (median of
        the cases' own ratios), n (cases; rounded where the source is about people), method, state, cells.
    """
    work = work or Work.by_clock(cohort)
    rows = [row for clock, own in work.items() for row in _of_clock(cohort, counts, clock, own)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_clock(cohort: Cohort, counts: Counts, clock: str, work: Work) -> list[dict]:
    own = cohort.own
    if own.empty:
        return []
    adding = cohort.cube.definition["process"]["value_adding"]
    codes = [code for code, name in enumerate(cohort.names) if name in adding]
    chosen = {ACTIVITY_RATIO: np.ones(work.place.size, bool)}
    if adding:
        chosen[CYCLE_EFFICIENCY] = np.isin(work.activity, codes)
    cells = [counts.cell(f"{cohort.period}|submitted", len(own))]
    return [
        {"interval": str(cohort.period), "clock": clock, "measure": name, "cells": cells}
        | _ratios(name, *work.touched(here), lead_of(own, clock), clock, cohort)
        for name, here in chosen.items()
    ]


def _ratios(name: str, least: np.ndarray, most: np.ndarray, lead: np.ndarray, clock: str, cohort) -> dict:
    ratio_of = activity_ratio if name == ACTIVITY_RATIO else process_cycle_efficiency
    at_least, at_most = (ratio_of(Times(part, clock), Times(lead, clock)) for part in (least, most))
    columns, week = np.stack([least, most, lead], axis=1), weeks(cohort.own["submitted_on"])
    _, drawn, tail = drawn_totals(columns, week, cohort.confidence)
    numbers = {"at_least": at_least.ratio, "at_most": at_most.ratio, "lower": None, "upper": None}
    numbers |= {"case_at_least": at_least.median, "case_at_most": at_most.median}
    if tail is not None and at_least.n:
        drawn = drawn[drawn[:, 2] > 0]
        numbers["lower"] = float(np.quantile(drawn[:, 0] / drawn[:, 2], tail))
        numbers["upper"] = float(np.quantile(drawn[:, 1] / drawn[:, 2], 1 - tail))
    known = {key: np.nan if value is None else value for key, value in numbers.items()}
    shown = cohort.rounding.within(at_least.n, len(lead))
    return {**known, "n": shown, "method": METHOD, "state": state_of(at_least.n)}
