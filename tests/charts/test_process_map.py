"""A map as a drawing: readable without colour, safe with any name, the same bytes each time."""

import re
from xml.etree import ElementTree

import pytest

from workbench.charts.map_words import wrapped
from workbench.charts.process_map import Key, Line, Step, drawn
from workbench.charts.svg import accessible

SCRIPT = "</text></script><script>alert(1)</script>"


def lines_of(svg):
    """Width and dashes of each line of the map."""
    root = ElementTree.fromstring(svg)
    return [
        (float(part.get("stroke-width")), part.get("stroke-dasharray"))
        for part in root.iter()
        if part.get("marker-end")
    ]


def test_an_empty_map_is_an_empty_drawing():
    assert ElementTree.fromstring(drawn([], [])).tag.endswith("svg")


def test_the_same_map_gives_the_same_bytes_in_any_order():
    steps, lines = [Step(name) for name in "ABC"], [Line("A", "B", 4.0, "4 ×"), Line("B", "C", 3.0, "3 ×")]
    key = Key({"city": "held by the city"}, {})
    assert drawn(steps, lines, key) == drawn(steps[::-1], lines[::-1], key)


def test_wider_lines_are_walked_more_often():
    svg = drawn([Step(n) for n in "ABC"], [Line("A", "B", 400.0, ""), Line("B", "C", 100.0, "")])
    (seldom, _), (often, _) = lines_of(svg)
    assert often > seldom


def test_each_holder_has_dashes_of_its_own():
    holders = ("city", "applicant", "agency", "hold", "another")
    lines = [Line(str(k), str(k + 1), 1.0, "", holder=holder) for k, holder in enumerate(holders)]
    patterns = [dashes for _, dashes in lines_of(drawn([Step(str(k)) for k in range(6)], lines))]
    assert len(set(patterns)) == 5
    assert patterns.count(None) == 1


def test_a_long_wait_is_marked_by_symbol_and_weight_and_told_in_the_key():
    line = Line("A", "B", 4.0, "4 ×", marks=("total", "usual"))
    svg = drawn([Step("A"), Step("B")], [line], Key({}, {"total": "most waiting", "usual": "usual wait"}))
    assert svg.count("M0,-5.5 L6,5 L-6,5 z") == 2  # on the line and in the key
    assert svg.count("M0,-6 L6,0 L0,6 L-6,0 z") == 2
    assert re.search(r'font-weight="bold"[^>]*>4 ×<', svg)


@pytest.mark.parametrize(("end", "times"), [("C", 0), ("A", 2)])
def test_a_way_back_carries_an_arrow_upwards(end, times):
    lines = [Line("A", "B", 9.0, "9 ×"), Line("B", end, 2.0, "2 ×")]
    svg = drawn([Step(name) for name in sorted({"A", "B", end})], lines, Key({}, {"up": "back"}))
    assert svg.count("M-1.2,5.5") == times  # on the line and in the key, or not at all


def test_starts_and_ends_have_marks_and_words():
    svg = drawn([Step("A", (), "40 start here", "30 closed here")], [])
    assert "40 start here" in svg
    assert "M-3.5,-5 L5,0 L-3.5,5 z" in svg
    assert "30 closed here" in svg


@pytest.mark.parametrize("name", [SCRIPT, "Review " * 43, "x" * 300])
def test_any_name_stays_text_short_and_whole_in_the_title(name):
    svg = drawn([Step(name), Step("B")], [Line(name, "B", 1.0, "1 ×"), Line("B", "B", 1.0, "")])
    shown = ElementTree.fromstring(accessible(svg, "map", "Map", "A map."))
    parts = [(part.tag.rpartition("}")[2], part.text or "") for part in shown.iter()]
    assert not [tag for tag, _ in parts if "script" in tag]
    assert name in [text for tag, text in parts if tag == "title"]
    assert max(len(text) for tag, text in parts if tag == "text") <= 27
    assert "<script" not in svg


def test_names_break_at_spaces_and_long_ones_keep_both_ends():
    assert wrapped("Review") == ["Review"]
    assert wrapped("Check confirmation of receipt") == ["Check confirmation of", "receipt"]
    assert wrapped("a" * 60) == ["a" * 26, "…" + "a" * 25]
    assert wrapped("審査" * 10) == ["審査" * 6 + "審", "査" + "審査" * 3]
    assert wrapped("") == [""]
    alike = [
        "Date sent to State Historic Office for review",
        "Date sent to State Historic Office for approval",
    ]
    assert [wrapped(name, 20) for name in alike] == [
        ["Date sent to State", "…c Office for review"],
        ["Date sent to State", "…Office for approval"],
    ]


def test_a_small_screen_scrolls_the_map():
    shown = accessible(drawn([Step("A")], []), "map", "Map", "A map.")
    assert re.search(r'style="min-width:\d+px;max-width:\d+px"', shown)
