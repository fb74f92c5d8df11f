import numpy as np
import pandas as pd

from workbench.process_timing.log.touch import union_length


def lengths(intervals, cases: int = 1) -> list[int]:
    case, start, end = np.array(intervals, dtype="int64").reshape(-1, 3).T
    return union_length(case, start, end, cases).tolist()


def test_overlapping_work_counts_once():
    assert lengths([(0, 0, 10), (0, 5, 15)]) == [15]


def test_work_inside_other_work_adds_nothing():
    assert lengths([(0, 0, 10), (0, 2, 4), (0, 9, 12)]) == [12]


def test_a_pause_is_not_work():
    assert lengths([(0, 0, 10), (0, 20, 25)]) == [15]


def test_cases_do_not_touch_each_other():
    assert lengths([(1, 5, 8), (0, 0, 10), (2, 6, 7)], cases=4) == [10, 3, 1, 0]


def test_no_intervals_are_no_work():
    assert lengths([], cases=2) == [0, 0]


def test_real_orders_with_start_and_end(reference, shared):
    case = reference("process", "interval-case-wait")
    events = pd.read_csv(shared / "cases" / case["inputs"]["file"])
    start, end = (
        pd.to_datetime(events[name], utc=True, format="ISO8601").astype("int64")
        for name in ("start_timestamp", "time:timestamp")
    )
    numbers, names = pd.factorize(events["case:concept:name"])
    unit = 10**9 if start.max() > 10**17 else 10**6
    union = union_length(numbers, start.to_numpy(), end.to_numpy(), len(names)).sum() / unit
    assert union == case["expected"]["union_service_s"]
    assert (end - start).sum() / unit == case["expected"]["sum_service_s"]


def test_patients_of_the_published_idle_time(reference, shared):
    case = reference("process", "edear-processing")
    events = pd.read_csv(shared / "cases" / case["inputs"]["file"], parse_dates=["ts"])
    bounds = events.pivot_table(index=["patient", "activity_instance"], columns="status", values="ts")
    bounds = bounds.dropna(subset=["start", "complete"]).reset_index()
    numbers, names = pd.factorize(bounds["patient"])
    start, end = (
        bounds[name].astype("datetime64[us]").astype("int64").to_numpy() for name in ("start", "complete")
    )
    minutes = dict(zip(names, union_length(numbers, start, end, len(names)) / 60e6, strict=True))
    for name, expected in minutes.items():
        assert abs(expected - case["expected"]["minutes"][name]) < 1e-4
    assert len(minutes) == 2
