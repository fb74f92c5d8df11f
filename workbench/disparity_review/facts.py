"""What holds for a whole disparity review, as plain JSON values: its terms, its words, what to be told."""

from typing import Any

import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.comparison import reference_group
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.geography import shown_outlines
from workbench.disparity_review.scope import BEST, EVERYONE_ELSE, Scope


def facts(cube: Cube, counts: pd.DataFrame, scope: Scope) -> dict[str, Any]:
    """The facts of a result.

    Parameters
    ----------
    cube : Cube
    counts : DataFrame
        As ``counted`` gives it.
    scope : Scope

    Returns
    -------
    dict
        Parameters as they were understood; kind, words and unit of the outcome, for how many of the
        denominator a rate is said (``per``), what an exposure counts (``exposure_unit``); labels; the map
        (``outlines``); vintages; and ``notices``: a message key and typed arguments each, those that tell
        of counts with the ``cells`` they derive from, so that release blanks them.
    """
    read, definition, outcome = cube.provenance, scope.definition, scope.outcome
    reference = reference_group(counts, scope)
    return {
        "title": definition["title"],
        "period": scope.interval,
        **scope.earlier,
        "frequency": scope.period.frequency,
        "as_of": definition["as_of"],
        "dimension": scope.dimension,
        "reference": reference,
        "reference_rule": BEST if scope.reference == BEST else "named",
        "best_minimum": scope.best_minimum,
        "place_reference": scope.place_reference,
        "confidence": scope.confidence,
        "intervals": scope.intervals_by,
        "favourable": scope.favourable,
        "kind": scope.kind,
        "per": scope.per,
        "exposure_unit": scope.exposure_unit,
        "standard_days": outcome.get("standard_days"),
        "words": outcome["words"],
        "unit": outcome["unit"],
        "repeat_users": "repeats" in cube.frames,
        "need_unit": (scope.service.get("stages") or {}).get("need_unit", ""),
        "levels": list(scope.levels),
        "groups": list(scope.groups),
        "crossed_level": scope.crossed_level,
        "labels": labels(scope),
        "residents": wordings(scope),
        "plan": list(scope.service.get("plan") or []),
        "hit_words": (scope.service.get("decisions") or {}).get("hit_words", ""),
        "disadvantage": {level: entry.get("disadvantage_title", "") for level, entry in scope.levels.items()},
        "population": definition.get("population") or {},
        "boundary_vintages": {
            level: entry.get("boundary_vintage", "") for level, entry in scope.levels.items()
        },
        "outlines": shown_outlines(cube),
        "notices": [*definition.get("notices", []), *_notices(counts, reference, scope)],
        "rows": dict(read.rows),
        "rejects": dict(read.rejects),
        "set_aside": {source: dict(reasons) for source, reasons in read.set_aside.items()},
    }


def labels(scope: Scope) -> dict[str, str]:
    """Words for people: ``race/black`` is Black; a place is called by its own name."""
    found = {scope.dimension: "Everyone"}
    if scope.groups:
        found = {scope.dimension: scope.dimension_title}
        found |= {f"{scope.dimension}/{group}": title for group, title in scope.groups.items()}
    found |= {f"{scope.dimension}/{UNKNOWN}": "Not recorded", f"{scope.dimension}/{ALL}": "Everyone"}
    found |= {
        f"{scope.dimension}/everyone_else": "everyone else",
        f"{scope.dimension}/city": "the city as a whole",
    }
    return found | {level: entry["title"] for level, entry in scope.levels.items()}


def wordings(scope: Scope) -> dict[str, str]:
    """How people of a group are called in sentences, where the title and "residents" would not do."""
    known = {entry["id"]: entry for entry in scope.definition["dimensions"]}
    groups = known.get(scope.dimension, {}).get("groups", [])
    found = {f"{scope.dimension}/{group['id']}": group.get("residents", "") for group in groups}
    return {name: wording for name, wording in found.items() if wording}


def _notices(counts: pd.DataFrame, reference: str, scope: Scope) -> list[dict[str, Any]]:
    """What is lacking in the reviewed interval: the reference, all groups but one, a group to be the best."""
    latest = counts[(counts["interval"] == scope.interval) & (counts["place_level"] == CITY)]
    city = latest[latest["group"].isin(list(scope.groups))]
    there = city[city["denominator"] > 0]
    if there.empty:
        return []
    about = {"dimension": scope.dimension, "interval": scope.interval}
    found = []
    if reference in scope.groups and reference not in set(there["group"]):
        own = latest.loc[latest["group"].isin([reference, ALL]), "cell"]
        found.append({"message": "reference_absent", "group": reference, **about, "cells": list(own)})
    if len(there) == 1:
        only = str(there["group"].iloc[0])
        found.append({"message": "one_group", "group": only, **about, "cells": list(city["cell"])})
    if scope.reference == BEST and reference == EVERYONE_ELSE:
        found.append({"message": "no_best_group", "best_minimum": scope.best_minimum, **about})
    return found
