"""How each gap moved since the interval before and since the same interval of the year before."""

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from workbench.disparity_review.scope import Scope
from workbench.disparity_review.verdicts import change_verdicts, material_difference, ruled_out
from workbench.statistics.proportions import critical_value

_SAME = ["question", "dimension", "group", "reference_group", "place_level", "place"]
_OF_THEN = ["difference", "difference_lower", "difference_upper", "state", "cells"]
_POWER = ndtri(0.8)
COLUMNS = [
    *("interval", "since", "compared_interval", *_SAME),
    *("difference", "difference_before", "change", "change_lower", "change_upper", "p"),
    *("smallest_detectable", "method", "verdict", "state", "cells"),
]


def changes(gaps: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a comparison and earlier interval.

    Parameters
    ----------
    gaps : DataFrame
        As ``comparison.gaps`` gives it.

    Returns
    -------
    DataFrame
        Difference now and before; their change with limits and p from a z test, the standard
        errors recovered from the score intervals (Zou and Donner 2008), so that a rate of 0 still
        has one; verdict: widening, narrowing, no detectable change or can't tell yet.
    """
    now = gaps.loc[gaps["interval"] == scope.interval, ["interval", *_SAME, "reference_rate", *_OF_THEN]]
    parts = []
    for since, interval in scope.earlier.items():
        then = gaps.loc[gaps["interval"] == interval, [*_SAME, *_OF_THEN]]
        pairs = now.merge(then, on=_SAME, suffixes=("", "_before"))
        parts.append(pairs.assign(since=since, compared_interval=interval))
    return _tested(pd.concat(parts, ignore_index=True), scope)[COLUMNS]


def _tested(pairs: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    z = critical_value(scope.confidence)
    error = np.hypot(_error(pairs, "", z), _error(pairs, "_before", z))
    change = (pairs["difference"] - pairs["difference_before"]).to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = 2 * ndtr(-np.abs(change) / error)
    both = [pairs["state"].to_numpy(), pairs["state_before"].to_numpy()]
    missing, few = (np.logical_or(*(side == word for side in both)) for word in ("no data", "unreliable"))
    detectable, lower, upper = (z + _POWER) * error, change - z * error, change + z * error
    material = material_difference(pairs["reference_rate"], per_exposure=scope.per_exposure)
    verdict = change_verdicts(
        _adverse(pairs["difference"], scope),
        _adverse(pairs["difference_before"], scope),
        p,
        ruled_out(lower, upper, detectable, material),
        ~(missing | few),
        alpha=1 - scope.confidence,
    )
    cells = [[*now, *then] for now, then in zip(pairs["cells"], pairs["cells_before"], strict=True)]
    return pairs.assign(
        change=change,
        change_lower=lower,
        change_upper=upper,
        p=np.where(missing | few, np.nan, p),
        smallest_detectable=detectable,
        method="z test of two differences",
        verdict=verdict,
        state=np.select([missing, few], ["no data", "unreliable"], "value"),
        cells=pd.Series(cells, index=pairs.index, dtype="object"),
    )


def _adverse(difference: pd.Series, scope: Scope) -> np.ndarray:
    """The difference, positive where the group is worse off."""
    return -difference.to_numpy() if scope.favourable else difference.to_numpy()


def _error(pairs: pd.DataFrame, when: str, z: float) -> np.ndarray:
    """Standard error of a difference, from the width of its interval."""
    width = pairs[f"difference_upper{when}"] - pairs[f"difference_lower{when}"]
    return (width / (2 * z)).to_numpy(float)
