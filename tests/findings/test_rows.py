import numpy as np
import pandas as pd

from workbench.findings.rows import records


def test_records_are_those_of_pandas():
    frame = pd.DataFrame(
        {
            "name": ["Elm", None],
            "share": [0.5, np.nan],
            "n": pd.array([3, None], dtype="Int64"),
            "count": [1, 2],
            "is_late": pd.array([True, None], dtype="boolean"),
            "on": pd.to_datetime(["2025-01-01", None]),
            "cells": [["a", "b"], []],
        }
    )
    found, theirs = records(frame), frame.to_dict("records")
    assert repr(found) == repr(theirs)
    assert [[type(value) for value in row.values()] for row in found] == [
        [type(value) for value in row.values()] for row in theirs
    ]


def test_numbers_of_a_mixed_column_are_pythons_own_and_what_is_missing_is_none():
    mixed = pd.Series([np.float64(1), pd.NA, np.bool_(True), "a", [1]], dtype=object)
    found = [row["x"] for row in records(pd.DataFrame({"x": mixed}))]
    assert found == [1.0, None, True, "a", [1]]
    assert [type(value) for value in found] == [float, type(None), bool, str, list]


def test_no_rows_and_no_columns_are_no_records():
    assert records(pd.DataFrame({"name": []})) == []
    assert records(pd.DataFrame()) == []
