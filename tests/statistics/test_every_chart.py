"""What holds of every control chart, and faults of other tools that are not ours."""

import numpy as np
import pandas as pd
import pytest

from workbench.statistics.anhoej import run_chart
from workbench.statistics.attribute_limits import c_chart, p_chart, u_chart
from workbench.statistics.change_point import change_point
from workbench.statistics.cusum import cusum_chart
from workbench.statistics.ewma import ewma_chart
from workbench.statistics.laney import p_prime_chart, u_prime_chart
from workbench.statistics.movement import movement
from workbench.statistics.nhs_rules import signals
from workbench.statistics.rare_events import g_chart, t_chart
from workbench.statistics.run_rules import RULE_SETS
from workbench.statistics.xmr import chart, limits

COLUMNS = ["phase", "mean", "lower", "upper", "near_lower", "near_upper", "sigma", "n"]


def of(ratio):
    """A chart of ratios as one of values: 20 cases a point."""
    return lambda values, **options: ratio(values, np.full(len(values), 20), **options)


CHARTS = {
    "xmr": chart,
    "xmr of medians": lambda values, **options: chart(values, lines="median", **options),
    "p": of(p_chart),
    "u": of(u_chart),
    "c": c_chart,
    "laney p": of(p_prime_chart),
    "laney u": of(u_prime_chart),
    "g": g_chart,
    "t": t_chart,
    "run": run_chart,
    "ewma": ewma_chart,
}
# Annual flow of the Nile at Aswan 1871-1970, 10^8 cubic metres (G. W. Cobb, Biometrika 65, 1978).
NILE = [
    *[1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180],
    *[799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833],
    *[701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845],
    *[864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649],
    *[846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975, 815],
    *[1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740],
]


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("series", [[], [4.0], [4.0, 6.0], [4.0, np.nan, 6.0], [np.nan] * 3])
def test_a_frame_has_a_row_a_point_and_the_columns_of_xmr(name, series):
    found = CHARTS[name](series)
    assert list(found)[:8] == COLUMNS
    assert len(found) == len(series)
    assert found["n"].tolist() == [int((~np.isnan(series)).sum())] * len(series)


@pytest.mark.parametrize("name", CHARTS)
def test_without_a_known_point_there_is_no_line(name):
    found = CHARTS[name]([np.nan, np.nan])
    assert found[["mean", "lower", "upper", "near_lower", "near_upper"]].isna().all(axis=None)


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("value", [3.0, 20.0, 0.1 + 0.2])
@pytest.mark.parametrize("rules", RULE_SETS)
def test_a_constant_series_has_no_signal(name, value, rules):
    series = [value] * 30
    assert set(signals(series_of(name, series), CHARTS[name](series), RULE_SETS[rules])["rule"]) <= allowed(
        name
    )


def series_of(name: str, series: list[float]) -> np.ndarray:
    """What a chart of values plots of them."""
    return np.array(series) / 20 if name in ("p", "u", "laney p", "laney u") else np.array(series)


def allowed(name: str) -> set[str]:
    """Counts that do not vary at all are less than binomial, Poisson or geometric ones: they hug the line."""
    return {"", "hugging"} if name in ("p", "u", "c", "g") else {""}


@pytest.mark.parametrize("name", CHARTS)
def test_a_frozen_baseline_phases_and_excluded_points_go_together(name):
    series = np.array([4.0, 6, 5, 6, 4, 19, 6, 12, 14, 13, 14, 12, 19, 14])
    phases = np.repeat([0, 1], 7)
    frozen = np.tile([True] * 4 + [False] * 3, 2)
    found = CHARTS[name](series, baseline=frozen, phases=phases)
    for phase in (0, 1):
        alone = CHARTS[name](series[phases == phase], baseline=[True] * 4 + [False] * 3)
        got = found[found["phase"] == phase].reset_index(drop=True)
        pd.testing.assert_frame_equal(got.drop(columns="phase"), alone.drop(columns="phase"))
    short = CHARTS[name](series[:4])
    assert found["mean"][0] == pytest.approx(short["mean"][0])
    assert found["n"].tolist() == [4] * 14


@pytest.mark.parametrize("name", CHARTS)
def test_the_callers_series_is_not_changed_and_its_index_has_no_say(name):
    series = pd.Series([4.0, 6.0, np.nan, 5.0], index=[9, 3, 3, 1])
    baseline = pd.Series([True, True, True, False], index=[5, 6, 7, 8])
    kept = series.copy()
    found = CHARTS[name](series, baseline=baseline)
    assert found["n"].tolist() == [2] * 4  # of the baseline, those that have a value
    assert series.equals(kept)
    pd.testing.assert_frame_equal(found, CHARTS[name](kept.to_numpy(), baseline=baseline.to_numpy()))


def test_cusum_has_a_row_a_point():
    for series in ([], [4.0], [4.0, np.nan]):
        assert len(cusum_chart(series)) == len(series)


def test_screening_is_a_setting_of_the_call_and_of_nothing_else(reference):
    # qicharts2 draws 4.60 or 6.95 by whether the package is attached or only loaded.
    y = reference("targets", "xmr-nhs-unscreened")["inputs"]["y"]
    assert [round(limits(y, screen=screen).upper, 2) for screen in (True, False)] == [4.6, 6.95]
    assert round(limits(y).upper, 2) == 4.6


def test_the_nile_fell_after_1898():
    # ruptures finds 1900 with its default jump of 5 years; the 28 years to 1898 are before the break.
    found = movement(NILE)
    assert (found.kind, found.at) == ("step", 28)
    got = change_point(NILE, replicates=99)
    assert (got.first, got.p) == (28, 0.01)


def test_the_fall_of_the_nile_moved_back_by_a_year_is_found_a_year_earlier():
    assert movement(NILE[1:]).at == 27
    assert movement(NILE[3:]).at == 25
