"""The best box of runs and crossings, held to its published table and to sequences that are counted out."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import binom

from workbench.statistics.anhoej import Runs, critical_values, runs
from workbench.statistics.run_box import best_box, joint

# J. Anhoej and T. Wentzel-Larsen, PLoS ONE 15, 2020, e0233920, table 1, for 10 to 100 points; as stored in qicharts2 0.8.1.
CROSSINGS = """
2 3 3 3 3 4 5 5 5 5 6 7 6 6 6 6 9 9 9 10 11 11 11 11 11 12 13 14 13 15 15 15 14 14 17 17 17 17 19 19
19 19 19 21 21 21 21 23 23 23 23 23 25 25 26 26 27 27 27 28 29 29 29 30 30 31 31 31 32 33 33 33 34
33 35 35 35 35 37 37 38 37 39 39 39 39 39 41 41 42 41
"""
LONGEST = """
6 7 6 6 6 7 8 7 7 7 7 8 7 7 7 7 9 8 8 8 10 9 8 8 8 8 9 10 8 11 9 9 8 8 10 9 9 9 12 10 9 9 9 11 10 9
9 12 10 10 9 9 11 10 11 10 12 10 10 11 14 11 10 11 10 12 11 10 11 13 11 10 11 10 11 11 10 10 12 11
12 10 13 11 11 10 10 12 11 12 10
"""


@pytest.mark.parametrize("n", [*range(10, 101, 6), 100])
def test_the_box_is_the_published_one(n):
    longest, crossings = (np.fromstring(table, int, sep=" ")[n - 10] for table in (LONGEST, CROSSINGS))
    assert best_box(n) == (longest, crossings)


def test_the_box_of_24_points_is_tighter_in_runs_and_wider_in_crossings():
    assert best_box(24) == (7, 6)
    assert critical_values(24) == (8, 8)


@pytest.mark.parametrize("n", [9, 101])
def test_there_is_no_box_beyond_the_published_sizes(n):
    with pytest.raises(ValueError, match=f"10 to 100 points, got {n}"):
        best_box(n)


@pytest.mark.parametrize("above", [0.5, 0.7])
def test_the_joint_distribution_is_what_counting_all_sequences_gives(above):
    wanted = np.zeros((6, 6))
    for sides in product((1, -1), repeat=6):
        found = runs(sides, 0)
        share = above ** sides.count(1) * (1 - above) ** sides.count(-1)
        wanted[found.longest - 1 :, found.crossings] += share
    assert joint(6, above) == pytest.approx(wanted)


def test_crossings_alone_are_binomial():
    assert joint(12)[-1] == pytest.approx(binom.pmf(np.arange(12), 11, 0.5))


def test_runs_are_held_against_the_box_that_is_asked_for():
    eight = [1] * 8 + [-1, 1] * 8
    assert runs(eight, 0) == Runs(24, 8, 16, 8, 8)
    assert not runs(eight, 0).signal
    assert runs(eight, 0, best_box) == Runs(24, 8, 16, 7, 6)
    assert runs(eight, 0, best_box).long_run
