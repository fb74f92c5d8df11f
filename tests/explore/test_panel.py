"""The panel: controls with names, figures redrawn, a link to what is shown."""

import pytest
import toy_app
from ipywidgets import HTML

from workbench.explore import panel
from workbench.explore.panel import Panel, drawn

DRAW = {"Bars": toy_app.bars, "Few bars": toy_app.few}
AWARE = {"Trend": toy_app.trend, "Bars": toy_app.bars}


@pytest.fixture
def shown(monkeypatch):
    monkeypatch.delenv("QUERY_STRING", raising=False)
    return Panel(toy_app.Page(), toy_app.results(), DRAW)


def words_of(of):
    return "".join(part.value for part in of.shown.children if isinstance(part, HTML))


def test_every_control_has_its_name_as_label(shown):
    names = [dropdown.description for dropdown in shown.choosers.children]
    assert names == ["Department", "Subject", "Chart", "Group", "Place", "Period"]


def test_no_label_is_cut_where_no_style_sheet_makes_room_for_it(shown):
    assert {dropdown.style.description_width for dropdown in shown.choosers.children} == {"initial"}


def test_a_choice_redraws_the_figure_from_its_rows(shown):
    assert "12 bars" in words_of(shown)
    shown.controls["group"].value = "race/black"
    shown.controls["period"].value = "2025-Q4"
    assert "3 bars" in words_of(shown)


def test_a_figure_with_the_keyword_is_given_the_choice():
    figure = drawn(toy_app.trend, toy_app.results(), {"place": "hood/Phillips", "period": "2025-Q4"})
    assert figure.text == "Place hood/Phillips."
    assert len(figure.table) == 12


def test_controls_that_a_figure_does_not_heed_are_not_offered():
    shown = Panel(toy_app.Page(), toy_app.results(), AWARE)
    names = [dropdown.description for dropdown in shown.choosers.children]
    assert names == ["Department", "Subject", "Chart", "Place"]
    shown.controls["place"].value = "hood/Phillips"
    shown.figure.value = "Bars"
    assert [dropdown.description for dropdown in shown.choosers.children] == [
        "Department",
        "Subject",
        "Chart",
    ]
    assert "show-place" not in shown.query()
    assert "12 bars" in words_of(shown)


def test_a_measure_has_to_be_chosen():
    results = toy_app.results()
    measured = results.with_frames(rates=results.rates.assign(measure=["leaks", "breaks"] * 6))
    shown = Panel(toy_app.Page(), measured, DRAW)
    assert shown.controls["measure"].options == (("leaks", "leaks"), ("breaks", "breaks"))
    assert shown.controls["measure"].value == "leaks"
    assert "6 bars" in words_of(shown)


def test_the_link_names_what_is_shown(shown):
    shown.controls["place"].value = "hood/Phillips"
    shown.figure.value = "Few bars"
    assert shown.query() == (
        "review=2025-Q4&department=works&subject=potholes&show-place=hood%2FPhillips&show-chart=Few+bars"
    )
    assert "&amp;show-chart=Few+bars" in shown.link.value


def test_the_link_is_followed(monkeypatch):
    monkeypatch.setenv(
        "QUERY_STRING", "department=works&show-group=race%2Fwhite&show-chart=Few+bars&show-place=nowhere"
    )
    followed = Panel(toy_app.Page(), toy_app.results(), DRAW)
    assert followed.controls["group"].value == "race/white"
    assert followed.controls["place"].value == ""
    assert followed.figure.value == "Few bars"


def test_another_department_shows_its_first_subject(shown):
    shown.department.value = "parks"
    assert shown.page.subject == "trees"
    assert shown.subject.value == "trees"
    assert shown.results.rates.rate.iloc[0] == pytest.approx(0.3)


def test_a_subject_without_results_is_a_sentence_and_no_traceback(shown):
    shown.subject.value = "lights"
    assert (
        words_of(shown)
        == '<p role="status">review &#x27;2025-Q4&#x27; has no results of &#x27;lights&#x27; yet.</p>'
    )


def test_a_hostile_place_is_text_in_the_table(shown):
    assert "&lt;/script&gt;&lt;script&gt;" in words_of(shown)
    assert "<script" not in words_of(shown)


def test_the_sentence_follows_subject_group_and_place(shown):
    assert "about potholes, all, all." in shown.said.value
    shown.controls["group"].value = "race/black"
    assert "about potholes, black, all." in shown.said.value
    assert "about potholes, all, all." in shown.others.value
    shown.controls["group"].value = ""
    shown.controls["place"].value = "hood/Phillips"
    assert "about potholes, all, Phillips." in shown.said.value
    shown.department.value = "parks"
    assert "potholes" not in shown.said.value + shown.others.value + shown.about.value
    assert "12 rows of trees read." in shown.about.value


def test_a_choice_without_a_finding_of_its_own_is_said(shown):
    shown.controls["group"].value = "race/white"
    assert "no finding on just this choice. What it found on the whole:" in shown.said.value
    assert "about potholes, all, all." in shown.said.value


def test_the_sentence_is_read_before_its_grounds(shown):
    claim, _, grounds = shown.said.value.partition("<details>")
    assert claim.startswith('<p class="quiet">Pothole repair. What the review found:</p>')
    assert 'class="sentence"' in claim
    assert "Rests on 12 requests." in grounds


def test_nothing_of_the_last_subject_stays_beside_a_failure(shown):
    shown.subject.value = "lights"
    assert [part.value for part in (shown.said, shown.link, shown.others, shown.about)] == ["", "", "", ""]


def test_another_subject_is_analysed_with_the_parameters_of_the_first(monkeypatch):
    asked = []
    monkeypatch.setattr(
        toy_app.Page, "analyse", lambda page, **given: asked.append(given) or toy_app.results()
    )
    results = toy_app.results()
    facts = {**results.facts, "parameters": {"period": "2025-Q4", "confidence": 0.9}}
    shown = Panel(toy_app.Page(parameters={"confidence": 0.8}), results.with_frames(facts=facts), DRAW)
    shown.department.value = "parks"
    assert asked == [{"period": "2025-Q4", "confidence": 0.8}]


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (["suppressed", "suppressed", "no data"], "2 suppressed to protect privacy, 1 no data."),
        ([], "nothing is recorded in this way."),
    ],
)
def test_an_empty_figure_is_a_sentence_and_no_empty_frame(states, words):
    rates = toy_app.results().rates.head(len(states)).assign(state=states)
    shown = Panel(toy_app.Page(), toy_app.results().with_frames(rates=rates), DRAW)
    assert f"There is nothing to draw here: {words}" in words_of(shown)
    assert len(shown.shown.children) == 2


def test_what_of_a_link_could_not_be_followed_stands_first(shown):
    told = Panel(toy_app.Page(notice="<i> is not known."), toy_app.results(), DRAW)
    assert told.box.children[0].value == '<p class="notice" role="status">&lt;i&gt; is not known.</p>'


def test_results_that_were_not_released_are_not_shown():
    with pytest.raises(AssertionError, match="released"):
        panel(toy_app.Page(), toy_app.results().with_frames(released=False), DRAW)


SLIDING = {"What if": toy_app.what_if, "Trend": toy_app.trend}


def test_a_slider_offers_the_values_of_released_rows_and_redraws():
    shown = Panel(toy_app.Page(), toy_app.results(), SLIDING)
    slider = shown.controls["rate"]
    assert [words for words, _ in slider.options] == ["20%", "25%", "30%", "35%", "40%"]
    assert slider.value == "0.2"
    assert "2 rows of 0.2 in percent." in words_of(shown)
    slider.value = "0.3"
    shown.controls["unit"].value = "share"
    assert "4 rows of 0.3 in share." in words_of(shown)


def test_a_slider_is_offered_only_beside_the_figure_that_asks_for_it():
    shown = Panel(toy_app.Page(), toy_app.results(), SLIDING)
    assert [one.description for one in shown.choosers.children][3:] == ["Share", "Unit"]
    shown.figure.value = "Trend"
    assert [one.description for one in shown.choosers.children][3:] == ["Place"]


def test_the_link_keeps_the_slider(monkeypatch):
    shown = Panel(toy_app.Page(), toy_app.results(), SLIDING)
    shown.controls["rate"].value = "0.35"
    assert "show-rate=0.35&show-unit=percent" in shown.query()
    monkeypatch.setenv("QUERY_STRING", "show-rate=0.35&show-unit=hours")
    followed = Panel(toy_app.Page(), toy_app.results(), SLIDING)
    assert followed.controls["rate"].value == "0.35"
    assert followed.controls["unit"].value == "percent"


def test_one_value_is_no_slider():
    same = toy_app.results()
    shown = Panel(toy_app.Page(), same.with_frames(rates=same.rates.assign(rate=0.2)), SLIDING)
    assert "rate" not in shown.controls
