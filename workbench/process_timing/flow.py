"""Frames of the map: edges, activities, rework and variants of the period's cases."""

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.assembly import CLOSED, OPEN
from workbench.process_timing.cohort import DAY, Cohort, weeks
from workbench.process_timing.counts import UNRELIABLE, VALUE, Counts
from workbench.statistics.percentiles import enough_for
from workbench.statistics.percentiles import percentile as sample_percentile
from workbench.statistics.proportions import wilson
from workbench.statistics.resampling import REPLICATES, SEED, block_counts

TOP_VARIANTS = 10
REWORK_WORTH_SAYING = 0.05  # share of cases, by the lower limit of its interval
OTHERS = "all other variants"
LAST = ["verdict", "state", "cells"]


def edges(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an edge: how often it was walked and how long cases waited on it.

    Returns
    -------
    DataFrame
        interval, from, to, holder (who holds the case meanwhile), count, cases, median_days with
        median_lower and median_upper, mean_days, p90_days (from 50 occurrences on), total_days,
        share with share_lower and share_upper (of the total wait of all edges), working_median_days,
        longest (share of resampled weeks in which it has the largest total), typical (count times
        median, in days), verdict, state, cells. Ordered by total wait.
    """
    interval, names, steps = str(cohort.period), cohort.names, cohort.steps
    holders = cohort.cube.definition["process"]["clock"]
    rows = []
    for (start, end), found in steps.groupby(["from", "to"], sort=True):
        cells = [
            counts.cell(f"{interval}|edge|{names[start]}|{names[end]}", len(found)),
            counts.cell(f"{interval}|edge cases|{names[start]}|{names[end]}", found["case"].nunique()),
        ]
        row = {
            "interval": interval,
            "from": names[start],
            "to": names[end],
            "from_code": start,
            "to_code": end,
        }
        row |= {
            "holder": holders.get(names[start], ""),
            "count": len(found),
            "cases": found["case"].nunique(),
        }
        rows.append({**row, **_waits(found, cohort), "state": _state(len(found)), "cells": cells})
    return _ranked(pd.DataFrame(rows, columns=_EDGE_COLUMNS), cohort, steps)


_EDGE_COLUMNS = [
    *("interval", "from", "to", "holder", "from_code", "to_code", "count", "cases"),
    *("median_days", "median_lower", "median_upper", "mean_days", "p90_days", "total_days"),
    *("working_median_days", "typical", "state", "cells"),
]


def _waits(found: pd.DataFrame, cohort: Cohort) -> dict:
    waits, n = found["wait"].to_numpy(), len(found)
    median = sample_percentile(waits / DAY, 0.5, cohort.confidence)
    working_day = cohort.cube.definition["working_day_seconds"] * 1_000_000
    return {
        "median_days": median.value,
        "median_lower": np.nan if median.lower is None else median.lower,
        "median_upper": np.nan if median.upper is None else median.upper,
        "mean_days": int(waits.sum()) / n / DAY,
        "p90_days": float(np.quantile(waits, 0.9)) / DAY if enough_for(n, 0.9) else np.nan,
        "total_days": int(waits.sum()) / DAY,
        "working_median_days": float(np.median(found["working_wait"])) / working_day,
        "typical": n * median.value,
    }


def _ranked(rows: pd.DataFrame, cohort: Cohort, steps: pd.DataFrame) -> pd.DataFrame:
    """Edges by total wait, with each one's share and how surely the longest is the longest."""
    totals = _weekly_totals(rows, cohort, steps)
    replicates = _drawn(totals)
    tail = (1 - cohort.confidence) / 2
    whole = totals.sum()
    shares = rows.assign(
        share=totals.sum(axis=0) / whole if whole else 0.0,
        share_lower=np.quantile(replicates, tail, axis=0) if len(rows) else [],
        share_upper=np.quantile(replicates, 1 - tail, axis=0) if len(rows) else [],
        longest=np.bincount(replicates.argmax(axis=1), minlength=len(rows)) / len(replicates)
        if len(rows)
        else [],
    )
    ordered = shares.sort_values(
        ["total_days", "from", "to"], ascending=[False, True, True], ignore_index=True
    )
    verdicts = [""] * len(ordered)
    if whole:
        stays = ordered["longest"][0] >= cohort.confidence
        verdicts[0] = str(Verdict.LONGEST_WAIT if stays else Verdict.CANT_TELL)
    said = ordered.assign(verdict=pd.array(verdicts, dtype=object)).drop(columns=["from_code", "to_code"])
    return said[[name for name in said.columns if name not in LAST] + LAST]


def _weekly_totals(rows: pd.DataFrame, cohort: Cohort, steps: pd.DataFrame) -> np.ndarray:
    """Total wait in microseconds by week of submission and edge, in the order of ``rows``."""
    own = cohort.of_interval(str(cohort.period))
    place = np.searchsorted(own["case"].to_numpy(), steps["case"].to_numpy())
    _, week = np.unique(weeks(own["submitted_on"]), return_inverse=True)
    size = len(cohort.names)
    edge = steps["from"].to_numpy("int64") * size + steps["to"].to_numpy("int64")
    codes = (rows["from_code"] * size + rows["to_code"]).to_numpy("int64")
    totals = np.zeros((week.max(initial=-1) + 1, len(rows)), dtype="int64")
    np.add.at(totals, (week[place], np.searchsorted(codes, edge)), steps["wait"].to_numpy())
    return totals


def _drawn(totals: np.ndarray) -> np.ndarray:
    """Shares of the total wait in each draw of whole weeks."""
    if not totals.size:
        return np.zeros((0, totals.shape[1]))
    drawn = block_counts(np.arange(len(totals)), REPLICATES, SEED) @ totals.astype(float)
    whole = drawn.sum(axis=1, keepdims=True)
    return np.divide(drawn, whole, out=np.zeros_like(drawn), where=whole > 0)


def activities(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an activity: how often, in how many cases, and how many open cases wait after it.

    Returns
    -------
    DataFrame
        interval, activity, events, cases, rework (events beyond the first of a case), starts, ends,
        waiting (open cases whose last event it is), waiting_days (how long they have waited, together),
        state, cells. ``ends`` are last events so far. Ordered by events.
    """
    interval, names = str(cohort.period), cohort.names
    table = _activity_table(cohort)
    rows = []
    for code, found in table[table["events"] > 0].iterrows():
        known = {
            name: int(found[name]) for name in ("events", "cases", "rework", "starts", "ends", "waiting")
        }
        cells = [counts.cell(f"{interval}|{name}|{names[code]}", number) for name, number in known.items()]
        counts.total(cells[0], cells[1:3])
        row = {"interval": interval, "activity": names[code], **known, "waiting_days": found["wait"] / DAY}
        rows.append({**row, "state": VALUE, "cells": cells})
    _flow_equations(cohort, counts, [row["activity"] for row in rows])
    columns = [
        "interval",
        "activity",
        "events",
        "cases",
        "rework",
        "starts",
        "ends",
        "waiting",
        "waiting_days",
    ]
    frame = pd.DataFrame(rows, columns=[*columns, "state", "cells"])
    return frame.sort_values(["events", "activity"], ascending=[False, True], ignore_index=True)


def _activity_table(cohort: Cohort) -> pd.DataFrame:
    """Counts by code of activity."""
    own, size = cohort.of_interval(str(cohort.period)), len(cohort.names)
    repeats = _repeats(cohort)
    is_open = own[own["outcome"] == OPEN]
    waited = cohort.cube.definition["as_of_instant"] - is_open["last_time"].to_numpy()
    wait = np.zeros(size, dtype="int64")
    np.add.at(wait, is_open["last"].to_numpy(), waited)
    by_code = repeats.groupby("activity")["times"]
    table = pd.DataFrame({"events": by_code.sum(), "cases": by_code.size()}).reindex(
        range(size), fill_value=0
    )
    return table.assign(
        rework=table["events"] - table["cases"],
        starts=np.bincount(own["first"], minlength=size),
        ends=np.bincount(own["last"], minlength=size),
        waiting=np.bincount(is_open["last"], minlength=size),
        wait=wait,
    )


def _repeats(cohort: Cohort) -> pd.DataFrame:
    """How many times each case of the period passed each activity: case, activity, times."""
    own, steps = cohort.of_interval(str(cohort.period)), cohort.steps
    case = np.concatenate([own["case"].to_numpy(), steps["case"].to_numpy()])
    activity = np.concatenate([own["first"].to_numpy(), steps["to"].to_numpy("int64")])
    pairs, times = np.unique(np.stack([case, activity]), axis=1, return_counts=True)
    return pd.DataFrame({"case": pairs[0], "activity": pairs[1], "times": times})


def _flow_equations(cohort: Cohort, counts: Counts, shown: list[str]) -> None:
    """Events of an activity are those that came in and those that start; and those that go out and that end."""
    interval = str(cohort.period)
    names = cohort.names
    pairs = cohort.steps[["from", "to"]].drop_duplicates().sort_values(["from", "to"])
    edges_of = [(names[start], names[end]) for start, end in pairs.itertuples(index=False)]
    for name in shown:
        came = [f"{interval}|edge|{start}|{end}" for start, end in edges_of if end == name]
        went = [f"{interval}|edge|{start}|{end}" for start, end in edges_of if start == name]
        counts.total(f"{interval}|events|{name}", [f"{interval}|starts|{name}", *came])
        counts.total(f"{interval}|events|{name}", [f"{interval}|ends|{name}", *went])
    if shown:
        for kind, total in (("starts", "cases"), ("ends", "cases"), ("waiting", OPEN)):
            counts.total(f"{interval}|{total}", [f"{interval}|{kind}|{name}" for name in shown])


def rework(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an activity that was repeated: in what share of the cases that passed it.

    Returns
    -------
    DataFrame
        interval, activity, cases, repeated (cases in which it was done more than once), share, lower,
        upper, extra (events beyond the first), at_once (repeated without another step between), method,
        verdict, state, cells. Ordered by extra events; the first in which even the lower limit is
        worth saying has a verdict.
    """
    interval, names = str(cohort.period), cohort.names
    repeats, steps = _repeats(cohort), cohort.steps
    loops = steps[steps["from"] == steps["to"]].groupby("from").size()
    rows = []
    for code, found in repeats.groupby("activity"):
        repeated = int((found["times"] > 1).sum())
        if not repeated:
            continue
        known = {"cases": len(found), "repeated": repeated, "extra": int((found["times"] - 1).sum())}
        lower, upper = wilson(repeated, len(found), cohort.confidence)
        cells = [f"{interval}|{kind}|{names[code]}" for kind in ("cases", "rework")]
        cells += [_once_and_again(counts, interval, names[code], repeated, len(found))]
        row = {"interval": interval, "activity": names[code], **known, "at_once": int(loops.get(code, 0))}
        row |= {"share": repeated / len(found), "lower": float(lower), "upper": float(upper)}
        cells += [f"{interval}|edge|{names[code]}|{names[code]}"] if code in loops.index else []
        rows.append({**row, "method": "Wilson", "state": _state(len(found)), "cells": cells})
    columns = ["interval", "activity", "cases", "repeated", "share", "lower", "upper", "extra", "at_once"]
    frame = pd.DataFrame(rows, columns=[*columns, "method", "state", "cells"])
    ordered = frame.sort_values(["extra", "activity"], ascending=[False, True], ignore_index=True)
    worth = (ordered["lower"] >= REWORK_WORTH_SAYING) & (ordered["state"] == VALUE)
    said = ordered.assign(
        verdict=np.where(worth & (worth.cumsum() == 1), str(Verdict.REWORK), "").astype(object)
    )
    return said[[name for name in said.columns if name not in LAST] + LAST]


def _once_and_again(counts: Counts, interval: str, name: str, repeated: int, cases: int) -> str:
    again = counts.cell(f"{interval}|repeated|{name}", repeated)
    once = counts.cell(f"{interval}|once|{name}", cases - repeated)
    counts.total(f"{interval}|cases|{name}", [again, once])
    return again


def variants(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """The most frequent variants of the period, and one row for all others.

    Returns
    -------
    DataFrame
        interval, rank, activities (in order, joined by arrows), variants (how many the row stands
        for), cases, share, closed, closed_median_days, state, cells.
    """
    interval = str(cohort.period)
    own = cohort.of_interval(interval)
    texts = cohort.cube.frames["variants"]["activities"]
    sizes = own.groupby("variant").size().rename("cases").reset_index()
    order = sizes.sort_values(["cases", "variant"], ascending=[False, True])["variant"].tolist()
    groups = [([variant], texts[variant]) for variant in order[:TOP_VARIANTS]]
    groups += [(order[TOP_VARIANTS:], OTHERS)] if len(order) > TOP_VARIANTS else []
    rows = [
        _variant_row(cohort, counts, rank, members, text)
        for rank, (members, text) in enumerate(groups, start=1)
    ]
    if rows:
        names = [f"{interval}|variant|{row['rank']}" for row in rows]
        counts.total(f"{interval}|cases", names)
        counts.total(f"{interval}|closed", [f"{name}|closed" for name in names])
    columns = ["interval", "rank", "activities", "variants", "cases", "share", "closed", "closed_median_days"]
    return pd.DataFrame(rows, columns=[*columns, "state", "cells"])


def _variant_row(cohort: Cohort, counts: Counts, rank: int, members: list[int], text: str) -> dict:
    interval = str(cohort.period)
    own = cohort.of_interval(interval)
    found = own[own["variant"].isin(members)]
    closed = found[found["outcome"] == CLOSED]
    name = f"{interval}|variant|{rank}"
    parts = [
        counts.cell(f"{name}|closed", len(closed)),
        counts.cell(f"{name}|other", len(found) - len(closed)),
    ]
    total = counts.cell(name, len(found))
    counts.total(total, parts)
    return {
        "interval": interval,
        "rank": rank,
        "activities": text,
        "variants": len(members),
        "cases": len(found),
        "share": len(found) / len(own),
        "closed": len(closed),
        "closed_median_days": float(np.median(cohort.days(closed))) if len(closed) else np.nan,
        "state": _state(len(found)),
        "cells": [total, *parts],
    }


def _state(n: int) -> str:
    return VALUE if enough_for(n, 0.5) else UNRELIABLE
