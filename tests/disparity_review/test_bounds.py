import numpy as np
import pandas as pd
import pytest

from workbench.disparity_review.bounds import COLUMNS, IMPUTED, bounds
from workbench.disparity_review.comparison import gaps
from workbench.disparity_review.counted import counted
from workbench.disparity_review.scope import Scope

ROWS = [("black", "Elm", 60, 100), ("white", "Elm", 160, 200), ("unknown", "Elm", 6, 10)]
IMPUTATION = {
    "surname": "surname",
    "surnames": "names",
    "surname_in": "name",
    "shares": {"black": "b", "white": "w"},
    "population": "people",
}


@pytest.fixture
def bounded(build_cube):
    """``bounded(rows, reference)``: the bounds of the gaps of 2025-Q4."""

    def build(rows=ROWS, reference="", *, impute=False, frames=None, about_people=True, **service):
        definition = {} if about_people else {"about_people": False, "least_listed": 1}
        cube = build_cube(
            [("2025-Q4", *row) for row in rows], frames=frames, definition=definition, **service
        )
        scope = Scope.of(cube, "2025-Q4", reference=reference, impute=impute)
        counts = counted(cube, scope)
        return bounds(cube, counts, gaps(counts, scope), scope)

    return build


def test_the_ends_give_the_unknown_to_whom_they_serve(bounded):
    row = bounded().iloc[0]
    assert (row["unknown"], row["unknown_share"]) == (10, pytest.approx(10 / 310))
    assert row["difference"] == pytest.approx(-0.2)
    assert row["lowest"] == pytest.approx(60 / 104 - 166 / 206)
    assert row["highest"] == pytest.approx(66 / 106 - 160 / 204)
    assert row["sign_certain"]
    assert row["cells"] == [
        f"2025-Q4|race={group}|city=all" for group in ("black", "white", "unknown", "all")
    ]


def test_the_sign_is_uncertain_where_the_ends_lie_on_both_sides(bounded):
    row = bounded([*ROWS[:2], ("unknown", "Elm", 100, 120)]).iloc[0]
    assert row["lowest"] < 0 < row["highest"]
    assert not row["sign_certain"]


def test_without_unknown_rows_both_ends_are_the_gap(bounded):
    row = bounded(ROWS[:2]).iloc[0]
    assert row["unknown"] == 0
    assert row["lowest"] == row["highest"] == pytest.approx(row["difference"])


def test_against_the_city_only_the_groups_own_rate_can_change(bounded):
    row = bounded(reference="city").iloc[0]
    city = 226 / 310
    assert row["difference"] == pytest.approx(0.6 - city)
    assert row["lowest"] == pytest.approx(60 / 104 - city)
    assert row["highest"] == pytest.approx(66 / 106 - city)


def test_a_group_without_rows_has_no_bounds(bounded):
    row = bounded(ROWS[1:]).iloc[0]
    assert row["state"] == "no data"
    assert np.isnan([row["difference"], row["lowest"], row["highest"]]).all()
    assert row["sign_certain"] is pd.NA


def test_one_group_only_has_nobody_to_be_compared_with(bounded):
    row = bounded(ROWS[:1]).iloc[0]
    assert row["state"] == "no data"


def test_every_assignment_of_the_unknown_lies_within_the_ends(bounded):
    row = bounded().iloc[0]
    for events, others in np.ndindex(7, 5):
        own = (60 + events) / (100 + events + others)
        other = (160 + 6 - events) / (200 + 10 - events - others)
        assert row["lowest"] - 1e-12 <= own - other <= row["highest"] + 1e-12


def imputed(numerator: float, denominator: float) -> dict:
    row = ("2025-Q4", "race", "black", numerator, denominator)
    return {
        "imputed": pd.DataFrame([row], columns=["interval", "dimension", "group", "numerator", "denominator"])
    }


def test_an_imputed_gap_is_shown_only_where_it_is_asked_for(bounded):
    row = bounded(frames=imputed(2.0, 5.0), imputation=IMPUTATION).iloc[0]
    assert np.isnan(row["imputed_difference"])
    assert IMPUTED not in row["method"]


def test_an_imputed_gap_adds_rows_by_their_probability(bounded):
    options = {"impute": True, "imputation": IMPUTATION}
    exact = bounded(frames=imputed(2.0, 5.0), about_people=False, **options).iloc[0]
    assert exact["imputed_difference"] == pytest.approx(62 / 105 - 0.8)
    assert exact["imputed_difference_lower"] < 62 / 105 - 0.8 < exact["imputed_difference_upper"]
    assert exact["method"].endswith("probability-weighted (BISG), a sensitivity")
    people = bounded(frames=imputed(2.0, 5.0), **options).iloc[0]
    assert people["imputed_difference"] == pytest.approx(-0.20)  # told in fiftieths: two rows of 100


def test_everyone_else_gains_what_is_imputed_to_others(bounded):
    options = {"impute": True, "imputation": IMPUTATION, "about_people": False}
    found = bounded(reference="everyone_else", frames=imputed(2.0, 5.0), **options).set_index("group")
    assert found.loc["white", "imputed_difference"] == pytest.approx(0.8 - 62 / 105)


def test_the_frame_has_its_columns(bounded):
    assert list(bounded().columns) == COLUMNS
