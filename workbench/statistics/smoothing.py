"""Exponential smoothing with additive errors: levels, slopes and seasons that follow the series.

Recursions, forecast means and variances: R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder, Forecasting
with Exponential Smoothing, 2008, chapters 2 and 6 (class 1). What is not known of the states is part of the
forecast's variance, so that smoothing with weight nought is the mean with its prediction interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass

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
    """

    name: str
    moves: bool = True
    trend: bool = False
    damped: bool = False

    @property
    def parameters(self) -> int:
        """Weights and start states to estimate."""
        return self.moves + self.trend + self.damped + 1 + self.trend


MEAN = Form("mean", moves=False)
SIMPLE = Form("simple")
DAMPED = Form("damped", trend=True, damped=True)


@dataclass(frozen=True)
class Weights:
    """How far an error moves the states: each a number, or an array of trials.

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
        Variance of an error; NaN where ``freedom`` is 0.
    freedom : int
        Known intervals less what was estimated.
    n : int
        Known intervals.
    gap : int
        Missing intervals at the end: forecasts begin after them.
    """

    form: Form
    weights: Weights
    states: States
    s2: float
    freedom: int
    n: int
    gap: int = 0

    def means(self, ahead: int) -> np.ndarray:
        """Expected value of each coming interval, in the unit of the series."""
        return self._responses(ahead)[:, 0]

    def variances(self, ahead: int) -> np.ndarray:
        """Variance of each coming interval, with that of the states where they are in doubt."""
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


@dataclass(frozen=True)
class Course:
    """The way of the states through a series: intervals by the shape of the level, which is that of the trials.

    Parameters
    ----------
    errors : ndarray
        What came less what was expected one interval before; 0 where missing.
    levels, slopes : ndarray
        After each interval.
    season : ndarray
        After the last interval, that of the coming one first.
    """

    errors: np.ndarray
    levels: np.ndarray
    slopes: np.ndarray
    season: np.ndarray


def span(values: Sequence[float]) -> tuple[np.ndarray, int]:
    """The series from its first known interval to its last, and how many missing ones follow."""
    series = np.asarray(values, float)
    known = np.flatnonzero(~np.isnan(series))
    if not len(known):
        return series[:0], len(series)
    return series[known[0] : known[-1] + 1], len(series) - 1 - int(known[-1])


def run(
    series: Sequence[float],
    weights: Weights,
    level: ArrayLike,
    slope: ArrayLike = 0.0,
    season: Sequence[float] | None = None,
) -> Course:
    """The states that follow a series from given ones on, of one trial of the weights or of many beside each other.

    Parameters
    ----------
    series : sequence of float
        In time order; NaN where missing. A missing interval moves no state.
    weights : Weights
    level, slope : float or ndarray of trials
        Before the first interval.
    season : sequence of float, optional
        What each interval of the year adds, the first interval's first; none where not given.
    """
    here = np.zeros((1, 1)) if season is None else np.array(season, float)
    level = np.asarray(level, float)
    errors, levels, slopes = (np.zeros((len(series), *level.shape)) for _ in range(3))
    for at, value in enumerate(np.asarray(series, float).tolist()):
        slope = weights.phi * slope
        level = level + slope
        if value == value:
            error = value - level
            if season is not None:
                error = error - here[at % len(here)]
                here[at % len(here)] += weights.gamma * error
            level, slope, errors[at] = level + weights.alpha * error, slope + weights.beta * error, error
        levels[at], slopes[at] = level, slope
    return Course(errors, levels, slopes, np.roll(here, -(len(series) % len(here)), axis=0))
