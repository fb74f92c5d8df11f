"""What is said of actions about measures, from released rows only."""

from collections.abc import Mapping
from typing import Any

from workbench.effects import ALL, Shown, said_of
from workbench.findings.model import Finding, Verdict
from workbench.findings.rows import records
from workbench.target_tracking.statements import Statement


def action_findings(statements: list[Statement]) -> list[Finding]:
    """A finding of each action about which nothing was decided before the period under review.

    Its ``group`` is the id of the action: there may be several about one measure. What was registered before it
    began is tested among what was said beforehand, family ``plan``.
    """
    by_measure = {one.measure["measure"]: one for one in statements}
    rows = records(statements[0].results.actions) if statements else []
    return [
        _finding(by_measure[row["measure"]], row)
        for row in rows
        if row["measure"] in by_measure and (row["state"] == "suppressed" or row["open"])
    ]


def _finding(one: Statement, row: Mapping[str, Any]) -> Finding:
    said = _hidden(one) if row["state"] == "suppressed" else said_of(row, _shown(one, row))
    return Finding(
        analysis=one.context.analysis,
        department=one.context.department,
        subject=row["measure"],
        question="action",
        group=row["action"],
        affected=one.affected,
        goals=tuple(one.facts["goals"]),
        provenance={**one.context.provenance, "frame": "actions", "row": row["action"]},
        **said,
    )


def _hidden(one: Statement) -> dict[str, Any]:
    return {
        "verdict": Verdict.SUPPRESSED,
        "message": "suppressed",
        "arguments": {"title": one.measure["title"]},
        "counted": f"{one.facts['frequency']}s",
    }


def _shown(one: Statement, row: Mapping[str, Any]) -> Shown:
    return Shown(_title(one, row), one.amount, _unit(one), one.facts["frequency"], one.facts["factor"])


def _title(one: Statement, row: Mapping[str, Any]) -> str:
    """The measure, and the group or place where the action is about one."""
    labels = one.results.facts["labels"]
    group = next((title for key, title in labels.items() if key.endswith(f"/{row['group']}")), row["group"])
    parts = [group if row["group"] != ALL else "", row["place"] if row["place"] != ALL else ""]
    return ", ".join([one.measure["title"], *(part for part in parts if part)])


def _unit(one: Statement) -> str:
    """The unit of a difference."""
    return "percentage points" if one.facts["scale"] == "percent" else one.facts["unit_shown"]
