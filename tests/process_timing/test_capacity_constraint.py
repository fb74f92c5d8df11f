"""Where the constraint is: how busy the people of each step are, and what their queue makes cases wait."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.disclosure import Policy, release
from workbench.process_timing import analyse
from workbench.process_timing.capacity.constraint import constraint
from workbench.process_timing.capacity.fit import FITS, LONGER, SHORTER, fit
from workbench.process_timing.capacity.load import NO_PEOPLE, NO_WORK, loads
from workbench.process_timing.capacity.one_more import what_one_more_would_do
from workbench.process_timing.capacity.people import DECLARED, SEEN
from workbench.process_timing.capacity.visits import shared_time
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts

REVIEWED = {
    "started": "started",
    "resource": "resource",
    "set_aside": ["portal"],
    "first": ["Filed"],
    "last": ["Review"],
}
COLUMNS = ("case", "activity", "completed", "started", "resource")
WORKDAYS = pd.bdate_range("2026-01-01", "2026-03-31")
QUARTER = len(WORKDAYS)


def at(day: int, hour: float) -> str:
    """An instant on a working day of the quarter, counted from 0."""
    return (WORKDAYS[day] + pd.Timedelta(hours=hour)).isoformat() + "+00:00"


def steady(step: str, hours: float, who: str = "ann", begins: float = 9.0, filed: bool = True) -> list[tuple]:
    """One case on every working day: filed at nine, worked on for some hours from ``begins`` on."""
    rows = []
    for day in range(QUARTER):
        case = f"{step}-{day:03}"
        if filed:
            rows.append((case, "Filed", at(day, 9), at(day, 9), "portal"))
        rows.append((case, step, at(day, begins + hours), at(day, begins), who))
    return rows


@pytest.fixture
def results_of(capacity_of):
    """``results_of(rows, process, columns)``: what the log says of capacity."""

    def made(rows, process=REVIEWED, columns=COLUMNS, **more):
        return capacity_of(rows, columns, process, **more)

    return made


def row_of(results, activity: str = "Review") -> dict:
    return results.constraint.set_index("activity").loc[activity].to_dict()


def test_five_reviewers_of_two_cases_a_day_at_nine_cases_a_day(results_of, queue_log):
    results = results_of(queue_log(), as_of="2026-04-30")
    row = row_of(results)
    assert list(results.constraint["activity"]) == ["Review"]
    assert row["arrivals_per_day"] == pytest.approx(9, rel=0.02)
    assert row["work_hours"] == pytest.approx(4, rel=0.02)
    assert (row["people"], row["staff"], row["staff_from"]) == (5, 5.0, SEEN)
    assert row["utilisation"] == pytest.approx(0.9, abs=0.01)
    assert row["lower"] < 0.9 < row["upper"]
    assert row["utilisation"] == pytest.approx(row["arrivals_per_day"] / row["cleared_per_day"])
    assert row["wait_mmc_days"] == pytest.approx(0.762, rel=0.1)
    assert row["wait_theory_lower"] < 0.762
    assert not row["wait_theory_upper"] < 0.762
    assert row["fit"] == FITS
    assert np.isnan(row["growth_per_day"])
    assert (row["people_needed"], row["people_within_day"]) == (5, 5)
    assert row["is_constraint"]
    assert (row["verdict"], row["state"], row["lacking"]) == ("constraint", "value", "")


def test_what_one_more_reviewer_would_do(results_of, queue_log):
    said = what_one_more_would_do(results_of(queue_log(), as_of="2026-04-30"))
    assert (said["activity"], said["people"], said["is_constraint"]) == ("Review", 5, True)
    assert said["now"] == pytest.approx(0.762, rel=0.35)
    assert said["then_lower"] < 0.1406 * 1.2
    assert said["then"] == pytest.approx(0.1406, rel=0.25)
    assert said["then_theory_lower"] < 0.1406 < said["then_theory_upper"]
    assert said["change_upper"] < 0
    assert said["unknown"] == []
    assert "growth" not in said


def test_cases_that_cannot_be_cleared_are_answered_by_the_growth_of_the_queue(results_of, queue_log):
    results = results_of(queue_log(people=4))
    row = row_of(results)
    assert row["utilisation"] == pytest.approx(9 / 8, rel=0.05)
    assert row["growth_per_day"] == pytest.approx(row["arrivals_per_day"] - row["cleared_per_day"])
    assert row["growth_lower"] < 1 < row["growth_upper"]
    assert np.isnan(row["wait_theory_days"])
    assert row["people_needed"] == 5
    said = what_one_more_would_do(results)
    assert said["growth"] == row["growth_per_day"]
    assert "now" not in said
    assert said["then"] > 0
    base = results.scenarios[results.scenarios["is_base"]].iloc[0]
    assert np.isnan(base["wait_days"])
    assert base["growth_per_day"] == pytest.approx(row["growth_per_day"])


def test_cases_still_waiting_count_as_arrivals(results_of):
    rows = steady("Review", 4)
    unseen = [(f"w{day:02}", "Filed", at(day, 9), at(day, 9), "portal") for day in range(20, 52)]
    row = row_of(results_of(rows + unseen))
    since_nine = QUARTER - 1 + 4 / 8  # the log ends with the last review, at one o'clock
    assert row["arrivals_per_day"] == pytest.approx((QUARTER + 32) / since_nine)
    assert row["utilisation"] == pytest.approx((QUARTER + 32) / since_nine / 2)


def test_one_person_at_work_half_of_every_day(results_of):
    row = row_of(results_of(steady("Review", 4, begins=11.0)))
    assert (row["people"], row["staff"], row["work_hours"]) == (1, 1.0, pytest.approx(4))
    length = QUARTER - 1 + 6 / 8  # until three o'clock of the last day
    assert row["utilisation"] == pytest.approx(QUARTER / length / 2)
    assert row["wait_days"] == pytest.approx(2 / 8)
    assert row["known"] == row["in_hand"] == 1
    assert row["fit"] == LONGER  # one case a day that never meets another does not queue for people


def test_without_starts_the_log_does_not_tell_how_busy_people_are(results_of):
    rows = [row[:3] + row[4:] for row in steady("Review", 4)]
    process = {name: value for name, value in REVIEWED.items() if name != "started"}
    results = results_of(rows, process, ("case", "activity", "completed", "resource"))
    row = row_of(results)
    assert (row["lacking"], row["state"], row["verdict"], row["fit"]) == (NO_WORK, "no data", "", "")
    assert np.isnan(row["utilisation"])
    assert row["arrivals_per_day"] > 0.9
    assert row["staff"] == 1.0
    assert results.scenarios.empty
    assert what_one_more_would_do(results) is None


def test_without_people_the_log_does_not_tell_how_many_they_are(results_of):
    rows = [row[:4] for row in steady("Review", 4)]
    process = {name: REVIEWED[name] for name in ("started", "first", "last")}
    results = results_of(rows, process, COLUMNS[:4])
    assert row_of(results)["lacking"] == NO_PEOPLE
    assert row_of(results, "Filed")["lacking"] == f"{NO_WORK}, {NO_PEOPLE}"


def test_declared_staff_and_minutes_stand_in_for_what_is_not_recorded(results_of):
    rows = [row[:3] for row in steady("Review", 4)]
    staff = {"Review": {"people": 2, "available": 0.25, "minutes": 120}}
    row = row_of(results_of(rows, {"first": ["Filed"], "last": ["Review"], "staff": staff}, COLUMNS[:3]))
    assert (row["people"], row["available"], row["staff"], row["staff_from"]) == (2, 0.25, 0.5, DECLARED)
    assert row["work_hours"] == pytest.approx(2)
    length = QUARTER - 1 + 4 / 8
    assert row["utilisation"] == pytest.approx(QUARTER / length * (2 / 8) / 0.5)
    assert row["wait_days"] == pytest.approx(2 / 8)  # four hours until it is done, two of them work
    assert row["people_needed"] == 2  # one gives a quarter of each day, and a little more is needed
    assert row["lacking"] == ""


def test_who_works_on_two_steps_shares_the_day_by_the_time_spent(results_of):
    rows = steady("Review", 3) + steady("Inspect", 1, begins=13.0)
    results = results_of(rows, {**REVIEWED, "last": ["Review", "Inspect"]})
    assert row_of(results)["staff"] == 0.8  # 0.75 of each day, to a tenth
    assert row_of(results, "Inspect")["staff"] == 0.2  # 0.25


def test_two_steps_that_are_equally_busy_cannot_be_told_apart(results_of, queue_log):
    inspect = queue_log(seed=14)
    inspect = inspect.assign(
        case="i" + inspect["case"],
        activity=inspect["activity"].replace("Review", "Inspect"),
        resource=inspect["resource"].replace({f"r{k}": f"i{k}" for k in range(5)}),
    )
    both = pd.concat([queue_log(), inspect], ignore_index=True)
    results = results_of(both, {**REVIEWED, "last": ["Review", "Inspect"]}, as_of="2026-04-30")
    first, second = results.constraint["activity"]
    assert {first, second} == {"Review", "Inspect"}
    assert not results.constraint["is_constraint"].any()
    assert list(results.constraint["verdict"]) == ["can't tell yet", ""]
    assert results.constraint["busiest"].sum() == pytest.approx(1)
    assert results.constraint["busiest"].between(0.05, 0.95).all()
    assert set(results.scenarios["activity"]) == {"Review", "Inspect"}
    assert what_one_more_would_do(results)["rival"] == second


def test_work_of_system_accounts_is_nobodys(results_of):
    results = results_of(steady("Review", 4))
    assert list(results.constraint["activity"]) == ["Review"]


def test_while_the_applicant_has_the_case_it_does_not_wait_for_staff(results_of):
    process = {**REVIEWED, "clock": {"Filed": "resident"}, "holders": {"resident": "applicant"}}
    held = row_of(results_of(steady("Review", 4, begins=11.0), process))
    assert np.isnan(held["wait_days"])
    assert held["fit"] == ""
    assert held["utilisation"] > 0.4


def test_the_wait_of_a_first_step_is_from_submission_where_it_is_declared(results_of):
    rows = [(*row, at(day, 9)) for day, row in enumerate(steady("Review", 4, begins=11.0, filed=False))]
    process = {**REVIEWED, "first": ["Review"]}
    unknown = row_of(results_of(rows, process, (*COLUMNS, "submitted")))
    known = row_of(results_of(rows, {**process, "submitted": "submitted"}, (*COLUMNS, "submitted")))
    assert np.isnan(unknown["wait_days"])
    assert known["wait_days"] == pytest.approx(2 / 8)


def test_a_step_of_few_cases_is_not_judged(results_of):
    rows = steady("Review", 4) + steady("Appeal", 7, who="bob")[:20]
    results = results_of(rows, {**REVIEWED, "last": ["Review", "Appeal"]})
    assert row_of(results, "Appeal")["state"] == "unreliable"
    assert row_of(results, "Appeal")["verdict"] == ""
    assert row_of(results)["is_constraint"]


def test_cases_begun_together_are_seen_as_a_batch(results_of):
    rows = []
    for week in range(12):
        for number in range(8):
            case = f"w{week:02}-{number}"
            rows.append(
                (case, "Filed", at(5 * week, 9 + number / 10), at(5 * week, 9 + number / 10), "portal")
            )
            rows.append((case, "Review", at(5 * week + 3, 17), at(5 * week + 3, 9), "ann"))
    row = row_of(results_of(rows))
    assert row["batch"] == 8
    assert row["work_hours"] == pytest.approx(1)  # eight at once for eight hours
    assert row["in_hand"] == pytest.approx(8)


def test_a_period_without_events_has_no_constraint(results_of):
    rows = [("a", "Filed", "2025-06-02T09:00Z", "2025-06-02T09:00Z", "ann")]
    results = results_of(rows)
    assert results.constraint.empty
    assert results.scenarios.empty
    assert what_one_more_would_do(results) is None


def test_a_single_event_lacks_everything_but_is_no_error(results_of):
    rows = [
        ("a", "Filed", at(3, 9), at(3, 9), "ann"),
        ("a", "Review", at(4, 9), at(4, 9), "ann"),
    ]
    row = row_of(results_of(rows))
    assert row["lacking"] == f"more cases, {NO_WORK}"


@pytest.mark.parametrize("seed", [0, 1])
def test_the_order_of_rows_changes_nothing(results_of, queue_log, seed):
    rows = queue_log()
    shuffled = rows.sample(frac=1, random_state=seed).reset_index(drop=True)
    frames = [results_of(each) for each in (rows, shuffled)]
    for name in ("constraint", "scenarios", "flow_check", "removed"):
        pd.testing.assert_frame_equal(*(getattr(results, name) for results in frames))


def test_counts_cannot_be_worked_out_from_rates_about_people(results_of, queue_log):
    rows = queue_log()
    results = results_of(rows, as_of="2026-04-30", about_people=True)
    exact = results_of(rows, as_of="2026-04-30")
    row, true = row_of(results), row_of(exact)
    days = 582 / true["arrivals_per_day"]
    assert row["arrivals_per_day"] * days == pytest.approx(580)
    assert float(f"{row['wait_days']:.2g}") == row["wait_days"]
    assert row["utilisation"] == pytest.approx(row["arrivals_per_day"] * row["work_hours"] / 8 / row["staff"])
    assert row["utilisation"] == pytest.approx(true["utilisation"], rel=0.03)


def test_a_step_of_a_few_people_is_hidden(cube_of):
    rows = steady("Review", 4) + steady("Appeal", 7, who="bob")[:20]
    process = {**REVIEWED, "last": ["Review", "Appeal"]}
    cube = cube_of(rows, COLUMNS, process=process, as_of="2026-03-31")
    released = release(analyse(cube, period="2026-Q1"), Policy(11))
    assert row_of(released, "Appeal")["state"] == "suppressed"
    assert np.isnan(row_of(released, "Appeal")["arrivals_per_day"])


def test_nothing_is_known_of_work_in_a_log_of_one_timestamp(receipt):
    chosen = Cohort.of(receipt, "2011-Q4", "submitted", 0.95)
    rows = constraint(chosen, Counts(), loads(chosen))
    assert len(rows) == 20
    assert rows["lacking"].str.contains(NO_WORK).all()
    assert rows["utilisation"].isna().all()


def test_the_same_weeks_are_drawn_for_all_steps(cube_of):
    rows = steady("Review", 4) + steady("Inspect", 2, who="bob")
    cube = cube_of(rows, COLUMNS, process={**REVIEWED, "last": ["Review", "Inspect"]}, about_people=False)
    found = loads(Cohort.of(cube, "2026-Q1", "submitted", 0.95))
    assert [load.draws.size for load in found] == [1000, 1000]
    assert found[1].draws[0] == pytest.approx(2 * found[0].draws[0], rel=0.02)


def test_work_that_overlaps_shares_the_time_of_its_person():
    track, start, end = (
        np.array([0, 0, 0, 1, -1, -1]),
        np.array([0, 2, 8, 0, 0, 0]),
        np.array([6, 4, 8, 3, 5, 5]),
    )
    assert shared_time(track, start, end).tolist() == [5, 1, 0, 3, 5, 5]
    assert shared_time(track[:0], start[:0], end[:0]).size == 0


@pytest.mark.parametrize(
    ("record", "model", "lower", "upper", "said"),
    [
        (0.5, 0.9, np.nan, np.nan, FITS),
        (0.04, 0.01, np.nan, np.nan, FITS),
        (2.0, 0.9, np.nan, np.nan, LONGER),
        (0.3, 0.9, np.nan, np.nan, SHORTER),
        (0.3, 0.9, 0.4, np.nan, FITS),
        (30.0, 0.9, 0.4, np.nan, FITS),
        (3.0, 0.9, 0.4, 1.4, LONGER),
        (np.nan, 0.9, 0.4, 1.4, ""),
        (1.0, None, 0.4, np.nan, ""),
    ],
)
def test_the_record_fits_within_a_factor_of_two_of_what_may_be(record, model, lower, upper, said):
    assert fit(record, model, lower, upper) == said


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 50), st.integers(0, 20)), min_size=1, max_size=25),
    st.randoms(use_true_random=False),
)
def test_shares_of_time_add_up_to_the_time_in_which_a_person_worked(intervals, random):
    random.shuffle(intervals)
    track, start, length = (np.array(each) for each in zip(*intervals, strict=True))
    shares = shared_time(track, start, start + length)
    assert (shares >= 0).all()
    assert (shares <= length + 1e-9).all()
    for person in np.unique(track):
        own = track == person
        worked = {t for s, n in zip(start[own], length[own], strict=True) for t in range(s, s + n)}
        assert shares[own].sum() == pytest.approx(len(worked))


def test_a_rest_is_no_work(results_of):
    rows = []
    for day in range(QUARTER):
        case = f"c{day:03}"
        stages = {"start": 10, "suspend": 11, "resume": 14, "complete": 15}
        rows += [(case, "Review", at(day, hour), stage, "ann") for stage, hour in stages.items()]
    process = {"lifecycle": "stage", "resource": "resource", "first": ["Review"], "last": ["Review"]}
    row = row_of(results_of(rows, process, ("case", "activity", "completed", "stage", "resource")))
    assert row["work_hours"] == pytest.approx(2)


def test_an_office_that_is_never_open_has_no_working_time_to_judge_by(results_of):
    results = results_of(steady("Review", 4), working_days=[])
    assert results.constraint.empty
    assert results.flow_check.empty
    assert results.scenarios.empty
