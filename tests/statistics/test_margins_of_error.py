import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.margins_of_error import (
    coefficient_of_variation,
    grade,
    of_difference,
    of_product,
    of_proportion,
    of_ratio,
    of_sum,
    rate_difference_with_margin,
    rate_interval_with_margin,
    rate_ratio_with_margin,
    share_of_variance,
    standard_error,
)
from workbench.statistics.rates import rate_interval


def test_a_margin_of_1645_is_a_standard_error_of_1000():
    assert standard_error(1645) == pytest.approx(1000)


def test_a_controlled_estimate_has_no_error_and_other_signs_are_missing():
    found = standard_error([-555555555, -222222222, -333333333, np.nan, 0])
    assert found[[0, 4]].tolist() == [0, 0]
    assert np.isnan(found[1:4]).all()


def test_margins_of_a_sum_are_added_as_squares():
    assert of_sum([10, 20], [3, 4]) == (30, 5)
    assert of_sum([7], [2]) == (7, 2)
    assert of_sum([], []) == (0, 0)


def test_of_zero_estimates_only_the_largest_margin_counts():
    assert of_sum([0, 0, 5], [12, 9, 5]) == (5, 13)
    assert of_sum([0, 0], [12, 9]) == (0, 12)


def test_a_missing_part_makes_the_sum_missing_and_a_controlled_one_does_not():
    assert np.isnan(of_sum([10, 20], [3, -222222222])[1])
    assert np.isnan(of_sum([10, -666666666], [3, 4])[0])
    assert of_sum([10, 20], [3, -555555555]) == (30, 3)


def test_sum_reproduces_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("acs_sum_zero")
    assert of_sum(*zip(*inputs["pairs"], strict=True)) == pytest.approx(tuple(expected), **tolerance)


def test_ratio_reproduces_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("acs_ratio")
    assert of_ratio(*inputs["num"], *inputs["den"]) == pytest.approx(tuple(expected), **tolerance)


def test_proportion_takes_off_the_margin_of_the_whole():
    # sqrt(5^2 - 0.5^2 * 6^2) / 100 = 4 / 100
    assert of_proportion(50, 5, 100, 6) == pytest.approx((0.5, 0.04))


def test_proportion_with_a_negative_root_has_the_margin_of_a_ratio():
    # 3^2 - 0.5^2 * 8^2 is negative: sqrt(9 + 16) / 100
    assert of_proportion(50, 3, 100, 8) == pytest.approx((0.5, 0.05))
    assert of_proportion(50, 4, 100, 8) == pytest.approx((0.5, 0))


def test_a_part_of_nothing_is_missing():
    for found in (of_proportion(0, 12, 0, 12), of_ratio(5, 3, 0, 12)):
        assert np.isnan(found).all()


def test_product_joins_both_margins():
    # 1000 * 0.003 = 3 and 0.2 * 20 = 4
    assert of_product(1000, 20, 0.2, 0.003) == pytest.approx((200, 5))


def test_a_difference_is_tested_with_standard_errors_from_the_90_percent_margins():
    # z = 200 / (sqrt(2) * 100) = 1.414, p = 0.157
    difference, lower, upper, p = of_difference(1200, 164.5, 1000, 164.5)
    reach = 1.959964 * np.sqrt(2) * 100
    assert (difference, lower, upper) == pytest.approx((200, 200 - reach, 200 + reach), rel=1e-6)
    assert p == pytest.approx(0.1573, abs=1e-4)
    assert np.isnan(of_difference(1200, 0, 1000, 0)[3])


def test_variation_of_zero_is_infinite_and_of_a_controlled_estimate_nothing():
    found = coefficient_of_variation([1000, 0, 0, 500, 500], [164.5, 12, -555555555, -555555555, -222222222])
    assert found[:4].tolist() == pytest.approx([0.1, np.inf, 0, 0])
    assert np.isnan(found[4])


def test_grades_change_just_above_12_and_40_percent():
    assert [grade(cv) for cv in (0, 0.12, 0.1201, 0.40, 0.4001, np.inf)] == [
        "reliable",
        "reliable",
        "use with caution",
        "use with caution",
        "not reliable",
        "not reliable",
    ]
    assert grade(np.nan) is None


def test_without_an_error_of_the_exposure_the_interval_is_the_plain_one():
    x = np.array([0, 1, 9, 10, 250])
    np.testing.assert_allclose(rate_interval_with_margin(x, 220, 0), rate_interval(x, 220), rtol=1e-12)


def test_an_error_of_the_exposure_widens_the_interval_also_without_events():
    for x in (0, 1, 50):
        lower, upper = rate_interval_with_margin(x, 1000, 300)
        plain = rate_interval(x, 1000)
        assert lower <= plain[0]
        assert plain[1] < upper < np.inf
    assert rate_interval_with_margin(0, 1000, 300)[0] == 0


def test_upper_limit_without_events_starts_from_half_an_event():
    # 3.688879 is the exact upper limit of no events; 1.959964 * 0.3 the reach of the residents
    upper = 0.5 * np.exp(np.hypot(np.log(3.688879 / 0.5), 1.959964 * 0.3)) / 1000
    assert rate_interval_with_margin(0, 1000, 300)[1] == pytest.approx(upper, rel=1e-6)


def test_no_exposure_or_a_missing_count_has_no_interval():
    assert np.isnan(rate_interval_with_margin([3, np.nan], [0, 10], [1, 1])).all()
    assert np.isnan(rate_ratio_with_margin(3, 0, 0, 0, 100, 5)).all()
    assert np.isnan(rate_difference_with_margin(3, 0, 0, 4, 100, 5)).all()


def test_share_of_variance_is_a_half_when_both_errors_are_equal():
    # 1/100 from the events and 0.1^2 from the residents
    assert share_of_variance([100, 0, 100], [1000, 1000, 1000], [100, 100, 0]) == pytest.approx([0.5, 0, 0])


@pytest.mark.parametrize(("mean", "variation"), [(3, 0.3), (40, 0.3), (400, 0.1)])
def test_interval_covers_the_rate_over_an_estimated_exposure(mean, variation):
    generator = np.random.default_rng(8)
    x = generator.poisson(mean, 4000)
    exposure = 1000 * np.exp(variation * generator.standard_normal(4000))
    lower, upper = rate_interval_with_margin(x, exposure, variation * exposure)
    assert ((lower <= mean / 1000) & (mean / 1000 <= upper)).mean() > 0.94


@pytest.mark.parametrize("mean", [3, 40])
def test_ratio_and_difference_cover_the_truth(mean):
    generator = np.random.default_rng(9)
    sides = []
    for times in (1, 2):
        exposure = 1000 * np.exp(0.2 * generator.standard_normal(4000))
        sides += [generator.poisson(times * mean, 4000), exposure, 0.2 * exposure]
    lower, upper = rate_ratio_with_margin(*sides)
    assert ((lower <= 0.5) & (upper >= 0.5)).mean() > 0.94
    lower, upper = rate_difference_with_margin(*sides)
    assert ((lower <= -mean / 1000) & (upper >= -mean / 1000)).mean() > 0.94


def test_a_ratio_to_no_events_has_no_upper_end_and_of_none_starts_at_zero():
    assert rate_ratio_with_margin(5, 100, 10, 0, 100, 10)[1] == np.inf
    assert rate_ratio_with_margin(0, 100, 10, 5, 100, 10)[0] == 0


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 90)), min_size=1, max_size=6),
    st.permutations(range(6)),
)
def test_order_of_parts_does_not_change_the_sum(parts, order):
    moved = [parts[i] for i in order if i < len(parts)]
    assert of_sum(*zip(*parts, strict=True)) == pytest.approx(of_sum(*zip(*moved, strict=True)))
