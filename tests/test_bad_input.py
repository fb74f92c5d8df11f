"""Bad input at the command line: a clear message, a stable exit code, nothing half-written.

What each room does with bad input is tested in its own folder; here every kind goes once the whole
way, on a town whose review was made before and must stay as it was.
"""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from workbench.catalog import load
from workbench.errors import NO_ROOM
from workbench.review import planned, trial
from workbench.view import view

pytestmark = pytest.mark.xdist_group("tiny")

SCRIPT, BRACES = "</script><script>window.x=1</script>", "{{7*7}}"
LONG = "x" * 300
BOMB = "".join(f"  l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]\n" for i in range(1, 10))


@pytest.fixture(scope="module")
def town(tiny_city, tmp_path_factory):
    """The town and its review, made once; each test has a copy."""
    root = tiny_city(tmp_path_factory.mktemp("tiny") / "town")
    code, shown, said = ended(started(root, "review", "q4"))
    assert code == 0, said
    assert shown.startswith("Made 3 of 3 reports.")
    return root


@pytest.fixture
def city(town, tmp_path):
    return Path(shutil.copytree(town, tmp_path / "town"))


@pytest.fixture
def scratch(monkeypatch):
    """The system's temporary folder, with a short name for sockets; empty again at the end."""
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)
        assert list(Path(folder).iterdir()) == []


@pytest.fixture
def stays(city, scratch):
    """Outputs and snapshots are byte for byte as before, and nothing is staged beside them."""
    before = contents(city)
    yield
    assert contents(city) == before


def contents(city: Path) -> dict[str, bytes]:
    paths = [path for folder in ("outputs", "private/snapshots") for path in (city / folder).rglob("*")]
    kept = [path for path in paths if path.suffix != ".lock"]
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in kept}


def started(city: Path, *words, **options) -> subprocess.Popen:
    """The command as a process of its own, with all that it starts in one group."""
    command = [sys.executable, "-m", "workbench", *map(str, words), "--city", str(city)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, **pipes, start_new_session=True, **options)


def ended(process: subprocess.Popen) -> tuple[int, str, str]:
    """Exit code, output and errors."""
    shown, said = process.communicate(timeout=200)
    return process.returncode, shown, said


def waited(process: subprocess.Popen, condition):
    """What a condition gives at last, while the process runs."""
    while not (found := condition()):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.02)
    return found


def amiss(result: tuple[int, str, str], code: int, *said: str) -> list[str]:
    """What is wrong with a refusal: it ends with this code and these words, no traceback and no output."""
    ended_with, shown, errors = result
    wrong = [f"the exit code is {ended_with}"] if ended_with != code else []
    wrong += [f"it does not say {words!r}: {errors}" for words in said if words not in errors]
    wrong += [f"it shows {shown}"] if shown else []
    return wrong + ([errors] if "Traceback" in errors else [])


def with_more(rows: bytes, *more: str) -> bytes:
    """Twenty more rows, which is more than the share of rejects that is allowed."""
    return rows + "".join(row.format(n) + "\n" for n in range(2000, 2020) for row in more).encode()


ROW = "{},2025-03-01,2025-03-02,2025-03-08,B,02116,Mill P\u00f6nd"
SOURCES = {
    "renamed column": (
        lambda rows: rows.replace(b"CLOSED_DT", b"CLOSE_DATE"),
        ["requests.csv:1: CLOSED_DT is gone; CLOSE_DATE looks like it."],
    ),
    "empty file": (lambda rows: b"", ["source `requests`: requests.csv is empty."]),
    "header only": (lambda rows: rows[: rows.index(b"\n") + 1], ["requests.csv has a header and no rows."]),
    "duplicate ids": (
        lambda rows: rows + b"".join(rows.splitlines(keepends=True)[1:21]),
        ["20 times: `request` duplicate row, such as '1' (lines 725, 726, 727)"],
    ),
    "UTF-16": (lambda rows: rows.decode().encode("utf-16"), ["is UTF-16, not utf-8", "`encoding: utf-16`"]),
    "latin-1": (
        lambda rows: with_more(rows, ROW).decode().encode("latin-1"),
        ["line 725: byte 0xf6 is not utf-8", "write `encoding: latin-1`"],
    ),
    "mixed encodings": (
        lambda rows: with_more(rows, ROW) + ROW.format(1).encode("latin-1"),
        ["line 745: byte 0xf6 is not utf-8", "mixes encodings; save it whole as UTF-8"],
    ),
    "NUL": (lambda rows: rows.replace(b",B,", b",B\0,", 1), ["line 2: holds a NUL character"]),
    "year 0009": (
        lambda rows: with_more(rows, "{},0009-03-01,2025-03-02,2025-03-08,B,02116,Elm"),
        ["21 times: `opened` is before 1990-01-01", "such as '0009-02-03' (lines 723, 725, 726)"],
    ),
    "end before start": (
        lambda rows: with_more(rows, "{},2025-03-01,2025-02-28,2025-03-08,B,02116,Elm"),
        ["21 times: `closed` is before `opened`", "such as '2025-02-01'"],
    ),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_a_source_that_cannot_be_used_is_refused(city, command, stays, kind):
    change, said = SOURCES[kind]
    source = city / "private" / "sources" / "requests.csv"
    source.write_bytes(change(source.read_bytes()))
    assert amiss(command("snapshot", "requests", "--city", city), 11, "source `requests`: ", *said) == []


def test_a_missing_file_costs_its_own_report_only_and_the_last_one_stays(city, in_process, stays):
    (city / "private" / "sources" / "requests.csv").rename(city / "private" / "sources" / "request.csv")
    found = amiss(
        in_process("review", "q4", "--only", "works/disparity_review", "--city", city),
        13,
        "no run succeeded, so nothing was published and the last review stays.",
        "works/disparity_review/potholes: source `requests`: there is no file 'private/sources/requests.csv'",
        "in that folder there is 'request.csv'",
    )
    assert found == []


def test_rows_that_cannot_be_used_are_counted_on_the_report(town, command):
    assert "requests: 723 rows, 3 could not be read\n" in command("snapshot", "--city", town)[1]
    report = town / "outputs" / "q4" / "works" / "disparity_review" / "potholes" / "report.html"
    assert re.search(r"723 rows read[^<]*, 3 could not be read", report.read_text())


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("goals", f"format: 1\ngoals:\n  l0: &l0 [x, x]\n{BOMB}", "goals.yml:4:7: an anchor (&) is used"),
        (
            "departments",
            "format: 1\ndepartments:\n  a: {title: A}\n  a: {title: B}\n",
            "'a' was already given",
        ),
        (
            "departments",
            "format: 1\ndepartments: {a: {title: A\0}}\n",
            ":2: the character '\\x00' is not text",
        ),
        ("departments", "format: 1\ndepartments:\n  ../../x: {title: A}\n", "'../../x' is not an id"),
        ("reviews/" + "x" * 200, "format: 1\nperiod: 2025-Q4\nas_of: 2026-01-15\n", "x' is not an id"),
    ],
)
def test_parameters_with_faults_are_refused(city, command, stays, file, text, said):
    (city / "parameters" / f"{file}.yml").write_text(text)
    assert amiss(command("review", "q4", "--city", city), 10, said) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("dimensoin=race", "there is no parameter 'dimensoin'. Did you mean 'dimension'?"),
        ("confidence=high", "parameter 'confidence' is 'high'. Write a number"),
        ("print=1", "'print' cannot be the name of a parameter"),
        ("x=1;import os", "there is no parameter 'x'"),
        ("x;import os=1", "'x;import os' cannot be the name of a parameter"),
        ("city=../../x", "'city' is chosen by the command itself, not by a parameter"),
    ],
)
def test_a_parameter_that_is_not_known_or_has_the_wrong_type_is_refused(city, command, stays, given, said):
    assert amiss(command("run", "disparity_review", "potholes", "-p", given, "--city", city), 2, said) == []


@pytest.mark.parametrize("name", ["../../x", "CON", LONG])
@pytest.mark.parametrize(
    "words",
    [
        ("review", "{}"),
        ("review", "q4", "--only", "{}"),
        ("run", "{}", "potholes"),
        ("run", "disparity_review", "{}"),
        ("run", "disparity_review", "potholes", "--review", "{}"),
    ],
)
def test_an_output_cannot_be_named_by_what_the_city_does_not_declare(city, command, stays, words, name):
    given = [word.format(name) for word in words]
    assert amiss(command(*given, "--city", city), 2, repr(name), name[:2]) == []


def test_text_survives_exactly_from_the_files_to_the_report(city, in_process, scratch):
    groups = load(city).dimensions["zip"].groups
    assert [each.title for each in groups.values()] == ["02116", "06037", "no", "1.0"]
    assert list(groups)[:3] == ["02116", "06037", "no"]
    words = ("run", "disparity_review", "potholes", "-p", "dimension=zip", "-p", "reference=no")
    words += ("--review", "q4")
    code, _, said = in_process(*words, "--city", city)
    assert code == 0, said
    folder = city / "outputs" / "trial-q4" / "works" / "disparity_review" / "potholes"
    assert json.loads((folder / "run.json").read_text())["parameters"]["reference"] == "no"
    report = (folder / "report.html").read_text()
    for code in ("02116", "06037", "1.0"):
        assert f"whether {code} residents and no residents fare alike" in report
    assert re.findall(r"(?<!0)2116|(?<!0)6037|\bFalse\b", report) == []


@pytest.mark.parametrize("text", ["02116", "06037", "no", "1.0"])
def test_text_survives_exactly_from_the_command_and_from_a_link(town, monkeypatch, text):
    [run] = planned(trial(town, "disparity_review", "potholes", {"reference": text}))
    assert run.parameters["reference"] == text
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    monkeypatch.setenv("QUERY_STRING", f"dimension=zip&reference={text}")
    shown = view("disparity_review", city=str(town), review="q4", department="works", subject="potholes")
    assert (shown.parameters, shown.notice) == ({"dimension": "zip", "reference": text}, "")


def test_a_hostile_neighbourhood_is_shown_as_text(town, window):
    reports = sorted((town / "outputs" / "q4").rglob("*.html"))
    assert len(reports) == 4
    said = []
    window.on("console", lambda message: said.append(message.text))
    for report in reports:
        window.goto(report.as_uri())
        assert window.evaluate("[window.x, document.scripts.length]") == [None, 0]
    assert (said, window.faults, window.asked) == ([], [], [report.as_uri() for report in reports])
    potholes = next(report for report in reports if "potholes" in str(report))
    window.goto(potholes.as_uri())
    shown = window.inner_text("main")
    assert SCRIPT in shown
    assert BRACES in shown


def test_a_quarter_without_rows_is_said_to_be_one(city, in_process, scratch, window):
    code, shown, said = in_process("review", "later", "--city", city)
    assert code == 0, said
    assert "There are no requests on record in the first quarter of 2026." in shown
    folder, warned = city / "outputs" / "later", []
    window.on("console", lambda message: warned.append(message.text))
    for run, sentence in (
        ("disparity_review/potholes", "There are no requests on record in the first quarter of 2026."),
        ("process_timing/permits", "There are no permits submitted in the first quarter of 2026 on record."),
        ("target_tracking/all", "no value since December 2025. Public Works has not reported."),
    ):
        window.goto((folder / "works" / run / "report.html").as_uri())
        assert sentence in window.inner_text("main")
    assert (warned, window.faults) == ([], [])


def test_a_kernel_that_is_killed_in_a_cell_is_started_once_more_and_then_named(city, stays):
    review = started(city, "review", "q4", "--only", "works/process_timing", "--jobs", 1)
    first = waited(review, lambda: kernel_at_work(review))
    first.kill()
    waited(review, lambda: {kernel_at_work(review)} - {None, first}).pop().kill()
    found = amiss(
        ended(review),
        13,
        "notebooks works/process_timing/permits: kernel died in cell '",
        "it is made once more after the others",
        "works/process_timing/permits: the kernel died: it was ended by SIGKILL, perhaps for want of memory",
        "(in cell '",
        "the last review stays",
    )
    assert found == []


def kernel_at_work(review: subprocess.Popen) -> psutil.Process | None:
    """A kernel of the review, once a cell of its notebook runs: it has worked for longer than a kernel starts."""
    for process in psutil.Process(review.pid).children(recursive=True):
        with suppress(psutil.Error):
            sockets = [each.laddr for each in process.net_connections("unix")]
            if any("/kernel-ipc" in each for each in sockets) and process.cpu_times().user > 0.3:
                return process
    return None


def test_a_full_disk_is_named(city, stays):
    # A limit of the size of files stands in for the disk: what the system says is taken alike.
    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, resource.RLIM_INFINITY))

    review = started(city, "run", "disparity_review", "potholes", preexec_fn=small)
    assert (
        amiss(ended(review), 13, f"works/disparity_review/potholes: {NO_ROOM}", "the last review stays") == []
    )


def test_ctrl_c_leaves_the_last_review_and_nothing_else(city, stays):
    review = started(city, "review", "q4", "--fresh")
    waited(review, lambda: kernel_at_work(review))
    family = psutil.Process(review.pid).children(recursive=True)
    os.killpg(review.pid, signal.SIGINT)
    assert amiss(ended(review), 130, "Stopped: nothing was published, the last review stays as it was.") == []
    alive = psutil.wait_procs(family, timeout=5)[1]
    assert [each for each in alive if each.status() != psutil.STATUS_ZOMBIE] == []
