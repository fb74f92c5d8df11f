"""What a disparity review says: message keys and typed arguments, from released rows only."""

from workbench.disparity_review.results import DisparityResults
from workbench.disparity_review.said import decisions, doubts, gaps, geography, parts, stages, trends
from workbench.disparity_review.statements import CERTAIN, Statement
from workbench.findings.model import Context, Finding, Verdict


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
        Groups in the whole city, those that fare worse first; how long groups wait, who asks, what is served;
        tests of decisions; places, the coarsest level first, with those that lie together, the order of
        disadvantage, and one finding for all that are not shown; the gap of each group within places and
        kinds, the parts it adds up from, its change and series, which follow a group at once where its own
        gap is not certain and does not say so already; the bounds of gaps where many are unknown, and the
        share that is; what was odd in the data. Groups within places are in ``gaps`` and not
        tested one by one.
    """
    statement = Statement(results, context)
    if not _any_rows(results):
        return [_no_rows(statement), *doubts.notices(statement)]
    found: list[Finding] = []
    groups = gaps.groups(statement)
    for own in groups:
        found += [own] if own.verdict in CERTAIN else [own, *_more(statement, own)]
    found += [*stages.waits(statement), *stages.stages(statement), *decisions.decisions(statement)]
    for level in reversed(results.facts["levels"]):
        found += _places(statement, level)
    found += [each for own in groups if own.verdict in CERTAIN for each in _more(statement, own)]
    found += [
        each
        for own in groups
        if own.p is not None
        for each in doubts.of_group(statement, own.group, own.verdict)
    ]
    return found + doubts.unknown(statement) + doubts.notices(statement)


def _any_rows(results: DisparityResults) -> bool:
    latest = results.rates[results.rates["interval"] == results.facts["period"]]
    return not (latest["state"] == "no data").all()


def _more(statement: Statement, own: Finding) -> list[Finding]:
    """What else is said of a group whose gap was tested."""
    if own.p is None:
        return []
    return [
        *parts.of_group(statement, own.group, certain=own.verdict in CERTAIN),
        *trends.of_group(statement, own.group),
    ]


def _places(statement: Statement, level: str) -> list[Finding]:
    """Places of a level together, then each, those that differ followed by what is left among equal kinds."""
    found = geography.geography(statement, level)
    for own in gaps.places(statement, level):
        more = parts.of_place(statement, own.place, level) if own.verdict in CERTAIN else []
        found += [own, *more]
    return found


def _no_rows(statement: Statement) -> Finding:
    unit = statement.facts["unit"]
    said = {"n": 0, "counted": unit, "ask": "check_data"}
    return statement.plain("rows", Verdict.CHECK_DATA, "no_rows", {}, **said)
