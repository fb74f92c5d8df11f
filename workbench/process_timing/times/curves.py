"""How long cases take, as a curve in which those still open count as waiting, and what may be told of it."""

from dataclasses import astuple
from functools import lru_cache

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import CALENDAR, DAY, Cohort, Some
from workbench.process_timing.counts import NO_DATA, UNRELIABLE, VALUE
from workbench.process_timing.times.clocks import calendar_of, day_of
from workbench.statistics.percentiles import enough_for
from workbench.statistics.survival import Curve, Reached, kaplan_meier, percentile


def curve_of(cohort: Cohort, cases: pd.DataFrame | Some, clock: str = CALENDAR) -> Curve:
    """Kaplan-Meier curve of lead times in days of a clock; withdrawn cases are last seen when they withdrew.

    Where the log holds the cases that were active in a window, each is at risk from the day it came
    under observation only.
    """
    return kaplan_meier(
        cohort.days(cases, clock),
        cohort.observed(cases),
        entry=entries(cohort, cases, clock),
        confidence=cohort.confidence,
    )


def entries(cohort: Cohort, cases: pd.DataFrame | Some, clock: str = CALENDAR) -> np.ndarray | None:
    """Days after its start at which each case came under observation; None where all were from their start."""
    entered = np.asarray(cases["entered"])
    if not entered.any():
        return None
    if clock == CALENDAR:
        return entered / DAY
    start, start_working = (np.asarray(cases[name]) for name in ("start", "start_working"))
    until = calendar_of(cohort).worked(start + entered) - start_working
    return until / day_of(cohort, clock)


def median_and_ninth(cohort: Cohort, cases: pd.DataFrame | Some, clock: str = CALENDAR) -> dict:
    """Median and 90th percentile of lead times with limits, beside the median of closed cases only."""
    curve = curve_of(cohort, cases, clock)
    median, ninth = (told(percentile(curve, p), cases, p, cohort) for p in (0.5, 0.9))
    shows = bool(enough_for(len(cases), 0.9))
    values = {
        "closed_median": cohort.median_of(cases, clock),
        "median": median.value,
        "lower": median.lower,
        "upper": median.upper,
        "p90": ninth.value if shows else None,
        "p90_lower": ninth.lower if shows else None,
        "p90_upper": ninth.upper if shows else None,
    }
    return {name: np.nan if value is None else value for name, value in values.items()}


def told(at: Reached, cases: pd.DataFrame | Some, p: float, cohort: Cohort) -> Reached:
    """A percentile, without what would tell how few cases are open, or how few are not."""
    still_open = int(np.count_nonzero(cases["is_open"]))
    over, fewest = len(cases) - still_open, cohort.rounding.fewest
    if len(cases) < fewest or not (0 < over < fewest or 0 < still_open < fewest):
        return at
    if over < fewest:
        return Reached(None, None, None)
    sure = certain(len(cases), fewest - 1, p, cohort.confidence)
    return Reached(*(value if known else None for value, known in zip(astuple(at), sure, strict=True)))


@lru_cache(maxsize=1024)
def certain(n: int, few: int, p: float, confidence: float) -> tuple[bool, bool, bool]:
    """Whether a percentile and its two bounds are reached by n cases even when ``few`` of them are open.

    Only then does it tell nothing about a smaller number that it is reached.
    """
    if n <= few:
        return (False, False, False)
    curve = kaplan_meier(
        np.repeat([1.0, 2.0], [n - few, few]), np.repeat([True, False], [n - few, few]), confidence=confidence
    )
    at = percentile(curve, p)
    return (at.value is not None, at.lower is not None, at.upper is not None)


def compared(cohort: Cohort) -> list[str]:
    """The period, and those of the periods it is compared with that have cases."""
    known, period = set(cohort.intervals), cohort.period
    others = [str(each) for each in (period.previous(), period.same_last_year())]
    return list(dict.fromkeys([str(period), *(name for name in others if name in known)]))


def state_of(n: int) -> str:
    """Fewer cases than a median needs are marked unreliable, none at all as no data."""
    if n == 0:
        return NO_DATA
    return VALUE if enough_for(n, 0.5) else UNRELIABLE
