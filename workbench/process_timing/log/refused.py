"""Logs of which no row can be used: refused with the column that is empty and what to write instead."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from workbench.errors import SourceError
from workbench.process_timing.log import events as queries

if TYPE_CHECKING:
    import ibis

    from workbench.catalog.model import Catalog, Process

_INSTEAD = {
    "case": (
        "name the column with the number that all rows of one case share. A log without one has no cases: ask for "
        "the number that the office itself files them under"
    ),
    "activity": "name the column that says which step was taken",
    "timestamp": "name the column that says when a step was done",
}


def must_have_events(table: ibis.Table, catalog: Catalog, process: Process, as_of: date) -> None:
    """Refuse a log none of whose rows has a case, an activity and a time.

    Raises
    ------
    SourceError
        With the columns that are empty in every row.
    """
    rows = queries.of_process(table, catalog, process, as_of)
    filled = {field: rows.count(where=rows[getattr(process, field)].notnull()) for field in _INSTEAD}
    whole = rows.count(where=queries.is_whole(rows, process))
    counts = rows.aggregate(rows=rows.count(), whole=whole, **filled).execute().iloc[0]
    if counts["rows"] and not counts["whole"]:
        raise SourceError(
            _refusal(process, counts["rows"], [field for field in _INSTEAD if not counts[field]])
        )


def _refusal(process: Process, rows: int, empty: list[str]) -> str:
    head = f"source `{process.source}`: no event of {process.title!r} can be told from its {rows:,} rows"
    if not empty:
        return f"{head}: none has a case, an activity and a time at once. Mend the table, or name other columns in processes.yml."
    told = [f"column `{getattr(process, field)}` is empty in all of them" for field in empty]
    instead = [f"after `{field}:` in processes.yml {_INSTEAD[field]}" for field in empty]
    return f"{head}: {', '.join(told)}. Write it otherwise: {'; '.join(instead)}."
