"""Time until something happens when it has not happened to everyone yet: Kaplan-Meier and what is read from it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

# S(t) is a product of fractions: a curve that reaches one half exactly may miss it by a few bits.
TOLERANCE = 1e-12


@dataclass(frozen=True)
class Curve:
    """A survival curve: the share that is still waiting at each time.

    Parameters
    ----------
    times : array
        Distinct times at which something happened or a case was last seen, rising.
    survival : array
        S(t) from that time on.
    at_risk, happened : array
        Cases still waiting just before the time, and those whose wait ended at it.
    variance : array
        Greenwood's sum, the variance of log S(t).
    n, events : int
        Cases, and those whose wait ended.
    confidence : float
    transform : {'log-log', 'log'}
        Scale of the interval.
    """

    times: np.ndarray
    survival: np.ndarray
    at_risk: np.ndarray
    happened: np.ndarray
    variance: np.ndarray
    n: int
    events: int
    confidence: float
    transform: str

    @cached_property
    def limits(self) -> tuple[np.ndarray, np.ndarray]:
        """Pointwise interval of S(t), lower and upper: made when it is asked for, as most curves are not."""
        return _interval(self.survival, self.variance, self.confidence, self.transform)

    @property
    def lower(self) -> np.ndarray:
        """Lower limit of S(t)."""
        return self.limits[0]

    @property
    def upper(self) -> np.ndarray:
        """Upper limit of S(t)."""
        return self.limits[1]


@dataclass(frozen=True)
class Reached:
    """A percentile read from a curve; None where the curve does not reach it."""

    value: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class MeanDifference:
    """Difference of two restricted means, with interval and p."""

    value: float
    lower: float
    upper: float
    p: float


@dataclass(frozen=True)
class LogRank:
    """A log-rank test: chi-squared statistic, degrees of freedom, p."""

    statistic: float
    degrees: int
    p: float


def kaplan_meier(
    durations,
    observed,
    *,
    entry=None,
    confidence: float = 0.95,
    transform: Literal["log-log", "log"] = "log-log",
) -> Curve:
    """Kaplan-Meier curve with Greenwood's interval (Kaplan and Meier 1958; Greenwood 1926).

    Parameters
    ----------
    durations : array_like of float
        Time waited until the end, or until last seen.
    observed : array_like of bool
        Whether the wait ended; False: still waiting when last seen (right-censored). A case
        last seen at a time is at risk at that time.
    entry : array_like of float, optional
        Time at which a case came under observation (left truncation); it is at risk after it, from
        the beginning where it is 0, and never where it is the time it was last seen: such a case is
        left out. With few at risk early on the curve can fall to 0 too soon: read it with its
        at-risk counts.
    confidence : float
    transform : {'log-log', 'log'}
        Scale of the interval; log-log keeps it inside 0 and 1 (Kalbfleisch and Prentice 1980), log is
        the default of R's survfit.

    Returns
    -------
    Curve
        Of no points when there are no cases.
    """
    durations, observed = np.asarray(durations, float), np.asarray(observed, bool)
    assert (durations >= 0).all(), "a duration is missing or negative"
    if entry is not None:
        durations, observed, entry = under_observation(durations, observed, np.asarray(entry, float))
    times, place = np.unique(durations, return_inverse=True)
    happened, left = (np.bincount(each, minlength=times.size) for each in (place[observed], place))
    waiting = at_risk(times, left, entry)
    return _curve(times, happened, waiting, durations.size, confidence, transform)


def kaplan_meier_of_counts(times, ended, still_open, *, confidence: float = 0.95) -> Curve:
    """The curve of :func:`kaplan_meier` from counts, without a row for each case.

    Parameters
    ----------
    times : array_like of float
        Distinct times, rising.
    ended, still_open : array_like of int
        Cases whose wait ended at each time, and those last seen at it, still waiting.
    confidence : float

    Returns
    -------
    Curve
        With its log-log interval; of no points when there are no cases.
    """
    times, ended, still_open = np.asarray(times, float), np.asarray(ended), np.asarray(still_open)
    assert (np.diff(times) > 0).all(), "times are not rising"
    seen = (ended + still_open) > 0
    times, ended, left = times[seen], ended[seen], (ended + still_open)[seen]
    at_risk = left[::-1].cumsum()[::-1]
    return _curve(times, ended, at_risk, int(left.sum()), confidence, "log-log")


def _curve(times, happened, at_risk, n: int, confidence: float, transform: str) -> Curve:
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(np.where(at_risk > 0, 1 - happened / at_risk, 1.0))
        terms = np.where(happened > 0, happened / (at_risk * (at_risk - happened)), 0.0)
    variance = np.cumsum(terms)
    events = int(happened.sum())
    return Curve(times, survival, at_risk, happened, variance, n, events, confidence, transform)


def medians(durations, observed, groups, size: int) -> np.ndarray:
    """The Kaplan-Meier median of each of many groups of cases, without a curve for each.

    Parameters
    ----------
    durations, observed : array
        As of :func:`kaplan_meier`.
    groups : array of int
        The group of each case, 0 to ``size - 1``.
    size : int

    Returns
    -------
    array of float
        Infinite where a curve stays above one half, missing where a group has no cases.
    """
    order = np.lexsort((durations, groups))
    durations, observed, groups = durations[order], observed[order], groups[order]
    first = np.flatnonzero(np.r_[True, (groups[1:] != groups[:-1]) | (durations[1:] != durations[:-1])])
    first = first[first < durations.size]
    ends = np.searchsorted(groups, np.arange(size + 1))
    ended = np.add.reduceat(observed.astype("int64"), first) if first.size else first
    stays = 1 - ended / (ends[groups[first] + 1] - first)
    found = np.full(size, np.nan)
    bounds = np.searchsorted(first, ends)
    for group in np.unique(groups):
        own = slice(bounds[group], bounds[group + 1])
        at_half = np.cumprod(stays[own]) <= 0.5 + TOLERANCE
        found[group] = durations[first[own]][at_half.argmax()] if at_half.any() else np.inf
    return found


def percentile(curve: Curve, p: float) -> Reached:
    """The first time by which a share ``p`` of the waits has ended, with its interval.

    The interval holds the times whose pointwise interval contains ``1 - p`` (Brookmeyer and
    Crowley 1982).

    Parameters
    ----------
    curve : Curve
    p : float
        0.5 for the median, 0.9 for the 90th percentile.

    Returns
    -------
    Reached
        A bound, or the percentile itself, is None where the curve stays above it: too few waits
        have ended to say.
    """
    assert 0 < p < 1, p
    bounds = (curve.survival, curve.lower, curve.upper)
    return Reached(*(_first_at_or_below(curve.times, values, 1 - p) for values in bounds))


def restricted_mean(curve: Curve, horizon: float) -> tuple[float, float]:
    """Mean time waited within ``horizon``, and its standard error (Irwin 1949; Karrison 1987).

    Parameters
    ----------
    curve : Curve
    horizon : float
        Waits longer than this count as this long.
    """
    inside = curve.times < horizon
    starts = np.concatenate([[0.0], curve.times[inside]])
    lengths = np.diff(np.append(starts, horizon))
    areas = np.concatenate([[1.0], curve.survival[inside]]) * lengths
    rest = areas[::-1].cumsum()[::-1][1:]  # area to the right of each time
    at_risk, happened = curve.at_risk[inside], curve.happened[inside]
    alive = at_risk > happened
    terms = happened[alive] / (at_risk[alive] * (at_risk[alive] - happened[alive]))
    return float(areas.sum()), float(np.sqrt((rest[alive] ** 2 * terms).sum()))


def restricted_mean_difference(
    curve: Curve, other: Curve, horizon: float, *, confidence: float = 0.95
) -> MeanDifference:
    """Mean time waited within ``horizon``, of one curve less another (Royston and Parmar 2013).

    Parameters
    ----------
    curve, other : Curve
        Of cases that have nothing in common.
    horizon : float
        A time to which both are followed: not beyond the last time of a curve on which cases are left.
    confidence : float

    Returns
    -------
    MeanDifference
        Interval and p by the normal approximation.
    """
    for each in (curve, other):
        assert each.n, "a curve has no cases"
        assert horizon <= each.times[-1] or each.survival[-1] == 0, "a curve is not followed to the horizon"
    (mean, error), (mean2, error2) = (restricted_mean(each, horizon) for each in (curve, other))
    value, spread = mean - mean2, float(np.hypot(error, error2))
    reach = float(ndtri((1 + confidence) / 2)) * spread
    p = float(2 * ndtr(-abs(value) / spread)) if spread > 0 else float(value == 0)
    return MeanDifference(value, value - reach, value + reach, p)


def log_rank(durations, observed, groups) -> LogRank:
    """Log-rank test that all groups wait alike (Mantel 1966; Peto and Peto 1972).

    Parameters
    ----------
    durations, observed : array_like
        As of :func:`kaplan_meier`.
    groups : array_like
        The group of each case; at least two.
    """
    durations, observed = np.asarray(durations, float), np.asarray(observed, bool)
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    assert names.size > 1, "one group cannot be compared"
    times = np.unique(durations[observed])
    waiting = [(durations[member == k][:, None] >= times).sum(axis=0) for k in range(names.size)]
    ended = [(durations[(member == k) & observed][:, None] == times).sum(axis=0) for k in range(names.size)]
    return _log_rank(np.array(waiting, float), np.array(ended, float))


def log_rank_of_counts(ended, still_open) -> LogRank:
    """The test of :func:`log_rank` from counts, without a row for each case.

    Parameters
    ----------
    ended, still_open : array_like of int
        One row a group, one column a time, times rising and the same for all groups: cases whose wait
        ended at it, and those last seen at it, still waiting. At least one wait ended.
    """
    ended, still_open = np.asarray(ended, float), np.asarray(still_open, float)
    assert len(ended) > 1, "one group cannot be compared"
    waiting = (ended + still_open)[:, ::-1].cumsum(axis=1)[:, ::-1]
    some = ended.sum(axis=0) > 0
    return _log_rank(waiting[:, some], ended[:, some])


def _log_rank(waiting: np.ndarray, ended: np.ndarray) -> LogRank:
    total, events = waiting.sum(axis=0), ended.sum(axis=0)
    share = waiting / total
    surplus = (ended - share * events).sum(axis=1)
    spread = events * (total - events) / np.maximum(total - 1, 1)
    covariance = np.diag((spread * share).sum(axis=1)) - (spread * share) @ share.T
    free = slice(0, len(share) - 1)  # the last group follows from the others
    statistic = float(surplus[free] @ np.linalg.pinv(covariance[free, free]) @ surplus[free])
    degrees = len(share) - 1
    return LogRank(statistic, degrees, float(chdtrc(degrees, statistic)))


def at_risk(times: np.ndarray, left: np.ndarray, entry: np.ndarray | None) -> np.ndarray:
    """How many cases had entered before each time and not left before it; without ``entry`` all had.

    ``left`` are the cases last seen at each time.
    """
    before = left.cumsum() - left
    if entry is None:
        return left.sum() - before
    return np.searchsorted(np.sort(entry), times, side="left") - before


def under_observation(
    durations: np.ndarray, outcomes: np.ndarray, entry: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The cases that were at risk for some time, and when each came under observation.

    Parameters
    ----------
    durations, outcomes, entry : array
        An element a case; outcomes of any kind.

    Returns
    -------
    durations, outcomes, entry : array
        Of those cases; one that entered at 0 was there before it.
    """
    assert (entry <= durations).all(), "a case left before it entered"
    from_the_beginning = np.where(entry <= 0, -np.inf, entry)
    seen = from_the_beginning < durations
    return durations[seen], outcomes[seen], from_the_beginning[seen]


def _interval(survival, variance, confidence: float, transform: str) -> tuple[np.ndarray, np.ndarray]:
    z = float(ndtri((1 + confidence) / 2))
    inside = (survival > 0) & (survival < 1)
    safe = np.where(inside, survival, 0.5)
    error = np.sqrt(np.where(inside, variance, 0.0))
    if transform == "log-log":
        reach = np.exp(z * error / -np.log(safe))
        lower, upper = safe**reach, safe ** (1 / reach)
    else:
        lower, upper = safe * np.exp(-z * error), np.minimum(safe * np.exp(z * error), 1.0)
    # Where nobody is left, Greenwood's variance is not defined: 0 below, and the last bound above.
    lower, upper = np.where(inside, lower, survival), np.where(inside, upper, 1.0)
    last = upper[survival > 0][-1:]
    return lower, np.where(survival > 0, upper, last if last.size else 1.0)


def _first_at_or_below(times: np.ndarray, values: np.ndarray, level: float) -> float | None:
    below = values <= level + TOLERANCE
    return float(times[below.argmax()]) if below.any() else None
