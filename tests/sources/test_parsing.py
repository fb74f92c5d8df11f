from datetime import date, datetime

import pytest

from workbench.errors import SourceError
from workbench.sources import snapshot


@pytest.fixture
def read(declare, rows_of):
    """``read(type, texts)``: the value of each text, or the reason why there is none."""

    def reading(kind, texts, **declared):
        column = {"type": kind, **declared}
        body = "\n".join(f'{i},"{text}"' for i, text in enumerate(texts))
        taken = snapshot(declare(f"I,X\n{body}\n", {"i": "text", "x": column}), "requests")
        values = {row["_row"]: row["x"] for row in rows_of(taken.path)}
        reasons = {row["_row"]: row["reason"] for row in rows_of(taken.rejects_path)}
        return [reasons.get(i + 1, values.get(i + 1)) for i in range(len(texts))]

    return reading


def test_text_survives_exactly_without_the_space_around_it(read):
    assert read("text", ["02116", "1.0", "no", " a  b ", "\u00a0x\t", "", " ", "NA", "na"]) == [
        "02116",
        "1.0",
        "no",
        "a  b",
        "x",
        None,
        None,
        None,
        "na",
    ]


def test_words_that_mean_missing_are_declared_for_a_source_or_a_column(read):
    assert read("number", ["0.00", " 0.00 ", "0.0", "N/A"], missing=["0.00"]) == [None, None, 0.0, None]


def test_whole_numbers(read):
    bad = "is not a whole number"
    texts = [
        "12",
        "-3",
        "+4",
        "2108.0",
        "1.5",
        "1e3",
        "0x10",
        "1_000",
        "abc",
        "9223372036854775808",
        "1,000",
        "$5",
    ]
    assert read("integer", texts) == [12, -3, 4, 2108, bad, bad, bad, bad, bad, bad, bad, 5]


def test_numbers(read):
    bad = "is not a number"
    texts = ["1.5", "-.5", "2.", "1e3", "nan", "inf", "1e999", "12%", "1 000", "-$9.10", "1.2.3", "true"]
    assert read("number", texts) == [1.5, -0.5, 2.0, 1000.0, bad, bad, bad, bad, bad, -9.1, bad, bad]


def test_separators_of_thousands_must_stand_between_thousands(read):
    bad = "is not a number"
    texts = ["2,200.00", "1,234,567", "12", "1,5", "12,34", "$9,102.85", "-1,000", "1234,567", "5,"]
    assert read("number", texts, thousands=",") == [
        2200.0,
        1234567.0,
        12.0,
        bad,
        bad,
        9102.85,
        -1000.0,
        bad,
        bad,
    ]


def test_a_dot_between_thousands_makes_the_comma_decimal(read):
    bad = "is not a number"
    assert read("number", ["1.234,5", "0,5", "1.5", "12"], thousands=".") == [1234.5, 0.5, bad, 12.0]


def test_a_space_between_thousands(read):
    assert read("integer", ["1 234", "12 34"], thousands=" ") == [1234, "is not a whole number"]


def test_iso_dates(read):
    bad = "is not a date"
    texts = [
        "2025-02-28",
        "2025-2-8",
        "2025-02-28T13:45:00",
        "2025-02-30",
        "02/28/2025",
        "2025-02",
        "infinity",
    ]
    good = date(2025, 2, 28)
    assert read("date", texts) == [good, date(2025, 2, 8), good, bad, bad, bad, bad]


def test_dates_of_a_declared_format(read):
    bad = "is not a date as %m/%d/%Y"
    texts = ["1/3/2011", "02/30/2015", "2015-01-02", "01/02/2015 x"]
    assert read("date", texts, format="%m/%d/%Y") == [date(2011, 1, 3), bad, bad, bad]


def test_a_date_before_the_earliest_is_a_typing_error(read):
    early = "is before 1990-01-01, the earliest date allowed"
    texts = ["0009-01-01", "1989-12-31", "1990-01-01", "0147-05-05"]
    assert read("date", texts) == [early, early, date(1990, 1, 1), early]
    assert read("time", ["0015-01-01 10:00", "1989-12-31 23:59:59"]) == [early, early]


def test_a_format_that_no_engine_knows_is_told(declare):
    catalog = declare("X\n1\n", {"x": {"type": "date", "format": "%Q"}})
    with pytest.raises(SourceError, match="one of the formats '%Q' cannot be used"):
        snapshot(catalog, "requests")


def test_words_for_yes_and_no(read):
    bad = "is not yes or no"
    assert read("yes_no", ["yes", "NO", "True", "0", "Y", "maybe", ""]) == [
        True,
        False,
        True,
        False,
        True,
        bad,
        None,
    ]
    for words in ({"yes": "ONTIME", "no": "OVERDUE"}, {"ONTIME": "yes", "OVERDUE": "no"}):
        assert read("yes_no", ["ONTIME", "OVERDUE", "yes"], words=words) == [True, False, bad]


def test_a_date_may_stand_in_two_columns(declare, rows_of):
    columns = {"month": {"name": "", "names": ["YEAR", "MONTH"], "type": "date", "format": "%Y %m"}}
    taken = snapshot(declare("YEAR,MONTH\n2008,1\n2018, 12\n,\n2018,\n", columns), "requests")
    assert [row["month"] for row in rows_of(taken.path)] == [date(2008, 1, 1), date(2018, 12, 1), None]
    assert [row["got"] for row in rows_of(taken.rejects_path)] == ["2018"]


def test_naive_times_are_wall_time_of_the_citys_zone(read):
    texts = [
        "2025-01-15 12:00",
        "2025-07-15T12:00:00",
        "2025-07-15",
        "2025-07-15 24:30",
        "2025-07-15 12:00:60",
    ]
    assert read("time", texts) == [
        datetime(2025, 1, 15, 17),
        datetime(2025, 7, 15, 16),
        datetime(2025, 7, 15, 4),
        "is not a time",
        "is not a time",
    ]


def test_a_sources_own_zone_is_honoured(declare, rows_of):
    taken = snapshot(declare("X\n2025-01-15 23:30\n", {"x": "time"}, time_zone="Asia/Tokyo"), "requests")
    assert rows_of(taken.path) == [
        {"_row": 1, "x": datetime(2025, 1, 15, 14, 30), "x_date": date(2025, 1, 15)}
    ]


def test_offsets_are_honoured_and_dated_locally(declare, rows_of):
    texts = [
        "2025-07-15T01:30:00Z",
        "2011-10-11T13:42:22.688+02:00",
        "2025-01-01 00:00:00 -0500",
        "2025-07-15 06:00+02",
    ]
    taken = snapshot(declare("X\n" + "\n".join(texts) + "\n", {"x": "time"}), "requests")
    assert [(row["x"], row["x_date"]) for row in rows_of(taken.path)] == [
        (datetime(2025, 7, 15, 1, 30), date(2025, 7, 14)),
        (datetime(2011, 10, 11, 11, 42, 22, 688000), date(2011, 10, 11)),
        (datetime(2025, 1, 1, 5), date(2025, 1, 1)),
        (datetime(2025, 7, 15, 4), date(2025, 7, 15)),
    ]


def test_a_declared_format_may_hold_an_offset(read):
    texts = ["15/07/2025 12:00 +0200", "15/07/2025 12:00"]
    bad = "is not a time as %d/%m/%Y %H:%M %z"
    assert read("time", texts, format="%d/%m/%Y %H:%M %z") == [datetime(2025, 7, 15, 10), bad]


def test_microseconds_are_kept(read):
    assert read("time", ["2025-01-15T12:00:00.123456Z"]) == [datetime(2025, 1, 15, 12, 0, 0, 123456)]


def test_a_time_in_the_gap_of_spring_is_a_reject(read):
    gap = "did not exist: the clocks went forward over it"
    texts = ["2025-03-09 01:59:59", "2025-03-09 02:00:00", "2025-03-09 02:59:59", "2025-03-09 03:00:00"]
    assert read("time", texts) == [datetime(2025, 3, 9, 6, 59, 59), gap, gap, datetime(2025, 3, 9, 7)]


def test_the_repeated_hour_of_autumn_keeps_the_order_of_the_source(read):
    texts = [
        "2025-11-02 00:59",
        "2025-11-02 01:10",
        "2025-11-02 01:50",
        "2025-11-02 01:05",  # back: the second pass has begun
        "2025-11-02 01:20",
        "2025-11-02 02:00",
    ]
    assert [time.strftime("%H:%M") for time in read("time", texts)] == [
        "04:59",
        "05:10",
        "05:50",
        "06:05",
        "06:20",
        "07:00",
    ]


def test_a_repeated_hour_out_of_order_is_taken_for_the_first_pass(read):
    texts = ["2025-12-24 08:00", "2025-11-02 01:10", "2025-01-01 08:00", "2025-11-02 01:05"]
    assert [time.strftime("%m-%d %H:%M") for time in read("time", texts)] == [
        "12-24 13:00",
        "11-02 05:10",
        "01-01 13:00",
        "11-02 05:05",
    ]
