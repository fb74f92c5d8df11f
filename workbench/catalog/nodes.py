"""YAML as text with places: every scalar stays what was written, every value knows its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from workbench.errors import Fault

MAXIMUM_BYTES = 2_000_000
MAXIMUM_DEPTH = 12

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Where = tuple[str, int, int]
Key = tuple[str | int, ...]


@dataclass
class Document:
    """What one file says.

    Parameters
    ----------
    value : dict, list, str or None
        Scalars are text; an empty scalar is None.
    places : dict
        The path of a value (keys and indices): file, line and column.
    faults : list of Fault
    """

    value: object = None
    places: dict[Key, Where] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read_document(path: Path, name: str) -> Document:
    """Read one YAML file; ``name`` is the path that faults show."""
    text, fault = _text(path, name)
    if fault:
        return Document(faults=[fault])
    try:
        root = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.YAMLError as error:
        return Document(faults=[_syntax_fault(error, name)])
    return _Walk(name).document(root)


def _text(path: Path, name: str) -> tuple[str, Fault | None]:
    if path.stat().st_size > MAXIMUM_BYTES:
        return "", Fault(
            name, 0, 0, f"the file is larger than {MAXIMUM_BYTES:,} bytes.", "Split it into a folder."
        )
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        got = content[error.start : error.start + 1]
        return "", Fault(name, line, 0, f"byte {got!r} is not UTF-8.", "Save the file as UTF-8.")
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        return "", Fault(name, line, 0, f"the character {found[0]!r} is not text.", "Remove it.")
    return text, None


def _syntax_fault(error: yaml.YAMLError, name: str) -> Fault:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    problem = getattr(error, "problem", None) or "it cannot be read"
    return Fault(name, line, column, f"this is not YAML: {problem}.", "Check indentation, colons and quotes.")


class _Walk:
    """One pass over the nodes of one file."""

    def __init__(self, name: str):
        self.name = name
        self.result = Document()
        self.seen: set[int] = set()
        self.told: set[int] = set()

    def document(self, root) -> Document:
        self.result.value = self._value(root, (), 0) if root is not None else None
        return self.result

    def _fault(self, node, what: str, instead: str = "") -> None:
        mark = node.start_mark
        self.result.faults.append(Fault(self.name, mark.line + 1, mark.column + 1, what, instead))

    def _value(self, node, path: Key, depth: int):
        self.result.places.setdefault(path, (self.name, node.start_mark.line + 1, node.start_mark.column + 1))
        if depth > MAXIMUM_DEPTH:
            self._fault(node, f"values are nested more than {MAXIMUM_DEPTH} deep.")
            return None
        if id(node) in self.seen:
            self._tell_anchor(node)
            return None
        self.seen.add(id(node))
        return self._unfold(node, path, depth)

    def _tell_anchor(self, node) -> None:
        """Once for each anchor, however often it is used."""
        if id(node) not in self.told:
            self.told.add(id(node))
            self._fault(
                node, "an anchor (&) is used again (*).", "Write the value out; anchors are not read."
            )

    def _unfold(self, node, path: Key, depth: int):
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, path, depth))
        if isinstance(node, yaml.SequenceNode):
            return [self._value(child, (*path, i), depth + 1) for i, child in enumerate(node.value)]
        if node.tag.startswith("!") or node.tag.startswith("tag:yaml.org,2002:python"):
            self._fault(node, f"the tag {node.tag!r} is not read.", "Write plain text.")
        return node.value if node.value or node.style in ("'", '"') else None

    def _pairs(self, node, path: Key, depth: int) -> Iterator[tuple[str, object]]:
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str):
                self._fault(key_node, "a key must be a word.")
                continue
            if key in lines:
                self._fault(
                    key_node, f"the key {key!r} was already given in line {lines[key]}.", "Remove one."
                )
                continue
            lines[key] = key_node.start_mark.line + 1
            self.result.places[(*path, key)] = (self.name, lines[key], key_node.start_mark.column + 1)
            yield key, self._value(value_node, (*path, key), depth + 1)
