"""The ratio of two proportions or two rates, with intervals that survive zeros."""

import numpy as np

from workbench.statistics.differences import outermost
from workbench.statistics.proportions import checked_counts, critical_value, share, wilson

_FARTHEST = 40.0  # logarithm of the largest ratio looked at


def quotient(x1, n1, x2, n2) -> np.ndarray:
    """``(x1/n1) / (x2/n2)``: infinite where only the second has no events, missing where neither has."""
    first, second = share(x1, n1), share(x2, n2)
    with np.errstate(invalid="ignore", divide="ignore"):
        return first / second


def koopman(
    x1, n1, x2, n2, confidence: float = 0.95, *, corrected: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Score interval of the ratio of two proportions (Koopman 1984).

    Parameters
    ----------
    x1, n1, x2, n2 : array_like
        Events and trials of the two groups.
    confidence : float
        Level of the two-sided interval.
    corrected : bool
        With the variance factor N/(N-1): the interval of Miettinen and Nurminen (1985), which
        leaves out 1 exactly when their interval of the difference leaves out 0.

    Returns
    -------
    lower, upper : ndarray
        Lower is 0 where the first group has no events, upper infinite where the second has
        none; missing where a group is empty or a count is missing.
    """
    (x1, n1), (x2, n2) = checked_counts(x1, n1), checked_counts(x2, n2)
    x1, n1, x2, n2 = np.broadcast_arrays(x1, n1, x2, n2)
    both = n1 + n2
    factor = both / np.maximum(both - 1, 1) if corrected else np.ones(both.shape)
    z = critical_value(confidence)

    def inside(log_ratio):
        return _score(np.exp(log_ratio), x1, n1, x2, n2, factor) ** 2 <= z**2

    with np.errstate(divide="ignore", invalid="ignore"):
        observed = np.log(quotient(x1, n1, x2, n2))
    start = np.clip(np.nan_to_num(observed, nan=0.0), -_FARTHEST, _FARTHEST)
    ends = np.full(both.shape, -_FARTHEST), np.full(both.shape, _FARTHEST)
    lower, upper = np.exp(outermost(inside, start, *ends))
    return _open_ended(lower, upper, x1, n1, x2, n2)


def _open_ended(lower, upper, x1, n1, x2, n2) -> tuple[np.ndarray, np.ndarray]:
    """Limits at 0 and infinity where a group has no events; missing where it is empty or not known."""
    empty = ~((n1 > 0) & (n2 > 0)) | np.isnan(x1 + x2)
    lower = np.where(x1 == 0, 0.0, lower)
    upper = np.where(x2 == 0, np.inf, upper)
    return np.where(empty, np.nan, lower), np.where(empty, np.nan, upper)


def _score(ratio, x1, n1, x2, n2, factor) -> np.ndarray:
    """Standardised distance of the observed proportions from a supposed ratio."""
    with np.errstate(invalid="ignore", divide="ignore"):
        first, second = constrained(ratio, x1, n1, x2, n2)
        variance = (first * (1 - first) / n1 + ratio**2 * second * (1 - second) / n2) * factor
        distance = x1 / n1 - ratio * (x2 / n2)
        return np.where(distance == 0, 0.0, distance / np.sqrt(variance))


def constrained(ratio, x1, n1, x2, n2) -> tuple[np.ndarray, np.ndarray]:
    """Most likely proportions when the first is ``ratio`` times the second (Koopman 1984)."""
    b = ratio * (n1 + x2) + x1 + n2
    discriminant = np.maximum(b**2 - 4 * (n1 + n2) * ratio * (x1 + x2), 0)
    # The smaller root of the quadratic, in the form that loses no digits.
    second = np.clip(2 * (x1 + x2) / (b + np.sqrt(discriminant)), 0, np.minimum(1, 1 / ratio))
    return np.clip(ratio * second, 0, 1), second


def mover_wilson(x1, n1, x2, n2, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Closed-form interval of the ratio of two proportions from their Wilson limits.

    The method of variance estimates recovery (Zou and Donner 2008; Fagerland and Newcombe 2013).

    Parameters
    ----------
    x1, n1, x2, n2 : array_like
        Events and trials of the two groups.

    Returns
    -------
    lower, upper : ndarray
        As of :func:`koopman`.
    """
    (x1, n1), (x2, n2) = checked_counts(x1, n1), checked_counts(x2, n2)
    first, second = share(x1, n1), share(x2, n2)
    lower, upper = mover_ratio(first, wilson(x1, n1, confidence), second, wilson(x2, n2, confidence))
    return _open_ended(lower, upper, x1, n1, x2, n2)


def mover_ratio(first, limits1, second, limits2) -> tuple[np.ndarray, np.ndarray]:
    """Interval of ``first / second`` from an interval of each (Zou and Donner 2008).

    Parameters
    ----------
    first, second : array_like
        Two independent figures of 0 or more.
    limits1, limits2 : tuple of array_like
        Lower and upper limit of each, at one level of confidence.

    Returns
    -------
    lower, upper : ndarray
        Lower is 0 where the first figure is 0, upper infinite where the second is.
    """
    first, second = np.broadcast_arrays(np.asarray(first, float), np.asarray(second, float))
    (lower1, upper1), (lower2, upper2) = limits1, limits2
    product = first * second
    with np.errstate(invalid="ignore", divide="ignore"):
        low1, high2 = lower1 * (2 * first - lower1), upper2 * (2 * second - upper2)
        lower = low1 / (product + np.sqrt(np.maximum(product**2 - low1 * high2, 0)))
        high1, low2 = upper1 * (2 * first - upper1), lower2 * (2 * second - lower2)
        upper = (product + np.sqrt(np.maximum(product**2 - high1 * low2, 0))) / low2
    return np.where(first == 0, 0.0, lower), np.where(second == 0, np.inf, upper)


def rate_ratio(x1, t1, x2, t2, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Score interval of the ratio of two Poisson rates, in closed form.

    Given all events, those of the first group are binomial: the Wilson limits of its share
    are carried over to the ratio (Graham, Mengersen and Morton 2003).

    Parameters
    ----------
    x1, t1, x2, t2 : array_like
        Events and exposure of the two groups.

    Returns
    -------
    lower, upper : ndarray
        As of :func:`koopman`.
    """
    x1, t1, x2, t2 = np.broadcast_arrays(*(np.asarray(a, float) for a in (x1, t1, x2, t2)))
    lower, upper = wilson(x1, x1 + x2, confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        lower, upper = (limit / (1 - limit) * t2 / t1 for limit in (lower, upper))
    return _open_ended(lower, upper, x1, t1, x2, t2)


def katz(x1, n1, x2, n2, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Wald interval of the logarithm of the ratio of two proportions (Katz and others 1978).

    For comparison with other software only: it does not exist where a group has no events and
    misses its level in small groups. Use :func:`koopman` or :func:`mover_wilson`.

    Parameters
    ----------
    x1, n1, x2, n2 : array_like
        Events and trials of the two groups.

    Returns
    -------
    lower, upper : ndarray
        Missing where a group is empty or has no events.
    """
    (x1, n1), (x2, n2) = checked_counts(x1, n1), checked_counts(x2, n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = 1 / x1 - 1 / n1 + 1 / x2 - 1 / n2
    return _on_log_scale(quotient(x1, n1, x2, n2), spread, confidence)


def wald_rate_ratio(x1, t1, x2, t2, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Wald interval of the logarithm of the ratio of two rates (Rothman, Greenland and Lash 2008).

    For comparison with other software only; use :func:`rate_ratio`.

    Parameters
    ----------
    x1, t1, x2, t2 : array_like
        Events and exposure of the two groups.

    Returns
    -------
    lower, upper : ndarray
        Missing where a group has no exposure or no events.
    """
    x1, t1, x2, t2 = (np.asarray(a, float) for a in (x1, t1, x2, t2))
    with np.errstate(divide="ignore"):
        spread = 1 / x1 + 1 / x2
    return _on_log_scale(quotient(x1, t1, x2, t2), spread, confidence)


def _on_log_scale(ratio, spread, confidence) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric limits of the logarithm; missing where its variance is not finite."""
    reach = critical_value(confidence) * np.sqrt(np.where(np.isfinite(spread), spread, np.nan))
    return ratio * np.exp(-reach), ratio * np.exp(reach)
