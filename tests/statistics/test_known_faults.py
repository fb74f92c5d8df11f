"""What other packages get wrong, and that it is not wrong here. Numbers of theirs are as verified by running them."""

import numpy as np
import pytest

from workbench.statistics.differences import miettinen_nurminen, newcombe
from workbench.statistics.mantel_haenszel import pooled_difference, pooled_odds_ratio, pooled_ratio
from workbench.statistics.margins_of_error import of_difference, of_sum
from workbench.statistics.rates import byar, poisson_interval, rate_interval
from workbench.statistics.ratios import koopman, mover_wilson, rate_ratio
from workbench.statistics.standardisation import directly_standardised, indirectly_standardised

# Births of low weight to smokers and to others by race (Hosmer and Lemeshow 1989; R's MASS::birthwt)
LOW_BIRTHWEIGHT = ([19, 6, 5], [52, 10, 12], [4, 5, 20], [44, 16, 55])


@pytest.mark.parametrize(
    ("counts", "limits"),
    [
        ((5, 56, 0, 29), (-0.0326, 0.1933)),  # statsmodels 0.15.0 raises (its issue 10269)
        ((7, 25, 2, 25), (-0.0169, 0.4145)),  # raises too
        ((7, 34, 1, 34), (0.0270, 0.3453)),  # 0.0273 to 0.3434 there
    ],
)
def test_score_interval_of_a_difference_is_not_that_of_statsmodels(counts, limits):
    assert miettinen_nurminen(*counts) == pytest.approx(limits, abs=6e-5)


def test_score_interval_of_a_difference_has_its_closed_forms_at_nobody_and_everybody():
    k = 1.959963984540054**2 * 30 / 29
    assert miettinen_nurminen(0, 10, 0, 20) == pytest.approx((-k / (20 + k), k / (10 + k)), abs=1e-12)
    assert miettinen_nurminen(10, 10, 20, 20) == pytest.approx((-k / (10 + k), k / (20 + k)), abs=1e-12)
    assert miettinen_nurminen(10, 10, 0, 20)[1] == 1


def test_rate_ratio_without_events_is_not_of_zero_width():
    # statsmodels 0.15.0: 0.1351 to 0.1351
    assert rate_ratio(0, 51477.5, 30, 54308.7) == pytest.approx((0, 0.1351), abs=6e-5)


def test_koopman_is_right_beyond_what_statsmodels_tests_of_itself():
    # its own test allows 3 either way, and its private function gives 2.9346 to 7.1663
    assert koopman(36, 40, 16, 80) == pytest.approx((2.9396, 7.1522), abs=6e-5)


@pytest.mark.parametrize("method", [koopman, mover_wilson])
def test_ratio_of_nobody_to_nobody_is_unbounded_and_not_missing(method):
    # statsmodels gives nan, and a lower limit of -7e-15 where the first group has no events
    assert method(0, 40, 0, 80) == (0, np.inf)
    assert method(0, 40, 16, 80)[0] == 0


def test_pooled_difference_has_the_interval_of_greenland_and_robins():
    # epiR's epi.2by2 prints 1.4 to 42.9 points for it
    difference, lower, upper, _ = pooled_difference(*LOW_BIRTHWEIGHT)
    assert 100 * np.array([difference, lower, upper]) == pytest.approx([22.2, 8.8, 35.5], abs=0.06)


def test_pooled_ratios_have_an_interval_at_all():
    # statsmodels' StratifiedTable has the ratio of proportions as a point only; epiR 2.15 (1.29, 3.58), 3.09 (1.49, 6.39)
    assert pooled_ratio(*LOW_BIRTHWEIGHT) == pytest.approx((2.15, 1.29, 3.58), abs=6e-3)
    assert pooled_odds_ratio(*LOW_BIRTHWEIGHT) == pytest.approx((3.09, 1.49, 6.39), abs=6e-3)


def test_byar_is_that_of_breslow_and_day_and_not_the_half_event_formula_of_the_same_name():
    # DescTools and epitools: 0.021908 to 0.060293
    assert rate_interval(15, 400) == pytest.approx((0.020973, 0.061854), abs=6e-7)


def test_byar_of_one_event_at_998_percent_falls_below_zero_and_is_not_used():
    assert byar(1, 0.998)[0] < 0
    assert poisson_interval(1, 0.998)[0] == pytest.approx(0.0010005, abs=6e-8)


def test_a_rate_of_more_than_one_is_legal():
    # OHID's test data have 250 events among 220 persons
    lower, upper = rate_interval(250, 220)
    assert lower < 250 / 220 < upper
    assert directly_standardised([250], [220], [1]).rate == pytest.approx(250 / 220)


def test_limits_of_998_percent_are_not_ten_times_too_wide():
    # a row of OHID's workbook has the wider limits ten times too large
    narrow = directly_standardised([120, 90], [600, 500], [3, 2])
    wide = directly_standardised([120, 90], [600, 500], [3, 2], 0.998)
    assert (wide.upper - wide.lower) / (narrow.upper - narrow.lower) == pytest.approx(3.09 / 1.96, rel=0.01)


def test_margin_of_a_sum_counts_the_zero_estimates_once():
    # tidycensus at 949a299 counted each distinct one: 51.9; its repair broke sums without a zero
    assert of_sum([0, 0, 0, 41], [22, 22, 29, 37])[1] == pytest.approx(47.0106, abs=6e-5)
    assert of_sum([41, 20], [37, 12])[1] == pytest.approx(np.hypot(37, 12))


def test_margins_are_of_90_percent_whatever_level_is_tested_at():
    # tidycensus' significance(1260, 1000, 164.5, 164.5, clevel = 0.95) divides by 1.96: z = 2.19, a difference.
    # From standard errors of 100 it is 260 / 141.4 = 1.838, none.
    _, lower, upper, p = of_difference(1260, 164.5, 1000, 164.5)
    assert lower < 0 < upper
    assert p == pytest.approx(0.0660, abs=6e-5)


def test_a_margin_and_a_standard_error_are_not_added_under_one_root():
    # both as margins or both as errors: the same z of 200 / sqrt(100^2 + 100^2)
    difference, lower, upper, _ = of_difference(1200, 164.5, 1000, 164.5)
    error = (upper - lower) / 2 / 1.959964
    assert difference / error == pytest.approx(2**0.5, rel=1e-6)


def test_ratios_to_expected_events_keep_their_standard_and_are_nan_without_one():
    assert np.isnan(indirectly_standardised(4, 0)).all()


def test_newcombe_is_right_where_the_score_interval_of_statsmodels_raises():
    assert newcombe(5, 56, 0, 29) == pytest.approx((-0.0381, 0.1926), abs=6e-5)
