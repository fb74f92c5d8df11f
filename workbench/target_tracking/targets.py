"""Targets of a measure: which one holds when, and whether a value meets it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

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
    path : tuple of (Period, float)
        What is planned on the way, in the order of time: for each interval of a period, or for a level or running
        total at its end.
    plan : tuple of float
        How a total falls on the intervals of a year, in any unit; empty: evenly.
    """

    kind: str
    value: float = np.nan
    lower: float = np.nan
    upper: float = np.nan
    since: Period | None = None
    by: Period | None = None
    path: tuple[tuple[Period, float], ...] = ()
    plan: tuple[float, ...] = ()

    def holds(self, period: Period) -> bool:
        """Whether the target is in force in an interval."""
        begun = self.since is None or self.since.start <= period.start
        return begun and (self.by is None or period.end <= self.by.end)

    def ends(self, direction: str) -> tuple[float, float]:
        """Between which a value meets it, ends included; NaN where no way is better and it is no range.

        A range comes before a value.
        """
        if not (np.isnan(self.lower) and np.isnan(self.upper)):
            low, high = self.lower, self.upper
            return -np.inf if np.isnan(low) else low, np.inf if np.isnan(high) else high
        ends = {"increase": (self.value, np.inf), "decrease": (-np.inf, self.value)}
        return (np.nan, np.nan) if np.isnan(self.value) else ends.get(direction, (np.nan, np.nan))

    def planned(self, period: Period) -> float:
        """What is planned for an interval by the path; NaN without one and before it begins.

        A level or running total moves straight from the end of one period of the path to that of the next, a total
        from nothing at its beginning, and at last to the target. For every interval it is the number of the period
        that the interval lies in, or of the last one before.
        """
        if not self.path:
            return np.nan
        if self.kind in ("each_period", "maintain"):
            begun = [number for when, number in self.path if when.start <= period.start]
            return begun[-1] if begun else np.nan
        points = {_month(when.end): number for when, number in self.path}
        if self.kind == "cumulative" and self.since is not None:
            points[_month(self.since.start) - 1] = 0.0
        if self.by is not None and not np.isnan(self.value):
            points.setdefault(_month(self.by.end), self.value)
        months = sorted(points)
        return float(np.interp(_month(period.end), months, [points[at] for at in months], left=np.nan))

    def at(self, period: Period) -> "Aim":
        """The target as it stands in one interval: on a path of intervals that of the interval."""
        on_path = self.path and self.kind in ("each_period", "maintain")
        return replace(self, value=self.planned(period)) if on_path else self

    def dated(self, period: Period, fiscal_start: int) -> "Aim":
        """A total with its beginning and end: those of the fiscal year of an interval where neither is declared."""
        if self.kind != "cumulative" or self.by is not None:
            return self
        day = period.end if self.since is None else self.since.start
        year = Period.containing(day, "year", fiscal_start)
        return replace(self, since=self.since or year, by=year)

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
    numbers = (
        np.nan if target[name] is None else target[name] / factor for name in ("value", "lower", "upper")
    )
    path = tuple(sorted(_path(target["path"], factor, fiscal_start), key=lambda point: point[0].end))
    aim = Aim(target["kind"], *numbers, since, by, path, tuple(target["plan"]))
    aim = _to_the_end_of_its_path(aim) if path else aim
    if aim.kind == "cumulative" and aim.since is None and aim.by is not None:
        return replace(aim, since=Period.containing(aim.by.end, "year", fiscal_start))
    return aim


def _path(path: Mapping[str, float], factor: float, fiscal_start: int) -> list[tuple[Period, float]]:
    return [(Period.parse(name, fiscal_start), number / factor) for name, number in path.items()]


def _to_the_end_of_its_path(aim: Aim) -> Aim:
    """A level or total whose value or date is not declared has those of the last point of its path."""
    if aim.kind in ("each_period", "maintain"):
        return aim
    when, number = aim.path[-1]
    ranged = not np.isnan([aim.lower, aim.upper]).all()
    return replace(aim, value=number if np.isnan(aim.value) and not ranged else aim.value, by=aim.by or when)


def _month(day: date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month


def aim_of(period: Period, declared: list[Aim], own: float) -> Aim | None:
    """The target of one interval: the one that stands in its row, or else the first declared that holds."""
    if not np.isnan(own):
        return Aim("each_period", own)
    return next((aim.at(period) for aim in declared if aim.holds(period)), None)


def date_passed(period: Period, declared: list[Aim]) -> Period | None:
    """The date of the last target where none holds in an interval any more and none begins later; else None."""
    over = [aim.by for aim in declared if aim.by is not None and aim.by.end < period.end]
    if not declared or len(over) < len(declared):
        return None
    return max(over, key=lambda by: by.end)


def targets_of(periods: list[Period], declared: list[Aim], own: np.ndarray) -> dict[str, np.ndarray]:
    """``target``, ``target_lower`` and ``target_upper`` of each interval; those of totals are not among them.

    ``planned``: the level that a path plans for it.
    """
    if not declared:
        nothing = np.full(len(periods), np.nan)
        return {"target": own, "target_lower": nothing, "target_upper": nothing, "planned": nothing}
    found = [aim_of(period, declared, value) for period, value in zip(periods, own, strict=True)]
    found = [Aim("each_period") if aim is None or aim.kind == "cumulative" else aim for aim in found]
    columns = {"target": "value", "target_lower": "lower", "target_upper": "upper"}
    numbers = {name: [getattr(aim, field) for aim in found] for name, field in columns.items()}
    numbers["planned"] = [aim.planned(period) for aim, period in zip(found, periods, strict=True)]
    return {name: np.array(each, dtype=float) for name, each in numbers.items()}


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
