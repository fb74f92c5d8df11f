"""Little's law over a period, and the lead time without a step."""

import numpy as np
import pandas as pd
import pytest

WORKDAYS = pd.bdate_range("2026-01-01", "2026-03-31")
PROCESS = {"first": ["Filed"], "last": ["Issued"], "withdrawn": ["Withdrawn"]}
COLUMNS = ("case", "activity", "completed")


def filed_daily(days: float, until: int = len(WORKDAYS), review: float = 0.5) -> list[tuple]:
    """A case filed at nine of every working day, reviewed and issued after so many calendar days."""
    rows = []
    for number, day in enumerate(WORKDAYS[:until]):
        filed = day + pd.Timedelta(hours=9)
        for step, share in (("Filed", 0.0), ("Review", review), ("Issued", 1.0)):
            when = filed + pd.Timedelta(days=days * share)
            rows.append((f"c{number:03}", step, f"{when.isoformat()}+00:00"))
    return rows


def flow_of(capacity_of, rows, **more) -> dict:
    (row,) = capacity_of(rows, COLUMNS, PROCESS, **more).flow_check.to_dict("records")
    return row


def test_a_case_a_day_that_takes_seven_days_makes_five_at_hand(capacity_of):
    row = flow_of(capacity_of, filed_daily(7), as_of="2026-03-31")
    assert row["arrivals_per_day"] == pytest.approx(1, rel=0.02)
    assert row["lead_days"] == pytest.approx(5)  # a week is five working days
    assert row["expected"] == pytest.approx(5, rel=0.02)
    assert row["at_hand"] == pytest.approx(5, rel=0.06)
    assert (row["started_with"], row["ended_with"], row["drift"]) == (0, 5, 5)
    assert row["holds"]
    assert row["state"] == "value"


def test_cases_that_pile_up_break_the_law(capacity_of):
    row = flow_of(capacity_of, filed_daily(70), as_of="2026-03-31")
    assert row["drift"] > 40
    assert not row["holds"]


def test_nothing_ended_is_no_data(capacity_of):
    row = flow_of(capacity_of, filed_daily(700), as_of="2026-03-31")
    assert row["state"] == "no data"
    assert np.isnan(row["lead_days"])
    assert np.isnan(row["expected"])


def test_cases_at_hand_of_people_are_rounded(capacity_of):
    row = flow_of(capacity_of, filed_daily(49), as_of="2026-03-31", about_people=True)
    assert (row["started_with"], row["ended_with"], row["drift"]) == (0, 40, 40)  # 35 of them
    assert row["at_hand"] == float(f"{row['at_hand']:.2g}")


def test_cases_of_earlier_periods_are_at_hand_too(capacity_of):
    earlier = [
        row
        for number in range(30)
        for row in (
            (f"o{number}", "Filed", "2025-12-01T09:00:00+00:00"),
            (f"o{number}", "Issued", "2026-02-16T09:00:00+00:00"),
        )
    ]
    row = flow_of(capacity_of, filed_daily(7) + earlier)
    assert row["started_with"] == 30
    assert row["at_hand"] > 15


def removed_of(capacity_of, rows, **more) -> pd.DataFrame:
    return capacity_of(rows, COLUMNS, PROCESS, **more).removed.set_index("activity")


def test_without_a_step_its_time_and_its_wait_are_gone(capacity_of):
    found = removed_of(capacity_of, filed_daily(10, review=0.7), as_of="2026-12-31")
    assert list(found.index) == ["Review", "Issued", "Filed"]
    assert found["median"].tolist() == pytest.approx([3, 7, 10])
    assert found["change"].tolist() == pytest.approx([-7, -3, 0])
    assert (found["change_lower"] <= found["change"]).all()
    assert (found["change"] <= found["change_upper"]).all()


def test_an_open_case_is_shortened_by_what_it_passed_and_stays_open(capacity_of):
    rows = filed_daily(10, until=40, review=0.7)
    rows = [row for row in rows if row[0] < "c020" or row[1] != "Issued"]  # twenty are never issued
    found = removed_of(capacity_of, rows, as_of="2026-12-31")
    assert found.loc["Review", "median"] == pytest.approx(3)
    assert found.loc["Issued", "median"] == pytest.approx(7)
    assert found.loc["Issued", "change"] == pytest.approx(-3)


def test_a_median_that_is_not_reached_has_no_change(capacity_of):
    rows = [row for row in filed_daily(10) if row[1] != "Issued" or row[0] < "c010"]
    found = removed_of(capacity_of, rows, as_of="2026-12-31")
    assert found.loc["Review", ["median", "change"]].isna().all()


def test_a_step_taken_twice_is_taken_out_twice(capacity_of):
    rows = filed_daily(10, review=0.2)
    again = [
        (case, "Review", (pd.Timestamp(when) + pd.Timedelta(days=3)).isoformat())
        for case, step, when in rows
        if step == "Review"
    ]
    found = removed_of(capacity_of, rows + again, as_of="2026-12-31")
    assert found.loc["Review", "median"] == pytest.approx(5)  # two days to the first, three to the second


def test_that_few_are_open_is_not_told_by_a_median(capacity_of):
    rows = [row for row in filed_daily(10, until=19) if row[1] != "Issued" or row[0] < "c014"]
    found = removed_of(capacity_of, rows, as_of="2026-12-31", about_people=True)
    assert found["median"].isna().all()


def test_a_log_without_cases_in_the_period_has_no_rows(capacity_of):
    results = capacity_of([("a", "Filed", "2025-06-02T09:00:00+00:00")], COLUMNS, PROCESS)
    assert results.removed.empty
    assert results.flow_check.empty
