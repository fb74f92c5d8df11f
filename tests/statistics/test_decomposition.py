import csv
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workbench.statistics.decomposition import (
    comparable,
    cross_classified,
    das_gupta,
    kitagawa,
    over_periods,
    split_interval,
)

NUMBERS = st.floats(0, 100).map(lambda number: round(number, 3))


def test_equal_rates_in_each_place_leave_only_composition():
    # both groups 10 % in one place and 50 % in the other; three quarters of A, one quarter of B in the second
    split = kitagawa([0.25, 0.75], [0.1, 0.5], [0.75, 0.25], [0.1, 0.5])
    assert (split.gap, split.composition, split.rate) == pytest.approx((0.2, 0.2, 0))


def test_equal_shares_leave_only_rates():
    split = kitagawa([0.4, 0.6], [0.3, 0.5], [0.4, 0.6], [0.1, 0.4])
    assert (split.gap, split.composition, split.rate) == pytest.approx((0.14, 0, 0.14))
    assert split.rate_by == pytest.approx([0.08, 0.06])


def test_one_place_has_no_composition():
    split = kitagawa([1], [0.3], [1], [0.1])
    assert (split.gap, split.composition, split.rate) == pytest.approx((0.2, 0, 0.2))


def test_a_place_without_a_rate_makes_the_split_missing_not_zero():
    assert np.isnan(kitagawa([1, 0], [0.3, np.nan], [0.5, 0.5], [0.1, 0.2]).rate)


def test_comparable_places_have_both_groups_and_their_coverage_is_said():
    both, coverage_a, coverage_b = comparable([10, 0, 30], [5, 5, 0])
    assert both.tolist() == [True, False, False]
    assert (coverage_a, coverage_b) == (0.25, 0.5)
    assert np.isnan(comparable([0], [3])[1])


def test_kitagawa_reproduces_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("dg_kitagawa_5_1")
    split = kitagawa(
        np.array(inputs["size85"]) / 100, inputs["rate85"], np.array(inputs["size70"]) / 100, inputs["rate70"]
    )
    assert split.gap == pytest.approx(expected["crude"][2], **tolerance)
    assert split.composition == pytest.approx(expected["composition"][2], **tolerance)
    assert split.rate == pytest.approx(expected["rate"][2], **tolerance)
    assert 100 * split.rate / split.gap == pytest.approx(expected["rate"][3], **tolerance)


def test_admissions_to_berkeley_change_sign_within_departments(shared, disparity_case):
    inputs, expected, tolerance = disparity_case("dg_ucb")
    rows = list(csv.DictReader((shared / "cases" / inputs["data_file"]).open()))
    men, women = ([row for row in rows if row["Gender"] == gender] for gender in ("Male", "Female"))
    counts = [
        np.array([float(row[name]) for row in side]) for side in (women, men) for name in ("Admitted", "n")
    ]
    found = split_interval(*counts)
    split = found.split
    for part in ("composition", "rate"):
        got = 100 * getattr(split, part)
        assert got == pytest.approx(expected[part][1] - expected[part][0], **tolerance)
    assert 100 * split.gap == pytest.approx(expected["crude"][1] - expected["crude"][0], **tolerance)
    assert 100 * split.composition / split.gap == pytest.approx(125.44, abs=0.005)
    assert found.composition[1] < 0 < found.rate[0]


def test_three_factors_have_das_guptas_formula():
    # effect of a: (a1 - a2) ((b1 c1 + b2 c2) / 3 + (b1 c2 + b2 c1) / 6)
    effects = das_gupta({"a": 5, "b": 2, "c": 3}, {"a": 4, "b": 7, "c": 1})
    assert effects["a"] == pytest.approx((6 + 7) / 3 + (2 + 21) / 6)
    assert list(effects) == ["a", "b", "c"]
    assert sum(effects.values()) == pytest.approx(30 - 28, abs=1e-12)


def test_factors_of_places_are_summed_and_two_of_them_are_kitagawas_split():
    shares, rates = ([0.25, 0.75], [0.75, 0.25]), ([0.2, 0.5], [0.1, 0.6])
    split = kitagawa(shares[0], rates[0], shares[1], rates[1])
    effects = das_gupta({"share": shares[0], "rate": rates[0]}, {"share": shares[1], "rate": rates[1]})
    assert effects == pytest.approx({"share": split.composition, "rate": split.rate})


def test_means_are_taken_apart_as_by_a_regression():
    # means of two characteristics and their slopes, combined by a sum: 2*1 + 3*4 = 14 v 1*2 + 3*3 = 11
    def fitted(factors):
        return float(np.dot(factors["mean"], factors["slope"]) + factors["start"])

    effects = das_gupta(
        {"mean": [2, 3], "slope": [1, 4], "start": 0.5},
        {"mean": [1, 3], "slope": [2, 3], "start": 0.0},
        fitted,
    )
    # (2 - 1) * (1 + 2) / 2 and (1 - 2) * (2 + 1) / 2 + (4 - 3) * 3
    assert effects == pytest.approx({"mean": 1.5, "slope": 1.5, "start": 0.5})


def test_an_array_of_figures_is_taken_apart_element_by_element():
    effects = das_gupta(
        {"a": np.array([2.0, 3.0]), "b": np.array([5.0, 1.0])},
        {"a": np.array([1.0, 3.0]), "b": np.array([5.0, 2.0])},
        lambda factors: factors["a"] * factors["b"],
    )
    assert effects["a"] == pytest.approx([5, 0])
    assert effects["b"] == pytest.approx([0, -3])


def test_effects_are_averages_over_every_order_of_exchange():
    first, second = {"a": 2.0, "b": 3.0, "c": 5.0, "d": 0.5}, {"a": 1.0, "b": 7.0, "c": 4.0, "d": 2.0}
    changes = {name: [] for name in first}
    for order in permutations(first):
        now = dict(second)
        for name in order:
            before = np.prod([*now.values()])
            now[name] = first[name]
            changes[name].append(np.prod([*now.values()]) - before)
    assert das_gupta(first, second) == pytest.approx({name: np.mean(by) for name, by in changes.items()})


def test_cross_classified_reproduces_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("dg_crossclass_5_3")
    cells = {name: np.reshape(inputs[name], (2, 11)) for name in inputs if name != "layout"}
    found = cross_classified(cells["size1985"], cells["rate1985"], cells["size1970"], cells["rate1970"])
    got = {"age": found.structure[1], "race": found.structure[0], "rate": found.rate}
    for name, (before, after) in expected.items():
        # the published ones are standardised rates, each to the relative tolerance
        assert got[name] == pytest.approx(after - before, abs=tolerance["rel"] * (before + after))


def test_one_dimension_is_kitagawas_split():
    n_a, n_b = np.array([30, 70]), np.array([60, 40])
    found = cross_classified(n_a, [0.2, 0.4], n_b, [0.1, 0.5])
    split = kitagawa(n_a / 100, [0.2, 0.4], n_b / 100, [0.1, 0.5])
    assert (found.structure[0], found.rate, found.gap) == pytest.approx(
        (split.composition, split.rate, split.gap)
    )


def test_independent_dimensions_are_told_apart():
    # rows alike in both populations, columns not: only the second dimension has an effect
    rows, columns = np.array([[0.3], [0.7]]), np.array([[0.2, 0.8]])
    rates = np.array([[0.1, 0.2], [0.3, 0.6]])
    found = cross_classified(1000 * rows * columns, rates, 1000 * rows * columns[:, ::-1], rates)
    assert found.structure == pytest.approx([0, found.gap], abs=1e-12)
    assert found.rate == 0


def test_a_cell_empty_in_both_populations_needs_no_rate():
    n = np.array([[10, 0], [5, 20]])
    rates = np.array([[0.1, np.nan], [0.3, 0.2]])
    found = cross_classified(n, rates, n[:, ::-1] * 0 + [[20, 0], [5, 5]], rates)
    assert found.structure.sum() + found.rate == pytest.approx(found.gap, abs=1e-12)


@given(
    arrays(int, (2, 3, 2), elements=st.integers(1, 50)),
    arrays(int, (2, 3, 2), elements=st.integers(1, 50)),
    arrays(float, (2, 2, 3, 2), elements=st.floats(0, 1)),
)
def test_pieces_of_three_dimensions_add_up_to_the_gap(n_a, n_b, rates):
    found = cross_classified(n_a, rates[0], n_b, rates[1])
    gap = (n_a * rates[0]).sum() / n_a.sum() - (n_b * rates[1]).sum() / n_b.sum()
    assert found.gap == pytest.approx(gap, abs=1e-12)
    assert found.structure.sum() + found.rate == pytest.approx(gap, abs=1e-12)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=5))
def test_effects_of_any_factors_add_up_without_residual(pairs):
    first, second = ({str(i): pair[side] / 100 for i, pair in enumerate(pairs)} for side in (0, 1))
    gap = np.prod([*first.values()]) - np.prod([*second.values()])
    assert sum(das_gupta(first, second).values()) == pytest.approx(gap, abs=1e-12)


@given(
    arrays(float, (4, 6), elements=st.floats(0, 1)),
    st.permutations(range(6)),
)
def test_order_of_places_and_exchange_of_groups_change_only_order_and_sign(sides, order):
    split, moved = kitagawa(*sides), kitagawa(*sides[:, order])
    turned = kitagawa(*sides[[2, 3, 0, 1]])
    assert moved.composition == pytest.approx(split.composition, abs=1e-12)
    assert moved.rate_by == pytest.approx(split.rate_by[order])
    assert (turned.composition, turned.rate) == pytest.approx((-split.composition, -split.rate))
    assert split.composition + split.rate == pytest.approx(split.gap, abs=1e-12)


def test_merging_places_with_identical_rates_changes_nothing():
    apart = kitagawa([0.2, 0.3, 0.5], [0.1, 0.1, 0.4], [0.4, 0.4, 0.2], [0.2, 0.2, 0.3])
    merged = kitagawa([0.5, 0.5], [0.1, 0.4], [0.8, 0.2], [0.2, 0.3])
    assert (apart.composition, apart.rate) == pytest.approx((merged.composition, merged.rate))


def test_two_periods_have_the_two_population_split():
    first, second = {"a": 2.0, "b": 3.0}, {"a": 5.0, "b": 7.0}
    figures = over_periods([first, second])
    assert figures == pytest.approx(np.array([[2 * 5, 3 * 3.5], [5 * 5, 7 * 3.5]]))


def test_one_period_has_its_own_figure():
    assert over_periods([{"a": 2.0, "b": 3.0}]).tolist() == [[6, 6]]


def test_three_periods_have_das_guptas_formula():
    # effect of a between 1 and 2 in view of 3: a12 - (a12 + a23 - a13) / 3
    periods = [{"a": 2.0, "b": 3.0}, {"a": 5.0, "b": 7.0}, {"a": 4.0, "b": 1.0}]
    figures = over_periods(periods)
    pair = {(i, j): das_gupta(periods[i - 1], periods[j - 1])["a"] for i, j in [(1, 2), (2, 3), (1, 3)]}
    effect = pair[1, 2] - (pair[1, 2] + pair[2, 3] - pair[1, 3]) / 3
    assert figures[0, 0] - figures[1, 0] == pytest.approx(effect)
    # standardised rate of the first: (a1.2 + a1.3) / 2 + ((a2.3 - a2.1) + (a3.2 - a3.1)) / 6
    assert figures[0, 0] == pytest.approx((2 * 5 + 2 * 2) / 2 + ((5 * 4 - 5 * 5) + (4 * 4 - 4 * 2)) / 6)


@given(arrays(float, (5, 3), elements=st.floats(0, 10)))
def test_effects_between_any_two_periods_add_up_to_the_change(periods):
    figures = over_periods([{"a": row[0], "b": row[1], "c": row[2]} for row in periods])
    crude = periods.prod(1)
    assert (figures - figures[0]).sum(1) == pytest.approx(crude - crude[0], abs=1e-9)


def test_the_same_counts_give_the_same_limits():
    counts = [3, 5], [20, 30], [9, 2], [40, 10]
    assert split_interval(*counts).gap == split_interval(*counts).gap
    assert split_interval(*counts, seed=2).gap != split_interval(*counts).gap


def test_composition_as_a_share_of_the_gap_has_limits_from_the_same_draws():
    # 20 of 40 points are composition; where it is all of the gap, its limits lie on either side of 1
    half = split_interval([20, 210], [100, 300], [30, 40], [300, 100])
    assert half.split.composition / half.split.gap == pytest.approx(0.5)
    assert half.composition_share == pytest.approx((0.386, 0.627), abs=0.02)
    whole = split_interval([10, 180], [100, 300], [30, 60], [300, 100])
    assert whole.composition_share[0] < 1 < whole.composition_share[1]


def test_places_without_a_group_are_refused():
    with pytest.raises(ValueError, match=r"comparable\(\)"):
        split_interval([3, 0], [20, 0], [9, 2], [40, 10])
    with pytest.raises(ValueError, match="needs places"):
        split_interval([], [], [], [])


@pytest.mark.parametrize("rates", [False, True])
def test_nobody_anywhere_still_has_an_interval(rates):
    found = split_interval(np.zeros(20), np.full(20, 5), np.zeros(20), np.full(20, 9), rates=rates)
    assert found.split.gap == 0
    assert found.gap[0] < 0 < found.gap[1]
    assert found.rate_by[0].shape == (20,)
    assert (found.rate_by[1] > 0).all()


def test_shares_with_an_error_widen_the_composition():
    counts = [300, 500], [2000, 1000], [900, 200], [1000, 3000]
    fixed = split_interval(*counts, rates=True)
    drawn = split_interval(*counts, rates=True, share_error_a=[0.1, 0.1], share_error_b=[0.1, 0.1])
    width = fixed.composition[1] - fixed.composition[0]
    assert drawn.composition[1] - drawn.composition[0] > 2 * width
    assert drawn.split.gap == fixed.split.gap
    exact = split_interval(*counts, rates=True, share_error_a=[0, 0], share_error_b=[0, 0])
    assert exact.rate[1] - exact.rate[0] == pytest.approx(fixed.rate[1] - fixed.rate[0], rel=0.1)


def test_an_error_of_the_residents_is_an_error_of_their_rate():
    # all rates are 0.5 on many events: what is left is the error of the residents, 10 % in each place,
    # averaged over two places and taken from two groups: 0.5 * 0.1 * sqrt(1/2 + 1/2)
    counts = [5e7, 5e7], [1e8, 1e8], [5e7, 5e7], [1e8, 1e8]
    error = {"share_error_a": [0.05, 0.05], "share_error_b": [0.05, 0.05]}
    lower, upper = split_interval(*counts, rates=True, **error).gap
    assert (upper - lower) / 2 == pytest.approx(1.96 * 0.5 * 0.1, rel=0.1)
    fixed = split_interval(*counts, **error).gap
    assert fixed[1] - fixed[0] < 0.001


def test_limits_cover_both_parts_at_their_level_with_many_small_places():
    generator = np.random.default_rng(11)
    n_a, n_b = generator.poisson(2, 60) + 1, generator.poisson(20, 60) + 1
    rate = np.full(60, 0.06)
    truth = kitagawa(n_a / n_a.sum(), rate, n_b / n_b.sum(), rate)
    covered = np.zeros(2)
    for seed in range(400):
        found = split_interval(
            generator.binomial(n_a, rate), n_a, generator.binomial(n_b, rate), n_b, replicates=400, seed=seed
        )
        covered += [found.rate[0] <= truth.rate <= found.rate[1], found.gap[0] <= truth.gap <= found.gap[1]]
    assert covered / 400 == pytest.approx([0.95, 0.95], abs=0.035)
