"""Mean time within a horizon by weights and by parts, when not every case was followed to the horizon."""

from dataclasses import dataclass

import numpy as np

from workbench.statistics.survival import kaplan_meier

_TOLERANCE = 1e-9


@dataclass(frozen=True)
class TimeAtRisk:
    """How much each moment of an observed case counts, so that cases last seen early are made good.

    At an age at which ``Y`` of ``n`` cases are under observation and the Kaplan-Meier curve is at ``S``,
    each of them stands for ``n S / Y`` cases (inverse probability of censoring: Robins and Rotnitzky 1992). The
    mean over cases of their counted time is then the restricted mean of the curve, exactly, and what
    they spent it on can be told apart. Where no case was last seen early every moment counts once.

    Parameters
    ----------
    ages : array of float
        Rising, from 0: where the weight changes.
    weights : array of float
        From each age to the next; 0 where nobody is under observation.
    counted : array of float
        Time counted up to each age.
    """

    ages: np.ndarray
    weights: np.ndarray
    counted: np.ndarray

    @classmethod
    def of(cls, durations, observed, entry=None) -> "TimeAtRisk":
        """The weights of a group of cases; arguments as of :func:`workbench.statistics.survival.kaplan_meier`."""
        durations = np.asarray(durations, float)
        entered = np.zeros(durations.size) if entry is None else np.asarray(entry, float)
        curve = kaplan_meier(durations, observed, entry=entry)
        ages = np.unique(np.r_[0.0, durations, entered])
        survival = np.r_[1.0, curve.survival][np.searchsorted(curve.times, ages, side="right")]
        left = np.searchsorted(np.sort(durations), ages, side="right")
        waiting = np.searchsorted(np.sort(entered), ages, side="right") - left
        weights = np.where(waiting > 0, durations.size * survival / np.maximum(waiting, 1), 0.0)
        return cls(ages, weights, np.r_[0.0, np.cumsum(weights[:-1] * np.diff(ages))])

    def between(self, begins: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Time counted from one age to another."""
        return np.interp(ends, self.ages, self.counted) - np.interp(begins, self.ages, self.counted)

    def at(self, ages: np.ndarray) -> np.ndarray:
        """How many cases one stands for just after an age."""
        return self.weights[np.searchsorted(self.ages, ages, side="right") - 1]


def weighted_restricted_mean(durations, observed, weights, horizon: float, entry=None) -> tuple[float, float]:
    """Mean time waited within ``horizon`` when cases count by weight, and its standard error.

    Parameters
    ----------
    durations, observed, entry : array_like
        As of :func:`workbench.statistics.survival.kaplan_meier`.
    weights : array_like of float
        How much each case counts; taken as known.
    horizon : float
        Waits longer than this count as this long.

    Returns
    -------
    mean, error : float
        The error is the robust one, from each case's influence on the curve (Reid 1981; for weights Xie
        and Liu 2005). Both are missing where nobody of any weight was followed to the horizon.
    """
    durations, observed, weights = (np.asarray(each, float) for each in (durations, observed, weights))
    entered = np.full(durations.size, -np.inf) if entry is None else _from_the_beginning(entry)
    weights = np.where(entered < durations, weights, 0.0)
    times, place = np.unique(durations[weights > 0], return_inverse=True)
    if not times.size:
        return np.nan, np.nan
    durations, observed, weights, entered = (
        each[weights > 0] for each in (durations, observed, weights, entered)
    )
    waiting = _at_risk(times, place, weights, entered)
    hazard = np.bincount(place, weights * observed, minlength=times.size) / waiting
    survival = np.cumprod(1 - np.minimum(hazard, 1.0))
    if times[-1] < horizon and survival[-1] > _TOLERANCE:
        return np.nan, np.nan
    inside = times < horizon
    areas = np.r_[1.0, survival[inside]] * np.diff(np.r_[0.0, times[inside], horizon])
    beyond = np.r_[areas[::-1].cumsum()[::-1][1:], np.zeros((~inside).sum())]
    left = waiting * (1 - hazard)  # a curve is a product: what falls at a time is of those who remain
    pull = np.divide(beyond, left, out=np.zeros(times.size), where=left > _TOLERANCE)
    past = np.r_[0.0, np.cumsum(pull * hazard)]
    since = past[np.searchsorted(times, entered, side="right")]
    influence = weights * (past[place + 1] - since - observed * pull[place])
    return float(areas.sum()), float(np.sqrt((influence**2).sum()))


def _at_risk(times, place, weights, entered) -> np.ndarray:
    """Weight of the cases that had entered before each time and not left before it."""
    first = np.searchsorted(times, entered, side="right")  # the first time after it entered
    left, missing = (
        np.bincount(each, weights, minlength=times.size + 1)[::-1].cumsum()[::-1] for each in (place, first)
    )
    return np.maximum(left[:-1] - missing[1:], _TOLERANCE)


def _from_the_beginning(entry) -> np.ndarray:
    """Entries, with those at 0 before every time."""
    entry = np.asarray(entry, float)
    return np.where(entry <= 0, -np.inf, entry)
