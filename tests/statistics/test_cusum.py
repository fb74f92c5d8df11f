"""Tabular CUSUM charts: Montgomery's example, the date of a change, gaps, phases, head start."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.cusum import cusum_chart

# Montgomery, Introduction to Statistical Quality Control, 2009, table 9.1: the last ten are shifted by one sigma.
SHIFTED = [
    *[9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34],
    *[9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84],
    *[10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52],
]


def test_montgomerys_shift_is_found_and_dated():
    # Table 9.2: C+ is 5.28 at period 29, 7 periods above 0, so that the shift came after period 22.
    found = cusum_chart(SHIFTED, target=10, sigma=1)
    assert found["upper_sum"].iloc[[3, 4, 27, 28]].tolist() == pytest.approx([1.16, 2.82, 4.47, 5.28])
    assert found["lower_sum"].iloc[[0, 1, 2]].tolist() == pytest.approx([0.05, 1.56, 1.77])
    assert found["high"].tolist() == [0] * 28 + [1, 1]
    assert found["upper_n"].iloc[28] == 7
    assert found["since"].tolist() == [-1] * 28 + [22, 22]
    assert found["limit"].tolist() == [5.0] * 30


def test_sums_and_strict_decisions_as_published_by_qcc():
    # qcc 3.0, tests/testthat/test-cusum.R, where the lower sums are negative.
    found = cusum_chart([1.5, 0.5, 0.6, -1.5, -0.5, -0.8], target=0, sigma=1, decision=1)
    assert found["upper_sum"].tolist() == pytest.approx([1.0, 1.0, 1.1, 0.0, 0.0, 0.0])
    assert found["lower_sum"].tolist() == pytest.approx([0.0, 0.0, 0.0, 1.0, 1.0, 1.3])
    assert found["high"].tolist() == [0, 0, 1, 0, 0, -1]
    assert found["since"].tolist() == [-1, -1, 0, -1, -1, 3]


def test_target_and_sigma_of_the_baseline():
    found = cusum_chart([9, 11] * 4 + [13] * 5, baseline=[True] * 8 + [False] * 5)
    assert found["mean"].tolist() == [10.0] * 13
    assert found["sigma"].tolist() == pytest.approx([2 / 1.128] * 13)
    assert found["n"].tolist() == [8] * 13
    # Each later point adds 3 - 0.5 sigma to the 0.11 that the last of the baseline left.
    step, left = 3 - 1 / 1.128, 1 - 1 / 1.128
    assert found["upper_sum"].iloc[-1] == pytest.approx(5 * step + left)
    assert found["high"].iloc[-1] == 1
    assert found["since"].iloc[-1] == 7


def test_a_missing_point_carries_the_sums_on():
    found = cusum_chart([2, np.nan, 2, 2], target=0, sigma=1, decision=4)
    assert found["upper_sum"].tolist() == pytest.approx([1.5, np.nan, 3.0, 4.5], nan_ok=True)
    assert found["upper_n"].tolist() == [1, 0, 2, 3]
    assert found["high"].tolist() == [0, 0, 0, 1]
    assert found["since"].tolist() == [-1, -1, -1, 0]


def test_phases_begin_anew():
    found = cusum_chart([2, 2, 2, 2], target=0, sigma=1, phases=[0, 0, 1, 1])
    assert found["upper_sum"].tolist() == [1.5, 3.0, 1.5, 3.0]
    assert found["upper_n"].tolist() == [1, 2, 1, 2]


def test_a_head_start_finds_a_process_that_is_off_from_the_start_sooner():
    series = [1.5] * 6
    plain = cusum_chart(series, target=0, sigma=1)
    ahead = cusum_chart(series, target=0, sigma=1, head_start=2.5)
    assert plain["high"].tolist() == [0, 0, 0, 0, 0, 1]
    assert ahead["high"].tolist() == [0, 0, 1, 1, 1, 1]
    assert ahead["lower_sum"].tolist() == [0.5, 0, 0, 0, 0, 0]


def test_the_wider_the_slack_the_smaller_the_sums():
    assert cusum_chart([2.0], target=0, sigma=1, slack=1)["upper_sum"].tolist() == [1.0]
    assert cusum_chart([2.0], target=0, sigma=2)["upper_sum"].tolist() == [1.0]


def test_after_a_signal_the_sum_farther_above_speaks():
    found = cusum_chart([13, -6, -1], target=0, sigma=1)
    assert found["upper_sum"].tolist() == [12.5, 6.0, 4.5]
    assert found["lower_sum"].tolist() == [0.0, 5.5, 6.0]
    assert found["high"].tolist() == [1, 1, -1]
    assert found["since"].tolist() == [0, 0, 1]
    assert cusum_chart([13, -6.9], target=0, sigma=1)["high"].tolist() == [1, -1]


@pytest.mark.parametrize("series", [[], [7.0], [7.0, 7.0], [0.1 + 0.2] * 30, [np.nan] * 5])
def test_short_constant_and_missing_series_have_no_signal(series):
    found = cusum_chart(series)
    assert found["high"].tolist() == [0] * len(series)
    assert found["since"].tolist() == [-1] * len(series)


@pytest.mark.parametrize(
    ("options", "got"),
    [
        ({"slack": -1}, "slack=-1"),
        ({"head_start": 5}, "decision=5, head_start=5"),
        ({"head_start": -1}, "head_start=-1"),
    ],
)
def test_settings_that_cannot_be_are_refused(options, got):
    with pytest.raises(ValueError, match=got):
        cusum_chart([1, 2], **options)


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=30), st.integers(-1000, 1000))
def test_signals_are_mirrored_and_stay_when_the_series_is_moved(series, by):
    values = np.array(series, float)
    found, mirrored, moved = cusum_chart(values), cusum_chart(-values), cusum_chart(values + by)
    assert mirrored["high"].tolist() == (-found["high"]).tolist()
    assert moved["high"].tolist() == found["high"].tolist()
    assert mirrored["lower_sum"].tolist() == pytest.approx(found["upper_sum"].tolist(), nan_ok=True)
