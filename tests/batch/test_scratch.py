"""The folder of a review that was killed goes with the next review; nobody else's does."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from workbench.batch.scratch import scratch

DEAD = """
import os, signal
from workbench.batch.scratch import scratch
with scratch() as folder:
    open(os.path.join(folder, "data"), "w").write("x")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    """The system's temporary folder."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_it_is_there_for_as_long_as_it_is_wanted(temporary):
    with scratch() as folder:
        assert list(temporary.iterdir()) == [Path(folder)]
    assert list(temporary.iterdir()) == []


def test_that_of_a_process_that_was_killed_is_removed_by_the_next(temporary):
    subprocess.run([sys.executable, "-c", DEAD], check=False)
    (left,) = temporary.iterdir()
    assert (left / "data").is_file()
    with scratch() as folder:
        assert list(temporary.iterdir()) == [Path(folder)]


def test_that_of_a_process_that_was_killed_meanwhile_is_removed_at_the_end(temporary):
    with scratch():
        subprocess.run([sys.executable, "-c", DEAD], check=False)
        assert len(list(temporary.iterdir())) == 2
    assert list(temporary.iterdir()) == []


def test_that_of_a_process_that_lives_stays(temporary):
    with scratch() as one, scratch() as other:
        assert {Path(one), Path(other)} == set(temporary.iterdir())


def test_what_is_not_a_reviews_stays(temporary, tmp_path_factory):
    (temporary / "workbench-notes").mkdir()
    (temporary / "workbench-log.txt").write_text("mine")
    away = tmp_path_factory.mktemp("away")
    (away / ".held").touch()
    (temporary / "workbench-link").symlink_to(away)
    with scratch():
        pass
    assert {path.name for path in temporary.iterdir()} == {
        "workbench-notes",
        "workbench-log.txt",
        "workbench-link",
    }
    assert (away / ".held").is_file()
