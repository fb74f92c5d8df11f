import heapq
import pickle
from dataclasses import fields, replace
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.statistics import queue_simulation
from workbench.statistics.queue_simulation import Measures, Scenario, simulate, start_times, theory
from workbench.statistics.queue_streams import Streams, exponential, resampled
from workbench.statistics.queueing import mmc

THEORY = 0.14055069193527656  # mean wait of M/M/6, 9 a day, 2 a day and server
SIX = Scenario(6)


def streams_of(interarrivals, services) -> Streams:
    """One replication of known times."""
    interarrivals, services = np.array([interarrivals], float), np.array([services], float)
    return Streams(interarrivals, services, arrivals=1.0, rate=1.0, ca2=1.0, cs2=1.0)


def started(streams: Streams, *scenarios) -> list[list[float]]:
    return [start_times(streams, scenarios)[:, k, 0].tolist() for k in range(len(scenarios))]


def one(streams: Streams, scenario: Scenario = SIX, **options):
    options = {"within": 0.1, **options}
    return simulate(streams, [scenario], **options)[0]


def test_one_and_two_servers_by_hand():
    # Arrivals at 1, 2, 3, 4; the first case takes 5.
    streams = streams_of([1, 1, 1, 1], [5, 1, 1, 1])
    assert started(streams, Scenario(1), Scenario(2), Scenario(9)) == [
        [1, 6, 7, 8],
        [1, 2, 3, 4],
        [1, 2, 3, 4],
    ]


def test_cases_are_taken_in_the_order_in_which_they_came():
    streams = streams_of([0, 0, 0, 0], [4, 2, 1, 1])
    assert started(streams, Scenario(2)) == [[0, 0, 2, 3]]


def test_a_batch_is_released_when_its_last_case_arrives():
    streams = streams_of([1, 1, 1, 1, 1], [1, 1, 1, 1, 1])
    assert started(streams, Scenario(9, batch=2), Scenario(1, batch=2)) == [[2, 2, 4, 4, 5], [2, 3, 4, 5, 6]]
    assert started(streams, Scenario(9, batch=3)) == [[3, 3, 3, 5, 5]]


def test_factors_on_arrivals_and_service():
    streams = streams_of([2, 2, 2], [3, 3, 3])
    assert started(streams, Scenario(1, arrivals=2), Scenario(1, service=2)) == [[1, 4, 7], [2, 8, 14]]


def test_people_who_share_their_time_are_as_much_slower():
    streams = streams_of([0, 0, 0], [3, 3, 3])
    assert started(streams, Scenario(1.5)) == [[0, 0, 4]]  # two people, each 3 / 0.75 on a case


def by_a_heap(streams: Streams, scenario: Scenario) -> list[float]:
    """Start times of the first replication, one case after another."""
    arrived = np.cumsum(streams.interarrivals[0]) / scenario.arrivals
    people = ceil(scenario.servers)
    free, starts = [0.0] * people, []
    for case, service in enumerate(streams.services[0]):
        last_of_batch = min((case // scenario.batch + 1) * scenario.batch, arrived.size) - 1
        starts.append(max(arrived[last_of_batch], heapq.heappop(free)))
        heapq.heappush(free, starts[-1] + service * scenario.service * people / scenario.servers)
    return starts


times = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), min_size=1, max_size=40)
ways = st.builds(
    Scenario,
    servers=st.floats(0.5, 7),
    arrivals=st.floats(0.5, 2),
    service=st.floats(0.5, 2),
    batch=st.integers(1, 6),
)


@given(times, st.lists(ways, min_size=1, max_size=4))
def test_all_lanes_at_once_are_each_lane_by_itself(pairs, scenarios):
    streams = streams_of(*zip(*pairs, strict=True))
    for found, scenario in zip(started(streams, *scenarios), scenarios, strict=True):
        assert found == pytest.approx(by_a_heap(streams, scenario))


def test_the_measures_by_hand():
    # One server, a case every 2; work takes 2.5 and 1 in turn, so that every other case waits 0.5.
    known = streams_of([2] * 10, [2.5, 1] * 5)
    known = replace(known, interarrivals=np.tile(known.interarrivals, (20, 1)), rate=2.0)
    found = one(replace(known, services=np.tile(known.services, (20, 1))), Scenario(1), within=0.4).measures
    # Measured are the third case to the ninth, and the time from 6 to 20, at which the tenth arrives.
    assert found.mean_wait.value == pytest.approx(3 * 0.5 / 7)
    assert found.p90_wait.value == 0.5
    assert found.share_within.value == pytest.approx(4 / 7)
    assert found.mean_queue.value == pytest.approx(3 * 0.5 / 14)
    assert found.utilisation.value == pytest.approx((3 * 2.5 + 3 * 1 + 2) / 14)
    assert found.mean_wait.lower == pytest.approx(found.mean_wait.upper)


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_the_simulation_agrees_with_theory(seed):
    wait = one(exponential(9, 2, seed=seed)).measures.mean_wait
    assert wait.lower <= THEORY <= wait.upper
    assert wait.upper - wait.lower < 0.4 * THEORY


def test_the_simulation_of_the_published_case(reference):
    case = reference("process", "mmc6-simulation")
    inputs = case["inputs"]
    long = exponential(inputs["lambda"], inputs["mu"], cases=50_000)
    wait = one(long, Scenario(inputs["c"]), warm_up=2_000 / 50_000).measures.mean_wait
    assert wait.lower <= case["expected"]["Wq"] <= wait.upper
    assert wait.value == pytest.approx(case["expected"]["Wq"], abs=case["tolerance"])


def test_the_interval_holds_theory_as_often_as_it_says():
    waits = [one(exponential(9, 2, seed=seed, cases=1_500)).measures.mean_wait for seed in range(100)]
    # 95 of 100 are expected; fewer than 89 or all would happen in about 1 of 100 such tests.
    assert 89 <= sum(wait.lower <= THEORY <= wait.upper for wait in waits) <= 99


def test_every_measure_agrees_with_theory():
    found, queue = one(exponential(9, 2, replications=100), confidence=0.999).measures, mmc(9, 2, 6)
    p90 = np.log(queue.p_wait / 0.1) * queue.mean_wait / queue.p_wait
    expected = Measures(queue.mean_wait, p90, queue.share_within(0.1), queue.mean_queue, queue.utilisation)
    for each in fields(Measures):
        estimate = getattr(found, each.name)
        assert estimate.lower <= getattr(expected, each.name) <= estimate.upper, each.name


@given(st.floats(0.1, 50), st.integers(1, 12), st.floats(0.3, 0.85), st.integers(0, 2**32))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_the_simulation_agrees_with_any_exact_queue(rate, servers, utilisation, seed):
    arrivals = utilisation * servers * rate
    wait = one(
        exponential(arrivals, rate, seed=seed), Scenario(servers), confidence=0.9999
    ).measures.mean_wait
    assert wait.lower <= mmc(arrivals, rate, servers).mean_wait <= wait.upper


def test_it_agrees_with_pollaczek_and_khinchine_where_work_always_takes_as_long():
    streams = exponential(0.8, 1, replications=100)
    steady = replace(streams, services=np.ones_like(streams.services), cs2=0.0)
    found = one(steady, Scenario(1), confidence=0.999)
    assert found.theory.mean_wait == pytest.approx(2)
    assert found.measures.mean_wait.lower <= 2 <= found.measures.mean_wait.upper


def test_staff_who_share_their_time_wait_as_theory_says():
    found = one(exponential(9, 2, replications=100), Scenario(5.4), confidence=0.999)
    assert found.measures.mean_wait.lower <= mmc(9, 2, 5.4).mean_wait <= found.measures.mean_wait.upper
    assert found.measures.utilisation.value == pytest.approx(4.5 / 5.4, abs=0.01)


def test_a_queue_that_grows_is_answered_by_its_growth():
    four, five = simulate(exponential(9, 2), [Scenario(4), Scenario(5)], within=1)
    assert (four.theory.growth, four.theory.utilisation) == (pytest.approx(1), pytest.approx(1.125))
    assert (four.measures, four.difference, four.settles_after, four.is_settled) == (None, None, None, False)
    assert five.measures is not None
    assert five.difference is None  # from a base that grows there is none


def test_all_scenarios_may_grow():
    nobody, factor = simulate(exponential(9, 2), [Scenario(0), Scenario(6, arrivals=1.5)], within=1)
    assert (nobody.theory.growth, nobody.theory.utilisation) == (pytest.approx(9), None)
    assert factor.theory.growth == pytest.approx(1.5)
    assert (nobody.measures, factor.measures) == (None, None)


def test_the_difference_is_paired_and_known_better_than_either():
    five, six = simulate(exponential(9, 2), [Scenario(5), SIX], within=0.1)
    difference = six.difference.mean_wait
    assert difference.value == pytest.approx(six.measures.mean_wait.value - five.measures.mean_wait.value)
    assert difference.lower <= THEORY - 0.7624932207329356 <= difference.upper < 0
    apart = np.hypot(
        *(np.diff((each.measures.mean_wait.lower, each.measures.mean_wait.upper))[0] for each in (five, six))
    )
    assert difference.upper - difference.lower < apart
    assert (five.difference.mean_wait.value, five.difference.mean_wait.upper) == (0, 0)


def test_the_base_may_be_any_scenario():
    scenarios = [SIX, Scenario(7), Scenario(5)]
    found = simulate(exponential(9, 2), scenarios, within=0.1, base=2)
    assert found[0].difference.mean_wait.value < 0
    assert found[2].difference.mean_wait.value == 0


def test_more_arrivals_longer_work_and_batches_make_cases_wait_longer():
    scenarios = [SIX, Scenario(6, arrivals=1.1), Scenario(6, service=1.1), Scenario(6, batch=9)]
    _, *rest = simulate(exponential(9, 2), scenarios, within=0.1)
    assert all(each.difference.mean_wait.lower > 0 for each in rest)
    assert all(each.difference.share_within.upper < 0 for each in rest)
    # The k-th case of a batch of 9 waits for 9 - k more to come, 4 on average, at 9 a day.
    assert rest[2].difference.mean_wait.value > 4 / 9


def test_a_scenario_has_the_same_figures_whatever_it_is_compared_with():
    streams = exponential(9, 2)
    together = simulate(streams, [Scenario(5), SIX, Scenario(12)], within=0.1)[1]
    assert together.measures == one(streams).measures


def test_the_same_seed_gives_the_same_bytes():
    runs = [simulate(exponential(9, 2, seed=7), [Scenario(5), SIX], within=0.1) for _ in range(2)]
    assert pickle.dumps(runs[0]) == pickle.dumps(runs[1])
    assert one(exponential(9, 2, seed=8)) != runs[0][1]


def test_memory_is_bounded_by_taking_some_replications_at_a_time(monkeypatch):
    whole = one(exponential(9, 2, cases=500))
    monkeypatch.setattr(queue_simulation, "_CELLS", 2_000)
    assert one(exponential(9, 2, cases=500)) == whole


def test_a_busy_queue_says_that_too_few_cases_were_left_out():
    at_90, at_95 = one(exponential(9, 2), Scenario(5)), one(exponential(9.5, 2), Scenario(5))
    assert (at_90.left_out, at_90.settles_after) == (600, pytest.approx(324))
    assert at_90.is_settled
    assert at_95.settles_after == pytest.approx(1444)
    assert not at_95.is_settled
    assert one(exponential(9.5, 2, cases=8_000), Scenario(5)).is_settled


def test_fewer_than_twenty_replications_are_refused():
    with pytest.raises(AssertionError, match="19 replications; at least 20"):
        one(exponential(9, 2, replications=19))


def test_too_few_cases_for_a_batch_are_refused():
    with pytest.raises(AssertionError, match="no case is left"):
        one(exponential(9, 2, cases=10), Scenario(6, batch=8))
    assert one(exponential(9, 2, cases=10), Scenario(6, batch=7)).measures is not None


def test_a_base_that_is_no_scenario_is_refused():
    with pytest.raises(AssertionError, match="base 1"):
        one(exponential(9, 2), base=1)


def test_blocks_keep_neighbours_together_and_wrap_round():
    drawn = resampled([1, 2, 3, 4, 5], [1], block=3, cases=300).interarrivals
    followed = set(zip(drawn[:, 0::3].ravel().tolist(), drawn[:, 1::3].ravel().tolist(), strict=True))
    assert followed == {(1, 2), (2, 3), (3, 4), (4, 5), (5, 1)}


def test_what_is_drawn_was_observed_each_as_often():
    streams = resampled(np.arange(1, 11), [2, 7], block=4, replications=50, cases=2_000)
    assert np.bincount(streams.interarrivals.ravel().astype(int))[1:] == pytest.approx(10_000, rel=0.1)
    assert np.unique(streams.services).tolist() == [2, 7]
    assert (streams.arrivals, streams.rate) == (1 / 5.5, 1 / 4.5)
    assert streams.services.shape == streams.interarrivals.shape == (50, 2_000)


def test_replications_and_cases_that_are_added_leave_the_others_as_they_are():
    few = resampled([1, 2, 5], [1, 2], block=1, replications=20)
    many = resampled([1, 2, 5], [1, 2], block=1, replications=30)
    assert (many.services[:20] == few.services).all()
    assert (many.interarrivals[:20] == few.interarrivals).all()


def test_the_order_of_service_times_changes_nothing():
    one_way, other = (resampled([1, 2, 5], each, block=2) for each in ([1, 2, 9], [9, 1, 2]))
    assert (one_way.services == other.services).all()


def test_the_variability_of_blocks_tells_bursts_from_a_mixture():
    bursts, mixed = np.repeat([0, 4, 0, 4], 25), np.tile([0, 4], 50)
    assert resampled(bursts, [1], block=1).ca2 == resampled(mixed, [1], block=1).ca2 == 1
    assert resampled(mixed, [1], block=2).ca2 == 0
    # Sums of 25 run evenly from 0 to 100 and back, with variance 836 about 50.
    assert resampled(bursts, [1], block=25).ca2 == pytest.approx(836 / (25 * 2**2))


def test_bursts_make_cases_wait_longer_and_single_draws_would_hide_it():
    interarrivals = np.repeat([0.2, 1.8, 0.2, 1.8], 25)
    as_seen, shuffled = (
        one(resampled(interarrivals, [0.5, 1.0], block=block), Scenario(1)).measures.mean_wait
        for block in (25, 1)
    )
    assert as_seen.lower > 2 * shuffled.upper


def test_allen_and_cunneen_come_nearer_the_busier_the_servers():
    random = np.random.default_rng(3)
    observed = random.gamma(2, 1, 500), random.gamma(0.5, 8, 500)
    streams = resampled(*observed, block=1, replications=100, cases=10_000)
    half, most = simulate(streams, [Scenario(3, arrivals=0.8), Scenario(3, arrivals=1.4)], within=1)
    off = [abs(each.measures.mean_wait.value / each.theory.mean_wait - 1) for each in (half, most)]
    assert (half.theory.utilisation, most.theory.utilisation) == pytest.approx((0.51, 0.90), abs=0.005)
    assert off[1] < 0.1 < off[0]
    assert most.theory == theory(streams, Scenario(3, arrivals=1.4))


@pytest.mark.parametrize(
    ("interarrivals", "services", "said"),
    [([0, 0], [1], "all times are 0"), ([1], [-1], "service time"), ([np.nan], [1], "interarrival time")],
)
def test_times_that_cannot_be_are_refused(interarrivals, services, said):
    with pytest.raises(AssertionError, match=said):
        resampled(interarrivals, services, block=1)


@pytest.mark.parametrize("wrong", [{"servers": -1}, {"arrivals": 0}, {"service": 0}, {"batch": 0}])
def test_scenarios_that_cannot_be_are_refused(wrong):
    with pytest.raises(AssertionError):
        Scenario(**{"servers": 1, **wrong})
