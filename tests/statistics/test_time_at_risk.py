"""Time counted for those no longer followed, and means by weight."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.survival import kaplan_meier, restricted_mean
from workbench.statistics.time_at_risk import TimeAtRisk, weighted_restricted_mean

CASES = st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(0, 6)), min_size=1, max_size=25)


def test_every_moment_counts_once_where_nobody_was_last_seen_early():
    found = TimeAtRisk.of([2, 5, 9], [True, True, True])
    assert found.weights.tolist() == [1, 1, 1, 0]
    assert found.between(np.array([0, 1, 8]), np.array([2, 5, 20])).tolist() == [2, 4, 1]


def test_those_followed_longer_stand_for_one_last_seen_early():
    """Of 2 last seen, 4 and 6 ended: after 2, two cases stand for three."""
    found = TimeAtRisk.of([2, 4, 6], [False, True, True])
    assert found.at(np.array([0, 1.9, 2, 5])).tolist() == [1, 1, 1.5, 1.5]
    counted = found.between(np.zeros(3), np.array([2, 4, 6]))
    assert counted.tolist() == [2, 5, 8]
    assert counted.mean() == restricted_mean(kaplan_meier([2, 4, 6], [False, True, True]), 6)[0] == 5


@given(cases=CASES, horizon=st.integers(1, 12), truncated=st.booleans())
def test_counted_time_is_the_restricted_mean_however_it_is_cut(cases, horizon, truncated):
    durations, observed, entry = (np.array(each) for each in zip(*cases, strict=True))
    entry = np.minimum(entry, durations) if truncated else np.zeros(len(cases))
    curve = kaplan_meier(durations, observed, entry=entry)
    followed = all(((entry < age) & (durations >= age)).any() for age in np.arange(0.5, horizon))
    if not followed:
        return
    found, middle = TimeAtRisk.of(durations, observed, entry), (durations + entry) / 2
    ends = np.minimum(durations, horizon)
    halves = found.between(np.minimum(entry, ends), np.minimum(middle, ends))
    halves = halves + found.between(np.minimum(middle, ends), ends)
    assert halves.sum() / durations.size == pytest.approx(restricted_mean(curve, horizon)[0])


def test_a_weighted_mean_of_ended_cases_is_theirs_with_the_error_of_a_mean():
    mean, error = weighted_restricted_mean([1, 2, 6], [True] * 3, [1, 1, 2], 10)
    assert mean == pytest.approx(15 / 4)
    assert error == pytest.approx(np.sqrt((2.75**2 + 1.75**2 + (2 * 2.25) ** 2) / 16))


@given(cases=CASES, horizon=st.integers(1, 12), truncated=st.booleans())
def test_a_whole_weight_counts_like_so_many_equal_cases(cases, horizon, truncated):
    durations, observed, weights = (np.array(each) for each in zip(*cases, strict=True))
    entry = durations // 2 if truncated else None
    times = None if entry is None else np.repeat(entry, weights)
    mean, error = weighted_restricted_mean(durations, observed, weights, horizon, entry)
    repeated = np.repeat(durations, weights), np.repeat(observed, weights), np.ones(weights.sum())
    alike, smaller = weighted_restricted_mean(*repeated, horizon, times)
    assert mean == pytest.approx(alike, nan_ok=True)
    assert np.isnan(mean) or error >= smaller - 1e-9


def test_it_is_missing_where_nobody_was_followed_to_the_horizon():
    assert np.isnan(weighted_restricted_mean([2, 3], [True, False], [1, 1], 4)).all()
    assert np.isnan(weighted_restricted_mean([2, 9], [True, False], [1, 0], 4)).tolist() == [False, False]
    assert np.isnan(weighted_restricted_mean([], [], [], 4)).all()


def test_the_robust_error_is_near_that_of_the_curve():
    random = np.random.default_rng(3)
    ends, seen = random.gamma(2, 5, 500), random.uniform(3, 30, 500)
    durations, observed = np.minimum(ends, seen), ends <= seen
    mean, error = weighted_restricted_mean(durations, observed, np.ones(500), 15)
    expected, spread = restricted_mean(kaplan_meier(durations, observed), 15)
    assert mean == pytest.approx(expected)
    assert error == pytest.approx(spread, rel=0.02)
