"""How first values differ from those that stay."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench import charts

VALUES = [10.0 + (at * 7 % 10) / 10 for at in range(36)]


@pytest.fixture
def revised(followed):
    """``revised(size)``: results of a measure whose first values moved by a size on average, and then stayed."""

    def made(size, state="value"):
        rows = {
            "measure": "wait",
            "lag": [0, 1, 2],
            "intervals": 30,
            "revised": [12, 3, 0],
            "mean_revision": [-size, -size / 10, 0.0],
            "mean_absolute_revision": [size, size / 10, 0.0],
            "settled": [False, True, True],
            "state": state,
        }
        return followed(VALUES).with_frames(revisions=pd.DataFrame(rows))

    return made


def test_the_first_value_and_those_known_later_are_held_against_the_one_that_stays(revised):
    results = revised(0.5)
    (figure,) = charts.target_revisions.revisions(results)
    usual = results.verdicts["mean"].iloc[0]
    assert figure.table["Value"].tolist() == ["first", "1 month later", "2 months later"]
    assert figure.table["Of the usual value"].tolist() == pytest.approx([50 / usual, 5 / usual, 0])
    assert figure.table["Settled"].tolist() == ["no", "yes", "yes"]
    assert (
        "Permits on time: first values moved by 0.50 days on average, mostly down, in 12 of 30" in figure.text
    )
    assert figure.title == "First values against those that stay, 1 of 1 measures"


def test_each_lag_has_a_shape_of_its_own(revised):
    (figure,) = charts.target_revisions.revisions(revised(0.5))
    shown = json.dumps(figure.chart.to_dict())
    assert '["first", "1 month later"]' in shown
    assert '["circle", "triangle-up"]' in shown


def test_nothing_is_drawn_where_no_value_moved_or_all_is_hidden(revised):
    assert len(charts.target_revisions.revisions(revised(0.0))) == 0
    assert len(charts.target_revisions.revisions(revised(np.nan, "suppressed"))) == 0


def test_a_measure_that_does_not_say_when_its_values_were_recorded_has_none(followed):
    assert len(charts.target_revisions.revisions(followed(VALUES))) == 0
