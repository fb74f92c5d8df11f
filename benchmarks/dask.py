"""The same runs on two workers of a Dask scheduler on this machine, and on two processes of ours.

    python benchmarks/dask.py [--runs N] [--pairs N] [--city DIR]

The city must have a review `practice-2025-Q4`; it is copied, its snapshots and cubes with it. Both make the same runs anew,
on workers that have done one run before: what is compared is the work, not the start of Dask. Ours do so before and
after Dask's, which is compared with the mean of the two; how far those are apart is the machine's noise. Clock and
processor time are told; the ratio is of the clock, in the middle of the pairs.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

# A script's own folder comes first on the path, where this file would be taken for the library of its name.
sys.path.pop(0)

import psutil  # noqa: E402
from distributed import LocalCluster  # noqa: E402

from workbench.batch.dask import DaskWorkers  # noqa: E402
from workbench.batch.executor import Workers  # noqa: E402
from workbench.batch.runner import Job, run_one  # noqa: E402
from workbench.batch.stored import store  # noqa: E402
from workbench.review import ordered, planned  # noqa: E402
from workbench.review.making import _job  # noqa: E402

ROOT, REVIEW, BAR = Path(__file__).parents[1], "practice-2025-Q4", 1.2


def jobs_of(city: Path, runs: int) -> list[Job]:
    """Runs spread over the whole plan."""
    order = ordered(city, REVIEW)
    staging = city / "outputs" / ".benchmark"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    store(order.catalog, staging)
    plan = planned(order)
    return [_job(order, staging, run) for run in plan[:: max(1, len(plan) // runs)][:runs]]


def worked() -> float:
    """Processor seconds of this process and of all that it has started and still runs."""
    total = 0.0
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def seconds(workers: Workers, jobs: list[Job]) -> tuple[float, float]:
    """Clock and processor time of all the runs; every one must succeed."""
    clock, before = time.perf_counter(), worked()
    failed = [
        job.name for job, ended in workers.each(run_one, jobs, lambda job: None) if not ended or ended.failure
    ]
    assert not failed, failed
    return time.perf_counter() - clock, worked() - before


@contextmanager
def both(folder: Path):
    """Two workers of each kind, ready to work."""
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, local_directory=str(folder)
    )
    with (
        cluster,
        Workers(2) as local,
        DaskWorkers(cluster.scheduler_address, 2, folder / "common") as dask,
    ):
        yield {"local": local, "dask": dask}


def main() -> None:
    """Compare, and print the ratio."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--runs", type=int, default=6)
    asked.add_argument("--pairs", type=int, default=3)
    asked.add_argument("--city", type=Path, default=ROOT)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        city = Path(scratch) / "city"
        for part in ("parameters", "private"):
            shutil.copytree(given.city / part, city / part)
        compare(jobs_of(city, given.runs), given.pairs, Path(scratch))


def compare(jobs: list[Job], pairs: int, scratch: Path) -> None:
    """Time both, in turn."""
    ratios, noise = [], []
    with both(scratch) as kinds:
        for workers in kinds.values():
            seconds(workers, jobs[:2])
        for _ in range(pairs):
            before, dask, after = (told(kind, kinds[kind], jobs) for kind in ("local", "dask", "local"))
            ratios.append(2 * dask / (before + after))
            noise.append(max(before, after) / min(before, after))
    print(f"Pairs: {', '.join(f'{ratio:.2f}' for ratio in ratios)}")
    print(f"Noise: ours against ours {', '.join(f'{ratio:.2f}' for ratio in noise)}")
    print(f"RATIO dask_vs_local {statistics.median(ratios):.2f} <={BAR}")


def told(kind: str, workers: Workers, jobs: list[Job]) -> float:
    """Clock of all the runs; it is printed with their work."""
    clock, work = seconds(workers, jobs)
    print(f"{kind}: {len(jobs)} runs in {clock:.1f} s, {work:.1f} s of work; load {os.getloadavg()[0]:.1f}")
    return clock


if __name__ == "__main__":
    main()
