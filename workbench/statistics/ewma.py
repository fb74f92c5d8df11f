"""The EWMA chart: a weighted mean of the latest points, which shows small shifts that last.

Sources: S. W. Roberts 1959; J. M. Lucas and M. S. Saccucci, Technometrics 32, 1990; limits as in qcc 3.0.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.statistics.limit_frames import REACH, layout, limit_frame
from workbench.statistics.xmr import MONTGOMERY, Gaps, chart

WEIGHT = 0.2  # of the latest point


def ewma_chart(
    values: Sequence[float],
    *,
    weight: float = WEIGHT,
    reach: float = REACH,
    baseline: Sequence[bool] | None = None,
    phases: Sequence[int] | None = None,
    screen: bool = False,
    gaps: Gaps = "break",
) -> pd.DataFrame:
    """Weighted means z = w y + (1 - w) z of a series, and their limits, which widen with time.

    Centre line -/+ reach sigma sqrt(w / (2 - w) (1 - (1 - w) ** (2 t))), t counted from the start of the phase.

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing: such a point has no mean and no limits and does not count in t.
    weight : float
        Of the latest point, above 0 and at most 1; with 1 it is an XmR chart.
    reach : float
        Standard deviations of z to a limit: 3, or 2.7 for about as many false alarms at weight 0.2.
    baseline, phases, screen, gaps
        Of the centre line and of sigma, the average moving range / 1.128: see
        :func:`workbench.statistics.xmr.chart`.

    Returns
    -------
    DataFrame
        As :func:`workbench.statistics.xmr.chart` gives, with ``ewma``; ``sigma`` is the standard deviation of z.
        Only the rule ``outside`` may be applied to ``ewma``: neighbours share points, so runs prove nothing.

    Raises
    ------
    ValueError
        When the weight is not above 0 and at most 1.
    """
    if not 0 < weight <= 1:
        raise ValueError(f"the weight of the latest point is above 0 and at most 1, got {weight:g}.")
    series = np.asarray(values, float)
    known = ~np.isnan(series)
    points = layout(known, baseline, phases)
    lines = chart(series, baseline=baseline, phases=phases, screen=screen, constant=MONTGOMERY, gaps=gaps)
    centre = lines["mean"].to_numpy()
    smoothed, time = np.full(len(series), np.nan), np.full(len(series), np.nan)
    for number in np.unique(points.phase):
        own = np.flatnonzero((points.phase == number) & known)
        time[own] = np.arange(1, len(own) + 1)
        smoothed[own] = _smooth(series[own], centre[own], weight)
    sigma = lines["sigma"].to_numpy() * np.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * time)))
    return limit_frame(points, centre, sigma, reach=reach).assign(ewma=smoothed)


def _smooth(series: np.ndarray, centre: np.ndarray, weight: float) -> np.ndarray:
    """Weighted means of points without gaps, the first of them with the centre line."""
    smoothed = np.empty(len(series))
    latest = centre[0] if len(series) else np.nan
    for place, value in enumerate(series):
        latest = smoothed[place] = weight * value + (1 - weight) * latest
    return smoothed
