"""What a query finds, as columns of numbers: instants as whole microseconds, and no Python object a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.sources.asking import asked

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

MISSING = np.iinfo("int64").min


def read(query: ibis.Table) -> tuple[pd.DataFrame, str]:
    """Run a query.

    Returns
    -------
    DataFrame
        Instants as microseconds in UTC, ``MISSING`` where there is none; whole numbers and flags as they
        are, none missing; text as objects, None where there is none.
    str
        The query as it was written for its engine.
    """
    table, written = asked(query)
    return pd.DataFrame({name: _column(table[name]) for name in table.column_names}), written


def _column(values: pa.ChunkedArray) -> np.ndarray | pd.Series:
    import pyarrow as pa

    if pa.types.is_timestamp(values.type):
        whole = values.cast(pa.timestamp("us", values.type.tz)).cast(pa.int64())
        return whole.fill_null(int(MISSING)).to_numpy()
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return values.dictionary_encode().to_pandas().astype(object)
    return values.to_numpy()
