"""How much of a stretch is covered, against counting unit by unit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.occupancy import Occupancy, lowest_over_ranges


def test_overlaps_are_counted_once_and_tracks_apart():
    occupancy = Occupancy([0, 0, 1], [0, 2, 1], [4, 6, 9], [7, 3, 1])
    assert occupancy.covered([0, 0, 1, 2], [0, -5, 3, 0], [10, 3, 5, 9]).tolist() == [6, 3, 2, 0]
    assert occupancy.covered([0, 0, 0], [0, 3, 0], [10, 6, 10], at_most=[3, 7, 2]).tolist() == [4, 3, 0]


def test_nothing_covers_nothing():
    assert Occupancy([], [], [], []).covered([0], [0], [5]).tolist() == [0]


def test_the_lowest_of_overlapping_ranges_is_kept():
    lowest = lowest_over_ranges(np.array([0, 1, 4]), np.array([5, 3, 4]), np.array([5, 2, 0]), 6)
    assert lowest.tolist() == [5, 2, 2, 5, 5, np.iinfo(np.int64).max]


interval = st.tuples(st.integers(0, 1), st.integers(-4, 12), st.integers(0, 8), st.integers(0, 4))


@given(st.lists(interval, max_size=10), st.lists(interval, min_size=1, max_size=6))
def test_covered_time_is_that_of_counting_units(intervals, questions):
    columns = list(zip(*intervals, strict=True)) or [[], [], [], []]
    track, start, lasting, value = (np.array(column, int) for column in columns)
    occupancy = Occupancy(track, start, start + lasting, value)
    asked, since, length, limit = (np.array(column) for column in zip(*questions, strict=True))
    counted = [
        sum(
            any(t == a and s <= unit < s + d and v <= most for t, s, d, v in intervals)
            for unit in range(begin, begin + long)
        )
        for a, begin, long, most in questions
    ]
    assert occupancy.covered(asked, since, since + length, at_most=limit).tolist() == counted
