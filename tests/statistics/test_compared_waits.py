from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.statistics.compared_waits import common_horizon, compare
from workbench.statistics.ranks import mann_whitney
from workbench.statistics.resampling import Waits
from workbench.statistics.survival import kaplan_meier, percentile, restricted_mean


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


def ended(*days: float, weeks=None) -> Waits:
    return Waits(
        np.array(days, float), np.ones(len(days), bool), np.arange(len(days)) if weeks is None else weeks
    )


def test_a_period_that_is_only_followed_for_a_while_is_compared_for_that_while():
    # Of now two waits ended and two are open after 5 days; of before all ended, two of them by day 4 as well.
    now = Waits(np.array([2.0, 4, 5, 5]), np.array([True, True, False, False]), np.arange(4))
    before = ended(2, 4, 90, 90)
    assert compare(now, before, replicates=19).faster.value == 0.5
    assert compare(before, now, replicates=19).faster.value == 0.5


def followed_for_a_quarter(random: np.random.Generator, scale: float, size: int) -> Waits:
    """Waits of cases that came over thirteen weeks, as seen on the last day: some are open."""
    waited, followed = random.gamma(2, scale, size), random.uniform(0, 91, size)
    return Waits(np.minimum(waited, followed), waited <= followed, (followed // 7).astype(int))


def test_open_cases_do_not_make_a_later_quarter_look_slower():
    chances = []
    for k in range(40):
        now = followed_for_a_quarter(np.random.default_rng(k), 10, 300)
        chances.append(compare(now, waits(k + 500), replicates=2).faster.value)
    assert np.mean(chances) == pytest.approx(0.5, abs=0.01)


def test_the_chance_within_kinds_is_not_moved_by_their_mix():
    now = ended(1, 2, 101, 102, 101, 102)
    before = ended(1, 2, 1, 2, 101, 102)
    now, before = (
        Waits(each.durations, each.observed, each.blocks, (each.durations > 50).astype(int))
        for each in (now, before)
    )
    got = compare(now, before, replicates=19)
    assert got.faster_within.value == 0.5
    # The six waits of now win 5, 3, 1.5, 0.5, 1.5 and 0.5 of six pairs each.
    assert got.faster.value == pytest.approx(12 / 36)
    assert got.test == got.faster_within


def test_kinds_weigh_as_van_elteren_has_it():
    # Kind 0: 1 of 1 pairs won, weight 1 / 2. Kind 1: 0 of 2 pairs won, weight 2 / 3.
    now = Waits(np.array([1.0, 9, 9]), np.ones(3, bool), np.arange(3), np.array([0, 1, 1]))
    before = Waits(np.array([2.0, 8]), np.ones(2, bool), np.arange(2), np.array([0, 1]))
    assert compare(now, before, replicates=19).faster_within.value == pytest.approx((1 / 2) / (1 / 2 + 2 / 3))


def test_without_kinds_the_test_is_of_all_cases():
    got = compare(waits(1), waits(2), replicates=19)
    assert (got.faster_within, got.same_mix, got.mix, got.covered) == (None, None, None, None)
    assert got.test == got.faster


def test_figures_of_the_sample_are_those_of_the_curves():
    now, before = waits(1, shift=1.3, open_after=120), waits(2, open_after=200)
    curves = [kaplan_meier(each.durations, each.observed) for each in (now, before)]
    got = compare(now, before, replicates=19, horizon=60.0)
    for p, found in ((0.5, got.difference), (0.9, got.p90)):
        here, there = (percentile(curve, p).value for curve in curves)
        assert found.value == pytest.approx(here - there)
    here, there = (restricted_mean(curve, 60.0)[0] for curve in curves)
    assert (got.restricted_mean.value, got.horizon) == (pytest.approx(here - there), 60.0)


@pytest.mark.parametrize(("n", "shown"), [(49, False), (50, True)])
def test_the_90th_percentile_is_compared_only_where_both_have_enough_cases(n, shown):
    got = compare(waits(1, n=n), waits(2, n=400), replicates=19)
    assert (got.p90 is not None) == shown


def test_a_horizon_is_where_both_are_still_followed():
    assert common_horizon(ended(1, 5), ended(2, 9)) == 5
    still = Waits(np.arange(1.0, 21), np.zeros(20, bool), np.arange(20))
    assert common_horizon(still, ended(2, 90)) == 11  # ten of the twenty are followed as long
    few = Waits(np.array([3.0, 4]), np.array([True, False]), np.arange(2))
    assert common_horizon(few, ended(2, 90)) == 3


def test_two_waits_beyond_the_horizon_are_a_tie():
    # Of the nine pairs 4 against 6 and 4 against 8 are won, 7 against 3 is lost, and 9 against 3 is.
    now, before = ended(4, 7, 9), ended(3, 6, 8)
    assert compare(now, before, replicates=19).faster.value == pytest.approx(3 / 9)
    # Of those beyond 5 days nothing more is known: four ties, won half. 4 still wins two pairs.
    assert compare(now, before, replicates=19, horizon=5.0).faster.value == pytest.approx((2 + 4 / 2) / 9)
    assert compare(now, before, replicates=19, horizon=1.0).faster.value == 0.5


@pytest.mark.parametrize("horizon", [3.0, 5.0, 6.5, 20.0])
def test_seen_to_a_horizon_is_as_if_nobody_had_been_followed_longer(horizon):
    now, before = mixed(1, 0.5), mixed(2, 0.4)
    cut = [
        Waits(np.minimum(each.durations, horizon), each.durations <= horizon, each.blocks, each.strata)
        for each in (now, before)
    ]
    whole, short = (compare(*sides, horizon=horizon, replicates=49) for sides in ((now, before), cut))
    assert (whole.ended is None) == (short.ended is None) == (horizon == 3.0)
    for name in ("faster", "faster_within", "restricted_mean", *(["ended"] if whole.ended else [])):
        one, other = (getattr(each, name) for each in (whole, short))
        one, other = (each.difference if name == "ended" else each for each in (one, other))
        assert astuple(one) == pytest.approx(astuple(other), rel=1e-9)


@given(seed=st.integers(0, 9999), horizon=st.floats(0, 120))
@settings(max_examples=25)
def test_periods_that_change_places_change_signs(seed, horizon):
    one, other = (
        Waits(each.durations, each.observed, each.blocks, np.arange(each.durations.size) % 2)
        for each in (waits(seed, n=40, open_after=100), waits(seed + 1, n=30, open_after=60))
    )
    there, back = (compare(*each, horizon=horizon, replicates=2) for each in ((one, other), (other, one)))
    assert there.faster.value + back.faster.value == pytest.approx(1)
    assert there.faster_within.value + back.faster_within.value == pytest.approx(1)
    assert there.restricted_mean.value == pytest.approx(-back.restricted_mean.value)
    assert (there.ended is None) == (back.ended is None)
    assert there.ended is None or there.ended.shares == back.ended.shares[::-1]


def test_shares_that_ended_within_the_horizon_are_one_less_the_curves():
    now, before = waits(1, shift=1.3, open_after=120), waits(2, open_after=200)
    got = compare(now, before, replicates=19, horizon=12.0).ended
    for each, share in zip((now, before), got.shares, strict=True):
        curve = kaplan_meier(each.durations, each.observed)
        assert share == pytest.approx(1 - curve.survival[curve.times <= 12][-1])
    assert got.difference.value == pytest.approx(got.shares[0] - got.shares[1])


@pytest.mark.parametrize(
    ("now_by_4", "before_by_4", "told"), [(10, 10, True), (9, 10, False), (10, 9, False)]
)
def test_shares_of_few_that_ended_are_not_told(now_by_4, before_by_4, told):
    sides = (
        ended(*[4.0] * by_4, *[9.0] * (20 - by_4), weeks=np.arange(20) % 5)
        for by_4 in (now_by_4, before_by_4)
    )
    got = compare(*sides, replicates=19, horizon=4.0).ended
    assert (got is not None) == told
    assert not told or got.shares == (0.5, 0.5)


def test_without_blocks_to_draw_there_are_no_limits_and_no_shares():
    one = ended(*range(1, 31), weeks=np.zeros(30, int))
    assert compare(one, one, replicates=19, horizon=20.0).ended is None


def test_the_interval_of_the_shares_holds_no_difference_as_often_as_it_says():
    held = []
    for k in range(120):
        random = np.random.default_rng(k)
        now = followed_for_a_quarter(random, 40, 200)
        before = Waits(random.gamma(2, 40, 200), np.ones(200, bool), random.integers(0, 13, 200))
        got = compare(now, before, replicates=199, horizon=60.0).ended.difference
        held.append(not got.is_clear)
    assert np.mean(held) >= 0.9


def test_reference_case_of_two_quarters(reference, shared):
    case = reference("process", "quarter-compare")
    cases = pd.read_csv(shared / "cases" / case["inputs"]["file"])
    start, end = (pd.to_datetime(cases[name], utc=True, format="ISO8601") for name in ("start", "end"))
    quarters = start.dt.tz_localize(None).dt.to_period("Q").astype(str)
    days = (end - start).dt.total_seconds().to_numpy() / 86400
    sides = [ended(*days[(quarters == name).to_numpy()]) for name in ("2011Q3", "2011Q2")]
    got = compare(*sides, replicates=19)
    # The published chance is that a case of the earlier quarter took longer.
    assert got.faster.value == pytest.approx(case["expected"]["prob_superiority"], abs=case["tolerance"])


def test_periods_of_many_weeks_and_of_few_are_drawn_side_by_side():
    long = Waits(np.arange(1.0, 401), np.ones(400, bool), np.arange(400) // 20)
    short = Waits(long.durations + 50, long.observed, np.arange(400) // 200)
    found = compare(long, short)
    assert found.difference.value == -50
    assert found.faster.value == pytest.approx(1 - 350**2 / (2 * 400**2))
