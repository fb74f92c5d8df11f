"""Linear programmes that are solved with other weights: worked examples."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from workbench.disclosure.programme import Programme

PARTS = csr_array(np.array([[1.0, 1.0, -1.0]]))  # two parts and their total
NONE, FOUR = np.zeros(3), np.full(3, 4.0)


def test_finds_the_least_of_a_weighted_sum_within_bounds():
    found = Programme(PARTS, 0, 0).least(np.array([-1.0, 0.0, 0.0]), -FOUR, np.array([9.0, 2.0, 4.0]))
    assert found.x[0] == 8
    assert found.x.tolist() == [8, -4, 4]


def test_says_what_a_unit_of_a_row_is_worth():
    found = Programme(PARTS, 0, 0).least(np.array([-1.0, 0.0, 0.0]), -FOUR, np.array([9.0, 2.0, 4.0]))
    assert found.duals.tolist() == [-1]


def test_begins_anew_so_that_order_does_not_matter():
    sums, ways = Programme(PARTS, 0, 0), [np.array(way) for way in ([-1.0, 0, 0], [1.0, -2, 0], [0, 0, 1.0])]
    forward = [sums.least(way, -FOUR, FOUR).x.tolist() for way in ways]
    backward = [sums.least(way, -FOUR, FOUR).x.tolist() for way in reversed(ways)]
    assert forward == backward[::-1]


def test_goes_on_to_a_sum_as_small_as_that_of_a_search_begun_anew():
    sums = Programme(PARTS, 0, 0, presolve="off")
    sums.least(np.array([-1.0, 0, 0]), -FOUR, FOUR)
    further = sums.least(np.array([1.0, -2, 0]), -FOUR, np.array([4.0, 3.0, 4.0]), on=True)
    assert further.x.tolist() == [-4, 3, -1]
    assert sums.least(np.array([0, 0, 1.0]), NONE, FOUR, on=True).x.tolist() == [0, 0, 0]


def test_finds_nothing_where_nothing_is_possible():
    found = Programme(PARTS, 9, 9).least(np.ones(3), NONE, FOUR)
    assert found.x is None
    assert not found.cut_short


@pytest.mark.parametrize(("whole", "least"), [(False, 1.5), (True, 2)])
def test_whole_numbers_only_where_they_are_asked_for(whole, least):
    found = Programme(csr_array([[2.0, 2.0]]), 3, np.inf, whole).least(
        np.ones(2), np.zeros(2), np.full(2, 4.0)
    )
    assert found.x.sum() == least


def test_says_that_a_search_was_cut_short():
    """Whether some of these numbers make up half of the sum: no rounding finds out, and one case is not enough."""
    numbers = np.random.default_rng(0).integers(0, 100, (2, 12)).astype(float)
    half = numbers.sum(axis=1) // 2
    shares = Programme(csr_array(numbers), half, half, True, presolve="off", mip_max_nodes=1)
    found = shares.least(np.zeros(12), np.zeros(12), np.ones(12))
    assert found.x is None
    assert found.cut_short
