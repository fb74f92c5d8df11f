"""The map of a period: what is drawn, what is hidden and counted, what is marked."""

import numpy as np
import pandas as pd
import pytest

from workbench.charts.map_rows import Process
from workbench.charts.timing_map import process_map
from workbench.errors import ParameterError
from workbench.findings.model import Verdict
from workbench.process_timing.results import ProcessResults

EDGES = [
    ("Filed", "Review", 380, 5.0, 2000.0, "longest wait", True),
    ("Review", "Issued", 300, 0.9, 500.0, "", False),
    ("Review", "Fixes", 60, 8.0, 600.0, "", False),
    ("Fixes", "Review", 55, 1.0, 100.0, "", False),
    ("Filed", "Issued", 12, 0.1, 1.0, "", False),
]
EVENTS = [("Review", 435), ("Filed", 392), ("Issued", 312), ("Fixes", 60)]
FACTS = {"noun": "permits", "period": "2025-Q4", "dimensions": {}, "labels": {}, "rounding": 1}


def edge_frame(rows=EDGES) -> pd.DataFrame:
    columns = ["from", "to", "count", "median_days", "total_days", "verdict", "is_usual"]
    frame = pd.DataFrame(rows, columns=columns)
    p90 = (frame["median_days"] * 2).where(frame["count"] >= 50)
    return frame.assign(interval="2025-Q4", holder="", p90_days=p90, state="value")


def event_frame(rows=EVENTS) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["activity", "events"]).assign(state="value")


def results(edges=None, activities=None, facts=None, **frames) -> ProcessResults:
    return ProcessResults(
        pd.DataFrame(),
        facts=FACTS | (facts or {}),
        released=True,
        edges=edge_frame() if edges is None else edges,
        activities=event_frame() if activities is None else activities,
        **frames,
    )


def test_the_map_says_what_it_draws():
    figure = process_map(results())
    assert "4 steps from top to bottom, joined by 5 lines" in figure.text
    assert "Hidden" not in figure.text
    assert "380 ×, 5 days" in figure.svg
    assert "435 times" in figure.svg
    assert 'role="img"' in figure.svg


@pytest.mark.parametrize(
    ("show", "written"),
    [
        ("count", ">380 ×<"),
        ("median", "380 ×, 5 days"),
        ("p90", "380 ×, 90% in 10 days"),
        ("total", "380 ×, 2,000 days in all"),
    ],
)
def test_a_figure_is_chosen_for_the_lines(show, written):
    assert written in process_map(results(), show=show).svg


def test_a_figure_that_too_few_cases_give_is_left_out():
    assert ">12 ×<" in process_map(results(), show="p90").svg


def test_cases_stand_beside_times_where_they_are_published():
    figure = process_map(results(edge_frame().assign(cases=[370, 300, 50, 50, 12])), show="count")
    assert "380 × in 370 cases" in figure.svg
    assert figure.table["Cases"].head(2).tolist() == [370, 300]


def test_one_longest_wait_by_both_measures():
    assert (
        "The longest wait is Filed to Review, by total and by the usual wait." in process_map(results()).see
    )


def test_two_measures_that_differ_are_told_apart():
    usual = edge_frame().assign(is_usual=[False, False, True, False, False])
    figure = process_map(results(usual))
    assert (
        "by total it is Filed to Review; by the usual wait (median times how often) it is Review to Fixes."
        in figure.see
    )
    assert "most waiting in all" in figure.svg
    assert "longest usual wait" in figure.svg


def test_a_longest_wait_by_chance_is_not_called_sure():
    unsure = edge_frame().assign(verdict=[str(Verdict.CANT_TELL), "", "", "", ""])
    assert "though another may be first by chance" in process_map(results(unsure)).see


def test_fewer_activities_are_hidden_and_counted():
    figure = process_map(results(), activities=0.9)
    assert "3 steps from top to bottom, joined by 3 lines" in figure.text
    assert (
        "Hidden: 1 of 4 activities (60 of 1,199 events), 2 of 5 paths (14.3% of steps taken, 21.9% of the waiting). "
        "The lines of a box do not add up to it." in figure.see
    )


def test_fewer_paths_leave_each_step_its_most_frequent_ways():
    figure = process_map(results(), paths=0.1)
    drawn = figure.table[figure.table["Drawn"] == "yes"]["What"].tolist()
    assert drawn[:4] == ["Filed → Review", "Review → Issued", "Review → Fixes", "Fixes → Review"]
    assert "Hidden: 1 of 5 paths (1.5% of steps taken, 0% of the waiting)" in figure.see


def test_a_longest_wait_that_is_not_drawn_is_said():
    hidden = edge_frame().assign(verdict=["", "", "longest wait", "", ""])
    assert "Review to Fixes is not drawn at this setting." in process_map(results(hidden), activities=0.9).see


def test_suppressed_rows_are_counted_and_give_no_number_away():
    edges = edge_frame().assign(state=["value", "value", "value", "suppressed", "value"])
    edges.loc[3, ["count", "median_days", "total_days"]] = np.nan
    activities = event_frame().assign(state=["value", "value", "value", "suppressed"])
    activities.loc[3, "events"] = np.nan
    figure = process_map(results(edges, activities))
    assert (
        "Hidden: 1 activities suppressed to protect privacy, 1 paths suppressed to protect privacy."
        in figure.see
    )
    assert "Fixes → Review" not in figure.table["What"].tolist()
    assert "Fixes" in figure.svg


def test_rounded_counts_need_not_add_up():
    assert "Counts are rounded to 20" in process_map(results(facts={"rounding": 20})).see


def test_holders_have_dashes_and_words():
    held = edge_frame().assign(holder=["", "", "owner", "", ""])
    figure = process_map(results(held, facts={"holders": {"owner": "applicant"}}))
    assert "held by the city" in figure.svg
    assert "held by owner" in figure.svg
    assert figure.svg.count("stroke-dasharray") == 2


def test_starts_ends_and_own_times_stand_in_the_boxes():
    ends = [
        ("Filed", "start", 392, "value"),
        ("Issued", "end", 300, "value"),
        ("Fixes", "end", np.nan, "suppressed"),
    ]
    endpoints = pd.DataFrame(ends, columns=["activity", "side", "cases", "state"])
    times = pd.DataFrame([("Review", "calendar days", 2.0, 4.0, 900.0, "value")])
    times.columns = ["activity", "clock", "median_days", "p90_days", "total_days", "state"]
    figure = process_map(results(endpoints=endpoints, step_times=times))
    assert "392 start here" in figure.svg
    assert "300 closed here" in figure.svg
    assert "2 days with its wait" in figure.svg
    assert figure.table.set_index("What").loc["Review", "Median"] == "2 days"


def test_a_step_that_follows_itself_says_so_in_its_box():
    again = edge_frame([*EDGES, ("Review", "Review", 30, 2.0, 60.0, "", False)])
    assert "again 30 ×, 2 days" in process_map(results(again)).svg


def test_four_hundred_activities_are_shown_simplified():
    rows = [
        (f"A{k:03}", f"A{(k + step) % 400:03}", 500 - k + step, 1.0, 9.0, "", False)
        for k in range(400)
        for step in (1, 7)
    ]
    figure = process_map(results(edge_frame(rows), event_frame([(f"A{k:03}", 900 - k) for k in range(400)])))
    steps = figure.table[~figure.table["What"].str.contains("→")]
    assert 10 <= (steps["Drawn"] == "yes").sum() <= 30
    assert "of 400 activities" in figure.see
    whole = process_map(
        results(edge_frame(rows), event_frame([(f"A{k:03}", 900 - k) for k in range(400)])),
        activities=1.0,
        paths=1.0,
    )
    assert (whole.table["Drawn"] == "yes").sum() <= 60 + 60


def test_the_table_holds_every_row_that_may_be_shown():
    assert len(process_map(results(), activities=0.5, paths=0.1).table) == len(EDGES) + len(EVENTS)


@pytest.mark.parametrize("asked", [{"activities": 0.0}, {"paths": 1.5}, {"show": "mean"}])
def test_what_is_not_allowed_is_said(asked):
    (name,) = asked
    with pytest.raises(ParameterError, match=f"`{name}` is"):
        process_map(results(), **asked)


def test_each_step_is_joined_to_one_before_it():
    """The second most frequent step is reached only through a rare one."""
    edges = edge_frame([("A", "Rare", 9, 1.0, 1.0, "", False), ("Rare", "B", 9, 1.0, 1.0, "", False)])
    process = Process.of(event_frame([("A", 100), ("B", 90), ("Rare", 9)]), edges)
    assert process.order == ["A", "Rare", "B"]
    assert process.steps_at(0.95) == ["A", "Rare", "B"]


def test_paths_join_the_steps_to_one_map():
    """Two pairs whose most frequent ways are within the pair, and one rare path between them."""
    pairs = [("A", "B", 90), ("B", "A", 80), ("C", "D", 70), ("D", "C", 60), ("B", "C", 2)]
    edges = edge_frame([(a, b, n, 1.0, 1.0, "", False) for a, b, n in pairs])
    process = Process.of(event_frame([(name, 90) for name in "ABCD"]), edges)
    kept = process.paths_at(list("ABCD"), 0.5)
    assert ("B", "C") in set(zip(kept["from"], kept["to"], strict=True))
