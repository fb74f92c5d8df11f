"""Season and autocorrelation."""

import numpy as np
import pytest

from workbench.statistics.seasonality import lag1, level, season

MONTHS = np.tile(np.arange(1, 13), 3)
NOISE = np.random.default_rng(7).normal(size=36)
WAVE = 10 * np.sin(2 * np.pi * MONTHS / 12)


def test_a_yearly_wave_is_found_and_its_effects_sum_to_zero():
    found = season(WAVE + NOISE, MONTHS, 12)
    assert found.found
    assert sum(found.effects.values()) == pytest.approx(0)
    assert found.effects[3] == pytest.approx(10, abs=1.5)
    assert found.effects[9] == pytest.approx(-10, abs=1.5)


def test_a_wave_is_read_as_one_and_not_month_by_month():
    found = season(WAVE + NOISE, MONTHS, 12)
    assert found.estimated == 3
    # A wave goes down after half a year by as much as it goes up.
    assert found.effects[3] == pytest.approx(-found.effects[9])


def test_a_month_that_stands_out_is_read_month_by_month():
    found = season(NOISE + 6 * (MONTHS == 7), MONTHS, 12)
    assert found.estimated == 12
    assert found.effects[7] == max(found.effects.values())


def test_a_level_that_moved_just_now_is_not_read_as_a_wave():
    still = season(WAVE[:24] + NOISE[:24], MONTHS[:24], 12)
    moved = season(WAVE[:30] + NOISE[:30] + 5 * (np.arange(30) >= 24), MONTHS[:30], 12)
    assert (still.estimated, moved.estimated) == (3, 3)
    assert moved.effects == pytest.approx(still.effects)


def test_quarters_are_told_one_by_one():
    found = season(np.tile([1.0, 5.0, 2.0, 8.0], 6) + NOISE[:24] / 5, np.tile([1, 2, 3, 4], 6), 4)
    assert found.estimated == 4


def test_noise_a_shift_and_a_trend_are_not_seasons():
    assert not season(NOISE, MONTHS, 12).found
    assert not season(NOISE + 5 * (np.arange(36) >= 27), MONTHS, 12).found
    assert not season(NOISE + 0.5 * np.arange(36), MONTHS, 12).found


def test_a_season_survives_a_shift():
    assert season(WAVE + NOISE + 8 * (np.arange(36) >= 30), MONTHS, 12).found


@pytest.mark.parametrize(("length", "found"), [(23, False), (24, True)])
def test_two_full_years_are_needed(length, found):
    wave = 10 * np.sin(2 * np.pi * MONTHS / 12) + 0.01 * NOISE
    assert season(wave[:length], MONTHS[:length], 12).found is found


@pytest.mark.parametrize("seed", range(4, 10))
def test_a_drift_of_two_years_is_no_season(seed):
    drift = 50 - 2 * np.arange(24.0) + np.random.default_rng(seed).normal(size=24)
    assert not season(drift, MONTHS[:24], 12).found


def test_every_season_needs_two_values():
    gappy = np.where((MONTHS == 5) & (np.arange(36) > 6), np.nan, WAVE)
    assert np.isnan(season(gappy, MONTHS, 12).p)


def test_a_constant_series_has_no_season_and_no_autocorrelation():
    found = season([3.0] * 36, MONTHS, 12)
    assert (found.p, found.effects) == (1.0, {})
    assert np.isnan(lag1([3.0] * 36))


def test_the_level_is_a_centred_average_of_a_whole_year():
    assert level(np.arange(8.0), 4).tolist() == [2, 2, 2, 3, 4, 5, 5, 5]
    assert level([1.0, 3.0], 12).tolist() == [2, 2]


def test_lag_one_by_hand():
    # 1, 2, 3, 4: away from the mean -1.5, -.5, .5, 1.5; .75 - .25 + .75 over 5.
    assert lag1([1, 2, 3, 4]) == pytest.approx(0.25)
    assert lag1([1, 2]) != lag1([1, 2])


def test_pairs_with_a_missing_point_are_left_out():
    assert lag1([1, 2, np.nan, 3, 4]) == pytest.approx((0.75 + 0.75) / 5)
