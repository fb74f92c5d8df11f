"""What is said of actions about measures, from released rows only."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.model import Finding, Size, Verdict
from workbench.target_tracking.statements import Statement

MESSAGES = {
    Verdict.AS_EXPECTED: "action_as_expected",
    Verdict.OTHER_WAY: "action_other_way",
    Verdict.NO_CLEAR_CHANGE: "action_no_clear_change",
    Verdict.TOO_EARLY: "action_too_early",
    Verdict.CANT_TELL: "action_too_few_before",
}
ASKS = {"keep": "keep_action", "change": "change_action", "stop": "stop_action"}
ALL = "all"


def action_findings(statements: list[Statement]) -> list[Finding]:
    """A finding of each action about which nothing was decided before the period under review.

    Its ``group`` is the id of the action: there may be several about one measure. What was registered before it
    began is tested among what was said beforehand, family ``plan``.
    """
    by_measure = {one.measure["measure"]: one for one in statements}
    rows = statements[0].results.actions.to_dict("records") if statements else []
    return [
        _finding(by_measure[row["measure"]], row)
        for row in rows
        if row["measure"] in by_measure and (row["state"] == "suppressed" or row["open"])
    ]


def _finding(one: Statement, row: Mapping[str, Any]) -> Finding:
    said = _hidden(one) if row["state"] == "suppressed" else _said(one, row)
    return Finding(
        analysis=one.context.analysis,
        department=one.context.department,
        subject=row["measure"],
        question="action",
        group=row["action"],
        counted=f"{one.facts['frequency']}s",
        affected=one.affected,
        goals=tuple(one.facts["goals"]),
        provenance={**one.context.provenance, "frame": "actions", "row": row["action"]},
        **said,
    )


def _hidden(one: Statement) -> dict[str, Any]:
    title = {"title": one.measure["title"]}
    return {"verdict": Verdict.SUPPRESSED, "message": "suppressed", "arguments": title}


def _said(one: Statement, row: Mapping[str, Any]) -> dict[str, Any]:
    verdict, is_tested = Verdict(row["verdict"]), not pd.isna(row["p"])
    waits = row["advice"] == "can't tell yet" and verdict == Verdict.NO_CLEAR_CHANGE
    more = () if pd.isna(row["more"]) or not row["more"] else ("action_more",)
    caveats = tuple(word for word in str(row["caveats"] or "").split(", ") if word)
    return {
        "verdict": verdict,
        "message": MESSAGES[verdict],
        "also": more if waits else (),
        "arguments": _arguments(one, row),
        "size": _size(one, row),
        "n": int(row["before"] + row["after"]),
        "p": float(row["p"]) if is_tested else None,
        "method": f"{str(row['design']).capitalize()}." if is_tested else "",
        "comparison": str(row["compared_with"]) or "its own past",
        "family": "review" if row["late"] else "plan",
        "caveats": (*caveats, *(("seasonal_action",) if row["season"] else ())),
        "ask": ASKS.get(row["advice"], "wait_for_action"),
    }


def _arguments(one: Statement, row: Mapping[str, Any]) -> dict[str, Any]:
    """What the sentences need, without what is not known."""
    amounts = {name: row[name] for name in ("average", "without", "value", "counterfactual")}
    words = {name: row[name] for name in ("start", "registered", "owner", "interval", "by")}
    counts = {name: row[name] for name in ("before", "after", "more")}
    found = {"title": _title(one, row), "action": row["title"]}
    found |= {name: one.amount(value) for name, value in amounts.items() if not pd.isna(value)}
    found |= {name: int(count) for name, count in counts.items() if not pd.isna(count)}
    found |= {name: str(word) for name, word in words.items() if not pd.isna(word) and word}
    if not pd.isna(row["size"]):
        found["registered_size"] = float(row["size"])
        found["unit"] = _unit(one)
    return found


def _title(one: Statement, row: Mapping[str, Any]) -> str:
    """The measure, and the group or place where the action is about one."""
    labels = one.results.facts["labels"]
    group = next((title for key, title in labels.items() if key.endswith(f"/{row['group']}")), row["group"])
    parts = [group if row["group"] != ALL else "", row["place"] if row["place"] != ALL else ""]
    return ", ".join([one.measure["title"], *(part for part in parts if part)])


def _size(one: Statement, row: Mapping[str, Any]) -> Size | None:
    if pd.isna(row["effect"]):
        return None
    ends = [row[name] for name in ("effect", "lower", "upper")]
    shown = [None if pd.isna(end) else float(end) * one.facts["factor"] for end in ends]
    return Size(*shown, f"{_unit(one)} on average since")


def _unit(one: Statement) -> str:
    """The unit of a difference."""
    return "percentage points" if one.facts["scale"] == "percent" else one.facts["unit_shown"]
