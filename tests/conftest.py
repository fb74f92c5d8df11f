"""Fixtures that several rooms' tests share."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[1]
POSTGRES = Path("/usr/lib/postgresql")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real public data and published cases; the test is skipped where it is absent."""
    folder = Path(os.environ.get("WORKBENCH_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip("real public data are not here: ../shared is absent")
    return folder


@pytest.fixture(scope="session")
def reference(shared) -> Callable:
    """``reference(collection, id)`` is a published case: its inputs, what is expected, its tolerance."""

    @cache
    def cases(collection: str) -> dict:
        found = json.loads((shared / "cases" / f"{collection}.json").read_text())["cases"]
        return {case["id"]: case for case in found}

    return lambda collection, name: cases(collection)[name]


@pytest.fixture
def duckdb_connection():
    """An Ibis connection to an empty DuckDB in memory."""
    import ibis

    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


@pytest.fixture(scope="session")
def postgres_socket():
    """Folder of the unix socket of a Postgres that is started for the tests and thrown away."""
    # Not under pytest's own temporary folder, which the unprivileged server cannot enter.
    with TemporaryDirectory() as folder, _postgres_cluster(Path(folder)):
        yield folder


@pytest.fixture(scope="session")
def postgres_connection(postgres_socket):
    """An Ibis connection to the throwaway Postgres."""
    import ibis

    connection = ibis.postgres.connect(host=postgres_socket, user="workbench", database="postgres")
    yield connection
    connection.disconnect()


@pytest.fixture(scope="session")
def spark_connection(tmp_path_factory):
    """An Ibis connection to a local Spark, started once."""
    import ibis

    session = _spark_session(tmp_path_factory.mktemp("spark"))
    yield ibis.pyspark.connect(session)
    session.stop()


@pytest.fixture(params=["duckdb", "postgres", "spark"])
def on_engine(request, tmp_path) -> Callable:
    """``on_engine(frame)`` is the frame as an Ibis table of each engine in turn: the test runs three times.

    Columns should have plain types: text, ``Int64``, float, ``boolean``, ``datetime.date``, naive times.
    """
    connection = request.getfixturevalue(f"{request.param}_connection")
    return lambda frame: _put(connection, f"t{uuid4().hex}", frame, tmp_path)


@pytest.fixture(scope="session")
def practice_review() -> Path:
    """Folder of the practice city's review, as the README's first command makes it; made once for all workers."""
    folder = ROOT / "outputs" / "practice-2025-Q4"
    with FileLock(ROOT / "outputs" / ".made-by-tests.lock"):
        if os.environ.get("PYTEST_XDIST_TESTRUNUID", "") != _made_by(folder):
            made = subprocess.run(["make", "review"], cwd=ROOT, capture_output=True, text=True)
            assert made.returncode == 0, made.stdout + made.stderr
            (ROOT / "outputs" / ".made-by-tests").write_text(os.environ.get("PYTEST_XDIST_TESTRUNUID", ""))
    return folder


def _made_by(folder: Path) -> str | None:
    """The test run that made the review; None where there is no whole review."""
    mark = ROOT / "outputs" / ".made-by-tests"
    return mark.read_text() if mark.is_file() and (folder / "manifest.json").is_file() else None


def _postgres_binaries() -> Path:
    found = sorted(POSTGRES.glob("*/bin/initdb"))
    assert found, f"no Postgres under {POSTGRES}; `apt-get install postgresql` (these tests are not skipped)"
    return found[-1].parent


def _as_server_user(folder: Path, *command) -> None:
    """Run a Postgres program; as user postgres where we are root, because it refuses root."""
    unprivileged = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*unprivileged, *map(str, command)], check=True, cwd=folder, stdout=subprocess.DEVNULL)


@contextmanager
def _postgres_cluster(folder: Path):
    binaries, cluster = _postgres_binaries(), folder / "cluster"
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    trusting = ("-A", "trust", "-U", "workbench", "-E", "UTF8", "--locale", "C.UTF-8", "-N")
    _as_server_user(folder, binaries / "initdb", "-D", cluster, *trusting)
    control = (binaries / "pg_ctl", "-D", cluster)
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    _as_server_user(folder, *control, "-w", "-o", options, "-l", folder / "log", "start")
    try:
        yield
    finally:
        _as_server_user(folder, *control, "-m", "immediate", "stop")


def _spark_session(folder: Path):
    """A local Spark with one core whose session zone is UTC."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.warehouse.dir": str(folder),
    }
    session = SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _as_arrow(frame):
    """The frame with times to the microsecond, which all three engines keep."""
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False)
    types = [pa.timestamp("us") if pa.types.is_timestamp(kind) else kind for kind in table.schema.types]
    return table.cast(pa.schema(list(zip(table.schema.names, types, strict=True))))


def _put(connection, name: str, frame, folder: Path):
    import ibis
    from pyarrow import parquet

    if connection.name == "pyspark":
        # Ibis loses whole numbers with gaps on their way to Spark; Parquet keeps them.
        parquet.write_table(_as_arrow(frame), folder / f"{name}.parquet")
        return connection.read_parquet(folder / f"{name}.parquet", table_name=name)
    return connection.create_table(name, ibis.memtable(_as_arrow(frame)))
