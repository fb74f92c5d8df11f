"""Open actions on the agenda: with their owner, what they were to move, and how that stands now and stood before."""

from datetime import date

import pytest

from tests.acting import city_with
from workbench.actions import listed
from workbench.agenda import agenda
from workbench.findings import Finding, Size, Verdict


def finding(subject="potholes", verdict=Verdict.WORSE_OFF, value=12.0, **changes) -> Finding:
    told = {"question": "group", "group": "black", "size": Size(value, value - 4, value + 4, "of every 100")}
    return Finding(
        "disparity_review", "works", subject, verdict=verdict, message="cant_tell", **(told | changes)
    )


@pytest.fixture
def catalog(tmp_path):
    """``catalog(id={...}, ...)`` is a city with a service and these actions, between two reviews."""
    action = {"start": "2025-07-01", "size": 8, "by": "2026-Q2", "registered": "2025-06-20"}
    reviews = {
        "third": {"period": "2025-Q3", "as_of": date(2025, 10, 15)},
        "fourth": {"period": "2025-Q4", "as_of": date(2026, 1, 15), "previous": "third"},
    }
    return lambda **actions: city_with(
        tmp_path, {name: action | changes for name, changes in actions.items()}, reviews
    )


def told(catalog, now=(), before=None, review="fourth", **more):
    previous = None if before is None else agenda(before)
    return listed(catalog, catalog.reviews[review], agenda(now), previous, **more)


def test_the_finding_stands_beside_what_it_was(catalog):
    (one,) = told(catalog(crew={}), [finding(value=7.0)], [finding(value=12.0)])
    assert (one["id"], one["owner"], one["department"]) == ("crew", "Streets", "works")
    assert (one["rank"], one["verdict"], one["now"]["value"]) == (1, "worse off", 7.0)
    assert (one["verdict_before"], one["before"]["value"]) == ("worse off", 12.0)
    assert (one["late"], one["due"], one["result"]) == (False, "later", "")


def test_a_finding_that_was_not_made_has_neither_verdict_nor_size(catalog):
    (one,) = told(catalog(crew={}))
    assert [one[name] for name in ("rank", "verdict", "now", "verdict_before", "before")] == [None] * 5


def test_a_finding_is_followed_under_the_name_that_its_subject_has_now(catalog):
    (one,) = told(catalog(crew={}), [], [finding("holes")], formerly={"holes": "potholes"})
    assert one["verdict_before"] == "worse off"


def test_the_finding_that_judges_an_action_is_named(catalog):
    judged = finding(question="action", group="crew", verdict=Verdict.AS_EXPECTED)
    (one,) = told(catalog(crew={}), [judged])
    assert one["result"] == judged.id


@pytest.mark.parametrize(
    ("by", "due"),
    [
        ("2026-Q1", "later"),
        ("2026", "later"),
        ("2025-Q4", "due"),
        ("2025-10", "due"),
        ("2025", "due"),
        ("2025-Q3", "overdue"),
        ("", "no date"),
    ],
)
def test_an_action_is_due_in_the_review_of_the_period_by_which_it_was_to_have_worked(catalog, by, due):
    (one,) = told(catalog(crew={"by": by}))
    assert one["due"] == due


@pytest.mark.parametrize(
    ("changes", "is_listed"),
    [
        ({"registered": "2026-01-15"}, True),
        ({"registered": "2026-01-16"}, False),
        ({"decided": "keep", "decided_on": "2025-10-15"}, False),
        ({"decided": "keep", "decided_on": "2025-10-16"}, True),
        ({"decided": "keep", "decided_on": "2026-01-16"}, True),
    ],
)
def test_an_action_is_listed_from_its_registration_until_its_decision_was_read_once(
    catalog, changes, is_listed
):
    assert len(told(catalog(crew=changes))) == is_listed


def test_a_decision_taken_after_the_review_was_not_known_yet(catalog):
    (one,) = told(catalog(crew={"decided": "stop", "decided_on": "2026-01-16"}))
    assert (one["decided"], one["due"]) == ("", "later")
    (one,) = told(catalog(crew={"decided": "stop", "decided_on": "2026-01-15"}))
    assert (one["decided"], one["due"]) == ("stop", "decided")


def test_overdue_actions_come_first_then_those_that_are_due(catalog):
    made = catalog(a={}, b={"by": "2025-Q4"}, c={"by": "2025-Q2", "start": "2025-06-25"}, d={"by": ""})
    assert [one["id"] for one in told(made)] == ["c", "b", "a", "d"]


def test_only_departments_of_the_review_are_asked(catalog):
    made = catalog(crew={})
    limited = made.reviews["fourth"].model_copy(update={"departments": ["parks"]})
    assert listed(made, limited, agenda([])) == []
