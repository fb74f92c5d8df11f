"""Sources as cities publish them, against the figures in the catalogue of the shared data."""

import time
from datetime import date, datetime

import duckdb
import pytest

from workbench.catalog.model import Catalog, City, PlaceLevel
from workbench.catalog.tables import Column, Source
from workbench.sources import snapshot

BOSTON_TIME = {"type": "time", "format": "%m/%d/%Y %I:%M:%S %p"}


def take_from(folder, path, zone, columns, places=None, **source):
    """The snapshot of a real file; columns map an id to its fields."""
    declared = {key: Column(**fields) for key, fields in columns.items()}
    sources = {"real": Source(location=str(path), columns=declared, **source)}
    levels = {name: PlaceLevel(**level) for name, level in (places or {}).items()}
    city = City(name="Testville", time_zone=zone)
    catalog = Catalog(root=folder, city=city, departments={}, dimensions={}, places=levels, sources=sources)
    return snapshot(catalog, "real")


@pytest.fixture
def take(shared, tmp_path):
    return lambda file, *declared, **source: take_from(tmp_path, shared / "data" / file, *declared, **source)


def ask(path, question):
    """Rows of a question about a Parquet file; ``rows`` is its name."""
    with duckdb.connect() as connection:
        connection.read_parquet(str(path)).create_view("rows")
        return connection.execute(question).fetchall()


def reasons(taken):
    return ask(taken.rejects_path, 'SELECT "column", reason, count(*) FROM rows GROUP BY ALL ORDER BY ALL')


BOSTON = {
    "id": {"name": "CASE_ENQUIRY_ID", "required": True},
    "opened": {"name": "OPEN_DT", "required": True, **BOSTON_TIME},
    "due": {"name": "TARGET_DT", "planned": True, **BOSTON_TIME},
    "closed": {"name": "CLOSED_DT", **BOSTON_TIME},
    "on_time": {"name": "OnTime_Status", "type": "yes_no", "words": {"yes": "ONTIME", "no": "OVERDUE"}},
    "neighborhood": {"name": "neighborhood"},
    "latitude": {"name": "LATITUDE", "type": "number"},
    "longitude": {"name": "LONGITUDE", "type": "number"},
}
CITY_HALL = (42.3594, -71.0587)


@pytest.fixture(scope="module")
def boston(shared, tmp_path_factory):
    """The snapshot of Boston's requests, and the seconds of processor time that it took."""
    geojson = shared / "data/boston-neighborhoods/boston_neighborhoods_2020tract.geojson"
    places = {
        "neighborhood": {"title": "Neighborhood", "boundary": {"file": str(geojson), "property": "GEOID"}}
    }
    points = {
        "latitude": "latitude",
        "longitude": "longitude",
        "place_level": "neighborhood",
        "into": "neighborhood",
        "default": [CITY_HALL],
        "tolerance": 0,
    }
    rules = {"unique": ["id"], "not_before": {"closed": "opened"}, "points": points}
    folder, path = tmp_path_factory.mktemp("boston"), shared / "data/boston311-2015/boston311_2015.csv.gz"
    begun = time.process_time()
    return take_from(folder, path, "America/New_York", BOSTON, places, **rules), time.process_time() - begun


def test_real_boston_is_read_in_seconds_and_its_rejects_closed_before_they_opened(boston):
    taken, seconds = boston
    assert seconds < 20  # 2 to 4 where nothing else runs
    assert (taken.rows, taken.rejects) == (121_145, 197)
    assert reasons(taken) == [("closed", "is before `opened`", 197)]


def test_real_boston_points_are_set_aside_or_joined(boston):
    taken, _ = boston
    # The catalogue's 17,284 rows share the latitude of City Hall; 17,070 of them its longitude too.
    at_city_hall = (
        "SELECT count(*) FILTER (longitude = -71.0587), count(*) FROM rows WHERE latitude = 42.3594"
    )
    kept_there = ask(taken.path, at_city_hall)
    assert kept_there == [(17_064, 17_278)]  # the other six closed before they opened
    assert taken.set_aside == {"default_coordinate": 17_070, "no_place": 10_955, "outside_boundaries": 57}


def test_real_boston_times_agree_with_the_citys_own_flag(boston):
    taken, _ = boston
    agree = """
        SELECT count(*), count(*) FILTER (on_time = (closed <= due))
        FROM rows WHERE closed IS NOT NULL AND due IS NOT NULL AND on_time IS NOT NULL
    """
    assert ask(taken.path, agree) == [(79_069, 79_069)]
    opened = "SELECT min(opened), min(opened_date), count(*) FILTER (opened_date < '2015-01-01') FROM rows"
    assert ask(taken.path, opened) == [(datetime(2015, 1, 1, 5, 20, 9), date(2015, 1, 1), 0)]


def test_real_minneapolis_stops_are_all_read(take):
    columns = {
        "id": {"name": "idNum", "required": True},
        "stopped": {"name": "date", "type": "time", "required": True},
        "searched": {"name": "personSearch", "type": "yes_no"},
        "race": {"name": "race"},
    }
    taken = take("mpls-stops-2017/MplsStops.csv.gz", "America/Chicago", columns)
    assert (taken.rows, taken.rejects) == (51_920, 0)
    counted = (
        "SELECT min(stopped), count(*) FILTER (race IS NULL), count(*) FILTER (searched IS NULL) FROM rows"
    )
    assert ask(taken.path, counted) == [(datetime(2017, 1, 1, 6, 0, 42), 8_221, 8_221)]


def test_real_receipt_times_keep_their_offsets(take):
    columns = {
        "case": {"name": "case:concept:name", "required": True},
        "happened": {"name": "time:timestamp", "type": "time", "required": True},
        "closed": {"name": "case:enddate", "type": "time"},
    }
    taken = take("coselog-receipt/receipt.csv.gz", "Europe/Amsterdam", columns)
    assert (taken.rows, taken.rejects) == (8_577, 0)
    # the log's own header: mean duration 467,263.915 s, span 41,325,735.378 s
    mean = """
        SELECT avg(epoch_us(l) - epoch_us(f)) / 1e6
        FROM (SELECT min(happened) AS f, max(happened) AS l FROM rows GROUP BY "case")
    """
    assert ask(taken.path, mean)[0][0] == pytest.approx(467_263.9152573221, abs=1e-6)
    span = "SELECT (max(epoch_us(happened)) - min(epoch_us(happened))) / 1e6, count(*) FILTER (closed IS NULL) FROM rows"
    assert ask(taken.path, span) == [(41_325_735.378, 617)]


def test_real_transit_indicators_are_latin1_with_zero_for_no_target(take):
    columns = {
        "indicator": {"name": "INDICATOR_SEQ", "required": True},
        "name": {"name": "INDICATOR_NAME"},
        "month": {
            "names": ["PERIOD_YEAR", "PERIOD_MONTH"],
            "type": "date",
            "format": "%Y %m",
            "required": True,
        },
        "target": {"name": "MONTHLY_TARGET", "type": "number", "missing": ["0.00", "0.0", "0"]},
        "zero": {"name": "MONTHLY_TARGET", "type": "number"},
    }
    taken = take("mta-kpi/Performance_NYCT_2008_2018.csv.gz", "America/New_York", columns, encoding="latin-1")
    assert (taken.rows, taken.rejects) == (9_213, 0)
    counted = """
        SELECT count(DISTINCT indicator), min("month"), max("month"), count(*) FILTER (name != trim(name)),
            count(*) FILTER ("zero" = 0 AND target IS NULL), count(*) FILTER (target = 0)
        FROM rows
    """
    assert ask(taken.path, counted) == [(86, date(2008, 1, 1), date(2018, 5, 1), 0, 750, 0)]


def test_real_transit_numbers_have_separators_of_thousands(take):
    columns = {
        "indicator": {"name": "INDICATOR_SEQ", "required": True},
        "target": {"name": "MONTHLY_TARGET", "type": "number", "thousands": ","},
        "actual": {"name": "MONTHLY_ACTUAL", "type": "number", "thousands": ","},
    }
    taken = take("mta-kpi/mta_perf_2008_2011_all_agencies.csv.gz", "America/New_York", columns)
    assert (taken.rows, taken.rejects) == (6_504, 0)
    counted = "SELECT count(*) - count(target), count(*) - count(actual), count(target + actual) FROM rows"
    assert ask(taken.path, counted) == [(1_538, 1_673, 3_784)]
    assert ask(taken.path, "SELECT target, actual FROM rows WHERE _row = 1") == [(2200.0, 1913.0)]


def test_real_invoices_of_the_years_9_and_15_and_147_are_rejects(take):
    named = {
        "invoiced": "Date of Invoice",
        "received": "Date Received by Project Manager",
        "accounted": "Date Sent to Accounting",
        "approved": "Date Approved by Accounting",
        "paid": "Date Vendor Paid",
    }
    dates = {key: {"name": name, "type": "date", "format": "%m-%d-%Y"} for key, name in named.items()}
    columns = {"record": {"name": "Record ID#", "type": "integer", "required": True}, **dates}
    taken = take("nola-invoices/vendor_expenditures.csv.gz", "America/Chicago", columns, unique=["record"])
    assert (taken.rows, taken.rejects) == (11_748, 10)
    early = "is before 1990-01-01, the earliest date allowed"
    assert reasons(taken) == [("accounted", early, 1), ("invoiced", early, 2), ("received", early, 7)]
    years = "SELECT DISTINCT right(got, 4) FROM rows ORDER BY ALL"
    assert ask(taken.rejects_path, years) == [("0009",), ("0015",), ("0147",)]


def test_real_indicators_of_new_york_become_long(take):
    years = [str(year) for year in range(2016, 2024)]
    columns = {
        "id": {"name": "ID", "required": True},
        "year": {"name": "year", "type": "date", "format": "%Y"},
        "value": {"name": "value", "type": "number"},
    }
    unpivot = {"columns": years, "name": "year", "value": "value"}
    taken = take("nyc-mmr-fy23/Tidy_Indicator_Level_Data.csv", "America/New_York", columns, unpivot=unpivot)
    assert (taken.rows, taken.rejects) == (1_139 * 8, 0)
    missing = 'SELECT year("year"), count(*) - count(value) FROM rows GROUP BY ALL ORDER BY ALL'
    assert ask(taken.path, missing) == [
        (2016, 198),
        (2017, 171),
        (2018, 103),
        (2019, 150),
        (2020, 126),
        (2021, 54),
        (2022, 13),
        (2023, 0),
    ]
