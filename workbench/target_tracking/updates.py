"""How fresh each measure is: the last value, what is missing since, and when values usually come."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.periods import Period
from workbench.target_tracking.tracked import Tracked

# Of how many intervals the usual delay is told: those of late, for owners change.
OF_LATE = 12


def updates(cube: Cube, tracked: list[Tracked], reviewed: Period) -> pd.DataFrame:
    """One row a measure.

    Returns
    -------
    DataFrame
        ``updated``, its latest interval with a value; ``behind``, intervals from there to the end of the period;
        ``silent``, whether its owner is asked; ``missing``, intervals of the last year without a value, the late
        ones among them; ``usual_delay``, median days from the end of an interval to its first value;
        ``expected``, the day by which the first late value usually would have been there. When something
        was reported is no count of anybody, so no row is ever hidden.
    """
    delays = _usual_delays(cube)
    return pd.DataFrame([_row(one, delays.get(one.series.id, np.nan), reviewed) for one in tracked])


def _row(one: Tracked, delay: float, reviewed: Period) -> dict[str, Any]:
    known = one.series.latest_known
    late = [] if known is None else _late(one.series.periods[known], one.behind)
    expected = late[0].end + timedelta(days=delay) if late and not np.isnan(delay) else None
    return {
        "measure": one.series.id,
        "owner": one.series.entry["owner"],
        "updated": None if known is None else str(one.series.periods[known]),
        "behind": one.behind,
        "silent": one.silent,
        "missing": ", ".join(map(str, [*_holes(one, reviewed), *late])),
        "usual_delay": delay,
        "expected": None if expected is None else expected.isoformat(),
        "cells": [],
        "state": "no data" if known is None else "value",
    }


def _late(updated: Period, behind: int) -> list[Period]:
    """Intervals that ended in the period under review or before it, since the last value."""
    return [updated.shift(step) for step in range(1, behind + 1)]


def _holes(one: Tracked, reviewed: Period) -> list[Period]:
    """Intervals of the last year that were passed over. Nobody to be counted is a value that cannot be divided."""
    columns, known = one.series.columns, one.series.latest_known
    if known is None:
        return []
    empty = np.isnan(columns["value"]) & ~columns["conflicting"] & (columns["denominator"] != 0)
    since = reviewed.end - timedelta(days=366)
    return [
        period
        for period, hole in zip(one.series.periods[:known], empty[:known], strict=True)
        if hole and period.start > since
    ]


def _usual_delays(cube: Cube) -> dict[str, float]:
    """Median days from the end of an interval to its first value, of measures that say when it was recorded."""
    versions = cube.frames.get("versions")
    if versions is None:
        return {}
    stamped = {id for id, entry in cube.definition["measures"].items() if entry["columns"]["recorded_at"]}
    first = versions[versions["measure"].isin(stamped) & versions["value"].notna()]
    first = first.drop_duplicates(["measure", "interval"]).groupby("measure").tail(OF_LATE)
    days = (first["known"] - first["interval_end"]).dt.days
    return days.groupby(first["measure"]).median().to_dict()
