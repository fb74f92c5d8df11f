"""Comparisons cut into the parts of a mix: the places people live in, or the kinds of what they ask for."""

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.cube import ALL, CITY
from workbench.disparity_review.keys import keys_of
from workbench.disparity_review.mix.kinds import STRATUM, by_kind, cut_by_kind
from workbench.disparity_review.mix.many import few, parents_of
from workbench.disparity_review.mix.others import Others
from workbench.disparity_review.mix.parts import MARGINS, SIDES, Parts
from workbench.disparity_review.scope import EVERYONE_ELSE, Scope

COMPARISON = ["interval", "question", "dimension", "group", "reference_group", "place_level", "place"]
COLUMNS = [
    *COMPARISON,
    *("mix", "part", "parent", *SIDES),
    *(*MARGINS, "published", "safe", "cells"),
]


def mixes(cube: Cube, compared: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Every comparison of the reviewed interval, cut up; private: not a result frame.

    Parameters
    ----------
    cube : Cube
    compared : DataFrame
        As ``comparison.gaps`` gives it.
    scope : Scope

    Returns
    -------
    DataFrame
        One row a comparison (``COMPARISON``), mix and part: counts of both sides, the margins of error of
        their denominators, the place above (``parent``), whether the counts are published and as which
        cells, and whether no group has a small count in any part (``safe``). A group is cut by the places
        of each level, and by kind (mix ``stratum``); a place by kind. Against the city as a whole the other side is everyone else. Rows without a recorded place
        or kind are in no part.
    """
    latest = compared[compared["interval"] == scope.interval]
    parts = [_by_place(cube, latest, scope)]
    if cut_by_kind(scope):
        cut = by_kind(cube, latest, scope)
        parts += [_whole(pd.concat(cut, ignore_index=True), latest)] if cut else []
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def comparisons(parts: pd.DataFrame, compared: pd.DataFrame, scope: Scope) -> list[tuple[dict, str, Parts]]:
    """Each comparison of the reviewed interval as it is, each mix that it can be cut by, and its parts.

    Parameters
    ----------
    parts : DataFrame
        As ``mixes`` gives it.
    compared : DataFrame
        As ``comparison.gaps`` gives it.
    scope : Scope
    """
    latest = compared[compared["interval"] == scope.interval]
    every, nowhere = Parts.of(parts), np.array([], int)
    cut = parts.groupby(["question", "group", "place_level", "place", "mix"], sort=False).indices
    kinds, found = [STRATUM] if cut_by_kind(scope) else [], []
    for question, names in (("group", [*scope.levels, *kinds]), ("place", kinds)):
        for crude in latest[latest["question"] == question].to_dict("records") if names else []:
            for mix in names:
                key = (question, crude["group"], crude["place_level"], crude["place"], mix)
                other = Others(scope, crude["reference_group"]).name
                found.append((crude | {"reference_group": other}, mix, every.take(cut.get(key, nowhere))))
    return found


def _by_place(cube: Cube, latest: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Groups against their reference in each place of every level."""
    within = latest[latest["question"] == "group_in_place"]
    parents = {level: parents_of(level, scope) for level in scope.levels}
    above = [parents[level].get(place, "") for level, place in keys_of(within, ["place_level", "place"])]
    margins = _Margins(cube, scope)
    others = [Others(scope, name).of(group) for name, group in keys_of(within, ["reference_group", "group"])]
    cut = within.assign(
        reference_group=within["reference_group"].replace(CITY, EVERYONE_ELSE),
        mix=within["place_level"],
        part=within["place"],
        parent=above,
        margin=[margins.of([group], *where) for group, *where in _spots(within)],
        reference_margin=[
            margins.of(other, *spot[1:]) for other, spot in zip(others, _spots(within), strict=True)
        ],
    )
    safe = {level: nothing_small(cube, level, scope.interval, scope) for level in scope.levels}
    return cut.assign(question="group", place_level=CITY, place=ALL, safe=cut["mix"].map(safe))


def nothing_small(cube: Cube, level: str, interval: str, scope: Scope) -> bool:
    """Whether no group, those without a recorded one included, has a small count in any place of a level."""
    cells = cube.frames["cells"]
    own = cells[(cells["interval"] == interval) & (cells["place_level"] == level) & (cells["stratum"] == ALL)]
    own = own[own["dimension"] == scope.dimension]
    return not few(own["numerator"].to_numpy(), own["denominator"].to_numpy(), scope).any()


def _whole(cut: pd.DataFrame, latest: pd.DataFrame) -> pd.DataFrame:
    """Parts by kind with all columns."""
    key = ["question", "group", "place_level", "place"]
    named = latest[COMPARISON].replace({"reference_group": {CITY: EVERYONE_ELSE}})
    cut = cut.merge(named, on=key, how="left", validate="many_to_one")
    return cut.assign(
        mix=STRATUM,
        margin=0.0,
        reference_margin=0.0,
        cells=pd.Series([[]] * len(cut), index=cut.index, dtype="object"),
    )


def _spots(within: pd.DataFrame) -> list[tuple[str, ...]]:
    return keys_of(within, ["group", "place_level", "place"])


class _Margins:
    """Margins of error of the denominators of groups in places; of a sum, the root of their squares."""

    def __init__(self, cube: Cube, scope: Scope):
        cells = cube.frames["cells"]
        own = cells[(cells["interval"] == scope.interval) & (cells["dimension"] == scope.dimension)]
        own = own[own["margin"] > 0] if "margin" in own else own.head(0)
        self.known = dict(zip(_spots(own), own["margin"] if len(own) else [], strict=True))

    def of(self, groups: list[str], level: str, place: str) -> float:
        return float(np.sqrt(sum(self.known.get((name, level, place), 0.0) ** 2 for name in groups)))
