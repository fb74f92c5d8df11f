"""What is said of the stages around an outcome: who waits how long, who asks, how much service there is."""

import math

from workbench.disparity_review.stages import ASKS, SERVICE
from workbench.disparity_review.statements import CERTAIN, Statement, positive, whole, worst_first
from workbench.findings.model import Finding, Verdict

PER = 1000  # residents, or units of need
_CAVEATS = {ASKS: ("asks_no_outcome",), SERVICE: ("need_counted",)}


def waits(statement: Statement) -> list[Finding]:
    """How long groups wait beside their reference; of a service without groups its coarsest places."""
    rows = [row for row in statement.rows("waits") if row["reference_group"]]
    return worst_first(_wait(statement, row) for row in _chosen(statement, rows))


def stages(statement: Statement) -> list[Finding]:
    """Who asks, and what is served for the need; by place where the population does not tell groups apart."""
    found: list[Finding] = []
    for stage in (ASKS, SERVICE):
        rows = statement.rows("stages", stage=stage)
        found += worst_first(_stage(statement, row) for row in _chosen(statement, rows))
    return found


def _chosen(statement: Statement, rows: list[dict]) -> list[dict]:
    """Groups in the whole city, else places of the coarsest level; those that are shown."""
    coarsest = [*statement.facts["levels"]][-1:]
    groups = [row for row in rows if row["place"] == "all"]
    chosen = groups or [row for row in rows if row["group"] == "all" and row["place_level"] in coarsest]
    return [row for row in chosen if row["state"] not in ("suppressed", "no data")]


def _wait(statement: Statement, row: dict) -> Finding:
    certain = Verdict(row["verdict"]) in CERTAIN
    told = {
        **(positive(row) if math.isfinite(row["difference"]) else {}),
        "median": row["median"],
        "reference_median": row["reference_median"],
        "detectable": row["smallest_detectable"],
    }
    days = {name: float(value) for name, value in told.items() if math.isfinite(value)}
    message = _of_wait(row, days)
    denominator = row["denominator"]
    return statement.finding(
        row,
        question="wait",
        message=message if row["place"] == "all" else f"{message}_there",
        arguments=statement.of_sides(row) | days | whole({"n": denominator}),
        size=statement.size(row, times=1, unit="days"),
        affected=float(denominator) if certain else None,
        counted=statement.facts["unit"],
        caveats=("observational", "waiting_counted") if certain else ("waiting_counted",),
        ask="why_wait" if Verdict(row["verdict"]) == Verdict.WORSE_OFF else "",
    )


def _of_wait(row: dict, days: dict) -> str:
    if Verdict(row["verdict"]) in CERTAIN:
        return "wait_longer" if row["difference"] > 0 else "wait_shorter"
    if Verdict(row["verdict"]) == Verdict.NO_DIFFERENCE:
        return "wait_none"
    return "wait_detectable" if {"median", "reference_median", "detectable"} <= set(days) else "wait_few"


def _stage(statement: Statement, row: dict) -> Finding:
    verdict, stage = Verdict(row["verdict"]), row["stage"]
    sizes = positive(row) | {name: row[name] for name in ("rate", "reference_rate")}
    sizes |= {"detectable": row["smallest_detectable"]}
    told = {name: PER * float(value) for name, value in sizes.items() if math.isfinite(value)}
    told |= whole({"n": row["numerator"] + row["reference_numerator"]})
    place = "_place" if row["place"] != "all" else ""
    base = statement.facts["need_unit"] if stage == SERVICE else "residents"
    return statement.finding(
        row,
        question=stage,
        message=f"{stage}{place}_{_of_stage(verdict, row, told)}",
        arguments=statement.of_sides(row) | told | {"per": PER, "base": base},
        size=statement.size(row, times=PER, unit=f"{statement.facts['unit']} in every {PER:,} {base}"),
        affected=abs(row["difference"]) * row["denominator"] if verdict in CERTAIN else None,
        counted=statement.facts["unit"],
        caveats=_CAVEATS[stage],
        ask=f"why_{stage}" if verdict == Verdict.WORSE_OFF else "",
    )


def _of_stage(verdict: Verdict, row: dict, told: dict) -> str:
    if verdict in CERTAIN:
        return "fewer" if row["difference"] < 0 else "more"
    if verdict == Verdict.NO_DIFFERENCE:
        return "none"
    return "detectable" if "detectable" in told and row["state"] == "value" else "few"
