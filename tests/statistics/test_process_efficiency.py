"""Efficiencies: published examples, clocks that disagree, boundaries."""

import numpy as np
import pandas as pd
import pytest

from workbench.statistics.process_efficiency import (
    Times,
    activity_ratio,
    cycle_time_efficiency,
    efficiency_without,
    process_cycle_efficiency,
)


def calendar(*values) -> Times:
    return Times(np.array(values, float), "calendar")


def test_value_added_over_lead(reference):
    case = reference("process", "vsm-pce-va")
    found = process_cycle_efficiency(calendar(sum(case["inputs"]["value_added_min"])), calendar(10695))
    assert found.ratio == pytest.approx(case["expected"]["pce"], rel=case["tolerance"])


def test_a_published_example(reference):
    case = reference("process", "vsm-bizfluent")
    found = process_cycle_efficiency(calendar(case["inputs"]["va_h"]), calendar(case["inputs"]["lead_h"]))
    assert found.ratio == pytest.approx(case["expected"]["pce"], rel=case["tolerance"])


def test_the_ratio_of_sums_is_not_the_case_in_the_middle():
    found = activity_ratio(calendar(1, 2, 3), calendar(2, 4, 300))
    assert found.ratio == pytest.approx(6 / 306)
    assert found.median == 0.5


def test_cases_without_a_time_or_without_length_are_left_out_and_counted():
    found = activity_ratio(calendar(1, np.nan, 0, 2), calendar(4, 5, 0, np.nan))
    assert (found.ratio, found.median, found.n, found.left_out) == (0.25, 0.25, 1, 3)
    assert activity_ratio(calendar(), calendar()).ratio is None


def test_different_clocks_are_refused():
    with pytest.raises(ValueError, match="value-added time is read from the clock 'permits office' and lead"):
        process_cycle_efficiency(Times(np.array([8.0]), "permits office"), calendar(24))


@pytest.mark.parametrize("touch", [-1, 5.1])
def test_touch_outside_the_lead_is_refused(touch):
    with pytest.raises(ValueError, match="negative or longer than the lead time in 1 of 2 cases"):
        activity_ratio(calendar(1, touch), calendar(5, 5))


def test_different_numbers_of_cases_are_refused():
    with pytest.raises(ValueError, match="touch time is of 1 cases and lead time of 2"):
        activity_ratio(calendar(1), calendar(5, 5))


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_cycle_time_efficiency_of_the_published_logs(shared, reference, number):
    case = reference("process", f"wta-manual-{number}")
    log = pd.read_csv(shared / "cases" / case["inputs"]["file"], parse_dates=["start_time", "end_time"])
    processing = (log["end_time"] - log["start_time"]).dt.total_seconds().sum()
    assert processing == case["expected"]["processing_seconds"]
    waiting = case["expected"]["totals_seconds"]["wt_total"]
    told = case["expected"]["cycle_time_efficiency"]
    assert cycle_time_efficiency(processing, waiting) == pytest.approx(told, abs=case["tolerance"])


def test_without_a_cause_its_wait_is_gone():
    found = efficiency_without(30, 70, {"batching": 0, "contention": 40, "all": 70})
    assert found == {"batching": 0.3, "contention": 0.5, "all": 1.0}
    assert cycle_time_efficiency(0, 0) is None


@pytest.mark.parametrize("part", [-1, 71])
def test_a_part_outside_the_whole_is_refused(part):
    with pytest.raises(ValueError, match="between 0 and the whole"):
        efficiency_without(30, 70, {"batching": part})
