"""XmR process limits: a centre line and natural limits from the moving ranges of a series.

Sources: W. A. Shewhart 1931; D. J. Wheeler, Understanding Variation, 1993; screening of moving
ranges: L. S. Nelson, Control charts for individual measurements, J. Quality Technology 14, 1982,
and L. P. Provost and S. Murray, The Health Care Data Guide, 2011. Median lines: Wheeler 1993.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

D2 = 1.128  # mean range of two standard normal values, rounded as in the published tables
NHS = 2.66  # limits of Making Data Count: mean +/- 2.66 average moving ranges
MONTGOMERY = 3 / D2  # limits of Montgomery, NIST and qcc: mean +/- 3 average moving ranges / 1.128
D4 = 0.954  # median range of two standard normal values, rounded likewise
MEDIAN = 3.145  # median +/- 3.145 median moving ranges
SCREEN = 3.267  # a moving range this many times the average is not common-cause variation
NEAR = 2 / 3  # of the way from the mean to a limit

Gaps = Literal["break", "bridge"]
Lines = Literal["mean", "median"]


@dataclass(frozen=True)
class Limits:
    """Process limits of one stable stretch. All fields but ``n`` are missing (NaN) where undefined.

    Parameters
    ----------
    mean, lower, upper : float
        Centre line and natural process limits, in the unit of the series.
    near_lower, near_upper : float
        Two thirds of the way from the mean to the limits.
    sigma : float
        Average moving range / 1.128: spread of single values, blind to slow movement.
    n : int
        Points that the limits rest on.
    """

    mean: float
    lower: float
    upper: float
    near_lower: float
    near_upper: float
    sigma: float
    n: int


def moving_ranges(values: Sequence[float], gaps: Gaps = "break") -> np.ndarray:
    """Absolute differences between neighbours.

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where a point is missing or excluded.
    gaps : {'break', 'bridge'}
        ``break``: a moving range needs two neighbouring intervals, so none is taken across a
        missing point (NHSRplotthedots). ``bridge``: missing points are dropped first (qcc, qicharts2).

    Returns
    -------
    ndarray
        Without the undefined ones, so at most one shorter than the series.
    """
    series = np.asarray(values, dtype=float)
    if gaps == "bridge":
        series = series[~np.isnan(series)]
    ranges = np.abs(np.diff(series))
    return ranges[~np.isnan(ranges)]


def screened(ranges: np.ndarray) -> np.ndarray:
    """Moving ranges below 3.267 times their average; one pass, as Nelson 1982.

    All are kept where none would be left but zeros: limits without width would make a signal of every
    point of a series that is constant but for one value (a deviation from NHSRplotthedots).
    """
    if not len(ranges):
        return ranges
    kept = ranges[ranges < SCREEN * ranges.mean()]
    return kept if kept.any() else ranges


def limits(
    values: Sequence[float],
    *,
    screen: bool = True,
    constant: float = NHS,
    gaps: Gaps = "break",
    centre: float | None = None,
) -> Limits:
    """XmR limits of one stretch of points.

    Parameters
    ----------
    values : sequence of float
        The baseline in time order; NaN where a point is missing or excluded.
    screen : bool
        Leave out moving ranges of 3.267 times their average or more. The mean is never screened.
    constant : float
        ``NHS`` (2.66) or ``MONTGOMERY`` (3 / 1.128).
    gaps : {'break', 'bridge'}
        See :func:`moving_ranges`.
    centre : float, optional
        A centre line to use instead of the mean, such as sum of numerators / sum of denominators.

    Notes
    -----
    One point has a mean and no limits; no point has neither. Never mean +/- 3 standard deviations of
    the whole series: a shift would widen the limits that should show it.

    Examples
    --------
    >>> found = limits([1, 2, 3, 4, 5, 4, 3, 2, 1, 2])
    >>> round(found.lower, 2), found.mean, round(found.upper, 2)
    (0.04, 2.7, 5.36)
    """
    series = np.asarray(values, dtype=float)
    known = series[~np.isnan(series)]
    mean = centre if centre is not None else (float(known.mean()) if len(known) else np.nan)
    ranges = moving_ranges(series, gaps)
    kept = screened(ranges) if screen else ranges
    average = float(kept.mean()) if len(kept) else np.nan
    return _around(mean, constant * average, average / D2, len(known))


def median_limits(values: Sequence[float], *, gaps: Gaps = "break") -> Limits:
    """XmR limits from medians, which a few wild points do not move: nothing is screened.

    Median -/+ 3.145 median moving ranges; sigma is the median moving range / 0.954, not / 1.128, the constant
    of the mean, which would make it 15 % too small.

    Parameters
    ----------
    values, gaps
        See :func:`limits`.

    Returns
    -------
    Limits
        ``mean`` holds the centre line, which is the median.
    """
    series = np.asarray(values, dtype=float)
    known, ranges = series[~np.isnan(series)], moving_ranges(series, gaps)
    middle = float(np.median(known)) if len(known) else np.nan
    usual = float(np.median(ranges)) if len(ranges) else np.nan
    return _around(middle, MEDIAN * usual, usual / D4, len(known))


def _around(centre: float, reach: float, sigma: float, n: int) -> Limits:
    near = NEAR * reach
    return Limits(centre, centre - reach, centre + reach, centre - near, centre + near, sigma, n)


def chart(
    values: Sequence[float],
    *,
    baseline: Sequence[bool] | None = None,
    phases: Sequence[int] | None = None,
    screen: bool = True,
    constant: float = NHS,
    gaps: Gaps = "break",
    lines: Lines = "mean",
) -> pd.DataFrame:
    """Process limits of every point of a series that may have been restarted.

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing.
    baseline : sequence of bool, optional
        Which points the limits are computed from (a frozen baseline, excluded points); all when left out.
    phases : sequence of int, optional
        Number of the rebase group of each point; limits are computed inside each.
    screen, constant, gaps
        See :func:`limits`.
    lines : {'mean', 'median'}
        ``median``: by :func:`median_limits`; ``screen`` and ``constant`` have no say.

    Returns
    -------
    DataFrame
        One row a point: ``phase``, ``mean``, ``lower``, ``upper``, ``near_lower``, ``near_upper``,
        ``sigma``, ``n`` (points the limits rest on).
    """
    series = np.asarray(values, dtype=float)
    used = np.ones(len(series), bool) if baseline is None else np.asarray(baseline, bool)
    phase = np.zeros(len(series), int) if phases is None else np.asarray(phases, int)
    kept = np.where(used, series, np.nan)
    of_phase = {}
    for number in np.unique(phase):
        own = kept[phase == number]
        if lines == "median":
            of_phase[number] = median_limits(own, gaps=gaps)
        else:
            of_phase[number] = limits(own, screen=screen, constant=constant, gaps=gaps)
    names = list(Limits.__dataclass_fields__)
    columns = {name: [getattr(of_phase[number], name) for number in phase] for name in names}
    return pd.DataFrame({"phase": phase, **columns})
