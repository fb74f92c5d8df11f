import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workbench.statistics.closed_form import newcombe_p, rate_p_with_margins
from workbench.statistics.differences import newcombe
from workbench.statistics.margins_of_error import rate_difference_with_margin, rate_ratio_with_margin
from workbench.statistics.proportions import score_test
from workbench.statistics.rates import rate_score_test
from workbench.statistics.ratios import mover_wilson

SIDE = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(SIDE, SIDE)
def test_intervals_at_the_level_of_p_just_reach_no_difference(first, second):
    p = float(newcombe_p(*first, *second))
    assume(1e-6 < p < 0.999)
    for level, leaves_out in ((1 - p * (1 + 1e-4), True), (1 - p * (1 - 1e-4), False)):
        lower, upper = newcombe(*first, *second, level)
        assert (lower > 0 or upper < 0) == leaves_out
        lower, upper = mover_wilson(*first, *second, level)
        assert (lower > 1 or upper < 1) == leaves_out


@pytest.mark.parametrize(
    ("sides", "p"), [((0, 10, 0, 20), 1), ((10, 10, 20, 20), 1), ((5, 10, 10, 20), 1), ((7, 7, 7, 7), 1)]
)
def test_equal_proportions_have_p_one(sides, p):
    assert newcombe_p(*sides) == p


def test_an_empty_group_has_no_p():
    assert np.isnan(newcombe_p(0, 0, 3, 5))


def test_all_against_none_of_many_is_next_to_impossible():
    assert newcombe_p(10_000, 10_000, 0, 10_000) < 1e-250


def test_sides_can_be_swapped():
    assert newcombe_p(56, 70, 48, 80) == newcombe_p(48, 80, 56, 70)


def test_it_is_near_the_score_test_in_large_groups():
    assert newcombe_p(560, 700, 480, 640) == pytest.approx(score_test(560, 700, 480, 640), rel=0.05)


RATE = st.tuples(st.integers(0, 300), st.floats(100, 5000), st.floats(0, 0.3)).map(
    lambda side: (side[0], side[1], side[1] * side[2])
)


@given(RATE, RATE, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_p_and_the_intervals_of_estimated_exposures_never_disagree(first, second, level):
    p = float(rate_p_with_margins(*first, *second, level))
    assume(abs(p - (1 - level)) > 1e-9)
    lower, upper = rate_difference_with_margin(*first, *second, level)
    assert (lower > 0 or upper < 0) == (p < 1 - level)
    lower, upper = rate_ratio_with_margin(*first, *second, level)
    assert (lower > 1 or upper < 1) == (p < 1 - level)


def test_a_margin_makes_a_difference_less_certain():
    without, small, large = (
        float(rate_p_with_margins(80, 1000, error, 40, 1000, error)) for error in (0, 50, 300)
    )
    assert without < small < 0.05 < large
    assert without == pytest.approx(rate_score_test(80, 1000, 40, 1000), rel=0.5)


@pytest.mark.parametrize(
    ("sides", "p"), [((0, 10, 1, 0, 20, 1), 1.0), ((5, 10, 1, 10, 20, 1), 1.0), ((1, 0, 0, 2, 10, 1), np.nan)]
)
def test_equal_rates_have_p_one_and_no_exposure_has_none(sides, p):
    assert rate_p_with_margins(*sides) == pytest.approx(p, nan_ok=True)
