"""What is said of a group or a place beside its reference."""

from workbench.disparity_review.said import doubts, parts, trends
from workbench.disparity_review.said.doubts import NOTEWORTHY_UNKNOWN
from workbench.disparity_review.statements import CERTAIN, Statement, worst_first
from workbench.findings.model import Finding, Verdict

REPEATS = 1.1  # a design effect from which it is said that some people come again and again


def groups(statement: Statement) -> list[Finding]:
    """Each group in the whole city, those that fare worse first."""
    return worst_first(_gap(statement, row) for row in statement.rows("gaps", question="group"))


def places(statement: Statement, level: str) -> list[Finding]:
    """Places of one level: each that is shown, and how many are not."""
    rows = statement.rows("gaps", question="place", place_level=level)
    hidden = [row for row in rows if row["state"] == "suppressed"]
    found = worst_first(_gap(statement, row) for row in rows if row["state"] != "suppressed")
    return found + ([_hidden(statement, level, len(hidden), len(rows))] if hidden else [])


def _gap(statement: Statement, row: dict) -> Finding:
    """One comparison of a group or a place with its reference."""
    question = row["place_level"] if row["question"] == "place" else row["question"]
    verdict = Verdict(row["verdict"])
    if verdict == Verdict.SUPPRESSED:
        return statement.suppressed(question, row)
    certain = verdict in CERTAIN
    arguments = statement.of_gap(row)
    beside, more = _beside(statement, row) if certain else ((), {})
    return statement.finding(
        row,
        question=question,
        message=_message(statement, row, arguments),
        arguments=arguments | more,
        also=beside,
        size=statement.size(row),
        affected=abs(row["difference"]) * row["denominator"] if certain else None,
        caveats=_caveats(statement, row, certain=certain),
        ask=_question(row, verdict, beside, more),
    )


def _beside(statement: Statement, row: dict) -> tuple[tuple[str, ...], dict]:
    """What the sentence of a certain gap adds: how much is the mix, whether it narrows, whether it could turn."""
    told = [parts.beside(statement, row)]
    if row["question"] == "group":
        told += [trends.beside(statement, row), doubts.beside(statement, row)]
    arguments = {name: value for _, more in told for name, value in more.items()}
    return tuple(key for keys, _ in told for key in keys), arguments


def _message(statement: Statement, row: dict, arguments: dict) -> str:
    verdict, subject = Verdict(row["verdict"]), row["question"]
    events = "_events" if statement.facts["kind"] == "rate" else ""
    if verdict in CERTAIN:
        done_to_people = statement.per_exposure or not statement.facts["favourable"]
        subject = "among" if done_to_people and subject == "group" else subject
        city = "_city" if row["reference_group"] == "city" else ""
        return f"{subject}_{'fewer' if row['difference'] < 0 else 'more'}{events}{city}"
    city = "_city" if row["reference_group"] == "city" and subject == "place" else ""
    if verdict == Verdict.NO_DIFFERENCE:
        return f"{subject}_none{events}{city}"
    if "detectable" not in arguments or row["state"] != "value":
        return f"{subject}_few{'_events' if statement.per_exposure else ''}{city}"
    return f"{subject}_{'needed' if 'needed' in arguments else 'detectable'}{events}{city}"


def _caveats(statement: Statement, row: dict, *, certain: bool) -> tuple[str, ...]:
    by_group, residents = row["question"] == "group", statement.facts["kind"] == "per_resident"
    unknown = by_group and statement.unknown_share >= NOTEWORTHY_UNKNOWN
    own = statement.rate_of(row["group"]) if by_group else {}
    grade = own.get("grade")
    said = {
        "observational": certain,
        "unknown_share": unknown and not residents,
        "unknown_share_residents": unknown and residents,
        "small_numbers": row["state"] == "unreliable",
        "who_asks": certain and not residents and statement.facts["favourable"],
        "on_record": certain and not residents and not statement.facts["favourable"],
        "residents_estimated": certain and residents and not isinstance(grade, str),
        "residents_margin": certain and residents and isinstance(grade, str),
        "residents_caution": grade == "use with caution",
        "residents_unreliable": grade == "not reliable",
        "repeat_users": by_group and (own.get("design_effect") or 0) >= REPEATS,
        "best_chosen": by_group and statement.facts["reference_rule"] == "best",
    }
    return tuple(key for key, holds in said.items() if holds)


def _question(row: dict, verdict: Verdict, beside: tuple[str, ...], more: dict) -> str:
    """Where most of a gap is the mix, the question is about the mix."""
    if verdict == Verdict.WORSE_OFF:
        return parts.asked_of_most(beside, more) or f"why_{row['question']}"
    return {Verdict.BETTER_OFF: "keep", Verdict.CANT_TELL: "more_data"}.get(verdict, "")


def _hidden(statement: Statement, level: str, hidden: int, total: int) -> Finding:
    """How many places of a level are not shown."""
    arguments = {"level": statement.label(level).lower(), "hidden": hidden, "total": total}
    return statement.plain(f"{level}_hidden", Verdict.SUPPRESSED, "places_hidden", arguments)
