"""Steady, stepped or drifting."""

import numpy as np
import pytest

from workbench.statistics.movement import movement

NOISE = np.random.default_rng(3).normal(size=36)
PLACE = np.arange(36)


def test_noise_is_steady():
    found = movement(NOISE)
    assert (found.kind, found.at, found.slope) == ("steady", 0, 0.0)
    assert found.fitted[0] == pytest.approx(NOISE.mean())


def test_a_shift_is_a_step_and_its_place_is_found():
    found = movement(NOISE + 6 * (PLACE >= 25))
    assert (found.kind, found.at) == ("step", 25)
    assert found.fitted[-1] - found.fitted[0] == pytest.approx(6, abs=1)


def test_a_slope_from_the_start_or_from_some_point_on_is_a_drift():
    assert movement(NOISE + 0.4 * PLACE).kind == "drift"
    late = movement(NOISE - 0.9 * np.maximum(PLACE - 20, 0))
    assert late.kind == "drift"
    assert late.at == pytest.approx(20, abs=2)
    assert late.slope == pytest.approx(-0.9, abs=0.1)


def test_the_nile_fell_in_1899():
    # Annual flow at Aswan 1871-1970 stepped down after 1898 (Cobb 1978); first 50 years, 10^8 cubic metres.
    flow = [
        *[1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180],
        *[799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833],
        *[701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821],
    ]
    found = movement(flow)
    assert (found.kind, 1871 + found.at) == ("step", 1899)


@pytest.mark.parametrize("series", [[], [1.0], [1.0, 9.0], [1.0] * 3 + [9.0] * 4, [5.0] * 30, [np.nan] * 20])
def test_too_few_points_and_constant_series_are_steady(series):
    assert movement(series).kind == "steady"


def test_a_step_without_noise_is_a_step():
    assert movement([1.0] * 10 + [2.0] * 10).kind == "step"


def test_missing_points_are_left_out():
    gappy = np.where(PLACE % 5 == 0, np.nan, NOISE + 6 * (PLACE >= 25))
    found = movement(gappy)
    assert found.kind == "step"
    assert len(found.fitted) == 36


@pytest.mark.parametrize("latest", [1, 2, 3])
def test_a_jump_in_the_latest_points_is_neither_a_step_nor_a_drift(latest):
    found = movement(NOISE[:24] - 9 * (PLACE[:24] >= 24 - latest))
    assert (found.kind, found.at) == ("jump", 24 - latest)
