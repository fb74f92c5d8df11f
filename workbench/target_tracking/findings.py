"""What target tracking says: message keys and typed arguments, from released rows only."""

from workbench.findings.model import Context, Finding, Verdict
from workbench.findings.tones import order_of
from workbench.target_tracking.actions.said import action_findings
from workbench.target_tracking.doubts import idle, off_scale, refused, strays
from workbench.target_tracking.equity.findings import group_findings
from workbench.target_tracking.gate import BLOCKING, ENOUGH, FEW_EVENTS
from workbench.target_tracking.oddities import message_of
from workbench.target_tracking.outlook.said import target_arguments, target_caveats, target_message
from workbench.target_tracking.reported import short_lag, silence, since_last_review
from workbench.target_tracking.results import TargetResults
from workbench.target_tracking.statements import Statement, statements
from workbench.target_tracking.tolerance import tolerance

# Why a chart was chosen, where no other caution says it.
TOLD = ("seldom", "bound", "chance_alone", "unequal", "declared", "not_drawn")
LOOKS = "five looks at the latest values, t and sign tests with Bonferroni"
ASKS = {Verdict.WORSENING: "what_happened", Verdict.MOVED: "what_happened", Verdict.IMPROVING: "what_changed"}


def findings(results: TargetResults, context: Context) -> list[Finding]:
    """What is so of each measure: its variation, its target, its tolerance, and its silence.

    Parameters
    ----------
    results : TargetResults
        Released.
    context : Context

    Returns
    -------
    list of Finding
        Concerns first. Every measure whose latest value was judged has a finding on its variation with
        a p value, signal or not, so that a review counts all comparisons that were made. The subject of
        a finding is its measure.
    """
    all_measures = statements(results, context)
    found = [finding for one in all_measures for finding in _of_measure(one)]
    found += action_findings(all_measures)
    found += group_findings(all_measures, _variation, _target)
    return sorted(
        found, key=lambda finding: (order_of(finding.verdict), 1.0 if finding.p is None else finding.p)
    )


def _of_measure(one: Statement) -> list[Finding]:
    if (
        Verdict.SUPPRESSED in (one.verdict["verdict"], one.measure["state"])
        or one.verdict["state"] == "suppressed"
    ):
        return [one.finding("variation", Verdict.SUPPRESSED, "suppressed", method=""), *silence(one)]
    if one.facts["refused"]:
        return refused(one)
    return [
        *_variation(one),
        *_target(one),
        *tolerance(one),
        *off_scale(one),
        *idle(one),
        *strays(one),
        *short_lag(one),
        *silence(one),
    ]


def _variation(one: Statement) -> list[Finding]:
    verdict = Verdict(one.verdict["verdict"])
    if verdict == Verdict.CANT_TELL:
        return [_cannot_tell(one)]
    if verdict == Verdict.CHECK_DATA:
        return [_cannot_be_right(one)]
    rule = one.verdict["rule"]
    also, arguments = since_last_review(one)
    return [
        one.finding(
            "variation",
            verdict,
            f"{verdict}_{rule}" if rule else "common_cause",
            also=also,
            arguments=arguments,
            size=one.size(),
            p=float(one.verdict["p"]),
            method=f"{one.method} p from {LOOKS}.",
            comparison="its own history",
            caveats=_caveats(one),
            ask=ASKS.get(verdict, ""),
        )
    ]


def _cannot_be_right(one: Statement) -> Finding:
    """What stands against judging the values: where, with which numbers, and what to write."""
    reason, odd = next(reason for reason in BLOCKING if reason in one.reasons), one.facts["oddity"]
    if "group" in one.verdict or odd.get("reason") != reason:  # it is looked for in the values of everyone
        odd = {}
    numbers = ("odd_value", "odd_before")
    arguments = {
        name: one.amount(odd[name]) if name in numbers else odd[name] for name in odd if name != "cells"
    }
    return one.finding(
        "variation",
        Verdict.CHECK_DATA,
        message_of(odd) if odd else f"check_{reason}",
        ask="check_data",
        arguments=arguments,
        caveats=_caveats(one, reason),
    )


def _cannot_tell(one: Statement) -> Finding:
    """Nothing on record, only provisional values, or too few: with what it takes to tell."""
    if one.measure["state"] == "no data":
        return one.finding("variation", Verdict.CANT_TELL, "no_values", ask="who_owns")
    n = int(one.verdict["n_points"])
    if n == 0:
        return one.finding("variation", Verdict.CANT_TELL, "provisional", ask="more_data")
    if FEW_EVENTS in one.reasons:
        return one.finding("variation", Verdict.CANT_TELL, FEW_EVENTS, ask="more_data")
    counts = {"n": n, "more": max(1, ENOUGH - n)}
    return one.finding("variation", Verdict.CANT_TELL, "too_few", ask="more_data", arguments=counts)


def _target(one: Statement) -> list[Finding]:
    word, passed = one.verdict["target_verdict"], one.facts["date_passed"]
    if passed and not word:
        return [
            one.finding("target", Verdict.CHECK_DATA, "date_passed", method="", arguments={"passed": passed})
        ]
    if not word or one.measure["state"] == "no data":
        return []
    verdict = Verdict(word)
    ask = "what_would_change" if verdict in (Verdict.CANNOT_MEET, Verdict.HIT_OR_MISS) else ""
    return [
        one.finding(
            "target",
            verdict,
            target_message(one, verdict),
            arguments=target_arguments(one),
            comparison="its target",
            caveats=target_caveats(one) + _caveats(one),
            ask=ask,
        )
    ]


def _caveats(one: Statement, said: str = "") -> tuple[str, ...]:
    """Cautions beside the one that the sentence itself says."""
    drift = one.verdict["rule"] == "drift"
    found = [reason for reason in one.reasons if reason != said and not (drift and reason == "drifting")]
    found += [f"chart_{one.verdict['chart_why']}"] if one.verdict["chart_why"] in TOLD else []
    found += ["rebased"] if one.facts["rebased"] else []
    found += ["rebase_proposed"] if one.verdict["proposed"] else []
    if one.provisional:
        found += ["incomplete", *(["revised"] if one.first_moves else [])]
    return tuple(found)
