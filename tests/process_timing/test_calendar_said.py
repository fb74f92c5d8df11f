"""What a page says of the working calendar, above all where its holidays end too early."""

from datetime import date

import pytest

from workbench.calendars import WorkingCalendar
from workbench.process_timing.log.calendar_said import TITLE, facts, notes

CHRISTMAS = date(2025, 12, 25)


def definition(first="2025-03-04", as_of="2026-01-15", **calendar) -> dict:
    values = WorkingCalendar("America/Chicago", **calendar).as_json()
    return {"calendar": {**values, "version": "ab12cd34"}, "first_event": first, "as_of": as_of}


@pytest.mark.parametrize(
    ("years", "said", "lacking"),
    [
        ((2025, 2026), "holidays until 2026-12-31", []),
        (
            (2025,),
            "holidays until 2025-12-31, none for 2026: holidays of those years count as working days",
            [2026],
        ),
        (
            (2024, 2027),
            "holidays until 2027-12-31, none for 2025, 2026: holidays of those years count as working days",
            [2025, 2026],
        ),
        ((), "no holidays are declared, so they count as working days", [2025, 2026]),
        (None, "holidays are worked", []),
    ],
)
def test_years_without_holidays_are_said(years, said, lacking):
    given = definition(holiday_years=years)
    assert notes(given) == {
        TITLE: f"Mon, Tue, Wed, Thu, Fri, 09:00-17:00, America/Chicago; {said}; version ab12cd34"
    }
    assert facts(given) == {
        "calendar_version": "ab12cd34",
        "holidays_until": f"{years[-1]}-12-31" if years else None,
        "years_without_holidays": lacking,
    }


def test_spans_closures_and_short_days_are_told():
    given = definition(
        weekdays=(0, 5),
        spans=((510, 720), (780, 1440)),
        closures=frozenset({CHRISTMAS, date(2025, 1, 1)}),
        short_days=((date(2025, 12, 24), ((540, 720),)),),
        holiday_years=(2025, 2026),
    )
    assert notes(given)[TITLE].startswith(
        "Mon, Sat, 08:30-12:00 and 13:00-24:00, America/Chicago, 2 days closed, 1 short day; holidays until"
    )


def test_a_log_without_events_is_judged_by_the_day_of_the_review():
    assert facts(definition(first=None, holiday_years=(2025,)))["years_without_holidays"] == [2026]
    assert facts(definition(first="2027-01-01", holiday_years=(2025,)))["years_without_holidays"] == [2026]
