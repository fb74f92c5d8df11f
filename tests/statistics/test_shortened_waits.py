"""Medians of waits from which a part is taken out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.resampling import Waits
from workbench.statistics.shortened_waits import shortened_medians
from workbench.statistics.survival import kaplan_meier, percentile


def waits_of(durations, observed=None, blocks=None) -> Waits:
    durations = np.asarray(durations, float)
    observed = np.ones(durations.size, bool) if observed is None else np.asarray(observed)
    return Waits(durations, observed, np.arange(durations.size) % 4 if blocks is None else np.asarray(blocks))


def test_a_constant_part_moves_the_median_by_itself():
    (found,) = shortened_medians(waits_of([4, 5, 6, 7]), [np.full(4, 3.0)])
    assert found.median.value == 2
    assert (found.change.value, found.change.lower, found.change.upper) == (-3, -3, -3)


def test_nothing_taken_out_changes_nothing():
    (found,) = shortened_medians(waits_of([4, 5, 6, 7, 9]), [np.zeros(5)])
    assert (found.change.value, found.change.lower, found.change.upper) == (0, 0, 0)


def test_an_open_wait_is_shortened_and_stays_open():
    waits = waits_of([2, 4, 6, 8], [True, True, False, True])
    (found,) = shortened_medians(waits, [np.array([1, 1, 5, 1.0])])
    # 1 (open at 1 as well), 3, 7: after 1 day three quarters wait, of whom half after 3
    assert found.median.value == 3
    assert found.change.value == -1


def test_a_median_that_is_not_reached_is_not_told():
    (found,) = shortened_medians(waits_of([1, 5, 5, 5], [True, False, False, False]), [np.ones(4)])
    assert (found.median.value, found.change.value) == (None, None)


def test_one_week_has_no_interval():
    (found,) = shortened_medians(waits_of([4, 5, 6], blocks=[0, 0, 0]), [np.ones(3)])
    assert (found.change.value, found.change.lower, found.change.upper) == (-1, None, None)


def test_pairing_makes_the_change_surer_than_the_median():
    random = np.random.default_rng(5)
    durations = random.exponential(20, 400) + 5
    waits = waits_of(durations, blocks=random.integers(0, 13, 400))
    (found,) = shortened_medians(waits, [np.full(400, 5.0)])
    assert found.change.upper - found.change.lower == pytest.approx(0, abs=0.5)
    assert found.median.upper - found.median.lower > 1


def test_very_many_times_are_grouped_for_the_interval_only():
    random = np.random.default_rng(5)
    durations, observed = random.exponential(20, 5000) + 5, random.random(5000) < 0.8
    waits = waits_of(durations, observed, random.integers(0, 13, 5000))
    (found,) = shortened_medians(waits, [np.full(5000, 5.0)])
    exact = percentile(kaplan_meier(durations - 5, observed), 0.5)
    assert found.median.value == exact.value
    assert found.median.lower < exact.value < found.median.upper


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 20), st.booleans(), st.integers(0, 3)),
        min_size=1,
        max_size=30,
    )
)
def test_the_median_is_kaplan_meiers_and_order_does_not_matter(cases):
    left, part, observed, blocks = (np.array(each) for each in zip(*cases, strict=True))
    waits = Waits((left + part).astype(float), observed.astype(bool), blocks)
    (found,) = shortened_medians(waits, [part.astype(float)], replicates=50)
    assert (
        found.median.value == percentile(kaplan_meier(left.astype(float), observed.astype(bool)), 0.5).value
    )
    turned = Waits(waits.durations[::-1], waits.observed[::-1], waits.blocks[::-1])
    (again,) = shortened_medians(turned, [part[::-1].astype(float)], replicates=50)
    assert again == found


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=30))
def test_taking_time_out_of_waits_that_have_ended_never_makes_them_longer(cases):
    left, part = (np.array(each, float) for each in zip(*cases, strict=True))
    (found,) = shortened_medians(waits_of(left + part), [part], replicates=50)
    assert found.change.value <= 0
