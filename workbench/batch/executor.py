"""Work spread over processes, through the interface of :mod:`concurrent.futures`.

Workers are spawned and live for the whole review, so that what is slow to import is imported
once in each. Only as many jobs are handed out as there are workers: what is handed out is in
hand, and after Ctrl-C nothing waits in a queue.
"""

import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import psutil


class Workers:
    """A pool of worker processes. Use as a context manager.

    All that the workers and their kernels put into the system's temporary folder is in one folder
    of this pool, so that it can be removed when they are killed.

    Parameters
    ----------
    count : int or None
        How many; one for each core when None.
    """

    def __init__(self, count: int | None = None):
        self.count = count or os.cpu_count() or 1
        self._pool: Executor | None = None
        self._others: frozenset = frozenset()

    def __enter__(self) -> "Workers":
        self._scratch = tempfile.TemporaryDirectory(prefix="workbench-", ignore_cleanup_errors=True)
        return self

    def __exit__(self, kind, *_) -> None:
        with self._scratch:
            if kind is None:
                self._close()
            else:
                self.kill()

    def each(
        self, function: Callable[[Any], Any], items: Iterable[Any], started: Callable[[Any], None]
    ) -> Iterator[tuple[Any, Any]]:
        """Apply a function to every item, several at once.

        A worker that dies takes the others of its pool with it, so what was in hand is done
        again, one at a time: only the item that kills its worker a second time is lost.

        Yields
        ------
        (item, result)
            In the order of completion. The result of an item that kills its worker is None.
        """
        lost = []
        for item, future in self._completed(function, items, started, self.count):
            if isinstance(future.exception(), BrokenProcessPool):
                lost.append(item)
                self.kill()
            else:
                yield item, future.result()
        for item, future in self._completed(function, lost, started, 1):
            if isinstance(future.exception(), BrokenProcessPool):
                self.kill()
                yield item, None
            else:
                yield item, future.result()

    def kill(self) -> None:
        """End the workers, their kernels and whatever those have started, at once."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        workers = [each for each in multiprocessing.active_children() if each not in self._others]
        family = [each for worker in workers for each in _family(worker.pid)]
        for process in family:
            _kill(process)
        for worker in workers:
            # Not psutil, before which multiprocessing would take the worker for alive, and wait, for ever.
            worker.join(5)
        psutil.wait_procs(family, timeout=5)
        pool.shutdown(wait=False, cancel_futures=True)

    def _completed(self, function, items, started, width: int) -> Iterator[tuple[Any, Future]]:
        waiting, in_hand = deque(items), {}
        while waiting or in_hand:
            while waiting and len(in_hand) < width:
                item = waiting.popleft()
                in_hand[self._submit(function, item)] = item
                started(item)
            done, _ = wait(in_hand, return_when=FIRST_COMPLETED)
            for future in done:
                yield in_hand.pop(future), future

    def _submit(self, function, item) -> Future:
        if self._pool is None:
            self._others = frozenset(multiprocessing.active_children())
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.count, context, _begin, (self._scratch.name,))
        return self._pool.submit(function, item)

    def _close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None


def _begin(scratch: str) -> None:
    """Ctrl-C reaches every process of a terminal, and the parent alone decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["TMPDIR"], tempfile.tempdir = scratch, None
    threading.Thread(target=_follow_parent, args=(scratch,), daemon=True).start()


def _follow_parent(scratch: str) -> None:
    """A worker whose parent was killed would wait for ever: it ends, and all that is its own with it."""
    multiprocessing.parent_process().join()
    *kernels, worker = _family(os.getpid())
    for process in kernels:
        _kill(process)
    shutil.rmtree(scratch, ignore_errors=True)
    _kill(worker)


def _family(pid: int) -> list[psutil.Process]:
    """A process and all that descend from it; its kernels are in groups of their own."""
    try:
        process = psutil.Process(pid)
        return [*process.children(recursive=True), process]
    except psutil.NoSuchProcess:
        return []


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return
