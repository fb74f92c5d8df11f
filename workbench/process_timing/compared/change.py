"""When the process changed: one change-point over all weeks."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.compared.weekly import cases_by_week, medians_of
from workbench.process_timing.counts import NO_DATA, VALUE, Counts
from workbench.process_timing.frames import with_floats
from workbench.statistics.change_point import ChangePoint, change_point

FEW_WEEKS = "few weeks"
METHOD = "largest Mann-Whitney distance of weekly Kaplan-Meier medians; sieve bootstrap"
COLUMNS = [
    *("interval", "since", "since_lower", "since_upper", "before", "after", "difference", "lower", "upper"),
    *("p", "weeks", "known_change", "known_on", "method", "lacking", "verdict", "state", "cells"),
]
_FIRST_MONDAY = date(1969, 12, 29)  # of week 0


def change(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row: the week from which cases that were submitted took longer or shorter.

    One test over all weeks up to the end of the period that were followed long enough, so that it is told
    what a comparison of two quarters cannot tell: that the change came in the middle of one, or a year ago. Where
    there is no clear change there is no week either. A steady drift is no change of level, but looks like one.

    Returns
    -------
    DataFrame
        interval; since: the Monday of the first week after the change, since_lower and since_upper: the weeks
        between which it lies with the confidence asked for; before, after: the median of the weekly medians
        on either side, in calendar days; difference (Hodges and Lehmann 1963, not exactly after less before)
        with lower and upper; p; weeks: how many have a median; known_change, known_on: what is declared to have
        changed in those weeks (the nearest to since), else empty; method, lacking, verdict, state, cells.

    Notes
    -----
    A case is dated by its submission: what changes how fast cases move on a day is felt by those submitted a
    while before as well, so that the weeks may come before a cause. Weekly figures are not published. The
    row derives from the cases of both sides, so that few on one of them hide it.
    """
    cases = cases_by_week(cohort)
    weeks, medians = medians_of(cohort, cases)
    found = change_point(medians, confidence=cohort.confidence)
    verdict = _verdict(found, 1 - cohort.confidence)
    row = {"interval": str(cohort.period), "p": found.p, "weeks": found.weeks, "method": METHOD}
    if verdict in (Verdict.SLOWER, Verdict.FASTER):
        row |= _when(found, weeks, cohort) | _how_much(found, medians)
    row |= {
        "lacking": FEW_WEEKS if found.p is None else "",
        "verdict": str(verdict),
        "state": NO_DATA if found.p is None else VALUE,
        "cells": _cells(found, weeks, medians, cases, cohort, counts),
    }
    return _typed(pd.DataFrame([row], columns=COLUMNS))


def _verdict(found: ChangePoint, most: float) -> Verdict:
    """Slower or faster where p says so and the interval of the size leaves out 0."""
    if found.p is None:
        return Verdict.CANT_TELL
    if found.p > most or found.lower <= 0 <= found.upper:
        return Verdict.NO_CLEAR_CHANGE
    return Verdict.SLOWER if found.size > 0 else Verdict.FASTER


def _monday(week: int) -> date:
    return _FIRST_MONDAY + timedelta(weeks=int(week))


def _when(found: ChangePoint, weeks: np.ndarray, cohort: Cohort) -> dict[str, str]:
    """The weeks by their Mondays, and the declared change that lies in them."""
    first, earliest, latest = (_monday(weeks[place]) for place in (found.first, found.earliest, found.latest))
    known = [
        (date.fromisoformat(each["on"]), each["what"])
        for each in cohort.cube.definition["process"]["changes"]
    ]
    inside = [each for each in known if earliest <= each[0] < latest + timedelta(weeks=1)]
    on, what = min(inside, key=lambda each: (abs(each[0] - first), each), default=("", ""))
    return {
        "since": str(first),
        "since_lower": str(earliest),
        "since_upper": str(latest),
        "known_change": what,
        "known_on": str(on),
    }


def _how_much(found: ChangePoint, medians: np.ndarray) -> dict[str, float]:
    return {
        "before": float(np.nanmedian(medians[: found.first])),
        "after": float(np.nanmedian(medians[found.first :])),
        "difference": found.size,
        "lower": found.lower,
        "upper": found.upper,
    }


def _cells(found, weeks, medians, cases: pd.DataFrame, cohort: Cohort, counts: Counts) -> list[str]:
    """The cases of the weeks before and after the likeliest change; of all weeks where none was looked for."""
    compared = cases[np.isin(cases["week"].to_numpy(), weeks[np.isfinite(medians)])]
    if found.first is None:
        sides = {"weeks": len(compared)}
    else:
        late = (compared["week"] >= weeks[found.first]).sum()
        sides = {"weeks before the change": len(compared) - late, "weeks after the change": late}
    nearest = cohort.rounding.nearest
    return [counts.cell(f"{cohort.period}|{name}", nearest(count)) for name, count in sides.items()]


def _typed(row: pd.DataFrame) -> pd.DataFrame:
    """Numbers that may be missing as numbers, words as text."""
    numbers = ["before", "after", "difference", "lower", "upper", "p"]
    words = ["since", "since_lower", "since_upper", "known_change", "known_on"]
    return with_floats(row, numbers).assign(**row[words].astype(object).fillna(""))
