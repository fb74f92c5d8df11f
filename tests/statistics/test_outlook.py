"""Outlook on a target: its chance, its word, and p of the latest intervals."""

import json

import numpy as np
import pytest

from workbench.statistics.outlook import chance, latest_p, outlook_word


def test_the_chance_of_passing_a_published_95_percent_bound_is_2_5_percent(shared):
    stored = json.loads((shared / "cases/targets.json").read_text(encoding="utf-8"))["cases"]
    case = next(case for case in stored if case["id"] == "target-probability-bound")
    upper, lower = case["inputs"]["target_upper"], case["inputs"]["target_lower"]
    expected, spread = (upper + lower) / 2, (upper - lower) / 2 / 1.959963984540054
    assert chance(expected, spread, upper, "increase") == pytest.approx(case["expected"]["p_upper"], abs=1e-6)
    assert chance(expected, spread, lower, "increase") == pytest.approx(case["expected"]["p_lower"], abs=1e-6)


def test_a_target_at_the_mean_is_a_toss_of_a_coin():
    assert chance(10, 2, 10, "increase", 5) == pytest.approx(0.5)


@pytest.mark.parametrize(("target", "meets"), [(5, 1.0), (5.1, 0.0)])
def test_without_spread_a_target_is_met_or_not(target, meets):
    assert chance(5.0, 0.0, target, "increase", 11) == meets


def test_what_is_missing_gives_no_chance():
    assert np.isnan(chance(np.nan, 1.0, 5, "increase"))
    assert np.isnan(chance(1.0, np.nan, 5, "increase"))


def test_no_way_is_better_no_chance():
    assert np.isnan(chance(1, 1, 1, "neutral"))


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (1, "likely"),
        (0.8, "likely"),
        (0.79, "uncertain"),
        (0.2, "uncertain"),
        (0.19, "unlikely"),
        (np.nan, ""),
    ],
)
def test_words_for_chances(probability, word):
    assert outlook_word(probability) == word


def test_p_is_small_for_a_jump_and_for_a_level_that_moved():
    steady = [9.0, 11.0] * 12
    assert latest_p(steady) > 0.2
    assert latest_p([*steady, 20.0]) < 0.001
    assert latest_p([*steady, *[12.0, 13.0] * 4]) < 0.01


def test_p_errs_five_times_in_a_hundred_and_not_more():
    draw = np.random.default_rng(11)
    wrong = sum(latest_p(draw.normal(size=36)) < 0.05 for _ in range(400))
    assert wrong / 400 == pytest.approx(0.05, abs=0.035)


@pytest.mark.parametrize(
    ("values", "p"), [([1.0, 2.0, 3.0, 4.0], np.nan), ([5.0] * 20, 1.0), ([5.0] * 19 + [6.0], 0.0)]
)
def test_p_of_short_and_constant_series(values, p):
    assert latest_p(values) == pytest.approx(p, nan_ok=True, abs=0.2)
