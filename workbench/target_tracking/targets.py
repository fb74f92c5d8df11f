"""Targets of a measure: which one holds when, and whether a value meets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.periods import Period
from workbench.statistics.nhs_rules import sides

# What a raw value is multiplied by when it is shown. A target is written as it is shown.
FACTORS = {"number": 1.0, "fraction": 1.0, "percent": 100.0, "per_1000": 1e3, "per_100000": 1e5}


@dataclass(frozen=True)
class Aim:
    """One target on the scale of the raw values; what it lacks is NaN or None.

    Parameters
    ----------
    kind : {'each_period', 'level', 'cumulative', 'maintain'}
        Compared with the value of every interval, with the value at a date, with a running total, or
        with the value of every interval that must not be lost again.
    value, lower, upper : float
        A value to reach, or a range to stay in.
    since, by : Period or None
    """

    kind: str
    value: float = np.nan
    lower: float = np.nan
    upper: float = np.nan
    since: Period | None = None
    by: Period | None = None

    def holds(self, period: Period) -> bool:
        """Whether the target is in force in an interval."""
        begun = self.since is None or self.since.start <= period.start
        return begun and (self.by is None or period.end <= self.by.end)

    def meets(self, values, direction: str) -> np.ndarray:
        """1 where a value meets the target, 0 where not, NaN where either is missing or no way is better."""
        return meets(values, self.value, self.lower, self.upper, direction)


def aims(entry: Mapping[str, Any], fiscal_start: int) -> list[Aim]:
    """The declared targets of a measure, in order.

    A missing number is missing, never zero. A cumulative target without ``since`` begins with the year
    that its ``by`` lies in.
    """
    factor = FACTORS[entry["scale"]]
    return [_aim(target, factor, fiscal_start) for target in entry["targets"]]


def _aim(target: Mapping[str, Any], factor: float, fiscal_start: int) -> Aim:
    since, by = (
        Period.parse(target[name], fiscal_start) if target[name] else None for name in ("since", "by")
    )
    if target["kind"] == "cumulative" and since is None and by is not None:
        since = Period.containing(by.end, "year", fiscal_start)
    numbers = (
        np.nan if target[name] is None else target[name] / factor for name in ("value", "lower", "upper")
    )
    return Aim(target["kind"], *numbers, since, by)


def aim_of(period: Period, declared: list[Aim], own: float) -> Aim | None:
    """The target of one interval: the one that stands in its row, or else the first declared that holds."""
    if not np.isnan(own):
        return Aim("each_period", own)
    return next((aim for aim in declared if aim.holds(period)), None)


def date_passed(period: Period, declared: list[Aim]) -> Period | None:
    """The date of the last target where none holds in an interval any more and none begins later; else None."""
    over = [aim.by for aim in declared if aim.by is not None and aim.by.end < period.end]
    if not declared or len(over) < len(declared):
        return None
    return max(over, key=lambda by: by.end)


def targets_of(periods: list[Period], declared: list[Aim], own: np.ndarray) -> pd.DataFrame:
    """``target``, ``target_lower`` and ``target_upper`` of each interval; those of totals are not among them."""
    found = [aim_of(period, declared, value) for period, value in zip(periods, own, strict=True)]
    found = [Aim("each_period") if aim is None or aim.kind == "cumulative" else aim for aim in found]
    columns = {"target": "value", "target_lower": "lower", "target_upper": "upper"}
    return pd.DataFrame(
        {name: [getattr(aim, field) for aim in found] for name, field in columns.items()}, dtype=float
    )


def meets(values, target, lower, upper, direction: str) -> np.ndarray:
    """1 where a value meets its target or range, 0 where not, NaN where it cannot be said.

    At or above the target where more is better, at or below where less is; a range includes its ends
    and needs no direction.
    """
    value, target, lower, upper = np.broadcast_arrays(
        *(np.asarray(v, float) for v in (values, target, lower, upper))
    )
    sign = {"increase": 1, "decrease": -1, "neutral": 0}[direction]
    reached = np.where(sides(value, target) * sign >= 0, 1.0, 0.0)
    by_value = np.where(np.isnan(target) | (sign == 0), np.nan, reached)
    inside = (sides(value, lower) >= 0) & (sides(value, upper) <= 0)
    by_range = np.where(np.isnan(lower) & np.isnan(upper), np.nan, inside.astype(float))
    found = np.where(np.isnan(by_range), by_value, by_range)
    return np.where(np.isnan(value), np.nan, found)
