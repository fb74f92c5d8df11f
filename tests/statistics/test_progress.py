"""Progress towards a target: published worked examples."""

import json

import numpy as np
import pytest

from workbench.statistics.progress import (
    growth_ratio,
    growth_word,
    plan_word,
    required_path,
    required_slope,
    share_of_plan,
    share_of_required_slope,
    share_of_way,
    shares_of_running_plan,
    shares_of_total_plan,
)


@pytest.fixture(scope="module")
def cases(shared):
    stored = json.loads((shared / "cases/targets.json").read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in stored}


def test_oslos_share_of_the_way_is_signed_and_not_clamped(cases):
    case = cases["target-okr-oslo"]
    found = [100 * share_of_way(*three) for three in case["inputs"]["start_target_current"]]
    assert found == pytest.approx(case["expected"]["pct"], abs=case["tolerance"])


def test_servicenows_cumulative_and_running_shares(cases):
    case = cases["target-servicenow"]
    given = case["inputs"]
    cumulative = [
        100 * share_of_plan([a], [p])
        for a, p in zip(given["cumulative_actual"], given["cumulative_plan"], strict=True)
    ]
    assert cumulative == pytest.approx(case["expected"]["cumulative_pct"], abs=case["tolerance"])
    running = [
        100 * share_of_plan(given["period_actual"][:n], given["period_plan"][:n]) for n in (1, 2, 3, 4)
    ]
    assert running == pytest.approx(case["expected"]["ytd_window_pct"], abs=case["tolerance"])
    assert 100 * share_of_way(0, 1000, 700) == pytest.approx(case["expected"]["simple_700_of_1000"])


def test_no_way_and_no_plan_have_no_share():
    assert np.isnan(share_of_way(5, 5, 7))
    assert np.isnan(share_of_plan([], []))


def test_servicenows_shares_and_words_for_every_interval(cases):
    case = cases["target-servicenow"]
    given, wanted = case["inputs"], case["expected"]
    colours = {"on plan": "Green", "near plan": "Yellow", "off plan": "Red"}
    total = shares_of_total_plan(given["cumulative_actual"], given["cumulative_plan"])
    running = shares_of_running_plan(given["period_actual"], given["period_plan"])
    assert 100 * total == pytest.approx(wanted["cumulative_pct"], abs=case["tolerance"])
    assert 100 * running == pytest.approx(wanted["ytd_window_pct"], abs=case["tolerance"])
    assert [colours[plan_word(share)] for share in total] == wanted["cumulative_status"]
    assert [colours[plan_word(share)] for share in running] == wanted["ytd_status"]


def test_open_sdgs_ratios_and_words(cases):
    case = cases["target-sdg-cagr"]
    rows = case["inputs"]["base_current_target_baseyear_year_targetyear_direction"]
    ratios = [growth_ratio(*row[:6]) for row in rows]
    ways = ["increase" if row[6] > 0 else "decrease" for row in rows]
    words = [
        growth_word(ratio, row[1], row[2], way) for ratio, row, way in zip(ratios, rows, ways, strict=True)
    ]
    assert [word.replace(" ", "_") for word in words] == case["expected"]["status"]
    # The collection's run of the same formula; the fifth has reached its target.
    assert np.delete(ratios, 4) == pytest.approx([0.9665, 0.4617, 0.1345, -0.1744, 0.7024], abs=5e-5)


@pytest.mark.parametrize(
    "numbers",
    [
        (0, 5, 10, 2015, 2020, 2030),  # no growth from nought
        (10, 5, 0, 2015, 2020, 2030),  # none to nought: Open SDG takes 0.001 for it
        (-10, 5, 10, 2015, 2020, 2030),
        (10, -5, 20, 2015, 2020, 2030),
        (10, 0, 20, 2015, 2020, 2030),
        (10, 12, 10, 2015, 2020, 2030),  # the target is the base
        (10, 12, 20, 2020, 2020, 2030),  # no time passed
        (10, 12, 20, 2015, 2020, 2015),
        (10, np.nan, 20, 2015, 2020, 2030),
    ],
)
def test_growth_rates_that_do_not_exist_have_no_ratio(numbers):
    assert np.isnan(growth_ratio(*numbers))
    assert growth_word(np.nan, 5, 10, "increase") == ""


def test_negative_levels_that_grow_apart_from_nought_have_a_ratio():
    assert growth_ratio(-10, -20, -40, 2015, 2020, 2025) == pytest.approx(1)


@pytest.mark.parametrize(
    ("ratio", "word"),
    [
        (0.95, "substantial progress"),
        (0.9499, "moderate progress"),
        (0.6, "moderate progress"),
        (0.5999, "limited progress"),
        (0, "limited progress"),
        (-1e-9, "deterioration"),
    ],
)
def test_words_of_growth_at_their_bounds(ratio, word):
    assert growth_word(ratio, 5, 10, "increase") == word


def test_a_target_exactly_met_is_achieved_and_no_way_has_no_word():
    assert growth_word(0.1, 10, 10, "increase") == growth_word(0.1, 10, 10, "decrease") == "target achieved"
    assert growth_word(0.5, 5, 10, "neutral") == ""


@pytest.mark.parametrize(
    ("share", "word"),
    [(0.9, "on plan"), (0.895, "near plan"), (0.75, "near plan"), (0.7499, "off plan"), (np.nan, "")],
)
def test_every_share_of_plan_has_one_word(share, word):
    assert plan_word(share) == word


def test_an_interval_not_reported_does_not_count_against_the_plan():
    assert shares_of_running_plan([np.nan, 240, np.nan, 230], [250] * 4) == pytest.approx(
        [np.nan, 0.96, 0.96, 0.94], nan_ok=True
    )
    assert np.isnan(shares_of_total_plan([5], [0])).all()


def test_the_straight_way_and_its_slope():
    assert required_path(100, 70, 3).tolist() == [100, 90, 80, 70]
    assert required_path(100, 70, 0).tolist() == [70]
    assert required_slope(100, 70, 3) == -10
    assert np.isnan(required_slope(100, 70, 0))


def test_the_share_of_the_required_slope_is_defined_from_nought_and_over_it():
    assert share_of_required_slope(0, 10, 40, passed=2, left=6) == 1
    assert share_of_required_slope(-10, -15, 10, passed=1, left=3) == -1
    assert np.isnan(share_of_required_slope(5, 5, 5, passed=1, left=1))
    assert np.isnan(share_of_required_slope(0, 0, 5, passed=0, left=4))
