"""The theme: contrast, grey print, and the tone of every verdict."""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.findings.model import Verdict
from workbench.findings.tones import TONES


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_contrast_that_wcag_gives():
    assert contrast("#000000", "#ffffff") == 21


def test_every_mark_has_three_to_one_contrast_with_the_paper():
    marks = [*theme.SERIES, *theme.TONE_COLOURS.values(), theme.ACCENT, theme.MUTED]
    assert [colour for colour in marks if contrast(colour, theme.PAPER) < 3] == []


def test_every_text_has_four_and_a_half_to_one_contrast_with_the_paper():
    assert [colour for colour in (theme.INK, theme.MUTED) if contrast(colour, theme.PAPER) < 4.5] == []


def test_the_first_series_are_told_apart_in_grey():
    first, second, third, fourth = (luminance(colour) + 0.05 for colour in theme.SERIES[:4])
    assert second / first > 1.5
    assert third / second > 1.2
    assert abs(fourth - first) > 0.05


def test_every_verdict_has_a_tone_and_every_tone_a_colour():
    assert set(TONES) == set(Verdict)
    assert {tone.name for tone in TONES.values()} == set(theme.TONE_COLOURS)


def test_signs_tell_the_tones_apart_without_colour():
    tones = set(TONES.values())
    assert len({tone.sign for tone in tones}) == len(tones)


def test_good_news_is_blue_and_no_green_beside_a_red():
    red, green, blue = (int(theme.TONE_COLOURS["good"][i : i + 2], 16) for i in (1, 3, 5))
    assert blue > green > red


def test_a_verdict_scale_holds_only_the_words_drawn():
    scale = theme.verdict_scale([Verdict.WORSE_OFF, Verdict.NO_DIFFERENCE]).to_dict()
    assert scale == {"domain": ["worse off", "no difference found"], "range": ["#a8320a", "#54606c"]}


def test_there_is_a_legend_only_where_there_is_something_to_explain():
    assert theme.legend(["worse off"]) is alt.Undefined
    assert theme.legend([]) is None


def test_long_names_are_cut_and_numbers_and_dates_are_not_measured_for_it():
    config = theme.city()["config"]
    assert config["axis"]["labelLimit"] == 190
    assert config["axisQuantitative"] == config["axisTemporal"] == {"labelLimit": 0}


def test_charts_take_the_theme_once_it_is_imported():
    chart = alt.Chart(pd.DataFrame({"x": [1]})).mark_point().encode(x="x:Q")
    assert chart.to_dict()["config"]["font"] == theme.FONT
