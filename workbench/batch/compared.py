"""Two versions of a review's files held against each other: what differs, in words, and never a value."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from workbench.batch.manifest import REVIEW, hashed, read

CHANGED, MISSING, ADDED = "changed", "missing", "added"
MANY = 5  # as many columns are named


@dataclass(frozen=True)
class Difference:
    """One file that is not the same.

    Parameters
    ----------
    file : str
        Its path in the review's folder.
    kind : str
        ``changed``, ``missing`` or ``added``.
    words : str
        The first thing that differs: a column, a row, a place in a document, a line. Never a value.
    """

    file: str
    kind: str
    words: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.words or self.kind}"


def changed_since(folder: Path) -> list[Difference]:
    """Files of a review that are not as it wrote them, by what its manifest says; nothing is run.

    The manifest itself is the measure, and cannot be held against anything.
    """
    manifest = read(folder / REVIEW)
    written = {**manifest["files"], **manifest.get("records", {})}
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    # Of a review that was made before, the records' hashes are not known.
    there = {name: path for name, path in paths.items() if name != REVIEW and _is_told(name, manifest)}
    now = {name: hashed(path.read_bytes()) for name, path in there.items()}
    return [Difference(name, kind) for name, kind in _kinds(written, now)]


def compared(then: Path, now: Path) -> list[Difference]:
    """Files that two reviews say they wrote, where these are not the same; what differs first in each."""
    files = [read(folder / REVIEW)["files"] for folder in (then, now)]
    return [
        Difference(name, kind, first_difference(then / name, now / name) if kind == CHANGED else "")
        for name, kind in _kinds(*files)
    ]


def first_difference(then: Path, now: Path) -> str:
    """What differs first between two files of the same name, in words and without a value."""
    tell = _BY_SUFFIX.get(then.suffix, _in_lines)
    try:
        said = tell(then, now)
    except (OSError, ValueError):
        return "cannot be read as what its name says"
    return said or "the same content, written in other bytes"


def _is_told(name: str, manifest: Mapping[str, Any]) -> bool:
    return "records" in manifest or not name.endswith("/run.json")


def _kinds(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in sorted({**then, **now}):
        if name not in now:
            yield name, MISSING
        elif name not in then:
            yield name, ADDED
        elif then[name] != now[name]:
            yield name, CHANGED


def _in_frame(then: Path, now: Path) -> str:
    import pandas as pd

    one, other = pd.read_parquet(then), pd.read_parquet(now)
    if list(one) != list(other):
        only = [f"column {name!r} is gone" for name in one if name not in other]
        new = [f"column {name!r} is new" for name in other if name not in one]
        return ", ".join((only + new)[:MANY]) or "its columns are in another order"
    if len(one) != len(other):
        return f"{len(one):,} rows then, {len(other):,} now"
    kinds = [name for name in one if one[name].dtype != other[name].dtype]
    if kinds:
        return f"another type of {_listed(kinds)}"
    rows = {name: _first_row(one[name], other[name]) for name in one}
    found = {name: row for name, row in rows.items() if row is not None}
    return f"{_listed(list(found))}, from row {min(found.values()) + 1:,} on" if found else ""


def _first_row(one, other) -> int | None:
    pairs = enumerate(zip(one.map(repr), other.map(repr), strict=True))
    return next((number for number, (then, now) in pairs if then != now), None)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MANY} more" if len(names) > MANY else ""
    return f"column{'s' if len(names) > 1 else ''} {', '.join(map(repr, names[:MANY]))}{more}"


def _in_document(then: Path, now: Path) -> str:
    one, other = (json.loads(path.read_text(encoding="utf-8")) for path in (then, now))
    return next(places(one, other), "")


def places(one: Any, other: Any, place: str = "") -> Iterator[str]:
    """Where two documents differ; keys and positions only."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in {**one, **other}:
            here = f"{place}.{name}" if place else name
            if name not in one or name not in other:
                yield f"{here} is {'new' if name in other else 'gone'}"
            else:
                yield from places(one[name], other[name], here)
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"{place or 'the list'} has {len(one):,} entries then, {len(other):,} now"
        for number, (then, now) in enumerate(zip(one, other, strict=False)):
            yield from places(then, now, f"{place}[{number}]")
    elif one != other or type(one) is not type(other):
        yield f"{place or 'the value'} differs"


def _in_lines(then: Path, now: Path) -> str:
    one, other = (path.read_bytes().splitlines() for path in (then, now))
    pairs = enumerate(zip_longest(one, other), 1)
    line = next((number for number, (then, now) in pairs if then != now), None)
    return f"line {line:,} of {len(one):,}" if line else ""


def _in_bytes(then: Path, now: Path) -> str:
    one, other = then.read_bytes(), now.read_bytes()
    if len(one) != len(other):
        return f"{len(one):,} bytes then, {len(other):,} now"
    place = next((number for number, (a, b) in enumerate(zip(one, other, strict=True), 1) if a != b), None)
    return f"byte {place:,} of {len(one):,}" if place else ""


_BY_SUFFIX = {".parquet": _in_frame, ".json": _in_document, ".ipynb": _in_document, ".pdf": _in_bytes}
