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

from workbench.statistics.rows import as_given, means, table

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
    ranges = _ranges(table(values), gaps)[0]
    return ranges[~np.isnan(ranges)]


def _ranges(series: np.ndarray, gaps: Gaps) -> np.ndarray:
    """Moving range of each point but the first of each row; NaN where there is none."""
    before = series
    if gaps == "bridge":
        places = np.where(np.isnan(series), 0, np.arange(series.shape[-1]))
        before = np.take_along_axis(series, np.maximum.accumulate(places, axis=-1), axis=-1)
    return np.abs(series[:, 1:] - before[:, :-1])


def screened(ranges: np.ndarray) -> np.ndarray:
    """Moving ranges below 3.267 times their average; one pass, as Nelson 1982.

    All are kept where none would be left but zeros: limits without width would make a signal of every
    point of a series that is constant but for one value (a deviation from NHSRplotthedots).
    """
    return ranges[_usual(ranges[None])[0]]


def _usual(ranges: np.ndarray) -> np.ndarray:
    """Which ranges of each row are left by screening."""
    known = ~np.isnan(ranges)
    kept = known & (ranges < SCREEN * means(ranges, known)[:, None])
    return np.where((kept & (ranges > 0)).any(axis=-1, keepdims=True), kept, known)


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
        The baseline in time order; NaN where a point is missing or excluded. Of many series a table, a row each.
    screen : bool
        Leave out moving ranges of 3.267 times their average or more. The mean is never screened.
    constant : float
        ``NHS`` (2.66) or ``MONTGOMERY`` (3 / 1.128).
    gaps : {'break', 'bridge'}
        See :func:`moving_ranges`.
    centre : float, optional
        A centre line to use instead of the mean, such as sum of numerators / sum of denominators.

    Returns
    -------
    Limits

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
    series = table(values)
    known, ranges = ~np.isnan(series), _ranges(series, gaps)
    kept = _usual(ranges) if screen else ~np.isnan(ranges)
    average = as_given(means(ranges, kept), values)
    mean = as_given(means(series, known), values) if centre is None else centre
    return _around(mean, constant * average, average / D2, as_given(known.sum(axis=-1), values))


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
    found = _median_limits(table(values), gaps)
    return Limits(*(getattr(found, name).item() for name in Limits.__dataclass_fields__))


def _median_limits(series: np.ndarray, gaps: Gaps) -> Limits:
    ranges = _ranges(series, gaps)
    middle, usual = _medians(series), _medians(ranges)
    return _around(middle, MEDIAN * usual, usual / D4, (~np.isnan(series)).sum(axis=-1))


def _medians(values: np.ndarray) -> np.ndarray:
    """Median of the known entries of each row; NaN where none is."""
    known = [own[~np.isnan(own)] for own in values]
    return np.array([np.median(own) if len(own) else np.nan for own in known])


def _around(centre, reach, sigma, n) -> Limits:
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
    series = table(values)
    phase = np.zeros(series.shape[-1], int) if phases is None else np.asarray(phases, int)
    shaped = {"screen": screen, "constant": constant, "gaps": gaps, "lines": lines}
    found = chart_lines(series, phase, baseline=baseline, **shaped)
    return pd.DataFrame({"phase": phase, **{name: line[0] for name, line in found.items()}})


def chart_lines(
    series: np.ndarray,
    phase: np.ndarray,
    *,
    baseline: Sequence[bool] | None = None,
    screen: bool = True,
    constant: float = NHS,
    gaps: Gaps = "break",
    lines: Lines = "mean",
) -> dict[str, np.ndarray]:
    """The columns of :func:`chart` of a table of series that were restarted together, each a table.

    Parameters
    ----------
    series : ndarray of float
        One row a series, its last axis time; NaN where missing.
    phase : ndarray of int
        Number of the rebase group of each point, the same for all series.
    baseline : sequence of bool, optional
        Of each point, or of each point of each series.
    screen, constant, gaps, lines
        See :func:`chart`.
    """
    kept = series if baseline is None else np.where(np.asarray(baseline, bool), series, np.nan)
    names = list(Limits.__dataclass_fields__)
    found = {name: np.empty(series.shape, int if name == "n" else float) for name in names}
    for number in np.unique(phase):
        own = phase == number
        part = np.compress(own, kept, axis=-1)
        if lines == "median":
            level = _median_limits(part, gaps)
        else:
            level = limits(part, screen=screen, constant=constant, gaps=gaps)
        for name in names:
            found[name][:, own] = getattr(level, name)[:, None]
    return found
