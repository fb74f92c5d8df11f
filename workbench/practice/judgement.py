"""Whether a finding that stands is true of the practice city, and why not."""

from collections.abc import Mapping

from workbench.findings.model import Finding
from workbench.practice import claims
from workbench.practice.claims import Claim
from workbench.practice.effects import DRIFTS, NEW_MIX, PARTED, SHIFTS, SLOWED
from workbench.practice.flows import FLOWS, Flow
from workbench.practice.truths import SETTLED, TRUTHS

# A gap below this many points of 100 is none: that much comes from who happened to ask.
_NO_GAP = 1.0
# The same of questions that have a worse side whatever the outcome is: days, percent, points. The sign is
# that of the worse side.
_NONE_AND_SIDE = {
    "wait": (0.2, 1),
    "asks": (3.0, -1),
    "service": (3.0, -1),
    "hits": (1.0, -1),
    "daylight": (1.0, -1),
}
# A step within this share of the longest may be called the longest too.
_NEARLY_LONGEST = 0.8
# Waits of cases are drawn: nobody's work makes a queue, and who asks does not matter.
_NEVER_SO = {
    claims.CONSTRAINT: "cases do not wait for people",
    claims.WORSE: "all cases are treated alike",
    claims.BETTER: "all cases are treated alike",
}
# So they pass in nights and weekends, or while others hold the case, as the catalog declares.
_PASSED = ("outside the working hours", "while others than the city")
_LATEST_MONTH = {"2025-Q3": 32, "2025-Q4": 35}


def fits(finding: Finding, claim: Claim) -> bool:
    """Whether a finding makes a claim."""
    return (
        str(finding.verdict) in claim.verdicts
        and (not claim.questions or finding.question.startswith(claim.questions))
        and claim.group in ("*", finding.group)
        and claim.place in ("*", finding.place)
        and claim.holds in _words(finding)
        and _is_part(finding.arguments, claim.part)
    )


def _is_part(arguments: Mapping, part: tuple[float, float] | None) -> bool:
    """Whether the mix makes up such a part of the gap."""
    if part is None:
        return True
    return part[0] <= arguments["composition"] / arguments["gap"] <= part[1]


def falsehood(finding: Finding, period: str, gaps: Mapping[str, Mapping[str, float]]) -> str:
    """Why a finding is false; empty where it is true, or claims nothing that could be false.

    Parameters
    ----------
    finding : Finding
        One that stands.
    period : str
        The quarter under review.
    gaps : mapping
        The true gaps of that quarter, by service.
    """
    if any(fits(finding, claim) for claim in _forbidden(finding, period)):
        return "this is the careless reading"
    judge = {claims.DISPARITY: _of_gap, claims.PROCESS: _of_process, claims.TARGET: _of_measure}
    return judge[finding.analysis](finding, period, gaps) if finding.analysis in judge else ""


def _forbidden(finding: Finding, period: str) -> list[Claim]:
    own = [t for t in TRUTHS if (t.analysis, t.subject) == (finding.analysis, finding.subject)]
    return [claim for truth in own if truth.since <= period for claim in truth.never]


def _words(finding: Finding) -> str:
    return " | ".join([finding.group, finding.place, *map(str, finding.arguments.values())])


def _of_gap(finding: Finding, period: str, gaps: Mapping[str, Mapping[str, float]]) -> str:
    verdict, known = str(finding.verdict), gaps.get(finding.subject, {})
    if verdict in (claims.WIDENING, claims.NARROWING):
        since = "change_same_last_year" if finding.question == "trend" else finding.question
        change = known.get(f"{since}:{finding.group}", 0.0)
        wider = change if verdict == claims.WIDENING else -change
        turned = finding.arguments.get("now", 0.0) * finding.arguments.get("before", 0.0) < 0
        if turned or finding.question == "trend":
            # The word tells whom a gap that turned round favours now, not how wide it is; and a series,
            # which does not say whether it turned, has the word of its change.
            wider = abs(change)
        return "" if wider >= _NO_GAP else f"the true gap changed by {change:+.1f} points"
    if verdict not in (claims.WORSE, claims.BETTER):
        return ""
    if finding.question.startswith("cluster_"):
        apart = any(abs(known.get(f"place:{place}", 0.0)) >= _NO_GAP for place in finding.arguments["places"])
        return "" if apart else "nothing sets these places apart"
    gap = known.get(_gap_of(finding), 0.0)
    if finding.question in _NONE_AND_SIDE:
        none, side = _NONE_AND_SIDE[finding.question]
        worse = gap * side * (1 if verdict == claims.WORSE else -1)
        return "" if worse >= none else f"the true gap is {gap:+.1f}"
    found = finding.size.value if finding.size and finding.size.value is not None else 0.0
    return "" if gap * found > 0 and abs(gap) >= _NO_GAP else f"the true gap is {gap:+.1f} points"


def _gap_of(finding: Finding) -> str:
    """Which true gap a finding is about: of a place, of a group among neighbours, or of a group in the city."""
    question, who = finding.question, finding.place if finding.group == "all" else finding.group
    if question in _NONE_AND_SIDE:
        return f"{question}:{who}"
    if question in ("same_stratum", "split_stratum"):
        return f"same_stratum:{who}"
    if question.startswith("gradient_"):
        return "gradient"
    if finding.group == "all":
        return f"place:{finding.place}"
    among = question.startswith(("same_", "split_")) or finding.place != "all"
    return f"{'same_' if among else 'group'}:{finding.group}"


def _of_process(finding: Finding, period: str, gaps: Mapping) -> str:
    verdict, subject = str(finding.verdict), finding.subject
    latest = period >= claims.LATEST
    if verdict in (claims.UP, claims.DOWN):  # of the service level
        changed = latest and subject in {*SLOWED, *NEW_MIX} and verdict == claims.DOWN
        return "" if changed else "nothing changed"
    if verdict == claims.SLOWER:
        return _of_slower(finding, latest)
    if verdict == claims.FASTER:
        return "nothing became faster"
    if verdict == claims.MIX:
        return "" if latest and subject in NEW_MIX else "the mix of cases is as before"
    if verdict in _NEVER_SO:
        return _NEVER_SO[verdict]
    if finding.question == "holders":
        return ""
    if finding.question == "causes":
        return "" if finding.arguments["passed"].startswith(_PASSED) else "cases do not wait for people"
    flow = next((flow for flow in FLOWS if flow.process == subject), None)
    if verdict == claims.WAIT and flow:
        longest = _longest(flow, latest)
        return "" if any(name in _words(finding) for name in longest) else f"it is {' or '.join(longest)}"
    if verdict == claims.REWORK and flow:
        return "" if flow.loop else "no step is done again"
    return ""


def _of_slower(finding: Finding, latest: bool) -> str:
    step, _ = SLOWED.get(finding.subject, ("", 0.0)) if latest else ("", 0.0)
    if not step:
        return "nothing became slower"
    is_step = finding.question.startswith(claims.STEPS)
    return "" if not is_step or step in _words(finding) else f"only {step} became slower"


def _longest(flow: Flow, latest: bool) -> list[str]:
    """Steps whose waits add up to the most, for all cases together."""
    days = dict(flow.steps)
    if flow.loop:
        again = flow.loop.chance / (1 - flow.loop.chance)
        for step in flow.loop.steps:
            days[step] = days.get(step, 0.0) + again * (days.get(step) or 4.0)
    name, added = SLOWED.get(flow.process, ("", 0.0)) if latest else ("", 0.0)
    if name:
        days[name] += added
    days = {step: wait * (1 - flow.skipped[1] * (step == flow.skipped[0])) for step, wait in days.items()}
    return [step for step, wait in days.items() if wait >= _NEARLY_LONGEST * max(days.values())]


def _of_measure(finding: Finding, period: str, gaps: Mapping) -> str:
    verdict, measure = str(finding.verdict), finding.subject
    if finding.question.startswith(claims.GAP):
        return _of_parted(finding, period)
    if verdict in (claims.UP, claims.DOWN, claims.MOVED):
        return "" if measure in _moved(period) and verdict in _settled(measure) else "nothing but chance"
    if verdict in (claims.AS_EXPECTED, claims.OTHER_WAY):
        return "" if verdict in _settled(measure) else "nothing was done that changed it"
    if verdict in (claims.CANNOT, claims.RELIABLY):
        return "" if verdict in _settled(measure) else "the target is neither safe nor out of reach"
    return ""


def _of_parted(finding: Finding, period: str) -> str:
    """Of the two races that parted, and not of others, it may be said that their gap changed."""
    since, *parted, _ = PARTED.get(finding.subject, (0, "", "", 0.0))
    quiet = str(finding.verdict) not in (claims.WIDENING, claims.NARROWING, claims.MOVED)
    so = finding.group in parted and since <= _LATEST_MONTH.get(period, 0)
    return "" if quiet or (so and str(finding.verdict) != claims.NARROWING) else "nothing but chance"


def _moved(period: str) -> set[str]:
    month = _LATEST_MONTH.get(period, 0)
    return {name for effect in (SHIFTS, DRIFTS) for name, (since, _) in effect.items() if since <= month}


def _settled(measure: str) -> set[str]:
    made = [c for truth in TRUTHS if truth.subject == measure for c in truth.must]
    return {word for claim in made for word in claim.verdicts} | {SETTLED.get(measure, "")}
