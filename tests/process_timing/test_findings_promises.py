"""What is said of the service level, of what falls due, of whether it can be kept, and of odd data."""

import numpy as np
import pandas as pd
import pytest

from workbench.findings import Context, Verdict, ask, caveat, render
from workbench.process_timing.results import ProcessResults
from workbench.process_timing.said.data import odd_data
from workbench.process_timing.said.promises import capability, falling_due, service_level
from workbench.process_timing.said.statement import Statement

CONTEXT = Context("process_timing", "works", "permits", "Permits")
FACTS = {
    "noun": "permits",
    "cohort": "submitted",
    "period": "2025-Q4",
    "previous": "2025-Q3",
    "as_of": "2026-01-15",
    "confidence": 0.95,
    "rounding": 1,
    "service_level": {"days": 45, "calendar": "working"},
    "whole_days": False,
    "years_without_holidays": [],
}
LEVEL = {
    "interval": "2025-Q4",
    "clock": "whole",
    "due": 163,
    "missed": 36,
    "share": 0.779,
    "lower": 0.709,
    "upper": 0.836,
    "change": np.nan,
    "change_lower": np.nan,
    "change_upper": np.nan,
    "p": np.nan,
    "method": "Wilson",
    "verdict": "can't tell yet",
    "state": "value",
}
CITY = LEVEL | {"clock": "city", "due": 183, "share": 0.858, "lower": 0.8, "upper": 0.901}
OVERDUE = {"interval": "2025-Q4", "outcome": "overdue", "cases": 12}
DUE = [
    {"interval": "2025-Q4", "within": within, "cases": cases, "state": "value"}
    for within, cases in (
        ("overdue", 20.0),
        ("within 5 working days", 3.0),
        ("within 10 working days", 20.0),
        ("within 20 working days", 40.0),
    )
]
INDEX = {
    "interval": "2025-Q4",
    "clock": "calendar days",
    "index": "ppk",
    "value": 0.37,
    "lower": 0.33,
    "upper": 0.42,
    "n": 595,
    "limit_days": 45.0,
    "method": "percentiles",
    "verdict": "hit or miss",
    "state": "value",
}


def statement(facts=None, **rows):
    frames = {name: pd.DataFrame(each) for name, each in rows.items()}
    return Statement(
        ProcessResults(pd.DataFrame(), facts=FACTS | (facts or {}), released=True, **frames), CONTEXT
    )


def hidden(row):
    return row | {"state": "suppressed"} | {name: np.nan for name, v in row.items() if isinstance(v, float)}


def test_the_service_level_is_told_on_both_clocks():
    (found,) = service_level(statement(service_levels=[LEVEL, CITY]))
    assert render(found) == (
        "Of the 163 permits submitted in the fourth quarter of 2025 that were due by 15 January 2026, 77.9% were closed "
        "within 45 working days (95% interval 70.9% to 83.6%). Counting only the time that the city held them it is "
        "85.8% (80% to 90.1%)."
    )


def test_a_hidden_share_on_the_citys_clock_is_not_given_away():
    (found,) = service_level(statement(service_levels=[LEVEL, hidden(CITY)]))
    assert found.also == ()
    assert not [name for name in found.arguments if name.startswith("city")]


@pytest.mark.parametrize(("calendar", "is_said"), [("working", True), ("calendar", False)])
def test_working_days_without_holidays_are_a_caution(calendar, is_said):
    facts = {
        "years_without_holidays": [2025, 2026],
        "service_level": {"days": 45, "calendar": calendar},
    }
    (found,) = service_level(statement(facts, service_levels=[LEVEL]))
    assert ("no_holidays" in found.caveats) == is_said
    if is_said:
        assert "declared for 2025 and 2026: those days count" in caveat("no_holidays", found)


def test_what_falls_due_within_ten_working_days():
    (found,) = falling_due(statement(falling_due=DUE))
    assert render(found) == (
        "23 open permits fall due within 10 working days of 15 January 2026, and 20 are overdue."
    )
    assert (found.verdict, found.n, found.affected) == (Verdict.FALLING_DUE, 43, 43.0)
    assert ask(found) == "Which are they, and what does each wait for?"


def test_where_the_service_level_tells_of_overdue_cases_they_are_not_told_twice():
    (found,) = falling_due(statement(falling_due=DUE, service_levels=[LEVEL], progress=[OVERDUE]))
    assert render(found) == "23 open permits fall due within 10 working days of 15 January 2026."
    (found,) = falling_due(statement(falling_due=DUE, service_levels=[hidden(LEVEL)], progress=[OVERDUE]))
    assert render(found).endswith("and 20 are overdue.")


def test_a_hidden_part_hides_the_sum():
    (found,) = falling_due(statement(falling_due=[DUE[0], hidden(DUE[1]), DUE[2]]))
    assert render(found) == "20 open permits are overdue on 15 January 2026."
    assert "soon" not in found.arguments


@pytest.mark.parametrize("rows", [[], [row | {"cases": 0.0} for row in DUE]])
def test_where_nothing_falls_due_nothing_is_said(rows):
    assert falling_due(statement(falling_due=rows)) == []


@pytest.mark.parametrize(
    ("verdict", "bounds", "words"),
    [
        ("hit or miss", (0.33, 0.42), "cannot keep its promise of 45 working days for all permits"),
        (
            "cannot meet the target without change",
            (-0.6, -0.1),
            "cannot keep its promise of 45 working days: the usual",
        ),
        ("reliably meets the target", (1.1, 1.6), "keeps its promise of 45 working days for nearly all"),
    ],
)
def test_whether_the_promise_can_be_kept(verdict, bounds, words):
    row = INDEX | {"verdict": verdict, "lower": bounds[0], "upper": bounds[1]}
    (found,) = capability(statement(capability=[row, INDEX | {"index": "cpk"}]))
    assert words in render(found)
    assert (found.verdict, found.n, found.comparison) == (verdict, 595, "45 calendar days")


@pytest.mark.parametrize("verdict", ["can't tell yet", ""])
def test_a_capability_that_cannot_be_told_is_no_finding(verdict):
    assert capability(statement(capability=[INDEX | {"verdict": verdict}])) == []


def test_dates_only_are_told_once_and_not_as_midnights():
    row = {"check": "at_midnight", "count": 100, "of": 100, "share": 1.0}
    (found,) = odd_data(statement({"whole_days": True}, quality=[row]))
    assert render(found).startswith("The times of this log are dates only: differences are in whole days")
    (found,) = odd_data(statement(quality=[row]))
    assert render(found) == (
        "100 of 100 events are at midnight exactly, so their time of day may not be known."
    )


def test_impossible_years_and_reversed_pairs_are_odd_data_and_rejects_of_none_are_not():
    rows = [
        {"check": name, "count": 9, "of": 100, "share": 0.09} for name in ("too_early", "reversed_events")
    ]
    rows += [{"check": "later", "count": 0, "of": 0, "share": np.nan}]
    found = odd_data(statement(quality=rows))
    assert [each.question for each in found] == ["data_too_early", "data_reversed_events"]
    assert render(found[0]) == "9 of 100 rows have a year that cannot be and were left out."
