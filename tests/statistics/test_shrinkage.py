"""Empirical-Bayes rates and ranks: published figures, boundaries, invariants."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.shrinkage import ranks, shrunken


def test_published_rates_of_counties_are_reproduced(shared, reference):
    case = reference("disparity", "esda_eb")
    with open(shared / "cases" / case["inputs"]["data_file"], encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    x, n = ([float(row[column]) for row in rows] for column in ("SID74", "BIR74"))
    found = shrunken(x, n)
    assert found.rate[:5] == pytest.approx(case["expected"], abs=case["tolerance"]["abs"])


def test_three_places_by_hand():
    # 60 events of 600: b = 0.1. Rates 0.2, 0.1, 0.05; a = (100 0.01 + 0 + 200 0.0025) / 600 - 0.1 / 200.
    found = shrunken([20, 30, 10], [100, 300, 200])
    a = 1.5 / 600 - 0.1 / 200
    weight = a / (a + 0.1 / np.array([100, 300, 200]))
    assert [found.mean, found.between_variance] == pytest.approx([0.1, a])
    assert found.weight == pytest.approx(weight)
    assert found.rate == pytest.approx(0.1 + weight * np.array([0.1, 0, -0.05]))
    assert found.standard_error == pytest.approx(np.sqrt(a * (1 - weight)))


def test_differences_that_chance_explains_are_shrunken_away():
    found = shrunken([10, 11, 9], [100, 100, 100])
    assert found.between_variance == 0
    assert list(found.rate) == pytest.approx([0.1] * 3)
    assert list(found.weight) == list(found.standard_error) == [0, 0, 0]


def test_a_place_without_exposure_has_the_mean_of_all():
    found = shrunken([20, 30, 0, 10], [100, 300, 0, 200])
    assert found.rate[2] == found.mean == pytest.approx(0.1)
    assert found.weight[2] == 0
    assert found.standard_error[2] == pytest.approx(found.between_variance**0.5)
    # It counts for nothing in the mean size of places.
    assert found.between_variance == pytest.approx(shrunken([20, 30, 10], [100, 300, 200]).between_variance)


def test_nothing_at_all_and_no_events():
    assert np.isnan(shrunken([0, 0], [0, 0]).rate).all()
    assert list(shrunken([0, 0], [10, 20]).rate) == [0, 0]
    assert list(shrunken([5], [10]).rate) == [0.5]


def test_the_planted_variance_is_found_and_the_posterior_holds_the_truth():
    rng = np.random.default_rng(12)
    n = rng.integers(100, 900, 2000)
    truth = np.clip(rng.normal(0.05, 0.015, 2000), 0, 1)
    found = shrunken(rng.poisson(n * truth), n)
    assert found.between_variance**0.5 == pytest.approx(0.015, rel=0.08)
    held = np.abs(found.rate - truth) <= 1.96 * found.standard_error
    assert held.mean() == pytest.approx(0.95, abs=0.02)


def test_ranks_of_places_far_apart_are_certain():
    found = ranks([3, 1, 2], [0.001, 0.001, 0.001])
    assert [list(found.rank), list(found.lower), list(found.upper)] == [[1, 3, 2]] * 3


def test_places_that_cannot_be_told_apart_have_any_rank():
    found = ranks([5, 5, 5, 5], [0, 0, 0, 0])
    assert list(found.rank) == [2.5] * 4
    assert list(found.lower) == [1] * 4
    assert list(found.upper) == [4] * 4


def test_a_place_with_a_missing_estimate_has_no_rank():
    found = ranks([3, np.nan, 2, 4], [1, 1, 1, np.nan])
    assert np.isnan(found.rank[[1, 3]]).all()
    assert list(found.rank[[0, 2]]) == [1, 2]
    assert found.upper[0] == 2
    assert ranks([], []).rank.size == 0


def test_intervals_of_ranks_hold_the_true_rank():
    rng, truth = np.random.default_rng(13), np.linspace(0, 3, 10)
    held = 0
    for _ in range(100):
        found = ranks(truth + 0.3 * rng.normal(size=10), np.full(10, 0.3), replicates=400)
        held += ((found.lower <= np.arange(10, 0, -1)) & (np.arange(10, 0, -1) <= found.upper)).sum()
    assert held / 1000 >= 0.93


def test_the_same_seed_gives_the_same_intervals():
    places = np.linspace(0, 1, 20), np.full(20, 0.2)
    assert list(ranks(*places).lower) == list(ranks(*places).lower)
    assert list(ranks(*places).lower) != list(ranks(*places, seed=3, replicates=50).lower)


PLACES = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 400)), min_size=1, max_size=10)


@given(PLACES)
def test_a_shrunken_rate_lies_between_its_own_and_the_mean(places):
    x, n = (np.array(column) for column in zip(*places, strict=True))
    found, own = shrunken(x, n), x / n
    assert (np.minimum(own, found.mean) - 1e-12 <= found.rate).all()
    assert (found.rate <= np.maximum(own, found.mean) + 1e-12).all()
    assert ((found.weight >= 0) & (found.weight < 1)).all()


@given(PLACES, st.randoms(use_true_random=False))
def test_relabelling_places_permutes_their_rates(places, order):
    labels = list(range(len(places)))
    order.shuffle(labels)
    plain = shrunken(*zip(*places, strict=True))
    found = shrunken(*zip(*[places[label] for label in labels], strict=True))
    assert found.rate == pytest.approx(plain.rate[labels])


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 2)), min_size=1, max_size=10))
def test_every_interval_holds_its_rank(places):
    found = ranks(*zip(*places, strict=True), replicates=50)
    assert (found.lower >= 1).all()
    assert (found.upper <= len(places)).all()
    assert ((found.lower <= found.rank) & (found.rank <= found.upper)).all()
