"""Laney's p' and u' charts: limits of shares and rates of large denominators.

Source: D. B. Laney, Improved control charts for attributes, Quality Engineering 14, 2002. The binomial or
Poisson spread is multiplied by sigma z, what neighbouring points differ by beyond it. Where sigma z is near
1 the p or u chart says the same; where it is far above 1, that chart's limits are too narrow by this factor.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.statistics.attribute_limits import binomial_sigma, centred, checked_events, poisson_sigma
from workbench.statistics.limit_frames import Layout, limit_frame
from workbench.statistics.proportions import checked_counts, share
from workbench.statistics.xmr import D2, Gaps, moving_ranges, screened


def p_prime_chart(
    numerator: Sequence[float],
    denominator: Sequence[float],
    *,
    baseline: Sequence[bool] | None = None,
    phases: Sequence[int] | None = None,
    screen: bool = False,
    gaps: Gaps = "break",
) -> pd.DataFrame:
    """Limits of a share: p -/+ 3 sigma z sqrt(p (1 - p) / n), within 0 and 1.

    Parameters
    ----------
    numerator, denominator, baseline, phases
        See :func:`workbench.statistics.attribute_limits.p_chart`.
    screen, gaps
        Of the moving ranges of z: see :func:`workbench.statistics.xmr.limits`.

    Returns
    -------
    DataFrame
        As of a p chart, with ``sigma_z`` of each point's phase: missing with fewer than two points, as
        are the limits. Where none or all of the cases count, the limits lie on the centre line.

    Raises
    ------
    ValueError
        When a count is negative or there are more cases that count than cases.
    """
    x, n = checked_counts(numerator, denominator)
    points, centre = centred(x, n, baseline, phases)
    return _widened(x, n, points, centre, binomial_sigma(centre, n), 1.0, screen, gaps)


def u_prime_chart(
    numerator: Sequence[float],
    denominator: Sequence[float],
    *,
    baseline: Sequence[bool] | None = None,
    phases: Sequence[int] | None = None,
    screen: bool = False,
    gaps: Gaps = "break",
) -> pd.DataFrame:
    """Limits of a rate: u -/+ 3 sigma z sqrt(u / n), not below 0.

    Parameters
    ----------
    numerator, denominator, baseline, phases
        See :func:`workbench.statistics.attribute_limits.u_chart`.
    screen, gaps
        See :func:`p_prime_chart`.

    Returns
    -------
    DataFrame
        As of :func:`p_prime_chart`.

    Raises
    ------
    ValueError
        When a count or an exposure is negative.
    """
    x, n = checked_events(numerator, denominator)
    points, centre = centred(x, n, baseline, phases)
    return _widened(x, n, points, centre, poisson_sigma(centre, n), np.inf, screen, gaps)


def _widened(
    x: np.ndarray,
    n: np.ndarray,
    points: Layout,
    centre: np.ndarray,
    within: np.ndarray,
    ceiling: float,
    screen: bool,
    gaps: Gaps,
) -> pd.DataFrame:
    """The frame with the spread within points widened to that between them."""
    z = share(share(x, n) - centre, within)
    sigma_z = points.each(lambda own: _sigma_z(np.where(own, z, np.nan), screen, gaps))
    sigma = np.where(within == 0, 0.0, within * sigma_z)
    return limit_frame(points, centre, sigma, floor=0.0, ceiling=ceiling).assign(sigma_z=sigma_z)


def _sigma_z(z: np.ndarray, screen: bool, gaps: Gaps) -> float:
    ranges = moving_ranges(z, gaps)
    kept = screened(ranges) if screen else ranges
    return float(kept.mean()) / D2 if len(kept) else np.nan
