"""The course of a series before and since something was done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from workbench.periods import Period

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

    @property
    def since(self) -> np.ndarray:
        """Intervals since it began that have a value."""
        return (np.arange(len(self.values)) >= self.start) & ~np.isnan(self.values)

    @property
    def before(self) -> int:
        """How many intervals before it began have a value."""
        return int((~np.isnan(self.values[: self.start])).sum())


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
