"""Released rows as HTML tables."""

import pandas as pd
import pytest

from workbench.charts.table import header, number_text, table_html

RATES = pd.DataFrame(
    {
        "place": ["Phillips", "Longfellow", "</script><script>window.x=1</script>", "{{7*7}}", "Camden"],
        "requests": pd.array([12345, None, 0, 14, None], dtype="Int64"),
        "rate": [0.2036, None, 0.0, 0.5, None],
        "state": ["value", "suppressed", "zero", "unreliable", "no data"],
        "cells": [["a"], ["b"], ["c"], ["d"], []],
    }
)


def row(html, name):
    return html.partition(f'<th scope="row">{name}</th>')[2].partition("</tr>")[0]


def test_kinds_of_blank_are_told_apart_in_words():
    html = table_html(RATES, "Rates")
    assert (
        row(html, "Longfellow") == '<td colspan="2" class="blank">suppressed to protect privacy</td><td></td>'
    )
    assert row(html, "Camden") == '<td class="number">no data</td><td class="number">no data</td><td></td>'
    assert row(html, "&lt;/script&gt;&lt;script&gt;window.x=1&lt;/script&gt;").startswith(
        '<td class="number">0</td>'
    )
    assert row(html, "{{7*7}}").endswith("<td>unreliable</td>")


def test_every_header_has_a_scope_and_no_header_is_empty():
    html = table_html(RATES, "Rates")
    assert html.count("<th") - html.count("<thead") == html.count('<th scope="')
    assert "></th>" not in html


def test_cell_ids_and_states_are_not_shown():
    html = table_html(RATES.assign(cells=[["CANARY-1"]] * 5), "Rates")
    assert "CANARY-1" not in html
    assert ">State<" not in html


def test_caption_headers_and_values_are_escaped():
    frame = pd.DataFrame({"<b>": ["<i>"]})
    html = table_html(frame, "<script>")
    assert "<caption>&lt;script&gt;</caption>" in html
    assert '<th scope="col">&lt;b&gt;</th>' in html
    assert '<th scope="row">&lt;i&gt;</th>' in html


def test_a_table_without_suppressed_rows_has_no_note():
    assert "Note" not in table_html(RATES.head(1), "Rates")


def test_a_column_is_shown_with_the_same_decimals_in_every_row():
    html = table_html(pd.DataFrame({"month": ["May", "June"], "days": [9.0, 12.25]}), "Days")
    assert '<td class="number">9.0</td>' in html
    assert '<td class="number">12.2</td>' in html


@pytest.mark.parametrize(("total", "said"), [(3, False), (4, True)])
def test_a_long_table_is_shortened_and_says_so(total, said):
    html = table_html(pd.DataFrame({"place": [f"place {i}" for i in range(total)]}), "Places", rows=3)
    assert html.count("<tr>") == 4
    assert ("(the first 3 of 4 rows)" in html) is said


def test_an_empty_table_keeps_its_headers_and_says_that_it_is_empty():
    html = table_html(RATES.head(0), "Rates")
    assert html.count('<th scope="col"') == 3
    assert '<tbody><tr><td colspan="3" class="blank">nothing to list</td></tr></tbody>' in html


def test_the_frame_is_not_changed():
    before = RATES.copy(deep=True)
    table_html(RATES, "Rates")
    pd.testing.assert_frame_equal(RATES, before)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0, 0, "0"),
        (1234567, 0, "1,234,567"),
        (-12.34, 1, "−12.3"),
        (-0.0, 1, "0.0"),
        (0.0004, 3, "less than 0.001"),
        (-0.0004, 3, "between −0.001 and 0"),
    ],
)
def test_a_number_is_written_for_people(value, digits, text):
    assert number_text(value, digits) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [("lead_time", "Lead time"), ("p", "p"), ("90 % upper", "90 % upper"), ("Median days", "Median days")],
)
def test_a_column_name_is_written_for_people(name, text):
    assert header(name) == text


def test_yes_and_no_dates_and_lists_are_words():
    frame = pd.DataFrame(
        {
            "place": ["A"],
            "met": [True],
            "due": [pd.Timestamp("2025-03-01")],
            "parts": [["x", "y"]],
            "low": [1.0],
        }
    )
    assert "<td>yes</td><td>2025-03-01</td><td>x, y</td>" in table_html(frame, "Dates")


def test_a_hidden_row_says_so_once():
    frame = pd.DataFrame(
        {
            "group": ["a"],
            "rate": [None],
            "verdict": ["not shown, to protect privacy"],
            "state": ["suppressed"],
        }
    )
    html = table_html(frame, "Rates")
    assert '<td colspan="2" class="blank">suppressed to protect privacy</td></tr>' in html
    assert "not shown" not in html
