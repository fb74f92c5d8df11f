"""Who waits longest and in which steps: which groups are drawn, and which gap is taken apart."""

import numpy as np
import pandas as pd
import pytest

from workbench.charts import process_equity
from workbench.process_timing.results import ProcessResults

FACTS = {
    "noun": "permits",
    "period": "2025-Q4",
    "dimensions": {"race": "Race", "place": "Neighbourhood"},
    "labels": {"race/black": "Black"},
}


def results(**frames) -> ProcessResults:
    return ProcessResults(pd.DataFrame(), facts=FACTS, released=True, **frames)


def equity() -> pd.DataFrame:
    rows = [
        ("race", "black", "mean", 4.0, "worse off", "value"),
        ("race", "asian", "mean", np.nan, "", "suppressed"),
        ("race", "black", "median", 9.0, "", "value"),
        ("place", "Elm", "mean", -2.0, "no difference found", "value"),
    ]
    frame = pd.DataFrame(rows, columns=["dimension", "group", "quantity", "difference", "verdict", "state"])
    frame = frame.assign(lower=frame["difference"] - 1, upper=frame["difference"] + 1, same_mix=3.0)
    return frame.assign(
        reference="everyone_else", value=30.0, reference_value=26.0, adjusted_p=0.01, cases=80
    )


def split(*rows) -> pd.DataFrame:
    """group, from, to, days because of use, days because of time."""
    frame = pd.DataFrame(rows, columns=["group", "from", "to", "use_days", "time_days"])
    limits = {f"{name}_{end}": 0.0 for name in ("use", "time") for end in ("lower", "upper")}
    return frame.assign(
        dimension="race", gap_days=frame["use_days"] + frame["time_days"], state="value", **limits
    )


TWO = [
    ("black", "A", "B", 1.0, 2.0),
    ("black", "other steps", "other steps", 0.5, 0.0),
    ("white", "A", "B", -1.0, 0.0),
]


def test_gaps_are_of_one_dimension_and_of_means_only():
    figure = process_equity.equity_gaps(results(equity=equity()))
    assert figure.title == "Who waits longest, by race, the fourth quarter of 2025"
    assert figure.table["Group"].tolist() == ["Black"]
    assert "1 suppressed to protect privacy" in figure.see


def test_a_chosen_group_chooses_its_dimension():
    figure = process_equity.equity_gaps(results(equity=equity()), group="place/Elm")
    assert figure.table["Group"].tolist() == ["Elm"]


def test_the_widest_gap_is_taken_apart():
    figure = process_equity.equity_steps(results(equity_steps=split(*TWO)))
    assert figure.title.endswith(": Black")
    assert figure.table[["Step", "Part", "Days"]].to_numpy().tolist() == [
        ["A → B", "how often the step is passed", 1.0],
        ["A → B", "how long a pass takes", 2.0],
        ["Other steps", "how often the step is passed", 0.5],
        ["Other steps", "how long a pass takes", 0.0],
    ]
    assert "3.5 days in all steps that are known" in figure.text


def test_another_group_is_taken_apart_when_asked_for_and_an_unknown_one_is_not():
    frame = results(equity_steps=split(*TWO))
    assert process_equity.equity_steps(frame, group="race/white").title.endswith(": white")
    assert process_equity.equity_steps(frame, group="race/nobody").title.endswith(": Black")


@pytest.mark.parametrize(
    ("name", "said"), [("equity_gaps", process_equity.NO_GROUPS), ("equity_steps", process_equity.NOT_JUDGED)]
)
def test_what_cannot_be_compared_says_why(name, said):
    assert getattr(process_equity, name)(results()).see == said


@pytest.mark.parametrize(
    ("name", "frames"),
    [("equity_gaps", {"equity": equity()}), ("equity_steps", {"equity_steps": split(*TWO)})],
)
def test_each_chart_keeps_to_the_schema_which_drawing_does_not_check(name, frames):
    figure = getattr(process_equity, name)(results(**frames))
    assert figure.chart.to_dict(validate=True) == figure.chart.to_dict(validate=False)
    assert "Infinity" not in figure.svg
