import numpy as np
import pytest

from workbench.statistics.false_discovery import benjamini_hochberg

# Benjamini and Hochberg 1995, section 4: fifteen p values of a thrombolysis trial
PAPER = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip


def test_four_of_the_fifteen_published_p_values_are_rejected():
    assert (benjamini_hochberg(PAPER) <= 0.05).sum() == 4


def test_adjusted_p_of_the_fourth_published_value():
    assert benjamini_hochberg(PAPER)[3] == pytest.approx(0.0095 * 15 / 4)


def test_missing_p_stays_missing_and_is_not_counted():
    got = benjamini_hochberg([0.01, np.nan, 0.04])
    assert got[[0, 2]] == pytest.approx([0.02, 0.04])
    assert np.isnan(got[1])


def test_order_of_the_tests_changes_nothing():
    shuffled = np.random.default_rng(3).permutation(15)
    assert benjamini_hochberg(np.array(PAPER)[shuffled]) == pytest.approx(benjamini_hochberg(PAPER)[shuffled])


def test_no_tests_give_no_q():
    assert benjamini_hochberg([]).tolist() == []
    assert np.isnan(benjamini_hochberg([np.nan])).all()
