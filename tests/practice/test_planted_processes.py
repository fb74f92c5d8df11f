"""Each truth planted in the processes is found again by a few lines of arithmetic, not by the workbench."""

import numpy as np
import pandas as pd
import pytest

NEXT_QUARTER, QUARTER, LAST_QUARTER = (
    pd.Timestamp(day) for day in ("2026-01-01", "2025-10-01", "2025-07-01")
)
EXTRACTED = pd.Timestamp("2026-01-15")


@pytest.fixture(scope="module")
def steps(sources, catalog):
    """Events of all processes, each with the days since the one before."""
    table = pd.concat([sources["case_events"], sources["office_events"]], ignore_index=True).drop_duplicates()
    table["time"] = pd.to_datetime(table["completed"], errors="coerce", format="%Y-%m-%d %H:%M:%S")
    table = table[table["time"].notna()].sort_values(["process", "case", "time"], kind="stable")
    of_case = table.groupby(["process", "case"], sort=False)
    table["wait"] = (table["time"] - of_case["time"].shift()).dt.total_seconds() / 86_400
    table["opened"] = of_case["time"].transform("min")
    return table


def cases(steps: pd.DataFrame, process: str, last: str) -> pd.DataFrame:
    own = steps[steps["process"] == process]
    table = own.groupby("case").agg(
        opened=("time", "min"), ended=("time", "max"), kind=("kind", "first"), last=("activity", "last")
    )
    table = table[~table["last"].isin(["Withdrawn", "Cancelled"])]
    closed = table["last"] == last
    ended = table["ended"].where(closed, EXTRACTED)
    return table.assign(closed=closed, days=(ended - table["opened"]).dt.total_seconds() / 86_400)


def opened_in(table: pd.DataFrame, start, end) -> pd.DataFrame:
    return table[(table["opened"] >= start) & (table["opened"] < end)]


def median_with_open_cases(table: pd.DataFrame) -> float:
    """Kaplan-Meier: the day by which half of the cases are closed."""
    ordered = table.sort_values("days")
    at_risk = len(ordered) - np.arange(len(ordered))
    open_share = np.cumprod(1 - ordered["closed"].to_numpy() / at_risk)
    return float(ordered["days"].to_numpy()[np.argmax(open_share <= 0.5)])


def test_most_of_the_time_of_site_plans_is_waited_for_comments(steps):
    own = steps[steps["process"] == "Site plan"]
    share = own.groupby("activity")["wait"].sum() / own["wait"].sum()
    assert share.idxmax() == "Comments received"
    assert share.max() > 0.5


def test_plans_go_back_for_corrections(steps):
    own = steps[steps["process"] == "Building permit"]
    back = own[own["activity"] == "Corrections requested"].groupby("case").size()
    assert 0.33 < len(back) / own["case"].nunique() < 0.48
    assert (back > 1).sum() > 400


def test_licensing_is_slower_only_because_more_bars_apply(steps):
    table = cases(steps, "Business licence", "Licence issued")
    now, before = opened_in(table, QUARTER, NEXT_QUARTER), opened_in(table, LAST_QUARTER, QUARTER)
    assert median_with_open_cases(now) > 1.25 * median_with_open_cases(before)
    for kind in ("Shop", "Restaurant", "Bar"):
        pair = [median_with_open_cases(part[part["kind"] == kind]) for part in (now, before)]
        assert 0.85 < pair[0] / pair[1] < 1.15


def test_open_complaints_make_the_median_of_closed_ones_too_short(steps):
    table = cases(steps, "Conduct complaint", "Complaint closed")
    now, before = opened_in(table, QUARTER, NEXT_QUARTER), opened_in(table, LAST_QUARTER, QUARTER)
    naive = now.loc[now["closed"], "days"].median()
    assert naive < 0.8 * before.loc[before["closed"], "days"].median()
    assert 0.88 < median_with_open_cases(now) / median_with_open_cases(before) < 1.12


def test_public_records_have_become_slower_at_legal_review_only(steps):
    own = steps[steps["process"] == "Public records request"]
    late = own["opened"] >= QUARTER
    median = own.groupby(["activity", late])["wait"].median().unstack()
    assert median.loc["Legal review", True] > 2 * median.loc["Legal review", False]
    others = median.drop(index=["Legal review", "Request received", "Withdrawn"])
    assert (others[True] / others[False]).between(0.85, 1.15).all()


def test_other_processes_have_not_changed(steps, catalog):
    planted = {"business_licensing", "public_records"}
    for id, process in catalog.processes.items():
        if id not in planted:
            table = cases(steps, process.where[0].equals[0], process.last[0])
            now, year = opened_in(table, QUARTER, NEXT_QUARTER), opened_in(table, pd.Timestamp(0), QUARTER)
            assert 0.85 < median_with_open_cases(now) / median_with_open_cases(year) < 1.15, id
