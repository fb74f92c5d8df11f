"""Repeat users widen the gap within parts, and summaries, as they widen the gap as it is."""

import pandas as pd
import pytest

from workbench.disparity_review import analyse

PLACES = ("Elm", "Oak", "Fir")
OF_FOUR = 4.05  # 4 rows a person, all alike: 4, with few persons a little more, told in twentieths


def review(build_cube, rows_a_person: int) -> pd.DataFrame:
    """A gap of 5 points in three places; each Black person comes so often and fares alike each time."""
    rows, repeats = [], []
    for place in PLACES:
        for group, x in (("black", 300), ("white", 320)):
            each = rows_a_person if group == "black" else 1
            rows.append(("2025-Q4", group, place, x, 400))
            repeats.append(("2025-Q4", group, place, 400 // each, 400 * each, x * each, x * each))
    cube = build_cube(rows, repeats=repeats, definition={"least_listed": 1, "about_people": False})
    return analyse(cube, period="2025-Q4")


@pytest.mark.parametrize(
    ("frame", "figure"),
    [("adjusted", "difference"), ("adjusted", "standardised_difference"), ("split", "treatment")],
)
def test_a_person_who_comes_four_times_is_no_four_persons(build_cube, frame, figure):
    once, often = (
        getattr(review(build_cube, times), frame).set_index("mix").loc["neighbourhood"] for times in (1, 4)
    )
    assert [once[figure], often[figure]] == pytest.approx([-0.05, -0.05])
    width, wider = (row[f"{figure}_upper"] - row[f"{figure}_lower"] for row in (once, often))
    assert wider / width == pytest.approx(OF_FOUR**0.5, rel=0.02)
    assert often["method"].endswith("repeat users counted (design effect 4.05)")
    assert "repeat users" not in once["method"]


def test_the_gap_within_places_is_no_surer_than_the_gap_as_it_is(build_cube):
    row = review(build_cube, 4).adjusted.set_index("mix").loc["neighbourhood"]
    assert row["crude_p"] > 0.05
    assert row["p"] > 0.05
    assert row["homogeneity_p"] == pytest.approx(1)
    assert row["pattern"] == "no gap found"


def test_what_chance_alone_would_show_is_larger_with_persons_who_come_again(build_cube):
    once, often = (
        review(build_cube, times)
        .summary.set_index(["place_level", "index"])
        .loc[("city", "range_difference")]
        for times in (1, 4)
    )
    assert once["value"] == often["value"] == pytest.approx(5)
    assert (bool(once["above_noise"]), bool(often["above_noise"])) == (True, False)
    # of 1 + 1 parts of the variance 4.05 + 1 are left
    assert often["noise_floor"] / once["noise_floor"] == pytest.approx((5.05 / 2) ** 0.5, rel=0.05)
