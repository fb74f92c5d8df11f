"""Frames of the whole log: its figures, and what is odd in it."""

import numpy as np
import pandas as pd

from workbench.process_timing.assembly import CLOSED, OPEN, SET_ASIDE
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import NO_DATA, VALUE, Counts
from workbench.statistics.survival import kaplan_meier, percentile

_OF_ROWS = {"later": "rows", "incomplete": "rows"}


def summary(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row a measure of all cases of the log, whatever their period.

    Returns
    -------
    DataFrame
        measure, value, lower, upper, unit, n, state, cells. ``mean_duration`` and ``median_duration`` are
        from the first to the last event; ``closed_median_lead`` and ``median_lead`` from submission to
        closing, the latter with open cases counted as waiting; ``touch_at_least`` and ``touch_at_most``
        are shares of the duration in which somebody worked.
    """
    frames, cases = cohort.cube.frames, cohort.cases
    timed = cohort.timed(cases)
    total, cells = _totals(cohort, counts)
    kinds = frames["edges"][["from", "to"]].drop_duplicates()
    sizes = {
        "cases": len(cases),
        "events": int(cases["events"].sum()),
        "activities": len(cohort.names),
        "variants": len(frames["variants"]),
        "edges": len(kinds),
        "edge_occurrences": len(frames["edges"]),
        "handoffs": int(cases["handoffs"].sum()),
        "rework": int(cases["rework"].sum()),
    }
    rows = [(name, number, None, None, "count", len(cases), [total]) for name, number in sizes.items()]
    rows += [(*row, [total]) for row in _spans(cases)] + [(*row, cells) for row in _leads(cohort, timed)]
    frame = pd.DataFrame(rows, columns=["measure", "value", "lower", "upper", "unit", "n", "cells"])
    frame = frame.astype({"value": float, "lower": float, "upper": float})
    return frame.assign(state=np.where(frame["value"].isna(), NO_DATA, VALUE).astype(object))


def quality(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row a check: how many events or cases are odd, of how many.

    Returns
    -------
    DataFrame
        check, count, of, share, state, cells. Counts of cases are cells; counts of rows are not.
    """
    cases, definition = cohort.cases, cohort.cube.definition
    found = dict(cohort.cube.frames["quality"].itertuples(index=False))
    found["rejects"] = int(cohort.cube.provenance.rejects.get(definition["process"]["source"], 0))
    events = found.pop("events")
    rows = [("events", events, events, [])]
    rows += [
        (name, count, found[_OF_ROWS[name]] if name in _OF_ROWS else events, [])
        for name, count in found.items()
    ]
    odd = {
        "cases_cut": int(cases["cut"].sum()),
        "cases_reversed": int(cases["reversed"].sum()),
        "cases_open": int((cases["outcome"] == OPEN).sum()),
    }
    for name, count in odd.items():
        rows.append((name, count, len(cases), [counts.cell(f"log|{name}", count), "log|cases"]))
    counts.total("log|set aside", ["log|cases_cut", "log|cases_reversed"])
    counts.total("log|open", ["log|cases_open"])
    frame = pd.DataFrame(rows, columns=["check", "count", "of", "cells"])
    share = np.divide(frame["count"], frame["of"], out=np.full(len(frame), np.nan), where=frame["of"] > 0)
    return frame.assign(share=share, state=VALUE)


def _totals(cohort: Cohort, counts: Counts) -> tuple[str, list[str]]:
    """Cells of the whole log: each is the sum over the intervals shown and all cases beside them."""
    cases = cohort.cases
    is_set_aside = cases["outcome"] == SET_ASIDE
    sizes = {
        "cases": len(cases),
        "submitted": int((~is_set_aside).sum()),
        "closed": int((cases["outcome"] == CLOSED).sum()),
        "open": int((cases["outcome"] == OPEN).sum()),
        "set aside": int(is_set_aside.sum()),
    }
    for name, number in sizes.items():
        inside = [f"{interval}|{name}" for interval in cohort.intervals]
        rest = number - sum(counts[each] for each in inside)
        counts.total(counts.cell(f"log|{name}", number), [*inside, counts.cell(f"log|{name} beside", rest)])
    return "log|cases", ["log|submitted", "log|closed"]


def _spans(cases: pd.DataFrame) -> list[tuple]:
    """Duration from first to last event, and the share of it in which somebody worked."""
    n, total = len(cases), int(cases["duration"].sum())
    mean = total / n / 1e6 if n else None
    median = float(cases["duration"].median()) / 1e6 if n else None
    at_least, at_most = (
        int(cases[name].sum()) / total if total else None for name in ("touch_lower", "touch_upper")
    )
    return [
        ("mean_duration", mean, None, None, "seconds", n),
        ("median_duration", median, None, None, "seconds", n),
        ("touch_at_least", at_least, None, None, "share", n),
        ("touch_at_most", at_most, None, None, "share", n),
    ]


def _leads(cohort: Cohort, timed: pd.DataFrame) -> list[tuple]:
    """Median lead time of closed cases, and with open cases counted as waiting."""
    days, closed = cohort.days(timed), cohort.observed(timed)
    median = percentile(kaplan_meier(days, closed, confidence=cohort.confidence), 0.5)
    of_closed = float(np.median(days[closed])) if closed.any() else None
    return [
        ("closed_median_lead", of_closed, None, None, "days", int(closed.sum())),
        ("median_lead", median.value, median.lower, median.upper, "days", len(days)),
    ]
