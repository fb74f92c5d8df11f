"""The batch against the ``papermill`` command: same notebooks, parameters and cubes, two at once.

    python benchmarks/batch.py [--city DIR] [--review NAME] [--only ...] [--runs N] [--repeats N]

Both sides run the notebooks without their explore cells, in kernels that find their cubes stored
and the catalog read. What they save is compared byte by byte. A few runs are first repeated on
both sides in turn, to say how much the machine itself varies.
"""

import argparse
import json
import os
import resource
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
import psutil

from workbench.analyses import named, registered
from workbench.batch.executor import Workers
from workbench.batch.folders import run_folder
from workbench.batch.notebooks import prepared
from workbench.batch.plan import Run
from workbench.batch.prepare import cubes, snapshots
from workbench.batch.progress import Count
from workbench.batch.runner import Job, run_one
from workbench.batch.stored import store
from workbench.practice import generate
from workbench.review import Order, ordered, planned

AT_ONCE = 2
FEW = 6


@dataclass(frozen=True)
class Side:
    """One way to run the notebooks: how long it took, and how long the cores were at work for it."""

    seconds: float
    worked: float
    folder: Path


def ours(order: Order, runs: list[Run], folder: Path) -> Side:
    """The product's own batch, workers and their imports included."""
    store(order.catalog, _fresh(folder))
    jobs = [_job(order, run, folder) for run in runs]
    started, before = time.monotonic(), _worked()
    with Workers(AT_ONCE) as workers:
        for job, outcome in workers.each(run_one, jobs, lambda job: None):
            assert outcome, f"{job.name}: its worker died"
            assert not outcome.failure, f"{job.name}: {outcome.failure}"
    return Side(time.monotonic() - started, _worked() - before, folder)


def command(order: Order, runs: list[Run], folder: Path) -> Side:
    """``xargs -P2`` over the papermill command."""
    store(order.catalog, _fresh(folder))
    lines = [_line(order, run, folder) for run in runs]
    started, before = time.monotonic(), _worked()
    done = subprocess.run(
        ["xargs", "-P", str(AT_ONCE), "-I{}", "sh", "-c", "{}"],
        input="\n".join(shlex.quote(line) for line in lines),
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return Side(time.monotonic() - started, _worked() - before, folder)


def _worked() -> float:
    """Processor seconds of all descendants that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _job(order: Order, run: Run, folder: Path) -> Job:
    return Job(
        name=run.name,
        root=order.catalog.root,
        notebook=named(run.analysis).notebook,
        parameters=run.parameters,
        folder=run_folder(folder, run.key),
        failed=folder / "failed",
    )


def _line(order: Order, run: Run, folder: Path) -> str:
    """One papermill command; values go through a file of JSON, which YAML reads with its types kept."""
    place = run_folder(folder, run.key)
    place.mkdir(parents=True)
    notebook, values = place / "prepared.ipynb", place / "parameters.yml"
    nbformat.write(prepared(named(run.analysis).notebook), notebook)
    values.write_text(json.dumps(dict(run.parameters)))
    papermill = Path(sys.executable).with_name("papermill")
    words = [papermill, notebook, place / "notebook.ipynb", "-f", values, "-k", "python3"]
    words += ["--cwd", order.catalog.root, "--no-progress-bar"]
    return f"WORKBENCH_OUTPUT={shlex.quote(str(place))} {shlex.join(map(str, words))}"


def _fresh(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def saved(side: Side) -> dict[str, bytes]:
    """What the notebooks saved: results, findings, figures."""
    patterns = ("results/*", "findings.json", "figures/*")
    paths = [path for pattern in patterns for path in side.folder.glob(f"*/*/*/{pattern}")]
    return {str(path.relative_to(side.folder)): path.read_bytes() for path in sorted(paths)}


def ready(order: Order, runs: list[Run], folder: Path) -> None:
    """Practice data, snapshots and cubes: the same for both sides, and not timed."""
    if not any((order.catalog.root / "private" / "sources").glob("*")):
        generate(order.catalog.root)
    inputs = store(order.catalog, _fresh(folder))
    with Workers(AT_ONCE) as workers:
        failures = snapshots(order.catalog, inputs, runs, registered(), workers, Count())
        failures |= cubes(order.catalog, inputs, order.name, runs, workers, Count()).failures
    assert not failures, failures


def peak_memory(work: Callable[[], Side]) -> tuple[Side, float]:
    """Do the work; the most memory, in MB, that this process and its descendants held at once."""
    ended, seen = threading.Event(), [0.0]

    def watch() -> None:
        while not ended.wait(3):
            seen.append(sum(_held(each) for each in psutil.Process().children(recursive=True)) / 1e6)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        return work(), max(seen)
    finally:
        ended.set()
        watcher.join()


def _held(process: psutil.Process) -> int:
    """Memory of a process, shared pages counted in parts."""
    try:
        return getattr(process.memory_full_info(), "pss", 0)
    except psutil.Error:
        return 0


def main() -> None:
    """Run both sides and print the ratio."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--city", type=Path, default=Path("."))
    asked.add_argument("--review", default="practice-2025-Q4")
    asked.add_argument("--only", action="append", default=[], metavar="DEPARTMENT[/ANALYSIS[/SUBJECT]]")
    asked.add_argument("--runs", type=int, default=0, help="only the first so many runs; 0 means all")
    asked.add_argument("--repeats", type=int, default=3)
    given = asked.parse_args()
    order = ordered(given.city, given.review, given.only)
    runs = [replace(run, parameters={**run.parameters, "city": "."}) for run in planned(order)]
    runs = runs[: given.runs] if given.runs else runs
    with tempfile.TemporaryDirectory(prefix="workbench-benchmark-") as name:
        measure(order, runs, Path(name), given.repeats)


def measure(order: Order, runs: list[Run], folder: Path, repeats: int) -> None:
    """Repeat a few runs in turn, then all on each side; print what was seen."""
    ready(order, runs, folder / "ready")
    few = runs[:: max(1, len(runs) // FEW)][:FEW]
    for turn in range(repeats):
        first = ours(order, few, folder / f"few-ours-{turn}").seconds
        second = command(order, few, folder / f"few-command-{turn}").seconds
        print(
            f"{len(few)} runs, turn {turn + 1}: ours {first:.1f} s, command {second:.1f} s, {second / first:.2f}"
        )
    own, memory = peak_memory(lambda: ours(order, runs, folder / "ours"))
    loop = command(order, runs, folder / "command")
    first, second = saved(own), saved(loop)
    differing = [name for name in sorted({*first, *second}) if first.get(name) != second.get(name)]
    assert not differing, f"the two sides saved different results: {', '.join(differing)}"
    print(f"{len(runs)} runs, {AT_ONCE} at once on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"ours {own.seconds:.1f} s ({own.worked:.1f} s of work), peak memory {memory:.0f} MB")
    print(f"papermill command {loop.seconds:.1f} s ({loop.worked:.1f} s of work)")
    print(f"RATIO batch_vs_papermill {loop.seconds / own.seconds:.2f} >=1.5")


if __name__ == "__main__":
    main()
