import pytest

from workbench.errors import SourceError
from workbench.sources import snapshot


@pytest.fixture
def rejects(declare, rows_of):
    """``rejects(content, columns, ...)``: row, column, what was got and why, of each reject."""

    def reading(content, columns, **source):
        taken = snapshot(declare(content, columns, **source), "requests")
        return [tuple(row.values()) for row in rows_of(taken.rejects_path)]

    return reading


def test_a_missing_required_value_is_a_reject(rejects):
    columns = {"id": {"required": True}, "n": "integer"}
    assert rejects("ID,N\na,1\n,2\n NA ,\n", columns) == [
        (2, "id", None, "is missing"),
        (3, "id", None, "is missing"),
    ]


def test_of_rows_with_one_key_the_first_is_kept(rejects):
    columns = {"id": "text", "n": "integer"}
    assert rejects("ID,N\na,1\nb,1\na,1\na,2\n", columns, unique=["id"]) == [
        (3, "id", "a", "duplicate row"),
        (4, "id", "a", "duplicate key"),
    ]


def test_a_key_may_have_several_columns(rejects):
    columns = {"id": "text", "n": "integer"}
    assert rejects("ID,N\na,1\na,2\na,1\n", columns, unique=["id", "n"]) == [
        (3, "id, n", "a, 1", "duplicate row")
    ]


def test_a_row_is_a_duplicate_of_one_that_the_repeated_hour_gave_another_key(rejects):
    night = (
        "ID,AT,N\na,2025-11-02 01:30,1\na,2025-11-02 01:50,1\na,2025-11-02 01:30,2\na,2025-11-02 01:30,1\n"
    )
    assert rejects(night, {"id": "text", "at": "time", "n": "integer"}, unique=["id", "at"]) == [
        (4, "id, at", "a, 2025-11-02 01:30", "duplicate row")
    ]


def test_a_row_without_its_key_is_a_reject(rejects):
    assert rejects("ID,N\n,1\n", {"id": "text", "n": "text"}, unique=["id"]) == [
        (1, "id", None, "is missing, and names the row")
    ]


def test_a_duplicate_of_a_reject_is_kept(rejects):
    columns = {"id": "text", "n": "integer"}
    assert rejects("ID,N\na,x\na,1\n", columns, unique=["id"]) == [(1, "n", "x", "is not a whole number")]


def test_without_a_key_equal_rows_are_kept(rejects):
    assert rejects("ID\na\na\n", {"id": "text"}) == []


def test_an_end_before_its_start_is_a_reject(rejects):
    columns = {"opened": "time", "closed": "time"}
    content = "OPENED,CLOSED\n2025-01-01 12:00:01,2025-01-01 12:00:00\n2025-01-01 12:00,2025-01-01 12:00\n2025-01-01 12:00,\n"
    assert rejects(content, columns, not_before={"closed": "opened"}) == [
        (1, "closed", "2025-01-01 12:00:00", "is before `opened`")
    ]


def test_a_date_is_compared_with_the_local_date_of_a_time(rejects):
    columns = {"opened": "time", "closed": "date"}
    content = "OPENED,CLOSED\n2025-01-01 23:30,2025-01-01\n2025-01-02 00:00,2025-01-01\n"
    assert rejects(content, columns, not_before={"closed": "opened"}) == [
        (2, "closed", "2025-01-01", "is before `opened`")
    ]


def test_a_row_may_have_several_reasons_and_counts_once(declare, rows_of):
    columns = {"n": "integer", "day": "date"}
    taken = snapshot(declare("N,DAY\nx,y\n1,2025-01-01\n", columns), "requests")
    assert taken.rejects == 1
    assert [row["column"] for row in rows_of(taken.rejects_path)] == ["day", "n"]


def test_more_rejects_than_allowed_are_refused_with_the_worst_columns(declare):
    content = "N,DAY\n" + "x,2025-01-01\n" * 4 + "1,13/45/2025\n" + "1,2025-01-01\n" * 5
    with pytest.raises(SourceError) as refusal:
        snapshot(declare(content, {"n": "integer", "day": "date"}, rejects_allowed=0.49), "requests")
    assert str(refusal.value).splitlines() == [
        "source `requests`: 5 of 10 rows cannot be used (50.00 %; 49 % allowed).",
        "  4 times: `n` is not a whole number, such as 'x' (lines 2, 3, 4)",
        "  once: `day` is not a date, such as '13/45/2025' (line 6)",
    ]


def test_exactly_the_allowed_share_is_accepted(declare):
    content = "N\nx\n" + "1\n" * 9
    assert snapshot(declare(content, {"n": "integer"}, rejects_allowed=0.1), "requests").rejects == 1


def test_a_long_value_is_quoted_in_part(declare):
    content = "N\n" + "a" * 500 + "\n"
    with pytest.raises(SourceError, match=f"such as '{'a' * 29}…'"):
        snapshot(declare(content, {"n": "integer"}, rejects_allowed=0), "requests")


def test_rows_are_counted_where_lines_do_not_tell(declare):
    content = 'N,T\n1,"a\nb"\nx,c\n'
    with pytest.raises(SourceError, match=r"such as 'x' \(row 2\)"):
        snapshot(declare(content, {"n": "integer", "t": "text"}, rejects_allowed=0), "requests")


def test_of_a_long_value_the_start_is_kept(rejects):
    [(_, _, got, _)] = rejects("N\n" + "a" * 500 + "\n", {"n": "integer"})
    assert got == "a" * 200


@pytest.mark.parametrize(
    ("texts", "row", "words"),
    [
        (
            ["2025-01-01 12:00", "2025-01-02 12:00", "2025-01-03T12:00Z"],
            3,
            "has an offset from UTC, most others have none",
        ),
        (
            ["2025-01-01T12:00-06:00", "2025-01-02", "2025-01-03T12:00Z"],
            2,
            "lacks an offset from UTC, most others have one",
        ),
        (["2025-01-01T12:00-06:00", "2025-01-02 12:00"], 2, "lacks an offset from UTC, most others have one"),
    ],
)
def test_times_with_and_without_an_offset_in_one_column_are_not_guessed_at(rejects, texts, row, words):
    reason = f"{words}: write all times of a column with one, or all without"
    found = rejects("X\n" + "\n".join(texts) + "\n", {"x": "time"})
    assert found == [(row, "x", texts[row - 1], reason)]


def test_two_offsets_in_one_column_are_instants(rejects):
    assert rejects("X\n2025-01-01T12:00-06:00\n2025-01-01T18:00Z\n,\n", {"x": "time"}) == []
