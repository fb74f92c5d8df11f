"""Run charts: critical values, runs, crossings, medians."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from workbench.statistics.anhoej import Runs, critical_values, run_chart, runs, runs_of_phases


def test_critical_values_as_published(reference):
    case = reference("targets", "anhoej-critical-values")
    found = [critical_values(n) for n in case["inputs"]["n"]]
    assert [longest for longest, _ in found] == case["expected"]["longest_run_max"]
    assert [fewest for _, fewest in found] == case["expected"]["crossings_min"]


@pytest.mark.parametrize("n", range(1, 301))
def test_fewest_crossings_are_the_binomial_quantile(n):
    fewest = critical_values(n)[1]
    assert binom.cdf(fewest, n - 1, 0.5) >= 0.05
    assert fewest == 0 or binom.cdf(fewest - 1, n - 1, 0.5) < 0.05


@pytest.mark.parametrize(
    ("n", "longest"), [(1, 3), (2, 4), (11, 6), (12, 7), (22, 7), (23, 8), (45, 8), (46, 9)]
)
def test_the_longest_run_steps_where_the_logarithm_rounds_up(n, longest):
    assert critical_values(n)[0] == longest


def test_the_limits_of_pyqicharts_are_not_ours():
    # pyqicharts 2.0.0: 8 for a run of 20 points, 7 crossings of 24.
    assert critical_values(20)[0] == 7
    assert critical_values(24) == (8, 8)


def test_no_point_has_no_critical_values():
    with pytest.raises(ValueError, match="got 0"):
        critical_values(0)


def test_a_run_may_be_as_long_as_the_critical_value_and_no_longer():
    turning = [-1, 1, -1, 1, -1, 1, -1]
    assert runs(turning + [1] * 7, 0) == Runs(14, 7, 7, 7, 4)
    assert not runs(turning + [1] * 7, 0).signal
    assert runs(turning + [1] * 8, 0) == Runs(15, 8, 7, 7, 4)
    assert runs(turning + [1] * 8, 0).long_run


def test_crossings_may_be_as_few_as_the_critical_value_and_no_fewer():
    blocks = [1] * 4 + [-1] * 4
    assert runs(blocks * 3, 0) == Runs(24, 4, 5, 8, 8)
    assert runs(blocks * 3, 0).few_crossings
    eight = [1, 1, 1, -1, -1, -1, 1, 1, 1, -1, -1, -1, 1, 1, 1, -1, -1, -1, 1, 1, -1, -1, 1, 1]
    assert runs(eight, 0) == Runs(24, 3, 8, 8, 8)
    assert not runs(eight, 0).signal


def test_points_on_the_line_and_missing_ones_are_skipped():
    assert runs([1, 1, 0, np.nan, 1, -1], 0) == runs([1, 1, 1, -1], 0) == Runs(4, 3, 1, 5, 0)


@pytest.mark.parametrize("series", [[], [np.nan], [5.0], [5.0] * 30])
def test_without_a_useful_point_there_is_no_signal(series):
    found = runs(series, run_chart(series)["mean"])
    assert found == Runs(0, 0, 0, None, None)
    assert not found.signal


def test_one_and_two_points():
    assert runs([7], 5) == Runs(1, 1, 0, 3, 0)
    assert runs([7, 3], 5) == Runs(2, 1, 1, 4, 0)


def test_a_run_chart_has_a_median_and_no_limits():
    found = run_chart([1, 2, 90, np.nan, 4], baseline=[True, True, True, True, False])
    assert found["mean"].tolist() == [2.0] * 5
    assert found["n"].tolist() == [3] * 5
    assert found[["lower", "upper", "near_lower", "near_upper", "sigma"]].isna().all(axis=None)


def test_each_phase_has_its_median_and_its_runs():
    series = [1, 3, 1, 3, 11, 13, 11, 13]
    limits = run_chart(series, phases=[0] * 4 + [1] * 4)
    assert limits["mean"].tolist() == [2.0] * 4 + [12.0] * 4
    found = runs_of_phases(series, limits)
    assert found[["phase", "n", "longest", "crossings"]].to_numpy().tolist() == [[0, 4, 1, 3], [1, 4, 1, 3]]
    assert len(runs_of_phases([], run_chart([]))) == 0


@given(st.lists(st.integers(-9, 9), max_size=40), st.integers(-1000, 1000))
def test_runs_are_the_same_upside_down_and_moved(series, by):
    values = np.array(series, float)
    found = runs(values, 0)
    assert runs(-values, 0) == runs(values + by, by) == found


def test_random_points_seldom_signal():
    rng = np.random.default_rng(1)
    found = [runs(row, np.median(row)).signal for row in rng.normal(size=(2000, 24))]
    assert np.mean(found) < 0.08  # each rule is meant to speak at most once in twenty
