"""Periods: names, bounds, and the steps between them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import ParameterError
from workbench.periods import Period


@pytest.mark.parametrize(
    ("text", "fiscal_start", "start", "end"),
    [
        ("2025-Q4", 1, date(2025, 10, 1), date(2025, 12, 31)),
        ("2025-Q4", 7, date(2025, 10, 1), date(2025, 12, 31)),
        ("FY2026-Q2", 7, date(2025, 10, 1), date(2025, 12, 31)),
        ("FY2026-Q1", 10, date(2025, 10, 1), date(2025, 12, 31)),
        ("2024-02", 1, date(2024, 2, 1), date(2024, 2, 29)),
        ("2025", 1, date(2025, 1, 1), date(2025, 12, 31)),
        ("FY2026", 7, date(2025, 7, 1), date(2026, 6, 30)),
    ],
)
def test_bounds_are_inclusive(text, fiscal_start, start, end):
    period = Period.parse(text, fiscal_start)
    assert (period.start, period.end) == (start, end)
    assert str(period) == text


@pytest.mark.parametrize(
    "text", ["", "2025-Q5", "2025-13", "25-Q1", "FY2026-11", "2025-1", "2025-Q4 x", "no"]
)
def test_what_is_no_period_is_refused_with_what_was_got(text):
    with pytest.raises(ParameterError, match="is not a period; write 2025-Q4") as error:
        Period.parse(text)
    assert repr(text) in str(error.value)


def test_neighbours_cross_the_year():
    assert str(Period.parse("2025-Q1").previous()) == "2024-Q4"
    assert str(Period.parse("2025-12").shift(1)) == "2026-01"
    assert str(Period.parse("FY2026-Q1", 7).same_last_year()) == "FY2025-Q1"


@given(
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["month", "quarter", "year"]),
    st.integers(1, 12),
)
def test_a_day_lies_in_the_period_that_contains_it(day, frequency, fiscal_start):
    period = Period.containing(day, frequency, fiscal_start)
    assert period.start <= day <= period.end
    assert period.shift(1).previous() == period


@pytest.mark.parametrize(
    ("day", "steps"),
    [
        (date(2025, 12, 31), 0),
        (date(2026, 1, 30), 0),
        (date(2026, 1, 31), 1),
        (date(2026, 12, 31), 12),
        (date(2024, 1, 1), 0),
    ],
)
def test_the_months_that_have_ended_by_a_day_are_counted(day, steps):
    assert Period.parse("2025-12").ended_by(day) == steps


def test_the_same_days_have_a_name_in_the_fiscal_year():
    assert str(Period.parse("2025-Q4").recounted(7)) == "FY2026-Q2"
    assert str(Period.parse("FY2026-Q2", 7).recounted(7)) == "FY2026-Q2"
    assert str(Period.parse("2025-11").recounted(7)) == "2025-11"


def test_days_that_no_fiscal_period_has_are_none():
    assert Period.parse("2025").recounted(7) is None
    assert Period.parse("2025-Q4").recounted(2) is None
