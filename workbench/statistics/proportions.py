"""One proportion, and two compared: Wilson's interval, the score test, what a sample could have shown."""

import numpy as np
from scipy.special import ndtr, ndtri

_STEPS = 60  # halvings of an interval: more than the digits of a float


def critical_value(confidence: float) -> float:
    """Two-sided standard normal quantile: 1.96 for 0.95."""
    assert 0 < confidence < 1, confidence
    return float(ndtri((1 + confidence) / 2))


def checked_counts(x, n) -> tuple[np.ndarray, np.ndarray]:
    """Events and trials as arrays of one shape.

    Raises
    ------
    ValueError
        When a count is negative or there are more events than trials.
    """
    x, n = np.broadcast_arrays(np.asarray(x, float), np.asarray(n, float))
    wrong = (x < 0) | (n < 0) | (x > n)
    if wrong.any():
        got = f"{x[wrong].flat[0]:g} of {n[wrong].flat[0]:g}"
        raise ValueError(f"a proportion has between 0 and all of its trials as events, got {got}.")
    return x, n


def share(x, n) -> np.ndarray:
    """``x / n``, missing where ``n`` is 0."""
    x, n = np.asarray(x, float), np.asarray(n, float)
    return np.divide(x, n, out=np.full(np.broadcast(x, n).shape, np.nan), where=n > 0)


def wilson(x, n, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Score interval of a proportion (Wilson 1927; Newcombe 1998, method 3).

    Parameters
    ----------
    x, n : array_like
        Events and trials, ``0 <= x <= n``; may be fractional.
    confidence : float
        Level of the two-sided interval.

    Returns
    -------
    lower, upper : ndarray
        Missing where ``n`` is 0; exactly 0 and 1 at no events and all events.

    Raises
    ------
    ValueError
        When ``x`` is negative or exceeds ``n``.
    """
    x, n = checked_counts(x, n)
    z = critical_value(confidence)
    middle = 2 * x + z**2
    spread = z * np.sqrt(z**2 + 4 * x * (1 - np.nan_to_num(share(x, n))))
    size = np.where(n > 0, 2 * (n + z**2), np.nan)
    lower = np.where(x == 0, np.where(n > 0, 0.0, np.nan), (middle - spread) / size)
    upper = np.where((x == n) & (n > 0), 1.0, (middle + spread) / size)
    return lower, upper


def score_test(x1, n1, x2, n2) -> np.ndarray:
    """Two-sided p value of equal proportions: score test with the factor N/(N-1).

    It is below 1 - confidence exactly when the Miettinen-Nurminen interval of the difference
    leaves out 0 and that of the ratio leaves out 1, so that word and interval never disagree
    (Miettinen and Nurminen 1985; the "N - 1" chi-squared test of Campbell 2007).

    Parameters
    ----------
    x1, n1, x2, n2 : array_like
        Events and trials of the two groups.

    Returns
    -------
    p : ndarray
        Missing where a group is empty; 1 where nobody or everybody has the event.
    """
    (x1, n1), (x2, n2) = checked_counts(x1, n1), checked_counts(x2, n2)
    both = n1 + n2
    pooled = share(x1 + x2, both)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2) * both / (both - 1)
        statistic = (share(x1, n1) - share(x2, n2)) / np.sqrt(variance)
    p = 2 * ndtr(-np.abs(statistic))
    empty = (n1 == 0) | (n2 == 0)
    return np.where(empty, np.nan, np.where((variance == 0) | np.isnan(p), 1.0, p))


def smallest_detectable_difference(
    reference_rate, n1, n2, *, direction: int, confidence: float = 0.95, power: float = 0.8
) -> np.ndarray:
    """The difference that groups of this size would have shown with the given power.

    Normal approximation with pooled variance under no difference and separate variances
    under the difference (Fleiss, Levin and Paik 2003, section 4.2), without continuity
    correction, solved for the difference.

    Parameters
    ----------
    reference_rate : array_like
        Proportion in the reference group.
    n1, n2 : array_like
        Trials in the group and in the reference group.
    direction : {-1, 1}
        Whether the group's proportion is sought below or above the reference.

    Returns
    -------
    difference : ndarray
        Absolute, as a fraction; missing where a group is empty or where even the largest
        possible difference would not have shown.
    """
    reference_rate, n1, n2 = np.broadcast_arrays(*(np.asarray(a, float) for a in (reference_rate, n1, n2)))
    low = np.zeros(n1.shape)
    high = np.array(reference_rate if direction < 0 else 1 - reference_rate, float)
    reachable = (high > 0) & _shows(high, reference_rate, n1, n2, direction, confidence, power)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        shown = _shows(middle, reference_rate, n1, n2, direction, confidence, power)
        low, high = np.where(shown, low, middle), np.where(shown, middle, high)
    return np.where(reachable, high, np.nan)


def _shows(difference, rate, n1, n2, direction, confidence, power) -> np.ndarray:
    """Whether a difference is at least what the groups can show."""
    other = np.clip(rate + direction * difference, 0, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (n1 * other + n2 * rate) / (n1 + n2)
        under_none = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
        under_some = np.sqrt(other * (1 - other) / n1 + rate * (1 - rate) / n2)
        return difference >= critical_value(confidence) * under_none + ndtri(power) * under_some


def trials_needed(
    difference, reference_rate, times, *, direction: int, confidence: float = 0.95, power: float = 0.8
) -> np.ndarray:
    """Trials in the group with which a difference would show, the reference being ``times`` as large.

    The same approximation as :func:`smallest_detectable_difference`, solved for the size.

    Parameters
    ----------
    difference : array_like
        Absolute difference to be shown, as a fraction.
    reference_rate : array_like
        Proportion in the reference group.
    times : array_like
        Trials of the reference group for each trial of the group.
    direction : {-1, 1}
        Whether the group's proportion is sought below or above the reference.

    Returns
    -------
    trials : ndarray
        Whole numbers, rounded up; missing where the difference cannot occur.
    """
    difference, rate, times = (np.asarray(a, float) for a in (difference, reference_rate, times))
    other = rate + direction * difference
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (other + times * rate) / (1 + times)
        under_none = np.sqrt(pooled * (1 - pooled) * (1 + 1 / times))
        under_some = np.sqrt(other * (1 - other) + rate * (1 - rate) / times)
        root = (critical_value(confidence) * under_none + ndtri(power) * under_some) / difference
        possible = (difference > 0) & (other >= 0) & (other <= 1) & (times > 0)
    return np.where(possible, np.ceil(root**2), np.nan)
