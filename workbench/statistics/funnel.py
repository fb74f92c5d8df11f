"""Funnel limits: how far from a target places of each size are to be expected by chance.

Sources: Spiegelhalter 2005, Funnel plots for comparing institutional performance (limits, over-dispersion);
Wilson 1927; OHID, Fingertips technical guidance.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from workbench.statistics.proportions import checked_counts, critical_value
from workbench.statistics.rates import exact_poisson

WARNING, ALARM = 0.95, 0.998  # confidence of the two pairs of limits
WORDS = ("low (99.8 %)", "low (95 %)", "within limits", "high (95 %)", "high (99.8 %)")
_FEWEST = 0.5  # events put in the place of none, whose logarithm is infinite

Kind = Literal["proportion", "rate", "ratio"]


@dataclass(frozen=True)
class Overdispersion:
    """How much more places differ than chance explains.

    Parameters
    ----------
    phi : float
        Mean squared z score after winsorising; 1 is to be expected.
    tau2 : float
        Variance between places on the scale of :func:`overdispersion`; 0 where chance explains enough.
    between : float
        Its root: the standard deviation between places.
    z : ndarray
        Standardised distance of each place from the target, neither winsorised nor adjusted; missing without
        trials.
    """

    phi: float
    tau2: float
    between: float
    z: np.ndarray


def proportion_limits(n, target, z: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits of a proportion of ``n`` trials: target +/- z sqrt(target (1 - target) / n), within 0 and 1.

    A proportion is outside exactly when its Wilson interval of the same ``z`` leaves out the target.

    Parameters
    ----------
    n : array_like
        Trials of each place.
    target : array_like
        Proportion, between 0 and 1.
    z : float
        Standard normal quantile: 1.96 for the warning limits, 3.09 for the alarm limits; 3 for those of a
        p chart, the target being all events over all trials (Montgomery 2013).

    Returns
    -------
    lower, upper : ndarray
        Missing where there are no trials.
    """
    n, target = np.broadcast_arrays(np.asarray(n, float), np.asarray(target, float))
    variance = np.divide(target * (1 - target), n, out=np.full(n.shape, np.nan), where=n > 0)
    reach = z * np.sqrt(variance)
    return np.clip(target - reach, 0, 1), np.clip(target + reach, 0, 1)


def ratio_limits(expected, confidence: float = WARNING) -> tuple[np.ndarray, np.ndarray]:
    """Exact Poisson limits of observed over expected events, by quantiles of chi-squared.

    Parameters
    ----------
    expected : array_like
        Events to be expected in each place.

    Returns
    -------
    lower, upper : ndarray
        Of the ratio; missing where nothing is expected.
    """
    expected = np.asarray(expected, float)
    return tuple(_over(limit, expected) for limit in exact_poisson(expected, confidence))


def rate_limits(exposure, target_rate, confidence: float = WARNING) -> tuple[np.ndarray, np.ndarray]:
    """Exact Poisson limits of a rate.

    Parameters
    ----------
    exposure : array_like
        Residents, days, ... of each place.
    target_rate : array_like
        Events per unit of exposure.

    Returns
    -------
    lower, upper : ndarray
        Per unit of exposure; missing where there is no exposure or the target is 0.
    """
    target_rate = np.asarray(target_rate, float)
    limits = ratio_limits(np.asarray(exposure, float) * target_rate, confidence)
    return tuple(limit * target_rate for limit in limits)


def expected_at_limits(observed, confidence: float = WARNING) -> tuple[np.ndarray, np.ndarray]:
    """The expected events between which these observed events are within limits (OHID's table of a funnel).

    Returns
    -------
    lower, upper : ndarray
        Of the expected events. ``observed / upper`` and ``observed / lower`` are the ratios at the limits.
    """
    return exact_poisson(observed, confidence)


def significance(value, warning, alarm) -> np.ndarray:
    """Where each value lies, as one of ``WORDS``; on a limit is within it.

    Parameters
    ----------
    value : array_like
        Proportions, rates or ratios.
    warning, alarm : tuple of array_like
        Lower and upper limits at 95 and at 99.8 percent.

    Returns
    -------
    words : ndarray of str
        Empty where the value or a limit is missing.
    """
    value = np.asarray(value, float)
    limits = [np.asarray(limit, float) for limit in (alarm[0], warning[0], warning[1], alarm[1])]
    value, *limits = np.broadcast_arrays(value, *limits)
    beyond = [value < limits[0], value < limits[1], value > limits[3], value > limits[2]]
    words = np.select(beyond, [WORDS[0], WORDS[1], WORDS[4], WORDS[3]], WORDS[2])
    return np.where(np.isnan(np.stack([value, *limits])).any(axis=0), "", words)


def overdispersion(x, n, target: float, kind: Kind = "proportion", winsorise: float = 0.1) -> Overdispersion:
    """Additive over-dispersion of places around a target (Spiegelhalter 2005, section 5).

    Distances are measured where their spread does not depend on the place's level: the arcsine of the root of
    a proportion, with spread 1 / (2 sqrt(n)); the logarithm of a ratio to what is expected, with spread
    1 / sqrt(expected). A place without events has half an event where a logarithm is taken.

    Parameters
    ----------
    x, n : array_like
        Events of each place, and its trials (proportion), exposure (rate) or expected events (ratio). Places
        with ``n`` of 0 are left out.
    target : float
        Proportion, rate, or ratio.
    kind : {'proportion', 'rate', 'ratio'}
    winsorise : float
        Part of the z scores at either end that is drawn in to the quantile there, so that few extreme places
        do not hide themselves.

    Returns
    -------
    Overdispersion
        ``phi`` is missing without places; ``tau2`` is 0 then and with one place.
    """
    x, n = checked_counts(x, n) if kind == "proportion" else np.broadcast_arrays(*_floats(x, n))
    place, spread, middle = _stabilised(x, n, target, kind)
    z = (place - middle) / spread
    used = np.isfinite(z)
    if not used.any():
        return Overdispersion(np.nan, 0.0, 0.0, z)
    drawn_in = np.clip(z[used], *np.quantile(z[used], [winsorise, 1 - winsorise]))
    k, precision = drawn_in.size, spread[used] ** -2
    phi = float((drawn_in**2).sum() / k)
    room = precision.sum() - (precision**2).sum() / precision.sum()
    tau2 = float((k * phi - (k - 1)) / room) if k * phi > k - 1 and k > 1 else 0.0
    return Overdispersion(phi, tau2, tau2**0.5, z)


def adjusted_limits(
    n, target, tau2: float, kind: Kind = "proportion", *, confidence: float = WARNING
) -> tuple[np.ndarray, np.ndarray]:
    """Limits that allow for the variance between places, back on the scale of the measure.

    Parameters
    ----------
    n : array_like
        Trials, exposure or expected events of each place.
    target : array_like
        Proportion, rate or ratio.
    tau2 : float
        From :func:`overdispersion` of the same kind.

    Returns
    -------
    lower, upper : ndarray
        Missing where ``n`` is 0. With ``tau2`` of 0 they are the approximate limits of the transformed scale,
        not the exact ones.
    """
    n, target = np.broadcast_arrays(*_floats(n, target))
    _, spread, middle = _stabilised(np.zeros(n.shape), n, target, kind)
    reach = critical_value(confidence) * np.sqrt(spread**2 + tau2)
    if kind == "proportion":
        ends = (np.clip(end, 0, np.pi / 2) for end in (middle - reach, middle + reach))
        return tuple(np.sin(end) ** 2 for end in ends)
    return np.exp(middle - reach), np.exp(middle + reach)


def _stabilised(x, n, target, kind: Kind) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places, their spread and the target on the scale where the spread does not depend on the level."""
    if kind == "proportion":
        place = np.arcsin(np.sqrt(_over(x, n)))
        return place, _over(0.5, np.sqrt(n)), np.arcsin(np.sqrt(target))
    with np.errstate(divide="ignore"):
        middle = np.log(target)
    return np.log(_over(np.maximum(x, _FEWEST), n)), np.sqrt(_over(1, n * target)), middle


def _floats(*arrays) -> list[np.ndarray]:
    return [np.asarray(array, float) for array in arrays]


def _over(value, by) -> np.ndarray:
    """``value / by``, missing where ``by`` is not above 0."""
    value, by = np.broadcast_arrays(*_floats(value, by))
    return np.divide(value, by, out=np.full(by.shape, np.nan), where=by > 0)
