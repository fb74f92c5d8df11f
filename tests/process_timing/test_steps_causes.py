"""Why cases wait before each step: literal waits, published logs, and what must always hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.calendars import WorkingCalendar
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.steps.causes import causes
from workbench.process_timing.steps.edges import edges

COLUMNS = ("case", "activity", "completed", "started", "resource")
PROCESS = {"started": "started", "resource": "resource"}
OFFICE = {"working_hours": ["08:00-16:00"], "about_people": False}


def log_of(rows, columns=COLUMNS) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[*columns]).astype({"started": "string", "resource": "string"})


def at(hours: float | None) -> str | None:
    """Hours after midnight of Monday, 5 January 2026."""
    return (
        None
        if hours is None
        else (pd.Timestamp("2026-01-05", tz="UTC") + pd.Timedelta(hours=hours)).isoformat()
    )


@pytest.fixture
def hours_of(cube_of):
    """Hours of wait by step and cause, of rows (case, activity, start, end, resource) in hours."""

    def made(*rows, period: str = "2026-Q1", process=None) -> dict[tuple[str, str], float]:
        said = [(case, activity, at(end), at(start), who) for case, activity, start, end, who in rows]
        cube = cube_of(log_of(said), process={**PROCESS, **(process or {})}, **OFFICE)
        found = causes(Cohort.of(cube, period, "submitted", 0.95), Counts())
        hours = zip(found["activity"], found["cause"], found["total_days"] * 24, strict=True)
        return {(activity, cause): round(time, 6) for activity, cause, time in hours if activity}

    return made


def test_behind_work_that_could_begin_earlier_is_contention_and_behind_later_work_prioritisation(hours_of):
    first = [("c1", "A", 8, 9, "ann"), ("c2", "A", 8, 10, "bob")]
    found = hours_of(*first, ("c1", "B", 9, 12, "eve"), ("c2", "B", 12, 13, "eve"))
    assert found == {("B", "contention"): 2}  # c1 could begin first
    found = hours_of(*first, ("c2", "C", 10, 12, "eve"), ("c1", "B", 12, 13, "eve"))
    assert found == {("B", "prioritisation"): 2, ("B", "extraneous"): 1}  # from 9 to 10 eve was free


def test_nights_are_off_duty_and_free_hours_are_something_else(hours_of):
    found = hours_of(("c1", "A", 14, 15, "ann"), ("c1", "B", 33, 34, "eve"))
    assert found == {("B", "unavailability"): 16, ("B", "extraneous"): 2}


def test_a_batch_waits_for_its_last_member(hours_of):
    first = [("c1", "A", 8, 9, "ann"), ("c2", "A", 10, 11, "ann")]
    found = hours_of(*first, ("c1", "B", 11, 12, "eve"), ("c2", "B", 12, 13, "eve"))
    assert found == {("B", "batching"): 2, ("B", "contention"): 1}


@pytest.mark.parametrize(("start", "who"), [(None, "eve"), (11, None)])
def test_without_a_start_or_a_hand_it_is_not_known(hours_of, start, who):
    waited = 2 if start else 3  # to the start, or to the time of the work
    assert hours_of(("c1", "A", 8, 9, "ann"), ("c1", "B", start, 12, who)) == {("B", "not known"): waited}


def test_while_the_applicant_holds_a_case_nobody_of_the_city_let_it_wait(hours_of):
    rows = [("c1", "A", 8, 9, "ann"), ("c1", "B", 12, 13, "eve")]
    assert hours_of(*rows, process={"clock": {"A": "applicant"}}) == {("B", "held elsewhere"): 3}


def test_work_on_cases_of_other_periods_keeps_people_busy(hours_of):
    april = 24 * 87  # Thursday 2 April 2026
    own = [("c1", "A", april + 8, april + 9, "ann"), ("c1", "B", april + 12, april + 13, "eve")]
    before = [("c0", "A", 8, 9, "ann"), ("c0", "B", april + 9, april + 12, "eve")]
    assert hours_of(*own, period="2026-Q2") == {("B", "extraneous"): 3}
    assert hours_of(*before, *own, period="2026-Q2") == {("B", "contention"): 3}


def test_work_that_overlaps_has_no_wait_and_a_submission_of_its_own_begins_one(cube_of):
    rows = [("c1", "A", at(10), at(9), "ann", at(8)), ("c1", "B", at(12), at(9.5), "eve", at(8))]
    cube = cube_of(
        log_of(rows, (*COLUMNS, "submitted")), process={**PROCESS, "submitted": "submitted"}, **OFFICE
    )
    found = causes(Cohort.of(cube, "2026-Q1", "submitted", 0.95), Counts())
    assert found[found["activity"] != ""][["activity", "cause"]].values.tolist() == [["A", "extraneous"]]
    assert found["total_days"].tolist() == pytest.approx([1 / 24, 1 / 24])


def test_efficiency_is_said_without_each_wait_and_not_where_most_is_unknown(cube_of):
    rows = [
        ("c1", "A", at(9), at(8), "ann"),
        ("c1", "B", at(13), at(12), "eve"),
        ("c1", "C", at(15), at(14), "eve"),
    ]
    found = causes(
        Cohort.of(cube_of(log_of(rows), process=PROCESS, **OFFICE), "2026-Q1", "submitted", 0.95), Counts()
    )
    gain = found.set_index("activity")["efficiency_without"]
    # Three hours of work, three of waiting for B, one for C.
    assert gain[["", "B", "C"]].tolist() == pytest.approx([1, 3 / 4, 3 / 6])
    rows[1] = ("c1", "B", at(13), None, "eve")
    found = causes(
        Cohort.of(cube_of(log_of(rows), process=PROCESS, **OFFICE), "2026-Q1", "submitted", 0.95), Counts()
    )
    assert found["efficiency_without"].isna().all()


@pytest.mark.parametrize("name", [f"wta-manual-{number}" for number in (2, 3, 4, 5)])
def test_splits_the_published_logs_from_rows_to_totals(shared, reference, cube_of, name):
    case = reference("process", name)
    names = {"case_id": "case", "Activity": "activity", "start_time": "started", "end_time": "completed"}
    found = pd.read_csv(shared / "cases" / case["inputs"]["file"], dtype=object)
    log = found.rename(columns={**names, "Resource": "resource"})[[*COLUMNS]]
    year = log["started"].min()[:4]
    process = {**PROCESS, "frequency": "year"}
    cube = cube_of(
        log,
        process=process,
        working_hours=["10:00-20:00"],
        about_people=False,
        as_of=f"{int(year) + 1}-06-30",
    )
    split = causes(Cohort.of(cube, year, "submitted", 0.95), Counts())
    seconds = (split[split["activity"] == ""].set_index("cause")["total_days"] * 86_400).round(3)
    told = case["expected"]["totals_seconds"]
    assert seconds.sum() == told["wt_total"]
    for cause, theirs in (
        ("batching", "batching"),
        ("prioritisation", "prioritization"),
        ("contention", "contention"),
    ):
        assert seconds.get(cause, 0) == told[f"wt_{theirs}"], cause
    # One of them takes a break at noon by a calendar of his own, which a process does not have.
    idle = seconds.get("unavailability", 0) + seconds.get("extraneous", 0)
    assert idle == told["wt_unavailability"] + told["wt_extraneous"]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["c1", "c2", "c3"]),
        st.sampled_from("ABC"),
        st.integers(0, 60),
        st.one_of(st.none(), st.integers(0, 5)),
        st.sampled_from(["ann", "bob", None]),
    ),
    min_size=1,
    max_size=20,
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.randoms())
def test_causes_add_up_to_the_waits_of_edges_in_any_order_of_rows(cube_of, steps, random):
    rows = [
        (case, name, at(end), None if length is None else at(end - length), who)
        for case, name, end, length, who in steps
    ]
    frame = log_of(rows).assign(_row=np.arange(1, len(rows) + 1))
    shuffled = frame.sample(frac=1, random_state=random.randint(0, 999), ignore_index=True)
    one, other = (
        Cohort.of(cube_of(each, process=PROCESS, **OFFICE), "2026-Q1", "submitted", 0.95)
        for each in (frame, shuffled)
    )
    found = causes(one, Counts())
    pd.testing.assert_frame_equal(causes(other, Counts()), found)
    waits = edges(one, Counts()).groupby("to")["total_days"].sum()
    split = found[found["activity"] != ""].groupby("activity")["total_days"].sum()
    assert split.to_dict() == pytest.approx(waits[waits > 0].to_dict())
    assert (found["total_days"] > 0).all()
    assert found.groupby("activity")["share"].sum().tolist() == pytest.approx(
        [1] * found["activity"].nunique()
    )


def test_a_calendar_lists_its_spans_between_two_instants():
    office = WorkingCalendar("America/New_York", spans=((540, 720), (780, 1020)))
    # Friday 6 March 2026, 10:00 of the clock there, to Monday noon: the clocks are put forward between.
    opens, closes = office.open_spans(np.datetime64("2026-03-06T15:00"), np.datetime64("2026-03-09T16:00"))
    assert opens.astype("datetime64[h]").astype(str).tolist() == [
        "2026-03-06T14",
        "2026-03-06T18",
        "2026-03-09T13",
    ]
    assert closes.astype("datetime64[h]").astype(str).tolist() == [
        "2026-03-06T17",
        "2026-03-06T22",
        "2026-03-09T16",
    ]
