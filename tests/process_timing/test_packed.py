from datetime import date, datetime

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.calendars import WorkingCalendar
from workbench.process_timing.log.codes import Names
from workbench.process_timing.log.edge_table import edge_table, once
from workbench.process_timing.log.edge_times import edge_times, every_edge
from workbench.process_timing.log.packed import can_pack, packed_edges
from workbench.process_timing.log.working_time import day_table

HOUR = 3_600_000_000
DAYS = day_table(
    WorkingCalendar("America/Chicago", spans=((480, 720), (750, 1020))), date(2026, 1, 1), date(2026, 12, 31)
)
COLUMNS = ["case", "from", "to", "wait", "tied"]
ROWS = [
    ("c1", "A", datetime(2026, 3, 6, 15)),
    ("c2", "B", datetime(2026, 3, 6, 16)),
    ("c1", "C", datetime(2026, 3, 11, 15)),
    ("c1", "B", datetime(2026, 3, 9, 15)),
    ("c3", "B", datetime(2026, 3, 9, 16)),
    ("c2", "A", datetime(2026, 3, 6, 16, 0, 0, 1)),
]


def log_of(rows: list[tuple], order=None) -> ibis.Table:
    """Rows in DuckDB, each with its place in the list; ``order`` says in which order they lie there."""
    case, activity, time = zip(*rows, strict=True) if rows else ((), (), ())
    columns = {"case": pa.array(case, "string"), "activity": pa.array(activity, "string")}
    columns |= {"time": pa.array(time, pa.timestamp("us")), "row": pa.array(range(1, len(rows) + 1), "int64")}
    table = pa.table(columns).take(pa.array(range(len(rows)) if order is None else order, "int64"))
    return ibis.duckdb.connect().create_table("log", ibis.memtable(table))


def in_order(edges: ibis.Table) -> pd.DataFrame:
    return edges.order_by(["case", "from", "to", "wait"]).execute()


def test_edges_of_rows_in_any_order_on_both_clocks():
    table = log_of(ROWS, [5, 3, 1, 0, 2, 4])
    found = in_order(packed_edges(table, Names.of(table), DAYS))
    assert found[COLUMNS].values.tolist() == [
        [1, 0, 1, 72 * HOUR, 0],
        [1, 1, 2, 48 * HOUR, 0],
        [2, 1, 0, 1, 0],
    ]
    # The clocks went forward on the 8th: Friday 9 to 17, Monday 8 to 10; half an hour a day is not worked.
    assert found["working_wait"].tolist() == [9 * HOUR + HOUR // 2, 17 * HOUR, 1]


def test_events_of_one_time_are_tied_and_the_declared_order_decides():
    table = log_of([("c1", "A", datetime(2026, 3, 6)), ("c1", "B", datetime(2026, 3, 6))])
    names = Names.of(table)
    assert packed_edges(table, names)["tied"].execute().tolist() == [1]
    for order, edge in ((["A", "B"], [0, 1]), (["B", "A"], [1, 0])):
        assert every_edge(table, names, order=order)[["from", "to"]].values.tolist() == [edge]


@pytest.mark.parametrize("year", [1, 4254, 9999])
def test_a_time_that_leaves_no_room_for_the_activity_is_not_packed(year):
    """Of 100 activities: seven bits, and 2^56 microseconds are 2,283 years."""
    rows = [
        ("c1", f"step {number:03}", datetime(2026, 1, 1, number // 60, number % 60)) for number in range(100)
    ]
    table = log_of(
        [*rows, ("c2", "step 000", datetime(year, 12, 31)), ("c2", "step 001", datetime(2026, 1, 1))]
    )
    names = Names.of(table)
    far = packed_edges(table, names).filter(ibis._["case"] == 101)
    assert far["tied"].execute().tolist() == [int(year != 1)]
    gap = abs(datetime(year, 12, 31) - datetime(2026, 1, 1))
    expected = (gap.days * 86_400 + gap.seconds) * 1_000_000
    found = every_edge(table, names)
    assert found["total"].sum() == 99 * HOUR // 60 + expected


def test_a_row_without_case_makes_no_edge_and_none_leads_to_an_event_without_activity():
    first, second, third = (datetime(2026, 1, 1, hour) for hour in (1, 2, 3))
    rows = [
        (None, "A", first),
        (None, "B", second),
        ("c1", None, second),
        ("c1", "B", third),
        ("c1", "A", first),
    ]
    table = log_of(rows)
    for edges in (packed_edges(table, Names.of(table)), edge_table(table, Names.of(table))):
        assert in_order(edges)[COLUMNS].values.tolist() == [[3, -1, 1, HOUR, 0]]


def test_a_log_without_rows_has_no_edges():
    table = log_of([])
    assert every_edge(table, Names.of(table)).empty


def test_starts_and_zones_are_not_packed():
    table = log_of(ROWS)
    assert can_pack(table)
    assert not can_pack(table.mutate(started=table["time"]))
    assert not can_pack(table.mutate(time=table["time"].cast("timestamp('UTC')")))


def test_the_three_engines_time_the_same_edges(on_engine):
    case, activity, time = zip(*ROWS, strict=True)
    frame = pd.DataFrame({"case": case, "activity": activity, "time": time, "row": np.arange(1, 7)})
    there = on_engine(frame.astype({"time": "datetime64[us]"}))
    names = Names(["A", "B", "C"], [], [])
    times = [every_edge(table, names, cases=True, days=DAYS) for table in (log_of(ROWS), there)]
    pd.testing.assert_frame_equal(*times, check_dtype=False)


TIMES = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),
    st.sampled_from(
        [datetime(2026, 5, 1), datetime(2026, 5, 2), datetime(1, 1, 1), datetime(9999, 12, 31), None]
    ),
)
CASES = [f"c{number}" for number in range(9)] + [None]
EVENTS = st.tuples(st.sampled_from(CASES), st.sampled_from(["A", "B", "C", None]), TIMES)


@settings(deadline=None, max_examples=10)
@given(st.lists(EVENTS, max_size=40), st.randoms(use_true_random=False), st.booleans())
def test_packed_or_not_the_edges_are_the_same(rows, random, working):
    table = log_of(rows, random.sample(range(len(rows)), len(rows)))
    names, declared, days = Names(["A", "B", "C"], [], []), ["C", "A"], DAYS if working else None
    packed, general = (
        in_order(edges)
        for edges in (packed_edges(table, names, days), edge_table(table, names, declared, days))
    )
    tied = packed.loc[packed["tied"] == 1, "case"]
    packed, general = (edges[~edges["case"].isin(tied)].reset_index(drop=True) for edges in (packed, general))
    pd.testing.assert_frame_equal(packed[general.columns], general, check_dtype=False, check_exact=True)
    edges = edge_table(once(table), names, declared, days)
    expected = edge_times(edges, cases=True, clock="working_wait" if working else "wait").execute()
    found = every_edge(table, names, cases=True, order=declared, days=days)
    pd.testing.assert_frame_equal(found, expected)
