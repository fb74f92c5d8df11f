"""Fixtures that several rooms' tests share."""

import gc
import json
import os
import runpy
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
from hypothesis import HealthCheck, settings

from tests.in_process import WITH_TOY, InProcess
from tests.left_running import left_running, marked
from workbench.lean import import_jsonschema

import_jsonschema()  # otherwise the first test of a notebook compiles a grammar that nothing uses, for three seconds

# Two workers share the machine with kernels and browsers: how long an example takes says nothing of the code.
# Half of hypothesis' hundred examples: a test that needs another number says so itself. They are the same in every run,
# so that a change is refused for what it does and not for a chance find; `make explore` looks for those.
settings.register_profile(
    "same", deadline=None, max_examples=50, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("same"), derandomize=False, max_examples=500)
settings.load_profile("same")

ROOT = Path(__file__).parents[1]
POSTGRES = Path("/usr/lib/postgresql")
# Begun last, one worker would still be at them while the other has nothing to do.
LONGEST = (
    "test_documentation.py",
    "test_bad_input.py",
    "test_engines_review.py",
    "test_log.py",
    "test_real_review.py",
    "test_dask.py",
    "test_lifecycle.py",
    "test_real_process.py",
    "test_versions.py",
    "test_attack.py",
    "test_adjusted.py",
    "test_chaos.py",
    "test_executor.py",
    "test_hidden_parts.py",
    "test_bad_disparity.py",
    "test_bad_process.py",
)


def pytest_collection_modifyitems(items):
    """The longest files first, the others in their order."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


def pytest_collection_finish():
    """What is loaded by now stays to the end: searches for what can be freed need not look at it, nor come so often.

    Queries are built of so many small objects that such searches are a tenth of the time of a cube's tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """The tests of a file on one worker, so that what it prepares is prepared once; those of Spark likewise."""
    from xdist.scheduler import LoadFileScheduling

    class ByFileAndEngine(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return "spark" if "[spark]" in nodeid else super()._split_scope(nodeid)

    return ByFileAndEngine(config, log)


@pytest.fixture(scope="session", autouse=True)
def nothing_left_running():
    """What tests have started has ended when all have: children of this process, and whatever lost its parent."""
    with marked() as mark:
        yield
        assert left_running(mark) == {}


CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser():
    """Chromium of this machine, or the one that Playwright keeps; skipped where there is none."""
    from playwright.sync_api import sync_playwright

    own = next((path for path in map(shutil.which, CHROMIUM) if path), None)
    with sync_playwright() as playwright:
        if own is None and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("there is no Chromium here")
        started = playwright.chromium.launch(executable_path=own, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def window(browser):
    """A browser window: ``window.asked`` lists every address it asked for beyond the page itself."""
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.asked, page.faults = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    yield page
    page.close()


@pytest.fixture
def barriers():
    """What axe finds wrong with a page by WCAG 2.1 A and AA, as rule and place."""
    from axe_playwright_python.sync_playwright import Axe

    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}

    def found(page) -> list[str]:
        violations = Axe().run(page, options=rules).response["violations"]
        return [f"{rule['id']}: {node['target']}" for rule in violations for node in rule["nodes"]]

    return found


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
        # Frames of a few rows: to write, compile and plan anew code for each query costs more than to interpret it.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        # A session of minutes: to compile its bytecode as for one of days costs more than it saves.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
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


TOY_CITY = {
    "city.yml": "format: 1\nname: Toy Town\ntime_zone: America/Chicago\n",
    "departments.yml": "format: 1\ndepartments:\n  fire: {title: Fire}\n  parks: {title: Parks}\n",
    "dimensions.yml": "format: 1\ndimensions: {}\n",
    "reviews/q4.yml": "format: 1\nperiod: 2025-Q4\nas_of: 2026-01-15\nanalyses: [toy_rows]\n",
}
TOY_SOURCE = """  {name}:
    location: private/sources/{name}.csv
    about_people: no
    columns:
      call: {{name: Call, required: yes}}
      zip_code: {{name: ZIP}}
"""


@pytest.fixture
def toy_city(tmp_path):
    """Make a city of small sources, each a subject of the toy analysis under ``tests/toy``."""

    return lambda *sources: toy_town(tmp_path / "town", *sources)


def toy_town(root: Path, *sources: str) -> Path:
    """Write a city whose sources have three rows each."""
    declared = "".join(TOY_SOURCE.format(name=name) for name in sources)
    for name, text in {**TOY_CITY, "sources.yml": f"format: 1\nsources:\n{declared}"}.items():
        path = root / "parameters" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "private" / "sources").mkdir(parents=True, exist_ok=True)
    for name in sources:
        (root / "private" / "sources" / f"{name}.csv").write_text("Call,ZIP\n1,02116\n2,02116\n3,06037\n")
    return root


@pytest.fixture
def workbench(command):
    """As ``command``; returns what a finished process would be, its output as text."""
    return lambda *words: subprocess.CompletedProcess(words, *command(*words))


@pytest.fixture
def toy_environment() -> dict[str, str]:
    """The environment of a machine where the toy analysis is installed."""
    return {**os.environ, "PYTHONPATH": WITH_TOY, "COLUMNS": "200"}


@pytest.fixture(scope="session")
def in_process():
    """The command in this process, and ``in_process.warm()`` for reviews without it: one fork server for all."""
    with TemporaryDirectory(prefix="f-") as folder:
        yield (here := InProcess(folder))
        here.server.end()


@pytest.fixture
def command(monkeypatch, in_process):
    """Run a command in this process, the toy analysis installed; its exit code, output and errors."""
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "toy"))
    monkeypatch.setenv("PYTHONPATH", WITH_TOY)
    return in_process


@pytest.fixture(scope="session")
def tiny_city() -> Callable[[Path], Path]:
    """Make a town of one department with a service, a process and a measure; its review takes seconds."""

    def made(root: Path) -> Path:
        shutil.copytree(ROOT / "tests" / "tiny" / "parameters", root / "parameters")
        runpy.run_path(str(ROOT / "tests" / "tiny" / "rows.py"))["write"](root / "private" / "sources")
        return root

    return made
