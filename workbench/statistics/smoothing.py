"""Exponential smoothing with additive errors: levels, trends and seasons that follow the series.

Recursions, forecast means and variances: R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder, Forecasting
with Exponential Smoothing, 2008, chapters 2 and 6 (class 1). The errors are linear in the start states, which
are therefore found by least squares for every trial of the weights (chapter 5; J. K. Ord, A. B. Koehler and
R. D. Snyder, J. American Statistical Association 92, 1997); what they leave in doubt is part of the forecast's
variance, so that smoothing with weight nought is the mean with its prediction interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Form:
    """Which parts a series is taken to have.

    Parameters
    ----------
    name : str
    moves : bool
        Whether the level follows the series; otherwise it is the mean.
    trend, damped : bool
        Whether there is a slope, and whether it flattens out.
    season : int
        Intervals in a year; 0 without a season.
    """

    name: str
    moves: bool = True
    trend: bool = False
    damped: bool = False
    season: int = 0

    @property
    def starts(self) -> int:
        """Start states to estimate: level, slope, and one less than the seasons, which sum to zero."""
        return 1 + self.trend + max(0, self.season - 1)

    @property
    def parameters(self) -> int:
        """Weights and start states to estimate."""
        return self.moves + self.trend + self.damped + (self.season > 0) + self.starts


MEAN = Form("mean", moves=False)
SIMPLE = Form("simple")
HOLT = Form("holt", trend=True)
DAMPED = Form("damped", trend=True, damped=True)


def holt_winters(season: int) -> Form:
    """Level, slope and an additive season of so many intervals."""
    return Form("holt_winters", trend=True, season=season)


def seasonal_level(season: int) -> Form:
    """Level and an additive season of so many intervals, without a slope."""
    return Form("seasonal", season=season)


@dataclass(frozen=True)
class Weights:
    """How far an error moves the states: each a number, or a column with one row for each trial.

    Parameters
    ----------
    alpha, beta, gamma : float
        Of level, slope and season. ``beta`` is the whole weight: alpha times the ``beta*`` of other writers.
    phi : float
        What is left of the slope after one interval; 1 when it is not damped.
    """

    alpha: ArrayLike
    beta: ArrayLike = 0.0
    phi: ArrayLike = 1.0
    gamma: ArrayLike = 0.0


@dataclass(frozen=True)
class States:
    """Level, slope and seasons; the last axis holds the states and then the directions in which they are in doubt.

    Parameters
    ----------
    level, trend : ndarray
    season : ndarray
        First the season of the coming interval, then in the order of time.
    """

    level: np.ndarray
    trend: np.ndarray
    season: np.ndarray

    @classmethod
    def known(cls, level: float, trend: float = 0.0, season: Sequence[float] = (0.0,)) -> "States":
        """States that are given and not in doubt."""
        return cls(np.array([float(level)]), np.array([float(trend)]), np.asarray(season, float)[:, None])


@dataclass(frozen=True)
class Smoothing:
    """A series smoothed until its last known interval.

    Parameters
    ----------
    form : Form
    weights : Weights
    states : States
        After the last known interval.
    s2 : float
        Variance of an error: squared errors / ``freedom``, never / n; NaN where ``freedom`` is 0.
    freedom : int
        Known intervals less what was estimated.
    n : int
        Known intervals.
    gap : int
        Missing intervals at the end: forecasts begin after them.
    errors : ndarray
        One-step errors from the first known interval to the last; 0 where missing.
    """

    form: Form
    weights: Weights
    states: States
    s2: float
    freedom: int
    n: int
    gap: int = 0
    errors: np.ndarray = field(default_factory=lambda: np.empty(0), repr=False)

    @property
    def aicc(self) -> float:
        """Akaike's criterion for short series (C. M. Hurvich and C.-L. Tsai 1989), without its constant.

        Infinite with too few intervals for what was estimated.
        """
        k = self.form.parameters + 1
        if self.n - k - 1 <= 0:
            return np.inf
        sse = max(float((self.errors**2).sum()), np.finfo(float).tiny)
        return self.n * np.log(sse / self.n) + 2 * k + 2 * k * (k + 1) / (self.n - k - 1)

    def means(self, ahead: int) -> np.ndarray:
        """Expected value of each coming interval, in the unit of the series."""
        return self._responses(ahead)[:, 0]

    def variances(self, ahead: int) -> np.ndarray:
        """Variance of each coming interval, with that of the start states where they were estimated."""
        doubt = (self._responses(ahead)[:, 1:] ** 2).sum(axis=1)
        carried = 1 + np.concatenate([[0.0], np.cumsum(self._carried(ahead + self.gap) ** 2)])
        return self.s2 * (carried[self.gap : self.gap + ahead] + doubt)

    def paths(self, ahead: int, count: int = 4000, seed: int = 0) -> np.ndarray:
        """Joint futures: what one interval brings moves those after it.

        Parameters
        ----------
        ahead : int
        count : int
            Even. The second half mirrors the first at the mean (antithetic draws), so that the chance of an
            event does not depend on which way is up.
        seed : int

        Returns
        -------
        ndarray, count by ahead
            Each interval has Student's distribution with ``freedom`` degrees; NaN where that is 0.
        """
        means = self.means(ahead)
        if self.freedom < 1:
            return np.full((count, ahead), np.nan)
        draws = np.random.default_rng(seed)
        response = np.hstack([self._shocks(ahead), self._responses(ahead)[:, 1:]])
        noise = draws.standard_normal((count // 2, response.shape[1]))
        spread = np.sqrt(self.s2 * self.freedom / draws.chisquare(self.freedom, (count // 2, 1)))
        moves = spread * (noise @ response.T)
        return np.vstack([means + moves, means - moves])

    def _responses(self, ahead: int) -> np.ndarray:
        """Forecasts from the states, and from each direction of doubt: ahead by 1 + directions."""
        steps = np.arange(self.gap, self.gap + ahead)
        slope = np.cumsum(np.full(self.gap + ahead, self.weights.phi) ** np.arange(1, self.gap + ahead + 1))
        season = self.states.season[steps % len(self.states.season)]
        return self.states.level + slope[steps, None] * self.states.trend + season

    def _carried(self, steps: int) -> np.ndarray:
        """What is left of an error 1, 2 ... ``steps`` - 1 intervals after it."""
        j = np.arange(1, max(1, steps))
        slope = self.weights.beta * np.cumsum(np.full(len(j), float(self.weights.phi)) ** j)
        return self.weights.alpha + slope + self.weights.gamma * (j % len(self.states.season) == 0)

    def _shocks(self, ahead: int) -> np.ndarray:
        """Effect of each coming error, those of the gap first, on each coming interval."""
        steps = self.gap + ahead
        weights = np.concatenate([[1.0], self._carried(steps)])
        lag = np.subtract.outer(np.arange(self.gap, steps), np.arange(steps))
        return np.where(lag >= 0, weights[np.maximum(lag, 0)], 0.0)


def span(values: Sequence[float]) -> tuple[np.ndarray, int]:
    """The series from its first known interval to its last, and how many missing ones follow."""
    series = np.asarray(values, float)
    known = np.flatnonzero(~np.isnan(series))
    if not len(known):
        return series[:0], len(series)
    return series[known[0] : known[-1] + 1], len(series) - 1 - int(known[-1])


def smoothed(
    values: Sequence[float], form: Form, weights: Weights, start: States, estimated: int | None = None
) -> Smoothing:
    """A series smoothed with given weights from given states.

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing. A missing interval moves no state.
    form : Form
    weights : Weights
    start : States
        Before the first known interval.
    estimated : int, optional
        How many of these numbers were estimated from the series: all parameters of the form where not given.
    """
    series, gap = span(values)
    errors, end = run(series, weights, start)
    n = int((~np.isnan(series)).sum())
    freedom = max(0, n - (form.parameters if estimated is None else estimated))
    s2 = float((errors[:, 0] ** 2).sum()) / freedom if freedom else np.nan
    return Smoothing(form, weights, end, s2, freedom, n, gap, errors[:, 0])


def run(series: np.ndarray, weights: Weights, start: States) -> tuple[np.ndarray, States]:
    """One-step errors and the states after the last interval.

    Parameters
    ----------
    series : ndarray
        NaN where missing: the error is then taken as nought.
    weights : Weights
        Numbers, or columns of trials.
    start : States
        The series enters the first of the last axis; the others show what a start state does to the errors.

    Returns
    -------
    errors : ndarray, intervals by the shape of the level
    end : States
    """
    level, trend, season = start.level, start.trend, start.season.copy()
    errors = np.zeros((len(series), *level.shape))
    sloped, seasonal = bool(np.any(trend) or np.any(weights.beta)), len(season) > 1
    for place, value in enumerate(series.tolist()):
        here = place % len(season)
        if sloped:
            trend = weights.phi * trend
            level = level + trend
        if value != value:
            continue
        error = np.negative(level + season[here] if seasonal else level, out=errors[place])
        error[..., 0] += value
        level = level + weights.alpha * error
        if sloped:
            trend = trend + weights.beta * error
        if seasonal:
            season[here] += weights.gamma * error
    return errors, States(level, trend, np.roll(season, -(len(series) % len(season)), axis=0))
