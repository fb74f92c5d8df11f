"""From hand to hand: how often a case changes the person or the team."""

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import Cohort, weeks
from workbench.process_timing.counts import Counts
from workbench.process_timing.times.clocks import place_of
from workbench.process_timing.times.curves import state_of
from workbench.process_timing.times.draws import drawn_totals

LEVELS = {"person": "handoff", "team": "team_handoff"}
METHOD = "share of steps, weeks resampled"
COLUMNS = [
    *("interval", "level", "handoffs", "of", "share", "lower", "upper", "cases_without", "cases"),
    *("cases_without_share", "median_per_case", "method", "state", "cells"),
]


def handoffs(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row a level: person, team. A hand-off is two events of a case in a row by different ones.

    Where one of the two is not known, or is a system account, it is not a hand-off and not counted
    among those that could be one.

    Returns
    -------
    DataFrame
        interval, level, handoffs, of (steps of which both hands are known), share with lower and upper (of
        resampled weeks), cases_without (any that is known), cases, cases_without_share,
        median_per_case, method, state, cells. Nothing of a level that the log does not tell.

    Notes
    -----
    Where the source is about people all counts are told in whole steps, those without a hand-off by what
    they lack of all: how few changed hands twice, or at all, is then no difference of two of them.
    Limits are of exact counts, moved to the share that is shown and widened to whole hundredths.
    """
    rows = [_level(cohort, counts, level, column) for level, column in LEVELS.items()]
    return pd.DataFrame([row for row in rows if row], columns=COLUMNS)


def _level(cohort: Cohort, counts: Counts, level: str, column: str) -> dict | None:
    per_case = _per_case(cohort, column)
    changed, known = (int(total) for total in per_case.sum(axis=0))
    if not known:
        return None
    rounding, cases = cohort.rounding, len(cohort.own)
    told, of = rounding.down(changed), rounding.down(known)
    without = rounding.within(int((per_case[:, 0] == 0).sum()), cases)
    lower, upper = _limits(per_case, told / of, cohort)
    interval = str(cohort.period)
    cells = [counts.cell(f"{interval}|hand-offs|{level}", told, of)]
    cells += [counts.cell(f"{interval}|without hand-off|{level}", without, cases)]
    return {
        "interval": interval,
        "level": level,
        "handoffs": told,
        "of": of,
        "share": told / of,
        "lower": lower,
        "upper": upper,
        "cases_without": without,
        "cases": cases,
        "cases_without_share": without / cases,
        "median_per_case": float(np.median(per_case[:, 0])),
        "method": METHOD,
        "state": state_of(cases),
        "cells": cells,
    }


def _per_case(cohort: Cohort, column: str) -> np.ndarray:
    """Hand-offs of each case, and steps that could be one."""
    steps = cohort.steps
    place, change = place_of(cohort.own, steps), steps[column].to_numpy()
    counted = np.stack([change == 1, change >= 0], axis=1).astype("int64")
    per_case = np.zeros((len(cohort.own), 2), "int64")
    np.add.at(per_case, place, counted)
    return per_case


def _limits(per_case: np.ndarray, share: float, cohort: Cohort) -> tuple[float, float]:
    """Limits of the share of steps; missing where all cases are of one week."""
    sums, drawn, tail = drawn_totals(per_case, weeks(cohort.own["submitted_on"]), cohort.confidence)
    drawn = drawn[drawn[:, 1] > 0]
    if tail is None:
        return np.nan, np.nan
    limits = np.quantile(drawn[:, 0] / drawn[:, 1], [tail, 1 - tail])
    if not cohort.rounding.is_exact:
        limits = limits - sums[0] / sums[1] + share
        limits = np.array([np.floor(limits[0] * 100), np.ceil(limits[1] * 100)]) / 100
    return tuple(float(each) for each in np.clip(limits, 0.0, 1.0))
