"""Stops by clock time and by darkness, at times that are dark at one season and light at another."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from workbench.catalog.model import Catalog, Service
from workbench.disparity_review.cube.coded_rows import codes, judged_at_all, named, rows_of
from workbench.disparity_review.cube.counting import together

if TYPE_CHECKING:
    import ibis

STEP = 15  # minutes of clock time that are counted together
YEARS = 2  # up to the newest interval: each of the last year's intervals with the year before it
_EVENING = time(18)  # clocks change at night: the offset then holds for the whole evening
_KEYS = ["interval", "dimension", "group", "clock", "dark"]
_MINUTE = "minute"


def daylight_query(table: ibis.Table, catalog: Catalog, service: Service, as_of: date) -> ibis.Table:
    """The query: judged rows by local date and by minutes after 0:00 UTC of that date.

    Returns
    -------
    ibis.Table
        Columns interval, dimension, group, day, minute, rows; one branch for each dimension. Rows without
        a time, or with one after the as-of day, are left out.
    """
    import ibis

    column = service.decisions.daylight
    rows = rows_of(table, catalog, service, as_of)
    day = rows[f"{column}_date"]
    known = (day <= ibis.literal(as_of)) & judged_at_all(rows, catalog, service, as_of)
    rows = rows.filter(known.fill_null(False))
    branches = []
    for dimensions in together(catalog, service):
        found = codes(rows, catalog, service, dimensions)
        by = {name: code for name, code in found.items() if not name.startswith("place_")}
        by |= {"local": rows[f"{column}_date"], _MINUTE: _minute(rows, column)}
        raw = rows.group_by(**by).aggregate(rows=rows.count())
        for dimension in dimensions:
            names = named(raw, catalog, service, dimension, places=False)
            names |= {name: raw[name] for name in ("local", _MINUTE)}
            branches.append(raw.group_by(**names).aggregate(rows=raw["rows"].sum().cast("int64")))
    return ibis.union(*branches) if len(branches) > 1 else branches[0]


def _minute(rows: ibis.Table, column: str):
    """Whole minutes from 0:00 UTC of the local date to the time; west of Greenwich an evening is beyond 1440."""
    instant = rows[column]
    ahead = instant.date().delta(rows[f"{column}_date"], unit="day")
    return (ahead * 1440 + instant.hour() * 60 + instant.minute()).cast("int64")


def daylight_of(found: pd.DataFrame, latitude: float, longitude: float, zone: str) -> pd.DataFrame:
    """Rows in darkness and by daylight, those of twilight left out.

    Parameters
    ----------
    found : DataFrame
        As :func:`daylight_query` gives it.
    latitude, longitude : float
        Of the city, in degrees.
    zone : str
        Of its clocks.

    Returns
    -------
    DataFrame
        Columns interval, dimension, group, clock (minutes after local midnight, a multiple of 15), dark (1
        after civil twilight, 0 before sunset), rows; ordered. Of the last two years up to the newest
        interval; only clock times between the earliest and the latest end of twilight.
    """
    from workbench.statistics.veil_of_darkness import after_dark

    days = _evenings(_recent(found["local"]), latitude, longitude, zone)
    stops = found.astype({"local": "datetime64[s]"}).merge(days, on="local")
    clock = stops[_MINUTE] + stops["ahead"]
    dark = after_dark(clock, stops["sunset"] + stops["ahead"], stops["dusk"] + stops["ahead"])
    stops = stops.assign(clock=clock // STEP * STEP, dark=dark)[~np.isnan(dark)]
    names = dict.fromkeys(_KEYS[:3], "str") | {"clock": "int64", "dark": "int64"}
    return stops.astype(names).groupby(_KEYS, as_index=False)["rows"].sum()


def _recent(days: pd.Series) -> pd.Series:
    """The days of two years up to the newest."""
    days = pd.Series(pd.to_datetime(days).unique()).sort_values(ignore_index=True)
    return days[days > days.max() - pd.DateOffset(years=YEARS)].astype("datetime64[s]")


def _evenings(days: pd.Series, latitude: float, longitude: float, zone: str) -> pd.DataFrame:
    """Sunset and dusk of each day in minutes after 0:00 UTC, and how far the clocks are ahead of UTC."""
    from workbench.statistics.daylight import sun_times

    sun = sun_times(days.to_numpy("datetime64[D]"), latitude, longitude)
    ahead = [_ahead(day, ZoneInfo(zone)) for day in days]
    sun = sun.assign(local=days.to_numpy(), ahead=np.array(ahead, dtype="int64"))
    return sun[["local", "sunset", "dusk", "ahead"]]


def _ahead(day: pd.Timestamp, zone: ZoneInfo) -> int:
    local = datetime.combine(day.date(), _EVENING, zone)
    return round((local.replace(tzinfo=UTC) - local).total_seconds() / 60)
