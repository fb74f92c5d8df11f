import pandas as pd
import pytest

MINUTE = 60_000_000
COLUMNS = ("case", "activity", "completed", "stage", "piece", "resource")
TOLD = {"lifecycle": "stage", "instance": "piece", "resource": "resource"}
FIFO = {"lifecycle": "stage"}
MISSING = -(2**63)


def rows_of(*told) -> list[tuple]:
    """Rows of case c1: activity, minute of the hour 09, stage, instance."""
    return [
        ("c1", activity, f"2026-01-05T09:{minute:02d}Z", stage, piece or "-", "Ann")
        for activity, minute, stage, piece in told
    ]


def spans(cube) -> list[tuple]:
    """Activity, start and end of each event in minutes after nine; no start is None."""
    nine = pd.Timestamp("2026-01-05T09:00").value // 1000
    names, events = cube.frames["activities"]["activity"], cube.frames["events"]
    minutes = [
        None if started == MISSING else (started - nine) // MINUTE for started in events["started"].tolist()
    ]
    ends = ((events["time"] - nine) // MINUTE).tolist()
    return list(zip(events["activity"].map(names), minutes, ends, strict=True))


def touch(cube) -> int:
    return cube.frames["cases"]["touch_lower"][0] // MINUTE


def test_a_start_and_an_end_are_one_event(cube_of):
    cube = cube_of(rows_of(("A", 0, "start", "1"), ("A", 20, "complete", "1")), COLUMNS, TOLD)
    assert spans(cube) == [("A", 0, 20)]
    assert touch(cube) == 20


def test_the_words_of_a_lifecycle_are_known_in_any_case(cube_of):
    said = [("START", "COMPLETE"), ("begin", "end"), ("Started", "Completed"), (" start ", None)]
    rows = [
        (f"c{number}", *row)
        for number, (begun, done) in enumerate(said)
        for _, *row in rows_of(("A", 0, begun, "1"), ("A", 20, done, "1"))
    ]
    assert spans(cube_of(rows, COLUMNS, TOLD)) == [("A", 0, 20)] * len(said)


CROSSED = rows_of(
    ("A", 0, "start", "1"), ("A", 10, "start", "2"), ("A", 20, "complete", "2"), ("A", 40, "complete", "1")
)


def test_instances_pair_what_belongs_together(cube_of):
    assert spans(cube_of(CROSSED, COLUMNS, TOLD)) == [("A", 10, 20), ("A", 0, 40)]


def test_without_an_instance_the_first_begun_is_the_first_done(cube_of):
    assert spans(cube_of(CROSSED, COLUMNS, FIFO)) == [("A", 0, 20), ("A", 10, 40)]


def test_an_end_that_nothing_began_has_no_start_and_takes_none_from_a_later_one(cube_of):
    rows = rows_of(
        ("A", 0, "complete", None),
        ("A", 10, "start", None),
        ("A", 15, "complete", None),
        ("A", 20, "complete", None),
        ("A", 30, "start", None),
        ("A", 40, "complete", None),
    )
    cube = cube_of(rows, COLUMNS, FIFO)
    assert spans(cube) == [("A", None, 0), ("A", 10, 15), ("A", None, 20), ("A", 30, 40)]
    assert touch(cube) == 15


def test_a_start_without_an_end_is_no_event_and_is_counted(cube_of):
    rows = rows_of(("A", 0, "start", None), ("A", 20, "complete", None), ("B", 30, "start", None))
    cube = cube_of(rows, COLUMNS, FIFO)
    assert spans(cube) == [("A", 0, 20)]
    assert dict(cube.frames["quality"].itertuples(index=False))["unpaired_starts"] == 1


def test_given_to_somebody_is_known_beside_begun(cube_of):
    rows = rows_of(
        ("A", 0, "schedule", None),
        ("A", 5, "assign", None),
        ("A", 10, "start", None),
        ("A", 20, "complete", None),
    )
    (event,) = cube_of(rows, COLUMNS, FIFO).frames["events"].to_dict("records")
    assert (event["started"] - event["assigned"], event["time"] - event["assigned"]) == (
        10 * MINUTE,
        20 * MINUTE,
    )


def test_rests_are_not_work(cube_of):
    rows = rows_of(
        ("A", 0, "start", None),
        ("A", 10, "suspend", None),
        ("A", 25, "resume", None),
        ("A", 30, "suspend", None),
        ("A", 40, "complete", None),
    )
    cube = cube_of(rows, COLUMNS, FIFO)
    assert cube.frames["events"]["paused"].tolist() == [25 * MINUTE]
    assert touch(cube) == 15


def test_a_rest_of_one_step_is_work_where_another_goes_on(cube_of):
    rows = rows_of(
        ("A", 0, "start", None),
        ("A", 10, "suspend", None),
        ("B", 10, "start", None),
        ("B", 20, "complete", None),
        ("A", 30, "resume", None),
        ("A", 40, "complete", None),
    )
    assert touch(cube_of(rows, COLUMNS, FIFO)) == 30


def test_a_word_that_is_no_transition_is_left_out_and_listed(cube_of):
    rows = rows_of(("A", 0, "start", None), ("A", 5, "ate_abort", None), ("A", 20, "complete", None))
    cube = cube_of(rows, COLUMNS, FIFO)
    assert spans(cube) == [("A", 0, 20)]
    (listed,) = cube.frames["excluded"].to_dict("records")
    assert (listed["reason"], listed["row"], listed["case"]) == ("strange_stages", 2, "c1")
    assert listed["what"] == "“ate_abort” is no transition of a lifecycle"


PAIRED = [
    *CROSSED,
    *rows_of(("B", 41, "complete", None), ("B", 42, "start", None), ("B", 43, "schedule", None)),
    *rows_of(("C", 44, "start", "7"), ("C", 45, "suspend", "7"), ("C", 50, "complete", "7")),
    *rows_of(("C", 51, "start", "8"), ("C", 51, "complete", "8"), ("C", 52, "skip", "8")),
]


@pytest.fixture(scope="module")
def here(cube_of):
    """The cube that each engine must give, by DuckDB in memory."""
    return cube_of(PAIRED, COLUMNS, TOLD)


def test_the_three_engines_pair_alike(cube_of, on_engine, here):
    there = cube_of(PAIRED, COLUMNS, TOLD, table=on_engine)
    assert len(here.frames["events"]) == 5
    for name, frame in here.frames.items():
        pd.testing.assert_frame_equal(there.frames[name], frame)
