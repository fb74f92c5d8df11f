"""Slope and concentration indices of ordered groups: published figures, boundaries, invariants."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.gradients import concentration_index, logistic_slope_index, ridit, slope_index
from workbench.statistics.proportions import critical_value


def test_ridits_are_the_middles_of_the_ranked_population():
    assert list(ridit([1, 1, 2])) == [0.125, 0.375, 0.75]
    assert list(ridit([7])) == [0.5]


@pytest.mark.parametrize(("name", "field"), [("he_aci", "absolute"), ("he_rci", "relative")])
def test_published_concentration_indices_are_reproduced(reference, name, field):
    case = reference("disparity", name)
    found = concentration_index(case["inputs"]["pop"], case["inputs"]["est"])
    assert getattr(found, field) == pytest.approx(case["expected"], rel=case["tolerance"]["rel"])


def test_published_slope_and_relative_index_are_reproduced(reference):
    case = reference("disparity", "phe_sii_area1")
    found = slope_index(case["inputs"]["population"], case["inputs"]["value"])
    assert found.slope == pytest.approx(case["expected"]["sii"], rel=case["tolerance"]["rel"])
    assert found.ratio == pytest.approx(case["expected"]["rii"], rel=case["tolerance"]["rel"])
    assert np.isnan([found.slope_lower, found.slope_upper, found.ratio_lower, found.ratio_upper]).all()


@pytest.mark.parametrize("name", ["phe_sii_ci_area1", "phe_sii_ci_area2"])
def test_published_limits_of_the_slope_are_reproduced(reference, name):
    case = reference("disparity", name)
    groups = case["inputs"]["population"], case["inputs"]["value"], case["inputs"]["se"]
    found = slope_index(*groups)
    assert [found.slope_lower, found.slope_upper] == pytest.approx(
        [case["expected"]["lower"], case["expected"]["upper"]], rel=case["tolerance"]["rel"]
    )
    assert slope_index(*groups) == found
    assert slope_index(*groups, seed=1).slope_lower != found.slope_lower


def test_a_straight_line_is_found_exactly():
    # 10 at the bottom, 30 at the top: the groups' middles lie on the line.
    share = [1, 2, 3, 4]
    found = slope_index(share, 10 + 20 * ridit(share), [0, 0, 0, 0])
    literal = [20, 20, 20, 3, 3, 3]
    assert [found.slope, found.slope_lower, found.slope_upper] == pytest.approx(literal[:3])
    assert [found.ratio, found.ratio_lower, found.ratio_upper] == pytest.approx(literal[3:])


def test_limits_without_a_transform_are_those_of_a_normal_slope():
    share, error = np.array([0.2, 0.3, 0.5]), np.array([1.0, 2.0, 1.5])
    place = ridit(share) - 0.5
    spread = np.sqrt(((share * place * error) ** 2).sum()) / (share * place**2).sum()
    found = slope_index(share, [10, 20, 25], error, replicates=40_000)
    reach = critical_value(0.95) * spread
    assert [found.slope - found.slope_lower, found.slope_upper - found.slope] == pytest.approx(
        [reach] * 2, rel=0.02
    )


def test_a_transform_keeps_drawn_estimates_where_they_can_be():
    # Near 0 a plain normal draw goes below it; on the logarithm or the logit it does not.
    share, estimate = [1, 1], [0.01, 0.02]
    plain = slope_index(share, estimate, [0.02, 0.02])
    logarithm = slope_index(share, estimate, [0.8, 0.8], "log")
    proportion = slope_index(share, estimate, [0.8, 0.8], "logit")
    assert plain.slope == logarithm.slope == proportion.slope == pytest.approx(0.02)
    assert plain.slope_lower < -0.05
    assert -0.1 < logarithm.slope_lower < 0 < logarithm.slope_upper
    # A logit far out is a proportion of at most 1: the slope of two halves is at most 2.
    assert slope_index(share, [0.5, 0.5], [50, 50], "logit").slope_upper <= 2


def test_the_logistic_slope_counts_each_person_once():
    # Field note C5: 44.905 and 3.224; healthequal weights by the square of the group: 44.445 and 3.160.
    n = np.array([78, 91, 162, 103, 105])
    x = np.round(n * [0.2, 0.3, 0.4, 0.5, 0.6])
    found = logistic_slope_index(x, n, scale=100)
    assert [found.slope, found.ratio] == pytest.approx([44.905, 3.224], abs=0.0005)
    # Each place weighted by its square, the ranks left alone, is the fault.
    assert abs(found.slope - 44.445) > 0.4


def test_groups_without_an_order_to_speak_of_have_no_slope():
    assert np.isnan(slope_index([5], [10], [1]).slope)
    assert np.isnan(logistic_slope_index([1], [5]).slope)
    assert np.isnan(logistic_slope_index([0, 0], [5, 5]).slope)
    assert np.isnan(logistic_slope_index([5, 5], [5, 5]).slope)


def test_a_line_that_starts_at_or_below_zero_has_no_ratio():
    found = slope_index([1, 1], [0, 10])
    assert found.slope == pytest.approx(20)
    assert np.isnan(found.ratio)


def test_events_that_one_place_parts_from_the_rest_have_no_curve():
    for x, n in (([0, 50], [50, 50]), ([1, 0], [2, 16]), ([0, 0, 7, 9], [5, 5, 8, 9])):
        assert np.isnan(logistic_slope_index(x, n).slope)
        assert np.isnan(logistic_slope_index(x[::-1], n[::-1]).ratio)
    # One event below is enough for a curve.
    assert 0 < logistic_slope_index([1, 0, 7, 9], [5, 5, 8, 9]).slope < 1


def test_standard_errors_of_the_concentration_indices_are_their_spread():
    share, estimate, error = (
        [78, 91, 162, 103, 105],
        np.array([20, 30, 40, 50, 60]),
        np.array([3, 2, 2, 3, 4]),
    )
    found = concentration_index(share, estimate, error)
    rng = np.random.default_rng(8)
    drawn = [concentration_index(share, rng.normal(estimate, error)) for _ in range(4000)]
    assert found.absolute_error == pytest.approx(np.std([one.absolute for one in drawn]), rel=0.04)
    assert found.relative_error == pytest.approx(np.std([one.relative for one in drawn]), rel=0.04)
    assert np.isnan(concentration_index(share, estimate).absolute_error)
    assert np.isnan(concentration_index([1, 1], [0, 0]).relative)


GROUPS = st.lists(st.tuples(st.integers(1, 1000), st.floats(1, 99)), min_size=2, max_size=8)


@given(GROUPS)
def test_turning_the_order_around_turns_the_sign(groups):
    share, estimate = zip(*groups, strict=True)
    there, back = slope_index(share, estimate), slope_index(share[::-1], estimate[::-1])
    assert back.slope == pytest.approx(-there.slope, abs=1e-6)
    assert concentration_index(share[::-1], estimate[::-1]).absolute == pytest.approx(
        -concentration_index(share, estimate).absolute, abs=1e-8
    )


@given(GROUPS, st.integers(0, 7), st.integers(2, 4))
def test_splitting_a_group_changes_no_concentration(groups, at, parts):
    at %= len(groups)
    split = [
        part
        for place, (people, estimate) in enumerate(groups)
        for part in ([(people / parts, estimate)] * parts if place == at else [(people, estimate)])
    ]
    found = concentration_index(*zip(*split, strict=True))
    assert found.absolute == pytest.approx(concentration_index(*zip(*groups, strict=True)).absolute, abs=1e-8)


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=8), st.floats(1, 99))
def test_equal_groups_have_no_gradient(share, level):
    same = [level] * len(share)
    assert slope_index(share, same).slope == pytest.approx(0, abs=1e-7)
    assert slope_index(share, same).ratio == pytest.approx(1)
    assert concentration_index(share, same).absolute == pytest.approx(0, abs=1e-9)


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)), min_size=2, max_size=6))
def test_counting_those_without_the_event_turns_the_logistic_slope(groups):
    n, x = np.array([n for n, _ in groups]), np.array([min(x, n) for n, x in groups])
    found = logistic_slope_index(x, n)
    assert not abs(found.slope) > 1
    mirrored = logistic_slope_index(n - x, n)
    assert mirrored.slope == pytest.approx(-found.slope, abs=1e-6, nan_ok=True)
