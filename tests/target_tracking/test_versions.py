"""Versions of values: a cube of an earlier day from the whole history, and what no later row may change."""

from datetime import date, timedelta
from itertools import count

import ibis
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.target_tracking.test_cube import MARCH, ON_TIME, REVISED, city, frame, shown
from workbench.target_tracking import analyse
from workbench.target_tracking.alike import Cut, batches
from workbench.target_tracking.cube import cube
from workbench.target_tracking.observed import query
from workbench.target_tracking.versions import as_known, as_of_the_end, query_of_stretches

NAMES = (f"v{number}" for number in count())


def versions(catalog, table, as_of=MARCH) -> pd.DataFrame:
    return cube(catalog, "works", "all", {"returns": table}, as_of).frames["versions"]


def test_each_day_that_something_became_known_is_a_version(on_engine):
    found = versions(city({"on_time": ON_TIME}), on_engine(frame(REVISED)), date(2025, 4, 30))
    assert shown(found, "interval", "known", "numerator", "denominator", "provisional", "rows") == [
        ("2025-01", pd.Timestamp("2025-02-03"), 8, 11, False, 3),
        ("2025-01", pd.Timestamp("2025-02-20"), 9, 11, False, 3),
        ("2025-01", pd.Timestamp("2025-04-20"), 10, 11, False, 3),
        ("2025-02", pd.Timestamp("2025-03-03"), 1, 2, True, 2),
    ]
    assert found["value"].tolist() == [8 / 11, 9 / 11, 10 / 11, 0.5]
    assert found["recorded_at"].tolist() == found["known"].tolist()


def test_a_row_that_is_moved_to_another_month_is_withdrawn_from_its_own(table_of):
    rows = [
        {"id": "a", "month": date(2025, 1, 5), "num": 4.0, "recorded": date(2025, 2, 3)},
        {"id": "a", "month": date(2025, 2, 5), "num": 4.0, "recorded": date(2025, 3, 10)},
    ]
    found = versions(CATALOGS["a sum"], table_of(rows))
    assert shown(found, "interval", "known", "value", "rows") == [
        ("2025-01", pd.Timestamp("2025-02-03"), 4, 1),
        ("2025-01", pd.Timestamp("2025-03-10"), None, 0),
        ("2025-02", pd.Timestamp("2025-03-10"), 4, 1),
    ]


def test_a_version_that_was_replaced_before_its_month_ended_is_none(table_of):
    rows = [
        {"id": "a", "month": date(2025, 1, 5), "num": num, "recorded": date(2025, 1, day)}
        for num, day in ((1.0, 6), (2.0, 20))
    ]
    found = versions(CATALOGS["a sum"], table_of(rows))
    assert shown(found, "known", "recorded_at", "value") == [
        (pd.Timestamp("2025-01-31"), pd.Timestamp("2025-01-20"), 2)
    ]


def test_without_a_time_of_recording_a_value_is_known_since_its_interval_ended(table_of):
    rows = [{"month": day} for day in (date(2025, 1, 5), date(2025, 3, 5), date(2025, 3, 6))]
    catalog = city({"m": {"kind": "count", "columns": {"interval": "month"}}})
    found = versions(catalog, table_of(rows))
    assert shown(found, "interval", "known", "value") == [
        ("2025-01", pd.Timestamp("2025-01-31"), 1),
        ("2025-03", pd.Timestamp("2025-03-31"), 2),
    ]


DAYS = st.integers(0, 150).map(lambda day: date(2025, 1, 1) + timedelta(days=day))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from("abc"),
            "month": st.sampled_from([date(2025, month, 1 + month) for month in range(1, 6)]),
            "race": st.sampled_from(["B", "White", None]),
            "num": st.one_of(st.none(), st.integers(0, 30).map(float)),
            "den": st.integers(0, 40).map(float),
            "recorded": st.one_of(st.none(), DAYS),
            "provisional": st.booleans(),
        }
    ),
    min_size=1,
    max_size=14,
)
VALUE = {"kind": "value", "columns": {"interval": "month", "value": "num", "recorded_at": "recorded"}}
SUM = {"kind": "count", "columns": {"interval": "month", "numerator": "num", "recorded_at": "recorded"}}
COUNTED = {"kind": "count", "columns": {"interval": "month", "recorded_at": "recorded"}}
CATALOGS = {
    "revised by interval and group": city({"m": ON_TIME}),
    "revised by id, interval and all": city({"m": ON_TIME}, unique=["id", "recorded"]),
    "a value by itself": city({"m": VALUE}),
    "a sum": city({"m": SUM}, unique=["id", "recorded"]),
    "rows counted": city({"m": COUNTED}),
    "rows counted, and revised": city({"m": COUNTED}, unique=["id", "recorded"]),
}


@pytest.fixture(scope="module")
def table_of():
    """Rows as an Ibis table of DuckDB, which lives as long as the module's tests."""
    connection = ibis.duckdb.connect()

    def put(rows):
        schema = pa.schema(
            [("id", pa.string()), ("month", pa.date32()), ("race", pa.string()), ("num", pa.float64())]
            + [("den", pa.float64()), ("recorded", pa.date32()), ("provisional", pa.bool_())]
        )
        return connection.create_table(next(NAMES), ibis.memtable(pa.Table.from_pylist(rows, schema)))

    yield put
    connection.disconnect()


def known_by(rows, day):
    """The history as it would have been read on a day: rows without a time were there from the start."""
    return [row for row in rows if row["recorded"] is None or row["recorded"] <= day]


def cubed(catalog, table, day):
    return cube(catalog, "works", "all", {"returns": table}, day)


@pytest.mark.parametrize("name", CATALOGS)
@settings(max_examples=5)
@given(rows=ROWS, day=DAYS)
def test_everyones_values_are_those_that_no_later_version_has_replaced(table_of, name, rows, day):
    catalog, table = CATALOGS[name], table_of(rows)
    [batch] = batches(catalog, catalog.measures)
    ended = as_of_the_end(query_of_stretches(catalog, batch, table, day).to_pyarrow())
    asked = query(catalog, batch, table, day, Cut()).to_pyarrow().select(ended.column_names)
    by_interval = [("interval", "ascending")]
    assert ended.sort_by(by_interval).to_pylist() == asked.sort_by(by_interval).to_pylist()


def test_a_total_that_is_too_large_for_a_whole_number_is_refused():
    numbers = {"rows": [1, 1], "weighted": [2**62, 2**62], "single": [1.0, 2.0]}
    others = dict.fromkeys(("target", "other_target", "recorded_at", "provisional", "conflict"), [0, 1])
    by = {"which": [0, 0], "interval": ["2025-01"] * 2, "known": [0, 0], "until": pa.nulls(2, pa.int64())}
    with pytest.raises(pa.ArrowInvalid, match="out of bounds"):
        as_of_the_end(pa.table(by | numbers | others))


@pytest.mark.parametrize("name", CATALOGS)
@settings(max_examples=5)
@given(rows=ROWS, day=DAYS)
def test_the_versions_give_the_values_of_any_earlier_day(table_of, name, rows, day):
    whole = cubed(CATALOGS[name], table_of(rows), date(2025, 6, 30))
    then = cubed(CATALOGS[name], table_of(rows), day).frames["observations"]
    then = then[(then["dimension"] == "all") & (then["place_level"] == "city")].reset_index(drop=True)
    pd.testing.assert_frame_equal(as_known(whole.frames["versions"], day, whole.definition), then)


@settings(max_examples=5)
@given(rows=ROWS, day=DAYS)
def test_a_review_as_of_a_day_reads_nothing_that_was_recorded_later(table_of, rows, day):
    catalog = CATALOGS["revised by interval and group"]
    whole, cut = (cubed(catalog, table_of(seen), day) for seen in (rows, known_by(rows, day)))
    assert whole.definition == cut.definition
    for name, made in whole.frames.items():
        pd.testing.assert_frame_equal(made, cut.frames[name])
    again = [analyse(made, period="2025-Q1") for made in (whole, cut)]
    assert again[0].facts == again[1].facts
    for name, made in again[0].frames().items():
        pd.testing.assert_frame_equal(made, again[1].frames()[name])
