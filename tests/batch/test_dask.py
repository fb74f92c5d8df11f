"""Reviews on the workers of a Dask scheduler: a real one with two worker processes on loopback."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from workbench.batch.compared import compared
from workbench.batch.dask import PATIENCE, DaskWorkers
from workbench.batch.progress import Count
from workbench.errors import SchedulerError, UsageError
from workbench.review import Means, made, ordered, review

ROOT = Path(__file__).parents[2]
RUNS = ("works/disparity_review", "works/target_tracking")  # one for each worker
# Tests may daemonise nothing, and the machine is slow when it is shared.
QUIET = {"DASK_DISTRIBUTED__WORKER__DAEMON": "False", "DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "60s"}


class Cluster:
    """A scheduler and workers, started as a city's IT would from a command line."""

    def __init__(self, folder: Path, environment: dict[str, str]):
        self.folder, self.environment = folder, {**environment, **QUIET}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        port = self.address.rpartition(":")[2]
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
        self.workers: list[subprocess.Popen] = []

    def worker(self, **more: str) -> subprocess.Popen:
        words = (self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        words += ("--death-timeout", "60")
        started = self._start("worker", *words, "--local-directory", self.folder, **more)
        self.workers.append(started)
        return started

    def _start(self, what: str, *words, **more: str) -> subprocess.Popen:
        log = (self.folder / f"{what}-{time.monotonic_ns()}.log").open("w")
        command = [sys.executable, "-m", "dask", what, *map(str, words)]
        with log:
            return subprocess.Popen(
                command, env={**self.environment, **more}, stdout=log, stderr=log, cwd=self.folder
            )

    @property
    def logs(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.terminate()
        for process in (*self.workers, self.scheduler):
            process.wait(30)


@pytest.fixture(scope="module")
def temporary():
    """The system's temporary folder where the workers are; nothing of ours is left in it."""
    with TemporaryDirectory(prefix="x-") as folder:  # a short name for sockets
        yield Path(folder)
        _awaited(lambda: not [*Path(folder).glob("workbench-*")])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, temporary):
    """Started once; what is killed of it, its test replaces."""
    path = os.pathsep.join([str(ROOT / "tests" / "toy"), str(ROOT), str(Path(__file__).parent)])
    started = Cluster(
        tmp_path_factory.mktemp("dask"), {**os.environ, "PYTHONPATH": path, "TMPDIR": str(temporary)}
    )
    started.worker()
    started.worker()
    _awaited(lambda: started.logs.count("Registered to") == 2)
    yield started
    started.stop()
    _awaited(lambda: not _left(temporary))


def _left(temporary: Path) -> list[psutil.Process]:
    """What still runs with the temporary folder of the workers, whoever started it; other tests have another."""
    return [each for each in psutil.process_iter() if _folder_of(each).startswith(str(temporary))]


def _folder_of(process: psutil.Process) -> str:
    try:
        return process.environ().get("TMPDIR", "")
    except psutil.Error:
        return ""


def double(number):
    return 2 * number


def die(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def refuse(number):
    raise ValueError(f"no {number}")


@pytest.fixture(scope="module")
def workers(cluster, tmp_path_factory):
    """Ours on those of the scheduler, for several tests."""
    common = tmp_path_factory.mktemp("city") / "common"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(PATIENCE, "2")
        with DaskWorkers(cluster.address, None, common) as made:
            yield made
    assert not common.exists()


def test_every_item_is_done_on_as_many_threads_as_there_are(workers):
    assert workers.count == 2
    assert sorted(workers.each(double, range(5), lambda item: None)) == [(n, 2 * n) for n in range(5)]


def test_what_kills_its_worker_twice_is_lost_alone_and_those_of_the_scheduler_live(cluster, workers):
    done = dict(workers.each(die, range(5), lambda item: None))
    assert done == {0: 0, 1: 1, 2: 2, 3: None, 4: 4}
    assert [worker.poll() for worker in cluster.workers] == [None, None]


def test_what_goes_wrong_reaches_whoever_asked_and_no_log_of_the_scheduler(cluster, workers):
    with pytest.raises(ValueError, match="no 90210"):
        list(workers.each(refuse, [90210], lambda item: None))
    assert "Registered to" in cluster.logs
    assert "90210" not in cluster.logs


def test_workers_of_another_version_or_without_the_city_are_refused_by_name(cluster, tmp_path, monkeypatch):
    from workbench.batch import guest

    here = guest.here_and_now()
    monkeypatch.setattr(guest, "here_and_now", lambda: {**here, "version of pandas": "2.3.1", "library": "x"})
    with (
        DaskWorkers(cluster.address, None, tmp_path / "common") as made,
        pytest.raises(SchedulerError) as refused,
    ):
        list(made.each(double, [1], lambda item: None))
    said = str(refused.value)
    assert f"version of pandas is {here['version of pandas']}, here 2.3.1" in said
    assert "its code of the workbench is another" in said
    assert said.count("tcp://127.0.0.1:") == 2


def test_a_machine_that_does_not_see_the_folder_says_so(tmp_path):
    from workbench.batch.guest import Common, here_and_now

    (tmp_path / "word").write_text("another")
    for folder in (tmp_path, tmp_path / "absent"):
        lacking = Common(folder, "word", here_and_now()).lacking()
        assert lacking == [f"it does not see {folder} as this machine does"]


def test_a_task_that_was_begun_by_a_lost_worker_is_not_done_at_once_again(tmp_path):
    from workbench.batch.guest import Common

    common = Common(tmp_path, "word", {})
    assert [common.begin("a"), common.begin("a"), common.begin("b")] == [True, False, True]


@pytest.mark.parametrize("wrong", ["nowhere", "distributed.Nowhere", "", "no.such.Cluster"])
def test_a_scheduler_that_is_neither_address_nor_class_is_a_wrong_command(wrong, tmp_path):
    with pytest.raises(UsageError, match="neither an address nor a class.*tcp://host:8786"):
        DaskWorkers(wrong, None, tmp_path)


class Killer(Count):
    """Kills a worker once both have a notebook in hand."""

    def __init__(self, worker: subprocess.Popen, city: Path):
        super().__init__()
        self.worker, self.city, self.killed, self.told = worker, city, [], []

    def started(self, item: str) -> None:
        super().started(item)
        if self.name == "notebooks" and len(self.in_hand) == 2 and not self.killed:
            self.killed = psutil.Process(self.worker.pid).children(recursive=True)
            threading.Thread(target=self._kill).start()

    def finished(self, item: str, failure=None) -> None:
        super().finished(item, failure)
        self.told.append((self.name, item, failure))

    def _kill(self) -> None:
        _awaited(lambda: len([*self.city.glob("outputs/.*.staging/*/*/*/prepared.ipynb")]) == 2)
        self.killed = psutil.Process(self.worker.pid).children(recursive=True)
        self.worker.kill()


def _awaited(condition) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_review_whose_worker_is_killed_is_the_same_to_the_byte_as_one_made_here(
    cluster, workers, temporary, tiny_city, tmp_path
):
    here, there = tiny_city(tmp_path / "here"), tiny_city(tmp_path / "there")
    local = review(here, "q4", RUNS)
    killer = Killer(cluster.workers[0], there)
    done = made(ordered(there, "q4", RUNS), Means(scheduler=cluster.address), killer)
    assert cluster.workers[0].wait(30) == -signal.SIGKILL
    assert [*local.failed, *done.failed] == []
    assert len(done.outcomes) == 2
    finished = [item for phase, item, _ in killer.told if phase == "notebooks"]
    assert sorted(finished) == sorted(outcome.name for outcome in done.outcomes)
    assert list(compared(local.folder, done.folder)) == []
    assert sorted(path.name for path in (there / "private").iterdir()) == sorted(
        path.name for path in (here / "private").iterdir()
    )
    # Of the killed worker's two folders none is there any more, of the other's only that which is still in use.
    assert len([*temporary.glob("workbench-*")]) == 1
    assert len(killer.killed) >= 3  # a fork server, a worker, its kernel
    _awaited(lambda: not any(process.is_running() for process in killer.killed))


def meet(at):
    """Wait for another at the same place."""
    (at / str(os.getpid())).touch()
    _awaited(lambda: len([*at.iterdir()]) == 2)
    return "met"


def test_a_worker_that_comes_late_is_used(cluster, workers, tmp_path):
    assert workers.count == 1  # the other was killed
    cluster.worker()
    _awaited(lambda: workers.count == 2)
    assert list(workers.each(meet, [tmp_path] * 2, lambda item: None)) == [(tmp_path, "met")] * 2


def nap(seconds):
    time.sleep(seconds)


def test_a_review_ends_with_a_sentence_when_the_last_worker_and_when_the_scheduler_is_lost(cluster, workers):
    with pytest.raises(SchedulerError, match="no worker for 2 seconds.*dask worker ADDRESS"):
        list(workers.each(nap, [60], lambda item: [worker.kill() for worker in cluster.workers]))
    with pytest.raises(SchedulerError, match="scheduler was lost.*Run the same command again"):
        list(workers.each(nap, [60], lambda item: cluster.scheduler.kill()))


def test_a_scheduler_that_is_not_reached_has_an_exit_code_and_leaves_no_half_review(toy_city, command):
    import dask
    import distributed  # noqa: F401  its settings are there before one is changed

    city = toy_city("calls")
    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}):
        code, _, said = command("review", "q4", "--city", city, "--scheduler", "tcp://127.0.0.1:9")
    assert code == 18
    assert "tcp://127.0.0.1:9" in said
    assert "--scheduler tcp://host:8786" in said
    assert [path.name for path in (city / "outputs").iterdir() if not path.name.endswith(".lock")] == []


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({}, "configuration names none"),
        (
            {"ca-file": "/none/ca.pem", "client.cert": "/none/client.pem"},
            "names one that cannot be read: .*No such file",
        ),
    ],
)
def test_an_address_with_certificates_needs_some(named, said, toy_city):
    import dask
    import distributed  # noqa: F401  its settings are there before one is changed

    order = ordered(toy_city("calls"), "q4")
    with (
        dask.config.set({f"distributed.comm.tls.{name}": path for name, path in named.items()}),
        DaskWorkers("tls://127.0.0.1:9", None, order.catalog.root / "common") as ours,
        pytest.raises(SchedulerError, match=f"{said}.*ca-file and client.*docs/scheduled.md"),
    ):
        list(ours.each(double, [1], lambda item: None))
