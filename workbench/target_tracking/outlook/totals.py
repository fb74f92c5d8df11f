"""What a total has brought so far, what was planned for it by now, and what each interval left must bring."""

from dataclasses import dataclass

import numpy as np

from workbench.periods import Period
from workbench.statistics.prediction import Prediction
from workbench.target_tracking.observed import QUOTIENTS
from workbench.target_tracking.series import Series
from workbench.target_tracking.targets import Aim


@dataclass(frozen=True)
class Total:
    """A sum, or an average weighted by what it is counted against, over the intervals of a target.

    Parameters
    ----------
    aim : Aim
        With a beginning and an end.
    done : ndarray of bool
        Intervals of the series that it rests on.
    so_far : float
    plan : float
        What was planned for the same intervals.
    left : int
        Intervals that have no value yet.
    weight : float
        Of what is done, relative to that of one coming interval; 0 for a sum.
    """

    aim: Aim
    done: np.ndarray
    so_far: float
    plan: float
    left: int
    weight: float

    @property
    def required(self) -> float:
        """What each interval left must bring, or be, for the target to be met; NaN when none is left."""
        if not self.left:
            return np.nan
        if not self.weight:
            return (self.aim.value - self.so_far) / self.left
        return (self.aim.value * (self.weight + self.left) - self.so_far * self.weight) / self.left

    def reached(self, sums: np.ndarray, steps: int) -> np.ndarray:
        """The total when the coming ``steps`` intervals have brought ``sums`` together."""
        if not self.weight:
            return self.so_far + sums
        return (self.so_far * self.weight + sums) / (self.weight + steps)

    def futures(self, prediction: Prediction, offset: int) -> np.ndarray:
        """Simulated totals at the end; the first ``offset`` intervals that are forecast are on record already."""
        return self.reached(prediction.paths[:, offset : offset + self.left].sum(axis=1), self.left)


def total_of(series: Series, aim: Aim) -> Total:
    """The total of a target that has a beginning and an end."""
    inside = np.array([aim.holds(period) for period in series.periods], bool)
    done = inside & ~np.isnan(series.columns["brought"])
    whole = _intervals(aim, series.periods[0])
    averaged = is_average(series)
    weight = float(_exposure(series)[done].sum() / _usual(series)) if averaged and done.any() else 0.0
    return Total(
        aim,
        done,
        together(series, done),
        _plan(series, aim, whole, done),
        len(whole) - int(done.sum()),
        weight,
    )


def is_average(series: Series) -> bool:
    """Whether intervals are averaged, not added up."""
    return series.entry["kind"] in QUOTIENTS


def together(series: Series, rows: np.ndarray) -> float:
    """Some intervals together: a sum, or for a quotient the sum above over the sum below. Nothing gives 0 or NaN."""
    if not is_average(series):
        return float(np.nansum(series.columns["brought"][rows]))
    weights = _exposure(series)[rows]
    if not weights.sum() > 0:
        return np.nan
    return float((series.columns["value"][rows] * weights).sum() / weights.sum())


def year_to_date(series: Series) -> float:
    """The fiscal year of the latest value so far; NaN of values that can be neither added up nor averaged."""
    at = series.latest_known
    kind = series.entry["kind"]
    columns = series.columns
    weighted = any(not np.isnan(columns[name]).all() for name in ("denominator", "n"))
    if at is None or kind == "value" or (is_average(series) and not weighted):
        return np.nan
    if not np.isnan(columns["running"][at]):
        return float(columns["running"][at])
    year = Period.containing(series.periods[at].end, "year", series.fiscal_start)
    inside = np.array([year.start <= period.start and period.end <= year.end for period in series.periods])
    return together(series, inside & ~np.isnan(columns["brought"]))


def _exposure(series: Series) -> np.ndarray:
    """What each interval is counted against; equal where it is not known."""
    above, below, n = (series.columns[name] for name in ("value", "denominator", "n"))
    known = np.where(np.isnan(below), n, below)
    known = np.ones(len(known)) if np.isnan(known).all() else np.nan_to_num(known)
    return np.where(np.isnan(above), 0.0, known)


def _usual(series: Series) -> float:
    """Exposure of an interval that comes: the mean of the latest year's."""
    known = _exposure(series)
    return float(known[known > 0][-series.cycle :].mean())


def _plan(series: Series, aim: Aim, whole: list[Period], done: np.ndarray) -> float:
    """What was planned for the intervals that are done: by the path, by the plan of a year, or evenly."""
    finished = [period for period, has in zip(series.periods, done, strict=True) if has]
    if not finished:
        return np.nan if is_average(series) else 0.0
    if aim.path:
        return aim.planned(finished[-1])
    if is_average(series):
        return aim.value
    weights = {period.start: _weight(aim, period, series) for period in whole}
    all_together = sum(weights.values())
    share = sum(weights[period.start] for period in finished)
    return aim.value * share / all_together if all_together else np.nan


def _weight(aim: Aim, period: Period, series: Series) -> float:
    if len(aim.plan) != series.cycle:
        return 1.0
    return aim.plan[(period.start.month - series.fiscal_start) % 12 // (12 // series.cycle)]


def _intervals(aim: Aim, like: Period) -> list[Period]:
    """The intervals that a total runs over."""
    period, found = Period.containing(aim.since.start, like.frequency, like.fiscal_start), []
    while period.end <= aim.by.end:
        found.append(period)
        period = period.shift(1)
    return found
