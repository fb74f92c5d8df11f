"""What was not updated, and the text for each owner."""

import json

import pytest

from tests.publish.conftest import HOSTILE
from workbench.findings import Finding, Verdict
from workbench.publish import publish
from workbench.publish.runs import runs_of
from workbench.publish.updates import late_of, nudges_of

LATE = {
    "title": "Permits on time",
    "owner": "Plan Review",
    "updated": "2025-08",
    "missing": ["2025-03", "2025-09", "2025-10", "2025-11", "2025-12"],
    "behind": 4,
    "usual_delay": 14.0,
    "expected": "2025-10-14",
}


def late(**changes) -> Finding:
    told = {name: value for name, value in (LATE | changes).items() if value is not None}
    return Finding(
        "disparity_review", "works", "m", "freshness", Verdict.CHECK_DATA, "cant_tell", told | {"what": "x"}
    )


@pytest.fixture
def with_late(folder):
    """``with_late(department, subject, *findings)`` adds findings to a run."""

    def add(department, subject, *findings):
        file = folder / department / "disparity_review" / subject / "findings.json"
        known = json.loads(file.read_text())
        file.write_text(json.dumps([*known, *(each.to_json() for each in findings)]))
        return folder

    return add


def test_a_text_names_what_is_missing_since_when_and_by_when(with_late, catalog, review):
    folder = with_late("works", "potholes", late())
    [nudge] = nudges_of(late_of(runs_of(folder), catalog, review), catalog, review)
    assert nudge.text == (
        "Values missing for the review of the fourth quarter of 2025\n"
        "\n"
        "To Plan Review: for the review of the fourth quarter of 2025 with data as of 15 January 2026, Practice City "
        "has no recent value of\n"
        "\n"
        "- Permits on time. Last value: August 2025. Missing: March 2025 and September 2025 to December 2025. "
        "Values usually came within 14 days of the end of their time.\n"
        "\n"
        "Please report them where you report them as a rule, by 29 January 2026. If that cannot be, please write what "
        "keeps you from it, and when they will come; if there is nothing to report, please write that, too.\n"
        "Questions and answers to office@example.org.\n"
    )
    assert nudge.file.startswith("nudges/Public-Works-Plan-Review-")


def test_a_measure_that_never_had_a_value_and_one_without_times_are_asked_for_too(with_late, catalog, review):
    never = late(title="Trees", updated=None, missing=[], usual_delay=None, expected=None)
    untimed = late(title="Signs", missing=["2025-Q4"], updated="2025-Q3", usual_delay=None, expected=None)
    folder = with_late("works", "potholes", never, untimed)
    [nudge] = nudges_of(late_of(runs_of(folder), catalog, review), catalog, review)
    assert "- Trees. There is no value on record yet.\n" in nudge.text
    assert (
        "- Signs. Last value: the third quarter of 2025. Missing: the fourth quarter of 2025.\n" in nudge.text
    )


def test_each_owner_of_a_department_has_one_text_with_all_measures(with_late, catalog, review):
    with_late("works", "potholes", late(title="A"), late(title="B"), late(title="C", owner="Crews"))
    folder = with_late("parks", "trees", late(title="D", owner="Crews"))
    nudges = nudges_of(late_of(runs_of(folder), catalog, review), catalog, review)
    assert [(nudge.department, nudge.owner, nudge.count) for nudge in nudges] == [
        ("Public Works", "Crews", 1),
        ("Public Works", "Plan Review", 2),
        ("Parks & Trees", "Crews", 1),
    ]
    assert len({nudge.file for nudge in nudges}) == 3


def test_the_page_and_the_texts_are_written_and_the_first_page_leads_there(
    with_late, catalog, review, ranked
):
    folder = with_late("works", "potholes", late())
    publish(folder, catalog, review, ranked)
    page = (folder / "updates.html").read_text()
    assert "<td>August 2025</td><td>March 2025, September 2025 to December 2025</td>" in page
    assert "<td>14 days after the end of the interval</td><td>93 days, due 14 October 2025</td>" in page
    [text] = (folder / "nudges").iterdir()
    assert f'<a href="nudges/{text.name}">As a text file</a>' in page
    index = (folder / "index.html").read_text()
    assert "1 owner has not reported 1 measure" in index
    assert '<a href="updates.html">' in index


def test_nothing_is_written_where_all_is_up_to_date_and_old_texts_go(
    with_late, catalog, review, ranked, folder
):
    (folder / "nudges").mkdir()
    (folder / "nudges" / "old.txt").write_text("old")
    (folder / "updates.html").write_text("old")
    publish(folder, catalog, review, ranked)
    assert not (folder / "nudges").exists()
    assert not (folder / "updates.html").exists()
    assert "updates.html" not in (folder / "index.html").read_text()


def test_hostile_names_stay_text(with_late, catalog, review, ranked, window):
    folder = with_late("works", "potholes", late(title=HOSTILE, owner=f"../../{HOSTILE}\n- x"))
    publish(folder, catalog, review, ranked)
    [text] = (folder / "nudges").iterdir()
    assert "/" not in text.name
    assert f"To ../../{HOSTILE} - x: for" in text.read_text()
    window.goto((folder / "updates.html").as_uri())
    assert window.evaluate("window.x") is None
    assert window.faults == []


def test_the_page_is_accessible(with_late, catalog, review, ranked, window, barriers):
    folder = with_late("works", "potholes", late(), late(title="B", owner="Crews"))
    publish(folder, catalog, review, ranked)
    window.goto((folder / "updates.html").as_uri())
    assert barriers(window) == []
    window.set_viewport_size({"width": 400, "height": 800})
    assert window.evaluate("document.documentElement.scrollWidth") <= 400
