"""Progress towards a target: published worked examples."""

import json

import numpy as np
import pytest

from workbench.statistics.progress import share_of_plan, share_of_way


@pytest.fixture(scope="module")
def cases(shared):
    stored = json.loads((shared / "cases/targets.json").read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in stored}


def test_oslos_share_of_the_way_is_signed_and_not_clamped(cases):
    case = cases["target-okr-oslo"]
    found = [100 * share_of_way(*three) for three in case["inputs"]["start_target_current"]]
    assert found == pytest.approx(case["expected"]["pct"], abs=case["tolerance"])


def test_servicenows_cumulative_and_running_shares(cases):
    case = cases["target-servicenow"]
    given = case["inputs"]
    cumulative = [
        100 * share_of_plan([a], [p])
        for a, p in zip(given["cumulative_actual"], given["cumulative_plan"], strict=True)
    ]
    assert cumulative == pytest.approx(case["expected"]["cumulative_pct"], abs=case["tolerance"])
    running = [
        100 * share_of_plan(given["period_actual"][:n], given["period_plan"][:n]) for n in (1, 2, 3, 4)
    ]
    assert running == pytest.approx(case["expected"]["ytd_window_pct"], abs=case["tolerance"])
    assert 100 * share_of_way(0, 1000, 700) == pytest.approx(case["expected"]["simple_700_of_1000"])


def test_no_way_and_no_plan_have_no_share():
    assert np.isnan(share_of_way(5, 5, 7))
    assert np.isnan(share_of_plan([], []))
