"""Figures that only some services have: waits, stages, bounds, decisions, daylight; and groups in places."""

import pandas as pd
import pytest

from workbench.charts import disparity_review as figures

NONE = float("nan")


def city_rows(**columns):
    """One row for each of black and white residents, in the whole city."""
    common = {
        "interval": "2025-Q4", "question": "group", "dimension": "race", "group": ["black", "white"],
        "reference_group": "everyone_else", "place_level": "city", "place": "all", "state": "value",
    }  # fmt: skip
    return pd.DataFrame(common | columns)


WAITS = city_rows(
    denominator=[200, 400], open=[0, 20], median=[12, 8], median_lower=[10, 7], median_upper=[15, 9],
    p90=[30, NONE], p90_lower=[26, 18], p90_upper=[40, NONE],
    difference=[4, -4], difference_lower=[2, -6], difference_upper=[6, -2], verdict=["worse off", "better off"],
)  # fmt: skip
STAGES = pd.concat(
    city_rows(
        stage=stage,
        numerator=[30, 60],
        denominator=[300, 400],
        ratio=ratio,
        ratio_lower=[0.4, 0.8],
        ratio_upper=[0.9, 1.4],
        grade=["reliable", ""],
        verdict=["worse off", "can't tell yet"],
    )  # fmt: skip
    for stage, ratio in (("outcome", [0.8, 1.2]), ("asks", [0.5, 1.0]))
)
BOUNDS = city_rows(
    unknown=50, difference=[-0.1, 0.1], lowest=[-0.3, -0.05], highest=[-0.02, 0.2],
    sign_certain=pd.array([True, False], "boolean"),
    imputed_difference=NONE, imputed_difference_lower=NONE, imputed_difference_upper=NONE,
)  # fmt: skip
DECISIONS = city_rows(
    acted=[100, 20], hits=[40, 5], rate=[0.4, 0.25], lower=[0.3, 0.1], upper=[0.5, 0.5], reference_rate=[0.25, 0.4],
    verdict=["better off", "can't tell yet"], state=["value", "unreliable"],
)  # fmt: skip
DAYLIGHT = city_rows(
    first_interval="2025-Q1", last_interval="2025-Q4", odds_ratio=[0.8, NONE], odds_ratio_lower=[0.7, NONE],
    odds_ratio_upper=[0.9, NONE], dark=[300, 40], light=[400, 40], verdict=["worse off", "can't tell yet"],
    state=["value", "unreliable"],
)  # fmt: skip
FRAMES = {"waits": WAITS, "stages": STAGES, "bounds": BOUNDS, "decisions": DECISIONS, "daylight": DAYLIGHT}


def test_only_figures_that_apply_are_among_more(reviewed):
    bare = reviewed.with_frames(bounds=reviewed.bounds.head(0), pieces=reviewed.pieces.head(0))
    assert figures.more(bare) == []
    full = bare.with_frames(**FRAMES)
    assert [figure.name for figure in figures.more(full)] == list(FRAMES)
    assert figures.more(full)._repr_html_().count("<figure") == 5


@pytest.mark.parametrize("name", FRAMES)
def test_a_figure_of_which_all_is_hidden_is_left_out_and_by_itself_says_so(reviewed, without, name, drawn):
    hidden = without(reviewed.with_frames(**FRAMES), name, lambda frame: frame["group"] != "")
    assert name not in [figure.name for figure in figures.more(hidden)]
    figure = getattr(figures, name)(hidden)
    assert all("Words" in row for row in drawn(figure) if row)
    assert figure.svg.startswith("<svg")
    assert "Infinity" not in figure.svg


@pytest.mark.parametrize("name", FRAMES)
def test_a_service_that_declares_none_has_a_sentence_for_a_picture(reviewed, name):
    figure = getattr(figures, name)(reviewed.with_frames(**{name: FRAMES[name].head(0)}))
    assert figure.chart.to_dict()["data"]["values"][0]["Words"]
    assert figure.table.empty


def test_waits_are_half_and_nine_in_ten_beside_each_other(reviewed, drawn):
    figure = figures.waits(reviewed.with_frames(waits=WAITS))
    panels = figure.chart.to_dict()["hconcat"]
    assert [panel["height"] for panel in panels] == [panels[0]["height"]] * 2
    assert "Half are served within days: Black 12.0, White 8.0. Nine in ten: Black 30.0." in figure.text
    assert "Worse off: Black. Better off: White." in figure.text
    assert {"Group": "White", "Words": "cannot be told"} in drawn(figure)


def test_stages_are_ratios_in_the_order_of_asking(reviewed, encodings):
    figure = figures.stages(reviewed.with_frames(stages=STAGES))
    titles = [
        part["x"]["title"]
        for mark, part in encodings(figure)
        if mark["type"] == "point" and "title" in part["x"]
    ]
    assert list(dict.fromkeys(map(tuple, titles))) == [("ratio: asks",), ("ratio: outcome",)]
    assert "Asks: Black 0.50 (worse off), White 1.00 (can't tell yet)." in figure.text
    assert figure.table["Grade"].tolist() == ["reliable", ""] * 2


def test_a_stage_told_by_place_only_is_drawn_by_place(reviewed):
    rows = STAGES[STAGES["stage"] == "asks"].assign(
        question="place", group="all", place_level="neighbourhood", place=["Elm", "Oak"]
    )
    figure = figures.stages(reviewed.with_frames(stages=rows))
    assert figure.table["Place"].tolist() == ["Elm", "Oak"]
    assert "against the rest of the city" in figure.title


def test_bounds_are_bars_and_say_whose_sign_is_certain(reviewed, drawn, encodings):
    figure = figures.bounds(reviewed.with_frames(bounds=BOUNDS))
    assert "bar" in {mark["type"] for mark, _ in encodings(figure)}
    assert "On the same side of no gap whoever they are: Black." in figure.text
    assert {"Group": "Black", "Lowest": -30.0, "Highest": -2.0} in drawn(figure)
    assert "Imputed" not in figure.table


def test_an_imputed_gap_has_a_mark_of_its_own_and_is_called_an_estimate(reviewed, encodings):
    imputed = BOUNDS.assign(
        imputed_difference=[-0.09, NONE],
        imputed_difference_lower=[-0.12, NONE],
        imputed_difference_upper=[-0.06, NONE],
    )
    figure = figures.bounds(reviewed.with_frames(bounds=imputed))
    assert "diamond" in [mark.get("shape") for mark, _ in encodings(figure)]
    assert "With groups estimated from names and places: Black -9.0." in figure.text


def test_hits_are_shares_of_those_acted_on_and_few_are_hollow(reviewed, drawn):
    facts = reviewed.facts | {"hit_words": "had a cause"}
    figure = figures.decisions(reviewed.with_frames(decisions=DECISIONS, facts=facts))
    assert (
        "Black 40.0, White 25.0, of every 100 that were closed on time, how many had a cause" in figure.text
    )
    assert "Hollow marks" in figure.text
    assert [row["state"] for row in drawn(figure) if "Rate" in row][:2] == ["value", "unreliable"]


def test_daylight_names_its_year_and_who_has_no_answer(reviewed, drawn):
    figure = figures.daylight(reviewed.with_frames(daylight=DAYLIGHT))
    assert figure.title.endswith("the first quarter of 2025 to the fourth quarter of 2025")
    assert "Black 0.80" in figure.text
    assert {"Group": "White", "Words": "cannot be told"} in drawn(figure)


def test_groups_within_places_have_a_panel_a_place_the_largest_gap_first(reviewed, drawn):
    figure = figures.groups_in_places(reviewed)
    rows = drawn(figure)
    assert list(dict.fromkeys(row["Place"] for row in rows)) == ["North", "South"]
    assert {row["Words"] for row in rows} == {""}
    assert [row["Rate"] for row in rows if row["Group"] == "Black"] == [50, 80]
    assert {row["Line"] for row in rows} == {60, 90}  # the reference there
    assert figure.text.endswith("North: Black 50.0, White 60.0. South: Black 80.0, White 90.0.")


def test_a_larger_gap_moves_its_place_to_the_front(reviewed, drawn):
    south = reviewed.gaps["place"] == "South"
    wider = reviewed.with_frames(
        gaps=reviewed.gaps.assign(difference=reviewed.gaps["difference"] * (1 + south))
    )
    rows = drawn(figures.groups_in_places(wider))
    assert list(dict.fromkeys(row["Place"] for row in rows)) == ["South", "North"]


def test_a_hidden_cell_of_a_place_has_words_in_its_panel_and_no_figure(reviewed, without, drawn, encodings):
    hidden = without(
        reviewed, "rates", lambda frame: (frame["group"] == "black") & (frame["place"] == "South")
    )
    figure = figures.groups_in_places(hidden)
    south = next(row for row in drawn(figure) if (row["Place"], row["Group"]) == ("South", "Black"))
    assert (south["Words"], south["Rate"], south["Lower"], south["Upper"]) == ("not shown", None, None, None)
    for of, layers in ((reviewed, 0), (hidden, 2)):
        marks = [mark["type"] for mark, _ in encodings(figures.groups_in_places(of))]
        assert marks.count("text") == layers
    assert "South: Black not shown, White 90.0." in figure.text


def test_places_of_which_nothing_is_shown_have_no_panel_and_are_counted(
    reviewed, without, drawn, monkeypatch
):
    hidden = without(reviewed, "rates", lambda frame: frame["place"] == "South")
    figure = figures.groups_in_places(hidden)
    assert {row["Place"] for row in drawn(figure)} == {"North"}
    assert figure.see.endswith("Of 1 communities nothing can be shown by group.")
    monkeypatch.setattr("workbench.charts.disparity_groups.PANELS", 1)
    assert figures.groups_in_places(reviewed).see.endswith("1 more communities are not drawn.")


def test_a_chosen_place_is_drawn_alone(reviewed, drawn):
    figure = figures.groups_in_places(reviewed, place="community/South")
    assert {row["Place"] for row in drawn(figure)} == {"South"}
