"""Where runs are written: safe names, a staging folder, and the switch from the last review to the new.

A review is built under ``outputs/.<review>.staging`` and renamed when it is whole. Between the
two renames of the switch the last review waits as ``outputs/.<review>.previous``; a process
killed there leaves it to be put back by the next. Whole runs of a review that was killed wait
as ``outputs/.<review>.interrupted`` for the next to take them over.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from workbench.errors import BusyError, UsageError

LONGEST = 80
RECORD = "run.json"  # written last in a run's folder
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def slug(text: str) -> str:
    """A name that is safe as one folder on every system; a digest keeps changed names apart."""
    if _is_plain(text):
        return text
    words = re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-_")[:LONGEST]
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{words}-{digest}" if words else f"x-{digest}"


def run_folder(review_folder: Path, key: tuple[str, ...]) -> Path:
    """Folder of one run inside a review."""
    return review_folder.joinpath(*map(slug, key))


def remove_empty(folder: Path) -> None:
    """Remove the folders inside of one that hold nothing, then itself and that around it, if they hold nothing more."""
    for place in [*(place for place, _, _ in os.walk(folder, topdown=False)), folder.parent]:
        with suppress(OSError):  # it holds something
            os.rmdir(place)


class ReviewFolder:
    """The folders of one review of one city.

    Parameters
    ----------
    outputs : Path
        The city's folder of published reviews.
    name : str
        Name of the review.
    """

    def __init__(self, outputs: Path, name: str):
        stem = slug(name)
        if outputs.is_symlink() or (outputs / stem).is_symlink():
            raise UsageError(f"{outputs / stem} is a link to another place; make it an ordinary folder.")
        self.name = name
        self.final = outputs / stem
        self.staging = outputs / f".{stem}.staging"
        self.previous = outputs / f".{stem}.previous"
        self.interrupted = outputs / f".{stem}.interrupted"
        self.lock_file = outputs / f".{stem}.lock"

    @property
    def is_made(self) -> bool:
        """Whether a whole review is there."""
        return (self.final / "manifest.json").is_file()

    @property
    def is_busy(self) -> bool:
        """Whether a process that lives is working on it."""
        if not self.lock_file.exists():
            return False
        lock = FileLock(self.lock_file)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        return False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the review for this process; what is still staged at the end is dropped.

        The system lets go of the lock when the process dies.

        Raises
        ------
        BusyError
            When another process holds it.
        """
        self.lock_file.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.lock_file)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise BusyError(
                f"another process is working on review {self.name!r}; try again when it ends."
            ) from None
        try:
            self._recover()
            yield
        finally:
            shutil.rmtree(self.staging, ignore_errors=True)
            lock.release()

    def begin(self) -> Path:
        """A fresh, empty staging folder."""
        self.staging.mkdir()
        return self.staging

    def take_over(self, place: str, files: Iterable[str], there: Path | None = None) -> None:
        """Put files of a run of the last review into the staged one, unchanged.

        Files that are never written again can be linked, which costs no room. A page that is written anew must not be
        among them: to write through a link would change the last review.

        Parameters
        ----------
        place : str
            The run's folder in a review.
        files : iterable of str
            Their paths in the run's folder; none means all but its pages, as copies.
        there : Path or None
            Another review's folder that they are taken from.
        """
        last, now = (there or self.final) / place, self.staging / place
        shutil.rmtree(now, ignore_errors=True)
        names = list(files)
        for name in names:
            (now / name).parent.mkdir(parents=True, exist_ok=True)
            _link(last / name, now / name)
        if not names and last.is_dir():
            shutil.copytree(last, now, ignore=shutil.ignore_patterns("*.html"))

    def switch(self) -> Path:
        """Put the staged review in the place of the last one."""
        _flush(self.staging)
        if self.final.exists():
            self.final.rename(self.previous)
        self.staging.rename(self.final)
        _flush(self.final.parent)
        for leftover in (self.previous, self.interrupted):
            shutil.rmtree(leftover, ignore_errors=True)
        return self.final

    def _recover(self) -> None:
        """Undo what a killed process left: put the last review back, set a half-written one apart.

        What it had made is set apart only if there is a run of it, so that killed twice it keeps what it had.
        """
        if self.previous.exists() and not self.final.exists():
            self.previous.rename(self.final)
        if any(self.staging.glob(f"*/*/*/{RECORD}")):
            shutil.rmtree(self.interrupted, ignore_errors=True)
            self.staging.rename(self.interrupted)
        for leftover in (self.previous, self.staging):
            if leftover.exists():
                shutil.rmtree(leftover)


def _is_plain(text: str) -> bool:
    return (
        bool(_PLAIN.fullmatch(text))
        and len(text) <= LONGEST
        and not text.endswith(".")
        and text.split(".")[0].lower() not in _RESERVED
    )


def _link(there: Path, here: Path) -> None:
    """The same file under another name; a copy where the file system has no such links."""
    try:
        os.link(there, here)
    except OSError:
        shutil.copy2(there, here)


def _flush(folder: Path) -> None:
    """Ask the system to put a folder's entries on disk before they are renamed."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
