"""What is written in the boxes and on the lines of a process map."""

import pandas as pd

from workbench.charts.process_map import Step
from workbench.charts.process_rows import own_times, shown
from workbench.charts.process_words import duration
from workbench.findings.rows import records

_SAID = {"median": "{}", "p90": "90% in {}", "total": "{} in all"}
_SIDES = {"start": "start here", "end": "closed here"}


def map_steps(results, names: list[str], kept: pd.DataFrame, show: str) -> list[Step]:
    """Boxes of steps: how often, how long it took with its wait, how often it follows itself, starts and ends.

    Parameters
    ----------
    results : ProcessResults
        Released.
    names : list of str
        Steps that are drawn.
    kept : DataFrame
        Paths that are drawn.
    show : {'count', 'median', 'p90', 'total'}
    """
    often, own = _often(results.activities, show), _own_time(results.step_times, show)
    ends = _ends(results.endpoints)
    again = {row["from"]: f"again {label(row, show)}" for row in records(kept[kept["from"] == kept["to"]])}
    return [
        Step(
            name,
            tuple(said[name] for said in (often, own, again) if name in said),
            ends.get((name, "start"), ""),
            ends.get((name, "end"), ""),
        )
        for name in names
    ]


def label(row: dict, show: str) -> str:
    """What stands on a line: how often, and one figure."""
    often = f"{int(row['count']):,} ×"
    if show == "count":
        cases = row.get("cases")
        return often if cases is None or pd.isna(cases) else f"{often} in {int(cases):,} cases"
    said = duration(row[f"{show}_days"])
    return f"{often}, {_SAID[show].format(said)}" if said else often


def _often(activities: pd.DataFrame, show: str) -> dict[str, str]:
    rows = shown(activities, "events")
    said = {row["activity"]: f"{int(row['events']):,} times" for row in records(rows)}
    if show != "count" or "cases" not in rows.columns:
        return said
    cases = rows.dropna(subset=["cases"]).set_index("activity")["cases"]
    return {
        name: f"{one} in {int(cases[name]):,} cases" if name in cases else one for name, one in said.items()
    }


def _own_time(step_times: pd.DataFrame, show: str) -> dict[str, str]:
    """How long it is from the event before to this one, where that is published."""
    if show == "count":
        return {}
    times = own_times(step_times)[f"{show}_days"].dropna()
    return {name: f"{_SAID[show].format(duration(days))} with its wait" for name, days in times.items()}


def _ends(endpoints: pd.DataFrame) -> dict[tuple[str, str], str]:
    if endpoints.empty:
        return {}
    rows = shown(endpoints, "cases")
    return {
        (row["activity"], row["side"]): f"{int(row['cases']):,} {_SIDES[row['side']]}"
        for row in records(rows)
    }
