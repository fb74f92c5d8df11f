"""Which waits between steps got longer or shorter since the period before."""

from collections.abc import Mapping

from workbench.findings.model import Finding, Verdict
from workbench.process_timing.counts import VALUE
from workbench.process_timing.said.lead_time import change_said, pairs_said
from workbench.process_timing.said.statement import HIDDEN, Statement, known, size

_CLEAR = {Verdict.SLOWER: "slower", Verdict.FASTER: "faster"}
_QUESTIONS = ("steps", "steps_second")  # the clearest, and the one after it


def steps(statement: Statement) -> list[Finding]:
    """The one or two waits that changed most clearly, or that none did."""
    rows = statement.rows("edges_compared")
    tested = [row for row in rows if row["state"] == VALUE]
    if not tested:
        hidden = any(row["state"] == HIDDEN for row in rows)
        return [statement.hidden("steps", "edges_compared")] if hidden else []
    whole = _of_the_whole(statement)
    told = _told(tested, whole)
    if told and whole == Verdict.MIX_ONLY:
        return [_mixed(tested, statement)]
    if not told:
        return [_none(tested, statement)]
    return [_clear(question, row, statement) for question, row in zip(_QUESTIONS, told, strict=False)]


def _of_the_whole(statement: Statement) -> str:
    """What is said of all cases since the period before."""
    rows = statement.rows("comparison", comparison="previous")
    return rows[0]["verdict"] if rows else ""


def _told(tested: list[dict], whole: str) -> list[dict]:
    """The clear ones, the clearest first; those that went with the whole where that changed."""
    clear = [row for row in tested if row["verdict"] in _CLEAR]
    along = [row for row in clear if row["verdict"] == whole]
    return sorted(along or clear, key=lambda row: (row["adjusted_p"], -abs(row["difference"])))


def _clear(question: str, row: Mapping, statement: Statement) -> Finding:
    verdict = Verdict(row["verdict"])
    unsure = "_unsure" if row["lower"] <= 0 <= row["upper"] else ""
    said = change_said(row) | pairs_said(row, "faster") | {"from": row["from"], "to": row["to"]}
    said |= {"since": row["since"], "n": int(row["n"]), "before": int(row["n_before"])}
    within = known(row["within_days"])
    followed = () if within is None else ("followed",)
    return statement.finding(
        question,
        verdict,
        f"step_{_CLEAR[verdict]}{unsure}",
        "edges_compared",
        said | ({} if within is None else {"within": within}),
        size=size(row, ("difference", "lower", "upper"), "days"),
        n=int(row["n"]),
        counted="waits",
        p=known(row["adjusted_p"]),
        method=row["method"],
        comparison=row["since"],
        affected=float(row["n"]),
        caveats=(*followed, *_mix(statement), *statement.rounded),
        ask=f"step_{_CLEAR[verdict]}",
    )


def _mix(statement: Statement) -> tuple[str, ...]:
    return ("any_mix",) if statement.facts["mix"] else ("no_mix",)


def _none(tested: list[dict], statement: Statement) -> Finding:
    """Its p is that of no wait having changed (Simes 1986): the smallest of those adjusted."""
    return statement.finding(
        "steps",
        Verdict.NO_CLEAR_CHANGE,
        "step_none",
        "edges_compared",
        {"tested": len(tested), "since": tested[0]["since"]},
        n=len(tested),
        counted="waits between steps",
        p=known(min(row["adjusted_p"] for row in tested)),
        method=tested[0]["method"],
        comparison=tested[0]["since"],
    )


def _mixed(tested: list[dict], statement: Statement) -> Finding:
    """Waits are compared at the mix they have: where only the mix changed, a longer wait says no more."""
    return statement.finding(
        "steps",
        Verdict.CANT_TELL,
        "step_mix",
        "edges_compared",
        {"since": tested[0]["since"]},
        n=len(tested),
        counted="waits between steps",
        comparison=tested[0]["since"],
        ask="step_mix",
    )
