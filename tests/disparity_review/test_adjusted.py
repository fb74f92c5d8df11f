import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.disparity_review import analyse
from workbench.disparity_review.mix.patterns import p_of
from workbench.findings.model import Verdict


def one(frame: pd.DataFrame, **key) -> pd.Series:
    """The only row with these keys."""
    rows = frame
    for name, value in key.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def quarter(*rows) -> list[tuple]:
    """Rows of 2025-Q4: group, neighbourhood, numerator, denominator, stratum."""
    return [("2025-Q4", *row) for row in rows]


def adjusted(cube, **chosen) -> pd.DataFrame:
    return analyse(cube, period="2025-Q4", **chosen).adjusted


MIXED = quarter(
    *[("black", "Elm", 50, 100), ("white", "Elm", 50, 100)],
    *[("black", "Oak", 450, 900), ("white", "Oak", 100, 200)],
    *[("black", "Fir", 228, 240), ("white", "Fir", 1900, 2000)],
)


def test_a_gap_that_is_all_where_people_live_is_told_from_treatment(build_cube):
    row = one(adjusted(build_cube(MIXED)), mix="neighbourhood")
    assert row["crude_difference"] == pytest.approx(728 / 1240 - 2050 / 2300)
    assert (row["difference"], row["ratio"], row["odds_ratio"]) == (0, 1, 1)
    assert row["standardised_difference"] == 0
    assert row["pattern"] == "where people live"


def test_a_gap_of_treatment_is_within_the_same_place(two_quarters):
    row = one(adjusted(two_quarters), mix="neighbourhood")
    assert row["pattern"] == "within the same place"
    assert row["verdict"] == Verdict.WORSE_OFF
    assert (row["difference"], row["standardised_rate"], row["standardised_reference_rate"]) == (
        -0.2,
        0.7,
        0.9,
    )
    assert (row["parts"], row["coverage"], row["reference_coverage"]) == (3, 1.0, 1.0)


def test_both_sides_are_standardised_to_the_mix_of_both_together(build_cube):
    # weights 600, 400 and 500 of 1500; black rates .2 .5 .8, white rates .3 .5 .9; told to .005
    rows = quarter(
        *[("black", "Elm", 100, 500), ("white", "Elm", 30, 100)],
        *[("black", "Oak", 100, 200), ("white", "Oak", 100, 200)],
        *[("black", "Fir", 80, 100), ("white", "Fir", 360, 400)],
    )
    row = one(adjusted(build_cube(rows)), mix="neighbourhood")
    assert row["standardised_rate"] == pytest.approx((0.2 * 600 + 0.5 * 400 + 0.8 * 500) / 1500, abs=2.6e-3)
    assert row["standardised_reference_rate"] == pytest.approx((180 + 200 + 450) / 1500, abs=2.6e-3)
    assert row["standardised_difference"] == pytest.approx(-110 / 1500, abs=2.6e-3)
    # pooled: weights 500*100/600, 200*200/400, 100*400/500
    weights = np.array([500 / 6, 100, 80])
    assert row["difference"] == pytest.approx((weights * [-0.1, 0, -0.1]).sum() / weights.sum(), abs=2.6e-3)
    assert row["standardised_difference_lower"] < row["standardised_difference"] < 0


def test_a_gap_that_is_alike_everywhere_is_told_from_one_that_turns_round(build_cube):
    alike = quarter(*[(group, place, x, 400) for place in ("Elm", "Oak", "Fir")
                      for group, x in (("black", 200), ("white", 280))])  # fmt: skip
    turned = quarter(*[(group, place, x, 400) for place, sign in (("Elm", 1), ("Oak", 1), ("Fir", -1))
                       for group, x in (("black", 240 - 40 * sign), ("white", 240 + 40 * sign))])  # fmt: skip
    assert one(adjusted(build_cube(alike)), mix="neighbourhood")["homogeneity_p"] == 1
    assert one(adjusted(build_cube(turned)), mix="neighbourhood")["homogeneity_p"] == 0.001


def test_more_of_an_adverse_outcome_in_the_same_place_is_worse_off(two_quarters, build_cube):
    rows = [("2025-Q4", group, place, x, 400) for place in ("Elm", "Oak", "Fir")
            for group, x in (("black", 200), ("white", 100))]  # fmt: skip
    row = one(adjusted(build_cube(rows, favourable=False)), mix="neighbourhood")
    assert (row["difference"], row["verdict"]) == (0.25, Verdict.WORSE_OFF)
    assert one(adjusted(build_cube(rows)), mix="neighbourhood")["verdict"] == Verdict.BETTER_OFF


def test_a_gap_over_two_places_is_not_pooled(two_quarters):
    row = one(adjusted(two_quarters), mix="community")
    assert (row["parts"], row["state"], row["pattern"]) == (2, "no data", "unclear")
    assert np.isnan([row["difference"], row["standardised_difference"], row["homogeneity_p"]]).all()
    assert row["verdict"] == Verdict.CANT_TELL


def test_a_place_without_one_side_is_left_out_and_coverage_of_both_is_said(build_cube):
    rows = [*MIXED, *quarter(("white", "Ash", 100, 200))]
    cube = build_cube(rows, {"Elm": "North", "Oak": "North", "Fir": "South", "Ash": "South"})
    row = one(adjusted(cube), mix="neighbourhood")
    assert (row["parts"], row["coverage"]) == (3, 1.0)
    assert row["reference_coverage"] == 0.9  # 2300 of 2500, to a twentieth
    assert row["difference"] == 0


def test_figures_over_few_unpublished_places_do_not_tell_a_small_count(build_cube):
    places = [("black", "Elm", 5, 30), ("black", "Oak", 450, 900), ("black", "Fir", 228, 240)]
    places += [("white", place, 100, 200) for place in ("Elm", "Oak", "Fir")]
    results = analyse(build_cube(quarter(*places)), period="2025-Q4")
    row = one(results.adjusted, mix="neighbourhood")
    figures = row.loc["standardised_rate":"homogeneity_p"]
    assert figures.isna().all(), figures
    assert row["state"] == "no data"
    assert np.isnan(one(results.split, mix="neighbourhood")["composition"])


def places_of(few: int, many: int) -> list[tuple]:
    small = [("black", f"Place {k}", 5, 30) for k in range(few)]
    large = [("black", f"Place {k}", 60, 101) for k in range(few, many)]
    return quarter(*small, *large, *[("white", f"Place {k}", 70, 100) for k in range(many)])


@pytest.mark.parametrize(("few", "named"), [(0, True), (19, True), (20, False)])
@pytest.mark.parametrize("frame", ["adjusted", "split"])
def test_figures_over_published_places_derive_from_their_counts_unless_many_are_small(
    build_cube, few, named, frame
):
    itself = {f"Place {k}": f"Place {k}" for k in range(22)}
    results = analyse(build_cube(places_of(few, 22), itself, places={"community": "area"}), period="2025-Q4")
    row = one(getattr(results, frame), mix="community")
    assert np.isfinite(row["difference"])
    assert ("2025-Q4|race=black|community=Place 0" in row["cells"]) == named
    assert (round(row["difference"], 3) == row["difference"]) == (not named)


@pytest.mark.parametrize(("parents", "state"), [(2, "value"), (3, "no data")])
def test_one_unpublished_place_in_each_place_above_is_known_from_the_rest(build_cube, parents, state):
    above = {f"Place {k}": f"C{k % parents}" for k in range(22)}
    cube = build_cube(places_of(22, 22), above, definition={"levels": levels(above)})
    assert one(adjusted(cube), mix="neighbourhood")["state"] == state


def levels(parents: dict[str, str]) -> list[dict]:
    return [
        {"id": "neighbourhood", "title": "Neighbourhood", "within": "community", "parents": parents},
        {"id": "community", "title": "Community", "within": "", "parents": {}},
    ]


def test_the_fewer_people_the_coarser_the_figures(build_cube):
    above = {f"Place {k}": f"C{k % 2}" for k in range(24)}
    rows = [
        row
        for k in range(24)
        for row in (("black", f"Place {k}", 1 + k % 3, 5), ("white", f"Place {k}", 7, 11))
    ]
    row = one(
        adjusted(build_cube(quarter(*rows), above, definition={"levels": levels(above)})), mix="neighbourhood"
    )
    for name in ("difference", "difference_lower", "standardised_rate", "standardised_difference"):
        assert row[name] * 100 == pytest.approx(2 * round(row[name] * 50)), (
            name
        )  # two of 120 people are 1.7 points
    assert row["difference"] == pytest.approx(2 / 5 - 7 / 11, abs=0.0101)


def test_sources_that_are_not_about_people_are_told_exactly(build_cube):
    parted = {"about_people": False, "least_listed": 1}
    rows = quarter(("black", "Elm", 2, 31), ("black", "Oak", 450, 907), ("black", "Fir", 228, 241))
    rows += quarter(*[("white", place, 101, 203) for place in ("Elm", "Oak", "Fir")])
    row = one(adjusted(build_cube(rows, definition=parted)), mix="neighbourhood")
    n = np.array([31, 907, 241])
    x = np.array([2, 450, 228])
    assert row["standardised_rate"] == pytest.approx((x / n * (n + 203)).sum() / (n + 203).sum(), abs=1e-12)
    weights = n * 203 / (n + 203)
    assert row["difference"] == pytest.approx(
        (weights * (x / n - 101 / 203)).sum() / weights.sum(), abs=1e-12
    )


def test_against_the_city_the_others_are_everyone_else(build_cube):
    cube = build_cube([*MIXED, *quarter(("unknown", "Elm", 50, 100))])
    row = one(adjusted(cube, reference="city"), mix="neighbourhood", group="black")
    assert row["reference_group"] == "everyone_else"
    assert row["crude_difference"] == pytest.approx(728 / 1240 - (728 + 2050 + 50) / (1240 + 2300 + 100))
    assert row["difference"] == 0


KINDS = quarter(
    *[("black", "Elm", 300, 600, "pothole"), ("black", "Fir", 180, 200, "light")],
    *[("white", "Elm", 100, 200, "pothole"), ("white", "Fir", 900, 1000, "light")],
)


def test_a_gap_that_is_all_what_is_asked_for_is_told_from_treatment(build_cube):
    row = one(adjusted(build_cube(KINDS, stratum="kind")), mix="stratum", question="group")
    assert row["crude_difference"] == pytest.approx(480 / 800 - 1000 / 1200)
    assert (row["difference"], row["parts"], row["pattern"]) == (0, 2, "what is asked for")


def test_a_place_is_compared_with_the_rest_of_the_city_within_each_kind(build_cube):
    rows = [*KINDS, *quarter(("white", "Oak", 60, 100, "pothole"), ("white", "Oak", 50, 100, "light"))]
    row = one(adjusted(build_cube(rows, stratum="kind")), mix="stratum", place="Oak")
    # potholes 60 of 100 v 400 of 800; lights 50 of 100 v 1080 of 1200
    weights = np.array([100 * 800 / 900, 100 * 1200 / 1300])
    assert row["difference"] == pytest.approx((weights * [0.1, -0.4]).sum() / weights.sum(), abs=5.1e-3)
    assert row["cells"] == ["2025-Q4|race=all|neighbourhood=Oak", "2025-Q4|race=all|city=all"]
    assert (row["question"], row["place_level"], row["homogeneity_p"]) == ("place", "neighbourhood", 0.001)


def test_kinds_with_few_are_left_out_because_together_they_are_unlike(build_cube):
    few = quarter(
        *[(group, "Elm", 3, 7, kind) for kind in ("a", "b", "c", "d") for group in ("black", "white")]
    )
    row = one(adjusted(build_cube([*KINDS, *few], stratum="kind")), mix="stratum", question="group")
    assert (row["parts"], row["coverage"], row["state"]) == (2, 0.95, "value")  # 800 of 828
    assert row["difference"] == 0


def test_unlike_kinds_do_not_make_a_gap_within_kinds(build_cube):
    """Two kinds with few of one side are served 90 and 30 of 100 times, whoever asks; the third half the time."""
    rows = quarter(
        *[("black", "Elm", 400, 800, "a"), ("white", "Elm", 400, 800, "a")],
        *[("black", "Elm", 9, 10, "b"), ("white", "Elm", 900, 1000, "b")],
        *[("black", "Elm", 120, 400, "c"), ("white", "Elm", 30, 100, "c")],
    )
    own = adjusted(build_cube(rows, stratum="kind"))
    row = one(own, mix="stratum", question="group")
    assert (row["state"], row["pattern"]) == ("no data", "unclear")  # only the kind a can be compared


def test_a_kind_that_is_not_recorded_is_in_no_part(build_cube):
    unrecorded = quarter(("black", "Elm", 0, 800, "unknown"), ("white", "Elm", 300, 300, "unknown"))
    row = one(adjusted(build_cube([*KINDS, *unrecorded], stratum="kind")), mix="stratum", question="group")
    assert (row["difference"], row["coverage"], row["reference_coverage"]) == (0, 0.5, 0.8)


def test_counts_per_resident_are_standardised_with_dobsons_interval(build_cube):
    rows = quarter(
        *[("black", "Elm", 100, 10_000), ("white", "Elm", 60, 5_000)],
        *[("black", "Oak", 50, 5_000), ("white", "Oak", 40, 5_000)],
        *[("black", "Fir", 60, 2_000), ("white", "Fir", 400, 20_000)],
    )
    declared = build_cube(rows).definition["service"]
    outcome = declared["outcome"] | {"kind": "per_resident"}
    cube = build_cube(rows, definition={"service": declared | {"outcome": outcome}})
    row = one(adjusted(cube), mix="neighbourhood")
    rate = (0.01 * 15_000 + 0.01 * 10_000 + 0.03 * 22_000) / 47_000
    assert row["standardised_rate"] == pytest.approx(rate, abs=1e-4)
    assert row["method"].endswith("standardised: Dobson")
    assert np.isnan(row["odds_ratio"])
    assert row["difference"] * 1e4 == pytest.approx(round(row["difference"] * 1e4))  # told to .0002


@given(st.lists(st.tuples(*[st.integers(12, 60), st.integers(12, 60)] * 2), min_size=3, max_size=5))
@settings(max_examples=5)
def test_merging_identical_places_changes_nothing(build_cube, counts):
    whole, halves = [], []
    for k, (x1, left1, x2, left2) in enumerate(counts):
        for group, x, left in (("black", x1, left1), ("white", x2, left2)):
            whole.append((group, f"P{k}", 2 * x, 2 * (x + left)))
            halves += [(group, f"P{k}{half}", x, x + left) for half in "ab"]
    rows = [
        analyse(build_cube(quarter(*rows), {}), period="2025-Q4") for rows in (whole, halves)
    ]  # fmt: skip
    first, second = (
        one(results.adjusted, mix="neighbourhood").loc["standardised_rate":"p"] for results in rows
    )
    names = [
        name for name in first.index if "standardised" not in name or name.endswith(("rate", "difference"))
    ]
    pd.testing.assert_series_equal(first[names], second[names], check_names=False)
    composition, other = (one(results.split, mix="neighbourhood")["composition"] for results in rows)
    assert composition == other


@given(st.lists(st.integers(0, 40), min_size=18, max_size=18))
@settings(max_examples=5)
def test_relabelling_groups_exchanges_their_rows(build_cube, counts):
    pairs = [(count % 30, count % 30 + counts[(k + 1) % 18]) for k, count in enumerate(counts)]
    found = {}
    for names in (("black", "white", "unknown"), ("white", "black", "unknown")):
        rows = [(names[k % 3], ("Elm", "Oak", "Fir")[k // 3 % 3], *pairs[k]) for k in range(9)]
        results = analyse(build_cube(quarter(*rows)), period="2025-Q4", reference="everyone_else")
        found[names] = results
    for frame in ("adjusted", "split"):
        own, other = (getattr(results, frame) for results in found.values())
        swapped = other.assign(group=other["group"].map({"black": "white", "white": "black"}))
        swapped = swapped.sort_values(["group", "mix"]).drop(columns="cells").reset_index(drop=True)
        own = own.sort_values(["group", "mix"]).drop(columns="cells").reset_index(drop=True)
        pd.testing.assert_frame_equal(own, swapped, rtol=1e-9)


def test_limits_count_the_margins_of_error_of_residents(build_cube):
    # 100 events of 1,000 residents on either side of each place; with a coefficient of variation of
    # .1 a rate has twice its variance: 1 + 100 x .1 x .1
    rows = quarter(
        *[(group, place, 100, 1000) for group in ("black", "white") for place in ("Elm", "Oak", "Fir")]
    )
    outcome = {"kind": "per_resident", "words": "towed", "unit": "residents"}
    exact = {"about_people": False, "least_listed": 1}
    margins = {(group, "neighbourhood", place): 164.5 for group, place in [row[1:3] for row in rows]}
    counted, estimated = (
        one(
            adjusted(build_cube(rows, margins=given, outcome=outcome, definition=exact)),
            mix="neighbourhood",
            group="black",
        )
        for given in (None, margins)
    )
    for name in ("difference", "standardised_difference"):
        width, wider = (row[f"{name}_upper"] - row[f"{name}_lower"] for row in (counted, estimated))
        assert wider / width == pytest.approx(2**0.5, rel=0.02), name
    assert estimated["method"].endswith("margins of residents counted")


@pytest.mark.parametrize(
    ("limits", "p"),
    [
        ((0.06, 0.01, 0.11), 0.0187),  # symmetric: .06 / (.05 / 1.96) = 2.352
        ((0.06, 0.0, 0.12), 0.05),  # a limit told as 0 is no sure gap
        ((0.0, -0.05, 0.05), 1.0),
        ((-0.06, -0.13, -0.01), 0.0143),  # V(0) = (.0036 - .0013) / 1.96^2: z = 2.4520
    ],
)
def test_p_follows_from_the_limits_and_does_not_contradict_them(limits, p):
    assert p_of(*limits, 0.95) == pytest.approx(p, abs=2e-4)
    assert (p_of(*limits, 0.95) < 0.05) == (limits[1] > 0 or limits[2] < 0)
