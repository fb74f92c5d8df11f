"""What each interval brought: of a running total that is read, what it added to the interval before."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.periods import Period


def is_running(entry: Mapping[str, Any]) -> bool:
    """Whether values are read as totals of the fiscal year to date."""
    return entry["kind"] == "cumulative" and bool(entry["columns"]["value"])


def with_amounts(
    frame: pd.DataFrame, entry: Mapping[str, Any], periods: list[Period], fiscal_start: int
) -> pd.DataFrame:
    """The frame of a series with ``running`` and ``brought``, and ``value`` as what each interval brought.

    Notes
    -----
    ``running`` is the total as it was read; missing for other measures, whose values are amounts already.
    A total begins again with each fiscal year. After a gap ``value`` is missing, because it is not known how the
    amount fell on the intervals; ``brought`` has the whole amount in the interval that reports it and nothing in
    those of the gap, so that sums are right.
    """
    if not is_running(entry):
        return frame.assign(running=np.nan, brought=frame["value"])
    years = [Period.containing(each.end, "year", fiscal_start) for each in periods]
    opening = [each.start == year.start for each, year in zip(periods, years, strict=True)]
    running = frame["value"]
    by_year = running.groupby([year.year for year in years])
    before = by_year.ffill().groupby([year.year for year in years]).shift().fillna(0.0)
    told_later = np.where(by_year.bfill().notna(), 0.0, np.nan)
    brought = (running - before).where(running.notna(), told_later)
    neighbour = by_year.shift().notna() | np.array(opening, bool)
    return frame.assign(running=running, brought=brought, value=(running - before).where(neighbour))
