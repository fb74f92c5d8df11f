from math import comb
from pathlib import Path

import numpy as np
import pytest

from workbench.statistics.differences import miettinen_nurminen
from workbench.statistics.percentiles import percentile
from workbench.statistics.proportions import wilson
from workbench.statistics.rates import exact_poisson

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def enumerated(monkeypatch):
    """The part of the coverage benchmark that adds up all outcomes."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import enumerated

    return enumerated


@pytest.fixture
def simulated(monkeypatch):
    """The part of the coverage benchmark that draws."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import simulated

    return simulated


def chance(x, n, p):
    return comb(n, x) * p**x * (1 - p) ** (n - x)


def test_wilson_of_ten_at_one_half_leaves_out_only_the_two_outermost_outcomes():
    # By hand: 2 of 10 gives an upper limit of 0.510, 1 of 10 of 0.404, so 0, 1, 9 and 10 are left out: 1002/1024.
    lower, upper = wilson(np.arange(11), 10)
    held = sum(chance(x, 10, 0.5) for x in range(11) if lower[x] <= 0.5 <= upper[x])
    assert held == 1002 / 1024


def test_coverage_of_wilson_averaged_around_one_half_is_close_to_its_level(enumerated):
    (covered,) = enumerated.one_proportion(wilson, 10, [0.5])
    points = 0.4 + 0.2 * (np.arange(101) + 0.5) / 101
    lower, upper = wilson(np.arange(11), 10)
    by_hand = [sum(chance(x, 10, p) for x in range(11) if lower[x] <= p <= upper[x]) for p in points]
    assert covered.share == pytest.approx(np.mean(by_hand), abs=1e-12)
    assert covered.share == pytest.approx(0.9508, abs=5e-5)
    assert covered.least == pytest.approx(0.9393, abs=5e-5)
    assert covered.judged


def test_five_events_and_five_non_events_must_be_expected(enumerated):
    judged = {
        one.truth[0]: one.judged for one in enumerated.one_proportion(wilson, 50, [0.09, 0.1, 0.9, 0.91])
    }
    assert judged == {0.09: False, 0.1: True, 0.9: True, 0.91: False}


@pytest.mark.parametrize(
    # What benchmarks/coverage.py finds; the next test adds up the outcomes of smaller groups by hand.
    ("truth", "share"),
    [((0.5, 0.5), 0.9498), ((0.2, 0.2), 0.961), ((0.2, 0.5), 0.9515), ((0.9, 0.1), 0.9608)],
)
def test_coverage_of_miettinen_nurminen_of_ten_and_ten_is_as_tabled(enumerated, truth, share):
    found = enumerated.two_proportions(miettinen_nurminen, "difference", (10, 10), (0.1, 0.2, 0.5, 0.9))
    assert {one.truth: one.share for one in found}[truth] == pytest.approx(share, abs=5e-5)


def test_coverage_of_two_proportions_is_the_sum_over_all_outcomes(enumerated):
    (covered,) = enumerated.two_proportions(miettinen_nurminen, "difference", (6, 9), [0.3])
    x1, x2 = np.meshgrid(np.arange(7), np.arange(10), indexing="ij")
    lower, upper = miettinen_nurminen(x1, 6, x2, 9)
    points, total = 0.24 + 0.12 * (np.arange(9) + 0.5) / 9, 0.0
    for first in points:
        for second in points:
            for i in range(7):
                for j in range(10):
                    if lower[i, j] <= first - second <= upper[i, j]:
                        total += chance(i, 6, first) * chance(j, 9, second)
    assert covered.share == pytest.approx(total / 81, abs=1e-9)


def test_the_exact_interval_of_a_count_is_never_below_its_level(enumerated):
    found = enumerated.one_count(exact_poisson, [0.3, 1, 4, 9, 30, 100])
    assert min(one.least for one in found) >= 0.95
    assert found[2].share == pytest.approx(0.9725, abs=5e-5)


def test_an_interval_that_is_too_narrow_is_seen(enumerated):
    def wald(x, n, confidence):
        p = x / n
        reach = 1.96 * np.sqrt(p * (1 - p) / n)
        return p - reach, p + reach

    # Wald's interval, whose poor coverage at np = 5 is known (Brown, Cai and DasGupta 2001)
    (covered,) = enumerated.one_proportion(wald, 50, [0.1])
    assert covered.share < 0.93


def test_order_statistics_cover_what_the_binomial_says(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import waits

    assert (percentile(np.arange(1, 11), 0.5).lower, percentile(np.arange(1, 11), 0.5).upper) == (2, 9)
    # Between the 2nd and the 9th of ten: 2 to 8 lie below the median, 1002/1024.
    assert waits.order_statistics()[0].share == pytest.approx(1002 / 1024)


def test_a_simulated_coverage_is_the_same_each_time_and_near_its_level(simulated):
    method = simulated.METHODS["pooled_score_difference"]
    situation = next(
        one for one in simulated._situations(method, [(50, 50)]) if one.key == "10 50 50 0.2 True"
    )
    found = [simulated._covered(method, situation, np.random.default_rng(1), 400) for _ in range(2)]
    assert found[0] == found[1]
    assert 0.92 <= found[0].share <= 0.98  # three Monte Carlo errors of 0.011
