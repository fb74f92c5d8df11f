import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.outcome_test import outcome_test

COUNTS = st.tuples(st.integers(0, 200), st.integers(1, 200)).map(lambda c: (min(c), max(c)))


def test_fewer_hits_among_those_searched_suggest_a_lower_threshold():
    # 56 of 70 and 48 of 80: Newcombe 1998 (differences), table II, method 6, gives 0.0528 to 0.3382
    found = outcome_test(48, 80, 56, 70)
    assert found.suggests == "lower threshold"
    assert (found.rate, found.reference_rate, found.difference) == pytest.approx((0.6, 0.8, -0.2))
    assert (found.difference_lower, found.difference_upper) == pytest.approx((-0.3382, -0.0528), abs=6e-5)
    assert found.p < 0.05
    assert found.ratio == pytest.approx(0.75)
    assert found.ratio_upper < 1


def test_more_hits_suggest_a_higher_threshold():
    assert outcome_test(56, 70, 48, 80).suggests == "higher threshold"


def test_rates_have_their_score_intervals():
    # Newcombe 1998 (proportions), table I, method 3: 15/148 gives 0.0624 to 0.1605, 0/20 gives 0 to 0.1611
    found = outcome_test(15, 148, 0, 20)
    assert (found.lower, found.upper) == pytest.approx((0.0624, 0.1605), abs=6e-5)
    assert (found.reference_lower, found.reference_upper) == pytest.approx((0, 0.1611), abs=6e-5)
    assert np.isinf(found.ratio_upper)


def test_no_difference_shown_is_said_with_what_would_have_shown():
    # by hand at 0.12: 1.96 sqrt(0.24 x 0.76 / 100) + 0.8416 sqrt((0.18 x 0.82 + 0.3 x 0.7) / 200) = 0.1193
    found = outcome_test(50, 200, 60, 200)
    assert found.suggests == "no difference shown"
    assert found.detectable == pytest.approx(0.1195, abs=5e-4)


def test_among_few_not_even_a_group_without_hits_would_have_shown():
    found = outcome_test(5, 20, 6, 20)
    assert found.suggests == "no difference shown"
    assert np.isnan(found.detectable)


@pytest.mark.parametrize("counts", [(0, 0, 5, 20), (5, 20, 0, 0), (0, 0, 0, 0)])
def test_where_nobody_was_searched_it_cannot_be_told(counts):
    found = outcome_test(*counts)
    assert found.suggests == "cannot be told"
    assert np.isnan([found.difference, found.difference_lower, found.p, found.ratio]).all()


@pytest.mark.parametrize("counts", [(0, 20, 0, 30), (20, 20, 30, 30)])
def test_none_or_all_hits_in_both_show_no_difference(counts):
    assert outcome_test(*counts).suggests == "no difference shown"


def test_many_groups_are_compared_at_once():
    found = outcome_test([48, 56, 0], [80, 70, 0], 56, 70)
    assert found.suggests.tolist() == ["lower threshold", "no difference shown", "cannot be told"]


def test_more_hits_than_searches_are_refused():
    with pytest.raises(ValueError, match="21 of 20"):
        outcome_test(21, 20, 5, 20)


@given(COUNTS, COUNTS)
def test_exchanging_group_and_reference_exchanges_the_words(first, second):
    other = {"lower threshold": "higher threshold", "higher threshold": "lower threshold"}
    word = str(outcome_test(*first, *second).suggests)
    assert str(outcome_test(*second, *first).suggests) == other.get(word, word)


@given(COUNTS, COUNTS)
def test_word_and_interval_never_disagree(first, second):
    found = outcome_test(*first, *second)
    leaves_out_zero = (found.difference_lower > 1e-9) | (found.difference_upper < -1e-9)
    assert leaves_out_zero == (found.suggests != "no difference shown")
