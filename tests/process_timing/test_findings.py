import numpy as np
import pandas as pd
import pytest

from workbench.findings import Context, Verdict, ask, caveat, render
from workbench.findings.messages import catalogue, faults_of
from workbench.findings.sentences import basis
from workbench.process_timing import analyse, analysis
from workbench.process_timing.results import ProcessResults

CONTEXT = Context("process_timing", "works", "permits", "Permits", goals=("fast_permits",))
FACTS = {
    "noun": "permits",
    "cohort": "submitted",
    "period": "2025-Q3",
    "previous": "2025-Q2",
    "as_of": "2025-10-15",
    "confidence": 0.95,
    "mix": ["Kind"],
    "rounding": 20,
    "service_level": {"days": 15, "calendar": "working"},
    "window": None,
    "whole_days": False,
    "years_without_holidays": [],
}
LEAD = {
    "interval": "2025-Q3",
    "clock": "calendar days",
    "submitted": 240,
    "median": 41.0,
    "lower": 38.0,
    "upper": 45.0,
    "method": "Kaplan-Meier",
    "state": "value",
}
SLOWER = {
    "comparison": "previous",
    "since": "2025-Q2",
    "difference": 9.0,
    "lower": 5.0,
    "upper": 13.0,
    "p": 0.001,
    "faster": 0.3,
    "faster_lower": 0.25,
    "faster_upper": 0.36,
    "within": 0.31,
    "within_lower": 0.26,
    "within_upper": 0.37,
    "same_mix": 8.0,
    "same_mix_lower": 4.0,
    "same_mix_upper": 12.0,
    "covered": 1.0,
    "horizon_days": 60.0,
    **dict.fromkeys(
        ("closed_by", "closed_by_before", "closed_by_difference", "closed_by_lower", "closed_by_upper"),
        np.nan,
    ),
    "n": 240,
    "n_before": 250,
    "method": "Kaplan-Meier medians, weeks resampled",
    "lacking": "",
    "verdict": "slower",
    "state": "value",
}
EDGE = {
    "from": "Filed",
    "to": "Review",
    "count": 200,
    "median_days": 12.0,
    "share": 0.6,
    "share_lower": 0.5,
    "share_upper": 0.7,
    "is_usual": True,
    "total_days": 2400.0,
    "verdict": "longest wait",
    "state": "value",
}
REWORK = {
    "activity": "Review",
    "cases": 200,
    "repeated": 76,
    "share": 0.38,
    "lower": 0.33,
    "upper": 0.43,
    "extra": 90,
    "method": "Wilson",
    "verdict": "rework",
    "state": "value",
}
LEVEL = {
    "interval": "2025-Q3",
    "clock": "whole",
    "due": 100,
    "missed": 29,
    "share": 0.71,
    "lower": 0.61,
    "upper": 0.79,
    "change": -0.1,
    "change_lower": -0.2,
    "change_upper": -0.01,
    "p": 0.03,
    "method": "Wilson",
    "verdict": "worsening",
    "state": "value",
}
COLUMNS = {"edges": EDGE, "rework": REWORK, "service_levels": LEVEL, "comparison": SLOWER}
OPEN = {"interval": "2025-Q3", "outcome": "open", "cases": 63, "of": 240}
OVERDUE = {"interval": "2025-Q3", "outcome": "overdue", "cases": 12, "of": 100}
COLUMNS |= {"progress": OPEN, "quality": {"check": "", "count": 0, "of": 0, "share": 0.0}}


def said(lead=None, facts=None, **rows):
    rows = {"progress": [OPEN, OVERDUE], **rows}
    frames = {name: pd.DataFrame(rows.get(name, []), columns=list(keys)) for name, keys in COLUMNS.items()}
    frames["lead_times"] = pd.DataFrame([{**LEAD, **(lead or {})}])
    results = ProcessResults(pd.DataFrame(), facts={**FACTS, **(facts or {})}, released=True, **frames)
    return analysis.findings(results, CONTEXT)


def test_a_slower_quarter_is_told_with_interval_and_open_cases():
    (found,) = said(comparison=[SLOWER])
    assert render(found) == (
        "Half of the permits submitted in the third quarter of 2025 were closed within 41 days (95% interval "
        "38 to 45; 63 of 240 still open, counted as waiting), 9 days longer than in the second quarter of 2025 "
        "(95% interval 5 to 13). A random one of these took longer than a random one of the second quarter of 2025 of "
        "the same kind in 69.0 of 100 pairs (95% interval 63.0 to 74.0)."
    )
    assert (found.id, found.verdict) == ("process_timing/permits/lead_time/all/all", Verdict.SLOWER)
    assert (found.p, found.n, found.affected, found.goals) == (0.001, 240, 240.0, ("fast_permits",))
    assert (found.size.value, found.size.lower, found.size.upper) == (9, 5, 13)
    assert ask(found) == "Which step took longer, and for which kind of case?"
    assert basis(found) == "Rests on 240 permits"


def test_a_hidden_number_of_open_cases_is_not_said():
    (found,) = said(comparison=[SLOWER], progress=[{**OPEN, "cases": np.nan}])
    assert "38 to 45; any of the 240 still open counted as waiting), 9 days longer" in render(found)


def test_a_faster_quarter_has_its_sign_in_words():
    row = {**SLOWER, "difference": -9.0, "lower": -13.0, "upper": -5.0, "verdict": "faster"}
    (found,) = said(comparison=[row | {"within": 0.7, "within_lower": 0.6, "within_upper": 0.8}])
    assert "9 days sooner than in the second quarter of 2025 (95% interval 5 to 13)" in render(found)
    assert render(found).endswith("of the same kind in 70.0 of 100 pairs (95% interval 60.0 to 80.0).")


def test_without_kinds_of_case_the_chance_is_of_all():
    (found,) = said(comparison=[SLOWER | dict.fromkeys(("within", "within_lower", "within_upper"), np.nan)])
    assert render(found).endswith(
        "A random one of these took longer than a random one of the second quarter of 2025 in 70.0 of 100 pairs (95% "
        "interval 64.0 to 75.0)."
    )


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("previous", "45 days longer than in the second quarter of 2025; by how much is less sure"),
        ("last_year", "half of them 45 days longer, though by how much is less sure"),
    ],
)
def test_slower_with_an_interval_around_0_says_that_the_size_is_less_sure(question, words):
    row = SLOWER | {"comparison": question, "difference": 45.0, "lower": -2.0, "upper": 60.0}
    found = said(comparison=[row])[-1]
    assert f"{words} (95% interval −2 to +60 days)." in render(found)
    assert (found.verdict, found.size.lower) == (Verdict.SLOWER, -2.0)


def test_a_cautious_word_says_no_chance():
    (found,) = said(comparison=[SLOWER | {"verdict": "no clear change"}])
    assert (found.also, "pairs" in found.arguments) == ((), False)


def test_a_change_of_mix_only_says_both_differences():
    row = {**SLOWER, "same_mix": 1.0, "same_mix_lower": -2.0, "same_mix_upper": 3.5}
    (found,) = said(comparison=[{**row, "verdict": "change of case mix only"}])
    assert "differs by +9 days" in render(found)
    assert "the difference is +1 days (95% interval −2 to +3.5)" in render(found)


def test_a_first_quarter_has_nothing_to_compare_with():
    (found,) = said()
    assert found.verdict == Verdict.CANT_TELL
    assert render(found).endswith("There is no earlier period to compare with.")


def test_a_median_that_is_not_reached_says_what_it_takes():
    row = {**SLOWER, "difference": np.nan, "lower": np.nan, "upper": np.nan, "p": np.nan}
    row |= {"verdict": "can't tell yet", "lacking": "median not reached"}
    lead = dict.fromkeys(("median", "lower", "upper"), np.nan)
    (found,) = said(lead=lead, comparison=[row], progress=[{**OPEN, "cases": 200}])
    assert render(found).startswith("Fewer than half of the 240 permits submitted")
    assert "200 are still open" in render(found)


NOT_REACHED = dict.fromkeys(("median", "lower", "upper"), np.nan)
FEWER = dict.fromkeys(("difference", "lower", "upper"), np.nan) | {
    "closed_by": 0.412,
    "closed_by_before": 0.508,
    "closed_by_difference": -0.096,
    "closed_by_lower": -0.18,
    "closed_by_upper": -0.012,
}
MORE = FEWER | {
    "verdict": "faster",
    "closed_by": 0.508,
    "closed_by_before": 0.412,
    "closed_by_difference": 0.096,
    "closed_by_lower": 0.012,
    "closed_by_upper": 0.18,
}


def test_where_the_median_is_not_reached_the_shares_closed_tell_how_much_slower():
    (found,) = said(lead=NOT_REACHED, comparison=[SLOWER | FEWER], progress=[{**OPEN, "cases": 200}])
    assert render(found) == (
        "Fewer than half of the 240 permits submitted in the third quarter of 2025 were closed by 15 October 2025; 200 are "
        "still open. How long half of them take can be told when more are closed. Within 60 days 41.2 of 100 permits "
        "submitted in the third quarter of 2025 were closed, against 50.8 of 100 of the second quarter of 2025: 9.6 fewer "
        "(95% interval 1.2 to 18). A random one of these took longer than a random one of the second quarter of 2025 of "
        "the same kind in 69.0 of 100 pairs (95% interval 63.0 to 74.0)."
    )
    assert (found.verdict, found.p, found.size.unit) == (Verdict.SLOWER, 0.001, "percentage points")
    assert (found.size.value, found.size.lower, found.size.upper) == pytest.approx((-9.6, -18, -1.2))
    assert [caveat(key, found) for key in found.caveats][1:] == [
        "Both periods are compared for 60 days, for which 30% of the cases of each or more could be followed; of "
        "two cases that both took longer, neither counts as quicker.",
        "Shares closed are told in steps of 20 cases, to protect privacy.",
    ]


@pytest.mark.parametrize("question", ["previous", "last_year"])
@pytest.mark.parametrize(
    ("row", "words"),
    [
        (MORE, "50.8 of 100 permits submitted in the third quarter of 2025 were closed, against 41.2"),
        (MORE, "41.2 of 100 of the second quarter of 2025: 9.6 more (95% interval 1.2 to 18)."),
        (FEWER | {"closed_by_upper": 0.01}, "less sure (95% interval −1 to +18)."),
        (MORE | {"closed_by_lower": -0.01}, "less sure (95% interval −1 to +18)."),
        (
            FEWER | {"verdict": "no clear change"},
            "no clear change (difference −9.6, 95% interval −18 to −1.2).",
        ),
        # Rounding for privacy may leave no difference, or turn it round: then no number is said.
        (
            FEWER | {"closed_by_difference": 0.0},
            "in the third quarter of 2025 took longer than those of the second",
        ),
        (
            MORE | {"closed_by_difference": -0.01},
            "in the third quarter of 2025 took less time than those of the second",
        ),
    ],
)
def test_shares_closed_are_said_of_every_verdict(question, row, words):
    found = said(lead=NOT_REACHED, comparison=[SLOWER | {"comparison": question} | row])[-1]
    assert words in render(found)
    assert found.question == {"previous": "lead_time"}.get(question, question)


def test_a_median_whose_limit_is_not_reached_is_said_beside_the_shares_closed():
    (found,) = said(lead={"upper": np.nan}, comparison=[SLOWER | FEWER])
    assert render(found).startswith(
        "Half of the permits submitted in the third quarter of 2025 were closed within 41 days (95% sure that it is at "
        "least 38; 63 of 240 still open, counted as waiting). Within 60 days 41.2 of 100 permits"
    )


def test_medians_that_can_be_compared_are_although_a_limit_of_one_is_not_reached():
    (found,) = said(lead={"upper": np.nan}, comparison=[SLOWER])
    assert "took 9 days longer than in the second quarter of 2025 (95% interval 5 to 13)." in render(found)


def test_few_cases_are_said_to_be_too_few():
    row = {**SLOWER, **dict.fromkeys(("difference", "lower", "upper", "p"), np.nan), "n_before": 4}
    (found,) = said(comparison=[{**row, "verdict": "can't tell yet", "lacking": "few cases"}])
    assert "and 4 in the second quarter of 2025: at least 10 in each are needed" in render(found)


def test_a_period_without_a_case_is_to_be_checked():
    empty = dict.fromkeys(("median", "lower", "upper"), np.nan) | {"submitted": 0}
    (found,) = said(lead=empty, progress=[], comparison=[{**SLOWER, "comparison": "last_year"}])
    assert render(found) == "There are no permits submitted in the third quarter of 2025 on record."
    assert (found.verdict, found.n) == (Verdict.CHECK_DATA, 0)


@pytest.mark.parametrize("question", ["previous", "last_year"])
@pytest.mark.parametrize("verdict", ["slower", "faster", "no clear change", "change of case mix only"])
@pytest.mark.parametrize("missing", [(), ("upper",), ("upper", "difference"), ("same_mix_upper",)])
@pytest.mark.parametrize("progress", [[OPEN], []])
def test_every_verdict_has_a_sentence_whatever_is_missing(question, verdict, missing, progress):
    sign = -1 if verdict == "faster" else 1
    row = {**SLOWER, "comparison": question, "verdict": verdict}
    row |= {name: sign * row[name] for name in ("difference", "lower", "upper")}
    if sign < 0:
        row["lower"], row["upper"] = row["upper"], row["lower"]
        missing = tuple({"upper": "lower"}.get(name, name) for name in missing)
    for found in said(comparison=[{**row, **dict.fromkeys(missing, np.nan)}], progress=progress):
        assert render(found)
        assert [caveat(key, found) for key in found.caveats]


def test_a_comparison_that_rests_on_part_of_the_cases_says_so():
    (found,) = said(comparison=[{**SLOWER, "covered": 0.6}])
    assert [caveat(key, found) for key in found.caveats][1].startswith("At the same mix, only 60% of")


def test_the_longest_wait():
    found = said(edges=[EDGE])[-1]
    assert render(found) == (
        "Of all the time that permits submitted in the third quarter of 2025 waited between steps, 60% was between "
        "Filed and Review (95% interval 50% to 70%; 200 times, half of them longer than 12 days)."
    )
    assert (found.verdict, found.question) == (Verdict.LONGEST_WAIT, "longest_wait")
    assert basis(found) == "Rests on 200 waits"


def test_a_longest_wait_of_few_cases_names_the_usual_one_too():
    usual = {**EDGE, "from": "Review", "to": "Issued", "median_days": 3.0, "total_days": 600.0, "verdict": ""}
    found = said(edges=[{**EDGE, "median_days": 0.01, "is_usual": False}, usual])[-1]
    assert "Most of it is in few cases: half of these waits were under 14 minutes." in render(found)
    assert "By the usual wait, the longest is between Review and Issued" in render(found)


def test_two_waits_that_cannot_be_told_apart():
    second = {**EDGE, "from": "Review", "to": "Issued", "share": 0.35, "total_days": 1400.0, "verdict": ""}
    found = said(edges=[{**EDGE, "share": 0.4, "verdict": "can't tell yet"}, second])[-1]
    assert found.verdict == Verdict.CANT_TELL
    assert "40% of the waiting was between Filed and Review, 35% between Review and Issued" in render(found)


def test_rework():
    found = said(rework=[REWORK])[-1]
    assert render(found) == (
        "Review was done more than once for 38% of the permits submitted in the third quarter of 2025 that passed "
        "it (76 of 200; 95% interval 33% to 43%), 90 times beyond the first."
    )
    assert (found.verdict, found.affected) == (Verdict.REWORK, 76.0)


def test_the_service_level_counts_overdue_open_cases():
    found = said(service_levels=[LEVEL])[-1]
    assert "71% were closed within 15 working days (95% interval 61% to 79%)" in render(found)
    assert "The period before it was 81%." in render(found)
    assert caveat("counts_rounded", found).endswith("their shares are kept.")
    assert caveat("overdue_counted", found) == "12 that are overdue and still open count as missed."
    assert (found.verdict, found.p, found.caveats) == (
        Verdict.WORSENING,
        0.03,
        ("overdue_counted", "counts_rounded"),
    )


def test_odd_data_are_said_from_five_percent_on():
    row = {"check": "cases_cut", "count": 5, "of": 100, "share": 0.05}
    found = said(quality=[row])[-1]
    assert (found.verdict, found.question) == (Verdict.CHECK_DATA, "data_cases_cut")
    assert basis(found) == ""  # the sentence says of how many
    assert render(found).startswith("5 of 100 cases begin with a step that should not come first")
    assert len(said(quality=[{**row, "share": 0.049}])) == 1


def test_a_hidden_rare_edge_does_not_hide_the_longest():
    rare = {**EDGE, "to": "Withdrawn", "state": "suppressed", "verdict": str(Verdict.SUPPRESSED)}
    rare |= {name: np.nan for name, value in rare.items() if isinstance(value, float)}
    found = said(edges=[rare, EDGE])[-1]
    assert found.verdict == Verdict.LONGEST_WAIT
    assert caveat("rounded", found) == (
        "How often a step was taken is rounded to the nearest 20, to protect privacy."
    )


@pytest.mark.parametrize("frame", ["edges", "service_levels"])
def test_a_hidden_row_gives_a_finding_that_says_nothing(frame):
    row = {**COLUMNS[frame], "state": "suppressed", "verdict": str(Verdict.SUPPRESSED)}
    row |= {name: np.nan for name, value in row.items() if isinstance(value, float)}
    found = said(**{frame: [row]})[-1]
    assert (found.verdict, found.size, found.n) == (Verdict.SUPPRESSED, None, None)
    assert render(found) == "This finding is not shown, to protect the privacy of the people it is about."


def test_every_message_can_be_filled():
    sections = catalogue(analysis.messages / "en.toml")
    templates = [text for section in ("message", "caveat", "ask") for text in sections[section].values()]
    assert [faults_of(template) for template in templates] == [[]] * len(templates)


def test_real_receipt_findings(receipt):
    results = analyse(receipt, period="2011-Q4").with_frames(released=True)
    sentences = [render(found) for found in analysis.findings(results, CONTEXT)]
    assert "(95% interval 42.3 to 49.6; 65 of 239 still open, counted as waiting)" in sentences[0]
    assert len({found.id for found in analysis.findings(results, CONTEXT)}) == len(sentences)


@pytest.mark.parametrize(("holds", "said_so"), [("active", True), ("submitted", False)])
def test_a_log_of_the_cases_active_in_a_window_says_so(holds, said_so):
    (found,) = said(comparison=[SLOWER], facts={"window": {"since": "2025-01-01", "holds": holds}})
    assert ("active_window" in found.caveats) == said_so
