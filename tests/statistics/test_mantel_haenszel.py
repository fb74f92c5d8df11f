import numpy as np
import pytest

from workbench.statistics.mantel_haenszel import (
    pooled_difference,
    pooled_rate_difference,
    pooled_rate_ratio,
    pooled_ratio,
)

# Tolbutamide trial (UGDP 1970) in two age strata; Rothman, Greenland and Lash 2008, table 15-1:
# 8/106 v 5/120 under 55 years, 22/98 v 16/85 above
TOLBUTAMIDE = ([8, 22], [106, 98], [5, 16], [120, 85])


def test_one_stratum_is_the_plain_difference_with_its_wald_interval():
    difference, lower, upper, p = pooled_difference([30], [100], [10], [100])
    error = np.sqrt(0.3 * 0.7 / 100 + 0.1 * 0.9 / 100)
    assert (difference, lower, upper) == pytest.approx((0.2, 0.2 - 1.959964 * error, 0.2 + 1.959964 * error))
    assert p == pytest.approx(0.000261, abs=1e-6)


def test_pooled_difference_of_the_tolbutamide_trial_at_90_percent():
    difference, lower, upper, _ = pooled_difference(*TOLBUTAMIDE, 0.90)
    assert (difference, lower, upper) == pytest.approx((0.035, -0.018, 0.087), abs=6e-4)


def test_pooled_ratio_of_the_tolbutamide_trial():
    ratio, lower, upper = pooled_ratio(*TOLBUTAMIDE)
    assert ratio == pytest.approx(1.33, abs=5e-3)
    assert lower < 1 < upper


def test_a_gap_that_is_all_place_vanishes_within_place():
    # both places treat both groups alike (90 % and 50 %); the groups live in different places
    x1, n1, x2, n2 = [90, 400], [100, 800], [720, 50], [800, 100]
    difference, lower, upper, p = pooled_difference(x1, n1, x2, n2)
    assert difference == pytest.approx(0)
    assert lower < 0 < upper
    assert p == pytest.approx(1)


def test_a_stratum_without_one_group_has_no_weight():
    with_it = pooled_difference([30, 5], [100, 50], [10, 0], [100, 0])
    assert with_it == pooled_difference([30], [100], [10], [100])


def test_no_stratum_with_both_groups_gives_missing():
    assert np.isnan(pooled_difference([3], [10], [0], [0])).all()


def test_no_events_have_a_difference_but_no_limits():
    difference, *rest = pooled_difference([0], [10], [0], [10])
    assert difference == 0
    assert np.isnan(rest).all()


def test_ratio_without_events_in_a_group_has_no_limits():
    assert pooled_ratio([0], [10], [3], [10])[0] == 0
    assert pooled_ratio([3], [10], [0], [10])[0] == np.inf
    assert np.isnan(pooled_ratio([0], [10], [0], [10])).all()
    assert np.isnan(pooled_ratio([3], [10], [0], [10])[1:]).all()


def test_limits_cover_the_true_difference_at_their_level():
    generator = np.random.default_rng(5)
    n1, n2, base = np.full(12, 20), np.full(12, 60), np.linspace(0.2, 0.8, 12)
    covered = 0
    for _ in range(600):
        x1, x2 = generator.binomial(n1, base - 0.1), generator.binomial(n2, base)
        _, lower, upper, _ = pooled_difference(x1, n1, x2, n2)
        covered += lower <= -0.1 <= upper
    assert covered / 600 == pytest.approx(0.95, abs=0.03)


def test_one_stratum_of_rates_is_the_plain_rate_difference():
    difference, lower, upper, p = pooled_rate_difference([30], [1000], [20], [2000])
    error = np.sqrt(30 / 1000**2 + 20 / 2000**2)
    assert (difference, lower, upper) == pytest.approx(
        (0.02, 0.02 - 1.959964 * error, 0.02 + 1.959964 * error)
    )
    assert p == pytest.approx(2 * 0.00035, abs=2e-4)


def test_a_rate_gap_that_is_all_place_vanishes_within_place():
    counts = [10, 40], [100, 800], [80, 5], [800, 100]
    assert pooled_rate_difference(*counts)[0] == pytest.approx(0)
    assert pooled_rate_ratio(*counts)[0] == pytest.approx(1)


def test_rates_of_smoking_doctors_pool_to_the_published_ratio():
    # Doll and Hill 1966, deaths from coronary disease by age; Rothman, Greenland and Lash 2008 give
    # a Mantel-Haenszel rate ratio of 1.42
    smokers = [32, 104, 206, 186, 102], [52407, 43248, 28612, 12663, 5317]
    others = [2, 12, 28, 28, 31], [18790, 10673, 5710, 2585, 1462]
    ratio, lower, upper = pooled_rate_ratio(*smokers, *others)
    assert ratio == pytest.approx(1.42, abs=5e-3)
    assert 1 < lower < ratio < upper


def test_rates_without_exposure_or_events_have_no_limits():
    assert np.isnan(pooled_rate_difference([3], [0], [4], [10])).all()
    difference, *rest = pooled_rate_difference([0], [10], [0], [10])
    assert difference == 0
    assert np.isnan(rest).all()
    assert pooled_rate_ratio([0], [10], [3], [10])[0] == 0
