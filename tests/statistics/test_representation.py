"""Shares and segregation: published figures, boundaries, invariants, what chance alone shows."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.representation import (
    MARGIN,
    bias_corrected_dissimilarity,
    demographic_score,
    dissimilarity,
    extremes,
    geographic_scores,
    relative_inequity,
    score,
)


@pytest.fixture
def docks(shared, reference):
    """Docks and residents of the tracts of the published case."""
    case = reference("disparity", "sedt_mpls_geo")
    with open(shared / "cases" / case["inputs"]["data_file"], encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    amounts = ([float(row[column]) for row in rows] for column in ("weighted_counts", "prop_pop"))
    return (*amounts, case["expected"])


def test_published_dissimilarities_are_reproduced(reference):
    case = reference("disparity", "seg_D")
    found = [float(dissimilarity(*case["inputs"][name])) for name in sorted(case["inputs"])]
    assert found == pytest.approx(case["expected"], abs=1e-12)


def test_published_scores_of_places_are_reproduced(docks):
    resource, baseline, expected = docks
    found = geographic_scores(resource, baseline)
    assert found.size == 121
    assert list(found[:10]) == pytest.approx(expected["first10"], abs=1e-9)
    assert [found.max(), found.min()] == pytest.approx([expected["max"], expected["min"]], abs=1e-9)
    # The field note's own figure for the same places.
    assert dissimilarity(resource, baseline) == pytest.approx(0.438546, abs=5e-7)


def test_published_scores_of_groups_are_reproduced_without_their_mixed_errors(reference):
    case = reference("disparity", "sedt_mpls_demo")
    rows = case["inputs"]["rows"]
    columns = ("data_value", "data_value_sd", "summary_value", "summary_value_margin")
    found = [score(*(row[column] for column in columns)) for row in rows]
    assert [one.difference for one in found] == pytest.approx(case["expected"]["diff"], rel=1e-9)
    assert [one.p < 0.05 for one in found] == [True, True, True, False, True]
    # The published flags come back when the margin is taken for a standard error, which is the tool's slip.
    slips = [
        score(*(row[column] for column in columns[:3]), row[columns[3]] * MARGIN).p < 0.05 for row in rows
    ]
    assert slips == case["expected"]["sig"]


def test_published_extremes_of_selection_rates_are_reproduced(reference):
    case = reference("disparity", "fl_metricframe")
    chosen, group = np.array(case["inputs"]["y_pred"]), np.array(case["inputs"]["group"])
    rates = [chosen[group == name].mean() for name in "abc"]
    expected = case["expected"]
    assert rates == pytest.approx([expected[name] for name in "abc"])
    found = extremes(rates, chosen.mean())
    assert chosen.mean() == pytest.approx(expected["overall"], rel=1e-6)
    assert [
        found.difference_between,
        found.ratio_between,
        found.difference_to_overall,
        found.ratio_to_overall,
    ] == pytest.approx(
        [expected[name] for name in ("diff_between", "ratio_between", "diff_to_overall", "ratio_to_overall")],
        rel=1e-6,
    )


def test_extremes_at_their_boundaries():
    assert extremes([0.5], 0.5) == extremes([0.5, np.nan], 0.5)
    assert [extremes([0.5], 0.5).difference_between, extremes([0.5], 0.5).ratio_to_overall] == [0, 1]
    assert extremes([0, 0.5], 0.25).ratio_between == extremes([0, 0.5], 0.25).ratio_to_overall == 0
    assert np.isnan(extremes([0, 0], 0).ratio_between)
    assert np.isnan(extremes([], 0.5).difference_between)


def test_relative_inequity_is_the_excess_over_the_share_of_the_population():
    assert list(relative_inequity([20, 10, 0, 30], [10, 10, 5, 60])) == [100, 0, -100, -50]
    assert np.isnan(relative_inequity([3], [0]))[0]
    assert relative_inequity(12.6, 7.0) == pytest.approx(80)


def test_dissimilarity_at_its_boundaries():
    assert dissimilarity([1, 2, 3], [10, 20, 30]) == 0
    assert dissimilarity([5, 0], [0, 7]) == 1
    assert dissimilarity([5], [7]) == 0
    assert np.isnan(dissimilarity([0, 0], [1, 2]))
    assert dissimilarity([[5, 0], [1, 1]], [0, 7]) == pytest.approx([1, 0.5])


def test_people_dealt_out_at_random_look_segregated_until_it_is_corrected():
    rng = np.random.default_rng(9)
    a, b = (rng.multinomial(number, [1 / 60] * 60) for number in (300, 900))
    found = bias_corrected_dissimilarity(a, b)
    assert found.value > 0.15
    assert found.noise == pytest.approx(found.value, abs=0.04)
    assert found.value < found.noise_upper
    assert found.corrected < found.value - 0.05
    assert bias_corrected_dissimilarity(a, b) == found


def test_the_noise_of_two_places_of_one_person_is_certain():
    # One of each group in two places of one person: always apart.
    found = bias_corrected_dissimilarity([1, 0], [0, 1], replicates=50)
    assert [found.value, found.noise, found.noise_upper] == [1, 1, 1]
    # Everybody in one place cannot be apart.
    assert bias_corrected_dissimilarity([5], [9], replicates=50).noise == 0


def test_true_segregation_survives_the_correction():
    found = bias_corrected_dissimilarity([900, 100], [100, 900])
    assert found.value == pytest.approx(0.8)
    assert found.corrected == pytest.approx(0.8, abs=0.005)
    assert found.noise < 0.03


def test_counts_that_cannot_be_people_are_refused_and_nobody_is_missing():
    assert np.isnan(bias_corrected_dissimilarity([0, 0], [1, 2]).value)
    with pytest.raises(ValueError, match=r"whole numbers.*got 1\.5"):
        bias_corrected_dissimilarity([1.5, 2], [1, 2])
    with pytest.raises(ValueError, match="got -1"):
        bias_corrected_dissimilarity([1, 2], [1, -1])


def test_scores_of_a_group_near_a_resource():
    # Three quarters of the docks in a place that is 40 percent, a quarter where it is 20: 35 against 30.
    found = demographic_score([3, 1], [40, 20], [3.29, 3.29], 30, 1.645)
    assert found.difference == pytest.approx(5)
    assert found.standard_error == pytest.approx(np.sqrt(1.5**2 + 0.5**2 + 1))
    assert found.p == pytest.approx(0.00753, abs=1e-5)
    assert np.isnan(demographic_score([0, 0], [40, 20], [1, 1], 30, 1).difference)
    assert np.isnan(score(5, 0, 4, 0).p)


COUNTS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=8).filter(
    lambda places: sum(a for a, _ in places) and sum(b for _, b in places)
)


@given(COUNTS, st.randoms(use_true_random=False))
def test_the_order_of_places_and_of_groups_is_nothing_to_dissimilarity(places, order):
    a, b = zip(*places, strict=True)
    shuffled = list(places)
    order.shuffle(shuffled)
    expected = pytest.approx(float(dissimilarity(a, b)), abs=1e-12)
    assert dissimilarity(b, a) == expected
    assert dissimilarity(*zip(*shuffled, strict=True)) == expected


@given(COUNTS, st.integers(2, 4))
def test_splitting_a_place_into_like_ones_changes_no_dissimilarity(places, parts):
    a, b = (np.array(group, float) for group in zip(*places, strict=True))
    split = [np.concatenate([np.full(parts, group[0] / parts), group[1:]]) for group in (a, b)]
    assert dissimilarity(*split) == pytest.approx(float(dissimilarity(a, b)), abs=1e-12)


@given(COUNTS)
def test_a_group_spread_like_everybody_has_no_score(places):
    people = np.array([a + b for a, b in places])
    assert geographic_scores(people * 3, people) == pytest.approx(np.zeros(people.size))
