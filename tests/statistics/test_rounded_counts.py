"""The difference of two shares of which only rounded counts are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.differences import miettinen_nurminen
from workbench.statistics.proportions import score_test
from workbench.statistics.rounded_counts import difference_of_rounded


def test_exact_counts_give_the_score_interval_and_its_test():
    lower, upper, p = difference_of_rounded(56, 70, 0, 48, 80, 0)
    assert (lower, upper) == miettinen_nurminen(56, 70, 48, 80)
    assert p == score_test(56, 70, 48, 80)


def test_limits_move_apart_by_what_the_rounding_leaves_open():
    lower, upper, p = difference_of_rounded(60, 100, 10, 40, 100, 10)
    assert lower == miettinen_nurminen(50, 100, 50, 100)[0]
    assert upper == miettinen_nurminen(70, 100, 30, 100)[1]
    assert p == pytest.approx(1.0)


def test_where_either_may_be_larger_nothing_is_tested():
    assert difference_of_rounded(45, 100, 10, 40, 100, 10)[2] == 1.0


def test_counts_stay_between_none_and_all():
    assert difference_of_rounded(5, 20, 10, 15, 20, 10)[2] == 1.0


def test_rows_are_made_at_once_and_an_empty_group_is_missing():
    lower, upper, p = difference_of_rounded([60, 0], [100, 0], [0, 0], [40, 1], [100, 10], [0, 0])
    assert np.isnan([lower[1], upper[1], p[1]]).all()
    assert lower[0] == miettinen_nurminen(60, 100, 40, 100)[0]


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 10), st.integers(-10, 10), st.integers(-10, 10))
def test_every_true_count_has_its_interval_inside(x1, x2, slack, moved1, moved2):
    true1, true2 = (min(max(x + max(-slack, min(slack, m)), 0), 60) for x, m in ((x1, moved1), (x2, moved2)))
    lower, upper, p = difference_of_rounded(x1, 60, slack, x2, 60, slack)
    inner = miettinen_nurminen(true1, 60, true2, 60)
    assert lower <= inner[0] + 1e-9
    assert inner[1] <= upper + 1e-9
    exact = score_test(true1, 60, true2, 60)
    assert np.isnan(exact) or p >= exact - 1e-9
