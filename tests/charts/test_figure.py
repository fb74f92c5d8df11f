"""A figure as HTML: picture, caption, and the table behind it."""

import altair as alt
import pandas as pd
import pytest

from workbench import charts
from workbench.charts.figure import Figure

ROWS = pd.DataFrame({"group": ["Black", "White"], "rate": [0.2036, 0.0815], "state": ["value", "value"]})


def figure(**changes):
    chart = alt.Chart(ROWS).mark_bar().encode(x="rate:Q", y="group:N")
    return Figure(
        **({"name": "gaps", "title": "Searches", "text": "Two bars.", "see": "See this."} | changes),
        table=ROWS,
        chart=chart,
    )


def test_a_figure_holds_picture_caption_and_table():
    html = figure()._repr_html_()
    assert html.startswith('<figure id="figure-gaps">')
    assert '<desc id="gaps-desc">Two bars.</desc>' in html
    assert "<figcaption><strong>Searches.</strong> See this.</figcaption>" in html
    assert '<th scope="row">Black</th><td class="number">0.204</td>' in html


def test_title_and_words_are_escaped():
    html = figure(title="</script><script>x", see="<img src=x onerror=y>")._repr_html_()
    assert "<script" not in html
    assert "<img" not in html


def test_a_laid_out_map_is_shown_instead_of_a_chart():
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="3"/></svg>'
    assert '<circle r="3" />' in Figure("map", "Map", "A map.", "See.", ROWS, drawn=drawn).svg


def test_charts_are_found_by_the_handle_of_their_analysis():
    assert charts.theme.WIDTH == 440


@pytest.mark.parametrize("name", ["nothing_of_this_name", "__path_to__"])
def test_a_handle_without_charts_is_an_attribute_error(name):
    with pytest.raises(AttributeError, match=name):
        getattr(charts, name)
