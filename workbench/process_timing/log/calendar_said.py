"""The working calendar behind a process' figures, in facts and in words: never silent where holidays are lacking."""

from collections.abc import Mapping
from datetime import date

from workbench.calendars import WorkingCalendar
from workbench.catalog.entry import WEEKDAYS

TITLE = "Working calendar"


def facts(definition: Mapping) -> dict:
    """Which calendar made a figure, until when it has holidays, and which years of the log have none.

    Parameters
    ----------
    definition : mapping
        Of a cube of a process.

    Returns
    -------
    dict
        ``calendar_version``; ``holidays_until``, the last day of the last year with a holiday, or None;
        ``years_without_holidays``, those between the first event and the as-of day.
    """
    calendar = definition["calendar"]
    return {
        "calendar_version": calendar["version"],
        "holidays_until": calendar["holidays_until"],
        "years_without_holidays": _lacking(definition),
    }


def notes(definition: Mapping) -> dict[str, str]:
    """The same for the origin of a page: heading and text."""
    calendar = definition["calendar"]
    days = ", ".join(WEEKDAYS[day] for day in calendar["weekdays"])
    hours = " and ".join(f"{_clock(opening)}-{_clock(closing)}" for opening, closing in calendar["spans"])
    parts = [f"{days}, {hours}, {calendar['zone']}"]
    parts += _counted(calendar["closures"], "day closed", "days closed")
    parts += _counted(calendar["short_days"], "short day", "short days")
    return {TITLE: f"{', '.join(parts)}; {_holidays(definition)}; version {calendar['version']}"}


def _holidays(definition: Mapping) -> str:
    calendar, lacking = definition["calendar"], _lacking(definition)
    if calendar["holiday_years"] is None:
        return "holidays are worked"
    if not calendar["holiday_years"]:
        return "no holidays are declared, so they count as working days"
    until = f"holidays until {calendar['holidays_until']}"
    if not lacking:
        return until
    return f"{until}, none for {', '.join(map(str, lacking))}: holidays of those years count as working days"


def _lacking(definition: Mapping) -> list[int]:
    last = date.fromisoformat(definition["as_of"])
    first = min(date.fromisoformat(definition["first_event"] or definition["as_of"]), last)
    return list(WorkingCalendar.from_json(definition["calendar"]).without_holidays(first, last))


def _counted(days: Mapping, one: str, many: str) -> list[str]:
    return [f"{len(days)} {one if len(days) == 1 else many}"] if days else []


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
