import numpy as np
import pytest

from workbench.statistics.rates import (
    byar,
    exact_poisson,
    poisson_interval,
    rate_interval,
    rate_score_test,
    smallest_detectable_rate_difference,
)


def test_exact_poisson_of_no_events_is_zero_to_3_69():
    # Garwood 1936
    lower, upper = exact_poisson(0)
    assert lower == 0
    assert upper == pytest.approx(3.689, abs=5e-4)


def test_counts_below_ten_are_exact_and_ten_is_byar():
    lower, upper = poisson_interval([9, 10])
    assert lower.tolist() == [exact_poisson(9)[0], byar(10)[0]]
    assert upper.tolist() == [exact_poisson(9)[1], byar(10)[1]]


def test_a_rate_may_exceed_one():
    # PHEindicatormethods, phe_rate: 250 events among 220 people, per 100,000
    lower, upper = rate_interval(250, 220)
    assert lower * 1e5 == pytest.approx(99984.947, abs=1e-3)
    assert upper * 1e5 == pytest.approx(128631.145, abs=1e-3)


def test_a_rate_without_exposure_is_missing():
    assert np.isnan(rate_interval(3, 0)).all()


def test_byar_reproduces_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("phe_byar_99.8%")
    got = np.transpose(byar(inputs["x"], inputs["confidence"]))
    assert got == pytest.approx(np.array(expected), **tolerance)


def test_rates_reproduce_reference_case_at_two_levels(disparity_case):
    inputs, expected, tolerance = disparity_case("phe_rate_100k")
    x, n = np.array(inputs["numerator"]), np.array(inputs["denominator"])
    got = 1e5 * np.transpose([x / n, *rate_interval(x, n), *rate_interval(x, n, 0.998)])
    assert got == pytest.approx(np.array([row[:5] for row in expected]), **tolerance)


def test_one_rate_reproduces_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("sm_poisson_1samp")
    exact = np.array(exact_poisson(inputs["count"])) / inputs["n"]
    assert exact == pytest.approx(np.array(expected["exact"]), **tolerance)
    # its note: Breslow-Day's formula for 15/400
    assert rate_interval(15, 400) == pytest.approx((0.020973, 0.061854), abs=6e-7)


def test_score_test_of_rates_handles_no_events_and_no_exposure():
    got = rate_score_test([0, 3, 4], [10, 0, 10], [0, 3, 8], [20, 10, 20])
    assert got[0] == 1
    assert np.isnan(got[1])
    assert got[2] == 1


def test_detectable_rate_difference_has_eighty_percent_power():
    found = float(smallest_detectable_rate_difference(0.05, 2000, 50000, direction=1))
    generator = np.random.default_rng(1)
    draws = generator.poisson(2000 * (0.05 + found), 4000), generator.poisson(2500, 4000)
    power = (rate_score_test(draws[0], 2000, draws[1], 50000) < 0.05).mean()
    assert power == pytest.approx(0.8, abs=0.03)


def test_detectable_rate_difference_is_missing_where_no_rate_is_low_enough():
    assert np.isnan(smallest_detectable_rate_difference(0.001, 100, 100, direction=-1))
    assert np.isnan(smallest_detectable_rate_difference(0.0, 1000, 2000, direction=-1))


def test_smallest_detectable_rate_beside_a_reference_without_events_is_not_nothing():
    found = float(smallest_detectable_rate_difference(0.0, 1000, 2000, direction=1))
    z, power = 1.959964, 0.841621
    # d = z sqrt(d / 3 * (1/1000 + 1/2000)) + power sqrt(d / 1000), solved for d
    assert found == pytest.approx((z * np.sqrt((1 / 1000 + 1 / 2000) / 3) + power * np.sqrt(1 / 1000)) ** 2)
