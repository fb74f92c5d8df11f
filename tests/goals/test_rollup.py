"""The roll-up: counts of words with the goals below, the worst first, each measure once."""

import pytest

from workbench.goals import goals, said, standing

VERDICTS = [
    ("lit", "common cause", "hit or miss", "usual ups and downs · hit or miss", "value"),
    ("hurt", "worsening", "", "worsening", "value"),
    ("swept", "improving", "", "improving", "value"),
]


@pytest.fixture
def plan(catalog, released):
    measures = standing(released("works", VERDICTS), catalog)
    return goals(measures, catalog).set_index("goal", drop=False)


def test_a_goal_counts_its_measures_and_those_below_each_once(plan):
    assert plan.loc["safe", "counts"] == {"worsening": 1, "not in this review": 2, "hit or miss": 1}
    assert plan.loc["safe", "measures"] == ["hurt", "fires", "alarms", "lit"]
    assert plan.loc["safe", "own"] == ["hurt", "fires", "alarms"]


def test_the_word_of_a_goal_is_its_counts_worst_first():
    counts = {"common cause": 5, "can't tell yet": 2, "worsening": 1}
    assert said(counts) == "1 worsening, 2 can't tell yet, 5 usual ups and downs"
    assert said({}) == "no measure"


def test_goals_are_listed_depth_first_the_worst_of_those_beside_each_other_first(plan):
    assert list(plan["goal"]) == ["safe", "streets", "quiet"]
    assert list(plan["depth"]) == [0, 1, 0]


def test_a_goal_below_a_racial_equity_goal_serves_one(plan):
    assert list(plan["racial_equity"]) == [True, False, False]
    assert list(plan["serves_racial_equity"]) == [False, True, False]


def test_one_measure_that_worsens_is_seen_at_the_top_however_many_are_fine(catalog, released):
    many = {f"m{n}": catalog.measures["fires"] for n in range(50)}
    large = catalog.model_copy(update={"measures": {**catalog.measures, **many}})
    fine = [(name, "improving", "reliably meets the target", "improving", "value") for name in many]
    measures = standing(released("works", [*VERDICTS, *fine]), large)
    top = goals(measures, large).iloc[0]
    assert said(top["counts"]).startswith("1 worsening, ")
    assert top["measures"][0] == "hurt"


def test_a_gap_that_widened_below_is_told_at_the_top(catalog, released):
    fine = [("lit", "improving", "reliably meets the target", "improving", "value")]
    measures = standing(
        released("works", fine, gaps=[("lit", "black", "widening", "yes", "gap widened")]), catalog
    )
    plan = goals(measures, catalog).set_index("goal")
    assert plan.loc["safe", "gap_widened"] == ["lit"]
    assert plan.loc["quiet", "gap_widened"] == []


def test_a_plan_without_goals_is_an_empty_frame(catalog, tmp_path):
    bare = catalog.model_copy(update={"goals": {}})
    assert len(goals(standing(tmp_path, bare), bare)) == 0
