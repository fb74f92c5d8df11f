from datetime import date

import pytest

from workbench.errors import SourceError
from workbench.sources import snapshot

TWO = {"id": "text", "n": "integer"}


def refused(catalog):
    with pytest.raises(SourceError) as refusal:
        snapshot(catalog, "requests")
    return str(refusal.value)


@pytest.mark.parametrize("content", ["", "\n\n", "   \n"])
def test_an_empty_file_is_told(declare, content):
    assert refused(declare(content)) == "source `requests`: requests.csv is empty."


@pytest.mark.parametrize("content", ["ID,N", "ID,N\n", "ID,N\n\n\n"])
def test_a_header_without_rows_is_told(declare, content):
    assert refused(declare(content, TWO)) == "source `requests`: requests.csv has a header and no rows."


def test_a_renamed_column_is_answered_with_the_one_that_looks_like_it(declare):
    columns = {"closed": {"name": "CLOSED_DT"}, "opened": {"name": "OPEN_DT"}, "kind": {"name": "TYPE"}}
    message = refused(declare("CLOSE_DATE,Open_Dt,ward\na,b,c\n", columns))
    assert "CLOSED_DT is gone; CLOSE_DATE looks like it." in message
    assert "OPEN_DT is gone; Open_Dt looks like it." in message
    assert "TYPE is gone; not declared are: CLOSE_DATE, Open_Dt, ward." in message


def test_a_column_that_is_there_twice_is_told(declare):
    assert "ID is there twice; rename one of the two." in refused(declare("ID,ID\na,b\n"))


def test_a_column_that_is_not_declared_may_be_there_twice(declare):
    assert snapshot(declare("ID,X,X\na,b,c\n"), "requests").rows == 1


def test_rows_with_a_wrong_number_of_fields_are_rejects(declare, rows_of):
    taken = snapshot(declare('ID,N\n"a,\nb",1\nc\nd,2,x\n\ne,3\n', TWO), "requests")
    assert rows_of(taken.path) == [{"_row": 1, "id": "a,\nb", "n": 1}, {"_row": 4, "id": "e", "n": 3}]
    assert rows_of(taken.rejects_path) == [
        {"_row": 2, "column": "", "got": "c", "reason": "1 fields under a header of 2"},
        {"_row": 3, "column": "", "got": "d,2,x", "reason": "3 fields under a header of 2"},
    ]


def test_mixed_line_ends_are_read(declare, rows_of):
    taken = snapshot(declare("ID,N\r\na,1\nb,2\r\nc,3", TWO), "requests")
    assert [row["id"] for row in rows_of(taken.path)] == ["a", "b", "c"]


def test_quotation_marks_that_do_not_match_make_a_reject(declare, rows_of):
    taken = snapshot(declare('ID,N\n"a"b,1\nc,2\n', TWO), "requests")
    [bad] = rows_of(taken.rejects_path)
    assert (bad["_row"], taken.rows) == (1, 2)
    assert "quotation marks do not match" in bad["reason"]


def test_a_quotation_mark_that_is_never_closed_is_located(declare):
    message = refused(declare('ID,N\na,1\n"b,2\n' + "c,3\n" * 2000, TWO))
    assert "requests.csv, line 3: a quotation mark is opened and not closed for 2,001 lines" in message


def test_a_quotation_mark_inside_a_field_is_text(declare, rows_of):
    taken = snapshot(declare('ID,N\n5" pipe,1\n', TWO), "requests")
    assert rows_of(taken.path) == [{"_row": 1, "id": '5" pipe', "n": 1}]


def test_another_delimiter_is_declared(declare, rows_of):
    taken = snapshot(declare("ID;N\na,b;1\n", TWO, delimiter=";"), "requests")
    assert rows_of(taken.path) == [{"_row": 1, "id": "a,b", "n": 1}]


def test_a_blank_line_of_a_one_column_file_is_a_row(declare, rows_of):
    taken = snapshot(declare("ID\na\n\nb\n"), "requests")
    assert [row["id"] for row in rows_of(taken.path)] == ["a", None, "b"]


def test_a_wide_table_becomes_long(declare, rows_of):
    columns = {"id": "text", "year": "integer", "value": "number"}
    wide = {"columns": ["2024", "2025"], "name": "YEAR", "value": "VALUE"}
    taken = snapshot(declare("ID,2025,2024\na,2,1\nb,,x\nc\n", columns, unpivot=wide), "requests")
    assert rows_of(taken.path) == [
        {"_row": 1, "id": "a", "year": 2024, "value": 1.0},
        {"_row": 2, "id": "a", "year": 2025, "value": 2.0},
        {"_row": 4, "id": "b", "year": 2025, "value": None},
    ]
    assert [row["_row"] for row in rows_of(taken.rejects_path)] == [3, 5]
    assert taken.rows == 5


def test_an_unpivoted_column_that_is_declared_by_itself_is_in_every_row(declare, rows_of):
    """A date of a wide table is a step of its case and says, in all rows of the case, when it ended."""
    columns = {"id": "text", "closed": "date", "step": "text", "day": "date"}
    wide = {"columns": ["OPENED", "CLOSED"], "name": "STEP", "value": "DAY"}
    text = "ID,OPENED,CLOSED\na,2026-01-01,2026-01-02\nb,2026-01-03,\n"
    first, second = date(2026, 1, 1), date(2026, 1, 2)
    assert rows_of(snapshot(declare(text, columns, unpivot=wide), "requests").path) == [
        {"_row": 1, "id": "a", "closed": second, "step": "OPENED", "day": first},
        {"_row": 2, "id": "a", "closed": second, "step": "CLOSED", "day": second},
        {"_row": 3, "id": "b", "closed": None, "step": "OPENED", "day": date(2026, 1, 3)},
        {"_row": 4, "id": "b", "closed": None, "step": "CLOSED", "day": None},
    ]


def test_hostile_text_is_only_text(declare, rows_of):
    words = ["</script><script>alert(1)</script>", "{{7*7}}", "'; DROP TABLE found; --", "$1"]
    taken = snapshot(
        declare("ID\n" + "\n".join(words) + "\n", missing=["'; DROP TABLE texts; --"]), "requests"
    )
    assert [row["id"] for row in rows_of(taken.path)] == words


def test_a_delimiter_at_the_end_of_each_line_is_no_field(declare, rows_of):
    expected = [{"_row": 1, "id": "a", "n": 1}, {"_row": 2, "id": "b", "n": 2}]
    assert rows_of(snapshot(declare("ID,N\na,1,\nb,2,\n", TWO), "requests").path) == expected
    assert rows_of(snapshot(declare("ID,N\na,1,\nb,2,\nc\n", TWO), "requests").path) == expected


def test_a_page_saved_in_place_of_the_table_is_told_by_its_columns(declare):
    message = refused(declare("<!DOCTYPE html><html><body>Not found</body></html>\n", TWO))
    assert "ID is gone; not declared are: <!DOCTYPE html>" in message
