"""Moran's I: published figures, boundaries, invariants, planted clusters."""

import csv
import json
from itertools import combinations
from math import erf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.statistics.autocorrelation import (
    CLUSTERS,
    local_moran_rate,
    moran,
    moran_rate,
    standardised_rates,
)


def grid(side):
    """Pairs of the squares of a chessboard that share an edge."""
    across = [(place, place + 1) for place in range(side * side) if (place + 1) % side]
    down = [(place, place + side) for place in range(side * (side - 1))]
    return across + down


@pytest.mark.parametrize(("name", "column"), [("esda_moran_sids", "SIDR74"), ("esda_moran_stl", "HR8893")])
def test_published_moran_is_reproduced(shared, reference, name, column):
    case = reference("disparity", name)
    folder, given_files = shared / "cases", case["inputs"]
    with open(folder / given_files["data_file"], encoding="utf-8") as file:
        values = [float(row[column]) for row in csv.DictReader(file)]
    touching = json.loads((folder / given_files["neighbours"]).read_text())
    place = {label: at for at, label in enumerate(touching)}
    found = moran(values, [(place[a], place[b]) for a in touching for b in touching[a]])
    assert found.i == pytest.approx(case["expected"]["I"], rel=case["tolerance"]["rel"])
    assert found.p_normal == pytest.approx(case["expected"]["p_norm"], rel=case["tolerance"]["rel"])
    assert found.p == 0.001
    assert found.islands == ()


def test_a_row_of_four_places_by_hand():
    # Values 1 2 3 4, distances -1.5 -0.5 0.5 1.5, means of the neighbours -0.5 -0.5 0.5 0.5.
    pairs = [(0, 1), (1, 2), (2, 3)]
    found = moran([1, 2, 3, 4], pairs)
    assert found.i == pytest.approx((0.75 + 0.25 + 0.25 + 0.75) / 5)
    assert found.expected == pytest.approx(-1 / 3)
    # Of the 24 orders of four values two are as ordered as this one.
    assert found.p == pytest.approx(2 / 24, abs=0.03)
    # S0 = 4, S1 = 5.5, S2 = (1.5^2 + 2.5^2) 2 = 17.
    spread = np.sqrt((16 * 5.5 - 4 * 17 + 3 * 16) / (16 * 15) - 1 / 9)
    assert found.p_normal == pytest.approx(0.5 * (1 - erf((0.4 + 1 / 3) / spread / 2**0.5)), abs=1e-9)


def test_a_chessboard_is_unlike_its_neighbours():
    board = np.add.outer(range(8), range(8)).ravel() % 2
    found = moran(board, grid(8))
    assert found.i == pytest.approx(-1)
    assert found.p == 1
    assert found.p_normal > 0.999


def test_islands_are_listed_and_left_out():
    values = [1, 2, 3, 4, 100, np.nan]
    found = moran(values, [(0, 1), (1, 2), (2, 3), (5, 5), (3, 5)])
    assert found.islands == (4,)
    assert found.i == pytest.approx(moran(values[:4], [(0, 1), (1, 2), (2, 3)]).i)
    # A place whose only neighbour has no value is an island too.
    assert moran([1, 2, 3, np.nan, 5], [(0, 1), (1, 2), (3, 4)]).islands == (4,)


def test_a_map_that_has_no_pattern_to_look_for():
    for values, pairs in (
        ([5, 5, 5, 5], [(0, 1), (1, 2), (2, 3)]),
        ([1, 2], [(0, 1)]),
        ([], []),
        ([1, 2, 3], []),
    ):
        found = moran(values, pairs)
        assert np.isnan([found.i, found.expected, found.p, found.p_normal]).all()
    # However small the unit, a pattern is a pattern.
    assert moran([1e-200, 2e-200, 3e-200], [(0, 1), (1, 2)]).i == pytest.approx(0)
    # One tenth three times is not quite three tenths: rounding is no variation.
    assert np.isnan(moran([0.1, 0.1, 0.1, 0.3 / 3], [(0, 1), (1, 2), (2, 3)]).i)


def test_rates_are_standardised_by_size():
    # b = 0.1 and a = 0.002, as in the empirical-Bayes test of the same three places.
    found = standardised_rates([20, 30, 10, 0], [100, 300, 200, 0])
    spread = np.sqrt(0.002 + 0.1 / np.array([100, 300, 200]))
    assert found[:3] == pytest.approx(np.array([0.1, 0, -0.05]) / spread)
    assert np.isnan(found[3])
    # Where the variance between places comes out too far below 0, chance alone is the spread.
    alike = standardised_rates([10, 11, 900], [100, 100, 9000])
    assert alike[2] == pytest.approx((0.1 - 921 / 9200) / np.sqrt(921 / 9200 / 9000))
    assert np.isnan(standardised_rates([0, 0], [10, 20])).all()
    assert np.isnan(standardised_rates([0], [0])).all()


def test_moran_of_rates_is_moran_of_standardised_rates():
    rng = np.random.default_rng(14)
    n = rng.integers(50, 5000, 36)
    x = rng.binomial(n, 0.05)
    assert moran_rate(x, n, grid(6)) == moran(standardised_rates(x, n), grid(6))


DIAGONALS = [
    (row * 10 + column, (row + 1) * 10 + column + step)
    for row in range(9)
    for column in range(10)
    for step in (-1, 1)
    if 0 <= column + step < 10
]


def planted():
    """A board of 100 places with a corner of 25 that is three times as bad, and one good place among them."""
    rate = np.full(100, 0.10)
    for row in range(5):
        rate[row * 10 : row * 10 + 5] = 0.30
    rate[22] = 0.02
    n = np.full(100, 1000)
    return np.random.default_rng(15).binomial(n, rate), n


def test_a_planted_cluster_is_found_and_the_rest_is_not():
    x, n = planted()
    found = local_moran_rate(x, n, [*grid(10), *DIAGONALS])
    inside = [row * 10 + column for row in range(1, 4) for column in range(1, 4)]
    assert {found.cluster[place] for place in inside if place != 22} == {"high among high"}
    assert found.cluster[22] == "low among high"
    far = [place for place in range(100) if place // 10 > 5 or place % 10 > 5]
    assert set(found.cluster[far]) <= {"", "low among low"}
    assert set(found.cluster) <= set(CLUSTERS)
    assert found.q == pytest.approx(np.maximum(found.q, found.p))
    assert moran_rate(x, n, grid(10)).p == 0.001
    # Turned around, the good corner is low among low.
    assert local_moran_rate(n - x, n, [*grid(10), *DIAGONALS]).cluster[11] == "low among low"


def test_local_p_values_are_those_of_all_possible_neighbours():
    pairs, n = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (4, 5)], np.full(6, 1000)
    x = np.array([90, 80, 60, 40, 30, 10])
    found = local_moran_rate(x, n, pairs, permutations=20_000)
    z = standardised_rates(x, n) - standardised_rates(x, n).mean()
    for place in range(6):
        neighbours = [a + b - place for a, b in pairs if place in (a, b)]
        others = [other for other in range(6) if other != place]
        middle = z[others].mean()
        means = np.array([z[list(some)].mean() for some in combinations(others, len(neighbours))])
        exact = (np.abs(means - middle) >= abs(z[neighbours].mean() - middle) - 1e-9).mean()
        assert found.p[place] == pytest.approx(exact, abs=0.015)


def test_too_few_permutations_cannot_pass_the_correction():
    x, n = planted()
    assert set(local_moran_rate(x, n, grid(10), permutations=19).cluster) == {""}


def test_without_a_pattern_few_places_are_called_clusters():
    rng, called = np.random.default_rng(16), 0
    for _ in range(60):
        n = rng.integers(100, 2000, 64)
        found = local_moran_rate(rng.poisson(n * 0.05), n, grid(8), permutations=1999)
        called += (found.cluster != "").any()
    assert called <= 8


def test_local_figures_of_islands_are_missing():
    found = local_moran_rate([5, 50, 20, 9, 3], [100, 200, 150, 120, 0], [(0, 1), (1, 2), (2, 4)])
    assert found.islands == (3,)
    assert np.isnan(found.i[[3, 4]]).all()
    assert np.isnan(found.q[[3, 4]]).all()
    assert list(found.cluster[[3, 4]]) == ["", ""]
    assert np.isfinite(found.p[[0, 1, 2]]).all()
    nothing = local_moran_rate([0, 0], [5, 5], [(0, 1)])
    assert np.isnan(nothing.i).all()
    assert list(nothing.cluster) == ["", ""]


def test_local_figures_add_up_to_that_of_the_map():
    x, n = planted()
    whole, places = moran_rate(x, n, grid(10)), local_moran_rate(x, n, grid(10), permutations=9)
    assert places.i.sum() / 99 == pytest.approx(whole.i)


@settings(max_examples=25)
@given(st.lists(st.floats(-100, 100), min_size=9, max_size=9), st.permutations(range(9)))
def test_relabelling_places_changes_no_pattern(values, labels):
    place = {label: at for at, label in enumerate(labels)}
    plain = moran(values, grid(3), permutations=9)
    found = moran(
        [values[label] for label in labels], [(place[a], place[b]) for a, b in grid(3)], permutations=9
    )
    assert [found.i, found.p_normal] == pytest.approx([plain.i, plain.p_normal], nan_ok=True, abs=1e-9)


@settings(max_examples=25)
@given(st.lists(st.integers(-100, 100), min_size=9, max_size=9), st.floats(0.1, 50), st.floats(-9, 9))
def test_the_unit_of_the_values_and_the_order_of_pairs_are_nothing_to_it(values, scale, shift):
    plain = moran(values, grid(3), permutations=99)
    turned = [(b, a) for a, b in grid(3)] + grid(3)
    found = moran(np.array(values) * scale + shift, turned, permutations=99)
    assert [found.i, found.p] == pytest.approx([plain.i, plain.p], nan_ok=True, abs=1e-9)
