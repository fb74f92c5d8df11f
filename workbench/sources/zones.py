"""When the clocks of a zone change, and times turned from UTC to local on engines without time zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import ibis

UTC = ZoneInfo("UTC")
LAST_YEAR = 2050


@dataclass(frozen=True)
class Change:
    """One change of the clocks: the instant in UTC, and the offsets before and after."""

    at: datetime
    before: timedelta
    after: timedelta


@lru_cache
def changes(zone: str, first_year: int, last_year: int = LAST_YEAR) -> tuple[Change, ...]:
    """All changes of the clocks from 1 January of one year to 31 December of another, in order."""
    place, found = ZoneInfo(zone), []
    day, end = datetime(first_year, 1, 1), datetime(last_year + 1, 1, 1)
    while day < end:
        following = day + timedelta(days=1)
        if _offset(place, day) != _offset(place, following):
            found.append(_change_between(place, day, following))
        day = following
    return tuple(found)


def _offset(place: ZoneInfo, instant: datetime) -> timedelta:
    return instant.replace(tzinfo=UTC).astimezone(place).utcoffset()


def _change_between(place: ZoneInfo, early: datetime, late: datetime) -> Change:
    before, after = _offset(place, early), _offset(place, late)
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early).total_seconds() // 2)
        early, late = (middle, late) if _offset(place, middle) == before else (early, middle)
    return Change(late, before, after)


def local_of(instant: ibis.expr.types.TimestampValue, zone: str, first_year: int):
    """The local wall time of naive UTC times, as an expression that every engine can compute."""
    until = [(change.at, change.before) for change in changes(zone, first_year)]
    return _shifted(instant, zone, until, 1)


def instant_of(local: ibis.expr.types.TimestampValue, zone: str, first_year: int):
    """The naive UTC time of local wall times; of a repeated hour the first pass is meant."""
    until = [(c.at + max(c.before, c.after), c.before) for c in changes(zone, first_year)]
    return _shifted(local, zone, until, -1)


def _shifted(value, zone: str, until: list[tuple[datetime, timedelta]], sign: int):
    """The value plus (or minus) the offset in force until each of the times."""
    import ibis

    def moved(offset: timedelta):
        return value + ibis.interval(seconds=sign * int(offset.total_seconds()))

    latest = moved(_offset(ZoneInfo(zone), datetime(LAST_YEAR + 1, 1, 1)))
    branches = [(value < ibis.literal(at), moved(offset)) for at, offset in until]
    return ibis.cases(*branches, else_=latest) if branches else latest
