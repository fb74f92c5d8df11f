import csv

import numpy as np
import pytest

from workbench.statistics.mantel_haenszel import (
    _differences,
    _odds_ratios,
    homogeneity,
    mantel_haenszel_test,
    pooled_difference,
    pooled_odds_ratio,
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


MEASURES = ("odds_ratio", "difference", "ratio", "rate_difference", "rate_ratio")


@pytest.fixture
def admissions(shared):
    """Admitted and all applicants of men and of women, by department: R's UCBAdmissions."""
    rows = list(csv.DictReader((shared / "cases/data/dasgupta/ucb.csv").open()))
    return [
        np.array([float(row[column]) for row in rows if row["Gender"] == gender])
        for gender in ("Male", "Female")
        for column in ("Admitted", "n")
    ]


def test_pooled_odds_of_the_tolbutamide_trial():
    # 12.3659 = 8*115/226 + 22*69/183 over 8.8129 = 5*98/226 + 16*76/183
    ratio, lower, upper = pooled_odds_ratio(*TOLBUTAMIDE)
    assert ratio == pytest.approx(12.3659 / 8.8129, abs=2e-5)
    assert lower < 1 < upper


def test_one_stratum_of_odds_has_woolfs_interval():
    # 1/30 + 1/70 + 1/10 + 1/90 is the variance of the logarithm
    error = np.sqrt(1 / 30 + 1 / 70 + 1 / 10 + 1 / 90)
    expected = 27 / 7 * np.exp(np.array([0, -1, 1]) * 1.959964 * error)
    assert pooled_odds_ratio([30], [100], [10], [100]) == pytest.approx(tuple(expected), rel=1e-6)


def test_odds_without_events_in_a_group_have_no_limits():
    assert pooled_odds_ratio([0], [10], [3], [10])[0] == 0
    assert pooled_odds_ratio([3], [10], [0], [10])[0] == np.inf
    assert np.isnan(pooled_odds_ratio([0], [10], [0], [10])).all()
    assert np.isnan(pooled_odds_ratio([3], [10], [0], [10])[1:]).all()


def test_odds_ratio_and_test_reproduce_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("sm_mh2")
    (x1, no1), (x2, no2) = np.moveaxis(np.array(inputs["tables"]), 0, 2)
    counts = x1, x1 + no1, x2, x2 + no2
    ratio, *limits = pooled_odds_ratio(*counts)
    statistic, p = mantel_haenszel_test(*counts, continuity=True)
    assert ratio == pytest.approx(expected["OR"], **tolerance)
    assert limits == pytest.approx(expected["ci"], **tolerance)
    assert (statistic, p) == pytest.approx((expected["chi2_cc"], expected["p"]), **tolerance)


def test_admissions_to_berkeley_have_the_odds_ratio_and_tests_of_r(admissions):
    # R 4: mantelhaen.test(UCBAdmissions), with and without correct = FALSE
    assert pooled_odds_ratio(*admissions) == pytest.approx((0.9046968, 0.7719074, 1.0603298), abs=6e-8)
    assert mantel_haenszel_test(*admissions, continuity=True) == pytest.approx((1.4269, 0.2323), abs=6e-5)
    assert mantel_haenszel_test(*admissions) == pytest.approx((1.5246, 0.2169), abs=6e-5)


def test_admissions_to_berkeley_are_not_alike_in_every_department(admissions):
    # DescTools 0.99: BreslowDayTest(UCBAdmissions, correct = TRUE) gives 18.826, df = 5, p = 0.002071
    statistic, degrees, p = homogeneity(*admissions)
    assert (statistic, degrees, p) == pytest.approx((18.826, 5, 0.002071), abs=6e-4)
    # the first department is the odd one out
    assert homogeneity(*(counts[1:] for counts in admissions))[2] > 0.5


def test_a_test_of_nothing_is_missing():
    assert np.isnan(mantel_haenszel_test([0, 5], [10, 5], [0, 9], [10, 9])).all()
    assert mantel_haenszel_test([5], [10], [5], [10], continuity=True) == (0, 1)


@pytest.mark.parametrize("measure", MEASURES)
def test_alike_strata_are_homogeneous(measure):
    statistic, degrees, p = homogeneity([30, 60], [100, 200], [20, 10], [200, 100], measure)
    assert (statistic, degrees) == pytest.approx((0, 1), abs=1e-12)
    assert p == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("measure", MEASURES)
def test_opposite_strata_are_not_homogeneous(measure):
    _, degrees, p = homogeneity([80, 20], [100, 100], [20, 80], [100, 100], measure)
    assert degrees == 1
    assert p < 1e-6


@pytest.mark.parametrize("measure", MEASURES)
def test_one_stratum_or_none_has_no_homogeneity(measure):
    for counts in (
        ([5], [10], [3], [10]),
        ([5, 1], [10, 3], [3, 0], [10, 0]),
        ([0, 0], [9, 9], [0, 0], [9, 9]),
    ):
        statistic, degrees, p = homogeneity(*counts, measure)
        assert degrees == 0
        assert np.isnan([statistic, p]).all()


@pytest.mark.parametrize("measure", MEASURES)
def test_a_stratum_without_events_is_no_proof_of_a_difference(measure):
    # variances of 0 from the observed proportions would make the second stratum count without end
    statistic, _, p = homogeneity([5, 0, 6], [50, 9, 60], [4, 0, 7], [60, 9, 70], measure)
    assert np.isfinite(statistic)
    assert p > 0.5


@pytest.mark.parametrize("measure", MEASURES)
def test_homogeneity_does_not_depend_on_the_order_of_strata(measure):
    counts = np.array([[5, 9, 2, 0], [20, 10, 12, 7], [4, 2, 8, 1], [30, 9, 11, 8]])
    assert homogeneity(*counts, measure) == pytest.approx(homogeneity(*counts[:, ::-1], measure))


def test_distances_are_from_the_weighted_mean_and_not_from_the_pooled_difference():
    counts = [np.array(a, float) for a in ([9, 2, 30], [12, 30, 60], [4, 9, 8], [40, 35, 90])]
    pooled = pooled_difference(*counts)[0]
    distance, variance, _ = _differences(pooled, *counts)
    around_pooled = (distance**2 / variance).sum()
    mean = (distance / variance).sum() / (1 / variance).sum()
    statistic = homogeneity(*counts, "difference")[0]
    assert statistic == pytest.approx(((distance - mean) ** 2 / variance).sum())
    assert statistic < around_pooled - 0.01


@pytest.mark.parametrize("measure", ["difference", "ratio", "rate_difference", "rate_ratio"])
def test_many_small_alike_strata_are_called_different_at_the_level_of_the_test(measure):
    generator = np.random.default_rng(4)
    n1, n2 = generator.poisson(5, 60) + 1, generator.poisson(20, 60) + 1
    base = generator.uniform(0.2, 0.5, 60)
    first = base + 0.1 if "difference" in measure else base * 1.3
    draw = generator.poisson if "rate" in measure else None
    below = 0
    for _ in range(400):
        if draw:
            x1, x2 = draw(n1 * first), draw(n2 * base)
        else:
            x1, x2 = generator.binomial(n1, first), generator.binomial(n2, base)
        below += homogeneity(x1, n1, x2, n2, measure)[2] < 0.05
    assert below / 400 == pytest.approx(0.05, abs=0.03)


def test_expected_events_of_breslow_and_day_have_the_common_odds_ratio():
    for common in (0.2, 1.0, 3.5):
        x1, n1, x2, n2 = (np.array(a, float) for a in ([5, 9, 1], [20, 10, 40], [4, 9, 30], [30, 10, 35]))
        distance, _, _ = _odds_ratios(common, x1, n1, x2, n2)
        first = x1 - distance
        second = x1 + x2 - first
        odds = first * (n2 - second) / (second * (n1 - first))
        assert odds == pytest.approx(np.full(3, common))
