"""Charts that live in an app."""

import toy_app

from workbench.explore.live import live, pruned


def rows(specification):
    return [row for dataset in specification["datasets"].values() for row in dataset]


def test_only_the_columns_that_are_drawn_reach_the_browser():
    specification = toy_app.bars(toy_app.results()).chart.to_dict()
    assert {key for row in rows(pruned(specification)) for key in row} == {"place", "rate", "group"}
    assert "987654321" not in str(pruned(specification))


def test_a_column_of_an_expression_is_kept():
    specification = {
        "transform": [{"calculate": "datum.low * 2", "as": "twice"}],
        "datasets": {"d": [{"low": 1, "other": 2}]},
    }
    assert rows(pruned(specification)) == [{"low": 1}]


def test_the_widget_is_described_by_the_text_of_the_figure():
    figure = toy_app.bars(toy_app.results())
    chart = live(figure)
    assert chart.spec["description"] == figure.text
    assert "987654321" not in str(chart.spec)
    assert chart.spec["config"]["mark"]["aria"] is False
