"""The service level: kept or not, on each clock; what falls due next; whether the process can keep it at all."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.model import Finding, Verdict
from workbench.process_timing.counts import NO_DATA
from workbench.process_timing.said.lead_time import unfinished
from workbench.process_timing.said.statement import HIDDEN, Statement, known, size
from workbench.process_timing.times.falling_due import OVERDUE

_CHANGES = ("change", "change_lower", "change_upper")
_SINCE = "percentage points since the period before"
_AHEAD = ("within 5 working days", "within 10 working days")
_DAYS_AHEAD = 10
_CAPABLE = {
    Verdict.CANNOT_MEET: "capability_cannot",
    Verdict.HIT_OR_MISS: "capability_some_late",
    Verdict.RELIABLY_MEETS: "capability_reliable",
}


def service_level(statement: Statement) -> list[Finding]:
    """How many cases were closed in time: by the resident's clock, and counting only the city's time."""
    row = next(iter(statement.rows("service_levels", clock="whole")), None)
    if row is None or row["state"] == NO_DATA:
        return []
    if row["state"] == HIDDEN:
        return [statement.hidden("service_level", "service_levels")]
    city = _city(statement)
    said = _arguments(row, statement) | city
    overdue = "overdue_counted" if "overdue" in said else "overdue_missed"
    return [
        statement.finding(
            "service_level",
            Verdict(row["verdict"]),
            "service_level_changed" if "before" in said else "service_level",
            "service_levels",
            said,
            also=("service_level_city",) if city else (),
            size=size(row, _CHANGES, _SINCE, percent=True),
            n=int(row["due"]),
            counted=statement.noun,
            p=known(row["p"]),
            method=row["method"],
            comparison=statement.facts["previous"],
            affected=float(row["missed"]),
            caveats=(overdue, *statement.rounded, *_holidays(statement)),
            ask="service_level",
        )
    ]


def _arguments(row: Mapping, statement: Statement) -> dict[str, Any]:
    said = {name: row[name] for name in ("share", "lower", "upper")}
    said |= {"due": int(row["due"]), "as_of": statement.facts["as_of"], **_level(statement)}
    overdue = unfinished("overdue", statement)
    if overdue is not None:
        said["overdue"] = overdue
    if not pd.isna(row["change"]):
        said["before"] = row["share"] - row["change"]
    return said


def _level(statement: Statement) -> dict[str, Any]:
    level = statement.facts["service_level"]
    return {"days": level["days"], "kind": level["calendar"]}


def _city(statement: Statement) -> dict[str, float]:
    """The share on the city's clock, where others hold cases too and it is shown."""
    row = next(iter(statement.rows("service_levels", clock="city")), None)
    if row is None or row["state"] in (HIDDEN, NO_DATA) or pd.isna(row["share"]):
        return {}
    return {f"city_{name}": row[name] for name in ("share", "lower", "upper")}


def _holidays(statement: Statement) -> tuple[str, ...]:
    """Days of the level are counted without holidays that nobody declared."""
    return statement.no_holidays if statement.facts["service_level"]["calendar"] == "working" else ()


def falling_due(statement: Statement) -> list[Finding]:
    """How many open cases fall due within ten working days.

    And how many are overdue, unless the service level tells of those of the period: the two are rounded apart.
    """
    rows = {row["within"]: row for row in statement.rows("falling_due")}
    if not rows:
        return []
    soon = _together([rows[name] for name in _AHEAD])
    overdue = None if _tells_overdue(statement) else _together([rows[OVERDUE]])
    if not soon and not overdue:
        return []
    form = "falling_due_too" if soon and overdue else "falling_due" if soon else "overdue"
    said = {"soon": soon, "overdue": overdue, "ahead": _DAYS_AHEAD, "as_of": statement.facts["as_of"]}
    return [
        statement.finding(
            "falling_due",
            Verdict.FALLING_DUE,
            form,
            "falling_due",
            {name: value for name, value in said.items() if value},
            n=(soon or 0) + (overdue or 0),
            counted=f"open {statement.noun}",
            affected=float((soon or 0) + (overdue or 0)),
            caveats=(*statement.rounded, *_holidays(statement)),
            ask="falling_due",
        )
    ]


def _tells_overdue(statement: Statement) -> bool:
    """Whether the service level says how many are overdue."""
    rows = statement.rows("service_levels", clock="whole")
    is_told = bool(rows) and rows[0]["state"] not in (HIDDEN, NO_DATA)
    return is_told and unfinished("overdue", statement) is not None


def _together(rows: list[Mapping]) -> int | None:
    """The sum of counts; None where one of them is not shown."""
    if any(row["state"] == HIDDEN or pd.isna(row["cases"]) for row in rows):
        return None
    return sum(int(row["cases"]) for row in rows)


def capability(statement: Statement) -> list[Finding]:
    """Whether the process as it runs can keep its promise, where that can be told."""
    row = next(iter(statement.rows("capability", index="ppk")), None)
    if row is None or row["state"] == HIDDEN or row["verdict"] not in _CAPABLE:
        return []
    said = {name: row[name] for name in ("value", "lower", "upper")} | _level(statement)
    return [
        statement.finding(
            "capability",
            Verdict(row["verdict"]),
            _CAPABLE[Verdict(row["verdict"])],
            "capability",
            said | {"n": int(row["n"])},
            size=size(row, ("value", "lower", "upper"), "Ppk"),
            n=int(row["n"]),
            counted=statement.noun,
            method=f"Ppk; {row['method']}",
            comparison=f"{row['limit_days']:g} {row['clock']}",
            caveats=("capability", *_holidays(statement)),
            ask="capability",
        )
    ]
