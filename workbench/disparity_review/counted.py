"""The counts that a disparity review publishes: a full grid of cells, their ids, and what adds up to what."""

from itertools import product

import pandas as pd

from workbench.analyses import Cube, Sum
from workbench.disparity_review.cube import ALL, CITY, COUNTS, UNKNOWN
from workbench.disparity_review.scope import Scope

KNOWN = "known"  # all whose group, or place, is on record
KEY = ["interval", "dimension", "group", "place_level", "place"]


def cell_id(interval: str, dimension: str, group: str, level: str, place: str) -> str:
    """The name of one cell: ``2025-Q4|race=black|neighbourhood=Phillips``."""
    return f"{interval}|{dimension}={group}|{level}={place}"


def counted(cube: Cube, scope: Scope) -> pd.DataFrame:
    """Every count that is published, directly or by subtraction.

    Returns
    -------
    DataFrame
        Columns interval, dimension, group, place_level, place, numerator, denominator, cell: the
        groups for the whole city and everyone in each place for every interval, the groups within
        places for the reviewed interval and the same one a year before. What did not occur is there
        with 0 of 0. ``known`` adds up those whose group, or place, is on record.
    """
    cells = cube.frames["cells"]
    own = cells[(cells["stratum"] == ALL) & cells["dimension"].isin([ALL, scope.dimension])]
    own = own.assign(dimension=scope.dimension)[[*KEY, *COUNTS]]
    frame = _grid(scope, _places(own, scope)).merge(own, how="left", on=KEY)
    frame = frame.fillna(dict.fromkeys(COUNTS, 0)).astype(dict.fromkeys(COUNTS, "int64"))
    frame = _with_known(frame, scope)
    ids = map(cell_id, *(frame[name] for name in KEY))
    return frame.assign(cell=pd.Series(list(ids), index=frame.index, dtype="object"))


def _places(own: pd.DataFrame, scope: Scope) -> dict[str, list[str]]:
    """Places of each level that occur in any interval looked at, in alphabetical order."""
    seen = own[own["interval"].isin(scope.intervals)]
    found = {}
    for level in scope.levels:
        names = set(seen.loc[seen["place_level"] == level, "place"]) - {UNKNOWN}
        found[level] = sorted(names)
    return found


def _grid(scope: Scope, places: dict[str, list[str]]) -> pd.DataFrame:
    """The keys of all cells, those of ``known`` left out."""
    located = [(level, place) for level, names in places.items() for place in [*names, UNKNOWN]]
    groups = [*scope.groups, UNKNOWN] if scope.groups else []
    keys = []
    for interval in scope.intervals:
        crossed = located if interval in scope.crossed else []
        keys += [(interval, ALL, *where) for where in [(CITY, ALL), *located]]
        keys += [(interval, group, *where) for group, where in product(groups, [(CITY, ALL), *crossed])]
    frame = pd.DataFrame(keys, columns=["interval", "group", "place_level", "place"])
    return frame.assign(dimension=scope.dimension)[KEY]


def _with_known(frame: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """With the totals of those whose group is on record, and of those whose place is."""
    grouped = frame[frame["group"].isin(list(scope.groups))].assign(group=KNOWN)
    placed = (frame["group"] == ALL) & (frame["place_level"] != CITY) & (frame["place"] != UNKNOWN)
    parts = [frame, _summed(grouped), _summed(frame[placed].assign(place=KNOWN))]
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def _summed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby(KEY, as_index=False, sort=False)[COUNTS].sum()


def sums(frame: pd.DataFrame, scope: Scope) -> tuple[Sum, ...]:
    """Every total of the counted cells and its parts."""
    cells = {tuple(row[:5]): row[5] for row in frame[[*KEY, "cell"]].itertuples(index=False)}
    places = {level: _at_level(frame, level) for level in scope.levels}
    found = []
    for interval in scope.intervals:
        keyed = _Keyed(cells, interval, scope.dimension)
        crossed = interval in scope.crossed
        found += _group_sums(keyed, scope, places, crossed)
        found += _place_sums(keyed, scope, places, crossed)
    return tuple(found)


def _at_level(frame: pd.DataFrame, level: str) -> list[str]:
    names = frame.loc[frame["place_level"] == level, "place"].unique()
    return sorted(set(names) - {UNKNOWN, KNOWN})


class _Keyed:
    """Ids of the cells of one interval."""

    def __init__(self, cells: dict, interval: str, dimension: str):
        self.cells, self.interval, self.dimension = cells, interval, dimension

    def id(self, group: str, level: str, place: str) -> str:
        return self.cells[self.interval, self.dimension, group, level, place]

    def total(self, total: tuple, parts: list[tuple]) -> Sum:
        return Sum(self.id(*total), tuple(self.id(*part) for part in parts))


def _group_sums(keyed: _Keyed, scope: Scope, places: dict, crossed: bool) -> list[Sum]:
    """Groups are the known, known and unknown are all: in the city and, where crossed, in each place."""
    if not scope.groups:
        return []
    where = [(CITY, ALL)]
    if crossed:
        where += [(level, place) for level, names in places.items() for place in [*names, UNKNOWN]]
    found = []
    for spot in where:
        found.append(keyed.total((KNOWN, *spot), [(group, *spot) for group in scope.groups]))
        found.append(keyed.total((ALL, *spot), [(KNOWN, *spot), (UNKNOWN, *spot)]))
    return found


def _place_sums(keyed: _Keyed, scope: Scope, places: dict, crossed: bool) -> list[Sum]:
    """Places are the city and the places above them: for everyone and, where crossed, for each group."""
    found = []
    groups = [*scope.groups, KNOWN, UNKNOWN] if crossed and scope.groups else []
    for level, names in places.items():
        known = (ALL, level, KNOWN)
        found.append(keyed.total(known, [(ALL, level, place) for place in names]))
        found.append(keyed.total((ALL, CITY, ALL), [known, (ALL, level, UNKNOWN)]))
        for group in groups:
            found.append(
                keyed.total((group, CITY, ALL), [(group, level, place) for place in [*names, UNKNOWN]])
            )
        above = scope.levels[level]["within"]
        if above in places and scope.levels[level]["parents"]:
            found += _parent_sums(keyed, scope, [ALL, *groups], level, above, places)
    return found


def _parent_sums(keyed: _Keyed, scope: Scope, groups, level: str, above: str, places: dict) -> list[Sum]:
    parents = scope.levels[level]["parents"]
    children: dict[str, list[str]] = {}
    for place in places[level]:
        children.setdefault(parents.get(place, UNKNOWN), []).append(place)
    children.setdefault(UNKNOWN, []).append(UNKNOWN)
    return [
        keyed.total((group, above, parent), [(group, level, place) for place in inside])
        for parent, inside in sorted(children.items())
        for group in groups
    ]
