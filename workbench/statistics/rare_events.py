"""Control charts of rare events: g (how many cases between two) and t (how much time between two).

Sources: D. C. Montgomery, Introduction to Statistical Quality Control, 2009, sections 7.1.4 and 7.3.5;
L. S. Nelson, A control chart for parts-per-million nonconforming items, J. Quality Technology 26, 1994 (the power 1 / 3.6);
L. P. Provost and S. Murray, The Health Care Data Guide, 2011 (the median as centre line); M. Xie and T. N. Goh, The use of
probability limits for process control based on geometric distribution, Int. J. Quality & Reliability Management 14, 1997; counts
of two spans given their sum: J. Przyborowski and H. Wilenski, Biometrika 31, 1940.

The farther apart, the rarer the events: a point above the limits is an event that was long in coming. Neither
chart has a lower limit that many close events could cross; a shift below the centre line shows those.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import bdtr, bdtrc

from workbench.statistics.limit_frames import layout, limit_frame
from workbench.statistics.nhs_rules import LINES
from workbench.statistics.xmr import MONTGOMERY, Gaps, chart

POWER = 3.6  # a time between Poisson events to the power 1 / 3.6 is nearly normal
MEDIAN_OF_MEAN = 0.693  # median of an exponential time, in means: log 2

BEYOND = 0.00135  # of the times between events lie beyond a limit, as of normal values beyond three sigma
WINDOWS = (1, 3, 6, 12)

Centre = Literal["median", "theoretical", "mean"]


def waits(events: Sequence[float]) -> np.ndarray:
    """Intervals without an event since the last one that had any, one entry an interval.

    In an interval with an event it is the wait that ended, in one without what has been waited so far. NaN before the
    first event, where missing, and from there to the next event.

    Examples
    --------
    >>> waits([0, 2, 0, 0, 1, 1, 0])
    array([nan, nan,  1.,  2.,  2.,  0.,  1.])
    """
    found, waited = np.full(len(events), np.nan), np.nan
    for at, number in enumerate(np.asarray(events, float)):
        found[at] = waited if number > 0 else waited + 1
        waited = 0.0 if number > 0 else found[at] if number == 0 else np.nan
    return np.where(np.isnan(np.asarray(events, float)), np.nan, found)


def longest_wait(mean: float) -> float:
    """What a wait of a steady process exceeds in 135 of 100,000, from the mean of its waits; geometric waits.

    Examples
    --------
    >>> round(longest_wait(3.0), 1), longest_wait(0.0)
    (22.0, 0.0)
    """
    return float(np.log(BEYOND) / np.log(mean / (mean + 1)) - 1) if mean > 0 else 0.0


def latest_events_p(
    events: Sequence[float], exposures: Sequence[float] | None = None, windows: Sequence[int] = WINDOWS
) -> float:
    """p value of "the latest intervals have as many events as those before, chance apart".

    Parameters
    ----------
    events : sequence of float
        In time order; NaN where missing.
    exposures : sequence of float, optional
        What they are counted against; equal where not given.
    windows : sequence of int
        How many of the latest intervals are taken together.

    Returns
    -------
    float
        Exact for Poisson counts: those of the latest intervals are binomial given the sum of all. Bonferroni over
        windows and sides; NaN without an event, or without as many intervals before as a window holds.
    """
    counts = np.asarray(events, float)
    known = ~np.isnan(counts)
    counts = counts[known]
    below = np.ones(len(counts)) if exposures is None else np.asarray(exposures, float)[known]
    usable = [size for size in windows if len(counts) - size >= size]
    total = int(counts.sum())
    if not usable or not total:
        return np.nan
    looks = []
    for size in usable:
        latest, share = counts[-size:].sum(), below[-size:].sum() / below.sum()
        more = bdtrc(latest - 1, total, share) if latest else 1.0
        looks.append(min(bdtr(latest, total, share), more))
    return float(min(1.0, 2 * len(looks) * min(looks)))


def g_chart(
    cases: Sequence[float],
    *,
    baseline: Sequence[bool] | None = None,
    phases: Sequence[int] | None = None,
    centre: Centre = "median",
) -> pd.DataFrame:
    """Limits of the cases between two events: m -/+ 3 sqrt(m (m + 1)), not below 0.

    Parameters
    ----------
    cases : sequence of float
        Cases from one event to the next, one entry an event; NaN where missing.
    baseline, phases
        See :func:`workbench.statistics.xmr.chart`.
    centre : {'median', 'theoretical', 'mean'}
        The line that shifts are judged by: the median of the points, 0.693 of their mean, or their mean,
        below which most points of a stable process lie. The limits are around the mean in any case.

    Returns
    -------
    DataFrame
        As :func:`workbench.statistics.xmr.chart` gives, ``mean`` being the centre line, with ``one_lower`` and
        ``one_upper``, the lines one sigma from the mean.

    Raises
    ------
    ValueError
        When a number of cases is negative.
    """
    series = np.asarray(cases, float)
    _refuse(series < 0, series, "the cases between two events are 0 or more")
    points = layout(~np.isnan(series), baseline, phases)
    mean = points.each(lambda own: series[own].mean() if own.any() else np.nan)
    median = points.each(lambda own: np.median(series[own]) if own.any() else np.nan)
    sigma = np.sqrt(mean * (mean + 1))
    found = limit_frame(points, mean, sigma, floor=0.0)
    line = {"median": median, "theoretical": MEDIAN_OF_MEAN * mean, "mean": mean}[centre]
    return found.assign(mean=line, one_lower=np.maximum(mean - sigma, 0.0), one_upper=mean + sigma)


def t_chart(
    times: Sequence[float],
    *,
    baseline: Sequence[bool] | None = None,
    phases: Sequence[int] | None = None,
    screen: bool = True,
    constant: float = MONTGOMERY,
    gaps: Gaps = "break",
) -> pd.DataFrame:
    """Limits of the time between two events: an XmR chart of the 3.6th root, raised again, not below 0.

    Parameters
    ----------
    times : sequence of float
        Time from one event to the next, in any unit; NaN where missing.
    baseline, phases, screen, constant, gaps
        See :func:`workbench.statistics.xmr.chart`.

    Returns
    -------
    DataFrame
        As :func:`workbench.statistics.xmr.chart` gives, in the unit of the times, with ``one_lower`` and
        ``one_upper``. ``sigma`` is that of the 3.6th roots.

    Raises
    ------
    ValueError
        When a time is not above 0.
    """
    series = np.asarray(times, float)
    _refuse(series <= 0, series, "a time between two events is above 0 (give hours, or use a g chart)")
    found = chart(
        series ** (1 / POWER), baseline=baseline, phases=phases, screen=screen, constant=constant, gaps=gaps
    )
    found = found.assign(one_lower=found["mean"] - found["sigma"], one_upper=found["mean"] + found["sigma"])
    lines = [name for name in LINES if name != "sigma"]
    found[lines] = np.maximum(found[lines].to_numpy(), 0.0) ** POWER
    return found


def _refuse(wrong: np.ndarray, series: np.ndarray, rule: str) -> None:
    if wrong.any():
        places = ", ".join(f"{series[place]:g} at place {place}" for place in np.flatnonzero(wrong))
        raise ValueError(f"{rule}, got {places}.")
