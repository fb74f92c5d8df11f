"""What is said of what could be otherwise: those without a recorded group, and what was odd in the data."""

import math
from collections.abc import Mapping

from workbench.disparity_review.statements import CERTAIN, Statement, whole
from workbench.findings.model import Finding, Size, Verdict

NOTEWORTHY_UNKNOWN = 0.05  # a share of unknown from which every comparison says it
MUCH_UNKNOWN = 0.2  # a share of unknown that is a finding of its own: it could hide a gap or make one
NAMED = 8  # places that a sentence names


def of_group(statement: Statement, group: str, verdict: Verdict) -> list[Finding]:
    """How far a gap could lie elsewhere, whoever those without a recorded group are."""
    rows = statement.rows("bounds", group=group)
    return [_bounds(statement, row, verdict) for row in rows if _is_worth_saying(row, verdict)]


def beside(statement: Statement, crude: dict) -> tuple[tuple[str, ...], dict]:
    """What a gap's own sentence adds where those without a recorded group could turn it round."""
    rows = statement.rows("bounds", group=crude["group"])
    turned = [
        row for row in rows if _is_worth_saying(row, Verdict(crude["verdict"])) and not row["sign_certain"]
    ]
    return (("could_turn",), whole({"unknown": turned[0]["unknown"]})) if turned else ((), {})


def _is_worth_saying(row: dict, verdict: Verdict) -> bool:
    """Where the gap is certain and could turn round, or many are unknown, or where groups were imputed."""
    shown = row["state"] == "value" and all(math.isfinite(row[name]) for name in ("lowest", "highest"))
    if not shown:
        return False
    least = MUCH_UNKNOWN if row["sign_certain"] else NOTEWORTHY_UNKNOWN
    matters = verdict in CERTAIN and row["unknown_share"] >= least
    return matters or math.isfinite(row["imputed_difference"])


def _bounds(statement: Statement, row: dict, verdict: Verdict) -> Finding:
    sign = -1 if row["difference"] < 0 else 1
    lower, upper = sorted(sign * row[name] for name in ("lowest", "highest"))
    imputed = sorted(sign * row[f"imputed_difference_{side}"] for side in ("lower", "upper"))
    sizes = {
        "size": sign * row["difference"],
        "lower": lower,
        "upper": upper,
        "imputed": sign * row["imputed_difference"],
    }
    sizes |= {"imputed_lower": imputed[0], "imputed_upper": imputed[1]}
    sure = bool(row["sign_certain"])
    kept = Verdict.CANT_TELL if verdict not in CERTAIN else verdict if sure else Verdict.CHECK_DATA
    return statement.finding(
        row | {"verdict": kept},
        question="bounds",
        message=f"bounds_{'sure' if sure else 'turn'}",
        also=("imputed",) if math.isfinite(row["imputed_difference"]) else (),
        arguments=statement.of_sides(row) | statement.scaled(sizes) | whole({"unknown": row["unknown"]}),
        size=Size(
            *(statement.per * float(row[name]) for name in ("difference", "lowest", "highest")),
            _unit(statement),
        ),
        n=int(row["unknown"]),
        caveats=("bounds_no_chance",),
        ask="why_unknown",
        judged_by=statement.id_of("group", row["group"]),
    )


def _unit(statement: Statement) -> str:
    return f"in every {statement.per:,} {statement.base}"


def unknown(statement: Statement) -> list[Finding]:
    """The share without a recorded group or place, where it is worth saying."""
    rows = statement.rows("unknown", place_level="city")
    worth = [row for row in rows if row["state"] != "suppressed" and row["share"] >= MUCH_UNKNOWN]
    return [_unknown(statement, row) for row in worth]


def _unknown(statement: Statement, row: dict) -> Finding:
    arguments = {"share": float(row["share"]), "what": statement.label(row["dimension"]).lower()}
    arguments |= whole({"unknown": row["unknown"], "total": row["total"]})
    residents = statement.facts["kind"] == "per_resident"
    unit = statement.facts["unit"]
    return statement.plain(
        f"unknown_{row['dimension']}",
        Verdict.CHECK_DATA,
        "unknown_share_residents" if residents else "unknown_share",
        arguments,
        size=Size(*(100 * row[name] for name in ("share", "lower", "upper")), f"in every 100 {unit}"),
        n=arguments["total"],
        counted=unit,
        method="Wilson",
        ask="why_unknown",
        provenance={**statement.context.provenance, "cells": list(row["cells"])},
    )


def notices(statement: Statement) -> list[Finding]:
    """What was odd in the data, last: it concerns the record and nobody in particular."""
    shown = [notice for notice in statement.facts["notices"] if notice["message"]]  # a hidden one has none
    found = [_noticed(statement, notice) for notice in shown]
    return list({finding.question: finding for finding in found}.values())


def _noticed(statement: Statement, notice: Mapping) -> Finding:
    """One notice as a finding; identity is what it is about."""
    about = [notice[name] for name in ("level", "place_level", "population") if notice.get(name)]
    return statement.plain(
        "_".join([notice["message"], *about]),
        Verdict.CHECK_DATA,
        f"notice_{notice['message']}",
        _of_notice(statement, notice),
        affected=0.0,
        ask="check_data",
        provenance={**statement.context.provenance, "cells": list(notice.get("cells", []))},
    )


def _of_notice(statement: Statement, notice: Mapping) -> dict:
    """Arguments of a notice: levels and groups in words, only so many names."""
    arguments = {name: value for name, value in notice.items() if name not in ("message", "cells", "places")}
    for name in ("level", "place_level"):
        if name in notice:
            arguments["level"] = statement.label(notice[name]).lower()
    if "group" in notice:
        arguments["group"] = statement.people(notice["group"])
    if "places" in notice:
        arguments["places"] = list(notice["places"])[:NAMED]
        arguments["number"] = int(notice.get("number", len(notice["places"])))
    if "faults" in notice:
        arguments["faults"] = list(notice["faults"])[:1]
    if notice.get("population"):
        arguments["population"] = statement.label(notice["population"])
    return arguments
