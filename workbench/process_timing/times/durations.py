"""Frames of lead times: by interval, by group, as a curve, and against the service level."""

from dataclasses import astuple
from functools import lru_cache

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.periods import Period
from workbench.process_timing.cohort import CALENDAR, CLOCKS, Cohort
from workbench.process_timing.counts import NO_DATA, UNRELIABLE, VALUE, ZERO, Counts
from workbench.process_timing.log.assembly import CLOSED, OPEN, WITHDRAWN
from workbench.statistics.differences import miettinen_nurminen
from workbench.statistics.percentiles import enough_for
from workbench.statistics.proportions import score_test, share, wilson
from workbench.statistics.survival import Curve, Reached, kaplan_meier, percentile

SHARES = tuple(round(0.05 * k, 2) for k in range(1, 20))


def lead_times(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each interval and clock.

    Returns
    -------
    DataFrame
        interval, clock, submitted, closed_median (closed cases only), median, lower, upper, p90,
        p90_lower, p90_upper, method, state, cells. Times are in days of the clock. A median, bound
        or p90 is missing where the curve does not reach it, and where that it is reached would tell
        how few are still open (see ``certain``); p90 also below 50 cases.
    """
    rows = []
    for interval in cohort.intervals:
        cases = cohort.of_interval(interval)
        cells = [counts.cell(f"{interval}|submitted", len(cases))]
        for clock in CLOCKS:
            row = {"interval": interval, "clock": clock, "submitted": len(cases)}
            row |= _times(cases, cohort, clock)
            rows.append({**row, "method": "Kaplan-Meier", "state": _state(len(cases)), "cells": cells})
    return pd.DataFrame(rows)


def progress(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each interval and kind of unfinished case: how many, of how many.

    They are rows of their own because in most intervals they are few: a lead time must not be hidden
    for the three cases that are still open.

    Returns
    -------
    DataFrame
        interval, outcome (``open``: not yet closed or withdrawn, of those submitted; ``overdue``: open
        after the due date, of those due; rounded where the source is about people), cases, of, share,
        state, cells.
    """
    rows = []
    for interval in cohort.intervals:
        cases = cohort.of_interval(interval)
        sizes = {OPEN: (int((cases["outcome"] == OPEN).sum()), len(cases))}
        if cohort.cube.definition["process"]["service_level"]:
            due, _, overdue = _due_counts(cohort, interval)
            sizes["overdue"] = (overdue, due)
        for outcome, (number, of) in sizes.items():
            row = {"interval": interval, "outcome": outcome, "cases": number, "of": of}
            cell = counts.cell(f"{interval}|{outcome}", number, of)
            state = NO_DATA if not of else VALUE if number else ZERO
            rows.append({**row, "share": number / of if of else np.nan, "state": state, "cells": [cell]})
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
        groups = cohort.own.groupby(f"by_{name}", sort=True)
        cells = [counts.cell(f"{interval}|{name}={group}", len(cases)) for group, cases in groups]
        counts.total(f"{interval}|submitted", cells)
        for cell, (group, cases) in zip(cells, groups, strict=True):
            times = _times(cases, cohort)
            row = {"interval": interval, "dimension": name, "group": group, "submitted": len(cases)}
            row |= {key: times[key] for key in ("closed_median", "median", "lower", "upper", "p90")}
            rows.append({**row, "method": "Kaplan-Meier", "state": _state(len(cases)), "cells": [cell]})
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
    for interval in dict.fromkeys([str(cohort.period), *_compared(cohort)]):
        cases = cohort.of_interval(interval)
        curve = _curve(cohort.days(cases), cohort.observed(cases), cohort)
        cells = [f"{interval}|submitted"]
        shown = [p for p in SHARES if enough_for(curve.n, p) and enough_for(curve.n, 1 - p)]
        for p in shown:
            at = _told(percentile(curve, p), cases, p, cohort)
            row = {"interval": interval, "share": p, "days": at.value, "lower": at.lower, "upper": at.upper}
            rows.append({**row, "state": VALUE if at.value is not None else NO_DATA, "cells": cells})
    frame = pd.DataFrame(rows, columns=["interval", "share", "days", "lower", "upper", "state", "cells"])
    return frame.astype(dict.fromkeys(["days", "lower", "upper"], float))


def service_levels(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an interval: of the cases that were due, how many were closed in time.

    Cases whose due date has passed are counted; one still open then is a miss. Withdrawn cases are
    not counted. Where the source is about people counts are rounded, or else what was submitted
    less what was due would tell how few withdrew; all other figures are of the rounded counts.

    Returns
    -------
    DataFrame
        interval, due, met, missed, share, lower, upper, method; change from the interval before with
        change_lower, change_upper and p; verdict, state, cells.
    """
    level = cohort.cube.definition["process"]["service_level"]
    rows = [_service_row(cohort, counts, interval) for interval in cohort.intervals] if level else []
    known = {row["interval"]: row for row in rows}
    changed = [{**row, **_service_change(row, known.get(_before(cohort, row)), cohort)} for row in rows]
    columns = ["interval", "due", "met", "missed", "share", "lower", "upper", "method"]
    added = ["change", "change_lower", "change_upper", "p", "verdict", "state", "cells"]
    return pd.DataFrame(changed, columns=[*columns, *added])


def _due(cohort: Cohort, interval: str) -> pd.DataFrame:
    """Cases of an interval whose due date has passed, withdrawn ones left out."""
    cases = cohort.of_interval(interval)
    passed = cases["due"] <= cohort.cube.definition["as_of_instant"]
    return cases[passed & (cases["outcome"] != WITHDRAWN)]


def _due_counts(cohort: Cohort, interval: str) -> tuple[int, int, int]:
    """Cases that were due, met their date, and are open after it, as published."""
    cases, rounding = _due(cohort, interval), cohort.rounding
    met = int(((cases["outcome"] == CLOSED) & (cases["end"] <= cases["due"])).sum())
    overdue = int((cases["outcome"] == OPEN).sum())
    due = rounding.within(len(cases), len(cohort.of_interval(interval)))
    missed = rounding.part(len(cases) - met, len(cases), due)
    late = len(cases) - met - overdue
    few = rounding.is_exact or overdue < rounding.fewest
    return due, due - missed, overdue if few else missed - late // rounding.base * rounding.base


def _service_row(cohort: Cohort, counts: Counts, interval: str) -> dict:
    due, met, _ = _due_counts(cohort, interval)
    lower, upper = wilson(met, due, cohort.confidence)
    row = {"interval": interval, "due": due, "met": met, "missed": due - met}
    row |= {"share": float(share(met, due)), "lower": float(lower), "upper": float(upper)}
    cells = [counts.cell(f"{interval}|service level", met, due)]
    return {**row, "method": "Wilson", "state": _state(due), "cells": cells}


def _before(cohort: Cohort, row: dict) -> str:
    return str(Period.parse(row["interval"], cohort.period.fiscal_start).previous())


def _service_change(row: dict, before: dict | None, cohort: Cohort) -> dict:
    """How the share met differs from the interval before, with the word for it."""
    nothing = dict.fromkeys(("change", "change_lower", "change_upper", "p"), np.nan)
    if before is None or not (enough_for(row["due"], 0.5) and enough_for(before["due"], 0.5)):
        return {**nothing, "verdict": str(Verdict.CANT_TELL)}
    sizes = (row["met"], row["due"], before["met"], before["due"])
    lower, upper = (float(bound) for bound in miettinen_nurminen(*sizes, cohort.confidence))
    word = Verdict.IMPROVING if lower > 0 else Verdict.WORSENING if upper < 0 else Verdict.NO_CLEAR_CHANGE
    change = {"change": row["share"] - before["share"], "change_lower": lower, "change_upper": upper}
    cells = [*row["cells"], *before["cells"]]
    return {**change, "p": float(score_test(*sizes)), "verdict": str(word), "cells": cells}


def _times(cases: pd.DataFrame, cohort: Cohort, clock: str = CALENDAR) -> dict:
    curve = _curve(cohort.days(cases, clock), cohort.observed(cases), cohort)
    median, ninth = (_told(percentile(curve, p), cases, p, cohort) for p in (0.5, 0.9))
    shows = bool(enough_for(len(cases), 0.9))
    values = {
        "closed_median": cohort.median_of(cases[cohort.observed(cases)], clock),
        "median": median.value,
        "lower": median.lower,
        "upper": median.upper,
        "p90": ninth.value if shows else None,
        "p90_lower": ninth.lower if shows else None,
        "p90_upper": ninth.upper if shows else None,
    }
    return {name: np.nan if value is None else value for name, value in values.items()}


def _told(at: Reached, cases: pd.DataFrame, p: float, cohort: Cohort) -> Reached:
    """A percentile, without what would tell how few cases are open, or how few are not."""
    still_open = int((cases["outcome"] == OPEN).sum())
    over, fewest = len(cases) - still_open, cohort.rounding.fewest
    if len(cases) < fewest or not (0 < over < fewest or 0 < still_open < fewest):
        return at
    if over < fewest:
        return Reached(None, None, None)
    sure = certain(len(cases), fewest - 1, p, cohort.confidence)
    return Reached(*(value if known else None for value, known in zip(astuple(at), sure, strict=True)))


@lru_cache(maxsize=1024)
def certain(n: int, few: int, p: float, confidence: float) -> tuple[bool, bool, bool]:
    """Whether a percentile and its two bounds are reached by n cases even when ``few`` of them are open.

    Only then does it tell nothing about a smaller number that it is reached.
    """
    if n <= few:
        return (False, False, False)
    curve = kaplan_meier(
        np.repeat([1.0, 2.0], [n - few, few]), np.repeat([True, False], [n - few, few]), confidence=confidence
    )
    at = percentile(curve, p)
    return (at.value is not None, at.lower is not None, at.upper is not None)


def _curve(days: np.ndarray, observed: np.ndarray, cohort: Cohort) -> Curve:
    return kaplan_meier(days, observed, confidence=cohort.confidence)


def _compared(cohort: Cohort) -> list[str]:
    known = set(cohort.intervals)
    others = [str(cohort.period.previous()), str(cohort.period.same_last_year())]
    return [name for name in others if name in known]


def _state(n: int) -> str:
    """Fewer cases than a median needs are marked unreliable, none at all as no data."""
    if n == 0:
        return NO_DATA
    return VALUE if enough_for(n, 0.5) else UNRELIABLE
