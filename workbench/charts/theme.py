"""The look of every chart: readable at arm's length, in grey, and on a narrow screen.

Importing this module switches the theme on. Every colour that marks something has at
least 3:1 contrast with white (WCAG 2.1, 1.4.11), text at least 4.5:1, and the colours
of :data:`SERIES` differ in lightness, so that they are told apart in print without colour;
charts add shape or dash (:data:`SHAPES`, :data:`DASHES`) all the same.
"""

import altair as alt
from altair.utils import schemapi

from workbench.findings.tones import tone_of

FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
INK = "#1d2733"
MUTED = "#54606c"
GRID = "#e3e6ea"
PAPER = "#ffffff"
ACCENT = "#1f5a94"

TONE_COLOURS = {
    "concern": "#a8320a",
    "good": "#0b5f8a",
    "watch": "#8a5a00",
    "steady": "#54606c",
    "open": "#6b7784",
    "hidden": "#868e96",
}
SERIES = ("#12355b", "#c2410c", "#2e8b74", "#7b4ea3", "#8a6d00", "#868e96")
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (12, 4), (4, 6))

WIDTH = 440
ROW = 26  # height of one category in a horizontal chart
TEXT = 14
SHORT = {"labelLimit": 0}  # labels that are never too long, since one with a limit is measured twice as often


def colour_of(verdict: str) -> str:
    """Colour of a verdict's word, from the tone it has in every sentence and page."""
    return TONE_COLOURS[tone_of(verdict).name]


def verdict_scale(verdicts) -> alt.Scale:
    """Colour scale of the verdict words that are drawn, in their order."""
    words = [str(word) for word in verdicts]
    return alt.Scale(domain=words, range=[colour_of(word) for word in words])


def legend(words):
    """The legend of the words that are drawn: none where none is, since an empty one has no finite size."""
    return alt.Undefined if len(words) else None


# Altair would check every part of a chart by its schema as it is made. The tests of charts have it do so, a review does
# not; a chart that an analyst shows is still checked, as a whole.
schemapi.disable_debug_mode()


@alt.theme.register("city", enable=True)
def city() -> alt.theme.ThemeConfig:
    """The theme as Vega-Lite configuration."""
    return {
        "config": {
            "background": PAPER,
            "font": FONT,
            "padding": 6,
            "view": {"continuousWidth": WIDTH, "continuousHeight": 260, "step": ROW, "stroke": None},
            "range": {"category": list(SERIES), "symbol": list(SHAPES)},
            **_guides(),
            **_marks(),
        }
    }


def _guides() -> dict:
    text = {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": TEXT,
        "titleFontSize": TEXT,
        "labelColor": INK,
        "titleColor": MUTED,
    }
    lines = {"gridColor": GRID, "domainColor": MUTED, "tickColor": MUTED}
    return {
        "axis": text
        | lines
        | {"titleFontWeight": "normal", "titlePadding": 10, "labelLimit": 190, "labelPadding": 6},
        "axisX": {"tickCount": 5, "labelOverlap": True},
        "axisQuantitative": SHORT,
        "axisTemporal": SHORT,
        "axisBand": {"grid": False, "ticks": False},
        "legend": text | {"orient": "top", "labelLimit": 320, "columns": 2},
        "header": text | {"labelFontWeight": "bold"},
        "title": {"font": FONT, "fontSize": 16, "color": INK, "anchor": "start", "subtitleColor": MUTED},
    }


def _marks() -> dict:
    return {
        "mark": {"color": ACCENT},
        "bar": {"color": ACCENT},
        "line": {"strokeWidth": 2.5},
        "point": {"size": 80, "filled": True},
        "rule": {"color": MUTED, "strokeWidth": 1.5},
        "text": {"font": FONT, "fontSize": TEXT, "color": INK},
    }
