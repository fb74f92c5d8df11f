"""Which target holds when, and whether it is met."""

import numpy as np
import pytest

from workbench.catalog.model import Target
from workbench.periods import Period
from workbench.statistics.progress import share_of_way
from workbench.target_tracking.targets import Aim, aim_of, aims, meets, targets_of


def declared(*targets, scale="number", fiscal_start=1):
    entry = {"scale": scale, "targets": [Target.model_validate(target).model_dump() for target in targets]}
    return aims(entry, fiscal_start)


def test_a_missing_target_is_missing_and_a_target_of_zero_is_one():
    assert np.isnan(declared({"lower": 1})[0].value)
    assert declared({"value": 0})[0].value == 0
    assert np.isnan(meets(5, np.nan, np.nan, np.nan, "increase"))
    assert meets(5, 0, np.nan, np.nan, "decrease") == 0


def test_a_target_is_written_as_the_measure_is_shown():
    assert declared({"value": 75}, scale="percent")[0].value == 0.75
    assert declared({"value": 2.5}, scale="per_1000")[0].value == 0.0025


@pytest.mark.parametrize(
    ("value", "increase", "decrease"), [(9.9, 0, 1), (10, 1, 1), (10 * (1 + 1e-12), 1, 1), (10.1, 1, 0)]
)
def test_a_value_at_the_target_meets_it(value, increase, decrease):
    assert meets(value, 10, np.nan, np.nan, "increase") == increase
    assert meets(value, 10, np.nan, np.nan, "decrease") == decrease


def test_nothing_is_the_best_that_a_measure_that_should_fall_can_be():
    # CityScore divides the target by the value there, and scores a value of 0 as 0, the worst.
    assert meets(0, 10, np.nan, np.nan, "decrease") == 1
    assert share_of_way(20, 10, 0) == 2


def test_no_way_is_better_no_target_is_met_but_a_range_is():
    assert np.isnan(meets(5, 10, np.nan, np.nan, "neutral"))
    assert meets([1.9, 2, 3, 3.1, np.nan], np.nan, 2, 3, "neutral").tolist()[:4] == [0, 1, 1, 0]


def test_a_range_may_be_open_at_one_end():
    assert meets([1, 2, 99], np.nan, 2, np.nan, "increase").tolist() == [0, 1, 1]


def test_a_target_holds_from_its_first_to_its_last_period():
    targets = declared({"value": 1, "by": "2024-12"}, {"value": 2, "since": "2025-Q1", "by": "2025-Q1"})
    held = [
        aim_of(Period.parse(name), targets, np.nan) for name in ("2024-12", "2025-01", "2025-03", "2025-04")
    ]
    assert [aim and aim.value for aim in held] == [1, 2, 2, None]


def test_the_target_in_a_row_comes_before_the_declared_one():
    periods = [Period.parse("2025-01"), Period.parse("2025-02")]
    found = targets_of(periods, [Aim("each_period", 7)], np.array([9, np.nan]))
    assert found["target"].tolist() == [9, 7]


def test_a_total_is_no_target_of_its_intervals_and_begins_with_the_year():
    (aim,) = declared({"value": 600, "kind": "cumulative", "by": "FY2026"}, fiscal_start=7)
    assert str(aim.since) == "FY2026"
    assert aim.holds(Period.parse("2025-07"))
    assert not aim.holds(Period.parse("2025-06"))
    assert np.isnan(targets_of([Period.parse("2025-07")], [aim], np.array([np.nan]))["target"]).all()
