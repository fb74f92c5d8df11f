"""What holds for a whole disparity review, as plain JSON values: its terms, its words, what to be told."""

from typing import Any

import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.comparison import reference_group
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.cube.geography import shown_outlines
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
    reference, definition = reference_group(counts, scope), scope.definition
    return {
        **_terms(scope, reference),
        **_outcome(cube, scope),
        **_places(cube, scope),
        "labels": labels(scope),
        "residents": wordings(scope),
        "notices": [*definition.get("notices", []), *_notices(counts, reference, scope)],
        "rows": dict(cube.provenance.rows),
        "rejects": dict(cube.provenance.rejects),
        "set_aside": {source: dict(reasons) for source, reasons in cube.provenance.set_aside.items()},
    }


def _terms(scope: Scope, reference: str) -> dict[str, Any]:
    """When, who is compared with whom, and by what."""
    return {
        "title": scope.definition["title"],
        "period": scope.interval,
        **scope.earlier,
        "frequency": scope.period.frequency,
        "as_of": scope.definition["as_of"],
        "dimension": scope.dimension,
        "reference": reference,
        "reference_rule": BEST if scope.reference == BEST else "named",
        "best_minimum": scope.best_minimum,
        "place_reference": scope.place_reference,
        "confidence": scope.confidence,
        "intervals": scope.intervals_by,
        "groups": list(scope.groups),
        "plan": list(scope.service.get("plan") or []),
    }


def _outcome(cube: Cube, scope: Scope) -> dict[str, Any]:
    """What a rate is a rate of."""
    outcome = scope.outcome
    return {
        "favourable": scope.favourable,
        "kind": scope.kind,
        "per": scope.per,
        "exposure_unit": scope.exposure_unit,
        "standard_days": outcome.get("standard_days"),
        "words": outcome["words"],
        "unit": outcome["unit"],
        "repeat_users": "repeats" in cube.frames,
        "hit_words": (scope.service.get("decisions") or {}).get("hit_words", ""),
        "need_unit": (scope.service.get("stages") or {}).get("need_unit", ""),
    }


def _places(cube: Cube, scope: Scope) -> dict[str, Any]:
    """Levels, the map, and how old it and the number of residents are."""
    vintages = {level: entry.get("boundary_vintage", "") for level, entry in scope.levels.items()}
    return {
        "levels": list(scope.levels),
        "crossed_level": scope.crossed_level,
        "disadvantage": {level: entry.get("disadvantage_title", "") for level, entry in scope.levels.items()},
        "boundary_vintages": vintages,
        "outlines": shown_outlines(cube),
        "population": scope.definition.get("population") or {},
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
