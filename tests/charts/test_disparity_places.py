"""The map of places with its funnel: what is drawn, told apart and said."""

import json
from dataclasses import dataclass, field
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from workbench.charts import theme
from workbench.charts.disparity_places import _SIDES, place_map
from workbench.charts.place_map import SHADES, WORDS, Classes
from workbench.charts.place_names import placed
from workbench.charts.place_shapes import dotted, filled, hatched, middle
from workbench.disparity_review.places.funnel import ABOVE_998, BELOW_998
from workbench.explore.live import live

LIMITS = ("lower_95", "upper_95", "lower_998", "upper_998")
NUMBERS = ["numerator", "denominator", "rate", "shrunken_rate", *LIMITS, *(f"wide_{name}" for name in LIMITS)]


@dataclass(frozen=True)
class Released:
    """As much of released results as the figure reads."""

    funnel: pd.DataFrame
    clustering: pd.DataFrame
    facts: dict
    rates: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["interval", "group", "place_level", "place", "state"])
    )


def square(column, row=0, size=100):
    west, north = column * size, row * size
    return [
        [west, north],
        [west, north + size],
        [west + size, north + size],
        [west + size, north],
        [west, north],
    ]


PLACES = {"Elm": 0.30, "Oak": 0.20, "Fir": 0.21, "Ash": 0.08, "Yew": 0.19}
OUTLINES = {name: [square(number)] for number, name in enumerate([*PLACES, "Bay"])}


def funnel_rows(wide=False, hidden=(), **changes):
    """Five wards of 400, 500, ... cases around a city's rate of a fifth; Elm is above, Ash below."""
    n = np.arange(400, 400 + 100 * len(PLACES), 100)
    rate = np.array(list(PLACES.values()))
    rows = pd.DataFrame({"interval": "2025-Q4", "place_level": "ward", "place": list(PLACES)})
    rows = rows.assign(numerator=rate * n, denominator=n.astype(float), rate=rate, target=0.2)
    for name, z in (("95", 1.96), ("998", 3.09)):
        spread = z * np.sqrt(0.16 / n)
        rows[f"lower_{name}"], rows[f"upper_{name}"] = 0.2 - spread, 0.2 + spread
        rows[f"wide_lower_{name}"] = 0.2 - 1.2 * spread if wide else np.nan
        rows[f"wide_upper_{name}"] = 0.2 + 1.2 * spread if wide else np.nan
    rows = rows.assign(
        signal=["above 99.8", "within", "within", "below 99.8", "within"],
        overdispersion=0.01 if wide else 0.0,
        shrunken_rate=0.2 + 0.9 * (rate - 0.2),
        state="value",
    ).assign(**changes)
    gone = rows["place"].isin(hidden)
    rows.loc[gone, NUMBERS] = np.nan
    rows.loc[gone, "signal"] = None
    rows.loc[gone, "state"] = "suppressed"
    return rows


def released(rows, outlines=OUTLINES, clustering=None, **facts):
    said = {
        "kind": "proportion", "per": 100, "labels": {"ward": "Ward", "race": "Race"}, "period": "2025-Q4", "dimension": "race",
        "levels": ["ward"], "words": "closed late", "unit": "requests", "favourable": False, "reference": "white",
        "groups": ["black", "white"], "place_reference": "everyone_else", "outlines": {"ward": outlines},
    }  # fmt: skip
    together = pd.DataFrame(
        clustering or [], columns=["place_level", "place", "clustered", "cluster", "state"]
    )
    return Released(rows, together, {**said, **facts})


def specification(figure):
    return figure.chart.to_dict()


def layers(figure):
    """All layers of the figure, with their rows."""
    found, whole = [], specification(figure)
    waiting = [(whole, None)]
    while waiting:
        part, above = waiting.pop(0)
        data = part.get("data", above)
        children = [child for name in ("layer", "hconcat", "vconcat") for child in part.get(name, [])]
        waiting += [(child, data) for child in children]
        if "mark" in part:
            found.append((part, data.get("values", whole.get("datasets", {}).get(data.get("name")))))
    return found


def geometries(figure, kind):
    return [
        (part["mark"], row)
        for part, rows in layers(figure)
        if part["mark"]["type"] == "geoshape"
        for row in rows
        if row["geometry"]["type"] == kind
    ]


def words(figure):
    return [
        row[name]
        for part, rows in layers(figure)
        for row in rows
        for name in ("Label", "Name")
        if name in row
    ]


def test_every_place_is_on_the_map_and_every_shown_one_in_the_funnel():
    figure = place_map(released(funnel_rows()))
    areas = [row for mark, row in geometries(figure, "Polygon") if mark.get("filled", True)]
    assert [row["Fill"] for row in areas[: len(OUTLINES)]].count(theme.PAPER) == 1  # Bay has no row
    points = [row for part, rows in layers(figure) if part["mark"]["type"] == "point" for row in rows]
    assert sorted(row["Rate"] for row in points if "Rate" in row) == [8, 19, 20, 21, 30]
    assert figure.name == "place-map"
    assert (
        figure.title
        == "Requests closed late by ward, the fourth quarter of 2025: the map and what chance explains"
    )


def test_places_beyond_the_limits_have_a_symbol_a_bold_edge_and_a_name():
    figure = place_map(released(funnel_rows()))
    symbols = [row for part, rows in layers(figure) for row in rows if "Symbol" in row]
    assert {(row["Symbol"], row["Tone"]) for row in symbols} == {
        ("triangle-up", theme.TONE_COLOURS["concern"]),
        ("triangle-down", theme.TONE_COLOURS["good"]),
    }
    bold = [row for mark, row in geometries(figure, "Polygon") if mark.get("stroke") == theme.INK]
    assert filled(OUTLINES["Elm"]) in [row["geometry"] for row in bold]
    assert {"Elm", "Ash"} <= set(words(figure))
    assert "Higher than chance explains: Elm 30.0. Lower than chance explains: Ash 8.0." in figure.text
    assert list(figure.table["Place"][:2]) == ["Ash", "Elm"]  # the farthest out first
    assert figure.table.set_index("Place").loc["Oak", "Signal"] == "within the limits"


def test_more_of_something_good_is_not_marked_as_a_concern():
    figure = place_map(released(funnel_rows(), favourable=True))
    tones = {row["Symbol"]: row["Tone"] for _, rows in layers(figure) for row in rows if "Symbol" in row}
    assert tones["triangle-up"] == theme.TONE_COLOURS["good"]


def test_hidden_places_and_those_without_data_have_patterns_of_their_own():
    figure = place_map(released(funnel_rows(hidden=["Oak"])))
    patterns = [row for _, row in geometries(figure, "MultiLineString")]
    long = [spans(row["geometry"]) > 1 for row in patterns]
    assert sorted(long) == [False, False, True, True]  # each on the map and in the legend
    for place, lined in (("Oak", True), ("Bay", False)):
        area = shapely.Polygon(OUTLINES[place][0]).buffer(0.2)
        own = [is_long for row, is_long in zip(patterns, long, strict=True) if covers(area, row["geometry"])]
        assert own == [lined]
    assert {"not shown, to protect privacy", "no data"} <= set(words(figure))
    assert figure.text.endswith("Not drawn: 1 suppressed to protect privacy, 1 without data.")
    states = figure.table.set_index("Place")["state"]
    assert (states["Oak"], states["Bay"]) == ("suppressed", "no data")


def covers(area, geometry):
    return area.covers(shapely.geometry.shape(geometry))


def spans(geometry):
    return max(np.ptp(np.array(line), axis=0).max() for line in geometry["coordinates"])


def test_nothing_of_a_hidden_place_is_in_the_picture():
    figure = place_map(released(funnel_rows(hidden=["Oak"])))
    assert "Oak" not in figure.chart.to_json()
    assert figure.table.set_index("Place").loc["Oak", ["Total", "Number", "Rate", "Evened out"]].isna().all()


def test_what_is_not_on_the_map_is_not_in_its_legend():
    outlines = {name: OUTLINES[name] for name in PLACES}
    figure = place_map(released(funnel_rows(signal="within"), outlines=outlines))
    assert not set(WORDS.values()) & set(words(figure))
    assert "No ward differs from all places together by more than chance explains." in figure.text


def test_without_boundaries_there_is_the_funnel_and_it_is_said():
    figure = place_map(released(funnel_rows(), outlines={}))
    assert {part["mark"]["type"] for part, _ in layers(figure)} == {"line", "point", "text"}
    assert figure.text.startswith("There is no map, because no boundaries of these places are known.")
    assert figure.see.startswith("Triangles mark a ward beyond the 99.8 % limits")


def test_limits_are_drawn_at_the_totals_of_the_places():
    figure = place_map(released(funnel_rows()))
    lines = {rows[0]["Limit"]: rows for part, rows in layers(figure) if part["mark"]["type"] == "line"}
    assert list(lines) == ["all places together", "99.8 % limits", "95 % limits"]
    outer = [row for row in lines["99.8 % limits"] if row["Side"] == "upper_998"]
    assert [row["Total"] for row in outer] == [400, 500, 600, 700, 800]
    assert outer[0]["Rate"] == pytest.approx(100 * (0.2 + 3.09 * 0.02), abs=1e-9)


def test_widened_limits_are_dashed_and_replace_the_others_in_the_table():
    figure = place_map(released(funnel_rows(wide=True)))
    dashes = next(
        part["encoding"]["strokeDash"]["scale"]
        for part, _ in layers(figure)
        if part["mark"]["type"] == "line"
    )
    assert dict(zip(dashes["domain"], dashes["range"], strict=True))["99.8 %, widened"] == [7, 4]
    elm = figure.table.set_index("Place").loc["Elm"]
    assert elm["Highest by chance"] == pytest.approx(100 * (0.2 + 1.2 * 3.09 * 0.02), abs=1e-9)
    assert "the dashed 99.8 % limits" in figure.see


def test_a_layer_that_no_place_needs_is_left_out():
    figure = place_map(released(funnel_rows().assign(signal="", state="value")))
    assert [len(rows) for _, rows in layers(figure) if not rows] == []


def test_a_chosen_place_is_named_in_the_funnel():
    assert "Fir" not in words(place_map(released(funnel_rows())))
    assert "Fir" in words(place_map(released(funnel_rows()), place="ward/Fir"))


def test_neighbouring_places_that_are_alike_are_said():
    rows = [
        ("ward", "all", "like beside like", None, "value"),
        ("ward", "Elm", None, "high among high", "value"),
        ("ward", "Oak", None, "none", "value"),
        ("ward", "Fir", None, None, "suppressed"),
        ("block", "all", "other", None, "value"),
    ]
    figure = place_map(released(funnel_rows(), clustering=rows))
    assert figure.text.endswith("Neighbouring wards: like beside like. High among high: Elm.")
    hidden = [("ward", "all", None, None, "suppressed")]
    figure = place_map(released(funnel_rows(), clustering=hidden))
    assert figure.text.endswith("Neighbouring wards: not shown, to protect privacy.")


def test_a_place_that_rests_on_few_has_a_hollow_mark():
    state = ["value", "unreliable", "value", "value", "value"]
    figure = place_map(released(funnel_rows(state=state)))
    hollow = [rows for part, rows in layers(figure) if part["mark"].get("color") == theme.PAPER]
    assert hollow == [[{"Total": 500, "Rate": 20}]]
    assert "Hollow marks rest on too few to be relied on." in figure.text


@pytest.mark.parametrize(
    "rows", [funnel_rows(hidden=list(PLACES)), funnel_rows().head(0), funnel_rows().head(1)]
)
@pytest.mark.parametrize("outlines", [{}, OUTLINES])
def test_all_hidden_no_row_and_one_row_still_give_a_figure(rows, outlines):
    figure = place_map(released(rows, outlines=outlines))
    assert ElementTree.fromstring(figure.svg).get("role") == "img"
    assert "<figcaption>" in figure._repr_html_()


def test_the_finest_level_that_is_mostly_shown_is_drawn():
    fine = funnel_rows(hidden=["Elm", "Oak", "Fir"]).assign(place_level="block")
    figure = place_map(released(pd.concat([fine, funnel_rows()]), levels=["block", "ward"]))
    assert figure.table["state"].tolist().count("value") == 5


def test_the_picture_has_the_same_bytes_each_time_and_no_script():
    first, second = (place_map(released(funnel_rows(hidden=["Yew"]))).svg for _ in range(2))
    assert first == second
    assert "<script" not in first


def test_the_frames_are_left_as_they_are():
    rows = funnel_rows(hidden=["Oak"])
    before = rows.copy()
    place_map(released(rows))
    pd.testing.assert_frame_equal(rows, before)


def test_the_figure_lives_in_an_app_with_its_map():
    figure = place_map(released(funnel_rows(hidden=["Oak"])))
    assert '"geometry"' in json.dumps(live(figure).spec)


def test_shades_grow_darker_step_by_step_in_grey():
    red, green, blue = np.array([[int(shade[i : i + 2], 16) for i in (1, 3, 5)] for shade in SHADES]).T
    grey = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    assert (np.diff(grey) < -35).all()


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([], ()),
        ([5.0], ("all places alike",)),
        ([5.0, 5.0, 5.0], ("all places alike",)),
        ([1.0, 2.0], ("under 2", "2 or more")),
        (
            [0.0, 1.0, 2.0, 2.5],
            ("under 0.60", "0.60 to 1.20", "1.20 to 1.80", "1.80 to 2.20", "2.20 or more"),
        ),
        ([0.0] * 9 + [10.0], ("under 10", "10 or more")),
        (list(range(1, 11)), ("under 3", "3 to 5", "5 to 6", "6 to 8", "8 or more")),
    ],
)
def test_classes_hold_about_as_many_places_each(values, labels):
    assert Classes.of(pd.Series(values, dtype="float64")).labels == labels


def test_a_value_on_a_break_is_in_the_class_above_it():
    classes = Classes((2.0,), ("under 2", "2 or more"), (SHADES[0], SHADES[4]))
    assert classes.fill(pd.Series([1.99, 2.0, np.nan])) == [SHADES[0], SHADES[4], theme.PAPER]


RING = [square(0, size=300), [[100, 100], [200, 100], [200, 200], [100, 200], [100, 100]]]


def test_patterns_leave_holes_open_and_stay_inside():
    shape = shapely.Polygon(RING[0], [RING[1]]).buffer(0.2)
    for pattern in (hatched(RING, 20), dotted(RING, 20)):
        lines = shapely.geometry.shape(pattern)
        assert len(lines.geoms) > 10
        assert shape.covers(lines)
    assert shapely.Polygon(RING[0], [RING[1]]).contains(shapely.Point(middle(RING)))


@given(st.integers(1, 6), st.integers(0, 997))
def test_the_smallest_place_has_its_pattern(size, west):
    rings = [[[west, 3], [west + size, 3], [west + size, 3 + size], [west, 3 + size], [west, 3]]]
    assert hatched(rings, 40)["coordinates"]
    assert dotted(rings, 40)["coordinates"]


@given(
    st.lists(st.tuples(st.text(min_size=1, max_size=20), st.floats(0, 440), st.floats(0, 330)), max_size=30)
)
def test_names_lie_on_no_other_name_and_inside_the_chart(names):
    found = placed(names, [(x, y) for _, x, y in names], 440, 330)
    boxes = []
    for name in found:
        long = 7.4 * len(name.name)
        left = name.x - {"left": 0, "center": long / 2, "right": long}[name.align]
        boxes.append(shapely.box(left, name.y - 7.5, left + long, name.y + 7.5))
    assert all(shapely.box(-1e-6, -1e-6, 440 + 1e-6, 330 + 1e-6).covers(box) for box in boxes)
    overlaps = [a.intersection(b).area for i, a in enumerate(boxes) for b in boxes[:i]]
    assert max(overlaps, default=0) < 1e-6


def test_the_signals_that_are_marked_are_called_as_the_analysis_calls_them():
    assert list(_SIDES) == [ABOVE_998, BELOW_998]
