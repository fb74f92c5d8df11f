"""How long steps take, and how much of the time of a case is work."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.process_timing.cohort import CALENDAR, CLOCKS, DAY, WORKING, Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.times.clocks import lead_of
from workbench.process_timing.times.efficiency import efficiency
from workbench.process_timing.times.steps import step_times
from workbench.process_timing.times.work import Work

COLUMNS = ["case", "activity", "started", "completed", "resource"]
PERMIT = {"first": ["Filed"], "last": ["Issued"], "started": "started", "resource": "resource"}


def chosen(cube, period: str = "2026-Q1") -> Cohort:
    return Cohort.of(cube, period, "submitted", 0.95)


def row_of(frame: pd.DataFrame, **wanted) -> pd.Series:
    (found,) = (row for _, row in frame[(frame[list(wanted)] == pd.Series(wanted)).all(axis=1)].iterrows())
    return found


# Monday 5 January 2026, nine to five. Ann reviews c1 from ten to twelve, then inspects both, one time only.
LOG = [
    ("c1", "Filed", None, "2026-01-05T09:00Z", "Eve"),
    ("c1", "Review", "2026-01-05T10:00Z", "2026-01-05T12:00Z", "Ann"),
    ("c2", "Filed", None, "2026-01-05T11:00Z", None),
    ("c2", "Inspect", None, "2026-01-05T15:00Z", "Ann"),
    ("c1", "Inspect", None, "2026-01-06T13:00Z", "Ann"),
    ("c1", "Issued", None, "2026-01-07T13:00Z", "Bob"),
    ("c2", "Issued", None, "2026-01-07T13:00Z", "Bob"),
]


def test_work_is_recorded_or_a_range(cube_of):
    found = step_times(chosen(cube_of(LOG, COLUMNS, process=PERMIT, about_people=False)), Counts())
    review = row_of(found, activity="Review", clock=WORKING)
    assert (review["count"], review["timed"]) == (1, 1)
    assert (review["touch_median"], review["wait_median"], review["median_days"]) == (2 / 8, 1 / 8, 3 / 8)
    inspect = row_of(found, activity="Inspect", clock=WORKING)
    assert (inspect["count"], inspect["timed"]) == (2, 0)
    assert np.isnan(inspect["touch_median"])
    # c2: since Ann's review ended at twelve, not since eleven. c1: since Ann was at c2, three on Monday.
    assert inspect["total_touch_at_most_days"] == (3 + 6) / 8
    assert inspect["total_wait_days"] == (4 + 9) / 8
    assert row_of(found, activity="Inspect", clock=CALENDAR)["total_touch_at_most_days"] == (3 + 22) / 24
    # Bob signed both at once: each may have been what he worked on since the case came from Ann.
    assert row_of(found, activity="Issued", clock=CALENDAR)["total_touch_at_most_days"] == (24 + 46) / 24


def test_a_first_event_has_a_wait_where_a_submission_is_recorded(cube_of):
    without = step_times(chosen(cube_of(LOG, COLUMNS, process=PERMIT, about_people=False)), Counts())
    filed = row_of(without, activity="Filed", clock=CALENDAR)
    assert filed[["wait_median", "median_days", "touch_at_most_median"]].isna().all()
    rows = [(*row, "2026-01-04T09:00Z") for row in LOG]
    process = {**PERMIT, "submitted": "submitted"}
    cube = cube_of(rows, [*COLUMNS, "submitted"], process=process, about_people=False)
    filed = row_of(step_times(chosen(cube), Counts()), activity="Filed", clock=CALENDAR)
    assert (filed["total_wait_days"], filed["total_touch_at_most_days"]) == pytest.approx((1 + 26 / 24,) * 2)


def test_steps_of_a_case_add_up_from_its_first_event_to_its_last(cube_of):
    found = step_times(chosen(cube_of(LOG, COLUMNS, process=PERMIT, about_people=False)), Counts())
    totals = found.groupby("clock")["total_days"].sum()
    assert totals.to_dict() == pytest.approx({CALENDAR: (52 + 50) / 24, WORKING: (20 + 18) / 8})


@pytest.mark.parametrize(("n", "shown"), [(49, False), (50, True)])
def test_a_ninetieth_percentile_needs_fifty(cube_of, n, shown):
    rows = [(f"c{k}", *row[1:]) for k in range(n) for row in LOG if row[0] == "c1"]
    found = step_times(chosen(cube_of(rows, COLUMNS, process=PERMIT)), Counts())
    review = row_of(found, activity="Review", clock=CALENDAR)
    assert np.isfinite(review[["touch_p90", "wait_p90", "p90_days"]].astype(float)).tolist() == [shown] * 3
    assert "mean" not in " ".join(found.columns)


def test_figures_of_few_events_are_not_told_of_people(cube_of):
    for timed, told in ((0, False), (10, False), (11, True)):
        rows = []
        for number in range(40):
            start = "2026-01-05T10:00Z" if number < timed else None
            rows += [(f"c{number}", "Filed", None, "2026-01-05T09:00Z", None)]
            rows += [(f"c{number}", "Review", start, "2026-01-05T12:00Z", "Ann")]
        found = step_times(chosen(cube_of(rows, COLUMNS, process=PERMIT)), Counts())
        review = row_of(found, activity="Review", clock=CALENDAR)
        assert np.isfinite(review["touch_median"]) == np.isfinite(review["total_touch_days"]) == told
        assert (review["timed"] * 20) % 1 == 0
        assert review["count"] == 40


def test_efficiency_is_read_from_one_clock(cube_of):
    process = {**PERMIT, "value_adding": ["Review"]}
    found = efficiency(chosen(cube_of(LOG, COLUMNS, process=process, about_people=False)), Counts())
    working = row_of(found, clock=WORKING, measure="process cycle efficiency")
    assert (working["at_least"], working["at_most"]) == (2 / 38, 2 / 38)
    assert working["case_at_least"] == pytest.approx((2 / 20 + 0) / 2)
    calendar = row_of(found, clock=CALENDAR, measure="process cycle efficiency")
    assert calendar["at_least"] == 2 / 102
    ratio = row_of(found, clock=WORKING, measure="activity ratio")
    # c1: review 2, inspect 6, issue 8 hours; c2: inspect 3, issue from three on Monday: 14.
    assert (ratio["at_least"], ratio["at_most"]) == pytest.approx((2 / 38, (16 + 17) / 38))
    assert ratio["n"] == 2


def test_without_a_step_declared_as_adding_value_there_is_no_cycle_efficiency(cube_of):
    found = efficiency(chosen(cube_of(LOG, COLUMNS, process=PERMIT)), Counts())
    assert found["measure"].unique().tolist() == ["activity ratio"]


def test_with_all_starts_efficiency_is_one_number_with_an_interval(cube_of):
    random, rows = np.random.default_rng(3), []
    for number in range(60):
        filed = pd.Timestamp("2026-01-05T09:00Z") + pd.Timedelta(days=int(number))
        begun, done = filed + pd.Timedelta(hours=20), filed + pd.Timedelta(hours=20 + random.uniform(1, 8))
        rows += [(f"c{number}", "Filed", filed.isoformat(), filed.isoformat(), "Eve")]
        rows += [(f"c{number}", "Issued", begun.isoformat(), done.isoformat(), "Ann")]
    found = row_of(efficiency(chosen(cube_of(rows, COLUMNS, process=PERMIT)), Counts()), clock=CALENDAR)
    assert found["at_least"] == found["at_most"]
    assert found["lower"] < found["at_least"] < found["upper"]
    assert found["case_at_least"] == found["case_at_most"]


def test_work_at_once_counts_once_and_rests_do_not(cube_of):
    rows = [
        ("c1", "Filed", "2026-01-05T09:00Z", "2026-01-05T09:00Z", "Eve"),
        ("c1", "Review", "2026-01-05T10:00Z", "2026-01-05T14:00Z", "Ann"),
        ("c1", "Check", "2026-01-05T12:00Z", "2026-01-05T15:00Z", "Bob"),
        ("c1", "Issued", "2026-01-05T17:00Z", "2026-01-05T17:00Z", "Eve"),
    ]
    cohort = chosen(cube_of(rows, COLUMNS, process=PERMIT, about_people=False))
    assert row_of(efficiency(cohort, Counts()), clock=WORKING)["at_least"] == 5 / 8
    cohort.cube.frames["events"].loc[1, ["paused", "paused_working"]] = 3_600_000_000
    found = step_times(cohort, Counts())
    assert row_of(found, activity="Review", clock=WORKING)["touch_median"] == 3 / 8
    assert row_of(efficiency(cohort, Counts()), clock=WORKING)["at_least"] == 4 / 8


def test_work_outside_a_cases_lead_time_is_not_of_it(cube_of):
    rows = [(*row, "2026-01-05T14:00Z") for row in LOG if row[0] == "c1"]
    process = {**PERMIT, "closed": "closed"}
    cohort = chosen(cube_of(rows, [*COLUMNS, "closed"], process=process, about_people=False))
    found = row_of(efficiency(cohort, Counts()), clock=WORKING)
    assert (found["at_least"], found["at_most"]) == pytest.approx((2 / 5, 4 / 5))


@pytest.mark.parametrize("rows", [LOG[:1], [("c1", "Filed", None, "2020-01-05T09:00Z", "Eve")]])
def test_a_log_of_one_event(cube_of, rows):
    cohort = chosen(cube_of(rows, COLUMNS, process=PERMIT, as_of="2026-01-31", about_people=False))
    found = efficiency(cohort, Counts())
    assert found["at_least"].tolist() == found["at_most"].tolist() == ([0, 0] if rows == LOG[:1] else [])
    assert len(step_times(cohort, Counts())) == len(found)


LOGS = st.lists(
    st.tuples(
        st.sampled_from(["c1", "c2", "c3"]),
        st.sampled_from(["Filed", "Review", "Inspect", "Issued"]),
        st.integers(0, 500),
        st.one_of(st.none(), st.integers(0, 90)),
        st.sampled_from([None, "Ann", "Bob"]),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LOGS, st.booleans())
def test_lead_time_is_touch_and_wait(cube_of, steps, closes):
    midnight, rows = pd.Timestamp("2026-03-01", tz="America/New_York"), []
    for case, activity, hours, worked, resource in steps:
        time = midnight + pd.Timedelta(hours=hours)
        start = None if worked is None else (time - pd.Timedelta(hours=worked)).isoformat()
        rows.append((case, activity, start, time.isoformat(), resource))
    rows.append(("c9", "Filed", None, midnight.isoformat(), "Eve"))
    process = {**PERMIT, "first": [], "last": ["Issued"] if closes else []}
    cube = cube_of(rows, COLUMNS, process=process, as_of="2026-04-30", zone="America/New_York")
    cohort = chosen(cube)
    for clock in CLOCKS:
        work, lead = Work.of(cohort, clock), lead_of(cohort.own, clock)
        least, most = work.touched(np.ones(work.place.size, bool))
        assert (least >= 0).all()
        assert (least <= most).all()
        assert (most <= lead).all()
        assert (work.touch <= work.touch_at_most).all()
        assert (work.earliest <= work.time).all()
        assert (work.wait + work.touch >= work.step).all()  # more only where work overlaps
        if not work.timed.any():
            assert (work.wait == work.step).all()


def test_a_log_of_dates_has_whole_days_over_a_change_of_the_clocks(cube_of):
    rows = [
        ("c1", "Filed", None, "2026-03-07T00:00-05:00", "Eve"),
        ("c1", "Issued", None, "2026-03-09T00:00-04:00", "Eve"),  # 47 hours later
    ]
    cohort = chosen(cube_of(rows, COLUMNS, process=PERMIT, zone="America/New_York", about_people=False))
    assert row_of(step_times(cohort, Counts()), activity="Issued", clock=CALENDAR)["total_days"] == 2
    assert lead_of(cohort.own, CALENDAR).tolist() == [2 * DAY]
