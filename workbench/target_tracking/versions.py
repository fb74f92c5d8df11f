"""Every version of everyone's values: what was known when. Private, as all of the cube."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.target_tracking.alike import Batch, Cut, counts_rows
from workbench.target_tracking.observed import (
    finished,
    numbers_of,
    rows_of,
    shaped,
    totals_of,
    with_zeros,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis
    import pyarrow as pa

    from workbench.catalog.model import Catalog

VERSIONS = {
    "measure": "str",
    "interval": "str",
    "interval_start": "datetime64[us]",
    "interval_end": "datetime64[us]",
    "known": "datetime64[us]",
    "recorded_at": "datetime64[us]",
    "numerator": "float64",
    "denominator": "float64",
    "value": "float64",
    "n": "float64",
    "target": "float64",
    "provisional": "bool",
    "conflicting": "bool",
    "rows": "int64",
}
LARGEST = ("single", "target", "recorded_at", "provisional", "conflict")
SMALLEST = ("other_target",)


def query_of_stretches(catalog: Catalog, batch: Batch, table: ibis.Table, as_of: date) -> ibis.Table:
    """Totals of the rows that were in force over the same days: one row an interval and stretch of days.

    ``known`` is the first as-of day that the rows are seen on, ``until`` the first on which a later version has
    taken their place; missing where none has.
    """
    rows = _in_force(rows_of(catalog, batch, table, as_of, Cut()))
    return rows.group_by("which", "interval", "known", "until").aggregate(**totals_of(rows))


def _in_force(rows: ibis.Table) -> ibis.Table:
    """Rows with ``until`` and ``conflict``: a version lasts until one that was recorded later is known."""
    import ibis

    keys = [name for name in rows.columns if name.startswith("key_")]
    if not keys:
        return rows.mutate(until=ibis.null("timestamp"), conflict=ibis.literal(False))
    at_once = [*keys, "stamp"]
    later = rows.mutate(
        conflict=rows.count().over(group_by=at_once) > 1,
        newest=rows.stamp.max().over(group_by=keys),
        soonest=rows.known.min().over(group_by=keys, order_by=ibis.desc("stamp"), rows=(None, 0)),
    )
    later = later.mutate(soonest=later.soonest.min().over(group_by=at_once))
    later = later.mutate(following=later.soonest.lead().over(group_by=keys, order_by="stamp"))
    later = later.mutate(following=later.following.max().over(group_by=at_once))
    return later.mutate(until=(later.stamp < later.newest).ifelse(later.following, None))


def as_of_the_end(stretches: pa.Table) -> pa.Table:
    """Totals of :func:`workbench.target_tracking.observed.query` of everyone: what no later version has replaced.

    Parameters
    ----------
    stretches : pyarrow Table
        Of :func:`query_of_stretches`; whole numbers are added up as such.
    """
    import pyarrow as pa

    last = stretches.filter(stretches["until"].is_null())
    keys = ["which", "interval"]
    how = {name: "sum" for name in last.column_names if name not in (*keys, "known", "until")}
    how |= dict.fromkeys(LARGEST, "max") | dict.fromkeys(SMALLEST, "min")
    whole = [name for name in how if how[name] == "sum" and pa.types.is_integer(last.schema.field(name).type)]
    # Arrow would begin again at the lowest number where a sum is too large for its kind.
    wide = _cast(last, whole, pa.decimal128(38, 0))
    added = wide.group_by(keys, use_threads=False).aggregate(list(how.items()))
    named = _cast(added.rename_columns([*keys, *how]), whole, pa.int64())
    return named.append_column("label", pa.array(["all"] * len(named), pa.string()))


def _cast(table: pa.Table, names: list[str], kind: pa.DataType) -> pa.Table:
    for name in names:
        table = table.set_column(table.column_names.index(name), name, table[name].cast(kind))
    return table


def versions(catalog: Catalog, batch: Batch, stretches: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Versions of everyone's values from the stretches of :func:`query_of_stretches`.

    Returns
    -------
    DataFrame
        One row a measure, interval and day that something of it became ``known``, with the numbers as of that
        day. ``rows`` is how many rows of the source they rest on; 0 where all were moved to other intervals.
    """
    only = next(iter(batch.measures))
    numbers = {name: pd.to_numeric(stretches[name]).astype("float64") for name in numbers_of(stretches)}
    named = stretches.assign(measure=stretches["which"].map(batch.ids) if batch.column else only, **numbers)
    fiscal_start = catalog.city.fiscal_year_starts
    totals = _by_day(_from_the_end(named[named["measure"].notna()], fiscal_start))
    return _ordered(finished(totals, batch, fiscal_start, as_of))


def versions_unrecorded(batch: Batch, observations: pd.DataFrame) -> pd.DataFrame:
    """The only version of values without a time of recording: known since their interval ended."""
    found = observations[observations["numerator"] != 0] if counts_rows(batch.like) else observations
    return _ordered(found.assign(known=found["interval_end"], rows=1))


def as_known(versions: pd.DataFrame, day: date, definition: Mapping[str, Any]) -> pd.DataFrame:
    """Observations of everyone as they were known at the end of a day.

    Parameters
    ----------
    versions : DataFrame
        Of a cube.
    day : date
        Not later than the cube's own as-of day.
    definition : dict
        Of the cube: its measures, and where its years begin.
    """
    seen = versions[versions["known"] <= pd.Timestamp(day)]
    last = seen.sort_values("known", kind="stable").drop_duplicates(["measure", "interval"], keep="last")
    last = last[last["rows"] > 0].assign(label="all")
    counting = {id for id, entry in definition["measures"].items() if _counts_rows(entry["columns"])}
    parts = [last[~last["measure"].isin(counting)]]
    for _, own in last[last["measure"].isin(counting)].groupby("measure", sort=False):
        parts.append(with_zeros(own, definition["fiscal_year_starts"]))
    found = pd.concat([part for part in parts if len(part)] or parts[:1])
    number = found["measure"].map({id: number for number, id in enumerate(definition["measures"])})
    found = found.assign(number=number).sort_values(["number", "interval_start"], ignore_index=True)
    return shaped(found, Cut())


def _counts_rows(columns: Mapping[str, Any]) -> bool:
    return not (columns["numerator"] or columns["value"])


def _from_the_end(stretches: pd.DataFrame, fiscal_start: int) -> pd.DataFrame:
    """Stretches that last beyond the end of their interval, from that day: before it no value is looked at."""
    from workbench.periods import Period

    ends = {name: Period.parse(name, fiscal_start).end for name in stretches["interval"].unique()}
    end = pd.to_datetime(stretches["interval"].map(ends)).astype("datetime64[us]")
    known, until = (stretches[name].astype("datetime64[us]") for name in ("known", "until"))
    clipped = stretches.assign(known=known.where(known > end, end), until=until)
    return clipped[clipped["until"].isna() | (clipped["until"] > clipped["known"])]


def _by_day(stretches: pd.DataFrame) -> pd.DataFrame:
    """Totals of all stretches in force on each day that one begins or ends on."""
    keys = ["measure", "interval"]
    begun, ended = (
        stretches[[*keys, name]].rename(columns={name: "day"}).dropna() for name in ("known", "until")
    )
    days = pd.concat([begun, ended]).drop_duplicates()
    pairs = days.merge(stretches, on=keys)
    held = (pairs["known"] <= pairs["day"]) & (pairs["until"].isna() | (pairs["day"] < pairs["until"]))
    groups = pairs[held].groupby([*keys, "day"], sort=False)
    names = [name for name in stretches if name not in (*keys, "which", "known", "until")]
    smallest, largest = groups[list(SMALLEST)].min(), groups[list(LARGEST)].max()
    rest = groups[[name for name in names if name not in (*SMALLEST, *LARGEST)]].sum(min_count=1)
    totals = days.merge(rest.join([smallest, largest]).reset_index(), on=[*keys, "day"], how="left")
    counted = totals.assign(
        **{name: totals[name].fillna(0) for name in ("rows", "values", "numerators", "conflict")}
    )
    return counted.rename(columns={"day": "known"})


def _ordered(found: pd.DataFrame) -> pd.DataFrame:
    frame = found[list(VERSIONS)].astype(VERSIONS)
    return frame.sort_values(["measure", "interval_start", "known"], ignore_index=True)
