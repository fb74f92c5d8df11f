import pytest

from workbench.sources import snapshot

ODD = "rows_with_the_offset_of_another_zone"


@pytest.fixture
def noted(declare):
    """``noted(times, ...)``: what the intake of a column of times in New York set aside."""

    def reading(times, column="time", **source):
        content = "AT\n" + "\n".join(times) + "\n"
        return snapshot(declare(content, {"at": column}, **source), "requests").set_aside

    return reading


@pytest.mark.parametrize(
    ("times", "rows"),
    [
        (["2025-01-01T12:00-05:00", "2025-07-01T12:00-04:00"], 0),  # winter and summer of one zone
        (["2025-01-01T12:00-04:00", "2025-07-01T12:00-04:00"], 1),  # summer time in winter
        (["2025-01-01T12:00-05:00", "2025-01-01 18:00:00.5 +0100"], 1),
        (["2025-01-01T12:00-05", "2025-01-01T17:00Z"], 1),
        (["2025-01-01T17:00Z", "2025-07-01T17:00+00:00"], 0),  # UTC throughout
        (["2025-01-01T18:00+01:00", "2025-07-01T18:00+02:00"], 2),
        (["2025-01-01 12:00", "2025-07-01 12:00"], 0),
        (["2025-11-02T01:30-04:00", "2025-11-02T01:30-05:00"], 0),  # both passes through the repeated hour
        (["2025-01-01T12:00-05:00", "2025-01-01T22:45+05:45"], 1),
    ],
)
def test_rows_with_the_offset_of_another_zone_are_counted(noted, times, rows):
    assert noted(times) == ({ODD: rows} if rows else {})


def test_the_zone_is_that_of_the_source(noted):
    times = ["2025-01-01T12:00-05:00", "2025-01-01T18:00+01:00", "2025-07-01T18:00+02:00"]
    assert noted(times) == {ODD: 2}
    assert noted(times, time_zone="Europe/Amsterdam") == {ODD: 1}


def test_a_declared_format_may_end_with_the_offset(noted):
    times = ["01/Jan/2025:12:00:00 -0500", "01/Jan/2025:18:00:00 +0100"]
    assert noted(times, {"type": "time", "format": "%d/%b/%Y:%H:%M:%S %z"}) == {ODD: 1}


def test_a_row_with_two_such_times_is_one_row(declare):
    content = "OPENED,CLOSED\n2025-01-01T18:00+01:00,2025-01-02T18:00+01:00\n2025-01-01T12:00-05:00,\n"
    columns = {"opened": "time", "closed": "time"}
    assert snapshot(declare(content, columns), "requests").set_aside == {ODD: 1}
