"""The course of a series before and since something was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from workbench.periods import Period
from workbench.statistics.seasonality import season

_A_YEAR = {"month": 12, "quarter": 4, "year": 1}  # intervals


@dataclass(frozen=True)
class Course:
    """Final values before and since, one entry an interval up to the latest final one.

    Parameters
    ----------
    periods : list of Period
    values : ndarray
        Raw; missing where not final, and in the interval that the action began in the midst of.
    shown : ndarray
        The same with that interval.
    counts : tuple of ndarray or None
        Counts and their exposure, of a count or a rate.
    other : ndarray or None
        The same intervals of what it is compared with.
    start : int
        Place of the first whole interval since; it may lie ahead.
    season : int
        Intervals in a year where the series follows the year, else 0.
    cells : tuple of str
        Ids of all counts that any of it derives from.
    diluted : bool
        Whether what it is compared with is part of it, and cannot be taken out.
    """

    periods: list[Period]
    values: np.ndarray
    shown: np.ndarray
    counts: tuple[np.ndarray, np.ndarray] | None
    other: np.ndarray | None
    start: int
    season: int
    cells: tuple[str, ...] = field(default=())
    diluted: bool = False

    def times(self, factor: float) -> "Course":
        """The course with its values multiplied; of one without counts or comparison."""
        return replace(self, values=self.values * factor, shown=self.shown * factor)

    def beside(self, other: Mapping[Period, float]) -> "Course":
        """The course with the values of what it is compared with; None of them where not one is known."""
        values = np.array([other.get(period, np.nan) for period in self.periods], dtype=float)
        return replace(self, other=None if np.isnan(values).all() else values)

    @property
    def since(self) -> np.ndarray:
        """Intervals since it began that have a value."""
        return (np.arange(len(self.values)) >= self.start) & ~np.isnan(self.values)

    @property
    def before(self) -> int:
        """How many intervals before it began have a value."""
        return int((~np.isnan(self.values[: self.start])).sum())


def course_of(values: Mapping[Period, float], day: date) -> Course:
    """The course of plain values, up to the latest that is known.

    Parameters
    ----------
    values : dict of Period to float
        All of one frequency, in any order; missing where not known.
    day : date
        When something was done.
    """
    known = sorted((period for period, value in values.items() if not np.isnan(value)), key=_start)
    if not known:
        return Course([], np.empty(0), np.empty(0), None, None, 0, 0)
    periods = [known[0]]
    while periods[-1].start < known[-1].start:
        periods.append(periods[-1].shift(1))
    shown = np.array([values.get(period, np.nan) for period in periods], dtype=float)
    whole = np.where(halves(periods, day), np.nan, shown)
    return Course(periods, whole, shown, None, None, start_of(day, periods), _season(whole, periods))


def _season(values: np.ndarray, periods: Sequence[Period]) -> int:
    cycle = _A_YEAR[periods[0].frequency]
    numbers = np.array([period.number for period in periods])
    return cycle if cycle > 1 and season(values, numbers, cycle).found else 0


def _start(period: Period) -> date:
    return period.start


def start_of(day: date, periods: Sequence[Period]) -> int:
    """Place of the first interval that begins on the day or later; it may lie before the first or beyond the last."""
    if not periods:
        return 0
    first = periods[0]
    own = Period.containing(day, first.frequency, first.fiscal_start)
    own = own if own.start == day else own.shift(1)
    return (own.year - first.year) * _A_YEAR[first.frequency] + own.number - first.number


def halves(periods: Sequence[Period], day: date) -> np.ndarray:
    """Whether each interval is the one that something began in the midst of."""
    return np.array([period.start < day <= period.end for period in periods], dtype=bool)
