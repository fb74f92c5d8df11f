"""A log becomes a file: whole or not at all, with all times in UTC."""

from __future__ import annotations

import gzip
import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

import pandas as pd

from workbench.analyses import EventLog
from workbench.errors import PublishError, refusal
from workbench.export.xes import write_xes

TABLES = (".csv", ".parquet")


def write(log: EventLog, to: Path) -> None:
    """Write a log in the kind that the file's name says, over what was there.

    Raises
    ------
    PublishError
        When the file cannot be written; what was there stays.
    """
    if to.name.lower().endswith(TABLES):
        write_table(log.events, to)
        return
    with _replacing(to) as unfinished, unfinished.open("wb") as stream:
        if to.name.lower().endswith(".gz"):
            with gzip.GzipFile("", "wb", fileobj=stream, mtime=0) as packed:
                write_xes(log.title, with_offsets(log.transitions), packed)
        else:
            write_xes(log.title, with_offsets(log.transitions), stream)


def write_table(frame: pd.DataFrame, to: Path) -> None:
    """Write rows as CSV or Parquet, whichever the file's name says, over what was there.

    Raises
    ------
    PublishError
        When the file cannot be written; what was there stays.
    """
    with _replacing(to) as unfinished:
        if to.name.lower().endswith(".csv"):
            with_offsets(frame).to_csv(unfinished, index=False, lineterminator="\n")
        else:
            _in_utc(frame).to_parquet(unfinished, index=False)


def with_offsets(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with its times as ISO 8601 text in UTC, to the millisecond or, where needed, the microsecond."""
    return frame.assign(**{name: iso(frame[name]) for name in times_of(frame)})


def times_of(frame: pd.DataFrame) -> list[str]:
    """Names of the columns of times."""
    return [name for name in frame if pd.api.types.is_datetime64_any_dtype(frame[name])]


def iso(times: pd.Series) -> pd.Series:
    """Naive UTC times as ISO 8601 text with the offset; missing stays missing."""
    micro = times.dt.microsecond.fillna(0).astype(int)
    seconds = times.dt.strftime("%Y-%m-%dT%H:%M:%S")
    whole = (micro % 1000 == 0).all()
    fraction = (micro // 1000).map("{:03d}".format) if whole else micro.map("{:06d}".format)
    return (seconds + "." + fraction + "+00:00").where(times.notna(), None).astype(object)


def _in_utc(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{name: frame[name].dt.tz_localize("UTC") for name in times_of(frame)})


@contextmanager
def _replacing(to: Path):
    """A file beside the place that takes it when all is written, readable by its owner only."""
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        handle, name = mkstemp(dir=to.parent, prefix=".writing-", suffix=to.suffix)
        os.close(handle)
        unfinished = Path(name)
        try:
            yield unfinished
            os.replace(unfinished, to)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise PublishError(f"{to} could not be written: {refusal(error)}. What was there stays.") from None
