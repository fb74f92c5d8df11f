"""Which processes the tests have started and not ended."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import uuid4

import psutil

# Ends with the interpreter that started it, and not before: Python's own tracker, and the engine of Spark.
OUTLIVES = ("multiprocessing.resource_tracker", "pyspark-shell")
SESSION = "PYTHONTESTSESSION"  # a name that kernels and workers are given too


@contextmanager
def marked() -> Iterator[str]:
    """Mark what this process starts from now on, in its environment."""
    os.environ[SESSION] = mark = uuid4().hex
    yield mark


def left_running(mark: str) -> dict[int, str]:
    """What is still running after half a minute, as number and command line; it is killed."""
    from workbench.kernels.forks import forks

    forks.stop()
    left = {}
    for each in psutil.wait_procs(_of_session(mark), timeout=30)[1]:
        with suppress(psutil.Error):
            if each.status() != psutil.STATUS_ZOMBIE:
                left[each.pid] = " ".join(each.cmdline())
            each.kill()
    return left


def _of_session(mark: str) -> list[psutil.Process]:
    found = psutil.Process().children(recursive=True)
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(SESSION) == mark and process not in found:
                found.append(process)
    return [each for each in found if not _outlives(each)]


def _outlives(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return any(name in " ".join(process.cmdline()) for name in OUTLIVES)
    return True
