"""Asking the fork server for processes, from any process of the run; the server is started when first asked."""

import atexit
import json
import logging
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from workbench.kernels.environment import FOR_APPS, MARK, allowed
from workbench.kernels.limits import Limits

PLAIN = "WORKBENCH_KERNELS"  # set to "plain", nothing is forked
PATIENCE = 60.0  # seconds until everything is imported
PATIENCE_AT_END = 2.0  # seconds until all is ended; one that still imports is not waited for
# To what a kernel imports: somebody else sees to its end, and the debugger has nothing to warn of.
SERVER = {"JPY_PARENT_PID": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


class NotTrusted(Exception):  # noqa: N818  nobody is at fault: it is a reason
    """Why processes are not forked here."""


class Forked:
    """A process of the fork server, as :class:`subprocess.Popen` would have it.

    Parameters
    ----------
    line : socket
        To the server, which ends the process when it is closed.
    pid : int
    """

    stdin = stdout = stderr = None

    def __init__(self, line: socket.socket, pid: int):
        self.line, self.pid = line, pid
        self.returncode: int | None = None

    def fileno(self) -> int:
        """Readable once the process has ended."""
        return self.line.fileno()

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        if self.returncode is None and _readable(self.line, 0):
            self.returncode = _heard(self.line).get("ended", -signal.SIGKILL)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises
        ------
        subprocess.TimeoutExpired
        """
        if self.returncode is None and not _readable(self.line, timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return self.poll()

    join = wait

    def send_signal(self, number: int) -> None:
        """Send a signal to it, if it still runs."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it, and all that it has started."""
        if self.poll() is None:
            with suppress(OSError):
                self.line.shutdown(socket.SHUT_WR)


class Forks:
    """The fork server as those see it who ask it for processes.

    Parameters
    ----------
    *scratch : str
        Folders that the server removes when it finds that whoever started it is gone. Its own is in the first.
    """

    def __init__(self, *scratch: str):
        self.address, self.mark, self.scratch = "", "", scratch
        self.settings = dict(SERVER)
        self._server: subprocess.Popen | None = None
        self._lock = threading.Lock()

    def start(self, for_apps: bool = False) -> None:
        """Start the server unless it runs, without waiting until it has imported everything.

        Parameters
        ----------
        for_apps : bool
            Whether its kernels will draw charts in a browser.

        Raises
        ------
        NotTrusted
        """
        _must_be_trusted()
        with self._lock:
            if self._server is not None and self._server.poll() is not None:
                self._end()
            if not self.address:
                self.settings |= {FOR_APPS: "yes"} if for_apps else {}
                self._start()

    def fork(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: str | Path = ".",
        limits: Limits | None = None,
        files: Sequence[int] | None = None,
    ) -> Forked:
        """A new process that runs a module, in a session of its own.

        Parameters
        ----------
        command : sequence of str
            The module and its arguments.
        environment : dict of str to str
            All of its environment.
        folder : path
            Where it works.
        limits : Limits or None
        files : sequence of int or None
            Its input, output and errors; by default nothing, and those of this process.

        Raises
        ------
        NotTrusted
            When the server does not start, or cannot fork safely.
        """
        self.start()
        words = {
            "module": command[0],
            "arguments": list(command[1:]),
            "environment": dict(environment),
            "folder": os.path.abspath(folder),
            "limits": asdict(limits or Limits()),
        }
        if files:
            return self._forked(words, files)
        with open(os.devnull) as nothing:
            return self._forked(words, [nothing.fileno(), 1, 2])

    def stop(self) -> None:
        """End the server and everything that it has forked; nothing is left when this returns."""
        with self._lock:
            if self._server is not None:
                self._end()

    def _forked(self, words: Mapping[str, Any], files: Sequence[int]) -> Forked:
        """Ask; of a server that was killed, ask the next: it answers nobody before it is seen to have ended."""
        try:
            return self._asked(words, files)
        except NotTrusted:
            if not self._has_been_killed():
                raise
            self.start()
            return self._asked(words, files)

    def _has_been_killed(self) -> bool:
        if self._server is not None:
            with suppress(subprocess.TimeoutExpired):
                return self._server.wait(0.2) < 0
        return False

    def _asked(self, words: Mapping[str, Any], files: Sequence[int]) -> Forked:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            line.connect(self.address)
            socket.send_fds(line, [json.dumps(words).encode()], list(files))
            told = _heard(line) if _readable(line, PATIENCE) else {}
        except OSError:
            told = {}
        if "pid" in told:
            return Forked(line, told["pid"])
        line.close()
        raise NotTrusted(told.get("refused") or self._what_it_died_of())

    def _start(self) -> None:
        within = next(iter(self.scratch), None)
        folder, self.mark = Path(tempfile.mkdtemp(prefix="forks-", dir=within)), secrets.token_hex(8)
        address = str(folder / "s")
        try:
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            listener.bind(address)
            listener.listen(64)
        except OSError as error:
            shutil.rmtree(folder)
            raise NotTrusted(f"the fork server has no address: {error}") from None
        alive, self._held = os.pipe()
        with listener, (folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-P", "-m", "workbench.kernels.forkserver"]
                + [str(listener.fileno()), str(alive), str(folder), *self.scratch],
                env={**allowed(os.environ), **self.settings, MARK: self.mark},
                pass_fds=(listener.fileno(), alive),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        os.close(alive)
        self.address, self.log = address, folder / "log"
        atexit.register(self.stop)

    def _end(self) -> None:
        atexit.unregister(self.stop)
        os.close(self._held)
        try:
            self._server.wait(PATIENCE_AT_END)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        if self._server.returncode != 0:
            _end_marked(self.mark)
        shutil.rmtree(self.log.parent, ignore_errors=True)
        self._server, self.address = None, ""

    def _what_it_died_of(self) -> str:
        lines = (
            self.log.read_text(errors="replace").splitlines() if self._server and self.log.is_file() else []
        )
        return f"the fork server did not answer{': ' + lines[-1] if lines else ''}"


def say(reason: NotTrusted, log: logging.Logger) -> None:
    """The one line for whoever did not choose it."""
    if str(reason):
        log.warning("Kernels are not warm here, they start the ordinary way: %s.", reason)


def _must_be_trusted() -> None:
    """Forking without exec is safe where one thread is all there is, which only Linux lets us count."""
    if os.environ.get(PLAIN) == "plain":
        raise NotTrusted
    if sys.platform != "linux":
        raise NotTrusted(f"a fork is not safe on {sys.platform}")


def _end_marked(mark: str) -> None:
    """End what a server that was killed itself has left: forked from it, or started by what was."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == mark:
                process.kill()


def _readable(line: socket.socket, timeout: float | None) -> bool:
    return bool(select.select([line], [], [], timeout)[0])


def _heard(line: socket.socket) -> dict[str, Any]:
    try:
        said = line.recv(4096)
    except OSError:
        said = b""
    return json.loads(said) if said else {}


forks = Forks()
