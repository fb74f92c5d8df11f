"""Whether forecasts are as sure as they say: coverage of their intervals and score of their probabilities.

Score: G. W. Brier 1950. Widening: normalised split conformal prediction (J. Lei, M. G'Sell, A. Rinaldo,
R. J. Tibshirani and L. Wasserman, J. American Statistical Association 113, 2018, section 5.2), with past forecasts
on a rolling origin as the calibration set.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtr

from workbench.statistics.outlook import chance
from workbench.statistics.proportions import wilson

ENOUGH = 20  # origins before the spread is widened by past errors
HELD = 0.8  # coverage that the widening sets right
NARROWEST, WIDEST = 0.8, 2.0


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


@dataclass(frozen=True)
class Calibration:
    """How the forecasts of one series did. Shares and scores are NaN without any past forecast.

    Parameters
    ----------
    origins, forecasts : int
        Intervals from which forecasts were made, and forecasts of which the outcome is known.
    coverage_50, coverage_80 : float
        Share of outcomes within the central intervals of 50 and 80 %.
    brier, brier_naive : float
        Mean squared distance of the probability of meeting the target from 1 or 0, and that of the naive
        probability: the share of known intervals that met it before (rule of Laplace). NaN without a target.
    """

    origins: int
    forecasts: int
    coverage_50: float
    coverage_80: float
    brier: float
    brier_naive: float


def evaluated(series: np.ndarray, past: PastForecasts, lower: float, upper: float) -> Calibration:
    """Coverage, scores and widening from past forecasts of a series, all on one scale.

    The target is met between two ends, either of them open; NaN: there is none.
    """
    surprise, came = surprises(past), between(past.actual, lower, upper)
    naive, said = _naive(series, lower, upper)[past.origin], _said(past, lower, upper)
    return Calibration(
        past.origins,
        len(past.actual),
        _covered(surprise, 0.5),
        _covered(surprise, 0.8),
        brier(said, came),
        brier(naive, came),
    )


def surprises(past: PastForecasts) -> np.ndarray:
    """How far each outcome lay from its forecast, as the standard normal value that is as rare.

    0 where both agree without spread, infinite where they differ without.
    """
    away = np.abs(past.actual - past.mean)
    ratio = np.divide(away, past.spread, out=np.where(away > 0, np.inf, 0.0), where=past.spread > 0)
    return -ndtri(stdtr(past.freedom, -ratio)) if len(ratio) else ratio


def widening(surprise: np.ndarray, origins: int) -> float:
    """Factor on the spread that would have made the 80 % intervals hold 80 % of the outcomes.

    The (n + 1) 0.8-th smallest surprise over the normal's, between 0.8 and 2: a short past is no proof of a spread
    much smaller than the errors say. 1 with fewer than 20 origins.
    """
    if origins < ENOUGH:
        return 1.0
    rank = min(len(surprise), int(np.ceil((len(surprise) + 1) * HELD)))
    found = float(np.sort(surprise)[rank - 1] / ndtri((1 + HELD) / 2))
    return float(np.clip(found, NARROWEST, WIDEST)) if found > 0 else 1.0


def brier(probabilities: np.ndarray, happened: np.ndarray) -> float:
    """Mean squared distance of probabilities from 1 or 0; NaN where none is known."""
    apart = (np.asarray(probabilities, float) - np.asarray(happened, float)) ** 2
    return float(np.nanmean(apart)) if (~np.isnan(apart)).any() else np.nan


def between(values: np.ndarray, lower: float, upper: float) -> np.ndarray:
    """1 where a value lies within two ends, else 0; NaN where the value or an end is missing."""
    values = np.asarray(values, float)
    met = (values >= lower) & (values <= upper)
    return np.where(np.isnan(values) | np.isnan(lower) | np.isnan(upper), np.nan, met)


def decile_table(probabilities: Sequence[float], happened: Sequence[float]) -> pd.DataFrame:
    """Predicted probabilities against how often it happened, over many series.

    Parameters
    ----------
    probabilities : sequence of float
        From 0 to 1; those that are missing are left out.
    happened : sequence of float
        1 or 0.

    Returns
    -------
    DataFrame
        A row for each tenth from 0 to 1 that holds any: from, to, n, predicted (their mean), observed (share that
        happened), lower and upper (Wilson's interval of the observed share, 95 %).
    """
    frame = pd.DataFrame(
        {"predicted": np.asarray(probabilities, float), "observed": np.asarray(happened, float)}
    )
    frame = frame.dropna()
    tenth = np.minimum((frame["predicted"] * 10).astype(int), 9)
    grouped = frame.groupby(tenth)
    table = grouped.mean().assign(n=grouped.size(), met=grouped["observed"].sum())
    lower, upper = wilson(table.pop("met"), table["n"])
    table = table.assign(
        **{"from": table.index / 10, "to": (table.index + 1) / 10, "lower": lower, "upper": upper}
    )
    return table[["from", "to", "n", "predicted", "observed", "lower", "upper"]].reset_index(drop=True)


def _covered(surprise: np.ndarray, level: float) -> float:
    return float((surprise <= ndtri((1 + level) / 2)).mean()) if len(surprise) else np.nan


def _said(past: PastForecasts, lower: float, upper: float) -> np.ndarray:
    """What was said of meeting the target by each forecast; 0 where nothing could be."""
    mean, spread, freedom = past.mean, past.spread, past.freedom
    above = np.ones_like(mean) if lower == -np.inf else chance(mean, spread, lower, "increase", freedom)
    below = 1.0 if upper == np.inf else chance(mean, spread, upper, "decrease", freedom)
    return np.fmax(0.0, above + below - 1)


def _naive(series: np.ndarray, lower: float, upper: float) -> np.ndarray:
    """Share of the values before each place that met the target, by the rule of Laplace; after the last one too."""
    known = ~np.isnan(series)
    met = np.where(known, between(series, lower, upper), 0.0)
    so_far, so_many = (np.concatenate(([0.0], np.cumsum(each))) for each in (met, known))
    return (so_far + 1) / (so_many + 2)
