"""What is odd in the data."""

from workbench.findings.model import Finding, Verdict
from workbench.process_timing.said.statement import Statement

ODD_SHARE = 0.05
ODD = {
    "cases_cut": "cases begin with a step that should not come first, so their start is not known",
    "cases_reversed": "cases end before they start",
    "duplicates": "events are exact repetitions of another and were left out",
    "incomplete": "rows have no case, step or time and were left out",
    "later": "rows are dated after the day on which the log is known and were left out",
    "too_early": "rows have a year that cannot be and were left out",
    "reversed_events": "events start after their end, so their start is not known",
    "unpaired_starts": "rows are starts of work without an end, so nothing came of them",
    "strange_stages": "rows have a stage of work that is not declared and were left out",
    "system_events": "events were made by system accounts, so nobody is known to have done them",
    "double_clicks": "events repeat a step by the same hand within seconds and look like double clicks",
    "at_midnight": "events are at midnight exactly, so their time of day may not be known",
}


def odd_data(statement: Statement) -> list[Finding]:
    """Checks of which a twentieth or more is odd; of a log of dates only, that it is one."""
    dates_only = statement.facts["whole_days"]
    rows = [
        row
        for row in statement.rows("quality")
        if row["check"] in ODD and row["share"] == row["share"] and row["share"] >= ODD_SHARE
    ]
    rows = [row for row in rows if not (dates_only and row["check"] == "at_midnight")]
    return [*([_dates_only(statement)] if dates_only else []), *(_odd(row, statement) for row in rows)]


def _dates_only(statement: Statement) -> Finding:
    return statement.finding(
        "data_dates_only", Verdict.CHECK_DATA, "dates_only", "quality", {}, ask="dates_only"
    )


def _odd(row: dict, statement: Statement) -> Finding:
    what = ODD[row["check"]]
    return statement.finding(
        f"data_{row['check']}",
        Verdict.CHECK_DATA,
        "check_data",
        "quality",
        {"count": int(row["count"]), "of": int(row["of"]), "what": what},
        n=int(row["of"]),
        counted=what.partition(" ")[0],
        affected=float(row["count"]),
        ask="check_data",
    )
