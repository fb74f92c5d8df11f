"""Figures and names of process map timing in words, as its charts write them."""

import pandas as pd

from workbench.findings.messages import fill

CALENDAR, WORKING = "calendar days", "working days"
NOT_KNOWN = "not known"


def period(results) -> str:
    """The period under review."""
    return period_name(results.facts["period"])


def period_name(name: str) -> str:
    """``2025-Q4`` in words."""
    return fill("{period:period}", {"period": name})


def duration(days: float) -> str:
    """Days in the unit that suits them; empty where they are not known."""
    return "" if pd.isna(days) else fill("{days:duration}", {"days": float(days)})


def number(value: float) -> str:
    """A number; ``not known`` where there is none."""
    return NOT_KNOWN if pd.isna(value) else fill("{value:number}", {"value": float(value)})


def chances(values: pd.Series) -> list[str]:
    """Chances as p values, none as zero: ``0.034``, ``< 0.001`` on one line; empty where they are not known."""
    told = ["" if pd.isna(value) else fill("{value:p}", {"value": float(value)}) for value in values]
    return [words.removeprefix("p ").removeprefix("= ").replace(" ", "\u00a0") for words in told]


def dates_only(results) -> str:
    """What a range of work is in a log of dates only, as a sentence with a space before it; else empty."""
    if not results.facts.get("whole_days"):
        return ""
    return (
        " The log has dates only: the most that work can have been is whole days, back to the last earlier day on which "
        "the same hand or the case was seen."
    )


def percent(value: float) -> str:
    """A share in percent."""
    return fill("{value:percent}", {"value": float(value)})
