"""The outlook: probabilities of the four kinds of target, paths, what is kept, and the frames that show it."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.target_tracking.conftest import BASE, observed_months
from workbench.catalog.model import Measure
from workbench.target_tracking import analyse
from workbench.target_tracking.judgement import judge
from workbench.target_tracking.prospects import prospect
from workbench.target_tracking.series import series_of

NOISE = np.random.default_rng(8).normal(size=36)
OTHER = {"increase": "decrease", "decrease": "increase"}


@pytest.fixture(scope="module")
def followed():
    def made(values, *targets, own=None, **changes):
        frame = observed_months("m", values, "2023-01", targets=own).assign(cell="")
        entry = Measure.model_validate(BASE | changes | {"targets": list(targets)}).model_dump(mode="json")
        series = series_of("m", entry, frame, date(2027, 12, 31), date(2028, 1, 1), 1)
        return prospect(series, judge(series, "nhs", True))

    return made


def test_a_level_to_be_kept_is_less_probable_the_longer_it_is_kept(followed):
    found = [
        followed(10 + NOISE, {"value": 8.5, "kind": "maintain", "by": by}).probability
        for by in ("2026-01", "2026-03", "2026-12")
    ]
    assert found[0] > found[1] > found[2]
    once = followed(10 + NOISE, {"value": 8.5}).probability
    assert found[0] == pytest.approx(once, abs=0.02)
    without = followed(10 + NOISE, {"value": 8.5, "kind": "maintain"}).probability
    assert without == pytest.approx(found[2], abs=1e-12)  # no date: the coming year


def test_what_was_reached_and_lost_again_is_named(followed):
    values = [4.0, 6.0, 6.0, 4.0, 6.0, 6.0] + [6.0, 6.1] * 5
    found = followed(values, {"value": 5, "kind": "maintain"}).kept
    assert (found.lost, found.since) == ("2023-04", "2023-05")
    never = followed(values, {"value": 5, "kind": "maintain", "since": "2023-05"}).kept
    assert (never.lost, never.since) == ("", "2023-05")


def test_a_level_is_asked_for_at_its_date_and_decided_there(followed):
    found = followed(10 + NOISE, {"value": 10, "kind": "level", "by": "2026-06"})
    assert (found.left, found.probability) == (6, pytest.approx(0.5, abs=0.2))
    assert found.required_change == pytest.approx((10 - found.value) / 6)
    decided = followed(10 + NOISE, {"value": 9, "kind": "level", "by": "2025-12"})
    assert decided.probability == decided.meets


def test_a_range_open_at_one_end_is_a_target_at_the_other(followed):
    open_range = followed(10 + NOISE, {"lower": 9}, direction="neutral")
    target = followed(10 + NOISE, {"value": 9}, direction="increase")
    assert open_range.probability == pytest.approx(target.probability)
    assert open_range.assurance == target.assurance


def test_a_process_that_drifts_has_an_outlook_and_says_by_which_form(followed):
    found = followed(np.arange(36.0) + NOISE / 3, {"value": 40, "kind": "level", "by": "2026-12"})
    assert found.assurance is None
    assert found.form == "damped"
    assert found.probability > 0.8


@pytest.mark.parametrize(("planned", "word"), [(8, "ahead of path"), (10, "on path"), (12, "behind path")])
def test_a_level_is_held_against_its_path_today(followed, planned, word):
    path = {"2025-12": planned, "2026-12": 20}
    found = followed(10 + NOISE - NOISE.mean(), {"kind": "level", "path": path})
    assert (found.path.planned, found.path.word) == (planned, word)
    assert (found.target, found.due, found.left) == (20, "2026-12", 12)


def test_a_path_between_two_points_is_straight(followed):
    found = followed(10 + NOISE, {"kind": "level", "path": {"2025-06": 6, "2026-06": 18}})
    assert found.path.planned == pytest.approx(12)


def test_each_interval_on_a_path_has_its_own_target(followed):
    path = {"2023": 5, "2024": 10, "2025": 15, "2026": 20}
    found = followed(15 + NOISE, {"path": path})
    assert (found.target, found.kind) == (15, "each_period")
    assert found.probability < 0.01  # the next month is one of 2026


def test_a_target_in_the_row_comes_before_the_declared_one(followed):
    found = followed(10 + NOISE, {"value": 8, "kind": "maintain"}, own=[np.nan] * 35 + [11.0])
    assert (found.target, found.kind) == (11, "maintain")


def test_a_total_is_simulated_and_known_once_it_is_reached(followed):
    values = 30 + NOISE
    total = {"kind": "cumulative", "since": "2025-10", "by": "2026-03", "direction": "increase"}
    total.pop("direction")
    assert followed(values, total | {"value": values[33:].sum() + 90}).probability == pytest.approx(
        0.5, abs=0.15
    )
    assert followed(values, total | {"value": values[33:].sum()}, kind="count").probability == 1


def test_too_few_values_and_values_that_cannot_be_right_have_no_outlook(followed):
    assert np.isnan(followed(10 + NOISE[:12], {"value": 9}).probability)
    falling = [float(step % 5) for step in range(24)]
    found = followed(falling, {"value": 9}, kind="cumulative", columns={"interval": "month", "value": "v"})
    assert np.isnan(found.probability)


TARGETS = [
    {"value": 0.4},
    {"value": 0.4, "kind": "level", "by": "2026-05"},
    {"value": -1.5, "kind": "maintain", "by": "2026-05"},
    {"value": 3.0, "kind": "cumulative", "since": "2025-12", "by": "2026-05"},
    {"kind": "level", "path": {"2025-06": -0.5, "2026-06": 0.5}},
]


def mirrored(target):
    turned = {name: -value for name, value in target.items() if name == "value"}
    paths = {"path": {when: -value for when, value in target["path"].items()}} if "path" in target else {}
    return target | turned | paths


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    drift=st.sampled_from([0.0, 0.2]),
    memory=st.sampled_from([0.0, 0.8]),
    target=st.sampled_from(TARGETS),
    direction=st.sampled_from(["increase", "decrease"]),
)
def test_the_mirror_of_data_and_target_has_the_same_outlook(followed, seed, drift, memory, target, direction):
    values = np.random.default_rng(seed).normal(size=36)
    for at in range(1, 36):
        values[at] += memory * values[at - 1]
    values = values + drift * np.arange(36)
    here = followed(values, target, direction=direction)
    there = followed(-values, mirrored(target), direction=OTHER[direction])
    assert there.probability == pytest.approx(here.probability, abs=1e-9, nan_ok=True)
    assert there.path.word == here.path.word
    assert there.form == here.form
    assert there.assurance == here.assurance


@pytest.fixture
def results(measure_cube, observations):
    frames = [
        observations("level", 10 + NOISE),
        observations("sum", np.round(30 + 3 * NOISE)),
        observations("few", [1.0]),
    ]
    entries = {
        "level": {"targets": [{"value": 10}]},
        "sum": {"kind": "count", "targets": [{"value": 400, "kind": "cumulative", "by": "2026"}]},
    }
    return lambda: analyse(measure_cube(*frames, entries=entries), period="2025-Q4")


def test_the_outlook_frame_has_nested_intervals_until_the_date(results):
    frame = results().outlook
    assert frame.groupby("measure", sort=False).size().to_dict() == {"level": 12, "sum": 12}
    bounds = frame[["lower_80", "lower_50", "expected", "upper_50", "upper_80"]].to_numpy()
    assert (np.diff(bounds, axis=1) > 0).all()
    assert frame["interval"].tolist()[:2] == ["2026-01", "2026-02"]
    assert frame["ahead"].tolist()[:2] == [1, 2]


def test_calibration_is_shown_with_the_score_of_the_naive_reference(results):
    frame = results().calibration.set_index("measure")
    assert frame.loc["level", "origins"] == 36 - 9  # the first rests on nine values: eight, and one to err by
    assert 0.6 < frame.loc["level", "coverage_80"] <= 1
    assert 0 < frame.loc["level", "brier"] < 0.4
    assert 0 < frame.loc["level", "brier_naive"] < 0.4
    assert (frame.loc["few", "origins"], frame.loc["few", "state"]) == (0, "no data")


def test_a_second_run_gives_the_same_bytes(results):
    once, again = results(), results()
    for name in ("outlook", "calibration", "verdicts"):
        first, second = (
            pd.util.hash_pandas_object(getattr(each, name).drop(columns="cells")) for each in (once, again)
        )
        assert first.tolist() == second.tolist()


def test_an_outlook_rests_on_every_count_of_its_series(measure_cube, observations):
    counts = [(int(value), 200) for value in 100 + 5 * NOISE]
    frame = observations("m", [a / b for a, b in counts], counts=counts)
    entry = {
        "kind": "proportion",
        "scale": "percent",
        "columns": {"interval": "month", "numerator": "a", "denominator": "b"},
    }
    found = analyse(
        measure_cube(frame, entries={"m": entry | {"targets": [{"value": 50}]}}, about_people=True),
        period="2025-Q4",
    )
    for row in [*found.outlook["cells"], *found.calibration["cells"]]:
        assert len(row) == 36
