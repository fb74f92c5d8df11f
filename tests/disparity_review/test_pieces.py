from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.disparity_review.counted import counted
from workbench.disparity_review.mix.pieces import pieces as made
from workbench.disparity_review.scope import Scope

EXACTLY = {"about_people": False, "least_listed": 1}
INTERVALS = ("2025-Q2", "2025-Q3", "2025-Q4")
PLACES = ("Elm", "Oak", "Fir")


def pieces(cube, **chosen) -> pd.DataFrame:
    scope = Scope.of(cube, "2025-Q4", **chosen)
    frame = made(cube, counted(cube, scope), scope)
    return frame[frame["group"] == "black"].set_index("interval")


def rows_of(counts) -> list[tuple]:
    """Rows of black and white residents by interval and place, from their numerators and denominators."""
    return [
        (interval, group, place, *counts[interval][place][side])
        for interval in counts
        for place in counts[interval]
        for side, group in enumerate(("black", "white"))
    ]


def moved(first: dict, later: dict) -> dict:
    return {"2025-Q2": first, "2025-Q3": first, "2025-Q4": later}


def levels(parents: dict[str, str]) -> list[dict]:
    return [
        {"id": "neighbourhood", "title": "Neighbourhood", "within": "community", "parents": parents},
        {"id": "community", "title": "Community", "within": "", "parents": {}},
    ]


ALIKE = {"Elm": ((100, 500), (60, 300)), "Fir": ((320, 400), (480, 600))}


def test_a_gap_that_moved_with_people_is_told_from_one_that_moved_with_rates(build_cube):
    people = {"Elm": ((160, 800), (60, 300)), "Fir": ((80, 100), (480, 600))}
    found = pieces(build_cube(rows_of(moved(ALIKE, people)), definition=EXACTLY)).loc["2025-Q4"]
    assert found["treatment_change"] == pytest.approx(0)
    assert found["composition_change"] == pytest.approx((160 + 80 - 100 - 320) / 900)
    rates = {"Elm": ((50, 500), (60, 300)), "Fir": ((280, 400), (480, 600))}
    found = pieces(build_cube(rows_of(moved(ALIKE, rates)), definition=EXACTLY)).loc["2025-Q4"]
    assert found["composition_change"] == pytest.approx(0)
    assert found["treatment_change"] == pytest.approx(-0.1)
    assert found["treatment"] == pytest.approx(-0.1)


counts = st.tuples(st.integers(0, 40), st.integers(1, 40)).map(lambda pair: (pair[0], sum(pair)))


@given(st.lists(counts, min_size=18, max_size=18))
@settings(max_examples=15)
def test_pieces_of_any_two_intervals_add_up_to_the_change(build_cube, drawn):
    every = iter([(x + 30, n + 60) for x, n in drawn])
    rows = rows_of({name: {place: (next(every), next(every)) for place in PLACES} for name in INTERVALS})
    found = pieces(build_cube(rows, definition=EXACTLY))
    assert (found["composition"] + found["treatment"] - found["difference"]).abs().max() < 1e-9
    changes = found["composition_change"] + found["treatment_change"]
    for first, second in combinations(INTERVALS, 2):
        assert changes[second] - changes[first] == pytest.approx(
            found["difference"][second] - found["difference"][first], abs=1e-9
        )
    rounded = pieces(build_cube(rows))
    shown = rounded[rounded["state"] == "value"]
    assert (shown["composition"] + shown["treatment"] - shown["difference"]).abs().max() < 1e-9
    moved = shown["composition_change"] + shown["treatment_change"]
    assert (moved - (shown["difference"] - shown["difference"].iloc[0])).abs().max() < 1e-9


def test_the_first_interval_has_no_change_and_the_method_says_what_is_covered(build_cube):
    counts = moved(ALIKE | {"Oak": ((0, 0), (50, 100))}, ALIKE)
    parents = {"Elm": "North", "Oak": "East", "Fir": "South"}
    found = pieces(build_cube(rows_of(counts), parents, definition={"levels": levels(parents)}))
    assert found.loc["2025-Q2", ["composition_change", "treatment_change"]].tolist() == [0, 0]
    assert found["method"].tolist() == [
        "Kitagawa, Das Gupta over 3 intervals; 2 parts with 100% of the group and 90% of the others",
        "Kitagawa, Das Gupta over 3 intervals; 2 parts with 100% of the group and 90% of the others",
        "Kitagawa, Das Gupta over 3 intervals; 2 parts with 100% of the group and 100% of the others",
    ]


def test_places_are_put_together_alike_in_every_interval(build_cube):
    without = {"Elm": ((100, 500), (60, 300)), "Oak": ((0, 0), (50, 100)), "Fir": ALIKE["Fir"]}
    later = without | {"Oak": ((50, 100), (50, 100))}
    found = pieces(build_cube(rows_of(moved(without, later)), definition=EXACTLY))
    assert found["method"].str.contains("2 parts with 100%").all()  # North as one, and Fir
    n, other = np.array([600, 400]), np.array([400, 600])
    rate, theirs = np.array([150 / 600, 0.8]), np.array([110 / 400, 0.8])
    share, their = n / n.sum(), other / other.sum()
    composition = ((share - their) * (rate + theirs) / 2).sum()
    assert found.loc["2025-Q4", "composition"] == pytest.approx(composition)


def test_an_interval_with_too_few_rows_is_left_out_of_all(build_cube):
    few = {"Elm": ((3, 14), (60, 300)), "Fir": ((5, 15), (480, 600))}
    counts = {"2025-Q2": ALIKE, "2025-Q3": few, "2025-Q4": ALIKE}
    found = pieces(build_cube(rows_of(counts)))
    assert found["state"].tolist() == ["value", "unreliable", "value"]
    assert np.isnan(found.loc["2025-Q3", "difference"])
    assert found.loc["2025-Q4", "method"].startswith("Kitagawa, Das Gupta over 2 intervals")
    cells = {cell for cells in found["cells"].loc[["2025-Q2", "2025-Q4"]] for cell in cells}
    assert cells == {
        f"{name}|race={group}|city=all" for name in ("2025-Q2", "2025-Q4") for group in ("black", "white")
    }


def test_small_counts_of_few_places_in_one_interval_hide_that_interval_alone(build_cube):
    small = {"Elm": ((5, 500), (60, 300)), "Fir": ((320, 400), (480, 600))}
    counts = {"2025-Q2": ALIKE, "2025-Q3": small, "2025-Q4": ALIKE}
    found = pieces(build_cube(rows_of(counts)))
    assert found["state"].tolist() == ["value", "no data", "value"]
    assert found["method"].iloc[1] == ""


def test_against_everyone_else_and_the_city_the_others_are_summed(build_cube):
    rows = rows_of(moved(ALIKE, ALIKE)) + [(name, "unknown", "Elm", 40, 400) for name in INTERVALS]
    cube = build_cube(rows, definition=EXACTLY)
    named = pieces(cube)["difference"]
    assert pieces(cube, reference="everyone_else")["difference"].tolist() == pytest.approx(named.tolist())
    whole = pieces(cube, reference="city")
    assert set(whole["reference_group"]) == {"everyone_else"}
    assert whole.loc["2025-Q4", "difference"] == pytest.approx(420 / 900 - (540 + 40) / (900 + 400))


def test_a_service_without_groups_has_no_pieces(build_cube):
    rows = [("2025-Q4", "all", "Elm", 50, 100)]
    assert pieces(build_cube(rows, groups={})).empty
