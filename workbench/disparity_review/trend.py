"""The gap as a series: process limits, and whether it narrows or widens, as a difference and as a ratio."""

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from workbench.disparity_review.scope import Scope
from workbench.disparity_review.verdicts import MATERIAL_RATE, material_difference, ruled_out
from workbench.findings.model import Verdict
from workbench.statistics.nhs_rules import COMMON_CAUSE, CONCERN, IMPROVEMENT, signals
from workbench.statistics.proportions import critical_value
from workbench.statistics.xmr import chart

MINIMUM_POINTS = 12  # before which process limits mean little (Wheeler 1993; NHS Making Data Count)
_POWER = ndtri(0.8)
_WHO = ["dimension", "group", "reference_group"]
_ADVERSE = ("adverse_ratio", "adverse_ratio_lower", "adverse_ratio_upper")
COLUMNS = [
    *(
        "interval",
        "dimension",
        "group",
        "reference_group",
        "difference",
        "difference_lower",
        "difference_upper",
        "ratio",
        "ratio_lower",
        "ratio_upper",
    ),
    *("method", "state", "cells"),
]
LIMIT_COLUMNS = [
    *("dimension", "group", "reference_group", "points", "needed", "mean", "process_lower", "process_upper"),
    *("latest_point_type", "verdict", "ratio_verdict", "agree", "p", "ratio_p"),
    *("compared_interval", "method", "state", "cells"),
]


def trend(compared: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a group and interval.

    Parameters
    ----------
    compared : DataFrame
        As ``comparison.gaps`` gives it.

    Returns
    -------
    DataFrame
        The gap of each group in the whole city, as a difference and as a ratio, with limits. A row
        derives from the counts of its own interval only.
    """
    return _in_city(compared)[COLUMNS].reset_index(drop=True)


def trend_limits(compared: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a group: the process limits of its series, and what the series shows.

    Parameters
    ----------
    compared : DataFrame
        As ``comparison.gaps`` gives it.

    Returns
    -------
    DataFrame
        XmR limits of the difference over all intervals; the type of the latest point; ``p`` and
        ``ratio_p`` of the change since the same interval of the year before; the verdict on the
        difference and on the adverse ratio; ``agree``: whether both moved in one direction since then
        (missing where one is unknown). Each row names all counts of its series.

    Notes
    -----
    With fewer than 12 points there are no limits and no point type; ``needed`` says how many
    intervals more it takes. A verdict is widening or narrowing where a z test of the same interval a
    year before finds it (standard errors from the limits; of the ratio on the logarithm), or where the
    latest point is a special cause (NHS rules) and the year's change has the same direction. It is "can't
    tell yet" where test and series contradict each other, and no detectable change only where there are
    limits, the latest point is common cause and a change that matters would have shown.
    """
    found = _in_city(compared)
    rows = [_limits(series, scope) for _, series in found.groupby(_WHO, sort=False)]
    return pd.DataFrame(rows, columns=LIMIT_COLUMNS).astype({"agree": "boolean"})


def _in_city(compared: pd.DataFrame) -> pd.DataFrame:
    return compared[compared["question"] == "group"]


def _limits(series: pd.DataFrame, scope: Scope) -> dict:
    """One group's series, judged."""
    series = series.set_index("interval").reindex(scope.intervals)
    compared_interval = scope.earlier.get("same_last_year", scope.earlier["previous"])
    difference, ratio = _of_difference(series, scope), _of_ratio(series, scope)
    points = int(series["difference"].notna().sum())
    by_difference = _judged(difference, series["state"], compared_interval, scope)
    by_ratio = _judged(ratio, series["state"], compared_interval, scope)
    enough = points >= MINIMUM_POINTS
    process = chart(series["difference"]).iloc[-1]
    first = series.dropna(subset=["group"]).iloc[0]
    return {
        **{name: first[name] for name in _WHO},
        "points": points,
        "needed": max(0, MINIMUM_POINTS - points),
        "mean": process["mean"] if enough else np.nan,
        "process_lower": process["lower"] if enough else np.nan,
        "process_upper": process["upper"] if enough else np.nan,
        "latest_point_type": _type(by_difference["series"]) if enough else None,
        "verdict": by_difference["verdict"],
        "ratio_verdict": by_ratio["verdict"],
        "agree": _agree(by_difference["moved"], by_ratio["moved"]),
        "p": by_difference["p"],
        "ratio_p": by_ratio["p"],
        "compared_interval": compared_interval,
        "method": "XmR limits, NHS rules; z test of the same interval a year before",
        "state": _state(series, compared_interval, enough),
        "cells": list(dict.fromkeys(cell for cells in series["cells"].dropna() for cell in cells)),
    }


def _of_difference(series: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Size (positive where the group is worse off), standard error and the change that matters."""
    z = critical_value(scope.confidence)
    reference = series["reference_rate"].to_numpy(float)
    return pd.DataFrame(
        {
            "size": (-1 if scope.favourable else 1) * series["difference"].to_numpy(float),
            "error": (series["difference_upper"] - series["difference_lower"]).to_numpy(float) / (2 * z),
            "material": material_difference(reference, per_exposure=scope.per_exposure),
        },
        index=series.index,
    )


def _of_ratio(series: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The same of the logarithm of the adverse ratio; missing where that is not finite."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size, lower, upper = (np.log(series[name].to_numpy(float)) for name in _ADVERSE)
        error = (upper - lower) / (2 * critical_value(scope.confidence))
    known = np.isfinite(size)
    return pd.DataFrame(
        {
            "size": np.where(known, size, np.nan),
            "error": np.where(known & np.isfinite(error), error, np.nan),
            "material": np.log1p(MATERIAL_RATE),
        },
        index=series.index,
    )


def _judged(sizes: pd.DataFrame, state: pd.Series, before: str, scope: Scope) -> dict:
    """The test, what the series shows, and the word for both."""
    z = critical_value(scope.confidence)
    now, then = sizes["size"].iloc[-1], sizes["size"].get(before, np.nan)
    spread = float(np.hypot(sizes["error"].iloc[-1], sizes["error"].get(before, np.nan)))
    change = now - then
    p = float(2 * ndtr(-abs(change) / spread)) if spread > 0 else np.nan
    reliable = bool(state.iloc[-1] == "value" and state.get(before) == "value")
    moved = _direction(now, then, np.sign(change))
    tested = moved if reliable and p < 1 - scope.confidence else 0
    limits = (change - z * spread, change + z * spread, (z + _POWER) * spread)
    still = reliable and bool(ruled_out(*limits, sizes["material"].iloc[-1]))
    series = _signal(sizes["size"].to_numpy())
    return {
        "p": p if reliable else np.nan,
        "moved": moved,
        "series": series or 0,
        "verdict": _word(tested, series, moved, still=still),
    }


def _signal(sizes: np.ndarray) -> int | None:
    """Whether the latest point is a special cause: 1 widening, -1 narrowing, 0 neither; None with too few."""
    if np.isfinite(sizes).sum() < MINIMUM_POINTS or np.isnan(sizes[-1]):
        return None
    process = chart(sizes)
    high = int(signals(sizes, process)["high"].iloc[-1])
    return _direction(sizes[-1], process["mean"].iloc[-1], high) if high else 0


def _direction(now: float, before: float, high: float) -> int:
    """1 where a gap widens, -1 where it narrows; one that turned round widens where it turned against the group."""
    if np.isnan(now) or np.isnan(before):
        return 0
    if now * before < 0:
        return 1 if now > 0 else -1
    return int(np.sign(high * (now or before)))


def _word(tested: int, series: int | None, moved: int, *, still: bool) -> str:
    """The verdict of test and series together."""
    words = {1: str(Verdict.WIDENING), -1: str(Verdict.NARROWING)}
    if not tested and not series:
        return str(Verdict.NO_CHANGE if still and series == 0 else Verdict.CANT_TELL)
    if not tested:
        return words[series] if moved == series else str(Verdict.CANT_TELL)
    return str(Verdict.CANT_TELL) if series == -tested else words[tested]


def _agree(difference: int, ratio: int):
    """Whether both moved in one direction; missing where one did not move or is unknown."""
    return difference == ratio if difference and ratio else pd.NA


def _type(series: int) -> str:
    return {1: CONCERN, -1: IMPROVEMENT}.get(series, COMMON_CAUSE)


def _state(series: pd.DataFrame, before: str, enough: bool) -> str:
    """``no data`` without a gap now, ``unreliable`` where limits or test cannot be relied on."""
    now = series["state"].iloc[-1]
    if pd.isna(now) or now == "no data":
        return "no data"
    return "value" if enough and now == series["state"].get(before) == "value" else "unreliable"
