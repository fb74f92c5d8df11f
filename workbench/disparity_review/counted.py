"""The counts that a disparity review publishes: a full grid of cells, their ids, and what adds up to what."""

from itertools import product

import pandas as pd

from workbench.analyses import Cube, Sum
from workbench.disparity_review.cube import ALL, CITY, COUNTS, UNKNOWN
from workbench.disparity_review.keys import KEY, keys_of
from workbench.disparity_review.precision import PRECISION, SQUARED_MARGIN, with_precision
from workbench.disparity_review.scope import Scope

KNOWN = "known"  # all whose group is on record
PUBLISHED = "published"


def cell_id(interval: str, dimension: str, group: str, level: str, place: str) -> str:
    """The name of one cell: ``2025-Q4|race=black|neighbourhood=Phillips``."""
    return f"{interval}|{dimension}={group}|{level}={place}"


def counted(cube: Cube, scope: Scope) -> pd.DataFrame:
    """Every count that the analysis needs, and which of them are published, directly or by subtraction.

    Returns
    -------
    DataFrame
        Columns interval, dimension, group, place_level, place, published, numerator, denominator,
        squared_margin, n_squared, n_times_x, x_squared (as ``with_precision`` gives them), cell. Published are the groups for the whole city in every interval, everyone in each place in
        the reviewed interval and those it is compared with, and the groups within places of the coarsest
        level in the reviewed interval and the same one a year before. Groups within finer places are
        counted for the pooled gap only. What did not occur is there with 0 of 0. ``known`` adds up
        those whose group is on record.
    """
    cells = cube.frames["cells"]
    own = cells[(cells["stratum"] == ALL) & cells["dimension"].isin([ALL, scope.dimension])]
    own = with_precision(own.assign(dimension=scope.dimension), cube, scope.dimension)
    own = own[[*KEY, *COUNTS, *PRECISION]]
    frame = _grid(scope, _places(own, scope)).merge(own, how="left", on=KEY)
    frame = frame.fillna(dict.fromkeys([*COUNTS, SQUARED_MARGIN], 0)).astype(dict.fromkeys(COUNTS, "int64"))
    frame = _with_known(frame, scope)
    ids = [cell_id(*key) for key in keys_of(frame, KEY)]
    return frame.assign(cell=pd.Series(ids, index=frame.index, dtype="object"))


def _places(own: pd.DataFrame, scope: Scope) -> dict[str, list[str]]:
    """Places of each level that occur in any interval looked at, in alphabetical order."""
    seen = own[own["interval"].isin(scope.intervals)]
    found = {}
    for level in scope.levels:
        names = set(seen.loc[seen["place_level"] == level, "place"].unique()) - {UNKNOWN}
        found[level] = sorted(names)
    return found


def _grid(scope: Scope, places: dict[str, list[str]]) -> pd.DataFrame:
    """The keys of all cells, those of ``known`` left out, and whether each is published."""
    located = [(level, place) for level, names in places.items() for place in [*names, UNKNOWN]]
    groups = [*scope.groups, UNKNOWN] if scope.groups else []
    keys = [
        (interval, group, CITY, ALL, True) for interval, group in product(scope.intervals, [ALL, *groups])
    ]
    keys += [(interval, ALL, *where, True) for interval, where in product(scope.recent, located)]
    crossed_level = scope.crossed_level
    for interval, group, where in product(scope.crossed, groups, located):
        if where[0] == crossed_level or interval == scope.interval:
            keys.append((interval, group, *where, where[0] == crossed_level))
    frame = pd.DataFrame(keys, columns=["interval", "group", "place_level", "place", PUBLISHED])
    return frame.assign(dimension=scope.dimension)[[*KEY, PUBLISHED]]


def _with_known(frame: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """With the totals of those whose group is on record."""
    if not scope.groups:
        return frame
    grouped = frame[frame["group"].isin(list(scope.groups))].assign(group=KNOWN)
    keyed = grouped.groupby([*KEY, PUBLISHED], as_index=False, sort=False)
    known = keyed[[*COUNTS, *PRECISION]].sum(min_count=1)
    return pd.concat([frame, known], ignore_index=True)


def sums(frame: pd.DataFrame, scope: Scope) -> tuple[Sum, ...]:
    """Every total of the published cells and its parts."""
    frame = frame[frame[PUBLISHED]]
    cells = dict(zip(keys_of(frame, KEY), frame["cell"].tolist(), strict=True))
    places = {level: _at_level(frame, level) for level in scope.levels}
    found = []
    for interval in scope.intervals:
        keyed = _Keyed(cells, interval, scope.dimension)
        crossed = scope.crossed_level if interval in scope.crossed else ""
        found += _group_sums(keyed, scope, places, crossed)
        found += _place_sums(keyed, scope, places, crossed) if interval in scope.recent else []
    return tuple(found)


def _at_level(frame: pd.DataFrame, level: str) -> list[str]:
    names = frame.loc[frame["place_level"] == level, "place"].unique()
    return sorted(set(names) - {UNKNOWN})


class _Keyed:
    """Ids of the cells of one interval."""

    def __init__(self, cells: dict, interval: str, dimension: str):
        self.cells, self.interval, self.dimension = cells, interval, dimension

    def id(self, group: str, level: str, place: str) -> str:
        return self.cells[self.interval, self.dimension, group, level, place]

    def total(self, total: tuple, parts: list[tuple]) -> Sum:
        return Sum(self.id(*total), tuple(self.id(*part) for part in parts))


def _group_sums(keyed: _Keyed, scope: Scope, places: dict, crossed: str) -> list[Sum]:
    """Groups are the known, known and unknown are all: in the city, and in each place of the crossed level."""
    if not scope.groups:
        return []
    where = [(CITY, ALL)]
    if crossed:
        where += [(crossed, place) for place in [*places[crossed], UNKNOWN]]
    found = []
    for spot in where:
        found.append(keyed.total((KNOWN, *spot), [(group, *spot) for group in scope.groups]))
        found.append(keyed.total((ALL, *spot), [(KNOWN, *spot), (UNKNOWN, *spot)]))
    return found


def _place_sums(keyed: _Keyed, scope: Scope, places: dict, crossed: str) -> list[Sum]:
    """Places are the city and the places above them; at the crossed level this holds for each group."""
    found = []
    for level, names in places.items():
        groups = [*scope.groups, KNOWN, UNKNOWN] if level == crossed and scope.groups else []
        for group in [ALL, *groups]:
            found.append(
                keyed.total((group, CITY, ALL), [(group, level, place) for place in [*names, UNKNOWN]])
            )
        above = scope.levels[level]["within"]
        if above in places and scope.levels[level]["parents"]:
            found += _parent_sums(keyed, scope, level, above, places)
    return found


def _parent_sums(keyed: _Keyed, scope: Scope, level: str, above: str, places: dict) -> list[Sum]:
    parents = scope.levels[level]["parents"]
    children: dict[str, list[str]] = {}
    for place in places[level]:
        children.setdefault(parents.get(place, UNKNOWN), []).append(place)
    children.setdefault(UNKNOWN, []).append(UNKNOWN)
    return [
        keyed.total((ALL, above, parent), [(ALL, level, place) for place in inside])
        for parent, inside in sorted(children.items())
    ]
