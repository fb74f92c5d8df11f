"""What each interval brought: of a running total that is read, what it added to the interval before."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.periods import Period


def is_running(entry: Mapping[str, Any]) -> bool:
    """Whether values are read as totals of the fiscal year to date."""
    return entry["kind"] == "cumulative" and bool(entry["columns"]["value"])


def amounts_of(
    value: np.ndarray, entry: Mapping[str, Any], periods: list[Period], fiscal_start: int
) -> dict[str, np.ndarray]:
    """``running`` and ``brought`` of each interval, and ``value`` as what it brought.

    Notes
    -----
    ``running`` is the total as it was read; missing for other measures, whose values are amounts already.
    A total begins again with each fiscal year. After a gap ``value`` is missing, because it is not known how the
    amount fell on the intervals; ``brought`` has the whole amount in the interval that reports it and nothing in
    those of the gap, so that sums are right.
    """
    if not is_running(entry):
        return {"running": np.full(len(value), np.nan), "brought": value, "value": value}
    years = [Period.containing(each.end, "year", fiscal_start) for each in periods]
    opening = [each.start == year.start for each, year in zip(periods, years, strict=True)]
    running = pd.Series(value)
    by_year = running.groupby([year.year for year in years])
    before = by_year.ffill().groupby([year.year for year in years]).shift().fillna(0.0)
    told_later = np.where(by_year.bfill().notna(), 0.0, np.nan)
    neighbour = by_year.shift().notna() | np.array(opening, bool)
    added = running - before
    return {
        "running": value,
        "brought": added.where(running.notna(), told_later).to_numpy(),
        "value": added.where(neighbour).to_numpy(),
    }
