"""What is looked at before a series is judged: whether it can be, and what its chart must allow for.

Words are of a closed list; each is a caveat or a sentence of the messages.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.periods import Period
from workbench.statistics.memory import memory
from workbench.statistics.movement import Movement
from workbench.statistics.xmr import limits
from workbench.target_tracking.amounts import is_running
from workbench.target_tracking.series import Series
from workbench.target_tracking.together import as_tables

ENOUGH = 13  # points before a signal is believed (NHSRplotthedots)
TRIAL = 5  # points before limits are drawn at all

TOO_FEW, CONFLICTING, FEW_EVENTS = "too_few", "conflicting", "few_events"
UNITS, ABOVE_ONE, FALLING, AUTOCORRELATED = "units_change", "above_one", "total_falls", "autocorrelated"
REMEMBERING, DRIFTING, SEASONAL, SEASON_LEFT_IN = "remembering", "drifting", "seasonal", "season_left_in"
CONSTANT, CEILING, FLOOR, NO_DENOMINATOR = "constant", "ceiling", "floor", "zero_denominators"
BLOCKING = (CONFLICTING, UNITS, ABOVE_ONE, FALLING, AUTOCORRELATED)  # in the order in which they are told

JUDGED = 6  # latest values that memory is not looked for in, because they are what is judged
WANDERS = 0.7  # memory from which on a process has no level to be held against
UNIT_FACTORS, UNIT_SLACK = (100.0, 1000.0), 1.3
ON_BOUND = 0.2  # share of the values that lie on a bound
NEAR_BOUND = 0.05  # of the way from one bound to the other


def remembered(values: Sequence[np.ndarray], moved: Sequence[Movement]) -> list[float]:
    """Memory of each process apart from its movement.

    Of a process that did not move it is looked for in the values before the latest six: a level that
    shifted just now looks like memory, and would hide itself.
    """
    return as_tables(
        [_left(*each) for each in zip(values, moved, strict=True)], lambda left: memory(left).tolist()
    )


def _left(values: np.ndarray, moved: Movement) -> np.ndarray:
    """What a movement leaves of the values that memory is looked for in; nothing where they are too few."""
    rest = values - moved.fitted
    known = np.flatnonzero(~np.isnan(rest))
    if len(known) < ENOUGH:
        return rest[:0]
    return rest[: known[max(ENOUGH - 1, len(known) - JUDGED)]] if moved.kind == "steady" else rest


def odd_data(series: Series, stretch: np.ndarray) -> tuple[str, ...]:
    """What is odd in the values themselves, of the stretch that is judged."""
    value = series.final_values[stretch]
    known = value[~np.isnan(value)]
    floor, top = bounds(series)
    found = {
        CONFLICTING: (series.columns["conflicting"] & stretch).any(),
        UNITS: units_change(known),
        ABOVE_ONE: _above(series, stretch, known, top),
        FALLING: total_falls(series),
        CONSTANT: len(known) > 1 and np.ptp(known) <= 1e-9 * np.abs(known).max(),
        CEILING: near_bound(value, floor, top, upper=True),
        FLOOR: near_bound(value, floor, top, upper=False),
        NO_DENOMINATOR: ((series.columns["denominator"] == 0) & stretch).any(),
    }
    return tuple(name for name, holds in found.items() if holds)


def bounds(series: Series) -> tuple[float, float]:
    """Least and greatest value that a measure can have.

    A proportion that is read and written as a plain number may be in hundredths.
    """
    kind, scale, read = (series.entry[name] for name in ("kind", "scale", "columns"))
    if kind in ("value", "mean"):
        return -np.inf, np.inf
    if kind != "proportion":
        return 0.0, np.inf
    return 0.0, 100.0 if read["value"] and scale == "number" and (series.columns["value"] > 1).any() else 1.0


def units_change(known: np.ndarray) -> bool:
    """Whether all values from some point on are about 100 or 1,000 times those before, or a part of them."""
    return units_step(known)[0] > 0


def units_step(known: np.ndarray) -> tuple[int, float]:
    """Position from which on values are in another unit, and 100 or 1,000; (0, 1) where they are not.

    Looked for at the widest step; both sides have two values or more, lie wholly apart, and are positive.
    """
    if len(known) < 4 or known.min() <= 0:
        return 0, 1.0
    logs = np.log(known)
    steps = np.abs(np.diff(logs))[1:-1]
    if steps.max() <= np.log(10):
        return 0, 1.0
    at = 2 + int(steps.argmax())
    before, after = sorted((logs[:at], logs[at:]), key=np.median)
    factor = float(np.exp(np.median(after) - np.median(before)))
    apart = after.min() - before.max() > np.log(10)
    near = [each for each in UNIT_FACTORS if each / UNIT_SLACK < factor < each * UNIT_SLACK]
    return (at, near[0]) if apart and near else (0, 1.0)


def _above(series: Series, stretch: np.ndarray, known: np.ndarray, top: float) -> bool:
    if not np.isfinite(top):
        return False
    more = (series.columns["numerator"] > series.columns["denominator"]) & stretch
    return bool(more.any() or (known > top * (1 + 1e-9)).any())


def total_falls(series: Series) -> bool:
    """Whether a running total that is read is lower than an interval before in the same year."""
    return is_running(series.entry) and bool(falls(series).any())


def falls(series: Series) -> np.ndarray:
    """Whether a running total that is read is lower in an interval than in the one before of the same year."""
    if not is_running(series.entry):
        return np.zeros(len(series.periods), bool)
    years = [Period.containing(period.end, "year", series.fiscal_start).year for period in series.periods]
    steps = series.frame["running"].dropna().groupby(pd.Series(years, dtype=int)).diff()
    return (steps < 0).reindex(series.frame.index, fill_value=False).to_numpy()


def near_bound(value: np.ndarray, floor: float, top: float, upper: bool) -> bool:
    """Whether many values lie on a bound, or all so close to it that a process limit lies beyond."""
    bound = top if upper else floor
    if not np.isfinite(bound):
        return False
    known = value[~np.isnan(value)]
    if len(known) < TRIAL or np.ptp(known) == 0:
        return False
    if np.isclose(known, bound, rtol=0, atol=1e-12).mean() >= ON_BOUND:
        return True
    lines = limits(value)
    beyond = lines.upper > bound if upper else lines.lower < bound
    return bool(beyond and np.isfinite(top) and abs(np.median(known) - bound) <= NEAR_BOUND * (top - floor))
