from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.catalog.model import Catalog
from workbench.disparity_review.cube import counts, cube, levels_of, with_margins
from workbench.disparity_review.cube.residents import resident_margins

DAY = date(2025, 10, 1)
REQUESTS = [
    # opened, due, closed, race, area
    (date(2025, 10, 1), date(2025, 10, 8), date(2025, 10, 3), "B", "Elm"),
    (date(2025, 10, 2), date(2025, 10, 9), date(2025, 10, 20), "B", "Elm"),
    (date(2025, 11, 2), date(2025, 11, 9), None, "W", "Fir"),
    (date(2025, 11, 3), date(2025, 11, 9), date(2025, 11, 9), "W", "Fir"),
    (date(2025, 11, 4), None, date(2025, 11, 9), "W", "Fir"),  # no due date: not judged
    (date(2025, 12, 31), date(2026, 1, 9), date(2026, 1, 9), "U", "Oak"),
    (date(2025, 12, 31), date(2026, 1, 9), date(2026, 1, 20), None, None),  # closed after the as-of date
    (date(2025, 9, 30), date(2025, 10, 9), date(2025, 10, 9), "X", "Nowhere"),
    (date(2026, 1, 16), date(2026, 1, 30), date(2026, 1, 17), "B", "Elm"),  # after the as-of date
    (None, date(2025, 10, 9), date(2025, 10, 9), "B", "Elm"),  # in no interval
]


@pytest.fixture
def requests() -> pd.DataFrame:
    frame = pd.DataFrame(REQUESTS, columns=["opened", "due", "closed", "race", "area"])
    return frame.assign(kind="pothole")


def listed(frame: pd.DataFrame) -> list[tuple]:
    return sorted(frame.itertuples(index=False, name=None))


def test_rows_are_counted_alike_on_every_engine(on_engine, requests, city):
    query = counts(on_engine(requests), city, city.services["potholes"], date(2026, 1, 15))
    columns = [
        "interval",
        "dimension",
        "group",
        "neighbourhood",
        "community",
        "stratum",
        "numerator",
        "denominator",
    ]
    assert listed(query.execute()[columns]) == [
        ("2025-Q3", "race", "unknown", "Nowhere", "unknown", "all", 1, 1),
        ("2025-Q4", "race", "black", "Elm", "North", "all", 1, 2),
        ("2025-Q4", "race", "unknown", "Oak", "North", "all", 1, 1),
        ("2025-Q4", "race", "unknown", "unknown", "unknown", "all", 0, 1),
        ("2025-Q4", "race", "white", "Fir", "South", "all", 1, 2),
    ]


def test_cube_has_every_margin_and_says_its_query(in_duckdb, requests, city):
    table = in_duckdb(requests)
    made = cube(city, "works", "potholes", {"requests": table}, date(2026, 1, 15))
    cells = made.frames["cells"]
    last = cells[cells["interval"] == "2025-Q4"].set_index(["dimension", "group", "place_level", "place"])
    assert last.loc[("all", "all", "city", "all"), ["numerator", "denominator"]].tolist() == [3, 6]
    assert last.loc[("race", "black", "community", "North"), ["numerator", "denominator"]].tolist() == [1, 2]
    assert last.loc[("all", "all", "neighbourhood", "unknown"), ["numerator", "denominator"]].tolist() == [
        0,
        1,
    ]
    assert "SELECT" in made.provenance.sql["cells"]
    assert [level["id"] for level in made.definition["levels"]] == ["neighbourhood", "community"]
    black = {"id": "black", "title": "Black", "residents": ""}
    assert made.definition["dimensions"][0]["groups"][0] == black


def test_rows_that_fail_the_services_conditions_are_not_counted(in_duckdb, requests, build_city):
    city = build_city(where=[{"column": "race", "equals": "B"}])
    table = in_duckdb(requests)
    found = counts(table, city, city.services["potholes"], date(2026, 1, 15)).execute()
    assert found[["group", "numerator", "denominator"]].to_numpy().tolist() == [["black", 1, 2]]


def test_a_service_without_groups_is_counted_by_place_only(in_duckdb, requests, build_city):
    city = build_city(groups={})
    table = in_duckdb(requests)
    cells = cube(city, "works", "potholes", {"requests": table}, date(2026, 1, 15)).frames["cells"]
    assert set(cells["dimension"]) == {"all"}
    assert set(cells["group"]) == {"all"}


def test_strata_are_kept_for_groups_in_the_city_and_for_everyone_in_each_place(
    in_duckdb, requests, build_city
):
    city = build_city(stratum="kind")
    table = in_duckdb(requests)
    cells = cube(city, "works", "potholes", {"requests": table}, date(2026, 1, 15)).frames["cells"]
    own = cells[cells["stratum"] == "pothole"]
    found = set(own[["dimension", "place_level"]].itertuples(index=False, name=None))
    levels = ["city", "neighbourhood", "community"]
    assert found == {("race", "city"), *(("all", level) for level in levels)}
    assert own.groupby(["dimension", "place_level"])["denominator"].sum().tolist() == [7, 7, 7, 7]


def test_an_empty_table_gives_an_empty_cube(in_duckdb, requests, city):
    table = in_duckdb(requests).filter(False)
    cells = cube(city, "works", "potholes", {"requests": table}, date(2026, 1, 15)).frames["cells"]
    assert cells.empty


def test_the_level_above_is_found_without_being_declared(city):
    assert levels_of(city, city.services["potholes"]) == ["neighbourhood", "community"]


FOUND = st.lists(
    st.tuples(
        st.sampled_from(["2025-Q3", "2025-Q4"]),
        st.sampled_from(["black", "white", "unknown"]),
        st.sampled_from(["Elm", "Fir"]),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=20,
)


@settings(max_examples=12, deadline=None)
@given(FOUND, st.randoms())
def test_order_of_rows_changes_nothing_and_groups_sum_to_everyone(rows, random):
    names = ["interval", "group", "neighbourhood", "numerator", "more"]
    found = pd.DataFrame(rows, columns=names).assign(dimension="race", stratum="all")
    found = found.assign(denominator=found["numerator"] + found["more"]).drop(columns="more")
    before = found.copy()
    cells = with_margins(found, ["neighbourhood"])
    shuffled = found.sample(frac=1, random_state=random.randrange(1000))
    pd.testing.assert_frame_equal(with_margins(shuffled, ["neighbourhood"]), cells)
    pd.testing.assert_frame_equal(found, before)
    keys = ["interval", "place_level", "place"]
    everyone = cells[cells["dimension"] == "all"].groupby(keys)[["numerator", "denominator"]].sum()
    groups = cells[cells["dimension"] == "race"].groupby(keys)[["numerator", "denominator"]].sum()
    pd.testing.assert_frame_equal(everyone, groups)


def test_residents_add_up_over_groups_and_places():
    rows = [("Elm", "black", 40.4), ("Elm", "white", 60.2), ("Fir", "black", 10.0), ("Fir", "white", 90.0)]
    people = pd.DataFrame(rows, columns=["place", "group", "count"]).assign(margin=0.0)
    found = resident_margins(people, "race", {"neighbourhood": {}, "community": {"Elm": "North"}})
    counted = found.set_index(["dimension", "group", "place_level", "place"])["count"]
    assert counted["all", "all", "city", "all"] == 201
    assert counted["race", "black", "city", "all"] == 50
    assert counted["race", "white", "neighbourhood", "Elm"] == 60
    assert counted["all", "all", "community", "North"] == 101
    assert counted["all", "all", "community", "unknown"] == 100


def test_a_service_per_resident_has_residents_where_nothing_happened(
    tmp_path, in_duckdb, requests, build_city
):
    lines = ["area,race,people,moe", "Elm,B,100,9", "Elm,W,200,9", "Oak,W,50,9", "Fir,W,400,9"]
    (tmp_path / "people.csv").write_text("\n".join(lines) + "\n")
    outcome = {"kind": "per_resident", "population": "residents", "words": "towed", "unit": "residents"}
    city = build_city(outcome=outcome, favourable=False)
    columns = {
        "area": {"name": "area"},
        "race": {"name": "race"},
        "people": {"name": "people", "type": "integer"},
    }
    people = {"location": "people.csv", "columns": columns, "about_people": False}
    residents = {"source": "people", "place_level": "neighbourhood", "place": "area", "count": "people"}
    declared = city.model_dump() | {"root": tmp_path}
    declared["sources"]["people"] = people
    declared["populations"] = {"residents": residents | {"dimension": "race", "group": "race"}}
    city = Catalog(**declared)
    cells = cube(city, "works", "potholes", {"requests": in_duckdb(requests)}, date(2026, 1, 15)).frames[
        "cells"
    ]
    last = cells[cells["interval"] == "2025-Q4"].set_index(["dimension", "group", "place_level", "place"])
    counted = last[["numerator", "denominator"]].apply(tuple, axis="columns")
    assert counted["race", "black", "neighbourhood", "Elm"] == (2, 100)
    assert counted["race", "white", "neighbourhood", "Oak"] == (0, 50)
    assert counted["race", "white", "community", "North"] == (0, 250)
    assert counted["race", "unknown", "city", "all"] == (2, 0)
    assert counted["all", "all", "city", "all"] == (7, 750)


@pytest.mark.parametrize(
    ("frequency", "starts", "named"),
    [
        ("quarter", 2, ["FY2025-Q4", "FY2026-Q1"]),
        ("quarter", 7, ["FY2025-Q3", "FY2025-Q3"]),
        ("year", 2, ["FY2025", "FY2026"]),
        ("year", 1, ["2025", "2025"]),
        ("month", 2, ["2025-01", "2025-02"]),
    ],
)
def test_days_are_grouped_by_the_intervals_of_the_fiscal_year(
    in_duckdb, build_city, requests, frequency, starts, named
):
    city = build_city(frequency=frequency, outcome={})
    city = city.model_copy(update={"city": city.city.model_copy(update={"fiscal_year_starts": starts})})
    rows = requests.iloc[[0, 1]].assign(opened=[date(2025, 1, 31), date(2025, 2, 1)])
    cells = cube(city, "works", "potholes", {"requests": in_duckdb(rows)}, date(2026, 1, 15)).frames["cells"]
    own = cells[(cells["dimension"] == "all") & (cells["place_level"] == "city")]
    assert own["interval"].repeat(own["denominator"]).tolist() == named


def test_a_fiscal_quarter_may_begin_within_one_of_the_calendar_on_every_engine(on_engine, city, requests):
    city = city.model_copy(update={"city": city.city.model_copy(update={"fiscal_year_starts": 2})})
    days = [date(2025, 1, 31), date(2025, 2, 1), date(2025, 3, 31), date(2025, 4, 30), date(2025, 5, 1)]
    rows = requests.iloc[:5].assign(opened=days, due=date(2025, 12, 1))
    found = counts(on_engine(rows), city, city.services["potholes"], date(2026, 1, 15)).execute()
    assert found.groupby("interval")["denominator"].sum().to_dict() == {
        "FY2025-Q4": 1,
        "FY2026-Q1": 3,
        "FY2026-Q2": 1,
    }


@pytest.mark.parametrize("groups", [2, 60])
def test_each_of_several_dimensions_counts_everyone(in_duckdb, requests, build_city, groups):
    city = build_city(groups={"race": "race", "area": "area"})
    areas = {"Elm": ["Elm"], "Fir": ["Fir"]} | {f"other{i}": [] for i in range(groups - 2)}
    area = {"title": "Area", "groups": {name: {"title": name, "codes": c} for name, c in areas.items()}}
    city = Catalog(**city.model_dump() | {"dimensions": city.model_dump()["dimensions"] | {"area": area}})
    cells = cube(city, "works", "potholes", {"requests": in_duckdb(requests)}, date(2026, 1, 15)).frames[
        "cells"
    ]
    own = cells[(cells["place_level"] == "city") & (cells["interval"] == "2025-Q4")]
    assert own[["dimension", "group", "numerator", "denominator"]].to_numpy().tolist() == [
        ["all", "all", 3, 6],
        ["area", "Elm", 1, 2],
        ["area", "Fir", 1, 2],
        ["area", "unknown", 1, 2],
        ["race", "black", 1, 2],
        ["race", "unknown", 1, 2],
        ["race", "white", 1, 2],
    ]
