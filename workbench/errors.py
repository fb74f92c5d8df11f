"""What can go wrong, and which exit code each kind gives.

::

    WorkbenchError            1   something went wrong
      UsageError              2   the command was not understood: unknown name, wrong value
        ParameterError        2   a parameter of an analysis is unknown or has the wrong type
      CatalogError           10   the files under parameters/ have faults
      SourceError            11   a source is missing, has changed its shape, or has too many rejects
      DisclosureError        12   a result cannot be released safely
      MessageError            1   a message, or one of its arguments, is missing
      RunError               13   one or more notebooks of a review failed
      PublishError           14   pages or a log could not be written
      BusyError              15   another review of the same name is running
      LeftOutError           16   a review was published, without measures or actions that have a fault
      SchedulerError         18   the scheduler of a review cannot be reached, or its workers do not fit
      interrupted           130   stopped by Ctrl-C

All are shown to the person who can fix them, without a traceback. Faults of one
file are collected and reported together. Where runs failed and something was left out, both are
told, and the code is that of the failed runs.
"""

import errno
import os
from dataclasses import dataclass

INSIDE = (
    "something went wrong inside the workbench"  # what nobody has foreseen, and no one who runs it can mend
)
INTERRUPTED = 130
NO_ROOM = "there is no room to write"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with one file: where, what was got, what to write instead.

    Parameters
    ----------
    file : str
        Path as the user knows it, relative to the city's folder.
    line, column : int
        Counted from 1; 0 where the fault is of the whole file.
    what : str
        One sentence: what is wrong and what was got, with the value quoted.
    instead : str
        What to write instead; may be empty.
    """

    file: str
    line: int
    column: int
    what: str
    instead: str = ""

    def __str__(self) -> str:
        where = self.file
        if self.line:
            where += f":{self.line}"
        if self.column:
            where += f":{self.column}"
        return f"{where}: {self.what}" + (f" {self.instead}" if self.instead else "")


class WorkbenchError(Exception):
    """Base of every error that a user of the workbench can cause or mend."""

    exit_code = 1

    def __init__(self, message: str = "", faults: tuple[Fault, ...] = ()):
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join([*([message] if message else []), *map(str, self.faults)]))


class UsageError(WorkbenchError):
    """The command or the link names something that does not exist."""

    exit_code = 2


class ParameterError(UsageError):
    """A parameter is unknown, has the wrong type, or a value that is not allowed."""


class CatalogError(WorkbenchError):
    """Files under ``parameters/`` have faults; all of them are in ``faults``."""

    exit_code = 10


class SourceError(WorkbenchError):
    """A source is missing, changed its shape, or has more rejects than its share allows."""

    exit_code = 11


class DisclosureError(WorkbenchError):
    """A result cannot be released without giving away a small count."""

    exit_code = 12


class MessageError(WorkbenchError):
    """A message file lacks a key, or a finding lacks an argument that its message names."""


class RunError(WorkbenchError):
    """At least one notebook of a review did not finish."""

    exit_code = 13


class PublishError(WorkbenchError):
    """Pages, or a log for other tools, could not be written."""

    exit_code = 14


class LeftOutError(WorkbenchError):
    """A review was made and published without measures or actions that have a fault of their own."""

    exit_code = 16


class DiffersError(WorkbenchError):
    """Files of a review were changed since it was made, or the same inputs do not give them again."""

    exit_code = 17


class SchedulerError(WorkbenchError):
    """The scheduler that a review was to be run on cannot be reached, was lost, or has workers that do not fit."""

    exit_code = 18


class BusyError(WorkbenchError):
    """Another process is working on the same review."""

    exit_code = 15


def refusal(error: Exception) -> str:
    """Why the system did not take a file; a full disk is said in the same words whichever library met it.

    Parameters
    ----------
    error : Exception
        An OSError, or the error of a library that quotes what the system said.
    """
    said = getattr(error, "strerror", None) or str(error)
    if getattr(error, "errno", None) in _FULL or any(os.strerror(code) in said for code in _FULL):
        return NO_ROOM
    return said.splitlines()[0] if said else type(error).__name__
