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
_CGROUP, _PROC = Path("/sys/fs/cgroup"), Path("/proc")
_CONTAINER, _VMSTAT = _CGROUP / "memory.max", _PROC / "vmstat"


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
    """How many processes the system has ended because memory ran out, so far; 0 where it does not say.

    Those of this process' control group where it has one with memory of its own, as in a container; else of the
    machine. Both count whoever was ended, whether for the limit of a group or for want of memory of all.
    """
    counts = (_oom_kills(path) for path in (*_memory_groups(), _VMSTAT))
    return next((count for count in counts if count is not None), 0)


def _memory_groups() -> list[Path]:
    """Where the control group of this process counts, in version 2 or 1; below the root as a container sees it."""
    found = []
    for line in _lines(_PROC / "self" / "cgroup"):
        number, controllers, place = line.split(":", 2)
        if "memory" in controllers.split(","):
            folder, name = _CGROUP / "memory", "memory.oom_control"
        elif number == "0":
            folder, name = _CGROUP, "memory.events"
        else:
            continue
        found += [folder / place.lstrip("/") / name, folder / name]
    return found


def _oom_kills(path: Path) -> int | None:
    return next((int(line.split()[1]) for line in _lines(path) if line.startswith("oom_kill ")), None)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def _lower(which: int, soft: int, hard: int) -> None:
    import resource

    highest = resource.getrlimit(which)[1]
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    resource.setrlimit(which, (soft, hard))


def _reserved() -> int:
    """Bytes that this process may write to already: Arrow's allocator alone reserves a gigabyte, and uses little."""
    lines = _lines(_PROC / "self" / "status")
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
