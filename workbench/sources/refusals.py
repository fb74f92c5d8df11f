"""Too many rows that cannot be used: whose they are, so that the others that share the source can go on.

A source of many measures has a column that says whose each row is. Where more of its rows than its declared share are
rejects, those whose rows spoil it are refused, the worst first, until the rest is within the share.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from workbench.catalog.tables import Source
from workbench.sources.found import Found
from workbench.sources.parsing import PARSED
from workbench.sources.rejects import REJECTS, rejected, worst


@dataclass(frozen=True)
class Refused:
    """Rows of one word of the telling column, none of which is used.

    Parameters
    ----------
    rows, rejects : int
        How many there are, and how many of them cannot be read.
    why : str
        The most frequent reason, with an example and its line.
    """

    rows: int
    rejects: int
    why: str


def refuse(
    connection: duckdb.DuckDBPyConnection, source: Source, column: str, found: Found
) -> dict[str, Refused]:
    """Make all rows rejects that belong to words with too many of them, where the rest is within the share then.

    Parameters
    ----------
    connection : DuckDBPyConnection
        With the rows and the rejects of the source.
    source : Source
    column : str
        That tells rows apart; empty: nothing is refused.
    found : Found

    Returns
    -------
    dict of str to Refused
        By word; empty where the source is within its share, or cannot be brought there.
    """
    allowed, left, bad = source.rejects_allowed, found.rows, rejected(connection)
    refused: dict[str, tuple[int, int]] = {}
    for word, rows, rejects in _by_word(connection, column) if column else ():
        if bad <= allowed * left:
            break
        if rejects > allowed * rows:
            refused[word] = rows, rejects
            left, bad = left - rows, bad - rejects
    if not refused or left <= 0 or bad > allowed * left:
        return {}
    return {word: _refuse_one(connection, column, word, *counts, found) for word, counts in refused.items()}


def _by_word(connection: duckdb.DuckDBPyConnection, column: str) -> Iterable[tuple[str, int, int]]:
    """Each word of a column, its rows and its rejects, most rejects first."""
    return connection.execute(
        f"""
        SELECT "{column}", count(*), count(bad._row) FROM {PARSED}
        LEFT JOIN (SELECT DISTINCT _row FROM {REJECTS}) AS bad USING (_row)
        WHERE "{column}" IS NOT NULL GROUP BY 1 ORDER BY 3 DESC, 1
        """
    ).fetchall()


def _refuse_one(connection, column: str, word: str, rows: int, rejects: int, found: Found) -> Refused:
    own = f'_row IN (SELECT _row FROM {PARSED} WHERE "{column}" = ?)'
    why = worst(connection, found, own, [word])[0].strip()
    connection.execute(
        f"""
        INSERT INTO {REJECTS} SELECT _row, ?, "{column}", 'has too many rows that cannot be used' FROM {PARSED}
        WHERE "{column}" = ? AND _row NOT IN (SELECT _row FROM {REJECTS})
        """,
        [column, word],
    )
    return Refused(rows, rejects, why)
