"""Frames of the outlook: what comes next with its intervals, and how such forecasts did in the past."""

from typing import Any

import numpy as np
import pandas as pd

from workbench.statistics.calibration import Calibration, evaluated
from workbench.target_tracking.outlook.totals import is_average
from workbench.target_tracking.series import clipped
from workbench.target_tracking.tracked import Tracked

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
BOUNDS = ("lower_80", "lower_50", "expected", "upper_50", "upper_80")
TOTALS = ("total_lower_80", "total_expected", "total_upper_80")
COLUMNS = ("interval", "ahead", *BOUNDS, *TOTALS, "planned", "form")


def outlook_rows(one: Tracked) -> pd.DataFrame:
    """What the coming intervals of a measure bring if it goes on as it runs, one row each; none where not forecast.

    Until the target's date, and for a year at least.
    """
    series, found = one.series, one.prospect
    if found.process is None:
        return _nothing(series.id)
    prediction = found.process.prediction
    steps = len(prediction.effects)
    coming = [series.periods[series.latest].shift(step) for step in range(1, steps + 1)]
    return pd.DataFrame(
        {
            "interval": [str(period) for period in coming],
            "ahead": range(1, steps + 1),
            **dict(zip(BOUNDS, clipped(prediction.quantiles(LEVELS), series.entry), strict=True)),
            **_totals(one, steps),
            "planned": [np.nan if found.aim is None else found.aim.planned(period) for period in coming],
            "form": prediction.form,
            "measure": series.id,
            "cells": [one.all_cells] * steps,
            "state": "value",
        }
    )


def _totals(one: Tracked, steps: int) -> dict[str, Any]:
    """The running total at the end of each interval that is left; missing for other targets and after the date."""
    total = one.prospect.total
    found = np.full((len(TOTALS), steps), np.nan)
    if total is not None and total.left:
        offset = one.prospect.offset
        sums = one.prospect.process.prediction.paths[:, offset : offset + total.left].cumsum(axis=1)
        reached = total.reached(sums, np.arange(1, sums.shape[1] + 1))
        found[:, offset : offset + sums.shape[1]] = np.quantile(reached, (0.1, 0.5, 0.9), axis=0)
    return dict(zip(TOTALS, found, strict=True))


def _nothing(measure: str) -> pd.DataFrame:
    kinds = {"interval": "str", "ahead": "int64", "form": "str"}
    columns = {name: pd.Series(dtype=kinds.get(name, "float64")) for name in COLUMNS}
    same = {
        "measure": pd.Series(dtype="str"),
        "cells": pd.Series(dtype="object"),
        "state": pd.Series(dtype="str"),
    }
    return pd.DataFrame(columns | same)


def calibration_row(one: Tracked) -> dict[str, Any]:
    """How forecasts of a measure did in the past: coverage of their intervals, and score of their probabilities."""
    found = _calibration(one)
    none = found is None or not found.origins
    return {
        "measure": one.series.id,
        "form": one.prospect.form,
        "origins": 0 if found is None else found.origins,
        "forecasts": 0 if found is None else found.forecasts,
        "coverage_50": np.nan if none else found.coverage_50,
        "coverage_80": np.nan if none else found.coverage_80,
        "brier": np.nan if none else found.brier,
        "brier_naive": np.nan if none else found.brier_naive,
        "widening": np.nan if none else one.prospect.process.widening,
        "cells": one.all_cells,
        "state": "no data" if none else "value",
    }


def _calibration(one: Tracked) -> Calibration | None:
    process = one.prospect.process
    if process is None:
        return None
    lower, upper = (float(process.scale.forward(end)) for end in _ends(one))
    return evaluated(process.adjusted + process.past, process.past_forecasts, lower, upper)


def _ends(one: Tracked) -> tuple[float, float]:
    """Between which an interval meets the target: of a sum, its share of an interval if they were even."""
    found, series = one.prospect, one.series
    if found.aim is None:
        return np.nan, np.nan
    ends = found.aim.ends(series.direction)
    if found.total is None or is_average(series):
        return ends
    whole = found.total.left + int(found.total.done.sum())
    return ends[0] / whole, ends[1] / whole
