import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.statistics.proportions import wilson
from workbench.statistics.rates import mid_p_poisson, rate_interval
from workbench.statistics.standardisation import (
    Standardised,
    directly_standardised,
    expected_events,
    indirectly_standardised,
    standardised_difference,
    standardised_proportion,
    standardised_ratio,
    variance_of_repeats,
)

STRATA = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 50)), min_size=1, max_size=6
).map(lambda rows: [(min(a, b), max(a, b), weight) for a, b, weight in rows])


def test_one_stratum_has_the_interval_of_a_plain_rate():
    found = directly_standardised([12], [400], [7])
    assert (found.rate, *found.limits) == pytest.approx((0.03, *map(float, rate_interval(12, 400))))


def test_nine_events_give_no_rate_and_ten_do():
    nine, ten = (
        directly_standardised([4, 5], [50, 60], [1, 1]),
        directly_standardised([5, 5], [50, 60], [1, 1]),
    )
    assert not nine.reliable
    assert np.isnan([nine.rate, *nine.limits, nine.variance]).all()
    assert nine.events == 9
    assert ten.reliable
    assert ten.rate == pytest.approx((0.1 + 5 / 60) / 2)


@pytest.mark.parametrize("method", ["dobson", "gamma"])
def test_no_events_end_at_the_limit_of_a_count_of_none_at_the_largest_weight(method):
    # 3.688879 is the exact upper limit of a count of 0; the weights per person are 0.005 and 0.0025
    found = directly_standardised([0, 0], [100, 200], [1, 1], method=method, minimum_events=0)
    assert (found.rate, *found.limits) == pytest.approx((0, 0, 3.688879 * 0.005))


def test_a_stratum_of_nobody_is_left_out_and_its_weight_is_said():
    found = directly_standardised([20, 0, 3], [100, 0, 50], [6, 3, 1])
    without = directly_standardised([20, 3], [100, 50], [6, 1])
    assert found.coverage == pytest.approx(0.7)
    assert (found.rate, found.limits) == (without.rate, without.limits)


def test_events_in_a_stratum_without_weight_are_no_evidence():
    found = directly_standardised([12, 900], [50, 1000], [1, 0])
    assert found == directly_standardised([12], [50], [1])
    assert not directly_standardised([5, 900], [50, 1000], [1, 0]).reliable


def test_a_missing_count_gives_no_rate():
    found = directly_standardised([np.nan, 20], [50, 60], [1, 1])
    assert (np.isnan(found.rate), found.reliable) == (True, False)


def test_nobody_anywhere_gives_missing():
    for found in (directly_standardised([0], [0], [1]), standardised_proportion([0], [0], [1])):
        assert np.isnan([found.rate, *found.limits]).all()
        assert (found.coverage, found.reliable) == (0, False)


def test_the_unit_of_the_weights_does_not_matter():
    assert directly_standardised([20, 30], [100, 90], [2, 3]).limits == pytest.approx(
        directly_standardised([20, 30], [100, 90], [200, 300]).limits
    )


def test_repeats_widen_the_interval_and_single_events_do_not():
    once = variance_of_repeats({1: [20, 30]})
    assert once.tolist() == [20, 30]
    # 10 persons twice are 20 events of variance 40; 6 persons five times are 30 of 150
    assert variance_of_repeats({1: [0, 0], 2: [10, 0], 5: [0, 6]}).tolist() == [40, 150]
    plain = directly_standardised([20, 30], [100, 90], [1, 1])
    assert directly_standardised([20, 30], [100, 90], [1, 1], variance=once) == plain
    wider = directly_standardised([20, 30], [100, 90], [1, 1], variance=[40, 150])
    assert wider.lower < plain.lower < plain.rate == wider.rate < plain.upper < wider.upper


@pytest.mark.parametrize("case", ["phe_dsr_big", "phe_dsr_small", "phe_dsr_1976"])
def test_dobson_reproduces_reference_case(case, disparity_case):
    inputs, expected, tolerance = disparity_case(case)
    strata = inputs["count"], inputs["pop"], inputs["stdpop"]
    found, wider = directly_standardised(*strata), directly_standardised(*strata, 0.998)
    got = 1e5 * np.array([found.rate, *found.limits, *wider.limits])
    assert got[: len(expected)] == pytest.approx(np.array(expected), **tolerance)


def test_too_few_events_reproduce_reference_case(disparity_case):
    inputs, expected, _ = disparity_case("phe_dsr_tiny")
    assert expected == "NA"
    assert np.isnan(directly_standardised([inputs["total_count"]], [100], [1]).rate)


@pytest.mark.parametrize("case", ["phe_dsr_nonindep_big", "phe_dsr_nonindep_dummy"])
def test_repeated_events_reproduce_reference_case(case, disparity_case):
    inputs, expected, tolerance = disparity_case(case)
    persons = {times: np.array(inputs[f"persons_with_{times}"]) for times in (1, 2, 3, 4)}
    x = sum(times * count for times, count in persons.items())
    variance = variance_of_repeats(persons)
    strata = x, inputs["pop"], inputs["stdpop"]
    found = directly_standardised(*strata, variance=variance)
    wider = directly_standardised(*strata, 0.998, variance=variance)
    got = 1e5 * np.array([found.rate, *found.limits, *wider.limits])
    assert got == pytest.approx(np.array(expected), **tolerance)


def test_gamma_reproduces_reference_case_of_fay_and_feuer(disparity_case):
    inputs, expected, tolerance = disparity_case("epitools_fayfeuer")
    for x, n, row in zip(
        inputs["count_by_birth_order"], inputs["population_by_birth_order"], expected, strict=True
    ):
        found = directly_standardised(x, n, inputs["stdpop"], method="gamma")
        assert 1e5 * np.array([found.rate, *found.limits]) == pytest.approx(np.array(row), **tolerance)


def test_gamma_reproduces_reference_case_of_two_cities(disparity_case):
    inputs, expected, tolerance = disparity_case("epiR_dsr")
    for x, n, row in zip(inputs["obs"], inputs["tar"], expected, strict=True):
        found = directly_standardised(x, n, inputs["std"], method="gamma")
        assert (found.rate, *found.limits) == pytest.approx(tuple(row), **tolerance)


@pytest.mark.parametrize("case", ["phe_isratio_big", "phe_isratio_small", "phe_isratio_tiny"])
def test_indirect_ratio_reproduces_reference_case(case, disparity_case):
    inputs, expected, tolerance = disparity_case(case)
    observed = sum(count or 0 for count in inputs["count"])
    standard = np.divide(inputs["refcount"], inputs["refpop"])
    total = expected_events(inputs["pop"], standard)
    ratio, *limits = indirectly_standardised(observed, total)
    wider = indirectly_standardised(observed, total, 0.998)[1:]
    got = [observed, total, *(100 * np.array([ratio, *limits, *wider]))]
    assert got == pytest.approx(expected, **tolerance)


def test_indirect_ratio_of_two_groups_reproduces_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("esda_smr")
    groups = {name: np.reshape(inputs[name], (inputs["n"], -1)) for name in ("events", "population")}
    standard = np.divide(inputs["std_events"], inputs["std_population"]).reshape(inputs["n"], -1)
    total = expected_events(groups["population"], standard)
    ratio, *_ = indirectly_standardised(groups["events"].sum(1), total)
    assert ratio == pytest.approx(np.array(expected), **tolerance)


def test_mid_p_ratio_reproduces_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("epiR_smr_midp")
    got = indirectly_standardised(inputs["obs"], inputs["exp"], method="mid_p")
    assert got == pytest.approx(tuple(expected), **tolerance)


def test_nothing_expected_gives_missing():
    assert np.isnan(indirectly_standardised(3, 0)).all()
    assert expected_events([0, 10], [np.nan, 0.2]) == 2


def test_mid_p_limits_count_half_of_the_observed_chance():
    from scipy.stats import poisson

    lower, upper = mid_p_poisson(4)
    assert poisson.sf(4, lower) + poisson.pmf(4, lower) / 2 == pytest.approx(0.025, abs=1e-12)
    assert poisson.cdf(3, upper) + poisson.pmf(4, upper) / 2 == pytest.approx(0.025, abs=1e-12)
    assert mid_p_poisson(0) == (0, pytest.approx(-np.log(0.05)))


def test_one_stratum_has_the_interval_of_a_plain_proportion():
    for x in (0, 3, 10):
        found = standardised_proportion([x], [10], [5])
        assert (found.rate, *found.limits) == pytest.approx((x / 10, *map(float, wilson(x, 10))))


def test_nobody_and_everybody_in_equal_strata_have_the_interval_of_the_whole():
    # 87 places of 3 each and equal weight are one place of 261
    strata = np.full(87, 3), np.ones(87)
    none, everyone = (
        standardised_proportion(np.zeros(87), *strata),
        standardised_proportion(strata[0], *strata),
    )
    assert (none.rate, *none.limits) == pytest.approx((0, *map(float, wilson(0, 261))))
    assert (everyone.rate, *everyone.limits) == pytest.approx((1, *map(float, wilson(261, 261))))
    assert (none.lower, everyone.upper) == (0, 1)


def test_variance_of_a_proportion_is_the_binomial_one():
    # 0.25 * 0.2 * 0.8 / 50 + 0.25 * 0.6 * 0.4 / 20
    found = standardised_proportion([10, 12], [50, 20], [3, 3])
    assert found.variance == pytest.approx(0.0038)
    assert found.rate == pytest.approx(0.4)


def test_more_events_than_trials_are_refused_for_a_proportion_and_not_for_a_rate():
    with pytest.raises(ValueError, match="got 6 of 5"):
        standardised_proportion([6], [5], [1])
    assert directly_standardised([250], [220], [1]).rate > 1


@pytest.mark.parametrize("size", [2, 20])
def test_interval_of_a_proportion_covers_the_truth_at_its_level_in_small_and_larger_strata(size):
    generator = np.random.default_rng(3)
    n, weights = generator.integers(1, size + 1, 40), generator.integers(1, 10, 40)
    truth = generator.uniform(0.1, 0.5, 40)
    target = (weights * truth).sum() / weights.sum()
    found = [standardised_proportion(generator.binomial(n, truth), n, weights) for _ in range(800)]
    covered = np.mean([result.lower <= target <= result.upper for result in found])
    assert covered == pytest.approx(0.95, abs=0.025)


def test_the_same_figure_twice_has_no_difference_and_a_ratio_of_one():
    figure = directly_standardised([20, 30], [100, 90], [1, 1])
    difference, lower, upper = standardised_difference(figure, figure)
    assert difference == 0
    assert lower == pytest.approx(-upper)
    ratio, low, high = standardised_ratio(figure, figure)
    assert ratio == 1
    assert low == pytest.approx(1 / high)


def test_ratio_to_a_figure_of_nothing_has_no_upper_end():
    some = directly_standardised([20], [100], [1])
    none = directly_standardised([0], [100], [1], minimum_events=0)
    assert standardised_ratio(some, none)[0] == np.inf
    assert standardised_ratio(some, none)[2] == np.inf
    assert standardised_ratio(none, some)[:2] == (0, 0)
    assert np.isnan(standardised_ratio(none, none)[0])


def test_an_unreliable_figure_cannot_be_compared():
    some, few = directly_standardised([20], [100], [1]), directly_standardised([2], [100], [1])
    assert np.isnan(standardised_difference(some, few)).all()
    assert np.isnan(standardised_ratio(few, some)).all()


@given(STRATA)
@example([(1, 1, 1), (1, 1, 4)])  # Dobson's lower limit as published: -0.025
def test_limits_hold_the_rate_and_stay_in_range(rows):
    x, n, weights = zip(*rows, strict=True)
    if not sum(n):
        return
    proportion = standardised_proportion(x, n, weights)
    assert 0 <= proportion.lower <= proportion.rate + 1e-12
    assert proportion.rate - 1e-12 <= proportion.upper <= 1
    for method in ("dobson", "gamma"):
        rate = directly_standardised(x, n, weights, method=method, minimum_events=0)
        assert rate.lower >= 0
        assert rate.lower <= rate.rate + 1e-12
        assert rate.rate < rate.upper


@given(STRATA)
def test_two_strata_of_one_rate_and_weight_per_person_are_as_one(rows):
    x, n, _ = (np.array(column, float) for column in zip(*rows, strict=True))
    if not n.sum():
        return
    once = directly_standardised(x, n, n, minimum_events=0)
    twice = directly_standardised(
        np.concatenate([x, x]), np.concatenate([n, n]), np.concatenate([n, n]), minimum_events=0
    )
    assert twice.rate == pytest.approx(once.rate)
    assert isinstance(twice, Standardised)
    assert twice.variance == pytest.approx(once.variance / 2)
