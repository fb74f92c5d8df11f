"""A whole review through the command: from raw files, again with nothing changed, and with one value changed.

    python benchmarks/whole_review.py [--city DIR] [--review NAME] [--only ...]

The city is copied as it would be found: what it declares and its files, without snapshots, cubes or earlier reviews.
"""

import argparse
import json
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from workbench.catalog import load_reviewable
from workbench.practice import belongs, generate

AT_ONCE, TURNS = 2, 3
TABLE, VALUE = "department_measures.csv", re.compile(r'(?m)^("CD-01",2025-06-01,"\d*)(\d)(?=")')


@dataclass(frozen=True)
class Reviewed:
    """How long a command took by the clock, how long the cores worked for it, and what it told."""

    seconds: float
    worked: float
    told: list[dict]

    @property
    def notebooks(self) -> list[str]:
        """The runs that were made."""
        return [
            each["item"] for each in self.told if (each["event"], each.get("phase")) == ("done", "notebooks")
        ]


def found(city: Path, folder: Path) -> Path:
    """The city as it is before its first review."""
    shutil.copytree(city / "parameters", folder / "parameters")
    if (city / "private" / "sources").is_dir():
        shutil.copytree(city / "private" / "sources", folder / "private" / "sources")
    if belongs(load_reviewable(folder)):
        generate(folder)
    return folder


def reviewed(city: Path, name: str, only: list[str]) -> Reviewed:
    """Have a review made by the command."""
    words = [
        sys.executable,
        "-m",
        "workbench",
        "review",
        name,
        "--city",
        str(city),
        "--jobs",
        str(AT_ONCE),
        "--json",
    ]
    started, before = time.monotonic(), _worked()
    done = subprocess.run([*words, *(f"--only={each}" for each in only)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return Reviewed(time.monotonic() - started, _worked() - before, told)


def peak_memory(work: Callable[[], Reviewed]) -> tuple[Reviewed, float]:
    """Do the work; the most memory, in MB, that the descendants of this process held at once."""
    ended, seen = threading.Event(), [0.0]

    def watch() -> None:
        while not ended.wait(1):
            seen.append(sum(_held(each) for each in psutil.Process().children(recursive=True)) / 1e6)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        return work(), max(seen)
    finally:
        ended.set()
        watcher.join()


def change_one_value(city: Path) -> None:
    """One measure of one department has another value in a table that many departments share.

    The file keeps its size: the practice city is made anew where one has another.
    """
    path = city / "private" / "sources" / TABLE
    text, found = VALUE.subn(lambda value: value[1] + str((int(value[2]) + 1) % 10), path.read_text())
    assert found == 1, f"{TABLE} has {found} rows of that measure and month; one was looked for"
    path.write_text(text)


def _worked() -> float:
    """Processor seconds of all descendants that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _filled(times: int) -> float:
    """Processor seconds of plain Python: two builds of one version differ by a third in it, and so do their reviews."""
    before, told = time.process_time(), {}
    for number in range(times):
        told[str(number % 1000)] = len(told)
    return time.process_time() - before


def _held(process: psutil.Process) -> int:
    """Memory of a process, shared pages counted in parts."""
    try:
        return getattr(process.memory_full_info(), "pss", 0)
    except psutil.Error:
        return 0


def measure(city: Path, name: str, only: list[str], folder: Path) -> None:
    """Make the review, make it again, change a value and make it again; print what was seen."""
    copy = found(city, folder / "city")
    first, memory = peak_memory(lambda: reviewed(copy, name, only))
    print(
        f"review from raw files: {len(first.notebooks)} runs, {first.seconds:.1f} s, {first.worked:.1f} s of work"
    )
    print(f"RATIO review_memory_mb {memory:.0f} <=2048")
    print(f"RATIO review_seconds {first.seconds:.1f} <=60")
    if only:
        return  # what is asked for by name is made whatever has changed
    again = [reviewed(copy, name, []) for _ in range(TURNS)]
    assert not any(each.notebooks for each in again)
    turns = ", ".join(f"{each.seconds:.1f} s ({each.worked:.1f} s of work)" for each in again)
    print(f"nothing changed: {turns}")
    print(f"RATIO unchanged_seconds {median(each.seconds for each in again):.2f} <=3")
    change_one_value(copy)
    changed = reviewed(copy, name, [])
    assert changed.notebooks, "a value changed and nothing was made"
    stand = sum(each["event"] == "stands" for each in changed.told)
    print(f"{stand} runs read the table and stand")
    print(
        f"one value changed: {changed.seconds:.1f} s, {changed.worked:.1f} s of work; made: {changed.notebooks}"
    )
    print(f"RATIO runs_of_one_value {len(changed.notebooks)} <=1")


def main() -> None:
    """Measure in a folder that is thrown away."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--city", type=Path, default=Path("."))
    asked.add_argument("--review", default="practice-2025-Q4")
    asked.add_argument("--only", action="append", default=[], metavar="DEPARTMENT[/ANALYSIS[/SUBJECT]]")
    given = asked.parse_args()
    print(f"{AT_ONCE} at once on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"Python {platform.python_version()}, which fills a dictionary in {_filled(3_000_000):.2f} s")
    with tempfile.TemporaryDirectory(prefix="workbench-benchmark-") as name:
        measure(given.city, given.review, given.only, Path(name))


if __name__ == "__main__":
    main()
