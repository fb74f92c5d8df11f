"""Whether the calendars that a city declares have any working time."""

from collections.abc import Iterator
from datetime import date, timedelta

from workbench.catalog.entry import WEEKDAYS
from workbench.catalog.lookups import Found
from workbench.catalog.model import Catalog, City, Department
from workbench.catalog.nodes import Key


def calendar_faults(catalog: Catalog) -> Iterator[Found]:
    """Faults of the working calendars of the city and of its departments."""
    city = catalog.city
    if not city.working_days:
        what = "`working_days` is empty: a calendar with no working day has no working time."
        yield ("city", "working_days"), what, "Write the days, such as [Mon, Tue, Wed, Thu, Fri]."
    if not city.working_hours:
        what = "`working_hours` is empty: a calendar without hours has no working time."
        yield ("city", "working_hours"), what, 'Write the hours, such as ["08:30-12:00", "13:00-16:30"].'
    for path, level in _levels(catalog):
        yield from _closed_and_short(path, level)
        yield from _never_open(catalog, path, level)


def _levels(catalog: Catalog) -> Iterator[tuple[Key, City | Department]]:
    yield ("city",), catalog.city
    for name, department in catalog.departments.items():
        yield ("departments", name), department


def _closed_and_short(path: Key, level: City | Department) -> Iterator[Found]:
    """Dates that one and the same entry closes and opens."""
    for i, day in enumerate(level.closures):
        if day in level.short_days:
            what = f"{day} is a closure and a short day."
            yield (*path, "closures", i), what, "Keep it in one of the two."
    for day, hours in level.short_days.items():
        if not hours:
            what = f"{day} is a short day without hours."
            yield (*path, "short_days", day.isoformat()), what, "Write its hours, or move it to `closures`."


def _never_open(catalog: Catalog, path: Key, level: City | Department) -> Iterator[Found]:
    """Years all of whose working days are closed."""
    if not level.closures and path != ("city",):
        return
    closed = _closed(catalog, level)
    weekdays = {WEEKDAYS.index(day) for day in level.working_days or catalog.city.working_days}
    for year in sorted({day.year for day in level.closures} if weekdays else ()):
        if all(day in closed for day in _days(year, weekdays)):
            what = (
                f"every working day of {year} is closed: a calendar with no working day has no working time."
            )
            yield (*path, "closures"), what, "Remove closures, or add to `working_days`."


def _closed(catalog: Catalog, level: City | Department) -> set[date]:
    own = {*level.closures}
    if level is catalog.city or level.holidays:
        own |= {*catalog.holidays, *catalog.city.closures}
    return own - {*level.short_days}


def _days(year: int, weekdays: set[int]) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        if day.weekday() in weekdays:
            yield day
        day += timedelta(days=1)
