"""Open actions on the first page."""

from datetime import date

import pytest

from workbench.actions import listed
from workbench.agenda import agenda
from workbench.catalog.model import Action
from workbench.findings import Finding, Verdict
from workbench.publish import publish
from workbench.publish.action_words import aim_words, due_words, notes_of, since_words

GAP = "disparity_review/potholes/gap/black/all"
ACTION = {
    "finding": GAP,
    "title": "Second crew",
    "owner": "Streets",
    "start": date(2025, 7, 1),
    "direction": "decrease",
    "size": 8,
    "by": "2026-Q2",
    "registered": date(2025, 6, 20),
}
VALUES = {
    "id": "crew",
    "title": "Second crew",
    "owner": "Streets",
    "start": "2025-07-01",
    "registered": "2025-06-20",
    "late": False,
    "direction": "decrease",
    "size": 8.0,
    "by": "2026-Q2",
    "due": "later",
    "decided": "",
    "decided_on": None,
    "now": {"value": 12.2, "lower": 8.1, "upper": 16.3, "unit": "of every 100"},
    "before": None,
    "rank": 3,
}


@pytest.fixture
def page(folder, catalog, review, ranked):
    """``page(**actions)`` is the first page of a review with these actions."""

    def made(**actions):
        declared = {name: Action.model_validate(ACTION | changes) for name, changes in actions.items()}
        acted = catalog.model_copy(update={"actions": declared})
        followed = {**ranked, "actions": listed(acted, review, ranked, agenda([]))}
        publish(folder, acted, review, followed)
        return (folder / "index.html").read_text(encoding="utf-8")

    return made


def part(index, name):
    return index.partition(f'<h2 id="{name}">')[2].partition("</section>")[0]


def test_an_open_action_stands_on_the_first_page_with_owner_aim_and_finding(page):
    told = part(page(crew={}), "actions")
    assert '<th scope="row">Second crew</th><td>Streets, Public Works</td>' in told
    assert "1 July 2025 (registered on 20 June 2025)" in told
    assert '<a href="works/disparity_review/potholes/report.html">Pothole repair, black</a>' in told
    assert "down by 8 of every 100 by the second quarter of 2026" in told
    assert "worse off, 12.2 of every 100 (8.1 to 16.3), number 1 of the agenda" in told
    assert "not found" in told
    assert "due in the review of the second quarter of 2026" in told


def test_it_is_named_with_the_finding_of_the_agenda_that_it_is_about(page):
    told = part(page(crew={}), "agenda").partition("<details>")[0]
    assert (
        '<p class="acted">Action of Streets: Second crew, since 1 July 2025; '
        "due in the review of the second quarter of 2026.</p>" in told
    )


def test_a_city_without_actions_has_no_such_section(page):
    assert 'id="actions"' not in page()
    assert 'href="#actions"' not in page()
    assert 'href="#actions"' in page(crew={})


def test_hostile_titles_are_shown_as_text(page):
    index = page(crew={"title": "<script>alert(1)</script>", "owner": "<img src=x>"})
    assert "<script>alert(1)" not in index
    assert "<img src=x>" not in index


def test_what_came_of_it_is_said_where_it_was_judged(folder, catalog, review):
    judged = Finding(
        "disparity_review",
        "works",
        "potholes",
        "action",
        Verdict.TOO_EARLY,
        "cant_tell",
        {"what": "crews"},
        group="crew",
    )
    acted = catalog.model_copy(update={"actions": {"crew": Action.model_validate(ACTION)}})
    ranked = agenda([judged])
    publish(folder, acted, review, {**ranked, "actions": listed(acted, review, ranked)})
    told = part((folder / "index.html").read_text(encoding="utf-8"), "actions")
    assert "Too early to tell. There is not enough to go on yet to say anything about crews." in told


def test_it_stands_on_the_report_of_its_service_and_on_no_other(page, folder):
    page(crew={})
    reports = {
        path.parent.name: path.read_text(encoding="utf-8") for path in folder.glob("*/*/*/report.html")
    }
    told = part(reports["potholes"], "actions")
    assert '<th scope="row">Second crew</th><td>Streets, Public Works</td>' in told
    assert "worse off, 12.2 of every 100 (8.1 to 16.3), number 1 of the agenda" in told
    assert "href" not in told
    assert 'id="actions"' not in reports["trees"]


def test_a_report_that_stands_is_written_again_where_it_has_actions(page, folder, catalog, review, ranked):
    page(crew={})
    acted = catalog.model_copy(update={"actions": {"crew": Action.model_validate(ACTION)}})
    followed = {**ranked, "actions": listed(acted, review, ranked)}
    names = ("works/disparity_review/potholes", "parks/disparity_review/trees")
    written = publish(folder, acted, review, followed, standing=names)
    assert [name for name in names if folder / name / "report.html" in written] == [names[0]]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "due in the review of the second quarter of 2026"),
        ({"due": "due"}, "due: to be decided in this review"),
        (
            {"due": "overdue"},
            "overdue: it was to have worked by the second quarter of 2026, and nothing was decided",
        ),
        ({"due": "no date", "by": ""}, "without a date by which it should have worked"),
        (
            {"due": "decided", "decided": "stop", "decided_on": "2026-01-09"},
            "decided on 9 January 2026: stopped",
        ),
    ],
)
def test_what_is_due_in_words(changes, words):
    assert due_words(VALUES | changes) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "down by 8 of every 100 by the second quarter of 2026"),
        ({"by": "", "direction": "increase"}, "up by 8 of every 100"),
        ({"by": "", "size": None}, "down"),
        ({"by": "", "now": None}, "down by 8"),
        ({"by": "", "now": {"unit": "% of calls"}}, "down by 8 percentage points"),
    ],
)
def test_what_it_was_to_move_in_words(changes, words):
    assert aim_words(VALUES | changes) == words


def test_what_was_registered_after_it_began_is_said_to_be_described_and_not_tested():
    assert since_words(VALUES | {"late": True, "registered": "2025-07-02"}) == (
        "1 July 2025 (registered on 2 July 2025, after it began: described, not tested)"
    )


def test_several_actions_about_one_finding_are_all_named():
    second = VALUES | {"id": "paint", "title": "New paint", "rank": 3}
    found = notes_of({"actions": [VALUES, second, VALUES | {"rank": None}]})
    assert [note.partition(",")[0] for note in found[3]] == [
        "Action of Streets: Second crew",
        "Action of Streets: New paint",
    ]
    assert notes_of({}) == {}
