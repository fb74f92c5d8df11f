import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from workbench import cubes
from workbench.analyses import Analysis, Cube, Provenance, Results
from workbench.catalog.model import Catalog, City, Department, Holiday, PlaceLevel
from workbench.catalog.tables import Column, Source
from workbench.errors import SourceError

AS_OF = date(2025, 12, 31)


def count_requests(catalog, department, subject, tables, as_of):
    table = tables["requests"]
    counted = table.group_by("kind").agg(requests=table.count()).order_by("kind")
    frame = counted.to_pandas().assign(day=as_of)
    return Cube(
        {"counts": frame},
        {"title": subject},
        Provenance(sql={"counts": "SELECT 1"}, notes={"Hours": "9 to 5"}),
    )


@pytest.fixture
def analysis():
    return Analysis(
        handle="counting",
        title="Counting",
        notebook=None,
        results=Results,
        subjects=lambda catalog, department: ["all"],
        sources=lambda catalog, department, subject: ["requests"],
        cube=count_requests,
        analyse=None,
        findings=None,
        messages=None,
    )


@pytest.fixture
def city(tmp_path):
    (tmp_path / "requests.csv").write_text("KIND\nb\na\nb\n")
    return Catalog(
        root=tmp_path,
        city=City(name="Testville", time_zone="UTC"),
        departments={"works": Department(title="Works")},
        dimensions={},
        sources={"requests": Source(location="requests.csv", columns={"kind": Column(name="KIND")})},
    )


def test_what_a_killed_process_had_begun_to_store_is_removed_a_day_later(city, analysis):
    store = city.private / "cubes" / "counting"
    old, young = store / ".computing-old", store / ".computing-young"
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "counts.parquet").write_bytes(b"half")
    now = time.time()
    for folder, age in ((old, 86_410), (young, 86_000)):
        os.utime(folder, (now - age, now - age))
    made = cubes.cube(city, analysis, "works", "all", AS_OF)
    assert sorted(path.name for path in store.iterdir()) == [".computing-young", made.provenance.key]


def test_a_cube_comes_back_from_the_store_as_it_was_computed(city, analysis):
    made = cubes.cube(city, analysis, "works", "all", AS_OF)
    expected = pd.DataFrame({"kind": ["a", "b"], "requests": [1, 2], "day": [AS_OF, AS_OF]})
    pd.testing.assert_frame_equal(made.frames["counts"], expected)
    assert made.definition == {"title": "all"}
    assert made.provenance.rows == {"requests": 3}
    assert made.provenance.sql == {"counts": "SELECT 1"}
    assert made.provenance.notes == {"Hours": "9 to 5"}
    assert made.provenance.key == cubes.key(city, analysis, "works", "all", AS_OF)


def test_a_stored_cube_is_not_computed_again(city, analysis):
    first = cubes.cube(city, analysis, "works", "all", AS_OF)

    def fail(*_):
        raise AssertionError("computed again")

    again = cubes.cube(city, replace(analysis, cube=fail), "works", "all", AS_OF)
    assert again.provenance == first.provenance


def test_the_key_depends_on_all_that_a_cube_depends_on(city, analysis):
    def key(catalog=city, subject="all", as_of=AS_OF):
        return cubes.key(catalog, analysis, "works", subject, as_of)

    keys = [key(), key(subject="other"), key(as_of=date(2026, 1, 1))]
    changed = city.model_copy(update={"city": City(name="Testville", time_zone="UTC", minimum_count=5)})
    keys.append(key(changed))
    source = city.sources["requests"].model_copy(update={"missing": ["b"]})
    keys.append(key(city.model_copy(update={"sources": {"requests": source}})))
    holidays = {date(2025, 12, 25): Holiday(name="Christmas Day")}
    keys.append(key(city.model_copy(update={"holidays": holidays})))
    closed = Department(title="Works", closures=[date(2025, 12, 24)])
    keys.append(key(city.model_copy(update={"departments": {"works": closed}})))
    (city.root / "requests.csv").write_text("KIND\nb\n")
    keys.append(key())
    assert len(set(keys)) == len(keys)
    assert key() == key()


def test_the_key_depends_on_the_content_of_boundary_files(city, analysis):
    ward = PlaceLevel(title="Ward", boundary={"file": "wards.geojson", "property": "NAME"})
    wards = city.model_copy(update={"places": {"ward": ward}})
    keys = [cubes.key(wards, analysis, "works", "all", AS_OF)]
    for content in ("{}", '{"features": []}'):
        (city.root / "wards.geojson").write_text(content)
        keys.append(cubes.key(wards, analysis, "works", "all", AS_OF))
    assert len(set(keys)) == 3


def test_the_key_depends_on_the_code_of_the_analysis(city, analysis, tmp_path, monkeypatch):
    before = cubes.key(city, analysis, "works", "all", AS_OF)
    (tmp_path / "cube.py").write_text("changed = True\n")
    monkeypatch.setattr(cubes.inspect, "getfile", lambda function: str(tmp_path / "cube.py"))
    assert cubes.key(city, analysis, "works", "all", AS_OF) != before


def test_another_departments_entries_do_not_change_the_key(city, analysis):
    before = cubes.key(city, analysis, "works", "all", AS_OF)
    departments = {**city.departments, "parks": Department(title="Parks")}
    changed = city.model_copy(update={"departments": departments})
    assert cubes.key(changed, analysis, "works", "all", AS_OF) == before


def test_the_files_of_a_cube_have_the_same_bytes_each_time(city, analysis):
    def stored():
        made = cubes.cube(city, analysis, "works", "all", AS_OF)
        folder = city.private / "cubes" / "counting" / made.provenance.key
        found = {path.name: path.read_bytes() for path in folder.iterdir()}
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        return found

    assert stored() == stored()


def test_a_cube_that_was_cut_off_is_computed_again(city, analysis):
    made = cubes.cube(city, analysis, "works", "all", AS_OF)
    folder = city.private / "cubes" / "counting" / made.provenance.key
    assert json.loads((folder / "cube.json").read_text())["frames"] == ["counts"]
    (folder / "cube.json").unlink()
    assert cubes.cube(city, analysis, "works", "all", AS_OF).frames["counts"].requests.tolist() == [1, 2]
    assert sorted(path.name for path in folder.parent.iterdir()) == [folder.name]


def test_a_store_that_cannot_be_written_is_named(city, analysis):
    city.private.mkdir()
    (city.private / "cubes").write_text("a file where the folder should be")
    with pytest.raises(SourceError, match="private/cubes/counting/.* cannot be written"):
        cubes.cube(city, analysis, "works", "all", AS_OF)


def test_a_stored_cube_is_read_without_an_engine(city, analysis):
    made = cubes.cube(city, analysis, "works", "all", AS_OF)
    folder = city.private / "cubes" / "counting" / made.provenance.key
    code = (
        "import sys; from pathlib import Path; from workbench import cubes; "
        f"cubes.load(Path({str(folder)!r})); print([m for m in ('duckdb', 'ibis', 'shapely') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_a_cube_on_a_trusted_postgres_equals_that_on_the_file(
    city, analysis, postgres_connection, postgres_socket
):
    with postgres_connection.con.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS kinds")
        cursor.execute("CREATE TABLE kinds (kind TEXT); INSERT INTO kinds VALUES ('b'), ('a'), ('b')")
    postgres_connection.con.commit()
    of_file = cubes.cube(city, analysis, "works", "all", AS_OF)
    kind = Column(name="kind")
    url = f"postgres://workbench@/postgres?host={postgres_socket}"
    trusted = Source(location=url, table="kinds", columns={"kind": kind}, trusted=True)
    of_table = cubes.cube(
        city.model_copy(update={"sources": {"requests": trusted}}), analysis, "works", "all", AS_OF
    )
    pd.testing.assert_frame_equal(of_table.frames["counts"], of_file.frames["counts"])
    assert (of_table.provenance.rows, of_table.provenance.key != of_file.provenance.key) == (
        {"requests": 3},
        True,
    )


def test_an_action_changes_the_key_of_its_own_analysis_and_department_once_it_is_registered(city, analysis):
    declared = {"title": "Lamps", "department": "works", "source": "requests", "kind": "count"}
    measure = {**declared, "direction": "decrease", "columns": {"interval": "kind"}}
    action = {"title": "New lamps", "owner": "Lights", "start": "2026-02-01", "direction": "decrease"}
    told = {"finding": "counting/lamps/variation/all/all", "registered": "2025-12-31"}
    values = city.model_dump() | {"measures": {"lamps": measure}}

    def key(**changes):
        acted = Catalog.model_validate(values | {"actions": {"renewal": action | told | changes}})
        return cubes.key(acted, analysis, "works", "all", AS_OF)

    without = cubes.key(Catalog.model_validate(values), analysis, "works", "all", AS_OF)
    assert key() != without
    assert key(start="2026-03-01") != key()
    assert key(registered="2026-01-01") == without
    assert key(finding="other/lamps/variation/all/all") == without
    assert key(decided="keep", decided_on="2026-06-30") == key()
    assert key(decided="keep", decided_on="2025-12-31") != key()
