"""The rate of every group and place, and how many have no recorded group or place."""

import numpy as np
import pandas as pd

from workbench.disparity_review.counted import KNOWN
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.keys import KEY
from workbench.disparity_review.precision import EFFECT, SQUARED_MARGIN, borrowed, design_effect
from workbench.disparity_review.scope import Scope
from workbench.disparity_review.verdicts import states
from workbench.statistics import margins_of_error, repeats
from workbench.statistics.proportions import share, wilson

_MEASURED = [
    *("rate", "lower", "upper", "design_effect", "denominator_cv", "denominator_share", "grade"),
    *("method", "state", "cells"),
]


def rates(counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The rate of every group and place with its interval.

    Parameters
    ----------
    counts : DataFrame
        As ``counted`` gives it, the published ones.

    Returns
    -------
    DataFrame
        interval, dimension, group, place_level, place, numerator, denominator, rate, lower, upper,
        design_effect (missing where persons are not told apart), denominator_cv, denominator_share and
        grade (of estimated residents), method, state, cells. Those without a recorded group or place are
        rows of their own.
    """
    shown = counts[counts["group"] != KNOWN].reset_index(drop=True)
    shown = shown.assign(design_effect=design_effect(shown, scope), cells=_cells(shown["cell"]))
    shown = borrowed(shown, [EFFECT])
    x, n = shown["numerator"].to_numpy(), shown["denominator"].to_numpy()
    margin = np.sqrt(shown[SQUARED_MARGIN].to_numpy(float))
    effect = np.nan_to_num(shown[EFFECT].to_numpy(float), nan=1.0)
    size, error = repeats.effective(x, n, effect), margins_of_error.standard_error(margin) / effect
    if scope.per_exposure:
        limits = margins_of_error.rate_interval_with_margin(*size, error, scope.confidence)
    else:
        limits = wilson(*size, scope.confidence)
    measured = shown.assign(
        rate=share(x, n),
        lower=limits[0],
        upper=limits[1],
        **_estimated(size, n, margin, error),
        method=_methods(shown[EFFECT], margin, scope),
        state=states(x, n, per_exposure=scope.per_exposure),
    )
    return measured[[*KEY, "numerator", "denominator", *_MEASURED]]


def variation(denominator, margin) -> np.ndarray:
    """Coefficient of variation of an estimated denominator; missing where it is counted or nobody lives there."""
    found = margins_of_error.coefficient_of_variation(denominator, margin)
    return np.where((margin > 0) & np.isfinite(found), found, np.nan)


def grades(variations: np.ndarray) -> np.ndarray:
    """The word for each coefficient of variation; empty where the denominator is no estimate."""
    return np.array([margins_of_error.grade(each) or "" for each in variations], dtype=object)


def _estimated(size, n, margin, error) -> dict[str, np.ndarray]:
    """What an estimated denominator does to a rate: its variation, its part of the variance, its grade."""
    found = variation(n, margin)
    part = margins_of_error.share_of_variance(*size, error)
    return {
        "denominator_cv": found,
        "denominator_share": np.where(np.isnan(found), np.nan, part),
        "grade": grades(found),
    }


def _methods(effects: pd.Series, margin: np.ndarray, scope: Scope) -> list[str]:
    """Name of the method behind each interval, and what it reckons with."""
    plain = "Byar, exact below 10" if scope.per_exposure else "Wilson"
    found = []
    for effect, estimated in zip(effects.tolist(), (margin > 0).tolist(), strict=True):
        words = [plain, "census margin of error counted"] if estimated else [plain]
        words += [f"repeat users counted (design effect {effect:g})"] if np.isfinite(effect) else []
        found.append(", ".join(words))
    return found


def unknown(counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """How many have no recorded group, and no recorded place: numbers of their own.

    Parameters
    ----------
    counts : DataFrame
        As ``counted`` gives it, the published ones.

    Returns
    -------
    DataFrame
        interval, dimension (the people's dimension, or a place level), place_level, place, unknown,
        total, share, lower, upper, state, cells. Against an exposure events are counted, else rows.
    """
    column = "numerator" if scope.per_exposure else "denominator"
    counts = counts[[*KEY, column, "cell"]]
    city = (counts["place_level"] == CITY) & (counts["group"] == ALL)
    everyone = counts["group"] == ALL
    ungrouped = counts[counts["group"] == UNKNOWN]
    parts = [_unknown(ungrouped, counts[everyone], ["interval", "place_level", "place"], column)]
    unplaced = counts[everyone & (counts["place"] == UNKNOWN)]
    unplaced = unplaced.assign(dimension=unplaced["place_level"], place_level=CITY, place=ALL)
    parts.append(_unknown(unplaced, counts[city], ["interval"], column))
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    lower, upper = wilson(rows["unknown"], rows["total"], scope.confidence)
    state = states(rows["unknown"], rows["total"], per_exposure=False)
    rows = rows.assign(share=share(rows["unknown"], rows["total"]), lower=lower, upper=upper, state=state)
    names = ["interval", "dimension", "place_level", "place", "unknown", "total", "share", "lower", "upper"]
    return rows[[*names, "state", "cells"]]


def _unknown(own: pd.DataFrame, everyone: pd.DataFrame, on: list[str], column: str) -> pd.DataFrame:
    total = everyone[[*on, column, "cell"]].rename(columns={column: "total", "cell": "total_cell"})
    both = own.merge(total, on=on).rename(columns={column: "unknown"})
    cells = [list(pair) for pair in zip(both["cell"].tolist(), both["total_cell"].tolist(), strict=True)]
    return both.assign(cells=pd.Series(cells, index=both.index, dtype="object"))


def _cells(ids: pd.Series) -> pd.Series:
    return pd.Series([[cell] for cell in ids.tolist()], index=ids.index, dtype="object")
