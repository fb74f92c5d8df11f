"""Limits and indices that other tools print in their tests and articles."""

import numpy as np
import pandas as pd
import pytest

from workbench.statistics.anhoej import run_chart
from workbench.statistics.assurance import assurance
from workbench.statistics.attribute_limits import c_chart, p_chart, u_chart
from workbench.statistics.capability import normal_indices, taguchi_index
from workbench.statistics.laney import u_prime_chart
from workbench.statistics.nhs_rules import fill_back, trend_flags
from workbench.statistics.rare_events import t_chart
from workbench.statistics.spread import Spread, overall_spread, subgroup_range_spread
from workbench.statistics.xmr import D4, MONTGOMERY, limits, median_limits

# Infections by month, 2012-11 to 2015-10 (qicharts2 0.8.1, cdi; also PowerBI-SPC's tests)
INFECTIONS = [
    *[17, 12, 27, 20, 20, 18, 22, 19, 19, 24, 17, 16, 24, 19, 19, 22, 25, 19],
    *[17, 6, 25, 17, 11, 14, 9, 11, 7, 13, 5, 5, 3, 5, 9, 4, 5, 9],
]
# Cost of processing a mortgage loan, 20 weeks (Montgomery, Introduction to Statistical Quality Control, 2009, table 6.6)
COSTS = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304]


def test_costs_of_loans_in_montgomerys_example_6_5():
    found = limits(COSTS, screen=False, constant=MONTGOMERY)
    assert found.mean == 300.5
    assert (found.lower, found.upper) == pytest.approx((279.78, 321.22), abs=0.005)


def test_infections_of_qicharts2_in_one_and_in_two_stretches():
    found = c_chart(INFECTIONS)
    # PowerBI-SPC, test/fixtures/qicharts2.ts
    assert found[["mean", "lower", "upper"]].iloc[0].tolist() == pytest.approx(
        [14.833333333333334, 3.2791133250419904, 26.387553341624677], rel=1e-12
    )
    # test/Chart Types/c.test.ts: the last year by itself
    parts = c_chart(INFECTIONS, phases=[0] * 24 + [1] * 12)
    assert parts[["lower", "upper"]].iloc[23].tolist() == pytest.approx([5.73, 31.68], abs=0.005)
    assert parts[["lower", "upper"]].iloc[24].tolist() == pytest.approx([0, 15.07], abs=0.005)
    assert parts[["near_lower", "near_upper"]].iloc[23].tolist() == pytest.approx([10.06, 27.36], abs=0.005)
    assert parts[["near_lower", "near_upper"]].iloc[24].tolist() == pytest.approx([1.76, 12.41], abs=0.005)


def test_medians_of_qicharts2_frozen_and_restarted():
    first = np.arange(36) < 18
    assert set(run_chart(INFECTIONS)["mean"]) == {17.0}
    assert set(run_chart(INFECTIONS, baseline=first)["mean"]) == {19.0}
    assert run_chart(INFECTIONS, phases=~first)["mean"].tolist() == [19.0] * 18 + [9.0] * 18


def test_surgical_site_infections_of_powerbi_by_month():
    # test/Chart Types/p.test.ts: qicharts2's cabg, 2011-07 to 2014-06, in percent
    infected = [
        *[14, 12, 15, 8, 16, 11, 12, 14, 16, 17, 5, 11, 13, 10, 14, 5, 12, 10],
        *[11, 5, 10, 8, 11, 12, 11, 18, 18, 21, 14, 15, 18, 22, 17, 16, 20, 15],
    ]
    operated = [
        *[52, 64, 70, 60, 67, 69, 67, 54, 79, 59, 49, 61, 41, 51, 56, 43, 57, 48],
        *[69, 41, 40, 46, 59, 62, 57, 65, 75, 70, 76, 69, 64, 67, 84, 67, 69, 78],
    ]
    upper = [
        *[38.76, 37.07, 36.4, 37.58, 36.72, 36.5, 36.72, 38.44, 35.53, 37.71, 39.28, 37.45],
        *[40.92, 38.93, 38.14, 40.47, 37.99, 39.46, 36.5, 40.92, 41.16, 39.84, 37.71, 37.32],
        *[37.99, 36.95, 35.9, 36.4, 35.8, 36.5, 37.07, 36.72, 35.11, 36.72, 36.5, 35.62],
    ]
    lower = [
        *[4.5, 6.19, 6.87, 5.69, 6.54, 6.76, 6.54, 4.82, 7.74, 5.55, 3.99, 5.82],
        *[2.34, 4.34, 5.13, 2.8, 5.27, 3.8, 6.76, 2.34, 2.1, 3.42, 5.55, 5.95],
        *[5.27, 6.31, 7.37, 6.87, 7.46, 6.76, 6.19, 6.54, 8.16, 6.54, 6.76, 7.65],
    ]
    found = 100 * p_chart(infected, operated)
    assert found["upper"].tolist() == pytest.approx(upper, abs=0.0051)
    assert found["lower"].tolist() == pytest.approx(lower, abs=0.0051)
    near = found[["near_lower", "near_upper"]].iloc[[0, 35]].to_numpy()
    assert near == pytest.approx(np.array([[10.21, 33.05], [12.31, 30.96]]), abs=0.0051)


def test_infections_in_10000_bed_days_of_powerbi():
    # test/Chart Types/u.test.ts: all hospitals of qicharts2's hospital_infections, the first and last six months
    infections = [
        *[575, 521, 585, 528, 507, 519, 457, 505, 494, 512, 543, 506],
        *[509, 521, 549, 531, 509, 528, 419, 512, 495, 513, 454, 490],
    ]
    days = [
        *[310466.8333, 282346.7917, 309089.7083, 287977.3333, 297743.375, 286988.25],
        *[261120.3333, 268720.75, 284437.875, 290449.5, 288104.4583, 279961.375],
        *[289803.9583, 275950.5833, 290824.4583, 285495.75, 282515.2083, 273927.875],
        *[253085.625, 262410.7083, 275529.25, 282405.0833, 259530.7917, 256235.4583],
    ]
    found = 10_000 * u_chart(infections, days)
    ends = np.r_[0:6, 18:24]
    upper = [20.5349, 20.6467, 20.5401, 20.623, 20.5836, 20.6271]
    upper += [20.7823, 20.7366, 20.6764, 20.6465, 20.7505, 20.7666]
    lower = [15.9366, 15.8248, 15.9314, 15.8485, 15.8879, 15.8444]
    lower += [15.6892, 15.7349, 15.7951, 15.825, 15.721, 15.7049]
    assert found["upper"].iloc[ends].tolist() == pytest.approx(upper, abs=6e-5)
    assert found["lower"].iloc[ends].tolist() == pytest.approx(lower, abs=6e-5)


def test_laneys_chart_of_rates_of_powerbi():
    # test/fixtures/golden/up/basic.qicharts2.json: emergency departments of the NHS, weeks 1 to 20
    seen = [
        *[266501, 264225, 276532, 281461, 269071, 261215, 270409, 279778, 270483, 270320],
        *[267923, 271478, 255353, 256820, 261835, 259144, 255910, 260863, 264465, 260989],
    ]
    came = [
        *[280443, 276823, 291681, 296155, 282343, 275888, 283867, 295251, 284468, 282529],
        *[279618, 283932, 266629, 268091, 276803, 271578, 266005, 273520, 278574, 273772],
    ]
    found = u_prime_chart(seen, came)
    rows = found[["lower", "near_lower", "near_upper", "upper"]].iloc[[0, 1, 10, 19]].to_numpy()
    published = [
        [0.94013, 0.944386, 0.961413, 0.96567],
        [0.940046, 0.944331, 0.961469, 0.965753],
        [0.940111, 0.944374, 0.961426, 0.965689],
        [0.939975, 0.944283, 0.961516, 0.965824],
    ]
    assert rows == pytest.approx(np.array(published), abs=1.1e-6)


def test_days_between_events_without_screening(reference):
    # test/fixtures/golden/t/basic.qicharts2.json; with screening the upper limit is 97.268
    days = reference("targets", "t-powerbi")["inputs"]["y"]
    found = t_chart(days, screen=False).iloc[0]
    names = ["mean", "lower", "near_lower", "near_upper", "upper"]
    assert found[names].tolist() == pytest.approx([11.2051, 0.0079, 0.502, 57.8835, 106.0418], abs=6e-5)


def test_the_summary_of_nhs_plot_the_dots_whole_and_in_halves():
    # NHSRplotthedots, tests/testthat/_snaps/ptd_spc.md: R's rnorm(20) after set.seed(123)
    y = [
        *[-0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123],
        *[-0.68685285, -0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314],
        *[0.49785048, -1.96661716, 0.70135590, -0.47279141],
    ]
    published = {
        (0, 20): (0.142, -3.01, 3.29),
        (0, 10): (0.0746, -2.60, 2.75),
        (10, 20): (0.209, -3.28, 3.70),
    }
    for (first, last), (mean, lower, upper) in published.items():
        found = limits(y[first:last])
        assert found.mean == pytest.approx(mean, abs=5.1e-4)
        assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=0.0051)


def test_sigma_from_median_ranges_of_qcc_and_not_that_of_powerbi():
    # qcc 3.0, test-qcc.R: 2 / (sqrt(2) x the third quartile of a normal), of which 0.954 is a rounding
    assert median_limits([1, 3, 2, 6, 4]).sigma == pytest.approx(2 / (2**0.5 * 0.67448975), rel=2e-4)
    # PowerBI-SPC, test/fixtures/golden/i_mm: median 14, median range 3, limit 14 + 3 x 3 / 1.128 = 21.978723
    y = [12, 15, 11, 18, 14, 13, 16, 19, 12, 14, 17, 11, 15, 13, 16, 18, 12, 14]
    assert median_limits(y).mean == 14
    assert median_limits(y).upper == pytest.approx(14 + 3 * 3 / D4, abs=0.002)
    assert median_limits(y).upper > 21.978723 + 1.4


def test_icons_of_powerbi():
    # test/Outlier Flagging/assuranceIconToDraw.test.ts
    assert [assurance(0, 10, target, "increase") for target in (15, -5, 5, 10, 0)] == [
        *["consistent_fail", "consistent_pass"],
        *["inconsistent"] * 3,
    ]
    assert [assurance(0, 10, target, "decrease") for target in (15, -5, 5)] == [
        *["consistent_pass", "consistent_fail", "inconsistent"]
    ]
    assert assurance(-10, 0, -15, "increase") == "consistent_pass"
    assert assurance(-10, 0, -5, "decrease") == "inconsistent"
    assert assurance(0, 10, 5, "neutral") is None


@pytest.mark.parametrize(
    ("points", "values", "rising"),
    [
        (5, [5, 6, 5, 6, 5, 6, 5], [0] * 7),
        (5, [1, 2, 3, 4, 5, 6, 5], [1] * 6 + [0]),
        (5, [6, 5, 4, 3, 2, 1, 2], [-1] * 6 + [0]),
        (3, [1, 2, 3, 4, 2], [1] * 4 + [0]),
        (4, [1, 2, 3, 2, 3, 4, 5, 6], [0] * 3 + [1] * 5),
        (3, [5, 5, 5, 5, 5], [0] * 5),
        (7, [1, 2, 3, 4, 5, 6, 7, 6], [1] * 7 + [0]),
        (4, [-1, -2, -3, -4, -5], [-1] * 5),
        (4, [1, 3, 2, 4, 3, 5], [0] * 6),
        (3, [5], [0]),
        (5, [], []),
    ],
)
def test_trends_of_powerbi(points, values, rising):
    # test/Outlier Flagging/trend.test.ts
    assert fill_back(trend_flags(np.array(values, float), points), points).tolist() == rising


def three(index) -> tuple:
    return index.value, index.lower, index.upper


# The rest is printed in qcc 3.0's article, docs/articles/qcc.html, from tables of Montgomery.


def test_viscosity_without_the_batch_whose_controller_failed():
    y = [
        *[34.05, 34.4, 33.59, np.nan, 34.7, 33.51, 33.79, 34.04, 34.52, 33.75],
        *[33.27, 33.71, 34.03, 34.58, 34.02, 33.97, 34.05, 34.04, 33.73, 34.05],
    ]
    found = limits(y, screen=False, constant=MONTGOMERY, gaps="bridge")
    assert (found.mean, found.sigma) == pytest.approx((33.98947, 0.4117415), abs=5e-6)
    assert (found.lower, found.upper) == pytest.approx((32.75425, 35.2247), abs=6e-5)
    # With a gap the ranges on either side of the failure, 33.59 to 34.7, are not taken.
    assert limits(y, screen=False, constant=MONTGOMERY).sigma < found.sigma


def test_defects_on_a_board_as_a_rate_of_a_100(shared):
    rows = pd.read_csv(shared / "cases/data/qicharts2/sys_tbl_07.08.csv")
    sample = rows["sample"]
    found = u_chart(rows["count"], [100] * len(rows), baseline=(sample <= 26) & ~sample.isin([6, 20]))
    assert found[["mean", "lower", "upper"]].iloc[-1].tolist() == pytest.approx(
        [0.1966667, 0.06362532, 0.329708], abs=6e-8
    )


def test_orange_juice_after_the_machine_was_adjusted(shared):
    rows = pd.read_csv(shared / "cases/data/qicharts2/sys_tbl_07.03.csv")
    found = p_chart(rows["count"], rows["size"], baseline=rows["sample"].between(31, 54))
    assert found["n"].iloc[-1] == 24
    assert found[["mean", "lower", "upper"]].iloc[-1].tolist() == pytest.approx(
        [0.1108333, 0, 0.2440207], abs=6e-8
    )


def test_piston_rings_far_from_the_middle_of_their_limits():
    centre = 74.001176  # the mean of the 125, printed as 74.00118
    found = normal_indices(centre, Spread(0.009785039, 124, "subgroup_range"), 125, 73.99, 74.1)
    assert three(found["cp"]) == pytest.approx((1.874, 1.641, 2.106), abs=6e-4)
    assert three(found["cpk"]) == pytest.approx((0.381, 0.305, 0.456), abs=6e-4)
    assert taguchi_index(73.99, 74.1, centre, 0.009785039, 74.045) == pytest.approx(0.408, abs=6e-4)


@pytest.mark.parametrize(
    ("lower", "upper", "within", "overall"),
    [
        (None, 10.1, (1.304033, 0.727408, 1.880659), (1.531968, 0.864608, 2.199329)),
        (9.9, None, (1.441300, 0.810191, 2.072409), (1.693228, 0.960982, 2.425474)),
        (9.9, 10.1, (1.304033, 0.727408, 1.880659), (1.531968, 0.864608, 2.199329)),
    ],
)
def test_capability_with_one_limit_is_that_of_its_side(lower, upper, within, overall):
    # qcc 3.0, tests/testthat/test-capability.R
    rows = [[10.00, 10.02, 9.98, 10.01], [10.03, 9.99, 10.01, 10.00], [9.97, 10.04, 10.02, 9.99]]
    spread = subgroup_range_spread(rows)
    centre = float(np.mean(rows))
    own = normal_indices(centre, Spread(spread.sigma, 11, "subgroup_range"), 12, lower, upper)
    assert three(own["cpk"]) == pytest.approx(within, abs=2e-6)
    assert (own["cp"].value is None) == (lower is None or upper is None)
    all_together = normal_indices(centre, overall_spread(np.ravel(rows)), 12, lower, upper)
    assert three(all_together["cpk"]) == pytest.approx(overall, abs=2e-6)
