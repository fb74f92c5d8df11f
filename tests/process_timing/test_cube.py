from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

HOUR, DAY = 3_600_000_000, 86_400_000_000


def edges_of(cube) -> dict[str, list[int]]:
    names = cube.frames["activities"]["activity"]
    waits: dict[str, list[int]] = {}
    for step in cube.frames["edges"].to_dict("records"):
        waits.setdefault(f"{names[step['from']]}>{names[step['to']]}", []).append(step["wait"])
    return waits


def quality_of(cube) -> dict[str, int]:
    return dict(cube.frames["quality"].itertuples(index=False))


def test_an_edge_lasts_from_one_event_of_a_case_to_the_next(cube_of):
    rows = [
        ("c1", "A", "2026-01-05T09:00Z"),
        ("c2", "A", "2026-01-05T09:30Z"),
        ("c1", "B", "2026-01-05T10:00Z"),
    ]
    assert edges_of(cube_of(rows)) == {"A>B": [HOUR]}


def test_an_exact_duplicate_is_dropped_once_and_counted(cube_of):
    rows = [
        ("c1", "A", "2026-01-05T09:00Z"),
        ("c1", "B", "2026-01-05T10:00Z"),
        ("c1", "B", "2026-01-05T10:00Z"),
        ("c1", "C", "2026-01-05T12:00Z"),
    ]
    cube = cube_of(rows)
    assert edges_of(cube) == {"A>B": [HOUR], "B>C": [2 * HOUR]}
    assert quality_of(cube)["duplicates"] == 1


def test_a_tie_is_broken_by_the_declared_order_of_steps(cube_of):
    rows = [("c1", "B", "2026-01-05T10:00Z"), ("c1", "A", "2026-01-05T10:00Z")]
    assert list(edges_of(cube_of(rows))) == ["B>A"]
    assert list(edges_of(cube_of(rows, process={"order": ["A", "B"]}))) == ["A>B"]
    assert quality_of(cube_of(rows))["ties"] == 1


def test_what_happened_after_the_day_is_not_known(cube_of):
    rows = [
        ("c1", "A", "2026-01-05T09:00Z"),
        ("c1", "B", "2026-02-01T09:00Z"),
        ("c2", "A", "2026-02-01T09:00Z"),
    ]
    cube = cube_of(rows, process={"last": ["B"]}, as_of="2026-01-31")
    (case,) = cube.frames["cases"].to_dict("records")
    assert (case["outcome"], case["censored"]) == ("open", True)
    assert case["lead"] == 26 * DAY + 15 * HOUR  # to the end of the day
    assert quality_of(cube)["later"] == 2


def test_the_day_ends_at_midnight_of_the_city(cube_of):
    rows = [("c1", "A", "2026-02-01T03:00Z")]  # the evening of 31 January in New York
    assert len(cube_of(rows, as_of="2026-01-31", zone="America/New_York").frames["cases"]) == 1
    assert len(cube_of(rows, as_of="2026-01-31").frames["cases"]) == 0


@pytest.mark.parametrize(
    ("last", "outcome"), [("Issued", "closed"), ("Withdrawn", "withdrawn"), ("Review", "open")]
)
def test_the_last_event_says_what_became_of_a_case(cube_of, last, outcome):
    rows = [("c1", "Filed", "2026-01-05T09:00Z"), ("c1", last, "2026-01-06T09:00Z")]
    process = {"first": ["Filed"], "last": ["Issued"], "withdrawn": ["Withdrawn"]}
    cases = cube_of(rows, process=process).frames["cases"]
    assert cases["outcome"].tolist() == [outcome]
    assert (cases["lead"][0] == DAY) == (outcome != "open")


def test_a_case_whose_beginning_was_not_seen_is_set_aside(cube_of):
    rows = [("c1", "Review", "2026-01-05T09:00Z"), ("c1", "Issued", "2026-01-06T09:00Z")]
    cases = cube_of(rows, process={"first": ["Filed"], "last": ["Issued"]}).frames["cases"]
    assert (cases["outcome"][0], cases["cut"][0]) == ("set aside", True)


def test_a_case_that_ends_before_it_starts_is_set_aside_not_made_zero(cube_of):
    rows = [("c1", "Filed", "2026-01-05T09:00Z", "2026-01-05T09:00Z", "2026-01-04T09:00Z")]
    columns = ("case", "activity", "completed", "submitted", "closed")
    process = {"submitted": "submitted", "closed": "closed"}
    cases = cube_of(rows, columns, process).frames["cases"]
    assert (cases["outcome"][0], cases["reversed"][0]) == ("set aside", True)


def test_a_closing_after_the_day_is_not_known_yet(cube_of):
    rows = [("c1", "Filed", "2026-01-05T09:00Z", "2026-03-04T09:00Z")]
    columns = ("case", "activity", "completed", "closed")
    cases = cube_of(rows, columns, {"closed": "closed"}, as_of="2026-01-31").frames["cases"]
    assert cases["outcome"][0] == "open"


def test_work_done_at_the_same_time_counts_once(cube_of):
    rows = [
        ("c1", "A", "2026-01-05T10:00Z", "2026-01-05T09:00Z"),
        ("c1", "B", "2026-01-05T10:30Z", "2026-01-05T09:30Z"),
        ("c1", "C", "2026-01-05T12:00Z", "2026-01-05T11:30Z"),
    ]
    cube = cube_of(rows, ("case", "activity", "completed", "started"), {"started": "started"})
    (case,) = cube.frames["cases"].to_dict("records")
    assert (case["touch_lower"], case["touch_upper"], case["duration"]) == (2 * HOUR, 2 * HOUR, 3 * HOUR)
    assert edges_of(cube) == {"A>B": [0], "B>C": [HOUR]}
    assert quality_of(cube)["overlaps"] == 1


def test_touch_time_without_starts_is_a_range(cube_of):
    rows = [
        ("c1", "A", "2026-01-05T09:00Z", "Ann"),
        ("c2", "A", "2026-01-05T11:00Z", "Bob"),
        ("c1", "B", "2026-01-05T12:00Z", "Bob"),
    ]
    cube = cube_of(rows, ("case", "activity", "completed", "resource"), {"resource": "resource"})
    case = cube.frames["cases"].iloc[0]
    assert (case["touch_lower"], case["touch_upper"]) == (0, HOUR)  # Bob was busy until 11
    assert case["handoffs"] == 1


def test_a_missing_resource_is_not_a_hand_off(cube_of):
    rows = [("c1", "A", "2026-01-05T09:00Z", None), ("c1", "B", "2026-01-05T12:00Z", "Bob")]
    cube = cube_of(rows, ("case", "activity", "completed", "resource"), {"resource": "resource"})
    assert cube.frames["cases"]["handoffs"][0] == 0
    assert cube.frames["edges"]["handoff"][0] == -1


def test_an_event_that_starts_after_its_end_has_no_known_start(cube_of):
    rows = [("c1", "A", "2026-01-05T09:00Z", "2026-01-05T10:00Z")]
    cube = cube_of(rows, ("case", "activity", "completed", "started"), {"started": "started"})
    assert quality_of(cube)["reversed_events"] == 1
    assert quality_of(cube)["single_timestamp"] == 1


PEOPLE = ("case", "activity", "completed", "resource", "team")
BY_PEOPLE = {"resource": "resource", "team": "team"}


def test_resources_and_teams_are_codes_and_hand_offs_are_of_both(cube_of):
    rows = [
        ("c1", "A", "2026-01-05T09:00Z", "Bob", "desk"),
        ("c1", "B", "2026-01-05T10:00Z", "Ann", "desk"),
        ("c1", "C", "2026-01-05T11:00Z", "Ann", "field"),
        ("c1", "D", "2026-01-05T12:00Z", None, None),
    ]
    frames = cube_of(rows, PEOPLE, BY_PEOPLE).frames
    assert frames["resources"]["resource"].tolist() == ["Ann", "Bob"]
    assert frames["teams"]["team"].tolist() == ["desk", "field"]
    assert frames["events"]["resource"].tolist() == [1, 0, 0, -1]
    assert frames["events"]["team"].tolist() == [0, 0, 1, -1]
    assert frames["edges"]["handoff"].tolist() == [1, 0, -1]
    assert frames["edges"]["team_handoff"].tolist() == [0, 1, -1]


def test_an_account_that_is_nobody_stays_in_the_flow_and_is_no_hand_off(cube_of):
    rows = [
        ("c1", "A", "2026-01-05T09:00Z", "Ann", "desk"),
        ("c1", "B", "2026-01-05T10:00Z", "batch", "desk"),
        ("c1", "C", "2026-01-05T11:00Z", "Ann", "desk"),
    ]
    cube = cube_of(rows, PEOPLE, {**BY_PEOPLE, "set_aside": ["batch"]})
    assert list(edges_of(cube)) == ["A>B", "B>C"]
    assert cube.frames["resources"]["resource"].tolist() == ["Ann"]
    assert cube.frames["edges"]["handoff"].tolist() == [-1, -1]
    assert cube.frames["events"]["team"].tolist() == [0, -1, 0]


def test_a_step_that_was_passed_before_returns(cube_of):
    steps = ["A", "B", "A", "C", "C", "B"]
    rows = [("c1", step, f"2026-01-05T{9 + hour:02d}:00Z") for hour, step in enumerate(steps)]
    rows.append(("c2", "B", "2026-01-05T09:00Z"))
    assert cube_of(rows).frames["edges"]["returns"].tolist() == [False, True, False, True, True]


def test_working_time_up_to_an_instant_gives_every_working_duration(cube_of):
    rows = [
        ("c1", "A", "2026-01-09T16:00Z", "2026-01-09T15:00Z"),  # Friday, an hour before closing
        ("c1", "B", "2026-01-12T10:00Z", None),
    ]
    cube = cube_of(rows, ("case", "activity", "completed", "started"), {"started": "started"})
    (case,) = cube.frames["cases"].to_dict("records")
    events = cube.frames["events"]
    assert case["end_working"] - case["start_working"] == case["working_lead"] == 3 * HOUR
    assert events["time_working"].diff()[1] == 2 * HOUR == cube.frames["edges"]["working_wait"][0]
    assert events["time_working"][0] - events["started_working"][0] == HOUR
    assert events["started_working"][1] == events["started"][1] == np.iinfo("int64").min
    until = cube_of(rows[:1], ("case", "activity", "completed", "started"), as_of="2026-01-09").definition
    assert until["as_of_working"] - events["time_working"][0] == HOUR


WINDOWED = [
    ("c1", "A", "2025-12-22T09:00Z"),
    ("c1", "B", "2026-01-05T09:00Z"),
    ("c2", "A", "2026-01-02T09:00Z"),
    ("c3", "A", "2025-12-01T09:00Z"),
    ("c3", "B", "2025-12-02T09:00Z"),
]


def test_an_extract_of_active_cases_knows_earlier_ones_from_its_first_day_on(cube_of):
    window = {"since": "2026-01-01", "holds": "active"}
    cases = cube_of(WINDOWED, process={"window": window, "last": ["B"]}).frames["cases"]
    assert cases["entered"].tolist() == [9 * DAY + 15 * HOUR, 0, 0]
    assert cases["outcome"].tolist() == ["closed", "open", "set aside"]  # it would not be known had it ended


def test_an_extract_of_cases_submitted_since_a_day_sets_earlier_ones_aside(cube_of):
    cases = cube_of(WINDOWED, process={"window": {"since": "2026-01-01"}}).frames["cases"]
    assert cases["entered"].tolist() == [0, 0, 0]
    assert cases["cut"].tolist() == [True, False, True]


def test_the_definition_has_the_calendar(cube_of):
    calendar = cube_of(WINDOWED, working_hours=["08:00-12:00", "13:00-17:00"]).definition["calendar"]
    assert (calendar["zone"], calendar["spans"]) == ("UTC", [[480, 720], [780, 1020]])


def test_attributes_groups_and_due_dates_come_with_the_case(cube_of):
    rows = [
        ("c1", "A", "2026-01-09T09:00Z", None, "B"),
        ("c1", "B", "2026-01-09T10:00Z", "deck", None),
        ("c2", "A", "2026-01-09T09:00Z", None, "?"),
    ]
    process = {
        "attributes": ["kind"],
        "groups": {"race": "race"},
        "service_level": {"days": 1, "calendar": "working"},
    }
    cases = cube_of(rows, ("case", "activity", "completed", "kind", "race"), process).frames["cases"]
    assert cases["by_kind"].tolist() == ["deck", "unknown"]
    assert cases["by_race"].tolist() == ["black", "unknown"]
    assert pd.to_datetime(cases["due"][0], unit="us") == pd.Timestamp(
        "2026-01-13"
    )  # Friday, so all of Monday


def test_a_process_without_rows_has_an_empty_cube(cube_of):
    cube = cube_of([("c1", "A", "2026-01-09T09:00Z")], as_of="2025-01-01")
    assert {name: len(frame) for name, frame in cube.frames.items()} == {
        "cases": 0,
        "edges": 0,
        "events": 0,
        "variants": 0,
        "activities": 0,
        "resources": 0,
        "teams": 0,
        "quality": 19,
        "excluded": 1,  # the row that is not yet known
    }


def test_the_three_engines_give_the_same_cube(cube_of, on_engine):
    rows = [
        ("c1", "A", "2026-01-05T09:00Z", "2026-01-05T08:00Z", "Ann", "desk", "deck"),
        ("c1", "B", "2026-01-05T11:00Z", None, "Bob", "desk", None),
        ("c1", "B", "2026-01-05T11:00Z", None, "Bob", "desk", None),
        ("c1", "B", "2026-01-05T11:00:30Z", None, "Bob", "desk", None),
        ("c2", "A", "2026-01-05T11:00Z", None, None, None, "shed"),
        ("c1", "A", "2026-01-05T11:00Z", None, "batch", "field", "roof"),
        ("c1", "C", "2026-02-05T11:00:00.123456Z", "2026-02-05T10:00Z", "Ann", "field", None),
        ("c2", "C", "2026-02-06T11:00Z", "2026-02-06T12:00Z", "Ann", "field", None),
        ("c3", "C", "2027-02-06T11:00Z", None, "Ann", "field", None),
        (None, "C", "2026-02-06T11:00Z", None, "Ann", "field", None),
    ]
    columns = ("case", "activity", "completed", "started", "resource", "team", "kind")
    process = {"started": "started", "attributes": ["kind"], "order": ["A", "B"], "last": ["C"], **BY_PEOPLE}
    process |= {"where": [{"column": "activity", "differs": ["X"]}], "set_aside": ["batch"]}
    process |= {"window": {"since": "2026-01-02", "holds": "active"}}
    there = cube_of(rows, columns, process, zone="America/Chicago", table=on_engine)
    here = cube_of(rows, columns, process, zone="America/Chicago")
    odd = ["double_clicks", "duplicates", "incomplete", "later", "reversed_events"]
    assert here.frames["excluded"]["reason"].tolist() == odd
    for name, frame in here.frames.items():
        pd.testing.assert_frame_equal(there.frames[name], frame)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["c1", "c2", "c3"]), st.sampled_from("ABC"), st.integers(0, 48), st.integers(0, 5)
    ),
    min_size=1,
    max_size=25,
)


# The same row twice, a tie, work at the same time in two steps and in two cases.
TOLD = [("c1", "A", 9, 2), ("c1", "A", 9, 2), ("c1", "B", 9, 0), ("c2", "A", 9, 5), ("c2", "C", 10, 4)]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(TOLD, Random(1))
@given(STEPS, st.randoms())
def test_counts_add_up_and_the_order_of_rows_changes_nothing(cube_of, steps, random):
    start = pd.Timestamp("2026-01-05", tz="UTC")
    hours = pd.Timedelta(hours=1)
    rows = [
        (c, a, (start + t * hours).isoformat(), (start + (t - w) * hours).isoformat()) for c, a, t, w in steps
    ]
    frame = pd.DataFrame(rows, columns=["case", "activity", "completed", "started"], dtype=object)
    frame["_row"] = np.arange(1, len(frame) + 1)
    shuffled = frame.sample(frac=1, random_state=random.randint(0, 999), ignore_index=True)
    cube, other = (cube_of(each, process={"started": "started"}) for each in (frame, shuffled))
    for name, expected in cube.frames.items():
        pd.testing.assert_frame_equal(other.frames[name].iloc[:, :], expected)
    cases = cube.frames["cases"]
    assert len(cube.frames["edges"]) == cases["events"].sum() - len(cases)
    assert (cases["touch_lower"] <= cases["touch_upper"]).all()
    assert (cases["touch_upper"] <= cases["duration"]).all()


def test_real_receipt_log_has_its_published_figures(receipt, reference):
    counts = reference("process", "receipt-counts")["expected"]
    cases, names = receipt.frames["cases"], receipt.frames["activities"]["activity"]
    assert quality_of(receipt)["events"] == counts["events"] == 8577
    assert len(cases) == counts["cases"] == 1434
    assert len(names) == counts["activities"] == 27
    assert len(receipt.frames["variants"]) == counts["variants"] == 116
    assert (receipt.frames["variants"]["cases"] == 1).sum() == counts["variants_with_one_case"]
    assert len(edges_of(receipt)) == counts["dfg_edges"] == 99
    assert len(receipt.frames["edges"]) == counts["dfg_total"]
    assert cases["duration"].mean() / 1e6 == pytest.approx(467_263.915, abs=1e-3)
    assert cases["duration"].median() / 1e6 == pytest.approx(2_868.58, abs=5e-3)
    ends = reference("process", "receipt-start-end")["expected"]
    assert cases["first"].map(names).value_counts().to_dict() == ends["start"]
    assert cases["last"].map(names).value_counts().to_dict() == ends["end"]


def test_real_receipt_log_has_its_published_rework_and_hand_offs(receipt, reference):
    cases, edges = receipt.frames["cases"], receipt.frames["edges"]
    rework = reference("process", "receipt-rework")["expected"]
    assert (cases["rework"] > 0).sum() == rework["cases_with_any_rework"]
    assert cases["rework"].sum() == rework["repeat_events_total"]
    assert (edges["from"] == edges["to"]).sum() == rework["self_loop_edges"]
    handoffs = reference("process", "receipt-handoffs")["expected"]
    assert cases["handoffs"].sum() == handoffs["resource_changes"]
    assert (cases["handoffs"] == 0).sum() == handoffs["cases_with_zero_resource_handoffs"]


def test_real_receipt_cases_on_the_working_clock(receipt, reference):
    from workbench.calendars import WorkingCalendar

    cases = receipt.frames["cases"]
    last = cases["last_time"].to_numpy().astype("datetime64[us]")
    first = (cases["last_time"] - cases["duration"]).to_numpy().astype("datetime64[us]")
    for name, opening in (("receipt-business-hours-local", 7), ("receipt-business-hours-9-17", 9)):
        expected = reference("process", name)["expected"]
        calendar = WorkingCalendar("Europe/Amsterdam", spans=((opening * 60, 17 * 60),))
        seconds = pd.Series(calendar.seconds_between(first, last))
        got = {"mean": seconds.mean(), "std_ddof1": seconds.std(), "median": seconds.median()}
        got |= {"p90": seconds.quantile(0.9), "max": seconds.max(), "zeros": (seconds == 0).sum()}
        assert got == pytest.approx({key: expected[key] for key in got}, abs=1e-5)


def test_real_receipt_variants_do_not_depend_on_the_order_of_rows(receipt, receipt_rows, cube_of):
    by_time = receipt_rows.sort_values("completed", kind="stable", ignore_index=True)
    columns = ["case", "activity", "completed"]
    variants = cube_of(by_time[columns], zone="Europe/Amsterdam").frames["variants"]
    pd.testing.assert_frame_equal(variants, receipt.frames["variants"])
