import pytest

from workbench.errors import SourceError
from workbench.sources import snapshot

POINTS = {"latitude": "y", "longitude": "x", "place_level": "ward", "into": "place"}


def refused(catalog):
    with pytest.raises(SourceError) as refusal:
        snapshot(catalog, "requests")
    return str(refusal.value)


def test_two_columns_with_names_that_an_engine_confuses_are_refused(declare):
    columns = {"opened": "time", "opened_date": {"name": "DAY", "type": "date"}}
    message = refused(declare("OPENED,DAY\n2025-01-01,2025-01-01\n", columns))
    assert "columns `opened` and `opened_date` would both be called `opened_date`; rename one." in message


def test_all_that_is_wrong_is_told_at_once(declare):
    columns = {
        "id": "text",
        "n": {"type": "number", "thousands": ".."},
        "x": "text",
        "y": "number",
        "place": "date",
    }
    message = refused(declare("ID\na\n", columns, delimiter="||", not_before={"id": "place"}, points=POINTS))
    assert message.splitlines() == [
        "source `requests`: `delimiter` is '||'; write one character, such as ',' or ';'.",
        "source `requests`: `thousands` of `n` is '..'; write one character, such as ','.",
        "source `requests`: `not_before` compares `id`, which is text; declare it a date or time.",
        "source `requests`: `points` reads `x`, which is text; declare it a number.",
        "source `requests`: `points` fills `place`, which is date; declare it a text.",
    ]


def test_a_wrong_delimiter_is_guessed_from_the_header(declare):
    message = refused(declare("ID;N\na;1\n", {"id": "text", "n": "text"}))
    assert "requests.csv seems to be delimited by ';': write `delimiter: \";\"`." in message


def test_columns_may_have_any_name_that_an_id_may_have(declare, rows_of):
    names = ["select", "row", "at", "instant", "wall", "got", "reason", "place", "located", "text", "nth"]
    columns = {name: "time" if name in ("instant", "got") else "text" for name in names}
    content = (
        ",".join(name.upper() for name in names) + "\n" + ",".join(["2025-11-02 01:30"] * len(names)) + "\n"
    )
    taken = snapshot(
        declare(content, columns, unique=["got", "nth"], not_before={"got": "instant"}), "requests"
    )
    assert (taken.rows, taken.rejects) == (1, 0)
