"""Curves of many draws of blocks, beside those of the same cases written out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.statistics.drawn_curves import Curves, counts_by_block, medians_of_draws, parts
from workbench.statistics.survival import kaplan_meier, percentile

# Two blocks: one case that ended at 1 and one last seen at 3; two that ended at 2 and 3.
TIMES = np.array([1.0, 2.0, 3.0])
COUNTS = counts_by_block(
    np.array([0, 0, 1, 1]), np.array([0, 2, 1, 2]), np.array([True, False, True, True]), (2, 3)
)


def test_counts_of_each_block():
    ended, at_risk = COUNTS
    assert ended.tolist() == [[1, 0, 0], [0, 1, 1]]
    assert at_risk.tolist() == [[2, 1, 1], [2, 2, 2 - 1]]


def test_a_block_that_is_drawn_twice_counts_twice_and_one_that_is_not_is_not_there():
    curves = Curves.of(np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), TIMES, *COUNTS)
    assert curves.survival == pytest.approx(
        np.array([[1, 0.75, 0.5, 0.25], [1, 0.5, 0.5, 0.5], [1, 1, 0.5, 0], [1, 1, 1, 1]])
    )
    assert curves.known.tolist() == [3, 3, np.inf, -np.inf]
    assert curves.first_below(0.5).tolist() == [2, 1, 2, np.inf]
    assert curves.ended_by(2.5).tolist() == [0.5, 0.5, 0.5, 0]
    assert curves.mean(2.0).tolist() == [1.75, 1.5, 2, 2]
    assert curves.at(np.array([0.5, 1.0, 2.9, np.inf])).tolist() == [1, 0.5, 0.5, 1]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.integers(0, 2)), min_size=1, max_size=30))
def test_a_draw_has_the_curve_of_its_cases_written_out(cases):
    durations, observed, block = (np.array(column) for column in zip(*cases, strict=True))
    times, place = np.unique(durations, return_inverse=True)
    draw = np.array([2, 1, 0])
    found = Curves.of(
        draw[None].astype(float), times, *counts_by_block(block, place, observed, (3, times.size))
    )
    again = np.repeat(np.arange(block.size), draw[block])
    alone = kaplan_meier(durations[again], observed[again])
    median = percentile(alone, 0.5).value
    assert found.first_below(0.5)[0] == (np.inf if median is None else median)
    for time, left in zip(alone.times, alone.survival, strict=True):
        assert found.at(np.array([time]))[0] == pytest.approx(left)


def test_draws_come_back_in_order_whatever_the_size_of_the_parts():
    draws = np.arange(3000.0).reshape(1000, 3)
    assert len(parts(draws, 6000)) > 1
    assert np.concatenate(parts(draws, 6000)).tolist() == draws.tolist()


def test_the_median_of_a_draw_is_found_wherever_it_lies():
    times = np.array([1.0, 2.0, 9.0, 10.0])
    ended = np.array([[4.0, 0, 0, 0], [0, 0, 3, 1], [0, 0, 0, 0]])
    at_risk = np.array([[4.0, 0, 0, 0], [4, 4, 4, 1], [4, 4, 4, 4]])
    draws = np.array([[1.0, 1, 0], [2, 0, 0], [0, 2, 0], [0, 0, 2], [0, 1, 1]])
    assert medians_of_draws(draws, times, ended, at_risk).tolist() == [1, 1, 9, np.inf, 10]
