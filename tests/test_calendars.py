import json
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.calendars import WEEKDAYS, WorkingCalendar
from workbench.errors import CatalogError

OFFICE = WorkingCalendar("America/New_York")
AROUND_THE_CLOCK = WorkingCalendar("America/New_York", tuple(range(7)), ((0, 1440),))


def utc(text: str, zone: str = "America/New_York") -> np.datetime64:
    stamp = pd.Timestamp(text)
    stamp = stamp if stamp.tz else stamp.tz_localize(zone)
    return np.datetime64(stamp.tz_convert("UTC").tz_localize(None), "us")


def seconds(calendar: WorkingCalendar, start: str, end: str) -> float:
    return calendar.seconds_between(utc(start, calendar.zone), utc(end, calendar.zone))[0]


def city(**changes):
    values = {"time_zone": "America/New_York", "working_days": ["Mon"], "working_hours": ["09:00-17:00"]}
    return SimpleNamespace(**{**values, "closures": [], **changes})


def test_overnight_counts_the_hours_before_closing_and_after_opening():
    assert seconds(OFFICE, "2026-03-04T16:00", "2026-03-05T10:00") == 7200


def test_a_lunch_break_is_not_working_time():
    calendar = WorkingCalendar("America/New_York", spans=((540, 720), (780, 1020)))
    assert seconds(calendar, "2026-03-04T11:00", "2026-03-04T14:00") == 7200
    assert calendar.day_seconds == 7 * 3600


def test_a_closure_takes_its_day_away():
    calendar = WorkingCalendar("America/New_York", closures=frozenset({date(2026, 11, 26)}))
    assert seconds(calendar, "2026-11-25T12:00", "2026-11-30T12:00") == 57600


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [("2026-03-07T12:00", "2026-03-08T12:00", 23), ("2026-10-31T12:00", "2026-11-01T12:00", 25)],
)
def test_a_desk_that_never_closes_works_the_hours_of_a_clock_change(start, end, hours):
    assert seconds(AROUND_THE_CLOCK, start, end) == hours * 3600


def test_years_far_apart_and_the_turn_of_the_utc_year():
    assert seconds(AROUND_THE_CLOCK, "2019-12-31T23:00", "2026-01-01T01:00") == (6 * 365 + 2) * 86400 + 7200


def test_a_missing_instant_gives_a_missing_duration():
    answer = OFFICE.seconds_between(
        np.array(["2026-03-04T15:00", "NaT"], dtype="datetime64[us]"), utc("2026-03-04T11:00")
    )
    assert answer[0] == 3600
    assert np.isnan(answer[1])


def test_no_instants_give_no_durations():
    none = np.array([], dtype="datetime64[us]")
    assert OFFICE.seconds_between(none, none).size == 0


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-03-04T16:59", 1, "2026-03-06T00:00"),
        ("2026-03-06T09:00", 1, "2026-03-10T00:00"),  # Friday: due Monday
        ("2026-03-07T09:00", 1, "2026-03-10T00:00"),  # Saturday: due Monday, too
        ("2026-03-04T09:00", 0.5, "2026-03-06T00:00"),
        ("2026-03-04T09:00", 5, "2026-03-12T00:00"),  # over a clock change
        ("2026-03-04T09:00", 0, "2026-03-05T00:00"),
        ("2026-03-07T09:00", 0, "2026-03-08T00:00"),  # never before it started
    ],
)
def test_due_counts_working_dates(start, days, due):
    assert OFFICE.due(utc(start), days)[0] == utc(due)


def test_due_steps_over_a_closure():
    calendar = WorkingCalendar("America/New_York", closures=frozenset({date(2026, 11, 26)}))
    assert calendar.due(utc("2026-11-25T12:00"), 1)[0] == utc("2026-11-28T00:00")


def test_the_calendar_of_a_city_is_read_from_its_words():
    calendar = WorkingCalendar.of(
        city(working_days=["Mon", "Sat"], working_hours=["13:00-24:00", "8:30-12:00"])
    )
    assert calendar.weekdays == (0, 5)
    assert calendar.spans == ((510, 720), (780, 1440))


@pytest.mark.parametrize("hours", ["9-17", "17:00-09:00", "09:00-24:01", "09:70-17:00"])
def test_working_hours_that_are_no_span_are_quoted(hours):
    with pytest.raises(CatalogError, match=f"{hours!r}.*write opening and closing"):
        WorkingCalendar.of(city(working_hours=[hours]))


def test_overlapping_working_hours_are_refused():
    with pytest.raises(CatalogError, match=r"overlap.*12:00-14:00"):
        WorkingCalendar.of(city(working_hours=["09:00-13:00", "12:00-14:00"]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.datetimes(pd.Timestamp("2024-01-01"), pd.Timestamp("2027-12-31")), min_size=3, max_size=3))
def test_working_time_adds_up_and_never_exceeds_elapsed_time(instants):
    first, middle, last = np.sort(np.array(instants, dtype="datetime64[us]"))
    whole = OFFICE.microseconds_between(first, last)[0]
    assert (
        whole == OFFICE.microseconds_between(first, middle)[0] + OFFICE.microseconds_between(middle, last)[0]
    )
    assert 0 <= whole <= (last - first).astype("int64")
    assert AROUND_THE_CLOCK.microseconds_between(first, last)[0] == (last - first).astype("int64")


def _reference_calendar(inputs: dict) -> WorkingCalendar:
    first, last = inputs["days"].split("-")
    weekdays = tuple(range(WEEKDAYS.index(first), WEEKDAYS.index(last) + 1))
    closures = frozenset(date.fromisoformat(day) for day in inputs["holidays"])
    span = (int(inputs["open"] * 60), int(inputs["close"] * 60))
    return WorkingCalendar(inputs["tz"], weekdays, (span,), closures)


def test_reference_cases_of_working_time(shared):
    cases = json.loads((shared / "cases/process.json").read_text())["cases"]
    calendar_cases = [case for case in cases if case["id"].startswith("cal-")]
    assert len(calendar_cases) >= 9
    for case in calendar_cases:
        inputs = case["inputs"]
        got = seconds(_reference_calendar(inputs), inputs["start"], inputs["end"])
        assert got == case["expected"]["business_seconds"], case["id"]
