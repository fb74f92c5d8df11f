"""Residents that are estimated: what their margin of error does to rates and gaps."""

import numpy as np
import pytest

from tests.disparity_review.comparing import KINDS, limits, one, reviewed
from workbench.statistics.margins_of_error import (
    rate_difference_with_margin,
    rate_interval_with_margin,
    rate_ratio_with_margin,
)

MARGINS = {("black", "city", "all"): 400.0, ("white", "city", "all"): 800.0, ("all", "city", "all"): 0.0}


@pytest.fixture
def estimated(build_cube):
    """A count against estimated residents."""

    def cube(margins=MARGINS):
        rows = [("2025-Q4", "black", "Elm", 200, 4000), ("2025-Q4", "white", "Elm", 640, 16000)]
        return build_cube(rows, margins=margins, outcome=KINDS["per_resident"], favourable=False)

    return cube


def test_census_margins_widen_the_interval_of_a_rate_and_are_graded(estimated):
    row = one(reviewed(estimated()).rates, group="black", place_level="city")
    error = 400 / 1.645
    assert [row["lower"], row["upper"]] == pytest.approx(
        np.ravel(rate_interval_with_margin(200, 4000, error))
    )
    assert row["denominator_cv"] == pytest.approx(error / 4000)
    assert row["denominator_share"] == pytest.approx(
        200 * (error / 4000) ** 2 / (1 + 200 * (error / 4000) ** 2)
    )
    assert (row["grade"], row["method"]) == (
        "reliable",
        "Byar, exact below 10, census margin of error counted",
    )


@pytest.mark.parametrize(
    ("margin", "grade"),
    [(789, "reliable"), (790, "use with caution"), (2632, "use with caution"), (2633, "not reliable")],
)
def test_grades_change_at_their_bounds(estimated, margin, grade):
    results = reviewed(estimated({("black", "city", "all"): float(margin)}))
    assert one(results.rates, group="black", place_level="city")["grade"] == grade


def test_census_margins_widen_gaps_by_the_error_of_both_sides(estimated):
    row = one(reviewed(estimated()).gaps, question="group")
    sides = (200, 4000, 400 / 1.645, 640, 16000, 800 / 1.645)
    assert limits(row, "difference") == pytest.approx(np.ravel(rate_difference_with_margin(*sides)))
    assert limits(row, "ratio") == pytest.approx(np.ravel(rate_ratio_with_margin(*sides)))
    assert limits(row, "adverse_ratio") == limits(row, "ratio")
    plain = one(reviewed(estimated({})).gaps, question="group")
    assert row["p"] > plain["p"]
    assert row["smallest_detectable"] > plain["smallest_detectable"]
    assert (row["method"], plain["method"]) == (
        "MOVER of rates, census margins of error counted",
        "Poisson score",
    )


def test_a_counted_denominator_has_no_grade(estimated):
    row = one(reviewed(estimated({})).rates, group="black", place_level="city")
    assert row["grade"] == ""
    assert np.isnan([row["denominator_cv"], row["denominator_share"]]).all()


def test_everyone_else_has_the_margin_of_the_other_groups(estimated):
    row = one(
        reviewed(estimated(), reference="everyone_else").gaps,
        question="group",
        group="black",
    )
    sides = (200, 4000, 400 / 1.645, 640, 16000, 800 / 1.645)
    assert limits(row, "difference") == pytest.approx(np.ravel(rate_difference_with_margin(*sides)))


def test_the_rest_of_a_city_that_was_counted_is_as_uncertain_as_the_part(build_cube):
    rows = [("2025-Q4", "black", "Elm", 200, 4000), ("2025-Q4", "white", "Fir", 640, 16000)]
    margins = {("all", "neighbourhood", "Elm"): 400.0}
    cube = build_cube(rows, margins=margins, outcome=KINDS["per_resident"])
    row = one(reviewed(cube).gaps, question="place", place="Elm")
    sides = (200, 4000, 400 / 1.645, 640, 16000, 400 / 1.645)
    assert limits(row, "ratio") == pytest.approx(np.ravel(rate_ratio_with_margin(*sides)))
