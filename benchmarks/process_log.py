"""A log of millions of events, made from a real one: its cases again and again, at other times and other paces."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

_SEED, _NOISE, _SHIFT = 7, 0.5, 365 * 86_400_000_000
_NAMES = {
    "case:concept:name": "case",
    "concept:name": "activity",
    "time:timestamp": "time",
    "case:channel": "channel",
}


def write_log(source: Path, copies: int, path: Path) -> int:
    """Write a log of so many copies of a real one to a Parquet file, rows ordered by time; its number of events.

    Each copy of a case starts up to a year later, and every gap is multiplied with log-normal noise, so that
    no copy has the times of another while paths and the shape of waits stay those of the real log.
    """
    if path.exists():
        return parquet.read_metadata(path).num_rows
    real = pd.read_csv(source, dtype=object)[list(_NAMES)].rename(columns=_NAMES)
    stamps = pd.to_datetime(real["time"], utc=True, format="ISO8601").dt.tz_localize(None)
    real = real.assign(time=stamps.to_numpy("datetime64[us]").astype("int64"))
    real = real.sort_values(["case", "time"], kind="stable", ignore_index=True)
    times = _times(real, copies).reshape(-1)
    order = np.argsort(times, kind="stable")
    copy, event = order // len(real), order % len(real)
    table = pa.table(
        {
            "case": _case_ids(real["case"], copy, event, copies),
            "activity": _texts(real["activity"], event),
            "time": pa.array(times[order].astype("datetime64[us]")),
            "channel": _texts(real["channel"], event),
            "row": pa.array(np.arange(1, order.size + 1)),
        }
    )
    parquet.write_table(table, path, compression="zstd")
    return order.size


def _times(real: pd.DataFrame, copies: int) -> np.ndarray:
    """Microseconds of every event of every copy, a row a copy."""
    generator, time = np.random.default_rng(_SEED), real["time"].to_numpy()
    first = (real["case"] != real["case"].shift()).to_numpy()
    gaps = np.where(first, 0, np.diff(time, prepend=time[:1]))
    passed = np.cumsum(gaps * generator.lognormal(0, _NOISE, (copies, len(real))), axis=1)
    begin = np.flatnonzero(first)
    length = np.diff(np.r_[begin, len(real)])
    start = time[begin] + generator.integers(0, _SHIFT, (copies, begin.size)) - passed[:, begin]
    return (np.repeat(start, length, axis=1) + passed).astype("int64")


def _case_ids(cases: pd.Series, copy: np.ndarray, event: np.ndarray, copies: int) -> pa.Array:
    codes, names = pd.factorize(cases)
    labels = pa.array([f"{name}-{number}" for name in names for number in range(copies)])
    return pa.DictionaryArray.from_arrays(pa.array(codes[event] * copies + copy), labels).cast(pa.string())


def _texts(values: pd.Series, event: np.ndarray) -> pa.Array:
    codes, names = pd.factorize(values, sort=True)
    return pa.DictionaryArray.from_arrays(pa.array(codes[event]), pa.array(list(names))).cast(pa.string())
