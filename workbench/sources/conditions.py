"""Tests of rows, as declared with ``where`` and in outcomes, become boolean expressions of any engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING

from workbench.catalog.model import Condition
from workbench.catalog.tables import Source
from workbench.errors import SourceError

if TYPE_CHECKING:
    import ibis

YES = ("yes", "true", "y", "t", "1")
NO = ("no", "false", "n", "f", "0")


def all_hold(
    table: ibis.Table, conditions: Iterable[Condition], as_of: date, planned: Collection[str] = ()
) -> ibis.expr.types.BooleanValue:
    """Whether a row passes every condition, as it was known at the end of a day.

    Parameters
    ----------
    table : ibis.Table
        A table of a snapshot: a time ``x`` comes with its local date ``x_date``.
    conditions : iterable of Condition
        None at all: every row passes.
    as_of : date
        A date or time later than this day counts as missing, because nobody knew it then.
    planned : collection of str
        Columns of dates that are known before they come, such as a due date: never missing for
        being late. A column that another is compared with (``on_or_before``, ``after``) is one anyway.

    Returns
    -------
    ibis boolean expression
        Never missing. A missing value fails every test except ``differs`` (it is not one of
        the words) and ``filled: no``.

    Raises
    ------
    SourceError
        When a condition names a column that the table lacks, or a value that the column cannot hold.
    """
    import ibis

    conditions = list(conditions)
    promised = {*planned, *(c.on_or_before for c in conditions), *(c.after for c in conditions)}
    holds = ibis.literal(True)
    for condition in conditions:
        holds = holds & _holds(table, condition, as_of, promised).fill_null(False)
    return holds


def planned_columns(source: Source) -> frozenset[str]:
    """The columns of a source that are declared ``planned``."""
    return frozenset(name for name, column in source.columns.items() if column.planned)


def day_of(table: ibis.Table, column: str) -> ibis.expr.types.DateValue:
    """The local date of a date or time column."""
    if f"{column}_date" in table.columns:
        return table[f"{column}_date"]
    return _named(table, column).cast("date")


def known(table: ibis.Table, column: str, as_of: date) -> ibis.expr.types.Value:
    """A column in which dates and times later than ``as_of`` are missing."""
    value = _named(table, column)
    if not value.type().is_temporal():
        return value
    return _by(table, column, as_of).ifelse(value, None)


def _by(table, column: str, as_of: date):
    import ibis

    return day_of(table, column) <= ibis.literal(as_of)


def _holds(table, condition: Condition, as_of: date, promised: set[str | None]):
    column = condition.column
    value = _named(table, column) if column in promised else known(table, column, as_of)
    if condition.equals is not None:
        return _is_one_of(table, column, value, condition.equals)
    if condition.differs is not None:
        return value.isnull() | ~_is_one_of(table, column, value, condition.differs)
    if condition.filled is not None:
        return value.notnull() if condition.filled else value.isnull()
    return _compares(table, condition) & value.notnull()


def _is_one_of(table, column: str, value, words: list[str]):
    """Whether a value is one of the words; of a time, whether its local date is."""
    compared = value.notnull().ifelse(day_of(table, column), None) if value.type().is_timestamp() else value
    return compared.isin(_values(compared, words, column))


def _compares(table, condition: Condition):
    """Whether the column stands to another as declared; missing where one of the two is."""
    if condition.on_or_before is not None:
        value, other = _comparable(table, condition.column, condition.on_or_before)
        return value <= other
    if condition.after is not None:
        value, other = _comparable(table, condition.column, condition.after)
        return value > other
    assert condition.within_days is not None
    assert condition.since is not None
    value, since = _comparable(table, condition.column, condition.since)
    return value <= since + _span(condition.within_days, value.type().is_date())


def _comparable(table, column: str, other: str):
    """Two columns in one form: where one is a date and one a time, both are local dates."""
    value, since = _named(table, column), _named(table, other)
    if value.type().is_date() == since.type().is_date():
        return value, since
    return day_of(table, column), day_of(table, other)


def _span(days: float, whole: bool):
    import ibis

    return ibis.interval(days=int(days)) if whole else ibis.interval(seconds=round(days * 86_400))


def _values(value, words: list[str], column: str) -> list:
    read = _reader(value.type())
    try:
        return [read(word) for word in words]
    except (ValueError, KeyError):
        message = f"a condition on `{column}`, which is {value.type()}, compares it with {words!r}; "
        raise SourceError(message + "write values of that type.") from None


def _reader(kind):
    if kind.is_boolean():
        return lambda word: {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}[word.lower()]
    if kind.is_integer():
        return int
    if kind.is_numeric():
        return float
    return date.fromisoformat if kind.is_temporal() else str


def _named(table, column: str):
    if column not in table.columns:
        names = ", ".join(f"`{name}`" for name in table.columns)
        raise SourceError(f"a condition names column `{column}`, which is not declared; there are {names}.")
    return table[column]
