"""Difference in differences: the arithmetic of four cells, the regression, and what ran before."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.statistics.difference_in_differences import Cells, difference_in_differences
from workbench.statistics.interrupted_series import Missing

DRAWS = np.random.default_rng(13)
COMMON = DRAWS.normal(size=40).cumsum()
TREATED, OTHER = COMMON + DRAWS.normal(size=40), COMMON + DRAWS.normal(size=40)
AFTER = np.arange(40) >= 20


def test_four_cells_by_hand():
    assert Cells(10, 16, 8, 11).difference == 3
    found = difference_in_differences([9, 11] * 5 + [15, 17] * 5, [8] * 10 + [11] * 10, 10)
    assert found.cells == Cells(10, 16, 8, 11)
    assert found.effect.value == pytest.approx(3)


def test_banks_of_mississippi_by_the_arithmetic_of_cells():
    # Banks in business 1930 and 1931, sixth and eighth district of the Federal Reserve (Angrist and Pischke, Mastering
    # 'Metrics, 2015, chapter 5): 19 were kept. CausalPy 0.9 prints -16.81 for a regression whose years meet both places.
    assert Cells(135, 121, 165, 132).difference == 19


def test_the_regression_on_place_time_and_both_gives_the_same_effect():
    found = difference_in_differences(TREATED + 3 * AFTER, OTHER, 20)
    place, after = np.repeat([1, 0], 40), np.tile(AFTER, 2)
    x = np.column_stack([np.ones(80), place, after, place * after])
    theirs = sm.OLS(np.concatenate([TREATED + 3 * AFTER, OTHER]), x).fit()
    assert found.effect.value == pytest.approx(theirs.params[3])
    assert found.cells.difference == pytest.approx(theirs.params[3])


def test_the_error_is_that_of_the_series_of_differences_in_statsmodels():
    found = difference_in_differences(TREATED, OTHER, 20, errors="plain")
    x = np.column_stack([np.ones(40), AFTER])
    options = {"maxlags": found.lags, "use_correction": True}
    theirs = sm.OLS(TREATED - OTHER, x).fit(cov_type="HAC", cov_kwds=options, use_t=True)
    assert found.lags == 3
    assert found.effect.error == pytest.approx(theirs.bse[1])
    assert (found.effect.lower, found.effect.upper) == pytest.approx(tuple(theirs.conf_int()[1]))


def test_what_both_places_share_is_no_effect():
    found = difference_in_differences(TREATED, OTHER, 20)
    assert found.effect.lower < 0 < found.effect.upper
    assert not found.drew_apart
    alone = difference_in_differences(TREATED, np.zeros(40), 20)
    assert alone.effect.error > found.effect.error


def test_places_that_drew_apart_before_are_told():
    found = difference_in_differences(TREATED + 0.5 * np.arange(40), OTHER, 20)
    assert found.drew_apart
    assert found.earlier_slope.value == pytest.approx(0.5, abs=0.15)
    assert found.by_drift.value == pytest.approx(20 * found.earlier_slope.value)
    assert found.by_drift.lower < found.effect.value < found.by_drift.upper


def test_only_intervals_known_in_both_count():
    gappy = np.where(np.arange(40) == 5, np.nan, TREATED)
    other = np.where(np.arange(40) == 30, np.nan, OTHER)
    found = difference_in_differences(gappy, other, 20)
    known = ~np.isnan(gappy - other)
    assert found.cells.treated_after == pytest.approx(TREATED[known & AFTER].mean())
    assert found.effect.value == pytest.approx(found.cells.difference)


@pytest.mark.parametrize(
    ("length", "start", "short"), [(0, 0, Missing(8, 8)), (1, 1, Missing(7, 8)), (15, 8, Missing(0, 1))]
)
def test_with_fewer_than_eight_on_a_side_there_are_cells_and_nothing_else(length, start, short):
    found = difference_in_differences(TREATED[:length], OTHER[:length], start)
    assert found.missing == short
    assert np.isnan(found.effect.value)
    assert not found.drew_apart
    assert np.isnan(found.cells.treated_before) == (start == 0)


def test_places_seen_in_different_intervals_are_refused():
    with pytest.raises(ValueError, match="both places need the same intervals, got 40 and 39"):
        difference_in_differences(TREATED, OTHER[1:], 20)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=16, max_size=30))
def test_the_effect_is_the_arithmetic_of_cells_and_turns_with_the_places(pairs):
    one, two = np.array(pairs, float).T
    found, turned = difference_in_differences(one, two, 8), difference_in_differences(two, one, 8)
    assert found.effect.value == pytest.approx(found.cells.difference, abs=1e-9)
    assert turned.effect.value == pytest.approx(-found.effect.value, abs=1e-9)
    assert turned.effect.error == pytest.approx(found.effect.error, abs=1e-9)
