"""What was done more than once: in how many cases, how often, at once or later, by whom.

A repeat is done by who did it the first time in the case, a redo by somebody else; a self-loop follows
right upon itself, a repetition comes after other steps (Swennen et al. 2015, the measures of edeaR).
"""

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import VALUE, Counts
from workbench.process_timing.log.arrays import NONE
from workbench.process_timing.rounding import Rounding
from workbench.process_timing.steps.passes import ANOTHER, SAME, passes, times_passed
from workbench.process_timing.times.curves import state_of
from workbench.statistics.proportions import wilson

EXACTLY = Rounding(1, 1)
ALL_STEPS = ""  # instead of an activity: all of them together
METHOD = "Wilson"
REPEAT, REDO, NOT_KNOWN, SELF_LOOP, REPETITION = KINDS = (
    *("repeat", "redo", "hand not known"),
    *("self-loop", "repetition"),
)
REWORK_WORTH_SAYING = 0.05  # share of cases, by the lower limit of its interval
COLUMNS = [
    *("interval", "activity", "cases", "repeated", "share", "lower", "upper", "extra", "method"),
    *("verdict", "state", "cells"),
]
KIND_COLUMNS = [
    *("interval", "activity", "kind", "events", "of", "share", "lower", "upper", "method", "state", "cells"),
]


def rework(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an activity that was repeated: in what share of the cases that passed it; and one for any.

    Returns
    -------
    DataFrame
        interval, activity (empty for all together), cases (that passed it), repeated (cases in which it was
        done more than once), share, lower, upper, extra (events beyond the first), method, verdict,
        state, cells. Counts are rounded where the source is about people, and share and limits are of
        the rounded ones. Ordered by extra events; the first activity in which even the lower limit is
        worth saying has a verdict. The row for all together comes last.
    """
    counted = repeats(cohort)
    found = {name: each for name, each in counted.items() if each["repeated"] > 0}
    rows = [_row(name, each, cohort, counts) for name, each in found.items()]
    frame = pd.DataFrame(rows, columns=[*COLUMNS])
    ordered = frame.sort_values(["extra", "activity"], ascending=[False, True], ignore_index=True)
    worth = (ordered["lower"] >= REWORK_WORTH_SAYING) & (ordered["state"] == VALUE)
    said = ordered.assign(
        verdict=np.where(worth & (worth.cumsum() == 1), str(Verdict.REWORK), "").astype(object)
    )
    if not found:
        return said
    total = _row(ALL_STEPS, _any(cohort, found), cohort, counts)
    return pd.concat([said, pd.DataFrame([total])[COLUMNS]], ignore_index=True)


def repeats(cohort: Cohort) -> dict[str, dict[str, int]]:
    """How often cases passed each activity of the period again, as it is published.

    Returns
    -------
    dict
        By the name of the activity: cases, repeated, extra; n (cases that passed it, exact: never published).
    """
    rounding, submitted, rows = cohort.rounding, len(cohort.own), {}
    passed = times_passed(passes(cohort))
    activity, times = passed["activity"].to_numpy(), passed["times"].to_numpy()
    for code in np.unique(activity).tolist():
        own = times[activity == code]
        repeated, extra = int((own > 1).sum()), int((own - 1).sum())
        cases = rounding.within(own.size, submitted)
        told = rounding.part(repeated, own.size, cases)
        row = {"cases": cases, "repeated": told, "extra": _extra(extra, repeated, told, rounding)}
        rows[cohort.names[code]] = {**row, "n": own.size}
    return rows


def _extra(extra: int, repeated: int, told: int, rounding: Rounding) -> int:
    """Events beyond the first: what they are more than the cases in whole steps; exact where those are hidden."""
    return extra if told < rounding.fewest else rounding.beyond(extra, repeated, told)


def repeated_cell(activity: str, found: dict, cohort: Cohort, counts: Counts) -> str:
    """The cell of the cases that repeated an activity, for a row of :func:`repeats`."""
    return counts.cell(f"{cohort.period}|repeated|{activity}", found["repeated"], found["cases"])


def _row(activity: str, found: dict, cohort: Cohort, counts: Counts) -> dict:
    lower, upper = wilson(found["repeated"], found["cases"], cohort.confidence)
    row = {"interval": str(cohort.period), "activity": activity, "cases": found["cases"]}
    row |= {"repeated": found["repeated"], "share": found["repeated"] / found["cases"]}
    row |= {"lower": float(lower), "upper": float(upper), "extra": found["extra"], "method": METHOD}
    cells = [repeated_cell(activity, found, cohort, counts)]
    return {**row, "verdict": "", "state": state_of(found["n"]), "cells": cells}


def _any(cohort: Cohort, found: dict[str, dict]) -> dict:
    """Cases that repeated anything, told in whole steps beyond those of the activity most often repeated.

    So the difference, how few repeated only something else, is never told.
    """
    times = times_passed(passes(cohort))
    again = times[times["times"] > 1]
    most = again.groupby("activity").size().rename(index=dict(enumerate(cohort.names)))
    name = min(most.index, key=lambda each: (-most[each], each))
    repeated, extra = again["case"].nunique(), int((again["times"] - 1).sum())
    told = cohort.rounding.beyond(repeated, int(most[name]), found[name]["repeated"])
    submitted = len(cohort.own)
    row = {"cases": submitted, "repeated": told, "n": submitted}
    return row | {"extra": _extra(extra, repeated, told, cohort.rounding)}


def rework_kinds(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each repeated activity and kind of rework: how much of what was done again is of it.

    Returns
    -------
    DataFrame
        interval, activity (empty for all together, where counts are exact), kind, events, of, share with lower and
        upper (Wilson), method, state, cells. ``repeat`` and ``redo`` are of the events of which both
        hands are known, all else is of the extra events. Where the source is about people, each is rounded so
        that its share is kept; how many hands are not known is told in whole steps.
    """
    passed = passes(cohort)
    passed["name"] = pd.Series(cohort.names, dtype=object)[passed["activity"]].to_numpy()
    again, counted, rows = passed[passed["again"]], repeats(cohort), []
    for name, surplus in again.groupby("name", sort=True):
        found = counted[name]
        cell = repeated_cell(name, found, cohort, counts)
        rows += _kinds(name, surplus, found["extra"], [cell], cohort, counts)
    if cohort.rounding.is_exact and len(again):
        rows += _kinds(ALL_STEPS, again, len(again), [], cohort, counts)
    return pd.DataFrame(rows, columns=KIND_COLUMNS)


def _kinds(
    name: str, surplus: pd.DataFrame, extra: int, cells: list[str], cohort: Cohort, counts: Counts
) -> list[dict]:
    hand, size, rounding = surplus["hand"], len(surplus), cohort.rounding
    rounding = EXACTLY if extra == size else rounding
    unknown, at_once = int((hand == NONE).sum()), int(surplus["at_once"].sum())
    known = max(extra - unknown // rounding.base * rounding.base, 0)
    told = {
        NOT_KNOWN: (extra - known, extra),
        SELF_LOOP: (_kept(rounding, at_once, size, extra), extra),
        REPETITION: (_kept(rounding, size - at_once, size, extra), extra),
    }
    if size > unknown:
        for kind, of in ((REPEAT, SAME), (REDO, ANOTHER)):
            told[kind] = (_kept(rounding, int((hand == of).sum()), size - unknown, known), known)
    return [
        _kind_row(name, kind, *told[kind], cells, cohort, counts)
        for kind in KINDS
        if kind in told and told[kind][1]
    ]


def _kept(rounding: Rounding, count: int, of: int, shown_of: int) -> int:
    """A part whose share is kept, never more than what is published of the whole."""
    return min(max(rounding.part(count, of, shown_of), 0), shown_of)


def _kind_row(
    name: str, kind: str, events: int, of: int, cells: list[str], cohort: Cohort, counts: Counts
) -> dict:
    lower, upper = wilson(events, of, cohort.confidence)
    row = {"interval": str(cohort.period), "activity": name, "kind": kind, "events": events, "of": of}
    row |= {"share": events / of, "lower": float(lower), "upper": float(upper), "method": METHOD}
    own = counts.cell(f"{cohort.period}|{kind}|{name}", events, of)
    return {**row, "state": state_of(of), "cells": [*cells, own]}
