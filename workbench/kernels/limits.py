"""How much memory and processor time a kernel may use, and that it ends with whoever started it."""

import ctypes
import os
import signal
from dataclasses import dataclass
from pathlib import Path

MEMORY, SECONDS = "WORKBENCH_KERNEL_MEMORY", "WORKBENCH_KERNEL_SECONDS"
HOURS = 4 * 3600
GRACE = 5  # seconds between the signal that says so and the one that ends it
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_CONTAINER = Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True)
class Limits:
    """Of one kernel.

    Parameters
    ----------
    memory : int
        Beyond what it begins with, in MB. 0: as much as there is.
    seconds : int
        Of processor time. 0: without end.
    """

    memory: int = 0
    seconds: int = 0

    @classmethod
    def usual(cls) -> "Limits":
        """Half of the machine's memory and four hours, or what the environment says."""
        memory = os.environ.get(MEMORY, "")
        seconds = os.environ.get(SECONDS, "")
        return cls(
            int(memory) if memory.isdigit() else _memory_of_machine() // 2,
            int(seconds) if seconds.isdigit() else HOURS,
        )

    def keep(self) -> None:
        """Hold the running process to them. It leaves no core file, in which data would stand."""
        import resource

        _lower(resource.RLIMIT_CORE, 0, 0)
        if self.memory:
            # Not RLIMIT_AS: the engine that draws charts reserves far more addresses than it uses.
            most = _reserved() + self.memory * 1_000_000
            _lower(resource.RLIMIT_DATA, most, most)
        if self.seconds:
            _lower(resource.RLIMIT_CPU, self.seconds, self.seconds + GRACE)


def killed_for_memory() -> int:
    """How many processes the system has ended since it started because memory ran out; 0 where it does not say."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)


def _lower(which: int, soft: int, hard: int) -> None:
    import resource

    highest = resource.getrlimit(which)[1]
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    resource.setrlimit(which, (soft, hard))


def _reserved() -> int:
    """Bytes that this process may write to already: Arrow's allocator alone reserves a gigabyte, and uses little."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:")), 0)


def _memory_of_machine() -> int:
    """In MB; of the container where that has less."""
    try:
        there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return 0
    try:
        granted = _CONTAINER.read_text().strip()
    except OSError:
        granted = ""
    return (min(there, int(granted)) if granted.isdigit() else there) // 1_000_000


def end_with(parent: int) -> None:
    """Have the system end this process as soon as its parent ends, however that ends (Linux)."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of all descendants whose own parent ends (Linux)."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), 0, 0, 0)
