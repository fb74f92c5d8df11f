import errno
import os
import signal

import pytest

from workbench.batch.kernels import Answer
from workbench.batch.outcome import Failure, died, judged, not_written, refused, unexpected
from workbench.errors import NO_ROOM, SourceError


def answer(count, status="ok", **facts):
    return Answer("'a' (1)", status, count, **facts)


def test_a_run_succeeds_when_every_cell_was_answered_in_order():
    assert judged([answer(1), answer(2), answer(3)], 3) is None


def test_a_cell_that_was_never_answered_is_a_failure():
    failure = judged([answer(1), answer(2)], 3)
    assert (failure.kind, failure.cause) == ("stopped early", "only 2 of 3 code cells ran")


def test_counts_must_rise():
    assert judged([answer(1), answer(1)], 2).cause == "cells did not run in their order"
    assert judged([answer(None)], 1).kind == "error"


def test_an_aborted_cell_is_a_failure():
    assert judged([answer(1, status="aborted")], 1).cause == "the cell failed without saying why"


def test_our_own_errors_are_told_in_their_own_words():
    failure = judged([answer(1, "error", error="UsageError", message="there is no subject 'x'.")], 1)
    assert failure.cause == "there is no subject 'x'."


def test_a_full_disk_is_a_kind_of_its_own_wherever_it_was_met():
    assert refused(SourceError(f"source `calls`: {NO_ROOM}.")).kind == "disk full"
    assert refused(SourceError("calls.csv is empty.")).kind == "source"
    assert not_written(OSError(errno.ENOSPC, "No space left on device")).kind == "disk full"
    cell = Answer("'save'", "error", 1, "OSError", f"[Errno 28] {os.strerror(errno.ENOSPC)}")
    assert judged([cell], 1) == Failure("disk full", NO_ROOM, "'save'")


@pytest.mark.parametrize(
    ("exit_code", "for_memory", "kind", "said"),
    [
        (0, False, "kernel died", "the kernel died: it ended itself, perhaps for want of memory"),
        (3, True, "kernel died", "the kernel died: it ended itself, perhaps for want of memory"),
        (-signal.SIGABRT, True, "kernel died", "it was ended by SIGABRT, perhaps for want of memory"),
        (-signal.SIGKILL, False, "kernel died", "it was ended by SIGKILL, perhaps for want of memory"),
        (-signal.SIGKILL, True, "out of memory", "the machine ran out of memory and ended the kernel"),
        (-signal.SIGXCPU, False, "timed out", "more processor time than a kernel may (14,400 seconds"),
    ],
)
def test_a_dead_kernel_is_told_by_how_it_ended(monkeypatch, exit_code, for_memory, kind, said):
    monkeypatch.delenv("WORKBENCH_KERNEL_SECONDS", raising=False)
    failure = died(exit_code, for_memory, "'a' (1)")
    assert (failure.kind, failure.cell) == (kind, "'a' (1)")
    assert said in failure.cause
    # Only what came from outside may pass.
    assert failure.transient == (exit_code == -signal.SIGKILL)


@pytest.mark.parametrize(
    "name", ["MemoryError", "_ArrayMemoryError", "ArrowMemoryError", "OutOfMemoryException"]
)
def test_every_library_says_in_its_own_way_that_it_was_refused_memory(monkeypatch, name):
    monkeypatch.setenv("WORKBENCH_KERNEL_MEMORY", "2000")
    failure = judged([answer(1, status="error", error=name)], 1)
    assert failure.kind == "out of memory"
    assert "(2,000 MB, which WORKBENCH_KERNEL_MEMORY sets)" in failure.cause


def test_what_nobody_has_foreseen_is_told_in_one_short_line():
    failure = unexpected(ValueError("no such state\n" + "x" * 5000), "'a' (1)")
    assert failure == Failure(
        "error", "something went wrong inside the workbench: ValueError: no such state", "'a' (1)"
    )
    assert len(unexpected(ValueError("x" * 5000)).cause) < 300
