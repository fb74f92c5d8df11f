import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.disparity_review import analyse, cube
from workbench.errors import ParameterError
from workbench.findings.model import Verdict


def one(frame: pd.DataFrame, **key) -> pd.Series:
    """The only row with these keys."""
    rows = frame
    for name, value in key.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def quarter(*rows) -> list[tuple]:
    """Rows of 2025-Q4: group, neighbourhood, numerator, denominator."""
    return [("2025-Q4", *row) for row in rows]


def test_rate_of_a_group_has_its_wilson_interval(two_quarters):
    row = one(
        analyse(two_quarters, period="2025-Q4").rates, interval="2025-Q4", group="black", place_level="city"
    )
    assert (row["numerator"], row["denominator"], row["rate"]) == (630, 900, 0.7)
    assert (row["lower"], row["upper"]) == pytest.approx((0.6693, 0.7290), abs=1e-4)
    assert row["cells"] == ["2025-Q4|race=black|city=all"]


def test_gap_states_difference_ratio_and_adverse_ratio(two_quarters):
    row = one(analyse(two_quarters, period="2025-Q4").gaps, interval="2025-Q4", question="group")
    assert (row["group"], row["reference_group"]) == ("black", "white")
    assert row["difference"] == pytest.approx(-0.2)
    assert row["ratio"] == pytest.approx(0.7 / 0.9)
    assert row["adverse_ratio"] == pytest.approx(3.0)
    assert row["verdict"] == Verdict.WORSE_OFF
    assert row["cells"] == ["2025-Q4|race=black|city=all", "2025-Q4|race=white|city=all"]


def test_more_of_an_adverse_outcome_is_worse_off(build_cube):
    cube = build_cube(quarter(("black", "Elm", 200, 1000), ("white", "Elm", 80, 1000)), favourable=False)
    row = one(analyse(cube, period="2025-Q4").gaps, question="group")
    assert row["verdict"] == Verdict.WORSE_OFF
    assert row["adverse_ratio"] == row["ratio"] == pytest.approx(2.5)


def test_unknown_is_a_number_of_its_own_and_not_compared(two_quarters):
    results = analyse(two_quarters, period="2025-Q4")
    row = one(results.unknown, interval="2025-Q4", dimension="race", place_level="city")
    assert (row["unknown"], row["total"]) == (150, 2250)
    assert "unknown" not in set(results.gaps["group"])
    assert one(results.rates, interval="2025-Q4", group="unknown", place_level="city")["denominator"] == 150


def test_everyone_else_leaves_out_the_group_and_the_unknown(build_cube):
    cube = build_cube(
        quarter(("black", "Elm", 70, 100), ("white", "Elm", 180, 200), ("unknown", "Elm", 0, 50))
    )
    row = one(
        analyse(cube, period="2025-Q4", reference="everyone_else").gaps, question="group", group="black"
    )
    assert (row["reference_numerator"], row["reference_denominator"]) == (180, 200)
    assert row["cells"] == ["2025-Q4|race=black|city=all", "2025-Q4|race=known|city=all"]


def test_the_city_as_reference_holds_the_group_itself(build_cube):
    cube = build_cube(quarter(("black", "Elm", 70, 100), ("white", "Elm", 270, 300)))
    row = one(analyse(cube, period="2025-Q4", reference="city").gaps, question="group", group="black")
    assert row["reference_rate"] == pytest.approx(340 / 400)
    assert row["difference"] == pytest.approx(0.7 - 0.85)
    assert row["ratio"] == pytest.approx(0.7 / 0.85)
    assert row["difference_lower"] < row["difference"] < row["difference_upper"] < 0


def test_the_best_group_must_be_large_enough(build_cube):
    rows = quarter(("black", "Elm", 99, 99), ("white", "Elm", 90, 100))
    results = analyse(build_cube(rows), period="2025-Q4", reference="best")
    assert results.facts["reference"] == "white"
    rows = quarter(("black", "Elm", 100, 100), ("white", "Elm", 90, 100))
    assert analyse(build_cube(rows), period="2025-Q4", reference="best").facts["reference"] == "black"


def test_without_a_large_group_the_best_is_everyone_else(build_cube):
    cube = build_cube(quarter(("black", "Elm", 9, 9), ("white", "Elm", 9, 10)))
    assert analyse(cube, period="2025-Q4", reference="best").facts["reference"] == "everyone_else"


@pytest.mark.parametrize(("denominator", "state"), [(0, "no data"), (29, "unreliable"), (30, "value")])
def test_state_of_a_rate_by_its_denominator(build_cube, denominator, state):
    rows = quarter(("black", "Elm", min(denominator, 20), denominator), ("white", "Elm", 180, 200))
    results = analyse(build_cube(rows), period="2025-Q4")
    assert one(results.rates, group="black", place_level="city")["state"] == state
    assert one(results.gaps, question="group")["state"] == state


def test_no_events_are_zero_and_not_missing(build_cube):
    cube = build_cube(quarter(("black", "Elm", 0, 40), ("white", "Elm", 180, 200)))
    row = one(analyse(cube, period="2025-Q4").rates, group="black", place_level="city")
    assert (row["state"], row["rate"], row["lower"]) == ("zero", 0, 0)


def test_too_few_rows_cannot_tell_yet_however_large_the_gap(build_cube):
    cube = build_cube(quarter(("black", "Elm", 0, 29), ("white", "Elm", 200, 200)))
    assert one(analyse(cube, period="2025-Q4").gaps, question="group")["verdict"] == Verdict.CANT_TELL


def test_no_difference_is_found_only_where_one_would_have_shown(build_cube):
    large = build_cube(quarter(("black", "Elm", 800, 1000), ("white", "Elm", 1610, 2000)))
    small = build_cube(quarter(("black", "Elm", 80, 100), ("white", "Elm", 161, 200)))
    assert one(analyse(large, period="2025-Q4").gaps, question="group")["verdict"] == Verdict.NO_DIFFERENCE
    row = one(analyse(small, period="2025-Q4").gaps, question="group")
    assert row["verdict"] == Verdict.CANT_TELL
    assert row["smallest_detectable"] > 0.05
    assert row["needed"] > 100


def test_a_gap_that_grew_is_widening(build_cube):
    rows = quarter(("black", "Elm", 700, 1000), ("white", "Elm", 900, 1000))
    rows += [("2024-Q4", "black", "Elm", 850, 1000), ("2024-Q4", "white", "Elm", 900, 1000)]
    changes = analyse(build_cube(rows), period="2025-Q4").changes
    row = one(changes, question="group", since="same_last_year")
    assert row["verdict"] == Verdict.WIDENING
    assert row["change"] == pytest.approx(-0.15)
    assert len(row["cells"]) == 4


def test_a_gap_that_closed_is_narrowing_and_a_like_one_is_no_change(build_cube):
    rows = quarter(("black", "Elm", 8850, 10000), ("white", "Elm", 9000, 10000))
    rows += [("2024-Q4", "black", "Elm", 7000, 10000), ("2024-Q4", "white", "Elm", 9000, 10000)]
    rows += [("2025-Q3", "black", "Elm", 8850, 10000), ("2025-Q3", "white", "Elm", 9000, 10000)]
    changes = analyse(build_cube(rows), period="2025-Q4").changes
    assert one(changes, question="group", since="same_last_year")["verdict"] == Verdict.NARROWING
    assert one(changes, question="group", since="previous")["verdict"] == Verdict.NO_CHANGE


def test_waits_and_repeat_users_go_from_the_rows_to_the_result(build_city, in_duckdb):
    """40 Black and 60 White residents ask, each twice; the former wait 20 to 59 days, the latter 1 to 60."""
    asked = pd.Timestamp("2025-10-01").date()
    rows = [("B", f"b{k}", 20 + k) for k in range(40) for _ in range(2)]
    rows += [("W", f"w{k}", 1 + k) for k in range(60) for _ in range(2)]
    table = pd.DataFrame(rows, columns=["race", "kind", "days"]).assign(opened=asked, due=asked, area="Elm")
    table["closed"] = [asked + pd.Timedelta(days=days) for days in table["days"]]
    outcome = {"kind": "waiting_time", "ended": "closed", "standard_days": 30, "words": "served in 30 days"}
    city = build_city(outcome=outcome, person="kind")
    made = cube(city, "works", "potholes", {"requests": in_duckdb(table)}, pd.Timestamp("2026-01-15").date())
    results = analyse(made, period="2025-Q4")
    rate = one(results.rates, group="white", place_level="city")
    assert (rate["numerator"], rate["denominator"]) == (60, 120)
    # Both rows of a person end alike: 2, times 1.04 because it rests on 60 persons, told in steps of 0.2.
    assert rate["design_effect"] == 2.2
    wait = one(results.waits, group="black", place_level="city")
    assert (wait["denominator"], wait["median"], wait["reference_median"]) == (80, 39, 30)
    assert "design effect 2" in wait["method"]
    assert wait["verdict"] == Verdict.CANT_TELL


def test_groups_within_places_are_shown_for_the_period_and_a_year_before_at_the_coarsest_level(two_quarters):
    rates = analyse(two_quarters, period="2025-Q4").rates
    crossed = rates[(rates["group"] == "black") & (rates["place_level"] != "city")]
    assert set(crossed["place_level"]) == {"community"}
    assert set(crossed["interval"]) == {"2024-Q4", "2025-Q4"}


def test_places_are_shown_for_the_period_and_those_it_is_compared_with(two_quarters):
    rates = analyse(two_quarters, period="2025-Q4").rates
    assert set(rates.loc[rates["place"] == "Elm", "interval"]) == {"2024-Q4", "2025-Q3", "2025-Q4"}


def test_a_place_is_compared_with_the_rest_of_the_city_the_unplaced_included(build_cube):
    cube = build_cube(
        quarter(("black", "Elm", 70, 100), ("white", "Fir", 90, 100), ("white", "unknown", 20, 100))
    )
    row = one(analyse(cube, period="2025-Q4").gaps, question="place", place="Elm")
    assert (row["reference_numerator"], row["reference_denominator"]) == (110, 200)
    assert row["cells"] == ["2025-Q4|race=all|neighbourhood=Elm", "2025-Q4|race=all|city=all"]


def test_no_row_shows_a_group_within_a_fine_place_but_the_pooled_gap_uses_it(two_quarters):
    results = analyse(two_quarters, period="2025-Q4")
    assert not results.counts["cell"].str.contains("race=black|neighbourhood", regex=False).any()
    assert one(results.adjusted, mix="neighbourhood")["parts"] == 3


def test_intervals_begin_with_the_first_that_has_rows(two_quarters):
    rates = analyse(two_quarters, period="2025-Q4").rates
    assert list(rates["interval"].unique()) == ["2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]


def test_every_sum_holds_and_every_row_names_published_cells(two_quarters):
    results = analyse(two_quarters, period="2025-Q4")
    counts = results.counts.set_index("cell")
    assert counts.index.is_unique
    for total in results.sums:
        assert (counts.loc[list(total.parts)].sum() == counts.loc[total.total]).all(), total
    for frame in results.frames().values():
        assert {cell for cells in frame["cells"] for cell in cells} <= set(counts.index)


def test_frames_have_the_declared_keys_and_no_row_twice(two_quarters):
    results = analyse(two_quarters, period="2025-Q4")
    for name, keys in results.KEYS.items():
        frame = results.frames()[name]
        assert not frame.duplicated(list(keys)).any(), name
        assert {"state", "cells"} <= set(frame.columns)


def test_a_period_without_rows_has_no_data_and_does_not_fail(two_quarters):
    results = analyse(two_quarters, period="2026-Q1")
    latest = results.rates[results.rates["interval"] == "2026-Q1"]
    assert set(latest["state"]) == {"no data"}


def test_a_service_per_resident_hides_no_residents_and_counts_them_per_person(build_cube):
    rows = quarter(("black", "Elm", 51, 200), ("white", "Elm", 47, 1000), ("unknown", "Elm", 3, 0))
    outcome = {"kind": "per_resident", "words": "stopped", "unit": "residents"}
    results = analyse(build_cube(rows, outcome=outcome, favourable=False), period="2025-Q4")
    row = one(results.gaps, question="group")
    assert row["rate"] == pytest.approx(0.255)
    assert row["ratio"] == pytest.approx(0.255 / 0.047)
    assert row["verdict"] == Verdict.WORSE_OFF
    assert results.counts["denominator"].isna().all()
    assert one(results.unknown, dimension="race", place_level="city")["unknown"] == 3


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"period": "2025"}, "'2025' is not a quarter"),
        ({"dimension": "income"}, "'income' is not coded for potholes; there are: 'race'"),
        ({"reference": "green"}, "'green' is not a group of race; write one of 'black', 'white', 'best'"),
        ({"confidence": 95}, "95 is not a level of intervals; write a fraction like 0.95"),
    ],
)
def test_a_parameter_that_does_not_fit_is_refused_with_what_would(two_quarters, changed, words):
    with pytest.raises(ParameterError, match=words):
        analyse(two_quarters, **({"period": "2025-Q4"} | changed))


COUNT = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted)


@settings(max_examples=5, deadline=None)
@given(st.lists(COUNT, min_size=6, max_size=6), st.permutations(range(6)))
def test_order_of_cells_changes_nothing_and_the_cube_is_not_touched(build_cube, sides, order):
    keys = [(group, place) for group in ("black", "white") for place in ("Elm", "Oak", "Fir")]
    rows = [("2025-Q4", *key, *side) for key, side in zip(keys, sides, strict=True)]
    cube, other = build_cube(rows), build_cube([rows[i] for i in order])
    before = cube.frames["cells"].copy()
    first, second = analyse(cube, period="2025-Q4"), analyse(other, period="2025-Q4")
    pd.testing.assert_frame_equal(cube.frames["cells"], before)
    for name, frame in first.frames().items():
        pd.testing.assert_frame_equal(frame, second.frames()[name])
