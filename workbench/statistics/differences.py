"""The difference of two proportions or two rates, with intervals that survive zeros."""

from collections.abc import Callable

import numpy as np

from workbench.statistics.proportions import checked_counts, critical_value, share, wilson

_STEPS = 70  # halvings of a bracket: beyond the digits of a float
_POLISH = 2  # steps of Newton


def newcombe(x1, n1, x2, n2, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Hybrid score interval of ``x1/n1 - x2/n2`` (Newcombe 1998, method 10).

    Parameters
    ----------
    x1, n1, x2, n2 : array_like
        Events and trials of the two groups.

    Returns
    -------
    lower, upper : ndarray
        As fractions; missing where a group is empty.
    """
    first, second = share(x1, n1), share(x2, n2)
    return mover_difference(first, wilson(x1, n1, confidence), second, wilson(x2, n2, confidence))


def mover_difference(first, limits1, second, limits2) -> tuple[np.ndarray, np.ndarray]:
    """Interval of ``first - second`` from an interval of each, whatever kind of figure they are.

    The method of variance estimates recovery (Zou and Donner 2008), of which Newcombe's interval
    of two proportions is the best-known case.

    Parameters
    ----------
    first, second : array_like
        Two independent figures.
    limits1, limits2 : tuple of array_like
        Lower and upper limit of each, at one level of confidence.

    Returns
    -------
    lower, upper : ndarray
    """
    first, second = np.asarray(first, float), np.asarray(second, float)
    (lower1, upper1), (lower2, upper2) = limits1, limits2
    difference = first - second
    below = np.sqrt((first - lower1) ** 2 + (upper2 - second) ** 2)
    above = np.sqrt((upper1 - first) ** 2 + (second - lower2) ** 2)
    return difference - below, difference + above


def miettinen_nurminen(
    x1, n1, x2, n2, confidence: float = 0.95, *, corrected: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Score interval of ``x1/n1 - x2/n2`` (Miettinen and Nurminen 1985).

    Parameters
    ----------
    x1, n1, x2, n2 : array_like
        Events and trials of the two groups.
    confidence : float
        Level of the two-sided interval.
    corrected : bool
        With the variance factor N/(N-1) of the paper; without it the interval is Mee's (1984).

    Returns
    -------
    lower, upper : ndarray
        As fractions; missing where a group is empty.

    Notes
    -----
    All differences that the score test does not reject, with the variance at the maximum of
    the likelihood under that difference. No events at all and all events have closed forms;
    a difference of 1 or -1 has that limit there.
    """
    (x1, n1), (x2, n2) = checked_counts(x1, n1), checked_counts(x2, n2)
    x1, n1, x2, n2 = np.broadcast_arrays(x1, n1, x2, n2)
    both = n1 + n2
    factor = both / np.maximum(both - 1, 1) if corrected else np.ones(both.shape)
    z = critical_value(confidence)

    def inside(difference):
        return _score(difference, x1, n1, x2, n2, factor) ** 2 <= z**2

    observed = share(x1, n1) - share(x2, n2)
    lower, upper = outermost(inside, observed, np.full(both.shape, -1.0), np.full(both.shape, 1.0))
    return _at_boundaries(lower, upper, x1, n1, x2, n2, z**2 * factor)


def _at_boundaries(lower, upper, x1, n1, x2, n2, k) -> tuple[np.ndarray, np.ndarray]:
    """Closed forms where nobody or everybody has the event; missing where a group is empty."""
    none, everyone = (x1 + x2 == 0), (x1 == n1) & (x2 == n2)
    empty = (n1 == 0) | (n2 == 0)
    first, second = (np.where(empty, np.nan, k / np.where(empty, 1, n + k)) for n in (n1, n2))
    lower = np.where(none, -second, np.where(everyone, -first, lower))
    upper = np.where(none, first, np.where(everyone, second, upper))
    return np.where(empty, np.nan, lower), np.where(empty, np.nan, upper)


def outermost(inside: Callable, start: np.ndarray, *ends: np.ndarray) -> np.ndarray:
    """The last point from ``start`` towards each of the ``ends`` that is still inside, by halving.

    ``inside`` maps an array of points, those towards an end in a row, to booleans and changes once between
    the start and an end; a point where it cannot be computed counts as inside only at ``start``.
    """
    end = np.array(ends, float)
    near, far = np.broadcast_to(np.array(start, float), end.shape), end
    at_end = inside(far)
    for _ in range(_STEPS):
        middle = (near + far) / 2
        holds = inside(middle)
        near, far = np.where(holds, middle, near), np.where(holds, far, middle)
    return np.where(at_end, end, (near + far) / 2)


def _score(difference, x1, n1, x2, n2, factor) -> np.ndarray:
    """Standardised distance of the observed difference from a supposed one."""
    second = constrained(difference, x1, n1, x2, n2)
    first = np.clip(second + difference, 0, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (first * (1 - first) / n1 + second * (1 - second) / n2) * factor
        distance = x1 / n1 - x2 / n2 - difference
        return np.where(np.abs(distance) < 1e-15, 0.0, distance / np.sqrt(np.maximum(variance, 0)))


def constrained(difference, x1, n1, x2, n2) -> np.ndarray:
    """Most likely second proportion when the first exceeds it by ``difference``.

    The root of the cubic of Miettinen and Nurminen (1985, appendix), in trigonometric form. That form is
    good to some fifteen decimals, which is not enough for a few events in millions: Newton's method gives
    it the digits it lacks.
    """
    both, events, d = n1 + n2, x1 + x2, difference
    with np.errstate(invalid="ignore", divide="ignore"):
        b = ((n1 + 2 * n2) * d - both - events) / both
        c = ((n2 * d - both - 2 * x2) * d + events) / both
        e = x2 * d * (1 - d) / both
        q = b**3 / 27 - b * c / 6 + e / 2
        radius = np.where(q >= 0, 1, -1) * np.sqrt(np.maximum(b**2 / 9 - c / 3, 0))
        cosine = np.where(radius == 0, 0.0, q / np.where(radius == 0, 1.0, radius) ** 3)
        angle = (np.pi + np.arccos(np.clip(cosine, -1, 1))) / 3
        root = 2 * radius * np.cos(angle) - b / 3
        for _ in range(_POLISH):
            slope = (3 * root + 2 * b) * root + c
            better = root - (((root + b) * root + c) * root + e) / slope
            root = np.where(np.isfinite(better) & (np.abs(better - root) < 1e-6), better, root)
    return np.clip(root, np.maximum(0, -d), np.minimum(1, 1 - d))


def rate_difference(x1, t1, x2, t2, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Score interval of ``x1/t1 - x2/t2``, two Poisson rates (Miettinen and Nurminen 1985).

    Parameters
    ----------
    x1, t1, x2, t2 : array_like
        Events and exposure of the two groups.

    Returns
    -------
    lower, upper : ndarray
        Per unit of exposure; missing where a group has no exposure.
    """
    x1, t1, x2, t2 = np.broadcast_arrays(*(np.asarray(a, float) for a in (x1, t1, x2, t2)))
    z = critical_value(confidence)
    observed = share(x1, t1) - share(x2, t2)
    reach = z * np.sqrt(share(x1, t1**2) + share(x2, t2**2))
    with np.errstate(divide="ignore"):
        reach = 4 * (reach + z**2 / t1 + z**2 / t2)

    def inside(difference):
        return _rate_score(difference, x1, t1, x2, t2) ** 2 <= z**2

    lower, upper = outermost(inside, observed, observed - reach, observed + reach)
    return lower, upper


def _rate_score(difference, x1, t1, x2, t2) -> np.ndarray:
    """Standardised distance of the observed difference of rates from a supposed one."""
    with np.errstate(invalid="ignore", divide="ignore"):
        first, second = constrained_rates(difference, x1, t1, x2, t2)
        distance = x1 / t1 - x2 / t2 - difference
        return np.where(distance == 0, 0.0, distance / np.sqrt(first / t1 + second / t2))


def constrained_rates(difference, x1, t1, x2, t2) -> tuple[np.ndarray, np.ndarray]:
    """Most likely rates when the first exceeds the second by ``difference`` (Miettinen and Nurminen 1985)."""
    exposure = t1 + t2
    b = x1 + x2 - exposure * difference
    root = np.sqrt(np.maximum(b**2 + 4 * exposure * x2 * difference, 0))
    second = np.maximum((b + root) / (2 * exposure), np.maximum(0, -difference))
    return np.maximum(second + difference, 0), second
