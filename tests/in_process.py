"""Commands and reviews in the process of the tests, all over one fork server.

A process of its own would import everything anew, and its fork server once more, which costs more than a small review.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from workbench.kernels.forks import Forks

ROOT = Path(__file__).parents[1]
WITH_TOY = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), str(ROOT / "tests/toy"), str(ROOT))))


class Server(Forks):
    """A fork server that is started for the first review, and stays when it ends for the next."""

    def _start(self) -> None:
        with patch.dict(os.environ, PYTHONPATH=WITH_TOY):
            super()._start()

    def stop(self) -> None:
        """Not yet."""

    def end(self) -> None:
        """End it, when all reviews are made."""
        super().stop()


class InProcess:
    """The command in this process: called with its words, it gives the exit code, the output and the errors.

    Parameters
    ----------
    folder : str
        For the server; its name is short enough for a socket.
    """

    def __init__(self, folder: str):
        self.server = Server(folder)

    @contextmanager
    def warm(self) -> Iterator[None]:
        """Reviews that are made meanwhile have their workers and kernels from the one server."""
        with patch("workbench.batch.executor.Forks", lambda *scratch: self.server):
            yield

    def __call__(self, *words) -> tuple[int, str, str]:
        from workbench.cli import main

        said, errors, code = StringIO(), StringIO(), 0
        with self.warm(), _as_the_command(words), redirect_stdout(said), redirect_stderr(errors):
            try:
                main()
            except SystemExit as ended:
                code = ended.code or 0
        return code, said.getvalue(), errors.getvalue()


@contextmanager
def _as_the_command(words: tuple) -> Iterator[None]:
    """Its words, and afterwards all that it changes for a process of its own as it was."""
    obeyed = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    argv = ["workbench", *map(str, words)]
    try:
        with (
            patch.object(sys, "argv", argv),
            patch.object(sys, "excepthook"),
            patch.dict(os.environ, COLUMNS="200"),
        ):
            yield
    finally:
        for number, handler in obeyed.items():
            signal.signal(number, handler)
