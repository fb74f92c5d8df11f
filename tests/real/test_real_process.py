"""Real logs of cases and steps, from YAML to results: figures of the data catalogue, and why some differ."""

import numpy as np
import pandas as pd
import pytest

from workbench.findings.model import Verdict
from workbench.process_timing import overview
from workbench.process_timing.analysis import analyse
from workbench.process_timing.cohort import DAY, Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.times.lead_times import lead_times

HOUR = 3_600_000_000
CONFIRMED = "Confirmation of receipt"
T02 = "T02 Check confirmation of receipt"
T05, T06 = "T05 Print and send confirmation of receipt", "T06 Determine necessity of stop advice"
BANK, PAID = "Date Payment Hit City's Bank", "Date Vendor Paid"
MANAGER, DEPARTMENT = "Date Received by Project Manager", "Date Received by Owning Department"
INVOICES = ("invoices-2014", "finance/process_timing/vendor-invoices")
# Case `quarter-snapshot-bias`: quarter, its last day, cases, median of those closed by then and Kaplan-Meier
# with its limits as known on that day; and the median once all were closed. Computed with lifelines 0.30.3.
QUARTERS = [
    ("2010-Q4", "2010-12-31", 324, 50.6058, 55.5985, 52.4271, 57.5720, 56.5204),
    ("2011-Q1", "2011-03-31", 330, 32.6440, 50.2833, 44.4124, 55.2837, 51.9982),
    ("2011-Q2", "2011-06-30", 285, 40.0470, 55.5189, 49.3130, 57.5057, 55.5837),
    ("2011-Q3", "2011-09-30", 239, 28.5083, 53.9537, 44.3750, 62.4885, 42.9221),
    ("2011-Q4", "2011-12-31", 240, 34.4123, 43.3639, 39.2813, 47.3961, 47.3683),
]
SET_ASIDE = {"2011-Q2": 1, "2011-Q4": 1}  # decided before they were asked for


@pytest.fixture(scope="module")
def receipt(counted):
    return counted("permits", "receipt", "2012-01-31")


@pytest.fixture(scope="module")
def snapshots(counted):
    """Lead times of each quarter as a report of its last day has them."""
    return {
        quarter: row_of(
            analyse(counted("permits", "applications", day), period=quarter).lead_times,
            interval=quarter,
            clock="calendar days",
        )
        for quarter, day, *_ in QUARTERS
    }


@pytest.fixture(scope="module")
def invoices(released, counted):
    """The released results, and the cube that they were made from."""
    return released(*INVOICES), counted("finance", "vendor-invoices", "2017-07-31")


@pytest.fixture(scope="module")
def requests(counted):
    return Cohort.of(counted("requests", "requests-closed", "2016-01-12"), "2015-Q4", "submitted", 0.95)


@pytest.fixture(scope="module")
def follow_ons(counted):
    cube = counted("buildings", "follow-ons", "2015-10-10")
    return cube, analyse(cube, period="2014-Q2")


def row_of(frame: pd.DataFrame, **key) -> pd.Series:
    for name, value in key.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def named_edges(cube) -> pd.DataFrame:
    """Edge occurrences with the names of their steps."""
    names = cube.frames["activities"]["activity"]
    edges = cube.frames["edges"]
    return edges.assign(**{side: edges[side].map(names) for side in ("from", "to")})


def checks(cube) -> dict[str, int]:
    return dict(cube.frames["quality"].itertuples(index=False))


def test_real_receipt_is_as_large_as_its_header_says(receipt):
    sizes = {name: len(receipt.frames[name]) for name in ("cases", "events", "edges", "variants")}
    assert sizes == {"cases": 1434, "events": 8577, "edges": 8577 - 1434, "variants": 116}
    listed = {name: len(receipt.frames[name]) for name in ("activities", "resources", "teams")}
    assert listed == {"activities": 27, "resources": 48, "teams": 10}
    assert receipt.frames["edges"].groupby(["from", "to"]).ngroups == 99


def test_real_receipt_takes_minutes_for_most_and_months_for_some(receipt):
    seconds = receipt.frames["cases"]["duration"] / 1e6
    assert seconds.mean() == pytest.approx(467_263.9152573221, abs=1e-6)
    assert seconds.std() == pytest.approx(1_322_517.208, rel=1e-3)
    assert seconds.max() == pytest.approx(23_832_541.524, abs=1e-3)
    assert seconds.median() == pytest.approx(2_868.58, abs=5e-3)
    assert seconds.min() == 0


def test_real_receipt_starts_in_one_way_and_ends_in_fourteen(receipt):
    names, cases = receipt.frames["activities"]["activity"], receipt.frames["cases"]
    assert cases["first"].map(names).value_counts().to_dict() == {CONFIRMED: 1434}
    ends = cases["last"].map(names).value_counts()
    assert len(ends) == 14
    assert ends.index[0] == "T10 Determine necessity to stop indication"
    assert ends.iloc[0] == 828


def test_real_receipt_waits_longest_in_total_where_it_hardly_waits_by_the_median(receipt):
    """791 waits of 73.49 h on average, of which the median is half a minute."""
    waits = named_edges(receipt).groupby(["from", "to"])["wait"].agg(["size", "mean", "median", "sum"])
    largest = waits.sort_values("sum", ascending=False).iloc[:2]
    assert largest.index.tolist() == [(T05, T06), (CONFIRMED, T02)]
    assert largest["size"].tolist() == [791, 1079]
    assert (largest["mean"] / HOUR).round(2).tolist() == [73.49, 20.05]
    assert round(largest["median"].iloc[0] / HOUR, 2) == 0.01
    assert round(largest["sum"].iloc[0] / HOUR) == 58_131


def test_real_receipt_page_tells_both_waits_rounded_and_no_mean(released):
    """In the last quarter; the source is about people, so that counts are rounded and no mean stands beside a total."""
    edges = released("permits-2011-Q4", "permits/process_timing/receipt").edges
    longest = row_of(edges, **{"from": T05, "to": T06})
    assert longest["count"] % 20 == 0
    assert edges["mean_days"].isna().all()
    assert longest["median_days"] < 0.01


def test_real_permits_decided_by_the_planned_day(counted):
    """940 in time and 389 late; the other 105 of 1,434 are not decided."""
    cells = counted("permits", "permits-in-time", "2013-01-31", "disparity_review").frames["cells"]
    assert (cells["numerator"].sum(), cells["denominator"].sum()) == (940, 940 + 389)


def test_real_permits_median_of_those_decided(released):
    summary = released("permits-2011-Q4", "permits/process_timing/receipt").summary.set_index("quantity")
    # 50.637 over all 1,329 that were ever decided, two of them before they were asked for.
    assert summary["value"]["closed_median_lead"] == pytest.approx(50.64, abs=0.05)


@pytest.mark.parametrize("quarter", QUARTERS, ids=lambda quarter: quarter[0])
def test_real_permits_of_a_quarter_as_known_on_its_last_day(snapshots, quarter):
    name, _, cases, closed, median, lower, upper, _ = quarter
    found = snapshots[name]
    assert found["submitted"] == cases - SET_ASIDE.get(name, 0)
    got = found[["closed_median", "median", "lower", "upper"]].tolist()
    assert got == pytest.approx([closed, median, lower, upper], abs=1e-3)


def test_real_permits_kaplan_meier_misses_the_later_median_by_a_quarter_of_closed_only(snapshots):
    later = np.array([quarter[-1] for quarter in QUARTERS])
    misses = {
        name: np.abs([snapshots[quarter][name] for quarter, *_ in QUARTERS] - later).mean()
        for name in ("closed_median", "median")
    }
    assert misses == pytest.approx({"closed_median": 13.6, "median": 3.5}, abs=0.05)


def test_real_receipt_as_xes_is_the_same_log(receipt, counted):
    """Equal cubes have equal results: the analysis knows nothing else."""
    xes = counted("permits", "receipt-xes", "2012-01-31")
    for name, frame in receipt.frames.items():
        pd.testing.assert_frame_equal(frame, xes.frames[name])


def test_real_invoices_bad_years_and_what_is_missing_are_counted(invoices):
    """Of 11,745 cases with 148,935 dates.

    Two invoices are dated in the year 9, and as that says when a case began, all 13 rows of each are rejects;
    eight other dates are of the years 15 and 147; four lie after the day of the extract.
    """
    results, cube = invoices
    assert cube.provenance.rows["invoices"] == 11_748 * 13
    assert cube.provenance.rejects["invoices"] == 2 * 13 + 8
    found = checks(cube)
    assert found["later"] == 4
    assert found["incomplete"] == 11_748 * 13 - 148_935  # steps without a date
    assert found["events"] == 148_935 - 2 * 13 - 8 - 4
    assert len(cube.frames["cases"]) == 11_745 - 2
    assert len(cube.frames["activities"]) == 13
    shown = results.quality.set_index("check")["count"]
    assert shown[["rejects", "later", "events"]].tolist() == [34, 4, 148_897]


def test_real_invoices_three_rows_have_no_date_at_all(invoices):
    excluded = invoices[1].frames["excluded"]
    empty = excluded[excluded["reason"] == "incomplete"].groupby("case").size()
    assert (empty == 13).sum() == 3


def test_real_invoices_are_told_in_whole_days(invoices):
    results, cube = invoices
    assert results.facts["whole_days"]
    assert checks(cube)["at_midnight"] == checks(cube)["events"]
    assert (cube.frames["cases"]["lead"] % DAY == 0).all()
    assert (cube.frames["edges"]["wait"] % DAY == 0).all()
    days = results.edges[["median_days", "median_lower", "median_upper", "working_median_days"]].stack()
    assert (days.dropna() % 0.5 == 0).all()


def test_real_invoices_vendors_are_paid_before_the_citys_bank_and_departments_before_managers(invoices):
    """1,913 and 541 by the catalogue; one of the 541 received the invoice in November 2018, after the extract."""
    cube = invoices[1]
    events = cube.frames["events"].assign(
        step=lambda frame: frame["activity"].map(cube.frames["activities"]["activity"])
    )
    at = events.pivot(index="case", columns="step", values="time")
    assert (at[PAID] < at[BANK]).sum() == 1913
    assert (at[DEPARTMENT] < at[MANAGER]).sum() == 541 - 1


def test_real_invoices_are_paid_after_67_days(invoices):
    """The quartiles of the catalogue are 44, 67 and 104, with 42 that were paid before they were dated."""
    results, cube = invoices
    cases = cube.frames["cases"]
    assert cases["reversed"].sum() == 42
    days = cases["lead"][cases["outcome"] == "closed"] / DAY
    assert days.size == 11_479 + 11 - 2 - 42
    assert days.quantile([0.25, 0.5, 0.75]).tolist() == [44.25, 67, 104]
    summary = results.summary.set_index("quantity")
    assert summary["value"][["closed_median_lead", "median_lead"]].tolist() == [67, 69]


def test_real_invoices_wait_longest_by_the_median_for_state_finance(invoices):
    results, cube = invoices
    slowest = ("Date Sent to State Finance", "Date Payment Made to City")
    waits = named_edges(cube).groupby(["from", "to"])["wait"].agg(["size", "median"])
    usual = waits[waits["size"] > 0.05 * len(cube.frames["cases"])]["median"]
    assert usual.idxmax() == slowest
    assert usual.max() == 16 * DAY
    row = row_of(results.edges, **dict(zip(("from", "to"), slowest, strict=True)))
    assert (row["median_days"], row["holder"], row["count"]) == (16, "state", 1536)


def test_real_follow_ons_are_counted_by_type(follow_ons):
    """Three of the 61 `activity` rows differ from another in a free text alone, which is no column of the process."""
    cube, _ = follow_ons
    names = cube.frames["activities"]["activity"]
    assert len(cube.frames["cases"]) == 50
    assert (checks(cube)["rows"], checks(cube)["duplicates"]) == (276, 3)
    assert cube.frames["events"]["activity"].map(names).value_counts().to_dict() == {
        "activity": 61 - 3,
        "follow_on_created": 52,
        "follow_on_closed": 51,
        "opened": 50,
        "closed": 49,
        "submitted": 13,
    }


def test_real_follow_ons_pass_from_department_to_department(follow_ons):
    """Of 54 steps between two events with a department; the others are of the request itself."""
    handoffs = follow_ons[0].frames["edges"]["team_handoff"].value_counts()
    assert handoffs.to_dict() == {-1: 276 - 3 - 50 - 54, 0: 43, 1: 11}


def test_real_follow_ons_are_known_because_they_lasted(follow_ons):
    """All 50 were worked on in the last ten days, so that those of a later quarter seem to take less time.

    Each is at risk from the first of these days on, and no quarter is compared with another.
    """
    cube, results = follow_ons
    assert cube.frames["cases"]["entered"].min() > 280 * DAY
    assert results.lead_times["method"].unique().tolist() == ["Kaplan-Meier, left-truncated"]
    assert results.comparison.empty
    assert results.change["lacking"].tolist() == ["few weeks"]


def test_real_follow_ons_are_too_few_to_tell_anything(follow_ons):
    """13 cases after 27."""
    _, results = follow_ons
    assert set(results.edges_compared["verdict"]) == {str(Verdict.CANT_TELL)}
    assert results.lead_times["p90"].isna().all()
    assert results.constraint["utilisation"].isna().all()
    assert results.scenarios.empty
    assert results.equity.empty


def test_real_requests_closed_before_they_opened_are_listed_and_set_aside(requests):
    cases, excluded = requests.cases, requests.cube.frames["excluded"]
    assert len(cases) == 121_145
    assert cases["outcome"].value_counts().to_dict() == {
        "closed": 101_272 - 197,
        "open": 19_873,
        "set aside": 197,
    }
    assert (excluded["reason"] == "cases_reversed").sum() == 197
    quality = overview.quality(requests).set_index("check")["count"]
    assert quality[["cases_reversed", "incomplete"]].tolist() == [197, 19_873]


def test_real_requests_still_open_count_as_waiting(requests):
    """The catalogue has a median of 2.80 and a mean of 14.08 days, with the 197 that took less than no time."""
    closed = requests.cases[requests.cases["outcome"] == "closed"]
    days = requests.days(closed)
    assert np.median(days) == pytest.approx(2.811, abs=5e-4)
    assert days.sum() / 101_272 == pytest.approx(14.08, abs=5e-3)
    figures = overview.summary(requests, Counts()).set_index("quantity")
    assert figures["value"]["closed_median_lead"] == pytest.approx(2.811, abs=5e-4)
    whole = figures.loc["median_lead"]
    assert whole["value"] == pytest.approx(5.09, abs=5e-3)
    assert whole["lower"] < whole["value"] < whole["upper"] < 5.2


def test_real_requests_of_a_quarter_are_told_with_those_still_open(requests):
    row = row_of(lead_times(requests, Counts()), interval="2015-Q4", clock="calendar days")
    assert row["submitted"] == 27_161
    assert (row["closed_median"], row["median"]) == pytest.approx((1.820, 3.983), abs=5e-4)
