"""Warm kernels against plain ones: time to the first executed cell, and memory of their own.

    python benchmarks/warm_kernels.py [--repeats N]

Both are started as the batch starts them, in turn. A plain kernel that runs what every notebook begins with,
the imports, stands beside: that is what a plain kernel takes until it is where a warm one begins. Processor
time is given too, because it does not depend on who else uses the machine.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from workbench.batch.kernels import KernelManager
from workbench.kernels.forks import PLAIN, forks

IMPORTS = (
    "import workbench.charts, workbench.cubes, workbench.disclosure, workbench.explore\n"
    "from workbench.analyses import registered\n"
    "found = registered()\n"
    "import altair, ibis.backends.duckdb, ipywidgets, pandas, pyarrow.dataset, scipy.optimize, vl_convert"
)


@dataclass(frozen=True)
class Start:
    """One kernel: seconds to its first cell, seconds of work for it, memory of its own in MB."""

    seconds: float
    worked: float
    own: float


async def started(cell: str) -> Start:
    """Start a kernel, run one cell, end it."""
    folder = Path(tempfile.mkdtemp(prefix="k-"))
    kernel = KernelManager(folder, {})
    began = time.perf_counter()
    await kernel.start_kernel()
    client = kernel.client()
    client.start_channels()
    await client.wait_for_ready()
    await client.execute_interactive(cell, output_hook=lambda message: None, timeout=60)
    seconds = time.perf_counter() - began
    process = psutil.Process(kernel.provisioner.pid)
    worked, own = sum(process.cpu_times()[:2]), process.memory_full_info().uss / 1e6
    await kernel.shutdown_kernel(now=True)
    client.stop_channels()
    shutil.rmtree(folder, ignore_errors=True)
    return Start(seconds, worked, own)


def kernels(kind: str, cell: str, repeats: int) -> list[Start]:
    """Several, one after another."""
    os.environ[PLAIN] = kind
    return [asyncio.run(started(cell)) for _ in range(repeats)]


def told(name: str, starts: list[Start]) -> Start:
    """Say the medians."""
    middle = Start(*(statistics.median(getattr(each, what) for each in starts) for what in vars(starts[0])))
    print(
        f"{name}: {middle.seconds:.3f} s to the first cell (fastest {min(each.seconds for each in starts):.3f}), "
        f"{middle.worked:.2f} s of work, {middle.own:.0f} MB of its own"
    )
    return middle


def main() -> None:
    """Start both kinds in turn and print the ratios."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--repeats", type=int, default=7)
    repeats = asked.parse_args().repeats
    began = time.perf_counter()
    kernels("warm", "1", 1)
    print(f"the fork server had imported everything after {time.perf_counter() - began:.1f} s")
    warm = told("warm", kernels("warm", "1", repeats))
    imported = told("warm, imports said", kernels("warm", IMPORTS, repeats))
    bare = told("plain, nothing imported", kernels("plain", "1", repeats))
    plain = told("plain, all imported", kernels("plain", IMPORTS, max(2, repeats // 2)))
    forks.stop()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; bare plain kernel {bare.seconds:.2f} s")
    print(f"RATIO warm_kernel_vs_plain {plain.seconds / imported.seconds:.1f} >=5")
    print(f"RATIO warm_kernel_seconds {warm.seconds:.3f} <=0.35")
    print(f"RATIO warm_kernel_own_megabytes {imported.own:.0f} <=60")


if __name__ == "__main__":
    main()
