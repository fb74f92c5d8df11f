"""Actions about services and processes: followed from review to review, and judged as those about measures are."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from tests.acting import city_with
from workbench import disclosure
from workbench.actions import followed
from workbench.disparity_review.results import DisparityResults
from workbench.disparity_review.told import told as gaps_told
from workbench.findings import Finding, Size, Verdict, render
from workbench.findings.sentences import caveat
from workbench.periods import Period
from workbench.process_timing.results import ProcessResults
from workbench.process_timing.told import told as times_told

UNIT = "in every 100 requests"
NOISE = np.random.default_rng(4).normal(size=24) / 2
QUARTERS = [str(Period.parse("2020-Q1").shift(step)) for step in range(24)]  # to 2025-Q4


@pytest.fixture
def catalog(tmp_path):
    """``catalog(id={...}, ...)`` is a city with a service and these actions, as of its review of 2025-Q4."""
    action = {"start": "2023-01-01", "size": 5, "registered": "2022-12-20"}
    reviews = {"fourth": {"period": "2025-Q4", "as_of": date(2026, 1, 15)}}
    return lambda **actions: city_with(
        tmp_path, {name: action | changes for name, changes in actions.items()}, reviews
    )


def gap(value, unit=UNIT, **changes) -> Finding:
    size = None if value is None else Size(value, None, None, unit)
    told = {"question": "group", "group": "black", "size": size, "affected": 900.0} | changes
    return Finding("disparity_review", "works", "potholes", verdict=Verdict.WORSE_OFF, message="x", **told)


def after(catalog, values, unit=UNIT, folder="nowhere", now=True, redefined=()):
    """What came of the actions where quarters up to the latest were known before, the latest is found now."""
    known = dict(zip(QUARTERS[-len(values) :], values, strict=True))
    latest = known.pop("2025-Q4")
    course = {"unit": UNIT, "values": known}
    before = {"actions": [{"id": name, "course": course} for name in catalog.actions]} if known else {}
    made = [gap(latest, unit)] if now else []
    return followed(catalog, catalog.reviews["fourth"], catalog.root / folder, made, before, redefined)


def test_a_gap_that_narrowed_since_moved_as_expected_on_whichever_side_it_lies(catalog):
    values = -(12 + NOISE - 6 * (np.arange(24) >= 12))
    for side in (1, -1):
        (found,) = after(catalog(crew={}), side * values).findings
        assert (found.id, found.department) == ("disparity_review/potholes/action/crew/all", "works")
        assert (found.verdict, found.ask, found.family) == (Verdict.AS_EXPECTED, "keep_action", "plan")
        assert (found.n, found.counted, found.affected) == (24, "quarters", 900.0)
        assert found.size.value == pytest.approx(-6, abs=0.5)
        assert found.size.unit == "in every 100 requests on average since"
        assert render(found).startswith(
            "Pothole repair, Black: moved as expected after “Second crew” (Streets). Since then 5.94 in every 100 requests "
            "on average, where 12"
        )


def test_a_gap_that_widened_since_moved_the_other_way(catalog):
    (found,) = after(catalog(crew={}), -(12 + NOISE + 6 * (np.arange(24) >= 12))).findings
    assert (found.verdict, found.ask) == (Verdict.OTHER_WAY, "stop_action")


def test_fewer_than_eight_quarters_since_are_too_early_and_how_many_more_is_said(catalog):
    (found,) = after(catalog(crew={"start": "2024-07-01"}), -(12 + NOISE)).findings
    assert (found.verdict, found.p) == (Verdict.TOO_EARLY, None)
    assert "Values on record since: 6; still needed: 2." in render(found)


def test_a_finding_of_one_quarter_cannot_be_judged_and_the_agenda_remembers_it(catalog):
    acted = after(catalog(crew={}), [-12.0])
    assert acted.courses == {"crew": {"unit": UNIT, "values": {"2025-Q4": -12.0}}}
    (found,) = acted.findings
    assert found.verdict == Verdict.CANT_TELL
    assert "cannot be judged from the quarters on record (1). Values from before" in render(found)
    assert found.caveats == ("told_by_review",)
    assert "declare what is to move as a measure, by month and with its past" in caveat(
        "told_by_review", found
    )


def test_what_never_had_a_size_is_said_to_be_held_against_nothing(catalog):
    (found,) = after(catalog(crew={}), [None]).findings
    assert (found.verdict, found.caveats) == (Verdict.CANT_TELL, ("no_size",))
    assert "Name a finding with a size under `finding`, or a measure." in caveat("no_size", found)


def test_two_actions_about_one_service_name_each_other(catalog):
    values = -(12 + NOISE - 6 * (np.arange(24) >= 12))
    first, second = after(
        catalog(crew={}, leaflet={"title": "A leaflet", "start": "2023-04-01"}), values
    ).findings
    assert (first.verdict, first.ask) == (Verdict.AS_EXPECTED, "which_action")
    assert caveat("together_next", first).startswith("“A leaflet” began within a quarter of it")
    assert "together_next" in second.caveats


def test_one_registered_late_is_described(catalog):
    (found,) = after(catalog(crew={"registered": "2023-02-01"}), -(12 + NOISE)).findings
    assert (found.verdict, found.p) == (Verdict.DESCRIBED, None)


def test_what_is_hidden_or_was_not_found_has_no_value(catalog):
    assert after(catalog(crew={}), [-12.0, None]).courses["crew"]["values"] == {
        "2025-Q3": -12.0,
        "2025-Q4": None,
    }
    assert after(catalog(crew={}), [-12.0, 1.0], now=False).courses["crew"]["values"]["2025-Q4"] is None


def test_values_of_another_unit_are_of_another_series(catalog):
    course = after(catalog(crew={}), [-12.0, -13.0], unit="in every 1,000 nights").courses["crew"]
    assert course == {"unit": "in every 1,000 nights", "values": {"2025-Q4": -13.0}}


def test_what_was_decided_and_read_out_is_followed_no_more(catalog):
    decided = {"decided": "keep", "decided_on": "2025-06-30"}
    assert after(catalog(crew=decided), [-12.0]).findings == []


def test_actions_about_measures_are_left_to_their_own_analysis(catalog):
    made = catalog(crew={"finding": "target_tracking/potholes/variation/all/all"})
    assert after(made, [-12.0]).courses == {}


def released(**frames) -> DisparityResults:
    facts = {"per": 100, "exposure_unit": "", "unit": "requests"}
    empty = {name: pd.DataFrame({"cells": pd.Series(dtype=object)}) for name in DisparityResults.KEYS}
    return DisparityResults(
        pd.DataFrame(), facts=facts, released=True, about_people=False, **(empty | frames)
    )


def trend(*values) -> pd.DataFrame:
    rows = {"interval": QUARTERS[-len(values) :], "group": "black", "difference": values}
    return pd.DataFrame(rows).assign(cells=[[] for _ in values], state="value")


def test_the_series_of_the_review_takes_the_place_of_what_was_known(catalog):
    made = catalog(crew={})
    folder = made.root / "fourth" / "works" / "disparity_review" / "potholes" / "results"
    disclosure.write(released(trend=trend(-0.11, np.nan, -0.1)), folder)
    course = after(made, [-1.0, -2.0, -3.0, -4.0], folder="fourth").courses["crew"]
    assert course["values"] == {"2025-Q1": -1.0, "2025-Q2": -11.0, "2025-Q3": None, "2025-Q4": -10.0}


STEP = 6 * (np.arange(24) >= 12)  # since 2023-Q1, when the crew began


def over_time(**groups) -> pd.DataFrame:
    """The gap of each group over all quarters, in hundredths."""
    return pd.concat([trend(*values / 100).assign(group=group) for group, values in groups.items()])


def in_results(made, trends, department="works", service="potholes"):
    folder = made.root / "fourth" / department / "disparity_review" / service / "results"
    disclosure.write(released(trend=trends), folder)


def test_a_gap_is_held_against_that_of_a_group_where_nothing_was_done(catalog):
    made = catalog(crew={"compared_with": "race/white"})
    in_results(made, over_time(black=-(12 + NOISE - STEP), white=5 + NOISE[::-1]))
    (found,) = after(made, [-12.0], folder="fourth").findings
    assert (found.method, found.comparison) == ("Difference in differences.", "race/white")
    assert (found.verdict, found.size.value) == (Verdict.AS_EXPECTED, pytest.approx(-6, abs=0.7))


def test_what_happened_to_both_is_not_taken_for_the_effect(catalog):
    made = catalog(crew={"compared_with": "race/white"})
    in_results(made, over_time(black=-(12 + NOISE - STEP), white=8 + NOISE[::-1] - STEP))
    (found,) = after(made, [-12.0], folder="fourth").findings
    assert (found.verdict, found.size.value) == (Verdict.NO_CLEAR_CHANGE, pytest.approx(0, abs=0.7))


def test_one_gap_seen_from_its_two_sides_is_no_comparison(catalog):
    made = catalog(crew={"compared_with": "race/white"})
    gaps = -(12 + NOISE - STEP)
    in_results(made, over_time(black=gaps, white=-gaps))
    (found,) = after(made, [-12.0], folder="fourth").findings
    assert (found.verdict, found.method) == (Verdict.AS_EXPECTED, "Interrupted time series.")
    assert caveat("mirrored_gap", found).startswith("The gap that it was to be compared with is the same one")
    assert "mirrored_gap" in found.caveats


@pytest.mark.parametrize(("reference", "caveats"), [("everyone_else", ("diluted",)), ("white", ())])
def test_a_group_among_everyone_else_makes_the_difference_too_small_and_that_is_said(
    catalog, reference, caveats
):
    made = catalog(crew={"compared_with": "race/white"})
    race = made.dimensions["race"].model_copy(update={"reference": reference})
    made = made.model_copy(update={"dimensions": {"race": race}})
    in_results(made, over_time(black=-(12 + NOISE - STEP), white=5 + NOISE[::-1]))
    (found,) = after(made, [-12.0], folder="fourth").findings
    assert found.caveats == caveats


def test_a_service_is_held_against_one_of_another_department(catalog):
    made = catalog(crew={"compared_with": "trees"})
    in_results(made, over_time(black=-(12 + NOISE - STEP)))
    in_results(made, over_time(black=-(7 + NOISE[::-1])), "parks", "trees")
    acted = after(made, [-12.0], folder="fourth")
    assert acted.findings[0].method == "Difference in differences."
    assert acted.courses["crew"]["beside"]["values"]["2025-Q4"] == pytest.approx(-7 - NOISE[0])


def test_the_agenda_remembers_what_an_action_is_compared_with(catalog):
    made = catalog(crew={"compared_with": "race/white"})
    before = {"unit": UNIT, "values": {"2025-Q3": -3.0}}
    course = {"unit": UNIT, "values": {"2025-Q3": -12.0}, "beside": before}
    agenda = {"actions": [{"id": "crew", "course": course}]}
    found = [gap(-11.0), gap(-4.0, group="white")]
    acted = followed(made, made.reviews["fourth"], made.root / "nowhere", found, agenda)
    assert acted.courses["crew"]["beside"] == {"unit": UNIT, "values": {"2025-Q3": -3.0, "2025-Q4": -4.0}}


@pytest.mark.parametrize(
    ("compared_with", "unit"),
    [("ward/3", UNIT), ("race/white", "in every 1,000 nights")],
    ids=["place", "unit"],
)
def test_what_cannot_stand_beside_it_is_said(catalog, compared_with, unit):
    made = catalog(crew={"compared_with": compared_with})
    known = dict(zip(QUARTERS, -(12 + NOISE - STEP), strict=True))
    beside = {"unit": unit, "values": {} if unit == UNIT else known}
    agenda = {"actions": [{"id": "crew", "course": {"unit": UNIT, "values": known, "beside": beside}}]}
    (found,) = followed(made, made.reviews["fourth"], made.root / "nowhere", [gap(-6.0)], agenda).findings
    assert "no_comparison" not in found.caveats
    assert caveat("not_told_over_time", found).endswith("in the same unit: it is held against its own past.")
    assert "not_told_over_time" in found.caveats
    assert found.method == "Interrupted time series."


def test_a_changed_definition_ends_the_course_and_the_next_reviews_say_so(catalog):
    acted = after(catalog(crew={}), [-12.0, -13.0, -2.0], redefined={"potholes"})
    course = {"unit": UNIT, "values": {"2025-Q4": -2.0}, "redefined": "2025-Q4"}
    assert acted.courses["crew"] == course
    said = caveat("course_redefined", acted.findings[0])
    assert said.startswith("The definition changed in the fourth quarter of 2025: what earlier reviews told")
    later = {"actions": [{"id": "crew", "course": course | {"redefined": "2025-Q2"}}]}
    made = catalog(crew={})
    again = followed(made, made.reviews["fourth"], made.root / "nowhere", [gap(-3.0)], later)
    assert again.courses["crew"]["redefined"] == "2025-Q2"
    assert "course_redefined" in again.findings[0].caveats


def test_a_changed_definition_ends_nothing_that_the_results_tell_by_the_new_one(catalog):
    made = catalog(crew={})
    in_results(made, trend(-0.11, -0.12, -0.1))
    course = after(made, [-1.0, -2.0, -3.0], folder="fourth", redefined={"potholes"}).courses["crew"]
    assert course == {"unit": UNIT, "values": {"2025-Q2": -11.0, "2025-Q3": -12.0, "2025-Q4": -10.0}}


@pytest.mark.parametrize(
    ("question", "group", "place", "is_told"),
    [
        ("group", "black", "all", True),
        ("change_same_last_year", "black", "all", True),
        ("trend", "black", "all", True),
        ("same_neighbourhood", "black", "all", False),
        ("group", "white", "all", False),
        ("community", "all", "Central", False),
    ],
)
def test_the_gap_of_a_group_in_the_whole_city_is_told_over_time(question, group, place, is_told):
    found = gaps_told(released(trend=trend(-0.1, -0.12)), question, group, place)
    assert (found is not None) == is_told
    if is_told:
        assert (found.unit, found.values) == (UNIT, {"2025-Q3": -10.0, "2025-Q4": -12.0})


@pytest.mark.parametrize(
    ("question", "unit", "values"),
    [
        ("lead_time", "days", {"2025-Q3": 12.5, "2025-Q4": None}),
        ("last_year", "days", {"2025-Q3": 12.5, "2025-Q4": None}),
        ("service_level", "% in time", {"2025-Q4": 75.0}),
    ],
)
def test_lead_times_and_shares_in_time_are_told_over_time(question, unit, values):
    times = pd.DataFrame(
        {
            "interval": ["2025-Q3", "2025-Q4", "2025-Q4"],
            "clock": ["calendar days", "calendar days", "working days"],
            "median": [12.5, np.nan, 9.0],
        }
    )
    levels = pd.DataFrame({"interval": ["2025-Q4"] * 2, "clock": ["whole", "city"], "share": [0.75, 0.9]})
    empty = dict.fromkeys(ProcessResults.KEYS, pd.DataFrame())
    results = ProcessResults(pd.DataFrame(), **(empty | {"lead_times": times, "service_levels": levels}))
    found = times_told(results, question, "all", "all")
    assert (found.unit, found.values) == (unit, values)
    assert times_told(results, "rework", "all", "all") is None
    assert times_told(results, question, "all", "Northgate") is None


def test_the_gap_of_one_place_is_told_for_the_periods_that_a_review_compares():
    gaps = pd.DataFrame(
        {
            "interval": ["2025-Q4", "2024-Q4", "2025-Q3", "2025-Q4", "2025-Q4"],
            "question": ["place"] * 4 + ["group_in_place"],
            "place_level": ["community"] * 5,
            "place": ["Central", "Central", "Central", "Northgate", "Central"],
            "difference": [-0.2, -0.1, np.nan, 0.5, 0.6],
        }
    )
    results = released(gaps=gaps, trend=trend(-0.1, -0.12))
    found = gaps_told(results, "community", "all", "Central")
    assert (found.unit, found.values) == (UNIT, {"2024-Q4": -10.0, "2025-Q3": None, "2025-Q4": -20.0})
    assert gaps_told(results, "community", "black", "Central") is None
    assert gaps_told(results, "neighbourhood", "all", "Central") is None


@pytest.mark.parametrize(("verdicts", "value"), [(["", "rework", ""], 25.0), (["", "", ""], 40.0)])
def test_rework_is_told_while_a_finding_says_it_and_when_none_does_any_more(verdicts, value):
    steps = {"activity": ["", "Plan review", "Resubmitted"], "share": [0.5, 0.25, 0.4], "verdict": verdicts}
    rework = pd.DataFrame({"interval": ["2025-Q4"] * 3} | steps)
    empty = dict.fromkeys(ProcessResults.KEYS, pd.DataFrame())
    found = times_told(ProcessResults(pd.DataFrame(), **(empty | {"rework": rework})), "rework", "all", "all")
    assert (found.unit, found.values) == ("% of the cases", {"2025-Q4": value})
