import numpy as np
import pytest

from workbench.statistics.compared_waits import compare
from workbench.statistics.many_waits import EndedWaits, compare_many
from workbench.statistics.resampling import Waits


def ended(seed: int, edges: int = 4, n: int = 300, shift: float = 1.0) -> EndedWaits:
    random = np.random.default_rng(seed)
    days = np.round(random.gamma(2, 10, edges * n), 1)
    days[:n] *= shift
    return EndedWaits(np.repeat(np.arange(edges), n), days, random.integers(0, 13, edges * n))


def of_edge(waits: EndedWaits, edge: int) -> Waits:
    own = waits.edges == edge
    return Waits(waits.durations[own], np.ones(own.sum(), bool), waits.blocks[own])


def test_each_edge_is_compared_as_it_would_be_by_itself():
    now, before = ended(1, shift=1.5), ended(2)
    for found in compare_many(now, before, replicates=99):
        alone = compare(of_edge(now, found.edge), of_edge(before, found.edge), replicates=99)
        assert found.difference == alone.difference
        assert (found.faster.value, found.faster.lower, found.faster.upper, found.faster.p) == pytest.approx(
            (alone.faster.value, alone.faster.lower, alone.faster.upper, alone.faster.p), abs=1e-12
        )


def test_only_the_slower_edge_is_slower():
    got = compare_many(ended(1, shift=1.5), ended(2))
    assert [each.faster.leaves_out(0.5) for each in got] == [True, False, False, False]
    assert (got[0].difference.lower > 0, got[0].faster.upper < 0.5, got[0].faster.p < 0.001) == (True,) * 3


def test_figures_by_hand():
    now = EndedWaits(np.array([7, 7, 7, 9]), np.array([1.0, 3, 5, 1]), np.array([0, 1, 2, 0]))
    before = EndedWaits(np.array([7, 7, 8]), np.array([3.0, 4, 1]), np.array([0, 1, 1]))
    (got,) = compare_many(now, before, replicates=19)
    assert (got.edge, got.n, got.n_before) == (7, 3, 2)
    assert got.difference.value == 0.0  # the first that half do not exceed: 3 and 3
    assert got.faster.value == (2 + 1.5 + 0) / 6


def test_the_order_of_waits_changes_nothing():
    now, before = ended(1), ended(2)
    order = np.random.default_rng(3).permutation(now.edges.size)
    shuffled = EndedWaits(now.edges[order], now.durations[order], now.blocks[order])
    assert compare_many(shuffled, before, replicates=19) == compare_many(now, before, replicates=19)


def test_an_edge_that_is_not_in_a_week_is_drawn_with_the_others_weeks():
    now, before = ended(1, edges=2), ended(2, edges=2)
    rare = now.edges == 1
    rare[np.flatnonzero(rare)[2:]] = False
    kept = rare | (now.edges == 0)
    few = EndedWaits(now.edges[kept], now.durations[kept], now.blocks[kept])
    usual, seldom = compare_many(few, before, replicates=199)
    assert usual == compare_many(now, before, replicates=199)[0]
    # Some draws have neither of its two waits: they could lie on either side.
    assert (seldom.n, seldom.difference.lower, seldom.difference.upper) == (2, None, None)


def test_false_alarms_of_unchanged_edges():
    p = [
        each.faster.p
        for k in range(6)
        for each in compare_many(ended(k, 50), ended(100 + k, 50), replicates=199)
    ]
    assert len(p) == 300
    assert np.mean(np.array(p) <= 0.05) <= 0.08
