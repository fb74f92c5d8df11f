"""Tables of process map timing in words: what a reader sees of frames whose columns are names for programs."""

import pandas as pd

from workbench.findings.messages import fill

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
    "events": "Events",
    "duplicates": "Exact repetitions of an event, left out",
    "ties": "Events at the same time as the next of their case",
    "out_of_order": "Events that the source lists before an earlier one of their case",
    "overlaps": "Steps that overlap with the next",
    "reversed_events": "Steps that end before they start",
    "single_timestamp": "Steps without a recorded start",
    "at_midnight": "Events at midnight, as dates without a time are",
    "cases_cut": "Cases whose start was not seen, set aside",
    "cases_reversed": "Cases that end before they start, set aside",
}
_COUNTED = ("rows", "events")


def lead_time_table(results) -> pd.DataFrame:
    """Lead time by period, the calendar before the working days: one row a period and clock."""
    rows = results.lead_times.sort_values(["clock", "interval"], kind="stable")
    names = {
        "interval": "Period",
        "clock": "Clock",
        "submitted": "Cases",
        "closed_median": "Median, closed only",
        "median": "Median",
        "lower": "At least",
        "upper": "At most",
        "p90": "90th percentile",
        "p90_lower": "P90 at least",
        "p90_upper": "P90 at most",
    }
    return rows.rename(columns=names)[[*names.values(), "state"]].reset_index(drop=True)


def comparison_table(results) -> pd.DataFrame:
    """This period against the one before and that of last year: one row a comparison, in days."""
    rows = results.comparison
    since = [fill("{since:period}", {"since": name}) for name in rows["since"]]
    return pd.DataFrame(
        {
            "Compared with": [words[:1].upper() + words[1:] for words in since],
            "Difference": rows["difference"],
            "At least": rows["lower"],
            "At most": rows["upper"],
            "p": rows["p"],
            "With the same mix": rows["same_mix"],
            "Mix at least": rows["same_mix_lower"],
            "Mix at most": rows["same_mix_upper"],
            "Cases": rows["n"],
            "Cases then": rows["n_before"],
            "Verdict": rows["verdict"],
            "state": rows["state"],
        }
    )


def log_table(results) -> pd.DataFrame:
    """Figures of the whole log, each in its own unit: one row a quantity."""
    order = results.summary["quantity"].map({name: place for place, name in enumerate(_QUANTITIES)})
    rows = results.summary.assign(order=order).sort_values("order", kind="stable")
    return pd.DataFrame(
        {
            "Quantity": [_QUANTITIES.get(name, name) for name in rows["quantity"]],
            "Value": [_with_limits(row) for row in rows.to_dict("records")],
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
