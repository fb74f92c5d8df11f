"""In whose hands cases are, and when the open ones fall due."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.process_timing.cohort import CALENDAR, CLOCKS, DAY, WORKING, Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.times.clocks import lead_of
from workbench.process_timing.times.falling_due import falling_due
from workbench.process_timing.times.held import Held
from workbench.process_timing.times.holders import holders

PERMIT = {"first": ["Filed"], "last": ["Issued"], "withdrawn": ["Withdrawn"]}
ASKED = {**PERMIT, "clock": {"Asked": "owner", "Sent": "state"}}
ASKED |= {"holders": {"owner": "applicant", "state": "agency"}}
COLUMNS = ("case", "activity", "completed")


def chosen(cube, period: str = "2026-Q1") -> Cohort:
    return Cohort.of(cube, period, "submitted", 0.95)


def days_held(cube, clock: str = CALENDAR) -> dict[str, float]:
    found = holders(chosen(cube), Counts())
    return found[found["clock"] == clock].set_index("holder")["total_days"].to_dict()


ONE_CASE = [
    ("c1", "Filed", "2026-01-05T09:00Z"),  # a Monday
    ("c1", "Asked", "2026-01-06T09:00Z"),
    ("c1", "Answered", "2026-01-12T09:00Z"),
    ("c1", "Sent", "2026-01-13T09:00Z"),
    ("c1", "Issued", "2026-01-15T09:00Z"),
]


def test_time_belongs_to_the_holder_after_each_event(cube_of):
    cube = cube_of(ONE_CASE, process=ASKED, about_people=False)
    assert days_held(cube) == {"owner": 6, "state": 2, "city": 2}
    assert days_held(cube, WORKING) == {"owner": 4, "state": 2, "city": 2}
    found = holders(chosen(cube), Counts())
    assert found["kind"].tolist() == ["applicant", "city", "agency"] * 2
    assert found[found["clock"] == CALENDAR]["share"].tolist() == pytest.approx([0.6, 0.2, 0.2])
    assert found["share_lower"].isna().all()  # one week cannot be drawn again


def test_the_tail_of_an_open_case_is_with_whom_it_was_left(cube_of):
    cube = cube_of(ONE_CASE[:2], process=ASKED, as_of="2026-01-31", about_people=False)
    assert days_held(cube) == {"owner": 25.625, "city": 1}
    cube = cube_of(ONE_CASE[:3], process=ASKED, as_of="2026-01-31", about_people=False)
    assert days_held(cube) == {"city": 20.625, "owner": 6}


def test_the_city_holds_a_case_before_its_first_event_and_where_nothing_is_said(cube_of):
    columns = [*COLUMNS, "submitted", "closed"]
    rows = [(*row, "2026-01-02T09:00Z", "2026-01-18T09:00Z") for row in ONE_CASE]
    process = {**ASKED, "submitted": "submitted", "closed": "closed"}
    # Three days before the first event, and three after "Issued".
    assert days_held(cube_of(rows, columns, process=process)) == {"city": 8, "owner": 6, "state": 2}


def test_an_end_before_the_last_event_cuts_what_others_held(cube_of):
    columns = [*COLUMNS, "closed"]
    rows = [(*row, "2026-01-08T09:00Z") for row in ONE_CASE]
    cube = cube_of(rows, columns, process={**ASKED, "closed": "closed"})
    assert days_held(cube) == {"owner": 2, "city": 1}


def test_work_that_is_recorded_ends_the_wait_for_others(cube_of):
    columns = [*COLUMNS, "started"]
    starts = [None, None, "2026-01-10T09:00Z", None, "2026-01-14T21:00Z"]
    rows = [(*row, start) for row, start in zip(ONE_CASE, starts, strict=True)]
    cube = cube_of(rows, columns, process={**ASKED, "started": "started"})
    assert days_held(cube) == {"owner": 4, "city": 4.5, "state": 1.5}


def test_a_word_that_is_declared_as_nothing_is_not_the_city(cube_of):
    process = {**PERMIT, "clock": {"Asked": "vendor", "Sent": "hold"}}
    cohort = chosen(cube_of(ONE_CASE, process=process))
    held = Held.of(cohort, CALENDAR)
    assert dict(zip(held.words, held.kinds, strict=True)) == {
        "city": "city",
        "hold": "hold",
        "vendor": "other",
    }
    assert (held.elsewhere / DAY).tolist() == [8]


def test_a_day_of_23_hours_is_the_applicants(cube_of):
    rows = [
        ("c1", "Asked", "2026-03-07T22:00-05:00"),
        ("c1", "Answered", "2026-03-08T22:00-04:00"),  # the clocks went forward that night
        ("c1", "Issued", "2026-03-09T22:00-04:00"),
    ]
    process = {**ASKED, "first": ["Asked"]}
    cube = cube_of(rows, process=process, zone="America/New_York", working_hours=["00:00-24:00"])
    assert days_held(cube) == pytest.approx({"city": 1, "owner": 23 / 24})
    assert days_held(cube, WORKING) == pytest.approx({"city": 22 / 24, "owner": 0 / 24})


def test_a_case_set_aside_is_nobodys(cube_of):
    rows = [("c1", "Asked", "2026-01-05T09:00Z"), ("c1", "Issued", "2026-01-09T09:00Z")]  # never filed
    cohort = chosen(cube_of(rows + ONE_CASE[:0], process=ASKED))
    assert Held.of(cohort, CALENDAR).times.tolist() == [[0, 0]]
    assert holders(cohort, Counts()).empty


def log_of(weeks: int, owner: list[float], city: float = 2.0) -> list[tuple]:
    """Two permits a week: days with the city, then with the owner, then with the city again."""
    rows = []
    for number in range(2 * weeks):
        moment = pd.Timestamp("2026-01-05", tz="UTC") + pd.Timedelta(weeks=number // 2)
        for step, days in (
            ("Filed", 0),
            ("Asked", city),
            ("Answered", owner[number % len(owner)]),
            ("Issued", city),
        ):
            moment += pd.Timedelta(days=days)
            rows.append((f"c{number}", step, moment.isoformat()))
    return rows


@pytest.mark.parametrize(
    ("owner", "verdict"),
    [([10.0], "longest wait"), ([4.0], "longest wait"), ([0.5, 0.5, 9.0, 6.0], "can't tell yet")],
)
def test_who_holds_most_is_said_when_it_is_sure(cube_of, owner, verdict):
    found = holders(chosen(cube_of(log_of(10, owner), process=ASKED)), Counts())
    own = found[found["clock"] == CALENDAR]
    assert own["verdict"].tolist() == [verdict, ""]
    assert own["cases"].tolist() == [20, 20]


def test_the_median_is_of_the_cases_that_someone_held(cube_of):
    rows = log_of(6, [10.0]) + [(f"d{k}", *row[1:]) for k in range(12) for row in (ONE_CASE[0], ONE_CASE[4])]
    found = holders(chosen(cube_of(rows, process=ASKED, about_people=False)), Counts())
    own = found[found["clock"] == CALENDAR].set_index("holder")
    assert own["cases"].to_dict() == {"city": 24, "owner": 12}
    assert own["median_days"].to_dict() == {"city": 7, "owner": 10}  # city: 12 of 4 and 12 of 10 days


LOGS = st.lists(
    st.tuples(
        st.sampled_from(["c1", "c2", "c3"]),
        st.sampled_from(["Filed", "Asked", "Answered", "Sent", "Issued"]),
        st.integers(0, 2000),
        st.one_of(st.none(), st.integers(0, 90)),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=16, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LOGS, st.booleans())
def test_what_all_hold_is_the_lead_time(cube_of, steps, by_dates):
    midnight = pd.Timestamp("2026-01-01", tz="America/New_York")
    rows = []
    for case, activity, hours, worked in steps:
        time = midnight + pd.Timedelta(hours=hours)
        time = time.normalize() if by_dates else time
        start = None if worked is None or by_dates else (time - pd.Timedelta(hours=worked)).isoformat()
        rows.append((case, activity, time.isoformat(), start))
    process = {**ASKED, "first": [], "started": "started"}
    cube = cube_of(rows, [*COLUMNS, "started"], process=process, as_of="2026-04-30", zone="America/New_York")
    cohort = chosen(cube)
    for clock in CLOCKS:
        held = Held.of(cohort, clock)
        assert (held.times >= 0).all()
        assert (held.times.sum(axis=1) == lead_of(cohort.cases, clock)).all()
        assert (held.times[:, 0] + held.elsewhere == lead_of(cohort.cases, clock)).all()
        found = holders(cohort, Counts()).query("clock == @clock")
        assert found["total_days"].sum() == pytest.approx(cohort.days(cohort.own, clock).sum())
        assert found["share"].sum() == pytest.approx(1) or found.empty


def open_cases(days: list[str]) -> list[tuple]:
    return [(f"c{k}", "Filed", f"{day}T10:00Z") for k, day in enumerate(days)]


def test_open_cases_are_counted_by_when_they_fall_due(cube_of):
    process = {**PERMIT, "service_level": {"days": 10, "calendar": "working"}}
    filed = [
        *("2026-01-15", "2026-01-16"),  # due on the 29th; and on the 30th, whose end is now
        *("2026-01-19", "2026-01-23"),  # due on 2 February; and on the 6th, the fifth working day ahead
        *("2026-01-24", "2026-01-26"),  # due on 6 February too, as it came on a Saturday; and on the 9th
        "2026-01-30",  # due on the 13th, the tenth day ahead
    ]
    cube = cube_of(open_cases(filed), process=process, as_of="2026-01-30", about_people=False)
    found = falling_due(chosen(cube), Counts()).set_index("within")["cases"]
    assert found.to_dict() == {
        "overdue": 2,
        "within 5 working days": 3,
        "within 10 working days": 2,
        "within 20 working days": 0,
        "later": 0,
    }


def test_a_closure_moves_the_spans_ahead(cube_of):
    process = {**PERMIT, "service_level": {"days": 8, "calendar": "calendar"}}
    cases = open_cases(["2026-01-30"])  # overdue from 7 February, ten in the morning
    for closures, within in (([], "within 10 working days"), (["2026-02-03"], "within 5 working days")):
        cube = cube_of(cases, process=process, as_of="2026-01-30", about_people=False, closures=closures)
        found = falling_due(chosen(cube), Counts())
        assert found.loc[found["cases"] == 1, "within"].tolist() == [within]


def test_open_cases_of_every_interval_fall_due_and_closed_ones_do_not(cube_of):
    process = {**PERMIT, "service_level": {"days": 10, "calendar": "calendar"}}
    rows = open_cases(["2025-10-01", "2026-01-30"]) + [("d", *row[1:]) for row in (ONE_CASE[0], ONE_CASE[4])]
    found = falling_due(chosen(cube_of(rows, process=process, as_of="2026-01-30")), Counts())
    assert found["cases"].tolist() == [1, 0, 1, 0, 0]
    assert falling_due(chosen(cube_of(rows, process=PERMIT)), Counts()).empty


def test_counts_of_people_falling_due_are_rounded(cube_of):
    process = {**PERMIT, "service_level": {"days": 10, "calendar": "calendar"}}
    rows = open_cases(["2026-01-05"] * 33 + ["2026-01-30"] * 7)
    found = falling_due(chosen(cube_of(rows, process=process, as_of="2026-01-30")), Counts())
    assert found["cases"].tolist() == [40, 0, 7, 0, 0]  # 7 is left for the release to hide
    assert np.array(found["state"] == "zero").tolist() == [False, True, False, True, True]
