"""Why work waited: the published logs edge by edge, boundaries, and what must always hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.concurrency import enablement
from workbench.statistics.wait_causes import CAUSES, wait_causes

MANUAL = [f"wta-manual-{number}" for number in (2, 3, 4, 5)]
FULL = (("10h", "20h"),)
WITH_BREAK = (("10h", "12h"), ("12h30m", "20h"))
TOLD = {"prioritisation": "wt_prioritization", "wait": "wt_total"}
EDGE = ["source_activity", "source_resource", "target_activity", "target_resource"]


def manual_log(shared, case) -> pd.DataFrame:
    names = {"case_id": "case", "Activity": "activity", "start_time": "start", "end_time": "end"}
    path = shared / "cases" / case["inputs"]["file"]
    frame = pd.read_csv(path, parse_dates=["start_time", "end_time"])
    return frame.rename(columns={**names, "Resource": "resource"})


def office_hours(log, spans):
    """Monday to Friday of the log, in the given spans."""
    days = pd.bdate_range(log["start"].min().normalize(), log["end"].max().normalize())
    ends = [[day + pd.Timedelta(span[side]) for day in days for span in spans] for side in (0, 1)]
    return tuple(np.array(each, "datetime64[us]") for each in ends)


def split_by_edge(log) -> pd.DataFrame:
    """Microseconds of wait and of each cause, a row for each pair of activity and resource."""
    found = enablement(log)
    log = log.assign(enabled=found["enabled"])
    calendars = {"Marcus": office_hours(log, WITH_BREAK)}
    causes = wait_causes(log, calendars, otherwise=office_hours(log, FULL))
    known = found["position"].notna().to_numpy()
    sources = log.iloc[found.loc[known, "position"].astype(int)]
    targets = log[known]
    keys = [sources["activity"], sources["resource"], targets["activity"], targets["resource"]]
    return causes[known].groupby([key.to_numpy() for key in keys]).sum()


@pytest.mark.parametrize("name", MANUAL)
def test_splits_the_published_logs_edge_by_edge(shared, reference, name):
    case = reference("process", name)
    split = split_by_edge(manual_log(shared, case))
    expected = pd.read_csv(shared / "cases" / case["expected"]["file"]).set_index(EDGE)
    assert list(split.index) == list(expected.index)
    for cause in ("wait", *CAUSES[:-1]):
        told = pd.to_timedelta(expected[TOLD.get(cause, f"wt_{cause}")]) // pd.Timedelta("1us")
        assert split[cause].tolist() == told.tolist(), cause
    assert split["not_known"].sum() == 0


def instances(*rows) -> pd.DataFrame:
    """Rows of activity, resource, enabled, start, end in hours; a dash is missing."""
    columns = ["activity", "resource", "enabled", "start", "end"]
    frame = pd.DataFrame([dict(zip(columns, row, strict=True)) for row in rows])
    times = {
        name: pd.to_numeric(frame[name], errors="coerce").astype("Int64")
        for name in ("enabled", "start", "end")
    }
    resource = frame["resource"].astype(object).where(frame["resource"] != "-", None)
    return frame.assign(case=range(len(frame)), resource=resource, **times)


ALWAYS = (np.array([0]), np.array([1000]))


def causes_of(frame, row, calendar=ALWAYS, **options) -> dict:
    """What is not 0 of one row."""
    found = wait_causes(frame, {}, otherwise=calendar, **options).iloc[row]
    return {name: int(found[name]) for name in CAUSES if found[name]}


def test_work_enabled_at_the_same_moment_is_contention_and_a_moment_later_prioritisation():
    frame = instances(("a", "ann", 0, 10, 12), ("b", "ann", 0, 2, 4), ("c", "ann", 1, 5, 8))
    assert causes_of(frame, 0) == {"contention": 2, "prioritisation": 3, "extraneous": 5}


def test_time_under_earlier_and_later_work_at_once_is_contention():
    frame = instances(("a", "ann", 0, 10, 12), ("b", "ann", 0, 2, 6), ("c", "ann", 1, 4, 8))
    assert causes_of(frame, 0) == {"contention": 4, "prioritisation": 2, "extraneous": 4}


def test_work_that_nothing_enabled_counts_as_enabled_when_it_started():
    frame = instances(("a", "ann", 3, 10, 12), ("b", "ann", "-", 2, 5), ("c", "ann", "-", 5, 7))
    assert causes_of(frame, 0) == {"contention": 2, "prioritisation": 2, "extraneous": 3}


def test_work_of_others_explains_nothing():
    frame = instances(("a", "ann", 0, 10, 12), ("b", "bob", 0, 2, 4))
    assert causes_of(frame, 0) == {"extraneous": 10}


def test_work_before_the_wait_and_after_it_explains_nothing():
    frame = instances(("a", "ann", 5, 10, 12), ("b", "ann", 0, 1, 5), ("c", "ann", 9, 10, 11))
    assert causes_of(frame, 0) == {"extraneous": 5}


def test_off_duty_is_unavailability_unless_work_was_done_then():
    frame = instances(("a", "ann", 0, 20, 21), ("b", "ann", 0, 9, 12))
    hours = (np.array([4, 15]), np.array([10, 18]))
    assert causes_of(frame, 0, hours) == {"contention": 3, "unavailability": 9, "extraneous": 8}


def test_a_batch_is_waited_for_until_its_last_member_is_enabled():
    frame = instances(("a", "ann", 0, 12, 13), ("a", "ann", 3, 10, 11), ("a", "ann", 5, 11, 12))
    assert causes_of(frame, 0) == {"batching": 5, "prioritisation": 2, "extraneous": 5}
    assert causes_of(frame, 1) == {"batching": 2, "extraneous": 5}
    assert causes_of(frame, 2) == {"contention": 1, "extraneous": 5}


@pytest.mark.parametrize(
    ("other", "in_batch"),
    [
        (("a", "ann", 5, 7, 8), True),
        (("a", "ann", 6, 7, 8), False),  # not yet enabled when the first of them started
        (("a", "ann", 3, 8, 9), False),  # after a break
        (("b", "ann", 3, 7, 8), False),
        (("a", "bob", 3, 7, 8), False),
        (("a", "ann", "-", 7, 8), False),  # since when it waited is not known
    ],
)
def test_a_batch_is_one_resource_at_one_activity_without_a_break(other, in_batch):
    frame = instances(("a", "ann", 0, 5, 7), other)
    found = wait_causes(frame, {}, otherwise=ALWAYS)
    assert (found["batch"] >= 0).tolist() == [in_batch, in_batch]


def test_a_smallest_batch_of_three_leaves_two_alone():
    frame = instances(("a", "ann", 0, 5, 7), ("a", "ann", 5, 7, 8))
    assert causes_of(frame, 0, smallest_batch=3) == {"extraneous": 5}


def test_a_wait_without_start_or_resource_is_not_known():
    frame = instances(("a", "ann", 0, "-", 6), ("b", "-", 1, 4, 5), ("c", "ann", 2, 8, 9))
    found = wait_causes(frame, {}, otherwise=ALWAYS)
    assert found["wait"].tolist() == [6, 3, 6]
    assert found["not_known"].tolist() == [6, 3, 0]
    assert found["extraneous"].tolist() == [0, 0, 6]


def test_idle_time_of_a_resource_without_a_calendar_is_not_known():
    frame = instances(("a", "ann", 0, 10, 12), ("b", "ann", 0, 2, 4))
    assert causes_of(frame, 0, calendar=None) == {"contention": 2, "not_known": 8}


def test_an_instance_without_end_keeps_its_resource_busy():
    frame = instances(("a", "ann", 0, 2, "-"), ("b", "ann", 1, 9, 10))
    assert causes_of(frame, 1) == {"contention": 7, "extraneous": 1}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (("a", "ann", 0, "-", "-"), "have neither start nor end"),
        (("a", "ann", 0, 5, 4), "end before they start"),
        (("a", "ann", 6, 5, 7), "start before they are enabled"),
    ],
)
def test_impossible_rows_are_named(row, fault):
    with pytest.raises(ValueError, match=rf"1 activity instances {fault}.*rows 1"):
        wait_causes(instances(("a", "ann", 0, 5, 6), row), {})


def test_no_rows_are_no_waits():
    assert wait_causes(instances(("a", "ann", 0, 5, 6)).iloc[:0], {}).empty


@st.composite
def logs(draw):
    """A few instances of few people at few activities, so that all causes and ties occur."""
    row = st.tuples(
        st.sampled_from("ab"), st.sampled_from(["ann", "bob"]), *(st.integers(0, 12),) * 3, st.booleans()
    )
    rows = []
    for activity, resource, *times, first in draw(st.lists(row, min_size=1, max_size=8)):
        enabled, start, end = sorted(times)
        rows.append((activity, resource, "-" if first else enabled, start, end))
    return instances(*rows)


HOURS = {"ann": (np.array([1, 6]), np.array([4, 9]))}


def minute_by_minute(frame) -> pd.DataFrame:
    """The causes found by looking at each unit of each wait by itself."""
    batch = wait_causes(frame, HOURS, otherwise=ALWAYS)["batch"]
    work = frame.assign(batch=batch, since=frame["enabled"].fillna(frame["start"]))
    return pd.DataFrame([_looked_at(work, row) for row in work.itertuples()])


def _looked_at(work, row) -> dict:
    counted = dict.fromkeys(CAUSES[:-1], 0)
    members = work[work["batch"] == row.batch] if row.batch >= 0 else work[work.index == row.Index]
    ready, begun = members["since"].max(), members["start"].min()
    own = work[work["resource"] == row.resource]
    opens, closes = HOURS.get(row.resource, ALWAYS)
    for unit in range(row.since, row.start):
        pool, limit = (members, row.since) if unit >= begun else (own, ready)
        active = pool[(pool["start"] <= unit) & (pool["end"] > unit)]
        on_duty = ((opens <= unit) & (closes > unit)).any()
        idle = "extraneous" if on_duty else "unavailability"
        busy = "contention" if (active["since"] <= limit).any() else "prioritisation"
        counted["batching" if unit < ready else busy if len(active) else idle] += 1
    return counted


@given(logs())
def test_each_unit_of_time_has_the_cause_that_looking_at_it_gives(frame):
    found = wait_causes(frame, HOURS, otherwise=ALWAYS)
    pd.testing.assert_frame_equal(found[list(CAUSES[:-1])], minute_by_minute(frame), check_dtype=False)


@given(logs(), st.integers(-50, 50), st.randoms())
def test_parts_add_up_and_neither_order_nor_origin_matters(frame, shift, random):
    found = wait_causes(frame, HOURS, otherwise=ALWAYS)
    assert (found[list(CAUSES)].sum(axis=1) == found["wait"]).all()
    assert (found[list(CAUSES)] >= 0).all(axis=None)
    rows = list(frame.index)
    random.shuffle(rows)
    moved = frame.assign(**{name: frame[name] + shift for name in ("enabled", "start", "end")}).loc[rows]
    calendars = {"ann": tuple(side + shift for side in HOURS["ann"])}
    again = wait_causes(moved, calendars, otherwise=tuple(side + shift for side in ALWAYS)).loc[frame.index]
    pd.testing.assert_frame_equal(found.drop(columns="batch"), again.drop(columns="batch"))
