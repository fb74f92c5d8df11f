"""The theory of change: columns in their order, lines as declared, what is not declared said."""

from workbench.goals import goals, standing, theories


def drawn(catalog, folder):
    measures = standing(folder, catalog)
    return theories(goals(measures, catalog), measures, catalog)


def edges_of(theory):
    return set(theory.edges.itertuples(index=False, name=None))


def changed(catalog, **measures):
    """The catalog with some entries of some measures replaced."""
    new = {name: catalog.measures[name].model_copy(update=entries) for name, entries in measures.items()}
    return catalog.model_copy(update={"measures": {**catalog.measures, **new}})


def test_lines_are_those_declared_and_outcomes_serve_their_goals(catalog, tmp_path):
    (theory,) = drawn(catalog, tmp_path)
    assert theory.goal == "safe"
    assert edges_of(theory) == {
        ("lit", "hurt", "leads to"),
        ("swept", "lit", "leads to"),
        ("hurt", "goal/streets", "serves"),
        ("hurt", "goal/safe", "serves"),
        ("alarms", "goal/safe", "unsaid"),
        ("goal/streets", "goal/safe", "serves"),
    }


def test_columns_are_activity_output_outcome_goal_and_the_top_goal_is_last(catalog, tmp_path):
    (theory,) = drawn(catalog, tmp_path)
    ranks = dict(zip(theory.nodes["node"], theory.nodes["rank"], strict=True))
    assert ranks == {"swept": 0, "alarms": 0, "lit": 1, "hurt": 2, "goal/streets": 3, "goal/safe": 4}


def test_a_measure_of_another_goal_that_leads_here_is_drawn_and_marked(catalog, tmp_path):
    (theory,) = drawn(catalog, tmp_path)
    assert list(theory.nodes.loc[theory.nodes["elsewhere"], "node"]) == ["swept"]


def test_what_leads_elsewhere_only_does_not_say_how_it_serves_its_own_goal(catalog, tmp_path):
    declared = changed(catalog, alarms={"leads_to": ["swept"]})
    (theory,) = drawn(declared, tmp_path)
    assert {("alarms", "swept", "leads to"), ("alarms", "goal/safe", "unsaid")} <= edges_of(theory)


def test_a_measure_without_stage_is_named_and_not_drawn(catalog, tmp_path):
    (theory,) = drawn(catalog, tmp_path)
    assert theory.unstaged == ("fires",)
    assert "fires" not in set(theory.nodes["node"])


def test_a_chain_within_a_column_stands_side_by_side(catalog, tmp_path):
    declared = changed(catalog, fires={"stage": "outcome", "leads_to": ["hurt"]})
    (theory,) = drawn(declared, tmp_path)
    ranks = dict(zip(theory.nodes["node"], theory.nodes["rank"], strict=True))
    assert (ranks["fires"], ranks["hurt"], ranks["goal/streets"]) == (2, 3, 4)


def test_measures_that_lead_to_each_other_are_still_drawn(catalog, tmp_path):
    declared = changed(
        catalog, hurt={"leads_to": ["lit", "fires"]}, fires={"stage": "outcome", "leads_to": ["hurt"]}
    )
    (theory,) = drawn(declared, tmp_path)
    assert {
        ("hurt", "fires", "leads to"),
        ("fires", "hurt", "leads to"),
        ("hurt", "lit", "leads to"),
    } <= edges_of(theory)


def test_a_goal_and_a_measure_of_one_name_are_two_boxes(catalog, tmp_path):
    both = {**catalog.measures, "streets": catalog.measures["lit"]}
    (theory,) = drawn(catalog.model_copy(update={"measures": both}), tmp_path)
    assert {"streets", "goal/streets"} <= set(theory.nodes["node"])


def test_without_stages_there_is_nothing_to_draw(catalog, tmp_path):
    bare = changed(catalog, **{name: {"stage": ""} for name in catalog.measures})
    assert drawn(bare, tmp_path) == []
