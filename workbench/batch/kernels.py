"""A kernel of this very interpreter, and the papermill engine that listens to its answers.

What the kernel answers to each cell is kept here, because neither the saved notebook nor
papermill's return value can be trusted with it: after a killed kernel the notebook says that
all cells completed, and ``SystemExit(0)`` returns like a success.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

from workbench.batch.drawing import drawer
from workbench.kernels.client import KernelClient
from workbench.kernels.provisioner import WarmProvisioner, short_enough

ENGINE = "workbench"
LARGEST_OUTPUT = 10_000_000
# Nobody looks into the history of a kernel that nobody types to.
LEAN = ("--HistoryManager.enabled=False",)
CUT = "\n[The output of this notebook was cut here: it went over {limit:,} bytes.]\n"


@dataclass(frozen=True)
class Answer:
    """What the kernel said when it had run one cell.

    Parameters
    ----------
    cell : str
        Id and first line of the cell.
    status : str
        ``ok``, ``error`` or ``aborted``.
    count : int or None
        Execution count.
    error, message : str
        Class and text of the exception; empty when there was none.
    leaving : bool
        Whether the cell asked the kernel to exit.
    """

    cell: str
    status: str
    count: int | None
    error: str = ""
    message: str = ""
    leaving: bool = False


@dataclass
class Listener:
    """Collects the answers of one kernel and the notebook as far as it came, and knows the cell in hand."""

    notebook: NotebookNode
    answers: list[Answer] = field(default_factory=list)
    in_hand: str = ""

    def starts(self, cell, cell_index) -> None:
        """Hook of nbclient: a cell is about to run."""
        self.in_hand = named(cell)

    def answered(self, cell, cell_index, execute_reply) -> None:
        """Hook of nbclient: the kernel has answered."""
        content = execute_reply["content"]
        leaving = any(each.get("source") == "ask_exit" for each in content.get("payload", []))
        self.answers.append(
            Answer(
                cell=named(cell),
                status=content["status"],
                count=content.get("execution_count"),
                error=content.get("ename", ""),
                message=content.get("evalue", ""),
                leaving=leaving,
            )
        )


def named(cell) -> str:
    """A cell as an error message calls it."""
    lines = [line for line in cell.source.splitlines() if line.strip()]
    return f"{cell.get('id', '?')!r} ({lines[0].strip()[:60] if lines else 'empty'})"


class KernelManager(AsyncKernelManager):
    """Starts a warm kernel of the running interpreter, reached by sockets that only this user can open.

    Parameters
    ----------
    folder : Path
        A private, short-named folder for sockets, IPython's files and nothing else.
    environment : dict of str to str
        Variables set beside those of this process that a kernel may see.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]):
        super().__init__(connection_file=str(folder / "kernel.json"))
        self.client_factory = KernelClient
        self.transport = "ipc" if os.name == "posix" and short_enough(folder) else "tcp"
        self.environment = {**os.environ, **drawer.variables(), "IPYTHONDIR": str(folder), **environment}
        # Not by its name among those that are installed: a batch needs no installation of kernels.
        self.provisioner = WarmProvisioner(kernel_spec=self.kernel_spec, parent=self)

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel: the same Python, whatever kernels the machine has registered."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *LEAN]
        return KernelSpec(argv=command, display_name="Python 3", language="python")

    async def start_kernel(self, **options) -> None:
        """Start it with the environment of the run."""
        await super().start_kernel(**options, env=self.environment)

    async def shutdown_kernel(self, **options) -> None:
        """End it at once: all is saved, and asking politely takes time."""
        self.kill_group()
        await self.provisioner.kill()
        await super().shutdown_kernel(**options)

    @property
    def exit_code(self) -> int | None:
        """How the kernel ended; None while it runs."""
        return self.provisioner.exit_code

    def kill_group(self) -> None:
        """End the kernel and whatever it has started and left behind."""
        group = getattr(self.provisioner, "pgid", None)
        if group and group != os.getpgid(0):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)


class CappedClient(PapermillNotebookClient):
    """papermill's client, which stops collecting output when a notebook prints without end."""

    collected = 0

    def output(self, outs, msg, display_id, cell_index):
        """Collect one output, or a single note in its place once the cap is reached."""
        before = self.collected
        self.collected += _size(msg["content"])
        if self.collected <= LARGEST_OUTPUT:
            return super().output(outs, msg, display_id, cell_index)
        if before > LARGEST_OUTPUT:
            return None
        return super().output(outs, _as_note(msg, CUT.format(limit=LARGEST_OUTPUT)), None, cell_index)


class Engine(NBClientEngine):
    """papermill's engine over a kernel of ours; ``kernel`` and ``listener`` are given by the runner."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man, kernel_name, start_timeout=60, execution_timeout=None, kernel=None, listener=None, **_
    ):
        """Run all cells; the options are those of the runner, no others."""
        client = CappedClient(
            nb_man,
            km=kernel,
            kernel_name=kernel_name,
            timeout=execution_timeout,
            startup_timeout=start_timeout,
            iopub_timeout=60,
            shutdown_kernel="immediate",
            record_timing=False,
            store_widget_state=False,
            on_cell_execute=listener.starts,
            on_cell_executed=listener.answered,
        )
        try:
            return client.execute(cleanup_kc=True)
        finally:
            listener.notebook = nb_man.nb


papermill_engines.register(ENGINE, Engine)


def _as_note(msg: Mapping, text: str) -> dict:
    """A message of text in the place of another, of whatever kind that was."""
    header = {**msg["header"], "msg_type": "stream"}
    content = {"name": "stderr", "text": text}
    return {**msg, "header": header, "msg_type": "stream", "content": content}


def _size(content: Mapping) -> int:
    """Characters that an output message takes in the notebook, near enough to bytes."""
    texts = [content["text"]] if "text" in content else content.get("data", {}).values()
    return sum(len(json.dumps(text, ensure_ascii=False)) for text in texts)
