"""Where a series cannot be right, and with which numbers: what a person needs to find the row and mend it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.target_tracking.gate import (
    ABOVE_ONE,
    BLOCKING,
    CONFLICTING,
    FALLING,
    UNITS,
    bounds,
    falls,
    units_step,
)
from workbench.target_tracking.series import Series
from workbench.target_tracking.tracked import Tracked


def oddity(one: Tracked) -> dict[str, Any]:
    """The first thing that stands against judging a measure, at the latest interval that shows it.

    Returns
    -------
    dict
        Empty where nothing does, or where it is nothing of single values. ``reason``, in the words of the gate;
        ``odd``, the interval; ``odd_since``, the one before that it is held against; raw numbers ``odd_value``,
        ``odd_before``, ``odd_numerator``, ``odd_denominator``; ``odd_factor``; and ``cells`` behind all of it.
    """
    reason = next((reason for reason in BLOCKING if reason in one.judgement.reasons), "")
    if reason not in _FOUND:
        return {}
    found = _FOUND[reason](one.series, one.judgement.stretch)
    return {"reason": reason, "cells": one.all_cells} | found if found else {}


def _conflicting(series: Series, stretch: np.ndarray) -> dict[str, Any]:
    conflicting = series.columns["conflicting"]
    at = _latest(conflicting & stretch if stretch.any() else conflicting)
    return {} if at is None else {"odd": str(series.periods[at])}


def _above_one(series: Series, stretch: np.ndarray) -> dict[str, Any]:
    frame, (_, top) = series.frame, bounds(series)
    more = (frame["numerator"] > frame["denominator"]) | (frame["value"] > top * (1 + 1e-9))
    at = _latest(more.to_numpy() & stretch)
    if at is None:
        return {}
    row = frame.iloc[at]
    found = {"odd": str(series.periods[at]), "odd_value": float(row["value"])}
    if pd.isna(row["numerator"]):
        return found
    return found | {"odd_numerator": float(row["numerator"]), "odd_denominator": float(row["denominator"])}


def _falling(series: Series, _: np.ndarray) -> dict[str, Any]:
    at = _latest(falls(series))
    return {} if at is None else _step(series, at, "running")


def _units(series: Series, stretch: np.ndarray) -> dict[str, Any]:
    value = series.final_values
    known = np.flatnonzero(stretch & ~np.isnan(value))
    step, factor = units_step(value[known])
    return _step(series, known[step]) | {"odd_factor": int(factor)} if step else {}


def _step(series: Series, at: int, column: str = "value") -> dict[str, Any]:
    """An interval and the one before that has a value."""
    value = series.columns[column]
    before = int(np.flatnonzero(~np.isnan(value[:at]))[-1])
    return {
        "odd": str(series.periods[at]),
        "odd_since": str(series.periods[before]),
        "odd_value": float(value[at]),
        "odd_before": float(value[before]),
    }


def _latest(holds: np.ndarray) -> int | None:
    return int(np.flatnonzero(holds)[-1]) if holds.any() else None


_FOUND = {CONFLICTING: _conflicting, UNITS: _units, ABOVE_ONE: _above_one, FALLING: _falling}


def message_of(found: Mapping[str, Any]) -> str:
    """Key of the sentence that says an oddity with its interval and numbers."""
    counted = "_counts" if found.get("odd_numerator") is not None else ""
    return f"check_{found['reason']}_in{counted}"
