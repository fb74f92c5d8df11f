"""Who holds the clock."""

from collections.abc import Mapping

from workbench.findings.model import Finding, Verdict
from workbench.process_timing.cohort import CALENDAR
from workbench.process_timing.said.statement import HIDDEN, Statement, size

_KINDS = {"city": "the city", "applicant": "the applicant", "hold": "nobody, on hold"}
_OTHERS = {"agency": "another agency", "other": "somebody else"}
_SHARE = ("share", "share_lower", "share_upper")


def holders(statement: Statement) -> list[Finding]:
    """The two that held cases longest, where there are two."""
    rows = statement.rows("holders", clock=CALENDAR)
    shown = [row for row in rows if row["state"] != HIDDEN]
    if len(shown) < 2:
        return [statement.hidden("holders", "holders")] if len(shown) < len(rows) else []
    first, second = sorted(shown, key=lambda row: -row["total_days"])[:2]
    verdict = Verdict(first["verdict"] or Verdict.CANT_TELL)
    bounds = [first[name] for name in _SHARE] + [second[name] for name in _SHARE]
    return [
        statement.finding(
            "holders",
            verdict,
            "holders" if all(value == value for value in bounds) else "holders_bare",
            "holders",
            _said("first", first) | _said("second", second),
            size=size(first, _SHARE, "% of the time so far", percent=True),
            n=int(first["cases"]),
            counted=statement.noun,
            method=first["method"],
            comparison=_name(second),
            affected=float(first["cases"]),
            caveats=("so_far",),
            ask="holders",
        )
    ]


def _said(place: str, row: Mapping) -> dict:
    values = {place: _name(row), f"{place}_share": row["share"]}
    values |= {f"{place}_lower": row["share_lower"], f"{place}_upper": row["share_upper"]}
    return {name: value for name, value in values.items() if value == value}


def _name(row: Mapping) -> str:
    """The kind in words; of agencies and others the name that the city gave them."""
    if row["kind"] in _KINDS:
        return _KINDS[row["kind"]]
    return _OTHERS.get(row["holder"], row["holder"])
