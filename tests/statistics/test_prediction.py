"""The coming intervals of a process: their chances, bounds and joint futures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from workbench.statistics.continuation import process
from workbench.statistics.outlook import chance
from workbench.statistics.prediction import PATHS
from workbench.statistics.working_scale import WorkingScale

NOISE = np.random.default_rng(7).normal(size=36)
WALK = np.random.default_rng(8).normal(size=60).cumsum()
MONTHS = np.tile(np.arange(1, 13), 5)
ERROR = 0.016  # two standard errors of a share of 4000 futures


def prediction(values, ahead, **options):
    """Of a process without step and memory."""
    return process(values, ahead, since=0, remembered=0.0, **options).prediction


def test_a_short_series_has_students_chance_and_not_the_normal_one():
    found = prediction([8, 10, 12], 1)
    assert found.form == "mean"
    assert found.at(1, 13, "increase") == pytest.approx(t.sf(3 / np.sqrt(4 * (1 + 1 / 3)), 2))
    assert found.at(1, 13, "decrease") == pytest.approx(t.cdf(3 / np.sqrt(4 * (1 + 1 / 3)), 2))


def test_a_total_of_a_steady_process_has_the_closed_distribution():
    # The mean of 6 future values has the spread s sqrt(1/6 + 1/n) about that of n past ones (G. J. Hahn and
    # W. Q. Meeker, Statistical Intervals, 1991, section 4.8).
    values = NOISE[:12] + 20
    sums = prediction(values, 6).paths.sum(axis=1)
    spread = values.std(ddof=1) * np.sqrt(1 / 6 + 1 / 12)
    wanted = chance(values.mean(), spread, 20.4, "increase", 11)
    assert (sums >= 6 * 20.4).mean() == pytest.approx(wanted, abs=ERROR)
    closed = 6 * (values.mean() + spread * t.ppf([0.1, 0.5, 0.9], 11))
    assert np.quantile(sums, [0.1, 0.5, 0.9]) == pytest.approx(closed, abs=0.25)


def test_a_sum_of_quantiles_is_not_the_quantile_of_a_sum():
    found = prediction(NOISE + 20, 12)
    assert np.quantile(found.paths.sum(axis=1), 0.9) < found.quantiles([0.9]).sum() - 5


def test_at_any_time_by_is_not_at_and_throughout_is_less():
    found = prediction(NOISE, 6)
    met = found.paths >= 1
    at = found.at(6, 1, "increase")
    assert met.all(axis=1).mean() < at < met.any(axis=1).mean()
    assert met.any(axis=1).mean() == pytest.approx(1 - (1 - at) ** 6, abs=0.05)  # nearly independent


def test_the_chance_counted_over_futures_is_the_closed_one_at_every_step():
    found = prediction(WALK, 6)
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
    assert found.paths.min() == found.paths.max() == 5
    assert found.quantiles().tolist() == [[5.0] * 3] * 3


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_values_have_no_chance(n):
    found = prediction(NOISE[:n], 2)
    assert np.isnan(found.at(1, 1, "increase"))
    assert np.isnan(found.paths).all()


@pytest.mark.parametrize("n", [2, 7, 12])
def test_a_short_series_is_forecast_by_its_mean(n):
    found = prediction(NOISE[:n], 2)
    assert found.form == "mean"
    assert found.forecast.means == pytest.approx([NOISE[:n].mean()] * 2)
    assert 0 < found.at(1, 1, "increase") < 1


def test_no_way_is_better_no_chance():
    assert np.isnan(prediction(NOISE, 2).at(1, 0, "neutral"))


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
    counts = np.random.default_rng(2).poisson(1.5, 36)
    found = prediction(counts, 12, kind="nonnegative")
    assert found.paths.min() >= 0
    assert found.form == "mean"
    assert found.paths.mean() == pytest.approx(counts.mean(), rel=0.06)
    assert found.at(1, 0, "increase") == 1
    assert prediction(counts, 12).paths.min() < 0


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
    assert found.paths.mean(axis=0) == pytest.approx(found.forecast.means)
    plain = prediction(series, 12, cycle=12)
    assert found.forecast.spreads[-1] < plain.forecast.spreads[-1] / 2


def test_a_season_of_a_proportion_stays_inside():
    shares = 0.9 + 0.09 * np.sin(2 * np.pi * MONTHS[:36] / 12) + 0.003 * NOISE
    found = prediction(shares, 12, kind="proportion", cycle=12, seasons=MONTHS)
    assert 0.97 < found.paths[:, 2].mean() < found.paths.max() <= 1


def test_the_same_series_gives_the_same_bytes():
    first, again = prediction(WALK, 6), prediction(WALK, 6)
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
    assert np.sort(-down.paths, axis=0) == pytest.approx(np.sort(up.paths, axis=0))


def test_a_constant_moves_bounds_and_no_chance():
    low, high = prediction(WALK, 4), prediction(WALK + 500, 4)
    assert high.quantiles() - 500 == pytest.approx(low.quantiles())
    assert high.at(4, 501, "increase") == pytest.approx(low.at(4, 1, "increase"))
