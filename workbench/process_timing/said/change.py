"""Since when cases take longer or shorter."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from workbench.findings.model import Finding, Verdict
from workbench.periods import Period
from workbench.process_timing.counts import NO_DATA
from workbench.process_timing.said.statement import HIDDEN, Statement, known, size

_WORDS = {Verdict.SLOWER: "change_slower", Verdict.FASTER: "change_faster"}
_ASKS = {Verdict.SLOWER: "changed", Verdict.FASTER: "changed", Verdict.MIX_ONLY: "mix"}


def change(statement: Statement) -> list[Finding]:
    """The week from which cases took longer or shorter, or that there is none."""
    row = next(iter(statement.rows("change")), None)
    if row is None or row["state"] == NO_DATA:
        return []
    if row["state"] == HIDDEN:
        return [statement.hidden("change", "change")]
    if Verdict(row["verdict"]) not in _WORDS:
        return [_none(row, statement)]
    mix = _of_the_mix(row, statement)
    return [_of_mix(row, mix, statement) if mix else _clear(row, statement)]


def _none(row: Mapping, statement: Statement) -> Finding:
    return _finding(
        row,
        Verdict.NO_CLEAR_CHANGE,
        "change_none",
        {"weeks": int(row["weeks"])},
        statement,
        p=known(row["p"]),
    )


def _clear(row: Mapping, statement: Statement) -> Finding:
    known_change = ("change_known",) if row["known_change"] else ()
    return _finding(
        row,
        Verdict(row["verdict"]),
        _WORDS[Verdict(row["verdict"])],
        _arguments(row),
        statement,
        also=(_when(row), *known_change),
        p=known(row["p"]),
        caveats=("by_submission", *(["any_mix"] if statement.facts["mix"] else ["no_mix"])),
    )


def _of_the_mix(row: Mapping, statement: Statement) -> dict | None:
    """The comparison that finds only a change of mix over the weeks in which the change lies."""
    for compared in statement.results.comparison.to_dict("records"):
        is_mix = compared["verdict"] == Verdict.MIX_ONLY
        if is_mix and date.fromisoformat(row["since_upper"]) >= Period.parse(compared["since"]).start:
            return compared
    return None


def _of_mix(row: Mapping, compared: Mapping, statement: Statement) -> Finding:
    """Weeks are compared at the mix they have, so that a new mix looks like a change of pace."""
    said = _arguments(row) | {"compared": compared["since"]}
    mix = {name: known(compared[name]) for name in ("same_mix", "same_mix_lower", "same_mix_upper")}
    told = None not in mix.values()
    return _finding(
        row,
        Verdict.MIX_ONLY,
        "change_mix" if told else "change_mix_open",
        said | (mix if told else {}),
        statement,
        also=(_when(row),),
        p=max(known(row["p"]), known(compared["p"]) or 0.0),
        caveats=("by_submission",),
    )


def _arguments(row: Mapping) -> dict[str, Any]:
    """Numbers without sign, and the weeks by their Mondays."""
    bounds = (row["difference"], row["lower"], row["upper"])
    if row["difference"] < 0:
        bounds = (-row["difference"], -row["upper"], -row["lower"])
    said = dict(zip(("change", "change_lower", "change_upper"), map(float, bounds), strict=True))
    said |= {name: row[name] for name in ("since", "since_lower", "since_upper", "before", "after")}
    said |= {"weeks": int(row["weeks"])}
    if row["known_change"]:
        said |= {"known_change": row["known_change"], "known_on": row["known_on"]}
    return said


def _when(row: Mapping) -> str:
    return "change_week" if row["since_lower"] == row["since_upper"] else "change_weeks"


def _finding(
    row: Mapping, verdict: Verdict, message: str, arguments: Mapping, statement: Statement, **more
) -> Finding:
    return statement.finding(
        "change",
        verdict,
        message,
        "change",
        arguments,
        size=size(row, ("difference", "lower", "upper"), "days"),
        n=int(row["weeks"]),
        counted="weeks",
        method=row["method"],
        comparison="all weeks before",
        ask=_ASKS.get(verdict, ""),
        **more,
    )
