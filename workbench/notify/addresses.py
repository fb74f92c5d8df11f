"""Who is told, and when: ``private/notify.yml`` or the environment. Addresses hold passwords, so none is ever shown."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.catalog.nodes import Document, Key, read_document
from workbench.catalog.words import did_you_mean
from workbench.errors import CatalogError, Fault, UsageError

FILE, ENVIRONMENT, SITE = "private/notify.yml", "WORKBENCH_NOTIFY", "WORKBENCH_SITE"
SUCCESS, FAILURE = WHEN = ("success", "failure")
KEYS, ADDRESS_KEYS = ("format", "site", "addresses"), ("url", "when")
_VARIABLE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class Address:
    """One address.

    Parameters
    ----------
    name : str
        What it is called in messages to the person who started the review.
    url : str
        As apprise knows it. It may hold a password: shown nowhere, not even by ``repr``.
    when : tuple of str
        Of ``success`` and ``failure``.
    """

    name: str
    url: str = field(repr=False)
    when: tuple[str, ...] = WHEN


@dataclass(frozen=True)
class Addresses:
    """All that is declared.

    Parameters
    ----------
    all : tuple of Address
    site : str
        Where ``outputs/`` is published; empty where only its path is known.
    """

    all: tuple[Address, ...]
    site: str = ""


def addresses(city: Path | str) -> Addresses:
    """Read who is told, and check that each address can be used; nothing is sent.

    Parameters
    ----------
    city : path
        The folder that holds ``private/notify.yml``; ``WORKBENCH_NOTIFY`` comes before it.

    Raises
    ------
    UsageError
        When nobody is named, or apprise is not installed.
    CatalogError
        With every fault, none of which quotes an address.
    """
    site = os.environ.get(SITE, "")
    if os.environ.get(ENVIRONMENT, "").strip():
        found = Addresses(tuple(_of_environment(os.environ[ENVIRONMENT])), site)
        faults = [*_unusable((each, (ENVIRONMENT, 0, 0)) for each in found.all), *_site(site, (SITE, 0, 0))]
    else:
        found, faults = _of_file(Path(city), site)
    if faults:
        raise CatalogError("Nobody could be told of the review:", tuple(faults))
    if not found.all:
        raise UsageError(f"there is nobody to tell: write {FILE}, or set {ENVIRONMENT} to addresses.")
    return found


def _of_environment(text: str) -> Iterator[Address]:
    """Addresses between spaces or lines, each perhaps behind ``success=`` or ``failure=``."""
    for number, word in enumerate(text.split(), 1):
        when, equals, url = word.partition("=")
        tagged = bool(equals) and when in WHEN
        yield Address(f"address {number}", url if tagged else word, (when,) if tagged else WHEN)


def _of_file(city: Path, site: str) -> tuple[Addresses, list[Fault]]:
    path = city / FILE
    if not path.is_file():
        return Addresses(()), []
    document = read_document(path, FILE)
    if document.faults or not isinstance(document.value, dict):
        return Addresses(()), [_without_quotes(each) for each in document.faults] or [
            Fault(FILE, 0, 0, "the file does not say who is told.", "Begin with `format: 1`.")
        ]
    return _read(document, site)


def _read(document: Document, site: str) -> tuple[Addresses, list[Fault]]:
    value, places = document.value, document.places
    faults = list(_unknown(document, (), value, KEYS))
    if value.get("format") != "1":
        faults.append(
            _fault(document, ("format",), "the file must say which format it is in.", "Write `format: 1`.")
        )
    declared = value.get("addresses")
    if not isinstance(declared, dict):
        faults.append(
            _fault(
                document,
                ("addresses",),
                "no addresses are named.",
                "Write `addresses: {office: {url: ...}}`.",
            )
        )
        declared = {}
    found, wrong = [], list(faults)
    for name, entry in declared.items():
        address, its = _address(document, name, entry)
        found += [address] if not its else []
        wrong += its
    site = site or value.get("site") or ""
    wrong += _site(site, places.get(("site",), (SITE, 0, 0)))
    wrong += _unusable((each, places["addresses", each.name, "url"]) for each in found)
    return Addresses(tuple(found), site), wrong


def _address(document: Document, name: str, entry: Any) -> tuple[Address, list[Fault]]:
    path = ("addresses", name)
    if not isinstance(entry, dict):
        what = "an address is a mapping of `url` and, if you like, `when`."
        return Address(name, ""), [_fault(document, path, what, "Write `{url: ..., when: [failure]}`.")]
    faults = list(_unknown(document, path, entry, ADDRESS_KEYS))
    url, when = entry.get("url"), entry.get("when", list(WHEN))
    when = when if isinstance(when, list) else [when]
    if not when or any(each not in WHEN for each in when):
        what = "`when` is not one of success and failure."
        faults.append(
            _fault(document, (*path, "when"), what, "Write `when: [success, failure]`, or one of them.")
        )
    if not isinstance(url, str):
        return Address(name, ""), [
            *faults,
            _fault(document, (*path, "url"), "the address has no `url`.", "Write one."),
        ]
    absent = [each for each in _VARIABLE.findall(url) if each not in os.environ]
    if absent:
        what = f"the environment variable {', '.join(absent)} is not set."
        faults.append(_fault(document, (*path, "url"), what, "Set it, or write the address without it."))
    return Address(name, _VARIABLE.sub(lambda found: os.environ.get(found[1], ""), url), tuple(when)), faults


def _unknown(document: Document, path: Key, entry: Mapping, known: tuple[str, ...]) -> Iterator[Fault]:
    for key in entry:
        if key not in known:
            # A key that is an address is not repeated either: it may stand where `url` was forgotten.
            shown = repr(key) if key.isidentifier() else "this"
            yield _fault(document, (*path, key), f"there is no key {shown} here.", did_you_mean(key, known))


def _fault(document: Document, path: Key, what: str, instead: str) -> Fault:
    while path and path not in document.places:
        path = path[:-1]
    file, line, column = document.places.get(path, (FILE, 0, 0))
    return Fault(file, line, column, what, instead)


def _without_quotes(fault: Fault) -> Fault:
    """The place of a fault of the YAML itself: what stands there may be an address."""
    instead = "Check indentation, colons and quotes; write each key once."
    return Fault(fault.file, fault.line, fault.column, "the file cannot be read as YAML here.", instead)


def _site(site: str, where: tuple[str, int, int]) -> list[Fault]:
    if not site or re.match(r"https?://[^@\s]+$", site):
        return []
    what = "the address of the published site is none."
    return [Fault(*where, what, "Write https://..., without a user or password.")]


def _unusable(found: Iterable[tuple[Address, tuple[str, int, int]]]) -> Iterator[Fault]:
    from workbench.notify.sending import is_usable

    for each, where in found:
        if not is_usable(each.url):
            what = f"apprise cannot use the address of {each.name!r}."
            yield Fault(
                *where, what, "Write it as https://appriseit.com/services says, passwords percent-encoded."
            )
