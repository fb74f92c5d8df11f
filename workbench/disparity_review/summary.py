"""One figure for all groups, or for all places: summary measures with what chance alone would give."""

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.apart import apart
from workbench.disparity_review.comparison import reference_group
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.precision import design_effect
from workbench.disparity_review.scope import Scope
from workbench.disparity_review.verdicts import states
from workbench.statistics import gradients, inequality
from workbench.statistics.inequality import Index
from workbench.statistics.proportions import critical_value, share
from workbench.statistics.repeats import effective

COLUMNS = [
    *("interval", "dimension", "place_level", "index", "value", "lower", "upper"),
    *("corrected", "noise_floor", "noise_upper", "above_noise", "weighted", "unit", "groups"),
    *("method", "state", "cells"),
]
REPLICATES = 400  # draws for each set of groups
MINIMUM_ORDERED = 3  # places: a line through two says nothing of an order
_UNORDERED = "parametric bootstrap, inverted; noise where there is no true gap"


def summary(counts: pd.DataFrame, cube: Cube, scope: Scope) -> pd.DataFrame:
    """One row an index over the groups (place level ``city``), and over the places of a level.

    Parameters
    ----------
    counts : DataFrame
        As ``counted`` gives it.
    cube : Cube
    scope : Scope

    Returns
    -------
    DataFrame
        For the reviewed interval and the same one a year before. Estimates are in hundredths (rates of an
        exposure in thousandths); groups weigh by their rows, exposure or residents. Of levels whose places
        are ordered by disadvantage also ``slope_index`` and ``absolute_concentration`` (above 0: more of
        the outcome among the advantaged), ``relative_index`` and ``relative_concentration``; groups of
        people are never ordered. ``dissimilarity_<group>``: percent of the group that would have to move
        to be spread over the finest places as the reference is. ``groups``: how many groups or places.
        A row names every count that it derives from: from an index and all groups but one, that one
        could be worked out.
    """
    rows = []
    a_year_before = scope.earlier.get("same_last_year", scope.earlier["previous"])
    for interval in [name for name in scope.intervals if name in (a_year_before, scope.interval)]:
        now = counts[counts["interval"] == interval]
        rows += _of_groups(now, reference_group(counts, scope), interval, scope)
        for level in scope.levels:
            rows += _of_places(now, interval, level, scope)
    rows += list(apart(counts, scope))
    return pd.DataFrame(rows, columns=COLUMNS).astype({"above_noise": "boolean", "weighted": "boolean"})


def _of_groups(now: pd.DataFrame, reference: str, interval: str, scope: Scope) -> list[dict]:
    groups = list(scope.groups)
    own = now[(now["place_level"] == CITY) & now["group"].isin(groups)]
    own = own.set_index("group").loc[groups].reset_index()
    position = groups.index(reference) if reference in groups else None
    return _rows(own, _indices(own, position, scope), interval, CITY, scope, _UNORDERED)


def _of_places(now: pd.DataFrame, interval: str, level: str, scope: Scope) -> list[dict]:
    """Places as they are, and in their order where one is declared: the most disadvantaged first."""
    places = now[(now["group"] == ALL) & (now["place_level"] == level) & (now["place"] != UNKNOWN)]
    rows = _rows(places, _indices(places, None, scope), interval, level, scope, _UNORDERED)
    entry = scope.levels[level]
    figure = places["place"].map(entry.get("disadvantage", {}))
    ordered = places.assign(figure=figure).dropna(subset=["figure"])
    ordered = ordered.sort_values(["figure", "place"], ascending=[False, True])
    used = ordered[ordered["denominator"] > 0]
    if len(used) < MINIMUM_ORDERED:
        return rows
    method = f"places in order of {entry['disadvantage_title'] or 'disadvantage'}, weighted"
    return rows + _rows(ordered, _gradients(used, scope), interval, level, scope, method)


def _indices(own: pd.DataFrame, reference: int | None, scope: Scope) -> list[Index]:
    """Those that need a reference are left out where there is none."""
    estimate, error = _estimates(own, scope)
    found = inequality.summary(
        own["denominator"].to_numpy(float),
        estimate,
        error,
        favourable=scope.favourable,
        reference=reference,
        confidence=scope.confidence,
        replicates=REPLICATES,
    )
    return [index for index in found if reference is not None or not _of_reference(index.name)]


def _of_reference(name: str) -> bool:
    return "_from_reference" in name


def _estimates(own: pd.DataFrame, scope: Scope) -> tuple[np.ndarray, np.ndarray]:
    """Rates as they are said, and their standard errors.

    Where nobody or everybody has the event the formula would give none: half an event is added then, since
    a group of one row is not known exactly. Repeat users count as in the interval of the rate.
    """
    effect = np.nan_to_num(design_effect(own, scope), nan=1.0)
    x, n = effective(own["numerator"], own["denominator"], effect)
    if scope.per_exposure:
        error = share(np.sqrt(np.maximum(x, 0.5)), n)
    else:
        edge = (x == 0) | (x == n)
        rate = np.where(edge, (x + 0.5) / (n + 1), share(x, n))
        error = np.sqrt(share(rate * (1 - rate), n))
    return scope.per * share(x, n), scope.per * error


def _gradients(used: pd.DataFrame, scope: Scope) -> list[Index]:
    """Indices along the order: without bias, so that none is the noise floor."""
    estimate, error = _estimates(used, scope)
    weight = used["denominator"].to_numpy(float)
    chosen = {"confidence": scope.confidence, "replicates": REPLICATES}
    slope = gradients.slope_index(weight, estimate, error, **chosen)
    found = gradients.concentration_index(weight, estimate, error)
    reach = critical_value(scope.confidence)
    absolute, relative = found.absolute, 100 * found.relative
    wide, broad = reach * found.absolute_error, 100 * reach * found.relative_error
    return [
        _gradient("slope_index", slope.slope, slope.slope_lower, slope.slope_upper, "points"),
        _gradient("relative_index", slope.ratio, slope.ratio_lower, slope.ratio_upper, "ratio"),
        _gradient("absolute_concentration", absolute, absolute - wide, absolute + wide, "points"),
        _gradient("relative_concentration", relative, relative - broad, relative + broad, "percent"),
    ]


def _gradient(name: str, value: float, lower: float, upper: float, unit: str) -> Index:
    none = 1.0 if unit == "ratio" else 0.0
    return Index(
        name, value, lower, upper, value, none, np.nan, True, unit, bool(lower > none or upper < none)
    )


def _rows(
    own: pd.DataFrame, indices: list[Index], interval: str, level: str, scope: Scope, method: str
) -> list[dict]:
    if own.empty:
        return []
    state = states(own["numerator"], own["denominator"], per_exposure=scope.per_exposure)
    used = int((state != "no data").sum())
    common = {
        "interval": interval,
        "dimension": scope.dimension,
        "place_level": level,
        "groups": used,
        "method": method,
        "cells": own["cell"].tolist(),
    }
    return [{**common, **_figures(index), "state": _state(index.value, state)} for index in indices]


def _figures(index: Index) -> dict:
    names = ("value", "lower", "upper", "corrected", "noise_floor", "noise_upper", "weighted", "unit")
    figures = {"index": index.name, **{name: getattr(index, name) for name in names}}
    return figures | {"above_noise": index.above_noise if np.isfinite(index.value) else pd.NA}


def _state(value: float, state: np.ndarray) -> str:
    """``no data`` where there is no figure, ``unreliable`` where a group has too few to go by."""
    if not np.isfinite(value):
        return "no data"
    return "unreliable" if (state == "unreliable").any() else "value"
