"""One measure's values on a complete row of intervals, with what may be used of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbench.periods import Period
from workbench.target_tracking.amounts import amounts_of
from workbench.target_tracking.scales import off_scale, on_scale
from workbench.target_tracking.targets import FACTORS, Aim, aims, meets, targets_of
from workbench.target_tracking.together import together

CYCLES = {"month": 12, "quarter": 4, "year": 1}
COUNTED = ("proportion", "rate", "count")  # kinds whose numerators may be counts
DATED = ("interval", "interval_start", "interval_end")
NUMBERS, FLAGS = ("numerator", "denominator", "value", "n", "target"), ("provisional", "conflicting")


@dataclass(frozen=True)
class Series:
    """A measure over time.

    Parameters
    ----------
    id : str
    entry : dict
        Its definition.
    columns : dict of str to ndarray
        Those of ``frame`` but ``meets_target``: a series is judged in arrays, and framed where it is shown. With
        one entry an interval from the first to the last on record: ``interval``, ``interval_start``,
        ``interval_end``, ``numerator``, ``denominator``, ``value``, ``n``, ``target``, ``target_lower``,
        ``target_upper``, ``planned`` (by a path), ``target_read`` (as it stands in the row), ``running`` and ``brought``
        (see :func:`workbench.target_tracking.amounts.amounts_of`), ``provisional``, ``conflicting``, ``phase``,
        ``excluded_because`` (why the catalog excludes it; empty where it does not), ``final`` (has a value that no
        longer changes and is not excluded), ``baseline`` (limits are computed from it).
    periods : list of Period
        Of the rows.
    aims : list of Aim
        Those declared, without any that is off the scale of the values.
    fiscal_start : int
        First month of the year that totals are counted in.
    """

    id: str
    entry: Mapping[str, Any]
    columns: Mapping[str, Any]
    periods: list[Period]
    aims: list[Aim]
    fiscal_start: int = 1

    @property
    def direction(self) -> str:
        """Which way is better."""
        return self.entry["direction"]

    @property
    def cycle(self) -> int:
        """Intervals in a year."""
        return CYCLES[self.entry["frequency"]]

    @cached_property
    def meets_target(self) -> np.ndarray:
        """Whether each interval meets its target: 1, 0, missing."""
        numbers = (self.columns[name] for name in ("value", "target", "target_lower", "target_upper"))
        return meets(*numbers, self.direction)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row an interval, and whether it meets its target: ``meets_target``."""
        return pd.DataFrame({**self.columns, "meets_target": self.meets_target})

    @cached_property
    def latest(self) -> int | None:
        """Position of the latest final value; None without one."""
        return _last(self.columns["final"])

    @cached_property
    def final_values(self) -> np.ndarray:
        """Raw values that no longer change, one an interval; missing where there is none."""
        return np.where(self.columns["final"], self.columns["value"], np.nan)

    @cached_property
    def counts(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Numerators and denominators of the final values; None where they are no counts.

        A count without a denominator has one everywhere.
        """
        columns, kind = self.columns, self.entry["kind"]
        if kind not in COUNTED:
            return None
        above, below = (
            np.where(columns["final"], columns[name], np.nan) for name in ("numerator", "denominator")
        )
        if kind == "count":
            below = np.where(np.isnan(above), np.nan, 1.0)
        known = ~np.isnan(above) & ~np.isnan(below)
        counted = known.any() and (above[known] % 1 == 0).all() and (above[known] >= 0).all()
        possible = (
            counted and (below[known] >= 0).all() and (kind != "proportion" or (above <= below)[known].all())
        )
        return (above, below) if possible else None

    @cached_property
    def latest_known(self) -> int | None:
        """Position of the latest value, provisional or not; None without one."""
        return _last(~np.isnan(self.columns["value"]))

    @property
    def seasons(self) -> np.ndarray:
        """The season of each interval: its number in the year."""
        return np.array([period.number for period in self.periods], dtype=int)


def series_of(
    id: str, entry: Mapping[str, Any], own: pd.DataFrame, end: date, as_of: date, fiscal_start: int
) -> Series:
    """The series of a measure up to the end of a period.

    Parameters
    ----------
    id, entry
        The measure and its definition.
    own : DataFrame
        Its observations of everyone.
    end : date
        Last day of the period under review; later intervals are not looked at.
    as_of : date
        The latest ``revision_lag`` intervals that had ended by then are provisional.
    fiscal_start : int
        First month of the year that quarters and years are counted in.
    """
    rows = _Rows.of(_until(end, own))
    return _series([(id, entry)], rows, [np.arange(len(rows.start))], as_of, fiscal_start)[0]


def all_series(
    entries: Mapping[str, Mapping[str, Any]],
    observations: pd.DataFrame,
    end: date,
    as_of: date,
    fiscal_start: int,
) -> list[Series]:
    """The :func:`series_of` of each measure, from the observations of all of them; empty of one without any.

    Parameters
    ----------
    entries : mapping of str to dict
        Definition of each measure.
    observations : DataFrame
        Of everyone; ``measure`` says whose.
    end, as_of, fiscal_start
        See :func:`series_of`.
    """
    observations = _until(end, observations)
    whose = observations.groupby("measure", sort=False).indices
    own = [whose.get(id, np.zeros(0, int)) for id in entries]
    return _series(entries.items(), _Rows.of(observations), own, as_of, fiscal_start)


def series_of_parts(
    entries: Sequence[tuple[str, Mapping[str, Any]]],
    many: Sequence[int],
    observations: pd.DataFrame,
    end: date,
    as_of: date,
    fiscal_start: int,
) -> list[Series]:
    """The :func:`series_of` of each id and definition, from observations of its own: so many rows each, in order."""
    part = np.repeat(np.arange(len(many)), many)
    in_time = np.flatnonzero(observations["interval_end"].to_numpy() <= np.datetime64(end))
    own = np.split(in_time, np.searchsorted(part[in_time], np.arange(1, len(many))))
    return _series(entries, _Rows.of(observations), own, as_of, fiscal_start)


def _until(end: date, observations: pd.DataFrame) -> pd.DataFrame:
    return observations[observations["interval_end"].to_numpy() <= np.datetime64(end)]


class _Rows(NamedTuple):
    """Columns of observations as arrays: a few rows of an array cost less than those of a frame."""

    interval: np.ndarray
    start: np.ndarray
    numbers: np.ndarray
    flags: np.ndarray
    cell: np.ndarray

    @classmethod
    def of(cls, observations: pd.DataFrame) -> "_Rows":
        return cls(
            observations["interval"].to_numpy(object),
            observations["interval_start"].to_numpy(),
            np.array([observations[name].to_numpy(float, na_value=np.nan) for name in NUMBERS]),
            np.array([observations[name].eq(True).to_numpy(bool, na_value=False) for name in FLAGS]),
            observations["cell"].to_numpy(object),
        )

    def at(self, own: np.ndarray) -> "_Rows":
        """Some of them."""
        return _Rows(*(each[..., own] for each in self))


def _series(
    entries: Iterable[tuple[str, Mapping[str, Any]]], rows: _Rows, own: list, as_of: date, fiscal_start: int
) -> list[Series]:
    """The series of measures; what follows from the calendar and the baseline is made once for those that share it."""
    parts = [(id, entry, rows.start[at], at) for (id, entry), at in zip(entries, own, strict=True)]
    shared = [
        (entry["frequency"], _ends(starts), entry["revision_lag"], repr(entry["baseline"]))
        for _, entry, starts, _ in parts
    ]

    def work(places: list[int]) -> list[Series]:
        ids, alike, starts, at = zip(*(parts[place] for place in places), strict=True)
        entry = alike[0]
        periods = _axis(starts[0], entry["frequency"], fiscal_start if entry["frequency"] != "month" else 1)
        common = _dated(periods) | _flagged(periods, entry, as_of)
        read = _read(rows.at(np.concatenate(at)), list(map(len, at)), common["interval"])
        provisional = read["provisional"] | common.pop("still_changing")
        usable = ~provisional & (common["excluded_because"] == "").to_numpy()
        in_baseline = common.pop("in_baseline")
        read |= {"provisional": provisional, "usable": usable, "in_baseline": usable & in_baseline}
        return [
            _one(id, entry, {name: table[row] for name, table in read.items()}, periods, common, fiscal_start)
            for row, (id, entry) in enumerate(zip(ids, alike, strict=True))
        ]

    return together(shared, work)


def _one(
    id: str,
    entry: Mapping[str, Any],
    read: dict[str, np.ndarray],
    periods: list[Period],
    common: Mapping[str, Any],
    fiscal_start: int,
) -> Series:
    """A measure's series on a row of intervals."""
    usable, in_baseline = read.pop("usable"), read.pop("in_baseline")
    read["target_read"] = read["target"] / FACTORS[entry["scale"]]
    declared = on_scale(aims(entry, fiscal_start), read["value"], entry)
    amounts = amounts_of(read["value"], entry, periods, fiscal_start)
    off = off_scale(read["target_read"], read["value"], entry)
    targets = targets_of(periods, declared, np.where(off, np.nan, read["target_read"]))
    columns = read | {name: common[name] for name in DATED} | amounts | targets
    known = ~np.isnan(columns["value"])
    columns |= {"excluded_because": common["excluded_because"], "final": known & usable}
    columns |= {"phase": common["phase"], "baseline": known & in_baseline}
    return Series(id, entry, columns, periods, declared, fiscal_start)


def _ends(starts: np.ndarray) -> tuple | None:
    return (starts.min(), starts.max()) if len(starts) else None


def _axis(starts: np.ndarray, frequency: str, fiscal_start: int) -> list[Period]:
    if not len(starts):
        return []
    first, last = (each.astype("datetime64[D]").item() for each in _ends(starts))
    found = [Period.containing(first, frequency, fiscal_start)]
    while found[-1].end < last:
        found.append(found[-1].shift(1))
    return found


def _read(own: _Rows, many: list[int], names: pd.Series) -> dict[str, np.ndarray]:
    """What so many observations of each series say of each interval, a row each; missing where there is none."""
    rows, length = len(many), len(names) + 1  # the last place is for what is of no interval
    at = np.repeat(np.arange(rows), many), pd.Index(names).get_indexer(own.interval)
    numbers = np.full((len(NUMBERS), rows, length), np.nan)
    flags, cell = np.zeros((len(FLAGS), rows, length), bool), np.full((rows, length), "", dtype=object)
    numbers[:, *at], flags[:, *at], cell[at] = own.numbers, own.flags, own.cell
    found = dict(zip((*NUMBERS, *FLAGS), (*numbers[..., :-1], *flags[..., :-1]), strict=True))
    return {name: np.ascontiguousarray(table) for name, table in found.items()} | {"cell": cell[:, :-1]}


def _dated(periods: list[Period]) -> dict[str, Any]:
    return {
        "interval": pd.Series(list(map(str, periods)), dtype=str),
        "interval_start": np.array([period.start for period in periods], "datetime64[us]"),
        "interval_end": np.array([period.end for period in periods], "datetime64[us]"),
    }


def _flagged(periods: list[Period], entry: Mapping[str, Any], as_of: date) -> dict[str, Any]:
    excluded_because = exclusions(periods, entry["baseline"]["exclude"])
    phase = phases(periods, entry["baseline"]["rebase"])
    return {
        "still_changing": still_changing(periods, entry["revision_lag"], as_of),
        "excluded_because": pd.Series(excluded_because, dtype=str),
        "phase": phase,
        "in_baseline": in_baseline(periods, phase, entry["baseline"]),
    }


def still_changing(periods: list[Period], lag: int, as_of: date) -> np.ndarray:
    """Whether an interval is among the latest ``lag`` that had ended on a day."""
    if not periods:
        return np.zeros(0, bool)
    now = Period.containing(as_of, periods[0].frequency, periods[0].fiscal_start)
    first_open = now.shift(1 - lag) if now.end <= as_of else now.shift(-lag)
    return np.array([period.start >= first_open.start for period in periods])


def phases(periods: list[Period], rebase: Mapping[str, str]) -> np.ndarray:
    """Number of the stretch that each interval belongs to; a new one begins at each rebase."""
    starts = sorted(Period.parse(name, _fiscal(periods)).start for name in rebase)
    return np.array([sum(start <= period.start for start in starts) for period in periods], dtype=int)


def exclusions(periods: list[Period], exclude: Mapping[str, str]) -> np.ndarray:
    """Why each interval is excluded; empty where it is not. A year excludes all its intervals."""
    spans = [(Period.parse(name, _fiscal(periods)), why) for name, why in exclude.items()]
    found = [
        next((why for span, why in spans if span.start <= period.start and period.end <= span.end), "")
        for period in periods
    ]
    return np.array(found, dtype=object)


def in_baseline(periods: list[Period], phase: np.ndarray, baseline: Mapping[str, Any]) -> np.ndarray:
    """Whether limits are computed from an interval: not before the baseline's start, and not after its
    end where the end lies in the same stretch; later stretches have limits of their own."""
    used = np.ones(len(periods), bool)
    starts = np.array([period.start for period in periods])
    if baseline["start"]:
        used &= starts >= Period.parse(baseline["start"], _fiscal(periods)).start
    if baseline["end"] and len(periods):
        end = Period.parse(baseline["end"], _fiscal(periods)).end
        frozen = phase[starts <= end].max(initial=0)
        used &= (starts <= end) | (phase != frozen)
    return used


def _fiscal(periods: list[Period]) -> int:
    return periods[0].fiscal_start if periods else 1


def _last(flags: np.ndarray) -> int | None:
    return int(np.flatnonzero(flags)[-1]) if flags.any() else None


def clipped(values, entry: dict[str, Any]):
    """Limits that stay where values can be: no negative counts, no shares above one.

    Points never lie beyond these bounds, so no signal and no assurance changes by it.
    """
    if entry["kind"] in ("value", "mean"):
        return values
    top = 1.0 if entry["kind"] == "proportion" and not entry["columns"]["value"] else np.inf
    return np.clip(np.asarray(values, float), 0.0, top)
