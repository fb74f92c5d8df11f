"""A theory of change as a drawing: kinds, statuses and links without colour, in words as well."""

import re
from xml.etree import ElementTree

import pandas as pd
import pytest

from workbench.charts import theme
from workbench.charts.theory_of_change import Box, drawn, theory_of_change
from workbench.findings.tones import CONCERN, OPEN, STEADY

HOSTILE = "</text></script><script>alert(1)</script>"
BOXES = [
    Box(
        "lanes",
        "Bike lanes built",
        "activity",
        0,
        STEADY,
        "hit or miss",
        "Public Works",
        "works/all/report.html#lanes",
    ),
    Box("lit", "Lights lit", "output", 1, STEADY, "usual ups and downs", "Public Works"),
    Box(
        "hurt",
        "People hurt",
        "outcome",
        2,
        CONCERN,
        "worsening",
        "Public Works",
        "works/all/report.html#hurt",
    ),
    Box(
        "goal/safe",
        "Safe streets",
        "goal",
        3,
        CONCERN,
        "1 of 3 worsening",
        "racial-equity goal",
        "#goal-safe",
    ),
]
EDGES = pd.DataFrame(
    [("lanes", "hurt", "leads to"), ("lit", "goal/safe", "unsaid"), ("hurt", "goal/safe", "serves")],
    columns=["start", "end", "kind"],
)


def parts(svg, tag):
    return [part for part in ElementTree.fromstring(svg).iter() if part.tag.endswith("}" + tag)]


def figure():
    return theory_of_change("theory-safe", "Safe streets", BOXES, EDGES)


def test_each_box_that_has_a_place_is_a_link_to_it():
    links = parts(figure().svg, "a")
    assert [link.get("href") for link in links] == [
        "#goal-safe",
        "works/all/report.html#hurt",
        "works/all/report.html#lanes",
    ]
    assert "Bike lanes built" in "".join(links[2].itertext())


def test_the_drawing_is_a_group_so_that_its_links_can_be_reached():
    assert ElementTree.fromstring(figure().svg).get("role") == "group"


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "https://example.org/a", "//example.org", "../../etc"]
)
def test_a_link_out_of_the_review_is_removed(href):
    box = Box("a", "A", "activity", 0, STEADY, "steady", href=href)
    svg = theory_of_change("t", "T", [box], EDGES[:0]).svg
    assert href not in svg
    assert "A" in "".join(ElementTree.fromstring(svg).itertext())


def test_kinds_stand_in_columns_under_their_headings():
    rows = {row.text: float(row.get("x")) for row in parts(drawn(BOXES, EDGES), "text")}
    assert rows["Activity"] < rows["Output"] < rows["Outcome"] < rows["Goal"]
    assert rows["Activity"] == rows["Bike lanes built"]
    assert rows["Goal"] == rows["Safe streets"]


def test_kinds_have_shapes_of_their_own():
    corners = [float(part.get("rx")) for part in parts(drawn(BOXES, EDGES), "rect")]
    # By name: the goal is drawn twice, then outcome, activity, output.
    assert corners == [0.0, 0.0, 22.0, 0.0, 9.0]


def test_status_is_a_sign_words_and_a_heavier_line_and_no_colour():
    svg = drawn(BOXES, EDGES)
    assert {"▼ worsening", "● hit or miss", "▼ 1 of 3 worsening"} <= {row.text for row in parts(svg, "text")}
    heavy = [part.get("stroke-width") for part in parts(svg, "rect")]
    assert heavy == ["2.8", "1", "2.8", "1.3", "1.3"]
    shown = set(re.findall(r"#[0-9a-f]{6}", re.sub(r"<marker.*?</marker>", "", svg)))
    assert shown <= {theme.INK, theme.PAPER, theme.MUTED}


def test_a_line_that_nobody_declared_is_dashed_and_the_key_says_so():
    svg = drawn(BOXES, EDGES)
    dashed = [part for part in parts(svg, "path") if part.get("stroke-dasharray") and part.get("marker-end")]
    assert len(dashed) == 1
    assert "serves the goal; through what is not declared" in svg
    assert "not declared" not in drawn(BOXES, EDGES[EDGES["kind"] != "unsaid"])


def test_the_text_alternative_says_every_box_and_line():
    text = figure().text
    assert text.startswith("Columns from left to right, 4 boxes, 3 lines.")
    assert "Activity: Bike lanes built (hit or miss) leads to People hurt." in text
    assert (
        "Output: Lights lit (usual ups and downs) leads to Safe streets (through what is not declared)."
        in text
    )
    assert "Goal: Safe streets (1 of 3 worsening)." in text


def test_the_table_has_a_row_for_each_box():
    table = figure().table
    assert list(table["Kind"]) == ["Activity", "Output", "Outcome", "Goal"]
    assert list(table["Leads to"]) == [
        "People hurt",
        "Safe streets (through what is not declared)",
        "Safe streets",
        "nothing",
    ]


def test_the_order_of_parts_changes_nothing():
    assert drawn(BOXES, EDGES) == drawn(BOXES[::-1], EDGES[::-1])


def test_lines_in_a_circle_are_drawn():
    circle = pd.concat([EDGES, pd.DataFrame([("hurt", "lanes", "leads to")], columns=list(EDGES))])
    assert len([part for part in parts(drawn(BOXES, circle), "path") if part.get("marker-end")]) == 4


def test_a_hostile_name_is_text():
    box = Box("a", HOSTILE, "activity", 0, OPEN, HOSTILE, HOSTILE, "a.html")
    assert "<script" not in theory_of_change("t", HOSTILE, [box], EDGES[:0])._repr_html_()


def test_thirty_boxes_keep_apart_and_within_the_drawing():
    boxes = [
        Box(f"m{n}", f"Measure {n}", "activity" if n < 15 else "outcome", n // 15, STEADY, "steady")
        for n in range(29)
    ]
    boxes.append(Box("goal/g", "Goal", "goal", 2, STEADY, "fine"))
    lines = [(f"m{n}", f"m{15 + n % 14}", "leads to") for n in range(15)]
    lines += [(f"m{n}", "goal/g", "serves") for n in range(15, 29)]
    svg = drawn(boxes, pd.DataFrame(lines, columns=["start", "end", "kind"]))
    places = [
        [float(part.get(name)) for name in ("x", "y", "width", "height")] for part in parts(svg, "rect")
    ][1:]  # the first is the outline of the goal around its inner one
    wide = float(ElementTree.fromstring(svg).get("width"))
    assert all(x >= 0 and x + width <= wide for x, _, width, _ in places)
    apart = [
        abs(a[0] - b[0]) >= a[2] or abs(a[1] - b[1]) >= a[3] for i, a in enumerate(places) for b in places[:i]
    ]
    assert all(apart)
    assert wide < 900
