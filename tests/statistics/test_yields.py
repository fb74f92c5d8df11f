"""Yields: by hand, boundaries, and whether the intervals hold their level."""

import numpy as np
import pytest

from workbench.statistics.yields import complete_and_accurate, first_pass_yield, rolled_yield


def test_first_pass_yield_is_clean_passes_over_passes():
    found = first_pass_yield(90, 100)
    assert (found.value, found.n) == (0.9, 100)
    assert (found.lower, found.upper) == pytest.approx((0.8256, 0.9448), abs=5e-5)  # Wilson


def test_complete_and_accurate_is_what_was_not_sent_back():
    assert complete_and_accurate(10, 100) == first_pass_yield(90, 100)


def test_rolled_yield_is_the_product():
    found = rolled_yield([95, 90, 80], [100, 100, 100])
    assert found.value == pytest.approx(0.684)
    assert found.lower < 0.684 < found.upper


def test_one_step_rolled_is_the_step():
    found, alone = rolled_yield([90], [100]), first_pass_yield(90, 100)
    assert (found.value, found.lower, found.upper) == pytest.approx((alone.value, alone.lower, alone.upper))


def test_steps_without_a_fault_still_leave_doubt():
    found = rolled_yield([20, 20], [20, 20])
    alone = first_pass_yield(20, 20).lower
    assert (found.value, found.upper) == (1.0, 1.0)
    assert found.lower == pytest.approx(alone ** np.sqrt(2))


def test_a_step_that_nothing_passes_rightly_leaves_nothing():
    found = rolled_yield([0, 20], [20, 20])
    assert (found.value, found.lower) == (0.0, 0.0)
    assert found.upper == first_pass_yield(0, 20).upper


@pytest.mark.parametrize(("clean", "passes"), [([], []), ([0], [0]), ([5, 0], [5, 0])])
def test_a_step_without_passes_has_no_yield(clean, passes):
    found = rolled_yield(clean, passes)
    assert (found.value, found.lower, found.upper, found.n) == (None, None, None, 0)


def test_no_passes_are_no_yield():
    assert first_pass_yield(0, 0).value is None


def test_more_clean_passes_than_passes_are_refused():
    with pytest.raises(ValueError, match="got 6 of 5"):
        first_pass_yield(6, 5)


def test_the_interval_of_a_product_holds_its_level():
    rng = np.random.default_rng(5)
    yields, passes = np.array([0.97, 0.9, 0.8, 0.99]), np.array([60, 50, 40, 60])
    truth = yields.prod()
    found = [rolled_yield(rng.binomial(passes, yields), passes) for _ in range(2000)]
    held = np.mean([each.lower <= truth <= each.upper for each in found])
    assert 0.94 <= held <= 0.975
