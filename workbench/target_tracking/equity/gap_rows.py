"""Gaps between groups as rows: each interval, and what is said of each gap."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.target_tracking.equity.followed import Followed, kept_back
from workbench.target_tracking.equity.gaps import NO_GAP, GapSeries
from workbench.target_tracking.equity.points import GROUP, SUPPRESSED, under_each_other
from workbench.target_tracking.intervals import limits
from workbench.target_tracking.rows import verdict_row
from workbench.target_tracking.series import Series

Pair = tuple[GapSeries, Followed]
_LIMITS = {"mean": "mean", "lower": "limit_lower", "upper": "limit_upper"}
_TARGETS = ["target_lower", "target_upper"]
_SHOWN = ["interval", "interval_start", "value", "lower", "upper", "own", "reference_value", "provisional"]
MET = {1.0: "overall met", 0.0: "overall missed"}
WORDS = {
    Verdict.WIDENING: "gap widened",
    Verdict.NARROWING: "gap narrowed",
    Verdict.NO_CLEAR_CHANGE: "no clear change of the gap",
    Verdict.CANT_TELL: "too few points for the gap",
    Verdict.CHECK_DATA: "check data of the gap",
}


def gap_rows(pairs: list[Pair]) -> pd.DataFrame:
    """One row a measure, group and interval: the gap with its interval, process limits and target."""
    columns = [*_SHOWN, *_LIMITS.values(), *_TARGETS, "meets_target", "point_type", "rule"]
    found = under_each_other([_intervals(gap, one) for gap, one in pairs], columns)
    hidden = found["state"].eq(SUPPRESSED)
    if not hidden.any():
        return found
    kept = (*GROUP, "interval", "interval_start", "cells", "state")
    return found.assign(**{name: found[name].mask(hidden) for name in found if name not in kept})


def _intervals(gap: GapSeries, one: Followed) -> pd.DataFrame:
    """Limits and signals are those of the whole gap: where it is kept back there are none."""
    judged = dict.fromkeys((*_LIMITS.values(), "point_type", "rule"), np.nan)
    if one.tracked:
        found = limits(one.tracked).rename(columns=_LIMITS)
        judged = {name: found[name].reindex(range(len(gap.frame))).array for name in judged}
    shown = {name: gap.frame[name].array for name in (*_SHOWN, "cells", "state")}
    return pd.DataFrame({**shown, **_targets(one.series), **judged, **one.named()})


def _targets(series: Series) -> dict[str, np.ndarray]:
    return {**{name: series.columns[name] for name in _TARGETS}, "meets_target": series.meets_target}


def gap_verdicts(pairs: list[Pair], met: Mapping[str, float]) -> pd.DataFrame:
    """One row a measure and group: whether its gap widened or narrowed, and its target.

    Parameters
    ----------
    pairs : list of (GapSeries, Followed)
    met : dict
        A measure: 1 where its latest value of everyone meets the target, 0 where not, missing where it cannot
        be said.
    """
    rows = [
        {**(_verdict(gap, one, met) if one.tracked else kept_back()), **one.named(), **_asked(gap, one)}
        for gap, one in pairs
    ]
    columns = [
        "verdict",
        "value",
        "own",
        "reference_value",
        "lower",
        "upper",
        "rule",
        "since",
        "p",
        "n_points",
    ]
    columns += [*_LIMITS.values(), "target_verdict", "probability", "behind", "apart", "status"]
    columns += ["reference", "kind", "target", "hidden"]
    return under_each_other([pd.DataFrame(rows)], columns)


def _asked(gap: GapSeries, one: Followed) -> dict[str, Any]:
    target = np.nan if gap.target is None else gap.target
    return {"reference": gap.reference, "kind": gap.kind, "target": target, "hidden": one.hidden}


def _verdict(gap: GapSeries, one: Followed, met: Mapping[str, float]) -> dict[str, Any]:
    row = verdict_row(one.tracked)
    latest = _latest(gap, one)
    null = NO_GAP[gap.kind]
    word = gap_word(row, null, len(one.series.periods))
    kept = ["value", "rule", "since", "slope", "p", "n_points", "target_verdict", "probability", "reasons"]
    return {
        **{name: row[name] for name in kept},
        **{shown: row[name] for name, shown in _LIMITS.items()},
        **{name: latest[name] for name in ("interval", "lower", "upper", "own", "reference_value")},
        "verdict": str(word),
        "behind": _behind(latest["value"], null, gap.entry["direction"]),
        "apart": bool(latest["lower"] > null or latest["upper"] < null),
        "meets_gap_target": one.tracked.prospect.meets,
        "status": status(word, met.get(one.key[0], np.nan)),
        "cells": _cells(gap),
        "state": row["state"],
    }


def _latest(gap: GapSeries, one: Followed) -> Mapping[str, Any]:
    """The row of the latest final gap; without any, one of nothing."""
    at = one.series.latest
    missing = dict.fromkeys(("value", "lower", "upper", "own", "reference_value"), np.nan)
    return {"interval": None, **missing} if at is None else gap.frame.iloc[at].to_dict()


def _cells(gap: GapSeries) -> list[str]:
    shown = gap.frame.loc[gap.frame["state"] != SUPPRESSED, "cells"]
    return list(dict.fromkeys(cell for cells in shown for cell in cells))


def gap_word(row: Mapping[str, Any], null: float, length: int) -> Verdict:
    """Widening or narrowing where the gap's chart has a signal, by whether it moved away from no gap.

    Parameters
    ----------
    row : dict
        Of its judgement: ``verdict``, ``value``, ``mean``, ``rule``, ``slope``.
    null : float
        No gap: 0 for a difference, 1 for a ratio.
    length : int
        Intervals of the series, over which a drift has come.
    """
    verdict = Verdict(row["verdict"])
    if verdict == Verdict.COMMON_CAUSE:
        return Verdict.NO_CLEAR_CHANGE
    if verdict != Verdict.MOVED:
        return verdict
    before = row["value"] - row["slope"] * length / 2 if row["rule"] == "drift" else row["mean"]
    now, then = distance(row["value"], null), distance(before, null)
    return Verdict.WIDENING if now > then else Verdict.NARROWING


def distance(value: float, null: float) -> float:
    """How far a gap is from none: of a ratio on the scale of logarithms, so that 2 is as far as 1/2."""
    return abs(value - null) if null == NO_GAP["difference"] or value <= 0 else abs(np.log(value))


def _behind(value: float, null: float, direction: str) -> str:
    """Whether the group is worse off than its reference: yes, no; empty where no way is better or it is even."""
    sign = {"increase": 1, "decrease": -1, "neutral": 0}[direction] * np.sign(value - null)
    return {-1.0: "yes", 1.0: "no"}.get(float(sign), "")


def status(word: Verdict, met: float) -> str:
    """Everyone's target and the gap in one: "overall met, gap widened"."""
    words = [MET.get(float(met) if pd.notna(met) else np.nan, ""), WORDS[word]]
    return ", ".join(each for each in words if each)
