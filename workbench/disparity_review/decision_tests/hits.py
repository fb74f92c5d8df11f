"""What searches (tows, inspections) found, as counts that are published beside those of the outcome."""

import pandas as pd

from workbench.analyses import Cube, Sum
from workbench.disparity_review.counted import KNOWN
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.scope import Scope

_COLUMNS = ["group", "acted", "hits", "n", "cell"]


def hits(cube: Cube, counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Those acted on and the hits among them, of each group in the reviewed interval.

    Parameters
    ----------
    cube : Cube
        Frame ``decisions``, where the service declares what a hit is.
    counts : DataFrame
        As ``counted`` gives it: those acted on are the numerator of the outcome.

    Returns
    -------
    DataFrame
        One row for each group, those without one, ``known`` and ``all``: group, acted, hits, n (the
        denominator of the outcome) and cell, the id of the count of the outcome.
    """
    found = cube.frames.get("decisions")
    if found is None or not scope.groups:
        return pd.DataFrame(columns=_COLUMNS)
    city = counts[(counts["interval"] == scope.interval) & (counts["place_level"] == CITY)]
    own = city.rename(columns={"numerator": "acted", "denominator": "n"})
    there = found[(found["interval"] == scope.interval) & (found["dimension"] == scope.dimension)]
    by_group = there.groupby("group")["hits"].sum()
    number = {group: int(by_group.get(group, 0)) for group in [*scope.groups, UNKNOWN]}
    number[KNOWN] = sum(number[group] for group in scope.groups)
    number[ALL] = number[KNOWN] + number[UNKNOWN]
    own = own.assign(hits=own["group"].map(number).astype("int64"))[_COLUMNS].reset_index(drop=True)
    assert (own["hits"] <= own["acted"]).all(), "a hit is one of those acted on"
    return own


def hit_cell(cell: str) -> str:
    """The name of the count of hits among those acted on in a cell."""
    return f"{cell}|hits"


def miss_cell(cell: str) -> str:
    """The name of the count of all in a cell but the hits."""
    return f"{cell}|misses"


def hit_counts(found: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Hits and misses as disclosure control wants them.

    A cell of the outcome (12 searched of 90 stopped, 5 of them hits) falls into its hits (5 of 5) and all
    others (7 of 85): numerators, denominators and what is left of them add up, so that hits, misses and
    the outcome are protected together. Of an exposure only the numerators are parts.
    """
    parts = [
        found.assign(cell=found["cell"].map(hit_cell), numerator=found["hits"], denominator=found["hits"]),
        found.assign(
            cell=found["cell"].map(miss_cell),
            numerator=found["acted"] - found["hits"],
            denominator=found["n"] - found["hits"],
        ),
    ]
    frame = pd.concat(parts, ignore_index=True)[["cell", "numerator", "denominator"]]
    frame = frame.astype({"numerator": "Int64", "denominator": "Int64"})
    return frame.assign(denominator=pd.array([pd.NA] * len(frame), "Int64")) if scope.per_exposure else frame


def hit_sums(found: pd.DataFrame, scope: Scope) -> tuple[Sum, ...]:
    """Hits and misses are the outcome; groups are the known, known and unknown are all."""
    cells = dict(zip(found["group"], found["cell"], strict=True))
    sums = [Sum(cell, (hit_cell(cell), miss_cell(cell))) for cell in cells.values()]
    for part in (hit_cell, miss_cell) if cells else ():
        sums.append(Sum(part(cells[KNOWN]), tuple(part(cells[group]) for group in scope.groups)))
        sums.append(Sum(part(cells[ALL]), (part(cells[KNOWN]), part(cells[UNKNOWN]))))
    return tuple(sums)
