"""Work spread over processes, through the interface of :mod:`concurrent.futures`.

Workers live for the whole review and are forked from one server, as their kernels are, so that
what is slow to import is imported once. Only as many jobs are handed out as there are workers:
what is handed out is in hand, and after Ctrl-C nothing waits in a queue.
"""

import logging
import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from functools import cached_property
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Lock
from typing import Any

import psutil

from workbench.batch.scratch import scratch
from workbench.batch.worker import Setting, work
from workbench.kernels.environment import allowed
from workbench.kernels.forks import Forked, Forks, NotTrusted, say

WORKER = "workbench.batch"
log = logging.getLogger(__name__)


class WorkerDied(Exception):  # noqa: N818  what happened to a job, not a fault of the job
    """The worker that had a job in hand was killed."""


class Worker:
    """One worker process and the line to it.

    Parameters
    ----------
    forks : Forks or None
        The server that it is forked from; None: it is started the ordinary way.
    scratch : str
    """

    def __init__(self, forks: Forks | None, scratch: str):
        self.line, there = multiprocessing.Pipe()
        with there:
            self.process = _forked(forks, there) if forks else _started(there)
        path = [place or os.getcwd() for place in sys.path]
        self.line.send(Setting(path, dict(os.environ), scratch, forks.address if forks else ""))

    def do(self, function: Callable[[Any], Any], item: Any) -> Any:
        """Have a job done.

        Raises
        ------
        WorkerDied
        """
        try:
            self.line.send((function, item))
            result, error = self.line.recv()
        except (EOFError, ConnectionError):
            self.end()
            raise WorkerDied from None
        if error:
            raise error
        return result

    def end(self) -> None:
        """End it, its kernels and whatever those have started."""
        self.kill()
        self.process.join()
        self.line.close()

    def kill(self) -> None:
        """Begin to end it."""
        for process in _family(self.process.pid):
            with suppress(psutil.NoSuchProcess):
                process.kill()


def _forked(forks: Forks, line: Connection) -> Forked:
    return forks.fork([WORKER], allowed(os.environ), files=(line.fileno(), 1, 2))


def _started(line: Connection) -> multiprocessing.Process:
    process = multiprocessing.get_context("spawn").Process(target=work, args=(line,))
    process.start()
    return process


def _family(pid: int) -> list[psutil.Process]:
    """A process and all that descend from it; its kernels are in groups of their own."""
    try:
        process = psutil.Process(pid)
        return [*process.children(recursive=True), process]
    except psutil.NoSuchProcess:
        return []


class Processes(Executor):
    """An executor of workers; one that dies is replaced, and costs only the job that it had in hand.

    Parameters
    ----------
    count : int
    scratch : str
        Folder for all that they put aside.
    """

    def __init__(self, count: int, scratch: str):
        self._forks: Forks | None = Forks(scratch)
        self._scratch = scratch
        self._threads = ThreadPoolExecutor(count)
        self._idle: SimpleQueue[Worker | None] = SimpleQueue()
        self._workers: list[Worker] = []
        self._starting, self._stopped = Lock(), False
        for _ in range(count):
            self._idle.put(None)
        with suppress(NotTrusted):
            self._forks.start()

    def submit(self, function, item, /) -> Future:
        """A job for the next worker that is free."""
        return self._threads.submit(self._do, function, item)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers and all that is theirs: when what is in hand is done, or at once without ``wait``."""
        self._stopped = not wait
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        if not wait:
            for worker in list(self._workers):
                worker.kill()
            self._threads.shutdown()
        for worker in self._workers:
            worker.end()
        if self._forks:
            self._forks.stop()

    def _do(self, function, item) -> Any:
        worker = self._idle.get()
        try:
            worker = worker or self._new()
            return worker.do(function, item)
        except WorkerDied:
            worker = None
            raise
        finally:
            self._idle.put(worker)

    def _new(self) -> Worker:
        with self._starting:
            try:
                worker = Worker(self._forks, self._scratch)
            except NotTrusted as reason:
                say(reason, log)
                self._forks = None
                worker = Worker(None, self._scratch)
            self._workers.append(worker)
        if self._stopped:
            raise WorkerDied
        return worker


class Workers:
    """Worker processes for the length of a review, started when there is something to do. Use as a context manager.

    All that they and their kernels put into the system's temporary folder is in one folder, so
    that it can be removed when they are killed.

    Parameters
    ----------
    count : int or None
        How many; one for each core when None.
    """

    def __init__(self, count: int | None = None):
        self.count = count or os.cpu_count() or 1

    def __enter__(self) -> "Workers":
        self._ends = ExitStack()
        self._scratch = self._ends.enter_context(scratch())
        return self

    def __exit__(self, kind, *_) -> None:
        with self._ends:
            if "_pool" in vars(self):
                self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def start(self) -> None:
        """Begin to start them, where something is known to be there to do: until it is, they import what it takes."""
        self._pool  # noqa: B018

    @cached_property
    def _pool(self) -> Executor:
        return Processes(self.count, self._scratch)

    def each(
        self,
        function: Callable[[Any], Any],
        items: Iterable[Any],
        started: Callable[[Any], None],
        again: Callable[[Any, Any], bool] = lambda item, result: result is None,
    ) -> Iterator[tuple[Any, Any]]:
        """Apply a function to every item, several at once.

        What failed for a reason that may pass is done again after the others, one at a time, and once: only
        the item that fails a second time is lost.

        Parameters
        ----------
        function : callable
        items : iterable
        started : callable
            Told of each item that is handed out.
        again : callable
            Asked of each item and its first result, which is None when its worker was killed.

        Yields
        ------
        (item, result)
            In the order of completion. The result of an item that kills its worker is None.
        """
        lost = []
        for item, future in self._completed(function, items, started, lambda: self.count):
            result = _result(future)
            if again(item, result):
                lost.append(item)
            else:
                yield item, result
        for item, future in self._completed(function, lost, started, lambda: 1):
            yield item, _result(future)

    def spread(self, function: Callable[[Any], Any], items: Sequence) -> list[Any]:
        """Apply a function to every item: by the workers where there are any by now, since to start them takes longer.

        Returns
        -------
        list
            Results in the order of completion; None for an item that killed its worker twice.
        """
        if "_pool" not in vars(self):
            return list(map(function, items))
        return [result for _, result in self.each(function, items, lambda item: None)]

    def _completed(self, function, items, started, width: Callable[[], int]) -> Iterator[tuple[Any, Future]]:
        waiting, in_hand = deque(items), {}
        while waiting or in_hand:
            while waiting and len(in_hand) < width():
                item = waiting.popleft()
                in_hand[self._pool.submit(function, item)] = item
                started(item)
            done, _ = wait(in_hand, return_when=FIRST_COMPLETED)
            for future in done:
                yield in_hand.pop(future), future


def _result(future: Future) -> Any:
    """What a job gave; None when its worker was killed."""
    return None if isinstance(future.exception(), WorkerDied) else future.result()
