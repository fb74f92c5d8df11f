import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.rates import rate_score_test
from workbench.statistics.ratios import (
    katz,
    koopman,
    mover_ratio,
    mover_wilson,
    quotient,
    rate_ratio,
    wald_rate_ratio,
)

COUNTS = st.tuples(st.integers(0, 80), st.integers(1, 80)).map(lambda c: (min(c), max(c)))


def test_koopman_gives_the_published_limits_of_36_of_40_and_16_of_80():
    # Nam 1995: 2.940 to 7.152
    assert koopman(36, 40, 16, 80) == pytest.approx((2.940, 7.152), abs=6e-4)


@pytest.mark.parametrize("method", [koopman, mover_wilson, rate_ratio])
@pytest.mark.parametrize("counts", [(np.nan, 5, 1, 5), (1, np.nan, 1, 5), (1, 5, np.nan, 5), (0, 0, 3, 5)])
def test_a_missing_count_or_an_empty_group_has_no_interval(method, counts):
    assert np.isnan(method(*counts)).all()


def test_no_events_in_the_first_group_start_at_zero():
    lower, upper = koopman(0, 40, 16, 80)
    assert lower == 0
    assert 0 < upper < 1


def test_no_events_in_the_reference_group_end_at_infinity():
    for method in (koopman, mover_wilson):
        lower, upper = method(10, 40, 0, 80)
        assert 1 < lower < np.inf
        assert upper == np.inf


def test_no_events_at_all_say_nothing():
    for method in (koopman, mover_wilson, rate_ratio):
        assert method(0, 40, 0, 80) == (0, np.inf)
    assert np.isnan(quotient(0, 40, 0, 80))


def test_all_events_in_both_groups_have_a_closed_form_lower_limit():
    z2 = 1.959964**2
    lower, upper = koopman(40, 40, 80, 80)
    assert (lower, upper) == pytest.approx((40 / (40 + z2), (80 + z2) / 80), abs=1e-6)


def test_an_empty_group_gives_missing_limits():
    for method in (koopman, mover_wilson, rate_ratio):
        assert np.isnan(method(0, 0, 3, 10)).all()


def test_rate_ratio_without_events_in_one_group_keeps_its_width():
    # statsmodels 0.15.0 gives an interval of zero width here
    lower, upper = rate_ratio(0, 10, 27, 10)
    assert lower == 0
    assert upper == pytest.approx(1.959964**2 / 27, rel=1e-6)


def test_koopman_reproduces_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("rs_koopman_rr")
    assert np.transpose(koopman(**inputs)) == pytest.approx(np.array(expected), **tolerance)


def test_koopman_of_one_pair_reproduces_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("sm_koopman_nam")
    assert koopman(**inputs) == pytest.approx(tuple(expected), **tolerance)


def test_miettinen_nurminen_ratio_reproduces_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("rs_mn_rr")
    assert np.transpose(koopman(**inputs, corrected=True)) == pytest.approx(np.array(expected), **tolerance)


def test_mover_reproduces_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("rs_mover_rr2")
    assert mover_wilson(**inputs) == pytest.approx(tuple(expected), **tolerance)


def test_rate_ratio_reproduces_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("sm_poisson_ratio")
    counts = inputs["count1"], inputs["exposure1"], inputs["count2"], inputs["exposure2"]
    assert rate_ratio(*counts) == pytest.approx(tuple(expected["ratio"]), **tolerance)


def test_katz_is_the_textbook_interval_and_does_not_exist_without_events():
    # physicians' health study, 189/11034 v 104/11037 heart attacks: 1.43 to 2.30, from a rounded error (Agresti)
    assert katz(189, 11034, 104, 11037) == pytest.approx((1.43, 2.30), abs=7e-3)
    assert np.isnan(katz([0, 3, 0], [10, 10, 0], [3, 0, 3], [10, 10, 10])).all()


def test_wald_rate_ratio_is_the_textbook_interval_and_does_not_exist_without_events():
    # breast cancer after fluoroscopy, 41/28010 v 15/19017 woman-years: 1.03 to 3.35 (epitools' manual)
    assert wald_rate_ratio(41, 28010, 15, 19017) == pytest.approx((1.03, 3.35), abs=6e-3)
    assert np.isnan(wald_rate_ratio([0, 3], [10, 10], [3, 0], [10, 10])).all()


def test_mover_ratio_of_figures_without_error_is_their_ratio():
    assert mover_ratio(6.0, (6.0, 6.0), 3.0, (3.0, 3.0)) == pytest.approx((2, 2))


@given(COUNTS, COUNTS)
def test_exchanging_the_groups_inverts_the_interval(first, second):
    lower, upper = koopman(*first, *second)
    low, high = koopman(*second, *first)
    with np.errstate(divide="ignore"):
        assert (lower, upper) == pytest.approx((1 / high, 1 / low), rel=1e-6)


@given(st.integers(0, 60), st.integers(0, 60))
def test_rate_ratio_leaves_out_one_exactly_when_p_is_small(x1, x2):
    p = float(rate_score_test(x1, 100, x2, 250))
    lower, upper = rate_ratio(x1, 100, x2, 250)
    if abs(p - 0.05) > 1e-6:
        assert (p < 0.05) == (lower > 1 or upper < 1)
