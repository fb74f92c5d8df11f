"""What is said of late values, of revisions after values were final, and of the last review."""

import pandas as pd
import pytest

from tests.target_tracking.test_changed import PREVIOUS, RECORDED, STEADY, history, people
from workbench.disclosure import Policy
from workbench.disclosure.release import release
from workbench.findings import Context, Verdict, caveat, render
from workbench.target_tracking import analyse, findings

CONTEXT = Context("target_tracking", "works", "all", "Public Works")


@pytest.fixture
def said(measure_cube, observations):
    """Findings on one measure by question, of the second quarter of 2025 as of 15 July."""

    def made(values, entry=None, previous=None, about_people=False, **more):
        versions = history(observations, *values, **more)
        last = versions.drop_duplicates("interval", keep="last").drop(columns=["known", "rows"])
        entries = {"m": {"columns": RECORDED, "direction": "decrease", **(entry or {})}}
        cube = measure_cube(last, entries=entries, about_people=about_people, as_of="2025-07-15")
        cube.frames["versions"] = versions
        cube.definition.update({"minimum_count": 11, "smallest_hidden": 1, "previous": previous})
        found = findings(release(analyse(cube, period="2025-Q2"), Policy(11)), CONTEXT)
        return {finding.question: finding for finding in found}

    return made


def test_an_owner_who_is_late_is_told_since_when_the_value_usually_would_have_been_there(said):
    found = said(STEADY[:14])["freshness"]
    assert render(found) == (
        "Permits on time: no value since February 2025. Plan Review has not reported; as values usually come, "
        "the next one would have been there on 14 April 2025."
    )
    assert found.arguments["missing"] == ["2025-03", "2025-04", "2025-05", "2025-06"]
    assert (found.arguments["usual_delay"], found.arguments["behind"]) == (14.0, 4)


def test_a_month_that_was_passed_over_is_missing_too(said):
    values = [*STEADY[:10], float("nan"), *STEADY[11:16]]
    assert said(values)["freshness"].arguments["missing"] == ["2024-11", "2025-05", "2025-06"]


def test_without_a_time_of_recording_it_is_not_told_when_values_usually_come(said):
    found = said(STEADY[:14], {"columns": {"interval": "month", "value": "value"}})["freshness"]
    assert render(found) == "Permits on time: no value since February 2025. Plan Review has not reported."


def test_the_owner_of_values_that_are_not_shown_is_asked_too(said):
    pairs = [(3, 200)] * 14
    found = said([a / b for a, b in pairs], **people(pairs))
    assert found["variation"].verdict == Verdict.SUPPRESSED
    assert found["freshness"].arguments["updated"] == "2025-02"


def restated(months):
    """Every value is ten too low until so many months and twenty days after its month."""
    days = pd.date_range("2024-01-20", periods=18, freq="MS") + pd.DateOffset(months=months, days=19)
    return [(value - 10, (day, value)) for value, day in zip(STEADY, days, strict=True)]


@pytest.mark.parametrize(("declared", "needed"), [(0, 3), (2, 3)])
def test_a_lag_that_is_too_short_is_told_with_the_one_to_write(said, declared, needed):
    found = said(restated(2), {"revision_lag": declared})["revisions"]
    assert found.message == ("revised_after_lag" if declared else "revised_after_first")
    assert (found.arguments["declared"], found.arguments["needed"]) == (declared, needed)
    assert "12 of 12 months, by 10 days on average" in render(found)
    assert f"write revision_lag: {needed} in the catalog" in render(found).replace("Write", "write")


def test_a_lag_that_is_long_enough_is_no_finding(said):
    assert "revisions" not in said(restated(2), {"revision_lag": 3})


def test_a_value_that_may_still_change_is_said_with_how_much_first_values_move(said):
    found = said(restated(2), {"revision_lag": 3})["variation"]
    assert caveat("revised", found) == "First values have moved by 10 days on average until they stayed."
    assert {"incomplete", "revised"} <= set(found.caveats)


def test_a_status_that_restated_values_changed_is_said_so(said):
    values = [*STEADY[:14], (99, ("2025-06-20", 140)), *STEADY[15:]]
    found = said(values, previous=PREVIOUS)["variation"]
    assert found.because == "restated data, new data"
    assert render(found).endswith(
        "In the last review it was “usual ups and downs”. Values of that time were restated since (how many: 1, "
        "by 41 days on average), and with them it reads otherwise."
    )


def test_of_people_it_is_not_said_by_how_much(said):
    pairs = [(80 + step % 5, 200) for step in range(18)]
    shares = [a / b for a, b in pairs]
    shares[14] = (shares[14], ("2025-06-20", (160, 200)))
    found = said(shares, previous=PREVIOUS, **people(pairs))["variation"]
    assert found.also == ("restated",)
    assert "restated since (how many: 1)," in render(found)


def test_that_only_new_values_came_is_left_to_the_agenda(said):
    found = said([*STEADY[:17], 140], previous=PREVIOUS)["variation"]
    assert (found.because, found.also) == ("new data", ())


def test_a_provisional_value_is_no_signal_and_is_not_called_one(said):
    """The latest two may still change: a value far out among them is neither a signal nor in the limits."""
    calm, wild = (said([*STEADY[:16], 103, value], {"revision_lag": 2})["variation"] for value in (97, 400))
    assert wild.verdict == calm.verdict == Verdict.COMMON_CAUSE
    assert (wild.p, wild.size) == (calm.p, calm.size)
    assert wild.arguments["interval"] == "2025-04"


def test_a_month_that_had_not_ended_on_the_day_is_not_missing(measure_cube, observations):
    cube = measure_cube(observations("m", STEADY[:4], first="2024-01"), as_of="2024-05-20")
    results = analyse(cube, period="2024-Q2")
    assert results.updates[["updated", "behind", "missing"]].values.tolist() == [["2024-04", 0, ""]]
