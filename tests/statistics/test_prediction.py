"""Whether a target will be met: at a date, at any time by it, throughout, and in total."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from workbench.statistics.forecasting import candidates, chosen
from workbench.statistics.outlook import chance, spread_of_mean
from workbench.statistics.prediction import PATHS, Prediction, prediction
from workbench.statistics.rolling_origin import Forecast, mean_absolute_error, past_forecasts
from workbench.statistics.smoothing import DAMPED, MEAN, SIMPLE, States, Weights, smoothed
from workbench.statistics.working_scale import WorkingScale

NOISE = np.random.default_rng(7).normal(size=36)
WALK = np.random.default_rng(8).normal(size=60).cumsum()
MONTHS = np.tile(np.arange(1, 13), 5)
ERROR = 0.016  # two standard errors of a share of 4000 futures


def test_the_chance_of_passing_a_published_bound_follows_from_the_series(reference):
    case = reference("targets", "target-probability-bound")
    given = case["inputs"]
    # Weight and first level are given, so nothing was estimated from the series.
    start = States.known(given["y"][0])
    smoothing = smoothed(given["y"], SIMPLE, Weights(given["alpha"]), start, estimated=0)
    found = Prediction(smoothing, WorkingScale(), np.zeros(given["h"])).forecast
    for bound, wanted in (("target_upper", "p_upper"), ("target_lower", "p_lower")):
        said = chance(found.means[-1], found.spreads[-1], given[bound], given["direction"])
        assert said == pytest.approx(case["expected"][wanted], abs=case["tolerance"])


def test_a_short_series_has_students_chance_and_not_the_normal_one():
    found = prediction([8, 10, 12], 1)
    assert found.form == "mean"
    assert found.at(1, 13, "increase") == pytest.approx(t.sf(3 / np.sqrt(4 * (1 + 1 / 3)), 2))
    assert found.at(1, 13, "decrease") == pytest.approx(t.cdf(3 / np.sqrt(4 * (1 + 1 / 3)), 2))


def test_a_total_of_a_steady_process_has_the_closed_chance():
    found = prediction(NOISE + 20, 6, cycle=36)
    expected, spread, freedom = spread_of_mean(NOISE + 20, ahead=6)
    wanted = chance(expected, spread, 20.4, "increase", freedom)
    assert found.total(100, 6, 100 + 6 * 20.4, "increase") == pytest.approx(wanted, abs=ERROR)
    bounds = found.total_quantiles(100, 6)
    closed = 100 + 6 * (expected + spread * t.ppf([0.1, 0.5, 0.9], freedom))
    assert bounds == pytest.approx(closed, abs=0.25)


def test_a_sum_of_quantiles_is_not_the_quantile_of_a_sum():
    found = prediction(NOISE + 20, 12, cycle=36)
    assert found.total_quantiles(0, 12, [0.9])[0] < found.quantiles([0.9]).sum() - 5


def test_at_any_time_by_is_not_at_and_throughout_is_less():
    found = prediction(NOISE, 6, cycle=36)
    at, by, throughout = (
        found.at(6, 1, "increase"),
        found.by(6, 1, "increase"),
        found.throughout(6, 1, "increase"),
    )
    assert throughout < at < by
    assert by == pytest.approx(1 - (1 - at) ** 6, abs=0.05)  # nearly independent intervals
    assert found.by(1, 1, "increase") == pytest.approx(found.at(1, 1, "increase"), abs=ERROR)


def test_the_chance_counted_over_futures_is_the_closed_one_at_every_step():
    found = prediction(WALK, 6, cycle=12)
    assert found.form == "simple"
    for step in range(1, 7):
        target = WALK[-1] + 1
        counted = (found.paths[:, step - 1] >= target).mean()
        assert counted == pytest.approx(found.at(step, target, "increase"), abs=ERROR)


def test_bounds_are_the_quantiles_of_the_futures():
    found = prediction(NOISE, 3)
    assert np.quantile(found.paths, [0.1, 0.5, 0.9], axis=0) == pytest.approx(found.quantiles(), abs=0.1)


@pytest.mark.parametrize(("target", "meets"), [(5, 1.0), (5.1, 0.0)])
@pytest.mark.parametrize("kind", ["any", "nonnegative"])
def test_a_constant_process_meets_its_target_or_does_not(target, meets, kind):
    found = prediction([5.0] * 12, 3, kind=kind)
    assert found.at(2, target, "increase") == meets
    assert found.by(3, target, "increase") == meets
    assert found.throughout(3, target, "increase") == meets
    assert found.total(1, 3, 1 + 3 * target, "increase") == meets
    assert found.quantiles().tolist() == [[5.0] * 3] * 3


def test_tenths_that_add_up_to_a_total_reach_it_in_both_directions():
    found = prediction([0.1] * 12, 3)
    assert found.total(0, 3, 0.3, "increase") == found.total(0, 3, 0.3, "decrease") == 1


@pytest.mark.parametrize("values", [[], [3.0], [np.nan, 3.0], [np.nan, np.nan]])
@pytest.mark.parametrize("kind", ["any", "nonnegative", "proportion"])
def test_fewer_than_two_values_give_no_outlook(values, kind):
    found = prediction(np.array(values) / 4, 2, kind=kind)
    assert np.isnan(found.at(1, 0.5, "increase"))
    assert np.isnan(found.by(2, 0.5, "increase"))
    assert np.isnan(found.total(0, 2, 0.5, "increase"))
    assert np.isnan(found.quantiles()[[0, 2]]).all()


@pytest.mark.parametrize("n", [2, 3, 4])
def test_few_values_give_the_flat_mean(n):
    found = prediction(NOISE[:n], 2)
    assert found.form == "mean"
    assert found.forecast.means == pytest.approx([NOISE[:n].mean()] * 2)
    assert 0 < found.at(1, 1, "increase") < 1


def test_no_way_is_better_no_chance():
    found = prediction(NOISE, 2)
    assert np.isnan(found.at(1, 0, "neutral"))
    assert np.isnan(found.by(2, 0, "neutral"))


def test_no_future_of_a_proportion_leaves_nought_to_one():
    shares = [0.97, 0.99, 1.0, 0.98, 0.95, 1.0, 0.99, 0.96, 1.0, 0.97]
    found = prediction(shares, 6, kind="proportion")
    assert 0 <= found.paths.min() <= found.paths.max() <= 1
    assert found.quantiles().max() <= 1
    assert found.at(1, 0.0, "increase") == found.at(1, 1.0, "decrease") == 1
    assert found.at(1, 1.01, "increase") == 0
    assert 0 < found.at(1, 1.0, "increase") < 0.5  # met in 3 of 10
    unbounded = prediction(shares, 6)
    assert unbounded.at(1, 1.01, "increase") > 0.05


def test_no_future_of_a_count_falls_below_nought_and_its_mean_stays():
    counts = np.random.default_rng(3).poisson(1.5, 36)
    found = prediction(counts, 12, kind="nonnegative", cycle=36)
    assert found.paths.min() >= 0
    assert found.paths.mean() == pytest.approx(counts.mean(), rel=0.06)
    assert found.at(1, 0, "increase") == 1
    assert prediction(counts, 12, cycle=36).paths.min() < 0


def test_a_value_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="a proportion value lies between 0 and 1, got 1.2"):
        prediction([0.5, 1.2], 1, kind="proportion")
    with pytest.raises(ValueError, match="a nonnegative value lies between 0 and inf, got -1"):
        prediction([3, -1], 1, kind="nonnegative")


@pytest.mark.parametrize("kind", ["any", "nonnegative", "proportion"])
def test_the_way_to_the_scale_leads_back(kind):
    values = np.array([0.0, 0.2, 1.0, np.nan])
    scale = WorkingScale.of(values, kind)
    assert scale.back(scale.forward(values)) == pytest.approx(values, nan_ok=True)


def test_a_season_is_put_back_on_the_coming_intervals():
    series = 10 * np.sin(2 * np.pi * MONTHS[:36] / 12) + NOISE + 50
    found = prediction(series, 12, cycle=12, seasons=MONTHS)
    assert found.forecast.means[2] - found.forecast.means[8] == pytest.approx(20, abs=3)
    assert found.widening == pytest.approx(np.sqrt(4 / 2))
    assert found.paths.mean(axis=0) == pytest.approx(found.forecast.means)
    plain = prediction(series, 12, cycle=12)
    assert found.forecast.spreads[-1] < plain.forecast.spreads[-1] / 3


def test_a_season_of_a_proportion_stays_inside():
    shares = 0.9 + 0.09 * np.sin(2 * np.pi * MONTHS[:36] / 12) + 0.003 * NOISE
    found = prediction(shares, 12, kind="proportion", cycle=12, seasons=MONTHS)
    assert found.widening > 1
    assert 0.97 < found.paths[:, 2].mean() < found.paths.max() <= 1


def test_a_wider_spread_brings_a_chance_nearer_to_one_half():
    narrow, wide = prediction(NOISE, 3), prediction(NOISE, 3, widening=1.5)
    assert wide.forecast.spreads == pytest.approx(1.5 * narrow.forecast.spreads)
    assert narrow.at(1, 1, "increase") < wide.at(1, 1, "increase") < 0.5
    assert narrow.by(3, 2, "increase") < wide.by(3, 2, "increase")


def test_the_same_series_gives_the_same_bytes():
    first, again = prediction(WALK, 6, cycle=12), prediction(WALK, 6, cycle=12)
    assert first.paths.tobytes() == again.paths.tobytes()
    assert first.paths.shape == (PATHS, 6)


@settings(max_examples=20)
@given(
    st.lists(st.integers(-30, 30), min_size=4, max_size=20).filter(lambda values: len(set(values)) > 2),
    st.integers(-40, 40),
)
def test_reversing_sign_and_direction_mirrors_every_chance(values, target):
    up, down = prediction(values, 4), prediction([-value for value in values], 4)
    assert down.at(4, -target, "decrease") == pytest.approx(up.at(4, target, "increase"))
    assert down.by(4, -target, "decrease") == pytest.approx(up.by(4, target, "increase"), abs=1 / PATHS)
    assert down.throughout(4, -target, "decrease") == pytest.approx(
        up.throughout(4, target, "increase"), abs=1 / PATHS
    )
    assert down.total(-5, 4, -target, "decrease") == pytest.approx(
        up.total(5, 4, target, "increase"), abs=1 / PATHS
    )


def test_a_constant_moves_bounds_and_no_chance():
    low, high = prediction(WALK, 4, cycle=12), prediction(WALK + 500, 4, cycle=12)
    assert high.quantiles() - 500 == pytest.approx(low.quantiles())
    assert high.at(4, 501, "increase") == pytest.approx(low.at(4, 1, "increase"))


@pytest.mark.parametrize(
    ("known", "cycle", "forms"),
    [
        (7, 1, (MEAN,)),
        (8, 1, (MEAN, SIMPLE, DAMPED)),
        (23, 12, (MEAN,)),
        (24, 12, (MEAN, SIMPLE, DAMPED)),
    ],
)
def test_with_fewer_than_two_years_the_flat_mean_is_all(known, cycle, forms):
    assert candidates(known, cycle) == forms


def test_a_seasonal_form_needs_more_intervals_than_parameters():
    assert [form.name for form in candidates(24, 12, seasonal=True)] == ["mean", "seasonal", "holt_winters"]
    assert [form.name for form in candidates(8, 4, seasonal=True)] == ["mean"]


@pytest.mark.parametrize("by", ["aicc", "errors"])
def test_the_form_follows_the_series(by):
    assert chosen(NOISE, 12, by=by).weights.alpha < 0.001  # the mean, or a level that hardly moves
    assert chosen(WALK, 12, by=by).form.moves
    wave = np.tile([0.0, 5.0, -5.0, 2.0], 9) + NOISE
    assert chosen(wave, 4, seasonal=True, by=by).form.name == "seasonal"


def test_past_forecasts_know_nothing_of_what_came():
    seen = []

    def last_value(past, ahead):
        seen.append(len(past))
        return Forecast(np.full(ahead, past[-1]), np.ones(ahead), 5)

    found = past_forecasts([1, 2, 4, np.nan, 7], last_value, ahead=2, first=2)
    assert seen == [2, 3, 4]
    assert list(zip(found.origin, found.step, found.actual, found.mean, strict=True)) == [
        (2, 1, 4, 2),
        (3, 2, 7, 4),
    ]
    assert found.origins == 2
    assert mean_absolute_error(found) == 2.5


def test_a_series_too_short_has_no_past_forecasts():
    assert past_forecasts([1, 2], lambda *_: None, first=2).origins == 0
