from dataclasses import replace

import numpy as np
import pytest

from workbench.disparity_review.places.standing import Places, standing
from workbench.statistics.shrinkage import shrunken

X = np.array([5.0, 30, 60, 20, 100, 8])
N = np.array([100.0, 300, 400, 250, 500, 60])


def places(x=X, n=N, *, coarse=False, favourable=False, per_exposure=True) -> Places:
    """Places around the rate of all of them."""
    x, n = np.asarray(x, float), np.asarray(n, float)
    target = float(x.sum() / n.sum()) if n.sum() else 0.0
    return Places(x, n, target, n.mean(), 0.95, favourable, per_exposure, coarse)


def test_rates_of_an_exposure_are_marshalls():
    assert standing(places()).rate == pytest.approx(shrunken(X, N).rate)


def test_proportions_shrink_by_their_binomial_chance():
    """At nine in ten Poisson chance would be ten times the binomial, and draw every place to the mean."""
    n = np.full(6, 400.0)
    x = np.array([336.0, 344, 350, 352, 356, 362])
    found = standing(places(x, n, per_exposure=False))
    middle, variance = 0.875, np.var(x / n)
    by_chance = middle * (1 - middle) / 400
    weight = (variance - by_chance) / variance
    assert found.rate == pytest.approx(middle + weight * (x / n - middle))
    assert shrunken(x, n).between_variance == 0


def test_rank_one_is_the_worst_off():
    adverse, good = standing(places()), standing(places(favourable=True))
    assert adverse.rank.tolist() == [6, 4, 2, 5, 1, 3]
    assert good.rank.tolist() == [1, 3, 5, 2, 6, 4]
    assert (adverse.lower <= adverse.rank).all()
    assert (adverse.upper >= adverse.rank).all()


def test_places_that_chance_explains_have_one_rate_and_any_rank():
    found = standing(places([50, 51, 49, 50, 50], [500] * 5))
    assert found.rate == pytest.approx(0.1)
    assert found.rank.tolist() == [3] * 5
    assert (found.lower.tolist(), found.upper.tolist()) == ([1] * 5, [5] * 5)


@pytest.mark.parametrize("coarse", [False, True])
def test_a_place_without_trials_has_no_standing(coarse):
    found = standing(places([10, 60, 0, 40], [200, 300, 0, 400], coarse=coarse))
    assert np.isnan([found.rate[2], found.rank[2], found.lower[2], found.upper[2]]).all()
    assert np.isfinite(np.delete(found.rank, 2)).all()


@pytest.mark.parametrize("coarse", [False, True])
def test_one_place_stands_alone(coarse):
    found = standing(places([10], [200], coarse=coarse))
    assert (found.rate[0], found.rank[0], found.lower[0], found.upper[0]) == (0.05, 1, 1, 1)


@pytest.mark.parametrize("coarse", [False, True])
@pytest.mark.parametrize("x", [[0, 0, 0], [20, 30, 40]])
def test_nobody_and_everybody_have_no_spread(coarse, x):
    found = places(x, [20, 30, 40], coarse=coarse, per_exposure=False)
    assert (found.tau2, found.between) == (0, 0)


def wide(number: int = 30) -> Places:
    """Places with rates about 20 percent whose true standard deviation is 7 points."""
    random = np.random.default_rng(8)
    rates = np.clip(random.normal(0.2, 0.07, number), 0.02, 1)
    return places(random.binomial(200, rates), np.full(number, 200.0), per_exposure=False)


@pytest.mark.parametrize("per_exposure", [False, True])
def test_told_coarsely_places_differ_by_a_power_of_two_times_chance(per_exposure):
    exact, told = (replace(wide(), coarse=coarse, per_exposure=per_exposure) for coarse in (False, True))
    assert told.told in (0.5, 1, 2, 4, 8)
    for name in ("tau2", "between"):
        assert 0.4 < getattr(told, name) / getattr(exact, name) < 2.5


def test_told_coarsely_places_that_chance_explains_do_not_differ():
    random = np.random.default_rng(2)
    found = [
        places(random.binomial(200, 0.2, 30), np.full(30, 200.0), per_exposure=False) for _ in range(100)
    ]
    assert sum(replace(each, coarse=True).told > 0 for each in found) <= 15


def test_told_coarsely_hardly_any_count_moves_another_places_standing():
    before = replace(wide(), coarse=True)
    moved = 0
    for place, change in np.ndindex(30, 23):
        after = replace(before, x=np.maximum(before.x + (change - 11) * (np.arange(30) == place), 0))
        there, here = standing(before), standing(after)
        moved += (np.delete(there.rate, place) != np.delete(here.rate, place)).any()
    assert moved <= 30  # of 690


def test_told_coarsely_ranks_are_near_those_of_the_others():
    exact, told = standing(wide()), standing(replace(wide(), coarse=True))
    assert np.abs(exact.rank - told.rank).max() <= 4
    assert (told.lower <= told.rank).all()
    assert (told.upper >= told.rank).all()
    assert told.lower.min() >= 1
    assert told.upper.max() <= 30
