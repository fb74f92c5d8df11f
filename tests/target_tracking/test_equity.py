"""Measures by group over time: the same judgement, gaps with limits and targets, and what is said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.disclosure import Policy, release
from workbench.findings import Context
from workbench.findings.model import Verdict
from workbench.findings.sentences import render
from workbench.target_tracking import analyse, findings
from workbench.target_tracking.equity.gap_rows import distance, gap_word, status
from workbench.target_tracking.equity.gaps import everyone_else, gap_between
from workbench.target_tracking.equity.points import own_entry

SHARE = {
    "kind": "proportion",
    "scale": "percent",
    "unit": "of calls",
    "columns": {"interval": "month", "numerator": "a", "denominator": "b", "group": {"race": "race"}},
    "groups": ["race"],
    "targets": [{"value": 40}],
}
COUNT = {
    "kind": "count",
    "unit": "shots",
    "columns": {"interval": "month", "numerator": "a", "group": {"race": "race"}},
    "groups": ["race"],
    "targets": [{"value": 300}],
}
STEADY = [80 + step % 5 for step in range(36)]
FALLEN = [*STEADY[:28], *(value - 25 for value in STEADY[28:])]
RISEN = [*STEADY[:28], *(value + 25 for value in STEADY[28:])]


@pytest.fixture
def city(measure_cube, observations):
    """``city({"black": numerators, ...}, entry)`` is a cube of one measure, 200 people a group and month."""

    def made(groups, entry=SHARE, about_people=False, size=200):
        whole = [sum(month) for month in zip(*groups.values(), strict=True)]
        parts = {("all", "all"): (whole, size * len(groups))}
        parts |= {("race", group): (counts, size) for group, counts in groups.items()}
        frames = [
            observations(
                "m", [a / n for a in counts], counts=[(a, n) for a in counts], dimension=d, group=group
            )
            for (d, group), (counts, n) in parts.items()
        ]
        if entry["kind"] == "count":
            frames = [
                frame.assign(value=frame["numerator"], denominator=np.nan, n=frame["numerator"])
                for frame in frames
            ]
        return measure_cube(*frames, entries={"m": entry}, about_people=about_people)

    return made


def released(cube, **changes):
    return release(analyse(cube, period="2025-Q4"), Policy(11, **changes))


def of_group(frame, group):
    return frame[frame["group"] == group].iloc[0]


def said(results):
    context = Context("target_tracking", "works", "all", "Works", labels=results.facts["labels"])
    return findings(results, context)


def test_a_group_is_judged_as_everyone_would_be_with_its_values(city):
    results = released(city({"black": FALLEN, "white": RISEN}))
    alone = released(city({"black": FALLEN}))
    group, everyone = of_group(results.group_verdicts, "black"), alone.verdicts.iloc[0]
    for name in (
        "verdict",
        "rule",
        "since",
        "n_points",
        "mean",
        "lower",
        "upper",
        "target_verdict",
        "status",
    ):
        assert group[name] == everyone[name], name
    assert group["verdict"] == "worsening"
    limits = results.group_limits[results.group_limits["group"] == "black"]
    np.testing.assert_array_equal(limits["upper"], alone.limits["upper"])


def test_the_gap_of_a_month_is_the_groups_share_less_that_of_all_others(city):
    results = released(city({"black": STEADY, "white": [100] * 36, "asian": [60] * 36}))
    first = results.gaps[(results.gaps["group"] == "black")].iloc[0]
    # 80 of 200 against 160 of 400; Newcombe 1998, method 10.
    assert [first[name] for name in ("own", "reference_value", "value")] == [0.4, 0.4, 0.0]
    assert first["lower"] == pytest.approx(-0.0813, abs=5e-4)
    assert first["upper"] == pytest.approx(0.0840, abs=5e-4)
    assert first["state"] == "zero"


def test_a_ratio_to_a_named_group_has_an_interval_and_no_gap_of_that_group_to_itself(city):
    entry = SHARE | {"gaps": {"race": {"kind": "ratio", "reference": "white", "target": 0.8}}}
    results = released(city({"black": STEADY, "white": [100] * 36}, entry))
    assert list(results.gap_verdicts["group"]) == ["black"]
    first = results.gaps.iloc[0]
    assert first["value"] == pytest.approx(0.8)
    assert 0.64 < first["lower"] < first["value"] < first["upper"] < 1
    # Four fifths, either way round.
    assert (first["target_lower"], first["target_upper"]) == (0.8, 1.25)


def test_the_average_is_met_and_the_gap_widened(city):
    results = released(city({"black": FALLEN, "white": RISEN}))
    assert results.verdicts["verdict"].tolist() == ["common cause"]
    verdict = of_group(results.gap_verdicts, "black")
    assert (verdict["verdict"], verdict["behind"], verdict["rule"]) == ("widening", "yes", "outside")
    assert verdict["status"] == "overall met, gap widened"
    assert results.summary["status"].tolist()[0].endswith("· overall met, gap widened (Black)")
    gaps = {finding.group: finding for finding in said(results) if finding.question == "gap_race"}
    assert (gaps["black"].message, gaps["black"].verdict) == ("met_gap_widened", Verdict.WIDENING)
    assert (gaps["white"].message, gaps["white"].verdict) == ("gap_ahead", Verdict.MOVED)
    assert ", and Black residents fell behind. " in render(gaps["black"])
    assert "of everyone else in" in render(gaps["black"])
    assert gaps["black"].comparison == "everyone else"
    assert gaps["black"].size.value == pytest.approx(-25.0)
    assert gaps["black"].size.unit == "percentage points"


def test_two_gaps_to_everyone_else_are_one_test_and_groups_have_no_other(city):
    by_group = [one for one in said(released(city({"black": FALLEN, "white": RISEN}))) if one.group != "all"]
    assert [one.group for one in by_group if one.p is not None] == ["black"]
    assert [one.judged_by for one in by_group if one.group == "white"] == [
        "target_tracking/m/gap_race/black/all"
    ]


def test_three_groups_are_three_tests(city):
    results = released(city({"black": FALLEN, "white": RISEN, "asian": STEADY}))
    assert sum(one.p is not None for one in said(results) if one.group != "all") == 3


def test_counts_have_no_gap_and_no_target_of_the_city_and_are_tested_by_themselves(city):
    results = released(city({"black": FALLEN, "white": STEADY}, COUNT))
    assert results.gap_verdicts.empty
    assert results.group_points["target"].isna().all()
    found = [(one.question, one.group, one.p is None) for one in said(results) if one.group != "all"]
    assert sorted(found) == [("variation", "black", False), ("variation", "white", False)]


def test_a_group_is_held_against_its_own_target_where_it_has_one(city):
    entry = SHARE | {"targets": [{"value": 40, "groups": {"race/black": 70}}]}
    results = released(city({"black": STEADY, "white": STEADY}, entry))
    assert of_group(results.group_verdicts, "black")["target_verdict"] == Verdict.CANNOT_MEET
    assert of_group(results.group_verdicts, "white")["target_verdict"] == Verdict.HIT_OR_MISS
    own = [one for one in said(results) if one.question == "target" and one.group != "all"]
    assert [(one.group, one.arguments["target"][0]) for one in own] == [("black", 70.0)]


@pytest.mark.parametrize(("target", "verdict"), [(1, Verdict.CANNOT_MEET), (30, Verdict.RELIABLY_MEETS)])
def test_a_gap_has_its_own_target(city, target, verdict):
    entry = SHARE | {"gaps": {"race": {"target": target}}}
    low = [value - 40 for value in STEADY[::-1]]
    results = released(city({"black": low, "white": STEADY}, entry))
    assert of_group(results.gap_verdicts, "black")["target_verdict"] == verdict
    assert {one.verdict for one in said(results) if one.question == "gap_target_race"} == {verdict}


def test_months_without_a_row_are_none_of_a_group_where_rows_are_counted(measure_cube, observations):
    entry = COUNT | {"columns": {"interval": "month", "group": {"race": "race"}}}
    everyone = observations("m", [30] * 3, first="2025-10").assign(numerator=30.0, n=30.0)
    black = observations("m", [30], first="2025-11", dimension="race", group="black")
    cube = measure_cube(everyone, black.assign(numerator=30.0, n=30.0), entries={"m": entry})
    shown = released(cube).group_points
    assert shown["value"].tolist() == [0.0, 30.0, 0.0]
    assert shown["state"].tolist() == ["zero", "value", "zero"]


def test_everyone_else_without_counts_is_averaged_by_numbers():
    nothing = np.array([np.nan])
    whole = {"numerator": nothing, "denominator": nothing, "value": np.array([10.0]), "n": np.array([100.0])}
    group = {"numerator": nothing, "denominator": nothing, "value": np.array([16.0]), "n": np.array([25.0])}
    assert everyone_else(whole, group, "mean")["value"].tolist() == [8.0]


def test_a_ratio_over_nothing_is_missing():
    first, second = np.array([0.4, 0.4]), np.array([0.0, 0.5])
    np.testing.assert_array_equal(gap_between(first, second, "ratio"), [np.nan, 0.8])


@pytest.mark.parametrize(
    ("value", "mean", "rule", "slope", "word"),
    [
        (-0.2, -0.1, "outside", 0, Verdict.WIDENING),
        (-0.05, -0.1, "outside", 0, Verdict.NARROWING),
        (0.3, -0.1, "shift", 0, Verdict.WIDENING),  # beyond no gap, and further off
        (-0.3, 0.0, "drift", -0.01, Verdict.WIDENING),  # from -0.12 on average of 36 months
        (-0.02, 0.0, "drift", 0.01, Verdict.NARROWING),
    ],
)
def test_a_gap_widens_when_it_moves_away_from_none(value, mean, rule, slope, word):
    row = {"verdict": "moved", "value": value, "mean": mean, "rule": rule, "slope": slope}
    assert gap_word(row, 0.0, 36) == word


def test_twice_is_as_far_as_half():
    assert distance(2.0, 1.0) == distance(0.5, 1.0)
    row = {"verdict": "moved", "value": 0.5, "mean": 1.9, "rule": "shift", "slope": 0}
    assert gap_word(row, 1.0, 36) == Verdict.WIDENING


@pytest.mark.parametrize(
    ("word", "met", "text"),
    [
        (Verdict.WIDENING, 1.0, "overall met, gap widened"),
        (Verdict.WIDENING, 0.0, "overall missed, gap widened"),
        (Verdict.NARROWING, np.nan, "gap narrowed"),
        (Verdict.NO_CLEAR_CHANGE, pd.NA, "no clear change of the gap"),
    ],
)
def test_the_status_says_both(word, met, text):
    assert status(word, met) == text


def test_a_total_of_the_city_is_no_target_of_a_group():
    target = {"value": 300, "groups": {"race/black": 60}, "lower": None, "upper": None, "path": {}}
    entry = {"kind": "count", "targets": [target]}
    assert own_entry(entry, "race", "white")["targets"] == []
    assert own_entry(entry, "race", "black")["targets"][0]["value"] == 60


def renamed(cube, names):
    frame = cube.frames["observations"]
    return replace(cube, frames={"observations": frame.assign(group=frame["group"].replace(names))})


def mirrored(cube, top=200):
    """Every share becomes its complement, and less is better."""
    frame = cube.frames["observations"]
    other = frame["denominator"] - frame["numerator"]
    frame = frame.assign(numerator=other, value=other / frame["denominator"])
    entry = cube.definition["measures"]["m"]
    entry = entry | {"direction": "decrease", "targets": [{**entry["targets"][0], "value": 60.0}]}
    return replace(
        cube,
        frames={"observations": frame},
        definition={**cube.definition, "measures": {"m": entry}},
    )


MONTHS = st.lists(st.integers(60, 140), min_size=24, max_size=24)


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(black=MONTHS, white=MONTHS)
def test_names_do_not_matter_and_a_mirror_keeps_every_word(city, black, white):
    cube = city({"black": black, "white": white})
    results = released(cube)
    columns = ["verdict", "behind", "rule", "since", "status", "apart"]
    words = results.gap_verdicts.set_index("group")[columns]
    swap = {"black": "white", "white": "black"}
    again = released(renamed(cube, swap)).gap_verdicts.set_index("group")[columns]
    pd.testing.assert_frame_equal(again.rename(swap).loc[words.index], words, check_dtype=False)
    other = released(mirrored(cube))
    pd.testing.assert_frame_equal(other.gap_verdicts.set_index("group")[columns], words, check_dtype=False)
    named = ["verdict", "rule", "status"]
    pd.testing.assert_frame_equal(other.group_verdicts[named], results.group_verdicts[named])


@pytest.fixture
def wards(measure_cube, observations):
    """``wards({"3": numerators, ...})`` is a cube of one measure by ward, 200 people a ward and month."""

    def made(places, about_people=False):
        whole = [sum(month) for month in zip(*places.values(), strict=True)]
        parts = {("city", "all"): (whole, 200 * len(places))}
        parts |= {("ward", place): (counts, 200) for place, counts in places.items()}
        frames = [
            observations(
                "m", [a / n for a in counts], counts=[(a, n) for a in counts], place_level=level, place=place
            )
            for (level, place), (counts, n) in parts.items()
        ]
        return measure_cube(*frames, entries={"m": SHARE}, about_people=about_people)

    return made


def test_places_are_followed_over_time_as_groups_are(wards, city):
    places = released(wards({"3": FALLEN, "4": RISEN, "Old Harbor": STEADY}))
    groups = released(city({"3": FALLEN, "4": RISEN, "Old Harbor": STEADY}))
    for name in ("group_verdicts", "gap_verdicts", "group_points"):
        of_places, of_groups = getattr(places, name), getattr(groups, name)
        assert set(of_places["dimension"]) == {"ward"}
        assert of_places["group"].tolist() == of_groups["group"].tolist()
    assert places.gap_verdicts["verdict"].tolist() == groups.gap_verdicts["verdict"].tolist()
    fell = of_group(places.gap_verdicts, "3")
    assert (fell["verdict"], fell["reference"]) == ("widening", "everyone_else")
    told = [finding for finding in said(places) if (finding.question, finding.group) == ("gap_ward", "3")]
    assert [finding.arguments["group"] for finding in told] == ["Ward 3"]
    assert "ward/Old Harbor" not in places.facts["labels"]


def test_a_small_place_is_hidden_over_time_and_so_is_what_would_tell_it(wards):
    small = [4, *STEADY[1:]]
    results = released(wards({"3": small, "4": STEADY, "5": RISEN}, about_people=True))
    first = results.group_points[results.group_points["interval"] == "2023-01"].set_index("group")["state"]
    assert first["3"] == "suppressed"
    assert (first == "suppressed").sum() >= 2
