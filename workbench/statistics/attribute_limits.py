"""Control charts of counts: p (shares), u (rates) and c (counts of equal opportunity).

Source: D. C. Montgomery, Introduction to Statistical Quality Control, 2009, chapter 7. The centre line is the
sum of the numerators over the sum of the denominators of the baseline, never the mean of the ratios. Limits
rest on the binomial or Poisson law alone: with large denominators they are too narrow, and those of
:mod:`workbench.statistics.laney` are wanted.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import pdtr

from workbench.statistics.limit_frames import Layout, layout, limit_frame
from workbench.statistics.proportions import checked_counts, share


def p_chart(
    numerator: Sequence[float],
    denominator: Sequence[float],
    *,
    baseline: Sequence[bool] | None = None,
    phases: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Limits of a share: p -/+ 3 sqrt(p (1 - p) / n), within 0 and 1.

    Parameters
    ----------
    numerator, denominator : sequence of float
        Cases that count and all cases, in time order; NaN where missing. A denominator of 0 has no value and
        no limits.
    baseline : sequence of bool, optional
        Which points the centre line is computed from (a frozen baseline, excluded points); all when left out.
    phases : sequence of int, optional
        Number of the rebase group of each point; the centre line is computed inside each.

    Returns
    -------
    DataFrame
        One row a point, as :func:`workbench.statistics.xmr.chart` gives; limits vary with the denominator.

    Raises
    ------
    ValueError
        When a count is negative or there are more cases that count than cases.
    """
    x, n = checked_counts(numerator, denominator)
    points, centre = centred(x, n, baseline, phases)
    return limit_frame(points, centre, binomial_sigma(centre, n), floor=0.0, ceiling=1.0)


def u_chart(
    numerator: Sequence[float],
    denominator: Sequence[float],
    *,
    baseline: Sequence[bool] | None = None,
    phases: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Limits of a rate: u -/+ 3 sqrt(u / n), not below 0.

    Parameters
    ----------
    numerator, denominator : sequence of float
        Events and exposure, in time order. For a rate per 1,000 give the exposure in thousands.
    baseline, phases
        See :func:`p_chart`.

    Returns
    -------
    DataFrame
        One row a point, as :func:`p_chart`.

    Raises
    ------
    ValueError
        When a count or an exposure is negative.
    """
    x, n = checked_events(numerator, denominator)
    points, centre = centred(x, n, baseline, phases)
    return limit_frame(points, centre, poisson_sigma(centre, n), floor=0.0)


def c_chart(
    counts: Sequence[float], *, baseline: Sequence[bool] | None = None, phases: Sequence[int] | None = None
) -> pd.DataFrame:
    """Limits of a count whose opportunity does not change: c -/+ 3 sqrt(c), not below 0.

    Parameters
    ----------
    counts : sequence of float
        In time order; NaN where missing: such a point has limits, which are the same for all.
    baseline, phases
        See :func:`p_chart`.

    Returns
    -------
    DataFrame
        One row a point, as :func:`p_chart`.

    Raises
    ------
    ValueError
        When a count is negative.
    """
    return u_chart(counts, np.ones(len(counts)), baseline=baseline, phases=phases)


def checked_events(numerator, denominator) -> tuple[np.ndarray, np.ndarray]:
    """Events and exposure as arrays of one shape.

    Raises
    ------
    ValueError
        When one of them is negative.
    """
    x, n = np.broadcast_arrays(np.asarray(numerator, float), np.asarray(denominator, float))
    wrong = (x < 0) | (n < 0)
    if wrong.any():
        got = f"{x[wrong].flat[0]:g} of {n[wrong].flat[0]:g}"
        raise ValueError(f"a rate has events and an exposure of 0 or more, got {got}.")
    return x, n


def centred(x: np.ndarray, n: np.ndarray, baseline, phases) -> tuple[Layout, np.ndarray]:
    """The points with a numerator and a denominator above 0, and the centre line of each point.

    The centre line is the sum of numerators over the sum of denominators of each phase's baseline.
    """
    points = layout(~np.isnan(x) & (n > 0), baseline, phases)
    return points, points.each(lambda own: float(share(x[own].sum(), n[own].sum())))


def binomial_sigma(centre: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Standard deviation of a share of ``n`` cases."""
    return np.sqrt(share(centre * (1 - centre), n))


def poisson_sigma(centre: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Standard deviation of a rate over an exposure of ``n``."""
    return np.sqrt(share(centre, n))


def at_or_below_mean(mean: float) -> float:
    """Probability that a Poisson count lies at its mean or below: more than one half, the more the smaller it is.

    Examples
    --------
    >>> round(at_or_below_mean(1.0), 3), round(at_or_below_mean(0.3), 3)
    (0.736, 0.741)
    """
    return float(pdtr(np.floor(mean), mean))
