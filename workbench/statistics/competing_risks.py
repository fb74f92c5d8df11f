"""How waits end when they can end in several ways, and some have not ended yet."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from workbench.statistics.survival import TOLERANCE, Reached, at_risk, under_observation


@dataclass(frozen=True)
class Incidence:
    """The share of cases that have had one outcome by each time.

    Parameters
    ----------
    times : array
        As of a survival curve.
    incidence, lower, upper : array
        From that time on, with its pointwise interval.
    variance : array
        Of the incidence.
    happened : array
        Waits that ended in this outcome at the time.
    """

    times: np.ndarray
    incidence: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    variance: np.ndarray
    happened: np.ndarray


@dataclass(frozen=True)
class CompetingRisks:
    """All outcomes of the same cases: at any time their incidences and ``survival`` add up to 1.

    Parameters
    ----------
    times, survival, at_risk : array
        The share that had no outcome yet from each time on, and cases still waiting just before it.
    outcomes : dict
        Name of an outcome: its Incidence.
    n : int
    """

    times: np.ndarray
    survival: np.ndarray
    at_risk: np.ndarray
    outcomes: dict[str, Incidence]
    n: int


@dataclass(frozen=True)
class Share:
    """A share with its interval."""

    value: float
    lower: float
    upper: float


def cumulative_incidence(durations, outcomes, *, entry=None, confidence: float = 0.95) -> CompetingRisks:
    """Cumulative incidence of each outcome where others compete (Aalen and Johansen 1978).

    What one minus Kaplan-Meier says when other outcomes count as last seen is too large: it is the share in
    a world without the others. The variance is that of Marubini and Valsecchi (1995, formula 10.12), the
    delta method, which without open cases is the binomial one and with one outcome is Greenwood's; the
    interval is on the scale of log(-log) (Pintilie 2006, section 4.2).

    Parameters
    ----------
    durations : array_like of float
        Time waited until the outcome, or until last seen.
    outcomes : array_like of str
        The outcome of each case; empty or None where it has none yet.
    entry : array_like of float, optional
        Time at which a case came under observation (left truncation), as of
        :func:`workbench.statistics.survival.kaplan_meier`.
    confidence : float

    Returns
    -------
    CompetingRisks
        Of no outcomes when there are no cases.
    """
    durations = np.asarray(durations, float)
    names = np.array(["" if each is None else str(each) for each in outcomes], dtype=object)
    assert (durations >= 0).all(), "a duration is missing or negative"
    assert names.size == durations.size, "a case has no outcome, or an outcome no case"
    if entry is not None:
        durations, names, entry = under_observation(durations, names, np.asarray(entry, float))
    times, place = np.unique(durations, return_inverse=True)
    waiting = at_risk(times, np.bincount(place, minlength=times.size), entry)
    own = {
        name: np.bincount(place[names == name], minlength=times.size) for name in sorted(set(names) - {""})
    }
    ended = np.sum(list(own.values()), axis=0) if own else np.zeros(times.size, int)
    survival = np.cumprod(1 - ended / np.maximum(waiting, 1))
    found = {
        name: _incidence(times, happened, ended, waiting, survival, confidence)
        for name, happened in own.items()
    }
    return CompetingRisks(times, survival, waiting, found, durations.size)


def share_by(found: Incidence, time: float) -> Share:
    """The share of cases that have had the outcome by a time, such as the share decided by day 30."""
    place = int(np.searchsorted(found.times, time, side="right")) - 1
    if place < 0:
        return Share(0.0, 0.0, 0.0)
    return Share(*(float(values[place]) for values in (found.incidence, found.lower, found.upper)))


def percentile(found: Incidence, p: float) -> Reached:
    """The first time by which a share ``p`` of all cases has had the outcome, with its interval.

    Of all cases, not of those that have the outcome in the end: where fewer than ``p`` ever have it, it is not
    reached. The interval holds the times whose pointwise interval contains ``p``.

    Parameters
    ----------
    found : Incidence
    p : float

    Returns
    -------
    Reached
        None where the incidence, or its bound, stays below ``p``.
    """
    assert 0 < p < 1, p
    curves = (found.incidence, found.upper, found.lower)
    return Reached(*(_first_at_or_above(found.times, curve, p) for curve in curves))


def _incidence(times, happened, ended, waiting, survival, confidence: float) -> Incidence:
    before = np.concatenate([[1.0], survival[:-1]])
    # A sum of fractions that add up to 1 may miss it by a few bits.
    incidence = np.minimum(np.cumsum(before * happened / np.maximum(waiting, 1)), 1.0)
    variance = _variance(incidence, happened, ended, waiting, before)
    return Incidence(times, incidence, *_interval(incidence, variance, confidence), variance, happened)


def _variance(incidence, happened, ended, waiting, before) -> np.ndarray:
    """Sums over earlier times s of (F(t) - F(s)) to the power of 0, 1 and 2, each with weights of its own."""
    risk = np.maximum(waiting, 1).astype(float)
    left = risk - ended
    # Where nobody is left no weight goes on: F(t) - F(s) is 0 from there.
    fell = np.where(left > 0, ended / np.where(left > 0, risk * left, 1.0), 0.0)
    own = before**2 * happened * (risk - happened) / risk**3
    shared = before * happened / risk**2
    constant, linear, square = (np.cumsum(terms) for terms in _expanded(incidence, fell, own, shared))
    return np.maximum(incidence**2 * square + incidence * linear + constant, 0.0)


def _expanded(incidence, fell, own, shared) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The terms of (F(t) - F(s))^2 fell + own - 2 (F(t) - F(s)) shared, by power of F(t)."""
    constant = incidence**2 * fell + own + 2 * incidence * shared
    linear = -2 * incidence * fell - 2 * shared
    return constant, linear, fell


def _interval(incidence, variance, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    z = float(ndtri((1 + confidence) / 2))
    inside = (incidence > 0) & (incidence < 1 - TOLERANCE)
    safe = np.where(inside, incidence, 0.5)
    reach = z * np.sqrt(np.where(inside, variance, 0.0)) / (safe * -np.log(safe))
    lower, upper = safe ** np.exp(reach), safe ** np.exp(-reach)
    return np.where(inside, lower, incidence), np.where(inside, upper, incidence)


def _first_at_or_above(times: np.ndarray, values: np.ndarray, level: float) -> float | None:
    reached = values >= level - TOLERANCE
    return float(times[reached.argmax()]) if reached.any() else None
