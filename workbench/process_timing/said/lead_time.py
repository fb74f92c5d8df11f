"""How long cases take, and whether that is longer than the period before and than a year ago."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.model import Finding, Size, Verdict
from workbench.process_timing.cohort import CALENDAR
from workbench.process_timing.comparison import FEW_CASES
from workbench.process_timing.said.statement import HIDDEN, Statement, known, present, size

_WORDS = {
    Verdict.SLOWER: "slower",
    Verdict.FASTER: "faster",
    Verdict.MIX_ONLY: "mix_only",
    Verdict.NO_CLEAR_CHANGE: "no_clear_change",
}
_ASKS = {
    Verdict.SLOWER: "slower",
    Verdict.FASTER: "faster",
    Verdict.MIX_ONLY: "mix",
    Verdict.CANT_TELL: "more_data",
}
_MOST_COVERED = 0.9


def lead_times(statement: Statement) -> list[Finding]:
    """The lead time of the period against the one before, and against the same of last year."""
    now = statement.rows("lead_times", clock=CALENDAR)[0]
    if now["state"] == HIDDEN:
        return [statement.hidden("lead_time", "lead_times")]
    if not now["submitted"]:
        return [_no_cases(statement)]
    now = now | {"open": unfinished("open", statement)}
    compared = {row["comparison"]: row for row in statement.results.comparison.to_dict("records")}
    made = [_compared("lead_time", now, compared.get("previous"), statement)]
    if "last_year" in compared:
        made.append(_compared("last_year", now, compared["last_year"], statement))
    return made


def unfinished(outcome: str, statement: Statement) -> int | None:
    """How many cases of the period are open or overdue; None where that is hidden or not counted."""
    own = [row["cases"] for row in statement.rows("progress", outcome=outcome)]
    return None if not own or pd.isna(own[0]) else int(own[0])


def _no_cases(statement: Statement) -> Finding:
    """A period without a single case is more often a gap in the record than a quiet office."""
    return statement.finding(
        "lead_time",
        Verdict.CHECK_DATA,
        "no_cases",
        "lead_times",
        {},
        n=0,
        counted=statement.noun,
        ask="check_data",
    )


def _compared(question: str, now: Mapping, before: Mapping | None, statement: Statement) -> Finding:
    """Lead time of the period, and how it compares."""
    if before and before["state"] == HIDDEN:
        return statement.hidden(question, "comparison")
    verdict = Verdict(before["verdict"]) if before else Verdict.CANT_TELL
    chance = _chance(verdict, before)
    arguments = _arguments(now, before, statement) | chance
    return statement.finding(
        question,
        verdict,
        f"{question}_{_form(question, verdict, now, before)}",
        "comparison" if before else "lead_times",
        arguments,
        also=(_chance_words(verdict, before),) if chance else (),
        size=size(before, ("difference", "lower", "upper"), "days")
        if before
        else Size(None, None, None, "days"),
        n=int(now["submitted"]),
        counted=statement.noun,
        p=known(before["p"]) if before else None,
        method=before["method"] if before else now["method"],
        comparison=before["since"] if before else "",
        affected=float(now["submitted"]),
        caveats=_caveats(verdict, before, statement),
        ask=_ASKS.get(verdict, ""),
    )


def _form(question: str, verdict: Verdict, now: Mapping, before: Mapping | None) -> str:
    """Which of the sentences fits what is known."""
    hidden = "_hidden" if question == "lead_time" and now["open"] is None else ""
    if question == "lead_time" and pd.isna(now["median"]):
        return ("slower_not_reached" if verdict == Verdict.SLOWER else "not_reached") + hidden
    if before is not None and verdict == Verdict.CANT_TELL:
        return "few_cases" if before["lacking"] == FEW_CASES else f"not_reached{hidden}"
    bounds = "_open" if _is_open(question, verdict, now, before) else _sureness(verdict, before)
    return "bare" if bounds == "_open" and hidden else _WORDS.get(verdict, "first") + bounds + hidden


def _is_open(question: str, verdict: Verdict, now: Mapping, before: Mapping | None) -> bool:
    """Whether a number that the sentence with all of them says is missing."""
    needed = [now["upper"]] if question == "lead_time" else []
    if before is not None:
        needed += [before["difference"], before["lower"], before["upper"]]
    if verdict == Verdict.MIX_ONLY:
        needed += [before["same_mix"], before["same_mix_lower"], before["same_mix_upper"]]
    return any(pd.isna(value) for value in needed)


def _sureness(verdict: Verdict, before: Mapping | None) -> str:
    """That it is slower or faster is surer than by how much (docs/decisions/0013)."""
    clear = verdict in (Verdict.SLOWER, Verdict.FASTER)
    return "_unsure" if clear and before["lower"] <= 0 <= before["upper"] else ""


def _arguments(now: Mapping, before: Mapping | None, statement: Statement) -> dict[str, Any]:
    said = {name: now[name] for name in ("median", "lower", "upper", "open")}
    said |= {"submitted": int(now["submitted"]), "as_of": statement.facts["as_of"]}
    if before:
        said |= {"since": before["since"], "before": int(before["n_before"]), "covered": before["covered"]}
        said |= {name: before[name] for name in ("same_mix", "same_mix_lower", "same_mix_upper")}
        said |= change_said(before)
    return present(said)


def change_said(row: Mapping) -> dict[str, float]:
    """Size of a change and its bounds: without sign where the sentence has the direction in words."""
    change, lower, upper = (row[name] for name in ("difference", "lower", "upper"))
    if row["verdict"] == Verdict.FASTER:
        change, lower, upper = -change, -upper, -lower
    return {"change": change, "change_lower": lower, "change_upper": upper, "least": lower}


def pairs_said(row: Mapping, name: str) -> dict[str, float]:
    """Of 100 pairs of one of now and one of before, in how many that of now took longer, or shorter if it is faster."""
    chance, lower, upper = (100 * row[column] for column in (name, f"{name}_lower", f"{name}_upper"))
    if row["verdict"] == Verdict.SLOWER:
        chance, lower, upper = 100 - chance, 100 - upper, 100 - lower
    return present({"pairs": chance, "pairs_lower": lower, "pairs_upper": upper})


def _chance(verdict: Verdict, before: Mapping | None) -> dict[str, float]:
    """The chance that the verdict rests on; empty where the verdict does not rest on it, or it is not known."""
    if verdict not in (Verdict.SLOWER, Verdict.FASTER):
        return {}
    said = pairs_said(before, _test_of(before))
    return said if len(said) == 3 else {}


def _test_of(before: Mapping) -> str:
    """Within kinds of case where they are known."""
    return "faster" if pd.isna(before["within"]) else "within"


def _chance_words(verdict: Verdict, before: Mapping) -> str:
    kind = "_of_a_kind" if _test_of(before) == "within" else ""
    return f"pairs_{_WORDS[verdict]}{kind}"


def _caveats(verdict: Verdict, before: Mapping | None, statement: Statement) -> tuple[str, ...]:
    said = ["counted_as_waiting"] if statement.facts["cohort"] == "submitted" else ["closed_only"]
    if (statement.facts["window"] or {}).get("holds") == "active":
        said.append("active_window")
    if not before or verdict not in _WORDS:
        return tuple(said)
    if pd.isna(before["same_mix"]):
        return (*said, *([] if statement.facts["mix"] else ["no_mix"]))
    if before["covered"] < _MOST_COVERED:
        said.append("partly_covered")
    holds = before["same_mix_lower"] > 0 or before["same_mix_upper"] < 0
    if verdict in (Verdict.SLOWER, Verdict.FASTER) and not holds:
        said.append("mix_unsure")
    return tuple(said)
