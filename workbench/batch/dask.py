"""Workers beyond one machine: those of a Dask scheduler, behind the same interface as those of this one.

Only what a job is made of and how it ended go over the scheduler. Data stay in the city's folder, which the workers
have under the same path.
"""

import logging
import os
import pickle
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import cached_property, partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from workbench.batch.executor import WorkerDied, Workers
from workbench.errors import SchedulerError, UsageError

if TYPE_CHECKING:
    from distributed import Client

    from workbench.batch.guest import Common

PATIENCE = "WORKBENCH_SCHEDULER_PATIENCE"  # seconds without any worker
LOOK = 1.0  # seconds between two looks at whether there are workers
# Dask's words for an address that leads nowhere: nobody answers, no such kind, no certificates, no library for it.
NOWHERE = (OSError, ValueError, TypeError, ImportError, RuntimeError)
STAYS = "nothing was published and the last review stays"
INSTALL = "install it: pip install 'city-performance-workbench[distributed]'"


class DaskWorkers(Workers):
    """Workers of a Dask scheduler for the length of a review, asked when there is something to do.

    Parameters
    ----------
    scheduler : str
        Its address, such as ``tcp://host:8786`` or ``tls://host:8786``, or the class of a Dask cluster, such as
        ``dask_gateway.GatewayCluster``, which is started with the settings of Dask's own configuration.
    count : int or None
        How many jobs at most at once; as many as the workers have threads when None.
    folder : Path
        A folder of the city's for what the workers have in common; made, and removed at the end.

    Raises
    ------
    UsageError
        When ``distributed`` is not installed, or the scheduler is neither an address nor a class.
    """

    def __init__(self, scheduler: str, count: int | None, folder: Path):
        if not find_spec("distributed"):
            raise UsageError(f"--scheduler needs the library distributed; {INSTALL}.")
        self._most, self._folder = count, folder
        self._connect = _connection(scheduler, count)

    @property
    def count(self) -> int:
        """How many jobs at once, now: workers come and go."""
        threads = self._pool.threads
        return max(1, min(threads, self._most or threads))

    def __enter__(self) -> "DaskWorkers":
        return self

    def __exit__(self, kind, *_) -> None:
        try:
            if "_pool" in vars(self):
                self._pool.shutdown(wait=kind is None, cancel_futures=True)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    @cached_property
    def _pool(self) -> "Scheduler":
        return Scheduler(self._connect, _in_common(self._folder))


class Scheduler(Executor):
    """An executor over the workers of a Dask scheduler.

    Parameters
    ----------
    connect : callable
        Gives the client, and what else is to be closed at the end.
    common : Common
        What the workers must have in common with this process.

    Raises
    ------
    SchedulerError
        When it cannot be reached, has no workers, or has some that do not fit.
    """

    def __init__(self, connect: Callable[[], tuple["Client", list]], common: "Common"):
        from workbench.batch.guest import Guest

        self._patience = float(os.environ.get(PATIENCE, "300"))
        self._name, self._asked, self._ended = f"workbench-{common.word}", set(), threading.Event()
        self._telling = threading.RLock()
        self._client, self._to_close = connect()
        try:
            self._await_workers()
            self._client.register_plugin(Guest(self._name, common), name=self._name)
            self._must_fit()
        # What goes wrong on a worker, with whatever is installed there, comes as it is.
        except Exception as error:
            self.shutdown(wait=False)
            raise error if isinstance(error, SchedulerError) else _unusable(error) from None
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def threads(self) -> int:
        """How many jobs the workers can do at once, now; none where the scheduler is lost."""
        try:
            return sum(self._client.nthreads().values())
        except OSError:
            return 0

    def submit(self, function, item, /) -> Future:
        """A job for the next worker that is free."""
        from workbench.batch.guest import do

        told, job = Future(), pickle.dumps((function, item))
        self._asked.add(told)
        task = token_hex(8)
        asked = self._client.submit(do, self._name, task, job, key=f"workbench-{task}", pure=False)
        asked.add_done_callback(partial(self._answer, told))
        told.add_done_callback(lambda _: self._asked.discard(told))
        told.task = asked  # Dask forgets a task that nobody holds
        return told

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End what is ours on the workers, and leave the scheduler."""
        self._ended.set()
        try:
            if self._client.status == "running":
                self._client.unregister_worker_plugin(self._name)
        except Exception as error:  # also a worker's own; a lost scheduler is told by the jobs that it had
            logging.getLogger(__name__).debug("workers not told of the end: %s", type(error).__name__)
        for each in self._to_close:
            each.close()

    def _await_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=self._patience)
        except TimeoutError:
            raise SchedulerError(_without_workers(self._patience)) from None

    def _must_fit(self) -> None:
        from workbench.batch.guest import lacking, refused

        found = self._client.run(lacking, self._name)
        if any(found.values()):
            raise SchedulerError(refused(found))

    def _answer(self, told: Future, asked) -> None:
        """Pass on how a task ended; in one of Dask's threads."""
        from distributed import KilledWorker

        try:
            result, error = asked.result()
        except KilledWorker:
            result, error = None, WorkerDied()
        except BaseException as lost:  # also that it was cancelled, which is not an Exception
            result, error = None, SchedulerError(_lost(lost))
        self._tell(told, result, error)

    def _tell(self, told: Future, result, error: Exception | None) -> None:
        with self._telling:
            if told.done():
                return
            if error:
                told.set_exception(error)
            else:
                told.set_result(result)

    def _watch(self) -> None:
        """A task waits for ever where no worker is left: after a while that is an error."""
        seen = time.monotonic()
        while not self._ended.wait(LOOK):
            if self._client.status != "running" or self.threads:
                seen = time.monotonic()
            elif time.monotonic() - seen > self._patience:
                for told in list(self._asked):
                    self._tell(told, None, SchedulerError(_without_workers(self._patience)))


def _connection(scheduler: str, count: int | None) -> Callable[[], tuple["Client", list]]:
    if "://" in scheduler:
        return partial(_to_address, scheduler)
    module, _, name = scheduler.rpartition(".")
    try:
        kind = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise UsageError(
            f"--scheduler {scheduler!r} is neither an address nor a class that is installed here ({error}); write "
            f"one such as tcp://host:8786, or a class such as dask_gateway.GatewayCluster."
        ) from None
    return partial(_to_cluster, kind, count)


def _to_address(address: str) -> tuple["Client", list]:
    from distributed import Client

    _quieten()
    if address.startswith("tls:"):
        _must_have_certificates()
    try:
        client = Client(address, set_as_default=False)
    except NOWHERE as error:
        raise _unusable(error, address) from None
    return client, [client]


def _must_have_certificates() -> None:
    """Looked for before there is a client: one without them is waited for a minute when it is thrown away."""
    from distributed.security import Security

    try:
        found, reason = Security().get_connection_args("client")["ssl_context"], "names none"
    except OSError as error:
        found, reason = None, f"names one that cannot be read: {error}"
    if not found:
        raise SchedulerError(
            f"the address asks for certificates, and Dask's configuration {reason}; {STAYS}. "
            "Name ca-file and client under distributed.comm.tls, as docs/scheduled.md shows."
        )


def _to_cluster(kind: type, count: int | None) -> tuple["Client", list]:
    from distributed import Client

    _quieten()
    try:
        cluster = kind()
        if count:
            cluster.scale(count)
        client = Client(cluster, set_as_default=False)
    except Exception as error:  # a class of any library has errors of its own
        raise _unusable(error, f"{kind.__module__}.{kind.__name__}") from None
    return client, [client, cluster]


def _quieten() -> None:
    """Dask tells a lost scheduler with tracebacks, beside the sentence that is for whoever started the review."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _in_common(folder: Path) -> "Common":
    """A folder with a word in it: who reads the same word there, sees the same folder."""
    from workbench.batch.guest import WORD, Common, here_and_now

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    common = Common(folder.resolve(), token_hex(8), here_and_now())
    (folder / WORD).write_text(common.word, encoding="utf-8")
    return common


def _unusable(error: Exception, what: str = "it") -> SchedulerError:
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    return SchedulerError(
        f"the scheduler cannot be used ({what}: {said}); {STAYS}. Write the "
        "address that `dask scheduler` prints, such as --scheduler tcp://host:8786 (tls:// where it asks for "
        "certificates), and see that the workbench is installed where its workers run."
    )


def _lost(error: BaseException) -> str:
    return (
        f"the scheduler was lost ({type(error).__name__}); {STAYS}. "
        "Run the same command again when it is back."
    )


def _without_workers(seconds: float) -> str:
    return (
        f"the scheduler had no worker for {seconds:g} seconds; {STAYS}. "
        "Start some (dask worker ADDRESS --nthreads 1), or give --jobs where a class of cluster is to start them."
    )
