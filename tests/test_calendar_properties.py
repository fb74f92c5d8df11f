"""Working time holds for any calendar and any instant: properties, and the slow way beside the quick one."""

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from workbench.calendars import WorkingCalendar

AROUND_THE_CLOCK = WorkingCalendar("America/New_York", tuple(range(7)), ((0, 1440),))
HOUR = 3_600_000_000
INSTANTS = st.datetimes(pd.Timestamp("2024-01-01"), pd.Timestamp("2027-12-31"))
SPANS = st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(
    lambda quarters: tuple(
        (15 * opening, 15 * closing)
        for opening, closing in zip(sorted(quarters)[::2], sorted(quarters)[1::2], strict=False)
    )
)
CALENDARS = st.builds(
    WorkingCalendar,
    zone=st.sampled_from(
        ["America/New_York", "Europe/Amsterdam", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
    ),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    spans=SPANS,
    closures=st.frozensets(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=8),
    short_days=st.dictionaries(st.dates(date(2024, 1, 1), date(2027, 12, 31)), SPANS, max_size=3).map(
        lambda days: tuple(sorted(days.items()))
    ),
)


@given(CALENDARS, st.lists(INSTANTS, min_size=3, max_size=3))
def test_working_time_adds_up_is_never_negative_and_never_exceeds_elapsed_time(calendar, instants):
    first, middle, last = np.sort(np.array(instants, dtype="datetime64[us]"))
    between = calendar.microseconds_between
    whole = between(first, last)[0]
    assert whole == between(first, middle)[0] + between(middle, last)[0]
    assert 0 <= whole <= (last - first).astype("int64")
    assert whole == np.diff(calendar.worked(np.array([first, last])))[0] == -between(last, first)[0]
    assert AROUND_THE_CLOCK.microseconds_between(first, last)[0] == (last - first).astype("int64")


@given(CALENDARS, INSTANTS, st.integers(0, 4000 * HOUR))
def test_after_is_the_inverse_of_working_time(calendar, start, working):
    start = np.array([start], dtype="datetime64[us]")
    reached = calendar.after(start, working)
    assert calendar.microseconds_between(start, reached)[0] == working
    assert reached[0] >= start[0]
    if working:
        # The first such instant: a microsecond before, less had been worked.
        assert calendar.microseconds_between(start, reached - np.timedelta64(1, "us"))[0] == working - 1


@given(CALENDARS, INSTANTS, st.integers(1, 60))
def test_so_many_working_dates_lie_between_a_start_and_its_due_date(calendar, start, days):
    start = np.array([start], dtype="datetime64[us]")
    last_instant = calendar.due(start, days) - np.timedelta64(1, "us")
    assert calendar.working_dates_between(start, last_instant).tolist() == [days]


@given(CALENDARS, st.lists(INSTANTS, min_size=2, max_size=2), SPANS)
def test_hours_of_working_dates_are_the_working_time(calendar, instants, spans):
    """Whole local days: the working time is the sum of the hours of each working date."""
    calendar = WorkingCalendar("UTC", calendar.weekdays, spans, calendar.closures)
    first, last = np.sort(np.array(instants, dtype="datetime64[D]")).astype("datetime64[us]")
    dates = calendar.working_dates_between(first, last, inclusive="left")[0]
    assert calendar.seconds_between(first, last)[0] == dates * calendar.day_seconds


def minutes_worked(start: np.datetime64, end: np.datetime64, closed: str) -> int:
    """The slow way: every minute is asked whether it is a working one on the wall clock of New York."""
    wall = pd.date_range(start, end, freq="min", inclusive="left", tz="UTC").tz_convert("America/New_York")
    open_ = (wall.weekday < 5) & (wall.hour >= 9) & (wall.hour < 17) & (wall.strftime("%Y-%m-%d") != closed)
    return int(open_.sum())


def test_random_intervals_over_both_clock_changes_agree_with_a_count_of_minutes():
    """Business hours on the clock of UTC are off by over a minute for 58 % of such intervals (pm4py)."""
    random = np.random.default_rng(4)
    starts = np.datetime64("2026-01-01T00:00", "us") + random.integers(0, 500_000, 300) * np.timedelta64(
        1, "m"
    )
    ends = starts + random.integers(1, 10_000, 300) * np.timedelta64(1, "m")
    calendar = WorkingCalendar("America/New_York", closures=frozenset({date(2026, 5, 25)}))
    ours = calendar.seconds_between(starts, ends)
    slowly = [60 * minutes_worked(start, end, "2026-05-25") for start, end in zip(starts, ends, strict=True)]
    assert ours.tolist() == slowly
    on_utc = WorkingCalendar("UTC", closures=calendar.closures).seconds_between(starts, ends)
    assert (np.abs(on_utc - ours) > 60).mean() > 0.4
