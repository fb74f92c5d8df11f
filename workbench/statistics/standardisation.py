"""Rates of groups brought to one mix of strata, directly or indirectly, with intervals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import gammaincinv

from workbench.statistics.differences import mover_difference
from workbench.statistics.proportions import checked_counts, share, wilson
from workbench.statistics.rates import exact_poisson, mid_p_poisson, poisson_interval
from workbench.statistics.ratios import mover_ratio

MINIMUM_EVENTS = 10  # below it OHID publishes no directly standardised rate

_COUNT_INTERVALS = {"byar": poisson_interval, "exact": exact_poisson, "mid_p": mid_p_poisson}


@dataclass(frozen=True)
class Standardised:
    """A figure at a mix of strata that is not the group's own.

    Parameters
    ----------
    rate, lower, upper : float
        Per unit of exposure, or as a fraction; missing where it is not reliable.
    variance : float
        Of the rate.
    events : float
        In the strata that were used.
    coverage : float
        Share of the weights that lies in strata where the group has anybody.
    reliable : bool
        Whether there were enough events.
    """

    rate: float
    lower: float
    upper: float
    variance: float
    events: float
    coverage: float
    reliable: bool

    @property
    def limits(self) -> tuple[float, float]:
        """Lower and upper limit."""
        return self.lower, self.upper


def directly_standardised(
    x,
    n,
    weights,
    confidence: float = 0.95,
    method: Literal["dobson", "gamma"] = "dobson",
    variance=None,
    *,
    minimum_events: float = MINIMUM_EVENTS,
) -> Standardised:
    """Rate that a group would have with the standard's mix of strata and its own rate in each.

    Parameters
    ----------
    x, n : array_like of shape (strata,)
        Events and exposure of the group. A stratum without exposure is left out: see ``coverage``.
    weights : array_like of shape (strata,)
        The standard's size in each stratum, in any unit; brought to a sum of 1 over the strata used.
    confidence : float
        Level of the two-sided interval.
    method : {'dobson', 'gamma'}
        Dobson and others (1991) on Byar's limits of the events, exact below ten, as OHID does; or
        Fay and Feuer (1997), which is the safer one where few strata carry much weight.
    variance : array_like of shape (strata,), optional
        Of the events, where they are not independent (:func:`variance_of_repeats`); without it
        that of a Poisson count, the count itself.
    minimum_events : float
        Below so many events no rate is given. With 0 both methods also answer for no events:
        from 0 to the limit of a count of 0 in the stratum of the largest weight per person.

    Returns
    -------
    Standardised
    """
    x, n, weights = (np.asarray(a, float) for a in (x, n, weights))
    spread = x if variance is None else np.asarray(variance, float)
    used = (n > 0) & (weights > 0)
    coverage = float(share(weights[used].sum(), weights.sum()))
    x, spread, n, weights = x[used], spread[used], n[used], weights[used]
    events = float(x.sum())
    if not used.any() or not events >= minimum_events:
        return Standardised(np.nan, np.nan, np.nan, np.nan, events, coverage, False)
    per_event = weights / weights.sum() / n
    rate, error = float((per_event * x).sum()), float((per_event**2 * spread).sum())
    interval = {"dobson": _dobson, "gamma": _gamma}[method]
    lower, upper = interval(rate, error, events, per_event.max(), confidence)
    return Standardised(rate, float(lower), float(upper), error, events, coverage, True)


def _dobson(rate, variance, events, largest, confidence) -> tuple:
    """The limits of the count of events, carried over to the rate; of a few events the lower may reach 0."""
    low, high = poisson_interval(events, confidence)
    scale = np.sqrt(variance / events) if variance else largest
    return np.maximum(0.0, rate + scale * (low - events)), rate + scale * (high - events)


def _gamma(rate, variance, events, largest, confidence) -> tuple:
    """Quantiles of gamma distributions, the upper with one more event at the largest weight."""
    tail = (1 - confidence) / 2
    lower = gammaincinv(rate**2 / variance, tail) * variance / rate if variance else 0.0
    more, spread = rate + largest, variance + largest**2
    return lower, gammaincinv(more**2 / spread, 1 - tail) * spread / more


def variance_of_repeats(persons_by_events: Mapping[int, object]) -> np.ndarray:
    """Variance of a count of events of which a person may have several.

    Persons, not events, are taken to be independent: the sum over f of f² times the number of
    persons with f events, as in OHID's method for emergency admissions.

    Parameters
    ----------
    persons_by_events : mapping of int to array_like
        Number of events a person had -> number of such persons, one a stratum.

    Returns
    -------
    variance : ndarray
        One a stratum.
    """
    return np.sum(
        [times**2 * np.asarray(persons, float) for times, persons in persons_by_events.items()], axis=0
    )


def standardised_proportion(x, n, weights, confidence: float = 0.95) -> Standardised:
    """Proportion that a group would have with the standard's mix of strata and its own in each.

    Parameters
    ----------
    x, n : array_like of shape (strata,)
        Events and trials of the group. A stratum without trials is left out: see ``coverage``.
    weights : array_like of shape (strata,)
        The standard's size in each stratum, in any unit.
    confidence : float
        Level of the two-sided interval.

    Returns
    -------
    Standardised
        ``variance`` is the sum of w² p(1 - p)/n.

    Raises
    ------
    ValueError
        When a count is negative or exceeds its trials.

    Notes
    -----
    Wilson's interval of the proportion in the effective number of trials (Korn and Graubard 1998
    do so with the exact one): as many as would give a plain proportion this variance. That
    variance takes each stratum's proportion with one more trial at the overall one, and is
    brought back to its expected value, so that strata of one trial still count. With one stratum
    it is Wilson's interval; where nobody or everybody has the event it starts or ends there.
    """
    x, n = checked_counts(x, n)
    weights = np.asarray(weights, float)
    used = (n > 0) & (weights > 0)
    coverage = float(share(weights[used].sum(), weights.sum()))
    x, n, weights = x[used], n[used], weights[used]
    if not used.any():
        return Standardised(np.nan, np.nan, np.nan, np.nan, 0.0, coverage, False)
    weights = weights / weights.sum()
    proportion = 0.0 if not x.any() else 1.0 if (x == n).all() else float((weights * x / n).sum())
    variance = float((weights**2 * (x / n) * (1 - x / n) / n).sum())
    trials = _effective_trials(proportion, x, n, weights)
    lower, upper = wilson(proportion * trials, trials, confidence)
    return Standardised(proportion, float(lower), float(upper), variance, float(x.sum()), coverage, True)


def _effective_trials(proportion, x, n, weights) -> float:
    """Trials of a plain proportion with the variance of the weighted one."""
    binomial = proportion * (1 - proportion)
    if binomial == 0 or len(n) == 1:
        return float(1 / (weights**2 / n).sum())
    smoothed = (x + proportion) / (n + 1)
    unbiased = smoothed * (1 - smoothed) / (1 - n / (n + 1) ** 2)
    return float(binomial / (weights**2 * unbiased / n).sum())


def standardised_difference(first: Standardised, second: Standardised) -> tuple[float, float, float]:
    """Difference of two standardised figures, with the interval recovered from theirs.

    Parameters
    ----------
    first, second : Standardised
        At the same weights and one level of confidence (Zou and Donner 2008).

    Returns
    -------
    difference, lower, upper : float
        ``first - second``; missing where one of them is.
    """
    lower, upper = mover_difference(first.rate, first.limits, second.rate, second.limits)
    return first.rate - second.rate, float(lower), float(upper)


def standardised_ratio(first: Standardised, second: Standardised) -> tuple[float, float, float]:
    """Ratio of two standardised figures, with the interval recovered from theirs.

    Parameters
    ----------
    first, second : Standardised
        At the same weights and one level of confidence (Zou and Donner 2008).

    Returns
    -------
    ratio, lower, upper : float
        ``first / second``: infinite where only the second is 0, missing where both are or where
        one is missing.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = float(np.divide(first.rate, second.rate))
    lower, upper = mover_ratio(first.rate, first.limits, second.rate, second.limits)
    known = not np.isnan(first.rate + second.rate)
    return ratio, float(lower) if known else np.nan, float(upper) if known else np.nan


def expected_events(n, standard_rates) -> np.ndarray:
    """Events that a group would have at the standard's rate in each stratum.

    Parameters
    ----------
    n : array_like of shape (..., strata)
        Exposure of the group or groups.
    standard_rates : array_like of shape (strata,) or (..., strata)

    Returns
    -------
    expected : ndarray
        Summed over the strata; one of nobody has none, whatever the rate.
    """
    n = np.asarray(n, float)
    return np.where(n > 0, n * np.asarray(standard_rates, float), 0.0).sum(-1)


def indirectly_standardised(
    observed, expected, confidence: float = 0.95, method: Literal["byar", "exact", "mid_p"] = "byar"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Observed events over those expected at the standard's rates.

    Ratios of two groups have each their own weights and may not be compared with each other,
    only with the standard.

    Parameters
    ----------
    observed, expected : array_like
        Events, and :func:`expected_events`, which is taken as known.
    confidence : float
        Level of the two-sided interval.
    method : {'byar', 'exact', 'mid_p'}
        Interval of the observed count: Byar's, exact below ten, as OHID does; Garwood's exact one;
        or the mid-p one.

    Returns
    -------
    ratio, lower, upper : ndarray
        Missing where none are expected.
    """
    lower, upper = _COUNT_INTERVALS[method](observed, confidence)
    return share(observed, expected), share(lower, expected), share(upper, expected)
