"""Charts put together without copies say what altair's own say."""

import altair as alt
import pandas as pd
import pytest

from workbench.charts.layers import concat, hconcat, layer, vconcat
from workbench.charts.spec import spec_of

ROWS = pd.DataFrame({"Day": [1, 2], "Cases": [3.5, None]})


def _parts(data=alt.Undefined):
    base = alt.Chart(data).encode(x=alt.X("Day:Q"), y=alt.Y("Cases:Q", axis=alt.Axis(tickCount=3)))
    return base.mark_line(strokeWidth=2), base.mark_point(size=40)


def test_layers_with_data_of_their_own_share_it():
    ours, theirs = layer(*_parts(ROWS), width=100), alt.layer(*_parts(ROWS)).properties(width=100)
    assert spec_of(ours) == theirs.to_dict()
    assert [part.data for part in ours.layer] == [alt.Undefined, alt.Undefined]


def test_layers_keep_data_that_differs():
    line, point = _parts()[0], _parts(ROWS)[1]
    assert spec_of(layer(line, point, data=ROWS[:1])) == alt.layer(line, point, data=ROWS[:1]).to_dict()


@pytest.mark.parametrize(
    ("ours", "theirs"), [(concat, alt.concat), (hconcat, alt.hconcat), (vconcat, alt.vconcat)]
)
def test_charts_beside_one_another(ours, theirs):
    charts = [layer(*_parts(ROWS)), layer(*_parts(ROWS[:1]))]
    assert spec_of(ours(*charts, spacing=4)) == theirs(*charts, spacing=4).to_dict()


def test_a_part_is_not_changed_by_what_it_becomes_part_of():
    line, _ = _parts(ROWS)
    layer(line, line)
    assert line.data is ROWS


def test_rows_are_plain_values():
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2025-01-01", None]),
            "value": [1.5, float("inf")],
            "count": [3, 4],
            "few": pd.array([5, None], dtype="Int64"),
            "is_last": [False, True],
            "word": ["a", None],
            "kind": pd.Categorical([None, "b"]),
            "lines": [["one", "two"], None],
        }
    )
    chart = alt.Chart(frame).mark_point().encode(x="value:Q")
    (rows,) = spec_of(chart)["datasets"].values()
    assert rows == [
        {
            "day": "2025-01-01T00:00:00",
            "value": 1.5,
            "count": 3,
            "few": 5,
            "is_last": False,
            "word": "a",
            "kind": None,
            "lines": ["one", "two"],
        },
        {
            "day": "",
            "value": None,
            "count": 4,
            "few": None,
            "is_last": True,
            "word": None,
            "kind": "b",
            "lines": None,
        },
    ]
    assert [type(value) for value in rows[0].values()] == [str, float, int, int, bool, str, type(None), list]
    assert spec_of(chart) == chart.to_dict()
