"""What cannot be right in a measure: said with the interval, the numbers and what to write."""

import pytest

from workbench.disclosure import Policy, release
from workbench.findings import Context, Verdict, render
from workbench.periods import Period
from workbench.target_tracking import analyse, findings
from workbench.target_tracking.targets import Aim, date_passed

CONTEXT = Context("target_tracking", "works", "all", "Public Works")
SHARE = {
    "kind": "proportion",
    "scale": "percent",
    "columns": {"interval": "month", "numerator": "a", "denominator": "b"},
}
STEADY = [10.0 + (at * 7 % 10) / 10 for at in range(24)]
COUNTS = [(70.0 + at * 7 % 10, 100.0) for at in range(24)]


@pytest.fixture
def told(measure_cube, observations):
    """``told(values, ...)``: the results of one measure and its findings by question, as released."""

    def made(values, counts=None, conflicting=(), about_people=False, **entry):
        own = observations("m", values, "2024-01", counts=counts, conflicting=conflicting)
        cube = measure_cube(own, entries={"m": entry}, about_people=about_people)
        results = release(analyse(cube, period="2025-Q4"), Policy(11))
        return results, {finding.question: finding for finding in findings(results, CONTEXT)}

    return made


def shares(counts):
    return [above / below for above, below in counts]


def test_the_latest_interval_above_one_is_named_with_both_numbers(told):
    counts = [*COUNTS[:10], (104.0, 100.0), *COUNTS[11:20], (107.0, 100.0), *COUNTS[21:]]
    finding = told(shares(counts), counts, **SHARE)[1]["variation"]
    assert finding.verdict == Verdict.CHECK_DATA
    assert "in September 2025 the numerator is 107 and the denominator 100, which a proportion" in render(
        finding
    )
    assert "`kind: rate`" in render(finding)


def test_a_share_that_is_read_has_its_value_named(told):
    read = {
        "kind": "proportion",
        "scale": "percent",
        "columns": {"interval": "month", "value": "v"},
        "unit": "",
    }
    values = [0.7 + (at * 7 % 10) / 100 for at in range(23)]
    finding = told([*values, 1.2], **read)[1]["variation"]
    assert "120% in December 2025 is more than all of them" in render(finding)


def test_a_unit_that_changes_has_the_interval_and_both_values_named(told):
    values = [*STEADY[:14], *(100 * value for value in STEADY[14:])]
    said = render(told(values)[1]["variation"])
    assert "from March 2025 on, all values are about 100 times those before" in said
    assert "10.1 days in February 2025, then 1,080 days" in said


def test_two_values_at_once_have_their_interval_named(told):
    values = [*STEADY[:20], float("nan"), *STEADY[21:]]
    said = render(told(values, conflicting=[20])[1]["variation"])
    assert "two values were recorded for September 2025 at the same time" in said


NAN = float("nan")
SHORT = {
    "a share above one": (shares([*COUNTS[:5], (104.0, 100.0)]), [*COUNTS[:5], (104.0, 100.0)], (), SHARE),
    "another unit": ([10.0, 10.4, 1020.0, 1000.0], None, (), {}),
    "two values at once": ([10.0, NAN, 10.4], None, [1], {}),
    "nothing but two values at once": ([NAN], None, [0], {}),
    "a total that falls": (
        [10.0, 20.0, 15.0],
        None,
        (),
        {"kind": "cumulative", "columns": {"interval": "month", "value": "v"}},
    ),
}


@pytest.mark.parametrize("name", SHORT)
def test_what_cannot_be_right_is_told_of_a_short_series_too(told, name):
    values, counts, conflicting, entry = SHORT[name]
    results, found = told(values, counts, conflicting, **entry)
    assert found["variation"].verdict == Verdict.CHECK_DATA
    assert found["variation"].message.endswith(("_in", "_in_counts"))
    assert results.verdicts["status"].tolist() == ["check data"]


def test_a_short_series_without_a_fault_still_has_too_few_points(told):
    results, found = told(STEADY[:12])
    assert found["variation"].verdict == Verdict.CANT_TELL
    assert results.verdicts["status"].tolist() == ["too few points"]


def test_nothing_odd_is_not_told(told):
    results, found = told(STEADY)
    assert results.facts["measures"]["m"]["oddity"] == {}
    assert found["variation"].verdict == Verdict.COMMON_CAUSE


def test_numbers_of_hidden_counts_are_hidden_here_too(told):
    counts = [*COUNTS[:20], (4.0, 3.0), *COUNTS[21:]]
    results, found = told(shares(counts), counts, about_people=True, **SHARE)
    assert found["variation"].verdict == Verdict.SUPPRESSED
    assert results.facts["measures"]["m"]["oddity"]["odd_numerator"] is None


@pytest.mark.parametrize(
    ("targets", "status", "question"),
    [
        ([{"value": 10, "by": "2025-11"}], "usual ups and downs · the target's date has passed", "target"),
        (
            [{"value": 10, "by": "2025-11"}, {"value": 9, "by": "2025"}],
            "usual ups and downs · reliably meets the target · likely",
            "",
        ),
        ([{"value": 10, "by": "2025-11"}, {"value": 9, "since": "2026"}], "usual ups and downs", ""),
        ([], "usual ups and downs", ""),
    ],
)
def test_targets_that_are_all_over_are_a_status_and_a_finding(told, targets, status, question):
    results, found = told(STEADY, targets=targets)
    assert results.verdicts["status"].iloc[0] == status
    said = [finding for finding in found.values() if finding.message == "date_passed"]
    assert [finding.question for finding in said] == [question] * bool(question)
    for finding in said:
        assert "It was due in November 2025, and no later target is declared." in render(finding)


@pytest.mark.parametrize(
    ("ends", "passed"),
    [
        (["2025-12"], None),  # it holds in its last interval
        (["2025-11"], "2025-11"),
        (["2025-11", "2025-Q2"], "2025-11"),
        (["2025-11", ""], None),  # one without a date is never over
        ([], None),
    ],
)
def test_a_date_has_passed_when_the_last_one_has(ends, passed):
    declared = [Aim("each_period", 1.0, by=Period.parse(end) if end else None) for end in ends]
    found = date_passed(Period.parse("2025-12"), declared)
    assert (str(found) if found else None) == passed
