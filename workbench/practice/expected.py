"""How large the gaps between groups and places truly are in the latest quarter: chances, not draws."""

import numpy as np

from workbench.practice.places import COMMUNITIES, COMMUNITY_OF, NEIGHBOURHOODS
from workbench.practice.population import RACES
from workbench.practice.requests import Asked

LANGUAGE_IDS = ("english", "spanish", "hmong", "somali", "other_language")


def expected_gaps(asking: list[Asked]) -> dict[str, dict[str, float]]:
    """The true difference between each group or place and everyone else, by service.

    Parameters
    ----------
    asking : list of Asked

    Returns
    -------
    dict
        Service: ``group:black`` (crude), ``within:black`` (inside places), ``place:Depot Town``: points
        of 100 by which the chance of the outcome differs, in the mix of people and places of the quarter.
    """
    return {rows.line.service: _gaps(rows) for rows in asking}


def _gaps(rows: Asked) -> dict[str, float]:
    chance, race, place = rows.chance[rows.latest], rows.race[rows.latest], rows.place[rows.latest]
    language = rows.language[rows.latest]
    community = np.array([COMMUNITY_OF[name] for name in NEIGHBOURHOODS])[place]
    english = language == 0
    found = {f"group:{name}": _difference(chance, race == i, race != i) for i, name in enumerate(RACES)}
    found |= {f"within:{name}": _within(chance, race == i, race != i, place) for i, name in enumerate(RACES)}
    for i, name in enumerate(LANGUAGE_IDS[1:], 1):
        found[f"group:{name}"] = _difference(chance, language == i, english)
        found[f"within:{name}"] = _within(chance, language == i, english, place)
    found |= {
        f"place:{name}": _difference(chance, place == i, place != i) for i, name in enumerate(NEIGHBOURHOODS)
    }
    for name in COMMUNITIES:
        found[f"place:{name}"] = _difference(chance, community == name, community != name)
    return {name: round(float(gap) * 100, 3) for name, gap in found.items()}


def _difference(chance: np.ndarray, inside: np.ndarray, reference: np.ndarray) -> float:
    if not (inside.any() and reference.any()):
        return 0.0
    return chance[inside].mean() - chance[reference].mean()


def _within(chance: np.ndarray, inside: np.ndarray, reference: np.ndarray, place: np.ndarray) -> float:
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
