"""Interrupted time series: worked examples, statsmodels, and what is missing before anything is said."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.statistics.interrupted_series import (
    Missing,
    change_of_counts,
    change_of_values,
    design,
    harmonics,
    missing,
    periods_needed,
)
from workbench.statistics.quasi_poisson import quasi_poisson

PLACE = np.arange(48)
NOISE = np.random.default_rng(2).normal(size=48)
AFTER = PLACE >= 24
COUNTS = np.random.default_rng(3).poisson(np.exp(3 + 0.01 * PLACE - 0.4 * AFTER))
EXPOSURE = 900 + 5.0 * PLACE


def test_a_step_and_a_bend_without_noise_are_found_exactly():
    series = 10 + 2 * PLACE[:20] - 5 * (PLACE[:20] >= 10) + 0.5 * np.maximum(PLACE[:20] - 10, 0)
    found = change_of_values(series, 10)
    assert (found.level.value, found.slope.value) == pytest.approx((-5, 0.5))
    assert found.counterfactual.value == pytest.approx(48)
    assert found.effect.value == pytest.approx(-5 + 0.5 * 9)
    assert found.average.value == pytest.approx(-5 + 0.5 * 4.5)
    assert found.expected == pytest.approx(10 + 2 * PLACE[:20])
    assert found.fitted == pytest.approx(series)


@pytest.mark.parametrize("season", [0, 12])
def test_values_are_as_in_statsmodels(season):
    series = 20 + NOISE - 2 * AFTER + 3 * np.sin(2 * np.pi * PLACE / 12) * (season > 0)
    found = change_of_values(series, 24, season, confidence=0.9, errors="plain")
    lags = {0: 3, 12: 12}[season]
    options = {"maxlags": lags, "use_correction": True}
    x = design(48, 24, season, found.harmonics)
    theirs = sm.OLS(series, x).fit(cov_type="HAC", cov_kwds=options, use_t=True)
    assert (found.lags, found.harmonics) == (lags, {0: 0, 12: 2}[season])
    assert (found.level.value, found.slope.value) == pytest.approx(tuple(theirs.params[2:4]))
    assert (found.level.lower, found.level.upper) == pytest.approx(tuple(theirs.conf_int(0.1)[2]))
    assert found.slope.p == pytest.approx(theirs.pvalues[3])
    without = x[-1] * np.r_[1, 1, 0, 0, np.ones(x.shape[1] - 4)]
    said = theirs.t_test(without)
    assert (found.counterfactual.value, found.counterfactual.error) == pytest.approx(
        (said.effect[0], said.sd[0, 0])
    )


@pytest.mark.parametrize("exposure", [None, EXPOSURE])
def test_counts_are_as_in_statsmodels(exposure):
    found = change_of_counts(COUNTS, 24, exposure, confidence=0.9, errors="plain")
    x = design(48, 24)
    offset = None if exposure is None else np.log(exposure)
    theirs = sm.GLM(COUNTS, x, sm.families.Poisson(), offset=offset).fit(scale="X2", use_t=True)
    assert found.dispersion == pytest.approx(theirs.scale)
    assert found.level.value == pytest.approx(np.exp(theirs.params[2]))
    assert (found.level.lower, found.level.upper) == pytest.approx(tuple(np.exp(theirs.conf_int(0.1)[2])))
    assert (found.level.p, found.slope.p) == pytest.approx(tuple(theirs.pvalues[2:4]))
    assert found.fitted == pytest.approx(theirs.fittedvalues)
    size = 1 if exposure is None else exposure[-1]
    assert found.counterfactual.value == pytest.approx(np.exp(x[-1, :2] @ theirs.params[:2]) * size)
    assert found.effect.value == pytest.approx(found.fitted[-1] / found.expected[-1])


def test_a_change_is_found_and_a_change_in_the_people_alone_is_none():
    assert change_of_counts(COUNTS, 24).level.upper < 1
    people = np.where(AFTER, 2000.0, 1000.0)
    counts = np.random.default_rng(9).poisson(people * 0.05)
    assert change_of_counts(counts, 24).level.lower > 1.5
    same = change_of_counts(counts, 24, people).level
    assert same.lower < 1 < same.upper


def test_a_season_is_not_taken_for_a_change():
    wave = 6 * np.cos(2 * np.pi * PLACE / 12)
    plain, waved = change_of_values(wave + NOISE, 27), change_of_values(wave + NOISE, 27, season=12)
    assert waved.level.error < plain.level.error / 2
    assert not waved.level.is_clear
    assert waved.harmonics == 2


@pytest.mark.parametrize(
    ("known", "season", "pairs"),
    [(23, 12, 0), (24, 12, 1), (36, 12, 2), (60, 12, 2), (12, 4, 1), (24, 2, 0), (24, 0, 0)],
)
def test_waves_need_full_years(known, season, pairs):
    assert harmonics(np.append(np.zeros(known), np.nan), season) == pairs


@pytest.mark.parametrize(
    ("values", "start", "short"),
    [
        ([], 0, Missing(8, 8)),
        ([1.0] * 4, 4, Missing(4, 8)),
        ([1.0] * 12, 8, Missing(0, 4)),
        ([1.0] * 16, 8, Missing(0, 0)),
        ([np.nan] + [1.0] * 15, 8, Missing(1, 0)),
    ],
)
def test_with_fewer_than_eight_on_a_side_nothing_is_said(values, start, short):
    assert missing(values, start) == short
    for found in (change_of_values(values, start), change_of_counts(values, start)):
        assert found.missing == short
        assert np.isnan(found.level.value) == short.any
        assert (len(found.expected) == 0) == short.any


def test_a_constant_series_did_not_change():
    found = change_of_values([5.0] * 20, 10)
    assert (found.level.value, found.effect.value) == pytest.approx((0, 0), abs=1e-9)
    assert found.counterfactual.value == pytest.approx(5)


def test_missing_intervals_are_left_out():
    gappy = np.where(PLACE % 6 == 1, np.nan, 3.0 * PLACE + 7 * AFTER)
    assert change_of_values(gappy, 24).level.value == pytest.approx(7)
    gappy_counts = np.where(PLACE % 6 == 1, np.nan, COUNTS)
    theirs = sm.GLM(COUNTS, design(48, 24), sm.families.Poisson(), freq_weights=~np.isnan(gappy_counts)).fit()
    assert change_of_counts(gappy_counts, 24).level.value == pytest.approx(np.exp(theirs.params[2]))


def test_a_side_without_a_single_event_has_no_factor():
    found = change_of_counts(np.where(AFTER, 0, COUNTS), 24)
    assert np.isnan(found.level.value)
    assert not found.missing.any


def test_counts_and_exposures_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="a count is not below 0, got -1"):
        change_of_counts(np.where(PLACE == 3, -1, COUNTS), 24)
    with pytest.raises(ValueError, match="an exposure is above 0, got 0"):
        change_of_counts(COUNTS, 24, np.where(PLACE == 3, 0, EXPOSURE))
    with pytest.raises(ValueError, match="all counts are 0"):
        quasi_poisson(np.ones((5, 1)), np.zeros(5), np.ones(5))


@settings(max_examples=20)
@given(st.lists(st.integers(-30, 30), min_size=16, max_size=30).filter(lambda given: len(set(given)) > 3))
def test_reversing_the_series_mirrors_the_change(values):
    up, down = change_of_values(values, 8), change_of_values([-value for value in values], 8)
    assert down.level.value == pytest.approx(-up.level.value, abs=1e-9)
    assert (down.level.lower, down.level.upper) == pytest.approx((-up.level.upper, -up.level.lower), abs=1e-9)
    assert down.effect.value == pytest.approx(-up.effect.value, abs=1e-9)


def test_a_large_change_can_be_seen_with_the_fewest_intervals():
    assert periods_needed(NOISE[:30], 24, size=20) == 2
    assert periods_needed(NOISE[:32], 24, size=20) == 0
    assert periods_needed(NOISE[:24], 24, size=-20) == 8


def test_a_smaller_change_needs_more_intervals_and_the_smallest_cannot_be_seen():
    needed = [periods_needed(NOISE[:32], 24, size) for size in (4, 1.8, 1.6, 1.4, 0.1)]
    assert needed == [0, 3, 8, 19, np.inf]


def test_the_intervals_needed_give_the_power_promised():
    # 4000 series with a step of 2.2 spreads, as long as said: four in five or more are clear at 5 %.
    draws, start, size = np.random.default_rng(1), 24, 2.2
    before = draws.normal(size=start)
    before = (before - before.mean()) / before.std()
    length = start + int(periods_needed(before, start, size))
    after = (np.arange(length) >= start) * size
    x = design(length, start)
    errors = np.sqrt(np.linalg.inv(x.T @ x)[2, 2])
    noise = draws.normal(size=(4000, length))
    estimates = (noise + after) @ np.linalg.pinv(x)[2]
    assert (estimates / errors > 2.0).mean() == pytest.approx(0.85, abs=0.1)


def test_too_few_before_to_know_their_spread_or_no_size_is_not_known():
    assert np.isnan(periods_needed(NOISE[:7], 7, 2))
    assert np.isnan(periods_needed(NOISE[:20], 10, 0))


def test_what_is_said_of_noise_is_seldom_a_change():
    draws = np.random.default_rng(21)
    clear = [change_of_values(draws.normal(size=24), 12).level.is_clear for _ in range(200)]
    assert np.mean(clear) < 0.08


def test_what_is_said_of_counts_whose_neighbours_move_together_is_seldom_a_change():
    draws, found = np.random.default_rng(22), {"plain": [], "adjusted": []}
    for _ in range(150):
        noise = np.zeros(40)
        for place in range(1, 40):
            noise[place] = 0.5 * noise[place - 1] + 0.2 * draws.normal()
        counts = draws.poisson(np.exp(3.5 + noise[10:]))
        for errors, clear in found.items():
            level = change_of_counts(counts, 15, errors=errors).level
            clear.append(level.lower > 1 or level.upper < 1)
    assert np.mean(found["plain"]) > 0.12
    assert np.mean(found["adjusted"]) < 0.1
