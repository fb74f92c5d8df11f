"""Measures that are read together."""

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from workbench.catalog.model import Catalog, City, Measure, Source
from workbench.target_tracking.alike import Batch, batches
from workbench.target_tracking.cube import cube

SOURCE = {"location": "x.csv", "columns": {"measure": {"type": "text"}, "code": {"type": "integer"}}}
BASE = {
    "title": "T",
    "department": "works",
    "source": "returns",
    "kind": "count",
    "direction": "increase",
    "columns": {"interval": "month", "numerator": "num"},
}


def catalog_of(**measures) -> Catalog:
    return Catalog(
        root=Path(),
        city=City(name="C", time_zone="UTC"),
        departments={},
        dimensions={},
        sources={"returns": Source.model_validate(SOURCE)},
        measures={id: Measure.model_validate(BASE | changes) for id, changes in measures.items()},
    )


def word(value: str, column: str = "measure", **changes) -> dict:
    return {"where": [{"column": column, "equals": value}], **changes}


def together(catalog: Catalog) -> list[list[str]]:
    return [list(batch.measures) for batch in batches(catalog, catalog.measures)]


def test_measures_that_differ_in_one_word_share_a_query():
    assert together(catalog_of(a=word("A"), b=word("B"), c=word("C", kind="cumulative"))) == [["a", "b", "c"]]


def test_other_columns_frequencies_and_conditions_do_not():
    other = {"interval": "month", "numerator": "other"}
    two = {"where": [{"column": "measure", "equals": "D"}, {"column": "code", "filled": True}]}
    catalog = catalog_of(
        a=word("A"),
        b=word("B", columns=other),
        c=word("C", frequency="quarter"),
        d=two,
        e={"where": [{"column": "measure", "equals": ["E", "F"]}]},
        f=word("1", column="code"),
        g={},
    )
    assert together(catalog) == [["a"], ["b"], ["c"], ["d"], ["e"], ["f"], ["g"]]


def test_measures_that_read_other_numbers_of_their_rows_share_a_query_unless_it_is_the_same_in_another_column():
    quotient = {"interval": "month", "numerator": "num", "denominator": "den"}
    value, mean = ({"interval": "month", "value": "val", **more} for more in ({}, {"n": "n"}))
    catalog = catalog_of(
        a=word("A"),
        b=word("B", columns=quotient, kind="proportion"),
        c=word("C", columns=value, kind="value"),
        d=word("D", columns=mean, kind="mean"),
        e=word("E", columns={"interval": "month"}),
        f=word("F", columns={"interval": "month", "numerator": "other"}),
        g=word("G", columns=value | {"value": "num"}, kind="value"),
    )
    assert together(catalog) == [["a", "b", "c", "d"], ["f", "g"], ["e"]]


def test_two_measures_of_the_same_rows_have_a_query_each():
    assert together(catalog_of(a=word("A"), b=word("B"), again=word("A"), more=word("A"))) == [
        ["a", "b"],
        ["again"],
        ["more"],
    ]


def test_a_measure_by_itself_keeps_its_conditions():
    (batch,) = batches(catalog_of(g={}), catalog_of(g={}).measures)
    assert isinstance(batch, Batch)
    assert (batch.where, batch.ids) == ([], {})


def test_reading_together_gives_the_same_as_reading_apart(duckdb_connection):
    import ibis
    import pyarrow as pa

    rows = pd.DataFrame(
        {
            "measure": ["A", "B", "A", "B", "C"],
            "code": [1, 2, 1, 2, 3],
            "month": [
                date(2025, 1, 1),
                date(2025, 1, 1),
                date(2025, 2, 1),
                date(2025, 2, 1),
                date(2025, 1, 1),
            ],
            "num": [1, 2, 3, 4, 5],
        }
    )
    table = duckdb_connection.create_table(
        "t", ibis.memtable(pa.Table.from_pandas(rows, preserve_index=False))
    )
    both, apart = catalog_of(a=word("A"), b=word("B")), catalog_of(a=word("1", "code"), b=word("2", "code"))
    found, expected = (
        cube(catalog, "works", "all", {"returns": table}, date(2025, 3, 1)).frames["observations"]
        for catalog in (both, apart)
    )
    assert found["value"].tolist() == [1, 3, 2, 4]
    pd.testing.assert_frame_equal(found, expected)


MIXED = {
    "count": {"interval": "month", "numerator": "num"},
    "proportion": {"interval": "month", "numerator": "num", "denominator": "den"},
    "value": {"interval": "month", "value": "val"},
    "mean": {"interval": "month", "value": "val", "n": "n", "target": "goal"},
}


@pytest.mark.parametrize("recorded", [{}, {"recorded_at": "recorded"}])
def test_each_measure_reads_its_own_numbers_only(duckdb_connection, recorded):
    import ibis

    # every row has every number that its measure does not read, and such as no sum could hold
    own = {"count": ["num"], "proportion": ["num", "den"], "value": ["val"], "mean": ["val", "n", "goal"]}
    numbers = [[4, 5, 6], [1, 2, None], [7.5, None, 0.25], [9, 8, 7]]
    rows = pd.DataFrame(
        {
            "measure": kind,
            "code": code,
            "month": date(2025, month, 1),
            "recorded": date(2025, month, 20),
            **dict.fromkeys(("num", "den", "val", "n", "goal"), 1e300),
            **{name: numbers[code][(month + place) % 3] for place, name in enumerate(own[kind])},
        }
        for code, kind in enumerate(MIXED)
        for month in (1, 2, 3)
    )
    table = duckdb_connection.create_table(
        f"mixed_{len(recorded)}", ibis.memtable(pa.Table.from_pandas(rows, preserve_index=False))
    )
    both, apart = (
        catalog_of(
            **{
                f"m_{kind}": word(words(code, kind), column, kind=kind, columns=columns | recorded)
                for code, (kind, columns) in enumerate(MIXED.items())
            }
        )
        for column, words in (("measure", lambda _, kind: kind), ("code", lambda code, _: str(code)))
    )
    assert [len(together(each)) for each in (both, apart)] == [1, 4]
    found, expected = (
        cube(catalog, "works", "all", {"returns": table}, date(2025, 4, 30)).frames
        for catalog in (both, apart)
    )
    for name, frame in found.items():
        pd.testing.assert_frame_equal(frame, expected[name])
    share = found["observations"].query("measure == 'm_proportion'")
    assert share["interval"].tolist() == ["2025-01", "2025-02", "2025-03"]
    assert share["value"].dropna().tolist() == [0.5]  # of the other two months a number is missing
