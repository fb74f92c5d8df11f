"""How one run ended, told from what the kernel answered and from nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.errors import NO_ROOM, WorkbenchError, refusal

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
    """

    kind: str
    cause: str
    cell: str = ""

    def __str__(self) -> str:
        return f"{self.cause} (in cell {self.cell})" if self.cell else self.cause


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
    """

    name: str
    seconds: float
    failure: Failure | None = None
    started: str = ""


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


def _failed_cell(answer: "Answer") -> Failure:
    said = f"{answer.error}: {answer.message}".strip(": ") or "the cell failed without saying why"
    if answer.error == "MemoryError":
        return Failure("out of memory", "the notebook needed more memory than there is", answer.cell)
    if refusal(OSError(answer.message)) == NO_ROOM or NO_ROOM in answer.message:
        return Failure("disk full", NO_ROOM, answer.cell)
    if answer.error.endswith("Error") and answer.error in _OURS:
        said = answer.message
    return Failure("error", said, answer.cell)


# Errors whose message is already written for the person who can mend them.
_OURS = {"UsageError", "ParameterError", "CatalogError", "SourceError", "DisclosureError", "WorkbenchError"}
