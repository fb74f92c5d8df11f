"""Exponential smoothing against published forecasts, and against statsmodels where none is published."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from workbench.statistics.outlook import spread_of_mean
from workbench.statistics.smoothing import (
    DAMPED,
    HOLT,
    MEAN,
    SIMPLE,
    States,
    Weights,
    holt_winters,
    seasonal_level,
    smoothed,
)
from workbench.statistics.smoothing_fit import COARSE, fitted

Z = 1.959963984540054
WALK = np.random.default_rng(5).normal(size=48).cumsum() + np.random.default_rng(6).normal(size=48) + 20
WAVE = 4 * np.sin(np.arange(48) * np.pi / 2)


def bounds(found, s2, ahead):
    spread = np.sqrt(s2 / found.s2 * found.variances(ahead))
    return found.means(ahead) - Z * spread, found.means(ahead) + Z * spread


def test_damped_trend_gives_the_published_forecasts_and_intervals(reference):
    case = reference("targets", "holt-damped-air")
    given, wanted = case["inputs"], case["expected"]
    weights = Weights(given["alpha"], given["beta"], given["phi"])
    found = smoothed(given["y"], DAMPED, weights, States.known(given["l0"], given["b0"]))
    lower, upper = bounds(found, given["sigma2"], given["h"])
    assert found.means(given["h"]) == pytest.approx(wanted["mean"], abs=case["tolerance"])
    assert lower == pytest.approx(wanted["lower"], abs=case["tolerance"])
    assert upper == pytest.approx(wanted["upper"], abs=case["tolerance"])


def test_the_variance_of_errors_divides_by_what_is_left_and_not_by_n(reference):
    # Published: 4.1032 = squared errors / (15 - 5), of 5 estimated numbers; ETSModel divides by 15.
    given = reference("targets", "holt-damped-air")["inputs"]
    weights = Weights(given["alpha"], given["beta"], given["phi"])
    found = smoothed(given["y"], DAMPED, weights, States.known(given["l0"], given["b0"]))
    assert (found.freedom, found.s2) == (10, pytest.approx(given["sigma2"], abs=1e-6))


def test_holts_trend_gives_the_published_mean_and_not_rs_interval(reference):
    case = reference("targets", "holt-air-fixed")
    given, wanted = case["inputs"], case["expected"]
    weights = Weights(given["alpha"], given["alpha"] * given["beta_star"])
    found = smoothed(given["y"], HOLT, weights, States.known(given["l0"], given["b0"]))
    assert found.means(14) == pytest.approx(wanted["mean"], abs=case["tolerance"])
    lower, upper = bounds(found, wanted["sigma2"], 14)
    # R takes beta* for beta in its interval; with beta it is 36.028 to 99.237 (notes of the case).
    assert (lower[0], upper[0]) == pytest.approx((wanted["lower_R"][0], wanted["upper_R"][0]), abs=1e-6)
    assert (lower[-1], upper[-1]) == pytest.approx((36.028, 99.237), abs=5e-4)


def test_holt_winters_gives_the_published_forecasts_and_intervals(reference):
    case = reference("targets", "hw-austourists")
    given, wanted = case["inputs"], case["expected"]
    newest_first = given["s0_0..s0_2"]
    season = [-sum(newest_first), *newest_first[::-1]]
    weights = Weights(given["alpha"], given["beta"], gamma=given["gamma"])
    found = smoothed(given["y"], holt_winters(4), weights, States.known(given["l0"], given["b0"], season))
    lower, upper = bounds(found, given["sigma2"], 5)
    assert found.means(5) == pytest.approx(wanted["mean"], abs=case["tolerance"])
    assert lower == pytest.approx(wanted["lower"], abs=case["tolerance"])
    assert upper == pytest.approx(wanted["upper"], abs=case["tolerance"])


def test_simple_smoothing_by_hand():
    # Level 10; 12 is 2 above: level 11; 9 is 2 below: level 10. Errors 2 and -2.
    found = smoothed([12, 9], SIMPLE, Weights(0.5), States.known(10), estimated=1)
    assert found.errors.tolist() == [2, -2]
    assert (found.freedom, found.s2) == (1, 8)
    assert found.means(3).tolist() == [10, 10, 10]
    assert found.variances(3).tolist() == [8, 8 * 1.25, 8 * 1.5]


@pytest.mark.parametrize(
    ("form", "options"),
    [
        (SIMPLE, {}),
        (HOLT, {"trend": "add"}),
        (DAMPED, {"trend": "add", "damped_trend": True}),
        (seasonal_level(4), {"seasonal": "add", "seasonal_periods": 4}),
        (holt_winters(4), {"trend": "add", "seasonal": "add", "seasonal_periods": 4}),
    ],
    ids=lambda part: getattr(part, "name", ""),
)
def test_a_fit_is_as_close_as_that_of_statsmodels(form, options):
    series = WALK + WAVE * (form.season > 0)
    theirs = ETSModel(series, **options).fit(disp=False, maxiter=5000)
    ours = fitted(series, form)
    assert (ours.errors**2).sum() <= theirs.sse * 1.011
    assert ours.s2 == pytest.approx((ours.errors**2).sum() / (48 - form.parameters))


def test_simple_smoothing_finds_the_weight_that_statsmodels_finds():
    theirs = ETSModel(WALK).fit(disp=False)
    ours = fitted(WALK, SIMPLE)
    assert ours.weights.alpha == pytest.approx(theirs.smoothing_level, abs=2e-3)
    assert ours.means(1) == pytest.approx(theirs.forecast(1), abs=5e-3)


def test_the_mean_has_the_prediction_interval_of_a_mean():
    found = fitted([8, 10, 12], MEAN)
    assert found.means(2).tolist() == pytest.approx([10, 10])
    assert np.sqrt(found.variances(2)) == pytest.approx([spread_of_mean([8, 10, 12], 1)[1]] * 2)
    assert found.freedom == 2


def test_a_straight_line_is_continued_without_spread():
    found = fitted(np.arange(12) * 2.0 + 5, HOLT)
    assert found.means(3) == pytest.approx([29, 31, 33])
    assert found.variances(3) == pytest.approx([0, 0, 0], abs=1e-12)


def test_a_season_is_continued():
    found = fitted(np.tile([1.0, 5.0, 2.0, 8.0], 4)[:-1], seasonal_level(4))
    assert found.means(5) == pytest.approx([8, 1, 5, 2, 8])


def test_missing_intervals_move_nothing_and_those_at_the_end_are_forecast_over():
    gappy = [12, np.nan, 9, np.nan, np.nan]
    found = smoothed(gappy, SIMPLE, Weights(0.5), States.known(10), estimated=1)
    whole = smoothed([12, 9], SIMPLE, Weights(0.5), States.known(10), estimated=1)
    assert (found.n, found.gap) == (2, 2)
    assert found.means(1) == whole.means(1)
    assert found.variances(1) == whole.variances(3)[-1:]


def test_missing_intervals_at_the_start_are_not_there():
    assert fitted([np.nan, np.nan, *WALK], SIMPLE).means(2) == pytest.approx(fitted(WALK, SIMPLE).means(2))


@pytest.mark.parametrize("form", [MEAN, SIMPLE, HOLT, DAMPED, seasonal_level(4), holt_winters(4)])
@pytest.mark.parametrize("n", range(5))
def test_very_short_series_have_no_variance_before_anything_is_left(form, n):
    found = fitted(WALK[:n], form)
    assert found.freedom == max(0, n - form.parameters)
    assert np.isnan(found.s2) == (found.freedom == 0)
    assert np.isnan(found.means(1)).all() == (n < form.starts)
    assert found.paths(2, 10).shape == (10, 2)


def test_aicc_by_hand():
    # Mean of 8, 10, 12 and 14: squared errors 20, one number estimated and their variance.
    assert fitted([8, 10, 12, 14], MEAN).aicc == pytest.approx(4 * np.log(5) + 4 + 12)
    assert fitted([8, 10, 12], MEAN).aicc == np.inf


def test_joint_futures_have_the_closed_variance_and_come_again_byte_by_byte():
    found = fitted(WALK + WAVE, holt_winters(4))
    paths = found.paths(6, 200_000, seed=3)
    widened = found.freedom / (found.freedom - 2)  # of Student's distribution
    assert paths.mean(axis=0) == pytest.approx(found.means(6))
    assert paths.var(axis=0) / widened == pytest.approx(found.variances(6), rel=0.02)
    assert paths.tobytes() == found.paths(6, 200_000, seed=3).tobytes()
    assert paths.tobytes() != found.paths(6, 200_000, seed=4).tobytes()


def test_futures_over_a_gap_have_the_closed_variance():
    found = fitted([*WALK, np.nan, np.nan], SIMPLE)
    paths = found.paths(3, 200_000)
    assert paths.var(axis=0) * (found.freedom - 2) / found.freedom == pytest.approx(
        found.variances(3), rel=0.02
    )


def test_the_sum_of_a_future_is_wider_than_that_of_independent_intervals():
    found = fitted(WALK, SIMPLE)
    paths = found.paths(6, 20_000)
    assert paths.sum(axis=1).var() > 1.5 * paths.var(axis=0).sum()


@settings(max_examples=25)
@given(st.lists(st.integers(-50, 50), min_size=6, max_size=20).filter(lambda given: len(set(given)) > 2))
def test_the_negative_of_a_series_has_the_negative_forecast(values):
    for form in (MEAN, SIMPLE, DAMPED):
        up, down = (fitted(np.array(values, float) * sign, form, COARSE) for sign in (1, -1))
        assert down.weights == up.weights
        assert down.means(3) == pytest.approx(-up.means(3))
        assert down.variances(3) == pytest.approx(up.variances(3))
        mirrored = np.sort(-down.paths(3, 100), axis=0)
        assert mirrored == pytest.approx(np.sort(up.paths(3, 100), axis=0))


@pytest.mark.parametrize("form", [MEAN, SIMPLE, DAMPED, seasonal_level(4)])
def test_a_constant_moves_the_forecast_and_nothing_else(form):
    low, high = fitted(WALK, form), fitted(WALK + 1000, form)
    assert high.means(4) - 1000 == pytest.approx(low.means(4))
    assert high.variances(4) == pytest.approx(low.variances(4))
