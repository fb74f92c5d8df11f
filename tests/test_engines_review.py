"""The same review of the tiny city, its sources in files, in Postgres and in Spark: the same cubes and pages."""

import csv
import re
from pathlib import Path

import duckdb
import pytest
import yaml

from workbench.review import review

HASH = re.compile(rb"\b([0-9a-f]{64}|[0-9a-f]{32})\b")  # of a snapshot, which says how it was read; of a cube
# What columns of a database would be; the files hold text.
TYPES = {
    "requests": "ID INT, OPENED_DT DATE, CLOSED_DT DATE, DUE_DT DATE, RACE TEXT, ZIP TEXT, NEIGHBOURHOOD TEXT",
    "steps": "CASE TEXT, STEP TEXT, DONE TIMESTAMP",
    "months": "MONTH DATE, ANSWERED INT, CALLS INT",
}


def declare_databases(city: Path, places: dict[str, dict[str, str]]) -> Path:
    """Point ``sources.yml`` at databases instead of files."""
    path = city / "parameters" / "sources.yml"
    declared = yaml.load(path.read_text(), Loader=yaml.BaseLoader)
    for name, place in places.items():
        declared["sources"][name].update(place)
    path.write_text(yaml.safe_dump(declared))
    for each in (city / "private" / "sources").iterdir():
        each.unlink()  # so that nothing can come from them
    return city


def in_postgres(city: Path, connection, socket: str) -> Path:
    with connection.con.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS tiny")
        for name, columns in TYPES.items():
            quoted = ", ".join(f'"{each.split()[0]}" {each.split()[1]}' for each in columns.split(", "))
            with (city / "private" / "sources" / f"{name}.csv").open(newline="") as stream:
                _, *rows = csv.reader(stream)
            cursor.execute(f"DROP TABLE IF EXISTS tiny.{name}")
            cursor.execute(f"CREATE TABLE tiny.{name} ({quoted})")
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO tiny.{name} VALUES ({marks})", rows)
    connection.con.commit()
    url = f"postgres://workbench@/postgres?host={socket}"
    return declare_databases(city, {name: {"location": url, "table": f"tiny.{name}"} for name in TYPES})


def in_spark(city: Path) -> Path:
    """Parquet files that Spark reads; times without a zone, as a lake has them."""
    (city / "lake").mkdir()
    places = {}
    for name, columns in TYPES.items():
        path = city / "lake" / f"{name}.parquet"
        kinds = {each.split()[0]: each.split()[1] for each in columns.split(", ")}
        source = city / "private" / "sources" / f"{name}.csv"
        duckdb.execute(f"COPY (FROM read_csv('{source}', columns={kinds})) TO '{path}' (FORMAT parquet)")
        places[name] = {"location": "pyspark://", "query": f"SELECT * FROM parquet.`{path}`"}
    return declare_databases(city, places)


def cubes(city: Path) -> dict[str, list]:
    """The rows of every cube."""
    found = {}
    for path in sorted((city / "private").glob("cubes/*/*/*.parquet")):
        found.setdefault(path.name, []).append(sorted(map(repr, duckdb.read_parquet(str(path)).fetchall())))
    return found


def published(folder: Path) -> dict[str, bytes]:
    """All that is published but the records of how it was made; hashes of what it was made on are left out."""
    records = ("run.json", "manifest.json", "catalog.json")
    files = [each for each in folder.rglob("*") if each.is_file() and each.name not in records]
    return {each.relative_to(folder).as_posix(): _without_hashes(each) for each in files}


def _without_hashes(path: Path) -> bytes:
    content = path.read_bytes()
    return HASH.sub(b"", content) if path.suffix in (".json", ".ipynb") else content


@pytest.fixture(scope="module")
def from_files(tmp_path_factory, tiny_city, in_process):
    city = tiny_city(tmp_path_factory.mktemp("files") / "town")
    with in_process.warm():
        return city, review(city, "q4", jobs=1)


# Spark starts in a worker of the review: these tests stay beside the review from files, away from those of the shared session.
@pytest.mark.parametrize("engine", ["postgres", "spark over parquet"])
def test_a_review_is_the_same_wherever_its_sources_are(
    engine, request, tmp_path, tiny_city, from_files, in_process
):
    city = tiny_city(tmp_path / "town")
    if engine == "postgres":
        connection = request.getfixturevalue("postgres_connection")
        in_postgres(city, connection, request.getfixturevalue("postgres_socket"))
    else:
        in_spark(city)
    files, expected = from_files
    with in_process.warm():
        made = review(city, "q4", jobs=1)
    assert [each.failure for each in made.outcomes] == [None] * 3
    assert cubes(city) == cubes(files) != {}
    here, there = published(made.folder), published(expected.folder)
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []
