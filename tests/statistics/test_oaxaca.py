import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workbench.statistics.oaxaca import oaxaca_blinder

# waits of 2 + 3x in group A (x = 1, 2, 3) and of 1 + 2x in group B (x = 0, 1, 2): means 8 and 3
LINES = ([5, 8, 11], [1, 2, 3], [1, 3, 5], [0, 1, 2])


def test_three_parts_of_two_straight_lines():
    # (2 - 1) * 2, then 1 * (2 - 1) + 1 * (3 - 2), then (2 - 1) * (3 - 2)
    split = oaxaca_blinder(*LINES)
    assert (split.gap, split.endowments, split.coefficients, split.interaction) == pytest.approx((5, 2, 2, 1))


@pytest.mark.parametrize(
    ("reference", "explained"),
    # both slopes weigh alike with an indicator of the group; without it the six points have
    # sums of squares 5.5 and of products 17.5
    [("first", 3), ("second", 2), ("equal", 2.5), ("pooled", 2.5), ("without_group", 17.5 / 5.5)],
)
def test_explained_part_is_at_the_reference_coefficients(reference, explained):
    split = oaxaca_blinder(*LINES, reference)
    assert (split.explained, split.unexplained) == pytest.approx((explained, 5 - explained))
    assert split.explained_by == pytest.approx([explained])


def test_coefficients_by_size_lean_to_the_larger_group():
    # six cases on 2 + 3x beside three on 1 + 2x: a slope of (6 * 3 + 3 * 2) / 9; means of x 2 and 1
    split = oaxaca_blinder([5, 8, 11] * 2, [1, 2, 3] * 2, [1, 3, 5], [0, 1, 2], "by_size")
    assert (split.explained, split.unexplained) == pytest.approx((8 / 3, 7 / 3))


def test_groups_alike_in_what_they_bring_leave_nothing_explained():
    split = oaxaca_blinder([5, 8, 11], [1, 2, 3], [1, 3, 5], [1, 2, 3])
    assert (split.explained, split.unexplained, split.endowments) == pytest.approx((0, 5, 0))


def test_a_characteristic_that_does_not_vary_is_refused():
    with pytest.raises(ValueError, match="3 cases do not determine 2 coefficients"):
        oaxaca_blinder([5, 8, 11], [1, 1, 1], [1, 3, 5], [0, 1, 2])


@given(
    arrays(float, (2, 8, 3), elements=st.floats(-5, 5)),
    st.sampled_from(["pooled", "without_group", "equal", "by_size", "first", "second"]),
)
def test_parts_add_up_to_the_gap(sides, reference):
    noise = np.random.default_rng(1).normal(size=(2, 8, 2))
    (y_a, y_b), (x_a, x_b) = sides[:, :, 0], sides[:, :, 1:] + noise
    split = oaxaca_blinder(y_a, x_a, y_b, x_b, reference)
    assert split.endowments + split.coefficients + split.interaction == pytest.approx(split.gap, abs=1e-6)
    assert split.explained + split.unexplained == pytest.approx(split.gap, abs=1e-9)
    assert split.gap == pytest.approx(y_a.mean() - y_b.mean())
