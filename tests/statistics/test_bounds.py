from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.bounds import gap_bounds, rate_gap_bounds

GROUP = st.tuples(st.integers(0, 5), st.integers(1, 5)).map(lambda c: (min(c), max(c)))
UNKNOWN = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda c: (min(c), max(c)))


def test_nothing_unknown_leaves_the_gap_as_it_is():
    found = gap_bounds(3, 10, 2, 20, 0, 0)
    assert found.lowest_difference == found.highest_difference == pytest.approx(0.2)
    assert found.lowest_ratio == found.highest_ratio == pytest.approx(3)


def test_unknown_rows_at_their_worst_and_best():
    # 4 unknown, 1 with the event: lowest 3/13 - 3/21, highest 4/11 - 2/23
    found = gap_bounds(3, 10, 2, 20, 1, 4)
    assert found.lowest_difference == pytest.approx(3 / 13 - 3 / 21)
    assert found.highest_difference == pytest.approx(4 / 11 - 2 / 23)
    assert found.lowest_ratio == pytest.approx((3 / 13) / (3 / 21))
    assert found.highest_ratio == pytest.approx((4 / 11) / (2 / 23))


def test_an_empty_group_has_no_bounds():
    found = gap_bounds([0, 3], [0, 5], [3, 0], [5, 0], 1, 4)
    assert np.isnan([found.lowest_difference, found.highest_ratio]).all()
    assert np.isnan(rate_gap_bounds(3, 0, 2, 10, 1).lowest_difference)


def test_a_group_without_events_may_have_an_infinite_ratio():
    found = gap_bounds(3, 10, 0, 20, 1, 4)
    assert found.highest_ratio == np.inf
    assert found.lowest_ratio == pytest.approx((3 / 13) / (1 / 21))
    assert np.isnan(gap_bounds(0, 10, 0, 20, 0, 4).highest_ratio)


def test_more_unknown_events_than_rows_are_refused():
    with pytest.raises(ValueError, match="got 5 of 4"):
        gap_bounds(3, 10, 2, 20, 5, 4)


def test_events_per_residents_of_unknown_group():
    found = rate_gap_bounds(30, 1000, 40, 4000, 10)
    assert found.lowest_difference == pytest.approx(0.03 - 0.0125)
    assert found.highest_difference == pytest.approx(0.04 - 0.01)
    assert (found.lowest_ratio, found.highest_ratio) == pytest.approx((2.4, 4))


@given(GROUP, GROUP, UNKNOWN)
def test_bounds_are_those_of_every_assignment(first, second, unknown):
    (x1, n1), (x2, n2), (xu, nu) = first, second, unknown
    differences, ratios = [], []
    for e1, e2, o1, o2 in product(range(xu + 1), range(xu + 1), range(nu - xu + 1), range(nu - xu + 1)):
        if e1 + e2 > xu or o1 + o2 > nu - xu:
            continue
        one, two = (x1 + e1) / (n1 + e1 + o1), (x2 + e2) / (n2 + e2 + o2)
        differences.append(one - two)
        if one or two:
            ratios.append(one / two if two else np.inf)
    found = gap_bounds(x1, n1, x2, n2, xu, nu)
    assert found.lowest_difference == pytest.approx(min(differences))
    assert found.highest_difference == pytest.approx(max(differences))
    if ratios and x2 + xu:
        assert found.lowest_ratio == pytest.approx(min(ratios))
        if x1 + xu:
            assert found.highest_ratio == pytest.approx(max(ratios))


@given(GROUP, GROUP, UNKNOWN)
def test_exchanging_the_groups_turns_the_bounds_round(first, second, unknown):
    found, turned = gap_bounds(*first, *second, *unknown), gap_bounds(*second, *first, *unknown)
    assert turned.lowest_difference == pytest.approx(-found.highest_difference)
    assert turned.highest_difference == pytest.approx(-found.lowest_difference)
