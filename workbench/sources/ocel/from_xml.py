"""OCEL 2.0 in XML."""

from __future__ import annotations

from pathlib import Path

from workbench.sources.markup import Markup
from workbench.sources.ocel.tables import LogTables

_RECORDS = ("object-type", "event-type", "object", "event")


def read(path: Path, log: LogTables) -> None:
    """Fill the tables of a log.

    Raises
    ------
    SourceError
        When the file is not XML or is damaged, or an event or object has no id or type: with the line.
    """
    markup = Markup(path, "log")
    reading = _Reading(markup, log)
    markup.read(reading.started, reading.ended, reading.said)


class _Reading:
    """The type, object or event that is open."""

    def __init__(self, markup: Markup, log: LogTables):
        self.markup, self.log = markup, log
        self._kind = ""  # element that is open: object-type, event-type, object, event
        self._begun: list[bool] = []  # of each open element: whether it is such a one
        self._given: dict[str, str] = {}
        self._attributes: dict[str, str | None] = {}
        self._objects: list[tuple[str, str | None]] = []
        self._values: list[tuple[str, str | None, str]] = []
        self._attribute: dict[str, str] | None = None
        self._text: list[str] = []

    def started(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""
        is_reference = "object-id" in given  # a <relationship>; some tools write <object> there too
        self._begun.append(name in _RECORDS and not is_reference)
        if is_reference:
            self._objects.append((given["object-id"], given.get("qualifier") or given.get("relationship")))
        elif name in _RECORDS:
            needed = ("name",) if name.endswith("type") else ("id", "type")
            self._must_have(name, given, needed)
            self._kind, self._given = name, given
            self._attributes, self._objects, self._values = {}, [], []
        elif name == "attribute" and self._kind:
            self._must_have(name, given, ("name",))
            self._attribute, self._text = given, []

    def said(self, text: str) -> None:
        """Text inside an element."""
        if self._attribute is not None:
            self._text.append(text)

    def ended(self, name: str) -> None:
        """An element ends."""
        if self._begun.pop():
            self._finish()
        elif name == "attribute" and self._attribute is not None:
            text = "".join(self._text)
            self._attributes[self._attribute["name"]] = text
            self._values.append((self._attribute["name"], self._attribute.get("time"), text))
            self._attribute = None

    def _finish(self) -> None:
        kind, given, log = self._kind, self._given, self.log
        if kind == "object-type":
            log.add_type_of_object(given["name"], self._attributes)
        elif kind == "event-type":
            log.add_attributes_of_events(self._attributes)
        elif kind == "event":
            log.add_event(given["id"], given["type"], given.get("time"), self._attributes, self._objects)
        else:
            log.add_object(given["id"], given["type"])
            for name, time, value in self._values:
                log.add_value(given["id"], given["type"], name, time, value)
        self._kind = ""

    def _must_have(self, name: str, given: dict[str, str], needed: tuple[str, ...]) -> None:
        absent = [f"`{key}`" for key in needed if not given.get(key)]
        if absent:
            has = ", ".join(given) or "nothing"
            raise self.markup.fault(
                f"<{name}> has no {' and no '.join(absent)}; it has {has}.", "Export it as OCEL 2.0."
            )
