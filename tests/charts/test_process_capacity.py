"""What if: the sentence, the scenario that the sliders choose, and what is said where a queue grows."""

import numpy as np
import pandas as pd
import pytest

from workbench.charts import process_capacity
from workbench.explore.asked import asked_by, first_of, worded
from workbench.process_timing.results import ProcessResults

FACTS = {"noun": "permits", "period": "2025-Q4", "what_if_assumes": ["one queue for all"]}
COLUMNS = ["more", "staff", "arrivals", "batch", "wait_days", "growth_per_day", "theory_days"]
ROWS = [
    (-1, 3.0, 1.0, 1, np.nan, 0.4, np.nan),
    (0, 4.0, 1.0, 1, 5.0, np.nan, 4.8),
    (1, 5.0, 1.0, 1, 2.0, np.nan, 1.9),
    (0, 4.0, 1.2, 1, 9.0, np.nan, 8.8),
    (1, 5.0, 1.2, 1, 6.0, np.nan, 5.9),
    (0, 4.0, 1.0, 5, 7.0, np.nan, 4.8),
    (1, 5.0, 1.0, 5, 4.0, np.nan, 1.9),
]


def scenarios(rows=ROWS, fit="fits", record=5.1, **changed) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    base = (frame["more"] == 0) & (frame["arrivals"] == 1.0) & (frame["batch"] == 1)
    change = frame["wait_days"] - 5.0
    frame = frame.assign(
        activity="Review", is_base=base, lower=frame["wait_days"] - 0.2, upper=frame["wait_days"] + 0.2
    )
    frame = frame.assign(change=change, change_lower=change - 0.1, change_upper=change + 0.1, p90_days=9.0)
    return frame.assign(utilisation=0.9, record_days=record, fit=fit, state="value", **changed)


def results(**frames) -> ProcessResults:
    return ProcessResults(pd.DataFrame(), facts=FACTS, released=True, **frames)


def said(frame=None, **chosen) -> str:
    return process_capacity.what_if(results(scenarios=scenarios() if frame is None else frame), **chosen).see


def test_one_more_is_said_in_a_sentence():
    assert said().startswith(
        "With one more (5 people's time in all), the average wait would be 2 working days instead of 5 working days, "
        "a difference of −3 (−3.1 to −2.9). On record the average wait is 5.1 working days, as the model has it. "
        "Assumed: one queue for all."
    )


def test_a_queue_that_grows_has_no_wait():
    assert (
        "With one fewer (3 people's time in all), more arrives than is cleared: the queue grows by 0.4"
        in said(more=-1)
    )


def test_more_arrivals_and_batches_are_named_in_the_sentence():
    assert "in all) and 120% of the arrivals, the average wait would be 6" in said(arrivals=1.2)
    assert "in all) and cases released 5 at once, the average wait would be 4" in said(batch=5.0)


def test_batches_are_known_at_the_arrivals_as_they_are_only():
    assert said(arrivals=1.2, batch=5.0) == "Batches were tried at the arrivals as they are only."


def test_people_that_were_not_tried_are_told():
    assert said(more=-3).startswith("So few people cannot be tried.")


def test_a_record_unlike_the_model_is_doubt():
    assert "it leaves something out, such as other work" in said(scenarios(fit="longer", record=30.0))
    assert "its waits are too long" in said(scenarios(fit="shorter", record=1.0))


def test_a_base_that_grows_is_what_more_people_are_compared_with():
    rows = [(0, 4.0, 1.0, 1, np.nan, 0.8, np.nan), (1, 5.0, 1.0, 1, 2.0, np.nan, 1.9)]
    assert "would be 2 working days; as things are, the queue grows by 0.8 a working day." in said(
        scenarios(rows)
    )


def test_waits_too_short_to_matter_are_not_compared():
    rows = [(0, 4.0, 1.0, 1, 0.0001, np.nan, 0.0001), (1, 5.0, 1.0, 1, 0.0, np.nan, 0.0)]
    frame = scenarios(rows).assign(change=-0.0001)
    assert "less than 0.01 working days, as good as none, and so it is now." in said(frame)


def test_the_growing_queue_is_written_in_its_row(drawn):
    figure = process_capacity.what_if(results(scenarios=scenarios()))
    rows = drawn(figure)
    assert {"People": "3 (1 fewer)", "Words": "queue grows by 0.4 a day"} in rows
    assert {row["Kind"] for row in rows if row.get("People") == "4 (as now)"} == {
        "as in the period",
        "by theory (Allen-Cunneen)",
    }


def test_the_sliders_begin_with_one_more_person_as_things_are():
    found, asked = results(scenarios=scenarios()), asked_by(process_capacity.what_if)
    assert {ask.name: first_of(ask, found) for ask in asked} == {
        "activity": "Review",
        "more": "1",
        "arrivals": "1",
        "batch": "1",
    }
    people = next(ask for ask in asked if ask.name == "more")
    assert worded(people, found) == [("1 fewer", "-1"), ("as now", "0"), ("1 more", "1")]


def test_a_log_without_starts_says_why_there_is_no_answer():
    assert "cannot be told from this log" in process_capacity.what_if(results()).see


def removed() -> pd.DataFrame:
    rows = [("Review", -14.0, -20.0, -12.0), ("Filed", 0.0, 0.0, 0.0), ("Closed", np.nan, np.nan, np.nan)]
    frame = pd.DataFrame(rows, columns=["activity", "change", "change_lower", "change_upper"])
    return frame.assign(median=16.0, state=["value", "value", "suppressed"])


def test_a_step_taken_away_is_told_with_what_it_would_win():
    figure = process_capacity.removed(results(removed=removed()))
    assert "Review −14 days; Filed" in figure.text
    assert "1 suppressed to protect privacy" in figure.text
    assert figure.table["Step"].tolist() == ["Review", "Filed"]


@pytest.mark.parametrize(("name", "frame"), [("what_if", scenarios()), ("removed", removed())])
def test_each_chart_keeps_to_the_schema_which_drawing_does_not_check(name, frame):
    key = "scenarios" if name == "what_if" else name
    figure = getattr(process_capacity, name)(results(**{key: frame}))
    assert figure.chart.to_dict(validate=True) == figure.chart.to_dict(validate=False)
    assert "Infinity" not in figure.svg
