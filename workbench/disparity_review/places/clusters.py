"""Whether places with like rates lie beside each other, and where: Moran's I of a level and of each place.

A place's own index derives from its neighbours' rates too: it is a frame of its own, so that one hidden place
does not take its neighbours' funnel limits away.
"""

import numpy as np
import pandas as pd
from scipy.special import ndtr

from workbench.analyses import Cube
from workbench.disparity_review.cube import ALL, CITY
from workbench.disparity_review.keys import keys_of
from workbench.disparity_review.places.funnel import places_of
from workbench.disparity_review.places.standing import LEAST, Places
from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import Scope
from workbench.disparity_review.verdicts import states
from workbench.findings.model import Verdict
from workbench.statistics.autocorrelation import CLUSTERS, LocalMoran, Moran, local_moran_rate, moran_rate
from workbench.statistics.false_discovery import benjamini_hochberg
from workbench.statistics.proportions import share

CLUSTERED = "like beside like"
NONE, ISLAND = "none", "island"
ACCEPTED = 0.05  # rate of false discoveries among the clusters of a level
TOLD = (0.01, 0.05, 0.1, 0.2, 1.0)  # told coarsely, a q value is the least of these that it does not exceed
PERMUTATIONS = 999
_EACH = 60  # permutations a place, so that one cluster can pass the correction for all of them
_TURNED = dict(zip(CLUSTERS, (CLUSTERS[1], CLUSTERS[0], CLUSTERS[3], CLUSTERS[2], ""), strict=True))
CLUSTERING_COLUMNS = [
    *("interval", "place_level", "place", "moran_i", "expected", "p", "places", "islands"),
    *("local_i", "local_p", "local_q", "cluster"),
    *("method", "clustered", "state", "cells"),
]


def clustering(counts: pd.DataFrame, cube: Cube, scope: Scope) -> pd.DataFrame:
    """Moran's I of each place level with boundaries, and of each of its places, in the reviewed interval.

    Parameters
    ----------
    counts : DataFrame
        As ``counted`` gives it.
    cube : Cube
        Frame ``neighbours``; without it there are no rows.
    scope : Scope

    Returns
    -------
    DataFrame
        Place ``all``: ``moran_i``, ``expected`` with no pattern, ``p``, how many ``places`` and ``islands``
        (without a neighbour), and ``clustered``: ``like beside like`` or can't tell yet; the row names the
        counts of all places. Each other place: ``local_i``, ``local_p``, ``local_q`` (corrected for the
        number of places) and ``cluster``: one of ``autocorrelation.CLUSTERS`` (a high or low rate among
        high or low ones), ``none`` or ``island``; the row names the place's, its neighbours' and the
        city's counts.

    Notes
    -----
    Assunção and Reis 1999, Anselin 1995. Of proportions the rarer side is standardised, for which chance is
    nearly Poisson. Where spread is told coarsely (see ``standing``) the local p is of the normal
    distribution, and q values are told as the least of 0.01, 0.05, 0.1, 0.2 and 1 that they do not
    exceed: permutations of all places and exact corrections would tell of hidden ones. Of 900 random maps
    of 36 places, at each of four spreads, at most 4 in 100 had any cluster.
    """
    pairs = cube.frames.get("neighbours")
    now = counts[(counts["interval"] == scope.interval) & (counts["group"] == ALL)]
    city = now[now["place_level"] == CITY].iloc[0]
    if pairs is None or not city["denominator"]:
        return empty(CLUSTERING_COLUMNS)
    rows: list[dict] = []
    for level in scope.levels:
        found, touching = places_of(now, level), pairs[pairs["place_level"] == level]
        if len(found) and len(touching):
            rows += _of_level(found, touching, city, level, scope)
    made = pd.DataFrame(rows, columns=CLUSTERING_COLUMNS) if rows else empty(CLUSTERING_COLUMNS)
    return made.astype({"places": "Int64", "islands": "Int64"})


def _of_level(
    found: pd.DataFrame, touching: pd.DataFrame, city: pd.Series, level: str, scope: Scope
) -> list[dict]:
    """The level's row, and those of its places."""
    places = Places.of(found, city, level, scope)
    own_places = found["place"].tolist()
    at = {place: position for position, place in enumerate(own_places)}
    known = touching[touching["place"].isin(at) & touching["neighbour"].isin(at)]
    joined = sorted({(at[a], at[b]) for a, b in keys_of(known, ["place", "neighbour"])})
    x = _rarer(places)
    whole = moran_rate(x, places.n, joined, permutations=PERMUTATIONS)
    local = _coarsely(places, joined) if places.coarse else _exactly(places, x, joined)
    common = {"interval": scope.interval, "place_level": level}
    own_cells, city_cell = found["cell"].tolist(), city["cell"]
    every = [*own_cells, city_cell]
    rows = [{**common, **_of_map(whole, places, scope), "cells": every}]
    state = states(found["numerator"], found["denominator"], per_exposure=scope.per_exposure)
    method = (
        "local Moran's I, normal, spread told coarsely" if places.coarse else "local Moran's I, permutations"
    )
    for place, position in at.items():
        beside = sorted({b for a, b in joined if a == position} | {a for a, b in joined if b == position})
        cells = [own_cells[each] for each in (position, *beside)] + [city_cell]
        own = _of_place(local, position)
        named = cells if places.coarse or not scope.definition["about_people"] else every
        rows.append(
            {**common, "place": place, **own, "method": method, "state": state[position], "cells": named}
        )
    return rows


def _rarer(places: Places) -> np.ndarray:
    """Events, or where they are the more frequent the rest."""
    return places.n - places.x if _turned(places) else places.x


def _turned(places: Places) -> bool:
    return not places.per_exposure and places.target > 0.5


def _of_map(whole: Moran, places: Places, scope: Scope) -> dict:
    alike = whole.p < 1 - scope.confidence
    return {
        "place": ALL,
        "moran_i": whole.i,
        "expected": whole.expected,
        "p": whole.p,
        "places": int((places.n > 0).sum()),
        "islands": len(whole.islands),
        "method": "Moran's I of empirical-Bayes standardised rates, permutations",
        "clustered": CLUSTERED if alike else str(Verdict.CANT_TELL),
        "state": "value" if np.isfinite(whole.i) else "no data",
    }


def _of_place(local: LocalMoran, position: int) -> dict:
    word = str(local.cluster[position]) or (ISLAND if position in local.islands else NONE)
    figures = {name: float(getattr(local, name[-1])[position]) for name in ("local_i", "local_p", "local_q")}
    return {**figures, "cluster": word if np.isfinite(figures["local_i"]) or word == ISLAND else None}


def _exactly(places: Places, x: np.ndarray, joined: list[tuple[int, int]]) -> LocalMoran:
    draws = max(PERMUTATIONS, _EACH * len(x))
    found = local_moran_rate(x, places.n, joined, permutations=draws, accepted=ACCEPTED)
    if not _turned(places):
        return found
    cluster = np.array([_TURNED[str(word)] for word in found.cluster], dtype=object)
    return LocalMoran(found.i, found.p, found.q, cluster, found.islands)


def _coarsely(places: Places, joined: list[tuple[int, int]]) -> LocalMoran:
    """Local indices of which each derives from the place, its neighbours, the city, and the coarse spread."""
    between, chance = places.between, share(places.chance, places.n)
    spread = np.sqrt(between + chance * (1 if between else 1 + LEAST))
    z = share(share(places.x, places.n) - places.target, spread)
    beside = np.zeros((z.size, z.size), bool)
    for one, other in joined:
        beside[one, other] = beside[other, one] = one != other
    known = np.isfinite(z)
    beside &= known & known[:, None]
    number = beside.sum(axis=1)
    around = share(beside @ np.nan_to_num(z), number)
    p = 2 * ndtr(-np.abs(around) * np.sqrt(number))
    q = benjamini_hochberg(p)
    kind = np.where(z > 0, np.where(around > 0, 0, 2), np.where(around > 0, 3, 1))
    cluster = np.where(q <= ACCEPTED, np.array(CLUSTERS, dtype=object)[kind], "")
    told = np.array(TOLD)[np.searchsorted(TOLD, np.nan_to_num(q))]
    islands = tuple(np.flatnonzero(known & (number == 0)).tolist())
    return LocalMoran(z * around, p, np.where(np.isnan(q), np.nan, told), cluster, islands)
