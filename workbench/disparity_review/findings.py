"""What a disparity review says: message keys and typed arguments, from released rows only."""

import pandas as pd

from workbench.disparity_review import patterns
from workbench.disparity_review.results import DisparityResults
from workbench.disparity_review.statements import Statement
from workbench.findings.model import Context, Finding, Verdict
from workbench.findings.tones import order_of

NOTEWORTHY_UNKNOWN = 0.05  # a share of unknown from which every comparison says it
MUCH_UNKNOWN = 0.2  # a share of unknown that is a finding of its own: it could hide a gap or make one
_PATTERNS = {
    patterns.ALL_PLACE: ("same_place_live", "why_where"),
    patterns.WITHIN: ("same_place_within", "why_within"),
    patterns.BOTH: ("same_place_both", "why_where"),
    patterns.HIDDEN: ("same_place_only", "why_within"),
    patterns.NEITHER: ("same_place_none", ""),
    patterns.UNCLEAR: ("same_place_unclear", "more_data"),
}
_CHANGES = {
    Verdict.WIDENING: ("change_widening", "why_change"),
    Verdict.NARROWING: ("change_narrowing", "keep"),
    Verdict.NO_CHANGE: ("change_none", ""),
    Verdict.CANT_TELL: ("change_cant_tell", "more_data"),
}


def findings(results: DisparityResults, context: Context) -> list[Finding]:
    """Every comparison made for the reviewed interval, as a finding.

    Parameters
    ----------
    results : DisparityResults
        Released.
    context : Context

    Returns
    -------
    list of Finding
        Groups in the whole city, those that fare worse first, each followed by its gap within places
        and its change; places, the coarsest level first, with one finding for all that are not
        shown; the share that is unknown. Groups within places are in ``gaps`` and not tested one by one.
    """
    statement = Statement(results, context)
    latest = results.gaps[results.gaps["interval"] == results.facts["period"]]
    if not _any_rows(results):
        return [_no_rows(statement)]
    found: list[Finding] = []
    for own in _ordered(_gap(statement, row) for row in _records(latest[latest["question"] == "group"])):
        found.append(own)
        if own.p is not None:
            found += [*_same_place(statement, own.group), *_changes(statement, own.group)]
    places = latest[latest["question"] == "place"]
    for level in reversed(results.facts["levels"]):
        found += _places(statement, places[places["place_level"] == level], level)
    return found + _unknown(statement)


def _any_rows(results: DisparityResults) -> bool:
    latest = results.rates[results.rates["interval"] == results.facts["period"]]
    return not (latest["state"] == "no data").all()


def _records(frame: pd.DataFrame) -> list[dict]:
    return frame.to_dict("records")


def _ordered(found) -> list[Finding]:
    """Concerns first, the larger ones before the smaller."""
    return sorted(found, key=lambda finding: (order_of(finding.verdict), -(finding.affected or 0)))


def _gap(statement: Statement, row: dict) -> Finding:
    """One comparison of a group or a place with its reference."""
    verdict = Verdict(row["verdict"])
    if verdict == Verdict.SUPPRESSED:
        return statement.suppressed(_question(row), row)
    arguments = statement.of_gap(row)
    message = _gap_message(statement, row, arguments)
    certain = verdict in (Verdict.WORSE_OFF, Verdict.BETTER_OFF)
    return statement.finding(
        row,
        question=_question(row),
        message=message,
        arguments=arguments,
        size=statement.size(row),
        affected=abs(row["difference"]) * row["denominator"] if certain else None,
        caveats=_gap_caveats(statement, row, certain),
        ask=_gap_question(row, verdict),
    )


def _question(row: dict) -> str:
    """What a comparison asks: ``group``, or the level of the place."""
    return row["place_level"] if row["question"] == "place" else row["question"]


def _gap_message(statement: Statement, row: dict, arguments: dict) -> str:
    reference = row["reference_group"]
    others = f"_{reference}" if reference in ("everyone_else", "city") else ""
    if row["question"] == "place" and others == "_everyone_else":
        others = ""
    verdict, subject = Verdict(row["verdict"]), row["question"]
    if verdict in (Verdict.WORSE_OFF, Verdict.BETTER_OFF):
        done_to_people = statement.per_resident or not statement.facts["favourable"]
        subject = "among" if done_to_people and subject == "group" else subject
        return f"{subject}_{'fewer' if row['difference'] < 0 else 'more'}{others}"
    if verdict == Verdict.NO_DIFFERENCE:
        return f"{subject}_none{others}"
    if "detectable" not in arguments or row["state"] != "value":
        return f"{subject}_few{'_residents' if statement.per_resident else ''}{others}"
    return f"{subject}_{'needed' if 'needed' in arguments else 'detectable'}{others}"


def _gap_caveats(statement: Statement, row: dict, certain: bool) -> tuple[str, ...]:
    by_group = row["question"] == "group"
    unknown = statement.unknown_share >= NOTEWORTHY_UNKNOWN
    said = {
        "observational": certain,
        "unknown_share": by_group and unknown and not statement.per_resident,
        "unknown_share_residents": by_group and unknown and statement.per_resident,
        "small_numbers": row["state"] == "unreliable",
        "who_asks": certain and not statement.per_resident,
        "residents_estimated": certain and statement.per_resident,
        "best_chosen": by_group and statement.facts["reference_rule"] == "best",
    }
    return tuple(key for key, holds in said.items() if holds)


def _gap_question(row: dict, verdict: Verdict) -> str:
    if verdict == Verdict.WORSE_OFF:
        return f"why_{row['question']}"
    return {Verdict.BETTER_OFF: "keep", Verdict.CANT_TELL: "more_data"}.get(verdict, "")


def _places(statement: Statement, rows: pd.DataFrame, level: str) -> list[Finding]:
    """Places of one level: each that is shown, and how many are not."""
    hidden = rows["state"] == "suppressed"
    found = _ordered(_gap(statement, row) for row in _records(rows[~hidden]))
    return found + ([statement.hidden_places(level, int(hidden.sum()), len(rows))] if hidden.any() else [])


def _same_place(statement: Statement, group: str) -> list[Finding]:
    """The gap among people in the same place of the finest level, beside the crude one."""
    rows = statement.results.adjusted
    own = rows[(rows["question"] == "group") & (rows["group"] == group)]
    chosen = own[own["mix"].isin(statement.facts["levels"][:1])]
    return [_pooled(statement, row) for row in _records(chosen)]


def _pooled(statement: Statement, row: dict) -> Finding:
    question = f"same_{row['mix']}"
    if Verdict(row["verdict"]) == Verdict.SUPPRESSED:
        return statement.suppressed(question, row)
    readable = row["state"] == "value"
    message, ask = _PATTERNS[row["pattern"]] if readable else ("same_place_few", "more_data")
    certain = Verdict(row["verdict"]) in (Verdict.WORSE_OFF, Verdict.BETTER_OFF)
    return statement.finding(
        row,
        question=question,
        message=message,
        arguments=statement.of_pooled(row),
        size=statement.size(row),
        affected=abs(row["difference"]) * statement.people(row["group"]) if certain else None,
        caveats=("where_people_live",) if readable else (),
        ask=ask,
    )


def _changes(statement: Statement, group: str) -> list[Finding]:
    """The change since the same interval of last year, or since the one before for yearly figures."""
    since = "same_last_year" if "same_last_year" in statement.facts else "previous"
    rows = statement.results.changes
    own = rows[(rows["question"] == "group") & (rows["group"] == group) & (rows["since"] == since)]
    return [_change(statement, row) for row in _records(own[own["state"] != "no data"])]


def _change(statement: Statement, row: dict) -> Finding:
    question = f"change_{row['since']}"
    verdict = Verdict(row["verdict"])
    if verdict == Verdict.SUPPRESSED:
        return statement.suppressed(question, row)
    message, ask = _CHANGES[verdict]
    certain = verdict in (Verdict.WIDENING, Verdict.NARROWING)
    if certain and row["difference"] * row["difference_before"] < 0:
        message = "change_turned"
    return statement.finding(
        row,
        question=question,
        message=message,
        arguments=statement.of_change(row),
        size=statement.size(row, "change"),
        affected=abs(row["change"]) * statement.people(row["group"]) if certain else None,
        caveats=("small_numbers",) if row["state"] == "unreliable" else (),
        ask=ask,
    )


def _unknown(statement: Statement) -> list[Finding]:
    """The share without a recorded group or place, where it is worth saying."""
    rows = statement.results.unknown
    latest = rows[(rows["interval"] == statement.facts["period"]) & (rows["place_level"] == "city")]
    worth = latest[(latest["share"] >= MUCH_UNKNOWN) & (latest["state"] != "suppressed")]
    return [statement.unknown(row) for row in _records(worth)]


def _no_rows(statement: Statement) -> Finding:
    return Finding(
        **statement.identity,
        question="rows",
        verdict=Verdict.CHECK_DATA,
        message="no_rows",
        arguments=statement.common,
        n=0,
        counted=statement.facts["unit"],
        ask="check_data",
    )
