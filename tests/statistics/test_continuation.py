"""What a process brings if it goes on: the form that suits it, its forecast, and how past forecasts did."""

import numpy as np
import pytest

from workbench.statistics.about_the_mean import flat, returning
from workbench.statistics.continuation import process
from workbench.statistics.rivals import contest

NOISE = np.random.default_rng(4).normal(size=48)


def test_a_steady_series_is_forecast_by_its_mean_with_its_prediction_interval():
    found = flat([1, 2, 3, np.nan, 2])
    assert found.means(2).tolist() == [2, 2]
    assert found.variances(1)[0] == pytest.approx(2 / 3 * (1 + 1 / 4))
    assert found.freedom == 3


def test_a_series_that_never_moved_has_no_spread_and_an_empty_one_no_mean():
    assert flat([5, 5, 5]).variances(1).tolist() == [0]
    assert np.isnan(flat([np.nan]).means(1)).all()
    assert np.isnan(flat([5]).s2)


def test_values_with_memory_return_to_their_mean_by_half_each_time():
    found = returning([2, 0, 2, 0, 2, 0, 5, 5], 0.5)
    assert found.means(3) == pytest.approx([2 + 1.5, 2 + 0.75, 2 + 0.375])
    # Of an AR(1) process the variance of a forecast grows to 1 / (1 - r^2) times that of an error, mean apart.
    known = found._carried(40)
    assert known[:3] == pytest.approx([0.5, 0.25, 0.125])


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (NOISE, "mean"),
        (np.arange(48) * 1.0 + NOISE / 5, "damped"),
        (np.cumsum(NOISE), "simple"),
    ],
)
def test_the_form_that_came_closest_is_taken(values, form):
    assert contest(values, 3).winner.form.name == form


def test_the_forecast_of_a_drift_goes_on_and_flattens_out():
    means = process(np.arange(36) * 1.0 + NOISE[:36] / 5, 12).prediction.quantiles([0.5])[0]
    assert (np.diff(means) > 0).all()
    assert means[-1] - means[-2] < means[1] - means[0]


def test_after_a_step_only_the_new_level_counts():
    values = np.where(np.arange(48) < 24, 0.0, 10.0) + NOISE
    found = process(values, 1)
    assert found.known[0] == 24
    assert found.prediction.quantiles([0.5])[0, 0] == pytest.approx(values[24:].mean(), abs=0.5)


def test_fewer_than_thirteen_values_are_forecast_flat_whatever_they_do():
    found = process(np.arange(12) * 1.0, 3, since=0, remembered=0.0)
    assert found.smoothing.form.name == "mean"
    assert found.past_forecasts.origins == 0


def test_past_forecasts_know_nothing_of_what_came_later():
    early = contest(NOISE[:40], 3).past_forecasts(13)
    late = contest(NOISE, 3).past_forecasts(13)
    same = late.origin + late.step <= 40
    assert early.mean == pytest.approx(late.mean[same])
    assert early.spread == pytest.approx(late.spread[same])


def test_the_season_is_put_back_on_past_and_coming_intervals():
    months = np.arange(48) % 12 + 1
    wave = 10 * np.sin(2 * np.pi * months / 12)
    labels = np.arange(60) % 12 + 1
    found = process(wave + NOISE, 12, cycle=12, seasons=labels)
    assert found.prediction.quantiles([0.5])[0] == pytest.approx(wave[:12], abs=2.5)
    past = found.past_forecasts
    assert np.abs(past.actual - past.mean).mean() < 2


def test_the_level_of_now_is_the_mean_in_doubt_by_one_over_n():
    mean, spread, freedom = process(NOISE, 1, since=0, remembered=0.0).level
    assert mean == pytest.approx(NOISE.mean())
    assert spread == pytest.approx(NOISE.std(ddof=1) / np.sqrt(48))
    assert freedom == 47


def test_intervals_of_a_steady_series_hold_what_they_say():
    found = process(np.random.default_rng(1).normal(size=300), 1, since=0, remembered=0.0)
    past = found.past_forecasts
    held = np.abs(past.actual - past.mean) < 1.2816 * past.spread
    assert held.mean() == pytest.approx(0.8, abs=0.06)
    assert found.widening < 1.15
