"""What the cube counts of decisions, of daylight and of people without a recorded group."""

from datetime import date, datetime

import pandas as pd
import pytest

from workbench.disparity_review.cube import cube
from workbench.disparity_review.cube.daylight_counts import daylight_of, daylight_query
from workbench.disparity_review.cube.surnames import imputed_of, shares_query, unknown_query

AS_OF = date(2026, 1, 15)
CHICAGO = (41.88, -87.63, "America/Chicago")


def executed(query) -> pd.DataFrame:
    return query.to_pyarrow().to_pandas(strings_to_categorical=True)


def listed(frame: pd.DataFrame) -> list[tuple]:
    return list(frame.itertuples(index=False, name=None))


SEARCHES = [
    # searched, found, race
    *[("yes", "yes", "B")] * 2,
    ("yes", "no", "B"),
    ("no", "yes", "B"),  # found without a search: no hit of one
    ("yes", None, "W"),
    ("no", None, "W"),
]


def test_hits_are_counted_among_those_acted_on(in_duckdb, build_city):
    outcome = {"numerator": [{"column": "searched", "equals": "yes"}]}
    hit = {"hit": [{"column": "found", "equals": "yes"}]}
    city = build_city(outcome=outcome, decisions=hit, places={}, stratum="race")
    rows = pd.DataFrame(SEARCHES, columns=["searched", "found", "race"]).assign(opened=date(2025, 10, 1))
    made = cube(city, "works", "potholes", {"requests": in_duckdb(rows)}, AS_OF)
    assert listed(made.frames["decisions"]) == [
        ("2025-Q4", "all", "all", 4, 2),
        ("2025-Q4", "race", "black", 3, 2),
        ("2025-Q4", "race", "white", 1, 0),
    ]
    assert "hits" not in made.frames["cells"].columns


# Sunset and dusk in Chicago: 19:29 and 20:02 on 21 June and 16:23 and 16:54 on 21 December, standard time
# (from tables of the U.S. Naval Observatory, to a minute or two); clocks are an hour ahead in June.
STOPS = [
    # time in UTC, local date, race
    (datetime(2025, 6, 22, 0, 20), date(2025, 6, 21), "B"),  # 19:20, an hour before sunset
    (datetime(2025, 6, 22, 0, 14), date(2025, 6, 21), "W"),  # 19:14: the quarter of 19:00
    (datetime(2025, 6, 22, 0, 45), date(2025, 6, 21), "W"),  # 19:45, light
    (datetime(2025, 6, 22, 1, 45), date(2025, 6, 21), "B"),  # 20:45, twilight
    (datetime(2025, 6, 22, 2, 30), date(2025, 6, 21), "B"),  # 21:30, later than any dusk
    (datetime(2025, 12, 22, 1, 20), date(2025, 12, 21), "B"),  # 19:20, dark
    (datetime(2025, 12, 21, 22, 0), date(2025, 12, 21), "B"),  # 16:00, earlier than any dusk
    (datetime(2025, 12, 21, 23, 0), date(2025, 12, 21), None),  # 17:00, dark
    (datetime(2026, 1, 17, 1, 0), date(2026, 1, 16), "B"),  # after the as-of day
    (None, None, "B"),
]


def stopped() -> pd.DataFrame:
    frame = pd.DataFrame(STOPS, columns=["stopped", "stopped_date", "race"])
    return frame.assign(opened=frame["stopped_date"].fillna(date(2025, 12, 1)), area="Elm")


@pytest.fixture
def stops(build_city):
    return build_city(outcome={}, decisions={"daylight": "stopped"})


def test_stops_are_counted_by_clock_time_and_darkness_without_twilight(on_engine, stops):
    found = executed(daylight_query(on_engine(stopped()), stops, stops.services["potholes"], AS_OF))
    counted = daylight_of(found, *CHICAGO)
    assert counted.columns.tolist() == ["interval", "dimension", "group", "clock", "dark", "rows"]
    assert listed(counted) == [
        ("2025-Q2", "race", "black", 19 * 60 + 15, 0, 1),
        ("2025-Q2", "race", "white", 19 * 60, 0, 1),
        ("2025-Q2", "race", "white", 19 * 60 + 45, 0, 1),
        ("2025-Q4", "race", "black", 19 * 60 + 15, 1, 1),
        ("2025-Q4", "race", "unknown", 17 * 60, 1, 1),
    ]


def test_daylight_is_of_two_years_up_to_the_newest_day(in_duckdb, stops):
    rows = stopped()
    old = rows.iloc[[5]].assign(
        stopped=datetime(2023, 12, 22, 1, 20), stopped_date=date(2023, 12, 21), opened=date(2023, 12, 21)
    )
    table = in_duckdb(pd.concat([rows, old]))
    found = executed(daylight_query(table, stops, stops.services["potholes"], AS_OF))
    assert "2023-Q4" in set(found["interval"])
    assert set(daylight_of(found, *CHICAGO)["interval"]) == {"2025-Q2", "2025-Q4"}


def test_without_stops_there_is_no_daylight(in_duckdb, stops):
    table = in_duckdb(stopped()).filter(False)
    found = executed(daylight_query(table, stops, stops.services["potholes"], AS_OF))
    assert daylight_of(found, *CHICAGO).empty


def test_the_cube_takes_the_clocks_of_the_source(in_duckdb, build_city):
    city = build_city(outcome={}, decisions={"daylight": "stopped"})
    place = city.city.model_copy(update={"latitude": CHICAGO[0], "longitude": CHICAGO[1]})
    sources = {"requests": city.sources["requests"].model_copy(update={"time_zone": "America/New_York"})}
    city = city.model_copy(update={"city": place, "sources": sources})
    made = cube(city, "works", "potholes", {"requests": in_duckdb(stopped())}, AS_OF)
    assert 20 * 60 + 15 in set(made.frames["daylight"]["clock"])


NAMED = [
    # surname, race, area, on time
    ("Garcia ", None, "Elm", "yes"),
    ("GARCIA", "U", "Elm", "no"),
    ("Smith", None, "Fir", "yes"),
    ("Rare", None, "Fir", "yes"),  # not listed: counted with all other names
    (None, None, "Fir", "no"),
    ("Smith", "B", "Fir", "yes"),  # on record: not imputed
]
SHARES = pd.DataFrame(
    {"name": ["GARCIA", "SMITH", "ALL OTHER NAMES"], "b": [10.0, None, 50.0], "w": [90.0, 75.0, 50.0]}
)
PEOPLE = pd.DataFrame(
    [("Elm", "black", 90.0), ("Elm", "white", 10.0), ("Fir", "black", 10.0), ("Fir", "white", 90.0)],
    columns=["place", "group", "count"],
)
IMPUTATION = {
    "surname": "surname",
    "surnames": "names",
    "surname_in": "name",
    "shares": {"black": "b", "white": "w"},
    "population": "people",
}


@pytest.fixture
def imputing(build_city):
    """The small city with surnames, as declared; its population is given by the test."""
    people = {"source": "people", "place_level": "neighbourhood", "place": "area", "count": "people"}
    outcome = {"numerator": [{"column": "on_time", "equals": "yes"}]}
    city = build_city(outcome=outcome, imputation=IMPUTATION)
    declared = city.model_dump() | {
        "populations": {"people": people | {"dimension": "race", "group": "race"}}
    }
    return type(city)(**declared)


def named_rows() -> pd.DataFrame:
    frame = pd.DataFrame(NAMED, columns=["surname", "race", "area", "on_time"])
    return frame.assign(opened=date(2025, 10, 1))


def test_people_of_unknown_group_count_for_each_by_its_probability(on_engine, imputing):
    service = imputing.services["potholes"]
    found = executed(unknown_query(on_engine(named_rows()), imputing, service, AS_OF))
    shares = executed(shares_query(on_engine(SHARES), service.imputation))
    imputed, number = imputed_of(found, shares, PEOPLE)
    # P(black | Garcia, Elm) = .1*.9 / (.1*.9 + .9*.1); of Smith 25 % are left, for the one missing share:
    # .25*.1 / (.25*.1 + .75*.9); of all others .5*.1 / (.5*.1 + .5*.9).
    garcia, smith, other = 0.5, 0.025 / 0.7, 0.1
    assert listed(imputed) == [
        (
            "2025-Q4",
            "race",
            "black",
            pytest.approx(garcia + smith + other, abs=1e-6),
            pytest.approx(1.235714),
        ),
        ("2025-Q4", "race", "white", pytest.approx(3 - garcia - smith - other, abs=1e-6), 3.764286),
    ]
    assert number == {"rows": 5, "unlisted": 0}


def test_a_surname_that_no_row_stands_for_is_left_out_and_numbered(in_duckdb, imputing):
    found = executed(unknown_query(in_duckdb(named_rows()), imputing, imputing.services["potholes"], AS_OF))
    shares = SHARES.iloc[:2].rename(columns={"name": "surname", "b": "black", "w": "white"})
    imputed, number = imputed_of(found, shares, PEOPLE)
    assert imputed["denominator"].sum() == pytest.approx(3)
    assert number == {"rows": 5, "unlisted": 2}


def test_shares_may_be_fractions(in_duckdb, imputing):
    found = executed(unknown_query(in_duckdb(named_rows()), imputing, imputing.services["potholes"], AS_OF))
    shares = SHARES.rename(columns={"name": "surname", "b": "black", "w": "white"})
    fractions = shares.assign(black=shares["black"] / 100, white=shares["white"] / 100)
    pd.testing.assert_frame_equal(
        imputed_of(found, fractions, PEOPLE)[0], imputed_of(found, shares, PEOPLE)[0]
    )


def test_surnames_that_are_not_listed_are_told_as_a_share(in_duckdb, imputing, tmp_path, duckdb_connection):
    import ibis

    people = PEOPLE.rename(columns={"place": "area", "group": "race", "count": "people"})
    people.to_csv(tmp_path / "people.csv", index=False)
    columns = {name: {"name": name} for name in ("area", "race")}
    declared = imputing.model_dump() | {"root": tmp_path}
    declared["sources"]["people"] = {
        "location": "people.csv",
        "columns": columns | {"people": {"name": "people", "type": "number"}},
    }
    declared["sources"]["names"] = {"location": "names.csv", "columns": columns}
    rows = in_duckdb(named_rows())
    names = duckdb_connection.create_table("names", ibis.memtable(SHARES.iloc[:2]))
    made = cube(type(imputing)(**declared), "works", "potholes", {"requests": rows, "names": names}, AS_OF)
    assert made.definition["notices"] == [{"message": "surnames_not_listed", "share": 0.4}]
    assert made.frames["imputed"]["denominator"].sum() == pytest.approx(3)
