"""The batch against the ``papermill`` command: same notebooks, parameters and cubes, two at once.

    python benchmarks/batch.py [--city DIR] [--review NAME] [--only ...] [--runs N] [--repeats N] [--no-review]

Both sides run the notebooks without their explore cells, in kernels that find their cubes stored
and the catalog read. What they save is compared byte by byte. A few runs are first repeated on
both sides in turn, to say how much the machine itself varies. What neither can go below is the floor:
the same cells as plain Python in one warm process, divided by the cores (``plain_cells.py``). Last comes the whole
review by the command (``whole_review.py``).
"""

import argparse
import json
import os
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
import whole_review

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


def floor(order: Order, runs: list[Run], folder: Path) -> Side:
    """The same cells as plain Python in one warm process; the seconds are as if the cores shared them evenly."""
    store(order.catalog, _fresh(folder))
    jobs, notebooks = [], _fresh(folder / "notebooks")
    for run in runs:
        notebook = notebooks / f"{run.analysis}.ipynb"
        nbformat.write(prepared(named(run.analysis).notebook), notebook)
        place = run_folder(folder, run.key)
        jobs.append({"notebook": str(notebook), "parameters": dict(run.parameters), "folder": str(place)})
    cells = Path(__file__).resolve().with_name("plain_cells.py")
    done = subprocess.run(
        [sys.executable, cells],
        input=json.dumps(jobs),
        text=True,
        capture_output=True,
        cwd=order.catalog.root,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    seconds, worked = map(sum, zip(*json.loads(done.stdout), strict=True))
    return Side(seconds / AT_ONCE, worked, folder)


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


def main() -> None:
    """Run both sides and print the ratio."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--city", type=Path, default=Path("."))
    asked.add_argument("--review", default="practice-2025-Q4")
    asked.add_argument("--only", action="append", default=[], metavar="DEPARTMENT[/ANALYSIS[/SUBJECT]]")
    asked.add_argument("--runs", type=int, default=0, help="only the first so many runs; 0 means all")
    asked.add_argument("--repeats", type=int, default=3)
    asked.add_argument("--no-review", action="store_true", help="leave out the whole review")
    given = asked.parse_args()
    order = ordered(given.city, given.review, given.only)
    runs = [replace(run, parameters={**run.parameters, "city": "."}) for run in planned(order)]
    runs = runs[: given.runs] if given.runs else runs
    with tempfile.TemporaryDirectory(prefix="workbench-benchmark-") as name:
        measure(order, runs, Path(name), given.repeats)
        if not given.no_review:
            whole_review.measure(given.city, given.review, given.only, Path(name) / "review")


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
    least = floor(order, runs, folder / "floor")
    own = ours(order, runs, folder / "ours")
    loop = command(order, runs, folder / "command")
    must_be_equal(saved(own), saved(loop), saved(least))
    print(f"{len(runs)} runs, {AT_ONCE} at once on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name, side in {"floor": least, "ours": own, "papermill command": loop}.items():
        print(f"{name}: {side.seconds:.1f} s ({side.worked:.1f} s of work)")
    tell(own, loop, least)


def must_be_equal(*sides: dict[str, bytes]) -> None:
    """All sides have saved the same, to the byte."""
    names = sorted({name for side in sides for name in side})
    differing = [name for name in names if len({side.get(name) for side in sides}) > 1]
    assert not differing, f"the sides saved different results: {', '.join(differing)}"


def tell(own: Side, loop: Side, least: Side) -> None:
    """The ratios by the clock, and of processor time, which does not depend on who else uses the machine."""
    overhead = (loop.seconds - least.seconds) / max(own.seconds - least.seconds, 0.01)
    of_work = (loop.worked - least.worked) / max(own.worked - least.worked, 0.01)
    print(
        f"of processor time: overhead {of_work:.2f} times smaller, {own.worked / least.worked:.2f} of the floor"
    )
    print(f"RATIO overhead_vs_loop {overhead:.2f} >=10")
    print(f"RATIO time_vs_floor {own.seconds / least.seconds:.2f} <=1.5")
    print(f"RATIO batch_vs_papermill {loop.seconds / own.seconds:.2f} >=5")


if __name__ == "__main__":
    main()
