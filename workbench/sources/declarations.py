"""What must be true of a declaration before a source is read with it."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.catalog.tables import Source
from workbench.errors import SourceError

DATED = ("date", "time")


def must_be_readable(source_id: str, source: Source) -> None:
    """Refuse a declaration that no file could be read with.

    Raises
    ------
    SourceError
        All that is wrong with it, a line each.
    """
    faults = [*_names(source), *_separators(source), *_orders(source), *_points(source)]
    if faults:
        raise SourceError("\n".join(f"source `{source_id}`: {fault}" for fault in faults))


def _names(source: Source) -> Iterator[str]:
    """An engine takes names that differ by case only for one; a time has its date beside it."""
    seen: dict[str, str] = {}
    for name, column in source.columns.items():
        for made in [name] + [f"{name}_date"] * (column.type == "time"):
            if made.lower() in seen:
                yield f"columns `{seen[made.lower()]}` and `{name}` would both be called `{made}`; rename one."
            seen[made.lower()] = name


def _separators(source: Source) -> Iterator[str]:
    if len(source.delimiter) != 1 or source.delimiter in '"\r\n':
        yield f"`delimiter` is {source.delimiter!r}; write one character, such as ',' or ';'."
    for name, column in source.columns.items():
        if len(column.thousands) > 1:
            yield f"`thousands` of `{name}` is {column.thousands!r}; write one character, such as ','."


def _orders(source: Source) -> Iterator[str]:
    for name in sorted({*source.not_before, *source.not_before.values()}):
        if source.columns[name].type not in DATED:
            yield f"`not_before` compares `{name}`, which is {source.columns[name].type}; declare it a date or time."


def _points(source: Source) -> Iterator[str]:
    if not source.points:
        return
    for name in (source.points.latitude, source.points.longitude):
        if source.columns[name].type != "number":
            yield f"`points` reads `{name}`, which is {source.columns[name].type}; declare it a number."
    into = source.columns.get(source.points.into)
    if into and into.type != "text":
        yield f"`points` fills `{source.points.into}`, which is {into.type}; declare it a text."
