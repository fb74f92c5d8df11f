"""What is said of who holds the clock, of the constraint and one more person, and of what cases wait for."""

import numpy as np
import pandas as pd
import pytest

from workbench.findings import Context, Verdict, caveat, render
from workbench.process_timing.results import ProcessResults
from workbench.process_timing.said.holders import holders
from workbench.process_timing.said.people import causes, constraint
from workbench.process_timing.said.statement import Statement

CONTEXT = Context("process_timing", "works", "permits", "Permits")
FACTS = {
    "noun": "permits",
    "cohort": "submitted",
    "period": "2025-Q4",
    "confidence": 0.95,
    "rounding": 1,
    "years_without_holidays": [],
}
CITY = {
    "interval": "2025-Q4",
    "holder": "city",
    "kind": "city",
    "clock": "calendar days",
    "total_days": 890.0,
    "share": 0.89,
    "share_lower": 0.87,
    "share_upper": 0.91,
    "cases": 363,
    "method": "share",
    "verdict": "longest wait",
    "state": "value",
}
APPLICANT = CITY | {"holder": "applicant", "kind": "applicant", "total_days": 110.0, "share": 0.11}
APPLICANT |= {"share_lower": 0.09, "share_upper": 0.13, "cases": 160, "verdict": ""}
STEP = {
    "interval": "2025-Q4",
    "activity": "Plan review",
    "arrivals_per_day": 9.0,
    "people": 5.0,
    "staff": 5.0,
    "staff_from": "seen in the log",
    "cleared_per_day": 10.0,
    "utilisation": 0.9,
    "lower": 0.86,
    "upper": 0.94,
    "busiest": 0.99,
    "wait_days": 0.8,
    "fit": "fits",
    "growth_per_day": np.nan,
    "growth_lower": np.nan,
    "growth_upper": np.nan,
    "people_needed": 5.0,
    "people_within_day": 5.0,
    "is_constraint": True,
    "method": "arrivals x work / staff",
    "lacking": "",
    "verdict": "constraint",
    "state": "value",
}
NOW = {
    "interval": "2025-Q4",
    "activity": "Plan review",
    "more": 0,
    "arrivals": 1.0,
    "batch": 1,
    "wait_days": 0.76,
    "lower": 0.7,
    "upper": 0.82,
    "change": 0.0,
    "change_lower": 0.0,
    "change_upper": 0.0,
    "growth_per_day": np.nan,
    "theory_lower": 0.4,
    "theory_upper": 1.5,
    "is_base": True,
}
MORE = NOW | {"more": 1, "wait_days": 0.14, "lower": 0.12, "upper": 0.16, "is_base": False}
CAUSE = {
    "interval": "2025-Q4",
    "activity": "",
    "cause": "contention",
    "total_days": 60.0,
    "share": 0.6,
    "share_lower": 0.5,
    "share_upper": 0.7,
    "waits": 300,
    "method": "share",
    "verdict": "longest wait",
    "state": "value",
}
BATCHES = CAUSE | {"cause": "batching", "total_days": 25.0, "share": 0.25, "verdict": ""}
NOT_KNOWN = CAUSE | {"cause": "not known", "total_days": 15.0, "share": 0.15, "verdict": ""}
HIDDEN = {"state": "suppressed", "verdict": "not shown, to protect privacy"}
UNTOLD = STEP | {"utilisation": np.nan, "verdict": "", "is_constraint": False}
UNTOLD |= {"lacking": "starts of work or minutes a case, who did it or staff", "state": "no data"}


def statement(facts=None, **rows):
    rows = {"constraint": [STEP], "scenarios": [NOW, MORE]} | rows
    frames = {name: pd.DataFrame(each) for name, each in rows.items()}
    return Statement(
        ProcessResults(pd.DataFrame(), facts=FACTS | (facts or {}), released=True, **frames), CONTEXT
    )


def test_who_holds_the_clock():
    (found,) = holders(statement(holders=[APPLICANT, CITY]))
    assert render(found) == (
        "Of the time that permits submitted in the fourth quarter of 2025 have taken so far, 89% was with the city (95% "
        "interval 87% to 91%) and 11% with the applicant (9% to 13%)."
    )
    assert (found.verdict, found.comparison, found.n) == (Verdict.LONGEST_WAIT, "the applicant", 363)


def test_another_holder_has_its_own_name():
    county = APPLICANT | {"holder": "County", "kind": "agency"}
    assert "11% with County" in render(holders(statement(holders=[CITY, county]))[0])
    assert "with another agency" in render(
        holders(statement(holders=[CITY, county | {"holder": "agency"}]))[0]
    )


def test_of_a_single_holder_nothing_is_said():
    assert holders(statement(holders=[CITY])) == []


def test_a_hidden_second_holder_is_not_given_away():
    (found,) = holders(statement(holders=[CITY, APPLICANT | HIDDEN]))
    assert (found.verdict, found.arguments) == (Verdict.SUPPRESSED, {})


def test_the_constraint_and_what_one_more_would_do():
    (found,) = constraint(statement())
    assert render(found) == (
        "Plan review is the constraint: those who do it, 5 people, are busy 90% of the time they have for it (95% "
        "interval 86% to 94%); 9 cases a day reach it and they can clear 10. One more would change the average wait "
        "before it from 0.76 to 0.14 working days (simulated; 0.12 to 0.16)."
    )
    assert (found.verdict, found.size.value, found.caveats) == (Verdict.CONSTRAINT, 90.0, ("simulated",))


def test_a_queue_that_grows_says_by_how_much_and_what_would_keep_up():
    grows = {"utilisation": 1.2, "growth_per_day": 2.1, "growth_lower": 1.2, "growth_upper": 3.0}
    base = NOW | {"wait_days": np.nan}
    row = STEP | grows | {"people_needed": 6.0, "fit": ""}
    (found,) = constraint(statement(constraint=[row], scenarios=[base, MORE]))
    assert "grows by 2.1 a day (95% interval +1.2 to +3). With 6 people it would not grow." in render(found)
    assert "With one more the queue would not grow, and the average wait would be 0.14" in render(found)
    still = MORE | {"wait_days": np.nan, "growth_per_day": 0.4}
    (found,) = constraint(statement(constraint=[row], scenarios=[base, still]))
    assert render(found).endswith("With one more it would still grow, by 0.4 a day.")


def test_people_who_are_seldom_busy_are_not_what_cases_wait_for():
    row = STEP | {"utilisation": 0.19, "lower": 0.15, "upper": 0.24, "wait_days": 8.4, "fit": "longer"}
    (found,) = constraint(statement(constraint=[row], scenarios=[NOW | {"wait_days": 0.0001}, MORE]))
    assert found.verdict == Verdict.SPARE_CAPACITY
    assert "are busy 19% of the time" in render(found)
    assert "at most 0.05 working days for them on average; on record they wait 8.4." in render(found)
    assert found.also == ()


def test_a_model_that_leaves_something_out_is_said_to_be_a_direction_only():
    (found,) = constraint(statement(constraint=[STEP | {"wait_days": 4.0, "fit": "longer"}]))
    assert found.verdict == Verdict.CONSTRAINT
    assert caveat("model_off", found).startswith("On record cases wait 4 working days, in the model 0.76")


def test_two_steps_between_which_it_cannot_be_told():
    row = STEP | {"is_constraint": False, "verdict": "can't tell yet"}
    rival = STEP | {"activity": "Check", "busiest": 0.4, "is_constraint": False, "verdict": ""}
    (found,) = constraint(statement(constraint=[row, rival]))
    assert (found.verdict, render(found)) == (
        Verdict.CANT_TELL,
        "Which step is the constraint cannot be told: Plan review is busiest, and in some weeks Check is.",
    )


def test_a_log_without_starts_says_once_what_to_record():
    (found,) = constraint(statement(constraint=[UNTOLD, UNTOLD], causes=[NOT_KNOWN | {"share": 1.0}]))
    assert render(found) == (
        "Which step is the constraint, and what one more person there would do, cannot be told from this log. To be "
        "recorded: when each step is begun (or how many minutes of work a case takes) and who does each step (or how many "
        "people do). Without these it is not known either what cases wait for."
    )
    assert causes(statement(causes=[NOT_KNOWN])) == []


def test_few_cases_are_not_mended_by_recording_more():
    (found,) = constraint(statement(constraint=[UNTOLD | {"lacking": "more cases"}]))
    assert render(found).startswith("There are too few cases in the fourth quarter of 2025")


def test_hidden_steps_are_not_told():
    (found,) = constraint(statement(constraint=[STEP | HIDDEN]))
    assert (found.verdict, found.arguments, found.size) == (Verdict.SUPPRESSED, {}, None)


def test_working_days_without_declared_holidays_say_so():
    (found,) = constraint(statement({"years_without_holidays": [2024, 2025]}))
    assert caveat("no_holidays", found).startswith("No holidays are declared for 2024 and 2025")


def test_what_cases_wait_for():
    (found,) = causes(statement(causes=[CAUSE, BATCHES, NOT_KNOWN]))
    assert render(found) == (
        "Of the time that permits submitted in the fourth quarter of 2025 waited for a step, 60% passed while those who do "
        "the step did cases that came earlier (95% interval 50% to 70%). Next comes what passed until a batch was "
        "complete: 25%. Of 15% it is not known from this log."
    )
    assert (found.verdict, found.n) == (Verdict.LONGEST_WAIT, 300)


@pytest.mark.parametrize("rows", [[], [CAUSE | HIDDEN], [CAUSE | {"activity": "Plan review"}]])
def test_without_a_judged_cause_nothing_is_said(rows):
    assert causes(statement(causes=rows)) == []
