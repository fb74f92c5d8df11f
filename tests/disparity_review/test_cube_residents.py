"""Residents as denominators: their margins of error, places that do not join, and the populations of stages."""

from datetime import date

import pandas as pd
import pytest

from workbench.catalog.model import Catalog
from workbench.disparity_review import sources
from workbench.disparity_review.cube import cube
from workbench.disparity_review.cube.residents import resident_margins
from workbench.errors import SourceError

AS_OF = date(2026, 1, 15)
TOWED = {"kind": "per_resident", "population": "residents", "words": "towed", "unit": "residents"}
LINES = ["Elm,B,100,30", "Elm,W,200,40", "Oak,W,50,9", "Fir,W,400,9"]


@pytest.fixture
def peopled(tmp_path, build_city):
    """``peopled(lines, **service)``: the small city with a population table of these lines."""

    def made(lines=LINES, population=None, **service) -> Catalog:
        (tmp_path / "people.csv").write_text("\n".join(["area,race,people,moe", *lines]) + "\n")
        city = build_city(**({"outcome": TOWED, "favourable": False} | service))
        columns = {name: {"name": name} for name in ("area", "race")}
        columns |= {name: {"name": name, "type": "number"} for name in ("people", "moe")}
        entry = {"source": "people", "place_level": "neighbourhood", "place": "area", "count": "people"}
        entry |= {"dimension": "race", "group": "race", "margin": "moe", "vintage": "2020-2024"}
        declared = city.model_dump() | {"root": tmp_path}
        declared["sources"]["people"] = {
            "location": "people.csv",
            "columns": columns,
            "about_people": False,
            "title": "American Community Survey",
        }
        homes = {name: entry[name] for name in ("source", "place_level", "place", "count", "margin")}
        declared["populations"] = {"residents": entry | (population or {}), "homes": homes}
        return Catalog(**declared)

    return made


@pytest.fixture
def made(in_duckdb):
    """``made(city, areas)``: the cube of a tow in each of these areas."""

    def of(city: Catalog, areas=("Elm", "Fir")):
        rows = pd.DataFrame({"area": [*areas, "Elm"]}).assign(opened=date(2025, 10, 1), race="B")
        table = in_duckdb(rows.assign(given=[True] * len(areas) + [False]))
        return cube(city, "works", "potholes", {"requests": table.filter(table["given"])}, AS_OF)

    return of


def by_cell(frame: pd.DataFrame, *values: str) -> pd.Series:
    keyed = frame.set_index(["dimension", "group", "place_level", "place"])
    return keyed[list(values)].apply(tuple, axis="columns")


def test_residents_carry_their_margins_into_the_cells(peopled, made):
    found = by_cell(made(peopled()).frames["cells"], "numerator", "denominator", "margin")
    assert found["race", "black", "neighbourhood", "Elm"] == (1, 100, 30.0)
    assert found["all", "all", "neighbourhood", "Elm"] == (1, 300, 50.0)
    assert found["race", "white", "community", "North"] == (0, 250, 41.0)
    assert found["all", "all", "city", "all"][:2] == (2, 750)
    assert found["all", "all", "city", "all"][2] == pytest.approx((30**2 + 40**2 + 9**2 + 9**2) ** 0.5)


def test_a_counted_denominator_has_no_margin(peopled, made):
    city = peopled(outcome={})
    assert (made(city).frames["cells"]["margin"] == 0).all()


def test_zero_estimates_of_many_tracts_do_not_add_up_to_a_margin():
    people = pd.DataFrame([(f"T{i}", "black", 0.0, 12.0) for i in range(100)] + [("T0", "white", 5.0, 5.0)])
    found = resident_margins(people.set_axis(["place", "group", "count", "margin"], axis=1), "race", {})
    counted = by_cell(found, "count", "margin")
    assert counted["race", "black", "city", "all"] == (0, 12.0)
    assert counted["all", "all", "city", "all"] == (5, 13.0)


def test_everyone_is_the_row_of_everyone_where_there_is_one(peopled, made):
    lines = [*LINES, "Elm,Total,310,20", "Oak,Total,60,5"]
    found = by_cell(made(peopled(lines, {"total": ["Total"]})).frames["cells"], "denominator", "margin")
    assert found["all", "all", "neighbourhood", "Elm"] == (310, 20.0)
    assert found["all", "all", "neighbourhood", "Fir"] == (400, 9.0)
    assert found["all", "all", "city", "all"][0] == 310 + 60 + 400
    assert found["race", "white", "city", "all"][0] == 650


def test_places_that_do_not_join_are_noticed(peopled, made):
    built = made(peopled(), areas=["Elm", "Ash", "Ivy", None])
    about = {"population": "residents", "level": "neighbourhood"}
    assert built.definition["notices"] == [
        {"message": "places_without_residents", **about, "places": ["Ash", "Ivy"], "number": 2},
        {"message": "residents_without_rows", **about, "places": ["Fir", "Oak"], "number": 2},
    ]
    found = by_cell(built.frames["cells"], "numerator", "denominator")
    assert found["all", "all", "neighbourhood", "Ash"] == (1, 0)


def test_ten_places_are_named_and_all_are_numbered(peopled, made):
    built = made(peopled(), areas=["Elm", "Oak", "Fir", *(f"Ash {i:02}" for i in range(12))])
    (notice,) = built.definition["notices"]
    assert notice["places"] == [f"Ash {i:02}" for i in range(10)]
    assert notice["number"] == 12


def test_a_population_of_other_spellings_is_refused_with_both(peopled, made):
    words = (
        "population `residents` and service `potholes` have no neighbourhood in common: column `area` of `people` "
        "has 'Elm', 'Fir', 'Oak', the service has 'ELM', 'FIR'. Add to `places: neighbourhood:` in dimensions.yml "
        "a `crosswalk`"
    )
    with pytest.raises(SourceError, match=words):
        made(peopled(), areas=["ELM", "FIR"])


def test_a_service_without_rows_is_not_a_matter_of_spelling(peopled, made):
    built = made(peopled(), areas=[])
    assert built.frames["cells"].empty
    assert [notice["message"] for notice in built.definition["notices"]] == ["residents_without_rows"]


def test_margins_that_the_census_does_not_give_are_numbered(peopled, made):
    built = made(peopled([*LINES[:3], "Fir,W,400,-222222222"]), areas=["Elm", "Oak", "Fir"])
    assert built.definition["notices"] == [
        {"message": "margins_missing", "population": "residents", "number": 1}
    ]


def test_stages_bring_the_residents_and_the_need(peopled, made):
    city = peopled(outcome={}, stages={"residents": "residents", "need": "homes", "need_unit": "homes"})
    built = made(city, areas=["Elm", "Oak", "Fir"])
    found = built.frames["populations"]
    assert found.columns.tolist() == [
        "role", "dimension", "group", "place_level", "place", "count", "margin"
    ]  # fmt: skip
    need = by_cell(found[found["role"] == "need"], "count", "margin")
    assert set(need.index.get_level_values("dimension")) == {"all"}
    assert need["all", "all", "neighbourhood", "Elm"] == (300, 50.0)
    residents = by_cell(found[found["role"] == "residents"], "count")
    assert residents["race", "black", "city", "all"] == (100,)
    assert by_cell(built.frames["cells"], "denominator")["race", "black", "city", "all"] == (3,)
    assert built.definition["notices"] == []


def test_the_definition_says_which_residents_they_are(peopled, made):
    assert made(peopled()).definition["population"] == {
        "id": "residents",
        "title": "American Community Survey",
        "vintage": "2020-2024",
        "boundaries": "",
    }


def test_every_table_that_a_cube_reads_is_among_its_sources(peopled):
    assert sources(peopled(), "works", "potholes") == ["requests", "people"]
    staged = peopled(outcome={}, stages={"residents": "residents", "need": "homes"})
    assert sources(staged, "works", "potholes") == ["requests", "people"]
    asked = {"surname": "race", "surnames": "names", "surname_in": "name", "shares": {"black": "b"}}
    imputing = peopled(outcome={}, imputation=asked | {"population": "residents"})
    assert sources(imputing, "works", "potholes") == ["requests", "people", "names"]
    assert sources(peopled(outcome={}), "works", "potholes") == ["requests"]
