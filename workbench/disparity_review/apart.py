"""Whether groups live (or ask, or are stopped) in other places than the reference: dissimilarity."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.disparity_review.comparison import reference_group
from workbench.disparity_review.counted import KNOWN, PUBLISHED
from workbench.disparity_review.cube import CITY, UNKNOWN
from workbench.disparity_review.mix.many import EXACT, WITHHELD, Grain, parents_of, protection
from workbench.disparity_review.mix.parts import MARGINS, SIDES, Parts, objects
from workbench.disparity_review.scope import EVERYONE_ELSE, Scope
from workbench.disparity_review.verdicts import FEW_ROWS
from workbench.statistics.representation import bias_corrected_dissimilarity

REPLICATES = 200  # draws for each group
_COLUMNS = ["group", "place_level", "place", PUBLISHED, "numerator", "denominator", "cell"]
_FIGURES = {"value": "value", "corrected": "corrected", "noise_floor": "noise", "noise_upper": "noise_upper"}


def apart(counts: pd.DataFrame, scope: Scope) -> Iterator[dict]:
    """Rows of ``summary`` for the reviewed interval: one a group, over the finest places.

    Counts of a group in the finest places are not published: the figures are rounded as one over many
    places, or left out where the places are few. Residents are public, and so is how they are spread.
    """
    if not scope.levels or not scope.groups:
        return
    level = next(iter(scope.levels))
    reference = reference_group(counts, scope)
    reference = EVERYONE_ELSE if reference == CITY else reference
    now = counts.loc[(counts["interval"] == scope.interval) & (counts["place"] != UNKNOWN), _COLUMNS]
    city, placed = (_by_group(now[now["place_level"] == at]) for at in (CITY, level))
    above = parents_of(level, scope)
    for group in scope.groups:
        if group != reference:
            whole, parts = (_sides(rows, above, group, reference) for rows in (city, placed))
            yield _row(whole, parts, level, group, scope)


@dataclass(frozen=True)
class _Placed:
    """One group in each place of a level: its counts, in columns numerator and denominator, and their cells."""

    places: np.ndarray
    counts: np.ndarray
    published: np.ndarray
    cells: list[str]


def _by_group(rows: pd.DataFrame) -> dict[str, _Placed]:
    places, published = rows["place"].to_numpy(object), rows[PUBLISHED].to_numpy(bool)
    counts, cells = rows[["numerator", "denominator"]].to_numpy(), rows["cell"].to_numpy(object)
    return {
        group: _Placed(places[at], counts[at], published[at], cells[at].tolist())
        for group, at in rows.groupby("group").indices.items()
    }


def _sides(rows: dict[str, _Placed], above: dict[str, str], group: str, reference: str) -> Parts:
    """Counts of the group and of the reference in each place of a level; all groups have the same places."""
    own, other = rows[group], rows[KNOWN if reference == EVERYONE_ELSE else reference]
    others = other.counts - own.counts if reference == EVERYONE_ELSE else other.counts
    size = len(own.places)
    return Parts(
        own.places,
        np.array([above.get(place, "") for place in own.places], object),
        np.hstack([own.counts, others]),
        np.zeros((size, len(MARGINS))),
        own.published,
        np.zeros(size, bool),  # of few places that are not published nothing is told
        objects([list(pair) for pair in zip(own.cells, other.cells, strict=True)]),
    )


def _row(city: Parts, parts: Parts, level: str, group: str, scope: Scope) -> dict:
    how = EXACT if scope.per_resident else protection(parts, scope)
    sides = parts.sides[:, 1::2].T
    used = (sides[0] + sides[1]) > 0
    enough = how != WITHHELD and min(side.sum() for side in sides) >= FEW_ROWS
    found = bias_corrected_dissimilarity(*(side[used] for side in sides), replicates=REPLICATES)
    grain = Grain.of(how, dict(zip(SIDES, city.sides[0].tolist(), strict=True)), scope)
    figures = {
        name: 100 * grain.rate(getattr(found, of)) if enough else np.nan for name, of in _FIGURES.items()
    }
    return {
        "interval": scope.interval,
        "dimension": scope.dimension,
        "place_level": level,
        "index": f"dissimilarity_{group}",
        **figures,
        "above_noise": bool(figures["value"] > figures["noise_upper"]) if enough else pd.NA,
        "weighted": True,
        "unit": "percent",
        "groups": int(used.sum()),
        "method": "index of dissimilarity, bias corrected by redrawing; noise by dealing out",
        "state": "value" if enough else "no data",
        "cells": _cells(city, parts, how, scope),
    }


def _cells(city: Parts, parts: Parts, how: str, scope: Scope) -> list[str]:
    """Counts of both sides in the city, and in the places where these are published; none of residents."""
    if scope.per_resident:
        return []
    named = [*city.cells[0]]
    if how == EXACT:
        named += [cell for cells in parts.cells[parts.published] for cell in cells]
    return list(dict.fromkeys(named))
