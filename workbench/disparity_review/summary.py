"""One figure for all groups, or for all places: summary measures with what chance alone would give."""

from __future__ import annotations

from dataclasses import dataclass, fields

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
    intervals = [name for name in scope.intervals if name in (a_year_before, scope.interval)]
    known = _Rates.of(counts[counts["interval"].isin(intervals)], scope)
    for interval in intervals:
        now = known.at(known.interval == interval)
        rows += _of_groups(now, reference_group(counts, scope), interval, scope)
        for level in scope.levels:
            rows += _of_places(now, interval, level, scope)
    rows += list(apart(counts, scope))
    return pd.DataFrame(rows, columns=COLUMNS).astype({"above_noise": "boolean", "weighted": "boolean"})


@dataclass(frozen=True)
class _Rates:
    """Groups and places as arrays of one length: a frame would be cut many times.

    Parameters
    ----------
    interval, group, level, place, cell : ndarray of str
    denominator : ndarray
    estimate, error : ndarray
        Rates as they are said, and their standard errors.
    state : ndarray of str
    """

    interval: np.ndarray
    group: np.ndarray
    level: np.ndarray
    place: np.ndarray
    cell: np.ndarray
    denominator: np.ndarray
    estimate: np.ndarray
    error: np.ndarray
    state: np.ndarray

    @classmethod
    def of(cls, counts: pd.DataFrame, scope: Scope) -> _Rates:
        names = ("interval", "group", "place_level", "place", "cell")
        state = states(counts["numerator"], counts["denominator"], per_exposure=scope.per_exposure)
        return cls(
            *(counts[name].to_numpy(object) for name in names),
            counts["denominator"].to_numpy(float),
            *_estimates(counts, scope),
            state,
        )

    def at(self, chosen) -> _Rates:
        """Those at some positions."""
        return _Rates(*(getattr(self, each.name)[chosen] for each in fields(self)))


def _of_groups(now: _Rates, reference: str, interval: str, scope: Scope) -> list[dict]:
    groups = list(scope.groups)
    city = now.at(now.level == CITY)
    place = {group: i for i, group in enumerate(city.group)}
    own = city.at([place[group] for group in groups])
    position = groups.index(reference) if reference in groups else None
    return _rows(own, _indices(own, position, scope), interval, CITY, scope, _UNORDERED)


def _of_places(now: _Rates, interval: str, level: str, scope: Scope) -> list[dict]:
    """Places as they are, and in their order where one is declared: the most disadvantaged first."""
    places = now.at((now.group == ALL) & (now.level == level) & (now.place != UNKNOWN))
    rows = _rows(places, _indices(places, None, scope), interval, level, scope, _UNORDERED)
    entry = scope.levels[level]
    ordered = _in_order(places, entry.get("disadvantage", {}))
    used = ordered.at(ordered.denominator > 0)
    if len(used.place) < MINIMUM_ORDERED:
        return rows
    method = f"places in order of {entry['disadvantage_title'] or 'disadvantage'}, weighted"
    return rows + _rows(ordered, _gradients(used, scope), interval, level, scope, method)


def _in_order(places: _Rates, figures: dict[str, float]) -> _Rates:
    """Places that have a figure, the highest first."""
    known = [i for i, place in enumerate(places.place) if not np.isnan(figures.get(place, np.nan))]
    return places.at(sorted(known, key=lambda i: (-figures[places.place[i]], places.place[i])))


def _indices(own: _Rates, reference: int | None, scope: Scope) -> list[Index]:
    """Those that need a reference are left out where there is none."""
    found = inequality.summary(
        own.denominator,
        own.estimate,
        own.error,
        favourable=scope.favourable,
        reference=reference,
        confidence=scope.confidence,
        replicates=REPLICATES,
    )
    return [index for index in found if reference is not None or not _of_reference(index.name)]


def _of_reference(name: str) -> bool:
    return "_from_reference" in name


def _estimates(counts: pd.DataFrame, scope: Scope) -> tuple[np.ndarray, np.ndarray]:
    """Rates as they are said, and their standard errors.

    Where nobody or everybody has the event the formula would give none: half an event is added then, since
    a group of one row is not known exactly. Repeat users count as in the interval of the rate.
    """
    effect = np.nan_to_num(design_effect(counts, scope), nan=1.0)
    x, n = effective(counts["numerator"], counts["denominator"], effect)
    if scope.per_exposure:
        error = share(np.sqrt(np.maximum(x, 0.5)), n)
    else:
        edge = (x == 0) | (x == n)
        rate = np.where(edge, (x + 0.5) / (n + 1), share(x, n))
        error = np.sqrt(share(rate * (1 - rate), n))
    return scope.per * share(x, n), scope.per * error


def _gradients(used: _Rates, scope: Scope) -> list[Index]:
    """Indices along the order: without bias, so that none is the noise floor."""
    weight, estimate, error = used.denominator, used.estimate, used.error
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
    own: _Rates, indices: list[Index], interval: str, level: str, scope: Scope, method: str
) -> list[dict]:
    if not own.cell.size:
        return []
    used = int((own.state != "no data").sum())
    common = {
        "interval": interval,
        "dimension": scope.dimension,
        "place_level": level,
        "groups": used,
        "method": method,
        "cells": own.cell.tolist(),
    }
    return [{**common, **_figures(index), "state": _state(index.value, own.state)} for index in indices]


def _figures(index: Index) -> dict:
    names = ("value", "lower", "upper", "corrected", "noise_floor", "noise_upper", "weighted", "unit")
    figures = {"index": index.name, **{name: getattr(index, name) for name in names}}
    return figures | {"above_noise": index.above_noise if np.isfinite(index.value) else pd.NA}


def _state(value: float, state: np.ndarray) -> str:
    """``no data`` where there is no figure, ``unreliable`` where a group has too few to go by."""
    if not np.isfinite(value):
        return "no data"
    return "unreliable" if (state == "unreliable").any() else "value"
