import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.competing_risks import Share, cumulative_incidence, percentile, share_by
from workbench.statistics.survival import kaplan_meier

# Months to relapse or death of 35 patients with acute leukaemia (Scrucca, Santucci and Aversa 2007).
MONTHS = [
    *(13, 1, 72, 7, 8, 67, 9, 5, 70, 4, 7, 68, 1, 10, 7, 3, 4, 4),
    *(3, 3, 22, 8, 2, 0, 0, 35, 35, 4, 14, 26, 3, 2, 8, 32, 12),
]
CODES = [
    *(2, 1, 0, 2, 2, 0, 2, 2, 0, 0, 0, 0, 2, 2, 2, 1, 1, 1),
    *(1, 1, 2, 1, 2, 2, 1, 0, 0, 2, 2, 2, 2, 0, 0, 0, 1),
]
NAMES = [("", "death", "relapse")[code] for code in CODES]


def test_published_incidences():
    # The estimates of R's cmprsk as scikit-survival's tests have them.
    got = cumulative_incidence(MONTHS, NAMES)
    death = {
        0: 0.02857143,
        1: 0.05714286,
        3: 0.14581281,
        4: 0.20492611,
        8: 0.23771164,
        12: 0.27283899,
        72: 0.27283899,
    }
    relapse = {0: 0.02857143, 2: 0.08571429, 4: 0.14482759, 9: 0.30563279, 14: 0.41101485, 26: 0.48126955}
    for name, published in (("death", death), ("relapse", relapse)):
        found = {month: share_by(got.outcomes[name], month).value for month in published}
        assert found == pytest.approx(published, abs=1e-8)


def test_standard_errors_of_another_program():
    # statsmodels 0.15, CumIncidenceRight; lifelines 0.30.3 has the same where no two deaths are on one day.
    got = cumulative_incidence(MONTHS, NAMES)
    error = dict(zip(got.times, np.sqrt(got.outcomes["death"].variance), strict=True))
    expected = {0: 0.02816031, 1: 0.03923466, 3: 0.06030700, 4: 0.06910629, 8: 0.07360519, 12: 0.07809069}
    assert {month: error[month] for month in expected} == pytest.approx(expected, abs=1e-8)


def test_published_interval():
    # Documentation of R's tidycmprsk, cuminc of `trial`, drug A: of 98 patients one died of something else, then
    # two of cancer. Its variance of the first, 1 / 98^2, is a hundredth larger than the binomial one.
    got = cumulative_incidence([3.53, 7.27, 7.38, *[24] * 95], ["other", "cancer", "cancer", *[""] * 95])
    first, second = (share_by(got.outcomes["cancer"], month) for month in (7.27, 8))
    assert (first.value, first.lower, first.upper) == pytest.approx((0.0102, 8.84e-4, 0.0503), rel=0.02)
    assert (second.value, second.lower, second.upper) == pytest.approx((0.0204, 3.90e-3, 0.0652), rel=0.02)


def test_without_open_cases_the_variance_is_binomial():
    found = cumulative_incidence([1, 2, 3, 4, 5], ["a", "b", "a", "b", "b"]).outcomes["a"]
    assert found.incidence == pytest.approx([0.2, 0.2, 0.4, 0.4, 0.4])
    assert found.variance == pytest.approx([0.2 * 0.8 / 5] * 2 + [0.4 * 0.6 / 5] * 3)


def test_one_minus_kaplan_meier_says_too_much():
    got = cumulative_incidence([1, 2, 3], ["withdrawn", "closed", "closed"])
    assert share_by(got.outcomes["closed"], 3).value == pytest.approx(2 / 3)
    assert 1 - kaplan_meier([1, 2, 3], [False, True, True]).survival[-1] == 1.0


def test_the_share_decided_by_a_day():
    found = cumulative_incidence([5, 10, 10, 20], ["closed", "closed", "withdrawn", None]).outcomes["closed"]
    assert share_by(found, 4.9) == Share(0.0, 0.0, 0.0)
    assert share_by(found, 5).value == 0.25
    assert share_by(found, 10).value == share_by(found, 99).value == 0.5


def test_a_percentile_is_of_all_cases():
    found = cumulative_incidence([1, 2, 3, 4], ["closed", "closed", "withdrawn", "withdrawn"]).outcomes[
        "closed"
    ]
    assert percentile(found, 0.5).value == 2
    assert percentile(found, 0.51).value is None
    reached = percentile(found, 0.25)
    assert (reached.value, reached.lower) == (1, 1)


def test_a_case_is_at_risk_only_after_it_came_under_observation():
    got = cumulative_incidence([2, 4, 6, 6], ["closed", "withdrawn", "closed", ""], entry=[0, 3, 3, 0])
    assert got.at_risk.tolist() == [2, 3, 2]
    assert got.survival == pytest.approx([1 / 2, 1 / 3, 1 / 6])
    assert got.outcomes["closed"].incidence == pytest.approx([1 / 2, 1 / 2, 1 / 2 + 1 / 6])
    never = cumulative_incidence([2, 3], ["closed", "closed"], entry=[2, 0])
    assert (never.n, never.times.tolist()) == (1, [3])


def test_no_cases_and_none_with_an_outcome():
    assert cumulative_incidence([], []).outcomes == {}
    waiting = cumulative_incidence([1, 2], ["", None])
    assert (waiting.outcomes, waiting.survival.tolist()) == ({}, [1, 1])


def test_all_had_the_outcome_at_once():
    found = cumulative_incidence([3, 3], ["closed", "closed"]).outcomes["closed"]
    assert share_by(found, 3) == Share(1.0, 1.0, 1.0)


def test_a_share_never_passes_one():
    # Summed in order, the 150 fractions of these come to 1.0000000000000002 or so.
    for n in range(1, 200):
        found = cumulative_incidence(np.arange(n), ["closed"] * n).outcomes["closed"]
        assert found.incidence[-1] <= 1.0
        assert found.incidence[-1] == pytest.approx(1.0)


def test_what_cannot_be_waits_is_refused():
    with pytest.raises(AssertionError, match="negative"):
        cumulative_incidence([-1.0], ["closed"])
    with pytest.raises(AssertionError, match="no outcome"):
        cumulative_incidence([1.0, 2.0], ["closed"])
    with pytest.raises(AssertionError, match="before it entered"):
        cumulative_incidence([1.0], ["closed"], entry=[2.0])


CASES = st.lists(
    st.tuples(
        st.integers(0, 20), st.sampled_from(["", "closed", "withdrawn", "expired"]), st.integers(0, 20)
    ),
    max_size=40,
)


@given(CASES, st.booleans())
def test_incidences_and_those_still_waiting_add_up(cases, late):
    days, names, entry = ([case[place] for case in cases] for place in range(3))
    entry = [min(pair) for pair in zip(days, entry, strict=True)] if late else None
    got = cumulative_incidence(days, names, entry=entry)
    total = got.survival + sum(found.incidence for found in got.outcomes.values())
    assert np.abs(total - 1).max(initial=0) <= 1e-12
    for found in got.outcomes.values():
        assert (np.diff(found.incidence) >= 0).all()
        assert (found.lower <= found.incidence + 1e-12).all()
        assert (found.incidence <= found.upper + 1e-12).all()


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans(), st.integers(0, 20)), min_size=1, max_size=40))
def test_with_one_outcome_it_is_one_minus_kaplan_meier(cases):
    days, ended, entry = (np.array(column) for column in zip(*cases, strict=True))
    entry = np.minimum(days, entry)
    curve = kaplan_meier(days, ended, entry=entry)
    got = cumulative_incidence(days, np.where(ended, "closed", ""), entry=entry)
    assert got.survival.tolist() == curve.survival.tolist()
    if "closed" in got.outcomes:
        found = got.outcomes["closed"]
        assert found.incidence == pytest.approx(1 - curve.survival, abs=1e-12)
        some = curve.survival > 0
        assert found.variance[some] == pytest.approx((curve.survival**2 * curve.variance)[some], abs=1e-12)
