import time

import numpy as np
import pytest

from workbench.statistics.ranks import mann_whitney
from workbench.statistics.resampling import Waits, block_counts, compare


def waits(seed: int, shift: float = 1.0, n: int = 400, open_after: float = np.inf, strata=None) -> Waits:
    random = np.random.default_rng(seed)
    durations = random.gamma(2, 10 * shift, n)
    last_seen = random.uniform(0, open_after, n) if np.isfinite(open_after) else np.full(n, np.inf)
    return Waits(np.minimum(durations, last_seen), durations <= last_seen, random.integers(0, 13, n), strata)


def mixed(seed: int, share_of_slow: float, n: int = 600) -> Waits:
    random = np.random.default_rng(seed)
    slow = random.random(n) < share_of_slow
    durations = random.gamma(4, np.where(slow, 15.0, 3.0))
    return Waits(durations, np.ones(n, bool), random.integers(0, 13, n), slow.astype(int))


def test_whole_blocks_are_drawn():
    drawn = block_counts(np.array([1, 1, 2, 2, 2]), replicates=50, seed=3)
    assert (drawn[:, 0] == drawn[:, 1]).all()
    assert (drawn[:, 2] == drawn[:, 4]).all()
    assert (drawn[:, 0] + drawn[:, 2] == 2).all()


def test_a_slower_quarter_is_clearly_slower():
    got = compare(waits(1, shift=1.6), waits(2))
    assert got.difference.is_clear
    assert got.difference.lower > 0
    assert got.difference.p < 0.01
    assert got.faster.upper < 0.5


def test_two_quarters_of_one_process_do_not_differ_clearly():
    got = compare(waits(1), waits(2))
    assert not got.difference.is_clear
    assert got.difference.p > 0.05
    assert got.faster.lower < 0.5 < got.faster.upper


def test_the_interval_holds_the_true_difference_as_often_as_it_says():
    # Gamma(2, 10) has the median 16.783; both quarters are draws of the same process.
    intervals = [
        compare(waits(k, n=200), waits(500 + k, n=200), replicates=199).difference for k in range(120)
    ]
    assert np.mean([each.lower <= 0 <= each.upper for each in intervals]) >= 0.88


def test_without_open_cases_the_chance_of_being_faster_is_that_of_mann_and_whitney():
    now, before = waits(1, shift=1.2), waits(2)
    expected = mann_whitney(before.durations, now.durations).probability
    assert compare(now, before, replicates=19).faster.value == pytest.approx(expected)


def test_ties_count_half_in_the_chance_of_being_faster():
    now = Waits(np.array([1.0, 2.0]), np.array([True, True]), np.array([1, 2]))
    assert compare(now, now, replicates=19).faster.value == pytest.approx(0.5)


def test_open_cases_count_as_waiting():
    now, before = waits(1, shift=1.6, open_after=120), waits(2)
    closed_only = np.median(now.durations[now.observed]) - np.median(before.durations)
    assert closed_only < compare(now, before, replicates=19).difference.value


def test_a_median_that_is_not_reached_gives_no_difference_but_a_bound():
    now = Waits(np.full(50, 30.0), np.zeros(50, bool), np.arange(50) % 13)
    got = compare(now, waits(2), replicates=99).difference
    assert (got.value, got.lower, got.upper) == (None, None, None)


def test_a_quarter_that_is_slow_only_by_its_mix_is_seldom_slow_at_the_same_mix():
    got = [compare(mixed(k, 0.7), mixed(500 + k, 0.3), replicates=199) for k in range(60)]
    assert all(each.difference.lower > 0 and each.mix.lower > 0 for each in got)
    assert np.mean([each.same_mix.is_clear for each in got]) <= 0.1
    assert {each.covered for each in got} == {1.0}


def test_a_change_at_the_same_mix_is_told_from_one_of_mix():
    before = mixed(2, share_of_slow=0.3)
    slower = mixed(1, share_of_slow=0.3)
    slower = Waits(slower.durations * 1.5, slower.observed, slower.blocks, slower.strata)
    got = compare(slower, before)
    assert got.same_mix.lower > 0


def test_kinds_that_occur_in_one_quarter_only_are_left_out_and_said():
    now = waits(1, strata=np.array([0, 1] * 200))
    before = waits(2, strata=np.array([0, 0, 0, 2] * 100))
    assert compare(now, before, replicates=19).covered == 0.75


def test_the_order_of_cases_changes_no_byte():
    now, before = mixed(1, 0.5), mixed(2, 0.4)
    order = np.random.default_rng(5).permutation(now.durations.size)
    shuffled = Waits(now.durations[order], now.observed[order], now.blocks[order], now.strata[order])
    assert compare(now, before, replicates=49) == compare(shuffled, before, replicates=49)


def test_a_comparison_of_two_quarters_takes_a_fraction_of_a_second():
    now, before = mixed(1, 0.5, n=1000), mixed(2, 0.4, n=1000)
    started = time.process_time()
    compare(now, before)
    assert time.process_time() - started < 2.0
