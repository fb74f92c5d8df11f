"""Why cases wait: batches, others first, busy, away, something else, or not known from this log."""

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import DAY, Cohort, weeks
from workbench.process_timing.counts import Counts
from workbench.process_timing.steps.holding import holder_after
from workbench.process_timing.steps.instances import instances
from workbench.process_timing.steps.rework import ALL_STEPS
from workbench.process_timing.times.clocks import calendar_of
from workbench.process_timing.times.curves import state_of
from workbench.process_timing.times.draws import drawn_totals
from workbench.process_timing.times.held import CITY
from workbench.statistics.process_efficiency import efficiency_without
from workbench.statistics.wait_causes import CAUSES, wait_causes

ELSEWHERE, NOT_KNOWN = "held elsewhere", "not known"
WORDS = {name: name.replace("_", " ") for name in CAUSES} | {ELSEWHERE: ELSEWHERE}
METHOD = "share of the wait, weeks resampled"
COLUMNS = [
    *("interval", "activity", "cause", "total_days", "share", "share_lower", "share_upper"),
    *("efficiency_without", "waits", "method", "verdict", "state", "cells"),
]


def causes(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each step waited for and cause, and one for each cause of all waits.

    A wait lasts from the previous event of a case to the start of the next: the causes of a step add up
    to its total wait in ``step_times``, and without a submission that is recorded by itself to that of the
    edges to it. It is not shortened by work that could have been done side by side, as Kronos does.

    Returns
    -------
    DataFrame
        interval, activity (waited for; empty for all), cause (``batching``, ``prioritisation``,
        ``contention``, ``unavailability``, ``extraneous``, ``not known``; ``held elsewhere`` while somebody
        else than the city held the case), total_days, share of the step's wait with share_lower and
        share_upper, efficiency_without (cycle time efficiency of the process were this wait gone; missing
        where more of all waiting is not known than known, and of what is not known), waits (rounded where the
        source is about people), method, verdict, state, cells. Ordered by step, then by total.
        The largest cause of all has a verdict. Causes without any wait are left out.

    Notes
    -----
    Cases of other periods count as work that a person was busy with. All people are taken to work by the
    calendar of the process. Where the source is about people totals of time are exact: docs/decisions/0007.
    """
    waits = _waits(cohort)
    if not waits["wait"].any():
        return pd.DataFrame(columns=COLUMNS)
    codes = np.unique(waits["activity"])
    sums, drawn, tail = _totals(waits, codes, cohort)
    names = [ALL_STEPS, *(cohort.names[code] for code in codes)]
    rows = [
        {"interval": str(cohort.period), "activity": name, **cause, **_counted(name, n, cohort, counts)}
        for name, n, *times in zip(names, _sizes(waits, codes), sums, drawn, strict=True)
        for cause in _shares(*times, tail)
    ]
    _judge(rows, sums[0], drawn[0], cohort)
    _add_efficiency(rows, waits)
    return pd.DataFrame(rows, columns=COLUMNS)


def _waits(cohort: Cohort) -> dict[str, np.ndarray]:
    """Waits of the period's cases by cause, in microseconds: place (of the case), activity, wait, causes."""
    found = instances(cohort)
    own = found["own"].to_numpy()
    split, known = _split(found, cohort), found.assign(follows=found["enabled"].notna())
    columns = {name: split[name].to_numpy()[own] for name in ("wait", *CAUSES)}
    columns |= {
        name: known[name].to_numpy()[own] for name in ("case", "activity", "before", "work", "follows")
    }
    elsewhere = _is_elsewhere(columns["before"], cohort)
    return {
        **columns,
        **{name: np.where(elsewhere, 0, columns[name]) for name in CAUSES},
        ELSEWHERE: np.where(elsewhere, columns["wait"], 0),
        "place": np.searchsorted(cohort.own.index, columns["case"]),
    }


def _split(found: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Causes of each instance; of work without a start, or of dates without time, none is known."""
    told = ["case", "activity", "resource", "enabled", "start", "end"]
    can_be_told = (found["start"].notna() & found["resource"].notna() & found["own"]).any()
    if not can_be_told or cohort.cube.definition["whole_days"]:
        wait = (found["begins"] - found["enabled"]).fillna(0).astype("int64")
        return pd.DataFrame({"wait": wait, **dict.fromkeys(CAUSES, 0), "not_known": wait})
    first = found["enabled"].fillna(found["begins"]).min()
    edges = np.array([first, found["end"].max()], dtype="int64").astype("datetime64[us]")
    opens, closes = (each.astype("int64") for each in calendar_of(cohort).open_spans(*edges))
    return wait_causes(found[told], {}, otherwise=(opens, closes)).drop(columns="batch")


def _is_elsewhere(before: np.ndarray, cohort: Cohort) -> np.ndarray:
    """Whether somebody else than the city held each case before its step; before the first, nobody did."""
    kinds = [holder_after(cohort, name)["kind"] for name in cohort.names]
    return np.array([kind != CITY for kind in kinds] + [False])[before]


def _sizes(waits: dict[str, np.ndarray], codes: np.ndarray) -> list[int]:
    """How many waits there are, then how many for each step."""
    follows = waits["activity"][waits["follows"]]
    return [follows.size, *np.bincount(follows, minlength=codes.max() + 1)[codes].tolist()]


def _totals(
    waits: dict[str, np.ndarray], codes: np.ndarray, cohort: Cohort
) -> tuple[np.ndarray, np.ndarray, float | None]:
    """Waits by step (all together first) and cause, and the same of drawn weeks, steps by draws by causes."""
    named, week = np.unique(weeks(cohort.own["submitted_on"]), return_inverse=True)
    weekly = np.zeros((named.size, codes.size + 1, len(WORDS)), "int64")
    place = week[waits["place"]], np.searchsorted(codes, waits["activity"]) + 1
    np.add.at(weekly, place, np.column_stack([waits[name] for name in WORDS]))
    weekly[:, 0] = weekly.sum(axis=1)
    sums, drawn, tail = drawn_totals(weekly.reshape(named.size, -1), np.arange(named.size), cohort.confidence)
    shape = weekly.shape[1:]
    return sums.reshape(shape), drawn.reshape(-1, *shape).swapaxes(0, 1), tail


def _shares(sums: np.ndarray, drawn: np.ndarray, tail: float | None) -> list[dict]:
    """The causes of one step with a wait, the longest first."""
    if not sums.any():
        return []
    drawn = drawn[drawn.any(axis=1)]
    shares = drawn / drawn.sum(axis=1, keepdims=True)
    ends = np.full((2, len(WORDS)), np.nan) if tail is None else np.quantile(shares, [tail, 1 - tail], axis=0)
    rows = []
    for cause, total, lower, upper in zip(WORDS.values(), sums, *ends, strict=True):
        row = {"cause": cause, "total_days": total / DAY, "share": total / max(sums.sum(), 1)}
        rows.append({**row, "share_lower": float(lower), "share_upper": float(upper)})
    return sorted((row for row in rows if row["total_days"]), key=lambda row: -row["total_days"])


def _counted(name: str, n: int, cohort: Cohort, counts: Counts) -> dict:
    told = cohort.rounding.nearest(n)
    cells = [counts.cell(f"{cohort.period}|waited for|{name}", told)]
    return {"waits": told, "method": METHOD, "verdict": "", "state": state_of(n), "cells": cells}


def _judge(rows: list[dict], sums: np.ndarray, drawn: np.ndarray, cohort: Cohort) -> None:
    """Give the largest known cause of all waits its word: sure, where most is known and weeks agree on it."""
    words = [*WORDS.values()]
    known = np.array([word != NOT_KNOWN for word in words])
    top = int(np.where(known, sums, -1).argmax())
    agreed = (np.where(known, drawn, -1.0).argmax(axis=1) == top).mean()
    is_sure = agreed >= cohort.confidence and 2 * sums[known].sum() > sums.sum()
    for row in rows:
        if (row["activity"], row["cause"]) == (ALL_STEPS, words[top]):
            row["verdict"] = str(Verdict.LONGEST_WAIT if is_sure else Verdict.CANT_TELL)


def _add_efficiency(rows: list[dict], waits: dict[str, np.ndarray]) -> None:
    """Say what part of the time would be work if each wait were gone, where most of the waiting is known."""
    work, waited = float(waits["work"].sum()) / DAY, float(waits["wait"].sum()) / DAY
    is_known = 2 * waits["not_known"].sum() <= waits["wait"].sum()
    parts = {number: min(row["total_days"], waited) for number, row in enumerate(rows)}
    for number, value in efficiency_without(work, waited, parts).items():
        told = is_known and value is not None and rows[number]["cause"] != NOT_KNOWN
        rows[number]["efficiency_without"] = value if told else np.nan
