"""What the released results of a process say: lead time, longest wait, rework, service level, data."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.model import Context, Finding, Size, Verdict
from workbench.process_timing.cohort import CALENDAR
from workbench.process_timing.comparison import FEW_CASES
from workbench.process_timing.results import ProcessResults

HANDLE = "process_timing"
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
_ODD = {
    "cases_cut": "cases begin with a step that should not come first, so their start is not known",
    "cases_reversed": "cases end before they start",
    "duplicates": "events are exact repetitions of another and were left out",
    "incomplete": "rows have no case, step or time and were left out",
}
ODD_SHARE = 0.05


def findings(results: ProcessResults, context: Context) -> list[Finding]:
    """The statements that released results support.

    Parameters
    ----------
    results : ProcessResults
    context : Context

    Returns
    -------
    list of Finding
        Lead time against the previous period and against last year, the longest wait, rework, the
        service level, and odd data; those for which there is something to say.
    """
    return [
        *_lead_times(results, context),
        *_longest_wait(results, context),
        *_rework(results, context),
        *_service_level(results, context),
        *_odd_data(results, context),
    ]


def _lead_times(results: ProcessResults, context: Context) -> list[Finding]:
    rows = results.lead_times
    own = rows[(rows["interval"] == results.facts["period"]) & (rows["clock"] == CALENDAR)]
    now = {**own.iloc[0].to_dict(), "open": _unfinished("open", results)}
    compared = {row["comparison"]: row for row in results.comparison.to_dict("records")}
    if now["state"] == "suppressed":
        return [_hidden("lead_time", "lead_times", results, context)]
    if not now["submitted"]:
        return [_no_cases(results, context)]
    made = [_compared("lead_time", now, compared.get("previous"), results, context)]
    if "last_year" in compared:
        made.append(_compared("last_year", now, compared["last_year"], results, context))
    return made


def _no_cases(results: ProcessResults, context: Context) -> Finding:
    """A period without a single case is more often a gap in the record than a quiet office."""
    return _finding(
        "lead_time",
        Verdict.CHECK_DATA,
        "no_cases",
        results,
        context,
        arguments=_said(results),
        n=0,
        counted=results.facts["noun"],
        ask="check_data",
        frame="lead_times",
    )


def _compared(question: str, now: Mapping, before: Mapping | None, results, context: Context) -> Finding:
    """Lead time of the period, and how it compares."""
    if before and before["state"] == "suppressed":
        return _hidden(question, "comparison", results, context)
    verdict = Verdict(before["verdict"]) if before else Verdict.CANT_TELL
    arguments = _arguments(now, before, results)
    message = f"{question}_{_form(question, verdict, now, before)}"
    size = Size(None, None, None, "days")
    if before:
        size = Size(*(_known(before[name]) for name in ("difference", "lower", "upper")), "days")
    return _finding(
        question,
        verdict,
        message,
        results,
        context,
        arguments=arguments,
        size=size,
        n=int(now["submitted"]),
        counted=results.facts["noun"],
        p=_known(before["p"]) if before else None,
        method=before["method"] if before else now["method"],
        comparison=before["since"] if before else "",
        affected=float(now["submitted"]),
        caveats=_caveats(verdict, before, results),
        ask=_ASKS.get(verdict, ""),
        frame="comparison" if before else "lead_times",
    )


def _unfinished(outcome: str, results: ProcessResults) -> int | None:
    """How many cases of the period are open or overdue; None where that is hidden or not counted."""
    rows = results.progress
    own = rows[(rows["interval"] == results.facts["period"]) & (rows["outcome"] == outcome)]["cases"]
    return None if own.empty or pd.isna(own.iloc[0]) else int(own.iloc[0])


def _form(question: str, verdict: Verdict, now: Mapping, before: Mapping | None) -> str:
    """Which of the sentences fits what is known."""
    hidden = "_hidden" if question == "lead_time" and now["open"] is None else ""
    if question == "lead_time" and pd.isna(now["median"]):
        return ("slower_not_reached" if verdict == Verdict.SLOWER else "not_reached") + hidden
    if before is not None and verdict == Verdict.CANT_TELL:
        return "few_cases" if before["lacking"] == FEW_CASES else f"not_reached{hidden}"
    needed = [now["upper"]] if question == "lead_time" else []
    if before is not None:
        needed += [before["difference"], before["lower"], before["upper"]]
    if verdict == Verdict.MIX_ONLY:
        needed += [before["same_mix"], before["same_mix_lower"], before["same_mix_upper"]]
    bounds = "_open" if any(pd.isna(value) for value in needed) else ""
    return "bare" if bounds and hidden else _WORDS.get(verdict, "first") + bounds + hidden


def _arguments(now: Mapping, before: Mapping | None, results: ProcessResults) -> dict[str, Any]:
    known = _said(results) | {
        "median": now["median"],
        "lower": now["lower"],
        "upper": now["upper"],
        "open": now["open"],
        "submitted": int(now["submitted"]),
        "as_of": results.facts["as_of"],
    }
    if before:
        known |= {"since": before["since"], "before": int(before["n_before"]), "covered": before["covered"]}
        known |= {name: before[name] for name in ("same_mix", "same_mix_lower", "same_mix_upper")}
        known |= _change(before)
    return {name: value for name, value in known.items() if not pd.isna(value)}


def _change(before: Mapping) -> dict[str, float]:
    """Size of the change and its bounds: without sign where the sentence has the direction in words."""
    change, lower, upper = (before[name] for name in ("difference", "lower", "upper"))
    if before["verdict"] == Verdict.FASTER:
        change, lower, upper = -change, -upper, -lower
    return {"change": change, "change_lower": lower, "change_upper": upper, "least": lower}


def _caveats(verdict: Verdict, before: Mapping | None, results: ProcessResults) -> tuple[str, ...]:
    said = ["counted_as_waiting"] if results.facts["cohort"] == "submitted" else ["closed_only"]
    if (results.facts.get("window") or {}).get("holds") == "active":
        said.append("active_window")
    if not before or verdict not in _WORDS:
        return tuple(said)
    if pd.isna(before["same_mix"]):
        return (*said, *([] if results.facts["mix"] else ["no_mix"]))
    if before["covered"] < 0.9:
        said.append("partly_covered")
    holds = before["same_mix_lower"] > 0 or before["same_mix_upper"] < 0
    if verdict in (Verdict.SLOWER, Verdict.FASTER) and not holds:
        said.append("mix_unsure")
    return tuple(said)


def _longest_wait(results: ProcessResults, context: Context) -> list[Finding]:
    edges = results.edges.sort_values("total_days", ascending=False, kind="stable")
    judged = edges[edges["verdict"].isin([str(Verdict.LONGEST_WAIT), str(Verdict.CANT_TELL)])]
    if judged.empty:
        return [_hidden("longest_wait", "edges", results, context)] if len(edges) else []
    top = judged.iloc[0].to_dict()
    message, others = _where(top, edges[edges["state"] != "suppressed"])
    arguments = {name: top[name] for name in ("from", "to", "share", "share_lower", "share_upper")}
    arguments |= {
        "count": int(top["count"]),
        "median": top["median_days"],
        "rounding": results.facts["rounding"],
    }
    return [
        _finding(
            "longest_wait",
            Verdict(top["verdict"]),
            message,
            results,
            context,
            arguments=_said(results) | others | arguments,
            size=Size(
                *(top[name] * 100 for name in ("share", "share_lower", "share_upper")), "% of the waiting"
            ),
            n=int(top["count"]),
            counted="waits",
            method="share of total wait, weeks resampled",
            comparison="all other waits",
            affected=float(top["count"]),
            caveats=("waits_only", *(["rounded"] if results.facts["rounding"] > 1 else [])),
            ask="longest_wait",
            frame="edges",
        )
    ]


def _where(top: Mapping, edges: pd.DataFrame) -> tuple[str, dict[str, Any]]:
    """The sentence for the longest wait, and what it says of other edges."""
    if top["verdict"] == Verdict.CANT_TELL:
        if len(edges) < 2:
            return "longest_wait_only", {}
        second = edges[(edges["from"] != top["from"]) | (edges["to"] != top["to"])].iloc[0]
        return "longest_wait_unsure", {f"second_{name}": second[name] for name in ("from", "to", "share")}
    usual = edges[edges["is_usual"].fillna(False).astype(bool)]
    if usual.empty or tuple(usual.iloc[0][["from", "to"]]) == (top["from"], top["to"]):
        return "longest_wait", {}
    first = usual.iloc[0]
    said = {"usual_from": first["from"], "usual_to": first["to"], "usual_median": first["median_days"]}
    return "longest_wait_few", said


def _rework(results: ProcessResults, context: Context) -> list[Finding]:
    said = results.rework[results.rework["verdict"] == str(Verdict.REWORK)]
    if said.empty:
        return []
    row = said.iloc[0].to_dict()
    arguments = _said(results) | {name: row[name] for name in ("activity", "share", "lower", "upper")}
    arguments |= {name: int(row[name]) for name in ("repeated", "cases", "extra")}
    size = Size(row["share"] * 100, row["lower"] * 100, row["upper"] * 100, "% of the cases")
    return [
        _finding(
            "rework",
            Verdict(row["verdict"]),
            "rework",
            results,
            context,
            arguments=arguments,
            size=size,
            n=int(row["cases"]),
            counted=results.facts["noun"],
            method=row["method"],
            affected=float(row["repeated"]),
            caveats=_rounded(results),
            ask="rework",
            frame="rework",
        )
    ]


def _service_level(results: ProcessResults, context: Context) -> list[Finding]:
    rows = results.service_levels
    own = rows[(rows["interval"] == results.facts["period"]) & (rows["clock"] == "whole")].to_dict("records")
    if not own or own[0]["state"] == "no data":
        return []
    row = own[0]
    if row["state"] == "suppressed":
        return [_hidden("service_level", "service_levels", results, context)]
    arguments = _service_arguments(row, results)
    size = Size(*(None if pd.isna(row[name]) else row[name] * 100 for name in _CHANGES), _SINCE)
    return [
        _finding(
            "service_level",
            Verdict(row["verdict"]),
            "service_level_changed" if "before" in arguments else "service_level",
            results,
            context,
            arguments=arguments,
            size=size,
            n=int(row["due"]),
            counted=results.facts["noun"],
            p=_known(row["p"]),
            method=row["method"],
            comparison=results.facts["previous"],
            affected=float(row["missed"]),
            caveats=("overdue_counted" if "overdue" in arguments else "overdue_missed", *_rounded(results)),
            ask="service_level",
            frame="service_levels",
        )
    ]


def _service_arguments(row: Mapping, results: ProcessResults) -> dict[str, Any]:
    level, overdue = results.facts["service_level"], _unfinished("overdue", results)
    arguments = _said(results) | {name: row[name] for name in ("share", "lower", "upper")}
    arguments |= {"due": int(row["due"]), "as_of": results.facts["as_of"]}
    arguments |= {"days": level["days"], "kind": level["calendar"]}
    if overdue is not None:
        arguments["overdue"] = overdue
    if not pd.isna(row["change"]):
        arguments["before"] = row["share"] - row["change"]
    return arguments


_CHANGES = ("change", "change_lower", "change_upper")
_SINCE = "percentage points since the period before"


def _rounded(results: ProcessResults) -> tuple[str, ...]:
    """The caveat of counts along the steps, where they are rounded."""
    return ("counts_rounded",) if results.facts["rounding"] > 1 else ()


def _odd_data(results: ProcessResults, context: Context) -> list[Finding]:
    rows = results.quality
    odd = rows[rows["check"].isin(_ODD) & (rows["share"].fillna(0) >= ODD_SHARE)]
    return [
        _finding(
            f"data_{row['check']}",
            Verdict.CHECK_DATA,
            "check_data",
            results,
            context,
            arguments={"count": int(row["count"]), "of": int(row["of"]), "what": _ODD[row["check"]]},
            n=int(row["of"]),
            counted=_ODD[row["check"]].partition(" ")[0],
            affected=float(row["count"]),
            ask="check_data",
            frame="quality",
        )
        for row in odd.to_dict("records")
    ]


def _hidden(question: str, frame: str, results: ProcessResults, context: Context) -> Finding:
    return _finding(question, Verdict.SUPPRESSED, "suppressed", results, context, frame=frame)


def _said(results: ProcessResults) -> dict[str, Any]:
    """Arguments that most sentences share."""
    facts = results.facts
    shared = {name: facts[name] for name in ("noun", "cohort", "period")}
    return shared | {"level": facts["confidence"] * 100}


def _finding(question, verdict, message, results, context: Context, *, frame: str, **more) -> Finding:
    return Finding(
        analysis=HANDLE,
        department=context.department,
        subject=context.subject,
        question=question,
        verdict=verdict,
        message=message,
        goals=context.goals,
        provenance={**context.provenance, "frame": frame, "period": results.facts["period"]},
        **more,
    )


def _known(value) -> float | None:
    return None if pd.isna(value) else float(value)
