"""Where cases wait longest: by all the time waited, and by the usual wait where that differs."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.model import Finding, Verdict
from workbench.process_timing.said.statement import HIDDEN, Statement, present, size


def longest_wait(statement: Statement) -> list[Finding]:
    """The edge with the most waiting."""
    if statement.results.edges.empty:
        return []
    edges = statement.results.edges.sort_values("total_days", ascending=False, kind="stable")
    judged = edges[edges["verdict"].isin([str(Verdict.LONGEST_WAIT), str(Verdict.CANT_TELL)])]
    if judged.empty:
        return [statement.hidden("longest_wait", "edges")]
    top = judged.iloc[0].to_dict()
    message, others = _where(top, edges[edges["state"] != HIDDEN])
    said = {name: top[name] for name in ("from", "to", "share", "share_lower", "share_upper")}
    said |= {
        "count": int(top["count"]),
        "median": top["median_days"],
        "rounding": statement.facts["rounding"],
    }
    return [
        statement.finding(
            "longest_wait",
            Verdict(top["verdict"]),
            message,
            "edges",
            present(others | said),
            size=size(top, ("share", "share_lower", "share_upper"), "% of the waiting", percent=True),
            n=int(top["count"]),
            counted="waits",
            method="share of total wait, weeks resampled",
            comparison="all other waits",
            affected=float(top["count"]),
            caveats=("waits_only", *(["rounded"] if statement.facts["rounding"] > 1 else [])),
            ask="longest_wait",
        )
    ]


def _where(top: Mapping, edges: pd.DataFrame) -> tuple[str, dict[str, Any]]:
    """The sentence for the longest wait, and what it says of other edges."""
    if top["verdict"] == Verdict.CANT_TELL:
        if len(edges) < 2:
            return "longest_wait_only", {}
        second = edges[(edges["from"] != top["from"]) | (edges["to"] != top["to"])].iloc[0]
        return "longest_wait_unsure", {f"second_{name}": second[name] for name in ("from", "to", "share")}
    usual = edges[edges["is_usual"].fillna(False).astype(bool)]
    if usual.empty or tuple(usual.iloc[0][["from", "to"]]) == (top["from"], top["to"]):
        return "longest_wait", {}
    first = usual.iloc[0]
    said = {"usual_from": first["from"], "usual_to": first["to"], "usual_median": first["median_days"]}
    return "longest_wait_few", said
