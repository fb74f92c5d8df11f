"""Where the time goes: the edges of the period's cases, and how surely the longest is the longest."""

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import DAY, Cohort, weeks
from workbench.process_timing.counts import UNRELIABLE, VALUE, Counts
from workbench.statistics.percentiles import enough_for, percentile
from workbench.statistics.resampling import REPLICATES, SEED, block_counts

COLUMNS = [
    *("interval", "from", "to", "holder", "count", "median_days", "median_lower", "median_upper", "p90_days"),
    *("total_days", "share", "share_lower", "share_upper", "working_median_days", "longest", "is_usual"),
    *("verdict", "state", "cells"),
]


def edges(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an edge: how often it was walked and how long cases waited on it.

    Returns
    -------
    DataFrame
        interval, from, to, holder (who holds the case meanwhile), count (rounded where the source is
        about people), median_days with median_lower and median_upper, p90_days (from 50
        occurrences on), total_days, share with share_lower and share_upper (of the total wait of all
        edges), working_median_days, longest (share of resampled weeks in which it has the
        largest total), is_usual (largest count times median), verdict, state, cells. Ordered by
        total wait; edges of few occurrences are not judged. No mean is given: with the total it
        would give the exact count away.
    """
    interval, names, steps = str(cohort.period), cohort.names, cohort.steps
    holders = cohort.cube.definition["process"]["clock"]
    rows = []
    for (start, end), found in steps.groupby(["from", "to"], sort=True):
        count = cohort.rounding.nearest(len(found))
        row = {"interval": interval, "from": names[start], "to": names[end], "count": count}
        row |= {"holder": holders.get(names[start], ""), **_waits(found, cohort)}
        enough = enough_for(len(found), 0.5)
        row |= {"state": VALUE if enough else UNRELIABLE}
        row |= {"is_judged": bool(enough) and len(found) >= cohort.cube.definition["least_listed"]}
        cell = counts.cell(f"{interval}|edge|{names[start]}|{names[end]}", count)
        rows.append({**row, "cells": [cell], "code": start * len(names) + end})
    if not rows:
        return pd.DataFrame(columns=COLUMNS)
    return _ranked(pd.DataFrame(rows), cohort)[COLUMNS]


def _waits(found: pd.DataFrame, cohort: Cohort) -> dict:
    waits, n = found["wait"].to_numpy(), len(found)
    median = percentile(waits / DAY, 0.5, cohort.confidence)
    working_day = cohort.cube.definition["working_day_seconds"] * 1_000_000
    return {
        "median_days": median.value,
        "median_lower": np.nan if median.lower is None else median.lower,
        "median_upper": np.nan if median.upper is None else median.upper,
        "p90_days": float(np.quantile(waits, 0.9)) / DAY if enough_for(n, 0.9) else np.nan,
        "total_days": int(waits.sum()) / DAY,
        "working_median_days": float(np.median(found["working_wait"])) / working_day,
        "typical": n * median.value,
    }


def _ranked(rows: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Edges by total wait, with each one's share and how surely the longest is the longest."""
    totals = _weekly_totals(rows["code"].to_numpy(), cohort)
    drawn = block_counts(np.arange(len(totals)), REPLICATES, SEED) @ totals.astype(float)
    shares, tail = _shares(drawn), (1 - cohort.confidence) / 2
    judged = rows["is_judged"].to_numpy()
    first = np.where(judged, shares, -1.0).argmax(axis=1)
    known = rows.assign(
        share=_shares(totals.sum(axis=0, keepdims=True).astype(float))[0],
        share_lower=np.quantile(shares, tail, axis=0),
        share_upper=np.quantile(shares, 1 - tail, axis=0),
        longest=np.bincount(first, minlength=len(rows)) / len(shares) * judged,
        is_usual=np.arange(len(rows)) == np.where(judged, rows["typical"], -1.0).argmax(),
    )
    ordered = known.sort_values(
        ["total_days", "from", "to"], ascending=[False, True, True], ignore_index=True
    )
    verdicts = pd.array([""] * len(ordered), dtype=object)
    if totals.any() and judged.any():
        top = int(ordered["is_judged"].to_numpy().argmax())
        stays = ordered["longest"][top] >= cohort.confidence
        verdicts[top] = str(Verdict.LONGEST_WAIT if stays else Verdict.CANT_TELL)
    return ordered.assign(verdict=verdicts)


def _weekly_totals(codes: np.ndarray, cohort: Cohort) -> np.ndarray:
    """Total wait in microseconds by week of submission and edge, in the order of ``codes``."""
    own, steps = cohort.own, cohort.steps
    place = np.searchsorted(own["case"].to_numpy(), steps["case"].to_numpy())
    _, week = np.unique(weeks(own["submitted_on"]), return_inverse=True)
    edge = steps["from"].to_numpy("int64") * len(cohort.names) + steps["to"].to_numpy("int64")
    totals = np.zeros((week.max() + 1, len(codes)), dtype="int64")
    np.add.at(totals, (week[place], np.searchsorted(codes, edge)), steps["wait"].to_numpy())
    return totals


def _shares(totals: np.ndarray) -> np.ndarray:
    """Each edge's share of a row's total; 0 where nobody waited."""
    whole = totals.sum(axis=1, keepdims=True)
    return np.divide(totals, whole, out=np.zeros_like(totals), where=whole > 0)
