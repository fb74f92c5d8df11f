"""Which exponential smoothing suits a series: the flat mean, a level that moves, or a slope that flattens out.

A slope that goes on for ever is not tried: over the months to a target's date it runs off (E. S. Gardner and
E. McKenzie, Forecasting trends in time series, Management Science 31, 1985).
"""

from collections.abc import Sequence
from functools import partial
from typing import Literal

import numpy as np

from workbench.statistics.rolling_origin import Forecast, mean_absolute_error, past_forecasts
from workbench.statistics.smoothing import (
    DAMPED,
    MEAN,
    SIMPLE,
    Form,
    Smoothing,
    States,
    Weights,
    holt_winters,
    seasonal_level,
    span,
)
from workbench.statistics.smoothing_fit import COARSE, FINEST, fitted

FULL_YEARS = 2  # of data before anything but the flat mean is tried
FEWEST = 8  # known intervals, likewise

Choice = Literal["aicc", "errors"]


def candidates(known: int, cycle: int, seasonal: bool = False) -> tuple[Form, ...]:
    """Forms that so many known intervals can carry; the first is the flat mean.

    Parameters
    ----------
    known : int
    cycle : int
        Intervals in a year; 1 for yearly series.
    seasonal : bool
        Whether the series repeats itself within the year; its season is then part of every form but the mean.
    """
    if known < max(FEWEST, FULL_YEARS * cycle):
        return (MEAN,)
    forms = (seasonal_level(cycle), holt_winters(cycle)) if seasonal and cycle > 1 else (SIMPLE, DAMPED)
    return (MEAN, *(form for form in forms if known > form.parameters + 2))


def chosen(
    values: Sequence[float],
    cycle: int = 1,
    seasonal: bool = False,
    by: Choice = "aicc",
    ahead: int = 1,
    finest: float = FINEST,
) -> Smoothing:
    """The series smoothed in the form that suits it.

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing.
    cycle, seasonal
        As for ``candidates``.
    by : {'aicc', 'errors'}
        Akaike's criterion, or the mean absolute error of forecasts on a rolling origin.
    ahead : int
        How far those forecasts look.
    finest : float
        As for ``fitted``.

    Returns
    -------
    Smoothing
        The flat mean with fewer than two years or eight known intervals, and for a constant series.
    """
    series, gap = span(values)
    if len(series) and np.nanmax(series) == np.nanmin(series):
        return constant(series, gap)
    forms = candidates(int((~np.isnan(series)).sum()), cycle, seasonal)
    if len(forms) > 1 and by == "errors":
        forms = (min(forms, key=partial(_past_error, np.asarray(values, float), ahead=ahead, cycle=cycle)),)
    return min((fitted(values, form, finest) for form in forms), key=lambda found: found.aicc)


def constant(series: np.ndarray, gap: int = 0) -> Smoothing:
    """A series that never moved: its value, without spread; one interval alone says nothing of the spread."""
    n = int((~np.isnan(series)).sum())
    spread = 0.0 if n > 1 else np.nan
    errors = np.zeros(len(series))
    return Smoothing(MEAN, Weights(0.0), States.known(series[0]), spread, n - 1, n, gap, errors)


def forecast_of(found: Smoothing, ahead: int) -> Forecast:
    """Means and spreads of the coming intervals."""
    return Forecast(found.means(ahead), np.sqrt(found.variances(ahead)), found.freedom)


def _past_error(series: np.ndarray, form: Form, ahead: int, cycle: int) -> float:
    def forecaster(past: np.ndarray, steps: int) -> Forecast:
        return forecast_of(fitted(past, form, COARSE), steps)

    return mean_absolute_error(past_forecasts(series, forecaster, ahead, max(FEWEST, FULL_YEARS * cycle)))
