"""What planning and bookkeeping cost beside the runs themselves, for 48, 480 and 4,800 runs.

``python benchmarks/bookkeeping.py``: a town of 16, 160 and 1,600 departments, each with a service, a process and a
measure, is planned, its runs are recorded without being run (each writes three small files), and it is planned again
when nothing has changed, and when the table of one analysis has. Processor seconds are measured, since others may
use the machine. ``--city DIR --review NAME`` measures the command as well, where nothing has changed: of a copy of that
city, whose review is made first.

The last lines are ratios: of the milliseconds a run to the 5 that are allowed, and of the cost a run of the largest
plan to that of the smallest, which is 1 where cost grows with the number of runs and no faster.
"""

import argparse
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.analyses import Provenance, registered
from workbench.batch import manifest
from workbench.batch.decision import Decision, Last, decided, is_standing
from workbench.batch.folders import ReviewFolder, run_folder
from workbench.batch.inputs import Inputs, environment
from workbench.batch.outcome import Outcome
from workbench.batch.plan import Run
from workbench.catalog.model import Catalog, City, Department, Measure, Process, Review, Service
from workbench.catalog.tables import Source
from workbench.review import Order, planned

DEPARTMENTS = (16, 160, 1_600)
ALLOWED = 5.0  # milliseconds a run
FEWER = 3.0  # seconds in which a review says that nothing has changed
NAME, AS_OF = "q4", date(2026, 1, 15)
SOURCES = {
    "requests": ("request", "opened", "closed"),
    "steps": ("case", "step", "done"),
    "months": ("month", "answered", "calls"),
}
SERVICE = {
    "source": "requests",
    "interval": "opened",
    "outcome": {
        "numerator": [{"column": "closed", "filled": True}],
        "denominator": [{"column": "opened", "filled": True}],
        "words": "closed",
    },
    "groups": {},
    "favourable": True,
}
PROCESS = {
    "source": "steps",
    "case": "case",
    "activity": "step",
    "timestamp": "done",
    "first": ["Received"],
    "last": ["Issued"],
    "noun": "permits",
}
MEASURE = {
    "source": "months",
    "kind": "proportion",
    "direction": "increase",
    "columns": {"interval": "month", "numerator": "answered", "denominator": "calls"},
}


@dataclass
class Costs:
    """Processor milliseconds a run, by step."""

    runs: int
    steps: dict[str, float] = field(default_factory=dict)

    def of(self, step: str, function: Callable):
        """Do a step and keep what it cost."""
        before = time.process_time()
        result = function()
        self.steps[step] = (time.process_time() - before) * 1000 / self.runs
        return result

    @property
    def total(self) -> float:
        """All steps together."""
        return sum(self.steps.values())


def town(root: Path, departments: int) -> Catalog:
    """A town of so many departments, each with a service, a process and a measure; three runs each."""
    (root / "private" / "sources").mkdir(parents=True)
    for name, columns in SOURCES.items():
        path = root / "private" / "sources" / f"{name}.csv"
        path.write_text(",".join(columns) + "\n" + "\n".join(",".join("123") for _ in range(5_000)) + "\n")
    names = [f"department_{number}" for number in range(departments)]
    return Catalog(
        root=root,
        city=City(name="Manifold", time_zone="UTC"),
        departments={name: Department(title=name) for name in names},
        dimensions={},
        sources={name: _source(name, columns) for name, columns in SOURCES.items()},
        services={f"s_{name}": Service(title=name, department=name, **SERVICE) for name in names},
        processes={f"p_{name}": Process(title=name, department=name, **PROCESS) for name in names},
        measures={f"m_{name}": Measure(title=name, department=name, **MEASURE) for name in names},
        reviews={NAME: Review(period="2025-Q4", as_of=AS_OF)},
    )


def _source(name: str, columns: tuple[str, ...]) -> Source:
    return Source(
        title=name,
        location=f"private/sources/{name}.csv",
        columns={column: {"name": column} for column in columns},
    )


def first_time(order: Order, costs: Costs) -> None:
    """Plan, decide, record and switch; the runs themselves only write three files."""
    runs = costs.of("plan", lambda: planned(order))
    inputs, last = Inputs(order.catalog, NAME, registered()), Last(order.folders.final)
    decisions = costs.of("keys and decisions", lambda: decided(runs, inputs, last))
    with order.folders.locked():
        staging = order.folders.begin()
        for each in decisions:
            _write_files(run_folder(staging, each.run.key))
        costs.of("records", lambda: [_record(order, staging, each) for each in decisions])
        costs.of("manifest", lambda: _manifest(inputs, staging, [Outcome(run.name, 1.0) for run in runs]))
        order.folders.switch()


def again(order: Order, costs: Costs) -> None:
    """Plan and decide where nothing has changed."""
    runs = costs.of("plan", lambda: planned(order))
    inputs = Inputs(order.catalog, NAME, registered())
    last = costs.of("records read", lambda: Last(order.folders.final))
    decisions = costs.of("keys and decisions", lambda: decided(runs, inputs, last))
    assert costs.of("whether it stands", lambda: is_standing(decisions, last, inputs.of_pages()))


def a_third_changed(order: Order, costs: Costs) -> None:
    """Plan and decide where one of the three tables has changed, take over the rest, and record."""
    path = order.catalog.root / "private" / "sources" / "months.csv"
    path.write_text(path.read_text() + "4,5,6\n")
    runs = costs.of("plan", lambda: planned(order))
    inputs = Inputs(order.catalog, NAME, registered())
    last = costs.of("records read", lambda: Last(order.folders.final))
    decisions = costs.of("keys and decisions", lambda: decided(runs, inputs, last))
    kept = [each.run for each in decisions if not each.reason]
    assert {run.analysis for run in kept} == {"disparity_review", "process_timing"}
    with order.folders.locked():
        staging = order.folders.begin()
        costs.of("taken over", lambda: [_take_over(order.folders, last, run) for run in kept])
        outcomes = [Outcome(run.name, 1.0, kept=True) for run in kept]
        costs.of("manifest", lambda: _manifest(inputs, staging, outcomes))


def _write_files(folder: Path) -> None:
    (folder / "results").mkdir(parents=True)
    for name in ("results/facts.json", "findings.json", "notebook.ipynb"):
        (folder / name).write_text("[]")


def _record(order: Order, staging: Path, each: Decision) -> None:
    run, folder = each.run, run_folder(staging, each.run.key)
    outcome, root = Outcome(run.name, 1.0, started="2026-01-16T00:00:00+00:00"), order.catalog.root
    analysis = registered()[run.analysis]
    record = manifest.run_record(run, analysis, Provenance(), outcome, root, each.inputs, folder)
    manifest.write(record, folder / manifest.RUN)


def _manifest(inputs: Inputs, staging: Path, outcomes: list[Outcome]) -> None:
    record = manifest.review_record({"inputs": inputs.of_pages()}, outcomes, staging, staging)
    manifest.write(record, staging / manifest.REVIEW)


def _take_over(folders: ReviewFolder, last: Last, run: Run) -> None:
    place = last.place(run)
    folders.take_over(place, last.files(place))


def measured(departments: int) -> dict[str, Costs]:
    """Milliseconds a run of each occasion, by step."""
    environment(), registered()  # hashed and imported once, however many runs there are
    with TemporaryDirectory() as folder:
        order = Order(town(Path(folder) / "town", departments), NAME)
        found = {}
        for occasion in (first_time, again, a_third_changed):
            found[occasion.__name__.replace("_", " ")] = costs = Costs(3 * departments)
            occasion(order, costs)
        return found


def unchanged(city: Path, name: str) -> tuple[float, float]:
    """Processor and clock seconds of the command that finds that nothing has changed, of a copy of a city."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "city"
        shutil.copytree(city, copy, ignore=shutil.ignore_patterns(".venv", ".git"))
        words = [sys.executable, "-m", "workbench", "review", name, "--city", str(copy)]
        subprocess.run(words, check=True, capture_output=True)
        started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(words, check=True, capture_output=True, text=True)
        after, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - started
        assert done.stdout.startswith("Nothing has changed"), done.stdout
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, clock


def main() -> None:
    """Print milliseconds a run by step, and the ratios last."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--city", type=Path)
    asked.add_argument("--review", default="practice-2025-Q4")
    options = asked.parse_args()
    found = {3 * each: measured(each) for each in DEPARTMENTS}
    for runs, occasions in found.items():
        for occasion, costs in occasions.items():
            steps = ", ".join(f"{step} {cost:.2f}" for step, cost in costs.steps.items())
            print(f"{runs:>5,} runs, {occasion:<15} {costs.total:5.2f} ms a run: {steps}")
    worst = {runs: max(costs.total for costs in occasions.values()) for runs, occasions in found.items()}
    if options.city:
        used, clock = unchanged(options.city, options.review)
        print(f"nothing changed: {used:.2f} s worked, {clock:.2f} s by the clock")
        print(f"RATIO unchanged_seconds {used:.2f} <={FEWER:g}")
    for runs, cost in worst.items():
        print(f"RATIO bookkeeping_of_{runs}_ms_a_run {cost:.2f} <={ALLOWED:g}")
    smallest, *_, largest = worst.values()
    print(f"RATIO bookkeeping_growth {largest / smallest:.2f} <=1.5")


if __name__ == "__main__":
    main()
