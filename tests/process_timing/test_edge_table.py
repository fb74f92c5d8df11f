from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.calendars import WorkingCalendar
from workbench.process_timing.log.codes import Names
from workbench.process_timing.log.edge_table import edge_table, once, only, write_edge_table
from workbench.process_timing.log.edge_times import edge_times, every_edge
from workbench.process_timing.log.working_time import day_table, worked

HOUR, DAY = 3_600_000_000, 86_400_000_000
CALENDAR = WorkingCalendar(
    "America/Chicago", spans=((480, 720), (750, 1020)), closures=frozenset({date(2026, 3, 10)})
)
DAYS = day_table(CALENDAR, date(2026, 1, 1), date(2026, 12, 31))
ROWS = [
    ("c1", "A", "2026-03-06T15:00", None, "web"),
    ("c2", "A", "2026-03-06T16:00", None, "desk"),
    ("c1", "B", "2026-03-09T15:00", "2026-03-09T14:00", "web"),
    ("c1", "C", "2026-03-11T15:00", "2026-03-09T14:30", "web"),  # begun before B was done
    ("c2", "B", "2026-03-09T16:30", "2026-03-09T17:00", "desk"),  # starts after its end
    ("c3", "B", "2026-03-09T16:30", None, "desk"),
]


def log_of(rows=ROWS) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["case", "activity", "time", "started", "channel"])
    for name in ("time", "started"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    return frame.assign(row=np.arange(1, len(frame) + 1))


def in_memory(frame: pd.DataFrame) -> ibis.Table:
    return ibis.duckdb.connect().create_table("log", ibis.memtable(frame))


def test_an_edge_lasts_until_work_begins_again_on_both_clocks():
    table = in_memory(log_of())
    found = edge_table(table, Names.of(table), days=DAYS).order_by(["case", "from"]).execute()
    assert found[["case", "from", "to"]].values.tolist() == [[1, 0, 1], [1, 1, 2], [2, 0, 1]]
    # From Friday to Monday the clocks went forward: 71 hours to 14:00 UTC, which is nine o'clock.
    assert found["wait"].tolist() == [71 * HOUR, 0, 72 * HOUR + HOUR // 2]
    assert found["working_wait"].tolist() == [8 * HOUR + HOUR // 2, 0, 10 * HOUR]


def test_the_three_engines_have_the_same_edges(on_engine):
    here, there = in_memory(log_of()), on_engine(log_of())
    names = Names.of(there)
    assert names == Names(["A", "B", "C"], [], [])
    frames = [
        edge_table(table, names, ["B"], DAYS, ["channel"]).order_by(["case", "from"]).execute()
        for table in (here, there)
    ]
    pd.testing.assert_frame_equal(*frames, check_dtype=False)
    times = [every_edge(table, names, cases=True, days=DAYS) for table in (here, there)]
    pd.testing.assert_frame_equal(*times, check_dtype=False)


def test_an_event_that_is_there_twice_makes_no_edge_to_itself():
    table = in_memory(log_of([ROWS[0], ROWS[2], ROWS[2]]))
    names = Names.of(table)
    assert edge_table(table, names).count().execute() == 2
    assert edge_table(once(table), names).count().execute() == 1
    assert every_edge(table, names)["count"].tolist() == [1]


def test_a_tie_is_no_duplicate():
    tied = [("c1", "A", "2026-03-06T15:00", None, ""), ("c1", "B", "2026-03-06T15:00", None, "")]
    table = in_memory(log_of(tied))
    found = every_edge(table, Names.of(table))
    assert found[["from", "to", "count", "tied"]].values.tolist() == [[0, 1, 1, 1]]
    assert every_edge(table, Names.of(table), order=["B", "A"])[["from", "to"]].values.tolist() == [[1, 0]]


@pytest.fixture
def many(tmp_path) -> ibis.Table:
    """An edge table of 300 cases in a file: one wait each, of 1 to 300 hours, by two channels."""
    start = pd.Timestamp("2026-01-01")
    rows = [(f"c{n}", "A", start, None, n % 2) for n in range(300)]
    rows += [(f"c{n}", "B", start + pd.Timedelta(hours=n + 1), None, n % 2) for n in range(300)]
    rows += [("c0", "C", start + pd.Timedelta(hours=2), None, 0)]
    table = in_memory(log_of(rows))
    write_edge_table(table, tmp_path / "edges.parquet", Names.of(table), kept=["channel"])
    return ibis.duckdb.connect().read_parquet(tmp_path / "edges.parquet")


def test_quantiles_are_exact(many):
    found = edge_times(many, cases=True).execute().iloc[0]
    hours = np.arange(1, 301)
    assert (found["count"], found["cases"], found["total"]) == (300, 300, hours.sum() * HOUR)
    assert found["median"] / HOUR == np.quantile(hours, 0.5) == 150.5
    assert found["p90"] / HOUR == pytest.approx(np.quantile(hours, 0.9), abs=1e-12)
    assert found["mean"] / HOUR == 150.5


def test_an_edge_table_is_narrowed_by_group_activity_and_path(many):
    assert only(many).count().execute() == 301
    assert only(many, {"channel": [1]}).count().execute() == 150
    assert only(many, activities=[1, 2]).count().execute() == 1
    assert only(many, paths=[(0, 1)]).count().execute() == 300
    by_channel = edge_times(only(many, paths=[(0, 1)]), by=["channel"]).execute()
    assert by_channel["count"].tolist() == [150, 150]
    assert by_channel["median"].tolist() == [150 * HOUR, 151 * HOUR]


def test_a_file_of_edges_has_small_codes(many):
    kinds = many.schema()
    assert (str(kinds["from"]), str(kinds["wait"])) == ("int8", "int64")


def test_a_file_of_edges_has_each_group_and_edge_in_one_place(many):
    found = many.mutate(place=ibis.row_number()).order_by("place").execute()
    changes = (found[["channel", "from", "to"]].diff().fillna(1) != 0).any(axis=1)
    assert found.loc[changes, ["channel", "from", "to"]].values.tolist() == [[0, 0, 1], [0, 1, 2], [1, 0, 1]]


ZONES = ["America/Chicago", "Europe/Amsterdam", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu"]
SPANS = [((540, 1020),), ((480, 720), (750, 1020)), ((0, 1440),), ((0, 360), (1320, 1440)), ((517, 1003),)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(ZONES),
    st.sampled_from(SPANS),
    st.sets(st.integers(0, 6), min_size=1),
    st.lists(st.integers(0, 730 * DAY), min_size=1, max_size=40),
)
def test_the_engine_has_the_working_time_of_the_calendar(zone, spans, weekdays, offsets):
    calendar = WorkingCalendar(zone, tuple(sorted(weekdays)), spans, frozenset({date(2026, 7, 3)}))
    instants = np.datetime64("2025-01-01", "us") + np.array(offsets, dtype="timedelta64[us]")
    table = in_memory(pd.DataFrame({"at": instants, "place": np.arange(len(offsets))}))
    days = day_table(calendar, date(2025, 1, 1), date(2026, 12, 31))
    found = worked(table, days, "at", "passed").order_by("place").execute()["passed"]
    assert found.tolist() == calendar.worked(instants).tolist()


def test_a_calendar_that_is_never_open_has_no_working_time():
    never = day_table(WorkingCalendar("UTC", (), ()), date(2026, 1, 1), date(2026, 1, 31))
    table = in_memory(pd.DataFrame({"at": [pd.Timestamp("2026-01-05T12:00").as_unit("us")]}))
    assert worked(table, never, "at", "passed").execute()["passed"].tolist() == [0]


def test_real_receipt_edges_are_those_of_the_cube(receipt, receipt_rows):
    rows = receipt_rows[["case", "activity"]].assign(started=None, channel="")
    stamps = pd.to_datetime(receipt_rows["completed"], utc=True, format="ISO8601").dt.tz_localize(None)
    frame = rows.assign(time=stamps.astype("datetime64[us]"), row=np.arange(1, len(rows) + 1)).drop(
        columns="started"
    )
    table, calendar = in_memory(frame), WorkingCalendar("Europe/Amsterdam", spans=((420, 1020),))
    days = day_table(calendar, date(2010, 1, 1), date(2012, 12, 31))
    found = edge_table(table, Names.of(table), days=days).mutate(place=ibis.row_number()).execute()
    found = found.sort_values(["case", "wait", "from", "to"], ignore_index=True)
    expected = receipt.frames["edges"].sort_values(["case", "wait", "from", "to"], ignore_index=True)
    for name in ("case", "from", "to", "wait", "working_wait"):
        assert (found[name].to_numpy() == expected[name].to_numpy()).all(), name
