"""Codes as found in a source become the groups, places and intervals that the city declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.catalog.model import Dimension, PlaceLevel
from workbench.sources.conditions import day_of

if TYPE_CHECKING:
    import ibis

UNKNOWN = "unknown"


def group_of(table: ibis.Table, column: str, dimension: Dimension) -> ibis.expr.types.StringValue:
    """The group id of each row, or ``unknown``.

    A group is meant by its codes, its id or its title, exactly as written. A value that is
    missing, listed under ``unknown`` or declared nowhere is unknown: a number of its own, never
    a group that is compared.
    """
    ids = {group.title: key for key, group in dimension.groups.items()}
    ids |= {key: key for key in dimension.groups}
    ids |= {code: key for key, group in dimension.groups.items() for code in group.codes}
    ids |= dict.fromkeys(dimension.unknown, UNKNOWN)
    return _replaced(text_of(table[column]), ids, otherwise=UNKNOWN)


def place_of(table: ibis.Table, column: str, level: PlaceLevel) -> ibis.expr.types.StringValue:
    """The place of each row by the name used in the catalog, or ``unknown`` where it is missing.

    Names in the level's crosswalk are replaced; any other name is kept as it is.
    """
    names = {**level.crosswalk, **dict.fromkeys(level.unknown, UNKNOWN)}
    found = text_of(table[column])
    return _replaced(found, names, otherwise=found).fill_null(UNKNOWN)


def parent_of(place: ibis.expr.types.StringValue, level: PlaceLevel) -> ibis.expr.types.StringValue:
    """The place of the level above, or ``unknown`` where the level declares no parent."""
    return _replaced(place, level.parents, otherwise=UNKNOWN)


def interval_of(
    table: ibis.Table, column: str, frequency: str, fiscal_start: int = 1
) -> ibis.expr.types.StringValue:
    """The name of the period that a date, or the local date of a time, falls in.

    Parameters
    ----------
    table : ibis.Table
    column : str
        A date or time column.
    frequency : {'month', 'quarter', 'year'}
    fiscal_start : int
        First month of the year that quarters and years are counted in; months always go by the calendar.

    Returns
    -------
    ibis text expression
        ``2025-Q4``, ``FY2026-Q2``, ``2025-11``, ``2025``; missing where the date is missing.
    """
    day = day_of(table, column)
    if frequency == "month":
        return day.year().cast("string") + "-" + day.month().cast("string").lpad(2, "0")
    ends_next_year = (day.month() >= fiscal_start).ifelse(1, 0) if fiscal_start > 1 else 0
    year = (day.year() + ends_next_year).cast("int32").cast("string")
    name = "FY" + year if fiscal_start > 1 else year
    if frequency == "year":
        return name
    quarter = ((day.month() - fiscal_start + 12) % 12 / 3).floor().cast("int32") + 1
    return name + "-Q" + quarter.cast("string")


def text_of(value):
    """The value as text, the same on every engine."""
    if value.type().is_boolean():
        return value.ifelse("yes", "no")
    return value if value.type().is_string() else value.cast("string")


def _replaced(value, names: dict[str, str], otherwise):
    import ibis

    if not names:
        return ibis.literal(otherwise) if isinstance(otherwise, str) else otherwise
    found: dict[str, list[str]] = {}
    for name, meaning in names.items():
        found.setdefault(meaning, []).append(name)
    return ibis.cases(*[(value.isin(words), meaning) for meaning, words in found.items()], else_=otherwise)
