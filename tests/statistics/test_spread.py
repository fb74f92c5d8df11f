"""Standard deviations and their degrees of freedom."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr

from workbench.statistics.spread import (
    RANGE_CONSTANTS,
    moving_range_spread,
    overall_spread,
    pooled_spread,
    subgroup_range_spread,
)


def test_moving_ranges_by_hand():
    found = moving_range_spread([1.0, 3.0, 2.0])
    assert found.sigma == 1.5 / 1.128
    # Ranges of variance 0.7268 and covariance 0.1628: (4 / pi) / (2 (2 * 0.7268 + 2 * 0.1628) / 4)
    assert found.freedom == pytest.approx(1.4314, abs=1e-4)


def test_each_of_many_moving_ranges_is_worth_six_tenths_of_a_degree():
    # Cryer and Ryan 1990: variance 0.8264 sigma^2 / (n - 1).
    found = moving_range_spread(np.arange(10_001.0) % 2)
    assert found.freedom / 10_000 == pytest.approx(1 / (2 * 0.8264), rel=1e-3)


def test_no_range_across_a_gap():
    found = moving_range_spread([1.0, 3.0, np.nan, 9.0, 10.0])
    assert found.sigma == 1.5 / 1.128
    assert found.freedom == pytest.approx(2 * moving_range_spread([1.0, 3.0]).freedom)


def test_degrees_of_freedom_are_those_of_the_simulated_variance():
    rng = np.random.default_rng(8)
    sigmas = [moving_range_spread(rng.normal(size=30)).sigma for _ in range(4000)]
    simulated = 1 / (2 * np.var(sigmas) / np.mean(sigmas) ** 2)
    assert moving_range_spread(np.arange(30.0)).freedom == pytest.approx(simulated, rel=0.08)


def test_too_few_values_have_no_spread():
    assert np.isnan(moving_range_spread([1.0]).sigma)
    assert np.isnan(overall_spread([1.0, np.nan]).sigma)
    assert np.isnan(pooled_spread([[1.0], [2.0]]).sigma)


def test_subgroups_by_hand():
    rows = [[1.0, 3.0], [2.0, 6.0]]
    ranges, pooled = subgroup_range_spread(rows), pooled_spread(rows)
    assert (ranges.sigma, ranges.freedom) == (3 / 1.128, 1.8)
    assert (pooled.sigma, pooled.freedom) == (np.sqrt(5), 2.0)
    assert pooled_spread([[1.0, 3.0], [2.0, 6.0, 4.0]]).freedom == 3


@pytest.mark.parametrize("n", RANGE_CONSTANTS)
def test_constants_are_those_of_the_printed_table_and_near_the_exact_ones(n):
    # qcc reads the printed table, shewhart and capstat integrate: their limits differ by 0.03 % or less.
    exact = quad(lambda x: 1 - ndtr(x) ** n - ndtr(-x) ** n, -np.inf, np.inf)[0]
    assert RANGE_CONSTANTS[n] == round(exact, 3)
    assert RANGE_CONSTANTS[n] == pytest.approx(exact, rel=3.5e-4)


def test_ranges_of_large_subgroups_are_refused():
    with pytest.raises(ValueError, match="2 to 10 values, got 11"):
        subgroup_range_spread([list(range(11))])


def test_overall_leaves_out_what_is_missing():
    found = overall_spread([1.0, np.nan, 3.0])
    assert (found.sigma, found.freedom) == (np.sqrt(2), 1.0)
