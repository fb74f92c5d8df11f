"""Who waits longest: groups and places, and the step in which the gap arises."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.model import Finding, Verdict
from workbench.process_timing.equity.groups import EVERYONE_ELSE
from workbench.process_timing.equity.lead import MEDIAN
from workbench.process_timing.equity.shares import SERVICE_LEVEL
from workbench.process_timing.equity.told import OTHER_STEPS
from workbench.process_timing.said.statement import HIDDEN, Statement, known, size

_CLEAR = (Verdict.WORSE_OFF, Verdict.BETTER_OFF)
_QUANTITIES = {
    "mean": "how long they take",
    SERVICE_LEVEL: "how many are in time",
    "rework": "how many repeat a step",
}
_MOST = 2  # of a dimension
_MATERIAL = 0.2  # part of a gap by which it differs at the same mix so that it is worth a sentence


def groups(statement: Statement) -> list[Finding]:
    """Of each dimension the one or two clearest gaps, or that there is none."""
    frame = statement.results.equity
    frame = frame[frame["quantity"] != MEDIAN] if len(frame) else frame
    found = []
    for dimension in dict.fromkeys(frame["dimension"]) if len(frame) else ():
        found += _of_dimension(dimension, frame[frame["dimension"] == dimension], statement)
    return found


def _of_dimension(dimension: str, frame: pd.DataFrame, statement: Statement) -> list[Finding]:
    tested = [row for row in frame.to_dict("records") if known(row["adjusted_p"]) is not None]
    if not tested:
        return []
    told = [row for row in tested if row["verdict"] in _CLEAR]
    told.sort(key=lambda row: (row["verdict"] != Verdict.WORSE_OFF, row["adjusted_p"], row["group"]))
    worse = [row for row in told if row["verdict"] == Verdict.WORSE_OFF]
    if not told:
        return [_none(dimension, tested, statement)]
    return [_gap(row, statement) for row in (worse or told)[:_MOST]]


def _p(row: Mapping) -> float:
    """Of all groups of a dimension and of all that is compared: Bonferroni over the quantities."""
    return min(1.0, len(_QUANTITIES) * float(row["adjusted_p"]))


def _none(dimension: str, tested: list[dict], statement: Statement) -> Finding:
    least = min(tested, key=_p)
    compared = len({row["group"] for row in tested})
    return statement.finding(
        f"groups_{dimension}",
        Verdict.NO_DIFFERENCE,
        "groups_none",
        "equity",
        {"dimension": _title(dimension, statement), "compared": compared, "what": _what(tested)},
        n=compared,
        counted="groups",
        p=_p(least),
        method=_method(least),
        comparison="everyone else",
    )


def _what(tested: list[dict]) -> list[str]:
    """What could be compared of at least one group."""
    return [words for name, words in _QUANTITIES.items() if name in {row["quantity"] for row in tested}]


def _gap(row: Mapping, statement: Statement) -> Finding:
    share = row["quantity"] != "mean"
    stem = {"mean": "groups_wait", SERVICE_LEVEL: "groups_in_time", "rework": "groups_rework"}[
        row["quantity"]
    ]
    said, also = _gap_said(row, statement)
    place = row["kind"] == "place"
    return statement.finding(
        f"groups_{row['dimension']}_{row['quantity'].replace(' ', '_')}",
        Verdict(row["verdict"]),
        f"{stem}_{'more' if row['difference'] > 0 else 'less'}",
        "equity",
        said,
        also=also,
        group="all" if place else row["group"],
        place=row["group"] if place else "all",
        size=size(
            row, ("difference", "lower", "upper"), "percentage points" if share else "days", percent=share
        ),
        n=int(row["cases"]),
        counted=statement.noun,
        p=_p(row),
        method=_method(row),
        comparison=said["reference"],
        affected=float(row["cases"]),
        caveats=("observational", *(statement.rounded if share else ("within_horizon",))),
        ask="groups",
    )


def _gap_said(row: Mapping, statement: Statement) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Arguments of the gap without sign, and of what is said right after it."""
    sign = -1 if row["difference"] < 0 else 1
    bounds = sorted(sign * row[name] for name in ("lower", "upper"))
    dimension = row["dimension"]
    said = {
        "who": _label(dimension, row["group"], statement),
        "dimension": _title(dimension, statement),
        "reference": _label(dimension, row["reference"], statement),
        "gap": sign * row["difference"],
        "gap_lower": bounds[0],
        "gap_upper": bounds[1],
    }
    if known(row["horizon_days"]) is not None:
        said["horizon"] = float(row["horizon_days"])
    mix, step = _same_mix(row, sign), _step(row, sign, statement)
    also = (*(["groups_step"] if step else []), *(["groups_same_mix"] if mix else []))
    return said | mix | step, also


def _same_mix(row: Mapping, sign: int) -> dict[str, float]:
    """The gap in days at the same mix of kinds, where it differs or may be nothing."""
    values = [known(row[f"same_mix{end}"]) for end in ("", "_lower", "_upper")]
    if None in values or row["quantity"] != "mean":
        return {}
    value, *bounds = values
    gap = row["difference"]
    if abs(value - gap) <= _MATERIAL * abs(gap) and min(bounds) * max(bounds) > 0:
        return {}
    bounds = sorted(sign * bound for bound in bounds)
    return {"same_mix": sign * value, "same_mix_lower": bounds[0], "same_mix_upper": bounds[1]}


def _step(row: Mapping, sign: int, statement: Statement) -> dict[str, Any]:
    """The step in which most of a gap in lead time arises, where it is clear that it does in that step."""
    if row["quantity"] != "mean":
        return {}
    keys = {name: row[name] for name in ("dimension", "group")}
    steps = [
        step
        for step in statement.rows("equity_steps", **keys)
        if step["state"] != HIDDEN and step["verdict"] == row["verdict"] and step["from"] != OTHER_STEPS
    ]
    if not steps:
        return {}
    top = max(steps, key=lambda step: sign * step["gap_days"])
    return {"from": top["from"], "to": top["to"], "step": sign * top["gap_days"]}


def _title(dimension: str, statement: Statement) -> str:
    return statement.facts["dimensions"].get(dimension, dimension)


def _label(dimension: str, group: str, statement: Statement) -> str:
    if group == EVERYONE_ELSE:
        return "everyone else"
    return statement.facts["labels"].get(f"{dimension}/{group}", group)


def _method(row: Mapping) -> str:
    return f"{row['method']}; Benjamini-Hochberg over groups, Bonferroni over what is compared"
