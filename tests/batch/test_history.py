"""The log of a review, and the history that is read from logs and folders."""

import json
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest

from workbench.batch.folders import ReviewFolder
from workbench.batch.history import history, runs_of_review
from workbench.batch.log import lines, logged
from workbench.batch.outcome import Failure
from workbench.batch.progress import Count
from workbench.catalog.model import Catalog, City
from workbench.errors import BusyError, RunError

SECRET = "4711"
FACTS = {"review": "q4", "period": "2025-Q4", "as_of": "2026-01-15"}
MADE = {"folder": "outputs/q4", "runs": 48, "failures": 2, "kept": 45, "unchanged": False}


@pytest.fixture
def catalog(tmp_path) -> Catalog:
    city = City(name="C", time_zone="UTC")
    return Catalog(root=tmp_path, city=city, departments={}, dimensions={}, sources={})


def run(
    catalog: Catalog, started: str, *told, error: BaseException | None = None, folder: str = "q4"
) -> None:
    """A review that told this much and ended, or was ended by an error."""
    expected = suppress(type(error)) if error else nullcontext()
    with expected, logged(catalog.private, folder, {**FACTS, "started": started}, Count()) as progress:
        for event, facts in told:
            progress.tell(event, **facts)
        if error:
            raise error


def log(catalog: Catalog) -> Path:
    [path] = (catalog.private / "logs").glob("q4-*.jsonl")
    return path


def test_a_log_has_steps_durations_and_counts_and_never_a_value(catalog):
    with logged(catalog.private, "q4", {**FACTS, "started": "2026-01-16T09:00:00+00:00"}, Count()) as told:
        told.phase("notebooks", 2)
        told.started("fire/toy/a")
        told.finished("fire/toy/a")
        told.started("fire/toy/b")
        told.finished("fire/toy/b", Failure("error", f"KeyError: {SECRET}", "'view' (page)"))
    events = lines(log(catalog))
    assert [each["event"] for each in events] == [
        "began",
        "phase",
        "started",
        "done",
        "started",
        "failed",
        "ended",
    ]
    assert all(each["at"].endswith("+00:00") for each in events)
    assert events[3]["seconds"] >= 0
    assert (events[5]["kind"], events[5]["count"], events[5]["total"]) == ("error", 2, 2)
    assert SECRET not in log(catalog).read_text()


def test_an_error_is_logged_by_its_kind_and_code_and_not_by_its_words(catalog):
    run(catalog, "2026-01-16T09:00:00+00:00", error=RunError(f"row {SECRET}"))
    ended = lines(log(catalog))[-1]
    assert (ended["event"], ended["kind"], ended["exit_code"]) == ("ended", "RunError", 13)
    assert SECRET not in log(catalog).read_text()


def test_a_private_folder_that_cannot_be_written_stops_no_review(catalog):
    catalog.private.write_text("a file where the folder should be")
    run(catalog, "2026-01-16T09:00:00+00:00", ("made", MADE))
    assert catalog.private.read_text() == "a file where the folder should be"


def test_a_disk_that_is_full_ends_the_log_and_not_the_review(catalog, monkeypatch):
    class Full:
        def write(self, _):
            raise OSError(28, "No space left on device")

        def close(self):
            raise OSError(28, "No space left on device")

    tried = []
    monkeypatch.setattr(Path, "open", lambda path, *_, **__: tried.append(path) or Full())
    run(catalog, "2026-01-16T09:00:00+00:00", ("made", MADE))
    assert [path.parent for path in tried] == [catalog.private / "logs"]


def test_a_line_that_was_cut_off_is_left_out(catalog):
    run(catalog, "2026-01-16T09:00:00+00:00")
    whole = log(catalog).read_text()
    log(catalog).write_text(whole[:-9])
    assert [each["event"] for each in lines(log(catalog))] == ["began"]


@pytest.mark.parametrize(
    ("told", "error", "outcome"),
    [
        ([("made", MADE)], None, "published"),
        ([("made", {**MADE, "unchanged": True})], None, "nothing changed"),
        ([], KeyboardInterrupt(), "stopped"),
        ([], BusyError("another"), "another was running"),
        ([], RunError("none"), "no run succeeded"),
        ([], ValueError("x"), "ended with ValueError"),
    ],
)
def test_how_a_review_ended_is_told(catalog, told, error, outcome):
    run(catalog, "2026-01-16T09:00:00+00:00", *told, error=error)
    [ran] = history(catalog)
    assert (ran.outcome, ran.review, ran.as_of) == (outcome, "q4", "2026-01-15")
    assert ran.seconds >= 0


def test_counts_and_the_days_of_the_data_are_told(catalog):
    sources = [
        ("source", {"item": name, "taken": day}) for name, day in (("a", "2026-01-10"), ("b", "2026-01-14"))
    ]
    run(catalog, "2026-01-16T09:00:00+00:00", *sources, ("made", MADE))
    [ran] = history(catalog)
    assert (ran.made, ran.kept, ran.failed) == (1, 45, 2)
    assert ran.snapshots == {"a": "2026-01-10", "b": "2026-01-14"}


def test_the_newest_is_first(catalog):
    for day in (16, 18, 17):
        run(catalog, f"2026-01-{day}T09:00:00+00:00")
    assert [ran.started[8:10] for ran in history(catalog)] == ["18", "17", "16"]


def killed(catalog: Catalog, started: str) -> None:
    """A log without its end, as a kill leaves it."""
    run(catalog, started)
    path = max((catalog.private / "logs").iterdir(), key=lambda each: lines(each)[0]["started"])
    path.write_text(path.read_text().splitlines()[0] + "\n")


def test_a_review_that_was_killed_did_not_end(catalog):
    killed(catalog, "2026-01-16T09:00:00+00:00")
    [ran] = history(catalog)
    assert (ran.outcome, ran.seconds) == ("did not end", None)


def test_the_one_at_work_is_running_and_one_killed_before_is_not(catalog):
    killed(catalog, "2026-01-16T09:00:00+00:00")
    killed(catalog, "2026-01-17T09:00:00+00:00")
    with ReviewFolder(catalog.outputs, "q4").locked():
        assert [ran.outcome for ran in history(catalog)] == ["running", "did not end"]
    assert [ran.outcome for ran in history(catalog)] == ["did not end", "did not end"]


def reviewed(catalog: Catalog, started: str) -> Path:
    folder = catalog.outputs / "q4"
    (folder / "fire/toy/a").mkdir(parents=True)
    record = {"name": "fire/toy/a", "started": started, "seconds": 2.5, "taken": {"calls": "2026-01-14"}}
    (folder / "fire/toy/a/run.json").write_text(json.dumps(record))
    runs = [
        {"name": "fire/toy/a", "outcome": "done", "seconds": 2.5},
        {"name": "fire/toy/b", "outcome": "failed", "seconds": 1.0},
    ]
    manifest = {**FACTS, "started": started, "seconds": 9.0, "runs": runs}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_a_review_whose_log_is_gone_is_known_by_its_folder(catalog):
    reviewed(catalog, "2026-01-16T09:00:00+00:00")
    [ran] = history(catalog)
    assert (ran.outcome, ran.made, ran.failed, ran.seconds) == ("published", 1, 1, 9.0)
    assert ran.snapshots == {"calls": "2026-01-14"}


def test_a_review_with_its_log_is_told_once(catalog):
    reviewed(catalog, "2026-01-16T09:00:00+00:00")
    run(catalog, "2026-01-16T09:00:00+00:00", ("made", MADE))
    assert [(ran.outcome, ran.kept) for ran in history(catalog)] == [("published", 45)]


def test_each_run_of_a_review_is_told(catalog):
    assert runs_of_review(reviewed(catalog, "2026-01-16T09:00:00+00:00")) == [
        {
            "name": "fire/toy/a",
            "outcome": "done",
            "started": "2026-01-16T09:00:00+00:00",
            "seconds": 2.5,
            "snapshots": {"calls": "2026-01-14"},
        },
        {"name": "fire/toy/b", "outcome": "failed", "started": "", "seconds": 1.0, "snapshots": {}},
    ]
    assert runs_of_review(catalog.outputs / "nowhere") == []
