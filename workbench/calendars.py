"""Working time: how long a city was open between two instants, on its own calendar and clock."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from workbench.catalog.entry import WEEKDAYS
from workbench.catalog.hours import Span, spans_of
from workbench.errors import CatalogError

if TYPE_CHECKING:
    from workbench.catalog.model import City, Department, Holiday

_MICROSECONDS = 1_000_000
_ORIGIN = np.datetime64("1970-01-01", "us")
_LAST_YEAR = 9990


@dataclass(frozen=True)
class WorkingCalendar:
    """When an office works: B(t), the working time up to an instant, and what follows from it.

    Opening and closing are built for each local date with the zone database and turned
    into UTC before anything is subtracted, so that the day of a clock change has the
    hours it really had. An opening or closing in the hour that the clocks repeat in autumn
    is its first pass, one in the hour that they skip in spring the end of that hour.

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
        Dates on which nobody works.
    short_days : tuple of (date, spans)
        Dates with hours of their own, in order; they are worked whatever the weekday.
    names : tuple of (date, str)
        What closures are called.
    holiday_years : tuple of int or None
        Years of which holidays are declared; None where the office keeps none.
    """

    zone: str
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    spans: tuple[Span, ...] = ((540, 1020),)
    closures: frozenset[date] = frozenset()
    short_days: tuple[tuple[date, tuple[Span, ...]], ...] = ()
    names: tuple[tuple[date, str], ...] = field(default=(), compare=False)
    holiday_years: tuple[int, ...] | None = field(default=(), compare=False)

    @classmethod
    def of(
        cls,
        city: "City",
        department: "Department | None" = None,
        holidays: "Mapping[date, Holiday]" = MappingProxyType({}),
    ) -> "WorkingCalendar":
        """The calendar of a department: what it declares, and the city's where it says nothing.

        Parameters
        ----------
        city : City
            Its ``time_zone``, ``working_days``, ``working_hours``, ``closures`` and ``short_days``.
        department : Department, optional
            Its days and hours come before the city's. Its closures and short days are beside those of
            the city, unless it says ``holidays: no``, and before them where both name a date.
        holidays : mapping of date to Holiday
            Of ``holidays.yml``.
        """
        own = [city, *([department] if department else [])]
        keeps = [each for each in own if each is not city or department is None or department.holidays]
        names = {day: holiday.name for day, holiday in holidays.items()} if city in keeps else {}
        short: dict[date, tuple[Span, ...]] = {}
        for level in keeps:
            short = {day: spans for day, spans in short.items() if day not in level.closures}
            short |= {day: spans_of(hours) for day, hours in level.short_days.items()}
        closures = {*names, *(day for level in keeps for day in level.closures)} - {*short}
        return cls(
            zone=city.time_zone,
            weekdays=tuple(sorted(WEEKDAYS.index(day) for day in _latest(own, "working_days"))),
            spans=spans_of(_latest(own, "working_hours")),
            closures=frozenset(closures),
            short_days=tuple(sorted(short.items())),
            names=tuple(sorted(names.items())),
            holiday_years=tuple(sorted({day.year for day in names})) if city in keeps else None,
        )

    @classmethod
    def from_json(cls, values: Mapping) -> "WorkingCalendar":
        """The calendar that :meth:`as_json` wrote."""
        closures = {date.fromisoformat(day): name for day, name in values["closures"].items()}
        short = {date.fromisoformat(day): _pairs(spans) for day, spans in values["short_days"].items()}
        years = values["holiday_years"]
        return cls(
            zone=values["zone"],
            weekdays=tuple(values["weekdays"]),
            spans=_pairs(values["spans"]),
            closures=frozenset(closures),
            short_days=tuple(sorted(short.items())),
            names=tuple(sorted((day, name) for day, name in closures.items() if name)),
            holiday_years=None if years is None else tuple(years),
        )

    def as_json(self) -> dict:
        """All of it as plain values: zone, weekdays, spans, closures by date with their names, version, ..."""
        names, years = dict(self.names), self.holiday_years
        return {
            "zone": self.zone,
            "weekdays": list(self.weekdays),
            "spans": [list(span) for span in self.spans],
            "closures": {day.isoformat(): names.get(day, "") for day in sorted(self.closures)},
            "short_days": {day.isoformat(): [list(span) for span in spans] for day, spans in self.short_days},
            "holiday_years": None if years is None else list(years),
            "holidays_until": f"{years[-1]}-12-31" if years else None,
            "version": self.version,
        }

    @property
    def version(self) -> str:
        """Eight letters and digits that tell calendars of different working time apart; names do not matter."""
        parts = (self.zone, self.weekdays, self.spans, sorted(self.closures), self.short_days)
        return sha256(json.dumps(parts, default=str).encode()).hexdigest()[:8]

    @property
    def day_seconds(self) -> int:
        """Seconds in an ordinary working day: what "one working day" of work means."""
        return sum(closing - opening for opening, closing in self.spans) * 60

    def without_holidays(self, first: date, last: date) -> tuple[int, ...]:
        """The years between two dates of which no holiday is declared, though the office keeps holidays."""
        if self.holiday_years is None:
            return ()
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.holiday_years)

    def worked(self, instants: np.ndarray) -> np.ndarray:
        """B(t): working microseconds from the beginning of 1970 to each instant, as integers.

        Parameters
        ----------
        instants : array of datetime64[us]
            In UTC, none missing. Before 1970 the number is negative.
        """
        instants = _instants(instants)
        return self.microseconds_between(_ORIGIN, instants) if instants.size else np.zeros(0, dtype="int64")

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
        first, last = _years(starts, ends)
        return _worked(ends, *_segments(self, first, last)) - _worked(starts, *_segments(self, first, last))

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

    def lie_outside(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Which intervals have a length and lie wholly outside working hours: their working time is 0.

        Parameters
        ----------
        starts, ends : array of datetime64[us]
            Instants in UTC, none missing.
        """
        return (_instants(starts) < _instants(ends)) & (self.microseconds_between(starts, ends) == 0)

    def open_spans(self, first: np.datetime64, last: np.datetime64) -> tuple[np.ndarray, np.ndarray]:
        """Opening and closing in UTC of each span that is open at any time between two instants."""
        edges = _instants([first, last])
        opening, length, _ = _segments(self, *_years(edges, edges))
        closing = opening + length
        meets = (closing > edges[0].astype("int64")) & (opening < edges[1].astype("int64"))
        return opening[meets].astype("datetime64[us]"), closing[meets].astype("datetime64[us]")

    def after(self, starts: np.ndarray, working: np.ndarray) -> np.ndarray:
        """The first instant at which so much working time has passed since each start: the inverse of B.

        Parameters
        ----------
        starts : array of datetime64[us]
            Instants in UTC, none missing.
        working : array of int
            Working microseconds, at least 0. After 0 comes the start itself, open or not.

        Raises
        ------
        CatalogError
            When the calendar has too little working time ever to get there.
        """
        starts, working = np.broadcast_arrays(_instants(starts), np.asarray(working, dtype="int64"))
        if not starts.size:
            return starts.copy()
        opening, length, before = self._long_enough(starts, int(working.max()))
        wanted = _worked(starts, opening, length, before) + working
        span = np.searchsorted(before + length, wanted, side="left")
        reached = (opening[span] + wanted - before[span]).astype("datetime64[us]")
        return np.where(working > 0, reached, starts)

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

        Raises
        ------
        CatalogError
            When the calendar has no working dates to count.
        """
        begun, steps = self.local_dates(start), int(np.ceil(working_days))
        if not begun.size or steps == 0:
            return self.midnight(begun + np.timedelta64(1, "D"))
        dates = self._enough_dates(begun, steps)
        at = np.minimum(np.searchsorted(dates, begun, side="right") + steps, len(dates)) - 1
        return self.midnight(np.where(np.isnat(begun), begun, dates[at]) + np.timedelta64(1, "D"))

    def working_dates_between(
        self,
        starts: np.ndarray,
        ends: np.ndarray,
        inclusive: Literal["both", "left", "right", "neither"] = "right",
    ) -> np.ndarray:
        """How many working dates lie between the local dates of each start and its end.

        Another quantity than working hours over the hours of a day: from Monday evening to Tuesday
        morning one date begins, whatever was worked. Service levels are counted in dates.

        Parameters
        ----------
        starts, ends : array of datetime64[us]
            Instants in UTC, none missing. An end on a date before its start gives 0.
        inclusive : {'both', 'left', 'right', 'neither'}
            Whether the date of the start (left) and that of the end (right) count, if they are worked.
        """
        first, last = np.broadcast_arrays(self.local_dates(starts), self.local_dates(ends))
        if not first.size:
            return np.zeros(0, dtype="int64")
        dates = _dates(self, *_years(first, last))
        until = np.searchsorted(dates, last, "right" if inclusive in ("both", "right") else "left")
        since = np.searchsorted(dates, first, "left" if inclusive in ("both", "left") else "right")
        return np.maximum(until - since, 0)

    def _long_enough(self, starts: np.ndarray, working: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Open spans of so many years that the working time ends within them."""
        first, last = _years(starts, starts)
        for until in _later(last):
            opening, length, before = _segments(self, first, until)
            wanted = _worked(starts.max(keepdims=True), opening, length, before)[0] + working
            if opening.size and wanted <= before[-1] + length[-1]:
                return opening, length, before
        raise _never_open(self)

    def _enough_dates(self, begun: np.ndarray, steps: int) -> np.ndarray:
        """Working dates of so many years that the last case is due within them."""
        known = begun[~np.isnat(begun)]
        first, last = _years(known, known) if known.size else (1970, 1970)
        for until in _later(last):
            dates = _dates(self, first, until)
            if not known.size or len(dates) - np.searchsorted(dates, known.max(), side="right") >= steps:
                return dates
        raise _never_open(self)


def _latest(levels: list, name: str) -> list:
    """What the department declares, else the city."""
    return next((getattr(level, name) for level in reversed(levels) if getattr(level, name)), [])


def _pairs(spans) -> tuple[Span, ...]:
    return tuple((opening, closing) for opening, closing in spans)


def _later(year: int):
    """The year and ever later ones, up to the last that a calendar can have."""
    step = 1
    while year < _LAST_YEAR:
        yield year
        year, step = year + step, step * 2


def _never_open(calendar: WorkingCalendar) -> CatalogError:
    days = ", ".join(WEEKDAYS[day] for day in calendar.weekdays) or "no day"
    return CatalogError(
        f"the working calendar is never open again: it has {days}, {len(calendar.spans)} spans a day and "
        f"{len(calendar.closures)} closures. Mend `working_days`, `working_hours` and `closures`."
    )


def _years(starts: np.ndarray, ends: np.ndarray) -> tuple[int, int]:
    """The first and the last year that instants or dates fall in."""
    edges = np.array([min(starts.min(), ends.min()), max(starts.max(), ends.max())])
    first, last = edges.astype("datetime64[Y]").astype(int) + 1970
    return int(first), int(last)


@lru_cache(maxsize=32)
def _dates(calendar: WorkingCalendar, first: int, last: int) -> np.ndarray:
    """Every working date of the years asked for, in order."""
    # A day more at either end, because a UTC year is not a local one.
    days = np.arange(np.datetime64(f"{first - 1:04d}-12-31"), np.datetime64(f"{last + 1:04d}-01-02"))
    worked = np.isin((days.astype(int) + 3) % 7, calendar.weekdays) & bool(calendar.spans)
    worked &= ~np.isin(days, _days(calendar.closures))
    return days[worked | np.isin(days, _days(day for day, _ in calendar.short_days))]


@lru_cache(maxsize=32)
def _segments(calendar: WorkingCalendar, first: int, last: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every open span of the years asked for: opening, length, and working time before it."""
    days, short = _dates(calendar, first, last), dict(calendar.short_days)
    ordinary = days[~np.isin(days, _days(short))]
    local = [_on(ordinary, calendar.spans)]
    local += [_on(days[days == np.datetime64(day)], spans) for day, spans in short.items()]
    local = np.concatenate(local)
    local = local[np.argsort(local[:, 0], kind="stable")]
    instants = _utc(local.reshape(-1).astype("datetime64[us]"), calendar.zone).astype("int64").reshape(-1, 2)
    length = instants[:, 1] - instants[:, 0]
    return instants[:, 0], length, np.cumsum(length) - length


def _on(days: np.ndarray, spans: tuple[Span, ...]) -> np.ndarray:
    """Local opening and closing of each span on each day, one row each."""
    minutes = np.array(spans, dtype="timedelta64[m]").reshape(-1, 2)
    return (days.astype("datetime64[m]")[:, None, None] + minutes[None]).reshape(-1, 2)


def _days(dates) -> np.ndarray:
    return np.array(sorted(dates), dtype="datetime64[D]")


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
