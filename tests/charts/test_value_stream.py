"""The value stream map: one page, in words and as a drawing, from released rows."""

from xml.etree import ElementTree

import pandas as pd
import pytest

from workbench.charts.value_stream import value_stream_map
from workbench.charts.value_stream_rows import Station, stations
from workbench.process_timing import ProcessResults

STEPS = ("Filed", "Review", "Issued")
FACTS = {"title": "Permits", "noun": "permits", "period": "2026-Q1", "as_of": "2026-04-15"}


def results(steps=STEPS, **frames) -> ProcessResults:
    made = {
        "value_stream": pd.DataFrame(
            {
                "position": range(1, len(steps) + 1),
                "activity": steps,
                "is_value_adding": [name == "Review" for name in steps],
                "holder": ["applicant" if name == "Filed" else "city" for name in steps],
                "state": "value",
            }
        ),
        "step_times": pd.DataFrame(
            {
                "activity": ["Review", "Review", "Issued"],
                "clock": ["calendar days", "working days", "calendar days"],
                "touch_median": [1 / 24, 1 / 8, None],
                "touch_at_most_median": [1 / 12, 1 / 4, 0.5],
                "wait_median": [6.0, 4.0, 1.0],
            }
        ),
        "yields": pd.DataFrame({"activity": ["Review"], "complete_accurate": [0.92]}),
        "constraint": pd.DataFrame({"activity": ["Review"], "people": [5.0]}),
        "waiting": pd.DataFrame({"activity": ["Filed", "Review"], "cases": pd.array([43, pd.NA], "Int64")}),
        "lead_times": pd.DataFrame({"interval": ["2026-Q1"], "clock": ["calendar days"], "median": [9.0]}),
        "efficiency": pd.DataFrame(
            {
                "clock": ["calendar days"],
                "measure": ["process cycle efficiency"],
                "at_least": [0.01],
                "at_most": [0.03],
            }
        ),
    }
    return ProcessResults(counts=pd.DataFrame(), facts=FACTS, released=True, **made | frames)


def test_a_station_says_what_is_known_and_what_is_not():
    assert stations(results()) == [
        Station("Filed", False, "not known", "", "", "", "", "not known", "not known"),
        Station("Review", True, "1 hour", "6 days", "4.0 working days", "43", "applicant", "92%", "5"),
        Station(
            "Issued", False, "0 to 12 hours", "1 day", "not known", "few", "city", "not known", "not known"
        ),
    ]


def test_the_page_is_one_vector_drawing_without_colour():
    figure = value_stream_map(results())
    root = ElementTree.fromstring(figure.svg)
    said = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Permits", "Review", "6 days", "1 hour", "43", "92%", "1% to 3%", "(applicant)"} <= set(said)
    colours = {element.get(name) for element in root.iter() for name in ("fill", "stroke")} - {None, "none"}
    assert colours == {"#ffffff", "#1d2733"}
    assert figure.is_printed
    assert figure.pdf[:5] == b"%PDF-"
    assert len({figure.pdf for _ in range(6)}) == 1


def test_every_figure_is_in_the_words_and_in_the_table():
    figure = value_stream_map(results())
    assert "Review: wait 6 days, work 1 hour" in figure.text
    assert "Work that adds value, by the calendar: 1% to 3%." in figure.text
    assert figure.table.loc[1].to_dict() == {
        "Step": "Review",
        "Adds value": "yes",
        "At hand before it": "43",
        "Held by": "applicant",
        "Wait before it": "6 days",
        "Wait in working time": "4.0 working days",
        "Work": "1 hour",
        "Complete and accurate": "92%",
        "People": "5",
    }


@pytest.mark.parametrize(
    ("most", "said"), [(0.0, "0 days"), (0.0003, "less than a minute"), (0.5, "0 to 12 hours")]
)
def test_a_range_of_work_that_is_hardly_one_is_told_by_its_end(most, said):
    frame = results().step_times.assign(touch_median=None, touch_at_most_median=most)
    assert [each.work for each in stations(results(step_times=frame))] == ["not known", said, said]


def test_a_small_screen_scrolls_the_page_and_dates_only_are_told():
    figure = value_stream_map(results())
    assert "min-width:988px" in figure.svg
    assert "dates only" not in figure.see
    dated = ProcessResults(**vars(results()) | {"facts": FACTS | {"whole_days": True}})
    assert "The log has dates only" in value_stream_map(dated).see


@pytest.mark.parametrize(
    ("steps", "said"), [((), "No path is usual enough"), (tuple(f"S{k}" for k in range(17)), "2 later steps")]
)
def test_no_step_and_many_steps_are_said(steps, said):
    figure = value_stream_map(results(steps=steps))
    assert said in figure.text
    assert len(figure.table) == len(steps)


def test_a_hidden_step_is_not_drawn():
    rows = results().value_stream
    hidden = rows.assign(state=["value", "suppressed", "value"])
    assert [each.name for each in stations(results(value_stream=hidden))] == ["Filed", "Issued"]


def test_long_and_hostile_names_stay_in_their_box():
    figure = value_stream_map(results(steps=("</script><script>alert(1)</script>", "x" * 300)))
    assert "<script" not in figure.svg
    assert "x" * 300 not in figure.svg.partition("<rect")[2]
