import numpy as np
import pandas as pd
import pytest

from workbench.disparity_review import comparison
from workbench.disparity_review.counted import counted
from workbench.disparity_review.scope import Scope
from workbench.disparity_review.trend import COLUMNS, LIMIT_COLUMNS, trend, trend_limits
from workbench.findings.model import Verdict

QUARTERS = [f"{year}-Q{quarter}" for year in (2023, 2024, 2025) for quarter in (1, 2, 3, 4)]
JITTER = [0, 8, -6, 4, -8, 6, 2, -4, 8, -2, -6, 0]


@pytest.fixture
def compared(build_cube):
    """``compared(black, white, n)``: the gaps of a service with so many events of n in each quarter."""

    def build(black, white, n=1000, **service):
        rows = []
        for quarter, own, other in zip(QUARTERS[-len(black) :], black, white, strict=True):
            rows += [(quarter, "black", "Elm", own, n), (quarter, "white", "Elm", other, n)]
        cube = build_cube(rows, **service)
        scope = Scope.of(cube, "2025-Q4")
        return comparison.gaps(counted(cube, scope), scope), scope

    return build


def steady(level: int, latest: int = 0) -> list[int]:
    """Twelve counts about a level, the latest one so much more."""
    return [level + change for change in JITTER[:-1]] + [level + latest]


def only(frame: pd.DataFrame) -> pd.Series:
    assert len(frame) == 1
    return frame.iloc[0]


def test_the_series_has_a_row_for_each_interval_with_its_own_counts(compared):
    found = trend(*compared(steady(600), [800] * 12))
    assert list(found.columns) == COLUMNS
    assert found["interval"].tolist() == QUARTERS
    assert found["difference"].iloc[1] == pytest.approx(-0.192)
    assert found["cells"].iloc[1] == ["2023-Q2|race=black|city=all", "2023-Q2|race=white|city=all"]


def test_limits_are_the_mean_and_2_66_moving_ranges(compared):
    row = only(trend_limits(*compared(steady(600), [800] * 12)))
    # Moving ranges of JITTER: 8 14 10 12 14 4 6 12 10 4 6, mean 100/11; 2.66 times it in thousandths.
    mean = -0.2 + sum(JITTER) / 12 / 1000
    assert (row["points"], row["needed"], row["state"]) == (12, 0, "value")
    assert row["mean"] == pytest.approx(mean)
    assert row["process_lower"] == pytest.approx(mean - 2.66 * 100 / 11 / 1000)
    assert row["process_upper"] == pytest.approx(mean + 2.66 * 100 / 11 / 1000)
    assert row["latest_point_type"] == "common_cause"
    assert len(row["cells"]) == 24


@pytest.mark.parametrize(
    ("latest", "verdict", "point"),
    [
        (-150, Verdict.WIDENING, "special_cause_concern"),
        (150, Verdict.NARROWING, "special_cause_improvement"),
        (0, Verdict.CANT_TELL, "common_cause"),
    ],
)
def test_the_verdict_follows_the_latest_quarter(compared, latest, verdict, point):
    row = only(trend_limits(*compared(steady(600, latest), [800] * 12)))
    assert (row["verdict"], row["latest_point_type"]) == (verdict, point)
    assert row["compared_interval"] == "2024-Q4"


def test_no_detectable_change_needs_enough_rows_to_show_one(compared):
    black, white = [60 * count for count in steady(600)], [60 * 800] * 12
    row = only(trend_limits(*compared(black, white, n=60_000)))
    assert row["verdict"] == Verdict.NO_CHANGE
    assert row["ratio_verdict"] == Verdict.NO_CHANGE


def test_eleven_points_have_no_limits_and_say_what_it_takes(compared):
    black, white = [60 * count for count in steady(600)][-11:], [60 * 800] * 11
    row = only(trend_limits(*compared(black, white, n=60_000)))
    assert (row["points"], row["needed"], row["state"]) == (11, 1, "unreliable")
    assert np.isnan([row["mean"], row["process_lower"], row["process_upper"]]).all()
    assert row["latest_point_type"] is None
    assert row["verdict"] == Verdict.CANT_TELL


def test_a_change_the_test_finds_is_said_with_few_points(compared):
    row = only(trend_limits(*compared([600] * 4 + [450], [800] * 5)))
    assert row["verdict"] == Verdict.WIDENING
    assert row["p"] < 0.001


def test_absolute_and_relative_can_move_in_opposite_directions(compared):
    # Adverse: 40 against 20 percent becomes 10 against 4 percent.
    gaps, scope = compared([400] * 11 + [100], [200] * 11 + [40], favourable=False)
    row = only(trend_limits(gaps, scope))
    assert (row["verdict"], row["agree"]) == (Verdict.NARROWING, False)
    assert row["ratio_verdict"] != Verdict.NARROWING


def test_both_forms_agree_where_the_gap_shrinks_alike(compared):
    row = only(trend_limits(*compared(steady(600, 150), [800] * 12)))
    assert row["agree"]
    assert row["ratio_verdict"] == Verdict.NARROWING


def test_a_gap_that_turned_against_the_group_widens(compared):
    row = only(trend_limits(*compared([840] * 11 + [700], [800] * 12)))
    assert row["verdict"] == Verdict.WIDENING


def test_fewer_of_what_is_good_per_resident_turns_difference_and_ratio_alike(compared):
    outcome = {"kind": "per_resident", "words": "visits", "unit": "residents"}
    row = only(trend_limits(*compared([840] * 11 + [700], [800] * 12, outcome=outcome)))
    assert (row["verdict"], row["ratio_verdict"]) == (Verdict.WIDENING, Verdict.WIDENING)
    assert row["agree"]


def test_a_special_cause_alone_needs_the_years_change_to_agree(compared):
    # The latest point is far outside the process limits, but so was the quarter a year before.
    black = [600, 601, 600, 601, 600, 601, 600, 580, 600, 601, 600, 580]
    row = only(trend_limits(*compared(black, [800] * 12)))
    assert row["latest_point_type"] == "special_cause_concern"
    assert row["verdict"] == Verdict.CANT_TELL


def test_without_events_the_ratio_has_no_verdict_and_no_agreement(compared):
    row = only(trend_limits(*compared([1000] * 12, [1000] * 12)))
    assert row["ratio_verdict"] == Verdict.CANT_TELL
    assert row["agree"] is pd.NA


def test_a_quarter_without_rows_is_missing_and_not_zero(compared):
    black, white = steady(600), [800] * 12
    gaps, scope = compared(black, white)
    gaps = gaps[gaps["interval"] != "2023-Q3"]
    row = only(trend_limits(gaps, scope))
    assert (row["points"], row["needed"]) == (11, 1)
    assert len(row["cells"]) == 22


def test_a_service_without_groups_has_no_series(build_cube):
    cube = build_cube([("2025-Q4", "black", "Elm", 5, 10)])
    scope = Scope.of(cube, "2025-Q4")
    gaps = comparison.gaps(counted(cube, scope), scope)
    none = gaps[gaps["question"] == "place"]
    assert trend(none, scope).empty
    assert list(trend_limits(none, scope).columns) == LIMIT_COLUMNS
    assert trend_limits(none, scope).empty
