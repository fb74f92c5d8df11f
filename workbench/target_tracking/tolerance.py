"""What is said of a measure with a tolerance: how many intervals lie within it, and whether the process keeps within it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.model import Finding, Verdict
from workbench.findings.rows import records
from workbench.target_tracking.statements import Statement

SUPPRESSED, NO_DATA = "suppressed", "no data"
MESSAGES = {
    Verdict.RELIABLY_MEETS: "tolerance_kept",
    Verdict.HIT_OR_MISS: "tolerance_at_times",
    Verdict.CANNOT_MEET: "tolerance_not_kept",
    Verdict.CANT_TELL: "tolerance_open",
}
ASKS = {Verdict.HIT_OR_MISS: "what_would_change", Verdict.CANNOT_MEET: "what_would_change"}


def tolerance(one: Statement) -> list[Finding]:
    """The finding on a measure's tolerance; none without one, without values, or where it is hidden.

    It is no test: the verdict is that of Ppk, the spread of all intervals beside the tolerance.
    """
    frame = one.results.capability
    if frame.empty:
        return []
    rows = {row["index"]: row for row in records(frame[frame["measure"] == one.measure["measure"]])}
    if not rows or rows["within"]["state"] in (SUPPRESSED, NO_DATA):
        return []
    within, ppk = rows["within"], rows["ppk"]
    verdict = Verdict(ppk["verdict"] or Verdict.CANT_TELL)
    known = pd.notna(ppk["value"])
    return [
        one.finding(
            "tolerance",
            verdict,
            MESSAGES[verdict],
            also=(_bounds(within), *(("ppk",) if known else ())),
            arguments=_arguments(one, within, ppk),
            n=int(within["n"]),
            method=ppk["method"] or "Wilson.",
            comparison="its tolerance",
            caveats=() if known else (f"no_index_{ppk['lacking']}",),
            ask=ASKS.get(verdict, ""),
        )
    ]


def _arguments(one: Statement, within: Mapping[str, Any], ppk: Mapping[str, Any]) -> dict[str, Any]:
    found = {"within": float(within["value"]), "n": int(within["n"]), "each": one.facts["frequency"]}
    low, high = (within[f"tolerance_{side}"] for side in ("lower", "upper"))
    found |= {name: one.amount(end) for name, end in (("least", low), ("most", high)) if pd.notna(end)}
    if pd.notna(low) and pd.notna(high):
        found["bounds"] = one.span(low, high)
    numbers = {f"ppk_{name}": ppk[name] for name in ("value", "lower", "upper")}
    return found | {name: float(number) for name, number in numbers.items() if pd.notna(number)}


def _bounds(row: Mapping[str, Any]) -> str:
    """Key of the sentence that says the tolerance: of two ends or one."""
    if pd.isna(row["tolerance_lower"]):
        return "tolerance_most"
    return "tolerance_least" if pd.isna(row["tolerance_upper"]) else "tolerance_between"
