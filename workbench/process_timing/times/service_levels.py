"""How many cases were closed in time: on the resident's clock and on the city's."""

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.periods import Period
from workbench.process_timing.cohort import CALENDAR, DAY, Cohort, Some
from workbench.process_timing.counts import NO_DATA, VALUE, ZERO, Counts
from workbench.process_timing.log.assembly import OPEN, WITHDRAWN
from workbench.process_timing.rounding import Rounding
from workbench.process_timing.times.clocks import calendar_of, lead_of, level_clock
from workbench.process_timing.times.curves import state_of
from workbench.process_timing.times.held import Held
from workbench.statistics.percentiles import enough_for
from workbench.statistics.proportions import share, wilson
from workbench.statistics.rounded_counts import difference_of_rounded
from workbench.statistics.survival import kaplan_meier

WHOLE, CITY = "whole", "city"
UNDECIDED = 0.05
COLUMNS = [
    *("interval", "clock", "due", "met", "missed", "share", "lower", "upper", "method"),
    *("change", "change_lower", "change_upper", "p", "verdict", "state", "cells"),
]


def service_levels(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each interval and clock: of the cases that were due, how many were closed in time.

    On the ``whole`` clock, the resident's, from submission to closing, cases whose due date has
    passed are counted; one still open then is a miss.

    The ``city`` clock stands still while others hold the case, so that its due date is not known
    before it comes. To count closed cases and those already over would flatter: the fast ones are
    known first. Nor does it help to ask whether a closed case *would* be due by now, since
    nobody knows who would have held it. So the share is 1 less Kaplan-Meier's S at the allowance, in
    city time over allowance, with an open case within its allowance last seen where it is; due and met
    are the whole numbers of cases that are worth as much (``share (1 - share) / variance``, Rothman 1978). Of a
    case that only the city held both clocks say the same. There are no such rows where nobody else holds
    cases.

    Withdrawn cases are not counted. Where the source is about people counts are rounded, or else what was
    submitted less what was due would tell how few withdrew; shares are of the rounded counts, and a
    change is clear only where every count that rounds alike has it. A share of the city's clock is hidden where few cases are late on one clock only.

    Returns
    -------
    DataFrame
        interval, clock, due, met, missed, share, lower, upper, method; change from the interval before with
        change_lower, change_upper and p; verdict, state, cells.
    """
    if not cohort.cube.definition["process"]["service_level"]:
        return pd.DataFrame(columns=COLUMNS)
    rows = [_whole_row(cohort, counts, interval) for interval in cohort.intervals]
    held = Held.of(cohort, level_clock(cohort))
    if held.has_others:
        used = _used(cohort, held)
        rows += [_city_row(cohort, counts, interval, used) for interval in cohort.intervals]
    order = {interval: place for place, interval in enumerate(cohort.intervals)}
    rows.sort(key=lambda row: order[row["interval"]])
    return pd.DataFrame(_with_changes(rows, cohort), columns=COLUMNS)


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
        cases = cohort.times_of(interval)
        sizes = {OPEN: (int(cases["is_open"].sum()), len(cases))}
        if cohort.cube.definition["process"]["service_level"]:
            due, _, overdue = _due_counts(cohort, interval)
            sizes["overdue"] = (overdue, due)
        for outcome, (number, of) in sizes.items():
            row = {"interval": interval, "outcome": outcome, "cases": number, "of": of}
            cell = counts.cell(f"{interval}|{outcome}", number, of)
            state = NO_DATA if not of else VALUE if number else ZERO
            rows.append({**row, "share": number / of if of else np.nan, "state": state, "cells": [cell]})
    return pd.DataFrame(rows)


def before(cohort: Cohort, row: dict) -> str:
    """The interval before that of a row."""
    return str(Period.parse(row["interval"], cohort.period.fiscal_start).previous())


def is_due(cohort: Cohort, cases: pd.DataFrame | Some) -> np.ndarray:
    """Of which cases the due date has passed, withdrawn ones left out."""
    due, is_open, is_closed = (np.asarray(cases[name]) for name in ("due", "is_open", "is_closed"))
    return (due <= cohort.cube.definition["as_of_instant"]) & (is_open | is_closed)


def in_time(cases: pd.DataFrame | Some) -> np.ndarray:
    """Whether each case was closed by its due date."""
    is_closed, end, due = (np.asarray(cases[name]) for name in ("is_closed", "end", "due"))
    return is_closed & (end <= due)


def _due_counts(cohort: Cohort, interval: str) -> tuple[int, int, int]:
    """Cases that were due, met their date, and are open after it, as published.

    How many are open is published exactly, and in an earlier interval all of them are overdue. So the
    overdue are all of the open ones, or a part to the nearest step, and the missed are those and whole
    steps beyond them: how few were late is no difference of the two, and one number stands for all of
    few. The missed are within three quarters of a step of what they would be.
    """
    cases, rounding = cohort.times_of(interval), cohort.rounding
    was_due, is_open = is_due(cohort, cases), cases["is_open"]
    size, met, overdue = (int(np.sum(each & was_due)) for each in (True, in_time(cases), is_open))
    due = rounding.within(size, len(cases))
    missed = rounding.part(size - met, size, due)
    if rounding.is_exact or overdue < rounding.fewest:
        return due, due - missed, overdue
    told = _told_overdue(overdue, int(is_open.sum()), rounding)
    if rounding.fewest <= missed <= due - rounding.fewest:
        late = size - met - overdue
        likely = overdue + (late if late >= rounding.fewest else rounding.fewest // 2)
        steps = max(round((likely * due / size - told) / rounding.base), 0)
        missed = min(told + rounding.base * steps, due - rounding.fewest)
    return due, due - missed, told


def _told_overdue(overdue: int, still_open: int, rounding: Rounding) -> int:
    """Overdue cases of so many open ones: all where few are not due yet, else to the nearest step."""
    if still_open - overdue < rounding.fewest:
        return still_open
    return min(rounding.nearest(overdue), still_open - rounding.fewest)


def _whole_row(cohort: Cohort, counts: Counts, interval: str) -> dict:
    due, met, _ = _due_counts(cohort, interval)
    cells = [counts.cell(f"{interval}|service level", met, due)]
    return _row(interval, WHOLE, due, met, "Wilson", cells, cohort)


def _city_row(cohort: Cohort, counts: Counts, interval: str, used: np.ndarray) -> dict:
    cases = cohort.times_of(interval)
    own, pursued = used[cases.rows], cases["outcome"] != WITHDRAWN
    size, late = _worth(own[pursued], cohort.observed(cases)[pursued])
    due = cohort.rounding.within(size, len(cases)) if size else 0
    met = due - cohort.rounding.nearest_of(cohort.rounding.part(round(late * size), size, due), due)
    one_only = (is_due(cohort, cases) & ~in_time(cases) & (own <= 1)).sum()
    cells = [
        counts.cell(f"{interval}|service level on the city's clock", met, due),
        counts.cell(f"{interval}|late on one clock only", one_only),
    ]
    return _row(interval, CITY, due, met, "Kaplan-Meier, Rothman's interval", cells, cohort)


def _row(interval: str, clock: str, due: int, met: int, method: str, cells: list, cohort: Cohort) -> dict:
    lower, upper = wilson(met, due, cohort.confidence)
    row = {"interval": interval, "clock": clock, "due": due, "met": met, "missed": due - met}
    row |= {"share": float(share(met, due)), "lower": float(lower), "upper": float(upper)}
    return {**row, "method": method, "state": state_of(due), "cells": cells}


def _used(cohort: Cohort, held: Held) -> np.ndarray:
    """How much of its allowance of city time each case of the cube has used; more than 1 is late."""
    cases, clock = cohort.cases, level_clock(cohort)
    due = cases["due"].to_numpy()
    if clock == CALENDAR:
        allowed = round(cohort.cube.definition["process"]["service_level"]["days"] * DAY)
    else:
        allowed = calendar_of(cohort).worked(due) - cases["start_working"].to_numpy()
    used = (lead_of(cases, clock) - held.elsewhere) / np.maximum(allowed, 1)
    late = np.where(held.elsewhere > 0, used > 1, cases["end"].to_numpy() > due)
    return np.where(late, np.maximum(used, np.nextafter(1, 2)), np.minimum(used, 1))


def _worth(used: np.ndarray, closed: np.ndarray) -> tuple[int, float]:
    """How many cases the Kaplan-Meier share of late ones is worth, and that share.

    None where more than a twentieth is undecided, and nobody was followed to the end of the allowance;
    up to a twentieth counts as late.
    """
    curve = kaplan_meier(used, closed)
    within = curve.times <= 1
    over = int((used > 1).sum())
    late = float(curve.survival[within][-1]) if within.any() else 1.0
    if not used.size or (over == 0 and late > UNDECIDED + 1e-9):
        return 0, 0.0
    spread = late * float(curve.variance[within][-1]) if 0 < late < 1 else 0.0
    size = (1 - late) / spread if spread else over + closed[used <= 1].sum()
    return min(round(size), used.size), late


def _with_changes(rows: list[dict], cohort: Cohort) -> list[dict]:
    """Each row with how its share met differs from the interval before, and the word for it."""
    known = {(row["interval"], row["clock"]): row for row in rows}
    earlier = [_comparable(row, known.get((before(cohort, row), row["clock"]))) for row in rows]
    pairs = list(zip(rows, earlier, strict=True))
    slack = 1.5 * cohort.rounding.slack  # as `_due_counts` tells the missed
    sizes = [
        [number for each in pair for number in ((each["met"], each["due"], slack) if each else (0, 0, 0))]
        for pair in pairs
    ]
    # All rows at once: limits are found by halving, which takes as long for one as for many.
    found = difference_of_rounded(*np.array(sizes, float).reshape(-1, 6).T, cohort.confidence)
    figures = zip(*(each.tolist() for each in found), strict=True)
    return [
        {**row, **_change(row, other, *figure)} for (row, other), figure in zip(pairs, figures, strict=True)
    ]


def _comparable(row: dict, earlier: dict | None) -> dict | None:
    """The row of the interval before, where both have enough cases."""
    enough = earlier is not None and enough_for(min(row["due"], earlier["due"]), 0.5)
    return earlier if enough else None


def _change(row: dict, earlier: dict | None, lower: float, upper: float, p: float) -> dict:
    if earlier is None:
        nothing = dict.fromkeys(("change", "change_lower", "change_upper", "p"), np.nan)
        return {**nothing, "verdict": str(Verdict.CANT_TELL)}
    word = Verdict.IMPROVING if lower > 0 else Verdict.WORSENING if upper < 0 else Verdict.NO_CLEAR_CHANGE
    change = {"change": row["share"] - earlier["share"], "change_lower": lower, "change_upper": upper}
    return {**change, "p": p, "verdict": str(word), "cells": [*row["cells"], *earlier["cells"]]}
