"""In which steps a gap arises: by hand, exactness, and what must always hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.step_gap import StepWaits, step_gap


def group(*cases, blocks=None, rest=None) -> StepWaits:
    """Cases as lists of (step, wait); each case its own block unless said."""
    passes = [(number, *step) for number, steps in enumerate(cases) for step in steps]
    case, edge, wait = (np.array(column) for column in zip(*passes, strict=True)) if passes else ([], [], [])
    blocks = np.arange(len(cases)) if blocks is None else np.asarray(blocks)
    return StepWaits(np.asarray(case, int), np.asarray(edge, int), np.asarray(wait, float), blocks, rest)


def by_edge(found) -> dict:
    """Gap, use part and time part of each step."""
    return {int(row.edge): (row.gap, row.use, row.time) for row in found.steps.itertuples()}


def test_a_gap_is_split_by_step_into_how_often_and_how_long():
    # Review: 1.5 passes of 10 days against 1 of 6; fee: 1 of 2 days in both.
    slow = group([(0, 9), (0, 11), (1, 2)], [(0, 10), (1, 2)])
    fast = group([(0, 6), (1, 2)], [(0, 6), (1, 2)])
    found = step_gap(slow, fast)
    assert found.lead == (17.0, 8.0)
    assert by_edge(found) == {0: (9.0, 0.5 * 8, 4 * 1.25), 1: (0.0, 0.0, 0.0)}
    first = found.steps.iloc[0]
    assert (first.use_first, first.use_second, first.wait_first, first.wait_second) == (1.5, 1, 10, 6)
    assert found.whole.set_index("part")["value"].to_dict() == {"gap": 9, "use": 4, "time": 5, "rest": 0}


def test_a_step_that_only_one_group_makes_is_a_difference_in_passes():
    found = step_gap(group([(0, 3), (1, 8)]), group([(0, 3)]))
    assert by_edge(found)[1] == (8.0, 8.0, 0.0)
    assert np.isnan(found.steps.set_index("edge").loc[1, "wait_second"])


def test_the_largest_gap_comes_first_whatever_its_sign():
    found = step_gap(group([(0, 1), (1, 2), (2, 9)]), group([(0, 3), (1, 9), (2, 5)]))
    assert found.steps["edge"].tolist() == [1, 2, 0]
    assert found.steps["gap"].tolist() == [-7, 4, -2]


def test_time_that_no_step_holds_is_the_rest():
    found = step_gap(group([(0, 3)], rest=[4.0]), group([(0, 3)], rest=[1.0]))
    assert found.whole.set_index("part")["value"].to_dict() == {"gap": 3, "use": 0, "time": 0, "rest": 3}


def test_cases_without_any_step_count():
    found = step_gap(group([(0, 4)], []), group([(0, 2)]))
    assert found.lead == (2.0, 2.0)
    assert by_edge(found)[0] == (0.0, -1.5, 1.5)


def test_one_block_has_a_value_and_no_interval():
    found = step_gap(group([(0, 4)]), group([(0, 2)]))
    assert found.steps.loc[0, ["gap_lower", "gap_upper", "gap_p"]].tolist() == [None, None, None]


def test_a_group_without_cases_is_refused():
    with pytest.raises(ValueError, match="the second group has no case"):
        step_gap(group([(0, 1)]), group())


def sampled(rng, means, cases=400) -> StepWaits:
    """Each case goes through each step once; waits are exponential."""
    edge = np.tile(np.arange(len(means)), cases)
    case = np.repeat(np.arange(cases), len(means))
    return StepWaits(case, edge, rng.exponential(np.tile(means, cases)), rng.integers(0, 13, cases))


def test_finds_the_step_that_is_slower_and_no_other():
    rng = np.random.default_rng(7)
    found = step_gap(sampled(rng, [5.0, 5.0, 9.0, 1.0]), sampled(rng, [5.0, 5.0, 5.0, 1.0]))
    first = found.steps.iloc[0]
    assert first.edge == 2
    assert first.gap_lower < 4 < first.gap_upper
    assert first.gap_p < 0.001
    assert found.steps["gap_p"].iloc[1:].min() > 0.05


def test_p_is_below_5_percent_exactly_where_the_interval_leaves_out_0():
    rng = np.random.default_rng(3)
    found = step_gap(sampled(rng, [5.0] * 30), sampled(rng, [5.0] * 30)).steps
    outside = (found["gap_lower"] > 0) | (found["gap_upper"] < 0)
    near = found["gap_p"].between(0.04, 0.06)  # both are read from a finite number of draws
    assert ((found["gap_p"] < 0.05) == outside)[~near].all()
    assert outside.mean() < 0.2


passes = st.lists(st.tuples(st.integers(0, 3), st.floats(0, 100)), max_size=5)
groups = st.lists(passes, min_size=1, max_size=6)


@given(groups, groups)
def test_parts_add_up_to_the_gap(cases, others):
    found = step_gap(group(*cases), group(*others), replicates=9)
    gap = found.lead[0] - found.lead[1]
    whole = found.whole.set_index("part")["value"]
    assert whole["gap"] == pytest.approx(gap, abs=1e-9)
    assert whole["use"] + whole["time"] + whole["rest"] == pytest.approx(gap, abs=1e-9)
    assert found.steps["gap"].sum() == pytest.approx(gap, abs=1e-9)
    assert (found.steps["use"] + found.steps["time"]).tolist() == found.steps["gap"].tolist()


@given(groups, groups)
def test_exchanging_the_groups_changes_the_sign_only(cases, others):
    there, back = (
        by_edge(step_gap(*pair, replicates=9)) for pair in _both_ways(group(*cases), group(*others))
    )
    for edge, parts in there.items():
        assert back[edge] == pytest.approx([-part for part in parts], abs=1e-9)


def _both_ways(first, second):
    return (first, second), (second, first)


@given(groups, st.randoms())
def test_the_order_of_rows_changes_nothing(cases, random):
    first, other = group(*cases), group([(0, 1)], [(3, 5)])
    order = list(range(len(first.case)))
    random.shuffle(order)
    shuffled = StepWaits(first.case[order], first.edge[order], first.wait[order], first.blocks)
    found, again = (step_gap(each, other, replicates=19) for each in (first, shuffled))
    assert found.steps.equals(again.steps)
    assert found.whole.equals(again.whole)


def test_intervals_hold_their_level_where_weeks_differ():
    rng = np.random.default_rng(12)

    def in_weeks(slow):
        blocks = rng.integers(0, 13, 150)
        passes = np.arange(150), np.zeros(150, int), rng.exponential(5, 150) * slow[blocks]
        return StepWaits(*passes, blocks)

    held = []
    for _ in range(300):
        slow = np.exp(rng.normal(0, 0.3, 13))
        row = step_gap(in_weeks(slow), in_weeks(slow), replicates=499).steps.iloc[0]
        held.append(row.gap_lower <= 0 <= row.gap_upper)
    assert 0.92 <= np.mean(held) <= 0.98
