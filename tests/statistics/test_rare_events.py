"""g and t charts: published cases, centre lines, floors, refusals."""

import numpy as np
import pytest

from workbench.statistics.nhs_rules import signals
from workbench.statistics.rare_events import g_chart, latest_events_p, longest_wait, t_chart, waits
from workbench.statistics.run_rules import RULE_SETS


def test_cases_between_infections_as_published(reference):
    case = reference("targets", "g-powerbi")
    found, close = g_chart(case["inputs"]["y"]), case["tolerance"]
    assert found["upper"][0] == pytest.approx(case["expected"]["ucl"], abs=close)
    assert found["near_upper"][0] == pytest.approx(case["expected"]["u95"], abs=close)
    assert found["lower"][0] == case["expected"]["lcl"]
    assert found["mean"][0] == np.median(case["inputs"]["y"])
    # pyqicharts 2.0.0 draws 211.6 for these cases.
    assert found["upper"][0] < 130


def test_times_between_failures_as_published(reference):
    case = reference("targets", "t-montgomery-7.6")
    expected = [case["expected"][name] for name in ("cl", "ucl", "lcl")]
    for screen in (True, False):
        found = t_chart(case["inputs"]["y"], screen=screen)
        got = found[["mean", "upper", "lower"]].iloc[-1].tolist()
        assert got == pytest.approx(expected, abs=case["tolerance"])


def test_days_between_events_as_published(reference):
    case = reference("targets", "t-powerbi")
    found = t_chart(case["inputs"]["y"])
    names = {"ucl": "upper", "u95": "near_upper", "l95": "near_lower", "lcl": "lower"}
    got = {key: found[name][0] for key, name in names.items()}
    assert got == pytest.approx(case["expected"], abs=case["tolerance"])


@pytest.mark.parametrize(("centre", "line"), [("median", 2.0), ("mean", 3.0), ("theoretical", 0.693 * 3)])
def test_centre_lines_of_a_g_chart_and_one_reach_for_all(centre, line):
    found = g_chart([1, 2, 6], centre=centre)
    assert found["mean"].tolist() == [line] * 3
    assert found["upper"].tolist() == pytest.approx([3 + 3 * np.sqrt(12)] * 3)
    assert found["near_upper"].tolist() == pytest.approx([3 + 2 * np.sqrt(12)] * 3)
    assert found["one_upper"].tolist() == pytest.approx([3 + np.sqrt(12)] * 3)
    assert found[["lower", "near_lower", "one_lower"]].to_numpy().tolist() == [[0.0] * 3] * 3


def test_baseline_and_phases():
    frozen = g_chart([1, 2, 6, 100], baseline=[True] * 3 + [False])
    assert frozen["n"].tolist() == [3] * 4
    assert frozen["upper"][3] == pytest.approx(3 + 3 * np.sqrt(12))
    phased = t_chart([1, 1, 2**3.6, 2**3.6], phases=[0, 0, 1, 1])
    assert phased["mean"].tolist() == pytest.approx([1, 1, 2**3.6, 2**3.6])


def test_a_t_chart_by_hand():
    # Roots 1, 2, 1, 2: mean 1.5, sigma 1 / 1.128; the lower limit would be below 0.
    found = t_chart(np.array([1.0, 2, 1, 2]) ** 3.6)
    assert found["upper"].tolist() == pytest.approx([(1.5 + 3 / 1.128) ** 3.6] * 4)
    assert found["one_lower"].tolist() == pytest.approx([(1.5 - 1 / 1.128) ** 3.6] * 4)
    assert found["lower"].tolist() == [0.0] * 4


def test_rules_see_the_times_as_they_see_their_roots():
    roots = np.tile([1.0, 2.0, 1.5], 6)
    marked = signals(roots**3.6, t_chart(roots**3.6), RULE_SETS["nelson"])
    assert marked["rule"].tolist() == [""] * 14 + ["hugging"] * 4
    raised = np.where(np.arange(18) == 9, 8.0, roots)
    frozen = t_chart(raised**3.6, baseline=np.arange(18) < 9)
    assert signals(raised**3.6, frozen, RULE_SETS["nelson"])["rule"][9] == "outside"


@pytest.mark.parametrize(("times", "got"), [([3, 0, 1], "0 at place 1"), ([-2], "-2 at place 0")])
def test_a_time_that_is_not_above_zero_is_refused(times, got):
    with pytest.raises(ValueError, match=rf"give hours, or use a g chart\), got {got}"):
        t_chart(times)


def test_no_case_between_two_events_is_possible_and_fewer_are_not():
    assert g_chart([0, 0, 0])["upper"].tolist() == [0.0] * 3
    with pytest.raises(ValueError, match="-1 at place 1"):
        g_chart([0, -1])


def test_waits_are_the_intervals_without_an_event_since_the_last():
    found = waits([0, 2, 0, 0, 1, 1, 0])
    assert found.tolist() == pytest.approx([np.nan, np.nan, 1, 2, 2, 0, 1], nan_ok=True)


def test_a_missing_interval_leaves_the_wait_over_it_unknown():
    found = waits([1, 0, np.nan, 0, 1, 0, 1])
    assert found.tolist() == pytest.approx([np.nan, 1, np.nan, np.nan, np.nan, 1, 1], nan_ok=True)


@pytest.mark.parametrize(("mean", "limit"), [(3.0, 21.97), (1.0, 8.53), (0.0, 0.0)])
def test_the_limit_of_a_wait_is_exceeded_in_135_of_100_000(mean, limit):
    # Geometric waits: more than k with (m / (m + 1)) ** (k + 1).
    assert longest_wait(mean) == pytest.approx(limit, abs=0.01)
    if mean:
        assert (mean / (mean + 1)) ** (limit + 1) == pytest.approx(0.00135, rel=0.01)


def test_the_latest_events_are_binomial_given_all_of_them():
    # 8 events in 24 intervals and none in the latest 12: (2/3)^8 of no event there; four windows, two sides.
    assert latest_events_p([0, 0, 1] * 8 + [0] * 12) == pytest.approx(8 * (2 / 3) ** 8)
    # All 5 of 24 in the latest one, of four windows that fit.
    assert latest_events_p([0] * 23 + [5]) == pytest.approx(8 * (1 / 24) ** 5)


def test_the_latest_events_count_what_they_are_counted_against():
    events = [1, 0] * 6 + [0, 3]
    even, more_asked = latest_events_p(events), latest_events_p(events, [10] * 13 + [60])
    assert even < more_asked


@pytest.mark.parametrize("events", [[], [0, 0, 0], [2], [np.nan] * 5])
def test_without_an_event_or_a_past_nothing_is_surprising(events):
    assert np.isnan(latest_events_p(events))
