"""What is said of how a gap moves."""

from workbench.disparity_review.statements import Statement
from workbench.findings.model import Finding, Verdict

_WORDS = {
    Verdict.WIDENING: ("widening", "why_change"),
    Verdict.NARROWING: ("narrowing", "keep"),
    Verdict.NO_CHANGE: ("none", ""),
    Verdict.CANT_TELL: ("cant_tell", "more_data"),
}
MOVED = (Verdict.WIDENING, Verdict.NARROWING)


def of_group(statement: Statement, group: str) -> list[Finding]:
    """The change of a group's gap since the same interval of last year, and its series, where it shows more."""
    rows = _changes(statement, group)
    found = [_change(statement, row) for row in rows if row["state"] != "no data"]
    series = statement.rows("trend_limits", group=group)
    return found + [_trend(statement, row, rows) for row in series if _is_told(row)]


def beside(statement: Statement, crude: dict) -> tuple[tuple[str, ...], dict]:
    """What a gap's own sentence adds: whether it is narrowing."""
    changes = _changes(statement, crude["group"])
    shown = [row for row in changes if row["state"] not in ("no data", "suppressed")]
    if not shown:
        return (), {}
    return (f"moved_{_ending(shown[0])}",), {"since": shown[0]["compared_interval"]}


def _changes(statement: Statement, group: str) -> list[dict]:
    """The change since the same interval of last year, or where there is none since the one before."""
    since = "same_last_year" if "same_last_year" in statement.facts else "previous"
    return statement.rows("changes", question="group", group=group, since=since)


def _ending(row: dict) -> str:
    verdict = Verdict(row["verdict"])
    turned = verdict in MOVED and row["difference"] * row["difference_before"] < 0
    return "turned" if turned else _WORDS[verdict][0]


def _is_told(row: dict) -> bool:
    """Where there are limits, and the series shows more than that it cannot be told yet."""
    if row["state"] in ("no data", "suppressed") or row["needed"]:
        return False
    return Verdict(row["verdict"]) != Verdict.CANT_TELL or bool(_of_ratio(row))


def _change(statement: Statement, row: dict) -> Finding:
    question = f"change_{row['since']}"
    verdict = Verdict(row["verdict"])
    if verdict == Verdict.SUPPRESSED:
        return statement.suppressed(question, row)
    certain, ask = verdict in MOVED, _WORDS[verdict][1]
    return statement.finding(
        row,
        question=question,
        message=f"change_{_ending(row)}",
        arguments=_of_change(statement, row),
        size=statement.size(row, "change"),
        affected=abs(row["change"]) * statement.size_of(row["group"]) if certain else None,
        caveats=("small_numbers",) if row["state"] == "unreliable" else (),
        ask=ask,
    )


def _of_change(statement: Statement, row: dict) -> dict:
    """Arguments of a change of the gap, turned so that the gap is positive now."""
    sign = -1 if row["difference"] < 0 else 1
    lower, upper = sorted(sign * row[f"change_{side}"] for side in ("lower", "upper"))
    sizes = {"now": sign * row["difference"], "before": sign * row["difference_before"]}
    sizes |= {"change": sign * row["change"], "lower": lower, "upper": upper}
    sizes["detectable"] = row["smallest_detectable"]
    return statement.of_sides(row) | {"since": row["compared_interval"]} | statement.scaled(sizes)


def _trend(statement: Statement, row: dict, changes: list[dict]) -> Finding:
    """The series as a whole: difference and ratio, and whether they agree; judged by the test of the change."""
    verdict = Verdict(row["verdict"])
    ending, ask = _WORDS[verdict]
    now = next((float(change["difference"]) for change in changes), row["mean"])
    sign = -1 if row["mean"] < 0 else 1
    sizes = {"now": sign * now, "mean": sign * row["mean"]}
    lower, upper = sorted(sign * row[f"process_{side}"] for side in ("lower", "upper"))
    sizes |= {"process_lower": lower, "process_upper": upper}
    said = statement.of_sides(row) | {"since": row["compared_interval"], "points": int(row["points"])}
    since = "same_last_year" if "same_last_year" in statement.facts else "previous"
    return statement.finding(
        row | {"p": None},
        question="trend",
        message=f"trend_{ending}",
        also=_of_ratio(row),
        arguments=said | statement.scaled(sizes),
        size=statement.size(changes[0], "change") if changes else None,
        n=int(row["points"]),
        counted=f"{statement.facts['frequency']}s",
        caveats=("small_numbers",) if row["state"] == "unreliable" else (),
        ask=ask,
        judged_by=statement.id_of(f"change_{since}", row["group"]),
    )


def _of_ratio(row: dict) -> tuple[str, ...]:
    """What the ratio of the rates does, where it does not go along with the difference."""
    difference, ratio = Verdict(row["verdict"]), Verdict(row["ratio_verdict"])
    if {difference, ratio} == set(MOVED):
        return ("ratio_widens" if ratio == Verdict.WIDENING else "ratio_narrows",)
    apart = row["agree"] is False or str(row["agree"]) == "False"
    return ("ratio_apart",) if apart and (difference in MOVED or ratio in MOVED) else ()
