from datetime import date, datetime

import ibis
import pandas as pd
import pytest

from workbench.catalog.model import Condition
from workbench.errors import SourceError
from workbench.sources.conditions import all_hold

AS_OF = date(2025, 3, 31)


def instants(*times):
    return pd.Series([datetime.fromisoformat(t) if t else None for t in times], dtype="datetime64[us]")


def dates(*days):
    return [date.fromisoformat(day) if day else None for day in days]


ROWS = pd.DataFrame(
    {
        "row": [1, 2, 3, 4],
        "status": ["Closed", "Open", None, "closed"],
        "count": pd.array([1, 2, None, 4], dtype="Int64"),
        "late": pd.array([True, False, None, True], dtype="boolean"),
        "opened": instants("2025-01-01 12:00:00", "2025-01-01 12:00:00", "2025-01-01 12:00:00", None),
        "opened_date": dates("2025-01-01", "2025-01-01", "2025-01-01", None),
        # the last instant of 31 March in New York is 1 April in UTC
        "closed": instants("2025-01-03 12:00:00", "2025-04-01 03:59:59", "2025-04-01 04:00:00", None),
        "closed_date": dates("2025-01-03", "2025-03-31", "2025-04-01", None),
        "due": dates("2025-01-03", "2025-03-30", "2025-05-01", "2025-05-01"),
    }
)


def rows_that_hold(table, *conditions, **planned):
    passed = table.filter(all_hold(table, [Condition(**c) for c in conditions], AS_OF, **planned))
    return sorted(passed.row.to_pyarrow().to_pylist())


def test_conditions_mean_the_same_on_every_engine(on_engine):
    table = on_engine(ROWS)
    holds = lambda *conditions: rows_that_hold(table, *conditions)  # noqa: E731
    assert holds() == [1, 2, 3, 4]
    assert holds({"column": "status", "equals": "Closed"}) == [1]
    assert holds({"column": "status", "differs": ["Closed", "closed"]}) == [2, 3]
    assert holds({"column": "status", "filled": True}) == [1, 2, 4]
    assert holds({"column": "status", "filled": False}) == [3]
    assert holds({"column": "count", "equals": ["2", "4"]}) == [2, 4]
    assert holds({"column": "late", "equals": "yes"}) == [1, 4]
    assert holds({"column": "due", "equals": "2025-01-03"}) == [1]
    assert holds({"column": "closed", "equals": "2025-03-31"}) == [2]
    assert holds({"column": "closed", "differs": "2025-03-31"}) == [1, 3, 4]
    assert holds({"column": "closed", "filled": True}) == [1, 2]
    assert holds({"column": "closed", "filled": False}) == [3, 4]
    assert holds({"column": "closed", "on_or_before": "due"}) == [1]
    assert holds({"column": "closed", "after": "due"}) == [2]
    assert holds({"column": "closed", "within_days": 2, "since": "opened"}) == [1]
    assert holds({"column": "closed", "within_days": 1.99, "since": "opened"}) == []
    assert holds({"column": "due", "within_days": 2, "since": "opened"}) == [1]
    assert holds({"column": "status", "filled": True}, {"column": "late", "equals": "no"}) == [2]


def test_a_future_date_counts_only_where_it_is_planned():
    table = ibis.memtable(ROWS)
    filled = {"column": "due", "filled": True}
    assert rows_that_hold(table, filled) == [1, 2]
    assert rows_that_hold(table, filled, planned={"due"}) == [1, 2, 3, 4]
    assert rows_that_hold(table, filled, {"column": "opened", "on_or_before": "due"}) == [1, 2, 3]


def test_a_condition_on_an_unknown_column_names_the_columns_there_are():
    table = ibis.memtable(ROWS[["row", "status"]])
    with pytest.raises(SourceError, match="`state`.* not declared; there are `row`, `status`"):
        rows_that_hold(table, {"column": "state", "equals": "x"})


def test_a_condition_with_a_value_of_another_type_is_refused():
    table = ibis.memtable(ROWS)
    with pytest.raises(SourceError, match="`count`, which is int64, compares it with .'many'."):
        rows_that_hold(table, {"column": "count", "equals": "many"})


def test_a_word_with_quotes_is_compared_and_never_executed():
    word = "'; DROP TABLE rows; --"
    table = ibis.memtable(pd.DataFrame({"row": [1, 2], "status": [word, "x"]}))
    assert rows_that_hold(table, {"column": "status", "equals": word}) == [1]
