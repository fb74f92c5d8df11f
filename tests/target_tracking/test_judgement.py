"""Verdicts on variation: what is enough, what is suspicious, what is a signal."""

from datetime import date

import numpy as np
import pytest

from workbench.findings.model import Verdict
from workbench.target_tracking.judgement import changed, judge, level_since, run_start, variation
from workbench.target_tracking.series import series_of

STEADY = [
    *[10.6, 9.2, 8.7, 7.7, 9.7, 11.0, 10.0, 10.4, 10.8, 9.3, 12.1, 9.3],
    *[10.3, 12.2, 9.9, 10.1, 9.6, 10.3, 8.3, 9.5, 11.4, 10.2, 9.8, 10.3],
    *[10.3, 10.1, 10.5, 8.7, 10.5, 9.5, 10.6, 10.0, 9.2, 9.9, 9.2, 10.8],
]
DRAW = np.random.default_rng(5)


@pytest.fixture
def judged(observations, entry_of):
    def made(values, first="2023-01", conflicting=(), provisional=(), rules="nhs", **changes):
        own = observations("m", values, first, conflicting=conflicting, provisional=provisional).assign(
            cell=""
        )
        series = series_of("m", entry_of(**changes), own, date(2027, 12, 31), date(2028, 1, 1), 1)
        return series, judge(series, rules, True)

    return made


@pytest.mark.parametrize(("n", "verdict"), [(12, Verdict.CANT_TELL), (13, Verdict.COMMON_CAUSE)])
def test_thirteen_points_are_needed_for_a_verdict(judged, n, verdict):
    assert variation(*judged(STEADY[:n]))[0] == verdict


@pytest.mark.parametrize(("n", "drawn"), [(4, False), (5, True)])
def test_five_points_are_needed_for_trial_limits(judged, n, drawn):
    _, judgement = judged(STEADY[:n])
    assert judgement.limits["mean"].notna().all() == drawn
    assert (judgement.signals["point_type"] == "").all()


def test_no_values_cannot_tell(judged):
    assert variation(*judged([])) == (Verdict.CANT_TELL, "")
    assert variation(*judged([np.nan] * 20))[0] == Verdict.CANT_TELL


@pytest.mark.parametrize(
    ("last", "direction", "verdict"),
    [
        (16.0, "increase", Verdict.IMPROVING),
        (16.0, "decrease", Verdict.WORSENING),
        (4.0, "increase", Verdict.WORSENING),
        (16.0, "neutral", Verdict.MOVED),
    ],
)
def test_a_point_outside_is_better_or_worse_by_direction(judged, last, direction, verdict):
    series, judgement = judged([*STEADY[:24], last], direction=direction)
    assert variation(series, judgement) == (verdict, "outside")
    assert run_start(series, judgement, "outside") == "2025-01"
    assert judgement.p < 0.01


def test_only_the_latest_final_point_is_judged(judged):
    assert variation(*judged([*STEADY[:20], 16.0, 10.0]))[0] == Verdict.COMMON_CAUSE
    low_because_late = [*STEADY[:24], 4.0]
    assert variation(*judged(low_because_late, provisional=[24]))[0] == Verdict.COMMON_CAUSE


def test_a_shift_is_told_with_its_beginning(judged):
    series, judgement = judged([*STEADY[:23], *[10.9, 11.2, 11.0, 10.9, 11.1, 10.8, 11.3, 11.0]])
    assert variation(series, judgement) == (Verdict.IMPROVING, "shift")
    assert run_start(series, judgement, "shift") == "2024-12"


def test_a_drift_is_a_change_and_not_suspicious(judged):
    values = 50 - 1.0 * np.maximum(np.arange(36) - 20, 0) + DRAW.normal(size=36)
    series, judgement = judged(list(values))
    assert variation(series, judgement) == (Verdict.WORSENING, "drift")
    assert judgement.reasons == ("drifting",)
    assert run_start(series, judgement, "drift") in ("2024-08", "2024-09", "2024-10", "2024-11")


def test_a_step_is_not_taken_for_autocorrelation(judged):
    series, judgement = judged([*STEADY[:24], *(value + 6 for value in STEADY[:10])])
    assert "autocorrelated" not in judgement.reasons
    assert level_since(series, judgement) == "2025-01"


def test_a_series_that_remembers_is_checked_not_judged(judged):
    values = np.zeros(36)
    noise = np.random.default_rng(21).normal(size=36)
    for place in range(1, 36):
        values[place] = 0.85 * values[place - 1] + noise[place]
    values -= np.poly1d(np.polyfit(range(36), values, 3))(range(36)) * 0.3
    series, judgement = judged(list(values))
    assert "autocorrelated" in judgement.reasons
    assert variation(series, judgement)[0] == Verdict.CHECK_DATA


def test_a_seasonal_series_is_adjusted_before_it_is_judged(judged):
    wave = 10 * np.sin(2 * np.pi * np.arange(36) / 12)
    series, judgement = judged(list(100 + wave + DRAW.normal(size=36)))
    assert judgement.reasons == ("seasonal",)
    assert variation(series, judgement)[0] == Verdict.COMMON_CAUSE
    assert np.ptp(judgement.adjusted) < np.ptp(series.frame["value"]) / 2


def test_a_constant_series_has_no_signal_and_is_named(judged):
    series, judgement = judged([100.0] * 36)
    assert variation(series, judgement) == (Verdict.COMMON_CAUSE, "")
    assert judgement.reasons == ("constant",)
    assert judgement.p == 1.0


def test_two_values_for_one_interval_are_to_be_checked(judged):
    assert variation(*judged([*STEADY[:20], np.nan, 10.0], conflicting=[20]))[0] == Verdict.CHECK_DATA


def test_a_rebase_starts_the_limits_again_and_needs_points_of_its_own(judged):
    rebase = {"rebase": {"2025-01": "new desk"}}
    moved = [value + 5 for value in STEADY[:12]]
    _, judgement = judged([*STEADY[:24], *moved], baseline=rebase)
    assert judgement.limits["mean"].round(6).nunique() == 2
    assert judgement.n == 12
    assert judgement.reasons[0] == "too_few"


def test_a_frozen_baseline_is_not_widened_by_what_it_judges(judged):
    values = [*STEADY[:24], *[14.0] * 12]
    _, judgement = judged(values, baseline={"end": "2024-12"})
    assert judgement.limits["mean"].nunique() == 1
    assert judgement.n == 24
    assert judgement.limits["mean"].iloc[-1] == pytest.approx(np.mean(STEADY[:24]))


def test_the_six_point_rules_can_be_asked_for(judged):
    values = [*STEADY[:23], *[10.3, 10.6, 10.4, 10.5, 10.35, 10.45]]
    assert variation(*judged(values))[0] == Verdict.COMMON_CAUSE
    assert variation(*judged(values, rules="nhs_six"))[0] == Verdict.IMPROVING


def test_no_move_is_common_cause():
    assert changed(0, "neutral") == Verdict.COMMON_CAUSE
