"""Who asks, what comes of it, and how much service there is for the need."""

from dataclasses import replace

import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.comparison import gaps, reference_group
from workbench.disparity_review.counted import KNOWN, PUBLISHED
from workbench.disparity_review.cube import ALL, CITY
from workbench.disparity_review.group_rates import rates
from workbench.disparity_review.keys import KEY
from workbench.disparity_review.precision import SQUARED_MARGIN, SQUARES
from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import PER_RESIDENT, Scope

ASKS, OUTCOME, SERVICE = "asks", "outcome", "service"
COLUMNS = [
    "stage",
    *("interval", "question", "dimension", "group", "reference_group", "place_level", "place"),
    *("numerator", "denominator", "rate", "lower", "upper", "grade"),
    *("reference_numerator", "reference_denominator", "reference_rate"),
    *("difference", "difference_lower", "difference_upper", "ratio", "ratio_lower", "ratio_upper"),
    *("p", "smallest_detectable", "method", "verdict", "state", "cells"),
]
_WHO = ["group", "place_level", "place"]


def stages(cube: Cube, counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a stage (``asks``, ``outcome``, ``service``) and comparison; empty where no stages are declared.

    Parameters
    ----------
    cube : Cube
        Frame ``populations``: how many live where (``residents``), and how much need there is (``need``).
    counts : DataFrame
        As ``counted`` gives it.
    scope : Scope

    Returns
    -------
    DataFrame
        Groups in the city and places, each against the reference of the main comparison: rows asked per
        resident, the outcome of what was asked, and what was served per unit of need. Of asks and service
        less is worse off. A population that does not tell groups apart is looked at by place only.
    """
    populations = cube.frames.get("populations")
    if populations is None or scope.per_exposure:
        return empty(COLUMNS)
    own = counts[(counts["place_level"] == CITY) | (counts["group"] == ALL)]
    named = replace(scope, reference=reference_group(counts, scope))
    against = _per_resident(named)
    served = own["numerator"] if scope.favourable else own["denominator"] - own["numerator"]
    found = [_stage(OUTCOME, own, named)]
    for stage, role, numerator, squares in (
        (ASKS, "residents", own["denominator"], own["n_squared"]),
        (SERVICE, "need", served, _squares_of_served(own, scope)),
    ):
        people = populations[populations["role"] == role]
        if len(people):
            events = own.assign(numerator=numerator, x_squared=squares)
            found.append(_grouped(_stage(stage, _against(events, people, scope), against), people, scope))
    rows = pd.concat(found, ignore_index=True)
    order = rows["stage"].map({ASKS: 0, OUTCOME: 1, SERVICE: 2})
    return rows.loc[order.sort_values(kind="stable").index, COLUMNS].reset_index(drop=True)


def _per_resident(scope: Scope) -> Scope:
    """The scope of counts against residents or need, of which more is better."""
    service = dict(scope.service)
    changed = service | {"favourable": True, "outcome": {**service["outcome"], "kind": PER_RESIDENT}}
    return replace(scope, definition={**scope.definition, "service": changed})


def _squares_of_served(counts: pd.DataFrame, scope: Scope) -> pd.Series:
    """Sums over persons of the square of what was served to each."""
    n_squared, n_times_x, x_squared = (counts[name] for name in SQUARES[:3])
    return x_squared if scope.favourable else n_squared - 2 * n_times_x + x_squared


def _against(counts: pd.DataFrame, people: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Counts with people (or need) as denominators; of whom there are none on record, 0."""
    own = people[people["dimension"].isin([ALL, scope.dimension])]
    sizes = own.assign(**{SQUARED_MARGIN: own["margin"].fillna(0.0) ** 2})[[*_WHO, "count", SQUARED_MARGIN]]
    known = sizes[sizes["group"].isin(list(scope.groups))].assign(group=KNOWN)
    known = known.groupby(_WHO, as_index=False)[["count", SQUARED_MARGIN]].sum()
    sizes = pd.concat([sizes, known], ignore_index=True).rename(columns={"count": "denominator"})
    plain = counts.drop(columns=["denominator", SQUARED_MARGIN])
    joined = plain.merge(sizes, how="left", on=_WHO, validate="many_to_one")
    return joined.fillna({"denominator": 0, SQUARED_MARGIN: 0.0}).astype({"denominator": "int64"})


def _stage(name: str, counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Comparisons of one stage, with the interval of each own rate."""
    compared = gaps(counts, scope)
    own = rates(counts[counts[PUBLISHED]], scope)[[*KEY, "lower", "upper", "grade"]]
    shown = compared[compared[PUBLISHED] & compared["question"].isin(["group", "place"])]
    return shown.merge(own, how="left", on=KEY, validate="one_to_one").assign(stage=name)


def _grouped(rows: pd.DataFrame, people: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Without groups where the population does not tell them apart."""
    known = people.loc[people["dimension"] == scope.dimension, "group"]
    return rows if known.isin(list(scope.groups)).any() else rows[rows["question"] == "place"]
