import csv

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analyses import Cube
from workbench.disparity_review import analyse
from workbench.disparity_review.mix.many import Grain
from workbench.disparity_review.mix.parts import Parts
from workbench.disparity_review.mix.split import measured, told
from workbench.findings.model import Verdict

EXACTLY = {"about_people": False, "least_listed": 1}


def one(frame: pd.DataFrame, **key) -> pd.Series:
    """The only row with these keys."""
    rows = frame
    for name, value in key.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def levels(parents: dict[str, str]) -> dict:
    """Entries of the definition: neighbourhoods within communities; nothing is about people."""
    finest = {"id": "neighbourhood", "title": "Neighbourhood", "within": "community", "parents": parents}
    coarsest = {"id": "community", "title": "Community", "within": "", "parents": {}}
    return EXACTLY | {"levels": [finest, coarsest]}


def quarter(*rows) -> list[tuple]:
    """Rows of 2025-Q4: group, neighbourhood, numerator, denominator, stratum."""
    return [("2025-Q4", *row) for row in rows]


def review(cube: Cube, **chosen):
    return analyse(cube, period="2025-Q4", **chosen)


# shares .5 .3 .2 and .2 .2 .6; rates .2 .5 .8 and .3 .5 .9
PLACES = quarter(
    *[("black", "Elm", 100, 500), ("white", "Elm", 60, 200)],
    *[("black", "Oak", 150, 300), ("white", "Oak", 100, 200)],
    *[("black", "Fir", 160, 200), ("white", "Fir", 540, 600)],
)
COMPOSITION = 0.3 * 0.25 + 0.1 * 0.5 - 0.4 * 0.85
TREATMENT = -0.1 * 0.35 - 0.1 * 0.4


def test_a_gap_is_split_into_where_people_live_and_how_they_fare_there(build_cube):
    row = one(review(build_cube(PLACES, definition=EXACTLY)).split, mix="neighbourhood")
    assert row["difference"] == pytest.approx(0.41 - 0.7)
    assert row["composition"] == pytest.approx(COMPOSITION)
    assert row["treatment"] == pytest.approx(TREATMENT)
    assert row["composition_share"] == pytest.approx(COMPOSITION / (0.41 - 0.7))
    assert row["composition_lower"] < COMPOSITION < row["composition_upper"]
    assert row["composition_share_lower"] < row["composition_share"] < row["composition_share_upper"]
    assert (row["parts"], row["left_out"], row["coverage"]) == (3, 0, 1)
    assert row["verdict"] == Verdict.WORSE_OFF


def test_of_people_the_published_pieces_add_up_as_they_are_rounded(build_cube):
    row = one(review(build_cube(PLACES)).split, mix="neighbourhood")
    assert (row["difference"], row["composition"], row["treatment"]) == (-0.29, -0.215, -0.075)
    assert row["composition_share"] == 0.75  # to a twentieth


def test_the_check_at_two_levels_is_two_rows(build_cube):
    split = review(build_cube(PLACES)).split
    assert list(split["mix"]) == ["neighbourhood", "community"]
    row = one(split, mix="community")  # North .8 v .4 of either side, rates 250/800 v 160/400
    assert row["composition"] == pytest.approx(0.4 * (0.3125 + 0.4) / 2 - 0.4 * 0.85)
    assert row["composition"] + row["treatment"] == pytest.approx(row["difference"], abs=1e-9)


def test_the_verdict_is_of_the_treatment_and_not_of_the_gap(build_cube):
    # the group fares better in every place, and worse over all
    rows = quarter(
        *[("black", "Elm", 2200, 5000), ("white", "Elm", 400, 1000)],
        *[("black", "Oak", 280, 400), ("white", "Oak", 660, 1000)],
        *[("black", "Fir", 470, 500), ("white", "Fir", 4500, 5000)],
    )
    row = one(review(build_cube(rows)).split, mix="neighbourhood")
    assert row["difference"] < 0 < row["treatment"]
    assert row["composition_share"] > 1
    assert row["verdict"] == Verdict.BETTER_OFF
    adverse = one(review(build_cube(rows, favourable=False)).split, mix="neighbourhood")
    assert adverse["verdict"] == Verdict.WORSE_OFF


def test_a_share_of_a_gap_that_may_be_nothing_is_missing(build_cube):
    rows = quarter(
        *[("black", "Elm", 55, 100), ("white", "Elm", 100, 200)],
        *[("black", "Oak", 50, 100), ("white", "Oak", 100, 200)],
    )
    row = one(review(build_cube(rows)).split, mix="neighbourhood")
    assert row["state"] == "value"
    assert np.isnan([row["composition_share"], row["composition_share_lower"]]).all()
    assert row["verdict"] == Verdict.CANT_TELL


def test_places_without_one_side_are_put_together_below_the_place_above(build_cube):
    parents = {"Elm": "North", "Oak": "North", "Ash": "North", "Fir": "South", "Yew": "South"}
    rows = quarter(
        *[("black", "Elm", 60, 100), ("white", "Elm", 80, 100)],
        *[("black", "Oak", 20, 50), ("white", "Ash", 60, 100)],
        *[("black", "Fir", 40, 100), ("white", "Yew", 100, 200)],
    )
    results = review(build_cube(rows, parents, definition=levels(parents)))
    row = one(results.split, mix="neighbourhood")
    # Elm; Oak and Ash; all of South: shares .4 .2 .4 and .25 .25 .5, rates .6 .4 .4 and .8 .6 .5
    assert (row["parts"], row["left_out"], row["coverage"]) == (3, 0, 1)
    assert row["composition"] == pytest.approx(0.15 * 0.7 - 0.05 * 0.5 - 0.1 * 0.45)
    found = results.contributions[results.contributions["mix"] == "neighbourhood"]
    assert set(found["part"]) == {"Elm", "North, other places", "South"}


def test_places_that_cannot_be_put_together_are_left_out_and_said(build_cube):
    rows = [*PLACES, *quarter(("white", "Yew", 10, 250))]
    parents = {"Elm": "North", "Oak": "North", "Fir": "South", "Yew": "West"}
    row = one(review(build_cube(rows, parents, definition=levels(parents))).split, mix="neighbourhood")
    assert (row["parts"], row["left_out"], row["coverage"], row["reference_coverage"]) == (3, 1, 1, 0.8)
    assert row["difference"] == pytest.approx(0.41 - 0.7)  # the gap that is split is that over the others


def test_one_part_is_not_split(build_cube):
    row = one(review(build_cube(quarter(("black", "Elm", 50, 100), ("white", "Elm", 80, 100)))).split,
              mix="neighbourhood")  # fmt: skip
    assert row["state"] == "no data"
    assert np.isnan(row["composition"])


def test_what_is_asked_for_is_a_mix_as_well(build_cube):
    rows = quarter(
        *[("black", "Elm", 300, 600, "pothole"), ("black", "Fir", 180, 200, "light")],
        *[("white", "Elm", 100, 200, "pothole"), ("white", "Fir", 900, 1000, "light")],
    )
    split = review(build_cube(rows, stratum="kind")).split
    row = one(split, mix="stratum", question="group")
    assert (row["composition"], row["treatment"]) == (pytest.approx(480 / 800 - 1000 / 1200, abs=2.6e-3), 0)
    elm = one(split, mix="stratum", place="Elm")  # only potholes there, none elsewhere
    assert (elm["parts"], elm["left_out"], elm["state"]) == (0, 2, "no data")
    assert set(split.loc[split["question"] == "place", "mix"]) == {"stratum"}


def test_admissions_to_berkeley_change_sign_within_departments(build_cube, shared, reference):
    expected = reference("disparity", "dg_ucb")["expected"]
    rows = list(csv.DictReader((shared / "cases" / "data/dasgupta/ucb.csv").open()))
    sides = {"Male": "white", "Female": "black"}
    counts = [(sides[row["Gender"]], row["Dept"], int(row["Admitted"]), int(row["n"])) for row in rows]
    itself = {row["Dept"]: row["Dept"] for row in rows}
    results = review(build_cube(quarter(*counts), itself, places={"community": "area"}))
    row = one(results.split, mix="community")
    crude, composition, rate = (
        (expected[name][1] - expected[name][0]) / 100 for name in ("crude", "composition", "rate")
    )
    assert (round(crude, 4), round(composition, 4), round(rate, 4)) == (-0.1416, -0.1777, 0.0360)
    assert row[["difference", "composition", "treatment"]].tolist() == pytest.approx(
        [crude, composition, rate], abs=1e-9
    )
    assert row["composition_share"] == pytest.approx(1.2544, abs=5e-5)
    assert row["verdict"] == Verdict.BETTER_OFF
    pooled = one(results.adjusted, mix="community")
    assert pooled["crude_difference"] == pytest.approx(crude)
    assert 1 / pooled["odds_ratio"] == pytest.approx(
        0.9047, abs=5e-5
    )  # R's mantelhaen.test of the same table
    added = results.contributions[["composition", "treatment"]].sum()
    assert added.tolist() == pytest.approx([composition, rate], abs=1e-9)


counts_of = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)),
    min_size=2,
    max_size=6,
)


@given(counts_of)
def test_composition_and_treatment_add_up_to_the_gap(build_cube, counts):
    sides = np.array([(x1, x1 + rest1 + 1, x2, x2 + rest2 + 1) for x1, rest1, x2, rest2 in counts])
    names = [f"place {number}" for number in range(len(sides))]
    found = measured(Parts.counted(names, [""] * len(sides), sides, published=True, safe=True), SCOPE)
    x1, n1, x2, n2 = sides.sum(axis=0)
    gap = x1 / n1 - x2 / n2
    assert found.split.composition + found.split.rate == pytest.approx(gap, abs=1e-9)
    for step in (0.0, 0.001, 0.02):
        row = told(found, Grain(step, 0.01))
        assert row["composition"] + row["treatment"] == pytest.approx(row["difference"], abs=1e-9)
        assert row["difference"] == pytest.approx(gap, abs=step / 2 + 1e-9)


class SCOPE:
    confidence, per_exposure = 0.95, False


def test_shares_of_residents_are_drawn_with_their_margin_of_error(build_cube):
    rows = quarter(
        *[("black", "Elm", 100, 10_000), ("white", "Elm", 100, 5_000)],
        *[("black", "Oak", 100, 5_000), ("white", "Oak", 100, 5_000)],
        *[("black", "Fir", 100, 2_000), ("white", "Fir", 900, 20_000)],
    )
    found = {}
    for margin in (0.0, 1_000.0):
        margins = {
            (group, "neighbourhood", place): margin
            for group in ("black", "white")
            for place in ("Elm", "Fir")
        }
        service = build_cube(rows).definition["service"]
        counted = {"service": service | {"outcome": service["outcome"] | {"kind": "per_resident"}}}
        row = one(review(build_cube(rows, margins=margins, definition=counted)).split, mix="neighbourhood")
        found[margin] = row["composition_upper"] - row["composition_lower"]
    assert found[1_000.0] > 1.2 * found[0.0]


def test_contributions_of_published_places_add_up_and_name_their_counts(build_cube):
    results = review(build_cube([*PLACES, *quarter(("black", "unknown", 5, 40))]))
    found = results.contributions
    assert list(zip(found["mix"], found["part"], strict=True)) == [
        ("community", "North"),
        ("community", "South"),
    ]
    assert found["share"].tolist() == pytest.approx([0.8, 0.2])
    row = one(results.split, mix="community")
    assert found["composition"].sum() == pytest.approx(row["composition"], abs=1e-9)
    assert found["treatment"].sum() == pytest.approx(row["treatment"], abs=1e-9)
    assert one(found, part="North")["cells"] == [
        *("2025-Q4|race=black|community=North", "2025-Q4|race=white|community=North"),
        *("2025-Q4|race=black|city=all", "2025-Q4|race=white|city=all"),
        *("2025-Q4|race=black|community=unknown", "2025-Q4|race=white|community=unknown"),
    ]


def test_a_small_part_is_marked_as_unreliable(build_cube):
    found = review(build_cube([*PLACES, *quarter(("black", "Yew", 5, 29), ("white", "Yew", 50, 90))],
                              {"Elm": "North", "Oak": "North", "Fir": "South", "Yew": "West"})).contributions  # fmt: skip
    assert found.set_index("part")["state"].to_dict() == {
        "North": "value",
        "South": "value",
        "West": "unreliable",
    }


def test_what_is_not_about_people_has_contributions_of_every_place(build_cube):
    results = review(build_cube(PLACES, definition=EXACTLY))
    found = results.contributions[results.contributions["mix"] == "neighbourhood"].set_index("part")
    assert found["composition"][["Elm", "Oak", "Fir"]].tolist() == pytest.approx(
        [0.3 * 0.25, 0.1 * 0.5, -0.4 * 0.85]
    )
    assert found["treatment"][["Elm", "Oak", "Fir"]].tolist() == pytest.approx([-0.1 * 0.35, 0, -0.1 * 0.4])
