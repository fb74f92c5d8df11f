"""The edges of a log written as a table: those of its events in the order of the cube, and as private as these."""

from dataclasses import replace

import pandas as pd
import pytest

from workbench.analyses import EventLog, named
from workbench.errors import UsageError
from workbench.export import export_log
from workbench.process_timing.log.edge_list import edge_list

COLUMNS = ["from", "to", "count", "cases", "mean_days", "median_days", "p90_days", "total_days"]


def log(*events: tuple, columns=("case:concept:name", "concept:name", "time:timestamp")) -> EventLog:
    frame = pd.DataFrame(events, columns=columns)
    times = [name for name in frame if "timestamp" in name]
    frame[times] = frame[times].apply(pd.to_datetime)
    return EventLog("Permits", False, frame, frame.head(0))


def test_the_edges_of_a_process_are_written_with_their_times(town):
    written = export_log(town, "permits", town / "private/edges.csv", edges=True)
    assert (written.edges, written.events, written.cases, written.about_people) == (2, 5, 2, True)
    found = pd.read_csv(written.path)
    assert list(found) == COLUMNS
    # From Check to Sign there is nothing in P1, where both have one moment, and 62 days in P2.
    assert found.iloc[0].tolist() == ["Check", "Sign", 2, 2, 31.0, 31.0, pytest.approx(55.8), 62.0]
    assert found.iloc[1].tolist() == ["Sign", "File", 1, 1, *[pytest.approx(7 / 24)] * 4]


def test_only_those_of_the_chosen_events(town):
    written = export_log(
        town, "permits", town / "private/edges.parquet", edges=True, activities=("Check", "File")
    )
    found = pd.read_parquet(written.path)
    assert found[["from", "to", "count", "total_days"]].values.tolist() == [
        ["Check", "File", 1, pytest.approx(7 / 24)]
    ]


def test_events_of_one_time_stand_as_they_do_in_the_log():
    one = log(("a", "Sign", "2025-01-01"), ("a", "Check", "2025-01-01"), ("a", "File", "2025-01-02"))
    found = edge_list(one)
    assert found[["from", "to", "total_days"]].values.tolist() == [
        ["Check", "File", 1.0],
        ["Sign", "Check", 0.0],
    ]


def test_two_people_at_one_moment_are_two_events():
    columns = ("case:concept:name", "concept:name", "time:timestamp", "org:resource")
    one = log(("a", "Sign", "2025-01-01", "Ann"), ("a", "Sign", "2025-01-01", "Ben"), columns=columns)
    assert edge_list(one)[["from", "to", "count", "cases"]].values.tolist() == [["Sign", "Sign", 1, 1]]


def test_work_that_overlaps_waits_for_nothing():
    columns = ("case:concept:name", "concept:name", "time:timestamp", "start_timestamp")
    one = log(
        ("a", "Check", "2025-01-03", "2025-01-01"), ("a", "Sign", "2025-01-05", "2025-01-02"), columns=columns
    )
    assert edge_list(one)["total_days"].tolist() == [0.0]


def test_cases_of_one_event_have_no_edge():
    found = edge_list(log(("a", "Sign", "2025-01-01"), ("b", "Sign", "2025-01-02")))
    assert list(found) == COLUMNS
    assert found.empty


def test_edges_are_no_log_of_events(town):
    with pytest.raises(
        UsageError, match=r"is no kind of table of edges; end its name with one of \.csv, \.parquet"
    ):
        export_log(town, "permits", town / "private/edges.xes", edges=True)


def test_they_are_as_private_as_the_events(town):
    with pytest.raises(UsageError, match="--identifiable"):
        export_log(town, "permits", town / "edges.csv", edges=True)


def test_real_permits_have_7143_edges(shared):
    """Of 8,577 events of 1,434 cases; coselog-receipt."""
    receipt = pd.read_csv(shared / "data/coselog-receipt/receipt.csv.gz", dtype=str)
    names = ["case:concept:name", "concept:name", "time:timestamp"]
    events = receipt[names].assign(
        **{names[2]: pd.to_datetime(receipt[names[2]], utc=True, format="ISO8601")}
    )
    events[names[2]] = events[names[2]].dt.tz_localize(None)
    found = edge_list(EventLog("Permits", False, events, events.head(0)))
    assert (len(found), found["count"].sum()) == (99, 7_143)


def test_who_knows_events_but_no_edges_says_so(town, monkeypatch):
    knows_events = replace(named("process_timing"), edges=None)
    monkeypatch.setattr("workbench.export.registered", lambda: {"process_timing": knows_events})
    with pytest.raises(UsageError, match="Process map timing knows no edges; leave --edges away"):
        export_log(town, "permits", town / "private/edges.csv", edges=True)
