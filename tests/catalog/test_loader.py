"""A city's files: what is read exactly, and which faults are told, all at once."""

from pathlib import Path

import pytest

from workbench.catalog import check, load
from workbench.errors import CatalogError

CITY = "format: 1\nname: Millbrook\ntime_zone: America/Chicago\n"
DEPARTMENTS = "format: 1\ndepartments:\n  works: {title: Public Works}\n"
DIMENSIONS = """format: 1
dimensions:
  race:
    title: Race
    groups:
      black: {title: Black, codes: [B, BLK]}
      white: {title: White, codes: [W]}
    unknown: [U]
    reference: white
"""
SOURCES = """format: 1
sources:
  requests:
    location: requests.csv
    columns:
      id: {name: ID}
      race: {name: RACE}
      opened: {name: OPENED, type: date}
      on_time: {name: ON_TIME}
"""
SERVICES = """format: 1
services:
  potholes:
    title: Potholes
    department: works
    source: requests
    where:
      - {column: id, equals: [02116, 06037, no, 1.0]}
    interval: opened
    outcome:
      numerator:
        - {column: on_time, equals: yes}
    favourable: yes
    groups: {race: race}
"""


@pytest.fixture
def city(tmp_path: Path):
    """Writes a small sound city; keyword arguments replace files by stem."""

    def write(**files: str) -> Path:
        sound = {"city": CITY, "departments": DEPARTMENTS, "dimensions": DIMENSIONS, "sources": SOURCES}
        for stem, text in (sound | {"services": SERVICES} | files).items():
            path = tmp_path / "parameters" / f"{stem}.yml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write


def faults(root: Path) -> list[str]:
    return [str(fault) for fault in check(root)]


def test_text_survives_exactly_as_written(city):
    service = load(city()).services["potholes"]
    assert service.where[0].equals == ["02116", "06037", "no", "1.0"]
    assert service.outcome.numerator[0].equals == ["yes"]
    assert service.favourable is True


def test_a_sound_city_has_no_faults(city):
    assert check(city()) == ()


def test_an_empty_value_means_missing(city):
    root = city(city="format: 1\nname: Millbrook\ntime_zone: UTC\nminimum_count:\ncontact: ''\n")
    assert load(root).city.minimum_count == 11
    assert load(root).city.contact == ""


def test_all_faults_of_all_files_are_reported_together(city):
    root = city(
        city="format: 1\nname: Millbrook\ntime_zone: America/Chicgo\nminimum_count: two\n",
        departments="format: 1\ndepartments:\n  works: {titel: Public Works}\n",
        services=SERVICES.replace("race: race", "race: raec"),
    )
    assert faults(root) == [
        "parameters/city.yml:4:1: 'minimum_count' is 'two'. Write a whole number.",
        "parameters/departments.yml:3:3: 'title' is missing. Add a line `title: ...`.",
        "parameters/departments.yml:3:11: the key 'titel' is not known here. Did you mean 'title'?",
        "parameters/services.yml:3:3: source 'requests' has no column 'raec'. Did you mean 'race'?",
    ]


def test_load_raises_with_every_fault(city):
    root = city(services=SERVICES.replace("department: works", "department: work"))
    with pytest.raises(CatalogError, match="there is no department 'work'. Did you mean 'works'") as error:
        load(root)
    assert len(error.value.faults) == 1
    assert error.value.exit_code == 10


def test_a_duplicate_key_is_a_fault_with_both_lines(city):
    root = city(departments=DEPARTMENTS + "  works: {title: Again}\n")
    assert faults(root) == [
        "parameters/departments.yml:4:3: the key 'works' was already given in line 3. Remove one."
    ]


def test_an_id_given_in_two_files_is_a_fault(city):
    root = city(**{"departments/a": DEPARTMENTS})
    (found,) = faults(root)
    assert "'works' was already given in parameters/departments/a.yml:3" in found


def test_an_anchor_bomb_is_refused_without_growing(city):
    levels = "".join(f"  l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]\n" for i in range(1, 9))
    root = city(goals=f"format: 1\ngoals:\n  l0: &l0 [x, x]\n{levels}")
    told = [fault for fault in faults(root) if "an anchor (&) is used again (*)" in fault]
    assert [fault.split(":")[1] for fault in told] == [str(line) for line in range(3, 11)]
    assert any("'l0' is a list. Write a mapping" in fault for fault in faults(root))


def test_a_tag_that_would_make_an_object_is_refused(city):
    root = city(goals="format: 1\ngoals:\n  a: {title: !!python/object:os.system x}\n")
    assert any("the tag" in fault and "goals.yml:3" in fault for fault in faults(root))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "holds no `key: value` lines"),
        (b"departments: {}\n", "`format` is missing. Write `format: 1`"),
        (b"format: 2\n", "`format` is '2'"),
        (b"format: 1\ndepartments: [a]\n", "'departments' is not a mapping"),
        (b"format: 1\n  departments: {\n", "this is not YAML"),
        (b"format: 1\ndepartments:\n  works: {title: M\xfcller}\n", "byte b'\\xfc' is not UTF-8"),
        ("format: 1\n".encode("utf-16"), "is not UTF-8"),
        (b"format: 1\ndepartments: {a: {title: x\0y}}\n", ":2: the character '\\x00' is not text."),
        (b"format: 1\ndepartments:\n  ../../x: {title: A}\n", "'../../x' is not an id"),
        (b"format: 1\ndepartments:\n" + b" " * 2_000_001, "larger than 2,000,000 bytes"),
    ],
)
def test_a_bad_file_is_told_in_plain_words(city, text, words):
    assert any(words in fault for fault in faults(city(departments=text)))


def test_missing_and_unknown_files_are_faults(tmp_path):
    (tmp_path / "parameters").mkdir()
    (tmp_path / "parameters" / "citty.yml").write_text("format: 1\n")
    found = faults(tmp_path)
    assert "parameters/citty.yml: no file is called 'citty'. Did you mean 'city'?" in found
    assert "parameters/sources.yml: the file is missing. Every city needs sources.yml." in found


def test_no_parameters_folder_is_one_fault(tmp_path):
    (found,) = [fault for fault in faults(tmp_path) if "folder" in fault]
    assert "Give the city's folder with --city." in found


def test_a_folder_of_files_is_read_like_one_file(city):
    root = city(**{"departments/parks": "format: 1\ndepartments:\n  parks: {title: Parks}\n"})
    assert sorted(load(root).departments) == ["parks", "works"]


def test_a_code_that_means_two_groups_is_a_fault(city):
    root = city(dimensions=DIMENSIONS.replace("[W]", "[W, blk]"))
    assert "the code 'blk' already means 'black'" in faults(root)[0]


def test_goals_may_not_circle(city):
    root = city(goals="format: 1\ngoals:\n  a: {title: A, parent: b}\n  b: {title: B, parent: a}\n")
    assert sum("its own ancestor" in fault for fault in faults(root)) == 2


def test_a_condition_has_exactly_one_test(city):
    root = city(services=SERVICES.replace("equals: yes", "equals: yes, filled: yes"))
    assert "a condition has 2 tests: equals, filled" in faults(root)[0]


def test_an_unreadable_entry_does_not_make_others_wrong(city):
    root = city(sources=SOURCES.replace("location: requests.csv", "locaton: requests.csv"))
    assert not any("there is no source" in fault for fault in faults(root))


HOLIDAYS = "format: 1\nholidays:\n  2026-01-01: New Year's Day\n  2026-07-03: Independence Day (observed)\n"


def test_holidays_are_dates_with_their_names(city):
    found = load(city(holidays=HOLIDAYS)).holidays
    assert {day.isoformat(): holiday.name for day, holiday in found.items()} == {
        "2026-01-01": "New Year's Day",
        "2026-07-03": "Independence Day (observed)",
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "2026/07/03: x",
            "parameters/holidays.yml:5:3: '2026/07/03' is not a date. Write a date, such as 2025-12-31.",
        ),
        (
            "2026-02-29: x",
            "parameters/holidays.yml:5:3: '2026-02-29' is not a date. Write a date, such as 2025-12-31.",
        ),
        (
            "Easter: x",
            "parameters/holidays.yml:5:3: 'Easter' is not a date. Write a date, such as 2025-12-31.",
        ),
        (
            "2026-12-25:",
            "parameters/holidays.yml:5:3: 'name' is missing. Write its name after the colon: `2026-01-01: New Year's Day`.",
        ),
        (
            "2026-01-01: x",
            "parameters/holidays.yml:5:3: the key '2026-01-01' was already given in line 3. Remove one.",
        ),
    ],
)
def test_a_line_that_is_no_holiday_is_told_with_its_place(city, line, said):
    assert faults(city(holidays=f"{HOLIDAYS}  {line}\n")) == [said]


SPAN = "Write opening and closing as 09:00-17:00, around the clock as 00:00-24:00, a night as 00:00-06:00 and 22:00-24:00."


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        *(
            ("working_hours", f"[08:00-12:00, {text!r}]", f"4:30: 'working_hours' is {text!r}. {SPAN}")
            for text in ("9-17", "17:00-09:00", "09:00-24:01", "09:70-17:00", "22:00-06:00", "")
        ),
        (
            "working_hours",
            "[09:00-13:00, 12:00-14:00]",
            "4:1: the spans of 'working_hours' overlap: 09:00-13:00, 12:00-14:00. "
            "Write spans that do not overlap, such as 08:30-12:00 and 13:00-16:30.",
        ),
        ("short_days", "{2026-12-24: [noon]}", f"4:27: '2026-12-24' is 'noon'. {SPAN}"),
        (
            "short_days",
            "{24 December: [09:00-12:00]}",
            "4:14: '24 December' is not a date. Write a date, such as 2025-12-31.",
        ),
        ("closures", "[2026-13-01]", "4:12: 'closures' is '2026-13-01'. Write a date, such as 2025-12-31."),
    ],
)
def test_hours_that_cannot_be_read_are_told_with_their_place(city, key, value, said):
    assert faults(city(city=f"{CITY}{key}: {value}\n")) == [f"parameters/city.yml:{said}"]
    office = DEPARTMENTS.replace("}", f", {key}: {value}}}")
    assert len(faults(city(departments=office))) == 1
