"""What becomes of cases by so many days: closed, withdrawn, or neither yet."""

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import CALENDAR, Cohort, Some
from workbench.process_timing.counts import NO_DATA, VALUE, ZERO, Counts
from workbench.process_timing.log.assembly import CLOSED, OPEN, WITHDRAWN
from workbench.process_timing.times.clocks import day_of, level_clock
from workbench.process_timing.times.curves import compared, entries
from workbench.statistics.competing_risks import CompetingRisks, Share, cumulative_incidence, share_by
from workbench.statistics.percentiles import enough_for
from workbench.statistics.proportions import wilson

DAYS = (10, 30, 60, 90, 180)
PURSUED = "closed if pursued"
CLOSE = 1e-9
AALEN_JOHANSEN, KAPLAN_MEIER = "Aalen-Johansen", "Kaplan-Meier"
COLUMNS = [
    *("interval", "outcome", "clock", "day", "share", "lower", "upper", "method", "state", "cells"),
]


def outcomes(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each interval compared, outcome, clock and day.

    ``closed``, ``withdrawn`` and ``open`` are the shares of all cases that were decided, were withdrawn, and
    were neither by that day: they add up to 1 (Aalen and Johansen 1978). ``closed if pursued`` is
    another question: how many would be decided by then if nobody withdrew (Kaplan-Meier with
    withdrawals as last seen), which is what lead times are read from.

    The days are 10, 30, 60, 90 and 180 calendar days, and those of the service level on its clock.
    A day is told where ten cases were submitted so long ago. Where the source is about people shares are
    told in steps of so many cases as counts are, those of a hidden few with the largest, their limits moved with
    them and rounded outwards.

    Returns
    -------
    DataFrame
        interval, outcome, clock, day, share, lower, upper, method, state, cells.
    """
    asked = [(CALENDAR, float(day)) for day in DAYS]
    if level_clock(cohort):
        own = (level_clock(cohort), float(cohort.cube.definition["process"]["service_level"]["days"]))
        asked = sorted({*asked, own})
    rows = []
    for interval in compared(cohort):
        cases = cohort.times_of(interval)
        for clock in dict.fromkeys(clock for clock, _ in asked):
            risks = _risks(cohort, cases, clock)
            for day in (day for each, day in asked if each == clock):
                rows += _of_day(cohort, counts, interval, cases, risks, clock, day)
    return pd.DataFrame(rows, columns=COLUMNS)


def _risks(cohort: Cohort, cases: Some, clock: str) -> dict[str, tuple[CompetingRisks, str]]:
    """The incidences that each outcome is read from, and its name there."""
    days, entry = cohort.days(cases, clock), entries(cohort, cases, clock)
    became = np.where(cases["is_open"], "", cases["outcome"])

    def of(names: np.ndarray) -> CompetingRisks:
        return cumulative_incidence(days, names, entry=entry, confidence=cohort.confidence)

    both = of(became)
    ended, pursued = np.where(became == "", "", "ended"), np.where(became == CLOSED, CLOSED, "")
    return {
        CLOSED: (both, CLOSED),
        WITHDRAWN: (both, WITHDRAWN),
        OPEN: (of(ended), "ended"),
        PURSUED: (of(pursued), CLOSED),
    }


def _of_day(cohort, counts: Counts, interval: str, cases, risks, clock: str, day: float) -> list[dict]:
    followed, rows = _followed(cohort, cases, clock, day), []
    known = enough_for(followed, 0.5)
    shares = _shares(risks, day, followed, cohort.confidence) if known else {}
    few = _told_with_others(shares, len(cases), cohort)
    for outcome in risks:
        row = {"interval": interval, "outcome": outcome, "clock": clock, "day": day}
        row["method"] = KAPLAN_MEIER if outcome == PURSUED else AALEN_JOHANSEN
        if not known:
            blank = dict.fromkeys(("share", "lower", "upper"), np.nan)
            cells = [counts.cell(f"{interval}|submitted", len(cases))]
            rows.append({**row, **blank, "state": NO_DATA, "cells": cells})
            continue
        count, shown = _told(shares[outcome], len(cases), few.get(outcome, 0), cohort)
        cell = counts.cell(f"{interval}|{outcome} by {day:g} {clock}", count, len(cases))
        rows.append({**row, **shown, "state": VALUE if count else ZERO, "cells": [cell]})
    return rows


def _shares(risks, day: float, followed: int, confidence: float) -> dict[str, Share]:
    """The share of each outcome by a day."""
    shares = {
        outcome: _share(found, name, day, followed, confidence) for outcome, (found, name) in risks.items()
    }
    ended = shares[OPEN]
    return {**shares, OPEN: Share(1 - ended.value, 1 - ended.upper, 1 - ended.lower)}


def _told_with_others(shares: dict[str, Share], n: int, cohort: Cohort) -> dict[str, int]:
    """The hidden few of a day, by the largest outcome, with which they are told: all three are all cases."""
    sizes = {outcome: round(share.value * n) for outcome, share in shares.items() if outcome != PURSUED}
    few = sum(cohort.rounding.few(sizes.values()))
    return {max(sizes, key=sizes.get): few} if few else {}


def _followed(cohort: Cohort, cases: Some, clock: str, day: float) -> int:
    """How many cases were submitted at least so many days of a clock before the as-of day ended."""
    definition = cohort.cube.definition
    seen, start = ("as_of_instant", "start") if clock == CALENDAR else ("as_of_working", "start_working")
    return int((definition[seen] - cases[start] >= day * day_of(cohort, clock)).sum())


def _share(found: CompetingRisks, name: str, day: float, followed: int, confidence: float) -> Share:
    """The share by a day; where it is none or all, with the limit of the cases that were followed so long."""
    at = share_by(found.outcomes[name], day) if name in found.outcomes else Share(0.0, 0.0, 0.0)
    if 1e-9 < at.value < 1 - 1e-9:
        return at
    lower, upper = wilson(round(at.value) * followed, followed, confidence)
    return Share(float(round(at.value)), float(lower), float(upper))


def _told(at: Share, n: int, few: int, cohort: Cohort) -> tuple[int, dict[str, float]]:
    """The count that a share is worth, and share and limits as published.

    Limits are moved with the share: rounded by themselves, the three would leave a case or two for the count.
    """
    rounding = cohort.rounding
    count = round(at.value * n)
    if rounding.is_exact:
        return count, {"share": at.value, "lower": at.lower, "upper": at.upper}
    shown, step = rounding.nearest_of(count, n, few), rounding.base / n
    moved = shown / n - at.value
    lower = max(np.floor((at.lower + moved) / step + CLOSE) * step, 0.0)
    upper = min(np.ceil((at.upper + moved) / step - CLOSE) * step, 1.0)
    return shown, {"share": shown / n, "lower": float(lower), "upper": float(upper)}
