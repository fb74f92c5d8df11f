import errno
import os

from workbench.batch.kernels import Answer
from workbench.batch.outcome import Failure, judged, not_written, refused
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
