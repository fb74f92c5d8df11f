"""Rows of released frames for sentences and charts."""

from typing import Any

import numpy as np
import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, each a value by the name of its column.

    What ``frame.to_dict("records")`` gives: a column is taken out whole, where pandas picks value by value, which for
    frames of few rows and many columns is most of the work. What is missing is None wherever it is ``pandas.NA``.
    """
    columns = [_values(frame[name]) for name in frame]
    return [dict(zip(frame, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(column: pd.Series) -> list:
    """Python's own values."""
    values = column.tolist()
    if isinstance(column.dtype, np.dtype) and column.dtype != object:
        return values
    return [None if value is pd.NA else _own(value) for value in values]


def _own(value):
    return value.item() if isinstance(value, (np.number, np.bool_)) else value
