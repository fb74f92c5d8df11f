"""Frames of the whole log: its figures, and what is odd in it."""

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import NO_DATA, VALUE, Counts
from workbench.process_timing.excluded import excluded_list
from workbench.process_timing.frames import with_floats
from workbench.process_timing.log.assembly import SET_ASIDE, WITHDRAWN
from workbench.process_timing.times.curves import curve_of
from workbench.statistics.survival import percentile

_OF_ROWS = ("later", "incomplete", "too_early", "unpaired_starts", "strange_stages", "rejects")
_OF_EDGES = ("tied_edges",)
_SIZES = ("rows", "events", "edges")  # what other checks are parts of


def summary(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row a quantity of all cases of the log.

    Cases of a period, or of all later ones, are left out when they are fewer than the city's
    minimum count: the difference to the periods shown would give their number away. Where the source is
    about people, those withdrawn are told to the nearest step: of a log of a single period they would
    tell how few are not due yet.

    Returns
    -------
    DataFrame
        quantity, value, lower, upper, unit, n, state, cells. ``mean_duration`` and ``median_duration`` are
        from the first to the last event; ``closed_median_lead`` and ``median_lead`` from submission to
        closing, the latter with open cases counted as waiting; ``touch_at_least`` and ``touch_at_most``
        are shares of the duration in which somebody worked.
    """
    cases, periods = _covered(cohort)
    total = _total(cohort, counts, periods)
    withdrawn = cohort.rounding.nearest(int((cases["outcome"] == WITHDRAWN).sum()))
    rows = [
        (name, number, None, None, "count", len(cases), [total]) for name, number in _sizes(cohort, cases)
    ]
    rows.append(
        ("withdrawn", withdrawn, None, None, "count", len(cases), [counts.cell("log|withdrawn", withdrawn)])
    )
    rows += [(*row, [total]) for row in [*_spans(cases), *_leads(cohort, cases)]]
    frame = pd.DataFrame(rows, columns=["quantity", "value", "lower", "upper", "unit", "n", "cells"])
    frame = with_floats(frame, ("value", "lower", "upper"))
    return frame.assign(state=np.where(frame["value"].isna(), NO_DATA, VALUE).astype(object))


def quality(cohort: Cohort) -> pd.DataFrame:
    """One row a check: how many rows, events or cases are odd, of how many. They are no cells: they count faults.

    Returns
    -------
    DataFrame
        check, count, of, share, state, cells.
    """
    cases, definition = cohort.cases, cohort.cube.definition
    found = dict(cohort.cube.frames["quality"].itertuples(index=False))
    found["rejects"] = int(cohort.cube.provenance.rejects.get(definition["process"]["source"], 0))
    whole = {**dict.fromkeys(_OF_ROWS, "rows"), **dict.fromkeys(_OF_EDGES, "edges"), **{n: n for n in _SIZES}}
    sizes = ("events", *(name for name in found if name != "events"))
    rows = [(name, found[name], found[whole.get(name, "events")]) for name in sizes]
    rows += [(f"cases_{name}", int(cases[name].sum()), len(cases)) for name in ("cut", "reversed")]
    frame = pd.DataFrame(rows, columns=["check", "count", "of"])
    share = np.divide(frame["count"], frame["of"], out=np.full(len(frame), np.nan), where=frame["of"] > 0)
    return frame.assign(share=share, state=VALUE, cells=[[] for _ in rows])


def facts(cohort: Cohort) -> dict:
    """What holds for the log as a whole: its days, how ties are broken, and where odd rows are listed."""
    names = ("first_event", "last_event", "whole_days", "tie_breaks")
    return {**{name: cohort.cube.definition[name] for name in names}, "excluded_list": excluded_list(cohort)}


def _covered(cohort: Cohort) -> tuple[pd.DataFrame, dict[str, int]]:
    """Cases of the log, those set aside included, and how many timed ones each period has; few are left out."""
    cases = cohort.cases[cohort.cases["interval"].notna()]
    shown = set(cohort.intervals)
    names = cases["interval"].where(cases["interval"].isin(shown), "later")
    sizes = names[cases["outcome"] != SET_ASIDE].value_counts()
    listed = {name: int(n) for name, n in sizes.items() if n >= cohort.cube.definition["least_listed"]}
    only_aside = ~names.isin(sizes.index)
    return cases[names.isin(listed) | only_aside], {name: listed[name] for name in sorted(listed)}


def _total(cohort: Cohort, counts: Counts, sizes: dict[str, int]) -> str:
    """The cell of all cases with a known lead time, which is the sum of those of its periods."""
    parts = [counts.cell(f"{name}|submitted", number) for name, number in sizes.items()]
    counts.total(counts.cell("log|submitted", sum(sizes.values())), parts)
    return "log|submitted"


def _sizes(cohort: Cohort, cases: pd.DataFrame) -> list[tuple[str, int]]:
    edges = cohort.cube.frames["edges"]
    edges = edges[np.isin(edges["case"].to_numpy(), cases["case"].to_numpy())]
    passed = np.union1d(cases["first"].unique(), edges["to"].unique())
    return [
        ("cases", len(cases)),
        ("events", int(cases["events"].sum())),
        ("activities", len(passed)),
        ("variants", cases["variant"].nunique()),
        ("edges", len(edges[["from", "to"]].drop_duplicates())),
        ("edge_occurrences", len(edges)),
        ("handoffs", int(cases["handoffs"].sum())),
        ("rework", int(cases["rework"].sum())),
    ]


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


def _leads(cohort: Cohort, cases: pd.DataFrame) -> list[tuple]:
    """Median lead time of closed cases, and with open cases counted as waiting."""
    timed = cases[cases["outcome"] != SET_ASIDE]
    days, closed = cohort.days(timed), cohort.observed(timed)
    median = percentile(curve_of(cohort, timed), 0.5)
    of_closed = float(np.median(days[closed])) if closed.any() else None
    return [
        ("closed_median_lead", of_closed, None, None, "days", len(days)),
        ("median_lead", median.value, median.lower, median.upper, "days", len(days)),
    ]
