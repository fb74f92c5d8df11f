import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.statistics.survival import (
    kaplan_meier,
    kaplan_meier_of_counts,
    log_rank,
    log_rank_of_counts,
    medians,
    percentile,
    restricted_mean,
    restricted_mean_difference,
)

# Remission in weeks under 6-MP (Freireich and others 1963), the textbook example.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def at(curve, time: float) -> float:
    return curve.survival[np.searchsorted(curve.times, time, side="right") - 1]


def test_the_textbook_curve():
    curve = kaplan_meier(WEEKS, ENDED)
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {time: round(at(curve, time), 3) for time in published} == published
    assert at(curve, 6) == pytest.approx(6 / 7)
    assert at(curve, 7) == pytest.approx(96 / 119)
    assert (curve.n, curve.events) == (21, 9)
    assert curve.at_risk[0] == 21


def test_the_textbook_interval_and_median():
    curve = kaplan_meier(WEEKS, ENDED)
    # R: survfit(Surv(time, status) ~ 1, conf.type = "log-log"), Klein and Moeschberger 2003, table 4.3.
    assert (curve.lower[0], curve.upper[0]) == (
        pytest.approx(0.6197, abs=1e-4),
        pytest.approx(0.9516, abs=1e-4),
    )
    median = percentile(curve, 0.5)
    assert (median.value, median.lower, median.upper) == (23.0, 13.0, None)


def test_without_open_cases_the_curve_is_the_share_still_waiting():
    curve = kaplan_meier([3, 1, 2, 2], [True] * 4)
    assert curve.times.tolist() == [1, 2, 3]
    assert curve.survival == pytest.approx([0.75, 0.25, 0])


def test_a_case_last_seen_when_another_ends_is_still_at_risk():
    assert kaplan_meier([5, 5], [True, False]).survival == pytest.approx([0.5])


def test_a_percentile_on_the_level_counts_as_reached():
    assert percentile(kaplan_meier([1, 2, 3, 4], [True] * 4), 0.5).value == 2


def test_a_percentile_above_the_curve_is_not_reached():
    median = percentile(kaplan_meier([1, 2, 3], [True, False, False]), 0.5)
    assert (median.value, median.upper) == (None, None)


def test_medians_of_groups_one_not_reached_and_one_without_cases():
    durations, observed = np.array([4.0, 1.0, 9.0, 2.0, 3.0]), np.array([True, True, False, True, False])
    assert medians(durations, observed, np.array([0, 0, 2, 0, 2]), 3).tolist() == pytest.approx(
        [2.0, np.nan, np.inf], nan_ok=True
    )
    assert np.isnan(medians(durations[:0], observed[:0], np.zeros(0, int), 2)).all()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.integers(0, 3)), min_size=1, max_size=40))
def test_the_median_of_each_group_is_that_of_its_own_curve(cases):
    durations, observed, groups = (np.array(column) for column in zip(*cases, strict=True))
    found = medians(durations.astype(float), observed, groups, 4)
    for group in range(4):
        own = groups == group
        alone = percentile(kaplan_meier(durations[own], observed[own]), 0.5).value
        expected = np.nan if not own.any() else np.inf if alone is None else alone
        assert found[group] == pytest.approx(expected, nan_ok=True)


def test_no_cases_give_no_answer():
    curve = kaplan_meier([], [])
    assert curve.n == 0
    assert percentile(curve, 0.5).value is None


def test_a_case_is_at_risk_only_after_it_came_under_observation():
    curve = kaplan_meier([2, 4, 6], [True, True, True], entry=[0, 3, 3])
    assert curve.at_risk.tolist() == [1, 2, 1]
    assert curve.survival == pytest.approx([0, 0, 0])


def test_entry_at_zero_changes_nothing():
    late, plain = kaplan_meier(WEEKS, ENDED, entry=[0] * 21), kaplan_meier(WEEKS, ENDED)
    assert late.survival.tolist() == plain.survival.tolist()


def test_entry_at_zero_keeps_what_ended_at_once():
    late, plain = (kaplan_meier([0, 0, 1], [1, 0, 1], entry=each) for each in ([0, 0, 0], None))
    assert late.survival.tolist() == plain.survival.tolist() == pytest.approx([2 / 3, 0])


def test_a_case_that_was_never_under_observation_is_left_out():
    curve = kaplan_meier([2, 2, 3], [1, 1, 1], entry=[2, 0, 0])
    assert (curve.n, curve.at_risk.tolist()) == (2, [2, 1])
    assert curve.survival.tolist() == [0.5, 0]


def test_the_curve_waits_where_nobody_is_at_risk():
    curve = kaplan_meier([1, 5], [0, 1], entry=[0, 1])
    assert (curve.at_risk.tolist(), curve.survival.tolist()) == ([1, 1], [1, 0])


def test_the_upper_limit_may_rise_where_few_are_left():
    # exp(-exp(log(-log S) +/- 1.96 sqrt(V) / -log S)) with S = .37 and V = 63/3700, then S = .185 and V + 1/2.
    curve = kaplan_meier([1] * 63 + [2] * 35 + [3, 4], [1] * 63 + [0] * 35 + [1, 0])
    assert curve.upper.tolist() == pytest.approx([0.4636, 0.4636, 0.4810, 0.4810], abs=1e-4)
    assert curve.lower.tolist() == pytest.approx([0.2764, 0.2764, 0.0204, 0.0204], abs=1e-4)


def test_nobody_is_left_and_the_last_bound_stays():
    curve = kaplan_meier([1, 2], [1, 1])
    assert (curve.lower[1], curve.upper[1]) == (0, curve.upper[0])


def test_all_cases_still_open_or_all_over_at_once():
    waiting, over = kaplan_meier([1, 2], [0, 0]), kaplan_meier([3, 3], [1, 1])
    assert (waiting.survival.tolist(), waiting.lower.tolist(), waiting.upper.tolist()) == (
        [1, 1],
        [1, 1],
        [1, 1],
    )
    assert (over.survival.tolist(), over.lower.tolist(), over.upper.tolist()) == ([0], [0], [1])


def test_a_negative_duration_is_refused():
    with pytest.raises(AssertionError, match="negative"):
        kaplan_meier([-1.0, 2.0], [True, True])


def test_log_rank_of_groups_that_are_the_same_is_nothing():
    test = log_rank([1, 2, 1, 2], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert test.statistic == pytest.approx(0)
    assert test.p == pytest.approx(1)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40), st.randoms())
def test_order_of_cases_changes_nothing_and_the_curve_never_rises(cases, random):
    shuffled = random.sample(cases, len(cases))
    curve, other = (kaplan_meier(*zip(*each, strict=True)) for each in (cases, shuffled))
    assert curve.survival.tolist() == other.survival.tolist()
    assert (np.diff(curve.survival) <= 0).all()
    assert (curve.lower <= curve.survival + 1e-12).all()
    assert (curve.survival <= curve.upper + 1e-12).all()


def counted(cases) -> tuple:
    """Times, and how many ended at each and how many were last seen at it."""
    times = sorted({time for time, _ in cases})
    return times, *(
        [sum(case == (time, ended) for case in cases) for time in times] for ended in (True, False)
    )


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=40))
def test_a_curve_of_counts_is_that_of_the_cases(cases):
    curve, other = (
        kaplan_meier_of_counts(*counted(cases)),
        kaplan_meier([time for time, _ in cases], [ended for _, ended in cases]),
    )
    for name in ("times", "survival", "lower", "upper", "at_risk", "happened", "n", "events"):
        assert np.array_equal(getattr(curve, name), getattr(other, name)), name


def test_times_without_cases_are_no_points_of_a_curve_of_counts():
    curve = kaplan_meier_of_counts([1, 2, 3], [2, 0, 1], [0, 0, 1])
    assert (curve.times.tolist(), curve.at_risk.tolist()) == ([1, 3], [4, 2])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.booleans(), st.booleans()), min_size=2, max_size=40))
def test_a_log_rank_test_of_counts_is_that_of_the_cases(cases):
    days, ended, group = (np.array(column) for column in zip(*cases, strict=True))
    if not ended.any() or group.all() or not group.any():
        return
    tally = [
        [
            [((days == day) & (ended == over) & (group == own)).sum() for day in range(9)]
            for own in (False, True)
        ]
        for over in (True, False)
    ]
    of_counts, of_cases = log_rank_of_counts(*tally), log_rank(days, ended, group)
    assert (of_counts.statistic, of_counts.p) == (
        pytest.approx(of_cases.statistic),
        pytest.approx(of_cases.p),
    )


def test_reference_case_of_log_rank_from_counts(reference):
    inputs = reference("process", "logrank-3-groups")["inputs"]
    days, ended, names = (np.array(inputs[name]) for name in ("durations", "events", "groups"))
    times = np.unique(days)
    tally = [
        [[((days == t) & (ended == e) & (names == name)).sum() for t in times] for name in np.unique(names)]
        for e in (1, 0)
    ]
    assert log_rank_of_counts(*tally).statistic == pytest.approx(log_rank(days, ended, names).statistic)


def test_reference_case_of_the_textbook_curve(reference):
    case = reference("process", "km-freireich")
    curve = kaplan_meier(case["inputs"]["durations"], case["inputs"]["events"])
    for name, value in case["expected"].items():
        if name.startswith("S("):
            assert at(curve, float(name[2:-1])) == pytest.approx(value, abs=case["tolerance"])
    assert percentile(curve, 0.5).value == case["expected"]["median"]


def test_reference_case_of_log_rank(reference):
    case = reference("process", "logrank-3-groups")
    test = log_rank(case["inputs"]["durations"], case["inputs"]["events"], case["inputs"]["groups"])
    assert test.statistic == pytest.approx(case["expected"]["chi2"], abs=case["tolerance"])
    assert test.p == pytest.approx(case["expected"]["p"], abs=case["tolerance"])


def test_reference_case_of_lung_patients(reference, shared):
    case = reference("process", "km-lung-rmst")
    lung = pd.read_csv(shared / "cases" / case["inputs"]["file"])
    published = case["expected"]["survminer"]
    means, errors = [], []
    for number, sex in enumerate([1, 2]):
        group = lung[lung["sex"] == sex]
        curve = kaplan_meier(group["time"], group["event"], transform="log")
        expected = case["expected"][str(sex)]
        median = percentile(curve, 0.5)
        assert (curve.n, curve.events, median.value) == (
            expected["n"],
            expected["events"],
            expected["median"],
        )
        assert [median.lower, median.upper] == published["median_ci"][number]
        mean, error = restricted_mean(curve, 965)
        means.append(mean)
        errors.append(error)
    assert means == pytest.approx(published["rmst"], abs=0.01)
    assert errors == pytest.approx(published["rmst_se"], abs=0.01)


def test_real_reports_on_the_last_day_of_a_quarter(reference, shared):
    case = reference("process", "quarter-snapshot-bias")
    cases = pd.read_csv(shared / "cases" / case["inputs"]["file"])
    start, end = (
        pd.to_datetime(cases[name], utc=True, format="ISO8601") for name in ("startdate", "enddate")
    )
    for quarter, expected in case["expected"].items():
        period = pd.Period(quarter, "Q")
        snapshot = (period.end_time + pd.Timedelta(nanoseconds=1)).tz_localize("UTC")
        cohort = (start >= period.start_time.tz_localize("UTC")) & (start < snapshot)
        closed = (end < snapshot)[cohort]
        days = (end.where(end < snapshot, snapshot) - start)[cohort].dt.total_seconds() / 86400
        assert (len(days), closed.sum()) == (expected["opened"], expected["closed_by_quarter_end"])
        # One case ends before it starts: the published counts have it, the published durations do not.
        days, closed = days[days >= 0], closed[days >= 0]
        assert days[closed].median() == pytest.approx(expected["median_of_closed_at_snapshot"], abs=1e-3)
        median = percentile(kaplan_meier(days, closed), 0.5)
        assert median.value == pytest.approx(expected["km_median_at_snapshot"], abs=1e-3)
        assert [median.lower, median.upper] == pytest.approx(expected["km_median_ci95"], abs=1e-3)


def test_reference_case_of_a_difference_of_restricted_means(reference, shared):
    case = reference("process", "km-lung-rmst")
    lung = pd.read_csv(shared / "cases" / case["inputs"]["file"])
    men, women = (
        kaplan_meier(*lung.loc[lung["sex"] == sex, ["time", "event"]].to_numpy().T) for sex in (1, 2)
    )
    got, published = restricted_mean_difference(women, men, 965), case["expected"]["survminer"]
    assert got.value == pytest.approx(published["diff"], abs=case["tolerance"])
    assert [got.lower, got.upper] == pytest.approx(published["diff_ci"], abs=case["tolerance"])
    assert got.p == pytest.approx(published["p"], abs=1e-7)


def test_means_are_compared_only_as_far_as_both_are_followed():
    ended, open_ = kaplan_meier([1, 3], [True, True]), kaplan_meier([1, 3], [True, False])
    assert restricted_mean_difference(ended, ended, 9).p == 1.0
    assert restricted_mean_difference(open_, ended, 3).value == 0.0
    with pytest.raises(AssertionError, match="not followed"):
        restricted_mean_difference(open_, ended, 3.5)
    with pytest.raises(AssertionError, match="no cases"):
        restricted_mean_difference(kaplan_meier([], []), ended, 1)


def test_two_constant_waits_differ_without_doubt():
    got = restricted_mean_difference(
        kaplan_meier([5, 5], [True, True]), kaplan_meier([2, 2], [True, True]), 9
    )
    assert (got.value, got.lower, got.upper, got.p) == (3.0, 3.0, 3.0, 0.0)
