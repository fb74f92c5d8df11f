"""Logs that are odd as a whole: nothing stops, and what is odd is said."""

import numpy as np
import pandas as pd
import pytest

from workbench.process_timing import analyse

DAY = 86_400_000_000
NASTY = "</script><b>&" + "x" * 300


def quality_of(cube) -> dict[str, int]:
    return dict(cube.frames["quality"].itertuples(index=False))


def reviewed(cube, period: str = "2026-Q1"):
    return analyse(cube, period=period)


def test_one_event_is_a_case_without_edges(cube_of):
    cube = cube_of([("c1", "Filed", "2026-01-05T09:00Z")], about_people=False)
    assert cube.frames["cases"][["lead", "duration", "events"]].values.tolist() == [[0, 0, 1]]
    assert len(cube.frames["edges"]) == 0
    results = reviewed(cube)
    assert len(results.edges) == 0
    assert results.summary.set_index("quantity")["value"]["events"] == 1


def test_one_case_has_its_edges_and_nothing_to_compare_with(cube_of):
    rows = [("c1", step, f"2026-01-{5 + day:02d}T09:00Z") for day, step in enumerate("ABC")]
    cube = cube_of(rows, about_people=False)
    results = reviewed(cube)
    assert results.edges["median_days"].tolist() == [1.0, 1.0]
    assert set(results.comparison["state"]) <= {"no data", "unreliable"}


def test_a_log_of_midnights_is_whole_days(cube_of):
    rows = [
        (f"c{n}", step, f"2026-01-{5 + n + days:02d}T00:00Z")
        for n in range(12)
        for days, step in enumerate("AB")
    ]
    cube = cube_of(rows, about_people=False)
    assert cube.definition["whole_days"]
    assert quality_of(cube)["at_midnight"] == quality_of(cube)["events"] == 24
    assert reviewed(cube).facts["whole_days"]


def test_four_hundred_activities_keep_their_names_and_order(cube_of):
    names = [f"step {number:03d}" for number in range(400)]
    start = pd.Timestamp("2026-01-05T09:00Z")
    rows = [
        (case, name, (start + pd.Timedelta(hours=n)).isoformat())
        for case in ("c1", "c2")
        for n, name in enumerate(names)
    ]
    cube = cube_of(rows, about_people=False)
    assert cube.frames["activities"]["activity"].tolist() == names
    assert cube.frames["edges"]["to"].tolist() == [*range(1, 400)] * 2
    assert cube.frames["variants"]["cases"].tolist() == [2]
    assert len(reviewed(cube).edges) == 399


@pytest.mark.parametrize(
    "name", ["</script>", NASTY, "a|b", "'; DROP TABLE log; --", "%s {x} \\", "naïve → 語"]
)
def test_an_activity_may_be_called_anything(cube_of, name):
    rows = [("c1", name, "2026-01-05T09:00Z"), ("c1", "B", "2026-01-06T09:00Z")]
    cube = cube_of(rows, about_people=False)
    (edge,) = reviewed(cube).edges.to_dict("records")
    assert (edge["from"], edge["to"], edge["median_days"]) == (name, "B", 1.0)


def test_a_million_cases_of_one_event(cube_of):
    number = np.arange(1_000_000)
    stamps = np.datetime64("2026-01-01T09:00", "us") + (number % 5_000_000).astype("timedelta64[s]")
    frame = pd.DataFrame(
        {"case": number, "activity": "Call", "completed": pd.DatetimeIndex(stamps).tz_localize("UTC")}
    )
    cube = cube_of(frame, about_people=False)
    cases = cube.frames["cases"]
    assert (len(cases), cases["events"].sum(), len(cube.frames["edges"])) == (1_000_000, 1_000_000, 0)
    assert cube.frames["variants"].values.tolist() == [[0, "Call", 1_000_000]]


def test_a_calendar_without_a_working_day_has_no_working_time(cube_of):
    rows = [("c1", "A", "2026-01-05T09:00Z"), ("c1", "B", "2026-01-06T09:00Z")]
    closed = [day.date() for day in pd.date_range("2025-12-01", "2027-01-31")]
    cube = cube_of(rows, closures=closed)
    assert cube.frames["edges"][["wait", "working_wait"]].values.tolist() == [[DAY, 0]]
