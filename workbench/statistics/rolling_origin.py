"""What a forecaster would have said at each past interval, beside what came: evaluation on a rolling origin.

Source: L. J. Tashman, Out-of-sample tests of forecasting accuracy, International J. Forecasting 16, 2000.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

FIRST = 8  # intervals known before the first origin, at least


@dataclass(frozen=True)
class Forecast:
    """What is expected of the coming intervals.

    Parameters
    ----------
    means, spreads : ndarray, one for each coming interval
    freedom : float
        Degrees of freedom of the spreads.
    """

    means: np.ndarray
    spreads: np.ndarray
    freedom: float


Forecaster = Callable[[np.ndarray, int], Forecast]


@dataclass(frozen=True)
class PastForecasts:
    """Forecasts made at past intervals of which the outcome is known, an element each.

    Parameters
    ----------
    origin : ndarray of int
        How many intervals were there when the forecast was made.
    step : ndarray of int
        How far ahead it looked: 1 is the next interval.
    actual, mean, spread, freedom : ndarray
    """

    origin: np.ndarray
    step: np.ndarray
    actual: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    freedom: np.ndarray

    @property
    def origins(self) -> int:
        """From how many intervals there are forecasts."""
        return len(np.unique(self.origin))


def past_forecasts(
    values: Sequence[float], forecaster: Forecaster, ahead: int = 1, first: int = FIRST
) -> PastForecasts:
    """Forecasts from each interval on, made with nothing but what was known then.

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing.
    forecaster : callable
        From the series until an origin and a number of intervals to their forecast.
    ahead : int
        How many intervals each forecast looks ahead.
    first : int
        Known intervals before the first origin.

    Returns
    -------
    PastForecasts
        Empty where the series is too short. Forecasts of missing intervals, and those without a mean, are left out.
    """
    series = np.asarray(values, float)
    known = np.cumsum(~np.isnan(series))
    rows = []
    for origin in range(1, len(series)):
        if known[origin - 1] >= first:
            said = forecaster(series[:origin], ahead)
            rows += _beside(series[origin : origin + ahead], said, origin)
    columns = np.array(rows, float).reshape(-1, 6).T
    return PastForecasts(columns[0].astype(int), columns[1].astype(int), *columns[2:])


def _beside(came: np.ndarray, said: Forecast, origin: int) -> list[tuple[float, ...]]:
    return [
        (origin, step + 1, actual, said.means[step], said.spreads[step], said.freedom)
        for step, actual in enumerate(came)
        if not np.isnan(actual + said.means[step])
    ]


def mean_absolute_error(past: PastForecasts) -> float:
    """Mean distance of forecasts from what came; infinite without any."""
    return float(np.abs(past.actual - past.mean).mean()) if len(past.actual) else np.inf
