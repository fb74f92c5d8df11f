"""What is said of each result frame: literal rows in, sentences out."""

import re

import numpy as np
import pandas as pd
import pytest

from workbench.disparity_review import analyse, findings
from workbench.disparity_review import analysis as registered
from workbench.disparity_review.decision_tests.daylight import DAYLIGHT_COLUMNS
from workbench.disparity_review.said.parts import share_words
from workbench.findings import Context, Verdict, ask, caveat, render
from workbench.findings.messages import catalogue

CONTEXT = Context("disparity_review", "works", "potholes", "Pothole repair")
CAUSAL = re.compile(
    r"\b(because|causes?|caused|causing|leads? to|led to|due to|owing to|results? (in|from)|makes? (it|them)"
    r"|explains? why|on account of|thanks to|discriminat\w*|bias(ed)?|unfair\w*)\b"
)
NOW = {"interval": "2025-Q4", "dimension": "race", "group": "black", "reference_group": "white"}
CITY = {"place_level": "city", "place": "all", "cells": ["a"], "state": "value", "method": "x"}
LIMITS = ("", "_lower", "_upper")


def limits(name, *values):
    return {f"{name}{side}": value for side, value in zip(LIMITS, values, strict=True)}


def told(results, question, **frames) -> list:
    """Findings on one question with these rows in place of the frame's own."""
    changed = {name: pd.DataFrame(rows) for name, rows in frames.items()}
    return [one for one in findings(results.with_frames(**changed), CONTEXT) if one.question == question]


@pytest.fixture(scope="module")
def results(build_cube):
    """White residents fare better in every neighbourhood; 10 % have no recorded race."""
    rows = [
        ("2025-Q4", who, place, *counts)
        for place in ("Elm", "Oak", "Fir")
        for who, counts in (("white", (360, 400)), ("black", (210, 300)), ("unknown", (55, 77)))
    ]
    return analyse(build_cube(rows), period="2025-Q4")


@pytest.mark.parametrize("section", ["message", "caveat", "ask"])
def test_no_sentence_names_a_cause(section):
    texts = catalogue(registered.messages / "en.toml")[section]
    assert [key for key, text in texts.items() if CAUSAL.search(text.lower())] == []


def test_the_rule_finds_a_cause():
    assert CAUSAL.search("the gap is due to where people live")
    assert not CAUSAL.search("about half of the gap is where people live")


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ((0.66, 0.5, 0.9), "part"),
        ((0.0, -0.2, 0.2), "part"),
        ((0.66, 0.4, 0.91), "open"),
        ((0.8, 0.5, 1.6), "most"),
        ((0.1, -0.4, 0.5), "less"),
        ((1.3, 1.01, 1.9), "over"),
        ((1.05, 0.9, 1.2), "part"),
        ((-0.3, -0.6, -0.01), "under"),
        ((np.nan, np.nan, np.nan), "open"),
        ((0.5, -np.inf, np.inf), "open"),
    ],
)
def test_a_share_is_said_in_words_only_where_it_is_sure_enough(share, words):
    assert share_words(limits("composition_share", *share)) == words


def split(**changes):
    """A gap of 12 in 100, 8 of them where people live."""
    row = NOW | CITY | {"question": "group", "mix": "neighbourhood", "difference": -0.12}
    row |= limits("composition", -0.08, -0.1, -0.06) | limits("treatment", -0.04, -0.07, -0.01)
    row |= limits("composition_share", 0.67, 0.5, 0.9) | {"parts": 3, "coverage": 1.0, "verdict": "worse off"}
    return row | changes


def test_the_main_sentence_says_how_much_of_the_gap_is_where_people_live(results):
    (own,) = told(results, "group", split=[split()])
    assert render(own) == (
        "For every 100 requests, 20 fewer were closed on time for Black residents than for White residents "
        "(95% interval 16.6 to 23.5; 2,100 requests). About two thirds of the gap is where people live."
    )


@pytest.mark.parametrize(
    ("share", "said"),
    [
        ((1.3, 1.1, 1.9), "More than all of the gap is where people live: in the same place, the difference lies the other way."),
        ((-0.3, -0.6, -0.1), "None of the gap is where people live: in the same place, it is larger still."),
        ((0.9, 0.6, 1.4), "Most of the gap is where people live."),
        ((0.1, -0.3, 0.4), "Less than half of the gap is where people live."),
        ((0.5, 0.0, 1.0), "How much of the gap is where people live cannot be told yet."),
    ],
)  # fmt: skip
def test_a_share_that_turns_the_gap_round_or_is_unsure_is_said_so(results, share, said):
    (own,) = told(results, "group", split=[split(**limits("composition_share", *share))])
    assert render(own).endswith(f"2,100 requests). {said}")


def test_a_split_by_kind_is_what_they_ask_for(results):
    kinds = split(mix="stratum", **limits("composition_share", 0.5, 0.4, 0.6))
    (own,) = told(results, "group", split=[kinds])
    assert render(own).endswith("2,100 requests). About half of the gap is what they ask for.")
    (own,) = told(results, "group", split=[split(), kinds])
    assert render(own).endswith(
        "Split by what they ask for instead, about half of the gap is what they ask for."
    )


def test_the_parts_of_a_gap_are_said_with_both_intervals_and_checked_at_the_level_above(results):
    coarser = split(mix="community", composition=-0.06, treatment=-0.06)
    (own,) = told(results, "split_neighbourhood", split=[split(), coarser])
    assert render(own) == (
        "The gap for Black residents, 12 in every 100 requests, adds up from 8 with where people live (95% interval "
        "6 to 10) and 4 within the same neighbourhood (1 to 7). It compares 3 places, which hold 100% of the group. "
        "By community instead, it is 6 and 6."
    )
    assert (own.p, own.judged_by) == (None, "disparity_review/potholes/same_neighbourhood/black/all")
    assert own.size.value == pytest.approx(-4)


def test_a_gap_within_places_stands_beside_the_crude_and_the_standardised_one(results):
    row = (
        NOW | CITY | {"question": "group", "mix": "neighbourhood", "pattern": "both", "verdict": "worse off"}
    )
    row |= limits("difference", -0.04, -0.07, -0.01) | {"p": 0.01, "homogeneity_p": 0.001}
    row |= {"crude_difference": -0.12, "standardised_difference": -0.05}
    (own,) = told(results, "same_neighbourhood", adjusted=[row])
    assert render(own) == (
        "Comparing people in the same neighbourhood, the gap for Black residents is 4 in every 100 requests (95% "
        "interval 1 to 7), against 12 in the whole city and 5 at one mix of places: part of this gap goes with where "
        "people live, part is there within the same neighbourhood. The gap differs from place to place by more than "
        "chance."
    )


def bounds(**changes):
    row = NOW | CITY | {"unknown": 231, "unknown_share": 0.1, "difference": -0.2}
    row |= {"lowest": -0.3, "highest": 0.02, "sign_certain": False} | limits(
        "imputed_difference", *[np.nan] * 3
    )
    return row | changes


def test_bounds_say_that_a_gap_could_turn_round(results):
    (own,) = told(results, "bounds", bounds=[bounds()])
    assert render(own) == (
        "Depending on who the 231 without a recorded race are, the gap for Black residents, 20 in every 100 requests on "
        "record, lies between −2 and 30: it could turn round."
    )
    assert (own.verdict, own.p) == (Verdict.CHECK_DATA, None)


def test_bounds_that_agree_are_said_where_many_are_unknown(results):
    sure = {"sign_certain": True, "highest": -0.02}
    assert told(results, "bounds", bounds=[bounds(**sure)]) == []
    (own,) = told(results, "bounds", bounds=[bounds(**sure, unknown_share=0.2)])
    assert render(own) == (
        "Whoever the 231 without a recorded race are, the gap for Black residents, 20 in every 100 requests on record, "
        "lies between 2 and 30."
    )
    assert (own.verdict, own.judged_by) == (Verdict.WORSE_OFF, "disparity_review/potholes/group/black/all")


def test_an_imputed_gap_is_labelled_as_a_sensitivity(results):
    imputed = limits("imputed_difference", -0.18, -0.22, -0.14)
    (own,) = told(results, "bounds", bounds=[bounds(**imputed)])
    assert render(own).endswith(
        "With race estimated from surname and place (a sensitivity, not a result) it is 18 (95% interval 14 to 22)."
    )


def wait(**changes):
    row = NOW | CITY | {"denominator": 240, "median": 13.0, "reference_median": 10.0, "p": 0.001}
    row |= limits("difference", 3.0, 1.0, 5.5) | {"smallest_detectable": 2.0, "verdict": "worse off"}
    return row | changes


def test_a_longer_wait_is_said_in_days(results):
    (own,) = told(results, "wait", waits=[wait()])
    assert render(own) == (
        "The usual wait (median) is 3 days longer for Black residents than for White residents: 13 days against 10 "
        "days (95% interval of the difference 1 to 5.5 days; 240 requests)."
    )
    assert (own.size.value, own.size.unit, own.p) == (3.0, "days", 0.001)
    assert "Those still waiting are counted" in caveat("waiting_counted", own)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"verdict": "no difference found"}, "and a difference of 2 days would have shown (240 requests)."),
        ({"verdict": "can't tell yet"}, "and only a difference of 2 days or more would have shown."),
        ({"verdict": "can't tell yet", "median": np.nan}, "wait alike: too few waits have ended to say."),
    ],
)  # fmt: skip
def test_a_wait_without_a_certain_difference_says_what_would_have_shown(results, changes, said):
    (own,) = told(results, "wait", waits=[wait(**changes)])
    assert render(own).endswith(said)


def stage(name, **changes):
    row = NOW | CITY | {"stage": name, "numerator": 300, "reference_numerator": 500, "denominator": 30000}
    row |= {"rate": 0.01, "reference_rate": 0.0125, "smallest_detectable": 0.002, "p": 0.001}
    row |= limits("difference", -0.0025, -0.004, -0.001) | {"verdict": "worse off", "question": "group"}
    return row | changes


def test_who_asks_is_said_by_residents_and_is_no_outcome(results):
    (own,) = told(results, "asks", stages=[stage("asks")])
    assert render(own) == (
        "For every 1,000 residents, 2.5 fewer requests came from Black residents than from White residents "
        "(95% interval 1 to 4; 800 requests)."
    )
    assert caveat("asks_no_outcome", own).startswith("Who asks is not an outcome")


def test_service_is_said_for_the_need_by_place_where_the_need_does_not_tell_groups_apart(results):
    there = {"group": "all", "place_level": "community", "place": "North", "reference_group": "everyone_else"}
    finer = there | {"place_level": "neighbourhood", "place": "Elm"}
    facts = results.facts | {"need_unit": "street lights"}
    named = results.with_frames(facts=facts)
    (own,) = told(named, "service", stages=[stage("service", **there), stage("service", **finer)])
    assert render(own).startswith(
        "For every 1,000 street lights, 2.5 fewer requests were closed on time in North than in the rest of the city"
    )


def hits(**changes):
    row = NOW | CITY | {"acted": 120, "hits": 30, "reference_acted": 200, "rate": 0.25, "reference_rate": 0.4}
    row |= limits("difference", -0.15, -0.25, -0.04) | {"smallest_detectable": 0.1, "p": 0.01}
    return row | {"verdict": "worse off"} | changes


def test_hit_rates_are_said_with_what_they_cannot_tell(results):
    named = results.with_frames(facts=results.facts | {"hit_words": "found something", "words": "searched"})
    (own,) = told(named, "hits", decisions=[hits()])
    assert render(own) == (
        "Of every 100 that were searched, 15 fewer found something among Black residents than among White residents "
        "(95% interval 4 to 25; 320 searched)."
    )
    assert caveat("infra_marginal", own).startswith("These are averages")
    (own,) = told(named, "hits", decisions=[hits(verdict="can't tell yet", state="unreliable")])
    assert render(own).endswith("too few were searched on one side, 120 and 200.")


def veil(**changes):
    values = {**dict.fromkeys(DAYLIGHT_COLUMNS), **NOW, **CITY}
    row = values | {
        "first_interval": "2025-Q1",
        "dark": 400,
        "light": 820,
        "p": 0.001,
        "verdict": "worse off",
    }
    row |= limits("odds_ratio", 0.8, 0.7, 0.94)
    return {name: value for name, value in (row | changes).items() if name in DAYLIGHT_COLUMNS}


def test_darkness_is_said_as_odds_at_the_same_time_of_day(results):
    (own,) = told(results, "daylight", daylight=[veil()])
    assert render(own) == (
        "At the same time of day, Black residents are a smaller part of requests in darkness, when people are harder "
        "to see, than in daylight: the odds in darkness are 0.8 times those in daylight (95% interval 0.7 to "
        "0.94; about 1,220 requests since the first quarter of 2025)."
    )
    assert own.size.value == pytest.approx(-20)


def series(**changes):
    row = {name: NOW[name] for name in ("dimension", "group", "reference_group")} | {
        "cells": ["a"],
        "state": "value",
    }
    row |= {"points": 12, "needed": 0, "mean": -0.1, "process_lower": -0.15, "process_upper": -0.05}
    row |= {"verdict": "narrowing", "ratio_verdict": "narrowing", "agree": True, "p": 0.01, "method": "x"}
    return row | {"compared_interval": "2024-Q4"} | changes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"ratio_verdict": "widening", "agree": False}, " The difference narrows while the ratio widens."),
        (
            {"ratio_verdict": "can't tell yet", "agree": False},
            " Since the fourth quarter of 2024 the difference and the ratio moved in opposite directions.",
        ),
    ],
)
def test_a_series_says_where_difference_and_ratio_disagree(results, changes, said):
    (own,) = told(results, "trend", trend_limits=[series(**changes)])
    assert render(own) == (
        "As a series, the gap for Black residents is narrowing: it is 10 in every 100 requests now, and over 12 "
        f"intervals it was 10 on average, usually between 5 and 15.{said}"
    )
    assert own.judged_by == "disparity_review/potholes/change_same_last_year/black/all"


@pytest.mark.parametrize("changes", [{"needed": 3}, {"verdict": "can't tell yet"}, {"state": "suppressed"}])
def test_a_series_that_shows_nothing_more_is_no_finding(results, changes):
    assert told(results, "trend", trend_limits=[series(**changes)]) == []


def test_what_the_plan_promised_is_a_family_of_its_own(results):
    planned = results.with_frames(facts=results.facts | {"plan": ["race/black"]})
    families = {one.question: one.family for one in findings(planned, CONTEXT) if one.p is not None}
    assert families["group"] == "plan"
    assert set(families.values()) == {"plan", "review"}
    assert {one.family for one in findings(results, CONTEXT)} == {"review"}


def test_a_group_is_called_as_the_city_calls_its_people(results):
    named = results.with_frames(
        facts=results.facts | {"residents": {"race/black": "residents who are Black"}}
    )
    own = findings(named, CONTEXT)[0]
    assert "for residents who are Black than for White residents" in render(own)
    assert ask(own).startswith("At which step do residents who are Black fare differently")


def test_estimated_residents_and_repeat_users_are_said_as_cautions(results):
    changed = results.rates.assign(design_effect=1.4, grade="use with caution")
    own = findings(results.with_frames(rates=changed), CONTEXT)[0]
    assert {"repeat_users", "residents_caution"} <= set(own.caveats)


def test_a_rate_is_said_as_events_for_an_exposure(results):
    kind = {
        "kind": "rate",
        "exposure_unit": "bed nights",
        "unit": "incidents",
        "words": "reported",
        "per": 1000,
    }
    (own, *_) = findings(results.with_frames(facts=results.facts | kind), CONTEXT)
    assert render(own).startswith(
        "For every 1,000 bed nights, 200 fewer incidents were reported among Black residents than among White residents"
    )


def test_what_is_done_to_people_has_no_caution_about_who_asks(results):
    done = results.with_frames(facts=results.facts | {"favourable": False})
    assert "on_record" in findings(done, CONTEXT)[0].caveats
    assert "who_asks" not in findings(done, CONTEXT)[0].caveats
