"""EWMA charts: the published limits, weights, gaps, phases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.ewma import ewma_chart
from workbench.statistics.nhs_rules import signals
from workbench.statistics.run_rules import RULE_SETS
from workbench.statistics.xmr import MONTGOMERY, limits


def outside(found) -> list[int]:
    """1, -1 or 0 for each weighted mean."""
    return signals(found["ewma"], found, RULE_SETS["outside"])["high"].tolist()


def test_limits_of_the_viscosity_series_as_published(reference):
    # The first 20 values are published; limits are theirs, so any 15 later points will do.
    case, first = reference("targets", "ewma-qcc-viscosity"), reference("targets", "xmr-qcc-viscosity")
    series = np.array([*first["inputs"]["y"], *[34.0] * 15])
    weight, reach = case["inputs"]["lambda"], case["inputs"]["nsigmas"]
    found = ewma_chart(series, weight=weight, reach=reach, baseline=np.arange(35) < 20)
    for row in (1, 2, 35):
        got = found[["lower", "upper"]].iloc[row - 1].tolist()
        assert got == pytest.approx(case["expected"][f"row{row}"], abs=case["tolerance"])


def test_weighted_means_by_hand():
    found = ewma_chart([10, 14, 10, 14], weight=0.5)
    assert found["mean"].tolist() == [12.0] * 4
    assert found["ewma"].tolist() == [11.0, 12.5, 11.25, 12.625]
    assert found["sigma"].tolist() == pytest.approx(
        4 / 1.128 * np.sqrt(np.array([3 / 4, 15 / 16, 63 / 64, 255 / 256]) / 3)
    )
    assert found["upper"].tolist() == pytest.approx((12 + 3 * found["sigma"]).tolist())


def test_with_all_weight_on_the_latest_point_it_is_an_xmr_chart():
    series = [3.0, 1, 4, 1, 5, 9, 2]
    found, plain = ewma_chart(series, weight=1.0), limits(series, screen=False, constant=MONTGOMERY)
    assert found["ewma"].tolist() == series
    assert found["lower"].tolist() == pytest.approx([plain.lower] * 7)
    assert found["near_upper"].tolist() == pytest.approx([plain.near_upper] * 7)


def test_a_small_shift_is_seen_that_the_limits_of_single_points_miss():
    calm, later = [9.0, 11.0] * 8, [13.0] * 6
    frozen = np.arange(22) < 16
    found = ewma_chart([*calm, *later], baseline=frozen)
    assert outside(found)[:16] == [0] * 16
    assert outside(found)[-1] == 1
    assert max(later) < limits(calm, screen=False).upper
    assert outside(ewma_chart([*calm, *(20 - np.array(later))], baseline=frozen))[-1] == -1


def test_a_missing_point_is_passed_over():
    # From 34 / 3, the mean; the third point is the third that counts.
    found = ewma_chart([10, 14, np.nan, 10], weight=0.5)
    assert found["mean"].tolist() == pytest.approx([34 / 3] * 4)
    expected = [10 + 2 / 3, 12 + 1 / 3, np.nan, 11 + 1 / 6]
    assert found["ewma"].tolist() == pytest.approx(expected, nan_ok=True)
    assert found["upper"].isna().tolist() == [False, False, True, False]
    assert found["sigma"][3] == pytest.approx(4 / 1.128 * np.sqrt((1 - 0.5**6) / 3))


def test_phases_begin_anew():
    found = ewma_chart([1, 3, 1, 3, 11, 13, 11, 13], weight=0.5, phases=[0] * 4 + [1] * 4)
    assert found["ewma"][4:].tolist() == (found["ewma"][:4] + 10).tolist()
    assert found["sigma"][4:].tolist() == found["sigma"][:4].tolist()


@pytest.mark.parametrize("series", [[], [7.0], [7.0, 7.0], [0.1 + 0.2] * 30, [np.nan] * 5])
def test_short_constant_and_missing_series_have_no_signal(series):
    found = ewma_chart(series)
    assert outside(found) == [0] * len(series)
    assert len(found) == len(series)


@pytest.mark.parametrize("weight", [0, -0.2, 1.1])
def test_a_weight_that_is_none_is_refused(weight):
    with pytest.raises(ValueError, match=f"at most 1, got {weight}"):
        ewma_chart([1, 2], weight=weight)


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=30), st.integers(-1000, 1000))
def test_signals_are_mirrored_and_stay_when_the_series_is_moved(series, by):
    values = np.array(series, float)
    found = outside(ewma_chart(values))
    assert outside(ewma_chart(-values)) == [-high for high in found]
    assert outside(ewma_chart(values + by)) == found
