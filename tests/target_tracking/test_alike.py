"""Measures that are read together."""

from datetime import date
from pathlib import Path

import pandas as pd

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
