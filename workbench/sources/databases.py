"""Tables of a database: reached through Ibis, extracted as text, or left where they are when trusted."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from difflib import get_close_matches
from urllib.parse import unquote, urlsplit

from workbench.catalog.model import Catalog
from workbench.catalog.tables import Source
from workbench.errors import SourceError

# Engines with exact quantiles; others would give approximate waiting times.
ENGINES = ("duckdb", "postgres", "postgresql", "pyspark")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{(\w+)\}")


def is_database(source: Source) -> bool:
    """Whether a location is a URL and not a path."""
    return bool(_URL.match(source.location))


def must_be_usable(source_id: str, source: Source) -> None:
    """Refuse, without connecting, an engine that the workbench cannot compute on.

    Raises
    ------
    SourceError
        When the URL is of another engine, names neither table nor query, or a trusted table needs reading.
    """
    scheme = urlsplit(source.location).scheme.lower()
    if scheme in ("http", "https", "ftp", "file", "s3"):
        raise SourceError(
            f"source `{source_id}`: {scheme}:// is not read directly; save the file and write its path."
        )
    if scheme not in ENGINES:
        what = f"engine {scheme!r} has no exact quantiles or is not known"
        raise SourceError(f"source `{source_id}`: {what}; write duckdb://, postgres:// or pyspark://.")
    if bool(source.table) == bool(source.query):
        raise SourceError(f"source `{source_id}`: write either `table:` or `query:` for a database.")
    reading = [source.points, source.unpivot, *(column.names for column in source.columns.values())]
    if source.trusted and any(reading):
        what = "a trusted table is used as it is, without `points`, `unpivot` or `names`"
        raise SourceError(f"source `{source_id}`: {what}; take `trusted` away, or make a view of it.")


@contextmanager
def opened(catalog: Catalog, source_id: str):
    """The declared table or query of a database, as an Ibis table, while the connection is open.

    Raises
    ------
    SourceError
        When the database cannot be reached or has no such table; never with a password in it.
    """
    source = catalog.sources[source_id]
    must_be_usable(source_id, source)
    url = _with_variables(source_id, source.location)
    with _told(source_id, url):
        connection = _connected(catalog, url)
    try:
        with _told(source_id, url):
            table = _asked(connection, source) if source.query else _table(connection, source_id, source)
            yield _with_instants(connection, table)
    finally:
        if connection.name != "pyspark":  # its session belongs to the whole process
            connection.disconnect()


def shown(location: str) -> str:
    """A URL as it may be printed: without user and password."""
    parts = urlsplit(location)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _with_variables(source_id: str, location: str) -> str:
    """The URL with ``${NAME}`` replaced, so that passwords stay out of the catalog."""
    absent = [name for name in _VARIABLE.findall(location) if name not in os.environ]
    if absent:
        raise SourceError(f"source `{source_id}`: set the environment variable {', '.join(absent)}.")
    return _VARIABLE.sub(lambda match: os.environ[match[1]], location)


def _connected(catalog: Catalog, url: str):
    import ibis

    scheme = urlsplit(url).scheme.lower()
    if scheme == "duckdb":
        path = catalog.root / _URL.sub("", url)
        connection = ibis.duckdb.connect(path, read_only=True)
        connection.raw_sql("SET TimeZone = 'UTC'")
    elif scheme == "pyspark":
        connection = ibis.connect(url)
        connection.raw_sql("SET TIME ZONE 'UTC'")
    else:
        connection = ibis.connect(url)
        connection.raw_sql("SET TIME ZONE 'UTC'").close()
    return connection


def _table(connection, source_id: str, source: Source):
    *schema, name = source.table.split(".")
    database = ".".join(schema) or None
    tables = _tables(connection, database)
    if name not in tables:
        near = get_close_matches(name, tables, n=3)
        like = f"; {', '.join(map(repr, near))} looks like it" if near else ""
        raise SourceError(f"source `{source_id}`: the database has no table {source.table!r}{like}.")
    return connection.table(name, database=database)


def _tables(connection, database: str | None) -> list[str]:
    if connection.name != "duckdb":
        return connection.list_tables(database=database)
    # Ibis 12 lists tables with a method that DuckDB 2 no longer has.
    rows = connection.con.execute(
        "SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL"
    )
    return [name for schema, name in rows.fetchall() if schema == (database or "main")]


def _asked(connection, source: Source):
    """The answer of a query as a table."""
    if connection.name != "duckdb":
        return connection.sql(source.query)
    # Ibis 12 asks for the shape of a query with a method that DuckDB 2 no longer has.
    connection.raw_sql(f"CREATE TEMP VIEW asked AS {source.query}")
    return connection.table("asked")


def _with_instants(connection, table):
    """The table with Spark's instants told from its wall times, which Ibis takes for the same."""
    if connection.name != "pyspark":
        return table
    kinds = dict(connection.raw_sql(connection.compile(table)).dtypes)
    return table.cast({name: "timestamp('UTC')" for name, kind in kinds.items() if kind == "timestamp"})


@contextmanager
def _told(source_id: str, url: str):
    """Turn what an engine raises into a sentence without a password."""
    try:
        yield
    except _engine_errors() as error:
        text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        for secret in filter(None, (urlsplit(url).password, unquote(urlsplit(url).password or ""))):
            text = text.replace(secret, "***")
        raise SourceError(f"source `{source_id}`: {shown(url)} cannot be read: {text}") from None


def _engine_errors() -> tuple[type[Exception], ...]:
    import duckdb
    from ibis.common.exceptions import IbisError

    errors = [duckdb.Error, IbisError, ImportError, OSError]
    try:
        import psycopg

        errors.append(psycopg.Error)
    except ImportError:
        pass  # without the extra no Postgres error can come
    try:
        from pyspark.errors import PySparkException

        errors.append(PySparkException)
    except ImportError:
        pass  # without the extra no Spark error can come
    return tuple(errors)
