"""Whether forecasts are as sure as they say."""

import numpy as np
import pytest
from scipy.stats import norm, t

from workbench.statistics.calibration import (
    Calibration,
    PastForecasts,
    between,
    brier,
    decile_table,
    evaluated,
    surprises,
    widening,
)
from workbench.statistics.continuation import process

NOISE = np.random.default_rng(1).normal(size=40)


def past(actual, mean, spread, freedom=np.inf):
    n = len(actual)
    parts = (np.broadcast_to(np.asarray(part, float), n) for part in (actual, mean, spread, freedom))
    return PastForecasts(np.arange(n) + 1, np.ones(n, int), *parts)


def test_coverage_and_scores_by_hand():
    # Central 50 and 80 % of a standard normal end at 0.674 and 1.282.
    series = np.array([0.0, 0.5, -1.0, 2.0, 0.1])
    found = evaluated(series, past(series[1:], 0, 1), 0, np.inf)
    assert (found.origins, found.forecasts) == (4, 4)
    assert (found.coverage_50, found.coverage_80) == (0.5, 0.75)
    assert found.brier == pytest.approx(0.25)  # 0.5 was said of each
    # Known before: 1 of 1, 2 of 2, 2 of 3, 3 of 4 met it; by Laplace 2/3, 3/4, 3/5, 4/6.
    assert found.brier_naive == pytest.approx(np.mean([(1 / 3) ** 2, 0.75**2, 0.4**2, (1 / 3) ** 2]))


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


def test_a_season_is_taken_out_before_judging():
    months = np.arange(52) % 12 + 1
    wave = 8 * np.sin(2 * np.pi * months[:40] / 12) + NOISE

    def skill(seasons):
        found = process(wave, 1, cycle=12, seasons=seasons, since=0, remembered=0.0)
        said = evaluated(found.adjusted + found.past, found.past_forecasts, 4, np.inf)
        return 1 - said.brier / said.brier_naive

    assert skill(months) > skill(None) + 0.1


@pytest.mark.parametrize("n", [2, 12])
def test_a_short_series_has_nothing_to_show(n):
    found = process(NOISE[:n], 1, since=0, remembered=0.0)
    said = evaluated(found.adjusted, found.past_forecasts, 0, np.inf)
    assert (said.origins, said.forecasts, found.widening) == (0, 0, 1)
    assert np.isnan([said.coverage_50, said.coverage_80, said.brier, said.brier_naive]).all()


def test_without_a_target_there_is_coverage_and_no_score():
    found = process(NOISE, 2, since=0, remembered=0.0)
    said = evaluated(found.adjusted, found.past_forecasts, np.nan, np.nan)
    # From the 9th interval on, because the spread of the first forecast is known once one has come.
    assert (said.origins, said.forecasts) == (31, 61)
    assert 0.3 < said.coverage_50 < said.coverage_80 < 1
    assert np.isnan(said.brier)


def test_missing_intervals_are_not_judged():
    series = np.where(np.arange(40) % 4 == 0, np.nan, NOISE)
    found = process(series, 1, since=0, remembered=0.0).past_forecasts
    assert not np.isnan(series[found.origin + found.step - 1]).any()
    assert found.actual == pytest.approx(series[found.origin + found.step - 1])


def test_reversing_series_and_ends_changes_nothing():
    up, down = (
        evaluated(sign * NOISE, process(sign * NOISE, 2, since=0, remembered=0.0).past_forecasts, *ends)
        for sign, ends in ((1, (0.5, np.inf)), (-1, (-np.inf, -0.5)))
    )
    assert [getattr(down, name) for name in Calibration.__annotations__] == pytest.approx(
        [getattr(up, name) for name in Calibration.__annotations__]
    )


def test_the_score_leaves_out_what_is_not_known():
    assert brier([0.5, np.nan, 1], [1, 1, 1]) == pytest.approx(0.125)
    assert np.isnan(brier([np.nan], [1]))
    assert between([1, 2, np.nan], 2, np.inf).tolist()[:2] == [0, 1]
    assert between([1, 2], -np.inf, 1).tolist() == [1, 0]
    assert np.isnan(between([1], np.nan, np.nan)).all()


def test_the_table_of_tenths_by_hand():
    found = decile_table([0.05, 0.1, 0.19, 1.0, 0.95, np.nan], [0, 0, 1, 1, 1, 1])
    assert found[["from", "to", "n", "predicted", "observed"]].values.tolist() == [
        [0, 0.1, 1, 0.05, 0],
        [0.1, 0.2, 2, pytest.approx(0.145), 0.5],
        [0.9, 1, 2, pytest.approx(0.975), 1],
    ]
    assert found["lower"].tolist() == pytest.approx([0, 0.0945, 0.3424], abs=1e-4)
    assert decile_table([], []).empty
