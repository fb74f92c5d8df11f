"""What is said of places together: those that lie beside each other, and the order of disadvantage."""

from workbench.disparity_review.mix.patterns import p_of
from workbench.disparity_review.statements import Statement, positive
from workbench.findings.model import Finding, Size, Verdict
from workbench.statistics.autocorrelation import CLUSTERS

NAMED = 8  # places that a sentence names
_HIGH, _LOW = CLUSTERS[:2]


def geography(statement: Statement, level: str) -> list[Finding]:
    """Places of one level that lie together and fare alike, and the gradient along disadvantage."""
    return _cluster(statement, level) + _gradient(statement, level)


def _cluster(statement: Statement, level: str) -> list[Finding]:
    rows = statement.rows("clustering", place_level=level)
    whole = next((row for row in rows if row["place"] == "all" and row["state"] == "value"), None)
    each = [row for row in rows if row["place"] != "all" and row["state"] not in ("suppressed", "no data")]
    bad, good = (_LOW, _HIGH) if statement.facts["favourable"] else (_HIGH, _LOW)
    named = {kind: [row for row in each if row["cluster"] == kind] for kind in (bad, good)}
    kind = next((kind for kind in (bad, good) if named[kind]), "")
    if whole is None and not kind:
        return []
    chosen = named[kind] if kind else []
    message = _of_cluster(kind, chosen, whole, statement)
    source = whole or each[0]
    row = source | {
        "p": whole["p"] if whole else min(row["local_q"] for row in each),
        "verdict": {bad: Verdict.WORSE_OFF, good: Verdict.BETTER_OFF}.get(kind, Verdict.CANT_TELL),
        "place": "all",
        "cells": list(dict.fromkeys(cell for row in [source, *chosen] for cell in row["cells"])),
    }
    names = [row["place"] for row in chosen]
    said = {"level": statement.label(level).lower(), "places": names[:NAMED], "number": len(names)}
    said |= {"total": int(whole["places"]) if whole else len(each)}
    finding = statement.finding(
        row,
        question=f"cluster_{level}",
        message=message,
        arguments=statement.common | {name: value for name, value in said.items() if value},
        n=said["total"],
        counted="places",
        caveats=("places_not_people",) if kind else (),
        ask="why_cluster" if kind == bad else "",
    )
    return [finding]


def _of_cluster(kind: str, chosen: list[dict], whole: dict | None, statement: Statement) -> str:
    if kind:
        one = "_one" if len(chosen) == 1 else ""
        return f"cluster_{'more' if kind == _HIGH else 'fewer'}{one}"
    together = whole is not None and whole["p"] < 1 - statement.facts["confidence"]
    return "cluster_none_named" if together else "cluster_none"


def _gradient(statement: Statement, level: str) -> list[Finding]:
    """Between the most and the least disadvantaged place, as the line through all of them has it."""
    rows = statement.rows("summary", place_level=level, index="slope_index")
    return [_sloped(statement, row, level) for row in rows if row["state"] not in ("suppressed", "no data")]


def _sloped(statement: Statement, row: dict, level: str) -> Finding:
    values = [float(row[name]) for name in ("value", "lower", "upper")]
    p = p_of(*values, statement.facts["confidence"])
    certain = p < 1 - statement.facts["confidence"]
    adverse = (values[0] > 0) == statement.facts["favourable"]
    verdict = (Verdict.WORSE_OFF if adverse else Verdict.BETTER_OFF) if certain else Verdict.CANT_TELL
    sizes = positive({"difference": values[0], "difference_lower": values[1], "difference_upper": values[2]})
    ending = ("fewer" if values[0] > 0 else "more") if certain else "unclear"
    said = {"level": statement.label(level).lower(), "order": statement.facts["disadvantage"][level]}
    return statement.finding(
        row | {"verdict": verdict, "p": p},
        question=f"gradient_{level}",
        message=f"gradient_{ending}",
        arguments=statement.common | said | sizes | {"places": int(row["groups"])},
        size=Size(-values[0], -values[2], -values[1], unit=f"in every {statement.per:,} {statement.base}"),
        n=int(row["groups"]),
        counted="places",
        caveats=("places_not_people",),
        ask="why_gradient" if verdict == Verdict.WORSE_OFF else "",
    )
