import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from workbench.calendars import WEEKDAYS, WorkingCalendar
from workbench.catalog.model import City, Department, Holiday
from workbench.errors import CatalogError

OFFICE = WorkingCalendar("America/New_York")
AROUND_THE_CLOCK = WorkingCalendar("America/New_York", tuple(range(7)), ((0, 1440),))


def utc(text: str, zone: str = "America/New_York") -> np.datetime64:
    stamp = pd.Timestamp(text)
    stamp = stamp if stamp.tz else stamp.tz_localize(zone)
    return np.datetime64(stamp.tz_convert("UTC").tz_localize(None), "us")


def seconds(calendar: WorkingCalendar, start: str, end: str) -> float:
    return calendar.seconds_between(utc(start, calendar.zone), utc(end, calendar.zone))[0]


def calendar_of(city=None, department=None, holidays=None) -> WorkingCalendar:
    """The calendar of a department of a city in New York, from the words of the catalog."""
    town = City.model_validate({"name": "Town", "time_zone": "America/New_York", **(city or {})})
    office = Department.model_validate({"title": "Office", **department}) if department is not None else None
    named = {date.fromisoformat(day): Holiday(name=name) for day, name in (holidays or {}).items()}
    return WorkingCalendar.of(town, office, named)


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
    calendar = calendar_of({"working_days": ["Mon", "Sat"], "working_hours": ["13:00-24:00", "8:30-12:00"]})
    assert calendar.weekdays == (0, 5)
    assert calendar.spans == ((510, 720), (780, 1440))


def test_a_department_has_its_own_days_and_hours_and_its_closures_beside_the_citys():
    town = {"closures": ["2026-03-03"]}
    office = {
        "working_days": ["Tue", "Wed", "Thu"],
        "working_hours": ["10:00-12:00"],
        "closures": ["2026-03-05"],
    }
    calendar = calendar_of(town, office)
    assert calendar.weekdays == (1, 2, 3)
    # Of the week of 2 March 2026 Wednesday is left, and two hours of it.
    assert seconds(calendar, "2026-03-02T00:00", "2026-03-08T00:00") == 2 * 3600


def test_a_department_that_says_nothing_works_as_the_city_does():
    town = {
        "working_hours": ["08:00-16:30"],
        "closures": ["2026-03-03"],
        "short_days": {"2026-03-04": ["08:00-12:00"]},
    }
    assert calendar_of(town, {}) == calendar_of(town)
    assert calendar_of(town, {}).version == calendar_of(town).version


def test_a_desk_that_never_closes_does_not_keep_the_citys_holidays():
    around = {"working_days": list(WEEKDAYS), "working_hours": ["00:00-24:00"]}
    town, christmas = {"closures": ["2026-12-24"]}, {"2026-12-25": "Christmas Day"}
    keeps = calendar_of(town, around, christmas)
    never = calendar_of(town, {**around, "holidays": False}, christmas)
    assert seconds(keeps, "2026-12-23T12:00", "2026-12-26T12:00") == 24 * 3600
    assert seconds(never, "2026-12-23T12:00", "2026-12-26T12:00") == 72 * 3600
    assert keeps.holiday_years == (2026,)
    assert never.holiday_years is None


SHORT = {"short_days": {"2026-12-24": ["09:00-12:00"]}}


@pytest.mark.parametrize(
    ("town", "office", "holidays", "hours"),
    [
        (SHORT, None, {}, 3),  # Christmas Eve closes at noon
        (SHORT, {}, {}, 3),
        (SHORT, {"closures": ["2026-12-24"]}, {}, 0),  # the department takes the day off
        (SHORT, {"short_days": {"2026-12-24": ["09:00-13:00"]}}, {}, 4),
        (SHORT, {"holidays": False}, {}, 8),
        ({}, SHORT, {"2026-12-24": "Christmas Eve"}, 3),  # one office works on a holiday of the city
        (SHORT, None, {"2026-12-24": "Christmas Eve"}, 3),
        ({"closures": ["2026-12-24"]}, SHORT, {}, 3),
    ],
)
def test_a_short_day_has_hours_of_its_own(town, office, holidays, hours):
    calendar = calendar_of(town, office, holidays)
    assert seconds(calendar, "2026-12-24T00:00", "2026-12-25T00:00") == hours * 3600


def test_a_saturday_with_hours_of_its_own_is_a_working_date():
    calendar = calendar_of({"short_days": {"2026-03-07": ["10:00-14:00"]}})
    assert seconds(calendar, "2026-03-06T17:00", "2026-03-09T09:00") == 4 * 3600
    assert calendar.due(utc("2026-03-06T12:00"), 1)[0] == utc("2026-03-08T00:00")
    assert calendar.working_dates_between(utc("2026-03-06T12:00"), utc("2026-03-09T12:00")).tolist() == [2]


def test_a_calendar_is_written_as_plain_values_and_read_again():
    calendar = calendar_of(
        {"closures": ["2026-05-08"], **SHORT},
        {"working_hours": ["13:00-16:30", "08:30-12:00"]},
        {"2026-01-01": "New Year's Day"},
    )
    assert calendar.as_json() == {
        "zone": "America/New_York",
        "weekdays": [0, 1, 2, 3, 4],
        "spans": [[510, 720], [780, 990]],
        "closures": {"2026-01-01": "New Year's Day", "2026-05-08": ""},
        "short_days": {"2026-12-24": [[540, 720]]},
        "holiday_years": [2026],
        "holidays_until": "2026-12-31",
        "version": calendar.version,
    }
    again = WorkingCalendar.from_json(calendar.as_json())
    assert again == calendar
    assert again.as_json() == calendar.as_json()


def test_the_version_tells_calendars_of_other_working_time_apart_and_not_other_names():
    plain, holiday = calendar_of(), {"2026-01-01": "New Year's Day"}
    others = [
        calendar_of({"time_zone": "America/Chicago"}),
        calendar_of({"working_days": ["Mon"]}),
        calendar_of({"working_hours": ["09:00-16:00"]}),
        calendar_of({"closures": ["2026-05-08"]}),
        calendar_of(SHORT),
        calendar_of(holidays=holiday),
    ]
    versions = [each.version for each in (plain, *others)]
    assert len(set(versions)) == len(versions)
    assert all(len(version) == 8 for version in versions)
    assert calendar_of(holidays=dict.fromkeys(holiday, "Neujahr")).version == versions[-1]
    assert calendar_of({"closures": [*holiday]}).version == versions[-1]


def test_years_without_a_declared_holiday_are_told():
    calendar = calendar_of(holidays={"2024-12-25": "Christmas Day", "2026-12-25": "Christmas Day"})
    assert calendar.without_holidays(date(2024, 1, 1), date(2024, 12, 31)) == ()
    assert calendar.without_holidays(date(2023, 12, 31), date(2027, 1, 1)) == (2023, 2025, 2027)
    assert (
        calendar_of(department={"holidays": False}).without_holidays(date(2023, 1, 1), date(2023, 2, 1)) == ()
    )


HOUR = 3_600_000_000


@pytest.mark.parametrize(
    ("start", "hours", "instant"),
    [
        ("2026-03-04T16:00", 2, "2026-03-05T10:00"),
        ("2026-03-04T16:00", 1, "2026-03-04T17:00"),  # at closing, not at the next opening
        ("2026-03-04T06:15", 0.75, "2026-03-04T09:45"),
        ("2026-03-07T10:00", 1, "2026-03-09T10:00"),
        ("2026-03-07T10:00", 0, "2026-03-07T10:00"),
        ("2026-03-06T16:00", 2, "2026-03-09T10:00"),  # over a weekend with a clock change
        ("2025-12-31T16:00", 2, "2026-01-01T10:00"),
        ("2026-03-04T09:00", 8 * 261, "2027-03-03T17:00"),  # a year: 52 weeks and a day
    ],
)
def test_after_is_the_instant_at_which_so_much_has_been_worked(start, hours, instant):
    assert OFFICE.after(utc(start), int(hours * HOUR))[0] == utc(instant)


def test_working_dates_are_another_quantity_than_hours_over_eight():
    """32 business hours are 4 days of 8 hours, never 1.33 (pm4py, issue 559)."""
    start, end = utc("2026-03-02T09:00"), utc("2026-03-05T17:00")
    assert OFFICE.seconds_between(start, end)[0] / OFFICE.day_seconds == 4
    dates = {
        kind: OFFICE.working_dates_between(start, end, inclusive=kind)[0]
        for kind in ("both", "left", "right", "neither")
    }
    assert dates == {"both": 4, "left": 3, "right": 3, "neither": 2}
    evening, morning = utc("2026-03-02T16:55"), utc("2026-03-03T09:05")
    assert OFFICE.working_dates_between(evening, morning)[0] == 1
    assert OFFICE.seconds_between(evening, morning)[0] == 600


@pytest.mark.parametrize(
    ("start", "end", "both", "right"),
    [
        ("2026-03-04T23:30", "2026-03-04T23:45", 1, 0),
        ("2026-03-06T12:00", "2026-03-09T12:00", 2, 1),
        ("2026-03-07T12:00", "2026-03-08T12:00", 0, 0),  # a weekend
        ("2026-03-09T12:00", "2026-03-06T12:00", 0, 0),  # backwards
        ("2026-03-04T20:00", "2026-03-05T20:00", 2, 1),  # already tomorrow in UTC
    ],
)
def test_working_dates_are_local_dates(start, end, both, right):
    assert OFFICE.working_dates_between(utc(start), utc(end), inclusive="both").tolist() == [both]
    assert OFFICE.working_dates_between(utc(start), utc(end)).tolist() == [right]


def test_an_interval_wholly_outside_hours_is_flagged():
    spans = [
        ("2026-03-07T10:00", "2026-03-07T15:00", True),  # Saturday only
        ("2026-03-04T17:00", "2026-03-05T09:00", True),
        ("2026-03-04T16:59", "2026-03-05T09:00", False),
        ("2026-03-07T10:00", "2026-03-07T10:00", False),  # no time at all
        ("2026-03-07T15:00", "2026-03-07T10:00", False),
    ]
    starts, ends = (np.array([utc(span[side]) for span in spans]) for side in (0, 1))
    assert OFFICE.lie_outside(starts, ends).tolist() == [flag for _, _, flag in spans]


NIGHTS = WorkingCalendar("America/New_York", tuple(range(7)), ((0, 90), (150, 240)))


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("2026-03-04", 3.0),
        ("2026-03-08", 2.5),  # 02:30-04:00 begins at 03:00, the end of the hour that is skipped
        ("2026-11-01", 3.0),  # 00:00-01:30 ends in the first pass of the hour that is repeated
    ],
)
def test_openings_within_the_hour_that_a_clock_change_skips_or_repeats(day, hours):
    following = (pd.Timestamp(day) + pd.Timedelta(days=1)).isoformat()
    assert seconds(NIGHTS, day, following) == hours * 3600


def test_the_second_pass_of_the_repeated_hour_is_working_time_of_a_desk_that_is_open():
    first, second = utc("2026-11-01T05:30+00:00"), utc("2026-11-01T06:30+00:00")  # both are 01:30 on the wall
    assert AROUND_THE_CLOCK.seconds_between(first, second).tolist() == [3600]


def test_hours_are_those_of_the_citys_clock_and_not_of_utc():
    """A full day of an office in New York is written 13:00 to 21:00 in UTC; slots on UTC's clock find half of it."""
    start, end = utc("2026-07-01T13:00+00:00"), utc("2026-07-01T21:00+00:00")
    assert OFFICE.seconds_between(start, end).tolist() == [8 * 3600]
    assert WorkingCalendar("UTC").seconds_between(start, end).tolist() == [4 * 3600]


def test_the_worked_time_up_to_an_instant_has_a_fixed_origin():
    assert OFFICE.worked(
        np.array(["1970-01-01T00:00", "1970-01-01T15:00"], dtype="datetime64[us]")
    ).tolist() == [0, HOUR]
    instants = np.array([utc("2026-03-04T16:00"), utc("2026-03-05T10:00")])
    assert np.diff(OFFICE.worked(instants)).tolist() == [2 * HOUR]
    assert OFFICE.worked(instants[:1]).tolist() == OFFICE.worked(instants)[:1].tolist()
    assert OFFICE.worked(np.array([], dtype="datetime64[us]")).size == 0


@pytest.mark.parametrize(
    "calendar",
    [
        WorkingCalendar("America/New_York", ()),
        WorkingCalendar("America/New_York", spans=()),
        WorkingCalendar("America/New_York", (), short_days=((date(2020, 1, 4), ((540, 600),)),)),
    ],
)
def test_a_calendar_that_never_opens_again_says_so_instead_of_searching_forever(calendar):
    assert calendar.seconds_between(utc("2026-03-04T09:00"), utc("2026-03-05T09:00")).tolist() == [0]
    with pytest.raises(CatalogError, match="the working calendar is never open again"):
        calendar.after(utc("2026-03-04T09:00"), HOUR)
    with pytest.raises(CatalogError, match="Mend `working_days`"):
        calendar.due(utc("2026-03-04T09:00"), 1)


def test_a_missing_start_has_no_due_date_that_counts():
    assert np.isnat(OFFICE.due(np.array(["NaT"], dtype="datetime64[us]"), 0)).all()
    due = OFFICE.due(np.array(["NaT", utc("2026-03-04T09:00")], dtype="datetime64[us]"), 1)
    assert due[1] == utc("2026-03-06T00:00")
    assert np.isnat(due[0])


CASES = (
    "cal-02-overnight",
    "cal-04-start-before-open",
    "cal-06-saturday-only",
    "cal-08-holiday-missing",
    "cal-09-thanksgiving",
    "cal-10-dst-24h-desk-spring",
    "cal-11-dst-24h-desk-autumn",
    "cal-12-utc-trap",
    "cal-13-minneapolis",
)


def _reference_calendar(inputs: dict) -> WorkingCalendar:
    first, last = inputs["days"].split("-")
    weekdays = tuple(range(WEEKDAYS.index(first), WEEKDAYS.index(last) + 1))
    closures = frozenset(date.fromisoformat(day) for day in inputs["holidays"])
    span = (int(inputs["open"] * 60), int(inputs["close"] * 60))
    return WorkingCalendar(inputs["tz"], weekdays, (span,), closures)


@pytest.mark.parametrize("name", CASES)
def test_reference_cases_of_working_time(reference, name):
    case = reference("process", name)
    inputs, expected = case["inputs"], case["expected"]["business_seconds"]
    calendar = _reference_calendar(inputs)
    assert seconds(calendar, inputs["start"], inputs["end"]) == expected
    start = utc(inputs["start"], calendar.zone)
    flagged = calendar.lie_outside(start, utc(inputs["end"], calendar.zone))[0]
    assert flagged == (expected == 0)
    reached = calendar.after(start, expected * 1_000_000)
    assert calendar.seconds_between(start, reached)[0] == expected


def test_every_reference_case_of_a_calendar_is_here(shared):
    cases = json.loads((shared / "cases" / "process.json").read_text())["cases"]
    assert {case["id"] for case in cases if case["id"].startswith("cal-")} == set(CASES)
