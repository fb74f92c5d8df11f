"""Whether a review holds: what was changed by hand, which inputs moved, and whether it comes out the same again."""

import json
import os
from pathlib import Path

import pytest

from workbench.errors import DiffersError

FACTS = "fire/toy_rows/calls/results/facts.json"


@pytest.fixture
def city(reviewed_city) -> Path:
    """A toy city with a review that was made."""
    return reviewed_city


def test_a_review_is_made_again_and_held_against_itself(city, workbench):
    done = workbench("verify", "q4", "--city", city)
    assert (done.returncode, done.stdout.splitlines()[1:]) == (
        0,
        [
            "None was changed since.",
            "Its inputs are the same as then.",
            "Made again, every file has the same bytes.",
        ],
    ), done.stderr
    assert [path.name for path in (city / "outputs").iterdir() if path.is_dir()] == ["q4"]

    calls = city / "private/sources/calls.csv"
    calls.write_text(calls.read_text() + "4,06037\n")
    moved = workbench("verify", "q4", "--city", city)
    assert moved.returncode == DiffersError.exit_code
    assert "Not the same as then:\n  snapshot of calls changed: of 20" in moved.stdout
    assert "came out otherwise:" in moved.stdout
    assert "  fire/toy_rows/calls/results/rows.parquet: column 'rows', from row 1 on" in moved.stdout
    assert "fire/toy_rows/visits/" not in moved.stdout
    assert "It was made again in " in moved.stderr
    assert (city / "outputs/verify-q4/index.html").is_file()


def test_what_was_changed_by_hand_is_told_without_running_anything(city, command):
    assert command("verify", "q4", "--files", "--city", city)[0] == 0
    facts = city / "outputs/q4" / FACTS
    facts.write_text(facts.read_text() + " ")
    (city / "outputs/q4/tested.csv").unlink()
    (city / "outputs/q4/note.txt").write_text("mine")
    code, shown, errors = command("verify", "q4", "--files", "--city", city)
    assert code == DiffersError.exit_code
    assert shown.splitlines()[1:5] == [
        "3 changed since by hand:",
        f"  {FACTS}: changed",
        "  note.txt: added",
        "  tested.csv: missing",
    ]
    assert errors == "Review 'q4' is not what its record and its inputs give.\n"
    told = [
        json.loads(line)
        for line in command("verify", "q4", "--files", "--json", "--city", city)[1].splitlines()
    ]
    assert told[0] == {"event": "by hand", "item": FACTS, "kind": "changed"}
    assert (told[-1]["event"], told[-1]["holds"], told[-1]["again"]) == ("verified", False, False)


def test_inputs_that_moved_are_named_with_the_runs_that_rest_on_them(city, command):
    record = city / "outputs/q4/fire/toy_rows/visits/run.json"
    made = json.loads(record.read_text())
    made["inputs"] |= {"version of pandas": "3.0.0", "notebook": "another"}
    record.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")
    shown = command("verify", "q4", "--files", "--city", city)[1]
    day = made["started"][:10]
    assert f"  notebook changed since {day} (fire/toy_rows/visits)" in shown
    assert "  version of pandas changed: 3.0.0 then, 3." in shown


def test_inputs_that_are_new_or_gone_are_named_as_such(city, command):
    record = city / "outputs/q4/fire/toy_rows/visits/run.json"
    made = json.loads(record.read_text())
    del made["inputs"]["version of pandas"]
    made["inputs"] |= {
        "version of an old library": "1.0",
        "snapshot of trees": "ab",
        "day of the snapshot of trees": "2025-01-02",
    }
    record.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")
    shown = command("verify", "q4", "--files", "--city", city)[1]
    day = made["started"][:10]
    assert f"  version of pandas is new since {day} (fire/toy_rows/visits)" in shown
    assert f"  version of an old library is gone since {day} (fire/toy_rows/visits)" in shown
    assert f"  snapshot of trees is gone since {day} (fire/toy_rows/visits)" in shown


def test_what_the_parameter_files_say_otherwise_is_named_with_the_file_and_its_day(city, command):
    departments, titles = city / "parameters/departments.yml", city / "parameters/city.yml"
    departments.write_text(departments.read_text().replace("{title: Parks}", "{title: Parks and Trees}"))
    titles.write_text(titles.read_text().replace("Toy Town", "Toy City"))
    os.utime(departments, (1_771_200_000, 1_771_200_000))
    code, shown, _ = command("verify", "q4", "--files", "--city", city)
    assert code == 0
    assert "  declared: city.name differs (city.yml, written on 20" in shown
    assert "  declared: departments.parks.title differs (departments.yml, written on 2026-02-16)" in shown


def test_a_source_that_is_gone_is_told_with_its_run(city, command):
    (city / "private/sources/calls.csv").unlink()
    shown = command("verify", "q4", "--files", "--city", city)[1]
    assert "  source `calls`: there is no file 'private/sources/calls.csv'" in shown
    assert "(fire/toy_rows/calls)" in shown


def test_a_run_that_is_no_longer_declared_is_told(city, command):
    declared = city / "parameters/sources.yml"
    declared.write_text(declared.read_text().replace("  calls:", "  phone_calls:"))
    shown = command("verify", "q4", "--files", "--city", city)[1]
    assert "  it is no longer in the review (fire/toy_rows/calls)" in shown


def test_a_review_that_was_not_made_cannot_be_verified(toy_city, command):
    code, _, errors = command("verify", "q4", "--city", toy_city("calls"))
    assert (code, errors) == (2, "review 'q4' has not been made yet; run: workbench review q4\n")
