"""Rows of one person are not independent: what a design effect does to rates and gaps."""

import numpy as np
import pytest

from tests.disparity_review.comparing import KINDS, limits, one, reviewed
from workbench.statistics.differences import miettinen_nurminen, newcombe
from workbench.statistics.margins_of_error import (
    rate_interval_with_margin,
)
from workbench.statistics.proportions import wilson

# Repeat users: 50 persons of 4 rows each, of whom half have the event each time: an effect of 4 times
# (2.0096 / 1.96)^2, since it rests on 50 persons.
ROWS = [("2025-Q4", "black", "Elm", 100, 200), ("2025-Q4", "white", "Elm", 240, 300)]
ALIKE = {"people": 50, "n_squared": 800, "n_times_x": 400, "x_squared": 400}


def squares(group: str, place: str = "Elm", **sums) -> tuple:
    return ("2025-Q4", group, place, *(sums[name] for name in ALIKE))


@pytest.fixture
def repeated(build_cube):
    """100 of 200 rows of Black residents come from 50 persons, 240 of 300 of White ones from 300."""

    def cube(kind="proportion", **changes):
        single = {"people": 300, "n_squared": 300, "n_times_x": 240, "x_squared": 240}
        repeats = [squares("black", **ALIKE), squares("white", **single)]
        return build_cube(ROWS, repeats=repeats, outcome=KINDS[kind], **changes)

    return cube


def test_rows_of_one_person_count_as_one_in_the_interval_and_as_rows_in_the_count(repeated):
    results = reviewed(repeated(definition={"least_listed": 1}))
    row = one(results.rates, group="black", place_level="city")
    assert (row["numerator"], row["denominator"], row["rate"], row["design_effect"]) == (100, 200, 0.5, 4.25)
    assert [row["lower"], row["upper"]] == pytest.approx(np.ravel(wilson(100 / 4.25, 200 / 4.25)))
    assert row["method"] == "Wilson, repeat users counted (design effect 4.25)"
    gap = one(results.gaps, question="group")
    assert limits(gap, "difference") == pytest.approx(
        np.ravel(miettinen_nurminen(100 / 4.25, 200 / 4.25, 240, 300))
    )
    assert (gap["numerator"], gap["denominator"]) == (100, 200)
    assert gap["method"] == "Miettinen-Nurminen score, repeat users counted (design effects 4.25 and 1)"


def test_closed_intervals_count_repeat_users_too(repeated):
    results = reviewed(repeated(definition={"least_listed": 1}), intervals="closed")
    row = one(results.gaps, question="group")
    assert limits(row, "difference") == pytest.approx(np.ravel(newcombe(100 / 4.25, 200 / 4.25, 240, 300)))


def test_repeat_users_take_more_rows_to_show_a_gap(repeated, build_cube):
    row = one(reviewed(repeated(definition={"least_listed": 1})).gaps, question="group")
    plain = one(reviewed(build_cube(ROWS)).gaps, question="group")
    assert row["smallest_detectable"] > plain["smallest_detectable"]
    assert row["needed"] > plain["needed"]
    assert row["p"] > plain["p"]


@pytest.mark.parametrize(("least", "told"), [(1, 1.05), (11, 1.15)])
def test_a_design_effect_is_rounded_up_and_of_few_rows_so_coarsely_that_it_is_no_count(
    build_cube, least, told
):
    pairs = {"people": 198, "n_squared": 204, "n_times_x": 102, "x_squared": 102}  # 51 / 50 = 1.02
    rows, repeats = [("2025-Q4", "black", "Elm", 100, 200)], [squares("black", **pairs)]
    results = reviewed(build_cube(rows, repeats=repeats, definition={"least_listed": least}))
    assert one(results.rates, group="black", place_level="city")["design_effect"] == told


@pytest.mark.parametrize("least", [1, 11])
def test_without_repeats_the_design_effect_is_one(repeated, least):
    results = reviewed(repeated(definition={"least_listed": least}))
    assert one(results.rates, group="white", place_level="city")["design_effect"] == 1


def test_events_per_resident_have_the_design_effect_of_a_compound_count(repeated):
    results = reviewed(repeated("per_resident", definition={"least_listed": 1}))
    row = one(results.rates, group="black", place_level="city")
    assert row["design_effect"] == 4  # 400 / 100
    assert [row["lower"], row["upper"]] == pytest.approx(np.ravel(rate_interval_with_margin(25, 50, 0)))


def test_groups_within_places_borrow_the_design_effect_of_the_city_and_derive_from_its_counts(repeated):
    results = reviewed(repeated(definition={"least_listed": 1}))
    row = one(results.gaps, question="group_in_place", place="North")
    assert row["method"].endswith("(design effects 4.25 and 1)")
    assert row["cells"] == [
        "2025-Q4|race=black|community=North",
        "2025-Q4|race=white|community=North",
        "2025-Q4|race=black|city=all",
        "2025-Q4|race=white|city=all",
    ]


def test_without_persons_there_is_no_design_effect(two_quarters):
    results = reviewed(two_quarters)
    assert results.rates["design_effect"].isna().all()
    assert not results.gaps["method"].str.contains("repeat").any()
    assert results.facts["repeat_users"] is False
