"""The status of a measure with its gaps: what the average hides."""

from typing import TYPE_CHECKING

import pandas as pd

from workbench.findings.model import Verdict

if TYPE_CHECKING:
    from workbench.target_tracking.results import TargetResults


def fallen_behind(gap_verdicts: pd.DataFrame) -> pd.DataFrame:
    """Gaps that widened to the disadvantage of their group, or, where no way is better, widened at all.

    A group that pulled ahead is the same gap seen from the other side.
    """
    widened = gap_verdicts["verdict"] == str(Verdict.WIDENING)
    return gap_verdicts[widened & (gap_verdicts["behind"] != "no")]


def with_gaps(table: pd.DataFrame, results: "TargetResults") -> pd.Series:
    """The status of each measure, and "overall met, gap widened" with the groups where that is so."""
    found = fallen_behind(results.gap_verdicts) if len(results.gap_verdicts) else results.gap_verdicts
    labels = results.facts.get("labels", {})
    said: dict[str, list[str]] = {}
    for row in found.to_dict("records"):
        name = labels.get(f"{row['dimension']}/{row['group']}", row["group"])
        said.setdefault(row["measure"], [row["status"]]).append(name)
    more = {id: f" · {words} ({', '.join(names)})" for id, (words, *names) in said.items()}
    words = pd.Series([more.get(id, "") for id in table["measure"]], index=table.index, dtype=object)
    return table["status"].where(table["status"].isna(), table["status"] + words)
