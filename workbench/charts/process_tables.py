"""Tables of process map timing in words: what a reader sees of frames whose columns are names for programs."""

import pandas as pd

from workbench.charts.process_capacity_tables import (
    capability_table,
    constraint_table,
    defects_table,
    flow_table,
)
from workbench.charts.process_rows import limited, of_period, shown, told
from workbench.charts.process_step_tables import efficiency_table, equity_table, handoffs_table, rework_table
from workbench.charts.process_words import chances, number, percent
from workbench.findings.messages import fill
from workbench.findings.rows import records

__all__ = [
    "CHECKS", "capability_table", "change_table", "comparison_table", "constraint_table", "defects_table",
    "efficiency_table", "equity_table", "excluded_table", "flow_table", "handoffs_table", "lead_time_table", "log_table",
    "quality_table", "restricted_table", "rework_table",
]  # fmt: skip

_QUANTITIES = {
    "cases": "Cases",
    "events": "Events",
    "activities": "Activities",
    "variants": "Variants",
    "edges": "Edges",
    "edge_occurrences": "Steps from one event to the next",
    "handoffs": "Hand-offs between people",
    "rework": "Events beyond the first of an activity",
    "withdrawn": "Withdrawn cases",
    "mean_duration": "Mean time from first to last event",
    "median_duration": "Median time from first to last event",
    "touch_at_least": "Share of that time in which somebody worked, at least",
    "touch_at_most": "Share of that time in which somebody worked, at most",
    "closed_median_lead": "Median lead time, closed cases only",
    "median_lead": "Median lead time, open cases counted as waiting",
}
CHECKS = {
    "rows": "Rows read",
    "rejects": "Rows that could not be read",
    "later": "Rows later than the as-of day, left out",
    "incomplete": "Rows without a case, step or time, left out",
    "too_early": "Rows of impossible years, left out",
    "unpaired_starts": "Starts of work that was never done, left out",
    "strange_stages": "Rows of a stage that no work has, left out",
    "events": "Events",
    "duplicates": "Exact repetitions of an event, left out",
    "double_clicks": "Steps repeated by the same hand within seconds, suspected double clicks",
    "ties": "Events at the same time as the next of their case",
    "edges": "Pairs of steps that follow each other",
    "tied_edges": "Pairs of steps that follow each other at the same time somewhere",
    "out_of_order": "Events that the source lists before an earlier one of their case",
    "overlaps": "Steps that overlap with the next",
    "reversed_events": "Steps that end before they start",
    "single_timestamp": "Steps without a recorded start",
    "at_midnight": "Events at midnight, as dates without a time are",
    "system_events": "Events of system accounts, which are nobody's work",
    "outside_hours": "Events outside working hours",
    "cases_cut": "Cases whose start was not seen, set aside",
    "cases_reversed": "Cases that end before they start, set aside",
}
_COUNTED = ("rows", "events", "edges")


def lead_time_table(results) -> pd.DataFrame:
    """Lead time by period, the calendar before the working days: one row a period and clock."""
    rows = results.lead_times.sort_values(["clock", "interval"], kind="stable")
    return pd.DataFrame(
        {
            "Period": rows["interval"],
            "Clock": rows["clock"],
            "Cases": rows["submitted"],
            "Median, closed only": rows["closed_median"],
            "Median": _reached(rows, "median", "lower", "upper"),
            "90th percentile": _reached(rows, "p90", "p90_lower", "p90_upper"),
            "state": rows["state"],
        }
    ).reset_index(drop=True)


def _reached(rows: pd.DataFrame, value: str, lower: str, upper: str) -> list[str | None]:
    """Times with their limits; of one that too few cases reach, what it is at least."""
    least = [None if pd.isna(low) else f"{number(low)} or more" for low in rows[lower]]
    pairs = zip(limited(rows, value, lower, upper), least, strict=True)
    return [words or low for words, low in pairs]


def comparison_table(results) -> pd.DataFrame:
    """This period against the one before and that of last year: one row a comparison, differences in days."""
    rows = results.comparison
    since = [fill("{since:period}", {"since": name}) for name in rows["since"]]
    closed = {"Share closed": _closed_by(rows)} if rows["closed_by"].notna().any() else {}
    return pd.DataFrame(
        {
            "Compared with": [words[:1].upper() + words[1:] for words in since],
            "Median": limited(rows, "difference", "lower", "upper"),
            "90th percentile": limited(rows, "p90", "p90_lower", "p90_upper"),
            "Median at the same mix": limited(rows, "same_mix", "same_mix_lower", "same_mix_upper"),
            **closed,
            "Chance of being faster": limited(rows, "faster", "faster_lower", "faster_upper", percent),
            "p": chances(rows["p"]),
            "Cases": rows["n"],
            "Cases then": rows["n_before"],
            "Verdict": rows["verdict"],
            "state": rows["state"],
        }
    )


def _closed_by(rows: pd.DataFrame) -> list[str | None]:
    """Shares closed by the day to which both are followed, with the limits of their difference; None where not told."""
    words = (
        "{closed_by:percent} within {horizon_days:whole} days, {closed_by_before:percent} then "
        "({lower:signed} to {upper:signed} points)"
    )
    told = rows.assign(lower=100 * rows["closed_by_lower"], upper=100 * rows["closed_by_upper"])
    return [None if pd.isna(row["closed_by"]) else fill(words, row) for row in records(told)]


def log_table(results) -> pd.DataFrame:
    """Figures of the whole log, each in its own unit: one row a quantity."""
    order = results.summary["quantity"].map({name: place for place, name in enumerate(_QUANTITIES)})
    rows = results.summary.assign(order=order).sort_values("order", kind="stable")
    return pd.DataFrame(
        {
            "Quantity": [_QUANTITIES.get(name, name) for name in rows["quantity"]],
            "Value": [_with_limits(row) for row in records(rows)],
            "state": rows["state"],
        }
    )


def quality_table(results) -> pd.DataFrame:
    """What is odd in the record, in words: one row a check."""
    rows = results.quality
    order = rows["check"].map({name: place for place, name in enumerate(CHECKS)})
    rows = rows.assign(order=order).sort_values("order", kind="stable")
    return pd.DataFrame(
        {
            "What was looked for": [CHECKS.get(name, name) for name in rows["check"]],
            "Found": rows["count"],
            "Of": rows["of"],
            "Share": [_share(*row) for row in zip(rows["check"], rows["share"], strict=True)],
            "state": rows["state"],
        }
    )


def excluded_table(results) -> pd.DataFrame:
    """Every row that was left out or is suspect, where that may be shown; else where the list is."""
    rows = of_period(results, "excluded")
    is_private = results.facts.get("excluded_list", {}).get("where") == "private store"
    away = "This record is about people, so single rows stay in the city's private store; the table above counts them."
    table = pd.DataFrame(
        {
            "Why": [CHECKS.get(reason, reason) for reason in rows.get("reason", [])],
            "Row": rows.get("row"),
            "Case": rows.get("case"),
            "Step": rows.get("activity"),
            "What was found": rows.get("what"),
            "state": rows["state"],
        }
    )
    return told(table, away if is_private else "No row was left out, and none is suspect.")


def restricted_table(results) -> pd.DataFrame:
    """Mean lead time within the horizon: one row a clock and period."""
    rows = shown(of_period(results, "restricted_means"), "mean")
    if rows.empty:
        return told(rows, "No period was followed long enough for a mean.")
    rows = rows.sort_values(["clock", "interval"], kind="stable")
    return pd.DataFrame(
        {
            "Period": rows["interval"],
            "Clock": rows["clock"],
            "Longer ones count as": rows["horizon_days"],
            "Mean": limited(rows, "mean", "lower", "upper"),
            "Since the period before": limited(rows, "difference", "difference_lower", "difference_upper"),
            "p": chances(rows["p"]),
            "state": rows["state"],
        }
    ).reset_index(drop=True)


def change_table(results) -> pd.DataFrame:
    """Since when cases take longer or shorter, line by line."""
    rows = shown(of_period(results, "change"))
    if rows.empty:
        return told(rows, "No week was followed long enough.")
    row = records(rows)[0]
    said = {"Verdict": row["verdict"], "Weeks looked at": f"{row['weeks']:,.0f}"}
    said["Chance of as much with no change"] = (
        fill("{p:p}", row) if pd.notna(row["p"]) else "not known: few weeks"
    )
    if row["since"]:
        limits = fill("{since_lower:date} to {since_upper:date}", row)
        said["Cases submitted from the week of"] = f"{fill('{since:date}', row)} ({limits})"
        said["Usual days before and after"] = fill("{before:days}, then {after:days}", row)
        said["Difference"] = fill("{difference:days} ({lower:days} to {upper:days})", row)
        known = f"{row['known_change']}, {row['known_on']}" if row["known_change"] else "nothing is declared"
        said["What changed in those weeks"] = known
    return pd.DataFrame({"Since when": list(said), "Found": list(said.values())})


def _share(check: str, share: float) -> str:
    """The share that is odd; what is only counted has none."""
    if check in _COUNTED:
        return ""
    return "not known" if pd.isna(share) else fill("{share:percent}", {"share": share})


def _with_limits(row: dict) -> str | None:
    value, low, high = (_in_unit(row[name], row["unit"]) for name in ("value", "lower", "upper"))
    if low and high:
        return f"{value} ({low} to {high})"
    return f"{value} (at least {low})" if low else value


def _in_unit(value: float, unit: str) -> str | None:
    if pd.isna(value):
        return None
    if unit == "seconds":
        return f"{value:,.3f} seconds ({fill('{days:duration}', {'days': value / 86_400})})"
    shown = {"count": "{value:whole}", "share": "{value:percent}", "days": "{value:days}"}
    return fill(shown[unit], {"value": float(value)})
