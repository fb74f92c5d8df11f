"""A review again: only what changed is made, the rest stands, and the result is what a fresh one gives."""

import json
import os
from pathlib import Path

import pytest

from workbench.errors import PublishError
from workbench.review import review

CALLS, VISITS = "fire/toy_rows/calls", "fire/toy_rows/visits"


@pytest.fixture
def city(reviewed_city) -> Path:
    """A toy city whose review of two runs is there."""
    return reviewed_city


def state(folder: Path) -> dict:
    """Bytes, time of change and place on disk of every file and folder."""
    return {
        path.relative_to(folder): (
            path.stat().st_mtime_ns,
            path.stat().st_ino,
            path.is_file() and path.read_bytes(),
        )
        for path in [folder, *folder.rglob("*")]
    }


def contents(folder: Path) -> dict:
    """Every file except the records of when it was made."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {
        path.relative_to(folder): path.read_bytes()
        for path in paths
        if path.name not in ("run.json", "manifest.json")
    }


def events(done) -> list[dict]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def notebooks(told: list[dict]) -> list[str]:
    return [each["item"] for each in told if each["event"] == "done" and each["phase"] == "notebooks"]


def test_where_nothing_changed_the_review_is_not_touched(city, command):
    before = state(city / "outputs/q4")
    code, shown, errors = command("review", "q4", "--city", city)
    assert (code, errors) == (0, "")
    assert shown.startswith("Nothing has changed since 20")
    assert "all 2 reports stand as they were.\n1. Source " in shown
    assert shown.strip().endswith("outputs/q4/index.html")
    assert state(city / "outputs/q4") == before
    assert [path.name for path in (city / "outputs").iterdir() if path.is_dir()] == ["q4"]


def test_a_value_that_changed_costs_its_own_runs_and_gives_what_a_fresh_review_gives(city, workbench):
    before = (city / "outputs/q4" / VISITS / "run.json").read_bytes()
    (city / "private/sources/calls.csv").write_text("Call,ZIP\n1,02116\n2,06037\n3,06037\n")
    told = events(workbench("review", "q4", "--city", city, "--json"))
    assert notebooks(told) == [CALLS]
    assert {"event": "to be made", "item": CALLS, "reason": "snapshot of calls changed"} in told
    assert [
        each["item"] for each in told if each["event"] == "done" and each["phase"] in ("snapshots", "cubes")
    ] == [
        "calls",
        CALLS,
    ]
    manifest = json.loads((city / "outputs/q4/manifest.json").read_text())
    assert [(each["name"], each["outcome"]) for each in manifest["runs"]] == [
        (CALLS, "done"),
        (VISITS, "kept"),
    ]
    assert (city / "outputs/q4" / VISITS / "run.json").read_bytes() == before
    changed = contents(city / "outputs/q4")
    fresh = events(workbench("review", "q4", "--city", city, "--json", "--fresh"))
    assert sorted(notebooks(fresh)) == [CALLS, VISITS]
    assert contents(city / "outputs/q4") == changed


def test_a_run_stands_where_its_source_changed_but_not_what_it_reads(city, workbench):
    made = json.loads((city / "outputs/q4" / CALLS / "run.json").read_text())
    calls = city / "private/sources/calls.csv"
    calls.write_text("Call,ZIP\n9,02116\n2,02116\n3,06037\n")
    os.utime(calls, (1_768_600_000, 1_768_600_000))
    told = events(workbench("review", "q4", "--city", city, "--json"))
    assert notebooks(told) == []
    words = "snapshot of calls changed, but not what this run reads"
    assert {"event": "stands", "item": CALLS, "reason": words} in told
    assert not [each for each in told if each["event"] == "to be made"]
    now = json.loads((city / "outputs/q4" / CALLS / "run.json").read_text())
    assert now["made_on"] == {"snapshots": made["snapshots"], "taken": made["taken"]}
    assert (now["taken"], now["started"]) == ({"calls": "2026-01-16"}, made["started"])
    assert now["snapshots"]["calls"] == now["inputs"]["snapshot of calls"] != made["snapshots"]["calls"]
    page = (city / "outputs/q4" / CALLS / "report.html").read_text()
    assert "calls, taken on 16 January 2026: 3 rows read" in page
    standing = contents(city / "outputs/q4")
    shown = workbench("review", "q4", "--city", city).stdout
    assert shown.startswith("Nothing has changed since ")
    assert notebooks(events(workbench("review", "q4", "--city", city, "--json", "--fresh")))
    assert contents(city / "outputs/q4") == standing


@pytest.mark.parametrize("name", ["index.html", f"{CALLS}/report.html"])
def test_a_page_that_was_changed_by_hand_is_written_anew_and_no_run_is_made(city, command, name):
    page = city / "outputs/q4" / name
    before = page.read_bytes()
    page.write_bytes(b"by hand")
    code, shown, _ = command("review", "q4", "--city", city, "--json")
    assert code == 0
    assert [line for line in shown.splitlines() if '"notebooks"' in line and '"done"' in line] == []
    assert page.read_bytes() == before


def test_the_page_of_a_run_that_stands_is_written_anew_only_where_all_pages_are_others(city, command):
    def pages() -> list[int]:
        return [(city / "outputs/q4" / run / "report.html").stat().st_ino for run in (CALLS, VISITS)]

    before, index = pages(), city / "outputs/q4/index.html"
    index.write_bytes(b"by hand")
    assert command("review", "q4", "--city", city)[0] == 0
    assert pages() == before
    manifest = city / "outputs/q4/manifest.json"
    manifest.write_text(
        manifest.read_text().replace('"what the city declares": "', '"what the city declares": "0')
    )
    assert command("review", "q4", "--city", city)[0] == 0
    assert not set(pages()) & set(before)


def test_pages_that_cannot_be_written_leave_the_last_review_to_the_byte(city, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "toy"))
    (city / "outputs/q4/index.html").write_text("by hand")
    before = state(city / "outputs/q4")

    def half_written(folder, *_):
        for name in ("index.html", "goals.html"):
            (folder / name).write_text("half")
        raise PublishError("the disk is full")

    monkeypatch.setattr("workbench.review.making.publish", half_written)
    with pytest.raises(PublishError):
        review(city, "q4")
    after = state(city / "outputs/q4")
    assert after == before


def test_a_review_that_was_killed_goes_on_from_its_whole_runs_and_gives_the_same(city, command):
    outputs = city / "outputs"
    whole = contents(outputs / "q4")
    (outputs / "q4").rename(outputs / ".q4.staging")
    for left in ("manifest.json", "index.html"):
        (outputs / ".q4.staging" / left).unlink()
    code, shown, _ = command("review", "q4", "--city", city, "--json")
    assert code == 0
    told = [json.loads(line) for line in shown.splitlines()]
    assert notebooks(told) == []
    assert (told[-1]["runs"], told[-1]["kept"]) == (2, 0)
    assert contents(outputs / "q4") == whole
    assert [path.name for path in outputs.iterdir() if path.is_dir()] == ["q4"]


def test_one_that_is_asked_for_is_made_and_the_others_are_linked(city, workbench):
    before = contents(city / "outputs/q4")
    linked = (city / "outputs/q4" / VISITS / "findings.json").stat().st_ino
    assert notebooks(events(workbench("review", "q4", "--city", city, "--only", CALLS, "--json"))) == [CALLS]
    assert contents(city / "outputs/q4") == before
    assert (city / "outputs/q4" / VISITS / "findings.json").stat().st_ino == linked


def test_what_would_be_run_is_told_with_the_reason_the_age_of_its_data_and_the_minutes(city, command):
    (city / "private/sources/calls.csv").write_text("Call,ZIP\n1,02116\n")
    before = state(city)
    taken = json.loads((city / "outputs/q4" / VISITS / "run.json").read_text())["taken"]["visits"]
    code, shown, _ = command("review", "q4", "--city", city, "--dry-run", "--jobs", 1)
    assert (code, shown.splitlines()[:5]) == (
        0,
        [
            "fire/toy_rows/calls   run: snapshot of calls changed, if this concerns what it reads",
            "fire/toy_rows/visits  keep: nothing changed",
            "Sources:",
            "  calls: to be read",
            f"  visits: snapshot of {taken}",
        ],
    )
    assert shown.splitlines()[5].startswith("at most 1 of 2 runs would be made: about 0.")
    assert shown.splitlines()[5].endswith(" minutes by earlier runs, one after the other.")
    _, as_json, _ = command("review", "q4", "--city", city, "--dry-run", "--json", "--jobs", 1)
    told = [json.loads(line) for line in as_json.splitlines()]
    assert told[0] == {
        "event": "planned",
        "item": CALLS,
        "runs": True,
        "reason": "snapshot of calls changed",
        "if_read": True,
    }
    assert told[3] == {
        "event": "source",
        "item": "visits",
        "taken": taken,
        "state": "read",
        "as_of": "2026-01-15",
    }
    assert (told[4]["make"], told[4]["keep"], told[4]["unchanged"]) == (1, 1, False)
    assert state(city) == before


def test_a_plan_in_which_nothing_changed_says_so(city, command):
    shown = command("review", "q4", "--city", city, "--dry-run")[1]
    assert shown.endswith("Nothing has changed: all 2 runs and the pages would stay as they are.\n")
    fresh = command("review", "q4", "--city", city, "--dry-run", "--fresh")[1]
    assert fresh.splitlines()[0] == "fire/toy_rows/calls   run: --fresh"


def test_a_plan_names_a_source_that_is_not_there(city, command):
    (city / "private/sources/calls.csv").unlink()
    shown = command("review", "q4", "--city", city, "--dry-run")[1]
    assert "fire/toy_rows/calls   run: calls is not there" in shown
    assert "  calls: not there" in shown


def test_what_was_run_is_listed(city, command):
    command("review", "q4", "--city", city)
    shown = command("runs", "--city", city)[1].splitlines()
    assert ["nothing changed" in line for line in shown] == [True, False]
    assert "  q4  published  2 made  " in shown[1]
    assert "  data of 20" in shown[1]
    told = [json.loads(line) for line in command("runs", "--city", city, "--json")[1].splitlines()]
    assert [(each["outcome"], each["made"], each["kept"]) for each in told] == [
        ("nothing changed", 0, 2),
        ("published", 2, 0),
    ]
    each = command("runs", "q4", "--city", city)[1].splitlines()
    assert sorted(line.split("  ")[1] for line in each) == [CALLS, VISITS]


def test_no_value_is_logged(city):
    [log] = (city / "private/logs").glob("*.jsonl")
    assert "02116" not in log.read_text()
    told = [json.loads(line) for line in log.read_text().splitlines()]
    assert (told[0]["event"], told[-1]["event"]) == ("began", "ended")


def test_two_runs_of_one_cube_share_it_and_each_snapshot_is_taken_once(city, workbench):
    taken = sorted((city / "private/snapshots").rglob("*.json"))
    told = events(workbench("review", "q4", "--city", city, "--json", "--fresh"))
    assert [each for each in told if each["event"] == "phase" and each["phase"] == "snapshots"] == [
        {"event": "phase", "phase": "snapshots", "total": 0}
    ]
    assert sorted((city / "private/snapshots").rglob("*.json")) == taken
    assert len(list((city / "private/cubes/toy_rows").iterdir())) == 2
