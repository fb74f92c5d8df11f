"""Frames of what cases of the period went through: activities, waiting, rework and variants."""

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import DAY, Cohort
from workbench.process_timing.counts import UNRELIABLE, VALUE, Counts
from workbench.process_timing.log.assembly import CLOSED, OPEN
from workbench.statistics.percentiles import enough_for
from workbench.statistics.proportions import wilson

TOP_VARIANTS = 10
REWORK_WORTH_SAYING = 0.05  # share of cases, by the lower limit of its interval
OTHERS = "all other variants"
LAST = ["verdict", "state", "cells"]


def activities(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an activity of the period: how often it was done.

    Returns
    -------
    DataFrame
        interval, activity, events (rounded where the source is about people), state, cells. Ordered
        by events.
    """
    interval, names = str(cohort.period), cohort.names
    table = _activity_table(cohort)
    rows = []
    for code, found in table[table["events"] > 0].iterrows():
        number = cohort.rounding.nearest(found["events"])
        cell = counts.cell(f"{interval}|events|{names[code]}", number)
        row = {"interval": interval, "activity": names[code], "events": number}
        rows.append({**row, "state": _state(found["events"]), "cells": [cell]})
    if cohort.rounding.is_exact:
        _flow_equations(cohort, counts, table[table["events"] > 0])
    frame = pd.DataFrame(rows, columns=["interval", "activity", "events", "state", "cells"])
    return frame.sort_values(["events", "activity"], ascending=[False, True], ignore_index=True)


def waiting(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an activity after which open cases of the period wait: how many, and how long so far.

    Returns
    -------
    DataFrame
        interval, activity, holder, cases (rounded where the source is about people), total_days, state,
        cells. Ordered by total.
    """
    interval, names = str(cohort.period), cohort.names
    holders = cohort.cube.definition["process"]["clock"]
    is_open = cohort.own[cohort.own["outcome"] == OPEN]
    waits = cohort.cube.definition["as_of_instant"] - is_open["last_time"]
    rows = [
        {
            "interval": interval,
            "activity": names[code],
            "holder": holders.get(names[code], ""),
            "cases": cohort.rounding.nearest(len(found)),
            "total_days": int(found.sum()) / DAY,
            "state": VALUE,
        }
        for code, found in waits.groupby(is_open["last"])
    ]
    for row in rows:
        row["cells"] = [counts.cell(f"{interval}|waiting|{row['activity']}", row["cases"])]
    if cohort.rounding.is_exact:
        counts.total(f"{interval}|open", [row["cells"][0] for row in rows])
    frame = pd.DataFrame(
        rows, columns=["interval", "activity", "holder", "cases", "total_days", "state", "cells"]
    )
    return frame.sort_values(["total_days", "activity"], ascending=[False, True], ignore_index=True)


def _activity_table(cohort: Cohort) -> pd.DataFrame:
    """Events, starts and ends by code of activity."""
    size = len(cohort.names)
    events = _repeats(cohort).groupby("activity")["times"].sum().reindex(range(size), fill_value=0)
    starts, ends = (np.bincount(cohort.own[name], minlength=size) for name in ("first", "last"))
    return pd.DataFrame({"events": events, "starts": starts, "ends": ends})


def _repeats(cohort: Cohort) -> pd.DataFrame:
    """How many times each case of the period passed each activity: case, activity, times."""
    own, steps = cohort.own, cohort.steps
    case = np.concatenate([own["case"].to_numpy(), steps["case"].to_numpy()])
    activity = np.concatenate([own["first"].to_numpy(), steps["to"].to_numpy("int64")])
    pairs, times = np.unique(np.stack([case, activity]), axis=1, return_counts=True)
    return pd.DataFrame({"case": pairs[0], "activity": pairs[1], "times": times})


def _flow_equations(cohort: Cohort, counts: Counts, table: pd.DataFrame) -> None:
    """Events of an activity are those that came in and those that start; and those that go out and that end."""
    interval, names = str(cohort.period), cohort.names
    pairs = cohort.steps[["from", "to"]].drop_duplicates().sort_values(["from", "to"])
    edges_of = [(names[start], names[end]) for start, end in pairs.itertuples(index=False)]
    for kind, here in (("starts", 1), ("ends", 0)):
        outer = [counts.cell(f"{interval}|{kind}|{names[code]}", row[kind]) for code, row in table.iterrows()]
        counts.total(f"{interval}|submitted", outer)
        for code, cell in zip(table.index, outer, strict=True):
            inner = [f"{interval}|edge|{pair[0]}|{pair[1]}" for pair in edges_of if pair[here] == names[code]]
            counts.total(f"{interval}|events|{names[code]}", [cell, *inner])


def rework(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an activity that was repeated: in what share of the cases that passed it.

    Returns
    -------
    DataFrame
        interval, activity, cases, repeated (cases in which it was done more than once), share, lower,
        upper, extra (events beyond the first), method, verdict, state, cells. Counts are rounded where
        the source is about people, and share and limits are of the rounded ones. Ordered by extra
        events; the first in which even the lower limit is worth saying has a verdict.
    """
    interval, names = str(cohort.period), cohort.names
    rows = []
    for code, times in _repeats(cohort).groupby("activity")["times"]:
        cases, repeated, extra = _repeated(times, cohort)
        lower, upper = wilson(repeated, cases, cohort.confidence)
        row = {"interval": interval, "activity": names[code], "cases": cases, "repeated": repeated}
        row |= {"share": repeated / cases, "lower": float(lower), "upper": float(upper)}
        row |= {"extra": extra, "method": "Wilson", "state": _state(len(times))}
        if repeated:
            cell = counts.cell(f"{interval}|repeated|{names[code]}", repeated, cases)
            rows.append({**row, "cells": [cell]})
    columns = ["interval", "activity", "cases", "repeated", "share", "lower", "upper", "extra", "method"]
    frame = pd.DataFrame(rows, columns=[*columns, "state", "cells"])
    ordered = frame.sort_values(["extra", "activity"], ascending=[False, True], ignore_index=True)
    worth = (ordered["lower"] >= REWORK_WORTH_SAYING) & (ordered["state"] == VALUE)
    said = ordered.assign(
        verdict=np.where(worth & (worth.cumsum() == 1), str(Verdict.REWORK), "").astype(object)
    )
    return said[[name for name in said.columns if name not in LAST] + LAST]


def _repeated(times: pd.Series, cohort: Cohort) -> tuple[int, int, int]:
    """Cases that passed an activity, those that repeated it, and events beyond the first, as published."""
    repeated, rounding = int((times > 1).sum()), cohort.rounding
    cases = rounding.within(len(times), len(cohort.own))
    told = rounding.part(repeated, len(times), cases)
    further = int((times - 1).sum()) - repeated
    return cases, told, told + further // rounding.base * rounding.base


def variants(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """The most frequent variants of the period, and one row for all others.

    A variant of fewer cases than the city's minimum count is never listed by itself: the path of a
    few people is theirs.

    Returns
    -------
    DataFrame
        interval, rank, activities (in order, joined by arrows), variants (how many the row stands
        for), cases (rounded where the source is about people), share, closed_median_days, state, cells.
    """
    interval, own = str(cohort.period), cohort.own
    texts = cohort.cube.frames["variants"]["activities"]
    sizes = own.groupby("variant").size().rename("cases").reset_index()
    ordered = sizes.sort_values(["cases", "variant"], ascending=[False, True])
    listed = ordered["cases"] >= cohort.cube.definition["least_listed"]
    top = ordered.loc[listed, "variant"].tolist()[:TOP_VARIANTS]
    rest = [variant for variant in ordered["variant"] if variant not in top]
    groups = [([variant], texts[variant]) for variant in top] + ([(rest, OTHERS)] if rest else [])
    rows = [
        _variant_row(cohort, counts, rank, members, text)
        for rank, (members, text) in enumerate(groups, start=1)
    ]
    if cohort.rounding.is_exact:
        counts.total(f"{interval}|submitted", [row["cells"][0] for row in rows])
    columns = ["interval", "rank", "activities", "variants", "cases", "share", "closed_median_days"]
    return pd.DataFrame(rows, columns=[*columns, "state", "cells"])


def _variant_row(cohort: Cohort, counts: Counts, rank: int, members: list[int], text: str) -> dict:
    found = cohort.own[cohort.own["variant"].isin(members)]
    closed = found[found["outcome"] == CLOSED]
    interval, cases = str(cohort.period), cohort.rounding.nearest(len(found))
    return {
        "interval": interval,
        "rank": rank,
        "activities": text,
        "variants": len(members),
        "cases": cases,
        "share": min(cases / len(cohort.own), 1.0),
        "closed_median_days": cohort.median_of(closed),
        "state": _state(len(found)),
        "cells": [counts.cell(f"{interval}|variant|{rank}", cases)],
    }


def _state(n: int) -> str:
    return VALUE if enough_for(n, 0.5) else UNRELIABLE
