from datetime import date, datetime

import duckdb
import pytest

from workbench.errors import SourceError
from workbench.sources import current, databases, snapshot, tables

COLUMNS = {"id": "text", "n": "integer", "opened": "time", "seen": "time", "day": "date", "open": "yes_no"}
MAKE = """
CREATE TABLE requests (id TEXT, n INTEGER, opened TIMESTAMP, seen TIMESTAMP WITH TIME ZONE, day DATE, open BOOLEAN,
    secret TEXT)
"""
FILL = """
INSERT INTO requests VALUES
    ('b', 2, '2025-01-01 23:30:00', '2025-01-02 00:30:00.5-05', '2025-01-01', true, 's'),
    ('a', NULL, '2025-07-01 12:00:00', '2025-07-01 12:00:00+00', NULL, false, 's')
"""
ROWS = [
    {
        "_row": 1,
        "id": "a",
        "n": None,
        "opened": datetime(2025, 7, 1, 16),
        "opened_date": date(2025, 7, 1),
        "seen": datetime(2025, 7, 1, 12),
        "seen_date": date(2025, 7, 1),
        "day": None,
        "open": False,
    },
    {
        "_row": 2,
        "id": "b",
        "n": 2,
        "opened": datetime(2025, 1, 2, 4, 30),
        "opened_date": date(2025, 1, 1),
        "seen": datetime(2025, 1, 2, 5, 30, 0, 500000),
        "seen_date": date(2025, 1, 2),
        "day": date(2025, 1, 1),
        "open": True,
    },
]


@pytest.fixture
def duckdb_url(tmp_path):
    with duckdb.connect(tmp_path / "city.duckdb") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(MAKE)
        connection.execute(FILL)
    return "duckdb://city.duckdb"


@pytest.fixture
def postgres_url(postgres_connection, postgres_socket):
    with postgres_connection.con.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS requests")
        cursor.execute(MAKE)
        cursor.execute(FILL)
    postgres_connection.con.commit()
    return f"postgres://workbench:swordfish@/postgres?host={postgres_socket}"


@pytest.fixture
def spark_url(spark_connection):
    session = spark_connection._session
    session.sql(
        MAKE.replace("TEXT", "STRING")
        .replace("TIMESTAMP,", "TIMESTAMP_NTZ,")
        .replace("CREATE TABLE", "CREATE OR REPLACE TEMPORARY VIEW")
        .split("(")[0]
        + """ AS SELECT * FROM VALUES
        ('b', 2, TIMESTAMP_NTZ '2025-01-01 23:30:00', TIMESTAMP '2025-01-02 00:30:00.5-05:00', DATE '2025-01-01', true),
        ('a', NULL, TIMESTAMP_NTZ '2025-07-01 12:00:00', TIMESTAMP '2025-07-01 12:00:00Z', NULL, false)
        AS t(id, n, opened, seen, day, open)"""
    )
    return "pyspark://"


@pytest.fixture(params=["duckdb", "postgres", "spark"])
def database(request, declare):
    """``database(...)`` declares the table of each engine in turn."""
    url = request.getfixturevalue(f"{request.param}_url")
    columns = {name: {"name": name, "type": kind} for name, kind in COLUMNS.items()}
    return lambda **source: declare(columns=columns, **{"location": url, "table": "requests", **source})


def test_a_table_is_extracted_in_the_form_of_a_file(database, rows_of):
    taken = snapshot(database(), "requests")
    assert (taken.rows, taken.rejects) == (2, 0)
    assert rows_of(taken.path) == ROWS


def test_a_trusted_table_stays_where_it_is_and_has_the_same_form(database):
    catalog = database(trusted=True)
    taken = snapshot(catalog, "requests")
    assert (taken.rows, taken.rejects_path, taken.path.suffix) == (2, None, ".json")
    with tables(catalog, ["requests"]) as opened:
        found = opened.tables["requests"].order_by("id").to_pyarrow().to_pylist()
        assert opened.provenance.snapshots == {"requests": taken.sha256}
    assert found == ROWS


def test_a_missing_table_is_answered_with_one_like_it(database):
    with pytest.raises(SourceError, match="no table 'request'; 'requests' looks like it"):
        snapshot(database(table="request"), "requests")


def test_a_query_may_stand_for_a_table(declare, duckdb_url, rows_of):
    columns = {"id": {"name": "id"}}
    query = "SELECT id FROM requests WHERE n = 2"
    taken = snapshot(declare(columns=columns, location=duckdb_url, query=query), "requests")
    assert rows_of(taken.path) == [{"_row": 1, "id": "b"}]


def test_a_database_is_asked_again_only_by_a_new_snapshot(declare, duckdb_url, tmp_path):
    catalog = declare(columns={"id": {"name": "id"}}, location=duckdb_url, table="requests")
    first = snapshot(catalog, "requests")
    assert snapshot(catalog, "requests") == first
    with duckdb.connect(tmp_path / "city.duckdb") as connection:
        connection.execute("DELETE FROM requests WHERE id = 'a'")
    assert current(catalog, "requests") == first
    second = snapshot(catalog, "requests")
    assert (second.rows, second.sha256 != first.sha256) == (1, True)
    assert current(catalog, "requests") == second


def test_a_trusted_table_that_grew_is_another_snapshot(declare, duckdb_url, tmp_path):
    columns = {"id": {"name": "id"}, "day": {"name": "day", "type": "date"}}
    catalog = declare(columns=columns, location=duckdb_url, table="requests", trusted=True)
    first = snapshot(catalog, "requests")
    assert snapshot(catalog, "requests") == first
    with duckdb.connect(tmp_path / "city.duckdb") as connection:
        connection.execute("UPDATE requests SET day = '2025-12-31' WHERE id = 'b'")
    assert snapshot(catalog, "requests").sha256 != first.sha256


def test_a_gone_column_of_a_table_is_told(declare, duckdb_url):
    catalog = declare(columns={"id": {"name": "ident"}}, location=duckdb_url, table="requests")
    with pytest.raises(SourceError, match="requests:1: ident is gone; id looks like it"):
        snapshot(catalog, "requests")


def test_an_empty_table_is_told(declare, duckdb_url):
    catalog = declare(
        columns={"id": {"name": "id"}}, location=duckdb_url, query="SELECT id FROM requests WHERE n = 9"
    )
    with pytest.raises(SourceError, match="the query has no rows"):
        snapshot(catalog, "requests")


def test_an_unreachable_database_is_told_without_its_password(declare):
    catalog = declare(location="postgres://alice:swordfish@127.0.0.1:1/city", table="requests")
    with pytest.raises(SourceError) as refusal:
        snapshot(catalog, "requests")
    assert "postgres://127.0.0.1:1/city cannot be read: connection failed" in str(refusal.value)
    assert "swordfish" not in str(refusal.value)


def test_a_missing_database_file_is_told_and_not_made(declare, tmp_path):
    with pytest.raises(SourceError, match="duckdb://none.duckdb cannot be read"):
        snapshot(declare(location="duckdb://none.duckdb", table="requests"), "requests")
    assert not (tmp_path / "none.duckdb").exists()


def test_a_password_may_stand_in_the_environment(declare, monkeypatch):
    catalog = declare(location="duckdb://${CITY_DATABASE}", table="requests")
    with pytest.raises(SourceError, match="set the environment variable CITY_DATABASE"):
        snapshot(catalog, "requests")
    monkeypatch.setenv("CITY_DATABASE", "none.duckdb")
    with pytest.raises(SourceError, match="none.duckdb"):
        snapshot(catalog, "requests")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"location": "mssql://server/city", "table": "t"}, "engine 'mssql' has no exact quantiles"),
        ({"location": "https://example.org/a.csv"}, "https:// is not read directly"),
        ({"location": "duckdb://a.duckdb"}, "write either `table:` or `query:`"),
        (
            {"location": "duckdb://a.duckdb", "table": "t", "query": "SELECT 1"},
            "write either `table:` or `query:`",
        ),
    ],
)
def test_a_database_that_cannot_be_used_is_refused_without_connecting(declare, source, message, monkeypatch):
    monkeypatch.setattr(databases, "_connected", None)
    with pytest.raises(SourceError, match=message):
        snapshot(declare(**source), "requests")


def test_a_trusted_table_is_not_read_and_so_cannot_be_unpivoted(declare):
    wide = {"columns": ["a"], "name": "b", "value": "c"}
    catalog = declare(location="duckdb://a.duckdb", table="t", trusted=True, unpivot=wide)
    with pytest.raises(SourceError, match="without `points`, `unpivot` or `names`"):
        snapshot(catalog, "requests")
