import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.statistics.percentiles import enough_for, percentile


def test_percentiles_lie_on_the_line_between_order_statistics():
    assert percentile([1, 2, 3, 4], 0.5).value == 2.5
    assert percentile([10, 0], 0.9).value == 9


@pytest.mark.parametrize(("n", "lower", "upper"), [(5, None, None), (6, 1, 6), (10, 2, 9), (25, 8, 18)])
def test_interval_of_a_median_by_order_statistics(n, lower, upper):
    # Ranks as in table A of Hahn and Meeker 1991 and in every sign-test table.
    got = percentile(range(1, n + 1), 0.5)
    assert (got.lower, got.upper, got.n) == (lower, upper, n)


def test_interval_of_a_90th_percentile_needs_the_largest_values():
    assert percentile(range(1, 31), 0.9).upper is None
    assert percentile(range(1, 101), 0.9).lower == 84
    assert percentile(range(1, 101), 0.9).upper == 96


def test_no_values_have_no_percentile():
    got = percentile([], 0.5)
    assert (got.value, got.lower, got.upper, got.n) == (None, None, None, 0)


@pytest.mark.parametrize(
    ("n", "p", "enough"), [(49, 0.9, False), (50, 0.9, True), (9, 0.5, False), (10, 0.5, True)]
)
def test_a_percentile_is_shown_when_five_cases_lie_beyond_it(n, p, enough):
    assert enough_for(n, p) == enough


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.sampled_from([0.5, 0.8, 0.9]))
def test_a_percentile_lies_within_its_interval_whatever_the_order(values, p):
    got = percentile(values, p)
    assert got == percentile(values[::-1], p)
    assert got.lower is None or got.lower <= got.value
    assert got.upper is None or got.value <= got.upper


def test_the_interval_covers_as_often_as_it_says():
    random = np.random.default_rng(7)
    intervals = [percentile(random.exponential(size=40), 0.5) for _ in range(400)]
    covered = [each.lower <= np.log(2) <= each.upper for each in intervals]
    assert np.mean(covered) >= 0.93


def test_real_case_durations_by_quarter(reference, shared):
    case = reference("process", "quarter-compare")
    cases = pd.read_csv(shared / "cases" / case["inputs"]["file"])
    start, end = (pd.to_datetime(cases[name], utc=True, format="ISO8601") for name in ("start", "end"))
    days = (end - start).dt.total_seconds() / 86400
    quarter = start.dt.tz_localize(None).dt.to_period("Q").astype(str)
    for name, n in case["expected"]["n"].items():
        sample = days[quarter == name]
        assert len(sample) == n
        assert percentile(sample, 0.5).value == pytest.approx(case["expected"]["median_days"][name], abs=1e-6)
        assert percentile(sample, 0.9).value == pytest.approx(case["expected"]["p90_days"][name], abs=1e-6)
