"""Which runs are made, why, and how long they take."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.analyses import Provenance
from workbench.batch.decision import (
    FAILED,
    NO_RUN,
    UNRECORDED,
    Decision,
    Last,
    decision,
    expected_seconds,
    is_standing,
    longest_first,
    rescued,
    stands,
)
from workbench.batch.manifest import file_hashes, review_record, write
from workbench.batch.outcome import Failure, Outcome
from workbench.batch.plan import Run

A, B = Run("fire", "toy", "a"), Run("fire", "toy", "b")
INPUTS = {"snapshot of calls": "1", "notebook": "2"}
PAGES = {"what the city declares": "3"}


def ran(folder: Path, run: Run, **record) -> None:
    """A run's folder, with its record."""
    place = folder.joinpath(*run.key)
    (place / "results").mkdir(parents=True, exist_ok=True)
    (place / "results" / "facts.json").write_text("{}")
    facts = {"name": run.name, "seconds": 2.0, "inputs": INPUTS, "files": file_hashes(place)} | record
    (place / "run.json").write_text(json.dumps(facts))
    (place / "report.html").write_text("a page")


def published(folder: Path, *outcomes: Outcome) -> Path:
    (folder / "index.html").write_text("the first page")
    write(review_record({"inputs": PAGES}, outcomes, folder, folder), folder / "manifest.json")
    return folder


@pytest.fixture
def folder(tmp_path) -> Path:
    """A review of two runs."""
    for run in (A, B):
        ran(tmp_path, run)
    return published(tmp_path, Outcome(A.name, 2.0), Outcome(B.name, 4.0))


def reason(folder: Path, now=INPUTS, run: Run = A, asked: str = "") -> str:
    return decision(run, now, Last(folder), asked).reason


def test_a_run_that_nothing_has_changed_for_is_kept(folder):
    assert reason(folder) == ""


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({**INPUTS, "snapshot of calls": "9"}, "snapshot of calls changed"),
        ({**INPUTS, "notebook": "9"}, "notebook changed"),
        ({**INPUTS, "snapshot of calls": "9", "notebook": "9"}, "snapshot of calls changed"),
        ({**INPUTS, "action x": "9"}, "action x is new"),
    ],
)
def test_the_first_input_that_differs_is_the_reason(folder, now, words):
    assert reason(folder, now) == words


@pytest.mark.parametrize(
    ("now", "looks"),
    [
        (INPUTS, False),
        ({**INPUTS, "snapshot of calls": "9"}, True),
        ({**INPUTS, "snapshot of calls": "9", "notebook": "9"}, False),
        ({**INPUTS, "notebook": "9"}, False),
        ({**INPUTS, "snapshot of visits": "1"}, False),
    ],
)
def test_where_only_snapshots_changed_the_cube_decides(folder, now, looks):
    assert decision(A, now, Last(folder)).looks is looks


@pytest.mark.parametrize(
    ("recorded", "content", "standing"),
    [("c", "c", True), ("c", "d", False), ("", "", False), (None, "", False)],
)
def test_a_run_stands_on_another_snapshot_when_it_reads_the_same(folder, recorded, content, standing):
    ran(folder, A, **({} if recorded is None else {"content": recorded}))
    last = Last(folder)
    looked = Decision(A, "snapshot of calls changed", INPUTS, looks=True)
    assert stands(looked, last, Provenance(content=content)) is standing
    assert not stands(replace(looked, looks=False), last, Provenance(content=content))


def test_a_run_whose_files_were_changed_by_hand_does_not_stand_on_another_snapshot(folder):
    (folder / "fire/toy/a/results/facts.json").write_text("by hand")
    made = decision(A, {**INPUTS, "snapshot of calls": "9"}, Last(folder))
    assert (made.reason, made.looks) == ("fire/toy/a/results/facts.json is not as it was made", False)


def test_what_is_asked_for_is_made_whatever_has_changed(folder):
    assert reason(folder, asked="--fresh") == "--fresh"


def test_a_run_that_was_never_made_has_no_run_yet(folder, tmp_path):
    assert reason(folder, run=Run("fire", "toy", "c")) == NO_RUN
    assert reason(tmp_path / "nowhere") == NO_RUN


def test_a_folder_without_a_manifest_is_no_whole_review(folder):
    (folder / "manifest.json").unlink()
    assert reason(folder) == NO_RUN


@pytest.mark.parametrize("half", ["", "{", '{"name"'])
def test_a_record_that_is_half_written_is_no_record(folder, half):
    (folder / "fire/toy/a/run.json").write_text(half)
    assert reason(folder) == NO_RUN
    assert reason(folder, run=B) == ""


def test_a_run_that_was_made_before_inputs_were_recorded_is_made_again(folder):
    ran(folder, A, inputs={})
    assert reason(folder) == UNRECORDED


def test_a_run_that_failed_is_tried_again_although_an_earlier_report_of_the_same_inputs_stands(tmp_path):
    ran(tmp_path, A)
    published(tmp_path, Outcome(A.name, 2.0, Failure("kernel died", "the kernel died")))
    assert reason(tmp_path) == FAILED


@pytest.mark.parametrize("name", ["results/facts.json", "run.json"])
def test_a_run_whose_files_were_changed_by_hand_is_made_again(folder, name):
    path = folder / "fire/toy/a" / name
    path.write_text(path.read_text() + " ")
    assert reason(folder) == f"fire/toy/a/{name} is not as it was made"
    assert reason(folder, run=B) == ""


def test_a_run_that_lacks_a_file_is_made_again(folder):
    (folder / "fire/toy/a/results/facts.json").unlink()
    assert reason(folder) == "fire/toy/a/results/facts.json is not as it was made"


def test_the_pages_over_a_run_are_not_among_what_the_run_made(folder):
    (folder / "fire/toy/a/report.html").write_text("another template")
    assert reason(folder) == ""
    assert Last(folder).files("fire/toy/a") == ["results/facts.json", "run.json"]


def to_be_made(run: Run, inputs=INPUTS) -> Decision:
    return Decision(run, NO_RUN, inputs)


def test_whole_runs_of_a_review_that_was_killed_are_rescued(tmp_path):
    ran(tmp_path, A, started="2026-01-16T00:00:00+00:00")
    found = rescued([to_be_made(A), to_be_made(B)], tmp_path)
    assert found == {A: Outcome(A.name, 2.0, None, "2026-01-16T00:00:00+00:00")}


def test_a_run_that_stands_is_not_rescued(tmp_path):
    ran(tmp_path, A, started="")
    assert rescued([Decision(A, "", INPUTS)], tmp_path) == {}


def test_a_run_of_other_inputs_is_not_rescued(tmp_path):
    ran(tmp_path, A, started="")
    assert rescued([to_be_made(A, {**INPUTS, "notebook": "9"})], tmp_path) == {}


@pytest.mark.parametrize("half", ["", "{}", '{"name": "fire/toy/a"}'])
def test_a_run_whose_record_is_half_written_is_not_rescued(tmp_path, half):
    ran(tmp_path, A, started="")
    (tmp_path / "fire/toy/a/run.json").write_text(half)
    assert rescued([to_be_made(A)], tmp_path) == {}


@pytest.mark.parametrize("content", ["half", None])
def test_a_run_of_which_a_file_is_not_whole_is_not_rescued(tmp_path, content):
    ran(tmp_path, A, started="")
    path = tmp_path / "fire/toy/a/results/facts.json"
    path.unlink() if content is None else path.write_text(content)
    assert rescued([to_be_made(A)], tmp_path) == {}


def test_where_nothing_was_interrupted_nothing_is_rescued(tmp_path):
    assert rescued([to_be_made(A)], tmp_path / "nowhere") == {}


def decisions(*reasons: str) -> list[Decision]:
    return [Decision(run, words, INPUTS) for run, words in zip((A, B), reasons, strict=False)]


def test_a_review_stands_when_nothing_at_all_has_changed(folder):
    assert is_standing(decisions("", ""), Last(folder), PAGES)


def test_a_review_does_not_stand_when_a_run_is_made(folder):
    assert not is_standing(decisions("", "notebook changed"), Last(folder), PAGES)


def test_a_review_does_not_stand_when_its_runs_are_others(folder):
    assert not is_standing(decisions(""), Last(folder), PAGES)
    assert not is_standing([], Last(folder), PAGES)


def test_a_review_does_not_stand_when_the_pages_depend_on_something_else(folder):
    assert not is_standing(decisions("", ""), Last(folder), {"what the city declares": "4"})


@pytest.mark.parametrize("name", ["index.html", "fire/toy/b/report.html", "added.html", "fire/toy/a/x.svg"])
def test_a_review_does_not_stand_when_a_page_is_not_as_it_was_written(folder, name):
    (folder / name).write_text("by hand")
    assert not is_standing(decisions("", ""), Last(folder), PAGES)


def test_a_review_does_not_stand_when_a_page_is_gone(folder):
    (folder / "index.html").unlink()
    assert not is_standing(decisions("", ""), Last(folder), PAGES)


@pytest.mark.parametrize(
    ("jobs", "seconds"),
    # One after the other 2 + 4; two at once 4; a new run of the analysis takes as long as the middle one.
    [(1, 6.0), (2, 4.0), (9, 4.0)],
)
def test_runs_take_as_long_as_they_took(folder, jobs, seconds):
    assert expected_seconds([A, B], Last(folder).seconds, jobs) == seconds


@pytest.mark.parametrize(
    ("known", "seconds"),
    [
        ({"x/toy/1": 1.0, "x/toy/2": 3.0, "x/toy/3": 8.0, "x/other/1": 50.0}, 3.0),
        ({"x/other/1": 50.0}, 50.0),
        ({}, None),
    ],
)
def test_a_run_that_was_never_made_takes_as_long_as_its_like(known, seconds):
    assert expected_seconds([A], known, 1) == seconds


def test_the_longest_runs_come_first_so_that_no_core_waits_at_the_end():
    runs = [Decision(Run("fire", "toy", name), NO_RUN) for name in "abcd"]
    known = {"fire/toy/a": 2.4, "fire/toy/b": 1.6, "fire/toy/c": 9.0}  # d like the middle one, 2.4
    assert [each.run.subject for each in longest_first(runs, known)] == ["c", "a", "b", "d"]
    assert longest_first(runs, {}) == runs
    assert expected_seconds([each.run for each in runs], known, 2) == 9.0


def test_nothing_takes_no_time():
    assert expected_seconds([], {}, 2) == 0.0
