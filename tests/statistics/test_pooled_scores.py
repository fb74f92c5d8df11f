import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from workbench.statistics.mantel_haenszel import pooled_difference, pooled_rate_difference
from workbench.statistics.pooled_scores import pooled_score_difference, pooled_score_rate_difference

# Tolbutamide trial (UGDP 1970): Rothman, Greenland and Lash 2008, table 15-1
TOLBUTAMIDE = ([8, 22], [106, 98], [5, 16], [120, 85])
SIDE = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda c: (min(c), max(c)))
STRATA = st.lists(st.tuples(SIDE, SIDE), min_size=1, max_size=6)


def columns(strata):
    return [
        [side[part] for side in (stratum[group] for stratum in strata)] for group in (0, 1) for part in (0, 1)
    ]


def test_of_the_tolbutamide_trial_it_is_close_to_the_published_interval():
    # Rothman, Greenland and Lash 2008, ch. 15: 0.035, with 90 % limits -0.018 and 0.087 by Wald's method
    difference, lower, upper, p = pooled_score_difference(*TOLBUTAMIDE, 0.90)
    assert (difference, lower, upper) == pytest.approx((0.035, -0.018, 0.087), abs=6e-4)
    assert p == pytest.approx(0.275, abs=5e-4)


def test_with_many_events_it_is_the_interval_of_greenland_and_robins():
    many = [np.array(count) * 1000 for count in TOLBUTAMIDE]
    assert pooled_score_difference(*many)[:3] == pytest.approx(pooled_difference(*many)[:3], abs=2e-5)
    assert pooled_score_rate_difference(*many)[:3] == pytest.approx(
        pooled_rate_difference(*many)[:3], abs=5e-5
    )


def test_limits_are_where_the_score_is_the_critical_value():
    # One stratum by hand: 3 of 10 v 1 of 30. Weight 7.5, estimate 4/15, slope (100 - 2700 + 3000) / 1600 = 0.25,
    # level (3 x 29 + 1 x 7) / 80 = 1.175.
    difference, lower, upper, _ = pooled_score_difference([3], [10], [1], [30])
    assert difference == pytest.approx(4 / 15)
    for limit in (lower, upper):
        assert (7.5 * (difference - limit)) ** 2 == pytest.approx(1.959963985**2 * (0.25 * limit + 1.175))


def test_the_variance_of_proportions_is_right_on_average():
    # All outcomes of 3 v 5 trials added up. The variance at the true difference comes from the limits: the product
    # of the roots is d² - z² level, their sum 2 d + z² slope.
    p1, p2 = 0.3, 0.6
    weight, z = 3 * 5 / 8, 1.959963985
    expected = 0.0
    for x1 in range(4):
        for x2 in range(6):
            difference, lower, upper, _ = pooled_score_difference([x1], [3], [x2], [5])
            level = slope = 0.0
            if not np.isnan(lower):
                level = (difference**2 - lower * upper) / z**2
                slope = (lower + upper - 2 * difference) / z**2
            else:  # nobody or everybody: only the slope is left, 15 (5 - 3) / 2 of 64, or less 30 of them
                slope = (15 if x1 == 0 else -15) / 64 / weight**2
            chance = binom.pmf(x1, 3, p1) * binom.pmf(x2, 5, p2)
            expected += chance * (level + slope * (p1 - p2))
    assert expected == pytest.approx(p1 * (1 - p1) / 3 + p2 * (1 - p2) / 5)


def test_the_variance_of_rates_is_right_on_average():
    r1, r2, z = 0.8, 0.3, 1.959963985
    expected = 0.0
    for x1 in range(25):
        for x2 in range(25):
            difference, lower, upper, _ = pooled_score_rate_difference([x1], [4.0], [x2], [10.0])
            chance = poisson.pmf(x1, 3.2) * poisson.pmf(x2, 3)
            if np.isnan(lower):
                expected += chance * (r1 - r2) * 40 * 6 / 14**2 / (40 / 14) ** 2
                continue
            level, slope = (difference**2 - lower * upper) / z**2, (lower + upper - 2 * difference) / z**2
            expected += chance * (level + slope * (r1 - r2))
    assert expected == pytest.approx(r1 / 4 + r2 / 10, rel=1e-6)


def test_an_empty_group_says_nothing_in_its_stratum():
    with_more = [[*counts, extra] for counts, extra in zip(TOLBUTAMIDE, (5, 9, 0, 0), strict=True)]
    assert pooled_score_difference(*with_more) == pooled_score_difference(*TOLBUTAMIDE)
    assert pooled_score_rate_difference(*with_more) == pooled_score_rate_difference(*TOLBUTAMIDE)
    assert np.isnan(pooled_score_difference([0], [0], [3], [9])).all()
    assert np.isnan(pooled_score_rate_difference([0], [0], [3], [9])).all()


@pytest.mark.parametrize("events", [([0, 0], [0, 0]), ([7, 4], [6, 9])], ids=["nobody", "everybody"])
def test_where_nobody_or_everybody_has_the_event_there_are_no_limits(events):
    difference, *rest = pooled_score_difference(events[0], [7, 4], events[1], [6, 9])
    assert difference == 0
    assert np.isnan(rest).all()


def test_without_events_rates_have_no_limits():
    difference, *rest = pooled_score_rate_difference([0, 0], [7, 4], [0, 0], [6, 9])
    assert difference == 0
    assert np.isnan(rest).all()


def test_more_events_than_trials_are_refused_but_not_for_rates():
    with pytest.raises(ValueError, match="12 of 10"):
        pooled_score_difference([12], [10], [1], [30])
    assert pooled_score_rate_difference([12], [10], [1], [30])[0] == pytest.approx(1.2 - 1 / 30)


@given(STRATA)
def test_exchanging_the_groups_mirrors_difference_and_interval(strata):
    x1, n1, x2, n2 = columns(strata)
    for method in (pooled_score_difference, pooled_score_rate_difference):
        difference, lower, upper, p = method(x1, n1, x2, n2)
        mirrored = method(x2, n2, x1, n1)
        assert mirrored == pytest.approx((-difference, -upper, -lower, p), abs=1e-9, nan_ok=True)


@given(STRATA)
def test_p_and_interval_never_disagree(strata):
    for method in (pooled_score_difference, pooled_score_rate_difference):
        difference, lower, upper, p = method(*columns(strata))
        if np.isnan(lower) or abs(p - 0.05) < 1e-9:
            continue
        assert lower <= difference <= upper
        assert (p < 0.05) == (lower > 0 or upper < 0)
