"""Funnel limits: published figures, boundaries, over-dispersion, agreement with the intervals."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.funnel import (
    ALARM,
    WARNING,
    WORDS,
    adjusted_limits,
    expected_at_limits,
    overdispersion,
    proportion_limits,
    rate_limits,
    ratio_limits,
    significance,
)
from workbench.statistics.proportions import critical_value, wilson

Z95, Z998 = critical_value(WARNING), critical_value(ALARM)


def test_published_limits_of_a_proportion_are_reproduced(reference):
    case = reference("disparity", "phe_funnel_prop_limits")
    n, pooled = case["inputs"]["population"], case["inputs"]["pooled"]
    limits = [limit for z in (Z95, Z998) for limit in proportion_limits(n, pooled, z)]
    found = np.column_stack([n, *(100 * limit for limit in limits)])
    tolerance = case["tolerance"]
    assert found == pytest.approx(
        np.array(case["expected"], float), rel=tolerance["rel"], abs=tolerance["abs"]
    )


def test_published_words_of_significance_are_reproduced(shared, reference):
    case = reference("disparity", "phe_funnel_prop_limits")
    with open(shared / "cases" / case["inputs"]["data_file"], encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    x, n = (np.array([float(row[column]) for row in rows]) for column in ("numerator", "denominator"))
    target = x.sum() / n.sum()
    assert target == pytest.approx(case["inputs"]["pooled"])
    found = significance(x / n, proportion_limits(n, target, Z95), proportion_limits(n, target, Z998))
    theirs = ("Low (0.001)", "Low (0.025)", "Not significant", "High (0.025)", "High (0.001)")
    assert [theirs[WORDS.index(word)] for word in found] == [row["significance"] for row in rows]


def test_published_limits_of_a_standardised_ratio_are_reproduced(reference):
    case = reference("disparity", "funnel_sr_poisson")
    for confidence, name in ((WARNING, "95"), (ALARM, "998")):
        lower, upper = ratio_limits(case["inputs"]["expected"], confidence)
        assert lower == pytest.approx(case["expected"][f"ll{name}"], abs=case["tolerance"]["abs"])
        assert upper == pytest.approx(case["expected"][f"ul{name}"], abs=case["tolerance"]["abs"])


def test_published_expected_events_at_the_limits_are_reproduced(reference):
    case = reference("disparity", "phe_funnel_ratio_limits")
    observed = np.array(case["inputs"]["observed"], float)
    (low, high), (lowest, highest) = (expected_at_limits(observed, level) for level in (WARNING, ALARM))
    found = np.column_stack([high, low, highest, lowest, 100 * observed / high, 100 * observed / low])
    assert found == pytest.approx(np.array(case["expected"]), rel=case["tolerance"]["rel"])


def test_limits_at_their_boundaries():
    lower, upper = proportion_limits([0, 1, 100], 0.5, Z95)
    assert [np.isnan(lower[0]), np.isnan(upper[0])] == [True, True]
    assert [lower[1], upper[1]] == [0, 1]
    assert [lower[2], upper[2]] == pytest.approx([0.402, 0.598], abs=5e-4)
    assert [float(limit) for limit in proportion_limits(10, 0, Z95)] == [0, 0]
    assert [float(limit) for limit in proportion_limits(10, 1, Z95)] == [1, 1]
    assert np.isnan(ratio_limits([0.0])).all()
    assert np.isnan(rate_limits([0, 100], [0.1, 0])).all()


def test_limits_of_a_rate_are_those_of_the_ratio_times_the_target():
    # 20 expected: 0.610826 and 1.544419 (FunnelPlotR).
    lower, upper = rate_limits([1000], 0.02)
    assert [lower[0], upper[0]] == pytest.approx([0.02 * 0.610826, 0.02 * 1.544419], rel=1e-6)


def test_a_value_on_a_limit_is_within_it_and_a_missing_one_has_no_word():
    found = significance([1, 2, 3, 5, 7, 8, 9, np.nan], (3, 7), (2, 8))
    within, nothing = WORDS[2], ""
    assert list(found) == [WORDS[0], WORDS[1], within, within, within, WORDS[3], WORDS[4], nothing]
    assert significance([5], (3, np.nan), (2, 8))[0] == nothing


def test_overdispersion_by_hand():
    # Four places of 100 and 400 trials around one half; arcsine of the root of one half is pi / 4.
    x, n = np.array([40, 60, 180, 230]), np.array([100, 100, 400, 400])
    z = (np.arcsin(np.sqrt(x / n)) - np.pi / 4) * 2 * np.sqrt(n)
    found = overdispersion(x, n, 0.5, winsorise=0)
    assert found.z == pytest.approx(z)
    assert found.phi == pytest.approx((z**2).mean())
    # Precisions 400, 400, 1600, 1600: 4000 less 5,440,000 / 4000.
    assert found.tau2 == pytest.approx(((z**2).sum() - 3) / (4000 - 1360))
    assert found.between == pytest.approx(found.tau2**0.5)


def test_ratio_and_rate_are_measured_on_the_logarithm():
    ratio = overdispersion([10, 40, 0], [20, 20, 20], 1, "ratio", winsorise=0)
    assert list(ratio.z) == pytest.approx(
        [-np.log(2) * 20**0.5, np.log(2) * 20**0.5, np.log(0.5 / 20) * 20**0.5]
    )
    rate = overdispersion([10, 40, 0], [2000, 2000, 2000], 0.01, "rate", winsorise=0)
    assert list(rate.z) == pytest.approx(list(ratio.z))
    assert [rate.phi, rate.tau2] == pytest.approx([ratio.phi, ratio.tau2])


def test_winsorising_draws_in_the_extremes_but_not_the_scores_shown():
    x, n = [50, 51, 49, 50, 52, 48, 50, 51, 49, 100], [100] * 10
    plain, drawn_in = overdispersion(x, n, 0.5, winsorise=0), overdispersion(x, n, 0.5)
    assert drawn_in.phi < plain.phi
    assert list(drawn_in.z) == list(plain.z)
    ends = np.quantile(plain.z, [0.1, 0.9])
    assert drawn_in.phi == pytest.approx((np.clip(plain.z, *ends) ** 2).mean())


def test_places_that_chance_explains_have_no_variance_between_them():
    assert overdispersion([50, 51], [100, 100], 0.5).tau2 == 0
    assert overdispersion([90], [100], 0.5).tau2 == 0
    assert overdispersion([], [], 0.5).tau2 == 0
    assert np.isnan(overdispersion([0], [0], 0.5).phi)
    left_out = overdispersion([40, 60, 0], [100, 100, 0], 0.5, winsorise=0)
    assert left_out.phi == pytest.approx(overdispersion([40, 60], [100, 100], 0.5, winsorise=0).phi)
    assert np.isnan(left_out.z[2])


def test_more_than_chance_is_counted_from_one_less_than_the_places():
    # Two places with squared z scores that sum to 1.3: more than 1, less than 2.
    found = overdispersion([46, 54], [100, 100], 0.5, winsorise=0)
    assert 1 < 2 * found.phi < 2
    assert found.tau2 == pytest.approx((2 * found.phi - 1) / 400)
    assert overdispersion([47, 53], [100, 100], 0.5, winsorise=0).tau2 == 0


def test_more_events_than_trials_are_refused_for_a_proportion_only():
    with pytest.raises(ValueError, match="got 5 of 4"):
        overdispersion([5], [4], 0.5)
    assert overdispersion([5], [4], 1, "ratio").z[0] > 0


def test_the_planted_variance_between_places_is_found():
    rng = np.random.default_rng(11)
    n = rng.integers(200, 800, 400)
    angle = np.pi / 4 + 0.08 * rng.normal(size=400)
    found = overdispersion(rng.binomial(n, np.sin(angle) ** 2), n, 0.5, winsorise=0)
    assert found.between == pytest.approx(0.08, rel=0.1)
    expected = rng.integers(200, 800, 400)
    events = rng.poisson(expected * np.exp(0.2 * rng.normal(size=400)))
    assert overdispersion(events, expected, 1, "ratio", winsorise=0).between == pytest.approx(0.2, rel=0.1)


def test_adjusted_limits_by_hand():
    lower, upper = adjusted_limits([100], 0.5, 0.01)
    reach = Z95 * np.sqrt(1 / 400 + 0.01)
    assert [lower[0], upper[0]] == pytest.approx(list(np.sin([np.pi / 4 - reach, np.pi / 4 + reach]) ** 2))
    lower, upper = adjusted_limits([25], 2, 0.04, "ratio", confidence=ALARM)
    reach = Z998 * np.sqrt(1 / 50 + 0.04)
    assert [lower[0], upper[0]] == pytest.approx([2 * np.exp(-reach), 2 * np.exp(reach)])
    rate = adjusted_limits([5000], 0.01, 0.04, "rate")
    assert [100 * limit[0] for limit in rate] == pytest.approx(
        [limit[0] for limit in adjusted_limits([50], 1, 0.04, "ratio")]
    )


def test_adjusted_limits_stay_where_a_proportion_can_be():
    lower, upper = adjusted_limits([1, 0], [0.02, 0.5], 0.3)
    assert [lower[0], upper[0]] == [0, 1]
    assert np.isnan([lower[1], upper[1]]).all()


@given(st.integers(1, 400), st.data(), st.floats(0.01, 0.99), st.sampled_from([WARNING, ALARM]))
def test_a_proportion_is_outside_exactly_when_its_wilson_interval_leaves_out_the_target(
    n, data, target, level
):
    x = data.draw(st.integers(0, n))
    low, high = wilson(x, n, level)
    lower, upper = proportion_limits(n, target, critical_value(level))
    if min(abs(target - low), abs(target - high)) > 1e-9:
        assert bool(x / n < lower or x / n > upper) == bool(target < low or target > high)


PLACES = st.lists(st.tuples(st.integers(1, 500), st.floats(0, 1)), min_size=1, max_size=12)


@given(PLACES, st.randoms(use_true_random=False))
def test_the_order_of_places_is_nothing_to_their_dispersion(places, order):
    shuffled = list(places)
    order.shuffle(shuffled)
    plain, found = (
        overdispersion([int(n * part) for n, part in some], [n for n, _ in some], 0.4)
        for some in (places, shuffled)
    )
    assert [found.phi, found.tau2] == pytest.approx([plain.phi, plain.tau2])
    assert sorted(found.z) == pytest.approx(sorted(plain.z))


@given(st.integers(1, 5000), st.floats(0.01, 0.99), st.floats(0, 0.2))
def test_more_variance_between_places_never_narrows_the_limits(n, target, tau2):
    lower, upper = adjusted_limits(n, target, 0)
    wider_lower, wider_upper = adjusted_limits(n, target, tau2)
    assert wider_lower <= lower <= target + 1e-12
    assert target - 1e-12 <= upper <= wider_upper
