"""Whether groups live (or ask, or are stopped) in other places than the reference: dissimilarity."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from workbench.disparity_review.comparison import reference_group
from workbench.disparity_review.counted import KNOWN, PUBLISHED
from workbench.disparity_review.cube import CITY, UNKNOWN
from workbench.disparity_review.mix.many import EXACT, SIDES, WITHHELD, Grain, protection
from workbench.disparity_review.scope import EVERYONE_ELSE, Scope
from workbench.disparity_review.verdicts import FEW_ROWS
from workbench.statistics.representation import bias_corrected_dissimilarity

REPLICATES = 200  # draws for each group
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
    now = counts[(counts["interval"] == scope.interval) & (counts["place"] != UNKNOWN)]
    for group in scope.groups:
        if group != reference:
            city, parts = (_sides(now, at, group, reference) for at in (CITY, level))
            yield _row(city.iloc[0], parts, level, group, scope)


def _sides(now: pd.DataFrame, level: str, group: str, reference: str) -> pd.DataFrame:
    """Counts of the group and of the reference in each place of a level."""
    there = now[now["place_level"] == level]
    names = ["place", "numerator", "denominator", "cell"]
    own = there.loc[there["group"] == group, [*names, PUBLISHED]]
    other = there.loc[there["group"] == (KNOWN if reference == EVERYONE_ELSE else reference), names]
    both = own.merge(other, on="place", suffixes=("", "_of_reference"))
    kept = 1 if reference == EVERYONE_ELSE else 0
    cells = [list(pair) for pair in zip(both["cell"], both["cell_of_reference"], strict=True)]
    return both.assign(
        part=both["place"],
        reference_numerator=both["numerator_of_reference"] - kept * both["numerator"],
        reference_denominator=both["denominator_of_reference"] - kept * both["denominator"],
        cells=pd.Series(cells, index=both.index, dtype="object"),
        safe=False,  # of few places that are not published nothing is told
    )[["part", *SIDES, "published", "safe", "cells"]]


def _row(city: pd.Series, parts: pd.DataFrame, level: str, group: str, scope: Scope) -> dict:
    how = EXACT if scope.per_resident else protection(parts, level, scope)
    sides = [parts[name].to_numpy() for name in ("denominator", "reference_denominator")]
    used = (sides[0] + sides[1]) > 0
    enough = how != WITHHELD and min(side.sum() for side in sides) >= FEW_ROWS
    found = bias_corrected_dissimilarity(*(side[used] for side in sides), replicates=REPLICATES)
    grain = Grain.of(how, city.to_dict(), scope)
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


def _cells(city: pd.Series, parts: pd.DataFrame, how: str, scope: Scope) -> list[str]:
    """Counts of both sides in the city, and in the places where these are published; none of residents."""
    if scope.per_resident:
        return []
    named = [*city["cells"]]
    if how == EXACT:
        named += [cell for cells in parts.loc[parts["published"], "cells"] for cell in cells]
    return list(dict.fromkeys(named))
