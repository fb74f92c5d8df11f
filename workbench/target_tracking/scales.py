"""Targets that are written on another scale than values are: 0.8 where values run from 0 to 100, or 80 where they are shares."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbench.target_tracking.targets import FACTORS, Aim

# Kinds whose values stay about where they are, so that a target a hundred times as high can be no ambition.
LEVELS = ("proportion", "value", "mean")
NEAR = (50.0, 200.0)  # how many times the target the middle value is, or the other way round
PERCENT = 100.0


def off_scale(numbers, values: np.ndarray, entry: Mapping[str, Any]) -> np.ndarray:
    """Whether targets and values of a measure are a hundredfold apart, as a share and its percentage are.

    Parameters
    ----------
    numbers : array_like
        Targets on the scale of the raw values; NaN where there is none.
    values : ndarray
        Raw values; the middle one of them stands for all.
    entry : dict
        Definition of the measure; of counts, rates and totals nothing is said.

    Notes
    -----
    The smaller of target and middle value must be a possible share (up to 1) and the larger a possible percentage (above
    1 and up to 100), as they are shown or as they are read. An end of a range is taken as it is written: that is how a
    city says that it means it.
    """
    numbers = np.atleast_1d(np.asarray(numbers, float))
    if np.isnan(numbers).all():
        return np.zeros(len(numbers), bool)
    known = values[~np.isnan(values)]
    middle = float(np.median(known)) if len(known) else 0.0
    if entry["kind"] not in LEVELS or middle <= 0:
        return np.zeros(len(numbers), bool)
    least, most = np.minimum(numbers, middle), np.maximum(numbers, middle)
    with np.errstate(over="ignore"):  # by a number close to nothing: that is no hundredfold either
        times = np.where(numbers > 0, most / np.where(numbers > 0, least, 1), 0)
    alike = [
        (least * factor <= 1) & (most * factor > 1) & (most * factor <= PERCENT)
        for factor in (1.0, FACTORS[entry["scale"]])
    ]
    return (times >= NEAR[0]) & (times <= NEAR[1]) & np.logical_or(*alike)


def number_of(aim: Aim) -> float:
    """The number that a target is: its value, or the last of its path; NaN of a range."""
    ranged = not np.isnan([aim.lower, aim.upper]).all()
    if ranged or not np.isnan(aim.value):
        return np.nan if ranged else aim.value
    return aim.path[-1][1] if aim.path else np.nan


def on_scale(declared: list[Aim], values: np.ndarray, entry: Mapping[str, Any]) -> list[Aim]:
    """The declared targets without those that are off the scale of the values; totals are kept."""
    numbers = [np.nan if aim.kind == "cumulative" else number_of(aim) for aim in declared]
    off = off_scale(numbers, values, entry)
    return [aim for aim, is_off in zip(declared, off, strict=True) if not is_off]
