import numpy as np
import pandas as pd
import pytest

from workbench.disparity_review.counted import counted
from workbench.disparity_review.scope import Scope
from workbench.disparity_review.summary import COLUMNS, summary

ROWS = [("black", "Elm", 60, 100), ("white", "Elm", 160, 200), ("unknown", "Elm", 6, 10)]
PARENTS = {f"P{place}": "North" if place < 2 else "South" for place in range(4)}


@pytest.fixture
def summarised(build_cube):
    """``summarised(rows, period, **service)``: the summary measures of literal rows."""

    def build(rows, parents=PARENTS, *, disadvantage=None, reference="", period="2025-Q4", **service):
        rows = [row if row[0].startswith("20") else ("2025-Q4", *row) for row in rows]
        cube = build_cube(rows, parents, **service)
        for level in cube.definition["levels"]:
            if level["within"]:
                level |= {
                    "parents": parents,
                    "disadvantage": disadvantage or {},
                    "disadvantage_title": "poverty",
                }
        scope = Scope.of(cube, period, reference=reference)
        return summary(counted(cube, scope), cube, scope)

    return build


def at(frame, index, level="city", interval="2025-Q4"):
    rows = frame[
        (frame["index"] == index) & (frame["place_level"] == level) & (frame["interval"] == interval)
    ]
    assert len(rows) == 1, index
    return rows.iloc[0]


def test_indices_over_groups_are_in_points_and_weigh_by_rows(summarised):
    found = summarised(ROWS)
    mean = (100 * 60 + 200 * 80) / 300
    variance = (100 * (60 - mean) ** 2 + 200 * (80 - mean) ** 2) / 300
    row = at(found, "between_group_variance")
    assert row["value"] == pytest.approx(variance)
    # Less what noise adds: sum of w (1 - w) se^2, both weights being 1/3 and 2/3.
    noise = 2 / 9 * (60 * 40 / 100 + 80 * 20 / 200)
    assert row["corrected"] == pytest.approx(variance - noise)
    assert row["noise_upper"] < row["value"]
    assert row["above_noise"]
    assert (row["groups"], row["unit"], row["state"]) == (2, "squared points", "value")
    assert at(found, "range_difference")["value"] == pytest.approx(20)
    assert at(found, "population_attributable_risk")["value"] == pytest.approx(80 - mean)


def test_a_row_names_the_counts_of_all_its_groups(summarised):
    row = at(summarised(ROWS), "theil")
    assert row["cells"] == ["2025-Q4|race=black|city=all", "2025-Q4|race=white|city=all"]


def test_the_same_interval_a_year_before_has_rows_of_its_own(summarised):
    found = summarised([*ROWS, ("2024-Q4", "black", "Elm", 80, 100), ("2024-Q4", "white", "Elm", 160, 200)])
    row = at(found, "range_difference", interval="2024-Q4")
    assert row["value"] == pytest.approx(0)
    assert row["cells"] == ["2024-Q4|race=black|city=all", "2024-Q4|race=white|city=all"]
    assert set(found["interval"]) == {"2024-Q4", "2025-Q4"}


def test_of_yearly_services_the_year_before_is_summarised_too(summarised):
    rows = [
        (year, group, "Elm", 60, 100) for year in ("2023", "2024", "2025") for group in ("black", "white")
    ]
    found = summarised(rows, period="2025", frequency="year")
    assert set(found["interval"]) == {"2024", "2025"}


def test_one_group_only_has_no_index(summarised):
    found = summarised(ROWS[:1])
    row = at(found, "index_of_disparity")
    assert (row["state"], row["groups"]) == ("no data", 1)
    assert np.isnan(row["value"])
    assert at(found, "theil")["above_noise"] is pd.NA


def test_groups_in_which_nobody_or_everybody_has_the_event_still_have_an_error(summarised):
    row = at(summarised([("black", "Elm", 0, 40), ("white", "Elm", 40, 40)]), "range_difference")
    assert row["value"] == pytest.approx(100)
    assert row["noise_floor"] > 0


def test_indices_that_need_a_reference_are_left_out_without_one(summarised):
    assert "mean_difference_from_reference" in set(summarised(ROWS)["index"])
    everyone = summarised(ROWS, reference="everyone_else")
    assert "mean_difference_from_reference" not in set(everyone["index"])


def test_places_of_each_level_are_compared_and_the_unrecorded_left_out(summarised):
    rows = [("white", f"P{place}", 20 + 10 * place, 100) for place in range(4)]
    found = summarised([*rows, ("white", "unknown", 5, 5)])
    fine, coarse = (at(found, "range_difference", level) for level in ("neighbourhood", "community"))
    assert (fine["value"], fine["groups"]) == (pytest.approx(30), 4)
    assert (coarse["value"], coarse["groups"]) == (pytest.approx(20), 2)
    assert fine["cells"] == [f"2025-Q4|race=all|neighbourhood=P{place}" for place in range(4)]


def test_places_are_ordered_by_their_declared_disadvantage_and_groups_never(summarised):
    rows = [("white", f"P{place}", 20 + 10 * place, 100) for place in range(4)]
    found = summarised(rows, disadvantage={"P0": 40.0, "P1": 30.0, "P2": 20.0, "P3": 10.0})
    slope = at(found, "slope_index", "neighbourhood")
    # Least squares over the ridits 1/8, 3/8, 5/8 and 7/8 of 20, 30, 40 and 50.
    assert slope["value"] == pytest.approx(40)
    assert slope["lower"] < 40 < slope["upper"]
    assert slope["above_noise"]
    assert at(found, "relative_index", "neighbourhood")["value"] == pytest.approx(55 / 15)
    # 2 w (y - mean) (R - 1/2), each w a quarter.
    assert at(found, "absolute_concentration", "neighbourhood")["value"] == pytest.approx(6.25)
    assert at(found, "relative_concentration", "neighbourhood")["value"] == pytest.approx(100 * 6.25 / 35)
    assert "poverty" in slope["method"]
    ordered = found[found["index"].isin(["slope_index", "relative_index", "absolute_concentration"])]
    assert set(ordered["place_level"]) == {"neighbourhood"}


def test_the_order_turned_round_turns_the_slope(summarised):
    rows = [("white", f"P{place}", 20 + 10 * place, 100) for place in range(4)]
    found = summarised(rows, disadvantage={f"P{place}": 10.0 * place for place in range(4)})
    assert at(found, "slope_index", "neighbourhood")["value"] == pytest.approx(-40)


def test_a_place_without_a_figure_is_not_in_the_order(summarised):
    rows = [("white", f"P{place}", 20 + 10 * place, 100) for place in range(4)]
    found = summarised(rows, disadvantage={"P0": 40.0, "P1": 30.0, "P2": 20.0})
    row = at(found, "slope_index", "neighbourhood")
    assert row["groups"] == 3
    assert "2025-Q4|race=all|neighbourhood=P3" not in row["cells"]


def test_two_places_have_no_order(summarised):
    rows = [("white", f"P{place}", 20 + 10 * place, 100) for place in range(2)]
    assert "slope_index" not in set(summarised(rows, disadvantage={"P0": 4.0, "P1": 3.0})["index"])


@pytest.mark.parametrize("count", [0, 100])
def test_nobody_or_everybody_has_no_inequality(summarised, count):
    found = summarised([("black", "Elm", count, 100), ("white", "Elm", count, 100)])
    assert at(found, "between_group_variance")["value"] == 0
    assert not at(found, "between_group_variance")["above_noise"]


def test_the_order_of_groups_changes_nothing(summarised):
    there, back = summarised(ROWS), summarised(ROWS[::-1])
    assert there["value"].tolist() == pytest.approx(back["value"].tolist(), nan_ok=True)
    assert list(there.columns) == COLUMNS
