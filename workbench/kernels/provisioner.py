"""How Jupyter, papermill and Voila start a warm kernel: the kernelspec ``workbench`` names this class."""

import asyncio
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any

import zmq
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Integer, List, Unicode, default

from workbench.kernels.environment import VARIABLES, allowed
from workbench.kernels.forks import NotTrusted, forks, say
from workbench.kernels.limits import Limits

# What widgets do when they are imported in a kernel: here they are imported before there is one.
WIDGETS = ("--IPKernelApp.extra_extensions=ipywidgets",)
POLITE = 2.0  # seconds for a kernel to end by itself when it is asked to


class WarmProvisioner(LocalProvisioner):
    """Forks a kernel from the fork server; where that is not to be trusted, starts it the ordinary way."""

    memory = Integer(config=True, help="Memory that a kernel may take for its own, in MB; 0: no limit.")
    seconds = Integer(config=True, help="Processor time that a kernel may use, in seconds; 0: no limit.")
    variables = List(
        Unicode(), config=True, help="Names of environment variables that kernels may see beside the usual."
    )
    exit_code: int | None = None
    _folder: Path | None = None
    _told = False

    @default("memory")
    def _usual_memory(self) -> int:
        return Limits.usual().memory

    @default("seconds")
    def _usual_seconds(self) -> int:
        return Limits.usual().seconds

    @default("variables")
    def _named_in_the_environment(self) -> list[str]:
        return os.environ.get(VARIABLES, "").replace(",", " ").split()

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Sockets that only this user can open, and an environment without passwords."""
        self._by_private_sockets()
        kwargs = await super().pre_launch(**kwargs)
        return {**kwargs, "env": allowed(kwargs["env"], self.variables)}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Fork the kernel."""
        loop = asyncio.get_running_loop()
        try:
            self.process = await loop.run_in_executor(None, self._forked, cmd, kwargs)
        except NotTrusted as reason:
            self._say_once(reason)
            return await super().launch_kernel(limited(cmd, self.limits), **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info

    @property
    def limits(self) -> Limits:
        """What the kernel may use."""
        return Limits(self.memory, self.seconds)

    async def poll(self) -> int | None:
        """How the kernel ended, which is kept; None while it runs."""
        if self.process is not None:
            self.exit_code = self.process.poll()
        return await super().poll()

    async def wait(self) -> int | None:
        """Wait for the kernel's end, and notice it at once."""
        await self._ends(None)
        return await super().wait()

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and its group; it has ended when this returns."""
        await super().kill(restart)
        await self._ends(5)

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Give the kernel the time to end by itself, and notice it at once."""
        await self._ends(POLITE)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the sockets, unless the kernel comes back to them."""
        if self._folder and not restart:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _forked(self, cmd: list[str], options: dict[str, Any]):
        if cmd[:2] != [sys.executable, "-m"]:
            raise NotTrusted("it is another Python")
        return forks.fork([*cmd[2:], *WIDGETS], options["env"], options.get("cwd") or Path.cwd(), self.limits)

    async def _ends(self, timeout: float | None) -> None:
        """Until the process has ended, without the polling of the class that this one extends."""
        if self.process is None:
            return
        loop = asyncio.get_running_loop()
        with suppress(TimeoutExpired):
            await loop.run_in_executor(None, self.process.wait, timeout)

    def _say_once(self, reason: NotTrusted) -> None:
        if not WarmProvisioner._told:
            WarmProvisioner._told = True
            say(reason, self.log)

    def _by_private_sockets(self) -> None:
        """Ports of this machine could be tried by its other users."""
        manager = self.parent
        if os.name != "posix" or manager is None or manager.transport != "tcp" or manager.shell_port:
            return
        self._folder = Path(tempfile.mkdtemp(prefix="k-"))
        if short_enough(self._folder):
            manager.transport, manager.ip = "ipc", str(self._folder / "kernel")


def short_enough(folder: Path) -> bool:
    """Whether the system takes the names of sockets in a folder."""
    return len(os.fsencode(folder / "kernel-ipc-5")) <= zmq.IPC_PATH_MAX_LEN


def limited(command: list[str], limits: Limits) -> list[str]:
    """A command of Python, held to the limits where the system can do so."""
    if os.name != "posix" or command[1] != "-m":
        return command
    words = [str(limits.memory), str(limits.seconds)]
    return [command[0], "-m", "workbench.kernels.limited", *words, *command[2:]]
