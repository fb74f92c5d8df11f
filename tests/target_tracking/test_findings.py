"""What is said: keys, arguments and sentences, from released rows."""

import json

import numpy as np
import pytest

from workbench.charts.target_capability import LACKING
from workbench.disclosure import Policy, release
from workbench.findings import Context, Findings, Verdict, ask, caveat, render
from workbench.findings.messages import catalogue, examples, fill
from workbench.findings.sentences import basis
from workbench.target_tracking import analyse, analysis, findings

STEADY = [
    *[10.6, 9.2, 8.7, 7.7, 9.7, 11.0, 10.0, 10.4, 10.8, 9.3, 12.1, 9.3],
    *[10.3, 12.2, 9.9, 10.1, 9.6, 10.3, 8.3, 9.5, 11.4, 10.2, 9.8, 10.3],
]
CONTEXT = Context("target_tracking", "works", "all", "Public Works", provenance={"cube": "abc"})
TOTAL = {"kind": "cumulative", "columns": {"interval": "month", "numerator": "a"}, "unit": "lines"}


@pytest.fixture
def said(measure_cube, observations):
    """Findings on one measure, by question."""

    def made(values, first="2024-01", period="2025-Q4", about_people=False, counts=None, **entry):
        own = observations("permits", values, first, counts=counts)
        cube = measure_cube(own, entries={"permits": entry}, about_people=about_people)
        results = release(analyse(cube, period=period), Policy(11))
        found = findings(results, CONTEXT)
        for finding in found:
            assert render(finding)
            assert all(caveat(key, finding) for key in finding.caveats)
            ask(finding)
        json.dumps(Findings(found).to_json())
        return {finding.question: finding for finding in found}

    return made


def test_no_signal_is_said_with_what_is_usual(said):
    finding = said(STEADY)["variation"]
    assert finding.verdict == Verdict.COMMON_CAUSE
    assert render(finding) == (
        "Permits on time: no signal. 10.3 days in December 2025 is within the usual ups and downs, 6.69 to 13.4 days."
    )
    assert finding.id == "target_tracking/permits/variation/all/all"
    assert 0.2 < finding.p <= 1
    assert basis(finding) == "Rests on 24 months"


def test_a_signal_names_its_rule_and_carries_a_p_value(said):
    finding = said([*STEADY[:23], 3.0], direction="increase")["variation"]
    assert (finding.verdict, finding.message) == (Verdict.WORSENING, "worsening_outside")
    assert "3 days in December 2025 lies outside" in render(finding)
    assert finding.p < 0.01
    assert finding.size.value == 3
    assert finding.ask == "what_happened"


def test_a_shift_says_since_when(said):
    finding = said([*STEADY[:15], *[10.9, 11.2, 11.5, 10.9, 11.1, 10.8, 11.3, 11.6, 11.2]])["variation"]
    assert finding.message == "improving_shift"
    assert "better since April 2025" in render(finding)


def test_a_drift_says_by_how_much_each_time(said):
    noise = np.random.default_rng(4).normal(size=24)
    finding = said(list(50 - 2 * np.arange(24.0) + noise), direction="increase")["variation"]
    assert finding.message == "worsening_drift"
    assert "drifting the wrong way" in render(finding)
    assert finding.arguments["slope"][0] == pytest.approx(2, abs=0.1)
    assert "drifting" not in finding.caveats
    assert (finding.size.value, finding.size.lower, finding.size.upper) == (
        pytest.approx(finding.arguments["value"][0]),
        None,
        None,
    )


def test_a_season_is_a_caution(said):
    wave = 10 * np.sin(2 * np.pi * np.arange(24) / 12)
    finding = said(list(100 + wave + 0.5 * np.array(STEADY)))["variation"]
    assert finding.verdict == Verdict.COMMON_CAUSE
    assert "seasonal" in finding.caveats


def test_too_few_values_say_how_many_more_it_takes(said):
    finding = said(STEADY[:9], first="2025-04")["variation"]
    assert finding.verdict == Verdict.CANT_TELL
    assert "9 values are on record; with 4 more it can be told" in render(finding)


@pytest.mark.parametrize(
    ("target", "verdict", "words"),
    [
        (
            20,
            Verdict.CANNOT_MEET,
            "the target of 20 days is out of reach as the process runs now, from 6.69 to 13.4",
        ),
        (5, Verdict.RELIABLY_MEETS, "the target of 5 days is met whatever the usual ups and downs bring"),
        (10, Verdict.HIT_OR_MISS, "met or missed by chance"),
        (13, Verdict.HIT_OR_MISS, "is seldom met"),
        (8, Verdict.HIT_OR_MISS, "is met most of the time, not always"),
    ],
)
def test_a_target_is_said_against_what_the_process_does(said, target, verdict, words):
    finding = said(STEADY, targets=[{"value": target}])["target"]
    assert finding.verdict == verdict
    assert words in render(finding)


def test_a_total_that_will_be_missed_says_what_it_needs_and_what_it_gets(said):
    values = [round(3 * value) for value in STEADY]
    target = {"value": 900, "kind": "cumulative", "since": "2025-01", "by": "2026-06"}
    finding = said(values, counts=[(v, np.nan) for v in values], targets=[target], **TOTAL)["target"]
    assert finding.verdict == Verdict.CANNOT_MEET
    assert render(finding) == (
        "Permits on time: it will miss 900 lines by June 2026 without a change of the process. It has 366 lines "
        "and needs 89 lines a month; the process runs 20.3 to 39.9 lines."
    )


def test_the_variation_of_a_total_is_that_of_its_intervals(said):
    values = [round(3 * value) for value in STEADY]
    target = {"value": 900, "kind": "cumulative", "since": "2025-01", "by": "2026-06"}
    found = said(values, counts=[(v, np.nan) for v in values], targets=[target], **TOTAL)
    assert "no signal. 31 lines in December 2025" in render(found["variation"])
    assert found["variation"].size.value == 31


@pytest.mark.parametrize(("goal", "message"), [(361, "total_reached"), (362, "total_missed")])
def test_a_total_that_is_complete_is_said_plainly(said, goal, message):
    values = [28.0, 32.0, 30.0, 29.0, 31.0, 27.0, 33.0, 30.0, 31.0, 29.0, 31.0, 30.0] * 2
    target = {"value": goal, "kind": "cumulative", "by": "2025-12"}
    finding = said(values, counts=[(v, np.nan) for v in values], targets=[target], **TOTAL)["target"]
    assert finding.message == message


def test_a_range_is_said_as_a_range(said):
    finding = said(STEADY, targets=[{"lower": 5, "upper": 15}], direction="neutral")["target"]
    assert finding.message == "range_reliably"
    assert "the range from 5 to 15 days" in render(finding)


def test_a_silent_owner_is_named(said):
    found = said(STEADY[:20])
    assert found["freshness"].verdict == Verdict.CHECK_DATA
    assert render(found["freshness"]) == (
        "Permits on time: no value since August 2025. Plan Review has not reported."
    )


def test_a_measure_without_values_is_said_to_have_none(said):
    found = said([], owner="")
    assert found["variation"].message == "no_values"
    assert "Public Works has not reported" in render(found["freshness"])
    assert "target" not in found


def test_a_hidden_measure_is_said_to_be_hidden_and_nothing_else(said):
    counts = [(5, 100), *[(60, 100)] * 23]
    entry = {"kind": "proportion", "columns": {"interval": "month", "numerator": "a", "denominator": "b"}}
    found = said([a / b for a, b in counts], counts=counts, about_people=True, **entry)
    assert list(found) == ["variation"]
    assert found["variation"].verdict == Verdict.SUPPRESSED
    assert "value" not in render(found["variation"])


def test_the_stakes_are_the_cases_of_the_period(said):
    counts = [(60, 100)] * 24
    entry = {"kind": "proportion", "columns": {"interval": "month", "numerator": "a", "denominator": "b"}}
    found = said([0.6 + 0.001 * place % 0.01 for place in range(24)], counts=counts, **entry)
    assert found["variation"].affected == 300
    assert said(STEADY)["variation"].affected is None


def test_concerns_come_first(measure_cube, observations):
    cube = measure_cube(
        observations("steady", STEADY, "2024-01"),
        observations("worse", [*STEADY[:23], 2.0], "2024-01"),
        observations("better", [*STEADY[:23], 19.0], "2024-01"),
    )
    results = release(analyse(cube, period="2025-Q4"), Policy(11))
    assert [finding.subject for finding in findings(results, CONTEXT)] == ["worse", "better", "steady"]


def test_every_message_can_be_said():
    sections = catalogue(analysis.messages / "en.toml")
    for section in ("message", "caveat", "ask"):
        for template in sections[section].values():
            assert fill(template, examples(template))


STABLE = [float(value) for value in np.random.default_rng(20_260_101).normal(10, 1, 36).round(2)]


@pytest.mark.parametrize(
    ("bounds", "verdict", "start", "end"),
    [
        (
            {"lower": 4, "upper": 16},
            Verdict.RELIABLY_MEETS,
            "Permits on time: as it runs now it keeps within its tolerance. Of 36 months, 100% lay within. The tolerance is 4 to "
            "16 days. Ppk is ",
            "from 1 on the process keeps within by itself.",
        ),
        (
            {"upper": 11.5},
            Verdict.HIT_OR_MISS,
            "Permits on time: its usual ups and downs go beyond its tolerance at times. Of 36 months, ",
            "from 1 on the process keeps within by itself.",
        ),
        (
            {"lower": 11},
            Verdict.CANNOT_MEET,
            "Permits on time: as it runs now it does not keep within its tolerance, and it takes a change of the process. Of 36",
            "from 1 on the process keeps within by itself.",
        ),
    ],
)
def test_a_tolerance_is_told_in_words(said, bounds, verdict, start, end):
    finding = said(STABLE, "2023-01", tolerance=bounds)["tolerance"]
    assert finding.verdict == verdict
    assert render(finding).startswith(start)
    assert render(finding).endswith(end)
    assert (finding.p, finding.n, finding.caveats) == (None, 36, ())


def test_of_a_process_that_is_not_stable_only_the_share_within_its_tolerance_is_told(said):
    finding = said([*STABLE[:28], 15.5, *STABLE[29:]], "2023-01", tolerance={"lower": 4, "upper": 16})[
        "tolerance"
    ]
    assert finding.verdict == Verdict.CANT_TELL
    assert render(finding) == (
        "Permits on time: of 36 months, 100% lay within its tolerance. The tolerance is 4 to 16 days."
    )
    assert caveat(finding.caveats[0], finding).startswith("The process is not stable")


def test_a_measure_without_a_tolerance_has_no_finding_on_it(said):
    assert "tolerance" not in said(STABLE, "2023-01")


def test_every_reason_without_an_index_has_its_words():
    words = catalogue(analysis.messages / "en.toml")["caveat"]
    assert {name.removeprefix("no_index_") for name in words if name.startswith("no_index_")} == set(LACKING)
