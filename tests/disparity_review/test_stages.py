"""Asks, outcome and service of a small city, from literal people and requests."""

import numpy as np
import pandas as pd
import pytest

from workbench.analyses import Cube
from workbench.disparity_review import analyse
from workbench.disparity_review.counted import counted
from workbench.disparity_review.scope import Scope
from workbench.disparity_review.stages import stages
from workbench.findings.model import Verdict
from workbench.statistics.margins_of_error import rate_interval_with_margin, rate_ratio_with_margin

ROWS = [
    ("2025-Q4", "black", "Elm", 210, 300),
    ("2025-Q4", "white", "Elm", 180, 200),
    ("2025-Q4", "white", "Fir", 540, 600),
    ("2025-Q4", "unknown", "Fir", 30, 60),
]
STAGES = {"residents": "people", "need": "homes", "need_unit": "rented homes"}
NAMES = ["role", "dimension", "group", "place_level", "place", "count", "margin"]
PEOPLE = [
    ("residents", "all", "all", "city", "all", 20_000, 0.0),
    ("residents", "all", "all", "neighbourhood", "Elm", 8_000, 800.0),
    ("residents", "all", "all", "neighbourhood", "Fir", 12_000, 900.0),
    ("residents", "all", "all", "community", "North", 8_000, 800.0),
    ("residents", "all", "all", "community", "South", 12_000, 900.0),
    ("residents", "race", "black", "city", "all", 4_000, 400.0),
    ("residents", "race", "white", "city", "all", 16_000, 700.0),
]
HOMES = [
    ("need", "all", "all", "city", "all", 5_000, 0.0),
    ("need", "all", "all", "neighbourhood", "Elm", 3_000, 0.0),
    ("need", "all", "all", "neighbourhood", "Fir", 2_000, 0.0),
]


def one(frame: pd.DataFrame, **key) -> pd.Series:
    """The only row with these keys."""
    rows = frame
    for name, value in key.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def stages_of(cube: Cube, **parameters) -> pd.DataFrame:
    """All stages."""
    scope = Scope.of(cube, "2025-Q4", **parameters)
    return stages(cube, counted(cube, scope), scope)


@pytest.fixture
def staged(build_cube):
    """``staged(rows, people, **changes)``: a cube of a service with stages."""

    def cube(rows=ROWS, people=(*PEOPLE, *HOMES), **changes) -> Cube:
        frames = {"populations": pd.DataFrame(people, columns=NAMES)}
        return build_cube(rows, frames=frames, stages=STAGES, **changes)

    return cube


def test_asks_are_rows_against_residents_with_their_margin(staged):
    row = one(stages_of(staged()), stage="asks", question="group")
    assert (row["group"], row["reference_group"]) == ("black", "white")
    assert (row["numerator"], row["denominator"], row["rate"]) == (300, 4_000, 0.075)
    assert (row["reference_numerator"], row["reference_denominator"]) == (800, 16_000)
    assert (row["difference"], row["ratio"]) == (pytest.approx(0.025), pytest.approx(1.5))
    errors = (400 / 1.645, 700 / 1.645)
    interval = np.ravel(rate_interval_with_margin(300, 4_000, errors[0]))
    assert [row["lower"], row["upper"]] == pytest.approx(interval)
    ratio = np.ravel(rate_ratio_with_margin(300, 4_000, errors[0], 800, 16_000, errors[1]))
    assert [row["ratio_lower"], row["ratio_upper"]] == pytest.approx(ratio)
    assert row["grade"] == "reliable"
    assert row["cells"] == ["2025-Q4|race=black|city=all", "2025-Q4|race=white|city=all"]


def test_the_outcome_is_the_main_comparison_restated(staged):
    results = analyse(staged(), period="2025-Q4")
    row = one(results.stages, stage="outcome", question="group")
    same = one(results.gaps, question="group")
    for name in ("numerator", "denominator", "difference", "ratio", "ratio_upper", "p", "verdict", "cells"):
        assert row[name] == same[name], name
    rate = one(results.rates, group="black", place_level="city")
    assert (row["lower"], row["upper"], row["grade"]) == (rate["lower"], rate["upper"], "")


def test_service_is_what_was_served_for_the_need_and_by_place_where_need_has_no_groups(staged):
    rows = stages_of(staged())
    service = rows[rows["stage"] == "service"]
    assert set(service["question"]) == {"place"}
    row = one(service, place="Elm")
    assert (row["numerator"], row["denominator"], row["rate"]) == (390, 3_000, 0.13)
    assert (row["reference_numerator"], row["reference_denominator"]) == (570, 2_000)
    assert row["verdict"] == Verdict.WORSE_OFF
    assert row["cells"] == ["2025-Q4|race=all|neighbourhood=Elm", "2025-Q4|race=all|city=all"]


def test_of_an_outcome_nobody_wants_the_others_were_served_and_more_service_is_better(staged):
    cube = staged(favourable=False)
    row = one(stages_of(cube), stage="service", place="Elm")
    assert (row["numerator"], row["reference_numerator"]) == (500 - 390, 660 - 570)
    asks = one(stages_of(cube), stage="asks", group="black")
    assert (asks["rate"], asks["verdict"]) == (300 / 4_000, Verdict.BETTER_OFF)


def test_places_are_compared_with_the_rest_of_the_city(staged):
    row = one(stages_of(staged()), stage="asks", place="Fir")
    assert (row["reference_numerator"], row["reference_denominator"]) == (500, 8_000)
    assert row["reference_group"] == "everyone_else"


def test_everyone_else_are_the_residents_of_the_other_groups(staged):
    rows = stages_of(staged(), reference="everyone_else")
    row = one(rows, stage="asks", group="black")
    assert (row["reference_numerator"], row["reference_denominator"]) == (800, 16_000)


def test_the_best_group_is_that_of_the_outcome_in_every_stage(staged):
    rows = stages_of(staged(), reference="best")
    assert set(rows.loc[rows["question"] == "group", "reference_group"]) == {"white"}


def test_a_place_or_group_without_residents_has_no_data(staged):
    people = [row for row in PEOPLE if row[4] != "Fir" and row[2] != "black"]
    rows = stages_of(staged(people=people))
    for row in (one(rows, stage="asks", place="Fir"), one(rows, stage="asks", group="black")):
        assert (row["state"], row["verdict"], row["denominator"]) == ("no data", Verdict.CANT_TELL, 0)
        assert np.isnan(row["rate"])


def test_a_group_nobody_of_which_asks_is_a_zero_that_counts(staged):
    rows = [row for row in ROWS if row[1] != "black"]
    row = one(stages_of(staged(rows)), stage="asks", group="black")
    assert (row["numerator"], row["denominator"], row["rate"], row["ratio_lower"]) == (0, 4_000, 0, 0)
    assert np.isfinite([row["difference_lower"], row["difference_upper"], row["ratio_upper"]]).all()
    assert row["verdict"] == Verdict.WORSE_OFF


def test_stages_are_in_order_and_their_keys_are_their_own(staged):
    results = analyse(staged(), period="2025-Q4")
    assert list(results.stages["stage"].unique()) == ["asks", "outcome", "service"]
    assert not results.stages.duplicated(list(results.KEYS["stages"])).any()
    listed = set(results.counts["cell"])
    assert {cell for cells in results.stages["cells"] for cell in cells} <= listed


def test_without_declared_stages_there_are_no_rows(two_quarters):
    found = stages_of(two_quarters)
    assert found.empty
    assert {"stage", "state", "cells"} <= set(found.columns)


def test_against_an_exposure_there_are_no_stages(staged):
    outcome = {"kind": "rate", "exposure": "nights", "exposure_unit": "bed nights"}
    assert stages_of(staged(outcome=outcome)).empty
