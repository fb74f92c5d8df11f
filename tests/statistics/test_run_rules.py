"""Rules by the names of their authors: published cases, gaps, constant series, mirrored and moved series."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics import nhs_rules
from workbench.statistics.anhoej import critical_values
from workbench.statistics.attribute_limits import p_chart
from workbench.statistics.nhs_rules import signals
from workbench.statistics.run_rules import RULE_SETS, PatternSet, points, within_box
from workbench.statistics.xmr import chart

PATTERNS = {name: rules for name, rules in RULE_SETS.items() if isinstance(rules, PatternSet)}
SERIES = st.lists(st.integers(-50, 50) | st.integers(-3, 3) | st.none(), min_size=1, max_size=40).map(
    lambda values: np.array(values, float)
)


def lines(length: int, phase=0) -> pd.DataFrame:
    """A centre line of 0 and a standard deviation of 1."""
    of_all = {"mean": 0.0, "lower": -3.0, "upper": 3.0, "near_lower": -2.0, "near_upper": 2.0, "sigma": 1.0}
    return pd.DataFrame({"phase": np.full(length, phase), **of_all})


def flagged(rules: str, name: str, z: list[float]) -> list[int]:
    """Places, from 1, of the points that break one rule of a set."""
    marked, _ = RULE_SETS[rules].found(np.array(z, float), lines(len(z)))[name]
    return (np.flatnonzero(marked) + 1).tolist()


def rules_of(series, rules):
    values = np.asarray(series, float)
    return signals(values, chart(values, screen=False), RULE_SETS[rules])


@pytest.mark.parametrize(
    ("key", "rule"),
    [("nel2", "shift"), ("nel3", "trend"), ("nel4", "alternating"), ("nel7", "hugging"), ("nel8", "mixture")],
)
def test_nelson_as_published(reference, key, rule):
    case = reference("targets", "rule-qcc-nelson")
    assert flagged("nelson", rule, case["inputs"][key]) == case["expected"][key]


@pytest.mark.parametrize(
    ("rules", "rule", "z", "places"),
    [
        # qcc 3.0, tests/testthat/test-rules.R
        ("western_electric", "outside", [0, 3.2, -3.5, 2.9], [2, 3]),
        ("western_electric", "two_of_three", [0, 2.5, 1.0, 2.6, 0], [4]),
        ("western_electric", "four_of_five", [0, 1.2, 1.3, 0.2, 1.4, 1.5], [6]),
        ("western_electric", "shift", [-1] * 8 + [1], [8]),
        ("nelson", "outside", [0, 3.2, -3.4, 3], [2, 3]),
        ("nelson", "two_of_three", [0, 2.3, 0.4, 2.2, -2.4, -0.2, -2.5], [4, 7]),
        ("nelson", "four_of_five", [1.2, 1.3, 0.2, 1.4, 1.5, -1.2, -1.3, -0.1, -1.4, -1.5], [5, 10]),
        ("nelson", "mixture", [1.2] * 8, []),
    ],
)
def test_western_electric_and_nelson_as_published_by_qcc(rules, rule, z, places):
    assert flagged(rules, rule, z) == places


def test_the_most_serious_rule_is_named():
    # qcc 3.0, tests/testthat/test-rules.R: 2 at places 3 to 7, 1 at place 8.
    z = [2.5] * 7 + [3.2]
    found = signals(z, lines(8), RULE_SETS["western_electric"])
    assert found["rule"].tolist() == ["", "", *["two_of_three"] * 5, "outside"]
    assert found["high"].tolist() == [0, 0, *[1] * 6]


@pytest.mark.parametrize("part", "abc")
def test_two_of_three_of_powerbi_as_published(reference, part):
    case = reference("targets", "rule-powerbi-2of3")
    values, low, high = (case["inputs"]["values"][part], case["inputs"]["ll95"], case["inputs"]["ul95"])
    limits = lines(len(values)).assign(mean=(low + high) / 2, near_lower=low, near_upper=high)
    marked, side = PATTERNS["powerbi"].found(np.array(values, float), limits)["two_of_three"]
    words = np.select([marked & (side > 0), marked & (side < 0)], ["upper", "lower"], "none")
    assert words.tolist() == case["expected"][part]


@pytest.mark.parametrize(
    ("rules", "rule", "one_short", "members"),
    [
        ("western_electric", "shift", [0.5] * 7, [8]),
        ("nelson", "shift", [0.5] * 8, [9]),
        ("powerbi", "shift", [0.5] * 6, list(range(1, 8))),
        ("runcharter", "shift", [0.5] * 8, list(range(1, 10))),
        ("nhs", "shift", [0.5] * 6, list(range(1, 8))),
        ("nhs_six", "shift", [0.5] * 5, list(range(1, 7))),
        ("powerbi", "trend", [0.1, 0.2, 0.3, 0.4], [1, 2, 3, 4, 5]),
        ("nelson", "trend", [0.1, 0.2, 0.3, 0.35, 0.4], [6]),
    ],
)
def test_runs_one_point_short_and_just_long_enough(rules, rule, one_short, members):
    assert flagged(rules, rule, one_short) == []
    assert flagged(rules, rule, [*one_short, 0.5]) == members


def test_the_nhs_rule_wants_the_third_point_on_the_same_side_and_the_others_do_not():
    z = [0, 2.5, -0.1, 2.5, 0]
    assert flagged("nhs", "two_of_three", z) == []
    assert flagged("powerbi", "two_of_three", z) == [2, 4]
    assert flagged("western_electric", "two_of_three", z) == [4]


def test_a_point_beyond_the_limit_counts_as_near_it_but_for_the_nhs():
    z = [0, 2.5, 3.5, 0]
    assert flagged("nhs", "two_of_three", [0.1, 2.5, 3.5, 0.1]) == []
    assert flagged("powerbi", "two_of_three", z) == [2, 3]
    assert flagged("western_electric", "two_of_three", z) == [3]


def test_two_points_at_the_start_do_for_powerbi_only():
    assert flagged("powerbi", "two_of_three", [2.5, 2.5]) == [1, 2]
    assert flagged("western_electric", "two_of_three", [2.5, 2.5]) == []
    assert flagged("western_electric", "two_of_three", [0, 2.5, 2.5]) == [3]


def test_on_the_line_is_not_beyond_it():
    assert flagged("western_electric", "outside", [3.0, -3.0]) == []
    assert flagged("western_electric", "two_of_three", [0, 2.0, 2.0, 2.0]) == []
    assert flagged("nelson", "hugging", [1.0, -1.0] * 7 + [1.0]) == [15]


def test_runcharter_skips_points_on_the_median_and_the_others_break_there():
    z = [0.5] * 4 + [0.0] + [0.5] * 5
    assert flagged("runcharter", "shift", z) == [1, 2, 3, 4, 6, 7, 8, 9, 10]
    assert flagged("nelson", "shift", z) == []


@pytest.mark.parametrize(
    ("rules", "rule", "z"),
    [
        ("western_electric", "shift", [0.5] * 4 + [np.nan] + [0.5] * 7),
        ("runcharter", "shift", [0.5] * 4 + [np.nan] + [0.5] * 8),
        ("western_electric", "two_of_three", [0, 2.5, np.nan, 2.5, 0]),
        ("powerbi", "two_of_three", [0, 2.5, np.nan, 2.5, 0]),
        ("nelson", "four_of_five", [1.5, 1.5, np.nan, 1.5, 1.5]),
        ("nelson", "hugging", [0.5, -0.5] * 7 + [np.nan] + [0.5]),
        ("nelson", "mixture", [1.5, -1.5] * 3 + [np.nan] + [1.5, -1.5]),
        ("nelson", "alternating", [1, 0] * 6 + [np.nan] + [1, 0]),
        ("nelson", "trend", [1, 2, 3, np.nan, 4, 5]),
    ],
)
def test_a_missing_point_breaks_every_pattern(rules, rule, z):
    assert flagged(rules, rule, z) == []


def test_patterns_without_a_side_are_named_and_are_neither_high_nor_low():
    found = signals([0.3, -0.3] * 8, lines(16), RULE_SETS["nelson"])
    assert found["rule"].tolist()[-3:] == ["alternating"] * 3
    assert set(found["high"]) == {0}


def test_members_of_overlapping_patterns_of_both_sides_are_all_flagged():
    both = PatternSet({"four_of_five": PATTERNS["nelson"].rules["four_of_five"]}, members=True)
    z = [1.5, 1.5, 1.5, -1.5, 1.5, -1.5, -1.5, -1.5]
    found = signals(z, lines(8), both)
    assert found["high"].tolist() == [1, 1, 1, -1, 1, -1, -1, -1]


def test_runs_do_not_cross_phases():
    limits = pd.concat([lines(5, phase=0), lines(5, phase=1)], ignore_index=True)
    assert set(signals([0.5] * 10, limits, RULE_SETS["western_electric"])["rule"]) == {""}


def test_varying_limits_are_those_of_each_point():
    # Half of 100 and of 10,000 cases count twice each: 60 % is beyond only the narrow limits.
    limits = p_chart([50, 5000, 50, 5000], [100, 10_000, 100, 10_000])
    assert signals([0.6] * 4, limits, RULE_SETS["outside"])["rule"].tolist() == ["", "outside"] * 2


def test_lines_of_one_sigma_that_a_chart_names_are_used():
    limits = lines(2).assign(one_lower=-0.1, one_upper=9.0)
    assert points(np.array([2.0, -0.5]), limits).one_sigma.tolist() == [0, -1]


@pytest.mark.parametrize("rules", RULE_SETS)
@pytest.mark.parametrize("series", [[], [7.0], [7.0, 7.0], [7.0] * 30, [0.1 + 0.2] * 30, [np.nan] * 20])
def test_short_constant_and_missing_series_have_no_signal(rules, series):
    found = rules_of(series, rules)
    assert len(found) == len(series)
    assert set(found["rule"]) <= {""}


@given(SERIES)
def test_reversing_the_sign_mirrors_every_signal(series):
    limits, mirrored = chart(series, screen=False), chart(-series, screen=False)
    for rules in RULE_SETS.values():
        up, down = signals(series, limits, rules), signals(-series, mirrored, rules)
        assert up["rule"].tolist() == down["rule"].tolist()
        assert up["high"].tolist() == (-down["high"]).tolist()


@given(SERIES, st.integers(-1000, 1000))
def test_adding_a_constant_changes_no_signal(series, by):
    limits, moved = chart(series, screen=False), chart(series + by, screen=False)
    for rules in RULE_SETS.values():
        assert signals(series, limits, rules).equals(signals(series + by, moved, rules))


@pytest.mark.parametrize("rules", RULE_SETS)
def test_a_series_full_of_patterns_is_mirrored_and_moved(rules):
    # Runs, trends, alternation, hugging and mixtures: the properties above are not empty.
    rng = np.random.default_rng(4)
    walk = rng.integers(-2, 3, 200).cumsum().astype(float)
    steady = [np.full(20, 0.5), np.full(20, -0.5)]
    pattern = np.concatenate([walk, np.tile([0.0, 1.0], 10), np.tile([9.0, -9.0], 6), *steady])
    limits = lines(len(pattern))
    found, mirrored = (signals(sign * pattern, limits, RULE_SETS[rules]) for sign in (1, -1))
    assert {-1, 1} <= set(found["high"])
    assert found["rule"].tolist() == mirrored["rule"].tolist()
    assert found["high"].tolist() == (-mirrored["high"]).tolist()
    moved = limits.assign(**{name: limits[name] + 7 for name in limits if name not in ("phase", "sigma")})
    assert signals(pattern + 7, moved, RULE_SETS[rules]).equals(found)


@given(series=SERIES, cut=st.integers(1, 40), rules=st.sampled_from(["western_electric", "nelson"]))
def test_a_flag_at_the_completing_point_needs_no_later_points(series, cut, rules):
    limits = chart(series)
    whole, early = (signals(series[:n], limits.iloc[:n], RULE_SETS[rules]) for n in (len(series), cut))
    assert whole.iloc[:cut].equals(early)


def test_the_nhs_sets_are_the_same_here_as_there():
    assert {name: RULE_SETS[name] for name in nhs_rules.RULE_SETS} == nhs_rules.RULE_SETS


def about_nought(values, rules):
    return signals(values, lines(len(values)), RULE_SETS[rules])["rule"].tolist()


def test_the_best_box_allows_24_points_a_run_of_seven_where_anhoej_allows_eight():
    eight = [1.0] * 8 + [-1.0, 1.0] * 8
    assert about_nought(eight, "anhoej") == [""] * 24
    assert about_nought(eight, "anhoej_best_box") == ["long_run"] * 8 + [""] * 16


def test_few_crossings_have_no_side_and_are_flagged_at_the_latest_useful_point():
    # 24 useful points in runs of four: 5 crossings, where 6 are the fewest of the box, and 8 Anhoej's; no run is long.
    fours = ([1.0] * 4 + [-1.0] * 4) * 3 + [np.nan, 0.0]
    found = signals(fours, lines(26), RULE_SETS["anhoej_best_box"])
    assert found["rule"].tolist() == [""] * 23 + ["few_crossings"] + [""] * 2
    assert found["high"].tolist() == [0] * 26
    six = [1.0] * 4 + [-1.0] * 4 + [1.0] * 4 + [-1.0] * 4 + [1.0] * 4 + [-1.0, -1.0, -1.0, 1.0]
    assert about_nought(six, "anhoej_best_box") == [""] * 24
    assert about_nought(six, "anhoej")[-1] == "few_crossings"


@pytest.mark.parametrize("n", [9, 101])
def test_beyond_the_published_sizes_the_best_box_gives_way_to_anhoej_s_own_values(n):
    assert within_box(n) == critical_values(n)
    assert within_box(24) == (7, 6)
