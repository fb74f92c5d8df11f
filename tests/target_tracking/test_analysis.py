"""Result frames: what they hold, what each row derives from, and what release leaves of them."""

import time

import numpy as np
import pandas as pd
import pytest

from workbench.disclosure import Policy, read, release, write
from workbench.errors import ParameterError
from workbench.target_tracking import TargetResults, analyse
from workbench.target_tracking.false_alarms import rate

DRAW = np.random.default_rng(8)
SHARE = {
    "kind": "proportion",
    "scale": "percent",
    "unit": "of permits",
    "columns": {"interval": "month", "numerator": "a", "denominator": "b", "group": {"race": "race"}},
    "groups": ["race"],
    "targets": [{"value": 75}],
}


def shares(observations, n, id="m", denominator=400, first_numerator=None, **cut):
    numerators = [int(value) for value in DRAW.binomial(denominator, 0.74, size=n)]
    if first_numerator is not None:
        numerators[0] = first_numerator
    counts = [(value, denominator) for value in numerators]
    return observations(id, [a / b for a, b in counts], counts=counts, **cut)


def by_race(observations, whole, black):
    """Everyone's months and, for the last, the cut by race."""
    last = whole.iloc[[-1]]
    rest = last["numerator"].iloc[0] - black
    rows = [("black", black, 40), ("white", rest, 360)]
    parts = [
        last.assign(dimension="race", group=g, numerator=a, denominator=b, n=b, value=a / b)
        for g, a, b in rows
    ]
    return pd.concat([whole, *parts], ignore_index=True)


def test_one_row_a_measure_and_one_a_measure_and_interval(measure_cube, observations):
    cube = measure_cube(observations("a", [1.0, 2.0, 3.0]), observations("b", [4.0]))
    results = analyse(cube, period="2025-Q4")
    assert results.measures["measure"].tolist() == ["a", "b"]
    assert results.verdicts["measure"].tolist() == ["a", "b"]
    assert list(zip(results.points["measure"], results.points["interval"], strict=True)) == [
        ("a", "2023-01"),
        ("a", "2023-02"),
        ("a", "2023-03"),
        ("b", "2023-01"),
    ]
    assert len(results.limits) == 4


def test_the_callers_cube_is_not_changed(measure_cube, observations):
    cube = measure_cube(shares(observations, 36), entries={"m": SHARE}, about_people=True)
    before = cube.frames["observations"].copy(deep=True)
    analyse(cube, period="2025-Q4")
    pd.testing.assert_frame_equal(cube.frames["observations"], before)


def test_frames_are_raw_and_the_summary_is_as_shown(measure_cube, observations):
    cube = measure_cube(observations("m", [0.7, 0.8], counts=[(70, 100), (80, 100)]), entries={"m": SHARE})
    results = analyse(cube, period="2025-Q4")
    assert results.measures[["value", "target"]].iloc[0].tolist() == [0.8, 0.75]
    summary = results.summary.iloc[0]
    assert (summary["value"], summary["target"], summary["meets_target"]) == (
        "80% of permits",
        "75% of permits",
        "yes",
    )
    assert summary["status"] == "too few points"


@pytest.mark.parametrize(
    ("values", "provisional", "status"),
    [
        ([], (), "no data"),
        ([5.0], (0,), "only provisional data"),
        ([5.0] * 12, (), "too few points"),
        ([5.0] * 13, (), "usual ups and downs"),
    ],
)
def test_the_status_of_little_data(measure_cube, observations, values, provisional, status):
    cube = measure_cube(observations("m", values, provisional=provisional), entries={"m": {}})
    assert analyse(cube, period="2025-Q4").verdicts["status"].tolist() == [status]


def test_the_status_joins_variation_assurance_and_outlook(measure_cube, observations):
    values = list(np.round(10 + DRAW.normal(size=35), 1))
    cube = measure_cube(observations("m", values), entries={"m": {"targets": [{"value": 30}]}})
    (status,) = analyse(cube, period="2025-Q4").verdicts["status"]
    assert status.endswith("cannot meet the target without change · unlikely")


def test_a_value_that_is_long_overdue_makes_its_owner_silent(measure_cube, observations):
    cube = measure_cube(
        observations("m", [5.0] * 34), observations("n", [5.0] * 35), observations("o", [5.0] * 36)
    )
    measures = analyse(cube, period="2025-Q4").measures
    assert measures["behind"].tolist() == [2, 1, 0]
    assert measures["silent"].tolist() == [True, False, False]
    assert measures["updated"].tolist() == ["2025-10", "2025-11", "2025-12"]


def test_later_values_than_the_period_are_not_looked_at(measure_cube, observations):
    cube = measure_cube(observations("m", [5.0] * 33 + [99.0] * 3))
    results = analyse(cube, period="2025-Q3")
    assert results.points["interval"].iloc[-1] == "2025-09"
    assert results.measures["value"].tolist() == [5.0]


def test_unknown_rules_and_periods_are_refused(measure_cube, observations):
    cube = measure_cube(observations("m", [5.0]))
    with pytest.raises(ParameterError, match=r"`rules` is 'nsh'.*nhs_six.*Did you mean 'nhs'"):
        analyse(cube, period="2025-Q4", rules="nsh")
    with pytest.raises(ParameterError, match="'autumn' is not a period"):
        analyse(cube, period="autumn")


def test_limits_name_every_count_of_the_series_and_points_only_their_own(measure_cube, observations):
    cube = measure_cube(shares(observations, 14), entries={"m": SHARE}, about_people=True)
    results = analyse(cube, period="2025-Q4")
    cells = [f"{interval}|m" for interval in results.points["interval"]]
    assert results.points["cells"].tolist() == [[cell] for cell in cells]
    assert all(row == cells for row in results.limits["cells"])
    assert results.verdicts["cells"].tolist() == [cells]
    assert results.measures["cells"].tolist() == [cells[-1:]]
    assert results.counts["cell"].tolist() == cells


def test_a_running_total_names_the_counts_that_it_adds_up(measure_cube, observations):
    counts = [(20, np.nan)] * 14
    total = {"kind": "cumulative", "columns": {"interval": "month", "numerator": "a"}}
    total["targets"] = [{"value": 240, "kind": "cumulative", "by": "2024-12"}]
    cube = measure_cube(
        observations("m", [20.0] * 14, counts=counts), entries={"m": total}, about_people=True
    )
    (cells,) = analyse(cube, period="2024-Q1").measures["cells"]
    assert cells == ["2024-01|m", "2024-02|m"]


def test_sources_not_about_people_have_no_cells(measure_cube, observations):
    results = analyse(measure_cube(shares(observations, 14), entries={"m": SHARE}), period="2025-Q4")
    assert len(results.counts) == 0
    assert not results.about_people
    assert all(cells == [] for cells in results.points["cells"])


def test_the_sum_behind_a_mean_is_no_count_of_people(measure_cube, observations):
    mean = {"kind": "mean", "columns": {"interval": "month", "numerator": "a", "denominator": "b"}}
    frame = observations("m", [0.1] * 3, counts=[(5, 50)] * 3)
    results = analyse(measure_cube(frame, entries={"m": mean}, about_people=True), period="2025-Q4")
    assert results.counts["numerator"].isna().all()
    assert results.counts["denominator"].tolist() == [50, 50, 50]


def test_groups_are_those_of_the_latest_interval_and_add_up(measure_cube, observations):
    whole = shares(observations, 14)
    cube = measure_cube(by_race(observations, whole, black=25), entries={"m": SHARE}, about_people=True)
    results = analyse(cube, period="2025-Q4")
    assert results.groups["group"].tolist() == ["black", "white"]
    assert results.groups["interval"].unique().tolist() == ["2024-02"]
    assert [(s.total, s.parts) for s in results.sums] == [
        ("2024-02|m", ("2024-02|m|race=black", "2024-02|m|race=white"))
    ]
    assert results.groups["lower"].iloc[0] == pytest.approx(0.4703, abs=1e-4)  # Wilson, 25 of 40


def test_release_hides_a_small_group_and_what_would_give_it_away(measure_cube, observations):
    whole = shares(observations, 14)
    cube = measure_cube(by_race(observations, whole, black=3), entries={"m": SHARE}, about_people=True)
    released = release(analyse(cube, period="2025-Q4"), Policy(11))
    assert released.groups["state"].tolist() == ["suppressed", "suppressed"]
    assert released.groups["value"].isna().all()
    assert released.points["state"].eq("value").all()
    assert released.verdicts["state"].tolist() == ["value"]


def test_release_hides_all_that_was_computed_with_a_small_count(measure_cube, observations):
    cube = measure_cube(shares(observations, 14, first_numerator=5), entries={"m": SHARE}, about_people=True)
    released = release(analyse(cube, period="2025-Q4"), Policy(11))
    assert released.points["state"].tolist() == ["suppressed"] + ["value"] * 13
    assert released.limits["mean"].isna().all()
    assert released.verdicts["verdict"].tolist() == ["not shown, to protect privacy"]
    assert released.verdicts["status"].isna().all()
    assert released.measures["state"].tolist() == ["value"]
    assert released.summary["value"].notna().all()


def test_results_survive_being_written_and_read(measure_cube, observations, tmp_path):
    cube = measure_cube(shares(observations, 36), entries={"m": SHARE}, about_people=True)
    released = release(analyse(cube, period="2025-Q4"), Policy(11))
    write(released, tmp_path / "results")
    again = read(TargetResults, tmp_path / "results")
    assert again.summary.equals(released.summary)
    assert again.points["interval_start"].tolist() == released.points["interval_start"].tolist()


def test_ten_measures_of_three_years_take_a_fraction_of_a_second(measure_cube, observations):
    frames = [observations(f"m{number}", list(DRAW.normal(size=36))) for number in range(10)]
    cube = measure_cube(*frames)
    analyse(cube, period="2025-Q4")
    began = time.process_time()
    analyse(cube, period="2025-Q4")
    assert time.process_time() - began < 1


def test_a_steady_measure_alarms_as_often_as_is_said(measure_cube, observations):
    frames = [observations(f"m{number}", list(DRAW.normal(size=24))) for number in range(150)]
    results = analyse(measure_cube(*frames), period="2024-Q4")
    alarms = results.verdicts["verdict"].isin(["improving", "worsening"]).sum()
    assert alarms <= 10
    wanted = rate("xmr", "nhs") * results.facts["judged"]
    assert results.facts["false_alarms_expected"] == pytest.approx(wanted, abs=0.01)
