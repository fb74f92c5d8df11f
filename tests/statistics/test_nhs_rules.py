"""The four NHS rules: published cases, precedence, ties, gaps, phases."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.nhs_rules import (
    RULE_SETS,
    fill_back,
    point_type,
    shift_flags,
    signals,
    trend_flags,
    two_of_three,
)
from workbench.statistics.xmr import chart


@pytest.fixture(scope="module")
def cases(shared):
    stored = json.loads((shared / "cases/targets.json").read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in stored}


@pytest.mark.parametrize("part", "abcd")
def test_seven_on_one_side_as_published(cases, part):
    case = cases["rule-nhs-shift7"]
    assert np.abs(shift_flags(case["inputs"][part])).tolist() == case["expected"][part]


@pytest.mark.parametrize("part", "abcd")
def test_every_member_of_a_run_is_flagged_as_published(cases, part):
    case = cases["rule-nhs-backfill"]
    assert np.abs(fill_back(case["inputs"][part])).tolist() == case["expected"][part]


@pytest.mark.parametrize("part", ["a", "g", "h", "opp", "alt"])
def test_two_of_three_as_published(cases, part):
    case = cases["rule-nhs-2of3"]
    found = two_of_three(case["inputs"][part]["near"], case["inputs"][part]["side"])
    assert found.astype(int).tolist() == case["expected"][part]


def rules_of(series, baseline=None, phases=None, **options):
    return signals(series, chart(series, baseline=baseline, phases=phases), **options)


def on_baseline(later, frozen=(9, 11) * 7):
    """Rules of points judged by the limits of 9, 11, 9, 11, ...: 10 +/- 5.32, near from 3.547."""
    series = [*frozen, *later]
    found = rules_of(series, baseline=np.arange(len(series)) < len(frozen))
    return found.iloc[len(frozen) :].reset_index(drop=True)


def test_a_point_on_the_limit_is_inside_and_one_beyond_is_outside():
    found = on_baseline([10 + 2 * 2.66, 10 + 2 * 2.66 + 0.001, 10 - 2 * 2.66 - 0.001])
    assert found["rule"].tolist() == ["", "outside", "outside"]
    assert found["high"].tolist() == [0, 1, -1]


def test_seven_points_make_a_shift_and_six_do_not():
    assert set(on_baseline([9.9, *[10.5] * 6, 9.9])["rule"]) == {""}
    assert on_baseline([9.9, *[10.5] * 7, 9.9])["rule"].tolist() == ["", *["shift"] * 7, ""]


def test_a_point_on_the_mean_breaks_a_shift():
    assert set(on_baseline([9.9, *[10.5] * 4, 10.0, *[10.5] * 4, 9.9])["rule"]) == {""}


def test_seven_rising_points_make_a_trend_and_six_do_not():
    assert set(on_baseline([10.5, 9.5, 9.6, 9.7, 10.1, 10.2, 10.3, 10.2])["rule"]) == {""}
    found = on_baseline([10.5, 9.4, 9.5, 9.6, 9.7, 10.1, 10.2, 10.3, 10.2])
    assert found["rule"].tolist() == ["", *["trend"] * 7, ""]
    assert found["high"].tolist() == [0, *[1] * 7, 0]


def test_a_tie_breaks_a_trend():
    assert trend_flags([1, 2, 3, 4, 4, 5, 6, 7]).tolist() == [0] * 8
    assert trend_flags([1, 2, 3, 4, 5, 6, 7]).tolist() == [0] * 6 + [1]
    assert trend_flags([7, 6, 5, 4, 3, 2, 1, 0]).tolist() == [0] * 6 + [-1, -1]


def test_two_of_three_flags_only_the_near_points():
    found = on_baseline([9.9, 14, 10.5, 14, 9.9])
    assert found["rule"].tolist() == ["", "two_of_three", "", "two_of_three", ""]


def test_two_of_three_needs_the_third_on_the_same_side():
    assert set(on_baseline([9.9, 14, 9.9, 14, 9.9])["rule"]) == {""}


def test_a_point_beyond_the_limit_is_not_near_it():
    assert on_baseline([9.9, 14, 10.5, 16, 9.9])["rule"].tolist() == ["", "", "", "outside", ""]


def test_outside_comes_before_trend_before_two_of_three_before_shift():
    found = on_baseline([9.5, 10.1, 10.2, 10.4, 13.9, 14.5, 16, 10.1, 10.1, 9])
    assert found["rule"].tolist() == [*["trend"] * 6, "outside", "shift", "shift", ""]


def test_a_missing_point_breaks_runs_and_has_no_signal():
    gap = [10.5] * 4 + [np.nan] + [10.5] * 4
    assert set(on_baseline([9.9, *gap, 9.9])["rule"]) == {""}


def test_a_constant_series_has_no_signal():
    assert set(rules_of([7.0] * 20)["rule"]) == {""}
    assert set(rules_of([0.1 + 0.2] * 20)["rule"]) == {""}


def test_runs_do_not_cross_phases():
    series = [1.0, 2.0] * 4 + [2.6, 2.9] * 4
    assert set(rules_of(series, phases=[0] * 8 + [1] * 8)["rule"]) == {""}


@pytest.mark.parametrize("length", [0, 1, 2, 6])
def test_short_series_have_no_runs(length):
    assert len(rules_of([1.0] * length)) == length
    assert shift_flags([1] * length).tolist() == [0] * length


def test_the_six_point_variant_flags_runs_of_six():
    series = [9, 11] * 7 + [9.9, *[10.5] * 6, 9.9]
    found = signals(series, chart(series, baseline=np.arange(len(series)) < 14), RULE_SETS["nhs_six"])
    assert found["rule"].tolist()[15:21] == ["shift"] * 6


def test_a_peak_between_two_trends_belongs_to_the_one_complete_first():
    assert fill_back(trend_flags([1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1])).tolist() == [1] * 7 + [-1] * 6


@pytest.mark.parametrize(
    ("high", "direction", "word"),
    [
        (1, "increase", "special_cause_improvement"),
        (-1, "increase", "special_cause_concern"),
        (1, "decrease", "special_cause_concern"),
        (-1, "decrease", "special_cause_improvement"),
        (1, "neutral", "special_cause_neutral_high"),
        (-1, "neutral", "special_cause_neutral_low"),
        (0, "increase", "common_cause"),
    ],
)
def test_what_a_signal_means_depends_on_which_way_is_better(high, direction, word):
    assert point_type(high, direction) == word


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=40))
def test_turning_the_series_upside_down_turns_every_signal(series):
    up, down = rules_of([float(v) for v in series]), rules_of([-float(v) for v in series])
    assert up["rule"].tolist() == down["rule"].tolist()
    assert up["high"].tolist() == (-down["high"]).tolist()
