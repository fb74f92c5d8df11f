import pandas as pd
import pytest

from workbench.process_timing import overview
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.excluded import excluded

DAY = 86_400_000_000
COLUMNS = ("case", "activity", "completed", "resource")
BY_ANN = {"resource": "resource"}


def quality_of(cube) -> dict[str, int]:
    return dict(cube.frames["quality"].itertuples(index=False))


def listed(cube) -> list[tuple]:
    rows = cube.frames["excluded"]
    return list(rows[["reason", "row", "case", "activity", "what"]].itertuples(index=False, name=None))


def test_a_clean_log_has_nothing_to_list(cube_of):
    cube = cube_of([("c1", "A", "2026-01-05T09:00Z"), ("c1", "B", "2026-01-05T10:00Z")])
    assert listed(cube) == []
    odd = {name: count for name, count in quality_of(cube).items() if count}
    assert odd == {"rows": 2, "events": 2, "single_timestamp": 2, "edges": 1}


def test_a_row_that_repeats_another_is_listed_with_it(cube_of):
    rows = [("c1", "A", "2026-01-05T09:00Z")] * 2 + [("c1", "B", "2026-01-05T10:00Z")]
    assert listed(cube_of(rows)) == [("duplicates", 2, "c1", "A", "the same as row 1")]


def test_rows_without_case_activity_or_time_are_listed(cube_of):
    rows = [
        ("c1", "A", "2026-01-05T09:00Z"),
        (None, "B", "2026-01-05T10:00Z"),
        ("c2", None, None),
        ("c3", "C", "2027-01-01T00:00Z"),
    ]
    cube = cube_of(rows)
    assert listed(cube) == [
        ("incomplete", 2, None, "B", "no case"),
        ("incomplete", 3, "c2", None, "no activity and no time"),
        ("later", 4, "c3", "C", "2027-01-01 is after 2026-12-31, the day the log is known on"),
    ]
    assert (quality_of(cube)["incomplete"], quality_of(cube)["later"]) == (2, 1)


def test_so_many_rows_are_listed_of_each_reason(cube_of, monkeypatch):
    monkeypatch.setattr("workbench.process_timing.log.excluded.LISTED", 2)
    gone, later = (None, "A", "2026-01-05T09:00Z"), ("c2", "A", "2027-01-01T00:00Z")
    both = (None, "A", "2027-01-01T00:00Z")
    cube = cube_of([gone, gone, gone, ("c1", "A", "2026-01-05T09:00Z"), later, both, later])
    found = [(reason, row) for reason, row, *_ in listed(cube)]
    assert found == [("incomplete", 1), ("incomplete", 2), ("later", 5), ("later", 6)]


def test_an_impossible_year_is_left_out_and_listed(cube_of):
    rows = pd.DataFrame([("c1", "A", "2026-01-05T09:00Z"), ("c1", "B", "2026-01-06T09:00Z")])
    rows.columns = ["case", "activity", "completed"]

    def put(frame):
        from tests.process_timing.conftest import in_memory

        early = pd.Timestamp("0009-01-06").as_unit("us")
        odd = frame.assign(
            completed=[frame["completed"][0], early],
            completed_date=[frame["completed_date"][0], early.date()],
        )
        return in_memory(odd)

    cube = cube_of(rows, table=put)
    assert listed(cube) == [
        ("too_early", 2, "c1", "B", "0009-01-06 is before 1990-01-01, the earliest date allowed")
    ]
    assert len(cube.frames["events"]) == 1


@pytest.mark.parametrize(
    ("seconds", "who", "suspect"),
    [(60, "Ann", True), (61, "Ann", False), (60, "Bob", False), (60, None, False)],
)
def test_a_step_repeated_at_once_by_the_same_hand_is_suspect_and_stays(cube_of, seconds, who, suspect):
    second = pd.Timestamp("2026-01-05T09:00Z") + pd.Timedelta(seconds=seconds)
    rows = [("c1", "A", "2026-01-05T09:00Z", "Ann"), ("c1", "A", second.isoformat(), who)]
    rows.append(("c2", "A", "2026-01-05T09:00:30Z", "Ann"))
    cube = cube_of(rows, COLUMNS, BY_ANN)
    assert len(cube.frames["edges"]) == 1
    assert quality_of(cube)["double_clicks"] == suspect
    assert listed(cube) == [("double_clicks", 2, "c1", "A", "60 s after row 1, by the same hand")] * suspect


def test_no_seconds_ask_for_no_double_clicks(cube_of):
    rows = [("c1", "A", "2026-01-05T09:00:00Z", "Ann"), ("c1", "A", "2026-01-05T09:00:00.1Z", "Ann")]
    cube = cube_of(rows, COLUMNS, {**BY_ANN, "double_click_seconds": 0})
    assert quality_of(cube)["double_clicks"] == 0


def test_an_event_that_ends_before_it_starts_is_listed(cube_of):
    rows = [("c1", "A", "2026-01-05T09:00Z", "2026-01-05T10:00Z")]
    cube = cube_of(rows, ("case", "activity", "completed", "started"), {"started": "started"})
    assert listed(cube) == [("reversed_events", 1, "c1", "A", "starts after its end")]


def test_cases_set_aside_are_listed(cube_of):
    columns = ("case", "activity", "completed", "submitted", "closed")
    rows = [
        ("c1", "Filed", "2026-01-05T09:00Z", "2026-01-05T09:00Z", "2026-01-04T09:00Z"),
        ("c2", "Decided", "2026-01-05T09:00Z", None, None),
    ]
    process = {"submitted": "submitted", "closed": "closed", "first": ["Filed"]}
    assert listed(cube_of(rows, columns, process)) == [
        ("cases_cut", 2, "c2", "Decided", "its start was not seen, or lies before what the extract holds"),
        ("cases_reversed", 1, "c1", "Filed", "ends before it starts"),
    ]


def test_ties_say_how_many_edges_they_touch(cube_of):
    rows = [
        (case, step, "2026-01-05T09:00Z") for case, steps in (("c1", "ABC"), ("c2", "AB")) for step in steps
    ] + [("c2", "D", "2026-01-06T09:00Z")]
    counts = quality_of(cube_of(rows))
    assert (counts["ties"], counts["tied_edges"], counts["edges"]) == (3, 2, 3)


def test_work_outside_hours_is_counted_and_opening_and_closing_are_inside(cube_of):
    hours = ["09:00", "17:00", "08:59", "17:01"]
    rows = [("c1", f"step {hour}", f"2026-01-05T{hour}Z") for hour in hours]
    rows.append(("c1", "Saturday", "2026-01-10T12:00Z"))
    assert quality_of(cube_of(rows))["outside_hours"] == 3


def test_events_of_accounts_that_are_nobody_are_counted(cube_of):
    rows = [("c1", "A", "2026-01-05T09:00Z", "batch"), ("c1", "B", "2026-01-05T10:00Z", "Ann")]
    cube = cube_of(rows, COLUMNS, {**BY_ANN, "set_aside": ["batch"]})
    assert quality_of(cube)["system_events"] == 1


SPRING = [("c1", "A", "2026-03-08T06:00Z"), ("c1", "B", "2026-03-09T05:00Z")]  # 23 hours in Chicago


def test_a_log_of_dates_only_is_told_in_whole_days(cube_of):
    cube = cube_of(SPRING, zone="America/Chicago")
    assert cube.definition["whole_days"]
    assert cube.frames["edges"]["wait"].tolist() == [DAY] == cube.frames["cases"]["duration"].tolist()
    assert quality_of(cube)["outside_hours"] == 0


def test_one_time_of_day_makes_it_a_log_of_times(cube_of):
    cube = cube_of([*SPRING, ("c2", "A", "2026-03-09T05:01Z")], zone="America/Chicago")
    assert not cube.definition["whole_days"]
    assert cube.frames["edges"]["wait"].tolist() == [DAY * 23 // 24]


def test_the_log_tells_its_first_and_last_day_on_the_clock_of_the_city(cube_of):
    definition = cube_of(SPRING, zone="Pacific/Honolulu").definition
    assert (definition["first_event"], definition["last_event"]) == ("2026-03-07", "2026-03-08")


@pytest.mark.parametrize(
    ("about_people", "rows", "place"), [(False, 1, "results"), (True, 0, "private store")]
)
def test_rows_about_people_stay_in_the_private_store(cube_of, about_people, rows, place):
    log = [("c1", "A", "2026-01-05T09:00Z")] * 2 + [("c1", "B", "2026-01-06T09:00Z")]
    cohort = Cohort.of(cube_of(log, about_people=about_people), "2026-Q1", "submitted", 0.95)
    assert len(excluded(cohort)) == rows
    assert overview.facts(cohort)["excluded_list"]["where"] == place
    assert overview.quality(cohort).set_index("check")["count"]["duplicates"] == 1
