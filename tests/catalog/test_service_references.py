"""Faults of what a service and its populations name: where, what was got, what to write instead."""

from pathlib import Path

import pytest

from workbench.catalog import check

CITY = "format: 1\nname: Millbrook\ntime_zone: America/Chicago\n"
LOCATED = CITY + "latitude: 41.9\nlongitude: -87.6\n"
DEPARTMENTS = "format: 1\ndepartments:\n  works: {title: Public Works}\n"
DIMENSIONS = """format: 1
dimensions:
  race:
    title: Race
    groups:
      black: {title: Black, codes: [B]}
      white: {title: White, codes: [W]}
  age:
    title: Age
    groups:
      old: {title: Old, codes: [O]}
places:
  city_part: {title: Part}
  ward:
    title: Ward
    within: city_part
    parents: {One: North, Two: South}
  beat: {title: Beat}
populations:
  people: {source: census, place_level: ward, place: ward, dimension: race, group: race, count: people}
  homes: {source: census, place_level: ward, place: ward, count: people}
  by_beat: {source: census, place_level: beat, place: ward, count: people}
  by_age: {source: census, place_level: ward, place: ward, dimension: age, group: race, count: people}
"""
SOURCES = """format: 1
sources:
  requests:
    location: requests.csv
    columns:
      id: {name: ID}
      race: {name: RACE}
      ward: {name: WARD}
      last_name: {name: LAST}
      opened: {name: OPENED, type: time}
      closed: {name: CLOSED, type: date}
      nights: {name: NIGHTS, type: integer}
      hours: {name: HOURS, type: number}
      found: {name: FOUND, type: yes_no}
  census:
    location: census.csv
    about_people: no
    columns:
      ward: {name: WARD}
      race: {name: RACE}
      people: {name: PEOPLE, type: integer}
  surnames:
    location: surnames.csv
    about_people: no
    columns:
      name: {name: NAME}
      black: {name: PCTBLACK, type: number}
      white: {name: PCTWHITE, type: number}
      words: {name: WORDS}
"""
SERVICE = """format: 1
services:
  stops:
    title: Stops
    department: works
    source: requests
    interval: opened
    favourable: no
    groups: {race: race}
    places: {ward: ward}
"""
PLAIN = "    outcome: {numerator: [{column: found, equals: yes}]}\n"


@pytest.fixture
def faults(tmp_path: Path):
    """``faults(lines, ...)``: what is told of a city whose service has these lines."""

    def told(lines: str = PLAIN, city=CITY, dimensions=DIMENSIONS, places="{ward: ward}") -> list[str]:
        files = {"city": city, "departments": DEPARTMENTS, "dimensions": dimensions, "sources": SOURCES}
        service = SERVICE.replace("{ward: ward}", places) + lines
        for stem, text in (files | {"services": service}).items():
            path = tmp_path / "parameters" / f"{stem}.yml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return [str(fault).removeprefix("parameters/") for fault in check(tmp_path)]

    return told


SOUND = {
    "nothing more": PLAIN,
    "per_resident": "    outcome: {kind: per_resident, population: people}\n",
    "rate": "    outcome: {kind: rate, exposure: nights, exposure_unit: bed nights}\n",
    "waiting_time": "    outcome: {kind: waiting_time, started: opened, ended: closed, standard_days: 0.5}\n",
    "person": PLAIN + "    person: id\n",
    "plan": PLAIN + "    plan: [race/black, race/white]\n",
    "stages": PLAIN + "    stages: {residents: people, need: homes, need_unit: homes}\n",
    "decisions": PLAIN + "    decisions: {hit: [{column: found, equals: yes}], daylight: opened}\n",
    "imputation": PLAIN
    + "    imputation: {surname: last_name, surnames: surnames, surname_in: name,"
    + " shares: {black: black, white: white}, population: people}\n",
}


@pytest.mark.parametrize("lines", SOUND.values(), ids=SOUND)
def test_a_sound_service_has_no_faults(faults, lines):
    assert faults(lines, city=LOCATED) == []


WRONG_OUTCOMES = {
    "{kind: per_resident}": "an outcome of kind per_resident needs `population`. Add `population: ...`.",
    "{kind: per_resident, population: peple}": "there is no population 'peple'. Did you mean 'people'?",
    "{kind: per_resident, population: by_beat}": "population 'by_beat' is by 'beat', which the service does not "
    "have. Known are: 'ward'. Add it to `places`, or name another population.",
    "{kind: rate}": "an outcome of kind rate needs `exposure`. Add `exposure: ...`.",
    "{kind: rate, exposure: night}": "source 'requests' has no column 'night'. Did you mean 'nights'?",
    "{kind: rate, exposure: hours}": "column 'hours' of 'requests' is declared as number. "
    "Name one, or declare it, of type integer.",
    "{exposure: nights}": "`exposure` belongs to the kind rate, and this outcome is a proportion. "
    "Remove it, or write `kind: rate`.",
    "{kind: waiting_time, standard_days: 7}": "an outcome of kind waiting_time needs `ended`. Add `ended: ...`.",
    "{kind: waiting_time, ended: closed}": "an outcome of kind waiting_time needs `standard_days`. "
    "Add `standard_days: ...`.",
    "{kind: waiting_time, ended: closed, standard_days: 0}": "`standard_days` is 0. "
    "Write within how many days the wait should end: more than 0.",
    "{kind: waiting_time, ended: closed, standard_days: nan}": "`standard_days` is nan. "
    "Write within how many days the wait should end: more than 0.",
    "{kind: waiting_time, ended: closed, standard_days: inf}": "`standard_days` is inf. "
    "Write within how many days the wait should end: more than 0.",
    "{kind: waiting_time, ended: race, standard_days: 7}": "column 'race' of 'requests' is declared as text. "
    "Name one, or declare it, of type date or time.",
    "{kind: waiting_time, ended: closed, standard_days: 7, numerator: [{column: found, equals: yes}]}": "a "
    "waiting time is judged by `standard_days`, not by a numerator. Remove it, or write `kind: proportion`.",
}


@pytest.mark.parametrize("outcome", WRONG_OUTCOMES)
def test_an_outcome_without_what_its_kind_needs_is_told_with_its_line(faults, outcome):
    (told,) = faults(f"    outcome: {outcome}\n")
    where, _, words = told.partition(" ")
    assert where.startswith("services.yml:11:")
    assert words == WRONG_OUTCOMES[outcome]


WRONG = {
    "person: nobody": "source 'requests' has no column 'nobody'.",
    "plan: [race/blck]": "there is no group 'race/blck' in this service. "
    "Write dimension/group. Did you mean 'race/black'?",
    "plan: [black]": "there is no group 'black' in this service. Write dimension/group. Did you mean 'race/black'?",
    "plan: [age/old]": "there is no group 'age/old' in this service. Write dimension/group. ",
    "stages: {residents: persons}": "there is no population 'persons'.",
    "stages: {residents: people, need: houses}": "there is no population 'houses'. Did you mean 'homes'?",
    "stages: {residents: by_age}": "population 'by_age' is by 'age', which the service does not have. ",
    "stages: {residents: homes}": "population 'homes' has no groups: who asks cannot be told by group. "
    "Name a population by 'race'.",
    "stages: {residents: people, need: by_beat}": "population 'by_beat' is by 'beat', which the service does not",
    "decisions: {hit: [{column: fund, equals: yes}]}": "source 'requests' has no column 'fund'. Did you mean",
    "decisions: {hit: [{column: found}]}": "a condition has 0 tests: none. Give exactly one of",
    "decisions: {hit_words: found something}": "there is nothing to test. Give `hit`, `daylight`, or both.",
    "decisions: {daylight: closed}": "column 'closed' of 'requests' is declared as date. "
    "Name one, or declare it, of type time.",
    "decisions: {daylight: opend}": "source 'requests' has no column 'opend'. Did you mean 'opened'?",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_name_that_leads_nowhere_is_told_with_its_line(faults, line):
    (told,) = faults(PLAIN + f"    {line}\n", city=LOCATED)
    where, _, words = told.partition(" ")
    assert where.startswith("services.yml:12:")
    assert words.startswith(WRONG[line])


def test_darkness_needs_to_know_where_the_city_lies(faults):
    (told,) = faults(PLAIN + "    decisions: {daylight: opened}\n")
    assert told.startswith("services.yml:12:17: when it is dark depends on where the city lies")
    assert told.endswith("Write latitude: and longitude: in city.yml, in degrees (west below 0).")


IMPUTATION = {
    "surname": (
        "last_name",
        "lastname",
        "source 'requests' has no column 'lastname'. Did you mean 'last_name'?",
    ),
    "surnames": ("surnames", "surname", "there is no source 'surname'. Did you mean 'surnames'?"),
    "surname_in": ("name", "nme", "source 'surnames' has no column 'nme'. Did you mean 'name'?"),
    "population": ("people", "homes", "population 'homes' has no groups: they cannot be imputed from it."),
    "black": (
        "black",
        "words",
        "column 'words' of 'surnames' is declared as text. Name one, or declare it, of",
    ),
    "blak": ("black", "black", "there is no group 'blak'. Did you mean 'black'?"),
}


@pytest.mark.parametrize("field", IMPUTATION)
def test_imputation_needs_columns_of_both_sources_and_groups_of_the_population(faults, field):
    sound, wrong, words = IMPUTATION[field]
    shares = f"{{{field}: {wrong}}}" if field in ("black", "blak") else "{black: black}"
    fields = {name: entry[0] for name, entry in IMPUTATION.items() if name not in ("black", "blak")}
    fields |= {"shares": shares} | ({} if "bla" in field else {field: wrong})
    listed = ", ".join(f"{name}: {value}" for name, value in fields.items())
    told = [fault.partition(" ") for fault in faults(PLAIN + f"    imputation: {{{listed}}}\n")]
    assert any(where.startswith("services.yml:12:") and said.startswith(words) for where, _, said in told)


WRONG_DIMENSIONS = {
    "another vintage": (
        ("ward:\n    title: Ward\n", "ward:\n    title: Ward\n    boundary: {file: w.geojson, property: n, vintage: '2020'}\n"),
        ("place: ward, dimension: race,", "place: ward, boundaries: '2010', dimension: race,"),
        "the population was counted in boundaries of '2010', but those of 'ward' are of '2020'. Take a table in "
        "boundaries of '2020', or a boundary file of '2010', or bring the table to '2020' with a crosswalk and "
        "write `boundaries: 2020`.",
    ),
    "a code of a group that counts everyone": (
        ("place: ward, dimension: race,", "place: ward, total: [B], dimension: race,"),
        ("", ""),
        "'B' counts everyone together, and means the group 'black' as well. Keep it in one of the two.",
    ),
    "everyone without groups": (
        ("homes: {source: census,", "homes: {total: [All], source: census,"),
        ("", ""),
        "`total` names codes of groups, and there is no dimension. Remove it, or add `dimension` and `group`.",
    ),
    "groups without a column": (
        ("homes: {source: census,", "homes: {dimension: race, source: census,"),
        ("", ""),
        "a population by 'race' needs the column of its groups. Add `group: ...`.",
    ),
    "a place that is not there": (
        ("parents: {One:", "disadvantage: {One: 3.5, Tow: 4}\n    parents: {One:"),
        ("", ""),
        "there is no ward 'Tow'. Did you mean 'Two'?",
    ),
    "a place above that is not there": (
        ("city_part: {title: Part}", "city_part: {title: Part, disadvantage: {North: 1, Suoth: 2}}"),
        ("", ""),
        "there is no city_part 'Suoth'. Did you mean 'South'?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_DIMENSIONS)
def test_populations_and_places_must_fit_each_other(faults, case):
    *changes, words = WRONG_DIMENSIONS[case]
    text = DIMENSIONS
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (told,) = faults(dimensions=text)
    assert told.startswith("dimensions.yml:")
    assert told.partition(" ")[2] == words


def test_places_with_a_figure_of_disadvantage_are_looked_up_in_the_boundary_file(faults, tmp_path):
    (tmp_path / "beats.json").write_text('{"features": [{"properties": {"n": "B1"}, "geometry": null}]}')
    wanted = "beat: {title: Beat, disadvantage: {B1: 1, B2: 2}, boundary: {file: beats.json, property: n}}"
    (told,) = faults(dimensions=DIMENSIONS.replace("beat: {title: Beat}", wanted))
    assert told.partition(" ")[2] == "there is no beat 'B2'. Known are: 'B1'."


def test_where_no_places_are_known_no_place_is_wrong(faults):
    assert (
        faults(dimensions=DIMENSIONS.replace("{title: Beat}", "{title: Beat, disadvantage: {B1: 1}}")) == []
    )


def test_a_population_of_smaller_places_fits_a_service_by_those_above(faults):
    lines = "    outcome: {kind: per_resident, population: people}\n"
    assert faults(lines, places="{city_part: ward}") == []
