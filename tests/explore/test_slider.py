"""A slider holds only the values that it offers."""

import pandas as pd
import pytest
import toy_app

from workbench.charts.asks import present_in
from workbench.explore.asked import as_text, first_of, worded
from workbench.explore.slider import Slider

OPTIONS = [["3 people", "3"], ["4 people", "4"]]


def test_a_value_that_is_not_offered_changes_nothing():
    slider = Slider(description="Staff", options=OPTIONS, value="3")
    slider.value = "</script>"
    assert slider.value == "3"
    slider.value = "4"
    assert slider.value == "4"


@pytest.mark.parametrize(("value", "text"), [(1.0, "1"), (0.35, "0.35"), (12, "12"), ("median", "median")])
def test_values_are_written_shortly_in_links(value, text):
    assert as_text(value) == text


def scenarios(**columns):
    rows = pd.DataFrame(
        {"staff": [4.0, 3.0, 5.0, 3.0], "is_base": [True, False, False, False], "state": "value"}
    )
    return toy_app.results().with_frames(rates=rows.assign(**columns))


STAFF = present_in("staff", "Staff", "rates", "staff", base="is_base", words="{:g} people")


def test_a_slider_starts_at_things_as_they_are():
    assert worded(STAFF, scenarios()) == [("3 people", "3"), ("4 people", "4"), ("5 people", "5")]
    assert first_of(STAFF, scenarios()) == "4"
    assert first_of(STAFF, scenarios(is_base=False)) == "3"


def test_suppressed_values_are_not_offered():
    hidden = scenarios(state=["suppressed", "value", "value", "value"])
    assert [value for _, value in worded(STAFF, hidden)] == ["3", "5"]
    assert first_of(STAFF, hidden) == "3"


def test_a_frame_without_the_column_offers_nothing():
    assert worded(STAFF, toy_app.results()) == []
