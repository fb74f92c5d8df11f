"""Totals: what they have brought, what was planned by now, and what each interval left must bring."""

from datetime import date

import numpy as np
import pytest

from workbench.target_tracking.outlook.totals import total_of, year_to_date
from workbench.target_tracking.series import series_of


@pytest.fixture
def series_with(observations, entry_of):
    def made(values, *targets, first="2025-01", counts=None, fiscal_start=1, **changes):
        frame = observations("m", values, first, counts=counts).assign(cell="")
        entry = entry_of(targets=list(targets), **changes)
        return series_of("m", entry, frame, date(2027, 12, 31), date(2028, 1, 1), fiscal_start)

    return made


def total(series):
    return total_of(series, series.aims[0].dated(series.periods[-1], series.fiscal_start))


def test_a_total_planned_by_season_is_not_due_by_twelfths(series_with):
    plan = [0, 0, 0, 10, 30, 20, 10, 10, 10, 10, 0, 0]
    target = {"value": 200, "kind": "cumulative", "by": "2025", "plan": plan}
    found = total(series_with([0.0, 0.0, 0.0, 25.0], target))
    assert (found.so_far, found.plan, found.left) == (25, 20, 8)  # evenly it would be 66.7
    assert found.required == pytest.approx(175 / 8)


def test_a_plan_begins_with_the_fiscal_year(series_with):
    plan = [3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]
    target = {"value": 120, "kind": "cumulative", "by": "FY2026", "plan": plan}
    assert total(series_with([7.0], target, first="2025-07", fiscal_start=7)).plan == pytest.approx(30)


def test_a_path_comes_before_a_plan_and_starts_from_nothing(series_with):
    target = {"value": 100, "kind": "cumulative", "by": "2025", "path": {"2025-06": 20}}
    found = total(series_with([5.0, 5.0, 5.0], target))
    assert found.plan == pytest.approx(10)
    assert total(series_with([5.0] * 9, target)).plan == pytest.approx(60)


def test_a_total_without_dates_is_one_of_its_fiscal_year(series_with):
    found = total(
        series_with([10.0] * 9, {"value": 60, "kind": "cumulative"}, first="2025-01", fiscal_start=7)
    )
    assert (str(found.aim.since), str(found.aim.by)) == ("FY2026", "FY2026")
    assert (found.so_far, found.left, found.plan) == (30, 9, 15)


def test_an_interval_without_a_value_is_missing_and_not_nothing(series_with):
    found = total(series_with([10.0, np.nan, 10.0], {"value": 120, "kind": "cumulative", "by": "2025"}))
    assert (found.so_far, found.plan, found.left) == (20, 20, 10)


def test_a_target_of_nothing_is_a_target(series_with):
    found = total(series_with([1.0, 0.0], {"value": 0, "kind": "cumulative", "by": "2025"}))
    assert (found.so_far, found.plan) == (1, 0)
    assert found.required == pytest.approx(-0.1)


def test_the_year_of_a_share_is_all_above_over_all_below(series_with):
    counts = [(9, 10), (30, 100)]
    series = series_with(
        [0.9, 0.3],
        counts=counts,
        kind="proportion",
        scale="percent",
        columns={"interval": "month", "numerator": "a", "denominator": "b"},
    )
    assert year_to_date(series) == pytest.approx(39 / 110)  # not the mean of the two, 0.6


def test_an_average_over_a_year_needs_what_is_left_to_make_up_for_it(series_with):
    counts = [(60, 100), (70, 100)]
    target = {"value": 75, "kind": "cumulative", "by": "2025-04", "since": "2025-01"}
    series = series_with(
        [0.6, 0.7],
        target,
        counts=counts,
        kind="proportion",
        scale="percent",
        columns={"interval": "month", "numerator": "a", "denominator": "b"},
    )
    found = total(series)
    assert (found.so_far, found.plan) == (pytest.approx(0.65), 0.75)
    assert found.required == pytest.approx(0.85)
    assert found.reached(np.array([2 * 0.85]), 2) == pytest.approx([0.75])


def test_values_that_are_neither_counts_nor_averages_have_no_year_to_date(series_with):
    assert np.isnan(year_to_date(series_with([5.0, 6.0])))
    assert year_to_date(series_with([5.0, 6.0, 7.0], first="2024-11", kind="count")) == 7


def running(series_with, values, **more):
    return series_with(values, kind="cumulative", columns={"interval": "month", "value": "v"}, **more)


def test_a_running_total_is_judged_by_what_it_adds(series_with):
    series = running(series_with, [10.0, 25.0, 5.0, 12.0], first="2024-11")
    assert series.frame["running"].tolist() == [10, 25, 5, 12]
    assert series.frame["value"].tolist()[1:] == [15, 5, 7]
    assert np.isnan(series.frame["value"][0])  # what November added is not known: the year began before it
    assert year_to_date(series) == 12


def test_what_a_gap_brought_counts_and_is_no_value_of_one_interval(series_with):
    series = running(series_with, [10.0, np.nan, 40.0, 55.0])
    assert series.frame["value"].fillna(-1).tolist() == [10, -1, -1, 15]
    assert series.frame["brought"].tolist() == [10, 0, 30, 15]
