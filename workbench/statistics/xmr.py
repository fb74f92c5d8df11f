"""XmR process limits: a centre line and natural limits from the moving ranges of a series.

Sources: W. A. Shewhart 1931; D. J. Wheeler, Understanding Variation, 1993; screening of moving
ranges: L. S. Nelson, Control charts for individual measurements, J. Quality Technology 14, 1982,
and L. P. Provost and S. Murray, The Health Care Data Guide, 2011.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

D2 = 1.128  # mean range of two standard normal values, rounded as in the published tables
NHS = 2.66  # limits of Making Data Count: mean +/- 2.66 average moving ranges
MONTGOMERY = 3 / D2  # limits of Montgomery, NIST and qcc: mean +/- 3 average moving ranges / 1.128
SCREEN = 3.267  # a moving range this many times the average is not common-cause variation
NEAR = 2 / 3  # of the way from the mean to a limit

Gaps = Literal["break", "bridge"]


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
    reach = constant * average
    return Limits(
        mean=mean,
        lower=mean - reach,
        upper=mean + reach,
        near_lower=mean - NEAR * reach,
        near_upper=mean + NEAR * reach,
        sigma=average / D2,
        n=len(known),
    )


def chart(
    values: Sequence[float],
    *,
    baseline: Sequence[bool] | None = None,
    phases: Sequence[int] | None = None,
    screen: bool = True,
    constant: float = NHS,
    gaps: Gaps = "break",
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

    Returns
    -------
    DataFrame
        One row a point: ``phase``, ``mean``, ``lower``, ``upper``, ``near_lower``, ``near_upper``,
        ``sigma``, ``n`` (points the limits rest on).
    """
    series = np.asarray(values, dtype=float)
    used = np.ones(len(series), bool) if baseline is None else np.asarray(baseline, bool)
    phase = np.zeros(len(series), int) if phases is None else np.asarray(phases, int)
    of_phase = {
        number: limits(
            np.where(used, series, np.nan)[phase == number], screen=screen, constant=constant, gaps=gaps
        )
        for number in np.unique(phase)
    }
    names = list(Limits.__dataclass_fields__)
    columns = {name: [getattr(of_phase[number], name) for number in phase] for name in names}
    return pd.DataFrame({"phase": phase, **columns})
