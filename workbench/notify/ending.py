"""How a review ends, watched from its beginning, and told whichever way that is."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from workbench.batch.log import FOLDER
from workbench.batch.outcome import Failure
from workbench.batch.progress import Count
from workbench.errors import WorkbenchError
from workbench.notify.addresses import Addresses
from workbench.notify.message import Message, exit_code_of, failed, made
from workbench.notify.sending import Sent, send
from workbench.review import Made, Order

LOG = "notifications.log"  # beside the logs of reviews, under the city's private folder


class Say(Protocol):
    """Tells the person who started the review what became of one message."""

    def __call__(self, sent: Sent) -> None: ...


class Ending(Count):
    """Keeps what a message needs of a review, as the progress of it and of its order and result.

    Parameters
    ----------
    city : Path
        The city's folder.
    name : str
        Of the review.
    """

    def __init__(self, city: Path, name: str):
        super().__init__()
        self.city, self.review = city, name
        self.order: Order | None = None
        self.result: Made | None = None
        self.failures: dict[str, str] = {}

    def finished(self, item: str, failure: Failure | None = None) -> None:
        """Keep the kind of a failure."""
        super().finished(item, failure)
        if failure:
            self.failures[item] = failure.kind

    def message(self, error: BaseException | None, site: str) -> Message | None:
        """What is told of it; None where nothing has changed, and so nothing is new."""
        if self.result is None:
            return failed(self.title, self.review, error, self.failures) if error else None
        if self.result.unchanged:
            return None
        left_out = len(self.order.catalog.left_out) if self.order else 0
        code = exit_code_of(error) if error else 0
        return made(self.title, self.review, self.result, left_out, code, site)

    @property
    def title(self) -> str:
        """The city's name; its folder's where what it declares cannot be read."""
        return self.order.catalog.city.name if self.order else self.city.resolve().name


@contextmanager
def telling(city: Path, name: str, to: Addresses | None, say: Say) -> Iterator[Ending]:
    """Tell people how what is done inside ends. It ends so whatever becomes of the messages.

    Parameters
    ----------
    city : Path
    name : str
    to : Addresses or None
        Nobody when None.
    say : callable
        Told of every message that was sent or could not be.
    """
    ending = Ending(city, name)
    try:
        yield ending
    except BaseException as error:
        _tell(ending, error, to, say)
        raise
    _tell(ending, None, to, say)


def _tell(ending: Ending, error: BaseException | None, to: Addresses | None, say: Say) -> None:
    message = ending.message(error, to.site) if to else None
    if to is None or message is None:
        return
    wanted = [each for each in to.all if set(each.when) & set(message.to)]
    with suppress(WorkbenchError):
        for each in send(message, wanted):
            _log(ending, each)
            say(each)


def _log(ending: Ending, sent: Sent) -> None:
    """One line, without the address. A log that cannot be written stops no message."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = {"at": at, "review": ending.review, "address": sent.name, "arrived": sent.arrived}
    path = ending.city / "private" / FOLDER / LOG
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as stream:
            print(json.dumps(line), file=stream)
