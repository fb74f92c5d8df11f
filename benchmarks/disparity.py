"""The disparity review: its cube against SQL written by hand, and how long it takes after the cube.

    python benchmarks/disparity.py [--rows N] [--repeats N] [--city DIR --review NAME] ...

Ten million rows by quarter, 90 places, 8 groups and 20 kinds, read from Parquet, are counted by the product
(every margin included, as a frame) and by two SQL queries (the finest grain only, as a frame); the faster query
is the yardstick. Both sides take turns in one process. Then the review of the service, of the largest service
of the practice city and of the cities given: analyse, release, findings; and its charts, told apart.
"""

import argparse
import multiprocessing
import os
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import ibis
import pandas as pd
from service_rows import AS_OF, PERIOD, SQL, city, in_order, with_names, write_rows

from workbench import practice
from workbench.analyses import Cube
from workbench.catalog import load
from workbench.charts import disparity_review as drawings
from workbench.cubes import cube as stored_cube
from workbench.disclosure import Policy, release
from workbench.disparity_review import analyse, analysis, cube, findings
from workbench.disparity_review.cube.counting import counts
from workbench.findings import Context
from workbench.review import ordered, planned

ROWS, REPEATS = 10_000_000, 3
MEMORY = 2**20  # kilobytes in a gigabyte
PARAMETERS = Path(__file__).parents[1] / "parameters"


@dataclass
class Taken:
    """Seconds of each repeat, by what was done: by the clock, and of work of this process."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    worked: dict[str, list[float]] = field(default_factory=dict)

    def timed(self, name: str, work: Callable):
        """What some work gives; its time is noted."""
        started, before = time.perf_counter(), time.process_time()
        found = work()
        self.seconds.setdefault(name, []).append(time.perf_counter() - started)
        self.worked.setdefault(name, []).append(time.process_time() - before)
        return found

    def median(self, name: str) -> float:
        """The time in the middle."""
        return statistics.median(self.seconds[name])

    def told(self) -> str:
        """Each median, with the least and the most beside it, and how much of it was work."""
        return "; ".join(
            f"{name} {statistics.median(each):.2f} s ({min(each):.2f} to {max(each):.2f}; work {statistics.median(self.worked[name]):.2f})"
            for name, each in self.seconds.items()
        )


def counted(path: Path, repeats: int) -> Cube:
    """The cube of the benchmark city, made again and again beside the SQL; the two must count alike."""
    catalog, taken = city(), Taken()
    connection = ibis.duckdb.connect(threads=min(4, os.cpu_count() or 1))
    table = connection.read_parquet(path, table_name="requests")
    connection.con.execute("SET enable_progress_bar = false")
    with_names(connection.con)
    for _ in range(repeats):
        made = taken.timed("cube", partial(cube, catalog, "works", "requests", {"requests": table}, AS_OF))
        by_hand = {name: taken.timed(name, connection.con.sql(sql).df) for name, sql in SQL.items()}
    finest = in_order(counts(table, catalog, catalog.services["requests"], AS_OF).to_pandas())
    for found in by_hand.values():
        pd.testing.assert_frame_equal(in_order(found), finest)
    connection.disconnect()
    print(f"{len(finest):,} counts at the finest grain, {len(made.frames['cells']):,} cells: {taken.told()}")
    print(f"RATIO cube_vs_sql {taken.median('cube') / min(map(taken.median, SQL)):.2f} <=1.3")
    return made


def reviewed(name: str, made: Cube, period: str, minimum_count: int, repeats: int) -> float:
    """Median seconds of a whole review after its cube; what it takes is printed."""
    taken, policy = Taken(), Policy(minimum_count)
    for _ in range(repeats):
        results = taken.timed("analyse", partial(analyse, made, period=period))
        released = taken.timed("release", partial(release, results, policy))
        said = taken.timed("findings", partial(findings, released, _context(made)))
        taken.timed("charts", partial(_drawn, released))
    print(f"{name}: {len(results.counts)} counts, {len(said)} findings; {taken.told()}")
    return sum(map(taken.median, ("analyse", "release", "findings")))


def _drawn(released) -> None:
    """All charts, to the picture that a page holds."""
    for drawing in filter(callable, (getattr(drawings, name) for name in drawings.__all__)):
        assert drawing(released) is not None


def _context(made: Cube) -> Context:
    subject = made.definition["subject"]
    return Context(
        "disparity_review", made.definition["department"], subject, made.definition["service"]["title"]
    )


def largest_of_practice(folder: Path) -> tuple[Path, str]:
    """A practice city, made in a folder, and its last review."""
    shutil.copytree(PARAMETERS, folder / "parameters")
    practice.generate(folder)
    catalog = load(folder)
    return folder, max(catalog.reviews, key=lambda name: catalog.reviews[name].as_of)


def services_of(root: Path, review: str, *, largest: bool = False) -> list[tuple[str, Cube, str, int]]:
    """Name, cube, period and minimum count of the services that a review looks at."""
    order = ordered(root, review)
    runs = [run for run in planned(order) if run.analysis == analysis.handle]
    found = [
        (
            run.name,
            stored_cube(order.catalog, analysis, run.department, run.subject, order.review.as_of),
            run.parameters["period"],
            order.catalog.city.minimum_count,
        )
        for run in runs
    ]
    return [max(found, key=lambda one: len(one[1].frames["cells"]))] if largest else found


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "requests.parquet"
        writer = multiprocessing.get_context("spawn").Process(target=write_rows, args=(path, asked.rows))
        writer.start()
        writer.join()
        assert writer.exitcode == 0, "the rows could not be written"
        made = counted(path, asked.repeats)
        seconds = [reviewed("benchmark city", made, PERIOD, 11, asked.repeats)]
        gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEMORY
        town, review = largest_of_practice(Path(folder) / "practice")
        subjects = services_of(town, review, largest=True)
        for root, name in zip(asked.city, asked.review, strict=True):
            subjects += services_of(root, name)
        seconds += [reviewed(*subject, asked.repeats) for subject in subjects]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"RATIO review_seconds {max(seconds):.2f} <=2")
    print(f"RATIO peak_memory_gb {gigabytes:.2f} <=1.5")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--city", type=Path, action="append", default=[], help="a further city to review")
    parser.add_argument("--review", action="append", default=[], help="its review")
    return parser.parse_args()


if __name__ == "__main__":
    main()
