"""The least and the largest that a gap can be, whoever those without a recorded group are."""

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.mix.many import EXACT, ROUNDED, Grain
from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import EVERYONE_ELSE, RATE, Scope
from workbench.disparity_review.verdicts import states
from workbench.statistics import bounds as extremes
from workbench.statistics.differences import newcombe, rate_difference
from workbench.statistics.proportions import share

COLUMNS = [
    *("interval", "dimension", "group", "reference_group", "unknown", "unknown_share"),
    *(
        "difference",
        "lowest",
        "highest",
        "sign_certain",
        "imputed_difference",
        "imputed_difference_lower",
        "imputed_difference_upper",
    ),
    *("method", "state", "cells"),
]
_SIDES = ["numerator", "denominator", "reference_numerator", "reference_denominator"]
_COUNTS = ["numerator", "denominator"]
_METHOD = "worst and best case over all without a group"
IMPUTED = "probability-weighted (BISG), a sensitivity"


def bounds(cube: Cube, counts: pd.DataFrame, compared: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a group of the reviewed interval, in the whole city.

    Parameters
    ----------
    cube : Cube
        Frame ``imputed``, where groups are imputed.
    counts : DataFrame
        As ``counted`` gives it.
    compared : DataFrame
        As ``comparison.gaps`` gives it.
    scope : Scope

    Returns
    -------
    DataFrame
        ``unknown`` rows (of a service counted against residents: events) and their share of all;
        ``lowest`` and ``highest``, the ends of the difference over every assignment of those to groups;
        ``sign_certain``: whether both ends lie on one side of 0. Where imputation is asked for, the
        difference with the unknown added to groups by their probabilities, and its interval, which
        leaves out how uncertain the probabilities are.

    Notes
    -----
    Manski 2003. The ends are no interval: nothing is said of chance. Against the city as a whole only
    the group's own rate can change, since the unknown are part of the city already.
    """
    now = counts[(counts["interval"] == scope.interval) & (counts["place_level"] == CITY)]
    rows = compared[(compared["interval"] == scope.interval) & (compared["question"] == "group")]
    rows = rows.reset_index(drop=True)
    if rows.empty:
        return empty(COLUMNS)
    city = now.set_index("group")
    rows = rows.assign(
        **_unknown(city, scope), **_ends(rows, city, scope), **_imputed(cube, rows, city, scope)
    )
    sides = [states(rows[x], rows[n], per_exposure=scope.per_exposure) for x, n in (_SIDES[:2], _SIDES[2:])]
    missing, few = (np.logical_or(*(side == word for side in sides)) for word in ("no data", "unreliable"))
    extra = [city.loc[UNKNOWN, "cell"], city.loc[ALL, "cell"]]
    cells = [list(dict.fromkeys([*named, *extra])) for named in rows["cells"]]
    return rows.assign(
        state=np.select([missing, few], ["no data", "unreliable"], "value"),
        cells=pd.Series(cells, index=rows.index, dtype="object"),
    )[COLUMNS]


def _unknown(city: pd.DataFrame, scope: Scope) -> dict:
    column = "numerator" if scope.per_resident else "denominator"
    number, total = city.loc[UNKNOWN, column], city.loc[ALL, column]
    return {"unknown": int(number), "unknown_share": float(share(number, total))}


def _ends(rows: pd.DataFrame, city: pd.DataFrame, scope: Scope) -> dict:
    """The difference as it is, its two ends, and whether they agree in sign."""
    unknown = tuple(float(value) for value in city.loc[UNKNOWN, _COUNTS])
    sides = [rows[name].to_numpy(float) for name in _SIDES]
    if scope.reference == CITY:
        whole = float(share(*city.loc[ALL, _COUNTS]))
        own = (share(*sides[:2]), *_of_own(*sides[:2], *unknown, scope))
        difference, lowest, highest = (value - whole for value in own)
    else:
        difference = share(*sides[:2]) - share(*sides[2:])
        lowest, highest = _of_both(sides, *unknown, scope)
    certain = [
        None if np.isnan(low + high) else low * high > 0 for low, high in zip(lowest, highest, strict=True)
    ]
    return {
        "difference": difference,
        "lowest": lowest,
        "highest": highest,
        "sign_certain": pd.array(certain, "boolean"),
    }


def _of_both(sides, xu: float, nu: float, scope: Scope) -> tuple[np.ndarray, np.ndarray]:
    """The ends of the difference between two groups."""
    if scope.kind == RATE:
        x1, t1, x2, t2 = sides
        # Which part of the exposure goes with the events is not known: each end takes what serves it.
        return share(x1, t1 + nu) - share(x2 + xu, t2), share(x1 + xu, t1) - share(x2, t2 + nu)
    ends = extremes.rate_gap_bounds(*sides, xu) if scope.per_resident else extremes.gap_bounds(*sides, xu, nu)
    return ends.lowest_difference, ends.highest_difference


def _of_own(x, n, xu: float, nu: float, scope: Scope) -> tuple[np.ndarray, np.ndarray]:
    """The ends of a group's own rate."""
    if scope.per_exposure:
        return share(x, n + nu if scope.kind == RATE else n), share(x + xu, n)
    return share(x, np.where(n > 0, n + nu - xu, 0)), share(x + xu, np.where(n > 0, n + xu, 0))


def _imputed(cube: Cube, rows: pd.DataFrame, city: pd.DataFrame, scope: Scope) -> dict:
    """The difference with the unknown added by probability; missing where that is not asked for."""
    names = ["imputed_difference", "imputed_difference_lower", "imputed_difference_upper"]
    found = cube.frames.get("imputed")
    if found is None or not scope.impute:
        return {**dict.fromkeys(names, np.nan), "method": _METHOD}
    own = found[(found["interval"] == scope.interval) & (found["dimension"] == scope.dimension)]
    added = own.groupby("group")[_COUNTS].sum().reindex(list(scope.groups), fill_value=0.0)
    if scope.per_resident:
        added = added.assign(denominator=0.0)
    values = _with(added, rows, city, scope)
    how = ROUNDED if scope.definition["about_people"] else EXACT
    grains = [Grain.of(how, row, scope) for row in rows.to_dict("records")]
    rounded = [[grain.rate(value) for grain, value in zip(grains, each, strict=True)] for each in values]
    return {**dict(zip(names, rounded, strict=True)), "method": f"{_METHOD}; {IMPUTED}"}


def _with(added: pd.DataFrame, rows: pd.DataFrame, city: pd.DataFrame, scope: Scope) -> list[np.ndarray]:
    """Difference and limits of the counts with what is added; of a comparison with the city those with the rest of it."""
    totals = city[_COUNTS].astype(float).add(added, fill_value=0.0)
    own = [totals.loc[rows["group"], name].to_numpy() for name in _COUNTS]
    reference = rows["reference_group"].iloc[0]
    if reference in (CITY, EVERYONE_ELSE):
        whole = city.loc[ALL, _COUNTS] if reference == CITY else totals.loc[list(scope.groups)].sum()
        other = [float(whole[name]) - side for name, side in zip(_COUNTS, own, strict=True)]
    else:
        other = [np.full(len(rows), totals.loc[reference, name]) for name in _COUNTS]
    limits = (rate_difference if scope.per_exposure else newcombe)(*own, *other, scope.confidence)
    part = share(own[1], own[1] + other[1]) if reference == CITY else 0.0
    return [(1 - part) * value for value in (share(*own) - share(*other), *limits)]
