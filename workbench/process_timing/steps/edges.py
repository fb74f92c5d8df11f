"""Where the time goes: the edges of the period's cases, and how surely the longest is the longest."""

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import CALENDAR, WORKING, Cohort, Some, weeks
from workbench.process_timing.counts import UNRELIABLE, VALUE, Counts
from workbench.process_timing.steps.holding import holder_after
from workbench.process_timing.times.clocks import day_of
from workbench.process_timing.times.draws import drawn_totals
from workbench.statistics.percentiles import enough_for, percentile

COLUMNS = [
    *("interval", "from", "to", "holder", "kind", "count", "cases", "median_days", "median_lower"),
    *("median_upper", "p90_days", "mean_days", "total_days", "share", "share_lower", "share_upper"),
    *("working_median_days", "working_p90_days", "working_mean_days", "working_total_days"),
    *("longest", "is_longest", "is_usual", "verdict", "state", "cells"),
]


def edges(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an edge: how often it was walked and how long cases waited on it.

    Returns
    -------
    DataFrame
        interval, from, to, holder (who holds the case meanwhile), kind (city, applicant, agency, hold,
        other), count, cases (that walked it at all), median_days with median_lower and median_upper,
        p90_days (from 50 occurrences on), mean_days, total_days, share with share_lower and share_upper
        (of the total wait of all edges; weeks resampled and widened for few, missing for one), the same in
        working days, longest (share of resampled weeks in which it has the largest total), is_longest
        (largest total, and so what a map of means points at), is_usual (largest count times median:
        what a map of medians points at), verdict (one week cannot tell), state, cells. Ordered by total
        wait; edges of few occurrences are not judged.

    Notes
    -----
    Where the source is about people, ``count`` is rounded, and ``cases`` and the means are missing:
    a mean beside a total gives the exact count away, and how often an edge was walked less how many
    cases walked it is how few walked it twice.
    """
    columns = {name: cohort.steps[name].to_numpy() for name in ("case", "wait", "working_wait")}
    edge, size = _codes(cohort), len(cohort.names)
    rows = [
        _edge(divmod(code, size), Some(columns, np.flatnonzero(edge == code)), cohort, counts)
        for code in np.unique(edge).tolist()
    ]
    return _ranked(pd.DataFrame(rows), cohort)[COLUMNS] if rows else pd.DataFrame(columns=COLUMNS)


def _edge(pair: tuple[int, int], found: Some, cohort: Cohort, counts: Counts) -> dict:
    interval, (start, end) = str(cohort.period), (cohort.names[code] for code in pair)
    count, is_exact = cohort.rounding.nearest(len(found)), cohort.rounding.is_exact
    enough = bool(enough_for(len(found), 0.5))
    return {
        "interval": interval,
        "from": start,
        "to": end,
        **holder_after(cohort, start),
        "count": count,
        "cases": float(np.unique(found["case"]).size) if is_exact else np.nan,
        **_waits(found, count, cohort),
        "state": VALUE if enough else UNRELIABLE,
        "cells": [counts.cell(f"{interval}|edge|{start}|{end}", count)],
        "is_judged": enough and len(found) >= cohort.cube.definition["least_listed"],
        "code": pair[0] * len(cohort.names) + pair[1],
    }


def _waits(found: Some, count: int, cohort: Cohort) -> dict:
    """Waits on both clocks. Whether there is a 90th percentile depends on the count as it is published."""
    days = {"": ("wait", day_of(cohort, CALENDAR)), "working_": ("working_wait", day_of(cohort, WORKING))}
    median = percentile(found["wait"] / days[""][1], 0.5, cohort.confidence)
    said = {
        "median_lower": np.nan if median.lower is None else median.lower,
        "median_upper": np.nan if median.upper is None else median.upper,
        "typical": len(found) * median.value,
    }
    for clock, (name, day) in days.items():
        waits = found[name]
        said[f"{clock}median_days"] = float(np.median(waits)) / day
        said[f"{clock}p90_days"] = float(np.quantile(waits, 0.9)) / day if enough_for(count, 0.9) else np.nan
        said[f"{clock}total_days"] = int(waits.sum()) / day
        said[f"{clock}mean_days"] = float(waits.mean()) / day if cohort.rounding.is_exact else np.nan
    return said


def _ranked(rows: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Edges by total wait, with each one's share and how surely the longest is the longest."""
    totals = _weekly_totals(rows["code"].to_numpy(), cohort)
    summed, drawn, tail = drawn_totals(totals, np.arange(len(totals)), cohort.confidence)
    shares, judged = _shares(drawn), rows["is_judged"].to_numpy()
    first = np.where(judged, shares, -1.0).argmax(axis=1)
    lower, upper = _limits(shares, tail)
    known = rows.assign(
        share=_shares(summed[None].astype(float))[0],
        share_lower=lower,
        share_upper=upper,
        longest=np.bincount(first, minlength=len(rows)) / max(len(shares), 1) * judged,
        is_longest=_is_largest(summed, rows, judged & bool(summed.any())),
        is_usual=_is_largest(rows["typical"].to_numpy(), rows, judged),
    )
    is_sure = (known["longest"] >= cohort.confidence) & (tail is not None)
    sure = np.where(is_sure, Verdict.LONGEST_WAIT, Verdict.CANT_TELL)
    known["verdict"] = [str(word) if top else "" for word, top in zip(sure, known["is_longest"], strict=True)]
    return known.sort_values(["total_days", "from", "to"], ascending=[False, True, True], ignore_index=True)


def _limits(shares: np.ndarray, tail: float | None) -> np.ndarray:
    """Lower and upper limits of each edge's share; missing where one week, or no wait, is all that could be drawn."""
    if tail is None or not len(shares):
        return np.full((2, shares.shape[1]), np.nan)
    return np.quantile(shares, [tail, 1 - tail], axis=0)


def _is_largest(values: np.ndarray, rows: pd.DataFrame, judged: np.ndarray) -> np.ndarray:
    """Whether each edge has the largest value of those judged; the first by name among equals."""
    order = np.lexsort((rows["to"], rows["from"], -np.where(judged, values, -1.0)))
    return (np.arange(len(rows)) == order[0]) & judged


def _weekly_totals(codes: np.ndarray, cohort: Cohort) -> np.ndarray:
    """Total wait in microseconds by week of submission and edge, in the order of ``codes``."""
    own, steps = cohort.own, cohort.steps
    place = np.searchsorted(own["case"].to_numpy(), steps["case"].to_numpy())
    _, week = np.unique(weeks(own["submitted_on"]), return_inverse=True)
    totals = np.zeros((week.max() + 1, len(codes)), dtype="int64")
    np.add.at(totals, (week[place], np.searchsorted(codes, _codes(cohort))), steps["wait"].to_numpy())
    return totals


def _codes(cohort: Cohort) -> np.ndarray:
    """The edge of each step taken: ``from * activities + to``."""
    start, end = (cohort.steps[name].to_numpy("int64") for name in ("from", "to"))
    return start * len(cohort.names) + end


def _shares(totals: np.ndarray) -> np.ndarray:
    """Each edge's share of a row's total; 0 where nobody waited."""
    whole = totals.sum(axis=1, keepdims=True)
    return np.divide(totals, whole, out=np.zeros_like(totals), where=whole > 0)
