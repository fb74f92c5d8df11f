"""The gap as a series: process limits, and whether it narrows or widens, as a difference and as a ratio."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from workbench.disparity_review.keys import keys_of
from workbench.disparity_review.scope import Scope
from workbench.disparity_review.verdicts import MATERIAL_RATE, material_difference, ruled_out
from workbench.findings.model import Verdict
from workbench.statistics.nhs_rules import COMMON_CAUSE, CONCERN, IMPROVEMENT, RULE_SETS, broken
from workbench.statistics.proportions import critical_value
from workbench.statistics.xmr import chart_lines, limits

MINIMUM_POINTS = 12  # before which process limits mean little (Wheeler 1993; NHS Making Data Count)
_POWER = ndtri(0.8)
_WHO = ["dimension", "group", "reference_group"]
_FIGURES = [
    *("difference", "difference_lower", "difference_upper", "reference_rate"),
    *("adverse_ratio", "adverse_ratio_lower", "adverse_ratio_upper"),
]
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
    rows = [_limits(series, scope) for series in _series(_in_city(compared), scope)]
    return pd.DataFrame(rows, columns=LIMIT_COLUMNS).astype({"agree": "boolean"})


def _in_city(compared: pd.DataFrame) -> pd.DataFrame:
    return compared[compared["question"] == "group"]


@dataclass(frozen=True)
class _Series:
    """One group's gaps, an entry an interval looked at: missing where there is none.

    Parameters
    ----------
    who : dict of str to str
    figures : dict of str to ndarray
    states : list of str or None
    cells : list of str
        Of all intervals.
    then : int or None
        Position of the interval that the latest one is compared with.
    """

    who: dict[str, str]
    figures: dict[str, np.ndarray]
    states: list[str | None]
    cells: list[str]
    then: int | None

    @property
    def reliable(self) -> bool:
        """Whether both of the intervals that are compared have enough to go by."""
        return self.then is not None and self.states[-1] == self.states[self.then] == "value"


def _series(found: pd.DataFrame, scope: Scope) -> Iterator[_Series]:
    """The gaps of each group, in the order in which groups occur."""
    place = {interval: i for i, interval in enumerate(scope.intervals)}
    where = [place[interval] for interval in found["interval"].tolist()]
    all_figures = found[_FIGURES].to_numpy(float)
    all_states, all_cells = found["state"].tolist(), found["cells"].tolist()
    for who, own in _rows_of_each(found).items():
        figures = np.full((len(place), len(_FIGURES)), np.nan)
        states: list = [None] * len(place)
        for row in own:
            figures[where[row]], states[where[row]] = all_figures[row], all_states[row]
        named = dict(zip(_FIGURES, figures.T.copy(), strict=True))
        cells = list(dict.fromkeys(cell for row in own for cell in all_cells[row]))
        yield _Series(dict(zip(_WHO, who, strict=True)), named, states, cells, place.get(_before(scope)))


def _rows_of_each(found: pd.DataFrame) -> dict[tuple, list[int]]:
    rows: dict[tuple, list[int]] = {}
    for row, who in enumerate(keys_of(found, _WHO)):
        rows.setdefault(who, []).append(row)
    return rows


@dataclass(frozen=True)
class _Sizes:
    """Size of a gap (positive where the group is worse off) and its standard error; the change that matters now."""

    size: np.ndarray
    error: np.ndarray
    material: float

    def change(self, then: int | None) -> tuple[float, float, float]:
        """The size then, the change since, and the standard error of that."""
        before, error = (np.nan, np.nan) if then is None else (self.size[then], self.error[then])
        return before, self.size[-1] - before, float(np.hypot(self.error[-1], error))


def _before(scope: Scope) -> str:
    """The interval that the latest one is compared with."""
    return scope.earlier.get("same_last_year", scope.earlier["previous"])


def _limits(series: _Series, scope: Scope) -> dict:
    """One group's series, judged."""
    by_difference = _judged(_of_difference(series, scope), series, scope)
    by_ratio = _judged(_of_ratio(series, scope), series, scope)
    difference = series.figures["difference"]
    points = int(np.isfinite(difference).sum())
    enough = points >= MINIMUM_POINTS
    process = limits(difference)
    return {
        **series.who,
        "points": points,
        "needed": max(0, MINIMUM_POINTS - points),
        "mean": process.mean if enough else np.nan,
        "process_lower": process.lower if enough else np.nan,
        "process_upper": process.upper if enough else np.nan,
        "latest_point_type": _type(by_difference["series"]) if enough else None,
        "verdict": by_difference["verdict"],
        "ratio_verdict": by_ratio["verdict"],
        "agree": _agree(by_difference["moved"], by_ratio["moved"]),
        "p": by_difference["p"],
        "ratio_p": by_ratio["p"],
        "compared_interval": _before(scope),
        "method": "XmR limits, NHS rules; z test of the same interval a year before",
        "state": _state(series, enough),
        "cells": series.cells,
    }


def _of_difference(series: _Series, scope: Scope) -> _Sizes:
    """The difference as it is."""
    difference, lower, upper, reference = (series.figures[name] for name in _FIGURES[:4])
    return _Sizes(
        (-1 if scope.favourable else 1) * difference,
        (upper - lower) / (2 * critical_value(scope.confidence)),
        float(material_difference(reference[-1], per_exposure=scope.per_exposure)),
    )


def _of_ratio(series: _Series, scope: Scope) -> _Sizes:
    """The same of the logarithm of the adverse ratio; missing where that is not finite."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size, lower, upper = (np.log(series.figures[name]) for name in _FIGURES[4:])
        error = (upper - lower) / (2 * critical_value(scope.confidence))
    known = np.isfinite(size)
    error = np.where(known & np.isfinite(error), error, np.nan)
    return _Sizes(np.where(known, size, np.nan), error, float(np.log1p(MATERIAL_RATE)))


def _judged(sizes: _Sizes, series: _Series, scope: Scope) -> dict:
    """The test, what the series shows, and the word for both."""
    z = critical_value(scope.confidence)
    then, change, spread = sizes.change(series.then)
    p = float(2 * ndtr(-abs(change) / spread)) if spread > 0 else np.nan
    moved = _direction(sizes.size[-1], then, np.sign(change))
    tested = moved if series.reliable and p < 1 - scope.confidence else 0
    ends = (change - z * spread, change + z * spread, (z + _POWER) * spread)
    still = series.reliable and bool(ruled_out(*ends, sizes.material))
    signal = _signal(sizes.size)
    return {
        "p": p if series.reliable else np.nan,
        "moved": moved,
        "series": signal or 0,
        "verdict": _word(tested, signal, moved, still=still),
    }


def _signal(sizes: np.ndarray) -> int | None:
    """Whether the latest point is a special cause: 1 widening, -1 narrowing, 0 neither; None with too few."""
    if np.isfinite(sizes).sum() < MINIMUM_POINTS or np.isnan(sizes[-1]):
        return None
    series, phase = sizes[None], np.zeros(sizes.size, int)
    lines = chart_lines(series, phase)
    _, highs = broken(series, lines, phase, RULE_SETS["nhs"])
    high = int(highs[0, -1])
    return _direction(sizes[-1], lines["mean"][0, -1], high) if high else 0


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


def _state(series: _Series, enough: bool) -> str:
    """``no data`` without a gap now, ``unreliable`` where limits or test cannot be relied on."""
    if series.states[-1] in (None, "no data"):
        return "no data"
    return "value" if enough and series.reliable else "unreliable"
