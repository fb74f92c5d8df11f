"""Too many rejects of a source that several measures share: they cost those whose rows they are."""

import pytest

from workbench.catalog import load
from workbench.catalog.measures import MeasureColumns
from workbench.catalog.model import Condition, Measure
from workbench.errors import SourceError
from workbench.sources import snapshot
from workbench.sources.sharing import telling_column
from workbench.sources.tables import tables

COLUMNS = {"measure": {"required": True}, "n": "integer"}


def measure(*words, column="measure", more=(), source="requests"):
    where = [Condition(column=column, equals=list(words)), *more] if words else list(more)
    columns = MeasureColumns(interval="month", value="n")
    told = {"title": "x", "department": "works", "source": source, "kind": "value", "direction": "increase"}
    return Measure(**told, where=where, columns=columns)


@pytest.fixture
def shared(declare):
    """``shared(content, words)``: a catalog whose source is read by a measure for each word."""

    def made(content, words=("a", "b", "c")):
        catalog = declare(content, COLUMNS, rejects_allowed=0.01)
        return catalog.model_copy(update={"measures": {word: measure(word) for word in words}})

    return made


def lines(**counts):
    """Rows of each word: first so many that cannot be read, then those that can."""
    rows = [f"{word},{'x' if at < bad else at}" for word, (bad, n) in counts.items() for at in range(n)]
    return "\n".join(["MEASURE,N", *rows]) + "\n"


def test_the_measure_whose_rows_spoil_a_source_is_refused_and_the_others_go_on(shared, rows_of):
    taken = snapshot(shared(lines(a=(3, 40), b=(0, 150), c=(1, 150))), "requests")
    assert taken.refused == {
        "a": {
            "rows": 40,
            "rejects": 3,
            "why": "3 times: `n` is not a whole number, such as 'x' (lines 2, 3, 4)",
        }
    }
    assert (taken.rows, taken.rejects) == (340, 41)
    assert {row["measure"] for row in rows_of(taken.path)} == {"b", "c"}
    reasons = [row["reason"] for row in rows_of(taken.rejects_path)]
    assert reasons.count("has too many rows that cannot be used") == 37
    assert reasons.count("is not a whole number") == 4


def test_within_the_share_of_the_whole_source_nobody_is_refused(shared):
    assert snapshot(shared(lines(a=(3, 40), b=(0, 260))), "requests").refused == {}


def test_no_more_measures_are_refused_than_it_takes(shared):
    taken = snapshot(shared(lines(a=(9, 100), b=(5, 100), c=(1, 400))), "requests")
    assert sorted(taken.refused) == ["a", "b"]
    taken = snapshot(shared(lines(a=(9, 100), b=(2, 400), c=(1, 400))), "requests")
    assert sorted(taken.refused) == ["a"]


def test_a_measure_within_its_share_is_not_refused_for_others(shared):
    taken = snapshot(shared(lines(a=(5, 600), b=(4, 40), c=(0, 60))), "requests")
    assert sorted(taken.refused) == ["b"]


def test_where_too_many_are_left_the_source_is_refused_and_says_so(shared):
    with pytest.raises(
        SourceError, match="Without the measures that most of these rows are of, there are still"
    ):
        snapshot(shared(lines(a=(3, 40)) + ",1\n,2\n", words=("a", "b")), "requests")


def test_where_nothing_would_be_left_the_source_is_refused(shared):
    with pytest.raises(SourceError, match="3 of 40 rows cannot be used"):
        snapshot(shared(lines(a=(3, 40))), "requests")


def test_whose_rows_they_are_cannot_be_told_without_one_column(shared):
    catalog = shared(lines(a=(3, 40), b=(0, 160)))
    mixed = {"a": measure("a"), "b": measure("b", "c")}
    with pytest.raises(
        SourceError, match="because whose rows these are cannot be told: that takes one column"
    ):
        snapshot(catalog.model_copy(update={"measures": mixed}), "requests")
    with pytest.raises(SourceError) as refused:
        snapshot(catalog.model_copy(update={"measures": {"a": measure("a")}}), "requests")
    assert "cannot be told" not in str(refused.value)


@pytest.mark.parametrize(
    ("measures", "column"),
    [
        ([measure("a"), measure("b")], "measure"),
        ([measure("a")], ""),
        ([measure("a"), measure("b", column="n")], ""),
        ([measure("1", column="n"), measure("2", column="n")], ""),  # no text
        ([measure("a"), measure("b", more=[Condition(column="n", filled=True)])], ""),
        ([measure("a"), measure()], ""),
        ([measure("a"), measure("b", source="other")], ""),
    ],
)
def test_one_word_of_one_text_column_tells_rows_apart(declare, measures, column):
    catalog = declare(lines(a=(0, 1)), COLUMNS)
    named = {str(at): each for at, each in enumerate(measures)}
    assert telling_column(catalog.model_copy(update={"measures": named}), "requests") == column


def test_a_refusal_is_known_again_and_comes_with_the_tables(shared):
    catalog = shared(lines(a=(3, 40), b=(0, 160)))
    first = snapshot(catalog, "requests")
    assert snapshot(catalog, "requests").refused == first.refused
    with tables(catalog, ["requests"]) as opened:
        assert opened.refused == {"requests": first.refused}
        assert opened.tables["requests"].count().execute() == 160


def test_the_measures_of_the_practice_city_are_told_apart():
    catalog = load()
    shared = ("department_measures", "resident_measures", "finance_measures")
    assert [telling_column(catalog, name) for name in shared] == ["measure"] * 3
    assert telling_column(catalog, "service_requests") == ""
