"""Figures of a disparity review: rates, gaps, places, groups in places."""

import pytest

from workbench.charts import disparity_review as figures
from workbench.charts.disparity_dots import even_ticks
from workbench.charts.disparity_rows import plural


@pytest.fixture(scope="module")
def results(reviewed):
    return reviewed


def test_rates_are_dots_with_intervals_per_hundred(results, drawn, encodings):
    figure = figures.rates(results)
    black = next(row for row in drawn(figure) if row.get("Group") == "Black")
    assert black["Rate"] == 60
    assert black["Lower"] < 60 < black["Upper"]
    assert {mark["type"] for mark, _ in encodings(figure)} == {"rule", "point"}
    assert "Black 60.0" in figure.text
    assert "Not recorded 50.0" in figure.text
    assert figure.title == "Requests closed on time by race, the fourth quarter of 2025"


def test_gaps_give_the_city_one_mix_and_the_same_place_shapes_of_their_own(results, drawn, encodings):
    figure = figures.gaps(results)
    marks = ["In the whole city", "At one mix of neighbourhoods", "Within the same neighbourhood"]
    assert [row["Comparison"] for row in drawn(figure) if "Difference" in row] == marks
    shapes = [part["shape"] for _, part in encodings(figure) if "shape" in part]
    assert all(shape["scale"]["domain"] == marks for shape in shapes)
    assert all(len(set(shape["scale"]["range"])) == 3 for shape in shapes)
    assert "Black -10.0 (ratio 0.86)" in figure.text
    assert figure.title.startswith("Gap to White residents")
    assert figure.see.startswith("Dots left of the line are groups that fare worse.")


def test_gaps_are_told_as_difference_and_as_ratio_in_panels_with_the_same_rows(results):
    panels = figures.gaps(results).chart.to_dict()["hconcat"]
    dots = [next(layer for layer in panel["layer"] if layer["mark"]["type"] == "point") for panel in panels]
    assert [dot["encoding"]["x"]["field"] for dot in dots] == ["Difference", "Ratio"]
    assert dots[0]["encoding"]["y"]["sort"] == dots[1]["encoding"]["y"]["sort"] == ["Black"]
    assert dots[1]["encoding"]["x"]["scale"]["type"] == "log"
    assert dots[1]["encoding"]["x"]["axis"]["values"][-1] == 1  # the line at no gap is named
    assert panels[0]["height"] == panels[1]["height"]


def test_a_ratio_without_an_upper_limit_goes_to_the_end_of_its_axis(results, drawn):
    gaps = results.gaps.assign(ratio_upper=float("inf"))
    rows = [row for row in drawn(figures.gaps(results.with_frames(gaps=gaps))) if "Ratio" in row]
    ends = [row["Ratio at most"] for row in rows if row["Comparison"] == "In the whole city"]
    assert ends == [pytest.approx(4 * max(row["Ratio"] for row in rows) * 1.05)]


def test_a_ratio_of_zero_has_no_place_on_the_axis_and_is_said(results, drawn):
    gaps = results.gaps.assign(ratio=0.0, ratio_lower=0.0)
    figure = figures.gaps(results.with_frames(gaps=gaps, adjusted=results.adjusted.head(0)))
    assert not [row for row in drawn(figure) if row.get("Ratio") is not None]
    assert "(ratio 0.00)" in figure.text
    assert figure.svg.startswith("<svg")


def test_places_are_sorted_from_the_worst_and_marked_by_shape(results):
    figure = figures.places(results)
    assert list(figure.table["Place"]) == ["Elm", "Oak", "Fir"]
    assert "Worse off: Elm." in figure.text
    assert "Better off: Fir" in figure.text
    assert "triangle-down" in figure.chart.to_json()


def test_a_suppressed_group_has_words_in_its_row_and_is_said_and_listed(results, without, drawn):
    hidden = without(results, "rates", lambda frame: frame["group"] == "black")
    figure = figures.rates(hidden)
    black = [row for row in drawn(figure) if row.get("Group") == "Black"]
    assert black == [{"Group": "Black", "Words": "not shown, to protect privacy"}]
    assert figure.text.endswith("Not drawn: 1 suppressed to protect privacy.")
    assert figure.table.set_index("Group").loc["Black", "state"] == "suppressed"
    assert "suppressed to protect privacy" in figure._repr_html_()


def test_kinds_of_blank_have_words_of_their_own_in_the_picture(results, drawn):
    rates = results.rates.assign(
        rate=results.rates["rate"].where(results.rates["group"] != "black"),
        state=results.rates["state"].where(results.rates["group"] != "black", "no data"),
    )
    figure = figures.rates(results.with_frames(rates=rates))
    assert {"Group": "Black", "Words": "no data"} in drawn(figure)
    few = results.with_frames(rates=results.rates.assign(state="unreliable"))
    assert "Hollow marks rest on too few to be relied on." in figures.rates(few).text


def test_only_dots_of_too_few_cases_are_hollow(results, encodings):
    paper = [{"filled": True, "opacity": 1, "type": "point", "size": 28, "color": "#ffffff"}]
    few = results.with_frames(rates=results.rates.assign(state="unreliable"))
    for of, hollow in ((results, []), (few, paper)):
        marks = [mark for mark, _ in encodings(figures.rates(of))]
        assert [
            mark for mark in marks if mark.get("color") == "#ffffff" and mark["type"] == "point"
        ] == hollow


def test_a_suppressed_gap_is_not_drawn_and_is_listed(results, without, drawn):
    hidden = without(results, "gaps", lambda frame: frame["group"] == "black")
    figure = figures.gaps(hidden)
    assert "In the whole city" not in {row.get("Comparison") for row in drawn(figure)}
    assert "1 suppressed to protect privacy" in figure.text
    assert "suppressed" in set(figure.table["state"])


def test_a_chosen_place_shows_the_groups_there(results):
    figure = figures.rates(results, place="community/North")
    assert figure.table.set_index("Group")["Total"].to_dict() == {
        "Everyone": 1480, "Black": 600, "White": 800, "Not recorded": 80,
    }  # fmt: skip
    assert " in North, " in figure.title
    gap = figures.gaps(results, place="community/North")
    assert gap.table["Comparison"].tolist() == ["In North"]


def test_a_chosen_group_shows_its_rate_in_each_place(results):
    figure = figures.places(results, group="race/black")
    assert figure.table["Total"].tolist() == [600, 300]
    assert "White residents there" in figure.see


def test_of_many_places_those_that_differ_are_drawn(results, drawn, monkeypatch):
    monkeypatch.setattr(figures, "PLACES", 2)
    figure = figures.places(results)
    assert [row["Place"] for row in drawn(figure)][:2] == ["Elm", "Fir"]
    assert figure.see.endswith("1 more are not drawn.")
    assert len(figure.table) == 3


def test_a_choice_without_rows_still_draws(results):
    for draw in (figures.rates, figures.gaps, figures.places):
        figure = draw(results, place="neighbourhood/Nowhere", period="2020-Q1")
        assert "nothing that can be shown" in figure.text
        assert "Infinity" not in figure.svg


FIGURES = [
    figures.rates, figures.gaps, figures.gap_split, figures.gap_over_time, figures.gap_pieces, figures.places,
    figures.groups_in_places, figures.waits, figures.stages, figures.bounds, figures.decisions, figures.daylight,
]  # fmt: skip


@pytest.mark.parametrize("draw", FIGURES)
def test_each_figure_has_words_and_only_columns_it_draws(results, drawn, draw):
    figure = draw(results)
    assert figure.svg.startswith("<svg")
    assert len(figure.text) > 40
    assert len(figure.see) > 20
    assert not {"cells", "p", "numerator", "Total", "Number"} & {key for row in drawn(figure) for key in row}
    assert draw(results).svg == figure.svg


def test_a_service_without_groups_still_has_its_figures(results):
    bare = results.with_frames(
        facts={**results.facts, "groups": [], "dimension": "all", "labels": {"all/all": "Everyone"}},
        gaps=results.gaps[results.gaps["question"] == "place"],
        adjusted=results.adjusted.head(0),
    )
    assert figures.places(bare).table["Place"].tolist() == ["Elm", "Oak", "Fir"]
    assert "nothing that can be shown" in figures.gaps(bare).text
    assert figures.gap_over_time(bare).svg.startswith("<svg")


def test_a_chosen_group_is_drawn_alone_against_the_reference(results):
    assert set(figures.gaps(results, group="race/black").table["Group"]) == {"Black"}
    assert figures.gaps(results, group="race/unknown").table.empty


@pytest.mark.parametrize("draw", FIGURES)
def test_each_chart_keeps_to_the_schema_which_drawing_does_not_check(results, draw):
    figure = draw(results)
    assert figure.chart.to_dict(validate=True) == figure.chart.to_dict(validate=False)


@pytest.mark.parametrize(
    ("one", "many"),
    [("ward", "wards"), ("community", "communities"), ("ward as recorded", "wards as recorded")],
)
def test_a_level_of_places_has_a_plural(one, many):
    assert plural(one) == many


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (-16.2, 13.7, [-10, 0, 10]),
        (60, 88, [60, 70, 80]),
        (0, 1, [0, 0.5, 1]),
        (0.1, 0.12, [0.1, 0.11, 0.12]),
        (0, 0.0004, [0, 0.0002, 0.0004]),
        (5, 5, []),
        (float("nan"), 1, []),
    ],
)
def test_an_axis_has_as_few_round_ticks_as_tell_its_scale(low, high, ticks):
    assert even_ticks(low, high) == ticks
