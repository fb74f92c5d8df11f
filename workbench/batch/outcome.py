"""How one run ended, told from what the kernel answered and from nothing else."""

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.errors import INSIDE, NO_ROOM, WorkbenchError, refusal
from workbench.kernels.limits import MEMORY, SECONDS, Limits

if TYPE_CHECKING:
    from workbench.batch.kernels import Answer


@dataclass(frozen=True)
class Failure:
    """Why a run did not succeed.

    Parameters
    ----------
    kind : str
        ``source``, ``parameters``, ``kernel died``, ``timed out``, ``out of memory``, ``disk full``,
        ``stopped early``, ``error``, ``no results`` or ``worker died``.
    cause : str
        One sentence for the person who started the run. It may quote a value: not to be published.
    cell : str
        Id and first line of the cell; empty when no cell had started.
    transient : bool
        Whether it came from outside, so that the same run may well succeed when it is made again.
    """

    kind: str
    cause: str
    cell: str = ""
    transient: bool = False

    def __str__(self) -> str:
        return f"{self.cause} (in cell {self.cell})" if self.cell else self.cause


WORKER_DIED = Failure(
    "worker died", "the process that worked on it was killed, perhaps for want of memory", transient=True
)


@dataclass(frozen=True)
class Outcome:
    """How one run ended.

    Parameters
    ----------
    name : str
        ``department/analysis/subject``.
    seconds : float
    failure : Failure or None
        None when it succeeded.
    started : str
        When, in UTC.
    kept : bool
        Whether it stands as an earlier review made it, because nothing that it depends on has changed.
    """

    name: str
    seconds: float
    failure: Failure | None = None
    started: str = ""
    kept: bool = False

    @property
    def word(self) -> str:
        """``done``, ``failed`` or ``kept``: what records, pages and schedulers call it."""
        return "failed" if self.failure else "kept" if self.kept else "done"


def judged(answers: Sequence["Answer"], code_cells: int) -> Failure | None:
    """The failure that a kernel's answers show, or None when every code cell ran, in order, and stayed.

    Parameters
    ----------
    answers : sequence of Answer
        In the order that they came.
    code_cells : int
        How many cells had to be answered.
    """
    last = 0
    for answer in answers:
        if answer.error in ("SystemExit", "KeyboardInterrupt") or answer.leaving:
            return Failure("stopped early", "the notebook stopped itself before its end", answer.cell)
        if answer.status != "ok":
            return _failed_cell(answer)
        if answer.count is None or answer.count <= last:
            return Failure("error", "cells did not run in their order", answer.cell)
        last = answer.count
    if len(answers) < code_cells:
        cell = answers[-1].cell if answers else ""
        return Failure("stopped early", f"only {len(answers)} of {code_cells} code cells ran", cell)
    return None


def not_written(error: OSError, cell: str = "") -> Failure:
    """The failure of a file that the system would not take."""
    if refusal(error) == NO_ROOM:
        return Failure("disk full", NO_ROOM, cell)
    return Failure("error", f"a file could not be read or written: {error}", cell)


def refused(error: WorkbenchError) -> Failure:
    """The failure of a source or cube that could not be made, in the error's own words."""
    return Failure("disk full" if NO_ROOM in str(error) else "source", str(error))


def unexpected(error: Exception, cell: str = "") -> Failure:
    """The failure of what nobody has foreseen: it costs one run, whatever it is. It may quote all that it could not take."""
    said = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    return Failure("error", f"{INSIDE}: {said}", cell)


def failure_of(error: Exception) -> Failure:
    """The failure that an error is to the run that met it, whatever it is: the others go on."""
    if isinstance(error, WorkbenchError):
        return refused(error)
    return not_written(error) if isinstance(error, OSError) else unexpected(error)


def out_of_memory(cell: str) -> Failure:
    """The failure of a kernel that was refused memory."""
    limit = f"{Limits.usual().memory:,} MB, which {MEMORY} sets"
    return Failure("out of memory", f"the notebook needed more memory than a kernel may have ({limit})", cell)


def died(exit_code: int | None, ended_for_memory: bool, cell: str) -> Failure:
    """The failure of a kernel that is no more.

    Parameters
    ----------
    exit_code : int or None
        Negative: the signal that ended it.
    ended_for_memory : bool
        Whether the system has ended a process because memory ran out, while the notebook ran.
    cell : str
    """
    if exit_code == -signal.SIGKILL and ended_for_memory:
        return Failure(
            "out of memory", "the machine ran out of memory and ended the kernel", cell, transient=True
        )
    if hasattr(signal, "SIGXCPU") and exit_code == -signal.SIGXCPU:
        limit = f"{Limits.usual().seconds:,} seconds, which {SECONDS} sets"
        return Failure(
            "timed out", f"the notebook used more processor time than a kernel may ({limit})", cell
        )
    if exit_code is None or exit_code >= 0:
        how = "ended itself"
    else:
        how = f"was ended by {signal.Signals(-exit_code).name}"
    cause = f"the kernel died: it {how}, perhaps for want of memory"
    return Failure("kernel died", cause, cell, transient=exit_code == -signal.SIGKILL)


def _failed_cell(answer: "Answer") -> Failure:
    said = f"{answer.error}: {answer.message}".strip(": ") or "the cell failed without saying why"
    if answer.error in _MEMORY:
        return out_of_memory(answer.cell)
    if refusal(OSError(answer.message)) == NO_ROOM or NO_ROOM in answer.message:
        return Failure("disk full", NO_ROOM, answer.cell)
    if answer.error.endswith("Error") and answer.error in _OURS:
        said = answer.message
    return Failure("error", said, answer.cell)


# As Python, numpy, Arrow and DuckDB call it when they are refused memory.
_MEMORY = {"MemoryError", "_ArrayMemoryError", "ArrowMemoryError", "OutOfMemoryException"}
# Errors whose message is already written for the person who can mend them.
_OURS = {"UsageError", "ParameterError", "CatalogError", "SourceError", "DisclosureError", "WorkbenchError"}
