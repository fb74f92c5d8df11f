"""Groups and places of each measure in its latest interval."""

from typing import Any

import numpy as np
import pandas as pd

from workbench.statistics.proportions import wilson
from workbench.target_tracking.tracked import Tracked


def latest_groups(observations: pd.DataFrame, tracked: list[Tracked]) -> pd.DataFrame:
    """Observations of groups and places in the latest interval of each measure."""
    latest = {
        one.series.id: str(one.series.periods[one.series.latest])
        for one in tracked
        if one.series.latest is not None
    }
    cut = (observations["dimension"] != "all") | (observations["place_level"] != "city")
    return observations[cut & (observations["interval"] == observations["measure"].map(latest))]


def group_rows(groups: pd.DataFrame, entries: dict[str, Any]) -> pd.DataFrame:
    """One row a measure and group or place, with the interval of a share."""
    names = ["measure", "interval", "dimension", "group", "place_level", "place"]
    names += ["numerator", "denominator", "value", "n", "provisional"]
    state = np.where(groups["value"].isna(), "no data", np.where(groups["value"] == 0, "zero", "value"))
    cells = [[cell] if cell else [] for cell in groups["cell"]]
    rows = groups[names].assign(**_intervals(groups, entries), cells=cells, state=state)
    return rows.reset_index(drop=True)


def _intervals(groups: pd.DataFrame, entries: dict[str, Any]) -> dict[str, np.ndarray]:
    """Wilson intervals of the shares among groups; other kinds have none yet."""
    share = groups["measure"].map({id: entry["kind"] == "proportion" for id, entry in entries.items()})
    usable = share.eq(True) & (groups["numerator"] <= groups["denominator"]) & (groups["denominator"] > 0)
    counts = (groups[name].where(usable).fillna(0.0) for name in ("numerator", "denominator"))
    lower, upper = wilson(*counts)
    return {"lower": lower, "upper": upper}
