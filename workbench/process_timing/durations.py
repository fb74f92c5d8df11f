"""Frames of lead times: by interval, by group, as a curve, and against the service level."""

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.periods import Period
from workbench.process_timing.assembly import CLOSED, OPEN, SET_ASIDE, WITHDRAWN
from workbench.process_timing.cohort import CLOCKS, Cohort
from workbench.process_timing.counts import NO_DATA, UNRELIABLE, VALUE, Counts
from workbench.statistics.differences import miettinen_nurminen
from workbench.statistics.percentiles import enough_for
from workbench.statistics.proportions import score_test, share, wilson
from workbench.statistics.survival import Curve, kaplan_meier, percentile

SHARES = tuple(round(0.05 * k, 2) for k in range(1, 20))
ALL = "all"


def lead_times(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each interval and clock.

    Returns
    -------
    DataFrame
        interval, clock, submitted, closed, open, withdrawn, set_aside, closed_median, median, lower, upper,
        p90, p90_lower, p90_upper, method, state, cells. Times are in days of the clock. A
        median, bound or p90 is missing where the curve does not reach it; p90 also below 50 cases.
    """
    rows = []
    for interval in cohort.intervals:
        cases = cohort.of_interval(interval)
        known, cells = _outcomes(cases, interval, counts)
        timed = cohort.timed(cases)
        for clock in CLOCKS:
            days, observed = cohort.days(timed, clock), cohort.observed(timed)
            rows.append({"interval": interval, "clock": clock, **known, **_times(days, observed, cohort)})
            rows[-1] |= {"method": "Kaplan-Meier", "state": _state(len(timed)), "cells": cells}
    return pd.DataFrame(rows)


def attributes(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each dimension and group of the period: lead time in calendar days.

    Returns
    -------
    DataFrame
        interval, dimension, group, submitted, closed, not_closed, closed_median, median, lower, upper, p90,
        state, cells.
    """
    interval = str(cohort.period)
    timed = cohort.timed(cohort.of_interval(interval))
    rows = []
    for dimension in cohort.cube.definition["dimensions"]:
        groups = timed.groupby(f"by_{dimension['name']}", sort=True)
        names = [_group_row(cohort, counts, dimension["name"], group, cases) for group, cases in groups]
        rows += names
        for part, cell in (("", "submitted"), ("|closed", "closed"), ("|not closed", "not closed")):
            cells = [f"{interval}|{dimension['name']}={row['group']}{part}" for row in names]
            if cells:
                counts.total(f"{interval}|{cell}", cells)
    columns = ["interval", "dimension", "group", "submitted", "closed", "not_closed", "closed_median"]
    return pd.DataFrame(rows, columns=[*columns, "median", "lower", "upper", "p90", "state", "cells"])


def survival(cohort: Cohort) -> pd.DataFrame:
    """The curve of the period and of those it is compared with, by share of cases closed.

    Only percentiles are given, not the steps of the curve, each of which would be one case.

    Returns
    -------
    DataFrame
        interval, share, days, lower, upper, state, cells.
    """
    rows = []
    for interval in dict.fromkeys([str(cohort.period), *_compared(cohort)]):
        timed = cohort.timed(cohort.of_interval(interval))
        curve = _curve(cohort.days(timed), cohort.observed(timed), cohort)
        cells = [f"{interval}|submitted", f"{interval}|closed"]
        shown = [p for p in SHARES if enough_for(curve.n, p) and enough_for(curve.n, 1 - p)]
        for p in shown:
            at = percentile(curve, p)
            row = {"interval": interval, "share": p, "days": at.value, "lower": at.lower, "upper": at.upper}
            rows.append({**row, "state": VALUE if at.value is not None else NO_DATA, "cells": cells})
    frame = pd.DataFrame(rows, columns=["interval", "share", "days", "lower", "upper", "state", "cells"])
    return frame.astype(dict.fromkeys(["days", "lower", "upper"], float))


def service_levels(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an interval: of the cases that were due, how many were closed in time.

    Cases whose due date has passed are counted; one still open then is a miss. Withdrawn cases and
    those set aside are not counted.

    Returns
    -------
    DataFrame
        interval, due, met, missed, overdue_open, share, lower, upper, method; change from the interval
        before with change_lower, change_upper and p; verdict, state, cells.
    """
    level = cohort.cube.definition["process"]["service_level"]
    columns = ["interval", "due", "met", "missed", "overdue_open", "share", "lower", "upper", "method"]
    rows = [_service_row(cohort, counts, interval) for interval in cohort.intervals] if level else []
    known = {row["interval"]: row for row in rows}
    changed = [{**row, **_service_change(row, known.get(_before(cohort, row)), cohort)} for row in rows]
    added = ["change", "change_lower", "change_upper", "p", "verdict", "state", "cells"]
    return pd.DataFrame(changed, columns=[*columns, *added])


def _service_row(cohort: Cohort, counts: Counts, interval: str) -> dict:
    cases = cohort.of_interval(interval)
    passed = cases["due"] <= cohort.cube.definition["as_of_instant"]
    due = cases[passed & cases["outcome"].isin([CLOSED, OPEN])]
    is_open = due["outcome"] == OPEN
    met = int((~is_open & (due["end"] <= due["due"])).sum())
    known = {"due": len(due), "met": met, "missed": len(due) - met, "overdue_open": int(is_open.sum())}
    cells = [counts.cell(f"{interval}|service {name}", number) for name, number in known.items()]
    late = counts.cell(f"{interval}|service late", known["missed"] - known["overdue_open"])
    counts.total(cells[0], cells[1:3])
    counts.total(cells[2], [late, cells[3]])
    lower, upper = wilson(met, len(due), cohort.confidence)
    rate = {"share": float(share(met, len(due))), "lower": float(lower), "upper": float(upper)}
    return {
        "interval": interval,
        **known,
        **rate,
        "method": "Wilson",
        "state": _state(len(due)),
        "cells": cells,
    }


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


def _outcomes(cases: pd.DataFrame, interval: str, counts: Counts) -> tuple[dict, list[str]]:
    """How many cases ended in which way, as row values and as cells with their sums."""
    number = cases["outcome"].value_counts()
    known = {name: int(number.get(name, 0)) for name in (CLOSED, OPEN, WITHDRAWN, SET_ASIDE)}
    submitted = len(cases) - known[SET_ASIDE]
    parts = [counts.cell(f"{interval}|{name}", count) for name, count in known.items()]
    total = counts.cell(f"{interval}|submitted", submitted)
    pending = counts.cell(f"{interval}|not closed", submitted - known[CLOSED])
    counts.total(total, [parts[0], pending])
    counts.total(pending, parts[1:3])
    counts.total(counts.cell(f"{interval}|cases", len(cases)), [total, parts[3]])
    row = {"submitted": submitted, **{name.replace(" ", "_"): count for name, count in known.items()}}
    return row, [total, *parts]


def _group_row(cohort: Cohort, counts: Counts, dimension: str, group: str, cases: pd.DataFrame) -> dict:
    interval, days, observed = str(cohort.period), cohort.days(cases), cohort.observed(cases)
    closed = int(observed.sum())
    known = {"submitted": len(cases), "closed": closed, "not_closed": len(cases) - closed}
    name = f"{interval}|{dimension}={group}"
    parts = [counts.cell(f"{name}|closed", closed), counts.cell(f"{name}|not closed", len(cases) - closed)]
    total = counts.cell(name, len(cases))
    counts.total(total, parts)
    times = _times(days, observed, cohort)
    kept = {key: times[key] for key in ("closed_median", "median", "lower", "upper", "p90")}
    row = {"interval": interval, "dimension": dimension, "group": group, **known, **kept}
    return {**row, "state": _state(len(cases)), "cells": [total, *parts]}


def _times(days: np.ndarray, observed: np.ndarray, cohort: Cohort) -> dict:
    curve = _curve(days, observed, cohort)
    median, ninth = percentile(curve, 0.5), percentile(curve, 0.9)
    shows = bool(enough_for(days.size, 0.9))
    values = {
        "closed_median": float(np.median(days[observed])) if observed.any() else None,
        "median": median.value,
        "lower": median.lower,
        "upper": median.upper,
        "p90": ninth.value if shows else None,
        "p90_lower": ninth.lower if shows else None,
        "p90_upper": ninth.upper if shows else None,
    }
    return {name: np.nan if value is None else value for name, value in values.items()}


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
