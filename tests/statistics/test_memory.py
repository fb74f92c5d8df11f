"""Memory of a series: when it is seen, and what limits and runs must allow for it."""

import numpy as np
import pytest

from workbench.statistics.anhoej import long_runs, run_chart
from workbench.statistics.memory import (
    inflation,
    memory,
    run_length,
    same_side,
    step_score,
    widening,
)
from workbench.statistics.seasonality import f_test

SWINGS = [0, 2, 3, 2, 0, -2, -3, -2] * 3


def test_values_that_follow_one_another_have_memory_and_values_in_turn_have_none():
    assert memory(SWINGS) == pytest.approx((72 / 102 + 1 / 24) / (1 - 3 / 24))
    assert memory([1.0, -1.0] * 12) == 0.0


@pytest.mark.parametrize("values", [[], [1.0, 2.0, 3.0], [5.0] * 24, [np.nan] * 24])
def test_nothing_is_remembered_of_too_little_or_of_no_change(values):
    assert memory(values) == 0.0


def test_the_bias_of_short_series_is_taken_out():
    draw = np.random.default_rng(4)
    found = []
    for _ in range(300):
        values = np.zeros(60)
        for place, push in enumerate(draw.normal(size=59), start=1):
            values[place] = 0.5 * values[place - 1] + push
        found.append(memory(values))
    assert np.mean(found) == pytest.approx(0.5, abs=0.03)


def test_a_tenth_of_series_without_memory_are_suspected():
    draw = np.random.default_rng(5)
    assert np.mean([memory(draw.normal(size=30)) > 0 for _ in range(1500)]) == pytest.approx(0.11, abs=0.02)


@pytest.mark.parametrize(("remembered", "wider", "run"), [(0.0, 1.0, 7), (0.5, 2**0.5, 12), (0.75, 2.0, 17)])
def test_limits_widen_and_runs_lengthen_with_memory(remembered, wider, run):
    assert widening(remembered) == pytest.approx(wider)
    assert run_length(same_side(remembered), 7) == run


def test_the_sheppard_probability_and_the_spread_of_a_mean():
    assert (same_side(0.0), same_side(0.5)) == (0.5, pytest.approx(2 / 3))
    assert (inflation(0.0), inflation(0.5)) == (1.0, pytest.approx(3**0.5))


def test_members_of_a_long_run_are_marked_and_points_on_the_median_skipped():
    values = [1, 3, 1, 3, 1, 3, 1, 3, 3, 4, 5, 4, 2, 5, 4, 3, 4, 5, 1, 1, 1, 3, 1, 1, 1, 1, 1]
    lines = run_chart(values).assign(mean=2.0)
    assert np.flatnonzero(long_runs(values, lines)).tolist() == [7, 8, 9, 10, 11, 13, 14, 15, 16, 17]
    assert long_runs(values, lines).max() == 1


def test_the_f_test_sees_one_part_that_is_off():
    parts = [np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, 0.0]), np.array([7.0, 9.0, 8.0])]
    assert f_test(parts) == pytest.approx((1 + 2 * 49 / 6) ** -3)  # F = 49 with 2 and 6 degrees of freedom
    assert f_test([np.ones(3), np.ones(3)]) == 1.0


def test_the_score_of_a_step_by_hand():
    # Away from 10: 0, 0, 2, 2 and r = 0.5: news 0, 2, 1. Of two values together: weights 1 and 0.5.
    # 2 + 0.5 over sqrt(0.75 (1.25 - 1.5^2 / 4)) = 3.48; without a step 0 + 1 over the same = 1.39.
    found = step_score([10, 10, 12, 12], 10, 1.0, 0.5, 2)
    assert found.tolist() == pytest.approx([np.nan, np.nan, 1.393, 3.482], nan_ok=True, abs=0.001)


def test_the_score_of_noise_with_memory_has_a_spread_of_one():
    push = np.random.default_rng(9).normal(size=40_000)
    values = np.zeros(len(push))
    for place in range(1, len(push)):
        values[place] = 0.5 * values[place - 1] + push[place]
    found = step_score(values, 0.0, float(np.sqrt(4 / 3)), 0.5, 6)
    assert np.nanstd(found) == pytest.approx(1, abs=0.02)


def test_a_missing_value_leaves_its_scores_unknown():
    found = step_score([0, 1, np.nan, 1, 0, 1, 0], 0, 1.0, 0.5, 2)
    assert np.isnan(found).tolist() == [True, True, True, True, True, False, False]
    assert np.isnan(step_score([1, 1], 0, 1.0, 0.5, 6)).all()
    assert np.isnan(step_score([1.0] * 9, 1.0, 0.0, 0.5, 6)).all()
