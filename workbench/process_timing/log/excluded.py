"""Every row and case of a log that was left out or is suspect, with what was found, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.process_timing.log import events as queries
from workbench.process_timing.log.arrays import NONE, Log
from workbench.process_timing.log.events import ACTIVITY, CASE, ROW
from workbench.process_timing.log.quality import clicked_after

if TYPE_CHECKING:
    import ibis

    from workbench.catalog.model import Catalog, Process

COLUMNS = ["reason", "row", "case", "activity", "what"]
LISTED = 10_000  # rows of one reason that are listed; all of them are counted
_SECOND = 1_000_000


def left_out_rows(table: ibis.Table, catalog: Catalog, process: Process, as_of: date) -> pd.DataFrame:
    """Rows that are no events: they lack something, or their time is impossible or not yet known."""
    rows = queries.of_process(table, catalog, process, as_of)
    later = queries.is_later(rows, process, as_of)
    early = queries.is_impossible(rows, catalog, process)
    whole, day = queries.is_whole(rows, process), queries.day_of(rows, process.timestamp)
    said = {CASE: process.case, ACTIVITY: process.activity}
    found = rows.select(
        row=rows["_row"].cast("int64"),
        **{name: rows[column].cast("string") for name, column in said.items()},
        day=day.cast("string"),
        incomplete=~whole,
        too_early=early,
        later=later,
    )
    earliest = catalog.sources[process.source].earliest
    words = {
        "incomplete": _lacks,
        "too_early": lambda row: f"{row.day} is before {earliest}, the earliest date allowed",
        "later": lambda row: f"{row.day} is after {as_of}, the day the log is known on",
    }
    odd = _first_of_each(found, list(words)).order_by(ROW).execute()
    return _listed(*(_of_kind(odd, reason, said) for reason, said in words.items()))


def _first_of_each(found: ibis.Table, reasons: list[str]) -> ibis.Table:
    """Rows that are among the first of one reason or another, whose columns then say of which: one query for all."""
    import ibis

    odd = found.filter(ibis.or_(*(found[reason] for reason in reasons)))
    so_far = ibis.window(order_by=odd[ROW], rows=(None, 0))
    nth = {f"nth_{reason}": odd[reason].ifelse(1, 0).sum().over(so_far) for reason in reasons}
    numbered = odd.mutate(**nth)
    first = {reason: numbered[reason] & (numbered[f"nth_{reason}"] <= LISTED) for reason in reasons}
    listed = numbered.select(ROW, CASE, ACTIVITY, "day", **first)
    return listed.filter(ibis.or_(*(listed[reason] for reason in reasons)))


def _of_kind(odd: pd.DataFrame, reason: str, said: Callable[[Any], str]) -> pd.DataFrame:
    found = odd[odd[reason]]
    return found.assign(reason=reason, what=[said(row) for row in found.itertuples()])


def _lacks(row) -> str:
    lacking = [name for name in (CASE, ACTIVITY) if pd.isna(getattr(row, name))]
    lacking += ["time"] * pd.isna(row.day)
    return f"no {' and no '.join(lacking)}"


def repeated_rows(rows: ibis.Table) -> pd.DataFrame:
    """Rows that say exactly what an earlier one says."""
    import ibis

    keys = [name for name in rows.columns if name in queries.KEYS]
    first = rows[ROW].min().over(ibis.window(group_by=keys))
    numbered = rows.select(ROW, CASE, ACTIVITY, first=first)
    found = numbered.filter(numbered[ROW] != numbered["first"]).order_by(ROW).limit(LISTED).execute()
    return _listed(
        found.assign(reason="duplicates", what=[f"the same as row {row}" for row in found["first"]])
    )


def strange_rows(unpaired: ibis.Table) -> pd.DataFrame:
    """Rows of a lifecycle that belong to no event."""
    found = unpaired.limit(LISTED).execute()
    begun = found["transition"].notna()
    what = [
        "begun, and not done by the day the log is known on"
        if known
        else f"“{word}” is no transition of a lifecycle"
        for known, word in zip(begun, found["lifecycle"], strict=True)
    ]
    return _listed(found.assign(reason=np.where(begun, "unpaired_starts", "strange_stages"), what=what))


def suspect_events(log: Log, names: pd.Series, activities: list[str], seconds: int) -> pd.DataFrame:
    """Events that stay in the log but are suspect: starts after their ends, and repeated clicks."""
    before = clicked_after(log, seconds)
    clicked = np.flatnonzero(before != NONE)[:LISTED]
    turned = np.flatnonzero(log.is_reversed)[:LISTED]
    gaps = (log.time[clicked] - log.time[before[clicked]]) / _SECOND
    said = [
        f"{gap:g} s after row {row}, by the same hand"
        for gap, row in zip(gaps, log.row[before[clicked]], strict=True)
    ]
    return _listed(
        _of_events(log, turned, "reversed_events", ["starts after its end"] * turned.size, names, activities),
        _of_events(log, clicked, "double_clicks", said, names, activities),
    )


def aside_cases(log: Log, cases: pd.DataFrame, names: pd.Series, activities: list[str]) -> pd.DataFrame:
    """Cases whose lead time is not known: their start was not seen, or lies after their end."""
    said = {
        "cases_cut": ("cut", "its start was not seen, or lies before what the extract holds"),
        "cases_reversed": ("reversed", "ends before it starts"),
    }
    return _listed(
        *(
            _of_events(log, log.first[found], reason, [what] * found.size, names, activities)
            for reason, (column, what) in said.items()
            for found in [np.flatnonzero(cases[column])[:LISTED]]
        )
    )


def excluded_frame(*found: pd.DataFrame) -> pd.DataFrame:
    """All that was found, by reason and row.

    Returns
    -------
    DataFrame
        reason, row (number in the source; of a case, its first event), case, activity, what.
    """
    return _listed(*found).sort_values(["reason", "row"], kind="stable", ignore_index=True)


def _of_events(log: Log, places: np.ndarray, reason: str, what: list[str], names, activities) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "reason": reason,
            "row": log.row[places],
            "case": names.to_numpy()[log.case[places]] if places.size else [],
            "activity": [activities[code] for code in log.activity[places]],
            "what": what,
        }
    )


def _listed(*found: pd.DataFrame) -> pd.DataFrame:
    kinds = {**dict.fromkeys(COLUMNS, object), "row": "int64"}
    frames = [frame[COLUMNS].astype(kinds) for frame in found if len(frame)]
    if not frames:
        return pd.DataFrame(columns=COLUMNS).astype(kinds)
    joined = pd.concat(frames, ignore_index=True)
    return joined.where(joined.notna(), None).astype(kinds)
