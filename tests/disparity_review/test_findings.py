import dataclasses

import numpy as np
import pytest

from workbench.disparity_review import analyse, findings
from workbench.disparity_review import analysis as registered
from workbench.findings import Context, Findings, Verdict, ask, caveat, render
from workbench.findings.messages import catalogue, examples, fill

CONTEXT = Context("disparity_review", "works", "potholes", "Pothole repair", goals=("fair",))


def quarter(*rows) -> list[tuple]:
    return [("2025-Q4", *row) for row in rows]


def said(cube, **parameters) -> dict[str, str]:
    """Sentences by question and group or place."""
    found = findings(analyse(cube, period="2025-Q4", **parameters), CONTEXT)
    return {f"{one.question}/{one.group if one.group != 'all' else one.place}": render(one) for one in found}


def test_a_gap_is_said_in_everyday_units_with_its_interval_and_base(two_quarters):
    assert said(two_quarters)["group/black"] == (
        "For every 100 requests, 20 fewer were closed on time for Black residents than for White residents "
        "(95% interval 16.6 to 23.5; 2,100 requests). Almost none of the gap is where people live. "
        "The gap shows no detectable change since the fourth quarter of 2024."
    )


def test_a_gap_with_everyone_else_and_with_the_city_is_said_so(two_quarters):
    other = said(two_quarters, reference="everyone_else")["group/black"]
    assert "for Black residents than for everyone else" in other
    city = said(two_quarters, reference="city")["group/black"]
    assert "for Black residents than in the city as a whole" in city


def test_a_gap_against_residents_is_said_among_them(build_cube):
    rows = quarter(("black", "Elm", 51, 200), ("white", "Elm", 47, 1000))
    outcome = {"kind": "per_resident", "words": "stopped", "unit": "residents"}
    sentence = said(build_cube(rows, outcome=outcome, favourable=False))["group/black"]
    assert sentence.startswith("For every 1,000 residents, 208 more were stopped among Black residents")


def test_a_gap_that_goes_with_where_people_live_is_said_so(build_cube):
    places = quarter(
        *[("black", "Elm", 50, 100), ("white", "Elm", 50, 100)],
        *[("black", "Oak", 450, 900), ("white", "Oak", 100, 200)],
        *[("black", "Fir", 228, 240), ("white", "Fir", 1900, 2000)],
    )
    sentence = said(build_cube(places))["same_neighbourhood/black"]
    assert sentence.startswith(
        "Comparing people in the same neighbourhood, the gap for Black residents is 0 in every 100"
    )
    assert sentence.endswith("at one mix of places: most of this gap goes with where people live.")


def test_a_gap_within_the_same_place_is_said_so(two_quarters):
    assert said(two_quarters)["same_neighbourhood/black"].endswith(
        "against 20 in the whole city and 20 at one mix of places: the gap is there within the same neighbourhood."
    )


def test_cannot_tell_yet_says_what_it_would_take(build_cube):
    cube = build_cube(quarter(("black", "Elm", 80, 100), ("white", "Elm", 161, 200)))
    assert said(cube)["group/black"] == (
        "It cannot be told yet whether Black residents and White residents fare alike: 80 and 80.5 of every "
        "100 requests were closed on time, and only a gap of 15 or more would have shown. It would take about 799 "
        "requests among Black residents to show one of 5."
    )


def test_too_few_rows_are_said_with_how_many_are_needed(build_cube):
    cube = build_cube(quarter(("black", "Elm", 5, 9), ("white", "Elm", 161, 200)))
    assert said(cube)["group/black"].endswith(
        "there are too few requests on one side, 9 and 200; at least 30 are needed."
    )


def test_no_difference_says_what_would_have_shown(build_cube):
    cube = build_cube(quarter(("black", "Elm", 800, 1000), ("white", "Elm", 1610, 2000)))
    assert said(cube)["group/black"] == (
        "No difference was found between Black residents and White residents: 80 and 80.5 of every 100 requests "
        "were closed on time, and a gap of 4.4 would have shown (3,000 requests)."
    )


def test_a_change_is_said_since_when(build_cube):
    rows = quarter(("black", "Elm", 700, 1000), ("white", "Elm", 900, 1000))
    rows += [("2024-Q4", "black", "Elm", 850, 1000), ("2024-Q4", "white", "Elm", 900, 1000)]
    assert said(build_cube(rows))["change_same_last_year/black"].startswith(
        "The gap for Black residents is widening: from 5 to 20 in every 100 requests since the fourth quarter of 2024 "
        "(change +15,"
    )


def test_a_large_unknown_share_is_a_finding_of_its_own(build_cube):
    rows = [("2025-Q4", "black", "Elm", 500, 600), ("2025-Q4", "white", "Elm", 900, 1000)]
    assert said(build_cube([*rows, ("2025-Q4", "unknown", "Elm", 300, 400)]))["unknown_race/all"].startswith(
        "20% of requests have no recorded race (400 of 2,000"
    )
    assert "unknown_race/all" not in said(build_cube([*rows, ("2025-Q4", "unknown", "Elm", 300, 399)]))


def test_a_period_without_rows_is_said_once(two_quarters):
    found = findings(analyse(two_quarters, period="2026-Q1"), CONTEXT)
    assert [(one.verdict, render(one)) for one in found] == [
        (Verdict.CHECK_DATA, "There are no requests on record in the first quarter of 2026.")
    ]


def test_a_finding_keeps_its_identity_whatever_the_numbers(two_quarters, build_cube):
    other = build_cube(quarter(("black", "Elm", 80, 100), ("white", "Elm", 161, 200)))
    first, second = (findings(analyse(cube, period="2025-Q4"), CONTEXT)[0] for cube in (two_quarters, other))
    assert first.id == second.id == "disparity_review/potholes/group/black/all"
    assert first.verdict != second.verdict


def test_stakes_are_the_groups_requests_times_the_gap(two_quarters):
    own = findings(analyse(two_quarters, period="2025-Q4"), CONTEXT)[0]
    assert own.affected == pytest.approx(180)
    assert own.goals == ("fair",)
    assert own.comparison == "white"
    assert own.size.value == pytest.approx(-20)
    assert own.counted == "requests"


def test_a_gap_carries_its_caveats_and_a_question(two_quarters):
    own = findings(analyse(two_quarters, period="2025-Q4"), CONTEXT)[0]
    assert own.caveats == ("observational", "unknown_share", "who_asks")
    assert "Who does not ask" in caveat("who_asks", own)
    assert ask(own).startswith("At which step do Black residents fare differently")


def hidden(results):
    """The results as disclosure control leaves them when the Black group's cells are hidden."""
    changed = {}
    for name, keys in results.KEYS.items():
        frame = results.frames()[name].copy()
        touched = frame["cells"].map(lambda cells: any("race=black" in cell for cell in cells))
        for column in set(frame.columns) - {*keys, "cells", "state", "verdict"}:
            frame[column] = frame[column].astype("object").where(~touched, np.nan)
        frame.loc[touched, "state"] = "suppressed"
        if "verdict" in frame:
            frame.loc[touched, "verdict"] = str(Verdict.SUPPRESSED)
        changed[name] = frame
    return dataclasses.replace(results, **changed)


def test_a_suppressed_comparison_is_a_finding_without_numbers(two_quarters):
    found = findings(hidden(analyse(two_quarters, period="2025-Q4")), CONTEXT)
    own = [one for one in found if one.group == "black"]
    assert {one.verdict for one in own} == {Verdict.SUPPRESSED}
    assert all((one.size, one.n, one.p, one.affected) == (None,) * 4 for one in own)
    assert render(own[0]).startswith("This finding is not shown")


def test_findings_are_plain_json_and_never_name_a_cause(two_quarters):
    found = Findings(findings(analyse(two_quarters, period="2025-Q4"), CONTEXT))
    assert len(found.to_json()) == len(found)
    sentences = " ".join(catalogue(registered.messages / "en.toml")["message"].values()).lower()
    assert not [
        word for word in ("because", "caused", "due to", "leads to", "discriminat") if word in sentences
    ]


def test_every_message_can_be_filled():
    for section in ("message", "caveat", "ask"):
        for template in catalogue(registered.messages / "en.toml")[section].values():
            assert "{" not in fill(template, examples(template))


def test_a_gap_that_turned_round_is_said_so(build_cube):
    rows = quarter(("black", "Elm", 700, 1000), ("white", "Elm", 900, 1000))
    rows += [("2024-Q4", "black", "Elm", 900, 1000), ("2024-Q4", "white", "Elm", 800, 1000)]
    found = findings(analyse(build_cube(rows), period="2025-Q4"), CONTEXT)
    own = next(one for one in found if one.question == "change_same_last_year")
    assert own.verdict == Verdict.WIDENING
    assert render(own).startswith(
        "The gap for Black residents has turned round: from −10 to 20 in every 100 requests"
    )


def test_what_is_too_small_is_not_tested(build_cube):
    cube = build_cube(quarter(("black", "Elm", 0, 29), ("white", "Elm", 200, 200)))
    found = findings(analyse(cube, period="2025-Q4"), CONTEXT)
    assert [(one.question, one.p) for one in found if one.group == "black"] == [("group", None)]


def test_places_that_are_not_shown_are_one_finding(two_quarters):
    results = analyse(two_quarters, period="2025-Q4")
    touched = results.gaps["place"].isin(["Elm", "Oak"])
    gaps = results.gaps.assign(
        state=results.gaps["state"].where(~touched, "suppressed"),
        verdict=results.gaps["verdict"].where(~touched, str(Verdict.SUPPRESSED)),
    )
    found = findings(results.with_frames(gaps=gaps), CONTEXT)
    assert [one.place for one in found if one.question == "neighbourhood"] == ["Fir"]
    hidden = next(one for one in found if one.question == "neighbourhood_hidden")
    assert render(hidden).startswith("Figures for 2 of 3 places (neighbourhood) are not shown")
