"""The answer as arguments of one sentence: what one more person at the constraint would do."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.process_timing.results import ProcessResults

_NOW = {
    **{name: name for name in ("activity", "people", "staff", "staff_from", "utilisation", "lower", "upper")},
    "arrivals": "arrivals_per_day",
    "cleared": "cleared_per_day",
    "recorded": "wait_days",
    "fit": "fit",
    "growth": "growth_per_day",
    "growth_lower": "growth_lower",
    "growth_upper": "growth_upper",
    "needed": "people_needed",
    "within_day": "people_within_day",
    "is_constraint": "is_constraint",
}
_THEN = {"then": "wait_days", "then_lower": "lower", "then_upper": "upper", "then_growth": "growth_per_day"}
_THEN |= {name: name for name in ("change", "change_lower", "change_upper")}
_THEN |= {"then_theory_lower": "theory_lower", "then_theory_upper": "theory_upper"}


def what_one_more_would_do(results: ProcessResults) -> dict[str, Any] | None:
    """What the busiest step is like, and with one more person; None where it is not known, or hidden.

    Returns
    -------
    dict or None
        activity, is_constraint; people, staff, staff_from; utilisation, lower, upper; arrivals and cleared a day;
        growth, growth_lower, growth_upper where the queue grows; needed so that it does not, within_day so that the mean
        wait is below a working day; now (mean wait by simulation, working days) beside recorded and fit; with one more
        then, then_lower, then_upper, then_growth, change with its limits, then_theory_lower and
        then_theory_upper (at the limits of the period's utilisation); rival (the next busiest step, where it
        cannot be told which is the constraint); unknown (steps of which utilisation is not known). What is missing
        is left out.
    """
    rows = results.constraint
    told = rows[(rows["verdict"] != "") & rows["verdict"].notna() & (rows["state"] != "suppressed")]
    if told.empty:
        return None
    row = told.iloc[0].to_dict()
    own = results.scenarios[results.scenarios["activity"] == row["activity"]]
    base = own[own["is_base"].fillna(False).astype(bool)]
    found = _taken(row, _NOW) | {"unknown": _unknown(rows)}
    if not row["is_constraint"]:
        found |= _rival(rows, row["activity"])
    if base.empty:
        return found
    now = base.iloc[0]
    more = own[(own["more"] == 1) & (own["arrivals"] == 1.0) & (own["batch"] == now["batch"])]
    return found | _taken(now.to_dict(), {"now": "wait_days"}) | _taken(more.iloc[0].to_dict(), _THEN)


def _taken(row: Mapping, names: Mapping[str, str]) -> dict[str, Any]:
    """Values by the name of the argument, without those that are missing or empty."""
    values = {name: row[column] for name, column in names.items()}
    return {name: value for name, value in values.items() if not pd.isna(value) and value != ""}


def _unknown(rows: pd.DataFrame) -> list[str]:
    return rows.loc[rows["utilisation"].isna() & (rows["state"] != "suppressed"), "activity"].tolist()


def _rival(rows: pd.DataFrame, busiest: str) -> dict[str, str]:
    others = rows[(rows["activity"] != busiest) & rows["busiest"].notna()]
    return {} if others.empty else {"rival": others["activity"].iloc[0]}
