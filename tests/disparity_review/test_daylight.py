import numpy as np
import pandas as pd
import pytest

from workbench.disparity_review.counted import counted
from workbench.disparity_review.decision_tests.daylight import DAYLIGHT_COLUMNS, daylight
from workbench.disparity_review.scope import Scope
from workbench.findings.model import Verdict

CLOCKS = range(1020, 1260, 15)


@pytest.fixture
def veiled(build_cube):
    """``veiled(stops)``: stops at each clock time by (group, dark), in the last quarter, and the frame's result."""

    def build(stops, reference="", *, intervals=("2025-Q1", "2025-Q4"), definition=None, days=None):
        rows = [(interval, group, "Elm", 300, 900) for interval in intervals for group in ("black", "white")]
        found = [
            ("2025-Q4", "race", group, clock, dark, number)
            for (group, dark), number in stops.items()
            for clock in CLOCKS
        ]
        names = ["interval", "dimension", "group", "clock", "dark", "rows"]
        frame = pd.DataFrame(found, columns=names) if days is None else days
        cube = build_cube(rows, frames={"daylight": frame}, definition=definition, favourable=False)
        scope = Scope.of(cube, "2025-Q4", reference=reference)
        return daylight(cube, counted(cube, scope), scope)

    return build


LESS_IN_DARKNESS = {("black", 0): 40, ("black", 1): 20, ("white", 0): 40, ("white", 1): 40}


def test_a_group_that_is_stopped_less_in_darkness_is_worse_off(veiled):
    row = veiled(LESS_IN_DARKNESS).iloc[0]
    assert row["odds_ratio"] == 0.5  # (20 / 40) / (40 / 40) at every clock time
    assert row["odds_ratio_lower"] < 0.5 < row["odds_ratio_upper"] < 1
    assert row["verdict"] == Verdict.WORSE_OFF
    assert (row["dark"], row["light"]) == (960, 1280)
    assert row["state"] == "value"


def test_the_other_way_round_is_better_off(veiled):
    stops = {("black", 0): 20, ("black", 1): 40, ("white", 0): 40, ("white", 1): 40}
    assert veiled(stops).iloc[0]["verdict"] == Verdict.BETTER_OFF


def test_equal_odds_of_few_stops_say_nothing_and_of_many_no_difference(veiled):
    few = dict.fromkeys(LESS_IN_DARKNESS, 4)
    many = dict.fromkeys(LESS_IN_DARKNESS, 400)
    assert veiled(few).iloc[0]["verdict"] == Verdict.CANT_TELL
    assert veiled(many).iloc[0]["verdict"] == Verdict.NO_DIFFERENCE


def test_figures_about_people_are_rounded_and_those_about_things_are_not(veiled):
    stops = {("black", 0): 41, ("black", 1): 23, ("white", 0): 37, ("white", 1): 31}
    row = veiled(stops).iloc[0]
    things = veiled(stops, definition={"about_people": False, "least_listed": 1}).iloc[0]
    assert (things["dark"], things["light"]) == (16 * 54, 16 * 78)
    assert (row["dark"], row["light"]) == (860, 1240)
    assert row["odds_ratio"] == round(things["odds_ratio"], 2) != things["odds_ratio"]
    assert row["p"] != things["p"]
    assert row["p"] < 0.0001


def test_a_small_count_on_one_side_gives_no_figure(veiled):
    days = pd.DataFrame(
        [("2025-Q4", "race", "white", clock, dark, 40) for clock in CLOCKS for dark in (0, 1)]
        + [("2025-Q4", "race", "black", clock, 0, 40) for clock in CLOCKS]
        + [("2025-Q4", "race", "black", 1050 + 15 * step, 1, 1) for step in range(10)],
        columns=["interval", "dimension", "group", "clock", "dark", "rows"],
    )
    row = veiled({}, days=days).iloc[0]
    assert row["state"] == "unreliable"
    assert np.isnan([row["odds_ratio"], row["odds_ratio_lower"], row["odds_ratio_upper"], row["p"]]).all()
    assert row["verdict"] == Verdict.CANT_TELL


def test_the_row_names_the_counts_of_both_sides_in_a_year(veiled):
    quarters = [f"2024-Q{number}" for number in (1, 2, 3, 4)] + [f"2025-Q{number}" for number in (1, 2, 3, 4)]
    row = veiled(LESS_IN_DARKNESS, intervals=quarters).iloc[0]
    assert (row["first_interval"], row["last_interval"]) == ("2025-Q1", "2025-Q4")
    assert len(row["cells"]) == 8
    assert row["cells"][:2] == ["2025-Q1|race=black|city=all", "2025-Q1|race=white|city=all"]


def test_stops_of_earlier_years_are_not_counted(veiled):
    days = pd.DataFrame(
        [
            (interval, "race", group, clock, dark, 20)
            for interval in ("2024-Q4", "2025-Q4")
            for group in ("black", "white")
            for clock in CLOCKS
            for dark in (0, 1)
        ],
        columns=["interval", "dimension", "group", "clock", "dark", "rows"],
    )
    assert veiled({}, days=days).iloc[0]["dark"] == 16 * 2 * 20


@pytest.mark.parametrize("reference", ["everyone_else", "city"])
def test_against_everyone_the_reference_is_the_other_groups(veiled, reference):
    found = veiled(LESS_IN_DARKNESS, reference).set_index("group")
    assert found.loc["black", "odds_ratio"] == 0.5
    assert found.loc["white", "odds_ratio"] == 2.0
    assert found.loc["black", "reference_group"] == "everyone_else"


def test_only_daylight_cannot_be_told(veiled):
    row = veiled({("black", 0): 40, ("white", 0): 40}).iloc[0]
    assert row["state"] == "no data"
    assert row["verdict"] == Verdict.CANT_TELL


def test_a_service_without_times_has_an_empty_frame(build_cube):
    cube = build_cube([("2025-Q4", "black", "Elm", 5, 10)])
    scope = Scope.of(cube, "2025-Q4")
    found = daylight(cube, counted(cube, scope), scope)
    assert found.empty
    assert list(found.columns) == DAYLIGHT_COLUMNS
