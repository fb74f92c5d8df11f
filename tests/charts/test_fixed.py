"""A layer that is said once says in each chart what altair would say of it there."""

import altair as alt
import pandas as pd

from workbench.charts.fixed import Fixed
from workbench.charts.layers import layer
from workbench.charts.spec import spec_of

ROWS = pd.DataFrame({"Day": [1, 2], "Cases": [3.5, None]})


def _line() -> alt.Chart:
    return alt.Chart().mark_line(strokeDash=(6, 3)).encode(x=alt.X("Day:Q"), y=alt.Y("Cases:Q"))


def test_a_fixed_layer_shows_the_rows_of_the_chart_that_it_is_part_of():
    fixed = Fixed(_line())
    for rows in (ROWS, ROWS[:1]):
        assert spec_of(layer(fixed, data=rows)) == spec_of(layer(_line(), data=rows))


def test_a_chart_with_a_fixed_layer_is_checked_like_any_other():
    chart = layer(Fixed(_line()), data=ROWS, width=100)
    assert chart.to_dict(validate=True) == chart.to_dict(validate=False)


def test_an_app_may_describe_a_chart_with_a_fixed_layer():
    described = layer(Fixed(_line()), data=ROWS).properties(description="two days")
    assert described.to_dict()["layer"][0]["mark"]["strokeDash"] == [6, 3]
