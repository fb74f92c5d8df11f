"""Actions as result rows: what became of each, and its course interval by interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.effects import ALL, Judged, Registered, judge
from workbench.periods import Period
from workbench.target_tracking.actions.course import course
from workbench.target_tracking.targets import FACTORS

BEFORE, SINCE, BEGAN = "before", "since", "the interval in which it began"
ACTIONS = {
    "action": "str",
    "measure": "str",
    "group": "str",
    "place": "str",
    "title": "str",
    "owner": "str",
    "start": "str",
    "registered": "str",
    "late": "bool",
    "direction": "str",
    "size": "float64",
    "by": "str",
    "compared_with": "str",
    "decided": "str",
    "decided_on": "object",
    "open": "bool",
    "verdict": "object",
    "advice": "object",
    "design": "object",
    "more": "float64",
    "before": "float64",
    "after": "float64",
    "effect": "float64",
    "lower": "float64",
    "upper": "float64",
    "p": "float64",
    "average": "float64",
    "without": "float64",
    "interval": "object",
    "value": "float64",
    "counterfactual": "float64",
    "counterfactual_lower": "float64",
    "counterfactual_upper": "float64",
    "season": "bool",
    "beside": "object",
    "apart": "float64",
    "caveats": "object",
    "cells": "object",
    "state": "object",
}
POINTS = {
    "action": "str",
    "interval": "str",
    "interval_start": "datetime64[us]",
    "value": "float64",
    "other": "float64",
    "expected": "float64",
    "fitted": "float64",
    "part": "str",
    "cells": "object",
    "state": "object",
}


@dataclass(frozen=True)
class ActionFrames:
    """Result frames of the actions of a cube; every row derives from the whole course of its action."""

    actions: pd.DataFrame
    points: pd.DataFrame


def judged(cube: Cube, observations: pd.DataFrame, reviewed: Period) -> ActionFrames:
    """Every registered action about a measure, followed to its result.

    Parameters
    ----------
    cube : Cube
        Its definition holds the ``actions`` that were registered by its as-of day.
    observations : DataFrame
        Its observations, with the ids of their counts as ``cell``.
    reviewed : Period
        Later intervals are not looked at.

    Returns
    -------
    ActionFrames
        ``actions``: one row an action; values raw. ``points``: one row an action and interval.
    """
    found = _each(cube, observations, reviewed)
    rows = [_row(each, reviewed) for each in found]
    points = [point for each in found for point in _points(each)]
    return ActionFrames(_framed(rows, ACTIONS), _framed(points, POINTS))


def registered(definition: Mapping[str, Any]) -> list[Registered]:
    """Actions of a cube's definition about measures that it has, by the day they began."""
    found = [Registered(name, entry) for name, entry in definition.get("actions", {}).items()]
    own = [each for each in found if each.subject in definition["measures"]]
    return sorted(own, key=lambda each: (each.start, each.name))


def _each(cube: Cube, observations: pd.DataFrame, reviewed: Period) -> list[Judged]:
    known, measures = registered(cube.definition), cube.definition["measures"]
    return [
        judge(
            action,
            known,
            course(action, observations, cube.definition, reviewed),
            size_of(action, measures[action.subject]),
        )
        for action in known
    ]


def used_by(cube: Cube, observations: pd.DataFrame) -> pd.Index:
    """Observations of groups and places that actions derive from, with all others of the same cut.

    All of a cut are counted as published, so that the rest of it protects one that is small.
    """
    chosen = pd.Series(False, index=observations.index)
    for action in registered(cube.definition):
        own = observations["measure"] == action.subject
        names = {action.group, action.place, action.against[1]} - {ALL, ""}
        hit = observations[own & (observations["group"].isin(names) | observations["place"].isin(names))]
        for cut in ("dimension", "place_level"):
            cuts = set(hit[cut]) - {ALL, "city"}
            chosen |= own & observations[cut].isin(cuts)
    return observations.index[chosen]


def size_of(action: Registered, entry: Mapping[str, Any]) -> float:
    """How far it was to move, raw; missing where it was not said."""
    size = action.entry["size"]
    return np.nan if size is None else size / FACTORS[entry["scale"]]


def _row(each: Judged, reviewed: Period) -> dict[str, Any]:
    action = each.action
    return {
        "action": action.name,
        "measure": action.subject,
        "group": action.group,
        "place": action.place,
        **each.row,
        "open": action.is_open(reviewed),
        "cells": list(each.course.cells),
        "state": "value" if len(each.course.values) else "no data",
    }


def _points(each: Judged) -> list[dict[str, Any]]:
    action, followed, found = each.action, each.course, each.found
    nothing = np.full(len(followed.values), np.nan)
    expected, fitted = (part if len(part) else nothing for part in (found.expected, found.fitted))
    other = nothing if followed.other is None else followed.other
    return [
        {
            "action": action.name,
            "interval": str(period),
            "interval_start": pd.Timestamp(period.start),
            "value": followed.shown[at],
            "other": other[at],
            "expected": expected[at],
            "fitted": fitted[at],
            "part": _part(period, action, at < followed.start),
            "cells": list(followed.cells),
            "state": "no data" if np.isnan(followed.shown[at]) else "value",
        }
        for at, period in enumerate(followed.periods)
    ]


def _part(period: Period, action: Registered, is_before: bool) -> str:
    if period.start < action.start <= period.end:
        return BEGAN
    return BEFORE if is_before else SINCE


def _framed(rows: list[dict[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)
