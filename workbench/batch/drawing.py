"""The process that draws the charts of a worker's kernels, one after another's, and so is warm."""

import os
import socket
import tempfile
from collections.abc import Mapping
from contextlib import suppress

from workbench.kernels.environment import DRAWER, allowed
from workbench.kernels.forks import Forked, NotTrusted, forks

DRAWING = "workbench.charts"


class Drawer:
    """Forked when a kernel first wants it, and again when it was killed; the fork server ends it with its worker.

    A kernel that has none draws for itself.
    """

    def __init__(self):
        self.folder = ""  # where its socket may be; empty: this process keeps none
        self._variables: dict[str, str] = {}
        self._process: Forked | None = None

    def variables(self) -> Mapping[str, str]:
        """What a kernel is told of it; nothing where there is none."""
        if self.folder and (self._process is None or self._process.poll() is not None):
            self._variables = {}
            with suppress(NotTrusted, OSError):
                self._start()
        return self._variables

    def _start(self) -> None:
        """It is handed a socket that is listened on already: nobody comes too early."""
        address = os.path.join(tempfile.mkdtemp(prefix="draw-", dir=self.folder), "s")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(address)
            listener.listen()
            self._process = forks.fork([DRAWING], allowed(os.environ), files=(listener.fileno(), 1, 2))
        self._variables = {DRAWER: address}


drawer = Drawer()
