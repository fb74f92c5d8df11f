"""What changed since the last review: by new data, by restated data, by another definition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.catalog.model import Measure
from workbench.periods import Period
from workbench.target_tracking.cells import counted
from workbench.target_tracking.tracked import Tracked, track_all
from workbench.target_tracking.versions import as_known

NEW, RESTATED, REDEFINED = "new data", "restated data", "changed definition"
# What of a definition decides which numbers are read; the rest decides what is said of them.
READS = ("source", "where", "kind", "frequency", "columns")
# What of a definition changes no status.
BESIDE = (
    "title",
    "department",
    "owner",
    "goals",
    "initiative",
    "formerly",
    "stage",
    "leads_to",
    "groups",
    "gaps",
)
NUMBERS = ["numerator", "denominator", "value", "n", "target", "conflicting"]
COLUMNS = {
    "measure": "str",
    "then": "object",
    "then_restated": "object",
    "then_redefined": "object",
    "now": "object",
    "because": "object",
    "variation_because": "object",
    "target_because": "object",
    "restated": "int64",
    "restated_by": "float64",
    "cells": "object",
    "state": "str",
}


def changed(
    cube: Cube, tracked: list[Tracked], rules: str, screened: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The status of each measure in the last review, and step by step what made it what it is now.

    Parameters
    ----------
    cube : Cube
        ``definition["previous"]`` says of the last review ``period``, ``as_of``, and where it was made its
        definitions, ``measures``; ``versions`` say what was known then.
    tracked : list of Tracked
    rules, screened
        See :func:`workbench.target_tracking.analysis.analyse`.

    Returns
    -------
    rows : DataFrame
        One row a measure; none without a last review. ``then``: its status with the values known then and the
        definition of then. ``then_restated``: with today's values of the same intervals. ``then_redefined``:
        with today's definition too. ``now``: with all that came since. A step that changes the status is named
        in ``because``; ``variation_because`` and ``target_because`` are of those two verdicts alone.
    counts : DataFrame
        ``cell``, ``numerator``, ``denominator``: of a measure that rested on a small count then.

    Notes
    -----
    The past is replayed, not looked up: the same steps can be taken for any two days. Of a measure that reads
    other numbers than it did (:data:`READS`) the past cannot be replayed; it has changed by definition.
    """
    previous, versions = cube.definition.get("previous"), cube.frames.get("versions")
    if not previous or versions is None:
        return _framed([]), _counts([])
    end = pd.Timestamp(_period(cube.definition).end)
    then, now = (
        _by_measure(as_known(versions, date.fromisoformat(day), cube.definition), end)
        for day in (previous["as_of"], cube.definition["as_of"])
    )
    replays = [_replay(one, then(one.series.id), now(one.series.id), cube.definition) for one in tracked]
    steps = _steps([each for each in replays if each.before is not None], cube.definition, (rules, screened))
    rows, counts = [], []
    for each in replays:
        few = _few(each.one, each.then, cube.definition)
        counts += [few] if few else []
        row = _row(each, steps.get(each.id, []), cube.definition)
        rows.append({**row, "cells": [*each.one.all_cells, *([few["cell"]] if few else [])]})
    return _framed(rows), _counts(counts)


@dataclass(frozen=True)
class _Replay:
    """What a measure was judged by then.

    Parameters
    ----------
    one : Tracked
        As it stands now.
    before : dict or None
        Its definition of then; None where it was not followed, or read other numbers.
    then, restated : DataFrame
        Its observations as they were known then, and the same intervals as they are known now: the same frame where
        nothing moved.
    moved : Series
        By how much.
    """

    one: Tracked
    before: Mapping[str, Any] | None
    then: pd.DataFrame
    restated: pd.DataFrame
    moved: pd.Series

    @property
    def id(self) -> str:
        return self.one.series.id

    @property
    def is_redefined(self) -> bool:
        """Whether its definition of today judges other than that of then."""
        today = self.one.series.entry.items()
        return any(self.before[name] != value for name, value in today if name not in BESIDE)


def _replay(one: Tracked, then: pd.DataFrame, now: pd.DataFrame, definition: Mapping[str, Any]) -> _Replay:
    entry = one.series.entry
    before = _entry_then(one.series.id, entry, definition["previous"])
    if before is None or any(before[name] != entry[name] for name in READS):
        return _Replay(one, None, then, then, pd.Series(dtype=float))
    moved = _moved(then, now)
    return _Replay(one, before, then, _restated(then, now) if len(moved) else then, moved)


def _by_measure(observations: pd.DataFrame, end: pd.Timestamp) -> Callable[[str], pd.DataFrame]:
    """The observations of a measure of intervals up to a day; none where it has none."""
    shown = observations[observations["interval_end"] <= end].set_index("interval", drop=False)
    parts = dict(tuple(shown.groupby("measure", sort=False)))
    return lambda id: parts.get(id, shown.iloc[:0])


def _period(definition: Mapping[str, Any]) -> Period:
    return Period.parse(definition["previous"]["period"], definition["fiscal_year_starts"])


def _row(each: _Replay, steps: list[Tracked], definition: Mapping[str, Any]) -> dict[str, Any]:
    told = {"measure": each.id, "now": each.one.status, "state": "value"}
    if each.before is None:
        because = dict.fromkeys(("because", "variation_because", "target_because"), REDEFINED)
        return {**dict.fromkeys(COLUMNS), "restated": 0, **told, **because}
    private = definition["about_people"][each.id]
    return {
        **told,
        **dict(
            zip(("then", "then_restated", "then_redefined"), (step.status for step in steps), strict=False)
        ),
        "because": _because([step.status for step in steps]),
        "variation_because": _because([step.verdict for step in steps]),
        "target_because": _because([step.prospect.verdict for step in steps]),
        "restated": len(each.moved),
        "restated_by": np.nan if private else each.moved.mean(),
    }


def _entry_then(id: str, entry: Mapping[str, Any], previous: Mapping[str, Any]) -> dict[str, Any] | None:
    """The definition of then; today's where it is not known; None where the measure was not followed then.

    One that this version of the workbench cannot read is not known.
    """
    known = previous["measures"]
    if known is None:
        return dict(entry)
    found = next((known[name] for name in (id, *entry["formerly"]) if name in known), None)
    if found is None:
        return None
    try:
        return Measure.model_validate(found).model_dump(mode="json")
    except ValueError:
        return dict(entry)


def _steps(
    replays: list[_Replay], definition: Mapping[str, Any], how: tuple[str, bool]
) -> dict[str, list[Tracked]]:
    """Each measure as it stood then, with restated values, with today's definition too, and now."""
    follow = partial(_follow, definition=definition, how=how)
    restated = [each for each in replays if each.restated is not each.then]
    redefined = [each for each in replays if each.is_redefined]
    first = follow({each.id: (each.before, each.then) for each in replays})
    second = first | follow({each.id: (each.before, each.restated) for each in restated})
    third = second | follow({each.id: (each.one.series.entry, each.restated) for each in redefined})
    return {each.id: [first[each.id], second[each.id], third[each.id], each.one] for each in replays}


def _follow(
    parts: Mapping[str, tuple[Mapping[str, Any], pd.DataFrame]],
    definition: Mapping[str, Any],
    how: tuple[str, bool],
) -> dict[str, Tracked]:
    """Measures by a definition and observations each, as they were followed in the last review."""
    if not parts:
        return {}
    entries = {id: entry for id, (entry, _) in parts.items()}
    frames = [own for _, own in parts.values()]
    known = pd.concat([own for own in frames if len(own)] or frames[:1], ignore_index=True).assign(cell="")
    earlier = {**definition, "as_of": definition["previous"]["as_of"]}
    return dict(zip(entries, track_all(entries, known, _period(definition), earlier, *how), strict=True))


def _moved(then: pd.DataFrame, now: pd.DataFrame) -> pd.Series:
    """Of the intervals that are restated, by how much the value moved; missing where it came or went."""
    row = now.index.get_indexer(then.index)
    before, after = (np.array([each[name].to_numpy(float) for name in NUMBERS]) for each in (then, now))
    after = np.column_stack([after, np.full(len(NUMBERS), np.nan)])[:, row]
    same = ((before == after) | (np.isnan(before) & np.isnan(after))).all(axis=0)
    value = NUMBERS.index("value")
    return pd.Series(np.abs(after[value] - before[value])[~same])


def _restated(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """The intervals that were known then, with the numbers that are known now; what was withdrawn is gone."""
    kept = then[then.index.isin(now.index)]
    return kept.assign(**{name: now.loc[kept.index, name] for name in NUMBERS})


def _because(words: list) -> str:
    """The steps between which something is another."""
    pairs = zip((RESTATED, REDEFINED, NEW), words, words[1:], strict=False)
    return ", ".join(step for step, before, after in pairs if before != after)


def _few(one: Tracked, then: pd.DataFrame, definition: Mapping[str, Any]) -> dict[str, Any] | None:
    """The smallest count that the measure rested on then, where it is one that is hidden.

    Others are not listed: less today's count they would tell by how few people an interval was restated.
    """
    if not definition["about_people"][one.series.id] or then.empty:
        return None
    counts = counted(then, definition)
    rest = counts["denominator"] - counts["numerator"]
    every = pd.concat([counts["numerator"], counts["denominator"], rest]).dropna()
    small = every[(every >= definition["smallest_hidden"]) & (every < definition["minimum_count"])]
    if small.empty:
        return None
    cell = f"{one.series.id}|as of {definition['previous']['as_of']}"
    return {"cell": cell, "numerator": int(small.min())}


def _framed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def _counts(counts: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(counts, columns=["cell", "numerator", "denominator"])
    return frame.astype({"numerator": "Int64", "denominator": "Int64"})
