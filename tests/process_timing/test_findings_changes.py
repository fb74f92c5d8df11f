"""What is said of the week in which a process changed, and of the steps that did."""

import pandas as pd
import pytest

from workbench.findings import Context, Verdict, ask, caveat, render
from workbench.process_timing.results import ProcessResults
from workbench.process_timing.said.change import change
from workbench.process_timing.said.statement import Statement
from workbench.process_timing.said.steps import steps

CONTEXT = Context("process_timing", "works", "permits", "Permits")
FACTS = {
    "noun": "permits",
    "cohort": "submitted",
    "period": "2025-Q4",
    "confidence": 0.95,
    "mix": ["Kind"],
    "rounding": 20,
    "years_without_holidays": [],
}
CHANGE = {
    "interval": "2025-Q4",
    "since": "2025-10-06",
    "since_lower": "2025-09-22",
    "since_upper": "2025-10-13",
    "before": 24.0,
    "after": 31.0,
    "difference": 7.0,
    "lower": 4.5,
    "upper": 9.0,
    "p": 0.002,
    "weeks": 150,
    "known_change": "",
    "known_on": "",
    "method": "change-point",
    "verdict": "slower",
    "state": "value",
}
EDGE = {
    "interval": "2025-Q4",
    "since": "2025-Q3",
    "from": "Filed",
    "to": "Review",
    "within_days": 30.0,
    "difference": 12.0,
    "lower": 11.0,
    "upper": 13.0,
    "faster": 0.05,
    "faster_lower": 0.03,
    "faster_upper": 0.08,
    "adjusted_p": 0.001,
    "n": 320,
    "n_before": 340,
    "method": "chance",
    "verdict": "slower",
    "state": "value",
}
MIX = {
    "interval": "2025-Q4",
    "comparison": "previous",
    "since": "2025-Q3",
    "p": 0.01,
    "same_mix": 0.5,
    "same_mix_lower": -1.0,
    "same_mix_upper": 2.0,
    "verdict": "change of case mix only",
}
NOT_CLEAR = {"verdict": "no clear change", "adjusted_p": 0.4}


def statement(facts=None, **rows):
    frames = {name: pd.DataFrame(each) for name, each in rows.items()}
    return Statement(
        ProcessResults(pd.DataFrame(), facts=FACTS | (facts or {}), released=True, **frames), CONTEXT
    )


def test_the_week_of_a_change_is_told_with_the_weeks_between_which_it_lies():
    (found,) = change(statement(change=[CHANGE]))
    assert render(found) == (
        "The permits submitted since the week of 6 October 2025 take longer: in a usual week half of them take 31 days, "
        "before 24 days (95% interval of the difference 4.5 to 9). The change lies between the weeks of 22 September "
        "2025 and 13 October 2025 (95% sure)."
    )
    assert (found.verdict, found.p, found.n, found.counted) == (Verdict.SLOWER, 0.002, 150, "weeks")
    assert [caveat(key, found) for key in found.caveats][1].startswith(
        "Cases of all kinds are taken together"
    )
    assert ask(found) == "What else changed in these weeks, and who would know?"


def test_a_faster_process_has_its_direction_in_words():
    row = CHANGE | {"difference": -7.0, "lower": -9.0, "upper": -4.5, "after": 17.0, "verdict": "faster"}
    (found,) = change(statement(change=[row | {"since_lower": "2025-10-13"}]))
    assert "take less time: in a usual week half of them take 17 days, before 24 days" in render(found)
    assert "interval of the difference 4.5 to 9). The change lies in that week (95% sure)." in render(found)
    assert found.size.value == -7.0


def test_what_is_on_record_is_named_as_coinciding():
    (found,) = change(statement(change=[CHANGE | {"known_change": "New software", "known_on": "2025-10-08"}]))
    assert render(found).endswith(
        "Of 8 October 2025, in these weeks, is on record: New software. That the two fall together says "
        "nothing of why."
    )


def test_no_change_is_told_because_it_was_tested():
    blank = dict.fromkeys(("difference", "lower", "upper", "before", "after"), float("nan"))
    (found,) = change(statement(change=[CHANGE | blank | {"verdict": "no clear change", "p": 0.4}]))
    assert render(found).startswith(
        "In the 150 weeks that can be compared there is none from which permits took"
    )
    assert (found.verdict, found.p, found.size.value) == (Verdict.NO_CLEAR_CHANGE, 0.4, None)


def test_a_change_at_a_new_mix_of_cases_is_said_to_be_one_of_the_mix():
    (found,) = change(statement(change=[CHANGE], comparison=[MIX]))
    assert (found.verdict, found.p) == (Verdict.MIX_ONLY, 0.01)
    assert "At the mix of cases of the third quarter of 2025 the difference is +0.5 days" in render(found)


def test_a_change_before_the_mix_did_stays_one_of_pace():
    row = CHANGE | {"since": "2024-05-06", "since_lower": "2024-05-06", "since_upper": "2025-06-23"}
    (found,) = change(statement(change=[row], comparison=[MIX]))
    assert found.verdict == Verdict.SLOWER


@pytest.mark.parametrize(("state", "verdicts"), [("no data", []), ("suppressed", [Verdict.SUPPRESSED])])
def test_without_a_change_point_nothing_is_said(state, verdicts):
    found = change(statement(change=[CHANGE | {"state": state}]))
    assert [each.verdict for each in found] == verdicts


def test_the_step_that_got_slower():
    (found,) = steps(statement(edges_compared=[EDGE, EDGE | NOT_CLEAR]))
    assert render(found) == (
        "The wait between Filed and Review got longer: half of these waits took 12 days longer than in the third "
        "quarter of 2025 (95% interval 11 to 13). A random one of now was longer than one of then in 95.0 of 100 pairs "
        "(92.0 to 97.0; 320 waits now, 340 then)."
    )
    assert (found.verdict, found.p, found.affected) == (Verdict.SLOWER, 0.001, 320.0)
    assert caveat("followed", found).startswith("Waits are compared as far as they ended within 30 days")


def test_a_faster_step_whose_size_is_not_sure():
    row = EDGE | {"difference": -1.0, "lower": -3.0, "upper": 0.5, "verdict": "faster"}
    row |= {"faster": 0.6, "faster_lower": 0.55, "faster_upper": 0.65}
    (found,) = steps(statement(edges_compared=[row]))
    assert "shorter than one of the third quarter of 2025 in 60.0 of 100 pairs" in render(found)
    assert render(found).endswith("half of them took 1 days less (−0.5 to +3).")


def test_at_most_two_steps_are_told_the_clearest_first():
    others = [EDGE | {"to": name, "adjusted_p": p} for name, p in (("A", 0.04), ("B", 0.02))]
    found = steps(statement(edges_compared=[*others, EDGE]))
    assert [each.arguments["to"] for each in found] == ["Review", "B"]
    assert len({each.id for each in found}) == 2


def test_where_all_got_slower_the_steps_that_did_are_told():
    faster = EDGE | {"to": "A", "verdict": "faster", "adjusted_p": 0.0, "difference": -0.1, "lower": -0.2}
    whole = MIX | {"verdict": "slower"}
    (found,) = steps(statement(edges_compared=[faster | {"upper": -0.01}, EDGE], comparison=[whole]))
    assert found.arguments["to"] == "Review"


def test_no_step_changed_is_told_with_the_least_p():
    (found,) = steps(statement(edges_compared=[EDGE | NOT_CLEAR, EDGE | NOT_CLEAR | {"adjusted_p": 0.2}]))
    assert render(found) == (
        "None of the 2 waits between steps that can be compared with the third quarter of 2025 got clearly longer or "
        "shorter."
    )
    assert (found.verdict, found.p) == (Verdict.NO_CLEAR_CHANGE, 0.2)


def test_at_a_new_mix_of_cases_no_step_is_blamed():
    (found,) = steps(statement(edges_compared=[EDGE], comparison=[MIX]))
    assert (found.verdict, found.p) == (Verdict.CANT_TELL, None)


@pytest.mark.parametrize(("state", "verdicts"), [("no data", []), ("suppressed", [Verdict.SUPPRESSED])])
def test_steps_that_cannot_be_compared_are_not_told(state, verdicts):
    found = steps(statement(edges_compared=[EDGE | {"state": state}]))
    assert [each.verdict for each in found] == verdicts
