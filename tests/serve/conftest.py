"""A server of two toy apps, started as a process of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

HERE = Path(__file__).parent
PATHS = os.pathsep.join(str(path) for path in (HERE.parents[1], HERE.parent / "explore"))


def started(folder: Path, *token: str):
    """The process and its address, once it listens."""
    log = folder / "log.txt"
    command = [sys.executable, str(HERE / "toy_server.py"), str(folder), "8990", *token]
    environment = {**os.environ, "PYTHONPATH": PATHS, "CITY_SECRET": "CANARY-31415"}
    with log.open("wb") as opened:
        process = subprocess.Popen(
            command, stdout=opened, stderr=opened, env=environment, start_new_session=True
        )
    for _ in range(300):
        address = re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8"))
        if address and answers(address[0]):
            return process, address[0]
        assert process.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


def answers(address: str) -> bool:
    """Whether the server answers already."""
    try:
        return urlopen(address, timeout=5).status == 200
    except (URLError, OSError):
        return False


def stopped(process) -> None:
    """End the server and its kernels."""
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(20)


@pytest.fixture(scope="session")
def apps(tmp_path_factory):
    """Address of a server without a token."""
    process, address = started(tmp_path_factory.mktemp("apps"))
    yield address
    stopped(process)


@pytest.fixture(scope="session")
def guarded(tmp_path_factory):
    """Address of a server whose token is ``open-sesame``."""
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "picture.png").write_bytes(b"not for visitors")
    process, address = started(folder, "open-sesame")
    yield address
    stopped(process)
