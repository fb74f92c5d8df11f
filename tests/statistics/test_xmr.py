"""XmR limits: published figures, boundaries, gaps, restarts."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.xmr import D2, MONTGOMERY, NHS, chart, limits, median_limits, moving_ranges

VISCOSITY = [
    *[34.05, 34.4, 33.59, 35.96, 34.7, 33.51, 33.79, 34.04, 34.52, 33.75],
    *[33.27, 33.71, 34.03, 34.58, 34.02, 33.97, 34.05, 34.04, 33.73, 34.05],
]
FLOWRATE = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]


@pytest.fixture(scope="module")
def cases(shared):
    stored = json.loads((shared / "cases/targets.json").read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in stored}


LIMIT_CASES = {
    "xmr-nhs-unscreened": NHS,
    "xmr-nhs-snapshot-2": NHS,
    "xmr-nhs-snapshot-3": NHS,
    "xmr-nhspy-seven": NHS,
    "xmr-nhspy-mixed": NHS,
    "xmr-nhspy-ten": NHS,
    "xmr-qcc-viscosity": MONTGOMERY,
    "xmr-nist-6.3.2.2": MONTGOMERY,
    "xmr-powerbi-ratio": MONTGOMERY,
}
NAMES = {
    "upl": "upper",
    "lpl": "lower",
    "nupl": "near_upper",
    "nlpl": "near_lower",
    "mean": "mean",
    "sigma": "sigma",
}


@pytest.mark.parametrize("name", LIMIT_CASES)
def test_published_limits_are_reproduced(cases, name):
    case = cases[name]
    given_values = case["inputs"]
    series = given_values.get("y") or np.divide(given_values["numerator"], given_values["denominator"])
    screen = given_values.get("screen_outliers", name == "xmr-powerbi-ratio")
    found = limits(series, screen=screen, constant=LIMIT_CASES[name])
    expected = {NAMES[key]: value for key, value in case["expected"].items() if key in NAMES}
    assert expected
    for key, value in expected.items():
        assert getattr(found, key) == pytest.approx(value, abs=case["tolerance"])


def test_a_frozen_baseline_judges_later_points(cases):
    case = cases["xmr-nhspy-frozen-baseline"]
    y, frozen = np.array(case["inputs"]["y"]), case["inputs"]["fix_after_n_points"]
    found = chart(y, baseline=np.arange(len(y)) < frozen)
    assert found["mean"].tolist() == [2.0] * 8
    assert found["lower"].iloc[-1] == pytest.approx(-0.66)
    outside = (y > found["upper"]) | (y < found["lower"])
    assert outside.tolist() == case["expected"]["outside"]


def test_montgomerys_viscosity():
    # Montgomery, Introduction to Statistical Quality Control; printed by qcc 3.0.
    found = limits(VISCOSITY, screen=False, constant=MONTGOMERY)
    assert (round(found.mean, 3), round(found.lower, 5), round(found.upper, 5)) == (
        34.088,
        32.56504,
        35.61096,
    )
    assert round(found.sigma, 7) == 0.5076521


def test_nists_flowrate():
    # NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2.
    found = limits(FLOWRATE, screen=False, constant=MONTGOMERY)
    assert (round(found.lower, 4), round(found.upper, 4)) == (45.8159, 55.8041)
    assert round(moving_ranges(FLOWRATE).mean(), 4) == 1.8778


def test_the_spread_is_not_the_standard_deviation_of_the_whole_series(cases):
    case = cases["xmr-qcc-viscosity-sd"]
    # qcc prints 0.5769854 for s / c4 of the same series: a different and wider chart.
    assert limits(case["inputs"]["y"], screen=False).sigma < 0.51 < case["expected"]["sigma"]


def test_the_published_series_with_one_wild_point_is_screened_or_not(reference):
    case = reference("disparity", "xmr_nhs_screen")
    for name, screen in (("screened", True), ("unscreened", False)):
        found = limits(case["inputs"]["y"], screen=screen)
        assert [found.mean, found.lower, found.upper] == pytest.approx(
            case["expected"][name], abs=case["tolerance"]["abs"], rel=case["tolerance"]["rel"] or None
        )


def test_screening_drops_wild_moving_ranges_once_and_never_from_the_mean():
    series = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
    kept, screened = limits(series, screen=False), limits(series)
    assert kept.mean == screened.mean == pytest.approx(35 / 18)
    # NHSRplotthedots, vignette on deviations, section 1: 6.95 and -3.06 without screening.
    assert (round(kept.upper, 2), round(kept.lower, 2)) == (6.95, -3.06)
    assert screened.upper == pytest.approx(35 / 18 + 2.66)


def test_a_moving_range_exactly_at_the_threshold_is_dropped():
    ranges = [622, 622, 622, 3267, 622, 622, 623]  # their average is exactly 1000
    found = limits(np.concatenate([[0], np.cumsum(ranges)]))
    assert found.upper - found.mean == pytest.approx(2.66 * 3733 / 6)


@pytest.mark.parametrize("series", [[100] * 5 + [97] + [100] * 6, [0] * 11 + [3], [5] * 5 + [9]])
def test_screening_does_not_make_limits_without_width(series):
    screened, kept = limits(series), limits(series, screen=False)
    assert screened == kept
    assert screened.lower < min(series[:5])
    assert screened.upper > max(series[:5])


def test_an_excluded_point_can_be_bridged_as_qcc_does():
    bridged = limits([34.0, np.nan, 35.0, 34.5], screen=False, constant=MONTGOMERY, gaps="bridge")
    assert bridged == limits([34.0, 35.0, 34.5], screen=False, constant=MONTGOMERY)


def test_a_gap_breaks_the_moving_range_unless_it_is_bridged():
    assert moving_ranges([1, 2, np.nan, 7, 9]).tolist() == [1, 2]
    assert moving_ranges([1, 2, np.nan, 7, 9], gaps="bridge").tolist() == [1, 5, 2]


@pytest.mark.parametrize(
    ("series", "n", "mean", "upper"),
    [
        ([], 0, np.nan, np.nan),
        ([np.nan], 0, np.nan, np.nan),
        ([4], 1, 4, np.nan),
        ([4, 6], 2, 5, 5 + 2 * 2.66),
        ([4, np.nan, 6], 2, 5, np.nan),
        ([3, 3, 3], 3, 3, 3),
    ],
)
def test_short_and_constant_series(series, n, mean, upper):
    found = limits(series)
    assert found.n == n
    assert found.mean == pytest.approx(mean, nan_ok=True)
    assert found.upper == pytest.approx(upper, nan_ok=True)


def test_limits_restart_in_each_phase():
    found = chart([1, 2, 1, 2, 11, 13, 11, 13], phases=[0] * 4 + [1] * 4)
    assert found["mean"].tolist() == [1.5] * 4 + [12.0] * 4
    assert found["upper"].tolist() == pytest.approx([1.5 + 2.66] * 4 + [12 + 5.32] * 4)
    assert found["n"].tolist() == [4] * 8


def test_a_centre_line_can_be_given():
    assert limits([1, 2, 3], centre=10).lower == pytest.approx(10 - 2.66)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.floats(-1e6, 1e6))
def test_moving_the_whole_series_moves_its_limits_along(series, by):
    before, after = limits(series), limits(np.array(series) + by)
    slack = 1e-6 * (1 + abs(by) + max(map(abs, series)))
    if abs(before.sigma - after.sigma) < slack:  # rounding may carry a range across the screening threshold
        assert after.mean == pytest.approx(before.mean + by, abs=slack)
        assert after.upper == pytest.approx(before.upper + by, abs=4 * slack)


def test_the_callers_series_is_not_changed():
    series = pd.Series([1.0, 2.0, 3.0, np.nan])
    chart(series, baseline=[True, False, True, True])
    assert series.equals(pd.Series([1.0, 2.0, 3.0, np.nan]))


def test_median_lines_of_the_viscosity_series():
    # Of the 19 ranges .01 .05 .08 .25 .28 .31 .32 .32 .35 .44 ... the 10th is the median; 34.03 and 34.04 the
    # middle points. Constant 3.145: Wheeler 1993.
    found = median_limits(VISCOSITY)
    assert found.mean == pytest.approx(34.035)
    assert found.upper == pytest.approx(34.035 + 3.145 * 0.44)
    assert found.lower == pytest.approx(34.035 - 3.145 * 0.44)
    assert found.near_upper == pytest.approx(34.035 + 2 / 3 * 3.145 * 0.44)


def test_sigma_from_the_median_range_is_not_that_of_powerbi():
    noise = np.random.default_rng(5).normal(size=20_000)
    found = median_limits(noise)
    assert found.sigma == pytest.approx(1.0, abs=0.02)
    assert np.median(np.abs(np.diff(noise))) / D2 < 0.87  # the mean's constant: 14.5 % too small
    assert (found.upper - found.mean) / found.sigma == pytest.approx(3.0, abs=0.001)


def test_one_wild_point_moves_the_median_lines_less_than_the_mean_ones():
    calm = [1.0, 2.0] * 9
    wild = [*calm[:5], 100.0, *calm[6:]]  # a point that was above the median anyway
    assert median_limits(wild).upper == median_limits(calm).upper
    assert limits(wild, screen=False).upper > limits(calm, screen=False).upper + 5


@pytest.mark.parametrize(
    ("series", "n", "mean", "upper"),
    [
        ([], 0, np.nan, np.nan),
        ([4], 1, 4, np.nan),
        ([4, 6], 2, 5, 5 + 2 * 3.145),
        ([4, np.nan, 6], 2, 5, np.nan),
        ([3, 3, 3], 3, 3, 3),
    ],
)
def test_median_lines_of_short_and_constant_series(series, n, mean, upper):
    found = chart(series, lines="median")
    assert found["n"].tolist() == [n] * len(series)
    assert found["mean"].tolist() == pytest.approx([mean] * len(series))
    assert found["upper"].tolist() == pytest.approx([upper] * len(series), nan_ok=True)


def test_median_lines_keep_to_baseline_and_phases():
    found = chart(
        [1, 2, 1, 50, 2, 11, 13, 11],
        baseline=[True] * 3 + [False] + [True] * 4,
        phases=[0] * 5 + [1] * 3,
        lines="median",
    )
    assert found["mean"].tolist() == [1.5] * 5 + [11.0] * 3
    assert found["upper"].tolist() == pytest.approx([1.5 + 3.145] * 5 + [11 + 6.29] * 3)
