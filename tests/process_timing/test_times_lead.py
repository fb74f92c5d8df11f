"""How long cases take: left truncation, means within a horizon, and what became of cases by a day."""

import numpy as np
import pandas as pd
import pytest

from workbench.process_timing.cohort import CALENDAR, WORKING, Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.times.curves import entries
from workbench.process_timing.times.lead_times import lead_times, survival
from workbench.process_timing.times.outcomes import outcomes
from workbench.process_timing.times.restricted import horizon_of, restricted_means

PERMIT = {"first": ["Filed"], "last": ["Issued"], "withdrawn": ["Withdrawn"]}
ACTIVE = {**PERMIT, "window": {"since": "2026-01-01", "holds": "active"}}


def chosen(cube, period: str = "2026-Q1", kind: str = "submitted") -> Cohort:
    return Cohort.of(cube, period, kind, 0.95)


def cases_of(groups, start: str = "2026-01-05") -> list[tuple[str, str, str]]:
    """Cases filed on a day: so many that reached a step so many days later, or no step at all."""
    rows = []
    for step, days, number in groups:
        for _ in range(number):
            case, filed = f"{start}-{len(rows)}", pd.Timestamp(start, tz="UTC")
            rows.append((case, "Filed", filed.isoformat()))
            if step:
                rows.append((case, step, (filed + pd.Timedelta(days=days)).isoformat()))
    return rows


TRUNCATED = [
    *cases_of([("Issued", 12, 1)], "2025-12-22"),
    *cases_of([("Issued", 15, 1)], "2025-12-27"),
    *cases_of([("Issued", 4, 1)], "2025-12-30"),
    *cases_of([("Issued", 20, 1)], "2025-12-31"),
]


def test_a_case_of_an_extract_is_at_risk_from_the_day_it_came_under_observation(cube_of):
    cohort = chosen(cube_of(TRUNCATED, process=ACTIVE, about_people=False), "2025-Q4")
    assert entries(cohort, cohort.own).tolist() == [10, 5, 2, 1]
    assert entries(cohort, cohort.own, WORKING).tolist() == [8, 3, 2, 1]  # 27 December was a Saturday
    row = lead_times(cohort, Counts()).iloc[0]
    # On day 4 two cases were known, and one of them was closed: half. Of all four it would be 12 days.
    assert (row["median"], row["method"]) == (4, "Kaplan-Meier, left-truncated")
    whole = chosen(cube_of(TRUNCATED, process=PERMIT, about_people=False), "2025-Q4")
    row = lead_times(whole, Counts()).iloc[0]
    assert (row["median"], row["method"]) == (12, "Kaplan-Meier")
    assert entries(whole, whole.own) is None


def test_the_curve_of_a_truncated_log_counts_those_at_risk(cube_of):
    rows = [row for k in range(5) for row in cases_of([("Issued", 30 + k, 4)], f"2025-12-{12 + k}")]
    cohort = chosen(cube_of(rows, process=ACTIVE, about_people=False), "2025-Q4")
    half = survival(cohort).set_index("share")["days"][0.5]
    assert half == 32  # all had entered by day 20, so that it is the plain median


def test_a_mean_counts_longer_times_as_the_horizon(cube_of):
    rows = cases_of([("Issued", days, 1) for days in (1, 2, 3, 4, 5, 6, 7, 8, 9, 30)])
    process = {**PERMIT, "service_level": {"days": 5, "calendar": "calendar"}}
    found = restricted_means(chosen(cube_of(rows, process=process, about_people=False)), Counts())
    row = found[found["clock"] == CALENDAR].iloc[0]
    assert (row["horizon_days"], row["mean"]) == (10, pytest.approx(5.5))
    assert row["lower"] < 5.5 < row["upper"] <= 10
    assert np.isnan(row["difference"])


def test_open_cases_wait_to_the_horizon(cube_of):
    rows = cases_of([("Issued", 4, 10), (None, 0, 10)])
    process = {**PERMIT, "service_level": {"days": 5, "calendar": "calendar"}}
    cohort = chosen(cube_of(rows, process=process, as_of="2026-01-31", about_people=False))
    row = restricted_means(cohort, Counts()).iloc[0]
    assert row["mean"] == pytest.approx(7)
    # Of a mean of twenty times of 4 and 10: 3 / sqrt(20), as Greenwood's variance has no n - 1.
    assert row["upper"] - row["mean"] == pytest.approx(1.959964 * 3 / np.sqrt(20), abs=1e-6)


def test_the_difference_is_from_the_interval_before(cube_of):
    rows = cases_of([("Issued", 4, 10), ("Issued", 8, 10)], "2025-10-06")
    rows += cases_of([("Issued", 6, 10), ("Issued", 10, 10)])
    process = {**PERMIT, "service_level": {"days": 10, "calendar": "calendar"}}
    found = restricted_means(chosen(cube_of(rows, process=process, about_people=False)), Counts())
    row = found[found["clock"] == CALENDAR].iloc[-1]
    assert (row["interval"], row["mean"], row["difference"]) == (
        "2026-Q1",
        pytest.approx(8),
        pytest.approx(2),
    )
    reach = 1.959964 * np.sqrt(2) * 2 / np.sqrt(20)
    assert (row["difference_lower"], row["difference_upper"]) == pytest.approx(
        (2 - reach, 2 + reach), abs=1e-5
    )
    assert row["p"] == pytest.approx(0.0016, abs=1e-4)  # z = 2 / (2 sqrt(2 / 20)) = 3.162


@pytest.mark.parametrize(
    ("as_of", "level", "horizon"),
    [
        ("2026-01-14", None, 10),  # ten days were over when the 14th ended
        ("2026-01-13", None, 5),
        ("2026-01-07", None, 0),
        ("2026-03-31", 21, 40),  # twice 21 days, in steps of 5
        ("2027-12-31", None, 365),
    ],
)
def test_the_horizon_is_how_long_ten_cases_could_be_followed(cube_of, as_of, level, horizon):
    rows = cases_of([("Issued", 1, 9), (None, 0, 1)]) + cases_of([("Issued", 1, 5)], "2026-01-06")
    process = {**PERMIT, "service_level": {"days": level}} if level else PERMIT
    cohort = chosen(cube_of(rows, process=process, as_of=as_of))
    assert horizon_of(cohort, CALENDAR) == horizon


@pytest.mark.parametrize(
    ("rows", "mean", "state"),
    [
        (cases_of([(None, 0, 1)], "2020-01-06"), np.nan, "no data"),  # no case in the period
        (cases_of([(None, 0, 20)]), 85, "value"),  # all wait to the horizon
        (cases_of([("Withdrawn", 3, 20)]), np.nan, "no data"),  # nobody was followed to it
    ],
)
def test_a_mean_without_closed_cases(cube_of, rows, mean, state):
    found = restricted_means(chosen(cube_of(rows, process=PERMIT, as_of="2026-03-31")), Counts())
    row = found[(found["interval"] == "2026-Q1") & (found["clock"] == CALENDAR)].iloc[0]
    assert (row["mean"], row["state"]) == (pytest.approx(mean, nan_ok=True), state)


def test_a_mean_that_rests_on_few_closed_cases_is_theirs(cube_of):
    for closed, told in ((0, True), (1, False), (10, False), (11, True)):
        rows = cases_of([("Issued", 4, closed), (None, 0, 40 - closed)])
        cohort = chosen(cube_of(rows, process=PERMIT, as_of="2026-03-31"))
        assert np.isfinite(restricted_means(cohort, Counts())["mean"].iloc[0]) == told


DECIDED = [("Issued", 5, 10), ("Withdrawn", 8, 4), ("Issued", 20, 3), (None, 0, 3)]


def shares(cube, **wanted) -> dict[str, float]:
    found = outcomes(chosen(cube), Counts())
    return (
        found[(found[list(wanted)] == pd.Series(wanted)).all(axis=1)].set_index("outcome")["share"].to_dict()
    )


def test_decided_by_a_day_and_decided_if_pursued_are_two_questions(cube_of):
    cube = cube_of(cases_of(DECIDED), process=PERMIT, as_of="2026-03-31", about_people=False)
    first = {"closed": 0.5, "withdrawn": 0.2, "open": 0.3, "closed if pursued": 0.5}
    assert shares(cube, clock=CALENDAR, day=10) == pytest.approx(first)
    # 3 of the 6 that were neither closed nor withdrawn by day 20: 1 - 0.5 (1 - 3 / 6).
    second = {"closed": 0.65, "withdrawn": 0.2, "open": 0.15, "closed if pursued": 0.75}
    assert shares(cube, clock=CALENDAR, day=60) == pytest.approx(second)


def test_a_day_that_nobody_could_be_followed_to_is_not_known(cube_of):
    cube = cube_of(cases_of(DECIDED), process=PERMIT, as_of="2026-03-31", about_people=False)
    found = outcomes(chosen(cube), Counts())
    late = found[found["day"] == 90]
    assert set(late["state"]) == {"no data"}
    assert late["share"].isna().all()


def test_the_day_of_the_service_level_is_on_its_clock(cube_of):
    process = {**PERMIT, "service_level": {"days": 4, "calendar": "working"}}
    cube = cube_of(cases_of(DECIDED), process=process, as_of="2026-03-31", about_people=False)
    # Filed on a Monday at midnight, issued at the end of Friday: five working days.
    assert shares(cube, clock=WORKING, day=4)["closed"] == 0
    process["service_level"]["days"] = 5
    cube = cube_of(cases_of(DECIDED), process=process, as_of="2026-03-31", about_people=False)
    assert shares(cube, clock=WORKING, day=5)["closed"] == 0.5


@pytest.mark.parametrize(
    ("step", "expected"),
    [("Withdrawn", {"withdrawn": 1.0, "open": 0.0}), (None, {"withdrawn": 0.0, "open": 1.0})],
)
def test_outcomes_without_a_closed_case(cube_of, step, expected):
    cube = cube_of(cases_of([(step, 5, 20)]), process=PERMIT, as_of="2026-03-31", about_people=False)
    assert shares(cube, clock=CALENDAR, day=30) == {"closed": 0, "closed if pursued": 0, **expected}
    found = outcomes(chosen(cube), Counts()).query("day == 30 and outcome == 'closed'").iloc[0]
    assert (found["state"], found["lower"]) == ("zero", 0)
    assert found["upper"] == pytest.approx(0.161, abs=1e-3)  # Wilson, 0 of 20


def test_outcomes_of_people_are_told_in_steps_of_a_count(cube_of):
    rows = cases_of([("Issued", 5, 107), ("Withdrawn", 8, 24), (None, 0, 69)])
    found = outcomes(chosen(cube_of(rows, process=PERMIT, as_of="2026-03-31")), Counts())
    row = found.query("day == 30").set_index("outcome")
    assert row["share"][["closed", "withdrawn", "open"]].tolist() == pytest.approx([0.5, 0.1, 0.3])
    assert ((row[["share", "lower", "upper"]] * 10) % 1).round(9).isin([0, 1]).all(axis=None)
    assert (row["lower"] <= [0.535, 0.12, 0.345, 0.535]).all()
    assert (row["upper"] >= [0.535, 0.12, 0.345, 0.535]).all()
