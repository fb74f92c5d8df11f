"""One measure's rows become one row an interval: as known on a day, on any engine."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.periods import Period
from workbench.target_tracking.alike import Batch, Cut, counts_rows, cut_columns, stands_alone

if TYPE_CHECKING:
    import ibis

    from workbench.catalog.model import Catalog, Measure

QUOTIENTS = ("proportion", "rate", "mean")
MICRO = 1_000_000  # amounts are added up as whole millionths, so that their order cannot change the sum

COLUMNS = {
    "measure": "str",
    "interval": "str",
    "interval_start": "datetime64[us]",
    "interval_end": "datetime64[us]",
    "dimension": "str",
    "group": "str",
    "place_level": "str",
    "place": "str",
    "numerator": "float64",
    "denominator": "float64",
    "value": "float64",
    "n": "float64",
    "recorded_at": "datetime64[us]",
    "provisional": "bool",
    "conflicting": "bool",
    "target": "float64",
}


def query(catalog: Catalog, batch: Batch, table: ibis.Table, as_of: date, cut: Cut) -> ibis.Table:
    """Totals of the measures of one query, in one cut: one row a measure, interval and label.

    Notes
    -----
    *As of a day.* Of the rows that say the same thing, the one recorded last, but not after the day,
    counts. Rows say the same thing when they agree in the source's ``unique`` columns other than the
    time of recording or, where none are declared, in interval, groups and places. A row without a time
    of recording was known when its interval began. Where two such rows were recorded at the same time,
    neither is believed: the interval is ``conflicting`` and has no value.

    *Values.* Numerators and denominators are added up. A value with ``n`` is averaged by it; without,
    it stands alone, and a second one for the same interval conflicts. A measure without a column of
    numbers counts its rows.
    """
    rows = _as_known(rows_of(catalog, batch, table, as_of, cut))
    return rows.group_by("which", "interval", "label").aggregate(**totals_of(rows))


def rows_of(catalog: Catalog, batch: Batch, table: ibis.Table, as_of: date, cut: Cut) -> ibis.Table:
    """Rows of the measures of one query that were known on a day, every version of each.

    ``stamp`` is when a row was recorded, ``known`` the first as-of day that it is seen on; rows that agree
    in the columns ``key_0``, ``key_1``, ... say the same thing, and without such columns no row revises another.
    """
    return _plain(rows_dated(catalog, batch, table, as_of, operator.le), catalog, batch, cut)


def observed(catalog: Catalog, batch: Batch, totals: pd.DataFrame, as_of: date, cut: Cut) -> pd.DataFrame:
    """Observations from the totals of :func:`query`."""
    only = next(iter(batch.measures))
    found = totals.assign(measure=totals["which"].map(batch.ids) if batch.column else only)
    found = finished(found, batch, catalog.city.fiscal_year_starts, as_of)
    if cut == Cut() and counts_rows(batch.like):
        owned = found.groupby("measure", sort=False)
        found = _joined([with_zeros(own, catalog.city.fiscal_year_starts) for _, own in owned], found)
    return shaped(found, cut)


def _joined(parts: list[pd.DataFrame], otherwise: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True) if parts else otherwise


def rows_dated(
    catalog: Catalog, batch: Batch, table: ibis.Table, as_of: date, dated: Callable[[Any, date], Any]
) -> ibis.Table:
    """Rows of the measures that were known on a day and are ``dated`` so: no later than it (``le``), or later (``gt``)."""
    from workbench.sources.conditions import all_hold, day_of, planned_columns

    measure = batch.like
    day, recorded = day_of(table, measure.columns.interval), measure.columns.recorded_at
    hold = all_hold(table, batch.where, as_of, planned_columns(catalog.sources[measure.source]))
    hold = hold & day.notnull() & dated(day, as_of)
    if recorded:
        hold = hold & (table[recorded].isnull() | (day_of(table, recorded) <= as_of))
    return table.filter(hold)


def _plain(rows: ibis.Table, catalog: Catalog, batch: Batch, cut: Cut) -> ibis.Table:
    """The columns of a measure under their own names, so that a source may call its columns anything."""
    from workbench.sources.coding import interval_of
    from workbench.sources.conditions import day_of

    measure, columns = batch.like, batch.like.columns
    if cut == Cut() and stands_alone(measure) and cut_columns(measure):
        rows = rows.filter(*(rows[name].isnull() for name in cut_columns(measure)))
    day = day_of(rows, columns.interval).cast("timestamp")
    keys = _same_thing(catalog, batch)
    numerator, denominator = _both(rows, batch)
    return rows.select(
        which=_column(rows, batch.column, "string"),
        interval=interval_of(rows, columns.interval, measure.frequency, catalog.city.fiscal_year_starts),
        label=_label(rows, catalog, measure, cut),
        stamp=rows[columns.recorded_at].cast("timestamp").fill_null(day)
        if columns.recorded_at
        else _nothing("timestamp"),
        known=_known_from(rows, columns.recorded_at, day),
        numerator=numerator,
        denominator=denominator,
        **{name: _number_of(rows, batch, name).cast("float64") for name in ("value", "n", "target")},
        provisional=_column(rows, columns.provisional, "boolean").fill_null(False),
        **{
            f"key_{place}": day if name == columns.interval else rows[name] for place, name in enumerate(keys)
        },
    )


def _known_from(rows: ibis.Table, recorded_at: str, day):
    """The first as-of day that a row is seen on: when it was recorded, and not before its own date."""
    import ibis

    from workbench.sources.conditions import day_of

    if not recorded_at:
        return _nothing("timestamp")
    return ibis.greatest(day_of(rows, recorded_at).cast("timestamp").fill_null(day), day)


def _both(rows: ibis.Table, batch: Batch):
    """Numerator and denominator in millionths; a row that lacks one of the two gives neither, where both are read."""
    above, below = (_micro(_number_of(rows, batch, name)) for name in ("numerator", "denominator"))
    both = batch.reading("numerator", "denominator")
    if not both:
        return above, below
    whole = above.notnull() & below.notnull()
    if len(both) < len(batch.measures):
        whole = whole | ~_is_of(rows, batch, both)
    return whole.ifelse(above, None), whole.ifelse(below, None)


def _number_of(rows: ibis.Table, batch: Batch, name: str):
    """A number of each row, missing where the row's measure does not read it."""
    column, reading = _column(rows, batch.numbers.get(name, "")), batch.reading(name)
    is_read_by_some = 0 < len(reading) < len(batch.measures)
    return _is_of(rows, batch, reading).ifelse(column, None) if is_read_by_some else column


def _is_of(rows: ibis.Table, batch: Batch, measures: list[str]):
    return rows[batch.column].isin([word for word, id in batch.ids.items() if id in measures])


def _column(rows: ibis.Table, name: str, kind: str = "float64"):
    return rows[name] if name else _nothing(kind)


def _nothing(kind: str):
    import ibis

    return ibis.null(kind)


def _label(rows: ibis.Table, catalog: Catalog, measure: Measure, cut: Cut):
    """The group or place that a row belongs to."""
    import ibis

    from workbench.sources.coding import group_of, place_of

    if cut.dimension:
        return group_of(rows, measure.columns.group[cut.dimension], catalog.dimensions[cut.dimension])
    if cut.place_level:
        return place_of(rows, measure.columns.place[cut.place_level], catalog.places[cut.place_level])
    return ibis.literal("all")


def _same_thing(catalog: Catalog, batch: Batch) -> list[str]:
    """Columns in which two rows agree when the later one revises the earlier; none: no row is revised."""
    measure, columns = batch.like, batch.like.columns
    unique = [name for name in catalog.sources[measure.source].unique if name != columns.recorded_at]
    if not columns.recorded_at or (counts_rows(measure) and not unique):
        return []
    own = [batch.column] if batch.column else []
    return list(dict.fromkeys([*own, *(unique or [columns.interval, *cut_columns(measure)])]))


def _as_known(rows: ibis.Table) -> ibis.Table:
    """Of rows that say the same thing those recorded last, with ``conflict`` where there are several."""
    import ibis

    keys = [name for name in rows.columns if name.startswith("key_")]
    if not keys:
        return rows.mutate(conflict=ibis.literal(False))
    last = rows.mutate(latest=rows.stamp.max().over(group_by=keys))
    last = last.filter(last.stamp == last.latest)
    return last.mutate(conflict=last.count().over(group_by=keys) > 1)


def totals_of(rows: ibis.Table) -> dict:
    """Aggregates of one interval and label; amounts in millionths."""
    return {
        "rows": rows.count(),
        "values": rows.value.count(),
        "numerators": rows.numerator.count(),
        "numerator": rows.numerator.sum(),
        "denominator": rows.denominator.sum(),
        "single": rows.value.max(),
        "weighted": _micro(rows.value * rows.n).sum(),
        "weights": _micro(rows.n).sum(where=rows.value.notnull()),
        "target": rows.target.max(),
        "other_target": rows.target.min(),
        "recorded_at": rows.stamp.max(),
        "provisional": rows.provisional.ifelse(1, 0).max(),
        "conflict": rows.conflict.ifelse(1, 0).max(),
    }


def _micro(column):
    """A number as whole millionths; yes counts one, no nothing."""
    if column.type().is_boolean():
        column = column.notnull().ifelse(column.ifelse(1, 0), None)
    if column.type().is_integer():
        return column.cast("int64") * MICRO
    return (column.cast("float64") * MICRO).round().cast("int64")


def finished(found: pd.DataFrame, batch: Batch, fiscal_start: int, as_of: date) -> pd.DataFrame:
    """Totals as numerator, denominator, value and n, of intervals that have ended."""
    periods = {name: Period.parse(name, fiscal_start) for name in found["interval"].unique()}
    starts, ends = ({name: getattr(p, end) for name, p in periods.items()} for end in ("start", "end"))
    frame = found.assign(
        interval_start=pd.to_datetime(found["interval"].map(starts)),
        interval_end=pd.to_datetime(found["interval"].map(ends)),
        **{name: _number(found[name]) for name in numbers_of(found)},
    )
    frame = frame[frame["interval_end"] <= pd.Timestamp(as_of)].reset_index(drop=True)
    return _hide_conflicts(_valued(frame, batch), batch)


def numbers_of(found: pd.DataFrame) -> list[str]:
    """Columns of totals that are numbers."""
    words = ("which", "interval", "label", "measure", "recorded_at", "known", "until")
    return [name for name in found if name not in words]


def _number(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column).astype("float64")


def _valued(frame: pd.DataFrame, batch: Batch) -> pd.DataFrame:
    """Values that are read stand as they are or are averaged; the others are numerators, or quotients."""
    read, averaged, divided, quotient = (
        _are(frame, batch, of)
        for of in (
            lambda measure: bool(measure.columns.value),
            lambda measure: bool(measure.columns.n),
            lambda measure: bool(measure.columns.denominator),
            lambda measure: measure.kind in QUOTIENTS,
        )
    )
    told = {name: frame[name].to_numpy() for name in numbers_of(frame)}
    rows, single = counts_rows(batch.like), told["single"]
    numerator = told["rows"] if rows else told["numerator"] / MICRO
    below = np.where(quotient, told["rows" if rows else "numerators"], np.nan)
    below = np.where(divided, told["denominator"] / MICRO, below)
    value = np.where(quotient, _divided(numerator, below), numerator)
    weight = told["weights"] / MICRO
    average = np.where(told["values"] > 1, _divided(told["weighted"] / MICRO, weight), single)
    return frame.assign(
        numerator=np.where(read, np.nan, numerator),
        denominator=np.where(read, np.nan, below),
        value=np.where(read, np.where(averaged, average, single), value),
        n=np.where(read, weight, np.where(quotient, below, numerator)),
        target=np.where(told["target"] == told["other_target"], told["target"], np.nan),
    )


def _divided(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Quotients; missing where there is nothing to divide by."""
    return above / np.where(below > 0, below, np.nan)


def _are(frame: pd.DataFrame, batch: Batch, of: Callable[[Measure], bool]) -> np.ndarray:
    """Of each row whether something holds of its measure."""
    return frame["measure"].isin([id for id, measure in batch.measures.items() if of(measure)]).to_numpy()


def _hide_conflicts(frame: pd.DataFrame, batch: Batch) -> pd.DataFrame:
    conflicting = frame["conflict"].astype(bool).to_numpy()
    conflicting = conflicting | (_are(frame, batch, stands_alone) & (frame["values"] > 1).to_numpy())
    numbers = ["numerator", "denominator", "value", "n"]
    hidden = {name: np.where(conflicting, np.nan, frame[name]) for name in numbers}
    return frame.assign(
        conflicting=conflicting, provisional=frame["provisional"].fillna(0).astype(bool), **hidden
    )


def with_zeros(frame: pd.DataFrame, fiscal_start: int) -> pd.DataFrame:
    """Counted rows: an interval between the first and the last without any has none, it is not missing."""
    if frame.empty:
        return frame
    first, last = (Period.parse(frame.loc[at, "interval"], fiscal_start) for at in _ends(frame))
    names, period = [], first
    while period.start <= last.start:
        names.append(period)
        period = period.shift(1)
    whole = pd.DataFrame(
        {
            "interval": list(map(str, names)),
            "interval_start": pd.to_datetime([p.start for p in names]),
            "interval_end": pd.to_datetime([p.end for p in names]),
        }
    )
    filled = whole.merge(frame.drop(columns=["interval_start", "interval_end"]), on="interval", how="left")
    zeros = {
        "numerator": 0.0,
        "value": 0.0,
        "n": 0.0,
        "provisional": False,
        "conflicting": False,
        "label": "all",
        "measure": frame["measure"].iloc[0],
    }
    return filled.fillna(zeros)


def _ends(frame: pd.DataFrame) -> tuple:
    return frame["interval_start"].idxmin(), frame["interval_start"].idxmax()


def shaped(frame: pd.DataFrame, cut: Cut) -> pd.DataFrame:
    """The columns of observations, in their types."""
    frame = frame.assign(
        dimension=cut.dimension or "all",
        place_level=cut.place_level or "city",
        group=frame["label"] if cut.dimension else "all",
        place=frame["label"] if cut.place_level else "all",
    )
    return frame[list(COLUMNS)].astype(COLUMNS)
