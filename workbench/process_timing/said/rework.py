"""What is done again."""

from workbench.findings.model import Finding, Verdict
from workbench.process_timing.said.statement import Statement, size


def rework(statement: Statement) -> list[Finding]:
    """The step that is repeated most, where that is said of one."""
    told = [row for row in statement.rows("rework") if row["verdict"] == Verdict.REWORK]
    if not told:
        return []
    row = told[0]
    said = {name: row[name] for name in ("activity", "share", "lower", "upper")}
    said |= {name: int(row[name]) for name in ("repeated", "cases", "extra")}
    return [
        statement.finding(
            "rework",
            Verdict(row["verdict"]),
            "rework",
            "rework",
            said,
            size=size(row, ("share", "lower", "upper"), "% of the cases", percent=True),
            n=int(row["cases"]),
            counted=statement.noun,
            method=row["method"],
            affected=float(row["repeated"]),
            caveats=statement.rounded,
            ask="rework",
        )
    ]
