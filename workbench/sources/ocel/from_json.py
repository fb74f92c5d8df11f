"""OCEL 2.0 in JSON, event by event: never in memory as a whole."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.errors import Fault, SourceError
from workbench.sources.files import bytes_of
from workbench.sources.ocel.tables import LogTables

LONGEST = 16 << 20  # characters of one event or object
_SPACES = " \t\r\n"
_EXPORT = "Export it as OCEL 2.0."


def read(path: Path, log: LogTables) -> None:
    """Fill the tables of a log.

    Raises
    ------
    SourceError
        When the file is not JSON, ends half way, is OCEL 1.0, or an event or object has no id or type: with
        the line.
    """
    text = _Text(path)
    take = {
        "objectTypes": lambda each: log.add_type_of_object(_of(text, each, "name"), _names(each)),
        "eventTypes": lambda each: log.add_attributes_of_events(_names(each)),
        "objects": lambda each: _take_object(text, log, each),
        "events": lambda each: _take_event(text, log, each),
    }
    for key in text.members():
        if key.startswith("ocel:"):
            raise text.fault(f"is OCEL 1.0: it has {key!r}.", _EXPORT)
        if key in take and text.next() == "[":
            for each in text.elements():
                take[key](each)
        else:
            text.value()


def _take_event(text: _Text, log: LogTables, event: Any) -> None:
    objects = [
        (_of(text, each, "objectId"), _said(each.get("qualifier"))) for each in _list(event, "relationships")
    ]
    attributes = {_of(text, each, "name"): _said(each.get("value")) for each in _list(event, "attributes")}
    log.add_event(
        _of(text, event, "id"), _of(text, event, "type"), _said(event.get("time")), attributes, objects
    )


def _take_object(text: _Text, log: LogTables, thing: Any) -> None:
    key, kind = _of(text, thing, "id"), _of(text, thing, "type")
    log.add_object(key, kind)
    for each in _list(thing, "attributes"):
        log.add_value(key, kind, _of(text, each, "name"), _said(each.get("time")), _said(each.get("value")))


def _of(text: _Text, record: Any, key: str) -> str:
    """What a record says of itself, which it must."""
    said = _said(record.get(key)) if isinstance(record, dict) else None
    if said:
        return said
    has = ", ".join(record) if isinstance(record, dict) else f"{record!r:.40}"
    raise text.fault(f"a record has no `{key}`; it has {has or 'nothing'}.", _EXPORT)


def _list(record: Any, key: str) -> list:
    found = record.get(key) if isinstance(record, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _names(kind: Any) -> list[str]:
    return [each["name"] for each in _list(kind, "attributes") if isinstance(each.get("name"), str)]


def _said(value: Any) -> str | None:
    """A value as it would stand in a table."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


class _Text:
    """The text of a JSON file, taken value by value."""

    def __init__(self, path: Path):
        self.path = path
        self._pieces = self._decoded()
        self._text, self._at, self._lines = "", 0, 1
        self._decoder = json.JSONDecoder()

    def fault(self, what: str, instead: str, at: int | None = None) -> SourceError:
        """An error at a place of the text, that reached so far if not given."""
        line = self._lines + self._text.count("\n", 0, self._at if at is None else at)
        return SourceError(faults=(Fault(self.path.name, line, 0, what, instead),))

    def members(self) -> Iterator[str]:
        """The keys of the outermost object; after each its value is to be taken."""
        self._expect("{")
        while self.next() != "}":
            key = self.value()
            self._expect(":")
            yield str(key)
            self._separate("}")

    def elements(self) -> Iterator[Any]:
        """The values of the list that begins here."""
        self._expect("[")
        while self.next() != "]":
            yield self.value()
            self._separate("]")
        self._expect("]")

    def next(self) -> str:
        """The next character that is not space."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACES:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                raise self.fault("the file ends half way.", "It is cut off: fetch or export it again.")

    def value(self) -> Any:
        """The value that begins here."""
        self.next()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if len(self._text) - self._at > LONGEST or not self._more():
                    raise self._broken(error) from None
            except RecursionError:
                raise self.fault(
                    "values are nested too deep.", "This is not a log; export it again."
                ) from None
            else:
                if end < len(self._text) or not self._more():
                    self._at = end
                    return found

    def _more(self) -> bool:
        """Read on; whether there was more."""
        piece = next(self._pieces, "")
        self._lines += self._text.count("\n", 0, self._at)
        self._text, self._at = self._text[self._at :] + piece, 0
        return bool(piece)

    def _expect(self, mark: str) -> None:
        got = self.next()
        if got != mark:
            raise self.fault(f"is not JSON: got {got!r} instead of {mark!r}.", "Export it again.")
        self._at += 1

    def _separate(self, end: str) -> None:
        if self.next() != end:
            self._expect(",")

    def _broken(self, error: json.JSONDecodeError) -> SourceError:
        is_cut = error.msg.startswith("Unterminated") or error.pos >= len(self._text.rstrip())
        if is_cut and len(self._text) - self._at <= LONGEST:
            return self.fault(
                "the file ends half way.", "It is cut off: fetch or export it again.", error.pos
            )
        return self.fault(f"is not JSON ({error.msg}).", "Export it again.", error.pos)

    def _decoded(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        try:
            for chunk in bytes_of(self.path):
                if text := decoder.decode(chunk):
                    yield text
            yield decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            what = f"byte 0x{error.object[error.start]:02x} is not UTF-8."
            raise self.fault(what, "Export it again in UTF-8.", len(self._text)) from None
