import tempfile
from pathlib import Path

import duckdb
import ibis
import pytest

from workbench.errors import SourceError
from workbench.sources import tables
from workbench.sources.asking import asked, held


def test_tables_come_with_their_provenance(declare):
    content = "PLACE,Y,X\nNorth,9,9\n,1,x\n"
    columns = {"place": "text", "y": "number", "x": "number"}
    points = {
        "latitude": "y",
        "longitude": "x",
        "place_level": "ward",
        "into": "place",
        "default": [[9.0, 9.0]],
    }
    catalog = declare(content, columns, places={"ward": {"title": "Ward"}}, points=points)
    with tables(catalog, ["requests", "requests"]) as opened:
        assert opened.tables["requests"].to_pyarrow().to_pylist() == [
            {"_row": 1, "place": "North", "y": 9.0, "x": 9.0}
        ]
    assert opened.provenance.rows == {"requests": 2}
    assert opened.provenance.rejects == {"requests": 1}
    assert opened.provenance.set_aside == {
        "requests": {"default_coordinate": 1, "no_coordinate": 1, "no_place": 1}
    }


def test_no_sources_are_no_tables(declare):
    with tables(declare("ID\na\n"), []) as opened:
        assert opened.tables == {}


def test_a_query_may_read_nothing_but_the_snapshots(declare, tmp_path):
    (tmp_path / "other.csv").write_text("secret\n")
    with tables(declare("ID\na\n"), ["requests"]) as opened:
        connection = opened.tables["requests"].get_backend().con
        with pytest.raises(duckdb.PermissionException):
            connection.execute("SELECT * FROM read_csv($1)", [str(tmp_path / "other.csv")])


def test_rows_that_are_held_may_come_from_tables_in_memory(declare):
    with tables(declare("ID\na\nb\n"), ["requests"]) as opened:
        names = ibis.memtable({"id": ["b"], "name": ["Elm"]})
        kept, _ = held(opened.tables["requests"].inner_join(names, "id")[["id", "name"]], "_kept")
        assert asked(kept.order_by("id"))[0].to_pylist() == [{"id": "b", "name": "Elm"}]


def test_rows_that_do_not_fit_into_memory_go_where_they_are_thrown_away(declare):
    with tables(declare("ID\na\n"), ["requests"]) as opened:
        connection = opened.tables["requests"].get_backend().con
        [[folder]] = connection.execute("SELECT current_setting('temp_directory')").fetchall()
        assert Path(folder).is_dir()
        assert Path(folder).parent == Path(tempfile.gettempdir())
    assert not Path(folder).exists()


def test_a_source_that_cannot_be_read_is_told_before_any_table_is_open(declare):
    with pytest.raises(SourceError, match="no file 'requests.csv'"), tables(declare(), ["requests"]):
        pass
