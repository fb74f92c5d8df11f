import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil
import pytest

from workbench.batch.executor import Workers
from workbench.batch.runner import run_one


@pytest.fixture(params=["warm", "plain"])
def either(request, monkeypatch):
    """The test runs twice: with workers that are forked, and as where fork is not to be trusted."""
    monkeypatch.setenv("WORKBENCH_KERNELS", request.param)


@pytest.fixture
def plain(monkeypatch):
    """Workers that are started the ordinary way."""
    monkeypatch.setenv("WORKBENCH_KERNELS", "plain")


def double(number):
    return number * 2


def die_on_three(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 2


def note(folder, number):
    """Says which process worked, and that it is at work."""
    (folder / f"{number}-{os.getpid()}").touch()
    time.sleep(0.2)
    return number


def test_every_item_is_done_by_workers_that_live_for_all_of_them(tmp_path):
    started = []
    with Workers(2) as workers:
        results = dict(workers.each(partial(note, tmp_path), range(6), started.append))
    assert results == {number: number for number in range(6)}
    assert started == [0, 1, 2, 3, 4, 5]
    assert len({path.name.split("-")[1] for path in tmp_path.iterdir()}) == 2


def whose(_):
    return os.getpid()


def test_work_is_spread_over_workers_only_when_there_are_some(plain):
    with Workers(1) as workers:
        assert workers.spread(whose, [1, 2]) == [os.getpid()] * 2
        (_, worker), *_ = workers.each(whose, [1], lambda item: None)
        assert workers.spread(whose, [1, 2]) == [worker] * 2
        assert sorted(workers.spread(die_on_three, [3, 4]), key=str) == [8, None]


def test_what_workers_are_forked_from_is_there_before_anything_is_handed_out():
    before = set(psutil.Process().children())

    def new():
        return len(set(psutil.Process().children()) - before)

    with Workers(1) as workers:
        assert new() == 0
        workers.start()
        assert new() == 1
        assert dict(workers.each(double, [4], lambda item: None)) == {4: 8}
    assert new() == 0


def test_a_worker_that_dies_costs_only_the_item_that_killed_it(either):
    with Workers(2) as workers:
        assert dict(workers.each(die_on_three, range(5), lambda item: None)) == {
            0: 0,
            1: 2,
            2: 4,
            3: None,
            4: 8,
        }
        assert dict(workers.each(double, [7], lambda item: None)) == {7: 14}


def test_what_processes_of_a_notebook_print_is_in_the_notebook_and_nowhere_else(job, capfd, either):
    made = job("import subprocess\nsubprocess.run(['echo', 'Ada Byron'])")
    with Workers(1) as workers:
        ((_, outcome),) = workers.each(run_one, [made], lambda _: None)
    assert outcome.failure is None
    assert "Ada Byron" in (made.folder / "notebook.ipynb").read_text()
    assert capfd.readouterr().out == ""


def test_a_notebook_that_kills_the_fork_server_costs_only_its_own_run(job, tmp_path):
    start = "import os, subprocess\nchild = subprocess.Popen(['setsid', 'sleep', '60'])"
    say = "open('children', 'a').write(f'{child.pid} {os.getpid()} ')"
    killing = job(start, say, "os.kill(os.getppid(), 9)")
    notebook = tmp_path / "harmless.ipynb"
    notebook.write_bytes(job("1").notebook.read_bytes())
    harmless = replace(killing, name="harmless", notebook=notebook, folder=tmp_path / "whole")
    killing = job(start, say, "os.kill(os.getppid(), 9)")
    with Workers(1) as workers:
        ended = {
            each.name: outcome for each, outcome in workers.each(run_one, [killing, harmless], lambda _: None)
        }
    assert ended["fire/toy/a"] is None
    assert ended["harmless"].failure is None
    started = [int(pid) for pid in (killing.root / "children").read_text().split()]
    assert len(started) == 4
    assert _waited(lambda: not any(map(psutil.pid_exists, started)))


def test_the_kernel_of_a_killed_worker_ends_with_all_that_it_started(job):
    start = (
        "import os, pathlib, psutil, subprocess, time\n"
        "child, first = subprocess.Popen(['setsid', 'sleep', '60']), not pathlib.Path('children').exists()\n"
        "open('children', 'a').write(f'{child.pid} {os.getpid()} ')"
    )
    others = "[each for each in psutil.Process(os.getppid()).children() if each.pid != os.getpid()]"
    made = job(start, f"[each.kill() for each in {others} if first]; time.sleep(first * 60)")
    with Workers(1) as workers:
        ((made, outcome),) = workers.each(run_one, [made], lambda _: None)
    assert outcome.failure is None
    started = [int(pid) for pid in (made.root / "children").read_text().split()]
    assert len(started) == 4
    assert _waited(lambda: not any(map(psutil.pid_exists, started)))


def fail_once(folder, number):
    """Says that it failed the first time, as a run does whose kernel was killed."""
    (folder / f"{number}-{time.monotonic_ns()}").touch()
    return number if len(list(folder.glob(f"{number}-*"))) > 1 else "failed"


def test_what_may_pass_is_done_once_more_after_the_others(tmp_path, plain):
    asked = []

    def again(item, result):
        asked.append(item)
        return item == 0 and result == "failed"

    with Workers(1) as workers:
        done = list(workers.each(partial(fail_once, tmp_path), range(3), lambda item: None, again))
    assert done == [(1, "failed"), (2, "failed"), (0, 0)]
    assert asked == [0, 1, 2]


def kept(folder, number):
    """Puts something into the temporary folder, and says where."""
    (folder / str(number)).write_text(tempfile.mkdtemp())


def test_killed_workers_are_known_to_be_dead(plain):
    processes, others = [], set(multiprocessing.active_children())

    def interrupted(item):
        processes.extend(_waited(lambda: set(multiprocessing.active_children()) - others))
        raise KeyboardInterrupt

    for _ in range(10):
        with contextlib.suppress(KeyboardInterrupt), Workers(1) as workers:
            list(workers.each(double, [1], interrupted))
    # One that multiprocessing takes for alive would keep the interpreter from ending.
    assert [each.exitcode for each in processes] == [-signal.SIGKILL] * 10


def test_what_killed_workers_had_put_aside_is_removed(tmp_path):
    with contextlib.suppress(KeyboardInterrupt), Workers(1) as workers:
        for _ in workers.each(partial(kept, tmp_path), range(2), lambda item: None):
            raise KeyboardInterrupt
    left = Path((tmp_path / "0").read_text())
    assert left.parent.name.startswith("workbench-")
    assert not left.parent.exists()


def test_nothing_is_left_running_after_an_interruption(tmp_path, either):
    before = set(psutil.Process().children(recursive=True))
    with contextlib.suppress(KeyboardInterrupt), Workers(2) as workers:
        for _ in workers.each(partial(note, tmp_path), range(50), lambda item: None):
            raise KeyboardInterrupt
    assert 0 < len(list(tmp_path.iterdir())) < 6
    assert _only_trackers(set(psutil.Process().children(recursive=True)) - before)


ORPHANED = """
import os, sys, time
sys.path[:0] = {path!r}
from test_executor_items import sleep
from workbench.batch.executor import Workers

if __name__ == "__main__":
    with Workers(1) as workers:
        list(workers.each(sleep, [sys.argv[1]], lambda item: None))
"""


def test_workers_end_when_their_parent_is_killed(tmp_path, either):
    item = (
        "import os, time\ndef sleep(path):\n    open(path, 'w').write(str(os.getpid()))\n    time.sleep(60)\n"
    )
    (tmp_path / "test_executor_items.py").write_text(item)
    script = tmp_path / "parent.py"
    script.write_text(ORPHANED.format(path=[str(tmp_path), *sys.path]))
    pid_file = tmp_path / "pid"
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    environment = {**os.environ, "TMPDIR": str(scratch)}
    parent = subprocess.Popen([sys.executable, script, pid_file], env=environment)
    pid = int(_waited(lambda: pid_file.is_file() and pid_file.read_text()))
    parent.kill()
    parent.wait()
    assert _waited(lambda: not psutil.pid_exists(pid))
    assert list(scratch.iterdir()) == []


def _waited(condition):
    for _ in range(200):
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    return None


def _only_trackers(processes) -> bool:
    """Python's own resource tracker outlives a pool on purpose."""
    alive = [each for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
    return all("resource_tracker" in " ".join(each.cmdline()) for each in alive)
