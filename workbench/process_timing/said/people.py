"""Whether there are too few people, what one more would do, and what cases wait for."""

from collections.abc import Mapping
from typing import Any

from workbench.findings.model import Finding, Size, Verdict
from workbench.process_timing.capacity.fit import FITS, LITTLE, LONGER
from workbench.process_timing.capacity.load import NO_PEOPLE, NO_WORK
from workbench.process_timing.capacity.one_more import what_one_more_would_do
from workbench.process_timing.said.statement import HIDDEN, Statement, size
from workbench.process_timing.steps.causes import NOT_KNOWN
from workbench.process_timing.steps.rework import ALL_STEPS

_LITTLE = 0.1  # part of the wait on record up to which a wait for people does not account for it
_CAUSES = {
    "batching": "until a batch was complete",
    "prioritisation": "while those who do the step did cases that came later",
    "contention": "while those who do the step did cases that came earlier",
    "unavailability": "outside the working hours of those who do the step",
    "extraneous": "while those who do the step were free, as far as the log tells",
    "held elsewhere": "while others than the city held the case",
}

_RECORD = {
    NO_WORK: "when each step is begun (or how many minutes of work a case takes)",
    NO_PEOPLE: "who does each step (or how many people do)",
}


def constraint(statement: Statement) -> list[Finding]:
    """The busiest step and what one more person there would do; or what to record so that it can be told."""
    if statement.results.constraint.empty:
        return []
    found = what_one_more_would_do(statement.results)
    if found is None:
        return _not_known(statement)
    verdict, message, also = _said(found)
    said = found | {"people": found.get("people", found.get("staff"))}
    if verdict == Verdict.SPARE_CAPACITY:
        said["now"] = max(found["now"], LITTLE)
    used = (100 * found[name] if name in found else None for name in ("utilisation", "lower", "upper"))
    row = next(row for row in statement.rows("constraint") if row["activity"] == found["activity"])
    return [
        statement.finding(
            "constraint",
            verdict,
            message,
            "constraint",
            said,
            also=also,
            size=Size(*used, "% of their time"),
            method=row["method"],
            comparison="all other steps",
            caveats=(*_caveats(found, verdict), *statement.no_holidays),
            ask="spare" if verdict == Verdict.SPARE_CAPACITY else "constraint",
        )
    ]


def _said(found: Mapping) -> tuple[Verdict, str, tuple[str, ...]]:
    """The word, the sentence, and what is said right after it."""
    if found.get("fit") == LONGER and found.get("now", float("inf")) <= _LITTLE * found["recorded"]:
        return Verdict.SPARE_CAPACITY, _bounded("spare", found), ()
    if not found["is_constraint"]:
        if "rival" not in found:
            return Verdict.CANT_TELL, "constraint_unsure_only", ()
        return Verdict.CANT_TELL, "constraint_unsure", ()
    if "growth" in found:
        return Verdict.CONSTRAINT, _bounded("constraint_grows", found), _one_more(found)
    return Verdict.CONSTRAINT, _bounded("constraint", found), _one_more(found)


def _bounded(message: str, found: Mapping) -> str:
    return message if "lower" in found and "upper" in found else f"{message}_bare"


def _one_more(found: Mapping) -> tuple[str, ...]:
    if "then_growth" in found:
        return ("one_more_grows",)
    if "then" not in found:
        return ()
    return ("one_more",) if "now" in found else ("one_more_clears",)


def _caveats(found: Mapping, verdict: Verdict) -> tuple[str, ...]:
    said = ["simulated"]
    if verdict != Verdict.SPARE_CAPACITY and found.get("fit", FITS) != FITS and "now" in found:
        said.append("model_off")
    return (*said, *(["not_told_of"] if found["unknown"] else []))


def _not_known(statement: Statement) -> list[Finding]:
    """What the log would have to record, said once: the causes of waiting lack the same."""
    rows = statement.rows("constraint")
    lacking = {part for row in rows for part in _parts(row)}
    if not lacking:
        return [statement.hidden("constraint", "constraint")]
    record = [words for part, words in _RECORD.items() if part in lacking]
    return [
        statement.finding(
            "constraint",
            Verdict.CANT_TELL,
            "constraint_not_known" if record else "constraint_few_cases",
            "constraint",
            {"record": record} if record else {},
            also=("causes_neither",) if record and _is_not_known(statement) else (),
            ask="record" if record else "more_data",
        )
    ]


def _parts(row: Mapping) -> list[str]:
    shown = row["state"] != HIDDEN and isinstance(row["lacking"], str)
    return [part for part in row["lacking"].split(", ") if part] if shown else []


def causes(statement: Statement) -> list[Finding]:
    """What cases wait for, where the log tells of it."""
    rows = [row for row in statement.rows("causes", activity=ALL_STEPS) if row["state"] != HIDDEN]
    told = [row for row in rows if row["cause"] in _CAUSES]
    judged = [row for row in told if row["verdict"] in (Verdict.LONGEST_WAIT, Verdict.CANT_TELL)]
    if not judged:
        return []
    top = judged[0]
    said, also = _causes_said(top, told, rows)
    return [
        statement.finding(
            "causes",
            Verdict(top["verdict"]),
            "causes",
            "causes",
            said,
            also=also,
            size=size(top, ("share", "share_lower", "share_upper"), "% of the waiting", percent=True),
            n=int(top["waits"]),
            counted="waits",
            method=top["method"],
            comparison="all other causes",
            caveats=("causes", *statement.rounded),
            ask="causes",
        )
    ]


def _causes_said(top: Mapping, told: list[dict], rows: list[dict]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Arguments of the largest cause, of the next one, and of what is not known."""
    said = {"passed": _CAUSES[top["cause"]], "share": top["share"]}
    said |= {"lower": top["share_lower"], "upper": top["share_upper"]}
    others = sorted((row for row in told if row is not top), key=lambda row: -row["total_days"])
    also = []
    if others:
        said |= {"second": _CAUSES[others[0]["cause"]], "second_share": others[0]["share"]}
        also.append("causes_second")
    unknown = [row["share"] for row in rows if row["cause"] == NOT_KNOWN]
    if unknown:
        said["unknown"] = unknown[0]
        also.append("causes_unknown")
    return said, tuple(also)


def _is_not_known(statement: Statement) -> bool:
    """Whether the log tells the cause of no wait at all."""
    rows = statement.rows("causes", activity=ALL_STEPS)
    return bool(rows) and all(row["cause"] == NOT_KNOWN for row in rows)
