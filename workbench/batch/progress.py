"""What a review is doing, as it does it: a bar in a terminal, lines in a log, events for a scheduler.

Only names, counts and durations are shown, never a value of the city's data.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import IO, Any, Protocol

from workbench.batch.outcome import Failure


class Progress(Protocol):
    """What the steps of a review tell."""

    def phase(self, name: str, total: int) -> None:
        """A step of so many items begins."""

    def started(self, item: str) -> None:
        """An item is taken in hand."""

    def finished(self, item: str, failure: Failure | None = None) -> None:
        """An item is done, or has failed."""

    def tell(self, event: str, **facts) -> None:
        """Something that is no item of a step: what is decided, on which data."""

    def close(self) -> None:
        """The review has ended."""


def retrying(
    progress: Progress, name: Callable[[Any], str], failure: Callable[[Any], Failure | None]
) -> Callable[[Any, Any], bool]:
    """Whether an item is done again, for workers to ask: where what failed it may pass, and this is told.

    Parameters
    ----------
    progress : Progress
    name : callable
        Of an item.
    failure : callable
        That a result shows, None being that of a killed worker.
    """

    def again(item: Any, result: Any) -> bool:
        failed = failure(result)
        if failed is None or not failed.transient:
            return False
        progress.tell("again", item=name(item), kind=failed.kind, cell=failed.cell)
        return True

    return again


class Several:
    """Tells several of the same, in order."""

    def __init__(self, *told: Progress):
        self.told = told

    def phase(self, name: str, total: int) -> None:
        """A step of so many items begins."""
        for each in self.told:
            each.phase(name, total)

    def started(self, item: str) -> None:
        """An item is taken in hand."""
        for each in self.told:
            each.started(item)

    def finished(self, item: str, failure: Failure | None = None) -> None:
        """An item is done, or has failed."""
        for each in self.told:
            each.finished(item, failure)

    def tell(self, event: str, **facts) -> None:
        """Something that is no item of a step."""
        for each in self.told:
            each.tell(event, **facts)

    def close(self) -> None:
        """The review has ended."""
        for each in self.told:
            each.close()


class Count:
    """Keeps count of the items of the phase; the base of the others, and silent by itself."""

    def __init__(self):
        self.phase("", 0)

    def phase(self, name: str, total: int) -> None:
        """Begin to count anew."""
        self.name, self.total, self.done, self.failed = name, total, 0, 0
        self.in_hand: dict[str, float] = {}
        self.took = 0.0
        self.began = time.monotonic()

    def started(self, item: str) -> None:
        """Take in hand."""
        self.in_hand[item] = time.monotonic()

    def finished(self, item: str, failure: Failure | None = None) -> None:
        """Count as done or failed."""
        now = time.monotonic()
        self.took = now - self.in_hand.pop(item, self.began)
        self.done += 1
        self.failed += failure is not None

    def tell(self, event: str, **facts) -> None:
        """Nothing to count."""

    def close(self) -> None:
        """Nothing to end."""


class Lines(Count):
    """One plain line for each finished item."""

    def __init__(self, stream: IO[str] | None = None):
        super().__init__()
        self.stream = stream or sys.stderr

    def finished(self, item: str, failure: Failure | None = None) -> None:
        """Say how it ended and what is left."""
        super().finished(item, failure)
        said = f"FAILED {failure}" if failure else "done"
        print(
            f"{self.name} {self.done}/{self.total} {item}: {said}{self._left()}", file=self.stream, flush=True
        )

    def tell(self, event: str, **facts) -> None:
        """Say what is done again, and nothing else."""
        if event == "again":
            print(f"{self.name} {_again(**facts)}", file=self.stream, flush=True)

    def _left(self) -> str:
        left = (time.monotonic() - self.began) / self.done * (self.total - self.done)
        return f" (about {left:.0f} s left)" if self.done < self.total and left >= 1 else ""


class Events(Count):
    """One JSON object a line, for whoever started the review."""

    def __init__(self, stream: IO[str] | None = None):
        super().__init__()
        self.stream = stream or sys.stdout

    def phase(self, name: str, total: int) -> None:
        """Write the event ``phase``."""
        super().phase(name, total)
        if name:
            self.write("phase", phase=name, total=total)

    def started(self, item: str) -> None:
        """Write the event ``started``."""
        super().started(item)
        self.write("started", phase=self.name, item=item)

    def finished(self, item: str, failure: Failure | None = None) -> None:
        """Write the event ``done`` or ``failed``."""
        super().finished(item, failure)
        ended = {"kind": failure.kind, "cell": failure.cell} if failure else {}
        counts = {"count": self.done, "failures": self.failed, "total": self.total}
        counts["seconds"] = round(self.took, 3)
        self.write("failed" if failure else "done", phase=self.name, item=item, **counts, **ended)

    def tell(self, event: str, **facts) -> None:
        """Write the event."""
        self.write(event, **facts)

    def write(self, event: str, **facts) -> None:
        """One event."""
        print(json.dumps({"event": event, **facts}), file=self.stream, flush=True)


class Bar(Count):
    """A bar with the items in hand, done, failed and the time left."""

    def __init__(self):
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failed]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[in_hand]}", markup=False),
        )
        self.bar = RichProgress(*columns, console=Console(stderr=True), transient=True)
        self.task = None
        super().__init__()
        self.bar.start()

    def phase(self, name: str, total: int) -> None:
        """Draw a fresh bar."""
        super().phase(name, total)
        if self.task is not None:
            self.bar.remove_task(self.task)
        self.task = self.bar.add_task(name, total=total, failed="", in_hand="") if name else None

    def started(self, item: str) -> None:
        """Show it as in hand."""
        super().started(item)
        self._draw()

    def finished(self, item: str, failure: Failure | None = None) -> None:
        """Move the bar; a failure is printed above it."""
        super().finished(item, failure)
        if failure:
            self.bar.console.print(f"FAILED {item}: {failure}", markup=False, highlight=False)
        self._draw()

    def tell(self, event: str, **facts) -> None:
        """Print above the bar what is done again, and nothing else."""
        if event == "again":
            self.bar.console.print(_again(**facts), markup=False, highlight=False)

    def close(self) -> None:
        """Take the bar away."""
        self.bar.stop()

    def _draw(self) -> None:
        failed = f"{self.failed} failed" if self.failed else ""
        self.bar.update(self.task, completed=self.done, failed=failed, in_hand=", ".join(self.in_hand))


def _again(item: str, kind: str, cell: str) -> str:
    where = f" in cell {cell}" if cell else ""
    return f"{item}: {kind}{where}; it is made once more after the others"


def chosen(as_json: bool) -> Count:
    """Events when asked for, a bar in a terminal, plain lines elsewhere."""
    if as_json:
        return Events()
    return Bar() if sys.stderr.isatty() else Lines()
