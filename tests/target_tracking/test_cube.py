"""Observations: as-of values, margins, zeros, conflicts, on every engine."""

from datetime import date
from itertools import count
from pathlib import Path

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from workbench.catalog.model import Catalog, City, Department, Dimension, Group, Measure, PlaceLevel
from workbench.catalog.tables import Source
from workbench.target_tracking.cube import cube, sources, subjects

MARCH = date(2025, 3, 31)


def city(measures: dict, unique=(), about_people=True) -> Catalog:
    source = {"location": "x.csv", "columns": {}, "unique": list(unique), "about_people": about_people}
    shared = {"title": "T", "department": "works", "source": "returns", "direction": "increase"}
    return Catalog(
        root=Path(),
        city=City(name="C", time_zone="UTC"),
        departments={"works": Department(title="Works"), "parks": Department(title="Parks")},
        dimensions={
            "race": Dimension(
                title="Race",
                groups={"black": Group(title="Black", codes=["B"]), "white": Group(title="White")},
            )
        },
        places={"ward": PlaceLevel(title="Ward")},
        sources={"returns": Source.model_validate(source)},
        measures={id: Measure.model_validate(shared | values) for id, values in measures.items()},
    )


def frame(text: str, **types) -> pd.DataFrame:
    """An ASCII table; ``-`` is missing; columns are numbers where they can be, dates where they end so."""
    head, *lines = [line.split() for line in text.strip().splitlines()]
    table = pd.DataFrame(lines, columns=head).replace({"-": None})
    for name in table:
        if name in ("month", "recorded"):
            table[name] = [date.fromisoformat(day) if day else None for day in table[name]]
        elif name in ("num", "den", "value", "n", "target"):
            table[name] = table[name].astype("float64")
        elif name == "provisional":
            table[name] = table[name].map({"yes": True, "no": False, None: None}).astype("boolean")
    return table


@pytest.fixture
def on_duckdb(duckdb_connection):
    """The frame as an Ibis table of DuckDB alone."""
    names = (f"t{number}" for number in count())

    def put(table):
        arrow = pa.Table.from_pandas(table, preserve_index=False)
        return duckdb_connection.create_table(next(names), ibis.memtable(arrow))

    return put


def observations(catalog: Catalog, table, as_of=MARCH) -> pd.DataFrame:
    return cube(catalog, "works", "all", {"returns": table}, as_of).frames["observations"]


def shown(found: pd.DataFrame, *columns) -> list[tuple]:
    return [
        tuple(None if pd.isna(v) else v for v in row) for row in found[list(columns)].itertuples(index=False)
    ]


ON_TIME = {
    "kind": "proportion",
    "columns": {
        "interval": "month",
        "numerator": "num",
        "denominator": "den",
        "recorded_at": "recorded",
        "provisional": "provisional",
        "group": {"race": "race"},
    },
    "groups": ["race"],
}

REVISED = """
month      race num den recorded   provisional
2025-01-01 B    2   4   2025-02-03 no
2025-01-01 B    3   4   2025-02-20 no
2025-01-01 B    4   4   2025-04-20 no
2025-01-01 White 5  6   2025-02-03 no
2025-01-01 ?    1   1   2025-02-03 no
2025-02-01 B    1   2   2025-03-03 yes
2025-02-01 White -  -   2025-03-03 yes
"""


def test_the_value_as_of_a_day_is_the_one_recorded_last_by_then(on_engine):
    found = observations(city({"on_time": ON_TIME}), on_engine(frame(REVISED)))
    assert shown(found, "interval", "dimension", "group", "numerator", "denominator", "provisional") == [
        ("2025-01", "all", "all", 9.0, 11.0, False),
        ("2025-01", "race", "black", 3.0, 4.0, False),
        ("2025-01", "race", "unknown", 1.0, 1.0, False),
        ("2025-01", "race", "white", 5.0, 6.0, False),
        ("2025-02", "all", "all", 1.0, 2.0, True),
        ("2025-02", "race", "black", 1.0, 2.0, True),
        ("2025-02", "race", "white", None, None, True),
    ]
    assert found["recorded_at"].max() == pd.Timestamp("2025-03-03")
    assert found["value"].iloc[0] == 9 / 11


def test_an_earlier_day_sees_the_earlier_value_and_only_what_had_ended(on_duckdb):
    table = on_duckdb(frame(REVISED))
    found = observations(city({"on_time": ON_TIME}), table, date(2025, 2, 10))
    assert shown(found[found["group"] == "all"], "interval", "numerator", "denominator") == [
        ("2025-01", 8, 11)
    ]


def test_two_rows_recorded_at_once_for_the_same_thing_are_not_believed(on_duckdb):
    rows = frame("""
    month      race num den recorded   provisional
    2025-01-01 B    2   4   2025-02-03 no
    2025-01-01 B    3   4   2025-02-03 no
    """)
    found = observations(city({"on_time": ON_TIME}), on_duckdb(rows))
    assert shown(found, "group", "numerator", "value", "conflicting") == [
        ("all", None, None, True),
        ("black", None, None, True),
    ]


def test_unique_columns_say_which_rows_revise_each_other(on_duckdb):
    rows = frame("""
    month      race id num den recorded   provisional
    2025-01-01 B    a  2   4   2025-02-03 no
    2025-01-01 B    b  3   4   2025-02-04 no
    2025-01-01 B    b  4   4   2025-02-05 no
    """)
    catalog = city({"on_time": ON_TIME}, unique=["id", "recorded"])
    found = observations(catalog, on_duckdb(rows))
    assert shown(found, "group", "numerator", "denominator") == [("all", 6, 8), ("black", 6, 8)]


def test_a_measure_without_number_columns_counts_rows_and_an_empty_month_is_zero(on_engine):
    rows = frame("month\n2025-01-03\n2025-01-30\n2025-03-01\n2025-03-01\n2025-03-31\n2025-04-01")
    found = observations(
        city({"calls": {"kind": "count", "columns": {"interval": "month"}}}), on_engine(rows)
    )
    assert shown(found, "interval", "value", "numerator") == [
        ("2025-01", 2, 2),
        ("2025-02", 0, 0),
        ("2025-03", 3, 3),
    ]
    assert list(found["interval_end"]) == list(pd.to_datetime(["2025-01-31", "2025-02-28", "2025-03-31"]))


def test_an_interval_that_has_not_ended_is_left_out(on_duckdb):
    rows = frame("month\n2025-01-03\n2025-03-30")
    measures = {"calls": {"kind": "count", "columns": {"interval": "month"}}}
    table = on_duckdb(rows)
    assert shown(observations(city(measures), table, date(2025, 3, 30)), "interval") == [("2025-01",)]


VALUES = {"kind": "value", "columns": {"interval": "month", "value": "value", "target": "target"}}


def test_a_value_stands_alone_and_a_missing_target_stays_missing(on_engine):
    rows = frame("""
    month      value target
    2025-01-01 12.5  0
    2025-02-01 13.5  -
    2025-03-01 14.5  9
    2025-03-02 15.5  9
    """)
    found = observations(city({"wait": VALUES}), on_engine(rows))
    assert shown(found, "interval", "value", "target", "conflicting") == [
        ("2025-01", 12.5, 0.0, False),
        ("2025-02", 13.5, None, False),
        ("2025-03", None, 9.0, True),
    ]


def test_a_mean_is_weighted_by_how_many_it_is_the_mean_of(on_duckdb):
    columns = {"interval": "month", "value": "value", "n": "n", "place": {"ward": "ward"}}
    rows = frame("""
    month      ward value n
    2025-01-01 1    10    1
    2025-01-01 2    20    3
    """)
    table = on_duckdb(rows)
    found = observations(city({"wait": {"kind": "mean", "columns": columns}}), table)
    assert shown(found, "place_level", "place", "value", "n") == [
        ("city", "all", 17.5, 4),
        ("ward", "1", 10, 1),
        ("ward", "2", 20, 3),
    ]


def test_adding_up_decimals_does_not_depend_on_the_order_of_rows(on_duckdb):
    rows = pd.DataFrame({"month": [date(2025, 1, 1)] * 3, "num": [0.1, 0.2, 0.3]})
    measures = {"spent": {"kind": "count", "columns": {"interval": "month", "numerator": "num"}}}
    forward = observations(city(measures), on_duckdb(rows))
    backward = observations(city(measures), on_duckdb(rows[::-1]))
    assert forward["value"].iloc[0] == backward["value"].iloc[0] == 0.6


def test_a_zero_denominator_has_no_value(on_duckdb):
    rows = frame("month num den\n2025-01-01 0 0")
    columns = {"interval": "month", "numerator": "num", "denominator": "den"}
    table = on_duckdb(rows)
    found = observations(city({"share": {"kind": "proportion", "columns": columns}}), table)
    assert shown(found, "denominator", "value") == [(0, None)]


def test_a_row_without_a_denominator_does_not_add_to_the_numerator(on_duckdb):
    rows = frame("month num den\n2025-01-01 3 4\n2025-01-01 2 -")
    columns = {"interval": "month", "numerator": "num", "denominator": "den"}
    found = observations(city({"share": {"kind": "proportion", "columns": columns}}), on_duckdb(rows))
    assert shown(found, "numerator", "denominator", "value") == [(3, 4, 0.75)]


def test_a_column_of_yes_and_no_is_a_share_of_the_rows_that_answer(on_duckdb):
    rows = pd.DataFrame({"month": [date(2025, 1, 1)] * 4, "num": [True, False, None, True]})
    columns = {"interval": "month", "numerator": "num"}
    found = observations(city({"share": {"kind": "proportion", "columns": columns}}), on_duckdb(rows))
    assert shown(found, "numerator", "denominator") == [(2, 3)]


def test_a_department_with_measures_has_one_subject():
    catalog = city({"wait": VALUES})
    assert subjects(catalog, "works") == ["all"]
    assert subjects(catalog, "parks") == []
    assert sources(catalog, "works") == ["returns"]


def test_fiscal_years_are_named_after_the_year_they_end_in(on_duckdb):
    catalog = city({"wait": VALUES | {"frequency": "year"}})
    catalog = catalog.model_copy(update={"city": City(name="C", time_zone="UTC", fiscal_year_starts=7)})
    rows = frame("month value target\n2023-07-01 1 -\n2024-07-01 2 -")
    found = observations(catalog, on_duckdb(rows), date(2025, 6, 30))
    assert shown(found, "interval", "value") == [("FY2024", 1), ("FY2025", 2)]


def test_the_cube_says_which_query_made_it(on_duckdb):
    table = on_duckdb(frame("month value target\n2025-01-01 1 -"))
    made = cube(city({"wait": VALUES}), "works", "all", {"returns": table}, MARCH)
    assert "SELECT" in made.provenance.sql["observations"]
