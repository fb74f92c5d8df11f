"""Comparisons cut into the parts of a mix: the places people live in, or the kinds of what they ask for."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.many import SIDES, WITHHELD, parents_of, protection, small
from workbench.disparity_review.scope import EVERYONE_ELSE, Scope

STRATUM = "stratum"
OTHER = "other"  # kinds of which too few are there to be looked at one by one
COMPARISON = ["interval", "question", "dimension", "group", "reference_group", "place_level", "place"]
COLUMNS = [
    *COMPARISON,
    *("mix", "part", "parent", *SIDES),
    *("margin", "reference_margin", "published", "cells"),
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
        cells. A group is cut by the places of each level, and by kind (mix ``stratum``); a place by
        kind. Against the city as a whole the other side is everyone else. Rows without a recorded place
        or kind are in no part.
    """
    latest = compared[compared["interval"] == scope.interval]
    parts = [_by_place(cube, latest, scope)]
    if cut_by_kind(scope):
        parts += [_groups_by_kind(cube, latest, scope), _places_by_kind(cube, latest, scope)]
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def cut_by_kind(scope: Scope) -> bool:
    """Whether comparisons are cut by the kind of case; residents are of no kind."""
    return bool(scope.service["stratum"]) and not scope.per_resident


def comparisons(
    parts: pd.DataFrame, compared: pd.DataFrame, scope: Scope
) -> Iterator[tuple[dict, str, pd.DataFrame]]:
    """Each comparison of the reviewed interval as it is, each mix that it can be cut by, and its parts."""
    latest = compared[compared["interval"] == scope.interval]
    cut = dict(iter(parts.groupby(["question", "group", "place_level", "place", "mix"], sort=False)))
    kinds = [STRATUM] if cut_by_kind(scope) else []
    for question, names in (("group", [*scope.levels, *kinds]), ("place", kinds)):
        for crude in latest[latest["question"] == question].to_dict("records") if names else []:
            for mix in names:
                key = (question, crude["group"], crude["place_level"], crude["place"], mix)
                yield crude | {"reference_group": _other(crude, scope)}, mix, cut.get(key, parts.head(0))


def _other(crude: dict, scope: Scope) -> str:
    return EVERYONE_ELSE if crude["reference_group"] == CITY else crude["reference_group"]


def _by_place(cube: Cube, latest: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Groups against their reference in each place of every level."""
    within = latest[latest["question"] == "group_in_place"]
    parents = {level: parents_of(level, scope) for level in scope.levels}
    above = [parents[level].get(place, "") for level, place in _pairs(within, "place_level", "place")]
    margins = _Margins(cube, scope)
    cut = within.assign(
        reference_group=within["reference_group"].replace(CITY, EVERYONE_ELSE),
        mix=within["place_level"],
        part=within["place"],
        parent=above,
        margin=[margins.of([group], *where) for group, *where in _spots(within)],
        reference_margin=[margins.of(margins.others(group), *where) for group, *where in _spots(within)],
    )
    return cut.assign(question="group", place_level=CITY, place=ALL)


def _pairs(frame: pd.DataFrame, *names: str) -> zip:
    return zip(*(frame[name] for name in names), strict=True)


def _spots(within: pd.DataFrame) -> zip:
    return _pairs(within, "group", "place_level", "place")


class _Margins:
    """Margins of error of the denominators of groups in places; of a sum, the root of their squares."""

    def __init__(self, cube: Cube, scope: Scope):
        cells = cube.frames["cells"]
        own = cells[(cells["interval"] == scope.interval) & (cells["dimension"] == scope.dimension)]
        own = own[own["margin"] > 0] if "margin" in own else own.head(0)
        self.known = dict(zip(_spots(own), own["margin"] if len(own) else [], strict=True))
        self.groups, self.reference = [*scope.groups, UNKNOWN], scope.reference

    def others(self, group: str) -> list[str]:
        """The groups on the other side."""
        if self.reference in self.groups:
            return [self.reference]
        return [name for name in self.groups if name != group]

    def of(self, groups: list[str], level: str, place: str) -> float:
        return float(np.sqrt(sum(self.known.get((name, level, place), 0.0) ** 2 for name in groups)))


def _groups_by_kind(cube: Cube, latest: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Groups against their reference within each kind, in the whole city."""
    cells = _kinds(cube, scope)
    own = cells[(cells["dimension"] == scope.dimension) & (cells["place_level"] == CITY)]
    wide = _wide(own, "group")
    rows = latest[latest["question"] == "group"]
    return _cut(rows, lambda row: (_of(wide, [row["group"]]), _reference(wide, row, scope)), scope)


def _places_by_kind(cube: Cube, latest: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Places against the rest of the city within each kind."""
    cells = _kinds(cube, scope)
    own = cells[cells["dimension"] == ALL]
    wide = {level: _wide(own[own["place_level"] == level], "place") for level in scope.levels}

    def sides(row):
        counts = wide[row["place_level"]]
        mine = _of(counts, [row["place"]])
        return mine, _of(counts, counts["denominator"].columns) - mine

    return _cut(latest[latest["question"] == "place"], sides, scope)


def _kinds(cube: Cube, scope: Scope) -> pd.DataFrame:
    """Cells of the reviewed interval by kind; those without a recorded one are left out."""
    cells = cube.frames["cells"]
    return cells[(cells["interval"] == scope.interval) & ~cells["stratum"].isin([ALL, UNKNOWN])]


def _wide(cells: pd.DataFrame, across: str) -> pd.DataFrame:
    """Counts by kind, one column for each numerator and denominator of a group or place."""
    counts = ["numerator", "denominator"]
    return cells.pivot(index="stratum", columns=across, values=counts).fillna(0).astype("int64").sort_index()


def _of(wide: pd.DataFrame, names) -> pd.DataFrame:
    """Numerator and denominator by kind, summed over groups or places."""
    sums = {name: wide[name].reindex(columns=list(names), fill_value=0).sum(axis=1) for name in SIDES[:2]}
    return pd.DataFrame(sums)


def _reference(wide: pd.DataFrame, row: dict, scope: Scope) -> pd.DataFrame:
    reference = row["reference_group"]
    if reference in scope.groups:
        return _of(wide, [reference])
    whole = [*scope.groups, UNKNOWN] if reference == CITY else list(scope.groups)
    return _of(wide, whole) - _of(wide, [row["group"]])


def _cut(rows: pd.DataFrame, sides, scope: Scope) -> pd.DataFrame:
    """The comparisons by kind, as ``sides`` gives the counts of both sides."""
    found = [_kinds_of(row, *sides(row), scope) for row in rows[COMPARISON].to_dict("records")]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)


def _kinds_of(row: dict, own: pd.DataFrame, other: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    both = own.join(other.add_prefix("reference_"))
    both = both.assign(part=both.index, parent="", published=False)
    both = both[(both["denominator"] > 0) | (both["reference_denominator"] > 0)]
    row = row | {
        "reference_group": _other(row, scope),
        "mix": STRATUM,
        "margin": 0.0,
        "reference_margin": 0.0,
    }
    joined = small_together(both.reset_index(drop=True), scope)
    return joined.assign(**row, cells=pd.Series([[]] * len(joined), dtype="object"))


def small_together(parts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Kinds with a small count put together as one, where figures over all could not be shown otherwise.

    If that one still has a small count, the smallest of the others joins it.
    """
    if protection(parts, STRATUM, scope) != WITHHELD:
        return parts
    size = parts["denominator"] + parts["reference_denominator"]
    order = parts.assign(size=size, few=small(parts, scope))
    order = order.sort_values(["few", "size"], ascending=[False, True], kind="stable", ignore_index=True)
    for count in range(int(order["few"].sum()), len(order) + 1):
        joined = order.iloc[:count][SIDES].sum().to_frame().T
        if not small(joined, scope).any():
            break
    joined = joined.assign(part=OTHER, parent="", published=False)
    return pd.concat([order.iloc[count:], joined], ignore_index=True)[parts.columns]
