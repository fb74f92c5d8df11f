"""One run: typed parameters in, a whole run folder out, or the reason why not.

The notebook is executed under fixed names inside its staging folder; no parameter is ever
part of a path that papermill sees, because papermill formats paths with parameters.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.batch.outcome import Failure, Outcome, died, judged, not_written, unexpected
from workbench.lean import import_jsonschema

OUTPUT = "WORKBENCH_OUTPUT"
PREPARED, EXECUTED = "prepared.ipynb", "notebook.ipynb"
SENTINEL = Path("results", "facts.json")
FINDINGS = Path("findings.json")


@dataclass(frozen=True)
class Job:
    """All that a worker needs to run one notebook.

    Parameters
    ----------
    name : str
        ``department/analysis/subject``.
    root : Path
        The city's folder; the kernel works there.
    notebook : Path
    parameters : dict
        Typed values by name.
    folder : Path
        The run's folder, made here.
    failed : Path
        Where the notebook of a failed run is kept; private, since a traceback may show data.
    timeout : float
        Seconds that one cell may take.
    """

    name: str
    root: Path
    notebook: Path
    parameters: Mapping[str, Any]
    folder: Path
    failed: Path
    timeout: float = 600.0


def run_one(job: Job) -> Outcome:
    """Run one notebook and judge it; a failed run leaves no folder in the review."""
    started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
    for leftover in (job.failed, job.folder):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        job.folder.mkdir(parents=True)
        failure = _executed(job)
    except OSError as error:
        failure = not_written(error)
    if failure:
        shutil.rmtree(job.folder, ignore_errors=True)
    return Outcome(job.name, time.monotonic() - clock, failure, started)


def _executed(job: Job) -> Failure | None:
    import_jsonschema()
    import nbformat

    from workbench.batch.kernels import Listener
    from workbench.batch.notebooks import cleaned, prepared

    notebook = prepared(job.notebook)
    nbformat.write(notebook, job.folder / PREPARED)
    listener = Listener(notebook)
    failure = _papermill(job, listener)
    code_cells = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in notebook.cells)
    failure = failure or judged(listener.answers, code_cells + bool(job.parameters)) or _without_results(job)
    (job.folder / PREPARED).unlink()
    if failure:
        _set_aside(listener.notebook, job.failed)
    else:
        nbformat.write(cleaned(listener.notebook, job.root.resolve()), job.folder / EXECUTED)
    return failure


def _papermill(job: Job, listener) -> Failure | None:
    """Execute, and name the exception where there is one."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from workbench.kernels.limits import killed_for_memory

    before = killed_for_memory()
    with _working_in(job.folder), _kernel(job) as kernel:
        try:
            _execute(job, kernel, listener)
        except CellTimeoutError:
            return Failure("timed out", f"a cell took longer than {job.timeout:g} seconds", listener.in_hand)
        except DeadKernelError:
            return died(kernel.exit_code, killed_for_memory() > before, listener.in_hand)
        except RuntimeError as error:
            cause = f"the kernel did not start: {error}"
            return Failure("kernel died", cause, listener.in_hand, transient=True)
        except PapermillExecutionError as error:
            said = f"{error.ename}: {error.evalue}"
            return judged(listener.answers, 0) or Failure("error", said, listener.in_hand)
        except OSError as error:
            return not_written(error, listener.in_hand)
        except Exception as error:
            return unexpected(error, listener.in_hand)
    return None


def _execute(job: Job, kernel, listener) -> None:
    from papermill import execute_notebook

    from workbench.batch.kernels import ENGINE

    execute_notebook(
        PREPARED,
        None,  # it would be written three times; the listener keeps it
        parameters=dict(job.parameters),
        engine_name=ENGINE,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        cwd=str(job.root.resolve()),
        execution_timeout=job.timeout,
        kernel=kernel,
        listener=listener,
    )


@contextmanager
def _kernel(job: Job) -> Iterator:
    """A kernel manager with a private folder of its own; nothing of it is left running after."""
    from workbench.batch.kernels import KernelManager

    folder = Path(tempfile.mkdtemp(prefix="k-"))
    kernel = KernelManager(folder, {OUTPUT: str(job.folder)})
    try:
        yield kernel
    finally:
        kernel.kill_group()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    """Papermill is given plain file names, so that braces in a folder's name are not formatted."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _without_results(job: Job) -> Failure | None:
    missing = [str(path) for path in (SENTINEL, FINDINGS) if not (job.folder / path).is_file()]
    if not missing:
        return None
    return Failure("no results", f"the notebook ran but saved no results: {', '.join(missing)} is missing")


def _set_aside(notebook, failed: Path) -> None:
    """Keep what the failed notebook had shown where only the city can read it; nothing where there is no room for it."""
    import nbformat

    try:
        failed.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, failed / EXECUTED)
    except OSError:
        shutil.rmtree(failed, ignore_errors=True)
