"""Values of each group and interval: what is published of them, and as observations again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from workbench.periods import Period
from workbench.target_tracking.observed import QUOTIENTS
from workbench.target_tracking.series import Series, series_of_parts

GROUP = ["measure", "dimension", "group"]
UNKNOWN = "unknown"
TOTALS = ("count", "cumulative")
SUPPRESSED = "suppressed"
_KEYS = ["interval", "interval_start", "interval_end"]
_COUNTS = ["value", "numerator", "denominator", "n"]
_KNOWN = [*_KEYS, *_COUNTS, "target", "provisional", "conflicting"]
_TARGETS = ["target", "target_lower", "target_upper"]


def groups_of(observations: pd.DataFrame) -> pd.DataFrame:
    """Observations of groups of the whole city, and of everyone in a place, every interval.

    A place is a group of its level: ``dimension`` names the level and ``group`` the place.
    """
    in_city, everyone = observations["place_level"] == "city", observations["dimension"] == "all"
    places = observations[everyone & ~in_city]
    places = places.assign(dimension=places["place_level"], group=places["place"])
    return pd.concat([observations[~everyone & in_city], places])


def place_labels(observations: pd.DataFrame) -> dict[str, str]:
    """How places are called that are only numbered, by level and place: ``Ward 3``."""
    places = observations.loc[
        observations["place_level"] != "city", ["place_level", "place"]
    ].drop_duplicates()
    return {
        f"{level}/{place}": f"{level.replace('_', ' ').capitalize()} {place}"
        for level, place in places.itertuples(index=False)
        if place.isdigit()
    }


def group_points(observations: pd.DataFrame, definition: Mapping[str, Any]) -> pd.DataFrame:
    """Values of each group and interval, from true counts: what a release decides on.

    Parameters
    ----------
    observations : DataFrame
        Of a cube, with ``cell``.
    definition : dict
        Of the cube.
    """
    found = groups_of(observations)
    if definition.get("smallest_hidden", 1):
        found = pd.concat([found, _zeros(observations, found, definition)], ignore_index=True)
    cells = [[cell] if cell else [] for cell in found["cell"]]
    state = np.where(found["value"].isna(), "no data", np.where(found["value"] == 0, "zero", "value"))
    return found[[*GROUP, *_KNOWN]].assign(cells=cells, state=state).reset_index(drop=True)


def own_entry(entry: Mapping[str, Any], dimension: str, group: str) -> dict[str, Any]:
    """The definition of a measure as it holds for one group: with the group's own targets.

    A target that names no value for the group holds for it too, unless the measure is a total: what the city
    is to count is no target for one of its groups.
    """
    own, name = [], f"{dimension}/{group}"
    for target in entry["targets"]:
        if name in target["groups"]:
            own.append({**target, "value": target["groups"][name], "lower": None, "upper": None, "path": {}})
        elif entry["kind"] not in TOTALS:
            own.append(target)
    return {**entry, "targets": own}


def _zeros(observations: pd.DataFrame, groups: pd.DataFrame, definition: Mapping[str, Any]) -> pd.DataFrame:
    """Counted rows: an interval in which everyone has a count and a group has no row is none of the group."""
    counted = [id for id, entry in definition["measures"].items() if _counts_rows(entry)]
    everyone = (observations["dimension"] == "all") & (observations["place_level"] == "city")
    whole = observations[everyone & observations["measure"].isin(counted)]
    wanted = whole.drop(columns=["dimension", "group"]).merge(groups[GROUP].drop_duplicates(), on="measure")
    keys = [*GROUP, "interval"]
    known = pd.MultiIndex.from_frame(groups[keys])
    missing = wanted[~pd.MultiIndex.from_frame(wanted[keys]).isin(known)]
    return missing.assign(numerator=0.0, value=0.0, n=0.0, cell="", conflicting=False)[list(observations)]


def _counts_rows(entry: Mapping[str, Any]) -> bool:
    return entry["kind"] not in QUOTIENTS and not (entry["columns"]["numerator"] or entry["columns"]["value"])


def series_of_groups(
    parts: Sequence[tuple[str, Mapping[str, Any], pd.DataFrame]],
    definition: Mapping[str, Any],
    reviewed: Period,
) -> list[Series]:
    """Released points of groups, each with its measure and definition, as series to be judged like any.

    A hidden value is missing.
    """
    if not parts:
        return []
    as_of, start = date.fromisoformat(definition["as_of"]), definition["fiscal_year_starts"]
    entries, several = [(measure, entry) for measure, entry, _ in parts], [points for *_, points in parts]
    whole = _again(pd.concat(several, ignore_index=True))
    return series_of_parts(entries, list(map(len, several)), whole, reviewed.end, as_of, start)


def with_targets(points: pd.DataFrame, series: Series) -> pd.DataFrame:
    """A group's released points with targets, every interval from first to last, as their series has them."""
    known = {
        name: pair for name, *pair in zip(points["interval"], points["cells"], points["state"], strict=True)
    }
    found = [known.get(name, ([], "no data")) for name in series.columns["interval"]]
    flags = ("provisional", "conflicting", "excluded_because")
    return pd.DataFrame(
        {
            **{name: series.columns[name] for name in (*_KEYS, *_COUNTS, *_TARGETS)},
            "meets_target": series.meets_target,
            **{name: series.columns[name] for name in flags},
            **{name: points[name].iloc[0] for name in GROUP},
            "cells": [list(cells) for cells, _ in found],
            "state": np.array([state for _, state in found], dtype=object),
        }
    )


def _again(points: pd.DataFrame) -> pd.DataFrame:
    """Released points as observations."""
    rows = zip(points["cells"], points["state"], strict=True)
    shown = [cells[0] if len(cells) and state != SUPPRESSED else "" for cells, state in rows]
    return points[_KNOWN].assign(cell=shown)


def empty(columns: Iterable[str]) -> pd.DataFrame:
    """A frame by group without rows."""
    return pd.DataFrame(columns=list(dict.fromkeys([*GROUP, *columns, "cells", "state"])), dtype=object)


def under_each_other(parts: Iterable[pd.DataFrame], columns: Iterable[str]) -> pd.DataFrame:
    """Frames of several groups under each other, the group first; without any row, one of these columns."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return empty(columns)
    whole = pd.concat(filled, ignore_index=True)
    return whole[[*GROUP, *(name for name in whole if name not in GROUP)]]
