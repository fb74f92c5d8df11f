"""What is said of decisions: whether searches find as much of everyone, and whether darkness changes who is stopped."""

import math

from workbench.disparity_review.statements import CERTAIN, Statement, positive, whole, worst_first
from workbench.findings.model import Finding, Size, Verdict


def decisions(statement: Statement) -> list[Finding]:
    """Hit rates and the veil of darkness, of each group that is shown."""
    found = []
    for name, said in (("decisions", _hits), ("daylight", _daylight)):
        rows = [row for row in statement.rows(name) if row["state"] not in ("suppressed", "no data")]
        found += worst_first(said(statement, row) for row in rows)
    return found


def _hits(statement: Statement, row: dict) -> Finding:
    verdict = Verdict(row["verdict"])
    sizes = positive(row) | {name: row[name] for name in ("rate", "reference_rate")}
    sizes |= {"detectable": row["smallest_detectable"]}
    told = {name: 100 * float(value) for name, value in sizes.items() if math.isfinite(value)}
    told |= whole(
        {"own": row["acted"], "other": row["reference_acted"], "n": row["acted"] + row["reference_acted"]}
    )
    words = statement.facts["words"]
    return statement.finding(
        row,
        question="hits",
        message=f"hits_{_of_hits(verdict, row, told)}",
        arguments=statement.of_sides(row) | told | {"hit_words": statement.facts["hit_words"]},
        size=statement.size(row, times=100, unit=f"in every 100 {words}"),
        affected=abs(row["difference"]) * row["acted"] if verdict in CERTAIN else None,
        counted=words,
        caveats=("infra_marginal",),
        ask="why_hits" if verdict == Verdict.WORSE_OFF else "",
    )


def _of_hits(verdict: Verdict, row: dict, told: dict) -> str:
    if verdict in CERTAIN:
        return "fewer" if row["difference"] < 0 else "more"
    if verdict == Verdict.NO_DIFFERENCE:
        return "none"
    return "detectable" if "detectable" in told and row["state"] == "value" else "few"


def _daylight(statement: Statement, row: dict) -> Finding:
    verdict = Verdict(row["verdict"])
    told = {
        name: row[f"odds_ratio{side}"]
        for name, side in (("times", ""), ("lower", "_lower"), ("upper", "_upper"))
    }
    told = {name: float(value) for name, value in told.items() if math.isfinite(value)}
    known = len(told) == 3
    percent = [100 * (told[name] - 1) for name in ("times", "lower", "upper")] if known else [None] * 3
    ending = {Verdict.WORSE_OFF: "smaller", Verdict.BETTER_OFF: "larger", Verdict.NO_DIFFERENCE: "none"}
    stops = int(row["dark"] + row["light"])
    return statement.finding(
        row,
        question="daylight",
        message=f"daylight_{ending.get(verdict, 'open')}" if known else "daylight_few",
        arguments=statement.of_sides(row) | told | {"since": row["first_interval"], "n": stops},
        size=Size(*percent, unit="% change of the odds from daylight to darkness") if known else None,
        counted=statement.facts["unit"],
        caveats=("veil_of_darkness",),
        ask="why_daylight" if verdict == Verdict.WORSE_OFF else "",
    )
