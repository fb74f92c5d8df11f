"""Figures and names of process map timing in words, as its charts write them."""

import pandas as pd

from workbench.findings.messages import fill


def visible_edges(results) -> pd.DataFrame:
    """Edges that are not suppressed, the longest total wait first; the city holds where no holder is declared."""
    rows = results.edges[results.edges["state"] != "suppressed"].assign(
        holder=lambda frame: frame["holder"].fillna("")
    )
    return rows.sort_values(["total_days", "from", "to"], ascending=[False, True, True], ignore_index=True)


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
    return "not known" if pd.isna(value) else fill("{value:number}", {"value": float(value)})


def percent(value: float) -> str:
    """A share in percent."""
    return fill("{value:percent}", {"value": float(value)})
