"""One measure's values on a complete row of intervals, with what may be used of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from workbench.periods import Period
from workbench.target_tracking.amounts import amounts_of
from workbench.target_tracking.scales import off_scale, on_scale
from workbench.target_tracking.targets import FACTORS, Aim, aims, meets, targets_of

CYCLES = {"month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True)
class Series:
    """A measure over time.

    Parameters
    ----------
    id : str
    entry : dict
        Its definition.
    frame : DataFrame
        One row an interval from the first to the last on record: ``interval``, ``interval_start``,
        ``interval_end``, ``numerator``, ``denominator``, ``value``, ``n``, ``target``, ``target_lower``,
        ``target_upper``, ``planned`` (by a path), ``target_read`` (as it stands in the row), ``meets_target`` (1, 0, missing), ``running`` and ``brought``
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
    frame: pd.DataFrame
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
    def latest(self) -> int | None:
        """Position of the latest final value; None without one."""
        return _last(self.frame["final"].to_numpy())

    @cached_property
    def final_values(self) -> np.ndarray:
        """Raw values that no longer change, one an interval; missing where there is none."""
        return np.where(self.frame["final"], self.frame["value"], np.nan)

    @cached_property
    def latest_known(self) -> int | None:
        """Position of the latest value, provisional or not; None without one."""
        return _last(self.frame["value"].notna().to_numpy())

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
    own = own[own["interval_end"].to_numpy() <= np.datetime64(end)]
    start = fiscal_start if entry["frequency"] != "month" else 1
    periods = _axis(own["interval_start"], entry["frequency"], start)
    read = _read(own, periods)
    read["target_read"] = read["target"] / FACTORS[entry["scale"]]
    declared = on_scale(aims(entry, fiscal_start), read["value"], entry)
    amounts = amounts_of(read["value"], entry, periods, fiscal_start)
    off = off_scale(read["target_read"], read["value"], entry)
    targets = targets_of(periods, declared, np.where(off, np.nan, read["target_read"]))
    columns = read | _dated(periods) | amounts | targets
    columns |= _flagged(columns, entry, periods, as_of)
    numbers = (columns[name] for name in ("value", "target", "target_lower", "target_upper"))
    frame = pd.DataFrame(columns | {"meets_target": meets(*numbers, entry["direction"])})
    return Series(id, entry, frame, periods, declared, fiscal_start)


def _axis(starts: pd.Series, frequency: str, fiscal_start: int) -> list[Period]:
    if starts.empty:
        return []
    first, last = starts.min().date(), starts.max().date()
    found = [Period.containing(first, frequency, fiscal_start)]
    while found[-1].end < last:
        found.append(found[-1].shift(1))
    return found


def _read(own: pd.DataFrame, periods: list[Period]) -> dict[str, Any]:
    """What observations say of each interval; missing where there is none."""
    row_of = {name: row for row, name in enumerate(own["interval"])}
    row = np.array([row_of.get(str(period), -1) for period in periods], dtype=int)
    numbers, flags = ("numerator", "denominator", "value", "n", "target"), ("provisional", "conflicting")
    missing = dict.fromkeys(numbers, np.nan) | dict.fromkeys(flags, False) | {"cell": ""}
    columns = {name: own[name].to_numpy(float, na_value=np.nan) for name in numbers}
    columns |= {name: own[name].eq(True).to_numpy(bool, na_value=False) for name in flags}
    columns["cell"] = own["cell"].to_numpy(object)
    return {name: np.append(columns[name], nothing)[row] for name, nothing in missing.items()}


def _dated(periods: list[Period]) -> dict[str, Any]:
    return {
        "interval": pd.Series(list(map(str, periods)), dtype=str),
        "interval_start": np.array([period.start for period in periods], "datetime64[us]"),
        "interval_end": np.array([period.end for period in periods], "datetime64[us]"),
    }


def _flagged(
    columns: Mapping[str, Any], entry: Mapping[str, Any], periods: list[Period], as_of: date
) -> dict[str, Any]:
    provisional = columns["provisional"] | still_changing(periods, entry["revision_lag"], as_of)
    excluded_because = exclusions(periods, entry["baseline"]["exclude"])
    final = ~np.isnan(columns["value"]) & ~provisional & (excluded_because == "")
    phase = phases(periods, entry["baseline"]["rebase"])
    return {
        "provisional": provisional,
        "excluded_because": pd.Series(excluded_because, dtype=str),
        "final": final,
        "phase": phase,
        "baseline": final & in_baseline(periods, phase, entry["baseline"]),
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
