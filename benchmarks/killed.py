"""A review that is killed at a moment drawn by chance, and what is left of it: shared by chaos.py and a test.

Moments are of two kinds. At a *write* the command kills itself just before it would touch a file of the city
for the n-th time; from a seed this is the same file each time, and so the switch of folders and the manifest
are hit as exactly as a page. After an *event* something of the review is killed from outside, some time after
the command said that it began or ended the n-th item.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psutil

COMMAND, WORKER, KERNEL, FORKSERVER = "command", "worker", "kernel", "forkserver"
INSIDE = (WORKER, KERNEL, FORKSERVER)
PATIENCE = 60.0  # seconds for what is left of a killed review to end: it may still be importing
PATIENCE_FOR_ONE = 30.0  # seconds for something to be there that can be killed
EARLY = 6  # events that every attempt tells of
OF_TIME = {"started", "seconds"}
OF_RECORDS = "records"  # hashes of files that say when they were made
# Runs in the command only: its workers are processes of their own.
DYING = """
import os, signal, sys
ROOT, LAST = {root!r}, {last}
count = 0
def touch(event, details):
    global count
    writes = event == "open" and details[2] is not None and details[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if not (writes or event in ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "shutil.rmtree")):
        return
    if not str(details[0]).startswith(ROOT):
        return
    count += 1
    if count == LAST:
        os.write(2, f"\\nkilled at {{event}} {{os.path.relpath(str(details[0]), ROOT)}}\\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(touch)
sys.argv[0] = "workbench"
from workbench.cli import main
try:
    main()
finally:
    os.write(2, f"\\nwrites {{count}}\\n".encode())
"""


@dataclass(frozen=True)
class Moment:
    """When something is killed.

    Parameters
    ----------
    victim : str
    write : int
        Before which write of the command; 0: after an event.
    event : int
        After how many events.
    delay : float
        Seconds after it, and after there is such a process; fewer where that one ends before.
    """

    victim: str
    write: int = 0
    event: int = 0
    delay: float = 0.0


@dataclass(frozen=True)
class Ended:
    """How one attempt at a review ended.

    Parameters
    ----------
    code : int
        Exit code; negative: the signal that ended it.
    killed : tuple of str
        Each victim that was found, with the phase that the review was in.
    left : tuple of str
        Commands of processes that were still there after the review's end.
    writes, events : int
        How many there were; of writes 0 when the command was killed.
    said : str
        Its errors.
    """

    code: int
    killed: tuple[str, ...]
    left: tuple[str, ...]
    writes: int
    events: int
    said: str


def attempt(city: Path, scratch: Path, moments: tuple[Moment, ...] = (), **environment: str) -> Ended:
    """Make the review ``q4`` and kill at these moments; look for what has been left running."""
    write = next((each.write for each in moments if each.write), 0)
    script = DYING.format(root=str(city.resolve()), last=write)
    words = ["review", "q4", "--json", "--jobs", "2", "--city", str(city)]
    with tempfile.TemporaryFile("w+") as errors:
        review = subprocess.Popen(
            [sys.executable, "-c", script, *words],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, **environment, "TMPDIR": str(scratch)},
        )
        waiting = [each for each in moments if not each.write]
        killed, events, phase = _watched(review, waiting)
        code = review.wait()
        left = _left(scratch)
        errors.seek(0)
        said = errors.read()
    at = [line.removeprefix("killed ") for line in said.splitlines() if line.startswith("killed at ")]
    killed += [f"{COMMAND} in {phase}, {each}" for each in at]
    writes = [int(line.split()[1]) for line in said.splitlines() if line.startswith("writes ")]
    return Ended(code, tuple(killed), left, sum(writes), events, said)


def moments(random: Random, victim: str, writes: int, events: int) -> Iterator[Moment]:
    """Something inside first, while all is still to be made; the command some time after it; then at any write."""
    first = random.randint(1, min(events - 1, EARLY))
    yield Moment(victim, event=first, delay=_delay(random))
    yield Moment(COMMAND, event=random.randint(first + 1, events), delay=_delay(random))
    yield Moment(COMMAND, write=random.randint(1, writes))


def _delay(random: Random) -> float:
    return round(random.uniform(0, 1.5), 2)


def content(folder: Path) -> dict[str, str]:
    """Every file of a review with its hash; of records without what is of time by its nature."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _hash(path) for path in files}


def whole(folder: Path) -> dict[str, bytes]:
    """Every file of a review, to the byte."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder)}


def litter(city: Path, scratch: Path) -> list[str]:
    """What lies beside the reviews, of runs that failed and came right, and in the temporary folder."""
    hidden = [path for path in (city / "outputs").glob(".*") if path.suffix != ".lock"]
    return sorted(path.name for path in (*hidden, *(city / "private").glob("failed"), *scratch.iterdir()))


def standing(city: Path) -> Path:
    """Where the last whole review is; between the two renames of a switch it waits under another name."""
    folder, waiting = city / "outputs" / "q4", city / "outputs" / ".q4.previous"
    return folder if folder.is_dir() else waiting


def stands(city: Path, last: dict[str, bytes], made: dict[str, str]) -> bool:
    """Whether the last good review is there to the byte; or the new one, killed when it had taken its place."""
    folder = standing(city)
    return whole(folder) == last or content(folder) == made


def copied(city: Path, place: Path) -> Path:
    """A city as it is, times and all."""
    return Path(shutil.copytree(city, place))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _hash(path: Path) -> str:
    held = path.read_bytes()
    if path.name in ("run.json", "manifest.json"):
        held = json.dumps(_timeless(json.loads(held))).encode()
    return hashlib.sha256(held).hexdigest()


def _timeless(record):
    if isinstance(record, dict):
        named = {name for name in record if name not in OF_TIME and name != OF_RECORDS}
        return {name: _timeless(record[name]) for name in record if name in named}
    return [_timeless(each) for each in record] if isinstance(record, list) else record


def _watched(review: subprocess.Popen, waiting: list[Moment]) -> tuple[list[str], int, str]:
    """Read what the review tells, and kill when it is time; what was killed, events told, the phase at the end."""
    killed, events, phase = [], 0, "start"
    for line in review.stdout:
        told = json.loads(line)
        events, phase = events + 1, told.get("phase", phase)
        for each in [each for each in waiting if each.event == events]:
            killed += _killed(review, each.victim, each.delay, phase)
    return killed, events, phase


def _killed(review: subprocess.Popen, victim: str, delay: float, phase: str) -> list[str]:
    """Kill one of the kind, a while after there is one; the next, sooner, where that one has ended by then."""
    until = time.monotonic() + PATIENCE_FOR_ONE
    while review.poll() is None and time.monotonic() < until:
        if _found(review, victim):
            time.sleep(delay)
            for process in _found(review, victim)[:1]:
                with suppress(psutil.Error):
                    process.send_signal(signal.SIGKILL)
                    return [f"{victim} in {phase}"]
            delay /= 2
        time.sleep(0.05)
    return []


def _found(review: subprocess.Popen, victim: str) -> list[psutil.Process]:
    with suppress(psutil.Error):
        command = psutil.Process(review.pid)
        if victim == COMMAND:
            return [command]
        servers = [each for each in command.children() if "forkserver" in " ".join(each.cmdline())]
        if victim == FORKSERVER:
            return servers
        forked = [each for server in servers for each in server.children()]
        return [each for each in forked if _is_kernel(each) == (victim == KERNEL)]
    return []


def _is_kernel(process: psutil.Process) -> bool:
    """A kernel has the command of its server, and a socket of its own."""
    with suppress(psutil.Error):
        return any("/kernel-ipc" in each.laddr for each in process.net_connections("unix"))
    return False


def _left(scratch: Path) -> tuple[str, ...]:
    """Commands of processes of this review that are there when all should have ended; they are ended."""
    until = time.monotonic() + PATIENCE
    while (found := _of(scratch)) and time.monotonic() < until:
        time.sleep(0.1)
    left = tuple(" ".join(each.cmdline())[:120] for each in found)
    for each in found:
        with suppress(psutil.Error):
            each.kill()
    return left


def _of(scratch: Path) -> list[psutil.Process]:
    """Every process that was given this temporary folder, whoever has started it."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get("TMPDIR", "").startswith(str(scratch)):
                found.append(process)
    return [each for each in found if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


@dataclass(frozen=True)
class Survived:
    """A review that was killed some times and then ended.

    Parameters
    ----------
    attempts : tuple of Ended
        The last one ended by itself.
    last_stood : bool
        Whether after every kill the last good review was there to the byte, or the new one was.
    differing : tuple of str
        Files that are not the same as in a review that was never killed.
    litter : tuple of str
        What was left lying when it had ended.
    """

    attempts: tuple[Ended, ...]
    last_stood: bool
    differing: tuple[str, ...]
    litter: tuple[str, ...]

    @property
    def victims(self) -> Counter[str]:
        """How many there were of each kind."""
        return Counter(said.split()[0] for each in self.attempts for said in each.killed)


def survived(
    city: Path, moments: list[Moment], made: dict[str, str], scratch: Path, **environment: str
) -> Survived:
    """Make a review that is killed at one moment after the other, started again each time, until it ends.

    Parameters
    ----------
    city : Path
        With a last good review, and sources that have changed since.
    moments : list of Moment
        Those of the command end an attempt; those before them in the list are for things inside of it.
    made : dict of str to str
        ``content`` of a review that was never killed.
    scratch : Path
        The temporary folder.
    """
    last, attempts, stood = whole(standing(city)), [], True
    for together in [*_attempts(moments), (), ()]:
        attempts.append(attempt(city, scratch, together, **environment))
        stood = stood and stands(city, last, made)
        if attempts[-1].code == 0:
            break
    now = content(city / "outputs" / "q4")
    differing = tuple(name for name in sorted({**made, **now}) if made.get(name) != now.get(name))
    return Survived(tuple(attempts), stood, differing, tuple(litter(city, scratch)))


def _attempts(moments: list[Moment]) -> Iterator[tuple[Moment, ...]]:
    together: list[Moment] = []
    for each in moments:
        together.append(each)
        if each.victim == COMMAND:
            yield tuple(together)
            together = []
    if together:
        yield tuple(together)
