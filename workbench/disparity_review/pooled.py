"""The gap among people who live in the same place, beside the gap in the whole city."""

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from workbench.disparity_review.cube import CITY
from workbench.disparity_review.scope import EVERYONE_ELSE, Scope
from workbench.disparity_review.verdicts import comparison_verdicts, material_difference, ruled_out
from workbench.statistics import mantel_haenszel
from workbench.statistics.proportions import critical_value

SIDES = ["numerator", "denominator", "reference_numerator", "reference_denominator"]
MINIMUM_PLACES = 3  # a pooled gap over fewer would nearly be the gap of one place
MANY = 10  # places whose small counts nobody can work back from one estimate over all of them
DIGITS = 3  # published no finer, so that no place's counts can be worked back
_POWER = ndtri(0.8)

ALL_PLACE, WITHIN, BOTH = "where people live", "within the same place", "both"
HIDDEN, NEITHER, UNCLEAR = "only within the same place", "no gap found", "unclear"

COLUMNS = [
    *("interval", "dimension", "group", "reference_group", "place_level"),
    *("crude_difference", "crude_lower", "crude_upper", "crude_p"),
    *("difference", "difference_lower", "difference_upper", "ratio", "ratio_lower", "ratio_upper"),
    *("p", "places", "coverage", "pattern", "method", "verdict", "state", "cells"),
]


def pooled(gaps: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a group and place level, for the reviewed interval.

    Parameters
    ----------
    gaps : DataFrame
        As ``comparison.gaps`` gives it: the city's gaps, and those within places.

    Returns
    -------
    DataFrame
        The crude gap; the gap pooled within places (Mantel-Haenszel, Greenland-Robins variance);
        in how many places both sides occur and what share of the group is there (``coverage``);
        and ``pattern``: what the two say together.

    Notes
    -----
    A pooled gap over many places is one figure, not a count: it is released whenever the
    city's gap is, is rounded to a tenth of a point, and is missing with fewer than 3 places. Where
    fewer than 10 places are not known from what is published, its seven figures would narrow down
    the small counts there: it then derives from the counts of all places or, where these are not
    published, is missing. Against the city as a whole the pooled comparison is with everyone else.
    """
    latest = gaps[gaps["interval"] == scope.interval]
    within = latest[latest["question"] == "group_in_place"]
    rows = []
    for crude in latest[latest["question"] == "group"].to_dict("records"):
        for level in scope.levels:
            places = within[(within["group"] == crude["group"]) & (within["place_level"] == level)]
            rows.append(_row(crude, level, places, scope))
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(crude: dict, level: str, places: pd.DataFrame, scope: Scope) -> dict:
    used = places[(places["denominator"] > 0) & (places["reference_denominator"] > 0)]
    enough = crude["state"] == "value" and not _would_tell(used, level, scope)
    difference, lower, upper, ratio, low, high = _estimates(used, scope) if enough else [np.nan] * 6
    p = _p_of(difference, lower, upper, scope.confidence)
    row = {
        **{name: crude[name] for name in ("interval", "dimension", "group")},
        "cells": [*crude["cells"], *_own_cells(places, used, level, scope)],
        "reference_group": EVERYONE_ELSE if scope.reference == CITY else crude["reference_group"],
        "place_level": level,
        **{f"crude_{name}": crude[f"difference_{name}"] for name in ("lower", "upper")},
        "crude_difference": crude["difference"],
        "crude_p": crude["p"],
        "difference": difference,
        "difference_lower": lower,
        "difference_upper": upper,
        "ratio": ratio,
        "ratio_lower": low,
        "ratio_upper": high,
        "p": p,
        "places": len(used),
        "coverage": _coverage(used, crude),
        "method": "Mantel-Haenszel, Greenland-Robins variance",
    }
    state = "value" if np.isfinite(lower) else "no data"
    return row | {"state": state} | _read(row, crude, state, scope)


def _own_cells(places: pd.DataFrame, used: pd.DataFrame, level: str, scope: Scope) -> list[str]:
    """The published counts of places that a pooled gap derives from; those of many are not one by one."""
    if level != scope.crossed_level or _few(used, scope) >= MANY:
        return []
    return list(dict.fromkeys(cell for cells in places["cells"] for cell in cells))


def _would_tell(used: pd.DataFrame, level: str, scope: Scope) -> bool:
    """Whether the pooled gap of unpublished places would tell the small counts of some of them.

    One place in each published one above it is known from the others.
    """
    if level == scope.crossed_level or not _few(used, scope):
        return False
    parents = scope.levels[level]["parents"]
    return len(used) - used["place"].map(parents).nunique(dropna=False) < MANY


def _few(used: pd.DataFrame, scope: Scope) -> int:
    """In how many places a count of one side, or what it lacks of its denominator, is too small to be shown."""
    sides = [(used[f"{side}numerator"], used[f"{side}denominator"]) for side in ("", "reference_")]
    kept = [numerator for numerator, _ in sides]
    if not scope.per_resident:
        kept += [count for numerator, of in sides for count in (of, of - numerator)]
    small = [(count > 0) & (count < scope.definition["least_listed"]) for count in kept]
    return int(np.any(small, axis=0).sum()) if len(used) else 0


def _estimates(used: pd.DataFrame, scope: Scope) -> list[float]:
    """Pooled difference and ratio with their limits, rounded as published."""
    if len(used) < MINIMUM_PLACES:
        return [np.nan] * 6
    sides = [used[name].to_numpy(float) for name in SIDES]
    if scope.per_resident:
        gap = mantel_haenszel.pooled_rate_difference(*sides, scope.confidence)
        ratio = mantel_haenszel.pooled_rate_ratio(*sides, scope.confidence)
        return [*np.round(gap[:3], DIGITS + 2), *np.round(ratio, DIGITS - 1)]
    gap = mantel_haenszel.pooled_difference(*sides, scope.confidence)
    ratio = mantel_haenszel.pooled_ratio(*sides, scope.confidence)
    return [*np.round(gap[:3], DIGITS), *np.round(ratio, DIGITS - 1)]


def _p_of(difference: float, lower: float, upper: float, confidence: float) -> float:
    """P value from the published figures, so that it tells no more than they do."""
    error = (upper - lower) / (2 * critical_value(confidence))
    return float(2 * ndtr(-abs(difference) / error)) if error > 0 else np.nan


def _coverage(used: pd.DataFrame, crude: dict) -> float:
    """Share of the group that is in places where the other side is too, to a twentieth: the rest is a count."""
    if not crude["denominator"]:
        return np.nan
    return round(20 * float(used["denominator"].sum() / crude["denominator"])) / 20


def _read(row: dict, crude: dict, state: str, scope: Scope) -> dict:
    """Verdict of the pooled gap, and what it says together with the crude one."""
    error = (row["difference_upper"] - row["difference_lower"]) / (2 * critical_value(scope.confidence))
    detectable = (critical_value(scope.confidence) + _POWER) * error
    material = material_difference([crude["reference_rate"]], per_resident=scope.per_resident)
    limits = (np.array([value]) for value in (row["difference_lower"], row["difference_upper"], detectable))
    verdict = comparison_verdicts(
        np.array([row["difference"]]),
        np.array([row["p"]]),
        ruled_out(*limits, material),
        np.array([state == "value"]),
        favourable=scope.favourable,
        alpha=1 - scope.confidence,
    )[0]
    return {"verdict": verdict, "pattern": _pattern(row, state, 1 - scope.confidence)}


def _pattern(row: dict, state: str, alpha: float) -> str:
    """What the crude and the pooled gap say together.

    More than half of the crude gap must be gone to call it where people live; a pooled gap of at
    least half of it, on the same side, is one within the same place. A pooled gap beside no certain
    crude one shows only within places where it is half as large again, or on the other side.
    """
    if state != "value":
        return UNCLEAR
    crude, inside = row["crude_p"] < alpha, row["p"] < alpha
    left = row["difference"] / row["crude_difference"] if row["crude_difference"] else 0.0
    if not inside:
        return NEITHER if not crude else ALL_PLACE if left < 0.5 else UNCLEAR
    if not crude:
        return WITHIN if 0 < left < 1.5 else HIDDEN
    return WITHIN if left >= 0.5 else BOTH if left > 0 else HIDDEN
