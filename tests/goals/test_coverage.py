"""What is not covered, both ways."""

import pytest

from workbench.goals import coverage, goals, matrix, standing


@pytest.fixture
def both(catalog, released):
    verdicts = [
        ("lit", "can't tell yet", "", "too few points", "unreliable"),
        ("hurt", "check data", "", "check data", "value"),
    ]
    measures = standing(released("works", verdicts), catalog)
    return goals(measures, catalog), measures


def lacking(both):
    return {row["lack"]: row["ids"] for row in coverage(*both).to_dict("records")}


def test_goals_lack_measures_or_measures_that_can_tell(both):
    found = lacking(both)
    assert found["no measure"] == ["quiet"]
    assert found["a single measure"] == []
    assert found["no measure that can tell"] == ["safe", "streets"]


def test_measures_lack_goal_owner_target_equity_cut_or_stage(both):
    found = lacking(both)
    assert found["no goal"] == ["swept"]
    assert found["no owner"] == ["fires", "swept", "alarms"]
    assert found["no target"] == ["hurt", "fires", "swept", "alarms"]
    assert found["no equity cut"] == ["lit", "hurt", "fires", "swept", "alarms"]
    assert found["no stage"] == ["fires"]


def test_a_goal_with_one_measure_below_it_rests_on_that(catalog, tmp_path):
    one = catalog.model_copy(update={"measures": {"lit": catalog.measures["lit"]}})
    measures = standing(tmp_path, one)
    assert lacking((goals(measures, one), measures))["a single measure"] == ["safe", "streets"]


def test_every_lack_has_its_row_with_count_and_total(both):
    frame = coverage(*both)
    assert list(frame["count"]) == [1, 0, 2, 1, 3, 4, 5, 1]
    assert list(frame["total"]) == [3, 3, 3, 5, 5, 5, 5, 5]


def test_the_matrix_has_every_pair_and_what_has_no_other_side(both):
    pairs = matrix(*both)
    assert list(zip(pairs["goal"], pairs["measure"], strict=True)) == [
        ("", "swept"),
        ("quiet", ""),
        ("safe", "alarms"),
        ("safe", "fires"),
        ("safe", "hurt"),
        ("streets", "hurt"),
        ("streets", "lit"),
    ]
    assert pairs.iloc[6][["goal_title", "measure_title", "has_target", "equity_cut"]].to_list() == [
        "Safe streets",
        "Lights lit",
        "yes",
        "no",
    ]
    assert pairs.iloc[1][["has_target", "word"]].to_list() == ["", ""]
