"""What became of cases, whether they were in time, and which waits changed."""

import numpy as np
import pandas as pd
import pytest

from workbench.charts import process_changes
from workbench.process_timing.results import ProcessResults

FACTS = {
    "noun": "permits",
    "period": "2025-Q4",
    "service_level": {"days": 45.0, "calendar": "working"},
}


def results(**frames) -> ProcessResults:
    return ProcessResults(pd.DataFrame(), facts=FACTS, released=True, **frames)


def compared(*rows) -> pd.DataFrame:
    columns = ["from", "to", "difference", "lower", "upper", "verdict"]
    frame = pd.DataFrame(rows, columns=columns).assign(
        since="2025-Q3", faster=0.4, adjusted_p=0.2, state="value"
    )
    return frame.assign(n=40, n_before=60)


def became() -> pd.DataFrame:
    rows = [
        ("closed", 30.0, 0.6),
        ("withdrawn", 30.0, 0.1),
        ("open", 30.0, 0.3),
        ("closed if pursued", 30.0, 0.7),
    ]
    frame = pd.DataFrame(rows, columns=["outcome", "day", "share"])
    frame = frame.assign(interval="2025-Q4", clock="calendar days", lower=0.0, upper=1.0, state="value")
    return pd.concat([frame, frame.assign(interval="2025-Q3")], ignore_index=True)


def levels(*clocks) -> pd.DataFrame:
    frame = pd.DataFrame({"clock": clocks, "share": 0.8, "lower": 0.7, "upper": 0.9, "due": 90, "missed": 18})
    return frame.assign(interval="2025-Q4", verdict="no clear change", state="value")


def ahead() -> pd.DataFrame:
    frame = pd.DataFrame({"position": [0, 1], "within": ["overdue", "later"], "cases": [20, np.nan]})
    return frame.assign(state=["value", "suppressed"])


def test_changed_waits_are_counted_by_their_verdicts():
    rows = [("A", "B", 2.0, 1.0, 3.0, "slower"), ("B", "C", 0.1, -1.0, 1.0, "no clear change")]
    figure = process_changes.edges_compared(results(edges_compared=compared(*rows)))
    assert "1 slower, 1 no clear change." in figure.text
    assert figure.title == "Which waits changed, the fourth quarter of 2025, since the third quarter of 2025"
    assert figure.table["Wait"].tolist() == ["A → B", "B → C"]


def test_a_wait_without_an_interval_is_counted_as_not_drawn():
    rows = [("A", "B", 2.0, 1.0, 3.0, "slower"), ("B", "C", np.nan, np.nan, np.nan, "can't tell yet")]
    figure = process_changes.edges_compared(results(edges_compared=compared(*rows)))
    assert "Pairs of steps not drawn: 1 of which too little is known." in figure.see


def test_outcomes_are_those_of_the_period_and_add_up():
    figure = process_changes.outcomes(results(outcomes=became()))
    assert figure.table["Became"].tolist() == ["closed", "withdrawn", "neither yet"]
    assert figure.table["Percent"].sum() == pytest.approx(100)
    assert "60% closed by 30 days" in figure.text


def test_withdrawal_has_no_row_where_no_case_is_withdrawn():
    frame = became()
    never = frame.assign(share=frame["share"].where(frame["outcome"] != "withdrawn", 0.0))
    figure = process_changes.outcomes(results(outcomes=never))
    assert figure.table["Became"].tolist() == ["closed", "neither yet"]
    assert "Withdrawal is left out: its share is 0% throughout." in figure.see


def test_hidden_withdrawal_is_counted_and_not_said_to_be_none():
    frame = became()
    is_hidden = frame["outcome"] == "withdrawn"
    hidden = frame.assign(
        share=frame["share"].mask(is_hidden), state=frame["state"].mask(is_hidden, "suppressed")
    )
    figure = process_changes.outcomes(results(outcomes=hidden))
    assert "Withdrawn cases are an ending of their own" in figure.see
    assert "1 suppressed to protect privacy" in figure.see


@pytest.mark.parametrize(
    ("clocks", "said"), [(("city", "whole"), "The squares leave out"), (("whole",), "one clock only")]
)
def test_service_levels_say_what_the_clocks_are(clocks, said):
    figure = process_changes.service_levels(results(service_levels=levels(*clocks)))
    assert said in figure.see
    assert "80% from submission to closing, of 90 due" in figure.text
    assert figure.title == "Closed in time, by period: 45 working days"


def test_a_hidden_span_stays_in_the_table_and_out_of_the_picture(drawn):
    figure = process_changes.falling_due(results(falling_due=ahead()))
    assert figure.table["Due"].tolist() == ["overdue", "later"]
    assert [row["Due"] for row in drawn(figure)] == ["overdue"]
    assert "Spans not drawn: 1 suppressed to protect privacy." in figure.text


@pytest.mark.parametrize("name", ["service_levels", "falling_due"])
def test_a_process_without_a_service_level_says_so(name):
    assert getattr(process_changes, name)(results()).see == process_changes.NO_LEVEL


def test_suppressed_rows_only_are_told():
    hidden = levels("whole").assign(state="suppressed", share=np.nan)
    figure = process_changes.service_levels(results(service_levels=hidden))
    assert figure.see == "Every figure is suppressed to protect privacy."


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("edges_compared", compared(("A", "B", 2.0, 1.0, 3.0, "slower"))),
        ("outcomes", became()),
        ("service_levels", levels("city", "whole")),
        ("falling_due", ahead()),
    ],
)
def test_each_chart_keeps_to_the_schema_which_drawing_does_not_check(name, frame):
    figure = getattr(process_changes, name)(results(**{name: frame}))
    assert figure.chart.to_dict(validate=True) == figure.chart.to_dict(validate=False)
    assert "Infinity" not in figure.svg
