"""The rows of a process map as a table: every path and step that may be shown, drawn or not."""

import pandas as pd

from workbench.charts.process_rows import edge_names, own_times, shown
from workbench.charts.process_words import duration
from workbench.findings.rows import records


def map_table(results, edges: pd.DataFrame, names: list[str], kept: pd.DataFrame) -> pd.DataFrame:
    """Paths by how often they were walked, then steps: names whole, each figure, whether it is drawn.

    Parameters
    ----------
    results : ProcessResults
    edges : DataFrame
        Those that may be shown.
    names : list of str
        Steps that are drawn.
    kept : DataFrame
        Paths that are drawn.
    """
    return pd.concat([_paths(edges, kept), _steps(results, names)], ignore_index=True)


def _paths(edges: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    rows = edges.sort_values(["count", "from", "to"], ascending=[False, True, True])
    drawn = {(row["from"], row["to"]) for row in records(kept)}
    pairs = list(zip(rows["from"], rows["to"], strict=True))
    return pd.DataFrame(
        {
            "What": edge_names(rows),
            "Times": rows["count"].astype(float).to_numpy(),
            **_optional(rows),
            "Median": [duration(value) for value in rows["median_days"]],
            "90% within": [duration(value) for value in rows["p90_days"]],
            "Total days": rows["total_days"].to_numpy(),
            "Held by": rows["holder"].to_numpy(),
            "Drawn": ["yes" if pair in drawn else "no" for pair in pairs],
            "state": rows["state"].to_numpy(),
        }
    )


def _steps(results, names: list[str]) -> pd.DataFrame:
    rows = shown(results.activities)
    times = own_times(results.step_times).reindex(rows["activity"])
    return pd.DataFrame(
        {
            "What": rows["activity"].to_numpy(),
            "Times": rows["events"].astype(float).to_numpy(),
            **_optional(rows),
            "Median": [duration(value) for value in times["median_days"]],
            "90% within": [duration(value) for value in times["p90_days"]],
            "Total days": times["total_days"].to_numpy(),
            "Held by": "",
            "Drawn": ["yes" if name in names else "no" for name in rows["activity"]],
            "state": rows["state"].to_numpy(),
        }
    )


def _optional(rows: pd.DataFrame) -> dict:
    return {"Cases": rows["cases"].astype(float).to_numpy()} if "cases" in rows.columns else {}
