"""The grammar of charts: each frame handed over once, values as JSON has them, the specification as Altair writes it."""

import altair as alt
import numpy as np
import pandas as pd
import pytest

from workbench.charts import vegalite as vl

ROWS = pd.DataFrame({"day": pd.to_datetime(["2025-01-01", "2025-02-01"]), "rate": [1.5, 2.0]})


def bare(specification: dict) -> dict:
    """Without what names no mark: the theme, the schema, the rows and the names that they have."""
    kept = {
        name: part for name, part in specification.items() if name not in ("$schema", "config", "datasets")
    }
    return {**kept, "data": next(iter(specification["datasets"].values()))}


def over_time(grammar):
    base = grammar.Chart(ROWS).encode(x=grammar.X("day:T", title=None))
    dots = base.transform_filter("datum.rate > 1").mark_point(size=30).encode(y=grammar.Y("rate:Q"))
    return grammar.layer(base.mark_line().encode(y="rate:Q"), dots).properties(width=200, title="Rates")


def test_three_layers_over_one_frame_hand_its_rows_over_once():
    base = vl.Chart(ROWS).encode(x="day:T", y="rate:Q")
    layers = vl.layer(base.mark_line(), base.mark_point(), base.mark_rule())
    panels = vl.hconcat(layers, base.mark_bar()).to_dict()
    days = ["2025-01-01T00:00:00", "2025-02-01T00:00:00"]
    assert list(panels["datasets"].values()) == [
        [{"day": days[0], "rate": 1.5}, {"day": days[1], "rate": 2.0}]
    ]
    assert [panel["data"] for panel in panels["hconcat"]] == [{"name": "rows-1"}] * 2
    assert not any("data" in layer for layer in panels["hconcat"][0]["layer"])


def test_a_chart_reads_as_altair_writes_it():
    assert bare(over_time(vl).to_dict()) == bare(over_time(alt).to_dict())


def test_panels_of_a_facet_read_as_altair_writes_them():
    def facets(grammar):
        marks = grammar.Chart().mark_bar().encode(x=grammar.X("rate:Q"), x2=grammar.X2("rate:Q"))
        zero = grammar.Chart().mark_rule().encode(x=grammar.datum(0), y=grammar.value(3))
        return grammar.layer(marks, zero).facet(facet=grammar.Facet("day:T"), data=ROWS, columns=2)

    assert bare(facets(vl).to_dict()) == bare(facets(alt).to_dict())


def test_the_size_of_a_layer_is_that_of_the_whole():
    inner = vl.Chart(ROWS).mark_bar().properties(width=90, height=40)
    whole = vl.layer(inner, vl.Chart(ROWS).mark_line()).to_dict()
    assert (whole["width"], whole["height"]) == (90, 40)
    assert not any("width" in layer for layer in whole["layer"])


def test_layers_of_two_frames_keep_their_own():
    other = ROWS.copy()
    drawn = vl.layer(vl.Chart(ROWS).mark_bar(), vl.Chart(other).mark_line()).to_dict()
    assert "data" not in drawn
    assert [layer["data"]["name"] for layer in drawn["layer"]] == ["rows-1", "rows-2"]


def test_a_mark_without_rows_is_drawn_once():
    assert vl.Chart().mark_rule().encode(y=vl.datum(0)).to_dict()["data"] == {"values": [{}]}


@pytest.mark.parametrize(
    ("column", "values"),
    [
        (pd.Series([1, 2]), [1, 2]),
        (pd.Series([1.0, np.nan, np.inf]), [1.0, None, None]),
        (pd.Series(["a", None], dtype="str"), ["a", None]),
        (pd.Series(["a", None], dtype="category"), ["a", None]),
        (pd.Series([True, False]), [True, False]),
        (pd.Series([1, None], dtype="Int64"), [1, None]),
        (pd.Series([1.5, None], dtype="Float64"), [1.5, None]),
        (pd.Series(pd.to_datetime(["2025-03-01", None])), ["2025-03-01T00:00:00", ""]),
        (pd.Series([["two", "lines"], None]), [["two", "lines"], None]),
    ],
)
def test_values_are_written_as_json_has_them(column, values):
    chart, same = (grammar.Chart(pd.DataFrame({"it": column})).mark_bar() for grammar in (vl, alt))
    written, of_altair = (list(one.to_dict()["datasets"].values()) for one in (chart, same))
    assert written == of_altair == [[{"it": one} for one in values]]
    assert [type(row["it"]) for row in written[0]] == [type(one) for one in values]


def test_a_column_without_its_type_is_refused():
    with pytest.raises(
        ValueError, match="'rate' says no type; write the column, a colon and one of Q, N, O, T, G"
    ):
        vl.Chart(ROWS).mark_bar().encode(x="rate")
