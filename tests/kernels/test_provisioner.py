"""Kernels as Jupyter starts them by the name ``workbench``: warm, private, interrupted, restarted, ended."""

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import psutil
import pytest
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from workbench.kernels.client import KernelClient
from workbench.kernels.provisioner import WarmProvisioner

LOOK = "'scipy' in __import__('sys').modules"


@pytest.fixture(autouse=True)
def as_if_nothing_was_said(monkeypatch):
    monkeypatch.setattr(WarmProvisioner, "_told", False)


def talked(*steps, config=None):
    """Start a kernel by its name and take the steps, each a function of manager and client."""

    async def talk():
        manager = AsyncKernelManager(kernel_name="workbench", config=config or Config())
        manager.client_factory = KernelClient
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready()
            return [await step(manager, client) for step in steps]
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    # In a thread of its own: a browser of other tests keeps the loop of this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, talk()).result()


def asks(code):
    """A step: what the kernel makes of an expression; of an error its name."""

    async def step(manager, client):
        reply = await client.execute_interactive(
            "", user_expressions={"asked": code}, store_history=False, timeout=30
        )
        found = reply["content"]["user_expressions"]["asked"]
        return found["data"]["text/plain"] if found["status"] == "ok" else found["ename"]

    return step


async def process(manager, client):
    return psutil.Process(manager.provisioner.pid)


async def info(manager, client):
    return manager.get_connection_info()


async def interrupted(manager, client):
    # Otherwise what is asked within a tenth of a second after the interruption is not answered.
    client.execute("print('begun', flush=True); import time; time.sleep(30)", stop_on_error=False)
    while (await client.get_iopub_msg(timeout=10))["msg_type"] != "stream":
        continue
    began = time.monotonic()
    await manager.interrupt_kernel()
    while "ename" not in (reply := await client.get_shell_msg(timeout=20))["content"]:
        continue
    return reply["content"]["ename"], time.monotonic() - began < 10


async def restarted(manager, client):
    before = manager.provisioner.pid
    await manager.restart_kernel(now=False)
    await client.wait_for_ready()
    return before != manager.provisioner.pid


def test_jupyter_finds_the_kernel_after_an_installation():
    spec = KernelSpecManager().get_kernel_spec("workbench")
    assert spec.display_name == "Workbench"
    assert spec.metadata["kernel_provisioner"]["provisioner_name"] == "workbench-warm"


def test_a_kernel_is_warm_reached_by_its_owner_alone_and_gone_when_it_is_shut_down():
    def open_to_others(folder):
        return stat.S_IMODE(folder.stat().st_mode) & 0o077

    async def sockets(manager, client):
        folder = Path(manager.ip).parent
        return folder, open_to_others(folder), len(list(folder.iterdir()))

    warm, of_kernel, asked, (folder, others, count) = talked(asks(LOOK), process, info, sockets)
    assert (warm, asked["transport"], others, count) == ("True", "ipc", 0, 5)
    assert not of_kernel.is_running()
    assert not folder.exists()


def test_libraries_know_that_they_are_in_a_kernel():
    """pandas would cut frames as for a terminal, and widgets would not answer a page that asks for all of them."""
    columns, targets = talked(
        asks("__import__('pandas').get_option('display.max_columns')"),
        asks("sorted(get_ipython().kernel.comm_manager.targets)"),
    )
    assert columns == "20"
    assert "'jupyter.widget.control'" in targets


def test_a_kernel_is_interrupted_and_restarted():
    stopped, set_, again, kept = talked(
        interrupted, asks("globals().update(x=1)"), restarted, asks("'x' in globals()")
    )
    assert stopped == ("KeyboardInterrupt", True)
    assert (set_, again, kept) == ("None", True, "False")


def test_limits_and_variables_are_configured(monkeypatch):
    monkeypatch.setenv("DB_PASSWORD", "given")
    monkeypatch.setenv("OTHER_SECRET", "hidden")
    config = Config()
    config.WarmProvisioner.memory, config.WarmProvisioner.variables = 300, ["DB_PASSWORD"]
    seen = talked(
        asks("__import__('os').environ['DB_PASSWORD']"),
        asks("__import__('os').environ.get('OTHER_SECRET', 'not there')"),
        asks("len(bytearray(500_000_000))"),
        config=config,
    )
    assert seen == ["'given'", "'not there'", "MemoryError"]


def test_where_fork_is_not_to_be_trusted_one_line_says_so_and_kernels_are_plain(monkeypatch, caplog):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv("OTHER_SECRET", "hidden")
    steps = (asks(LOOK), asks("__import__('os').environ.get('OTHER_SECRET', 'not there')"))
    assert talked(*steps) == talked(*steps) == ["False", "'not there'"]
    lines = [record.getMessage() for record in caplog.records if "warm" in record.getMessage()]
    assert lines == ["Kernels are not warm here, they start the ordinary way: a fork is not safe on darwin."]


def test_who_chose_plain_kernels_is_told_nothing(monkeypatch, caplog):
    monkeypatch.setenv("WORKBENCH_KERNELS", "plain")
    assert talked(asks(LOOK)) == ["False"]
    assert [record for record in caplog.records if "warm" in record.getMessage()] == []


def test_the_papermill_command_uses_it_and_leaves_nothing_running(tmp_path):
    kernel = {"name": "workbench", "display_name": "Workbench", "language": "python"}
    cells = [new_code_cell(LOOK, id="look"), new_code_cell("import os; os.getpid(), os.getppid()", id="who")]
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), tmp_path / "in.ipynb")
    command = [Path(sys.executable).with_name("papermill"), tmp_path / "in.ipynb", tmp_path / "out.ipynb"]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "TMPDIR": str(tmp_path)})
    look, who = json.loads((tmp_path / "out.ipynb").read_text())["cells"]
    assert look["outputs"][0]["data"]["text/plain"] == ["True"]
    assert not any(psutil.pid_exists(pid) for pid in eval(who["outputs"][0]["data"]["text/plain"][0]))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.ipynb", "out.ipynb"]


def test_a_kernel_that_ends_itself_is_known_to_have_ended():
    async def ended(manager, client):
        client.execute("import os; os._exit(3)")
        while await manager.is_alive():
            await asyncio.sleep(0.01)
        return manager.provisioner.exit_code

    async def killed(manager, client):
        os.kill(manager.provisioner.pid, signal.SIGKILL)
        while await manager.is_alive():
            await asyncio.sleep(0.01)
        return manager.provisioner.exit_code

    assert (talked(ended), talked(killed)) == ([3], [-signal.SIGKILL])
