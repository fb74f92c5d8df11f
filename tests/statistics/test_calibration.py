"""Whether forecasts are as sure as they say."""

import numpy as np
import pytest
from scipy.stats import norm, t

from workbench.statistics.calibration import (
    Calibration,
    brier,
    calibrate,
    decile_table,
    evaluated,
    forecaster,
    meets,
    surprises,
    widening,
)
from workbench.statistics.rolling_origin import PastForecasts

NOISE = np.random.default_rng(1).normal(size=40)


def past(actual, mean, spread, freedom=np.inf):
    n = len(actual)
    parts = (np.broadcast_to(np.asarray(part, float), n) for part in (actual, mean, spread, freedom))
    return PastForecasts(np.arange(n) + 1, np.ones(n, int), *parts)


def test_coverage_and_scores_by_hand():
    # Central 50 and 80 % of a standard normal end at 0.674 and 1.282.
    series = np.array([0.0, 0.5, -1.0, 2.0, 0.1])
    found = evaluated(series, past(series[1:], 0, 1), target=0, direction="increase")
    assert (found.origins, found.forecasts) == (4, 4)
    assert (found.coverage_50, found.coverage_80) == (0.5, 0.75)
    assert found.brier == pytest.approx(0.25)  # 0.5 was said of each
    # Known before: 1 of 1, 2 of 2, 2 of 3, 3 of 4 met it; by Laplace 2/3, 3/4, 3/5, 4/6.
    assert found.brier_naive == pytest.approx(np.mean([(1 / 3) ** 2, 0.75**2, 0.4**2, (1 / 3) ** 2]))
    assert found.skill == pytest.approx(1 - 0.25 / found.brier_naive)
    assert found.widening == 1


def test_a_surprise_counts_the_degrees_of_freedom():
    found = surprises(past([t.ppf(0.9, 3)], 0, 1, freedom=3))
    assert found == pytest.approx([norm.ppf(0.9)])
    assert surprises(past([5, 5], [5, 6], 0)).tolist() == [0, np.inf]


def test_the_widening_makes_past_intervals_hold():
    values = np.linspace(0.1, 4, 40)  # rank 33 of 40
    assert widening(values, 40) == pytest.approx(np.clip(values[32] / norm.ppf(0.9), 0.8, 2))
    assert widening(values / 2, 40) == pytest.approx(values[32] / 2 / norm.ppf(0.9))
    assert widening(values / 100, 40) == 0.8
    assert widening(values * 100, 40) == 2
    assert widening(np.zeros(40), 40) == 1


@pytest.mark.parametrize(("origins", "widened"), [(19, False), (20, True)])
def test_few_origins_widen_nothing(origins, widened):
    assert (widening(np.full(origins, 2.0), origins) > 1) is widened


@pytest.mark.parametrize("n", range(5))
def test_a_short_series_has_nothing_to_show(n):
    found = calibrate(NOISE[:n], target=0, direction="increase")
    assert (found.origins, found.forecasts, found.widening) == (0, 0, 1)
    assert np.isnan([found.coverage_50, found.coverage_80, found.brier, found.brier_naive, found.skill]).all()


def test_without_a_target_there_is_coverage_and_no_score():
    found = calibrate(NOISE, ahead=2)
    assert found.origins == 32
    assert found.forecasts == 63
    assert 0.3 < found.coverage_50 < found.coverage_80 < 1
    assert np.isnan(found.brier)


def test_a_constant_series_is_always_covered_and_never_widened():
    found = calibrate([5.0] * 40, target=5, direction="increase")
    assert (found.coverage_50, found.coverage_80, found.widening, found.brier) == (1, 1, 1, 0)


def test_missing_intervals_are_not_judged():
    found = calibrate(np.where(np.arange(40) % 4 == 0, np.nan, NOISE))
    assert found.forecasts < 25


def test_reversing_series_target_and_direction_changes_nothing():
    up = calibrate(NOISE, 2, 0.5, "increase")
    down = calibrate(-NOISE, 2, -0.5, "decrease")
    assert [getattr(down, name) for name in Calibration.__annotations__] == pytest.approx(
        [getattr(up, name) for name in Calibration.__annotations__]
    )


def test_proportions_are_judged_on_their_scale():
    shares = 1 / (1 + np.exp(-(NOISE + 2)))
    found, plain = (
        calibrate(shares, 1, 0.9, "increase", kind="proportion"),
        calibrate(NOISE, 1, np.log(9) - 2, "increase"),
    )
    assert found.brier == pytest.approx(plain.brier)
    assert found.coverage_80 == plain.coverage_80


def test_a_season_is_taken_out_before_judging():
    months = np.tile(np.arange(1, 13), 4)[:40]
    wave = 8 * np.sin(2 * np.pi * months / 12) + NOISE
    above = calibrate(wave, 1, 4, "increase", cycle=12, seasons=months)
    assert above.skill > calibrate(wave, 1, 4, "increase", cycle=12).skill + 0.2


def test_the_numbers_of_coming_intervals_go_on_from_the_last():
    months = np.tile(np.arange(1, 13), 3)
    wave = 8 * np.sin(2 * np.pi * months / 12) + NOISE[:36]
    assert forecaster(12, months)(wave, 12).means == pytest.approx(
        forecaster(12, np.tile(months, 2))(wave, 12).means
    )


def test_the_score_leaves_out_what_is_not_known():
    assert brier([0.5, np.nan, 1], [1, 1, 1]) == pytest.approx(0.125)
    assert np.isnan(brier([np.nan], [1]))
    assert meets([1, 2, np.nan], 2, "increase").tolist()[:2] == [0, 1]
    assert meets([1, 2], 1, "decrease").tolist() == [1, 0]
    assert np.isnan(meets([1], 1, "neutral")).all()


def test_the_table_of_tenths_by_hand():
    found = decile_table([0.05, 0.1, 0.19, 1.0, 0.95, np.nan], [0, 0, 1, 1, 1, 1])
    assert found[["from", "to", "n", "predicted", "observed"]].values.tolist() == [
        [0, 0.1, 1, 0.05, 0],
        [0.1, 0.2, 2, pytest.approx(0.145), 0.5],
        [0.9, 1, 2, pytest.approx(0.975), 1],
    ]
    assert found["lower"].tolist() == pytest.approx([0, 0.0945, 0.3424], abs=1e-4)
    assert decile_table([], []).empty
