"""Published event logs and what independent software found in them."""

from datetime import datetime
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

COLUMNS = ["case", "activity", "completed"]


@pytest.fixture(scope="module")
def log_of(shared):
    """``log_of(file)``: the events of a log in the XES format, in the order of the file."""

    def read(file: str) -> pd.DataFrame:
        traces = ElementTree.parse(shared / "cases" / file).getroot().iter("trace")
        rows = [
            (case, said["concept:name"], said["time:timestamp"])
            for trace in traces
            for case in [_said(trace)["concept:name"]]
            for said in map(_said, trace.findall("event"))
        ]
        return pd.DataFrame(rows, columns=COLUMNS, dtype=object)

    return read


def _said(element) -> dict[str, str]:
    return {own.get("key"): own.get("value") for own in element}


def durations_of(cube) -> dict[str, float]:
    seconds = cube.frames["cases"]["duration"] / 1e6
    found = {f"p{share}": seconds.quantile(share / 100) for share in (25, 75, 80, 90, 95)}
    found |= {"n": len(seconds), "mean": seconds.mean(), "std_ddof1": seconds.std(), "min": seconds.min()}
    return {**found, "median": seconds.median(), "max": seconds.max(), "zeros": (seconds == 0).sum()}


def edges_of(cube) -> dict[tuple[str, str], pd.Series]:
    names = cube.frames["activities"]["activity"]
    steps = cube.frames["edges"].assign(seconds=lambda rows: rows["wait"] / 1e6)
    return {(names[a], names[b]): found["seconds"] for (a, b), found in steps.groupby(["from", "to"])}


@pytest.mark.parametrize("log", ["running-example", "roadtraffic100traces"])
def test_durations_of_cases_are_the_published_ones(cube_of, log_of, reference, log):
    case = reference("process", f"{log}-durations")
    cube = cube_of(log_of(case["inputs"]["file"]))
    assert durations_of(cube) == pytest.approx(case["expected"], abs=1e-5, rel=1e-9)


@pytest.mark.parametrize("log", ["running-example", "roadtraffic100traces"])
def test_waits_between_steps_are_the_published_ones(cube_of, log_of, reference, log):
    case = reference("process", f"{log}-edges")
    found = edges_of(cube_of(log_of(case["inputs"]["file"])))
    assert len(found) == len(case["expected"])
    for expected in case["expected"]:
        waits = found[expected["from"], expected["to"]]
        spread = waits.std(ddof=1) if len(waits) > 1 else None
        got = [len(waits), waits.mean(), waits.median(), waits.max(), waits.min(), waits.sum()]
        names = ("count", "mean", "median", "max", "min", "sum")
        assert got == pytest.approx([expected[name] for name in names], abs=1e-5, rel=1e-9), expected
        assert spread == (expected["stdev"] and pytest.approx(expected["stdev"], abs=1e-5))


def test_counts_of_the_running_example(cube_of, log_of, reference):
    expected = reference("process", "running-example-counts")["expected"]
    cube = cube_of(log_of("data/running-example.xes"))
    cases, edges, names = cube.frames["cases"], cube.frames["edges"], cube.frames["activities"]["activity"]
    got = {
        "events": int(cases["events"].sum()),
        "cases": len(cases),
        "activities": len(names),
        "variants": len(cube.frames["variants"]),
        "dfg_edges": len(edges_of(cube)),
        "dfg_total": len(edges),
        "cases_with_any_rework": int((cases["rework"] > 0).sum()),
        "repeat_events_total": int(cases["rework"].sum()),
        "self_loop_edges": int((edges["from"] == edges["to"]).sum()),
        "start": cases["first"].map(names).value_counts().to_dict(),
        "end": cases["last"].map(names).value_counts().to_dict(),
    }
    assert got == {name: expected[name] for name in got}


def test_ties_follow_the_source_however_its_rows_are_shuffled(cube_of, log_of, reference):
    case = reference("process", "dq-shuffle-ties")
    rows = log_of(case["inputs"]["file"]).assign(_row=lambda frame: np.arange(1, len(frame) + 1))
    straight = cube_of(rows)
    assert len(edges_of(straight)) == case["expected"]["dfg_edges_with_source_sequence"]
    for seed in range(20):
        shuffled = cube_of(rows.sample(frac=1, random_state=seed, ignore_index=True))
        pd.testing.assert_frame_equal(shuffled.frames["edges"], straight.frames["edges"])


def test_the_published_duplicate_is_dropped_once(cube_of, reference):
    case = reference("process", "dq-duplicates")
    rows = [(name, activity, f"{time}Z") for name, activity, time in case["inputs"]["rows"]]
    cube = cube_of(rows)
    waits = {f"{a}>{b}": found.tolist() for (a, b), found in edges_of(cube).items()}
    assert waits == {edge: [seconds] for edge, seconds in case["expected"]["edges"].items()}
    assert cube.frames["quality"].set_index("check")["count"]["duplicates"] == 1


def test_elapsed_time_is_not_the_number_of_midnights(cube_of, reference):
    case = reference("process", "celonis-throughput-days")
    rows = [
        (name, str(step), f"{stamp}Z")
        for name in ("case1", "case2")
        for step, stamp in enumerate(case["inputs"][name])
    ]
    days = durations_of_each(cube_of(rows)) / 86_400
    assert days.tolist() == case["expected"]["elapsed_days"] != case["expected"]["celonis_days"]


def durations_of_each(cube) -> pd.Series:
    return cube.frames["cases"]["duration"] / 1e6


def test_hospital_patients_stay_from_first_to_last_event_and_wait_when_nobody_works(
    cube_of, reference, shared
):
    stay, idle = (reference("process", name) for name in ("edear-throughput", "edear-idle-trap"))
    found = pd.read_csv(shared / "cases" / stay["inputs"]["file"], dtype=object)
    by_instance = found.pivot_table(
        index=["patient", "activity", "activity_instance"], columns="status", values="ts", aggfunc="first"
    ).reset_index()
    rows = by_instance.dropna(subset=["complete"])
    log = pd.DataFrame(
        {
            "case": rows["patient"],
            "activity": rows["activity"],
            "completed": rows["complete"].map(_in_utc),
            "started": rows["start"].map(_in_utc, na_action="ignore"),
        },
        dtype=object,
    ).sort_values("case", ignore_index=True)
    cases = cube_of(log.where(log.notna(), None), process={"started": "started"}).frames["cases"]
    names = sorted(rows["patient"].unique())
    minutes = dict(zip(names, cases["duration"] / 60e6, strict=True))
    waits = dict(zip(names, (cases["duration"] - cases["touch_lower"]) / 60e6, strict=True))
    assert minutes == pytest.approx(stay["expected"]["minutes"], abs=1e-4)
    assert waits == pytest.approx(idle["expected"]["correct_idle_minutes"], abs=1e-4)


def _in_utc(stamp: str) -> str:
    return datetime.fromisoformat(stamp).isoformat() + "Z"


def test_work_on_a_step_lasts_as_published(reference, shared):
    case = reference("process", "interval-service-time")
    events = pd.read_csv(shared / "cases" / case["inputs"]["file"])
    start, end = (pd.to_datetime(events[case["inputs"][name]], utc=True) for name in ("start", "end"))
    seconds = (end - start).dt.total_seconds().groupby(events["concept:name"])
    assert seconds.mean().to_dict() == pytest.approx(case["expected"]["mean"], abs=1e-5)
    assert seconds.median().to_dict() == pytest.approx(case["expected"]["median"], abs=1e-5)


def test_hours_of_the_city_are_not_hours_of_utc(receipt, reference):
    from workbench.calendars import WorkingCalendar

    wrong = reference("process", "receipt-business-hours-utc-trap")["expected"]
    right = reference("process", "receipt-business-hours-local")["expected"]
    cases = receipt.frames["cases"]
    last = cases["last_time"].to_numpy().astype("datetime64[us]")
    first = (cases["last_time"] - cases["duration"]).to_numpy().astype("datetime64[us]")
    for zone, expected in (("UTC", wrong), ("Europe/Amsterdam", right)):
        seconds = WorkingCalendar(zone, spans=((420, 1020),)).seconds_between(first, last)
        assert (seconds.mean(), np.median(seconds)) == pytest.approx(
            (expected["mean"], expected["median"]), abs=1e-5
        )


def test_times_corrected_after_a_first_look_are_used(receipt_rows, cube_of, reference):
    case = reference("process", "pm4py-stale-start")
    edge, rows = tuple(case["inputs"]["edge"]), receipt_rows[COLUMNS]
    before = rows.copy()
    assert edges_of(cube_of(rows))[edge].mean() == pytest.approx(case["expected"]["first_mean_s"], abs=1e-4)
    pd.testing.assert_frame_equal(rows, before)
    stamps = pd.to_datetime(rows["completed"], utc=True, format="ISO8601")
    late = rows["activity"].str.startswith("T05").astype(int)
    corrected = rows.assign(completed=(stamps + late * pd.Timedelta(hours=2)).map(lambda t: t.isoformat()))
    found = edges_of(cube_of(corrected))[edge].mean()
    assert found == pytest.approx(case["expected"]["correct_mean_s"], abs=1e-4)
