"""Charts as SVG: same bytes, no script, nothing from elsewhere, one accessible image."""

import os
import re
from pathlib import Path
from xml.etree import ElementTree

import altair as alt
import pandas as pd
import pytest
import vl_convert

from workbench.charts import engine
from workbench.charts.svg import accessible, rendered

HOSTILE = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200" height="100"
 onload="window.x=1"><script>window.x=1</script><style>@import url(http://example.org/a.css);</style>
<foreignObject><p>page</p></foreignObject><image href="http://example.org/a.png"/>
<a xlink:href="javascript:window.x=1"><text aria-label="Phillips: 3">go</text></a>
<defs><clipPath id="clip7"><rect width="1" height="1"/></clipPath></defs>
<g clip-path="url(#clip7)" fill="url(http://example.org/f.svg#a)"><use xlink:href="#clip7"/>
<rect role="graphics-symbol" aria-label="secret" onclick="x()" width="5" height="5" fill="#123456"/></g></svg>"""


def bars(**columns):
    frame = pd.DataFrame(
        {"place": ["Phillips", "</script><script>window.x=1</script>"], "rate": [1.5, 2.5], **columns}
    )
    return alt.Chart(frame).mark_bar(clip=True).encode(x="rate:Q", y="place:N")


def test_the_same_chart_gives_the_same_bytes():
    first, second = (accessible(rendered(bars()), "gaps", "Gaps", "Two bars.") for _ in range(2))
    assert 'clip-path="url(#gaps-1)"' in first
    assert first == second


def test_the_engine_is_not_asked_for_labels_that_are_removed_again():
    drawing = rendered(bars())
    assert "<path" in drawing
    assert "aria-label" not in drawing


@pytest.mark.parametrize("before", [None, "/city/fonts.conf"])
def test_the_converter_finds_its_own_fonts_before_those_of_the_machine(monkeypatch, before):
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    if before:
        monkeypatch.setenv("FONTCONFIG_FILE", before)
    seen, added = [], []
    monkeypatch.setattr(vl_convert, "svg_to_png", lambda _: seen.append(os.environ["FONTCONFIG_FILE"]))
    monkeypatch.setattr(vl_convert, "register_font_directory", added.append)
    monkeypatch.setattr(engine, "_FONTS_OF_THE_MACHINE", ("/no/such/folder", str(Path(__file__).parent)))
    engine._engine.__wrapped__()
    named = Path(seen[0])
    assert [each.get("prefix") for each in ElementTree.parse(named).iter("dir")] == ["relative"]
    assert [each.name for each in named.parent.iterdir()] == ["fonts.conf"]
    assert added == [str(Path(__file__).parent)]
    assert os.environ.get("FONTCONFIG_FILE") == before


def test_a_column_that_is_not_drawn_is_not_in_the_picture():
    assert "986543217" not in rendered(bars(true_count=[986543217, 986543218]))


def test_a_place_named_like_a_script_is_text():
    assert "&lt;/script&gt;&lt;script&gt;" in rendered(bars())
    assert "<script" not in rendered(bars())


def test_a_chart_of_data_from_elsewhere_is_refused():
    chart = alt.Chart("https://example.org/a.csv").mark_bar().encode(x="a:Q")
    with pytest.raises(ValueError, match="example.org"):
        rendered(chart)


@pytest.mark.parametrize(
    "trace",
    [
        "script",
        "onload",
        "onclick",
        "example.org",
        "javascript",
        "foreignObject",
        "image",
        "<style",
        "aria-label=",
        "<a ",
    ],
)
def test_what_could_act_or_fetch_is_removed(trace):
    assert trace not in accessible(HOSTILE, "map", "Map", "A map.").replace('role="img"', "")


def test_labels_of_single_marks_are_removed_with_their_values():
    drawing = accessible(HOSTILE, "map", "Map", "A map.")
    assert "secret" not in drawing
    assert 'fill="#123456"' in drawing


def test_the_image_is_named_by_its_title_and_described_by_its_text():
    drawing = accessible(rendered(bars()), "gaps", "Gaps & more", "Phillips < 2.")
    assert 'role="img" aria-labelledby="gaps-title gaps-desc"' in drawing
    assert (
        '<title id="gaps-title">Gaps &amp; more</title><desc id="gaps-desc">Phillips &lt; 2.</desc>'
        in drawing
    )


def test_ids_carry_the_figure_name_and_references_follow():
    drawing = accessible(HOSTILE, "map", "Map", "A map.")
    assert '<clipPath id="map-1">' in drawing
    assert 'clip-path="url(#map-1)"' in drawing
    assert 'href="#map-1"' in drawing


def test_the_drawing_scales_with_the_page():
    drawing = accessible(HOSTILE, "map", "Map", "A map.")
    assert 'viewBox="0 0 200 100"' in drawing
    assert 'width="100%"' in drawing
    assert "height=" not in drawing.partition(">")[0]


def test_making_it_accessible_twice_changes_nothing():
    once = accessible(HOSTILE, "map", "Map", "A map.")
    assert accessible(once, "map", "Map", "A map.") == once


def test_a_drawing_that_declares_entities_is_a_programming_error():
    with pytest.raises(AssertionError, match="entities"):
        accessible('<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>', "m", "M", "m")


LINKS = """<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><a href="water/all/report.html#figure-a"><text>A</text></a>
<a href="#b"><text>B</text></a><a href="https://example.org"><text>C</text></a><a href="javascript:x()"><text>D</text></a>
<use href="water/report.html"/></svg>"""


def test_a_linked_drawing_keeps_links_within_the_review_only():
    drawing = accessible(LINKS, "map", "Map", "A map.", is_linked=True)
    assert re.findall(r'href="([^"]*)"', drawing) == ["water/all/report.html#figure-a", "#b"]
    assert [word for word in "ABCD" if f">{word}<" in drawing] == ["A", "B", "C", "D"]


def test_a_linked_drawing_is_a_group_since_nothing_within_an_image_is_reached():
    assert 'role="group"' in accessible(LINKS, "map", "Map", "A map.", is_linked=True)
    assert "<a" not in accessible(LINKS, "map", "Map", "A map.")
