"""Working time: how long a city was open between two instants, on its own calendar and clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from workbench.errors import CatalogError

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_DAY_MINUTES = 24 * 60
_MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class WorkingCalendar:
    """When a city works: B(t), the working time up to an instant, and what follows from it.

    Opening and closing are built for each local date with the zone database and turned
    into UTC before anything is subtracted, so that the day of a clock change has the
    hours it really had.

    Parameters
    ----------
    zone : str
        IANA name of the city's time zone.
    weekdays : tuple of int
        Working days of the week, Monday 0.
    spans : tuple of (int, int)
        Opening and closing in minutes of the local day, in order and without overlap;
        ``(0, 1440)`` is around the clock.
    closures : frozenset of date
        Dates on which the city does not work.
    """

    zone: str
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    spans: tuple[tuple[int, int], ...] = ((540, 1020),)
    closures: frozenset[date] = frozenset()

    @classmethod
    def of(cls, city) -> "WorkingCalendar":
        """The calendar that ``city.yml`` declares.

        Parameters
        ----------
        city : City
            Its ``time_zone``, ``working_days``, ``working_hours`` and ``closures`` are read.

        Raises
        ------
        CatalogError
            When the working hours are not spans such as ``09:00-17:00``, or overlap.
        """
        weekdays = tuple(sorted(WEEKDAYS.index(day) for day in city.working_days))
        return cls(city.time_zone, weekdays, _spans(city.working_hours), frozenset(city.closures))

    @property
    def day_seconds(self) -> int:
        """Seconds in an ordinary working day: what "one working day" of work means."""
        return sum(closing - opening for opening, closing in self.spans) * 60

    def microseconds_between(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Working microseconds from each start to its end, as integers.

        Parameters
        ----------
        starts, ends : array of datetime64[us]
            Instants in UTC, none missing. An instant outside working hours counts from
            the next opening; an end before its start gives a negative number.
        """
        starts, ends = _instants(starts), _instants(ends)
        if not starts.size:
            return np.zeros(0, dtype="int64")
        edges = np.array([min(starts.min(), ends.min()), max(starts.max(), ends.max())])
        years = edges.astype("datetime64[Y]").astype(int) + 1970
        opening, length, before = _segments(self, int(years[0]), int(years[1]))
        return _worked(ends, opening, length, before) - _worked(starts, opening, length, before)

    def seconds_between(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Working seconds from each start to its end; missing where either is missing.

        Parameters
        ----------
        starts, ends : array of datetime64[us]
            Instants in UTC.
        """
        starts, ends = np.broadcast_arrays(_instants(starts), _instants(ends))
        known = ~(np.isnat(starts) | np.isnat(ends))
        seconds = np.full(starts.shape, np.nan)
        seconds[known] = self.microseconds_between(starts[known], ends[known]) / _MICROSECONDS
        return seconds

    def local_dates(self, instants: np.ndarray) -> np.ndarray:
        """The local date of each UTC instant, as datetime64[D]; missing stays missing."""
        stamps = pd.DatetimeIndex(_instants(instants)).tz_localize("UTC").tz_convert(self.zone)
        return stamps.tz_localize(None).to_numpy().astype("datetime64[D]")

    def midnight(self, dates: np.ndarray) -> np.ndarray:
        """The UTC instant at which each local date begins."""
        return _utc(np.asarray(dates, dtype="datetime64[D]").astype("datetime64[us]"), self.zone)

    def due(self, start: np.ndarray, working_days: float) -> np.ndarray:
        """The UTC instant at which each case is overdue.

        A case is due on the date by which so many working dates have begun after the
        local date of its start, and overdue when that date ends. Counted in dates, not
        in hours: a case started late in the day has the same due date as one started early.

        Parameters
        ----------
        start : array of datetime64[us]
            Instants in UTC.
        working_days : float
            Working dates allowed; a part of a day counts as a whole one.
        """
        closed = np.array(sorted(self.closures), dtype="datetime64[D]")
        mask = [day in self.weekdays for day in range(7)]
        steps, begun = int(np.ceil(working_days)), self.local_dates(start)
        dates = np.busday_offset(begun, steps, "backward", weekmask=mask, holidays=closed)
        return self.midnight(np.maximum(dates, begun) + 1)


def _spans(texts: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Minutes of the day of spans written as 09:00-17:00."""
    spans = []
    for text in texts:
        match = _SPAN.fullmatch(str(text).strip())
        numbers = [int(number) for number in match.groups()] if match else [0, 0, 0, 0]
        opening, closing = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
        if not opening < closing <= _DAY_MINUTES or max(numbers[1], numbers[3]) > 59:
            raise CatalogError(
                f"`working_hours` of city.yml has {text!r}, which is not a span of one day; "
                "write opening and closing as 09:00-17:00, around the clock as 00:00-24:00."
            )
        spans.append((opening, closing))
    ordered = tuple(sorted(spans))
    for (_, closing), (opening, _) in zip(ordered, ordered[1:], strict=False):
        if opening < closing:
            raise CatalogError(f"`working_hours` of city.yml has spans that overlap: {list(texts)!r}.")
    return ordered


@lru_cache(maxsize=32)
def _segments(calendar: WorkingCalendar, first: int, last: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every open span of the years asked for: opening, length, and working time before it."""
    # A day more at either end, because a UTC year is not a local one.
    days = np.arange(np.datetime64(f"{first:04d}-01-01") - 1, np.datetime64(f"{last + 1:04d}-01-02"))
    closed = np.array(sorted(calendar.closures), dtype="datetime64[D]")
    mask = [day in calendar.weekdays for day in range(7)]
    days = days[np.is_busday(days, weekmask=mask, holidays=closed)]
    minutes = np.array(calendar.spans, dtype="timedelta64[m]").reshape(-1, 2)
    local = days.astype("datetime64[m]")[:, None, None] + minutes[None]
    instants = _utc(local.reshape(-1).astype("datetime64[us]"), calendar.zone).astype("int64").reshape(-1, 2)
    length = instants[:, 1] - instants[:, 0]
    return instants[:, 0], length, np.cumsum(length) - length


def _worked(instants: np.ndarray, opening: np.ndarray, length: np.ndarray, before: np.ndarray) -> np.ndarray:
    """B(t) in microseconds."""
    if not opening.size:
        return np.zeros(instants.shape, dtype="int64")
    times = instants.astype("int64")
    span = np.searchsorted(opening, times, side="right") - 1
    inside = np.minimum(times - opening[span], length[span])
    return np.where(span < 0, 0, before[span] + inside)


def _utc(local: np.ndarray, zone: str) -> np.ndarray:
    """UTC of local wall times: the earlier of a repeated hour, the end of a missing one."""
    index = pd.DatetimeIndex(local)
    earlier = np.ones(len(index), dtype=bool)
    stamps = index.tz_localize(zone, ambiguous=earlier, nonexistent="shift_forward")
    return stamps.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")


def _instants(values) -> np.ndarray:
    return np.atleast_1d(np.asarray(values, dtype="datetime64[us]"))
