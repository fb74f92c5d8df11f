"""What runs inside the workers of a Dask scheduler: there, workers of our own do the jobs, as on one machine.

A job that kills its worker therefore kills one of ours, and Dask's stays. Whatever goes wrong travels as a
value: Dask writes the arguments of a task that raises into its logs, and those say what a city looks at.
"""

import pickle
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distributed import WorkerPlugin, get_worker

from workbench.batch.executor import Processes, WorkerDied
from workbench.batch.inputs import WORKBENCH, environment
from workbench.batch.scratch import scratch
from workbench.errors import SchedulerError

WORD = "word"
PLACE = "folder of the workbench"
LIBRARY = "library"


@dataclass(frozen=True)
class Common:
    """What every worker must have in common with whoever makes the review.

    Parameters
    ----------
    folder : Path
        A folder of the city's, which all see under this path. It holds a word, and a mark of each task that was begun.
    word : str
        Written there by whoever makes the review.
    environment : dict of str to str
        Versions, and all else that can change a byte.
    """

    folder: Path
    word: str
    environment: Mapping[str, str]

    def lacking(self) -> list[str]:
        """What this machine has not in common, one sentence each."""
        here = here_and_now()
        others = [
            _in_words(name, here.get(name, "none"), wanted)
            for name, wanted in self.environment.items()
            if here.get(name) != wanted
        ]
        return others if self._is_seen() else [*others, f"it does not see {self.folder} as this machine does"]

    def _is_seen(self) -> bool:
        try:
            return (self.folder / WORD).read_text(encoding="utf-8") == self.word
        except OSError:
            return False

    def begin(self, task: str) -> bool:
        """Mark that a task is begun; whether it is for the first time."""
        try:
            (self.folder / task).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


class Guest(WorkerPlugin):
    """Our own workers inside one of Dask's, for the length of a review.

    Parameters
    ----------
    name : str
        By which tasks find it.
    common : Common
    """

    def __init__(self, name: str, common: Common):
        self.name, self.common = name, common
        self.lacking: list[str] = []
        self._ends = ExitStack()

    def setup(self, worker) -> None:
        """Start as many workers as Dask's has threads, if this is the place for them."""
        self.lacking = self.common.lacking()
        if not self.lacking:
            self._processes = Processes(worker.state.nthreads, self._ends.enter_context(scratch()))
            self._ends.callback(self._processes.shutdown, wait=False, cancel_futures=True)

    def teardown(self, worker) -> None:
        """End them with all that is theirs, and with what a worker that was killed meanwhile has left here."""
        self._ends.close()

    def do(self, task: str, job: bytes) -> Any:
        """Have a job done.

        Raises
        ------
        SchedulerError
            When this is not the place for it.
        WorkerDied
            When it was begun before, by a worker that is lost: who handed it out decides what becomes of it.
        """
        if self.lacking:
            raise SchedulerError(refused({get_worker().address: self.lacking}))
        if not self.common.begin(task):
            raise WorkerDied
        function, item = pickle.loads(job)
        return self._processes.submit(function, item).result()


def do(name: str, task: str, job: bytes) -> tuple[Any, Exception | None]:
    """A task of Dask's: its result, or what went wrong."""
    try:
        return get_worker().plugins[name].do(task, job), None
    except Exception as error:
        return None, error


def lacking(name: str, dask_worker) -> list[str]:
    """What a worker has not in common, asked of it outside of any task."""
    return dask_worker.plugins[name].lacking


def here_and_now() -> dict[str, str]:
    """All that must be the same on two machines for the same bytes, and for finding the same files."""
    return {**environment(), PLACE: str(WORKBENCH)}


def refused(workers: Mapping[str, list[str]]) -> str:
    """Why workers cannot be used, for whoever started them."""
    lines = [f"  {address}: {'; '.join(each)}" for address, each in workers.items() if each]
    advice = (
        "Start them from the same installation or image as this command, with the city's folder on a file "
        "system that all have under the same path."
    )
    return "\n".join(["workers of the scheduler do not fit; nothing was published.", *lines, advice])


def _in_words(name: str, there: str, here: str) -> str:
    return "its code of the workbench is another" if name == LIBRARY else f"{name} is {there}, here {here}"
