"""The fork server: ``python -m workbench.kernels.forkserver LISTENER ALIVE FOLDER...``, started by ``forks``.

It has one thread. Whoever asks for a process connects, sends one request with the files that are to
be its input, output and errors, and is answered with its id and later with how it ended. A process
whose asker hangs up is ended, with all that it has started; so are all of them when the last holder
of the other end of ALIVE is gone; then the folders are removed.
"""

import json
import os
import runpy
import selectors
import shutil
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from typing import Any

import psutil

from workbench.kernels.environment import FOR_APPS, MARK
from workbench.kernels.limits import Limits, adopt_orphans, end_with
from workbench.kernels.warm import after_fork, import_all, threads

LONGEST = 150_000  # characters of a request


class ForkServer:
    """Forks for those who ask, until nobody is left who may.

    Parameters
    ----------
    listener : socket
    alive : int
        File that comes to its end when nobody is left.
    """

    def __init__(self, listener: socket.socket, alive: int):
        self.listener, self.alive = listener, alive
        self.askers: dict[int, socket.socket] = {}  # by process id
        self.woken, self.wake = socket.socketpair()
        self.wake.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake.fileno(), warn_on_full_buffer=False)

    def serve(self) -> "Request | None":
        """Returns twice: in each new process with what it is to become, and at the end with None."""
        with selectors.DefaultSelector() as self.waiting:
            for each in (self.listener, self.alive, self.woken):
                self.waiting.register(each, selectors.EVENT_READ)
            while True:
                for key, _ in self.waiting.select():
                    if key.fileobj == self.alive:
                        return None
                    request = self._attend(key.fileobj)
                    if request:
                        self._let_go()
                        return request

    def end(self) -> None:
        """End everything that was forked, and all that it has started."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for pid in self.askers:
            _kill(pid)
        self.askers.clear()
        while strays := self._strays():
            for each in strays:
                _kill(each.pid)
                with suppress(ChildProcessError):
                    os.waitpid(each.pid, 0)

    def _attend(self, asking: socket.socket) -> "Request | None":
        """Whoever has something to say: one who connects, the system about a death, or an asker."""
        if asking is self.listener:
            self.waiting.register(self.listener.accept()[0], selectors.EVENT_READ)
        elif asking is self.woken:
            asking.recv(4096)
            self._reap()
        elif asking in self.askers.values():
            self._hang_up(asking)
        else:
            return self._fork(asking)
        return None

    def _fork(self, asker: socket.socket) -> "Request | None":
        request = Request.received(asker)
        if request is None or threads() > 1:
            if request:
                _say(asker, {"refused": f"the fork server has {threads()} threads"})
                request.close()
            self._forget(asker)
            return None
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            os.setsid()
            end_with(server)
            return request
        request.close()
        self.askers[pid] = asker
        _say(asker, {"pid": pid})
        return None

    def _hang_up(self, asker: socket.socket) -> None:
        """An asker says nothing more, so this is its end: its process is not wanted any longer."""
        pid = next(pid for pid, each in self.askers.items() if each is asker)
        self.waiting.unregister(asker)
        _kill(pid)

    def _reap(self) -> None:
        """Tell the askers of all processes that have ended; orphans that they left are ended before."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            asker = self.askers.pop(pid, None)
            if asker:
                _kill(pid)
                self._end_strays()
                _say(asker, {"ended": os.waitstatus_to_exitcode(status)})
                self._forget(asker)

    def _end_strays(self) -> None:
        for stray in self._strays():
            for each in (*_descendants(stray), stray):
                _kill(each.pid)

    def _strays(self) -> list[psutil.Process]:
        """Children of this process that it has not forked: orphans, of sessions that have ended."""
        found = _descendants(psutil.Process(), recursive=False)
        return [each for each in found if not {each.pid, _session(each.pid)} & self.askers.keys()]

    def _forget(self, asker: socket.socket) -> None:
        with suppress(KeyError):
            self.waiting.unregister(asker)
        asker.close()

    def _let_go(self) -> None:
        """In a new process: all that belongs to the server."""
        signal.set_wakeup_fd(-1)
        for each in (self.listener, self.woken, self.wake, *self.askers.values()):
            each.close()
        for key in list(self.waiting.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        os.close(self.alive)


class Request:
    """What a new process is to become.

    Parameters
    ----------
    words : dict
        ``module`` to run, its ``arguments``, ``environment``, ``folder`` to work in, ``limits``.
    files : list of int
        Its input, output and errors.
    """

    def __init__(self, words: dict[str, Any], files: list[int]):
        self.words, self.files = words, files

    @classmethod
    def received(cls, asker: socket.socket) -> "Request | None":
        """Read it; None when the asker has hung up."""
        text, files, _, _ = socket.recv_fds(asker, LONGEST, 3)
        if not text:
            return None
        return cls(json.loads(text), files)

    def close(self) -> None:
        """Close its files here."""
        for each in self.files:
            os.close(each)

    def become(self) -> None:
        """Run the module as if this process had been started with it."""
        for number, each in enumerate(self.files):
            os.dup2(each, number)
        self.close()
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        environment = {**self.words["environment"], MARK: os.environ[MARK]}
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(self.words["folder"])
        time.tzset()
        tempfile.tempdir = None
        after_fork()
        Limits(**self.words["limits"]).keep()
        sys.argv = [self.words["module"], *self.words["arguments"]]
        runpy.run_module(self.words["module"], run_name="__main__", alter_sys=True)


def main(listener: str, alive: str, *folders: str) -> None:
    """Import everything, serve, and leave nothing behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    adopt_orphans()
    import_all(for_apps=FOR_APPS in os.environ)
    server, pid = ForkServer(socket.socket(fileno=int(listener)), int(alive)), os.getpid()
    request = None
    try:
        request = server.serve()
    finally:
        if os.getpid() == pid:
            server.end()
    if request:
        return request.become()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return None


def _say(asker: socket.socket, words: dict[str, Any]) -> None:
    with suppress(OSError):
        asker.send(json.dumps(words).encode())


def _kill(pid: int) -> None:
    """A process and its group, where it leads one."""
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            end(pid, signal.SIGKILL)


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0


def _descendants(process: psutil.Process, recursive: bool = True) -> list[psutil.Process]:
    try:
        return process.children(recursive=recursive)
    except psutil.NoSuchProcess:
        return []


if __name__ == "__main__":
    main(*sys.argv[1:])
