"""Targets: met now, relied on, reached by their date."""

from datetime import date

import numpy as np
import pytest

from workbench.findings.model import Verdict
from workbench.statistics.xmr import limits
from workbench.target_tracking.judgement import judge
from workbench.target_tracking.prospects import prospect, running
from workbench.target_tracking.series import series_of

STEADY = [
    *[10.6, 9.2, 8.7, 7.7, 9.7, 11.0, 10.0, 10.4, 10.8, 9.3, 12.1, 9.3],
    *[10.3, 12.2, 9.9, 10.1, 9.6, 10.3, 8.3, 9.5, 11.4, 10.2, 9.8, 10.3],
    *[10.3, 10.1, 10.5, 8.7, 10.5, 9.5, 10.6, 10.0, 9.2, 9.9, 9.2, 10.8],
]


@pytest.fixture
def prospect_of(observations, entry_of):
    def made(values, *targets, first="2023-01", own=None, counts=None, **changes):
        frame = observations("m", values, first, counts, targets=own).assign(cell="")
        entry = entry_of(targets=list(targets), **changes)
        series = series_of("m", entry, frame, date(2027, 12, 31), date(2028, 1, 1), 1)
        return prospect(series, judge(series, "nhs", True))

    return made


@pytest.mark.parametrize(
    ("target", "direction", "verdict"),
    [
        (4, "increase", Verdict.RELIABLY_MEETS),
        (10, "increase", Verdict.HIT_OR_MISS),
        (16, "increase", Verdict.CANNOT_MEET),
        (4, "decrease", Verdict.CANNOT_MEET),
        (16, "decrease", Verdict.RELIABLY_MEETS),
    ],
)
def test_the_target_is_held_against_the_process(prospect_of, target, direction, verdict):
    assert prospect_of(STEADY, {"value": target}, direction=direction).verdict == verdict


def test_a_target_at_the_mean_is_met_half_of_the_time(prospect_of):
    found = prospect_of(STEADY, {"value": float(np.mean(STEADY))})
    assert found.probability == pytest.approx(0.5)
    assert found.meets == 1


def test_no_target_no_verdict(prospect_of):
    found = prospect_of(STEADY)
    assert (found.kind, found.verdict) == ("", None)
    assert np.isnan(found.meets)


def test_a_neutral_measure_keeps_to_a_range(prospect_of):
    inside = prospect_of(STEADY, {"lower": 5, "upper": 15}, direction="neutral")
    assert (inside.verdict, inside.meets) == (Verdict.RELIABLY_MEETS, 1)
    assert inside.probability > 0.99
    wide = prospect_of(STEADY, {"lower": 9.4, "upper": 15}, direction="neutral")
    assert wide.verdict == Verdict.HIT_OR_MISS


def test_a_range_open_at_one_end_is_a_floor(prospect_of):
    assert prospect_of(STEADY, {"lower": 5}, direction="neutral").verdict == Verdict.RELIABLY_MEETS


def test_too_few_points_say_met_or_not_and_no_more(prospect_of):
    found = prospect_of(STEADY[:8], {"value": 9})
    assert (found.meets, found.verdict) == (1, Verdict.CANT_TELL)
    assert np.isnan(found.probability)


def test_a_constant_series_at_its_target_passes(prospect_of):
    found = prospect_of([100.0] * 24, {"value": 100})
    assert (found.verdict, found.probability) == (Verdict.RELIABLY_MEETS, 1.0)
    assert prospect_of([99.0] * 24, {"value": 100}).verdict == Verdict.CANNOT_MEET


def test_what_is_required_is_held_against_what_the_process_does(prospect_of):
    # 600 by the end of 2025; 3 months brought 90, nine are left: 56.7 a month against about 30.
    values = [28.0, 32.0, 30.0, 29.0, 31.0, 27.0, 33.0, 30.0, 30.0, 29.0, 31.0, 30.0] * 2 + [30.0, 29.0, 31.0]
    total = {"value": 600, "kind": "cumulative", "by": "2025-12"}
    found = prospect_of(values, total, kind="cumulative", columns={"interval": "month", "numerator": "value"})
    assert (found.value, found.left, found.due) == (90, 9, "2025-12")
    assert found.required == pytest.approx(510 / 9)
    assert (found.verdict, found.meets) == (Verdict.CANNOT_MEET, 0)
    assert found.probability < 0.01
    assert found.progress == pytest.approx(0.15)


def test_a_total_within_reach_is_hit_or_miss(prospect_of):
    values = [28.0, 32.0, 30.0, 29.0, 31.0, 27.0, 33.0, 30.0, 30.0, 29.0, 31.0, 30.0] * 2 + [30.0, 29.0, 31.0]
    total = {"value": 360, "kind": "cumulative", "by": "2025-12"}
    found = prospect_of(values, total)
    assert found.required == pytest.approx(30)
    assert (found.verdict, found.meets) == (Verdict.HIT_OR_MISS, 1)
    assert found.probability == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(("target", "verdict"), [(120, Verdict.RELIABLY_MEETS), (121, Verdict.CANNOT_MEET)])
def test_a_total_that_is_complete_was_reached_or_missed(prospect_of, target, verdict):
    total = {"value": target, "kind": "cumulative", "by": "2025-12"}
    found = prospect_of([10.0] * 12, total, first="2025-01")
    assert (found.left, found.verdict, found.probability) == (0, verdict, float(target == 120))


def test_a_total_that_must_not_be_exceeded(prospect_of):
    total = {"value": 600, "kind": "cumulative", "by": "2025-12"}
    found = prospect_of([28.0, 32.0, 30.0, 30.0] * 6 + [30.0] * 3, total, direction="decrease")
    assert (found.verdict, found.meets) == (Verdict.RELIABLY_MEETS, 1)


def test_a_level_by_a_date_counts_the_intervals_left(prospect_of):
    found = prospect_of(STEADY, {"value": 10, "kind": "level", "by": "2026-06"})
    assert (found.left, found.due) == (6, "2026-06")
    assert found.progress == pytest.approx(-1 / 3)  # from 10.6 to 10.8, away from 10


def test_a_process_that_stepped_is_held_against_its_new_level(prospect_of):
    values = STEADY[:24] + [value + 8 for value in STEADY[:9]]
    found = prospect_of(values, {"value": 14})
    assert found.verdict == Verdict.RELIABLY_MEETS
    assert found.runs_lower > 14


def test_the_limits_of_a_new_level_are_as_wide_as_its_memory_asks_for(observations, entry_of):
    # A step of 8 after 24 of 60 values that follow one another by 0.5. Limits from moving ranges alone are too narrow
    # by 1 / sqrt(1 - r).
    push = np.random.default_rng(12).normal(size=60)
    values = np.zeros(60)
    for place in range(1, 60):
        values[place] = 0.5 * values[place - 1] + push[place]
    values[24:] += 8
    frame = observations("m", values, "2019-01").assign(cell="")
    series = series_of("m", entry_of(), frame, date(2027, 12, 31), date(2028, 1, 1), 1)
    judgement = judge(series, "nhs", True)
    assert judgement.movement.kind == "step"
    assert 0.4 < judgement.memory < 0.7
    plain = limits(values[judgement.movement.at :])
    lower, upper = running(series, judgement)
    assert upper - plain.mean == pytest.approx((plain.upper - plain.mean) / np.sqrt(1 - judgement.memory))
    assert upper + lower == pytest.approx(2 * plain.mean)


def test_a_share_that_stepped_has_the_limits_of_its_chart(prospect_of):
    below = [200] * 36
    above = [100, 106, 93, 101, 96, 104, 98, 107, 95, 103, 99, 94] * 2
    above += [140, 147, 133, 141, 136, 144, 138, 146, 135, 143, 139, 134]
    own = list(zip(above, below, strict=True))
    values = [a / b for a, b in own]
    found = prospect_of(
        values,
        {"value": 0.9},
        kind="proportion",
        counts=own,
        columns={"interval": "month", "numerator": "above", "denominator": "below"},
        chart="p",
    )
    # Twelve months of 200, 1676 of 2400: 0.698 -/+ 3 sqrt(0.698 0.302 / 200) = 0.601 to 0.796.
    assert (found.runs_lower, found.runs_upper) == pytest.approx((0.601, 0.796), abs=0.001)


def test_a_process_that_jumped_just_now_is_not_called_reliable(prospect_of):
    assert prospect_of([*STEADY, 3.0, 2.8], {"value": 6}).verdict == Verdict.CANT_TELL


def test_a_drifting_process_has_no_limits_to_hold_a_target_against(prospect_of):
    noise = np.random.default_rng(2).normal(size=36)
    found = prospect_of(list(50 - np.arange(36) + noise), {"value": 40})
    assert (found.verdict, found.meets) == (Verdict.CANT_TELL, 0)


def test_a_seasonal_process_is_reliable_only_when_it_is_in_every_season(prospect_of):
    noise = np.random.default_rng(2).normal(size=36)
    values = list(100 + 20 * np.sin(2 * np.pi * np.arange(36) / 12) + noise)
    assert prospect_of(values, {"value": 90}).verdict == Verdict.HIT_OR_MISS
    assert prospect_of(values, {"value": 70}).verdict == Verdict.RELIABLY_MEETS


def test_the_target_of_the_latest_row_counts(prospect_of):
    found = prospect_of(STEADY, own=[4.0] * 35 + [16.0])
    assert (found.target, found.verdict) == (16, Verdict.CANNOT_MEET)
    none_at_last = prospect_of(STEADY, own=[4.0] * 35 + [np.nan])
    assert none_at_last.verdict is None
