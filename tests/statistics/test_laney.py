"""Laney's charts: the published case, sigma z, boundaries."""

import numpy as np
import pandas as pd
import pytest

from workbench.statistics.attribute_limits import p_chart, u_chart
from workbench.statistics.laney import p_prime_chart, u_prime_chart

RANDOM = np.random.default_rng(11)


def test_emergency_departments_as_published(reference, shared):
    case = reference("targets", "laney-p-nhs")
    rows = pd.read_csv(shared / "cases" / case["inputs"]["file"])
    found, close = p_prime_chart(rows["r"], rows["n"]), {"abs": case["tolerance"]}
    assert (100 * found["upper"]).tolist() == pytest.approx(case["expected"]["ucl_pct"], **close)
    assert (100 * found["lower"]).tolist() == pytest.approx(case["expected"]["lcl_pct"], **close)
    assert (100 * found["near_upper"]).tolist() == pytest.approx(case["expected"]["u95_pct"], **close)
    # sigma_z = 10.640422 and the centre 0.9528997: qicharts2, in the note of the case.
    assert found["sigma_z"].tolist() == pytest.approx([10.640422] * 20, abs=1e-6)
    assert found["mean"].tolist() == pytest.approx([0.9528997] * 20, abs=1e-7)


def test_a_rate_by_hand():
    # u = 2, sigma of a rate over 2 is 1: z = 1, -1, 1, -1, ranges 2, sigma z 2 / 1.128.
    found = u_prime_chart([6, 2, 6, 2], [2, 2, 2, 2])
    assert found["sigma_z"].tolist() == pytest.approx([2 / 1.128] * 4)
    assert found["upper"].tolist() == pytest.approx([2 + 3 * 2 / 1.128] * 4)
    assert found["lower"].tolist() == [0.0] * 4


def test_binomial_points_have_a_sigma_z_near_1_and_the_limits_of_a_p_chart():
    n = np.full(400, 200)
    x = RANDOM.binomial(n, 0.3)
    found = p_prime_chart(x, n)
    assert found["sigma_z"][0] == pytest.approx(1.0, abs=0.1)
    assert found["upper"][0] == pytest.approx(p_chart(x, n)["upper"][0], abs=0.01)


def test_poisson_points_have_a_sigma_z_near_1():
    exposure = RANDOM.uniform(50, 100, 400)
    x = RANDOM.poisson(0.4 * exposure)
    assert u_prime_chart(x, exposure)["sigma_z"][0] == pytest.approx(1.0, abs=0.1)


def test_phases_baseline_and_zero_denominators():
    x, n = [6, 2, 6, 2, 0, 12, 20, 12, 99], [2, 2, 2, 2, 0, 2, 2, 2, 2]
    found = u_prime_chart(x, n, phases=[0] * 5 + [1] * 4, baseline=[True] * 8 + [False])
    assert found["mean"].tolist() == pytest.approx([2.0] * 5 + [44 / 6] * 4)
    assert found["n"].tolist() == [4] * 5 + [3] * 4
    assert found["upper"].isna().tolist() == [False] * 4 + [True] + [False] * 4
    own = 4 / np.sqrt(44 / 6 / 2) / 1.128
    assert found["sigma_z"].tolist() == pytest.approx([2 / 1.128] * 5 + [own] * 4)


def test_a_gap_breaks_the_ranges_of_z_or_is_bridged():
    x, n = [6, 2, np.nan, 6, 6], [2] * 5
    z = (np.array([3, 1, 3, 3]) - 2.5) / np.sqrt(2.5 / 2)
    broken, bridged = u_prime_chart(x, n), u_prime_chart(x, n, gaps="bridge")
    assert broken["sigma_z"][0] == pytest.approx((z[0] - z[1]) / 2 / 1.128)
    assert bridged["sigma_z"][0] == pytest.approx((z[0] - z[1] + z[2] - z[1]) / 3 / 1.128)


def test_a_wild_range_of_z_is_screened_when_asked():
    x = [5, 6, 5, 6, 40, 5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5]
    kept, screened = (u_prime_chart(x, [1] * 18, screen=screen) for screen in (False, True))
    assert screened["mean"].equals(kept["mean"])
    assert screened["sigma_z"][0] == pytest.approx(1 / np.sqrt(kept["mean"][0]) / 1.128)
    assert kept["sigma_z"][0] > 3 * screened["sigma_z"][0]


@pytest.mark.parametrize(
    ("x", "n", "lower", "sigma_z"),
    [
        ([5], [10], np.nan, np.nan),
        ([0, 0, 0], [10, 20, 10], 0.0, np.nan),
        ([10, 20], [10, 20], 1.0, np.nan),
        ([5, 10, 5], [10, 20, 10], 0.5, 0.0),
    ],
)
def test_one_point_and_constant_series(x, n, lower, sigma_z):
    found = p_prime_chart(x, n)
    assert found["lower"].tolist() == pytest.approx([lower] * len(x), nan_ok=True)
    assert found["sigma_z"].tolist() == pytest.approx([sigma_z] * len(x), nan_ok=True)


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="3 of 2"):
        p_prime_chart([3], [2])
    with pytest.raises(ValueError, match="-3 of 2"):
        u_prime_chart([-3], [2])


def test_the_frame_is_that_of_the_plain_chart_and_sigma_z():
    assert [*u_chart([1, 2], [3, 3]), "sigma_z"] == [*u_prime_chart([1, 2], [3, 3])]
