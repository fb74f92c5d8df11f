"""Figures by group: what is drawn of each group, what is left out, and what is said beside it."""

import numpy as np
import pandas as pd
import pytest

from workbench import charts
from workbench.target_tracking.results import TargetResults

MONTHS = pd.date_range("2024-01-01", periods=3, freq="MS")
INTERVALS = [month.strftime("%Y-%m") for month in MONTHS]
KEYS = ["measure", "dimension", "group"]


def by_group(group, values, **columns) -> pd.DataFrame:
    rows = {"measure": "on_time", "dimension": "race", "group": group, "interval": INTERVALS}
    state = ["suppressed" if np.isnan(value) else "value" for value in values]
    frame = pd.DataFrame(rows | {"interval_start": MONTHS, "interval_end": MONTHS, "value": values})
    frame = frame.assign(
        state=state, cells=[[]] * 3, provisional=False, excluded_because="", target_lower=np.nan
    )
    return frame.assign(target_upper=np.nan, **columns)


def results(**changes) -> TargetResults:
    facts = {
        "labels": {"race/black": "Black", "race/white": "White"},
        "measures": {
            "on_time": {
                "title": "Permits on time",
                "factor": 100.0,
                "unit_shown": "% of permits",
                "scale": "percent",
            }
        },
    }
    points = pd.concat(
        [
            by_group("black", [0.5, np.nan, 0.6], target=[0.75, np.nan, 0.75], meets_target=0.0),
            by_group("white", [np.nan] * 3, target=np.nan, meets_target=np.nan),
        ],
        ignore_index=True,
    )
    limits = by_group("black", [0.5, np.nan, 0.6], phase=0, mean=0.55, upper=0.7, rule="", point_type="")
    limits = limits[[*KEYS, "interval", "phase", "mean", "upper", "rule", "point_type", "state", "cells"]]
    words = {"measure": "on_time", "dimension": "race", "cells": [[], []]}
    verdicts = pd.DataFrame(words | {"group": ["black", "white"], "state": ["value", "suppressed"]})
    gaps = by_group("black", [-0.2, np.nan, -0.3], own=0.5, reference_value=0.7, mean=-0.25, rule="")
    gaps = gaps.assign(upper=-0.1, limit_lower=-0.4, limit_upper=0.1, point_type="")
    frames = {
        "measures": pd.DataFrame([{"measure": "on_time", "interval": "2024-03", "title": "Permits on time"}]),
        "verdicts": pd.DataFrame([{"measure": "on_time", "status": "usual ups and downs"}]),
        "points": points[points["group"] == "black"].drop(columns=KEYS[1:]),
        "limits": limits.assign(lower=0.3).drop(columns=KEYS[1:]),
        "group_points": points,
        "group_limits": limits.assign(lower=0.3),
        "group_verdicts": verdicts.assign(status=["improving", None]),
        "gaps": gaps.assign(lower=-0.35),
        "gap_verdicts": verdicts.iloc[:1].assign(
            status="overall met, gap widened", kind="difference", reference="everyone_else"
        ),
    }
    return TargetResults(counts=pd.DataFrame(), facts=facts, released=True, **(frames | changes))


def strips(figure) -> list[str]:
    drawn = figure.chart.to_dict()
    (data,) = drawn["datasets"].values()
    return list(dict.fromkeys(row["Group"] for row in data))


def test_each_group_that_has_a_value_has_a_strip_and_the_others_are_named():
    (figure,) = charts.target_groups.group_processes(results())
    assert strips(figure) == ["Black"]
    assert figure.text == (
        "2 charts over time, one a group. Black: improving; White: not shown, to protect privacy. "
        "4 values are suppressed to protect privacy."
    )
    assert figure.table["Group"].tolist() == ["Black"] * 3 + ["White"] * 3
    assert figure.table["Value"].dropna().tolist() == [50.0, 60.0]


def test_a_gap_is_drawn_in_points_with_its_interval_and_the_line_of_no_gap():
    (figure,) = charts.target_groups.gap_processes(results())
    assert figure.table[["Value", "At least", "At most"]].iloc[0].tolist() == pytest.approx([-20, -35, -10])
    assert "Black against everyone else: overall met, gap widened" in figure.text
    marks = [layer.get("mark") for layer in figure.chart.to_dict()["spec"]["layer"]]
    assert marks[0]["type"] == "rule"
    assert "percentage points" in str(figure.chart.to_dict())


def test_kinds_of_points_have_shapes_and_no_colours_of_their_own():
    for figure in (
        *charts.target_groups.group_processes(results()),
        *charts.target_groups.gap_processes(results()),
    ):
        points = [layer for layer in figure.chart.to_dict()["spec"]["layer"] if "shape" in layer["encoding"]]
        assert len(points) == 1
        assert "color" not in points[0]["encoding"]


def test_a_chosen_group_has_the_chart_of_everyone_with_its_own_values():
    figure = charts.target_groups.over_time(results(), "on_time", "race/black")
    assert figure.name == "process-on-time-black"
    assert figure.title == "Black: Permits on time, January 2024 to March 2024"
    assert "Status: improving." in figure.see


@pytest.mark.parametrize("group", [None, "race/hispanic", "ward/black"])
def test_without_such_a_group_everyone_is_shown(group):
    figure = charts.target_groups.over_time(results(), "on_time", group)
    assert figure.title == "Permits on time, January 2024 to March 2024"


def test_without_groups_there_is_nothing_to_draw():
    empty = results(group_points=TargetResults(counts=pd.DataFrame()).group_points)
    assert list(charts.target_groups.group_processes(empty)) == []


@pytest.mark.parametrize(
    ("dimensions", "one", "many"),
    [
        ([], "group", "groups"),
        (["race", "race"], "group", "groups"),
        (["all", "all"], "place", "places"),
        (["all", "race"], "group and place", "groups and places"),
    ],
)
def test_places_are_called_places(dimensions, one, many):
    own = pd.DataFrame({"measure": "on_time", "dimension": pd.Series(dimensions, dtype=str)})
    made = results(groups=own)
    assert charts.target_rows.Measured(made, "on_time").cuts("s") == many
    (figure,) = charts.target_groups.group_processes(made)
    assert figure.title == f"Permits on time by {one} over time"
    assert figure.text.startswith(f"2 charts over time, one a {one}.")
    (figure,) = charts.target_groups.gap_processes(made)
    assert figure.title == f"Permits on time: gap between {many} over time"
    assert f"how far {many} may lie apart by the target." in figure.see
