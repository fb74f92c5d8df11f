"""Whose hands, wait and work, causes, and what is right the first time: what is drawn and what is said."""

import numpy as np
import pandas as pd
import pytest

from workbench.charts import process_steps
from workbench.process_timing.results import ProcessResults

FACTS = {
    "noun": "permits",
    "period": "2025-Q4",
    "holders": {"owner": "applicant"},
    "dimensions": {},
    "labels": {},
}
HELD = [
    ("city", "city", "calendar days", 900.0, 0.9, 0.85, 0.95, 20.0, 100, "longest wait"),
    ("owner", "applicant", "calendar days", 100.0, 0.1, 0.05, 0.15, 6.0, 40, ""),
    ("city", "city", "working days", 600.0, 0.8, 0.7, 0.9, 14.0, 100, "longest wait"),
]
HELD_COLUMNS = ["holder", "kind", "clock", "total_days", "share", "share_lower", "share_upper", "median_days"]


def results(facts=FACTS, **frames) -> ProcessResults:
    return ProcessResults(pd.DataFrame(), facts=facts, released=True, **frames)


def held(rows=HELD) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[*HELD_COLUMNS, "cases", "verdict"]).assign(state="value")


def steps(*rows) -> pd.DataFrame:
    """activity, count, timed, work, most work, wait, 90% of waits."""
    columns = [
        "activity",
        "count",
        "timed",
        "touch_median",
        "touch_at_most_median",
        "wait_median",
        "wait_p90",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(
        clock="working days", state="value", total_wait_days=frame["wait_median"] * frame["count"]
    )


def causes(*rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["activity", "cause", "share", "waits"])
    limits = {"share_lower": frame["share"] - 0.05, "share_upper": frame["share"] + 0.05}
    return frame.assign(total_days=frame["share"] * 100, verdict="", state="value", **limits)


def test_holders_are_named_as_the_city_calls_them_with_what_they_are():
    figure = process_steps.holders(results(holders=held()))
    assert "The city 90%; Owner (the applicant) 10% of all calendar days" in figure.text
    assert figure.table["Share"].tolist() == [90.0, 10.0, 80.0]


def test_a_process_that_only_the_city_holds_says_so():
    figure = process_steps.holders(results(holders=held(HELD[:1])))
    assert "No step is declared to leave a case in other hands" in figure.see


def test_suppressed_holders_are_counted_and_not_drawn(drawn):
    frame = held().assign(state=["value", "suppressed", "value"])
    frame.loc[1, ["share", "share_lower", "share_upper"]] = np.nan
    figure = process_steps.holders(results(holders=frame))
    assert "1 suppressed to protect privacy" in figure.text
    assert "1 suppressed to protect privacy" in figure.see
    assert {row["Held by"] for row in drawn(figure) if "Held by" in row} == {"The city"}


def bars(figure, drawn) -> list[tuple]:
    return [
        (row["Bar"], row["Kind"], row["From"], row["To"], row["Words"])
        for row in drawn(figure)
        if "Bar" in row
    ]


def test_work_of_single_times_is_an_open_bar(drawn):
    figure = process_steps.step_times(results(step_times=steps(("Review", 60, 0.0, np.nan, 0.9, 4.0, 9.0))))
    assert bars(figure, drawn) == [
        ("wait", "usual wait before it", 0.0, 4.0, "4 (90%: 9)"),
        ("work", "work, somewhere up to", 0.0, 0.9, "up to 0.9"),
    ]
    assert "Review: wait 4, work up to 0.9 working days, 60 times" in figure.text


def test_recorded_work_is_filled_and_the_range_of_the_rest_follows_it(drawn):
    figure = process_steps.step_times(results(step_times=steps(("Review", 60, 0.9, 0.2, 0.3, 4.0, np.nan))))
    assert bars(figure, drawn) == [
        ("wait", "usual wait before it", 0.0, 4.0, "4"),
        ("work", "usual work in it", 0.0, 0.2, "0.2"),
        ("work", "work, somewhere up to", 0.2, 0.3, ""),
    ]


def test_work_that_is_all_recorded_has_no_range(drawn):
    figure = process_steps.step_times(results(step_times=steps(("Review", 60, 1.0, 0.2, 0.2, 4.0, 9.0))))
    assert [kind for _, kind, *_ in bars(figure, drawn)] == ["usual wait before it", "usual work in it"]


@pytest.mark.parametrize(("facts", "is_said"), [({"whole_days": True}, True), ({"whole_days": False}, False)])
def test_a_log_of_dates_says_what_its_ranges_are(facts, is_said):
    frame = steps(("Review", 60, 0.0, np.nan, 0.9, 4.0, 9.0))
    figure = process_steps.step_times(results(FACTS | facts, step_times=frame))
    assert ("The log has dates only" in figure.see) == is_said


def test_steps_that_are_beyond_the_first_are_not_called_unknown():
    frame = steps(*((f"S{k}", 60, 1.0, 0.2, 0.2, 4.0, 9.0) for k in range(14)))
    assert "Steps not drawn: 2 after the first 12." in process_steps.step_times(results(step_times=frame)).see


def test_most_waiting_in_all_comes_first():
    frame = steps(("Rare", 10, 1.0, 0.1, 0.1, 9.0, np.nan), ("Usual", 500, 1.0, 0.1, 0.1, 3.0, 8.0))
    assert process_steps.step_times(results(step_times=frame)).table["Step"].tolist() == ["Usual", "Rare"]


def test_causes_of_all_waits_are_said_in_words():
    frame = causes(("", "contention", 0.2, 90), ("", "not known", 0.8, 90), ("Review", "contention", 1.0, 40))
    figure = process_steps.causes(results(causes=frame))
    assert "Not known from this log 80%; People busy with other cases 20%; of 90 waits" in figure.text
    assert "no start or nobody's name" in figure.see


def test_causes_of_the_wait_for_one_step():
    frame = causes(("", "contention", 0.2, 90), ("Review", "batching", 1.0, 40))
    figure = process_steps.causes(results(causes=frame), waited="Review")
    assert figure.title == "Why cases wait for Review, the fourth quarter of 2025"
    assert figure.table["Cause"].tolist() == ["Kept for a batch"]


def test_a_log_that_tells_no_cause_says_so():
    figure = process_steps.causes(results(causes=causes(("", "not known", 1.0, 90))))
    assert figure.see.startswith("Why cases wait cannot be told from this log.")


def yields() -> pd.DataFrame:
    rows = [("", 100, 0.4, np.nan), ("Review", 60, 0.6, 0.7), ("Issue", 40, 1.0, np.nan)]
    frame = pd.DataFrame(rows, columns=["activity", "passes", "first_pass_yield", "complete_accurate"])
    limits = {f"{name}_{end}": 0.5 for name in ("yield", "accurate") for end in ("lower", "upper")}
    return frame.assign(passed_on=50, state="value", **limits)


def test_the_least_right_step_comes_first_and_all_together_is_no_step():
    figure = process_steps.yields(results(yields=yields()))
    assert figure.table[["Step", "What", "Percent"]].to_numpy().tolist() == [
        ["Review", "right the first time", 60.0],
        ["Review", "complete and accurate for the next step", 70.0],
        ["Issue", "right the first time", 100.0],
    ]


def test_shares_that_are_nearly_alike_are_drawn_from_nothing_on():
    figure = process_steps.yields(results(yields=yields().assign(first_pass_yield=[0.99, 0.994, 1.0])))
    assert {"x": {"datum": 0}} in [layer["encoding"] for layer in figure.chart.to_dict()["layer"]]


@pytest.mark.parametrize("name", ["holders", "step_times", "causes", "yields"])
def test_nothing_to_draw_is_told_in_the_picture_and_the_table(name):
    figure = getattr(process_steps, name)(results())
    assert figure.table.columns.tolist() == ["What is not known"]
    assert figure.see == figure.text == figure.table.iloc[0, 0]
    assert "<svg" in figure.svg


@pytest.mark.parametrize(
    ("name", "frame"),
    [("holders", held()), ("yields", yields()), ("causes", causes(("", "batching", 1.0, 40)))]
    + [("step_times", steps(("Review", 60, 0.9, 0.2, 0.3, 4.0, 9.0)))],
)
def test_each_chart_keeps_to_the_schema_which_drawing_does_not_check(name, frame):
    figure = getattr(process_steps, name)(results(**{name: frame}))
    assert figure.chart.to_dict(validate=True) == figure.chart.to_dict(validate=False)
    assert "Infinity" not in figure.svg
