"""How much the first values of a measure usually move until they stay."""

from typing import Any

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.periods import Period
from workbench.target_tracking.cells import COUNTED
from workbench.target_tracking.tracked import Tracked

# Intervals after its own that the value of an interval is followed for, and by then taken as the one that stays.
HORIZON = {"month": 6, "quarter": 3, "year": 2}
# Of the usual move from one interval to the next: a revision of less than this changes no signal.
MATTERS = 0.1
ENOUGH = 6  # intervals before a mean revision is believed
NUMBERS = ["numerator", "denominator", "value"]

COLUMNS = {
    "measure": "str",
    "lag": "int64",
    "intervals": "int64",
    "revised": "int64",
    "mean_revision": "float64",
    "mean_absolute_revision": "float64",
    "settled": "bool",
    "cells": "object",
    "state": "str",
}


def revisions(cube: Cube, tracked: list[Tracked], reviewed: Period) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Final less earlier values, by how long after its interval the earlier one was known.

    Parameters
    ----------
    cube : Cube
        Its frame ``versions`` is read; a cube without has no revisions.
    tracked : list of Tracked
    reviewed : Period
        Later intervals are not looked at.

    Returns
    -------
    rows : DataFrame
        One row a measure that says when its values were recorded, and lag. Lag 0 is the first value on record,
        lag k the one known when k more intervals had ended. Only intervals that ended so long ago that nothing
        more is expected (:data:`HORIZON`) count; their latest value is the final one.
    counts : DataFrame
        ``cell``, ``numerator``, ``denominator``: people by whom counts were revised.

    Notes
    -----
    Final less first, and its mean absolute size by lag: Mankiw, Shapiro (1986), News or noise, Survey of
    Current Business 66(5). Where a source is about people, revisions are told in steps of people: two versions
    of a count could be subtracted, and their difference is often a few people.
    """
    followed = {one.series.id: one for one in tracked if one.series.entry["columns"]["recorded_at"]}
    known = cube.frames.get("versions")
    if known is None or not followed:
        return _framed([]), _counts([])
    valid = _valid(known, followed, reviewed).reset_index(drop=True)
    moves = _moves(valid, followed, cube.definition)
    found = [
        _row(followed[measure], int(lag), own, cube.definition)
        for (measure, lag), own in moves.groupby(["measure", "lag"], sort=False)
    ]
    kept = [pair for pair in found if pair is not None]
    return _framed([row for row, _ in kept]), _counts([count for _, count in kept if count])


def lag_needed(lags: pd.DataFrame) -> int:
    """After how many intervals the values of a measure no longer move by more than matters."""
    moving = lags.loc[~lags["settled"].astype(bool), "lag"]
    return 0 if moving.empty else int(moving.max()) + 1


def _valid(known: pd.DataFrame, followed: dict[str, Tracked], reviewed: Period) -> pd.DataFrame:
    """Versions with a believed value, of intervals under review."""
    usable = known["value"].notna() & ~known["conflicting"] & known["measure"].isin(list(followed))
    return known[usable & (known["interval_end"] <= pd.Timestamp(reviewed.end))]


def _moves(valid: pd.DataFrame, followed: dict[str, Tracked], definition: dict[str, Any]) -> pd.DataFrame:
    """One row an interval and lag: the value then, and the final one."""
    frequency = valid["measure"].map({id: one.series.entry["frequency"] for id, one in followed.items()})
    start, as_of = definition["fiscal_year_starts"], pd.Timestamp(definition["as_of"])
    found = []
    for name, horizon in HORIZON.items():
        own = valid[frequency == name]
        ripe = own[_later(own, horizon, start) <= as_of]
        final = _last(ripe)
        for lag in range(horizon):
            then = _last(ripe[ripe["known"] <= _later(ripe, lag, start)]) if lag else _first(ripe)
            found.append(then.join(final.add_suffix("_final")).reset_index().assign(lag=lag))
    return pd.concat(found, ignore_index=True)


def _later(valid: pd.DataFrame, lag: int, fiscal_start: int) -> pd.Series:
    """The day on which so many more intervals have ended."""
    ends = {
        name: pd.Timestamp(Period.parse(name, fiscal_start).shift(lag).end)
        for name in valid["interval"].unique()
    }
    return pd.to_datetime(valid["interval"].map(ends)).astype("datetime64[us]")


def _first(valid: pd.DataFrame) -> pd.DataFrame:
    return valid.groupby(["measure", "interval"], sort=False)[NUMBERS].nth(0).pipe(_keyed, valid)


def _last(valid: pd.DataFrame) -> pd.DataFrame:
    return valid.groupby(["measure", "interval"], sort=False)[NUMBERS].nth(-1).pipe(_keyed, valid)


def _keyed(found: pd.DataFrame, valid: pd.DataFrame) -> pd.DataFrame:
    """By measure and interval."""
    return valid.loc[found.index].set_index(["measure", "interval"])[NUMBERS]


def _row(
    one: Tracked, lag: int, moves: pd.DataFrame, definition: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any] | None] | None:
    """The revisions of a measure at a lag, and the count of people that they rest on; None where they are not told."""
    by = (moves["value_final"] - moves["value"]).to_numpy()
    means, count = {"mean_revision": by.mean(), "mean_absolute_revision": np.abs(by).mean()}, None
    if definition["about_people"][one.series.id]:
        if one.series.entry["kind"] not in COUNTED or moves[["numerator", "denominator"]].isna().all().all():
            return None
        step, people = _step(one, moves, definition), _people(moves, definition)
        means = {name: round(mean / step) * step for name, mean in means.items()}
        count = {"cell": f"{one.series.id}|revised|lag={lag}", "numerator": people}
    return {
        "measure": one.series.id,
        "lag": lag,
        "intervals": len(moves),
        "revised": int((by != 0).sum()),
        **means,
        "settled": means["mean_absolute_revision"] <= MATTERS * _usual_move(one),
        "cells": [*one.all_cells, *([count["cell"]] if count else [])],
        "state": "value" if len(moves) >= ENOUGH else "unreliable",
    }, count


def _usual_move(one: Tracked) -> float:
    """Average move from one final value to the next; zero where there are no two."""
    frame = one.series.frame
    moved = np.abs(np.diff(frame.loc[frame["final"], "value"].to_numpy()))
    return float(moved.mean()) if len(moved) else 0.0


def _people(moves: pd.DataFrame, definition: dict[str, Any]) -> int:
    """By how many people the counts of all intervals moved: to the nearest step, a few kept, because they are hidden."""
    by = pd.DataFrame(
        {name: (moves[f"{name}_final"] - moves[name]).abs() for name in ("numerator", "denominator")}
    )
    people, base = int(by.max(axis=1).sum()), _base(definition)
    if people < definition["minimum_count"]:
        return people
    return max(base, round(people / base) * base)


def _step(one: Tracked, moves: pd.DataFrame, definition: dict[str, Any]) -> float:
    """By how much a mean moves when the counts of all its intervals move by one step of people."""
    whole = moves["denominator_final"].mean() if one.series.entry["kind"] in ("proportion", "rate") else 1.0
    return _base(definition) / (whole * len(moves)) if whole > 0 else 1.0


def _base(definition: dict[str, Any]) -> int:
    return 2 * definition["minimum_count"] - 2


def _framed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def _counts(counts: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(counts, columns=["cell", "numerator", "denominator"])
    return frame.astype({"numerator": "Int64", "denominator": "Int64"})
