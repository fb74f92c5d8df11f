import importlib.util
from pathlib import Path

import numpy as np
import pytest

from workbench.charts import disparity_review as figures
from workbench.disparity_review import analyse

_CITY = Path(__file__).parents[1] / "disparity_review" / "conftest.py"


@pytest.fixture(scope="module")
def results():
    spec = importlib.util.spec_from_file_location("small_city", _CITY)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rows = []
    for interval in ("2024-Q4", "2025-Q3", "2025-Q4"):
        for place, share in (("Elm", 0.5), ("Oak", 0.7), ("Fir", 0.9)):
            rows += [(interval, "white", place, int(400 * share), 400)]
            rows += [
                (interval, "black", place, int(300 * share) - 30, 300),
                (interval, "unknown", place, 20, 40),
            ]
    return analyse(module.cube_of(rows), period="2025-Q4")


def without(results, name, hidden):
    """With the rows of a frame that a function of the frame picks blanked as disclosure control does."""
    frame = results.frames()[name].copy()
    rows = hidden(frame)
    for column in set(frame.select_dtypes("number").columns):
        frame[column] = frame[column].astype("float64").where(~rows, np.nan)
    frame.loc[rows, "state"] = "suppressed"
    if "verdict" in frame:
        frame.loc[rows, "verdict"] = "not shown, to protect privacy"
    return results.with_frames(**{name: frame})


def drawn_rows(figure) -> list[dict]:
    """All rows that are in the chart's data."""
    spec = figure.chart.to_dict()
    return [row for rows in spec["datasets"].values() for row in rows]


def marks(figure) -> set[str]:
    found, waiting = set(), [figure.chart.to_dict()]
    while waiting:
        spec = waiting.pop()
        waiting += [*spec.get("layer", []), *([spec["spec"]] if "spec" in spec else [])]
        found |= {spec["mark"]["type"]} if "mark" in spec else set()
    return found


def test_rates_are_dots_with_intervals_per_hundred(results):
    figure = figures.rates(results)
    black = next(row for row in drawn_rows(figure) if row.get("Group") == "Black")
    assert black["Rate"] == 60
    assert black["Lower"] < 60 < black["Upper"]
    assert marks(figure) == {"rule", "point"}
    assert "Black 60.0" in figure.text
    assert "Not recorded 50.0" in figure.text
    assert figure.title == "Requests closed on time by race, the fourth quarter of 2025"


def test_gaps_give_the_city_and_the_same_place_different_shapes(results):
    figure = figures.gaps(results)
    assert {row["Comparison"] for row in drawn_rows(figure)} == {
        "In the whole city",
        "Within the same neighbourhood",
    }
    assert '"shape"' in figure.chart.to_json()
    assert "Black -10.0" in figure.text
    assert figure.title.startswith("Gap to White residents")
    assert figure.see.startswith("Dots left of the line are groups that fare worse.")


def test_gaps_over_time_have_a_panel_a_group_and_a_line_at_no_gap(results):
    figure = figures.gap_over_time(results)
    assert [row["Interval"] for row in drawn_rows(figure)] == ["2024-Q4", "2025-Q3", "2025-Q4"]
    assert figure.chart.to_dict()["facet"]["field"] == "Group"
    assert "Dots below the line" in figure.see


def test_places_are_sorted_from_the_worst_and_marked_by_shape(results):
    figure = figures.places(results)
    assert list(figure.table["Place"]) == ["Elm", "Oak", "Fir"]
    assert "Worse off: Elm." in figure.text
    assert "Better off: Fir" in figure.text
    assert "triangle-down" in figure.chart.to_json()


def test_a_suppressed_group_is_not_drawn_and_is_said_and_listed(results):
    hidden = without(results, "rates", lambda frame: frame["group"] == "black")
    figure = figures.rates(hidden)
    assert "Black" not in {row.get("Group") for row in drawn_rows(figure)}
    assert figure.text.endswith("Not drawn: 1 suppressed to protect privacy.")
    assert figure.table.set_index("Group").loc["Black", "state"] == "suppressed"
    assert "suppressed to protect privacy" in figure._repr_html_()


def test_a_suppressed_gap_is_not_drawn_and_is_listed(results):
    hidden = without(results, "gaps", lambda frame: frame["group"] == "black")
    figure = figures.gaps(hidden)
    assert "In the whole city" not in {row["Comparison"] for row in drawn_rows(figure)}
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


def test_a_choice_without_rows_still_draws(results):
    for draw in (figures.rates, figures.gaps, figures.places):
        figure = draw(results, place="neighbourhood/Nowhere", period="2020-Q1")
        assert "nothing that can be shown" in figure.text
        assert "Infinity" not in figure.svg


@pytest.mark.parametrize("draw", [figures.rates, figures.gaps, figures.gap_over_time, figures.places])
def test_each_figure_has_words_a_table_and_only_columns_it_draws(results, draw):
    figure = draw(results)
    assert figure.svg.startswith("<svg")
    assert len(figure.text) > 40
    assert len(figure.see) > 20
    assert not figure.table.empty
    assert not {"cells", "p", "numerator"} & {key for row in drawn_rows(figure) for key in row}
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


def test_the_table_names_every_comparison_of_the_interval_in_words(results):
    rows = figures.table(results)
    assert rows.iloc[0][["Group", "Place", "Compared with", "Difference"]].tolist() == [
        "Black", "Whole city", "White residents", -10,
    ]  # fmt: skip
    assert rows["Adverse ratio"].iloc[0] == pytest.approx(4 / 3)
    assert set(rows.loc[rows["Place"] == "Elm", "Compared with"]) == {"the rest of the city"}
    assert len(rows) == (results.gaps["interval"] == "2025-Q4").sum()


def test_a_chosen_group_is_drawn_alone_against_the_reference(results):
    assert set(figures.gaps(results, group="race/black").table["Group"]) == {"Black"}
    assert figures.gaps(results, group="race/unknown").table.empty


@pytest.mark.parametrize("draw", [figures.rates, figures.gaps, figures.gap_over_time, figures.places])
def test_each_chart_keeps_to_the_schema_which_drawing_does_not_check(results, draw):
    figure = draw(results)
    assert figure.chart.to_dict(validate=True) == figure.chart.to_dict(validate=False)
