"""The folder for all that a review puts aside; what one that was killed has left, another removes."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX, HELD = "workbench-", ".held"


@contextmanager
def scratch() -> Iterator[str]:
    """A folder in the system's temporary folder, held as long as this process lives and wants it.

    Whoever finds one that nobody holds knows that its owner is dead, and removes it: at the beginning, and at the end
    what was left meanwhile.
    """
    _remove_abandoned()
    folder, lock = _held()
    try:
        yield str(folder)
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)
        _remove_abandoned()


def _held() -> tuple[Path, FileLock]:
    """A fresh folder and the hold on it; another, should somebody have taken it for abandoned in between."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = FileLock(folder / HELD)
        with suppress(OSError):
            lock.acquire(timeout=0)
            if folder.is_dir():
                return folder, lock


def _remove_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if _is_own(folder) and (folder / HELD).is_file():
            with suppress(Timeout, OSError), FileLock(folder / HELD, timeout=0):
                shutil.rmtree(folder, ignore_errors=True)


def _is_own(folder: Path) -> bool:
    """A folder of this user, and not a link that somebody else has put there."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and (os.name != "posix" or found.st_uid == os.getuid())
