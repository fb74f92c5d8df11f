import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.differences import miettinen_nurminen
from workbench.statistics.proportions import (
    critical_value,
    score_test,
    smallest_detectable_difference,
    trials_needed,
    wilson,
)
from workbench.statistics.ratios import koopman

COUNTS = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda c: (min(c), max(c)))


def test_wilson_gives_the_published_limits_of_15_of_148_and_of_1_of_29():
    # Newcombe 1998 (single proportion), table I, method 3
    lower, upper = wilson([15, 1], [148, 29])
    assert lower == pytest.approx([0.0624, 0.0061], abs=6e-5)
    assert upper == pytest.approx([0.1605, 0.1718], abs=6e-5)


def test_wilson_of_no_events_starts_at_exactly_zero():
    # Newcombe 1998: 0 of 20 gives 0 to 0.1611
    lower, upper = wilson(0, 20)
    assert lower == 0
    assert upper == pytest.approx(0.1611, abs=6e-5)


def test_wilson_of_all_events_ends_at_exactly_one():
    lower, upper = wilson(20, 20)
    assert lower == pytest.approx(1 - 0.1611, abs=6e-5)
    assert upper == 1


def test_wilson_of_nothing_is_missing():
    lower, upper = wilson(0, 0)
    assert np.isnan(lower)
    assert np.isnan(upper)


def test_wilson_refuses_more_events_than_trials_and_quotes_them():
    with pytest.raises(ValueError, match="7 of 5"):
        wilson([1, 7], [5, 5])


def test_wilson_refuses_negative_counts():
    with pytest.raises(ValueError, match="-1 of 5"):
        wilson(-1, 5)


@pytest.mark.parametrize("case", ["phe_wilson_95%", "phe_wilson_99.8%", "rs_wilson_newcombe"])
def test_wilson_reproduces_reference_case(case, disparity_case):
    inputs, expected, tolerance = disparity_case(case)
    got = np.transpose(wilson(inputs["x"], inputs["n"], inputs.get("confidence", 0.95)))
    assert got == pytest.approx(np.array(expected), **tolerance)


def test_wilson_reproduces_published_percentages_at_two_levels(disparity_case):
    inputs, expected, tolerance = disparity_case("phe_proportion")
    x, n = inputs["numerator"], inputs["denominator"]
    got = 100 * np.transpose([np.divide(x, n), *wilson(x, n), *wilson(x, n, 0.998)])
    assert got == pytest.approx(np.array(expected), **tolerance)


def test_score_test_of_equal_shares_is_one():
    assert score_test(5, 10, 50, 100) == 1


def test_score_test_of_no_events_or_all_events_is_one():
    assert score_test([0, 10], [10, 10], [0, 30], [30, 30]).tolist() == [1, 1]


def test_score_test_of_an_empty_group_is_missing():
    assert np.isnan(score_test(0, 0, 5, 10))


def test_score_test_is_the_n_minus_1_chi_squared_test():
    # 2 x 2 table 7/34 v 1/34: chi-squared 5.1 with N, times 67/68
    chi_squared = 68 * (7 * 33 - 1 * 27) ** 2 / (34 * 34 * 8 * 60) * 67 / 68
    assert chi_squared == pytest.approx(5.0250, abs=1e-4)
    assert score_test(7, 34, 1, 34) == pytest.approx(0.024983, abs=2e-6)


@given(COUNTS, COUNTS)
def test_p_and_both_intervals_always_agree(first, second):
    (x1, n1), (x2, n2) = first, second
    if not n1 or not n2:
        return
    p = float(score_test(x1, n1, x2, n2))
    if abs(p - 0.05) < 1e-6:
        return
    lower, upper = miettinen_nurminen(x1, n1, x2, n2)
    low, high = koopman(x1, n1, x2, n2, corrected=True)
    assert (p < 0.05) == (lower > 0 or upper < 0)
    assert (p < 0.05) == (low > 1 or high < 1)


def test_smallest_detectable_difference_is_the_textbook_one():
    # Fleiss, Levin and Paik 2003, section 4.2: 0.60 v 0.70 at 80 % power needs 356 a group
    # before continuity correction.
    assert trials_needed(0.10, 0.60, 1, direction=1) == 356
    found = smallest_detectable_difference(0.60, 356, 356, direction=1)
    assert found == pytest.approx(0.10, abs=2e-4)


def test_smallest_detectable_difference_is_missing_where_there_is_no_room_for_one():
    assert np.isnan(smallest_detectable_difference(0.0, 1000, 1000, direction=-1))
    assert np.isnan(smallest_detectable_difference(1.0, 1000, 1000, direction=1))


def test_smallest_detectable_difference_is_missing_where_nothing_could_show():
    got = smallest_detectable_difference([0.5, 0.02], [0, 20], [100, 100], direction=-1)
    assert np.isnan(got).all()


def test_trials_needed_is_missing_for_an_impossible_difference():
    got = trials_needed([0.2, 0.0], [0.9, 0.5], 1, direction=1)
    assert np.isnan(got).all()


def test_critical_value_of_95_percent():
    assert critical_value(0.95) == pytest.approx(1.959964, abs=1e-6)
