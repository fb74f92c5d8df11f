"""The steps from a source as found to typed Parquet; all that needs an engine is here."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import duckdb

from workbench.catalog.model import Catalog
from workbench.catalog.tables import Source
from workbench.errors import SourceError, refusal
from workbench.sources import databases
from workbench.sources.declarations import DATED, must_be_readable
from workbench.sources.found import find, must_have_columns
from workbench.sources.offsets import of_other_zones
from workbench.sources.parsing import PARSED, made_by_points, parse
from workbench.sources.points import join_places
from workbench.sources.refusals import refuse
from workbench.sources.rejects import REJECTS, must_be_few, rejected, set_apart
from workbench.sources.sharing import telling_column, why_all
from workbench.sources.snapshots import Snapshot, zone_of

MEMORY = "1GB"


def take(catalog: Catalog, source_id: str, scratch: Path) -> Snapshot:
    """Read a source and write its rows and its rejects into a scratch folder.

    Raises
    ------
    SourceError
        When it cannot be read, or has more rejects than its declared share.
    """
    source = catalog.sources[source_id]
    must_be_readable(source_id, source)
    with _engine(source_id, scratch) as connection:
        found = find(connection, catalog, source_id, scratch)
        zone = zone_of(catalog, source)
        parse(connection, source, found, zone)
        placeless = join_places(connection, catalog, source) if source.points else {}
        set_aside = found.set_aside | placeless | of_other_zones(connection, source, zone)
        set_apart(connection, source, found)
        refused = refuse(connection, source, telling_column(catalog, source_id), found)
        if not refused:
            must_be_few(connection, source_id, source, found, why_all(catalog, source_id))
        rejects = rejected(connection)
        rows_path, rejects_path = scratch / "rows.parquet", scratch / "rejects.parquet"
        rows = connection.sql(_rows(source))
        kinds = dict(zip(rows.columns, map(str, rows.types), strict=True))
        rows.write_parquet(str(rows_path), compression="zstd")
        unusable = connection.sql(f'SELECT * FROM {REJECTS} ORDER BY _row, "column", reason')
        unusable.write_parquet(str(rejects_path), compression="zstd")
    names = {word: asdict(each) for word, each in refused.items()}
    return Snapshot(source_id, rows_path, "", "", found.rows, rejects, rejects_path, set_aside, kinds, names)


def watch(catalog: Catalog, source_id: str) -> tuple[int, dict[str, str], dict[str, str]]:
    """Of a trusted table: how many rows, the columns' types, and the latest of each date and time."""
    source = catalog.sources[source_id]
    with databases.opened(catalog, source_id) as table:
        must_have_columns(source, {source.table or "the query": list(table.columns)})
        latest = {x: table[c.name].max().cast("string") for x, c in source.columns.items() if c.type in DATED}
        [seen] = table.aggregate(rows=table.count(), **latest).to_pyarrow().to_pylist()
        columns = {x: str(table[c.name].type()) for x, c in source.columns.items()}
    rows = seen.pop("rows")
    if not rows:
        raise SourceError(f"source `{source_id}`: {source.table or 'the query'} has no rows.")
    return rows, columns, seen


@contextmanager
def _engine(source_id: str, scratch: Path):
    settings = {
        "threads": min(4, os.cpu_count() or 1),
        "memory_limit": MEMORY,
        "temp_directory": str(scratch),
    }
    connection = duckdb.connect(config=settings)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        raise SourceError(
            f"source `{source_id}`: memory or disk does not suffice: {refusal(error)}."
        ) from None
    finally:
        connection.close()


def _rows(source: Source) -> str:
    """The query of the rows that can be used, in the order of the source."""
    names = ["_row"]
    for name, column in source.columns.items():
        names += [f'"{name}"'] + [f'"{name}_date"'] * (column.type == "time")
    names += [f'"{name}"' for name in made_by_points(source)]
    usable = f"{PARSED} ANTI JOIN (SELECT _row FROM {REJECTS}) USING (_row)"
    return f"SELECT {', '.join(names)} FROM {usable} ORDER BY _row"
