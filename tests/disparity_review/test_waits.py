"""Waits of groups: published curves, edges, and what few open cases may tell."""

from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest

from workbench.analyses import Cube
from workbench.disparity_review import analyse
from workbench.disparity_review.counted import counted
from workbench.disparity_review.scope import Scope
from workbench.disparity_review.waits import _certain, _shown, _told, waits
from workbench.findings.model import Verdict
from workbench.statistics.survival import Reached, kaplan_meier, log_rank, percentile

OUTCOME = {"kind": "waiting_time", "ended": "closed", "standard_days": 30, "words": "served within 30 days"}
EXACT = {"about_people": False, "least_listed": 1}


def one(frame: pd.DataFrame, **key) -> pd.Series:
    """The only row with these keys."""
    rows = frame
    for name, value in key.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0]


@pytest.fixture
def waiting(build_cube):
    """``waiting({group: [(days, ended, open), ...]}, **changes)``: the waits of one quarter, all in Elm."""

    def cube(groups: dict, place: str = "Elm", elsewhere: dict | None = None, **changes) -> Cube:
        rows, lines = [], []
        for where, of in ((place, groups), ("Fir", elsewhere or {})):
            for group, waited in of.items():
                lines += [("2025-Q4", group, where, *each) for each in waited]
                within = sum(ended for days, ended, _ in waited if days <= 30)
                due = sum(ended + still for _, ended, still in waited)
                rows.append(("2025-Q4", group, where, within, due))
        return build_cube(rows, waits=lines, outcome=OUTCOME, **changes)

    return cube


def waits_of(cube: Cube, **parameters) -> pd.DataFrame:
    """All waits."""
    scope = Scope.of(cube, "2025-Q4", **parameters)
    return waits(cube, counted(cube, scope), scope)


def of_groups(cube: Cube, **parameters) -> pd.DataFrame:
    """The waits of groups in the whole city."""
    found = waits_of(cube, **parameters)
    return found[found["place_level"] == "city"]


def even(first: int, last: int, count: int = 2) -> list[tuple]:
    """So many waits that ended on each of some days."""
    return [(day, count, 0) for day in range(first, last + 1)]


def test_open_cases_are_waited_for_and_not_dropped(waiting):
    closed = of_groups(waiting({"black": [(10, 60, 0)], "white": even(1, 40)}, definition=EXACT))
    still = of_groups(waiting({"black": [(10, 40, 0), (50, 0, 60)], "white": even(1, 40)}, definition=EXACT))
    assert one(closed, group="black")["median"] == 10
    row = one(still, group="black")
    assert np.isnan(row["median"])
    assert (row["ended"], row["open"], row["denominator"], row["state"]) == (40, 60, 100, "value")
    assert "median not reached" in row["method"]


def test_median_and_p90_are_those_of_the_curve_with_their_limits(waiting):
    white = [(day, 3, day % 3) for day in range(1, 41)]
    row = one(of_groups(waiting({"black": even(5, 60), "white": white}, definition=EXACT)), group="white")
    cases = [(day, True) for day, ended, _ in white for _ in range(ended)]
    cases += [(day, False) for day, _, still in white for _ in range(still)]
    curve = kaplan_meier(*zip(*cases, strict=True))
    assert tuple(row[["median", "median_lower", "median_upper"]]) == astuple(percentile(curve, 0.5))
    assert tuple(row[["p90", "p90_lower"]]) == astuple(percentile(curve, 0.9))[:2]


def test_who_waits_longer_is_worse_off_by_so_many_days(waiting):
    cube = waiting({"black": even(11, 60, 4), "white": even(1, 50, 4)}, definition=EXACT)
    row = one(of_groups(cube), group="black")
    assert (row["median"], row["reference_median"], row["difference"]) == (35, 25, 10)
    assert 0 < row["difference_lower"] < 10 < row["difference_upper"]
    days = [*range(11, 61), *range(1, 51)]
    own = np.repeat(["black", "white"], 200)
    assert row["p"] == pytest.approx(log_rank(np.repeat(days, 4), np.ones(400, bool), own).p)
    assert row["verdict"] == Verdict.WORSE_OFF
    assert row["cells"] == ["2025-Q4|race=black|city=all", "2025-Q4|race=white|city=all"]


def test_a_shorter_wait_is_better_off_and_of_what_nobody_wants_worse(waiting):
    groups = {"black": even(1, 50, 4), "white": even(11, 60, 4)}
    assert one(of_groups(waiting(groups)), group="black")["verdict"] == Verdict.BETTER_OFF
    assert one(of_groups(waiting(groups, favourable=False)), group="black")["verdict"] == Verdict.WORSE_OFF


def test_no_difference_is_found_only_where_one_would_have_shown(waiting):
    large = waiting({"black": even(1, 60, 60), "white": even(1, 60, 60)})
    small = waiting({"black": even(1, 60, 1), "white": even(1, 60, 1)})
    assert one(of_groups(large), group="black")["verdict"] == Verdict.NO_DIFFERENCE
    row = one(of_groups(small), group="black")
    assert row["verdict"] == Verdict.CANT_TELL
    assert row["smallest_detectable"] > 6


def test_alike_at_the_median_and_not_later_cannot_be_told(waiting):
    groups = {"black": [(10, 120, 0), (90, 80, 0)], "white": [(10, 120, 0), (11, 80, 0)]}
    row = one(of_groups(waiting(groups)), group="black")
    assert (row["difference"], row["difference_lower"], row["difference_upper"]) == (0, 0, 0)
    assert row["p"] < 1e-6
    assert row["verdict"] == Verdict.CANT_TELL


def test_everyone_else_and_the_city_leave_out_the_group_itself(waiting):
    groups = {"black": even(11, 60, 4), "white": even(1, 50, 4), "unknown": even(1, 20, 4)}
    against_others = one(of_groups(waiting(groups), reference="everyone_else"), group="black")
    assert (against_others["reference_median"], against_others["reference_group"]) == (25, "everyone_else")
    against_city = one(of_groups(waiting(groups), reference="city"), group="black")
    assert against_city["reference_group"] == "everyone_else"
    assert against_city["reference_median"] == 18  # with those whose group is not recorded
    assert against_city["cells"][1] == "2025-Q4|race=all|city=all"


def test_a_place_is_compared_with_the_rest_of_the_city(waiting):
    cube = waiting({"white": even(11, 60, 4)}, elsewhere={"white": even(1, 50, 4)})
    found = waits_of(cube)
    row = one(found, place="Elm")
    assert (row["median"], row["reference_median"], row["verdict"]) == (35, 25, Verdict.WORSE_OFF)
    assert row["reference_group"] == "everyone_else"


def test_groups_are_shown_within_the_coarsest_places_with_their_reference_there(waiting):
    groups = {"black": even(11, 60, 4), "white": even(1, 50, 4)}
    found = waits_of(waiting(groups))
    row = one(found, place="North", group="black")
    assert (row["difference"], row["cells"][1]) == (10, "2025-Q4|race=white|community=North")
    assert found[found["group"] == "black"]["place_level"].isin(["city", "community"]).all()


def test_waits_of_repeat_users_have_wider_limits_and_the_same_median(waiting):
    """Every person asks four times and waits alike: limits and p are those of a little less than a quarter."""
    groups, quarter = ({"black": even(11, 60, k), "white": even(1, 50, k)} for k in (4, 1))
    sums = {"black": (200, 80), "white": (200, 120)}  # rows, and those within 30 days
    repeats = [("2025-Q4", group, "Elm", n // 4, 4 * n, 4 * x, 4 * x) for group, (n, x) in sums.items()]
    repeated, single = (
        one(of_groups(waiting(of, definition=EXACT, repeats=sums)), group="black")
        for of, sums in ((groups, repeats), (quarter, None))
    )
    for name in (
        "median",
        "median_lower",
        "median_upper",
        "p90_lower",
        "difference_lower",
        "difference_upper",
    ):
        assert repeated[name] == single[name], name
    assert single["p"] < repeated["p"] < 1.6 * single["p"]
    assert repeated["denominator"] == 200
    assert "repeat users counted (design effect 4.25)" in repeated["method"]


def test_a_group_nobody_of_whom_waited_has_no_data(waiting):
    row = one(of_groups(waiting({"white": even(1, 40)})), group="black")
    assert (row["state"], row["verdict"]) == ("no data", Verdict.CANT_TELL)
    assert np.isnan([row["median"], row["difference"], row["p"]]).all()


def test_a_service_of_another_kind_has_no_waits(two_quarters):
    found = waits_of(two_quarters)
    assert found.empty
    assert {"median", "state", "cells"} <= set(found.columns)


def scope_of(cube: Cube) -> Scope:
    return Scope.of(cube, "2025-Q4")


def test_of_fewer_than_eleven_that_ended_nothing_is_told(waiting):
    scope, at = scope_of(waiting({"white": even(1, 40)})), Reached(5.0, 4.0, 6.0)
    assert astuple(_told(at, 100, 10, 0.5, scope)) == (None, None, None)
    assert _told(at, 100, 89, 0.5, scope) == at
    assert _told(at, 100, 100, 0.5, scope) == at


@pytest.mark.parametrize("still_open", [1, 4, 10])
def test_a_percentile_that_ten_open_cases_could_undo_is_left_out_while_one_to_ten_are(waiting, still_open):
    scope, at = scope_of(waiting({"white": even(1, 40)})), Reached(5.0, 4.0, 6.0)
    assert _certain(60, 10, 0.9, 0.95) == (False, True, False)
    assert astuple(_told(at, 60, 60 - still_open, 0.9, scope)) == (None, 4.0, None)
    assert _told(at, 60, 60, 0.9, scope) == at


@pytest.mark.parametrize(("later", "told"), [(0, 100), (1, 100), (19, 100), (20, 120), (39, 120)])
def test_those_whose_standard_has_not_run_out_are_told_in_whole_steps(waiting, later, told):
    scope = scope_of(waiting({"white": even(1, 40)}))
    cell = {"denominator": 100, "numerator": 40, "place_level": "city"}
    assert _shown(cell, 100 + later, 0, scope)["denominator"] == told


@pytest.mark.parametrize(("numerator", "later"), [(89, 0), (80, 5), (62, 19), (40, 33), (100, 19), (100, 40)])
def test_the_class_of_open_cases_leaves_each_small_count_its_range(waiting, numerator, later):
    """Whoever knows who missed the standard cannot narrow down who of them still waits, or was late."""
    scope = scope_of(waiting({"white": even(1, 40)}))
    cell = {"denominator": 100, "numerator": numerator, "place_level": "city"}
    missed, classes = 100 - numerator, {}
    total = _shown(cell, 100 + later, 0, scope)["denominator"]
    for not_due in range(total - 100, total - 100 + 20):
        for overdue in range(missed + 1):
            for early in range(not_due + 1):
                told = _shown(cell, 100 + not_due, overdue + early, scope)["open"]
                classes.setdefault(told, []).append((overdue, not_due, early))
    for members in classes.values():
        overdue, not_due, _ = np.ptp(members, axis=0)
        assert overdue >= min(missed, 11)
        assert not_due >= 11


def test_open_cases_are_told_in_classes_for_the_whole_city_only(waiting):
    groups = {"black": even(1, 50, 4), "white": [(10, 100, 0), (40, 15, 0), (90, 0, 47)]}
    found = waits_of(waiting(groups))
    assert found.loc[found["place"] == "Elm", ["ended", "open"]].isna().all(axis=None)
    row = one(found, place_level="city", group="white")
    assert (row["denominator"], row["ended"], row["open"]) == (162, 122, 40)


def test_p_is_told_to_two_digits_where_the_source_is_about_people(waiting):
    groups = {"black": even(11, 60, 4), "white": even(1, 50, 4)}
    p = one(of_groups(waiting(groups)), group="black")["p"]
    assert p == float(f"{p:.1e}")


def test_relabelling_groups_turns_the_difference_round(waiting):
    groups = {"black": even(11, 60, 4), "white": even(1, 50, 4)}
    swapped = {"black": groups["white"], "white": groups["black"]}
    first, second = (one(of_groups(waiting(of)), group="black") for of in (groups, swapped))
    assert second["difference"] == -first["difference"]
    assert second["difference_lower"] == -first["difference_upper"]
    assert second["p"] == first["p"]


def test_the_cube_is_not_touched_and_rows_name_listed_counts(waiting):
    cube = waiting({"black": even(11, 60, 4), "white": even(1, 50, 4)})
    before = cube.frames["waits"].copy()
    results = analyse(cube, period="2025-Q4")
    assert {cell for cells in results.waits["cells"] for cell in cells} <= set(results.counts["cell"])
    pd.testing.assert_frame_equal(cube.frames["waits"], before)
