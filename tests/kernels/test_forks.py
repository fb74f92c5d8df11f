"""The fork server as those see it who ask it: what a process is given, and that nothing is left of it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from workbench.kernels.environment import MARK, allowed
from workbench.kernels.forks import Forks, NotTrusted
from workbench.kernels.limits import Limits

# Writes what it sees into the file that it is given, and stays as long as it is told.
SCRIPT = """
import os, pathlib, random, subprocess, sys, threading, time
import numpy
child = subprocess.Popen(["sleep", "60"])
away = subprocess.Popen(["setsid", "sleep", "60"])
seen = [os.getpid(), child.pid, away.pid, os.getsid(0), threading.active_count(), numpy.random.random(), os.getcwd()]
seen += ["pandas" in sys.modules, "distributed" in sys.modules, "CITY_SECRET" in os.environ, os.environ.get("GIVEN")]
draft = pathlib.Path(sys.argv[1] + ".draft")
draft.write_text(repr(seen))
draft.rename(sys.argv[1])
time.sleep(float(sys.argv[2]))
sys.exit(7)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A fork server that knows the module ``seen`` of ours, in an environment with a secret."""
    folder = tmp_path_factory.mktemp("modules")
    (folder / "seen.py").write_text(SCRIPT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]))
        patch.setenv("CITY_SECRET", "CANARY-31415")
        forks = Forks()
        forks.start()
        yield forks
        forks.stop()


@pytest.fixture
def forked(server, tmp_path):
    """Fork the module that says what it sees; the process, and what it saw."""

    def made(stays: float = 60, **given):
        file = tmp_path / f"seen-{time.monotonic_ns()}"
        environment = allowed({**os.environ, "GIVEN": "given"}, ["GIVEN"])
        process = server.fork(["seen", str(file), str(stays)], environment, **given)
        assert soon(file.is_file)
        return process, eval(file.read_text())

    return made


def soon(condition) -> bool:
    for _ in range(600):
        if condition():
            return True
        time.sleep(0.05)
    return False


def gone(*pids: int) -> bool:
    def one(pid):
        return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE

    return soon(lambda: all(one(pid) for pid in pids))


def test_a_process_has_all_imported_and_a_session_an_environment_and_chance_of_its_own(forked, tmp_path):
    first, (pid, _, _, session, threads, drawn, folder, *seen) = forked(0, folder=tmp_path)
    second, other = forked(0)
    assert (first.wait(20), second.wait(20)) == (7, 7)
    assert (pid, session, threads, folder) == (first.pid, first.pid, 1, str(tmp_path))
    assert seen == [True, False, False, "given"]
    assert drawn != other[5]


def test_the_server_has_one_thread_and_no_secret(forked):
    process, _ = forked()
    server = psutil.Process(psutil.Process(process.pid).ppid())
    assert server.num_threads() == 1
    assert "CANARY-31415" not in "".join(server.environ().values())
    assert server.environ()["PYTHONHASHSEED"] == "0"
    process.kill()


def test_a_process_that_is_not_wanted_any_longer_ends_with_all_that_it_started(forked):
    process, (pid, child, away, *_) = forked()
    process.kill()
    assert process.wait(20) == -signal.SIGKILL
    assert gone(pid, child, away)


def test_what_a_process_leaves_ends_with_it(forked):
    process, (pid, child, away, *_) = forked(0)
    assert process.wait(20) == 7
    assert gone(pid, child, away)


def test_a_killed_process_is_told_from_one_that_ended(forked):
    process, (pid, child, away, *_) = forked()
    os.kill(pid, signal.SIGTERM)
    assert process.wait(20) == -signal.SIGTERM
    assert gone(child, away)


def test_one_process_does_not_cost_another(forked):
    first, (_, child, *_) = forked()
    second, _ = forked(0)
    second.wait(20)
    assert first.poll() is None
    assert psutil.pid_exists(child)
    first.kill()


def test_when_the_server_is_killed_its_processes_end_and_it_is_started_again(forked, server):
    _, (pid, child, away, *_) = forked()
    os.kill(psutil.Process(pid).ppid(), signal.SIGKILL)
    assert gone(pid)
    process, _ = forked(0)
    assert process.wait(60) == 7
    assert gone(child, away)


ASKER = """
import os, sys, time
from workbench.kernels.forks import forks
kept = forks.fork(["seen", sys.argv[1], "60"], dict(os.environ))
time.sleep(60)
"""


def test_when_whoever_started_the_server_is_killed_nothing_is_left(server, tmp_path):
    modules = Path(server.log).parent / "modules"
    modules.mkdir()
    (modules / "seen.py").write_text(SCRIPT)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(modules), "TMPDIR": str(scratch)}
    asker = subprocess.Popen([sys.executable, "-c", ASKER, tmp_path / "seen"], env=environment)
    assert soon((tmp_path / "seen").is_file)
    pid, child, away, *_ = eval((tmp_path / "seen").read_text())
    server_pid = psutil.Process(pid).ppid()
    asker.kill()
    asker.wait()
    assert gone(pid, child, away, server_pid)
    assert list(scratch.iterdir()) == []


def test_a_process_is_held_to_its_limits(forked):
    process, (pid, *_) = forked(limits=Limits(memory=500, seconds=60))
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert "Max core file size        0                    0" in limits
    assert "Max cpu time              60                   65" in limits
    assert "Max data size             unlimited" not in limits
    process.kill()


def test_nobody_else_can_ask(server):
    assert os.stat(Path(server.address).parent).st_mode & 0o077 == 0


def test_a_server_with_threads_does_not_fork(monkeypatch, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    forks = Forks()
    with pytest.raises(NotTrusted, match="^the fork server has 2 threads$"):
        forks.fork(["seen"], {})
    forks.stop()


def test_a_server_that_cannot_start_says_why(monkeypatch, tmp_path):
    (tmp_path / "pandas.py").write_text("raise RuntimeError('a broken installation')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    forks = Forks()
    with pytest.raises(NotTrusted, match="did not answer: RuntimeError: a broken installation"):
        forks.fork(["seen"], {})
    forks.stop()


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_where_threads_cannot_be_counted_nothing_is_forked(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(NotTrusted, match=f"a fork is not safe on {platform}"):
        Forks().fork(["seen"], {})


def test_the_environment_is_what_is_allowed():
    there = {
        "PATH": "/bin",
        "LC_ALL": "C",
        "TZ": "UTC",
        "PYTHONPATH": "here",
        "JUPYTERHUB_API_TOKEN": "secret",
        "JUPYTER_TOKEN": "secret",
        "DB_PASSWORD": "secret",
        "HTTPS_PROXY": "http://user:secret@proxy",
        "WORKBENCH_OUTPUT": "there",
        "AWS_SECRET_ACCESS_KEY": "secret",
        MARK: "mark",
    }
    settings = {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        "PYTHONHASHSEED": "0",
    }
    kept = {name: there[name] for name in ("PATH", "LC_ALL", "TZ", "PYTHONPATH", "WORKBENCH_OUTPUT", MARK)}
    assert allowed(there) == kept | settings
    assert allowed(there, ["DB_PASSWORD"]) == kept | settings | {"DB_PASSWORD": "secret"}
