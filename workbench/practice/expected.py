"""How large the gaps between groups and places truly are in a quarter: chances, not draws."""

import numpy as np

from workbench.periods import Period
from workbench.practice.places import COMMUNITIES, COMMUNITY_OF, NEIGHBOURHOODS
from workbench.practice.population import RACES
from workbench.practice.requests import Asked

LANGUAGE_IDS = ("english", "spanish", "hmong", "somali", "other_language")
REVIEWED = ("2025-Q3", "2025-Q4")

Gaps = dict[str, float]


def expected_gaps(asking: list[Asked]) -> dict[str, dict[str, Gaps]]:
    """The true difference between each group or place and everyone else.

    Parameters
    ----------
    asking : list of Asked

    Returns
    -------
    dict
        Quarter, then service: ``group:black`` (in the whole city), ``same_:black`` (among neighbours),
        ``place:Depot Town``: points of 100 by which the chance of the outcome differs, in the mix of
        people and places of the quarter; ``change_same_last_year:black``, ``change_previous:black``:
        by how many points the gap in the whole city has become wider. Languages are compared with English.
    """
    return {
        quarter: {rows.line.service: _with_changes(rows, quarter) for rows in asking} for quarter in REVIEWED
    }


def _with_changes(rows: Asked, quarter: str) -> Gaps:
    period = Period.parse(quarter)
    now = _gaps(rows, period)
    found = dict(now)
    for since, other in (("same_last_year", period.same_last_year()), ("previous", period.previous())):
        before = _gaps(rows, other)
        for name in now:
            if name.startswith("group:"):
                found[f"change_{since}:{name[6:]}"] = abs(now[name]) - abs(before[name])
    return {name: round(float(points), 3) for name, points in found.items()}


def _gaps(rows: Asked, period: Period) -> Gaps:
    here = (rows.opened >= np.datetime64(period.start)) & (rows.opened < np.datetime64(period.shift(1).start))
    chance, race, place, language = (
        values[here] for values in (rows.chance * 100, rows.race, rows.place, rows.language)
    )
    found = {}
    for i, name in enumerate(RACES):
        found[f"group:{name}"] = _difference(chance, race == i, race != i)
        found[f"same_:{name}"] = _among_neighbours(chance, race == i, race != i, place)
    for i, name in enumerate(LANGUAGE_IDS[1:], 1):
        found[f"group:{name}"] = _difference(chance, language == i, language == 0)
        found[f"same_:{name}"] = _among_neighbours(chance, language == i, language == 0, place)
    for i, name in enumerate(NEIGHBOURHOODS):
        found[f"place:{name}"] = _difference(chance, place == i, place != i)
    community = np.array([COMMUNITY_OF[name] for name in NEIGHBOURHOODS])[place]
    for name in COMMUNITIES:
        found[f"place:{name}"] = _difference(chance, community == name, community != name)
    return found


def _difference(chance: np.ndarray, inside: np.ndarray, reference: np.ndarray) -> float:
    if not (inside.any() and reference.any()):
        return 0.0
    return float(chance[inside].mean() - chance[reference].mean())


def _among_neighbours(
    chance: np.ndarray, inside: np.ndarray, reference: np.ndarray, place: np.ndarray
) -> float:
    """The difference pooled over places, each weighted as Mantel and Haenszel do."""
    width = len(NEIGHBOURHOODS)
    mine, theirs = (np.bincount(place[rows], minlength=width) for rows in (inside, reference))
    both = (mine > 0) & (theirs > 0)
    if not both.any():
        return 0.0
    mean_mine = np.bincount(place[inside], chance[inside], width)[both] / mine[both]
    mean_theirs = np.bincount(place[reference], chance[reference], width)[both] / theirs[both]
    weight = mine[both] * theirs[both] / (mine[both] + theirs[both])
    return float(((mean_mine - mean_theirs) * weight).sum() / weight.sum())
