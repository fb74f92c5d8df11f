import numpy as np
import pandas as pd
import pytest

from workbench.disparity_review.comparison import gaps
from workbench.disparity_review.counted import counted
from workbench.disparity_review.mix.many import EXACT, ROUNDED, WITHHELD, Grain, protection
from workbench.disparity_review.mix.mixes import mixes
from workbench.disparity_review.mix.parts import SIDES, Parts
from workbench.disparity_review.mix.together import together
from workbench.disparity_review.scope import Scope


def cut(cube, **chosen):
    scope = Scope.of(cube, "2025-Q4", **chosen)
    return mixes(cube, gaps(counted(cube, scope), scope), scope)


def quarter(*rows) -> list[tuple]:
    return [("2025-Q4", *row) for row in rows]


ROWS = quarter(
    *[("black", "Elm", 30, 60, "pothole"), ("black", "Fir", 18, 20, "light")],
    *[("white", "Elm", 10, 20, "pothole"), ("white", "Fir", 90, 100, "light")],
    *[("unknown", "Fir", 5, 11, "light"), ("unknown", "unknown", 50, 70, "light")],
)


def sides(frame, **key) -> dict[str, list[int]]:
    for name, value in key.items():
        frame = frame[frame[name] == value]
    return {row["part"]: [row[side] for side in SIDES] for row in frame.to_dict("records")}


def test_a_group_is_cut_by_the_places_of_each_level(build_cube):
    found = cut(build_cube(ROWS))
    assert sides(found, mix="neighbourhood") == {"Elm": [30, 60, 10, 20], "Fir": [18, 20, 90, 100]}
    assert sides(found, mix="community") == {"North": [30, 60, 10, 20], "South": [18, 20, 90, 100]}
    assert set(found["place"]) == {"all"}
    assert found.set_index("part")["parent"].to_dict() == {
        "Elm": "North",
        "Fir": "South",
        "North": "",
        "South": "",
    }
    assert found.groupby("mix")["published"].all().to_dict() == {"community": True, "neighbourhood": False}


@pytest.mark.parametrize(
    ("reference", "others", "name"),
    [
        ("white", [90, 100], "white"),
        ("everyone_else", [90, 100], "everyone_else"),
        ("city", [95, 111], "everyone_else"),
    ],
)
def test_the_other_side_is_a_group_or_everyone_else_in_the_part(build_cube, reference, others, name):
    found = cut(build_cube(ROWS), reference=reference)
    assert sides(found, mix="neighbourhood", group="black")["Fir"] == [18, 20, *others]
    assert set(found["reference_group"]) == {name}


def test_the_best_group_is_one_like_any_other(build_cube):
    found = cut(build_cube(ROWS), reference="best")
    assert set(found["reference_group"]) == {"white"}


@pytest.mark.parametrize(("reference", "others"), [("white", [90, 100]), ("city", [145, 181])])
def test_a_group_is_cut_by_kind_in_the_whole_city(build_cube, reference, others):
    cube = build_cube(ROWS, stratum="kind", definition={"about_people": False, "least_listed": 1})
    found = cut(cube, reference=reference)
    assert sides(found, mix="stratum", question="group", group="black") == {
        "light": [18, 20, *others],
        "pothole": [30, 60, 10, 20],
    }


def test_a_place_is_cut_by_kind_against_all_that_is_elsewhere(build_cube):
    cube = build_cube(ROWS, stratum="kind", definition={"about_people": False, "least_listed": 1})
    found = cut(cube)
    assert sides(found, mix="stratum", place="Fir") == {
        "light": [113, 131, 50, 70],
        "pothole": [0, 0, 40, 80],
    }


def test_a_service_without_kinds_is_cut_by_place_only(build_cube):
    assert set(cut(build_cube(ROWS))["mix"]) == {"neighbourhood", "community"}


def test_margins_of_error_of_the_others_are_the_root_of_their_squares(build_cube):
    margins = {
        (group, "neighbourhood", "Fir"): size
        for group, size in (("black", 5.0), ("white", 3.0), ("unknown", 4.0))
    }
    found = cut(build_cube(ROWS, margins=margins), reference="city")
    row = found[(found["part"] == "Fir") & (found["group"] == "black")].iloc[0]
    assert (row["margin"], row["reference_margin"]) == (5, 5)


@pytest.mark.parametrize(
    ("sizes", "found"),
    [
        ([[3, 1], [2, 2]], {"a": [0], "b": [1]}),
        ([[3, 1], [0, 2]], {"a and other places": [0, 1]}),
        ([[3, 2], [0, 2], [3, 1]], {"a": [0], "c and other places": [1, 2]}),
        ([[3, 1], [0, 0]], {"a": [0]}),
        ([[3, 0], [0, 0]], {}),
        ([[3, 1], [0, 2], [4, 0]], {"a": [0], "North, other places": [1, 2]}),
        ([[1, 0], [0, 2]], {"North": [0, 1]}),
    ],
)
def test_parts_that_lack_a_side_are_put_together(sizes, found):
    assert together("abc"[: len(sizes)], ["North"] * len(sizes), np.array(sizes)) == found


def test_parts_with_nothing_above_them_are_left_out_and_not_put_together():
    assert together(["a", "b", "c"], ["", "", ""], np.array([[1, 1], [0, 2], [2, 0]])) == {"a": [0]}


@pytest.mark.parametrize(
    ("published", "safe", "how"), [(False, True, ROUNDED), (False, False, WITHHELD), (True, False, EXACT)]
)
def test_how_figures_over_two_places_are_told(build_cube, published, safe, how):
    cube = build_cube(ROWS)
    parts = cut(cube)[lambda frame: frame["mix"] == "neighbourhood"]
    parts = parts.assign(published=published, safe=safe)
    assert protection(Parts.of(parts), Scope.of(cube, "2025-Q4")) == how


def test_a_small_count_of_any_group_makes_a_level_unsafe(build_cube):
    large = quarter(*[(group, place, 50, 100) for group in ("black", "white") for place in ("Elm", "Fir")])
    assert cut(build_cube(large))["safe"].all()
    found = cut(build_cube([*large, *quarter(("unknown", "Elm", 18, 30))]))
    assert found["safe"].all()
    found = cut(build_cube([*large, *quarter(("unknown", "Elm", 25, 30))]))
    assert not found["safe"].any()  # 5 of the 30 without a recorded group


KINDS = ("a", "b", "c")


def by_kind(build_cube, counts, **chosen):
    """Comparisons by kind of literal counts: for each group, numerator and denominator of each kind."""
    rows = [(group, "Elm", *counts[group][k], kind) for group in counts for k, kind in enumerate(KINDS)]
    found = cut(build_cube(quarter(*rows), stratum="kind"), **chosen)
    return found[(found["mix"] == "stratum") & (found["question"] == "group")]


def test_unlike_kinds_that_are_put_together_are_left_out_alike_for_all_groups(build_cube):
    counts = {
        "black": [(40, 80), (20, 40), (5, 30)],
        "white": [(400, 800), (200, 400), (150, 300)],
        "unknown": [(20, 40), (5, 9), (20, 40)],
    }
    found = by_kind(build_cube, counts, reference="everyone_else")
    assert found["safe"].all()
    for group in ("black", "white"):
        assert set(found.loc[found["group"] == group, "part"]) == {"a"}  # b and c are not alike


def test_the_smallest_group_is_left_out_where_it_would_leave_one_part(build_cube):
    counts = {
        "black": [(5, 8), (3, 9), (5, 12)],
        "white": [(400, 800), (200, 400), (150, 300)],
        "unknown": [(20, 40), (25, 50), (20, 40)],
    }
    found = by_kind(build_cube, counts, reference="everyone_else").set_index("group")
    assert not found.loc["black", "safe"].any()
    assert found.loc["white", "safe"].all()
    assert set(found.loc["white", "part"]) == {"a", "b", "c"}
    named = by_kind(build_cube, counts, reference="white")
    assert not named["safe"].any()


@pytest.mark.parametrize(
    ("people", "step"),
    [(10_000, 0.001), (9_999, 0.002), (2_500, 0.002), (400, 0.005), (399, 0.01), (120, 0.02), (30, 0.1)],
)
def test_rates_are_told_no_finer_than_two_people_or_a_fifth_of_their_error(build_cube, people, step):
    scope = Scope.of(build_cube(ROWS), "2025-Q4")
    row = {
        "numerator": people // 2,
        "denominator": people,
        "reference_numerator": 10**5,
        "reference_denominator": 10**6,
    }
    grain = Grain.of(ROUNDED, row, scope)
    assert grain.step == step
    assert Grain.of(EXACT, row, scope).step == 0


def test_ratios_and_p_values_are_rounded_to_what_they_can_bear():
    grain = Grain(0.001, 1 / 40)
    assert [grain.ratio(value) for value in (0.3, 2.04, 13.7)] == [0.3, 2.0, 13.5]
    values = (0.0, 1e-9, 0.001, 0.0101, 0.4, 1.0)
    assert [grain.p(value) for value in values] == [0.001, 0.001, 0.001, 0.05, 0.5, 1.0]
    assert np.isnan(grain.p(np.nan))
    assert (Grain().ratio(2.04), Grain().p(1e-9), Grain().rate(0.12345)) == (2.04, 1e-9, 0.12345)
    assert str(grain.rate(-0.0001)) == "0.0"


def test_parts_that_are_compared_as_one_are_added_up():
    frame = pd.DataFrame(
        {
            "part": ["a", "b", "c"],
            "parent": "North",
            **dict(zip(SIDES, [[1, 2, 4], [10, 20, 40], [0, 5, 6], [0, 50, 60]], strict=True)),
            "margin": [3.0, 4.0, 1.0],
            "reference_margin": 0.0,
            "published": [True, False, True],
            "safe": True,
            "cells": [["A"], ["B"], ["C"]],
        }
    )
    found = Parts.of(frame).joined({"c": [2], "b and other places": [0, 1]})
    assert found.names.tolist() == ["c", "b and other places"]
    assert found.sides.tolist() == [[4, 40, 6, 60], [3, 30, 5, 50]]
    assert found.margins.tolist() == [[1, 0], [5, 0]]
    assert found.published.tolist() == [True, False]
    assert found.cells.tolist() == [["C"], ["A", "B"]]
