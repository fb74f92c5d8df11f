"""Working time up to an instant, calculated where the log is: a small table of days, and arithmetic.

B(t), the working time up to t, is that of the midnight before t and, of each span open on that day, as
much as has passed. Days and spans are those of UTC, made from the calendar with the zone
database, so that no engine needs to know of time zones, and a join by day finds each instant its spans.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.calendars import WorkingCalendar
from workbench.process_timing.log.clock import DAY

if TYPE_CHECKING:
    import ibis

_DAY_COLUMN, _MIDNIGHT, _BEFORE = "utc_day", "utc_midnight", "worked_before"


def day_table(calendar: WorkingCalendar, first: date, last: date) -> pd.DataFrame:
    """One row a day of UTC: working time before it, and the spans open on it.

    Parameters
    ----------
    calendar : WorkingCalendar
    first, last : date

    Returns
    -------
    DataFrame
        utc_day, utc_midnight, worked_before (B, microseconds), and for each span of the day with most of
        them opens_<k> and lasts_<k>, microseconds after midnight and of length; of length 0 where a day
        has fewer.
    """
    one_day = np.timedelta64(1, "D")
    midnights = np.arange(np.datetime64(first) - one_day, np.datetime64(last) + 2 * one_day).astype(
        "datetime64[us]"
    )
    day, opens, lasts = _pieces(*calendar.open_spans(midnights[0], midnights[-1] + one_day))
    place = day - midnights[0].astype("int64") // DAY
    here = (place >= 0) & (place < midnights.size)
    place, opens, lasts = place[here], opens[here], lasts[here]
    number = np.arange(place.size) - np.searchsorted(place, place)
    frame = {
        _DAY_COLUMN: midnights.astype("datetime64[D]").astype(object),
        _MIDNIGHT: midnights,
        _BEFORE: calendar.worked(midnights),
    }
    for k in range(int(number.max(initial=-1)) + 1):
        of_this = number == k
        for name, values in (("opens", opens), ("lasts", lasts)):
            frame[f"{name}_{k}"] = np.zeros(midnights.size, "int64")
            frame[f"{name}_{k}"][place[of_this]] = values[of_this]
    return pd.DataFrame(frame)


def worked(found: ibis.Table, days: pd.DataFrame, column: str, into: str) -> ibis.Table:
    """A table with one column more: the working time up to the instant in a column, in microseconds.

    Parameters
    ----------
    found : ibis.Table
    days : DataFrame
        Of :func:`day_table`; instants of other days have no working time: they are missing.
    column, into : str
        A column of naive UTC times, and what the new one is called.
    """
    import ibis
    import pyarrow as pa

    known = ibis.memtable(pa.Table.from_pandas(days, preserve_index=False))
    joined = found.mutate(**{f"{into}_day": found[column].date()}).left_join(
        known, [(f"{into}_day", _DAY_COLUMN)]
    )
    passed = joined[column].delta(joined[_MIDNIGHT], unit="microsecond")
    total = joined[_BEFORE]
    for k in range((len(days.columns) - 3) // 2):
        open_for = ibis.least(passed - joined[f"opens_{k}"], joined[f"lasts_{k}"])
        total = total + ibis.greatest(open_for, 0)
    return joined.mutate(**{into: total}).select(*found.columns, into)


def _pieces(opening: np.ndarray, closing: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spans cut at the midnights of UTC: day (since 1970), opening within it, length; in order."""
    opening, closing, found = opening.astype("int64"), closing.astype("int64"), []
    for later in range(3):  # no span of a local day, of 25 hours at most, touches more days
        midnight = (opening // DAY + later) * DAY
        begins, ends = np.maximum(opening, midnight), np.minimum(closing, midnight + DAY)
        some = ends > begins
        found.append(np.stack([midnight[some] // DAY, (begins - midnight)[some], (ends - begins)[some]]))
    day, opens, lasts = np.concatenate(found, axis=1)
    order = np.lexsort((opens, day))
    return day[order], opens[order], lasts[order]
