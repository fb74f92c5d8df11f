"""Comparisons cut by the kind of case, with kinds of which there are few put together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.cube import ALL, CITY, COUNTS, UNKNOWN
from workbench.disparity_review.mix.many import MANY, few
from workbench.disparity_review.mix.others import Others
from workbench.disparity_review.mix.parts import SIDES
from workbench.disparity_review.scope import Scope

STRATUM = "stratum"
OTHER = "other"
LEAST_PARTS = 2  # of one part there is no mix


def cut_by_kind(scope: Scope) -> bool:
    """Whether comparisons are cut by the kind of case; residents are of no kind."""
    return bool(scope.service["stratum"]) and not scope.per_resident


def by_kind(cube: Cube, latest: pd.DataFrame, scope: Scope) -> list[pd.DataFrame]:
    """The parts of each comparison: of groups in the whole city, of places against the rest of it.

    Parameters
    ----------
    cube : Cube
    latest : DataFrame
        Comparisons of the reviewed interval.
    scope : Scope

    Returns
    -------
    list of DataFrame
        ``SIDES`` and part, whether figures over them may be told (``safe``); question, group, place_level
        and place of the comparison.

    Notes
    -----
    Counts by kind are not published, and figures over few parts nearly tell them. Of people kinds are
    therefore put together alike for all groups (or places of a level), until no group has a small count in
    any part; the smallest groups are not compared by kind where that leaves one part only. What was put
    together is of unlike kinds, in which a mix goes on, and is left out of the comparison. Where a
    comparison has many small kinds it keeps them.
    """
    cells = cube.frames["cells"]
    cells = cells[(cells["interval"] == scope.interval) & ~cells["stratum"].isin([ALL, UNKNOWN])]
    own = cells[(cells["dimension"] == scope.dimension) & (cells["place_level"] == CITY)]
    found = _cut(latest[latest["question"] == "group"], _Table.of(own, "group"), _group_sides, scope)
    places = latest[latest["question"] == "place"]
    for level in scope.levels:
        own = cells[(cells["dimension"] == ALL) & (cells["place_level"] == level)]
        rows = places[places["place_level"] == level]
        found += _cut(rows, _Table.of(own, "place"), _place_sides, scope)
    return found


@dataclass(frozen=True)
class _Table:
    """Counts of each group (or place) by kind: arrays of shape (kinds,) a name."""

    kinds: list[str]
    counts: Mapping[str, np.ndarray]  # of shape (kinds, 2): numerator and denominator

    @classmethod
    def of(cls, cells: pd.DataFrame, across: str) -> "_Table":
        kinds = sorted(cells["stratum"].unique())
        wide = cells.pivot(index="stratum", columns=across, values=COUNTS).reindex(kinds).fillna(0)
        names = sorted(cells[across].unique())
        return cls(kinds, {name: wide.xs(name, axis=1, level=1).to_numpy("int64") for name in names})

    def sum(self, names) -> np.ndarray:
        """Counts of several groups together."""
        return sum((self.counts[name] for name in names if name in self.counts), self.nothing)

    @property
    def nothing(self) -> np.ndarray:
        return np.zeros((len(self.kinds), len(COUNTS)), "int64")


def _group_sides(row: dict, table: _Table, scope: Scope) -> tuple[list[str], list[str]]:
    """Who is on either side of a comparison of a group."""
    return [row["group"]], Others(scope, row["reference_group"]).of(row["group"])


def _place_sides(row: dict, table: _Table, scope: Scope) -> tuple[list[str], list[str]]:
    """A place, and all that is elsewhere."""
    return [row["place"]], [name for name in table.counts if name != row["place"]]


def _cut(rows: pd.DataFrame, table: _Table, sides: Callable, scope: Scope) -> list[pd.DataFrame]:
    if not table.kinds or rows.empty:
        return []
    coarse = set(rows["place_level"]) <= {CITY, scope.crossed_level}
    parts, kept = apart(table, scope, some=coarse) if scope.definition["about_people"] else ({}, set())
    found = []
    for row in rows[["question", "group", "reference_group", "place_level", "place"]].to_dict("records"):
        own, others = sides(row, table, scope)
        counts = np.hstack([table.sum(own), table.sum(others)])
        many = not scope.definition["about_people"] or _many(counts)
        safe = own[0] in kept and (row["reference_group"] not in scope.groups or others[0] in kept)
        part_of = {kind: kind for kind in table.kinds} if many or not parts else parts
        cut = _of_one_kind(_parts(table.kinds, counts, part_of), part_of)
        key = {name: row[name] for name in ("question", "group", "place_level", "place")}
        found.append(cut.assign(safe=safe, **key))
    return found


def _of_one_kind(parts: pd.DataFrame, part_of: Mapping[str, str]) -> pd.DataFrame:
    """Without a part that several kinds were put together in: within it the kinds differ."""
    mixed = list(part_of.values()).count(OTHER) > 1
    return parts[parts["part"] != OTHER].reset_index(drop=True) if mixed else parts


def _many(counts: np.ndarray) -> bool:
    """Whether so many kinds have both sides that rounded figures over all of them tell none (``enough_parts``)."""
    return int((counts[:, 1::2] > 0).all(axis=1).sum()) - 1 >= MANY


def _parts(kinds: list[str], counts: np.ndarray, part_of: Mapping[str, str]) -> pd.DataFrame:
    """Counts of both sides in each part; a part in which nobody is is left out."""
    names = sorted(set(part_of.values()))
    summed = np.zeros((len(names), len(SIDES)), "int64")
    np.add.at(summed, [names.index(part_of[kind]) for kind in kinds], counts)
    there = (summed[:, 1::2] > 0).any(axis=1)
    used = pd.Series(names, dtype="str")[there]
    return pd.DataFrame(summed[there], columns=SIDES, index=used.index).assign(
        part=used, parent="", published=False
    )


def apart(table: _Table, scope: Scope, *, some: bool) -> tuple[dict[str, str], set[str]]:
    """Which kinds are looked at one by one, and who may be compared by kind.

    Parameters
    ----------
    table : _Table
    scope : Scope
    some : bool
        Whether the smallest may be left out, all of them becoming one group of the rest.

    Returns
    -------
    parts : dict of str to str
        A kind: itself or ``other``. Empty where it cannot be done.
    kept : set of str
        Who may be compared.
    """
    named = [name for name in table.counts if name != UNKNOWN and table.counts[name].any()]
    order = sorted(named, key=lambda name: (-int(table.counts[name][:, 1].sum()), name))
    while order:
        rest = table.sum(name for name in table.counts if name not in order)
        parts = _parted(table.kinds, np.stack([*(table.counts[name] for name in order), rest], axis=1), scope)
        if len(set(parts.values())) >= LEAST_PARTS:
            return parts, set(order)
        order = order[:-1] if some else []
    return {}, set()


def _parted(kinds: list[str], counts: np.ndarray, scope: Scope) -> dict[str, str]:
    """Kinds in which somebody has a small count become one, the smallest of the others with them if needed."""
    exposed = few(counts[..., 0], counts[..., 1], scope).any(axis=1)
    order = sorted(range(len(kinds)), key=lambda i: (not exposed[i], int(counts[i, :, 1].sum()), kinds[i]))
    for size in range(int(exposed.sum()), len(kinds) + 1):
        joined = counts[order[:size]].sum(axis=0)
        if not few(joined[..., 0], joined[..., 1], scope).any():
            others = set(order[:size])
            return {kind: OTHER if i in others else kind for i, kind in enumerate(kinds)}
    return dict.fromkeys(kinds, OTHER)
