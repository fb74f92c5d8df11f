import json
import subprocess
import sys

import pytest

from workbench.errors import INTERRUPTED


def test_a_plan_is_shown_and_nothing_is_run(toy_city, workbench):
    city = toy_city("calls", "visits")
    done = workbench("review", "q4", "--dry-run", "--city", city)
    assert done.stdout.splitlines() == [
        "fire/toy_rows/calls   run: no run yet",
        "fire/toy_rows/visits  run: no run yet",
        "Sources:",
        "  calls: to be read",
        "  visits: to be read",
        "2 of 2 runs would be made. None was made before, so that how long they take is not known.",
    ]
    assert not (city / "outputs").exists()
    events = workbench("review", "q4", "--dry-run", "--json", "--city", city).stdout.splitlines()
    planned = {"event": "planned", "item": "fire/toy_rows/calls", "runs": True, "reason": "no run yet"}
    planned["if_read"] = False
    assert json.loads(events[0]) == planned


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["review", "q5"], 2, "there is no review 'q5'. Known are: 'q4'."),
        (["review", "q4", "--only", "fier"], 2, "Did you mean 'fire'?"),
        (["run", "toy_row", "calls"], 2, "there is no analysis 'toy_row'"),
        (["run", "toy_rows", "call"], 2, "toy_rows has no subject 'call'. Did you mean 'calls'?"),
        (["run", "toy_rows", "calls", "--department", "parks"], 2, "one of: fire; got 'parks'"),
        (
            ["run", "toy_rows", "calls", "-p", "zipcode=1"],
            2,
            "no parameter 'zipcode'. Did you mean 'zip_code'?",
        ),
        (["run", "toy_rows", "calls", "-p", "print=1"], 2, "'print' cannot be the name of a parameter"),
        (["run", "toy_rows", "calls", "-p", "x=1;import os"], 2, "no parameter 'x'"),
        (["run", "toy_rows", "calls", "-p", "zip_code"], 2, "-p 'zip_code' has no value"),
        (["run", "toy_rows", "calls", "-p", "zip_code=1", "-p", "zip_code=2"], 2, "is given twice"),
        (["snapshot", "cals"], 2, "there is no source 'cals'. Did you mean 'calls'?"),
        (["practice"], 2, "Toy Town is not the practice city"),
        (["nonsense"], 2, "No such command 'nonsense'"),
        (["review"], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_understood_is_said_without_a_traceback(toy_city, command, words, code, said):
    city = toy_city("calls")
    where = [] if words == ["nonsense"] else ["--city", city]
    ended, shown, errors = command(*words, *where)
    assert (ended, shown) == (code, "")
    assert said in errors
    assert "Traceback" not in errors
    assert not (city / "outputs").exists()


def test_all_faults_of_the_parameters_are_reported(toy_city, command):
    city = toy_city("calls")
    (city / "parameters" / "departments.yml").write_text("format: 1\ndepartments:\n  fire: {titel: Fire}\n")
    code, _, errors = command("check", "--city", city)
    assert code == 10
    assert "departments.yml:3" in errors
    assert "Did you mean 'title'?" in errors


def test_the_faults_of_a_boundary_file_are_reported(toy_city, command):
    city = toy_city("calls")
    ward = "format: 1\ndimensions: {}\nplaces:\n  ward: {title: Ward, boundary: {file: w.geojson, property: NAME}}\n"
    (city / "parameters" / "dimensions.yml").write_text(ward)
    assert command("check", "--city", city)[0] == 0
    (city / "w.geojson").write_text("{}")
    code, _, errors = command("check", "--city", city)
    assert code == 11
    assert "w.geojson: is not GeoJSON with named features; it is of type None." in errors


def test_check_list_and_snapshot(toy_city, command):
    city = toy_city("calls")
    assert command("check", "--city", city)[1].startswith("No faults: 0 measures")
    listed = command("list", "--city", city)[1]
    assert "review q4: 2025-Q4, as of 2026-01-15" in listed
    assert "toy_rows: Rows by ZIP code\n  fire: calls" in listed
    assert command("snapshot", "--city", city)[1] == "calls: 3 rows, 0 could not be read\n"


def test_every_source_that_is_refused_is_told_with_an_exit_code_of_its_own(toy_city, command):
    city = toy_city("calls", "visits", "walks")
    (city / "private" / "sources" / "calls.csv").unlink()
    (city / "private" / "sources" / "walks.csv").write_text("")
    code, shown, errors = command("snapshot", "--city", city)
    assert (code, shown) == (11, "visits: 3 rows, 0 could not be read\n")
    assert [line.split(":")[0] for line in errors.splitlines()] == ["source `calls`", "source `walks`"]
    assert "'private/sources/calls.csv'" in errors


@pytest.mark.parametrize(
    "falls",
    [
        "exec('os.kill(os.getpid(), signal.SIGINT)')",  # Python ends by the signal after code made from text
        "exec('os.kill(os.getpid(), signal.SIGTERM)')",
        "converted()",
    ],
)
def test_an_interruption_has_its_exit_code_wherever_it_falls(toy_environment, tmp_path, falls):
    (tmp_path / "interrupted.py").write_text(
        "import os, signal\nimport workbench.catalog\nfrom workbench.cli import main\n"
        "def converted():\n"
        "    try:\n        os.kill(os.getpid(), signal.SIGINT)\n"
        "    except KeyboardInterrupt:\n        raise ValueError from None\n"
        f"workbench.catalog.load_reviewable = lambda *_: {falls}\nmain()\n"
    )
    words = [sys.executable, "-m", "interrupted", "list"]
    done = subprocess.run(words, env=toy_environment, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (INTERRUPTED, "")


def test_a_fault_of_the_workbench_itself_is_one_sentence_and_a_private_file(
    toy_city, toy_environment, tmp_path
):
    city = toy_city("calls")
    broken = "import sys, workbench.catalog\nworkbench.catalog.load_reviewable = None\nfrom workbench.cli import main\nmain()"
    environment = {**toy_environment, "TMPDIR": str(tmp_path)}
    words = [sys.executable, "-c", broken, "list", "--city", str(city)]
    done = subprocess.run(words, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Something went wrong inside the workbench (TypeError)." in done.stderr
    assert "Traceback" not in done.stderr
    log = next(tmp_path.glob("workbench-*.log"))
    assert "Traceback" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0
