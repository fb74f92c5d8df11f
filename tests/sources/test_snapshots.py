import errno
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from workbench.errors import SourceError
from workbench.sources import current, fingerprint, snapshot, taking


def folder(catalog):
    return catalog.private / "snapshots" / "requests"


def names(catalog):
    return sorted(path.name for path in folder(catalog).iterdir())


def touched(path, *when):
    stamp = datetime(*when, tzinfo=UTC).timestamp()
    os.utime(path, (stamp, stamp))


def test_a_snapshot_is_named_after_the_day_its_file_was_changed_in_the_city(declare, tmp_path):
    catalog = declare("ID\na\n")
    touched(tmp_path / "requests.csv", 2025, 1, 1, 4, 59)  # 23:59 on 31 December in New York
    taken = snapshot(catalog, "requests")
    assert (taken.taken, taken.rows, taken.rejects) == ("2024-12-31", 1, 0)
    stem = f"2024-12-31-{taken.sha256[:12]}"
    assert names(catalog) == [f"{stem}.json", f"{stem}.parquet", f"{stem}.rejects.parquet"]


def test_the_same_file_and_declaration_are_read_once(declare, tmp_path, monkeypatch):
    catalog = declare("ID\na\n")
    first = snapshot(catalog, "requests")
    touched(tmp_path / "requests.csv", 2030, 1, 1)
    monkeypatch.setattr("workbench.sources.taking.take", None)
    assert snapshot(catalog, "requests") == first == current(catalog, "requests")
    assert fingerprint(catalog, "requests") == first.sha256


def test_a_changed_file_or_declaration_is_read_again(declare):
    hashes = {snapshot(declare("ID\na\n"), "requests").sha256}
    hashes.add(snapshot(declare("ID\nb\n"), "requests").sha256)
    hashes.add(snapshot(declare("ID\nb\n", missing=["b"]), "requests").sha256)
    hashes.add(snapshot(declare("ID\nb\n", rejects_allowed=0.5), "requests").sha256)
    assert len(hashes) == 4


def test_a_snapshot_has_the_same_bytes_wherever_it_is_read(declare, tmp_path):
    content = "ID,N\n" + "".join(f"{i},{i % 7}\n" for i in range(5000))
    catalog = declare(content, {"id": "text", "n": "integer"})
    first = snapshot(catalog, "requests")
    elsewhere = catalog.model_copy(update={"root": tmp_path / "elsewhere"})
    elsewhere.root.mkdir()
    (elsewhere.root / "requests.csv").write_text(content)
    second = snapshot(elsewhere, "requests")
    assert first.path.read_bytes() == second.path.read_bytes()
    assert replace(first, path=None, rejects_path=None, taken="") == replace(
        second, path=None, rejects_path=None, taken=""
    )


def test_the_forms_of_the_columns_are_the_contract(declare, rows_of):
    kinds = {kind: kind for kind in ("text", "integer", "number", "date", "time", "yes_no")}
    catalog = declare(
        "TEXT,INTEGER,NUMBER,DATE,TIME,YES_NO\na,1,1.5,2025-01-02,2025-01-02 23:30,yes\n", kinds
    )
    taken = snapshot(catalog, "requests")
    assert taken.columns == {
        "_row": "BIGINT",
        "text": "VARCHAR",
        "integer": "BIGINT",
        "number": "DOUBLE",
        "date": "DATE",
        "time": "TIMESTAMP",
        "time_date": "DATE",
        "yes_no": "BOOLEAN",
    }
    [row] = rows_of(taken.path)
    assert list(row.values()) == [
        1,
        "a",
        1,
        1.5,
        datetime(2025, 1, 2).date(),
        datetime(2025, 1, 3, 4, 30),
        datetime(2025, 1, 2).date(),
        True,
    ]


def test_nothing_is_written_for_a_source_that_is_refused(declare):
    catalog = declare("ID,N\na,x\n", {"id": "text", "n": "integer"}, rejects_allowed=0)
    with pytest.raises(SourceError, match="1 of 1 rows"):
        snapshot(catalog, "requests")
    assert names(catalog) == []


def test_a_reading_that_was_cut_off_is_not_taken_for_a_snapshot(declare):
    catalog = declare("ID\na\n")
    taken = snapshot(catalog, "requests")
    taken.path.with_suffix(".json").unlink()
    assert snapshot(catalog, "requests") == taken
    assert json.loads(taken.path.with_suffix(".json").read_text())["rows"] == 1


def test_a_snapshot_whose_rows_were_deleted_is_taken_again(declare):
    catalog = declare("ID\na\n")
    taken = snapshot(catalog, "requests")
    taken.path.unlink()
    assert snapshot(catalog, "requests").path.is_file()


def test_a_file_that_changes_while_it_is_read_is_refused(declare, tmp_path, monkeypatch):
    catalog, take = declare("ID\na\n"), taking.take

    def take_and_change(*arguments):
        made = take(*arguments)
        (tmp_path / "requests.csv").write_text("ID\na\nb\n")
        return made

    monkeypatch.setattr(taking, "take", take_and_change)
    with pytest.raises(SourceError, match="`requests` changed while it was read"):
        snapshot(catalog, "requests")
    assert names(catalog) == []


def test_what_a_killed_reading_left_behind_is_removed_after_a_day(declare):
    catalog = declare("ID\na\n")
    for name in ("old", "new"):
        (folder(catalog) / f".reading-{name}").mkdir(parents=True)
    touched(folder(catalog) / ".reading-old", 2025, 1, 1)
    snapshot(catalog, "requests")
    assert [name for name in names(catalog) if name.startswith(".")] == [".reading-new"]


def test_a_folder_that_cannot_be_written_is_named(declare):
    catalog = declare("ID\na\n")
    catalog.private.write_text("a file where the folder should be")
    with pytest.raises(SourceError, match="private/snapshots/requests cannot be written"):
        snapshot(catalog, "requests")


def test_a_disk_that_fills_up_before_the_last_file_leaves_nothing(declare, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    catalog = declare(b"ID\na\n")
    with pytest.raises(SourceError, match="cannot be written: there is no room to write"):
        snapshot(catalog, "requests")
    assert names(catalog) == []


def test_an_unknown_source_is_answered_with_those_declared(declare):
    with pytest.raises(SourceError, match="no source 'request'; declared are: requests"):
        snapshot(declare("ID\na\n"), "request")


fields = st.text(st.sampled_from('a1,"\n\r -:é'), max_size=6)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(body=[",", ',,"1\r"'])
@given(body=st.lists(st.lists(fields, min_size=1, max_size=4).map(",".join), min_size=1, max_size=8))
def test_every_row_is_kept_or_rejected(declare, rows_of, body):
    columns = {"id": "text", "n": "integer", "day": "date"}
    catalog = declare("ID,N,DAY\n1,1,2025-01-01\n" + "\n".join(body) + "\n", columns, unique=["id"])
    taken = snapshot(catalog, "requests")
    kept = {row["_row"] for row in rows_of(taken.path)}
    rejected = {row["_row"] for row in rows_of(taken.rejects_path)}
    assert 1 in kept
    assert not kept & rejected
    assert len(kept) == taken.rows - taken.rejects
    assert kept | rejected == set(range(1, taken.rows + 1))
