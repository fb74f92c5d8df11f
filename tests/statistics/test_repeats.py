import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.proportions import wilson
from workbench.statistics.repeats import design_effect, effective, poisson_design_effect, with_few_persons

PERSONS = st.lists(
    st.tuples(st.integers(0, 8), st.integers(1, 8)).map(lambda c: (min(c), max(c))), min_size=1, max_size=20
)


def _sums(x, n):
    """The sums over persons that a cube keeps."""
    x, n = np.asarray(x), np.asarray(n)
    return n.sum(), x.sum(), (n**2).sum(), (n * x).sum(), (x**2).sum()


def test_one_row_a_person_has_no_effect():
    assert design_effect(*_sums([1, 0, 1, 0, 0], [1, 1, 1, 1, 1])) == pytest.approx(1)


def test_persons_whose_rows_are_all_alike_are_worth_one_row_each():
    # ten persons of 4 rows, half of them with 4 events, the others with none
    assert design_effect(*_sums([4, 0] * 5, [4] * 10)) == pytest.approx(4)


def test_a_hand_worked_effect():
    # persons 2 of 2, 1 of 3, 0 of 1: p = 1/2; (2-1)^2 + (1-1.5)^2 + (0-0.5)^2 = 1.5 over 6/4
    # and of a quarter of an event beside the 3 seen: 14/6
    assert design_effect(*_sums([2, 1, 0], [2, 3, 1])) == pytest.approx((3 * 1 + 0.25 * 14 / 6) / 3.25)
    # persons 3 of 3, 0 of 2, 1 of 1: p = 2/3; 1 + 16/9 + 1/9 = 26/9 over 6 * 2/9
    # of the 2 rows without the event that are seen
    assert design_effect(*_sums([3, 0, 1], [3, 2, 1])) == pytest.approx((2 * 26 / 12 + 0.25 * 14 / 6) / 2.25)


def test_rows_less_alike_than_chance_are_no_gain():
    assert design_effect(*_sums([1, 1, 1], [2, 2, 2])) == pytest.approx((3 * 1 + 0.25 * 2) / 3.25)


def test_nobody_or_everybody_with_the_event_takes_a_persons_rows_as_alike():
    # 2^2 + 3^2 + 1^2 over 6 rows
    assert design_effect(*_sums([0, 0, 0], [2, 3, 1])) == pytest.approx(14 / 6)
    assert design_effect(*_sums([2, 3, 1], [2, 3, 1])) == pytest.approx(14 / 6)
    assert design_effect(*_sums([0, 0], [1, 1])) == 1


def test_no_rows_have_no_effect_to_speak_of():
    assert np.isnan(design_effect(0, 0, 0, 0, 0))


def test_effective_counts_keep_the_proportion_and_widen_the_interval():
    x, n = effective([30, 8], [100, 10], [4, 1])
    assert x.tolist() == [7.5, 8]
    assert n.tolist() == [25, 10]
    lower, upper = wilson(x, n)
    plain = wilson([30, 8], [100, 10])
    assert lower[0] < plain[0][0] < plain[1][0] < upper[0]
    assert lower[1] == plain[0][1]


def test_effect_on_a_count_is_the_sum_of_squares_over_events():
    # persons with 1, 1 and 4 events
    assert poisson_design_effect([6, 3, 0], [18, 3, 0]).tolist() == [3, 1, 1]


def test_effect_that_rests_on_few_persons_is_enlarged_and_one_without_repeats_is_not():
    # t with 9 degrees of freedom 2.262, with 1 degree 12.706, over 1.960
    found = with_few_persons([2, 2, 1, 2], [20, 4, 10, 20], [40, 8, 10, 40], [10, 1, 10, 100_000])
    assert found == pytest.approx([2 * 1.33214, 2 * 42.0267, 1, 2], rel=1e-4)


@given(PERSONS)
def test_effect_is_between_one_and_the_largest_number_of_rows(persons):
    x, n = (np.array(column) for column in zip(*persons, strict=True))
    effect = design_effect(*_sums(x, n))
    p = x.sum() / n.sum()
    assert effect >= 1
    if 0 < p < 1:
        by_definition = ((x - p * n) ** 2).sum() / (n.sum() * p * (1 - p))
        seen, alike = min(x.sum(), n.sum() - x.sum()), (n**2).sum() / n.sum()
        assert effect == pytest.approx((seen * max(by_definition, 1) + 0.25 * alike) / (seen + 0.25))


def test_interval_of_effective_counts_covers_the_truth_when_persons_repeat():
    generator = np.random.default_rng(2)
    covered = plain = 0
    for _ in range(500):
        rows = generator.geometric(0.3, 120)
        events = generator.binomial(rows, generator.beta(0.6, 1.4, 120))
        sums = _sums(events, rows)
        lower, upper = wilson(*effective(sums[1], sums[0], design_effect(*sums)))
        covered += lower <= 0.3 <= upper
        lower, upper = wilson(sums[1], sums[0])
        plain += lower <= 0.3 <= upper
    assert covered / 500 > 0.92
    assert plain / 500 < 0.85
