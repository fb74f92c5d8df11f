"""Figures of target tracking: what is encoded, and what is said beside it."""

import numpy as np
import pandas as pd
import pytest

from workbench import charts
from workbench.charts.figure import Figures
from workbench.charts.table import digits_of, number_text
from workbench.charts.target_rows import Measured
from workbench.target_tracking.results import TargetResults

MONTHS = pd.date_range("2024-01-01", periods=4, freq="MS")


def results(**changes) -> TargetResults:
    """Released results of one measure of four months, its last value provisional."""
    facts = {
        "labels": {"race/black": "Black", "race/white": "White", "on_time": "Permits on time"},
        "measures": {"on_time": {"title": "Permits on time", "factor": 100.0, "unit_shown": "% of permits"}},
    }
    frames = {
        "measures": measures(),
        "verdicts": verdicts(),
        "points": points(),
        "limits": limits(points()),
        "groups": groups(),
    }
    return TargetResults(counts=pd.DataFrame(), facts=facts, released=True, **(frames | changes))


def points() -> pd.DataFrame:
    point = {
        "measure": "on_time",
        "interval": [month.strftime("%Y-%m") for month in MONTHS],
        "interval_start": MONTHS,
        "interval_end": MONTHS + pd.offsets.MonthEnd(),
        "value": [0.70, 0.80, 0.95, 0.40],
        "target": 0.75,
        "target_lower": np.nan,
        "target_upper": np.nan,
        "meets_target": [0.0, 1.0, 1.0, 0.0],
        "provisional": [False, False, False, True],
        "excluded_because": "",
        "state": "value",
    }
    return pd.DataFrame(point).assign(cells=[[]] * 4)


def limits(of: pd.DataFrame) -> pd.DataFrame:
    kinds = ["common_cause"] * 2 + ["special_cause_improvement", ""]
    keys = of[["measure", "interval", "state", "cells"]]
    return keys.assign(phase=0, mean=0.8, lower=0.6, upper=0.9, point_type=kinds)


def measures() -> pd.DataFrame:
    row = {"measure": "on_time", "title": "Permits on time", "interval": "2024-03"}
    return pd.DataFrame([row | {"meets_target": 1.0, "state": "value"}])


def verdicts() -> pd.DataFrame:
    row = {"measure": "on_time", "status": "improving · hit or miss · likely", "state": "value"}
    return pd.DataFrame(
        [row | {"verdict": "improving", "target_verdict": "hit or miss", "outlook": "likely"}]
    )


def groups() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "measure": "on_time",
            "dimension": "race",
            "group": ["black", "white", "unknown"],
            "place": "all",
            "value": [0.6, np.nan, 0.7],
            "lower": [0.5, np.nan, 0.6],
            "upper": [0.7, np.nan, 0.8],
            "n": [100, np.nan, 50],
            "state": ["value", "suppressed", "value"],
        }
    )


def layers(figure) -> list[dict]:
    found = []
    for layer in figure.chart.to_dict()["layer"]:
        found += layer.get("layer", [layer])
    return found


def test_a_process_chart_draws_values_mean_limits_and_target_as_shown():
    figure = charts.target_tracking.process_chart(results(), "on_time")
    fields = [layer["encoding"]["y"]["field"] for layer in layers(figure)]
    assert fields == ["Lower limit", "Upper limit", "Mean", "Value", "Target", "Value", "Value"]
    assert figure.table["Value"].tolist() == pytest.approx([70, 80, 95, 40])
    assert figure.table["Upper limit"].tolist() == pytest.approx([90] * 4)
    assert figure.name == "process-on-time"


def test_kinds_of_points_differ_in_shape_and_not_only_in_colour():
    figure = charts.target_tracking.process_chart(results())
    scale = layers(figure)[-1]["encoding"]["shape"]["scale"]
    assert scale["domain"] == ["usual ups and downs", "signal of improvement", "may still change"]
    assert len(set(scale["range"])) == 3


def test_a_value_that_may_still_change_is_hollow_and_said_to_be():
    figure = charts.target_tracking.process_chart(results())
    assert layers(figure)[-1]["mark"]["filled"] is False
    assert "The latest, April 2024: 40% of permits, which may still change." in figure.text


def test_a_value_that_is_excluded_is_hollow_and_its_reason_is_said():
    excluded = points().assign(excluded_because=["", "Flood.", "", ""], provisional=False)
    figure = charts.target_tracking.process_chart(results(points=excluded))
    assert layers(figure)[-1]["mark"]["filled"] is False
    assert figure.table["Point"].tolist()[1] == "excluded, with a reason"
    assert "February 2024 is excluded: Flood. The thin line" in figure.see


def test_the_text_says_limits_target_and_signals():
    text = charts.target_tracking.process_chart(results()).text
    assert "process limits 60% of permits to 90% of permits" in text
    assert "Target 75% of permits" in text
    assert "Points with a signal: 1." in text


def test_hidden_values_leave_a_gap_and_are_counted_in_the_text():
    points = results().points
    points = points.assign(value=[np.nan, 0.8, 0.95, 0.4], state=["suppressed", "value", "value", "value"])
    figure = charts.target_tracking.process_chart(results(points=points))
    assert "1 values are suppressed to protect privacy." in figure.text
    assert figure.table["state"].tolist()[0] == "suppressed"
    assert "suppressed to protect privacy" in figure._repr_html_()


def test_without_limits_the_values_are_still_drawn():
    limits = results().limits
    hidden = limits.assign(mean=np.nan, lower=np.nan, upper=np.nan, phase=np.nan, point_type=None)
    figure = charts.target_tracking.process_chart(results(limits=hidden))
    assert "process limits" not in figure.text
    assert "<svg" in figure.svg


def test_no_target_no_target_line():
    figure = charts.target_tracking.process_chart(results(points=results().points.assign(target=np.nan)))
    assert "Target" not in [layer["encoding"]["y"]["field"] for layer in layers(figure)]
    assert "Target" not in figure.text


def test_an_interval_can_be_marked():
    plain = len(layers(charts.target_tracking.process_chart(results())))
    assert len(layers(charts.target_tracking.process_chart(results(), period="2024-02"))) == plain + 1


def test_a_chart_for_each_measure_without_a_loop_in_the_notebook():
    figures = charts.target_tracking.process_charts(results())
    assert isinstance(figures, Figures)
    assert [figure.name for figure in figures] == ["process-on-time"]
    assert figures._repr_html_().count("<figure") == 1


def test_groups_are_named_and_hidden_ones_are_told():
    figure = charts.target_tracking.groups(results(), "on_time")
    assert figure.table["Group"].tolist() == ["Black", "White", "Not recorded"]
    assert "Suppressed to protect privacy: White." in figure.text
    assert "Black 60" in figure.text
    assert [f.name for f in charts.target_tracking.group_charts(results())] == ["groups-on-time"]


def test_a_measure_without_values_still_draws():
    points = results().points.assign(value=np.nan, meets_target=np.nan, state="no data")
    figure = charts.target_tracking.process_chart(results(points=points), "on_time")
    assert "Infinity" not in figure.svg


@pytest.mark.parametrize("name", ["process_chart", "groups"])
def test_each_chart_keeps_to_the_schema_which_drawing_does_not_check(name):
    figure = getattr(charts.target_tracking, name)(results())
    assert figure.chart.to_dict(validate=True) == figure.chart.to_dict(validate=False)


@pytest.mark.parametrize("value", [0.0, 7.0, 0.125, 1.25, 12.5, 99.96, 1234.5, -0.5, -12.5])
def test_a_number_alone_is_shown_like_a_column_of_it(value):
    shown = Measured(results(), "on_time")
    assert shown.number(value) == number_text(value, digits_of(pd.Series([value])))
