"""The log of a review: one JSON object a line with ids, steps, durations and counts, never a value.

It lies under ``private/logs`` and says of a review that was killed that it began and did not end.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.batch.progress import Events, Progress, Several
from workbench.errors import INTERRUPTED, WorkbenchError

FOLDER, SUFFIX = "logs", ".jsonl"
BEGAN, ENDED = "began", "ended"


class Log(Events):
    """Events with the time of day, in a file. A file that cannot be written stops no review.

    Parameters
    ----------
    private : Path
        The city's private folder.
    folder : str
        Name of the folder under ``outputs/`` that the review is written to.
    """

    def __init__(self, private: Path, folder: str):
        at = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        self.path = private / FOLDER / f"{folder}-{at}{SUFFIX}"
        stream = None
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            stream = self.path.open("x", encoding="utf-8")
        super().__init__(stream)
        self.stream = stream

    def write(self, event: str, **facts) -> None:
        """One line."""
        if self.stream is None:
            return
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        with suppress(OSError):
            print(json.dumps({"at": at, "event": event, **facts}), file=self.stream, flush=True)

    def close(self) -> None:
        """End the file."""
        if self.stream is not None:
            with suppress(OSError):
                self.stream.close()


@contextmanager
def logged(private: Path, folder: str, facts: Mapping[str, Any], progress: Progress) -> Iterator[Progress]:
    """Progress that is kept in a log as well, from the first line to how it ended.

    Parameters
    ----------
    private : Path
        The city's private folder.
    folder : str
        Name of the folder under ``outputs/`` that is written.
    facts : dict
        What the first line says: ids and days.
    progress : Progress
        Whoever is told beside.
    """
    log = Log(private, folder)
    log.write(BEGAN, folder=folder, **facts)
    try:
        yield Several(progress, log)
        log.write(ENDED, kind="", exit_code=0)
    except BaseException as error:
        log.write(ENDED, kind=type(error).__name__, exit_code=_exit_code(error))
        raise
    finally:
        log.close()


def lines(path: Path) -> list[dict[str, Any]]:
    """What a log says; a last line that was cut off is left out."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        with suppress(ValueError):
            found.append(json.loads(line))
    return found


def _exit_code(error: BaseException) -> int:
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    return error.exit_code if isinstance(error, WorkbenchError) else 1
