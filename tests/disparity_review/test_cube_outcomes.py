"""What the cube counts of rates, of waiting times and of repeat users, alike on every engine."""

from datetime import date

import pandas as pd
import pytest

from workbench.disparity_review.cube import cube
from workbench.disparity_review.cube.counting import counts
from workbench.disparity_review.cube.persons import repeats_of, repeats_queries
from workbench.disparity_review.cube.waiting_days import waits_of, waits_query

AS_OF = date(2026, 1, 15)
LEVELS = ["neighbourhood", "community"]
WAITING = {"kind": "waiting_time", "ended": "closed", "standard_days": 7}
WAITS = [
    # opened, closed, race, area
    (date(2025, 10, 1), date(2025, 10, 8), "B", "Elm"),  # 7 days: within the standard
    (date(2025, 10, 1), date(2025, 10, 9), "B", "Elm"),  # 8 days: not
    (date(2025, 10, 1), date(2025, 10, 1), "W", "Fir"),  # the same day: 0
    (date(2025, 10, 2), date(2025, 10, 1), "W", "Fir"),  # ended before it began
    (date(2025, 12, 1), None, "W", "Oak"),  # 45 days and still open
    (date(2025, 12, 31), date(2026, 1, 16), "W", "Oak"),  # ended after the as-of day: open for 15
    (date(2026, 1, 8), date(2026, 1, 9), "B", "Elm"),  # 7 days ago: its standard has just run out
    (date(2026, 1, 9), date(2026, 1, 10), "B", "Elm"),  # its standard has not run out
]


def waiting_rows(rows=WAITS) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["opened", "closed", "race", "area"]).assign(kind="pothole")


def listed(frame: pd.DataFrame, *columns: str) -> list[tuple]:
    return sorted(frame[list(columns)].itertuples(index=False, name=None))


def executed(query) -> pd.DataFrame:
    return query.to_pyarrow().to_pandas(strings_to_categorical=True)


def test_waits_are_whole_days_of_those_served_and_those_who_wait(on_engine, build_city):
    city = build_city(outcome=WAITING)
    query = waits_query(on_engine(waiting_rows()), city, city.services["potholes"], AS_OF)
    waits, negative = waits_of(executed(query), LEVELS)
    everyone = waits[(waits["dimension"] == "all") & (waits["place_level"] == "city")]
    assert listed(everyone, "interval", "days", "ended", "open") == [
        ("2025-Q4", 0, 1, 0),
        ("2025-Q4", 7, 1, 0),
        ("2025-Q4", 8, 1, 0),
        ("2025-Q4", 15, 0, 1),
        ("2025-Q4", 45, 0, 1),
        ("2026-Q1", 1, 2, 0),
    ]
    assert negative == 1
    crossed = waits[waits["dimension"] == "race"]
    assert set(crossed["place_level"]) == {"city", "community"}
    south = crossed[(crossed["place"] == "South") & (crossed["interval"] == "2025-Q4")]
    assert listed(south, "group", "days", "ended", "open") == [("white", 0, 1, 0)]


def test_a_waiting_time_is_judged_once_its_standard_has_run_out(on_engine, build_city):
    city = build_city(outcome=WAITING)
    found = executed(counts(on_engine(waiting_rows()), city, city.services["potholes"], AS_OF))
    assert listed(found, "interval", "group", "neighbourhood", "numerator", "denominator") == [
        ("2025-Q4", "black", "Elm", 1, 2),
        ("2025-Q4", "white", "Fir", 1, 1),
        ("2025-Q4", "white", "Oak", 0, 2),
        ("2026-Q1", "black", "Elm", 1, 1),
    ]


@pytest.mark.parametrize(("standard", "within"), [(6.5, 0), (7.5, 1), (0.5, 0), (8, 2)])
def test_a_standard_between_whole_days_is_met_by_the_whole_days_below_it(
    in_duckdb, build_city, standard, within
):
    city = build_city(outcome=WAITING | {"standard_days": standard})
    found = executed(counts(in_duckdb(waiting_rows(WAITS[:2])), city, city.services["potholes"], AS_OF))
    assert found["numerator"].sum() == within


def test_a_wait_may_start_on_another_day_than_the_one_that_places_it(in_duckdb, build_city):
    rows = waiting_rows(WAITS[:2]).assign(asked=[date(2025, 10, 7), None])
    city = build_city(outcome=WAITING | {"started": "asked"})
    made = cube(city, "works", "potholes", {"requests": in_duckdb(rows)}, AS_OF)
    waits = made.frames["waits"]
    everyone = waits[(waits["dimension"] == "all") & (waits["place_level"] == "city")]
    assert listed(everyone, "interval", "days", "ended", "open") == [("2025-Q4", 1, 1, 0)]


RATED = [
    # opened, complaint, race, area, nights
    (date(2025, 10, 1), "yes", "B", "Elm", 10),
    (date(2025, 10, 2), "no", "B", "Elm", 20),
    (date(2025, 10, 3), "yes", "B", "Elm", 0),  # an event without exposure: legal
    (date(2025, 10, 4), "yes", "W", "Fir", None),  # no exposure on record: neither
    (date(2025, 10, 5), "yes", "W", "Fir", -3),  # below 0: neither
    (date(2025, 10, 6), "no", "W", "Fir", 7),
]
NIGHTS = {
    "kind": "rate",
    "numerator": [{"column": "complaint", "equals": "yes"}],
    "exposure": "nights",
    "exposure_unit": "bed nights",
}


def rated_rows() -> pd.DataFrame:
    frame = pd.DataFrame(RATED, columns=["opened", "complaint", "race", "area", "nights"])
    return frame.astype({"nights": "Int64"})


def test_a_rate_is_counted_against_its_exposure(on_engine, build_city):
    city = build_city(outcome=NIGHTS)
    found = executed(counts(on_engine(rated_rows()), city, city.services["potholes"], AS_OF))
    assert listed(found, "interval", "group", "neighbourhood", "numerator", "denominator") == [
        ("2025-Q4", "black", "Elm", 2, 30),
        ("2025-Q4", "white", "Fir", 0, 7),
    ]


VISITS = [
    # person, on time, race, area
    *[("ann", "yes", "B", "Elm")] * 3,
    ("ann", "no", "B", "Fir"),
    ("bob", "yes", "B", "Elm"),
    ("cyd", "no", "W", "Fir"),
    (None, "yes", "W", "Fir"),
    (None, "yes", "W", "Fir"),
    ("dan", None, "W", "Fir"),  # not judged
]


def visited_rows() -> pd.DataFrame:
    frame = pd.DataFrame(VISITS, columns=["person", "on_time", "race", "area"])
    return frame.assign(opened=date(2025, 10, 1))


def test_squares_are_added_over_the_persons_of_a_cell(on_engine, build_city):
    outcome = {
        "numerator": [{"column": "on_time", "equals": "yes"}],
        "denominator": [{"column": "on_time", "filled": True}],
    }
    city = build_city(outcome=outcome, person="person")
    queries = repeats_queries(on_engine(visited_rows()), city, city.services["potholes"], AS_OF)
    found = repeats_of([executed(query) for query in queries])
    columns = ("dimension", "group", "place_level", "place", "people", "n_squared", "n_times_x", "x_squared")
    assert listed(found, *columns) == [
        ("all", "all", "city", "all", 5, 16 + 1 + 1 + 2, 12 + 1 + 0 + 2, 9 + 1 + 0 + 2),
        ("all", "all", "community", "North", 2, 9 + 1, 9 + 1, 9 + 1),
        ("all", "all", "community", "South", 4, 1 + 1 + 2, 0 + 0 + 2, 0 + 0 + 2),
        ("all", "all", "neighbourhood", "Elm", 2, 9 + 1, 9 + 1, 9 + 1),
        ("all", "all", "neighbourhood", "Fir", 4, 1 + 1 + 2, 0 + 0 + 2, 0 + 0 + 2),
        ("race", "black", "city", "all", 2, 16 + 1, 12 + 1, 9 + 1),
        ("race", "white", "city", "all", 3, 1 + 2, 0 + 2, 0 + 2),
    ]


def test_when_everybody_comes_once_the_squares_are_the_counts(in_duckdb, build_city):
    rows = visited_rows().assign(person=[str(i) for i in range(len(VISITS))])
    outcome = {"numerator": [{"column": "on_time", "equals": "yes"}]}
    city = build_city(outcome=outcome, person="person")
    made = cube(city, "works", "potholes", {"requests": in_duckdb(rows)}, AS_OF)
    keys = ["interval", "dimension", "group", "place_level", "place"]
    both = made.frames["repeats"].merge(made.frames["cells"], on=keys)
    assert len(both) == len(made.frames["repeats"])
    for squares, plain in (
        ("people", "denominator"),
        ("n_squared", "denominator"),
        ("x_squared", "numerator"),
    ):
        assert both[squares].tolist() == both[plain].tolist()


def test_what_is_odd_about_exposures_and_waits_is_numbered(in_duckdb, build_city):
    made = cube(build_city(outcome=NIGHTS), "works", "potholes", {"requests": in_duckdb(rated_rows())}, AS_OF)
    assert made.definition["notices"] == [
        {"message": "exposure_missing", "number": 1},
        {"message": "exposure_negative", "number": 1},
        {"message": "events_without_exposure", "number": 1},
    ]


def test_waits_that_end_before_they_begin_are_numbered(in_duckdb, build_city):
    rows = waiting_rows().assign(asked=[None, *[row[0] for row in WAITS[1:]]])
    city = build_city(outcome=WAITING | {"started": "asked"})
    made = cube(city, "works", "potholes", {"requests": in_duckdb(rows)}, AS_OF)
    assert made.definition["notices"] == [
        {"message": "waits_without_start", "number": 1},
        {"message": "negative_waits", "number": 1},
    ]


@pytest.mark.parametrize(("days", "judged"), [(6, 1), (6.5, 0), (7, 0)])
def test_a_standard_between_whole_days_has_run_out_on_the_next_whole_day(in_duckdb, build_city, days, judged):
    city = build_city(outcome=WAITING | {"standard_days": days})
    six_days_ago = waiting_rows(
        [(date(2026, 1, 9), None, "B", "Elm"), (date(2025, 10, 1), date(2025, 10, 2), "B", "Elm")]
    )
    made = cube(city, "works", "potholes", {"requests": in_duckdb(six_days_ago)}, AS_OF)
    cells = made.frames["cells"].set_index(["interval", "dimension", "place_level"])["denominator"]
    assert cells["2026-Q1", "all", "city"] == judged


def test_a_wait_that_starts_after_the_as_of_day_has_not_started(in_duckdb, build_city):
    rows = waiting_rows(WAITS[:2]).assign(asked=[date(2025, 10, 7), date(2026, 1, 16)])
    rows = pd.concat([rows, rows.iloc[[1]].assign(closed=None)])
    city = build_city(outcome=WAITING | {"started": "asked"})
    made = cube(city, "works", "potholes", {"requests": in_duckdb(rows)}, AS_OF)
    waits = made.frames["waits"]
    assert listed(waits[waits["place_level"] == "city"], "dimension", "days", "ended", "open") == [
        ("all", 1, 1, 0),
        ("race", 1, 1, 0),
    ]
    assert made.definition["notices"] == [{"message": "waits_without_start", "number": 2}]
