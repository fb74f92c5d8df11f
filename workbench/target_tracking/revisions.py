"""How much the first values of a measure usually move until they stay."""

from collections.abc import Iterator
from dataclasses import dataclass
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
COUNTS, DENOMINATOR, VALUE = slice(0, 2), 1, 2  # places in it

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
    valid = _valid(known, followed, reviewed)
    usual = {id: _usual_move(one) for id, one in followed.items()}
    found = [
        _row(followed[move.measure], move, usual[move.measure], cube.definition)
        for move in _moves(valid, followed, cube.definition)
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


@dataclass(frozen=True)
class _Move:
    """The numbers of a measure at a lag and the final ones: one row an interval, columns :data:`NUMBERS`."""

    measure: str
    lag: int
    then: np.ndarray
    final: np.ndarray

    @property
    def by(self) -> np.ndarray:
        """By how much each number moved."""
        return self.final - self.then


def _moves(valid: pd.DataFrame, followed: dict[str, Tracked], definition: dict[str, Any]) -> Iterator[_Move]:
    """What each measure's numbers moved by since each lag."""
    frequency = valid["measure"].map({id: one.series.entry["frequency"] for id, one in followed.items()})
    for name, horizon in HORIZON.items():
        own = valid[frequency == name]
        ended = _ended(own["interval"], horizon, definition["fiscal_year_starts"])
        ripe = ended[:, horizon] <= np.datetime64(definition["as_of"])
        yield from _of_lags(own[ripe], ended[ripe], horizon)


def _of_lags(ripe: pd.DataFrame, ended: np.ndarray, horizon: int) -> Iterator[_Move]:
    interval = ripe.groupby(["measure", "interval"], sort=False).ngroup().to_numpy()
    measure, known = ripe["measure"].to_numpy(object), ripe["known"].to_numpy()
    numbers = ripe[NUMBERS].to_numpy(float)
    final = _last(interval, np.arange(len(ripe)))
    for lag in range(horizon):
        seen = np.flatnonzero(known <= ended[:, lag]) if lag else np.arange(len(ripe))[::-1]
        then = np.sort(_last(interval, seen))
        then = then[then >= 0]
        for id in pd.unique(measure[then]):
            rows = then[measure[then] == id]
            yield _Move(id, lag, numbers[rows], numbers[final[interval[rows]]])


def _ended(intervals: pd.Series, horizon: int, fiscal_start: int) -> np.ndarray:
    """The days on which 0, 1, ... more intervals have ended: one row an interval."""
    codes, names = pd.factorize(intervals)
    periods = [Period.parse(name, fiscal_start) for name in names]
    days = [[period.shift(lag).end for lag in range(horizon + 1)] for period in periods]
    return np.array(days, "datetime64[us]").reshape(-1, horizon + 1)[codes]


def _last(interval: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The last of some rows of each interval; -1 where it has none."""
    found = np.full(interval.max(initial=-1) + 1, -1)
    found[interval[rows]] = rows
    return found


def _row(
    one: Tracked, move: _Move, usual: float, definition: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any] | None] | None:
    """The revisions of a measure at a lag, and the count of people that they rest on; None where they are not told."""
    by = move.by[:, VALUE]
    means, count = {"mean_revision": by.mean(), "mean_absolute_revision": np.abs(by).mean()}, None
    if definition["about_people"][one.series.id]:
        if one.series.entry["kind"] not in COUNTED or np.isnan(move.then[:, COUNTS]).all():
            return None
        step, people = _step(one, move, definition), _people(move, definition)
        means = {name: round(mean / step) * step for name, mean in means.items()}
        count = {"cell": f"{one.series.id}|revised|lag={move.lag}", "numerator": people}
    return {
        "measure": one.series.id,
        "lag": move.lag,
        "intervals": len(by),
        "revised": int((by != 0).sum()),
        **means,
        "settled": means["mean_absolute_revision"] <= MATTERS * usual,
        "cells": [*one.all_cells, *([count["cell"]] if count else [])],
        "state": "value" if len(by) >= ENOUGH else "unreliable",
    }, count


def _usual_move(one: Tracked) -> float:
    """Average move from one final value to the next; zero where there are no two."""
    columns = one.series.columns
    moved = np.abs(np.diff(columns["value"][columns["final"]]))
    return float(moved.mean()) if len(moved) else 0.0


def _people(move: _Move, definition: dict[str, Any]) -> int:
    """By how many people the counts of all intervals moved: to the nearest step, a few kept, because they are hidden."""
    more = np.fmax(*np.abs(move.by[:, COUNTS]).T)
    people, base = int(np.nansum(more)), _base(definition)
    if people < definition["minimum_count"]:
        return people
    return max(base, round(people / base) * base)


def _step(one: Tracked, move: _Move, definition: dict[str, Any]) -> float:
    """By how much a mean moves when the counts of all its intervals move by one step of people."""
    below = move.final[:, DENOMINATOR]
    if one.series.entry["kind"] not in ("proportion", "rate"):
        return _base(definition) / len(below)
    total, known = np.nansum(below), np.count_nonzero(~np.isnan(below))
    return _base(definition) / (total / known * len(below)) if total > 0 else 1.0


def _base(definition: dict[str, Any]) -> int:
    return 2 * definition["minimum_count"] - 2


def _framed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def _counts(counts: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(counts, columns=["cell", "numerator", "denominator"])
    return frame.astype({"numerator": "Int64", "denominator": "Int64"})
