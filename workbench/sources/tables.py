"""The tables that cubes are computed on, and where they come from."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.analyses import Provenance
from workbench.catalog.model import Catalog
from workbench.catalog.tables import Source
from workbench.sources import databases
from workbench.sources.snapshots import Snapshot, current, zone_of

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True)
class Tables:
    """Open tables by source id, and the snapshots that they are."""

    tables: dict[str, ibis.Table]
    provenance: Provenance
    refused: dict[
        str, dict[str, dict]
    ]  # a source: a word that tells a measure's rows: why none of them is there


@contextmanager
def tables(catalog: Catalog, source_ids: Iterable[str]) -> Iterator[Tables]:
    """The declared columns of sources, while their connections are open.

    Snapshots stand together in one DuckDB in memory, which may read nothing but them. A trusted
    source is the table of its own database: it can be joined to no other.

    Parameters
    ----------
    catalog : Catalog
    source_ids : iterable of str

    Yields
    ------
    Tables
        Text is VARCHAR, integer BIGINT, number DOUBLE, date DATE, yes_no BOOLEAN; a time ``x`` is a
        TIMESTAMP in UTC with its local DATE ``x_date``. ``_row`` is the order in the source, from 1.

    Raises
    ------
    SourceError
        When one of the sources cannot be read.
    """
    wanted = sorted(set(source_ids))
    snapshots = {source_id: current(catalog, source_id) for source_id in wanted}
    left = [source_id for source_id in wanted if catalog.sources[source_id].trusted]
    with ExitStack() as stack:
        kept = {key: taken for key, taken in snapshots.items() if key not in left}
        opened = stack.enter_context(_in_memory(kept))
        for source_id in left:
            table = stack.enter_context(databases.opened(catalog, source_id))
            opened[source_id] = _declared(table, catalog, catalog.sources[source_id])
        refused = {key: taken.refused for key, taken in snapshots.items() if taken.refused}
        yield Tables({each: opened[each] for each in wanted}, provenance_of(snapshots), refused)


def provenance_of(snapshots: dict[str, Snapshot]) -> Provenance:
    """What pages say of the origin of numbers computed on these snapshots."""
    return Provenance(
        snapshots={key: taken.sha256 for key, taken in snapshots.items()},
        taken={key: taken.taken for key, taken in snapshots.items()},
        rows={key: taken.rows for key, taken in snapshots.items()},
        rejects={key: taken.rejects for key, taken in snapshots.items()},
        set_aside={key: taken.set_aside for key, taken in snapshots.items() if taken.set_aside},
    )


@contextmanager
def _in_memory(snapshots: dict[str, Snapshot]) -> Iterator[dict[str, ibis.Table]]:
    if not snapshots:
        yield {}
        return
    import ibis

    scratch = tempfile.TemporaryDirectory(prefix="rows-")
    connection = ibis.duckdb.connect(threads=min(4, os.cpu_count() or 1), temp_directory=scratch.name)
    try:
        paths = [str(taken.path.resolve()) for taken in snapshots.values()]
        connection.con.execute("SET TimeZone = 'UTC'")
        connection.con.execute("SET allowed_paths = $1", [paths])
        connection.con.execute("SET enable_external_access = false")
        yield {
            key: connection.read_parquet(taken.path.resolve(), table_name=key)
            for key, taken in snapshots.items()
        }
    finally:
        connection.disconnect()
        scratch.cleanup()


def _declared(table: ibis.Table, catalog: Catalog, source: Source) -> ibis.Table:
    """A trusted table in the form that snapshots have. It keeps no order: rows are numbered by their values."""
    import ibis

    from workbench.sources.zones import instant_of, local_of

    columns, zone, first_year = {}, zone_of(catalog, source), source.earliest.year
    for name, column in source.columns.items():
        value = table[column.name]
        if column.type != "time":
            columns[name] = value
        elif value.type().timezone is None:
            columns |= {name: instant_of(value, zone, first_year), f"{name}_date": value.cast("date")}
        else:
            instant = value.cast("timestamp")
            columns |= {name: instant, f"{name}_date": local_of(instant, zone, first_year).cast("date")}
    numbered = ibis.row_number().over(order_by=list(columns.values())) + 1
    return table.select(_row=numbered.cast("int64"), **columns)
