"""The commands: parsing and printing only. Every verb is a function of another room."""

import gc
import signal
import sys
import tempfile
import traceback
from types import TracebackType

import typer

from workbench.cli import reviews, verbs
from workbench.cli.options import app
from workbench.errors import INSIDE, INTERRUPTED, WorkbenchError

__all__ = ["app", "main", "reviews", "unexpected", "verbs"]


def main() -> None:
    """Run the command; errors are one message on the error stream and an exit code, never a traceback."""
    sys.excepthook = unexpected
    # Most of what a command makes it keeps, modules above all: to look for rubbish among it so often is in vain.
    gc.set_threshold(20_000)
    stop = _Stop()
    # A scheduler that ends a review is obeyed like Ctrl-C: nothing half-written, nothing left running.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        typer.main.get_command(app)(prog_name="workbench")
    except WorkbenchError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    finally:
        # Python remembers an interruption of code that is made from text, as dataclasses are, and would end
        # by the signal instead of exit code 130; the next such code makes it forget.
        exec("")
        if stop.asked:
            sys.exit(INTERRUPTED)


class _Stop:
    """Interrupts, and remembers it: a library that is at work may turn the interruption into an error."""

    asked = False

    def __call__(self, *_) -> None:
        self.asked = True
        raise KeyboardInterrupt


def unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say in one sentence that the workbench itself is at fault, and keep the traceback in a private file."""
    with tempfile.NamedTemporaryFile("w", prefix="workbench-", suffix=".log", delete=False) as log:
        traceback.print_exception(kind, error, trace, file=log)
    print(f"{INSIDE.capitalize()} ({kind.__name__}).", file=sys.stderr)
    print(
        f"The details are in {log.name}; they may show data, so read them before you pass them on.",
        file=sys.stderr,
    )
