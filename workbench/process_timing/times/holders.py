"""Who holds the clock: the city, the applicant, another agency, or the law."""

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import CALENDAR, CLOCKS, Cohort, weeks
from workbench.process_timing.counts import Counts
from workbench.process_timing.times.clocks import day_of
from workbench.process_timing.times.curves import state_of
from workbench.process_timing.times.draws import drawn_totals
from workbench.process_timing.times.held import Held

METHOD = "share of lead time so far, weeks resampled"
COLUMNS = [
    *("interval", "holder", "kind", "clock", "total_days", "share", "share_lower", "share_upper"),
    *("median_days", "cases", "method", "verdict", "state", "cells"),
]


def holders(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each holder of the period's cases and clock: how long it held them.

    The times of all holders add up to the lead time so far of the period's cases, open ones
    included: what follows the last event of an open case is with whom it was left. See
    :class:`workbench.process_timing.times.held.Held` for whose a time is.

    Returns
    -------
    DataFrame
        interval, holder, kind (city, applicant, agency, hold, other), clock, total_days, share with
        share_lower and share_upper, median_days (of the cases that it held), cases (that it held at any
        time; rounded where the source is about people), method, verdict, state, cells. The one
        that holds most has a verdict on each clock, where there are several: ``longest wait`` where it is so
        in as many draws as the confidence asks for, else ``can't tell yet``.
    """
    place = cohort.own.index
    held = {clock: Held.of(cohort, clock) for clock in CLOCKS}
    had = held[CALENDAR].times[place] > 0
    rows = []
    for clock, each in held.items():
        rows += _of_clock(cohort, counts, clock, each, each.times[place], had)
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_clock(cohort: Cohort, counts: Counts, clock: str, held: Held, times, had) -> list[dict]:
    interval, words = str(cohort.period), [k for k in range(len(held.words)) if had[:, k].any()]
    if not words or not times.any():
        return []
    sample, drawn, tail = drawn_totals(times[:, words], weeks(cohort.own["submitted_on"]), cohort.confidence)
    shares = drawn / drawn.sum(axis=1, keepdims=True)
    rows = []
    for number, word in enumerate(words):
        count = cohort.rounding.within(int(had[:, word].sum()), len(had))
        row = {"interval": interval, "holder": held.words[word], "kind": held.kinds[word], "clock": clock}
        row |= {"total_days": sample[number] / day_of(cohort, clock), "share": sample[number] / sample.sum()}
        row |= _limits(shares[:, number], tail)
        row["median_days"] = float(np.median(times[had[:, word], word])) / day_of(cohort, clock)
        row |= {"cases": count, "method": METHOD, "verdict": "", "state": state_of(int(had[:, word].sum()))}
        rows.append({**row, "cells": [counts.cell(f"{interval}|held by {held.words[word]}", count)]})
    _judge(rows, shares, cohort)
    return sorted(rows, key=lambda row: (-row["total_days"], row["holder"]))


def _limits(shares: np.ndarray, tail: float | None) -> dict[str, float]:
    if tail is None:
        return {"share_lower": np.nan, "share_upper": np.nan}
    return {
        "share_lower": float(np.quantile(shares, tail)),
        "share_upper": float(np.quantile(shares, 1 - tail)),
    }


def _judge(rows: list[dict], shares: np.ndarray, cohort: Cohort) -> None:
    """Give the holder with the largest share its word; those of few cases are not judged."""
    judged = np.array([row["cases"] >= cohort.cube.definition["least_listed"] for row in rows])
    if judged.sum() < 2:
        return
    top = int(np.argmax(np.where(judged, [row["share"] for row in rows], -1.0)))
    first = np.where(judged, shares, -1.0).argmax(axis=1) == top
    rows[top]["verdict"] = str(
        Verdict.LONGEST_WAIT if first.mean() >= cohort.confidence else Verdict.CANT_TELL
    )
