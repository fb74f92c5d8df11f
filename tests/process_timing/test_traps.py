"""Faults that were measured in other tools are not ours."""

import ibis
import numpy as np
import pandas as pd
import pytest

from workbench.calendars import WorkingCalendar
from workbench.process_timing.log.codes import Names
from workbench.process_timing.log.edge_times import every_edge

HOUR = 3_600_000_000


def test_variants_of_rows_in_order_of_time_are_116(receipt_rows, cube_of, reference):
    expected = reference("process", "receipt-shuffled-variants")["expected"]
    columns = ["case", "activity", "completed"]
    for rows in (
        receipt_rows[columns].sort_values("completed", kind="stable", ignore_index=True),
        receipt_rows[columns].sample(frac=1, random_state=1, ignore_index=True),
    ):
        found = len(cube_of(rows).frames["variants"])
        assert found == expected["variants"] != expected["pm4py_wrong_value"]


def test_hours_counted_on_the_clock_of_utc_would_be_wrong_for_most_pairs():
    random = np.random.default_rng(0)
    starts = np.datetime64("2025-01-01", "us") + random.integers(0, 365 * 24 * HOUR, 20_000)
    ends = starts + (random.exponential(10 * 24, 20_000) * HOUR).astype("int64")
    spans = ((420, 1020),)
    here, there = (WorkingCalendar(zone, spans=spans) for zone in ("America/New_York", "UTC"))
    off = np.abs(here.microseconds_between(starts, ends) - there.microseconds_between(starts, ends))
    assert (off > 60_000_000).mean() > 0.5


def test_an_offset_is_an_instant_and_is_never_relabelled(cube_of):
    rows = [("c1", "A", "2026-01-05T09:00-05:00"), ("c1", "B", "2026-01-05T16:00+01:00")]
    assert cube_of(rows, zone="America/New_York").frames["edges"]["wait"].tolist() == [HOUR]


def test_parts_of_a_second_are_kept(cube_of):
    rows = [("c1", "A", "2026-01-05T09:00:00.000001Z"), ("c1", "B", "2026-01-05T09:00:01.999999Z")]
    cube = cube_of(rows)
    assert cube.frames["edges"]["wait"].tolist() == [1_999_998]
    assert cube.frames["cases"]["lead"].tolist() == [1_999_998]


def test_a_case_that_takes_time_has_a_lead_time(receipt):
    closed = receipt.frames["cases"].query("outcome == 'closed'")
    assert (closed["lead"] > 0).mean() > 0.99


def test_quantiles_are_exact_where_a_sketch_is_not():
    """Waits in two heaps far apart: the median lies between them, where no sketch looks."""
    waits = np.r_[np.arange(1, 501), np.arange(1_000_001, 1_000_501)]
    start = np.datetime64("2026-01-01", "us")
    cases = [f"c{number}" for number in range(waits.size)]
    rows = pd.DataFrame(
        {
            "case": cases * 2,
            "activity": ["A"] * waits.size + ["B"] * waits.size,
            "time": np.r_[np.full(waits.size, start), start + waits * 1_000_000],
            "row": np.arange(2 * waits.size),
        }
    )
    table = ibis.duckdb.connect().create_table("log", ibis.memtable(rows))
    found = every_edge(table, Names.of(table)).iloc[0]
    assert found["median"] == np.quantile(waits * 1e6, 0.5) == 500_250.5e6 + 0.0
    assert found["p90"] == pytest.approx(np.quantile(waits * 1e6, 0.9), abs=1e-6)


def test_a_negative_duration_is_listed_and_not_made_zero(cube_of):
    columns = ("case", "activity", "completed", "submitted", "closed")
    rows = [("c1", "A", "2026-01-05T09:00Z", "2026-01-05T09:00Z", "2026-01-04T09:00Z")]
    cube = cube_of(rows, columns, {"submitted": "submitted", "closed": "closed"})
    assert cube.frames["cases"]["outcome"].tolist() == ["set aside"]
    assert cube.frames["excluded"]["reason"].tolist() == ["cases_reversed"]


def test_the_two_reversed_cases_of_the_receipt_log_are_listed(receipt):
    listed = receipt.frames["excluded"]
    found = listed[listed["reason"] == "cases_reversed"]["case"]
    assert sorted(found) == ["case-10862", "case-8267"]
