"""Asking a query once: its rows, and the SQL that they came by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis
    import pyarrow


def asked(query: ibis.Table) -> tuple[pyarrow.Table, str]:
    """The rows of a query, and the query as it was written for its engine.

    Notes
    -----
    DuckDB takes what was written already: to write a long coding takes Ibis longer than DuckDB needs to answer it.
    """
    written, backend = _written(query)
    if backend.name != "duckdb":
        return query.to_pyarrow(), written
    return backend.con.sql(written).to_arrow_table().cast(query.schema().to_pyarrow()), written


def held(query: ibis.Table, name: str) -> tuple[ibis.Table, str]:
    """The rows of a query that many others build on, and the query as it was written for its engine.

    Notes
    -----
    DuckDB holds them in its memory until the connection ends, under a name that no source may have: they are read and the
    query is written once. Another engine is the city's own, where nothing is put: there every query says all of it.
    """
    written, backend = _written(query)
    if backend.name != "duckdb":
        return query, written
    backend.con.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {written}')
    return backend.table(name), written


def _written(query: ibis.Table) -> tuple[str, ibis.BaseBackend]:
    """A query as its engine takes it, and the engine, which then has the tables in memory that it reads."""
    backend = query.get_backend()
    if backend.name == "duckdb":
        backend._run_pre_execute_hooks(query)  # as Ibis does before it asks; it has no other name
    return str(query.compile()), backend
