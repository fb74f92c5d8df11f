"""Actions: registered before the figures, judged when there are enough of them, in words and with advice."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.catalog.model import Action
from workbench.disclosure import release
from workbench.disclosure.policy import Policy
from workbench.effects.effect import COMPARED, COUNTS, SERIES
from workbench.findings import render
from workbench.findings.model import Context, Verdict
from workbench.findings.sentences import caveat
from workbench.target_tracking import analyse, findings

CONTEXT = Context("target_tracking", "works", "all", "Public Works")
NOISE = np.random.default_rng(5).normal(size=36) / 2
LEVEL = 50 + NOISE  # 36 months from 2023-01
BASE = {
    "finding": "target_tracking/permits/variation/all/all",
    "title": "Second counter",
    "owner": "Plan Review",
    "start": "2025-01-01",
    "direction": "increase",
    "registered": "2024-12-10",
}
BINARY = {
    "kind": "proportion",
    "scale": "percent",
    "unit": "of permits",
    "columns": {"interval": "month", "numerator": "good", "denominator": "all", "place": {"ward": "ward"}},
}


def stepped(by, at=24, length=36):
    """The level with a step from a month on."""
    return (LEVEL + by * (np.arange(36) >= at))[:length]


@pytest.fixture
def judge(measure_cube, observations):
    """``judge(values, ...)`` is the row of an action, and the results that it stands in; ``beside`` is another one."""

    def made(*frames, entries=None, about_people=False, as_of="2026-01-15", beside=None, **changes):
        frames = [
            each if isinstance(each, pd.DataFrame) else observations("permits", each) for each in frames
        ]
        cube = measure_cube(*frames, entries=entries, about_people=about_people, as_of=as_of)
        told = {"counter": BASE | changes}
        told |= {} if beside is None else {"leaflet": BASE | {"title": "A leaflet", "owner": "Desk"} | beside}
        actions = {name: Action.model_validate(each).model_dump(mode="json") for name, each in told.items()}
        cube = replace(cube, definition={**cube.definition, "actions": actions})
        results = analyse(cube, period="2025-Q4")
        return results.actions.set_index("action", drop=False).loc["counter"], results

    return made


def said(results):
    """The finding about the action, and its sentence."""
    shown = release(results, Policy(minimum_count=11))
    (found,) = [
        each for each in findings(shown, CONTEXT) if (each.question, each.group) == ("action", "counter")
    ]
    return found, render(found, "en")


def test_a_step_the_expected_way_is_kept(judge):
    row, results = judge(stepped(6), size=5)
    assert (row["verdict"], row["advice"], row["design"]) == ("moved as expected", "keep", SERIES)
    assert (row["before"], row["after"], row["interval"]) == (24, 12, "2025-12")
    assert row["effect"] == pytest.approx(6, abs=0.5)
    assert row["lower"] < 6 < row["upper"]
    assert row["counterfactual"] == pytest.approx(50, abs=1)
    found, sentence = said(results)
    assert (found.id, found.family) == ("target_tracking/permits/action/counter/all", "plan")
    assert sentence.startswith(
        "Permits on time: moved as expected after “Second counter” (Plan Review). Since then 55.8 days on average, "
        "where 49.8 days would have been expected had nothing been done; December 2025 had"
    )
    assert found.size.unit == "days on average since"
    assert found.ask == "keep_action"


def test_a_step_the_other_way_is_stopped(judge):
    row, results = judge(stepped(-6), size=5)
    assert (row["verdict"], row["advice"]) == ("moved the other way", "stop")
    assert said(results)[0].ask == "stop_action"


def test_no_step_with_enough_values_to_see_one_is_changed(judge):
    row, results = judge(stepped(0), size=5)
    assert (row["verdict"], row["advice"]) == ("no clear change", "change")
    assert row["lower"] < 0 < row["upper"] < 5
    assert said(results)[0].ask == "change_action"


def test_no_step_that_could_still_be_of_the_size_cannot_be_told_and_says_how_many_more(judge):
    noisy = LEVEL + np.random.default_rng(7).normal(size=36)
    row, results = judge(noisy, size=1.8)
    assert (row["verdict"], row["advice"]) == ("no clear change", "can't tell yet")
    assert row["more"] > 0
    found, sentence = said(results)
    assert found.also == ("action_more",)
    assert f"more values needed to tell: {int(row['more'])}." in sentence


def test_without_a_registered_size_nothing_is_changed_for_lack_of_it(judge):
    row, _ = judge(stepped(0))
    assert (row["verdict"], row["advice"]) == ("no clear change", "can't tell yet")
    assert np.isnan(row["more"])


@pytest.mark.parametrize(
    ("start", "at", "more"),
    [("2025-06-01", 29, 1), ("2025-06-02", 30, 2), ("2025-12-01", 35, 7), ("2026-03-01", 38, 10)],
)
def test_fewer_than_eight_values_since_is_too_early(judge, start, at, more):
    row, results = judge(stepped(6, at), size=6, start=start)
    assert (row["verdict"], row["advice"], row["more"]) == ("too early", "can't tell yet", more)
    assert np.isnan(row["effect"])
    found, sentence = said(results)
    assert (found.p, found.size) == (None, None)
    assert f"still needed: {more}." in sentence


def test_eight_values_since_are_enough(judge):
    row, _ = judge(stepped(6, at=28), size=6, start="2025-05-01")
    assert (row["after"], row["verdict"], row["more"]) == (8, "moved as expected", 0)


def test_a_small_size_takes_longer_than_eight_values_and_an_invisible_one_for_ever(judge):
    row, _ = judge(stepped(1, at=33), size=0.9, start="2025-10-01")
    assert (row["verdict"], row["after"]) == ("too early", 3)
    assert 5 < row["more"] < 120
    row, results = judge(stepped(1, at=33), size=0.01, start="2025-10-01")
    assert (row["more"], row["caveats"]) == (5, "faint")
    assert said(results)[0].caveats == ("faint",)


def test_the_month_in_which_it_began_is_on_neither_side(judge):
    row, results = judge(stepped(6, at=25), size=5, start="2025-01-13")
    assert (row["before"], row["after"], row["verdict"]) == (24, 11, "moved as expected")
    parts = results.action_points.set_index("interval")["part"]
    assert list(parts["2024-12":"2025-02"]) == ["before", "the interval in which it began", "since"]


def test_fewer_than_eight_values_before_cannot_be_told_by_waiting(judge):
    row, results = judge(stepped(6), size=5, start="2023-07-01", registered="2023-06-01")
    assert (row["verdict"], row["before"]) == ("can't tell yet", 6)
    assert np.isnan(row["more"])
    assert (
        "cannot be judged from the months on record (36). Values from before it began on 1 July 2023: 6; since: 30"
        in said(results)[1]
    )


@pytest.mark.parametrize("by", [6, -6, 0])
def test_what_was_registered_after_it_began_is_described_and_not_tested(judge, by):
    row, results = judge(stepped(by), size=5, registered="2025-01-02")
    assert (row["late"], row["verdict"], row["advice"]) == (True, "described, not tested", "not tested")
    assert row["effect"] == pytest.approx(by, abs=0.5)
    assert row[["lower", "upper", "p", "counterfactual_lower"]].isna().all()
    found, sentence = said(results)
    assert (found.p, found.method, found.family, found.ask) == (None, "", "review", "register_action")
    assert (found.size.lower, found.size.upper) == (None, None)
    assert "was registered on 2 January 2025, after it had begun on 1 January 2025" in sentence
    assert (
        f"Since then {50 + by - 0.2:.1f} days on average; by what came before it would be 49.8 days."
        in sentence
    )


def test_what_was_registered_on_the_day_that_it_began_is_tested(judge):
    row, _ = judge(stepped(6), size=5, registered="2025-01-01")
    assert (row["late"], row["verdict"]) == (False, "moved as expected")


def test_a_late_one_with_few_values_since_is_described_without_figures(judge):
    row, results = judge(stepped(6, 33), size=5, start="2025-10-01", registered="2026-01-02")
    assert (row["verdict"], row["after"]) == ("described, not tested", 3)
    assert said(results)[1].endswith("described, not tested. Values on record since: 3.")


@pytest.mark.parametrize(
    ("start", "key", "words"),
    [
        ("2025-01-01", "together_at_once", "“A leaflet” began in the same month: the effects"),
        ("2024-12-01", "together_next", "“A leaflet” began within a month of it: the effects"),
        ("2024-06-01", "together", "“A leaflet” began within 7 months of it: the effects"),
        ("2025-12-01", "together", "“A leaflet” began within 11 months of it: the effects"),
    ],
)
def test_another_action_at_the_same_time_is_named_and_nothing_is_kept_for_it(judge, start, key, words):
    row, results = judge(stepped(6), size=5, beside={"start": start, "registered": start})
    assert (row["verdict"], row["advice"]) == ("moved as expected", "can't tell yet")
    found, _ = said(results)
    assert (found.caveats, found.ask) == ((key,), "which_action")
    assert caveat(key, found).startswith(words)


@pytest.mark.parametrize(
    "beside",
    [
        {"start": "2024-05-01"},  # eight months before
        {"start": "2026-01-01"},  # after the latest value
        {"finding": "target_tracking/inspections/variation/all/all"},
    ],
)
def test_an_action_at_another_time_or_about_something_else_leaves_the_result_alone(
    judge, observations, beside
):
    others = observations("inspections", stepped(0))
    day = beside.get("start", "2025-01-01")
    row, results = judge(stepped(6), others, size=5, beside={"registered": day, **beside})
    assert (row["verdict"], row["advice"], pd.isna(row["beside"])) == ("moved as expected", "keep", True)
    assert said(results)[0].caveats == ()


def test_another_action_where_it_is_compared_with_is_at_the_same_time_too(judge, observations):
    other = {"finding": "target_tracking/inspections/variation/all/all"}
    row, _ = judge(
        stepped(6), observations("inspections", stepped(0)), compared_with="inspections", size=5, beside=other
    )
    assert (row["advice"], row["beside"], row["apart"]) == ("can't tell yet", "A leaflet", 0)


def test_no_values_at_all_cannot_be_told(judge):
    row, results = judge(np.full(36, np.nan))
    assert (row["verdict"], row["state"], row["before"]) == ("can't tell yet", "no data", 0)
    assert len(results.action_points) == 0


def test_what_moved_less_than_registered_is_said(judge):
    row, _ = judge(stepped(4), size=20)
    assert (row["verdict"], row["caveats"]) == ("moved as expected", "less_than_registered")


def test_provisional_and_later_values_are_not_looked_at(judge, observations):
    row, _ = judge(observations("permits", stepped(6), provisional=(34, 35)))
    assert (row["after"], row["interval"]) == (10, "2025-10")


def test_intervals_before_a_restart_before_the_action_are_left_out(judge):
    values = stepped(6) + 40 * (np.arange(36) < 6)
    moved, _ = judge(values, entries={"permits": {"baseline": {"rebase": {"2023-07": "New form"}}}})
    assert (moved["before"], moved["verdict"]) == (18, "moved as expected")


def test_counts_change_by_factors_and_are_told_in_units(judge, observations):
    counts = np.round(np.where(np.arange(36) < 24, 200, 150) + 8 * NOISE)
    frame = observations("permits", counts, counts=[(each, np.nan) for each in counts])
    entry = {"kind": "count", "unit": "complaints", "direction": "decrease", "columns": {"interval": "month"}}
    row, _ = judge(frame, entries={"permits": entry}, direction="decrease", size=40)
    assert (row["design"], row["verdict"], row["advice"]) == (COUNTS, "moved as expected", "keep")
    assert row["effect"] == pytest.approx(-50, abs=6)
    assert row["without"] == pytest.approx(200, abs=6)


def test_a_rate_is_told_per_its_exposure(judge, observations):
    counts = np.round(np.where(np.arange(36) < 24, 200, 150) + 8 * NOISE)
    frame = observations("permits", counts / 1e5, counts=[(each, 1e5) for each in counts])
    columns = {"interval": "month", "numerator": "n", "denominator": "d"}
    entry = {
        "kind": "rate",
        "scale": "per_1000",
        "unit": "evictions",
        "direction": "decrease",
        "columns": columns,
    }
    row, results = judge(frame, entries={"permits": entry}, direction="decrease", size=0.4)
    assert (row["design"], row["advice"]) == (COUNTS, "keep")
    assert row["effect"] == pytest.approx(-50e-5, abs=6e-5)
    assert row["counterfactual"] == pytest.approx(200e-5, abs=1e-4)
    assert said(results)[0].size.value == pytest.approx(-0.5, abs=0.06)


def of_wards(observations, there, here, n=400):
    """Everyone and two wards of equal size; ``there`` is the share of ward 3, ``here`` of the other."""
    total, parts = np.zeros(36), []
    for name, share in (("3", there), ("4", here)):
        good = np.round(n * share)
        total = total + good
        pairs = [(each, n) for each in good]
        parts.append(observations("permits", good / n, counts=pairs, place_level="ward", place=name))
    whole = observations("permits", total / (2 * n), counts=[(each, 2 * n) for each in total])
    return [whole, *parts]


def test_a_place_is_compared_with_another_and_a_change_of_both_is_none(judge, observations):
    both = 0.5 + 0.02 * NOISE + 0.1 * (np.arange(36) >= 24)
    frames = of_wards(
        observations, both, np.roll(both - 0.1 * (np.arange(36) >= 24), 5) + 0.1 * (np.arange(36) >= 24)
    )
    about = {"finding": "target_tracking/permits/variation/all/4", "compared_with": "ward/3", "size": 10}
    row, results = judge(*frames, entries={"permits": BINARY}, **about)
    assert (row["design"], row["verdict"], row["advice"]) == (COMPARED, "no clear change", "change")
    alone, _ = judge(*frames, entries={"permits": BINARY}, **(about | {"compared_with": ""}))
    assert (alone["design"], alone["verdict"]) == (SERIES, "moved as expected")
    assert "Permits on time, 4: no clear change" in said(results)[1]


def test_everyone_compared_with_a_place_is_everyone_else(judge, observations):
    flat = 0.5 + 0.02 * NOISE
    moved = np.roll(flat, 5) + 0.1 * (np.arange(36) >= 24)
    row, results = judge(
        *of_wards(observations, flat, moved), entries={"permits": BINARY}, compared_with="ward/3", size=10
    )
    assert (row["design"], row["verdict"]) == (COMPARED, "moved as expected")
    own = results.action_points["value"].to_numpy()
    assert own == pytest.approx(np.round(400 * moved) / 400)
    assert row["effect"] == pytest.approx(0.1, abs=0.01)
    expected = results.action_points["expected"].to_numpy()
    assert own[24:].mean() - expected[24:].mean() == pytest.approx(row["effect"])


def test_places_that_had_drawn_apart_are_not_compared(judge, observations):
    flat = 0.5 + 0.02 * NOISE
    away = np.roll(flat, 5) + 0.01 * np.arange(36)
    row, results = judge(
        *of_wards(observations, flat, away),
        entries={"permits": BINARY},
        finding="target_tracking/permits/variation/all/4",
        compared_with="ward/3",
    )
    assert (row["design"], row["caveats"], row["verdict"]) == (SERIES, "drew_apart", "no clear change")
    assert "had drawn apart" not in said(results)[1]
    assert said(results)[0].caveats == ("drew_apart",)


def test_a_comparison_without_values_is_said(judge, observations):
    row, _ = judge(
        stepped(6),
        compared_with="ward/9",
        entries={"permits": BINARY | {"kind": "value", "columns": {"interval": "month", "value": "value"}}},
    )
    assert (row["design"], row["caveats"]) == (SERIES, "no_comparison")


def test_another_measure_takes_away_what_happened_to_both(judge, observations):
    together = stepped(6)
    other = observations("inspections", np.roll(LEVEL, 5) + 6 * (np.arange(36) >= 24))
    row, _ = judge(together, other, compared_with="inspections", size=5)
    assert (row["design"], row["verdict"], row["advice"]) == (COMPARED, "no clear change", "change")


def test_a_hidden_count_of_any_interval_hides_the_whole_action(judge, observations):
    flat = 0.5 + 0.02 * NOISE
    frames = of_wards(observations, flat, np.roll(flat, 5))
    frames[1].loc[3, ["numerator", "value"]] = [4, 0.01]
    frames[0].loc[3, "numerator"] = 4 + frames[2].loc[3, "numerator"]
    about = {"finding": "target_tracking/permits/variation/all/4", "compared_with": "ward/3"}
    _, results = judge(*frames, entries={"permits": BINARY}, about_people=True, **about)
    shown = release(results, Policy(minimum_count=11))
    assert list(shown.actions["state"]) == ["suppressed"]
    assert shown.actions["effect"].isna().all()
    assert shown.action_points[["value", "other", "expected", "fitted"]].isna().all(axis=None)
    (found,) = [each for each in findings(shown, CONTEXT) if each.question == "action"]
    assert found.verdict == Verdict.SUPPRESSED


def test_what_was_decided_before_the_period_is_no_longer_said(judge):
    _, results = judge(stepped(6), decided="keep", decided_on="2025-09-30")
    shown = release(results, Policy(minimum_count=11))
    assert [each for each in findings(shown, CONTEXT) if each.question == "action"] == []
    _, results = judge(stepped(6), decided="keep", decided_on="2025-10-01")
    assert said(results)[0].verdict == Verdict.AS_EXPECTED
