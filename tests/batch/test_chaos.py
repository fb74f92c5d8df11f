"""A review that is killed anywhere and started again has the bytes of one that was never killed.

``benchmarks/chaos.py`` does the same at moments drawn from a seed; here are three, the command between the two renames of the switch.
"""

import os
import tempfile
from pathlib import Path

import pytest

BENCHMARKS, TOY = (Path(__file__).parents[2] / place for place in ("benchmarks", "tests/toy"))


@pytest.fixture
def killed(monkeypatch):
    """The part of the chaos benchmark that kills."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import killed

    return killed


@pytest.fixture
def scratch():
    """A temporary folder with a short name for sockets."""
    with tempfile.TemporaryDirectory(prefix="x-") as folder:
        yield Path(folder)


@pytest.fixture
def paths(toy_environment) -> dict[str, str]:
    return {"PYTHONPATH": toy_environment["PYTHONPATH"]}


def test_killed_anywhere_it_ends_with_the_same_bytes(killed, reviewed_city, scratch, paths, tmp_path):
    calls = reviewed_city / "private/sources/calls.csv"
    calls.write_text(calls.read_text() + "4,06037\n")
    never = killed.copied(reviewed_city, tmp_path / "never")
    whole = killed.attempt(never, scratch, **paths)
    assert (whole.code, whole.left) == (0, ()), whole.said
    made = killed.content(never / "outputs/q4")
    worker = killed.Moment(killed.WORKER, event=1, delay=0.1)
    kernel = killed.Moment(killed.KERNEL, event=1)  # at once: one of this small city ends within a second
    # The last writes: the last review away, the new one in its place, and three removals of what is left.
    between = killed.Moment(killed.COMMAND, write=whole.writes - 3)
    moments = [worker, kernel, between]
    found = killed.survived(reviewed_city, moments, made, scratch, **paths)
    assert [each.left for each in found.attempts] == [()] * len(found.attempts)
    assert [each.code for each in found.attempts][-1] == 0, found.attempts[-1].said
    assert [each.split()[0] for tried in found.attempts for each in tried.killed] == [
        killed.WORKER,
        killed.KERNEL,
        killed.COMMAND,
    ]
    assert (found.last_stood, found.differing, found.litter) == (True, (), ())
    assert os.listdir(scratch) == []
