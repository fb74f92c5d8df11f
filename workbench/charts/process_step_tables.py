"""Tables of work that is done twice, goes from hand to hand, or is little of the time; and of who waits longest."""

import pandas as pd

from workbench.charts.process_equity import NO_GROUPS, group_names
from workbench.charts.process_rows import HIDDEN, limited, of_period, percents, shown, told
from workbench.charts.process_words import percent

_MEASURES = {
    "activity ratio": "Work, of all time so far",
    "process cycle efficiency": "Work that adds value, of all time so far",
}
_QUANTITIES = {
    "mean": "Mean days",
    "median": "Days, half closed",
    "rework": "Done twice, of 100",
    "service level": "In time, of 100",
}


def efficiency_table(results) -> pd.DataFrame:
    """How much of the time is work: one row a measure and clock."""
    rows = of_period(results, "efficiency")
    if rows.empty:
        return told(rows, "The period has no cases.")
    return pd.DataFrame(
        {
            "Measure": rows["measure"].map(_MEASURES),
            "Clock": rows["clock"],
            "At least": percents(rows["at_least"]),
            "At most": percents(rows["at_most"]),
            "Interval of both": _interval(rows),
            "Cases": rows["n"],
            "state": rows["state"],
        }
    )


def _interval(rows: pd.DataFrame) -> list[str]:
    pairs = zip(percents(rows["lower"]), percents(rows["upper"]), strict=True)
    return [f"{low} to {high}" if low and high else "" for low, high in pairs]


def handoffs_table(results) -> pd.DataFrame:
    """From hand to hand: one row for people, one for teams."""
    rows = of_period(results, "handoffs")
    if rows.empty:
        return told(rows, "The record does not say who did the steps.")
    return pd.DataFrame(
        {
            "From one to another": rows["level"],
            "Hand-offs": rows["handoffs"],
            "Of steps": rows["of"],
            "Share": limited(rows, "share", "lower", "upper", percent),
            "In a usual case": rows["median_per_case"],
            "Cases without": rows["cases_without"],
            "Cases": rows["cases"],
            "state": rows["state"],
        }
    )


def rework_table(results) -> pd.DataFrame:
    """What is done more than once: one row a step, and one for any."""
    rows = of_period(results, "rework")
    if rows.empty:
        return told(rows, "No step was done more than once in a case.")
    return pd.DataFrame(
        {
            "Step": ["any step" if name == "" else name for name in rows["activity"]],
            "Cases": rows["cases"],
            "Repeated in": rows["repeated"],
            "Share": limited(rows, "share", "lower", "upper", percent),
            "Extra times": rows["extra"],
            "By another hand": _by_another(results, rows),
            "Verdict": rows["verdict"],
            "state": rows["state"],
        }
    )


def _by_another(results, rows: pd.DataFrame) -> list[str]:
    """Which share of the repetitions of each step another hand did."""
    kinds = of_period(results, "rework_kinds")
    if kinds.empty:
        return [""] * len(rows)
    redone = kinds[kinds["kind"] == "redo"].set_index("activity")["share"]
    return percents(rows["activity"].map(redone))


def equity_table(results) -> pd.DataFrame:
    """Who waits longest: one row a group and quantity that could be compared, the hidden ones counted below."""
    frame = of_period(results, "equity")
    if frame.empty:
        return told(frame, NO_GROUPS)
    rows = shown(frame, "difference")
    is_share = rows["unit"] == "share"
    figures = ["value", "reference_value", "difference", "lower", "upper"]
    figures += ["same_mix", "same_mix_lower", "same_mix_upper"]
    numbers = rows[figures].astype(float)
    numbers = numbers.where(~is_share, numbers * 100)
    same = limited(numbers, "same_mix", "same_mix_lower", "same_mix_upper")
    table = pd.DataFrame(
        {
            "Group": group_names(results, rows),
            "What": rows["quantity"].map(_QUANTITIES),
            "Theirs": numbers["value"].round(1),
            "Everyone else's": numbers["reference_value"].round(1),
            "Difference": limited(numbers, "difference", "lower", "upper"),
            "With the same mix": [words or "" for words in same],
            "Cases": rows["cases"],
            "Verdict": rows["verdict"],
            "state": rows["state"],
        }
    )
    return told(table.reset_index(drop=True), _none_compared(frame))


def _none_compared(frame: pd.DataFrame) -> str:
    hidden = int((frame["state"] == HIDDEN).sum())
    return (
        f"No group could be compared: of {len(frame):,} figures {hidden:,} are suppressed to protect privacy, and too few "
        "cases stand behind the others."
    )
