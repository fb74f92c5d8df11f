"""How long cases take, and whether that is longer than the period before and than a year ago."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.model import Finding, Size, Verdict
from workbench.process_timing.cohort import CALENDAR
from workbench.process_timing.compared.closed_by import FOLLOWED
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
# How the period compares, as the sentence of its own lead time can say it as well.
_TOGETHER = {
    f"compared_{form}"
    for form in ("slower", "slower_unsure", "faster", "faster_unsure", "mix_only", "no_clear_change")
}
_DIFFERENCE = ("difference", "lower", "upper")
_CLOSED = ("closed_by_difference", "closed_by_lower", "closed_by_upper")
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
    message, *also = _sentences(question, verdict, now, before)
    return statement.finding(
        question,
        verdict,
        message,
        "comparison" if before else "lead_times",
        _arguments(now, before, statement) | chance,
        also=(*also, *([_chance_words(verdict, before)] if chance else [])),
        size=_size(verdict, before),
        n=int(now["submitted"]),
        counted=statement.noun,
        p=known(before["p"]) if before else None,
        method=before["method"] if before else now["method"],
        comparison=before["since"] if before else "",
        affected=float(now["submitted"]),
        caveats=_caveats(verdict, before, statement),
        ask=_ASKS.get(verdict, ""),
    )


def _sentences(question: str, verdict: Verdict, now: Mapping, before: Mapping | None) -> tuple[str, ...]:
    """Which sentences fit what is known: of the period and, where one does not say both, of how it compares."""
    compared = _comparison(verdict, before) if before else "compared_first"
    if question == "last_year":
        return (compared,)
    hidden = "_hidden" if now["open"] is None else ""
    own = (compared,) if verdict in _WORDS else ()
    if pd.isna(now["median"]):
        return (f"lead_time_not_reached{hidden}", *own)
    if compared == "compared_few_cases":
        return ("lead_time_few_cases",)
    if not pd.isna(now["upper"]) and (before is None or compared in _TOGETHER):
        return (compared.replace("compared", "lead_time") + hidden,)
    first = "lead_time_first_open" if before is None else "lead_time_open"
    return ("lead_time_bare" if hidden else first, *own)


def _comparison(verdict: Verdict, before: Mapping) -> str:
    """How the period compares, in a sentence of its own: by the medians, or else by the shares closed."""
    if verdict not in _WORDS:
        return f"compared_{'few_cases' if before['lacking'] == FEW_CASES else 'not_reached'}"
    mix = ("same_mix", "same_mix_lower", "same_mix_upper") if verdict == Verdict.MIX_ONLY else ()
    needed = _DIFFERENCE + mix
    if not any(pd.isna(before[name]) for name in needed):
        return f"compared_{_WORDS[verdict]}{_sureness(verdict, before, _DIFFERENCE)}"
    if _shares_tell(verdict, before):
        return f"closed_{_WORDS[verdict]}{_sureness(verdict, before, _CLOSED)}"
    return f"compared_{_WORDS[verdict]}_open"


def _shares_tell(verdict: Verdict, before: Mapping) -> bool:
    """Whether shares closed are known, and as rounded still say what the verdict does."""
    difference = before["closed_by_difference"]
    signs = {Verdict.SLOWER: difference < 0, Verdict.FASTER: difference > 0}
    return signs.get(verdict, verdict == Verdict.NO_CLEAR_CHANGE and not pd.isna(difference))


def _sureness(verdict: Verdict, before: Mapping, names: tuple[str, str, str]) -> str:
    """That it is slower or faster is surer than by how much (docs/decisions/0013)."""
    _, lower, upper = (before[name] for name in names)
    return "_unsure" if verdict in (Verdict.SLOWER, Verdict.FASTER) and lower <= 0 <= upper else ""


def _size(verdict: Verdict, before: Mapping | None) -> Size:
    """In days or, where the medians do not tell it, in the share of cases closed."""
    if before is None:
        return Size(None, None, None, "days")
    if _shares_tell(verdict, before):
        return size(before, _CLOSED, "percentage points", percent=True)
    return size(before, _DIFFERENCE, "days")


def _arguments(now: Mapping, before: Mapping | None, statement: Statement) -> dict[str, Any]:
    said = {name: now[name] for name in ("median", "lower", "upper", "open")}
    said |= {"submitted": int(now["submitted"]), "as_of": statement.facts["as_of"]}
    if before:
        said |= {"since": before["since"], "before": int(before["n_before"]), "covered": before["covered"]}
        said |= {name: before[name] for name in ("same_mix", "same_mix_lower", "same_mix_upper")}
        said |= change_said(before) | _closed_said(before, statement.facts["rounding"])
    return present(said)


def _closed_said(row: Mapping, rounding: int) -> dict[str, float]:
    """Shares closed of 100, and by how many they differ: without sign where the sentence has the direction in words."""
    if pd.isna(row["closed_by"]):
        return {}
    points, lower, upper = (100 * row[name] for name in _CLOSED)
    if row["verdict"] == Verdict.SLOWER:
        points, lower, upper = -points, -upper, -lower
    told = {"points": points, "points_lower": lower, "points_upper": upper, "within": row["horizon_days"]}
    told |= {"closed": 100 * row["closed_by"], "closed_before": 100 * row["closed_by_before"]}
    return told | {"followed": FOLLOWED, "rounding": rounding}


def change_said(row: Mapping) -> dict[str, float]:
    """Size of a change and its bounds: without sign where the sentence has the direction in words."""
    change, lower, upper = (row[name] for name in ("difference", "lower", "upper"))
    if row["verdict"] == Verdict.FASTER:
        change, lower, upper = -change, -upper, -lower
    return {"change": change, "change_lower": lower, "change_upper": upper}


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
    if before and not pd.isna(before["closed_by"]):
        said += ["compared_within", *(["closed_in_steps"] if statement.facts["rounding"] > 1 else [])]
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
