"""The city's holiday file beside the package: what it would add, and that the city's own lines stay as they are."""

from datetime import date
from pathlib import Path

import pytest

from workbench.catalog import load
from workbench.errors import CatalogError, UsageError
from workbench.holiday_file import compared, write

OWN = """format: 1
# ours
holidays:
    2025-01-01: New Year
    2025-03-17: Evacuation Day # Suffolk County
    # on a Monday
    2028-01-03: {name: "New Year: observed"}
# the end
"""


@pytest.fixture
def city(tmp_path) -> Path:
    """A city without a holiday file, whose other files are sound."""
    for stem, text in {
        "city": "name: Town\ntime_zone: America/Chicago\n",
        "departments": "departments: {works: {title: Works}}\n",
        "dimensions": "",
        "sources": "",
    }.items():
        path = tmp_path / "parameters" / f"{stem}.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"format: 1\n{text}")
    return tmp_path


def holidays_of(city: Path) -> dict[date, str]:
    return {day: holiday.name for day, holiday in load(city).holidays.items()}


def own(city: Path, text: str = OWN) -> Path:
    path = city / "parameters" / "holidays.yml"
    path.write_text(text)
    return path


def test_a_file_is_made_with_the_days_of_each_year_and_can_be_loaded(city):
    comparison = compared(city, "US", "MN", "2025-2026")
    assert not (city / "parameters" / "holidays.yml").exists()
    assert "+ 2026-07-03, Friday: Independence Day (observed)" in str(comparison)
    assert "21 days would be added; --write adds them." in str(comparison)
    assert write(comparison).startswith("Added to parameters/holidays.yml: 21 days.")
    found = holidays_of(city)
    assert len(found) == 21
    assert found[date(2026, 1, 1)] == "New Year's Day"
    assert list(found) == sorted(found)


def test_a_second_time_there_is_nothing_to_add(city):
    write(compared(city, "US", "MN", "2025"))
    before = (city / "parameters" / "holidays.yml").read_bytes()
    again = compared(city, "US", "MN", "2025")
    assert str(again).endswith(
        "There is nothing to add: each year already has days, and those are the city's own."
    )
    assert "= 10 days are in both." in str(again)
    write(again)
    assert (city / "parameters" / "holidays.yml").read_bytes() == before


def test_the_citys_own_lines_stay_byte_for_byte_and_new_ones_stand_between_them(city):
    path = own(city)
    comparison = compared(city, "us", "ma", "2025-2026")
    said = str(comparison)
    assert "~ 2025-01-01, Wednesday: 'New Year' here, \"New Year's Day\" there; yours stays" in said
    assert "  2025-03-17, Monday: Evacuation Day, your own; stays" in said
    assert (
        "- 2025-06-19, Thursday: Juneteenth National Independence Day, not in your file, which has 2025; left out"
        in said
    )
    write(comparison)
    lines = path.read_text().splitlines()
    added = [line for line in lines if line.strip().startswith("2026")]
    assert "\n".join(line for line in lines if line not in added) + "\n" == OWN
    assert added == sorted(added)
    assert len(added) == 12
    assert lines[4:6] == ["    2025-03-17: Evacuation Day # Suffolk County", "    2026-01-01: New Year's Day"]
    assert lines[-4:-2] == ["    2026-12-25: Christmas Day", "    # on a Monday"]
    assert holidays_of(city)[date(2028, 1, 3)] == "New Year: observed"


def test_a_day_that_the_city_struck_stays_away(city):
    write(compared(city, "US", "MN", "2025"))
    path = city / "parameters" / "holidays.yml"
    struck = "".join(line for line in path.read_text().splitlines(True) if "2025-02-17" not in line)
    path.write_text(struck)
    comparison = compared(city, "US", "MN", "2025")
    assert list(comparison.left_out) == [date(2025, 2, 17)]
    write(comparison)
    assert path.read_text() == struck


def test_what_the_package_is_known_to_lack_is_said(city):
    """Boston 2026: 17 March and 17 June of Suffolk County."""
    comparison = compared(city, "US", "MA", "2026")
    assert not {date(2026, 3, 17), date(2026, 6, 17)} & {*comparison.added}
    assert "17 March (Evacuation Day) and 17 June (Bunker Hill Day): the package lacks both" in str(
        comparison
    )
    assert "17 March" not in str(compared(city, "US", "LA", "2026"))
    assert "Whether the city closes on them only the city knows." in str(compared(city, "US", "LA", "2026"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Utopia", "MN", "2026"), "there is no country 'UTOPIA'"),
        (("US", "Minnesota", "2026"), "US has no subdivision 'MINNESOTA'. Known are: 'AK'"),
        (("US", "MN", "26"), "--years '26' is not a year or a span of up to 50; write 2026 or 2023-2027."),
        (("US", "MN", "2027-2023"), "--years '2027-2023' is not a year"),
        (("US", "MN", "0001-9999"), "--years '0001-9999' is not a year"),
    ],
)
def test_a_place_or_year_that_is_none_is_told(city, arguments, said):
    with pytest.raises(UsageError) as error:
        compared(city, *arguments)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format: 1\nholidays:\n  1/1/2026: x\n", "parameters/holidays.yml:3:3: '1/1/2026' is not a date."),
        ("format: 1\nholidays: [2026-01-01]\n", "`holidays` has no `date: name` lines."),
        (
            "format: 1\nholidays:\n  2026-01-01: a\n  2026-01-01: b\n",
            ":4:3: the key '2026-01-01' was already given in line 3.",
        ),
    ],
)
def test_a_file_with_faults_is_not_written_to(city, text, said):
    path = own(city, text)
    with pytest.raises(CatalogError) as error:
        compared(city, "US", "MN", "2026")
    assert said in str(error.value)
    assert path.read_text() == text


def test_a_file_of_another_shape_is_left_alone(city):
    path = own(city, "format: 1\nholidays: {2025-01-01: New Year}\n")
    with pytest.raises(UsageError, match="does not have one day a line"):
        write(compared(city, "US", "MN", "2026"))
    assert path.read_text() == "format: 1\nholidays: {2025-01-01: New Year}\n"
    path.unlink()
    (city / "parameters" / "holidays").mkdir()
    with pytest.raises(UsageError, match="the holidays are in a folder"):
        compared(city, "US", "MN", "2026")


def test_a_file_without_a_day_yet_is_filled(city):
    own(city, "format: 1\nholidays: # none yet\n")
    write(compared(city, "US", "MN", "2026"))
    assert len(holidays_of(city)) == 11
    own(city, "format: 1\n")
    write(compared(city, "US", "MN", "2026"))
    assert len(holidays_of(city)) == 11


def test_the_command_shows_and_writes_only_when_told(city, command):
    words = ("holidays", "--country", "US", "--subdivision", "MN", "--years", "2026", "--city", city)
    code, shown, said = command(*words)
    assert (code, said) == (0, "")
    assert shown.startswith("parameters/holidays.yml beside the package holidays ")
    assert not (city / "parameters" / "holidays.yml").exists()
    code, shown, said = command(*words, "--write")
    assert (code, said) == (0, "")
    assert len(holidays_of(city)) == 11
    code, shown, said = command(*words[:-1], city / "nowhere")
    assert code == 2
    assert "has no folder parameters/. Give the city's folder with --city." in said
