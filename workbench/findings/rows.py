"""Rows of released frames for sentences and charts."""

from typing import Any

import numpy as np
import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, each a value by the name of its column.

    What ``frame.to_dict("records")`` gives: a column is taken out whole, where pandas picks value by value, which for
    frames of few rows and many columns is most of the work.
    """
    columns = [_values(frame[name]) for name in frame]
    return [dict(zip(frame, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(column: pd.Series) -> list:
    """Python's own values; None for what is missing among whole numbers and claims."""
    values = column.tolist()
    if isinstance(column.dtype, np.dtype):
        return values
    return [None if value is pd.NA else value for value in values]
