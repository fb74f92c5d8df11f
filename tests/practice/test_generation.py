import json
from datetime import UTC, datetime

import pytest

from workbench.practice import generate

SMALL = 0.02


def bytes_of(city) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((city / "private" / "sources").iterdir())}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    generate(folder, scale=SMALL)
    return folder


def test_the_same_seed_gives_the_same_bytes(small, tmp_path):
    generate(tmp_path, scale=SMALL)
    assert bytes_of(tmp_path) == bytes_of(small)
    truths = "private/practice-truths.json"
    assert (tmp_path / truths).read_bytes() == (small / truths).read_bytes()


def test_another_seed_gives_another_city(small, tmp_path):
    generate(tmp_path, seed=1, scale=SMALL)
    theirs, ours = bytes_of(small), bytes_of(tmp_path)
    assert theirs.keys() == ours.keys()
    assert [name for name in ours if ours[name] == theirs[name]] == []


def test_what_is_there_already_is_not_made_again(small):
    before = bytes_of(small)
    assert not generate(small, scale=SMALL).anew
    assert bytes_of(small) == before


def test_a_damaged_file_is_made_again(tmp_path):
    generate(tmp_path, scale=SMALL)
    damaged = tmp_path / "private" / "sources" / "population.csv"
    damaged.write_text("", "utf-8")
    assert generate(tmp_path, scale=SMALL).anew
    assert damaged.stat().st_size > 1000


def test_files_are_dated_by_the_day_of_the_extract(small):
    expected = datetime(2026, 1, 15, 6, tzinfo=UTC).timestamp()
    assert {path.stat().st_mtime for path in (small / "private" / "sources").iterdir()} == {expected}


def test_the_city_has_the_size_that_is_promised(sources):
    rows = {name: len(table) for name, table in sources.items()}
    assert 220_000 < rows["service_requests"] + rows["applications"] < 265_000
    assert 480_000 < rows["case_events"] + rows["office_events"] < 520_000
    assert rows["population"] == 30 * 7
    assert rows["street_lights"] == 30
    assert 200 < rows["surnames"] < 400


def test_three_years_are_made_and_nothing_after_the_extract(sources):
    opened = sources["service_requests"]["opened"]
    readable = opened[opened.str.match(r"202\d-(0[13-9]|1)")]
    assert readable.min()[:10] == "2023-01-01"
    assert readable.max()[:10] == "2025-12-31"
    completed = sources["case_events"]["completed"]
    assert completed[completed.str.startswith("202")].max() < "2026-01-15"


def test_truths_are_written_beside_the_sources(small):
    written = json.loads((small / "private" / "practice-truths.json").read_text("utf-8"))
    ids = [truth["id"] for truth in written["truths"]]
    assert {"where_people_live", "treatment", "noise", "bottleneck", "rework_loop", "case_mix"} <= set(ids)
    assert {"open_cases", "shift", "drift", "season", "missed_target"} <= set(ids)
    assert {quarter: len(gaps) for quarter, gaps in written["expected_gaps"].items()} == {
        "2025-Q3": 18,
        "2025-Q4": 18,
    }
