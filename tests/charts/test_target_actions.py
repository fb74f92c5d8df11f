"""Figures of actions: what is drawn, by shape and words beside colour, and what is said beside it."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench import charts
from workbench.charts import target_actions
from workbench.target_tracking.results import TargetResults

MONTHS = pd.date_range("2025-01-01", periods=4, freq="MS")
ROW = {
    "action": "second_counter",
    "measure": "on_time",
    "title": "Second counter",
    "start": "2025-02-10",
    "compared_with": "ward/3",
    "late": False,
    "beside": None,
    "open": True,
    "verdict": "moved as expected",
    "advice": "keep",
    "more": 0.0,
    "before": 12.0,
    "after": 9.0,
    "effect": 0.06,
    "lower": 0.02,
    "upper": 0.10,
    "average": 0.81,
    "without": 0.75,
    "interval": "2025-04",
    "value": 0.83,
    "counterfactual": 0.76,
    "state": "value",
}
EARLY = {"verdict": "too early", "advice": "can't tell yet", "more": 5.0, "effect": np.nan}


def results(**changes) -> TargetResults:
    """Released results of one action about one measure."""
    facts = {
        "labels": {},
        "measures": {"on_time": {"title": "Permits on time", "factor": 100.0, "unit_shown": "% of permits"}},
    }
    points = pd.DataFrame(
        {
            "action": "second_counter",
            "interval": [month.strftime("%Y-%m") for month in MONTHS],
            "interval_start": MONTHS,
            "value": [0.74, 0.76, 0.80, 0.83],
            "other": [0.70, 0.71, 0.70, 0.71],
            "expected": [0.74, 0.75, 0.75, 0.76],
            "fitted": [0.74, 0.75, 0.81, 0.82],
            "part": ["before", "the interval in which it began", "since", "since"],
            "state": "value",
        }
    )
    frame = pd.DataFrame([ROW | changes])
    return TargetResults(
        counts=pd.DataFrame(), facts=facts, released=True, actions=frame, action_points=points
    )


@pytest.fixture
def spec():
    return json.loads(charts.target_actions.action_chart(results()).chart.to_json())


def scales(spec, channel):
    return [
        layer["encoding"][channel]["scale"] for layer in spec["layer"] if channel in layer.get("encoding", {})
    ]


def test_before_and_since_are_told_apart_by_shape_and_lines_by_dash(spec):
    assert scales(spec, "shape") == [
        {
            "domain": ["before", "the interval in which it began", "since"],
            "range": ["circle", "square", "triangle-up"],
        }
    ]
    (dashes,) = scales(spec, "strokeDash")
    assert dashes["domain"] == ["level", "expected without it", "compared with"]
    assert len({tuple(dash) for dash in dashes["range"]}) == 3


def test_what_was_expected_is_drawn_since_it_began_only():
    rows = target_actions.action_chart(results()).table
    assert rows["Expected"].isna().tolist() == [True, True, False, False]
    assert rows["Value"].tolist() == pytest.approx([74, 76, 80, 83])


def test_the_start_is_marked_by_a_line_with_a_word(spec):
    named = [row for rows in spec["datasets"].values() for row in rows if row.get("Word")]
    assert named == [{"Start": "2025-02-10T00:00:00", "Word": "begun"}]


def test_the_words_say_result_size_and_advice():
    figure = target_actions.action_chart(results())
    assert figure.name == "action-second-counter"
    assert figure.title == "Second counter: Permits on time"
    assert figure.see.startswith("Moved as expected. By the rule: keep it.")
    assert "12 values before 10 February 2025 and 9 since" in figure.text
    assert "81% of permits on average, where 75% of permits would have been expected" in figure.text
    assert "April 2025: 83% of permits, expected 76% of permits." in figure.text
    assert "Compared with: ward/3." in figure.text


def test_too_early_says_how_many_more_and_claims_no_difference():
    figure = target_actions.action_chart(results(**EARLY))
    assert figure.see == ("Too early to tell. The vertical line is where it began. Values still needed: 5.")
    assert "difference" not in figure.text


def test_of_one_registered_late_nothing_is_advised_and_no_interval_is_told():
    late = {"verdict": "described, not tested", "advice": "not tested", "lower": np.nan, "upper": np.nan}
    figure = target_actions.action_chart(results(late=True, **late))
    assert figure.see.startswith("Described, not tested. It was registered when figures of it could be known")
    assert "the difference is 6% of permits. April 2025" in figure.text


def test_an_action_that_began_near_in_time_is_named():
    assert "Begun near in time: A leaflet." in target_actions.action_chart(results(beside="A leaflet")).see


def test_a_hidden_action_is_named_and_nothing_of_it_shown():
    hidden = dict.fromkeys(("verdict", "advice", "open"), None) | {"state": "suppressed"}
    figure = target_actions.action_chart(results(**hidden))
    assert (figure.text, figure.see) == ("Not shown, to protect privacy.",) * 2


def test_only_open_actions_are_drawn():
    assert [figure.name for figure in target_actions.action_charts(results())] == ["action-second-counter"]
    assert target_actions.action_charts(results(open=False)) == []
    assert target_actions.action_charts(TargetResults(counts=pd.DataFrame(), released=True)) == []


def test_it_is_drawn_as_one_accessible_picture():
    svg = target_actions.action_chart(results()).svg
    assert "<title" in svg
    assert "begun" in svg
