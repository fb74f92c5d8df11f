"""A message on its way, through apprise: nothing that it or a server says is passed on, since it may quote an address."""

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from workbench.errors import UsageError
from workbench.notify.addresses import Address
from workbench.notify.message import Message

NAME, SECONDS = "City Performance Workbench", 30.0
TALKATIVE = ("apprise", "urllib3", "requests")


@dataclass(frozen=True)
class Sent:
    """What became of a message to one address.

    Parameters
    ----------
    name : str
        Of the address.
    arrived : bool
        Whether the mail server or service took it.
    """

    name: str
    arrived: bool


def is_usable(url: str) -> bool:
    """Whether apprise knows what to do with an address; nothing is sent.

    Raises
    ------
    UsageError
        When apprise is not installed.
    """
    with _quiet():
        return _apprise().Apprise.instantiate(url, asset=_asset(), suppress_exceptions=True) is not None


def send(message: Message, to: Iterable[Address]) -> list[Sent]:
    """Send a message to each address; one that cannot be reached is told and stops none of the others."""
    with _quiet():
        return [Sent(each.name, _sent(message, each)) for each in to]


def _sent(message: Message, to: Address) -> bool:
    apprise = _apprise()
    try:
        courier = apprise.Apprise(asset=_asset())
        kind = apprise.NotifyType(message.kind)
        plain = apprise.NotifyFormat.TEXT
        return courier.add(to.url) and bool(
            courier.notify(message.body, title=message.subject, notify_type=kind, body_format=plain)
        )
    except Exception:  # each service has errors of its own, and none may end a review
        return False


def _apprise():
    try:
        import apprise
    except ImportError:
        raise UsageError(
            "to tell people needs apprise; install city-performance-workbench with its extra `notify`."
        ) from None
    return apprise


def _asset():
    """Our name instead of apprise's; no picture that a reader's program would fetch; nothing kept on disk."""
    nothing = {"app_url": "", "image_url_mask": "", "image_url_logo": ""}
    return _apprise().AppriseAsset(
        app_id=NAME, app_desc=NAME, async_mode=False, service_timeout=SECONDS, **nothing
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Whatever these libraries would log or warn of names addresses."""
    loggers = [logging.getLogger(name) for name in TALKATIVE]
    before = [each.disabled for each in loggers]
    for each in loggers:
        each.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for each, was in zip(loggers, before, strict=True):
            each.disabled = was
