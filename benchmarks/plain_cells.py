"""The floor of a batch: the cells of its notebooks as plain Python in one warm process, one after the other.

``python benchmarks/plain_cells.py`` reads a list of ``notebook``, ``parameters`` and ``folder`` as JSON from its input and
prints the seconds, by the clock and of processor time, that each took. Each notebook is run once before, not timed and with
its first parameters, so that what is imported and compiled once is not counted.
"""

import json
import os
import shutil
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path

import nbformat
from IPython.core.interactiveshell import InteractiveShell

OUTPUT = "WORKBENCH_OUTPUT"


def run(shell: InteractiveShell, job: dict) -> tuple[float, float]:
    """Run the cells of one notebook; seconds by the clock, and processor seconds."""
    os.environ[OUTPUT] = job["folder"]
    shutil.rmtree(job["folder"], ignore_errors=True)
    Path(job["folder"]).mkdir(parents=True)
    cells = nbformat.read(job["notebook"], as_version=4).cells
    clock, worked = time.monotonic(), time.process_time()
    shell.reset(new_session=False)
    for cell in cells:
        if cell.cell_type != "code":
            continue
        shell.run_cell(cell.source).raise_error()
        if "parameters" in cell.metadata.get("tags", []):
            shell.user_ns.update(job["parameters"])
    return time.monotonic() - clock, time.process_time() - worked


def main() -> None:
    """Warm up, then run all; nothing but the figures reaches the output."""
    jobs = json.load(sys.stdin)
    shell = InteractiveShell.instance()
    with open(os.devnull, "w") as nothing, redirect_stdout(nothing):
        for first in {job["notebook"]: job for job in reversed(jobs)}.values():
            run(shell, first)
        seconds = [run(shell, job) for job in jobs]
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
