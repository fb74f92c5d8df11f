"""Which way of forecasting came closest in the past, each with nothing but what was known then.

Evaluation on a rolling origin (L. J. Tashman, Out-of-sample tests of forecasting accuracy, International J.
Forecasting 16, 2000). All trials of all weights run beside each other through the series once, and at each origin
those are taken that had served best until then (A. P. Dawid, Statistical theory: the prequential approach, 1984), so
that every origin costs nothing more.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from workbench.statistics.about_the_mean import RETURNING
from workbench.statistics.calibration import PastForecasts
from workbench.statistics.smoothing import (
    DAMPED,
    MEAN,
    SIMPLE,
    Course,
    Form,
    Smoothing,
    States,
    Weights,
    run,
    span,
)

FIRST = 8  # known intervals before the first origin
FARTHEST = 6  # intervals ahead that past forecasts are held against, at most
EASE = 0.99  # a richer form must come closer by one per cent
_ALPHA = (0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 0.95)
_SLOPES = ((0.1, 0.3, 0.6), (0.85, 0.92, 0.98))  # beta as a share of alpha, and damping
_TRIALS = Weights(
    *np.array(
        [(alpha, 0.0, 1.0) for alpha in _ALPHA]
        + [(alpha, alpha * share, phi) for alpha, share, phi in product(_ALPHA, *_SLOPES)]
    ).T
)


@dataclass(frozen=True)
class Rival:
    """One form's forecasts from every interval on.

    Parameters
    ----------
    form : Form
    level, slope, phi, alpha, beta : ndarray
        States and weights after each interval.
    doubt : ndarray
        Variance of the level, relative to that of an error.
    """

    form: Form
    level: np.ndarray
    slope: np.ndarray
    phi: np.ndarray
    alpha: np.ndarray
    beta: np.ndarray
    doubt: np.ndarray

    def mean(self, step: int) -> np.ndarray:
        """Forecast of the interval so many steps after each."""
        return self.level + self.slope * self._grown(step)

    def errors(self, series: np.ndarray, ahead: int) -> np.ndarray:
        """What came less what was said: origins by steps; NaN where either is not known, or before the first origin."""
        found = np.full((len(series), ahead), np.nan)
        for step in range(1, min(ahead, len(series) - 1) + 1):
            found[:-step, step - 1] = series[step:] - self.mean(step)[:-step]
        found[np.cumsum(~np.isnan(series)) < FIRST] = np.nan
        return found

    def variances(self, squared: np.ndarray, ahead: int) -> np.ndarray:
        """Of each forecast, origins by steps, from the variance of an error as it was known at each origin."""
        carried = np.zeros_like(self.level)
        found = np.empty((len(self.level), ahead))
        for step in range(1, ahead + 1):
            found[:, step - 1] = squared * (1 + carried + self.doubt)
            carried = carried + (self.alpha + self.beta * self._grown(step)) ** 2
        return found

    def _grown(self, step: int) -> np.ndarray:
        return (self.phi[:, None] ** np.arange(1, step + 1)).sum(axis=1)


@dataclass(frozen=True)
class Contest:
    """Past forecasts of all forms, beside what came.

    Parameters
    ----------
    series : ndarray
        From its first known interval to its last.
    rivals : list of Rival
        The simplest first.
    ahead : int
        How far the past forecasts look.
    """

    series: np.ndarray
    rivals: list[Rival]
    ahead: int

    @cached_property
    def errors(self) -> np.ndarray:
        """Forms by origins by steps."""
        return np.array([rival.errors(self.series, self.ahead) for rival in self.rivals])

    @cached_property
    def closest(self) -> np.ndarray:
        """Place of the form that had come closest until each interval, by its mean absolute error."""
        return _closest(_known_so_far(np.abs(self.errors)))

    @cached_property
    def squared(self) -> np.ndarray:
        """Mean squared error one interval ahead, as it was known at each: forms by origins."""
        return _known_so_far(self.errors[:, :, :1] ** 2)

    @property
    def winner(self) -> Rival:
        """The form that has come closest; of two as close the simpler one."""
        return self.rivals[int(self.closest[-1])]

    @property
    def error(self) -> float:
        """Mean squared error of the winner one interval ahead."""
        return float(self.squared[int(self.closest[-1]), -1])

    @property
    def smoothing(self) -> Smoothing:
        """The winner after the last known interval."""
        won, n = self.winner, int((~np.isnan(self.series)).sum())
        weights = Weights(*(float(part[-1]) for part in (won.alpha, won.beta, won.phi)))
        states = States.known(float(won.level[-1]), float(won.slope[-1]))
        return Smoothing(won.form, weights, states, self.error, max(1, n - won.form.parameters), n)

    def past_forecasts(self, first: int = FIRST) -> PastForecasts:
        """What the form that had come closest until then would have said, from so many known intervals on."""
        variances = np.array(
            [rival.variances(own, self.ahead) for rival, own in zip(self.rivals, self.squared, strict=True)]
        )
        rows, known = np.arange(len(self.series)), np.cumsum(~np.isnan(self.series))
        error, spread = self.errors[self.closest, rows], np.sqrt(variances[self.closest, rows])
        told = ~np.isnan(error + spread) & (known >= first)[:, None]
        origin, step = np.nonzero(told)
        actual = self.series[origin + step + 1]
        freedom = np.maximum(1.0, known[origin] - 1.0)
        return PastForecasts(origin + 1, step + 1, actual, actual - error[told], spread[told], freedom)


def contest(values: np.ndarray, ahead: int, memory: float = 0.0) -> Contest:
    """The contest of the flat mean, values that return to it, simple smoothing and a damped slope.

    Parameters
    ----------
    values : ndarray
        In time order, without season; NaN where missing; at least one is known.
    ahead : int
        How far the forecast looks: past ones look as far, six intervals at most.
    memory : float
        Of values that return to their mean; with 0 that form does not compete.
    """
    series, _ = span(values)
    return Contest(series, rivals(series, memory), min(ahead, FARTHEST))


def rivals(series: np.ndarray, memory: float) -> list[Rival]:
    """The competing forms, the simplest first."""
    known = ~np.isnan(series)
    counts = np.maximum(1, np.cumsum(known))
    means = np.cumsum(np.where(known, series, 0.0)) / counts
    none, one = np.zeros(len(series)), np.ones(len(series))
    found = [Rival(MEAN, means, none, one, none, none, 1 / counts)]
    if memory:
        pull = (1 - memory) / memory
        last = series[np.maximum.accumulate(np.where(known, np.arange(len(series)), 0))]
        states = (last, (means - last) * pull, one * memory, one, one * -pull)
        found.append(Rival(RETURNING, *states, none))
    course = run(series, _TRIALS, *_from_the_first(series))
    sloped = _TRIALS.beta > 0
    return [*found, _best(SIMPLE, course, ~sloped), _best(DAMPED, course, sloped)]


def _best(form: Form, course: Course, own: np.ndarray) -> Rival:
    """A form with those of its own weights that had served best until each interval."""
    squares = np.cumsum(course.errors[:, own] ** 2, axis=0)
    best, rows = np.flatnonzero(own)[squares.argmin(axis=1)], np.arange(len(squares))
    states = course.levels[rows, best], course.slopes[rows, best]
    weights = (part[best] for part in (_TRIALS.phi, _TRIALS.alpha, _TRIALS.beta))
    return Rival(form, *states, *weights, np.zeros(len(squares)))


def _from_the_first(series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each trial starts: at the mean of the first eight known intervals, or on the line through them."""
    known = np.flatnonzero(~np.isnan(series))[:FIRST]
    slope, start = np.polyfit(known, series[known], 1) if len(known) > 1 else (0.0, series[known[0]])
    sloped = _TRIALS.beta > 0
    return np.where(sloped, start - slope, series[known].mean()), slope * sloped


def _known_so_far(errors: np.ndarray) -> np.ndarray:
    """Mean of the errors that were known at each interval: of forms by origins by steps; NaN before the first."""
    forms, origins, steps = errors.shape
    total, count = np.zeros((forms, origins)), np.zeros((forms, origins))
    for step in range(1, min(steps, origins - 1) + 1):
        own = errors[:, :-step, step - 1]
        total[:, step:] += np.nan_to_num(own)
        count[:, step:] += ~np.isnan(own)
    total, count = np.cumsum(total, axis=1), np.cumsum(count, axis=1)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _closest(errors: np.ndarray) -> np.ndarray:
    """Place of the best form in each column: the first, unless a later one comes closer by more than ``EASE``."""
    best, least = np.zeros(errors.shape[1], int), np.nan_to_num(errors[0], nan=np.inf)
    for place, own in enumerate(errors[1:], start=1):
        closer = own < EASE * least
        best, least = np.where(closer, place, best), np.where(closer, own, least)
    return best
