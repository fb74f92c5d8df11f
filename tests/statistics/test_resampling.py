import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import t

from workbench.statistics.resampling import Blocks, Contrast, block_counts, contrast


def test_whole_blocks_are_drawn():
    drawn = block_counts(np.array([1, 1, 2, 2, 2]), replicates=50, seed=3)
    assert (drawn[:, 0] == drawn[:, 1]).all()
    assert (drawn[:, 2] == drawn[:, 4]).all()
    assert (drawn[:, 0] + drawn[:, 2] == 2).all()


def test_few_blocks_are_read_further_out():
    # Thirteen weeks each: 24 degrees of freedom, t = 2.0639, times sqrt(13 / 12) = 2.1482, beyond which are 1.585 %.
    assert Blocks(13, 13).tail(0.95) == pytest.approx(0.01585, abs=1e-5)
    assert Blocks(4000, 4000).tail(0.95) == pytest.approx(0.025, abs=1e-4)


def test_groups_of_the_same_weeks_have_one_degree_a_week_less_one():
    assert (Blocks(13, 9).freedom, Blocks(13, 9, drawn_together=True).freedom) == (20, 8)
    assert Blocks(13, 13, drawn_together=True).tail(0.95) < Blocks(13, 13).tail(0.95)


def test_p_goes_with_the_interval():
    blocks = Blocks(13, 9)
    assert blocks.p(2 * blocks.tail(0.9)) == pytest.approx(0.1)
    z = 2.0
    assert blocks.p(2 * ndtr(-z)) == pytest.approx(2 * t.sf(z / np.sqrt(9 / 8), 20))


def test_a_single_block_has_no_interval():
    assert contrast(np.array([3.0, 3, 3]), 0.95, Blocks(1, 13)) == Contrast(3.0, None, None)


def test_a_draw_that_says_nothing_could_lie_on_either_side():
    got = contrast(np.array([1.0] + [1.0] * 50 + [np.nan] * 50), 0.95, Blocks(13, 13))
    assert (got.value, got.lower, got.upper) == (1.0, None, None)


def test_a_bound_that_is_not_reached_is_open():
    got = Contrast(None, 2.0, None)
    assert (got.is_open, got.is_clear, got.leaves_out(2.5)) == (True, True, False)
    assert not Contrast(1.0, 0.5, 1.5).is_open
