"""A fourth analysis, installed beside the house, runs through a whole review with nothing else changed."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest


@pytest.fixture
def city(toy_city):
    return toy_city("calls", "visits")


@pytest.fixture
def review(city, workbench):
    """The folder of a review that was made."""
    done = workbench("review", "q4", "--city", city)
    assert (done.returncode, done.stderr.count("FAILED")) == (0, 0), done.stderr
    assert "Source calls has 1 row" in done.stdout
    assert done.stdout.splitlines()[0] == "Made 2 of 2 reports."
    assert done.stdout.strip().endswith("outputs/q4/index.html")
    return city / "outputs" / "q4"


def test_a_toy_analysis_runs_through_a_review(city, review):
    run = review / "fire" / "toy_rows" / "calls"
    made = {str(path.relative_to(run)) for path in run.rglob("*") if path.is_file()}
    assert made >= {"report.html", "notebook.ipynb", "findings.json", "run.json"}
    assert made >= {"figures/rows.svg", "results/rows.parquet"}
    for name in ("index.html", "agenda.json", "manifest.json", "catalog.json"):
        assert (review / name).is_file(), name
    everything = b"".join(path.read_bytes() for path in review.rglob("*") if path.is_file())
    assert str(city).encode() not in everything
    assert [path.name for path in (city / "outputs").iterdir() if path.is_dir()] == ["q4"]
    record = json.loads((run / "run.json").read_text())
    assert record["parameters"]["period"] == "2025-Q4"
    assert record["rows"] == {"calls": 3}


def test_one_report_again_and_a_trial_leave_a_review_as_it_is(reviewed_city, workbench):
    city, review = reviewed_city, reviewed_city / "outputs" / "q4"
    first = _bytes(review)
    again = workbench("review", "q4", "--city", city, "--only", "fire/toy_rows/visits", "--json", "--jobs", 1)
    assert again.returncode == 0, again.stderr
    assert _bytes(review) == first
    events = [json.loads(line) for line in again.stdout.splitlines()]
    assert [each["item"] for each in events if each["event"] == "done" and each["phase"] == "notebooks"] == [
        "fire/toy_rows/visits"
    ]
    assert events[-1]["event"] == "made"

    trial = workbench("run", "toy_rows", "calls", "-p", "zip_code=02116", "--city", city)
    assert trial.returncode == 0, trial.stderr
    assert "Source calls has 2 rows with ZIP code 02116." in trial.stdout
    assert (city / "outputs" / "trial-q4" / "fire" / "toy_rows" / "calls" / "report.html").is_file()
    assert _bytes(review) == first


def test_a_kernel_that_is_killed_costs_its_own_report_only(toy_city, workbench):
    city = toy_city("calls", "deadly")
    done = workbench("review", "q4", "--city", city, "--jobs", 1)
    assert done.returncode == 13
    assert "Made 1 of 2 reports." in done.stdout
    assert "1 of 2 runs failed:" in done.stderr
    assert "fire/toy_rows/deadly: the kernel died" in done.stderr
    assert "(in cell 'analyse' (results = page.analyse(" in done.stderr
    assert "Traceback" not in done.stderr
    reports = city / "outputs" / "q4" / "fire" / "toy_rows"
    assert [path.name for path in reports.iterdir()] == ["calls"]
    runs = json.loads((city / "outputs" / "q4" / "manifest.json").read_text())["runs"]
    assert [(each["name"], each["outcome"]) for each in runs] == [
        ("fire/toy_rows/calls", "done"),
        ("fire/toy_rows/deadly", "failed"),
    ]
    alone = workbench("review", "q4", "--city", city, "--only", "fire/toy_rows/deadly", "--jobs", 1)
    assert alone.returncode == 13
    assert "no run succeeded" in alone.stderr
    assert [path.name for path in reports.iterdir()] == ["calls"]


def test_a_source_that_is_missing_costs_only_the_runs_that_need_it(city, workbench):
    (city / "private" / "sources" / "visits.csv").unlink()
    done = workbench("review", "q4", "--city", city, "--jobs", 1)
    assert done.returncode == 13
    assert "visits.csv" in done.stderr
    assert [path.name for path in (city / "outputs" / "q4" / "fire" / "toy_rows").iterdir()] == ["calls"]


def test_a_mistake_in_an_analysis_costs_its_own_report_only(toy_city, workbench):
    city = toy_city("calls", "faulty")
    done = workbench("review", "q4", "--city", city, "--jobs", 1)
    assert done.returncode == 13
    assert "fire/toy_rows/faulty: something went wrong inside the workbench: KeyError: 'zip'" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in (city / "outputs" / "q4" / "fire" / "toy_rows").iterdir()] == ["calls"]


def test_ctrl_c_leaves_the_last_review_and_nothing_running(city, toy_environment):
    last = city / "outputs" / "q4"
    last.mkdir(parents=True)
    (last / "index.html").write_text("last")
    command = [sys.executable, "-m", "workbench", "review", "q4", "--city", str(city)]
    review = subprocess.Popen(
        command, env=toy_environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    staged = city / "outputs" / ".q4.staging" / "fire" / "toy_rows"
    while not list(staged.glob("*/prepared.ipynb")):
        assert review.poll() is None, review.stderr.read()
        time.sleep(0.05)
    family = psutil.Process(review.pid).children(recursive=True)
    os.killpg(review.pid, signal.SIGINT)
    said = review.communicate(timeout=30)[1]
    assert review.returncode == 130
    assert "Stopped: nothing was published" in said
    assert "Traceback" not in said
    assert (last / "index.html").read_text() == "last"
    assert [path.name for path in (city / "outputs").iterdir() if path.is_dir()] == ["q4"]
    assert not [
        each for each in psutil.wait_procs(family, timeout=5)[1] if each.status() != psutil.STATUS_ZOMBIE
    ]


def _bytes(folder) -> dict:
    """Every file of a review except those that record when it was made."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path: path.read_bytes() for path in paths if path.name not in ("run.json", "manifest.json")}
