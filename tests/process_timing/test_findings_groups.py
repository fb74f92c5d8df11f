"""What is said of groups and places, and of the step in which their gap arises."""

import numpy as np
import pandas as pd
import pytest

from workbench.findings import Context, Verdict, caveat, render
from workbench.process_timing.results import ProcessResults
from workbench.process_timing.said.groups import groups
from workbench.process_timing.said.statement import Statement

CONTEXT = Context("process_timing", "works", "permits", "Permits")
FACTS = {
    "noun": "permits",
    "cohort": "submitted",
    "period": "2025-Q4",
    "confidence": 0.95,
    "rounding": 20,
    "dimensions": {"race": "Race and ethnicity", "neighbourhood": "Neighbourhood"},
    "labels": {"race/black": "Black"},
    "years_without_holidays": [],
}
GAP = {
    "interval": "2025-Q4",
    "dimension": "race",
    "kind": "group",
    "group": "black",
    "reference": "everyone_else",
    "quantity": "mean",
    "horizon_days": 105.0,
    "difference": 6.1,
    "lower": 3.0,
    "upper": 9.2,
    "same_mix": 5.9,
    "same_mix_lower": 2.7,
    "same_mix_upper": 9.0,
    "adjusted_p": 0.001,
    "cases": 60,
    "method": "Kaplan-Meier",
    "verdict": "worse off",
    "state": "value",
}
STEP = {
    "interval": "2025-Q4",
    "dimension": "race",
    "group": "black",
    "from": "Check",
    "to": "Plan review",
    "gap_days": 5.2,
    "verdict": "worse off",
    "state": "value",
}
NONE = {"verdict": "no difference found", "adjusted_p": 0.3}
UNTESTED = {"verdict": "can't tell yet", "adjusted_p": np.nan}
PLACE = {"dimension": "neighbourhood", "kind": "place", "group": "Northgate"}
SHARE = {"difference": -0.122, "lower": -0.2, "upper": -0.04, "horizon_days": np.nan, "same_mix": np.nan}


def said(*rows, steps=()):
    frames = {"equity": pd.DataFrame(rows), "equity_steps": pd.DataFrame(steps)}
    return groups(Statement(ProcessResults(pd.DataFrame(), facts=FACTS, released=True, **frames), CONTEXT))


def test_a_gap_is_told_with_the_step_in_which_most_of_it_arises():
    less, other = STEP | {"to": "Issued", "gap_days": 0.5}, STEP | {"from": "other steps", "gap_days": 9.0}
    (found,) = said(GAP, steps=[less, STEP, other, STEP | {"group": "white", "gap_days": 20.0}])
    assert render(found) == (
        "By Race and ethnicity, permits of Black take 6.1 days longer on average (95% interval 3 to 9.2) than those of "
        "everyone else. Of these, 5.2 days arise between Check and Plan review."
    )
    assert (found.group, found.place, found.verdict) == ("black", "all", Verdict.WORSE_OFF)
    assert (found.p, found.n, found.affected) == (0.003, 60, 60.0)
    assert caveat("within_horizon", found).startswith("Of each case at most 105 days are counted")


def test_a_step_that_is_not_clear_or_goes_the_other_way_is_not_told():
    against, unclear = STEP | {"gap_days": -2.0, "verdict": "better off"}, STEP | NONE
    assert said(GAP, steps=[against, unclear])[0].also == ()


def test_a_gap_that_goes_with_the_mix_of_cases_says_so():
    (found,) = said(GAP | {"same_mix": 0.5, "same_mix_lower": -2.0, "same_mix_upper": 3.0})
    assert render(found).endswith(
        "With the same mix of kinds of case as theirs the difference is +0.5 days (95% interval −2 to +3)."
    )


def test_a_better_off_place_is_told_without_sign():
    row = GAP | PLACE | {"difference": -4.0, "lower": -6.0, "upper": -2.0, "verdict": "better off"}
    (found,) = said(row | dict.fromkeys(("same_mix", "same_mix_lower", "same_mix_upper"), -4.0))
    assert "permits of Northgate take 4 days less on average (95% interval 2 to 6)" in render(found)
    assert (found.group, found.place, found.size.value) == ("all", "Northgate", -4.0)


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        ("service level", "Black that were due are closed in time less often than those of everyone else"),
        ("rework", "a step is repeated for permits of Black less often than for those of everyone else"),
    ],
)
def test_shares_are_told_in_points(quantity, words):
    (found,) = said(GAP | SHARE | {"quantity": quantity})
    assert f"{words}: by 12.2 percentage points (95% interval 4% to 20%)." in render(found)
    assert (found.size.value, found.size.unit) == (pytest.approx(-12.2), "percentage points")


def test_of_many_gaps_the_two_clearest_of_a_dimension_are_told_worse_off_first():
    better = GAP | {"group": "white", "verdict": "better off", "adjusted_p": 0.0001, "difference": -6.0}
    more = [GAP | {"group": name, "adjusted_p": p} for name, p in (("a", 0.04), ("b", 0.02))]
    found = said(better, *more, GAP, GAP | PLACE)
    assert [each.group for each in found] == ["black", "b", "all"]
    assert len({each.id for each in found}) == 3


def test_no_gap_is_told_with_the_least_p_of_all_that_was_compared():
    untested = GAP | UNTESTED | {"group": "asian"}
    median = GAP | {"quantity": "median", "adjusted_p": np.nan, "verdict": ""}
    (found,) = said(GAP | NONE, GAP | NONE | {"quantity": "rework", "adjusted_p": 0.2}, untested, median)
    assert render(found) == (
        "By Race and ethnicity, no clear difference between permits was found in how long they take and how many "
        "repeat a step (1 groups or places could be compared)."
    )
    assert (found.verdict, found.p) == (Verdict.NO_DIFFERENCE, pytest.approx(0.6))


def test_a_gap_without_p_is_not_told():
    assert said(GAP | UNTESTED) == []


def test_what_could_not_be_compared_is_not_said_to_be_without_difference():
    (found,) = said(GAP | UNTESTED, GAP | NONE | {"quantity": "rework"})
    assert "no clear difference between permits was found in how many repeat a step (" in render(found)


def test_hidden_groups_are_not_told_of():
    hidden = GAP | {"state": "suppressed", "verdict": "not shown, to protect privacy", "adjusted_p": np.nan}
    assert said(hidden) == []
    (found,) = said(hidden | {"group": "asian"}, GAP | NONE)
    assert "asian" not in str(found.to_json())


def test_without_groups_nothing_is_said():
    assert said() == []
