"""A worker, ``python -m workbench.batch``: it does what it is sent over its input, one job after another."""

import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection

import psutil

from workbench.batch.drawing import drawer
from workbench.kernels.forks import PLAIN, forks


@dataclass(frozen=True)
class Setting:
    """What a worker is told first.

    Parameters
    ----------
    path : list of str
        Where modules are found.
    environment : dict of str to str
    scratch : str
        Folder for all that it and its kernels put aside.
    forks : str
        Address of the fork server; empty: there is none.
    """

    path: list[str]
    environment: Mapping[str, str]
    scratch: str
    forks: str

    def take_place(self) -> None:
        """Work in this setting. What Ctrl-C means is decided by the parent alone."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.path[:] = self.path
        os.environ.clear()
        os.environ.update({**self.environment, "TMPDIR": self.scratch})
        tempfile.tempdir = None
        if self.forks:
            forks.address, drawer.folder = self.forks, self.scratch
        else:
            os.environ[PLAIN] = "plain"
            parent = os.getppid()
            threading.Thread(target=_follow, args=(parent, self.scratch), daemon=True).start()


def main() -> None:
    """The line is the input of this process."""
    line = Connection(os.dup(0))
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    work(line)


def work(line: Connection) -> None:
    """Do what is sent until nothing more comes."""
    _say_nothing()
    line.recv().take_place()
    while True:
        try:
            function, item = line.recv()
        except EOFError:
            return
        try:
            line.send((function(item), None))
        except Exception as error:
            line.send((None, error))


def _say_nothing() -> None:
    """What a notebook's own processes print is in the notebook, and Jupyter says it once more where its kernel
    was started: among what the command tells a scheduler, it would be read as that.
    """
    with open(os.devnull, "w") as nothing:
        os.dup2(nothing.fileno(), 1)


def _follow(parent: int, scratch: str) -> None:
    """A worker whose parent was killed ends, and all that is its own with it; a fork server does this itself."""
    psutil.Process(parent).wait()
    worker = psutil.Process()
    for process in worker.children(recursive=True):
        process.kill()
    shutil.rmtree(scratch, ignore_errors=True)
    worker.kill()
