"""Events that are not independent because a person has several: what a sample of them is worth."""

import numpy as np
from scipy.special import stdtrit

from workbench.statistics.proportions import critical_value, share

CAUTION = 0.25  # events by which few others are moved to the cautious end: so much covers (docs/coverage.md)


def design_effect(n, x, n_squared, n_times_x, x_squared) -> np.ndarray:
    """How many times larger the variance of a proportion is than if every row were another person.

    Parameters
    ----------
    n, x : array_like
        Rows, and rows with the event.
    n_squared, n_times_x, x_squared : array_like
        Sums over persons of the square of a person's rows, of rows times rows with the event, and
        of the square of rows with the event.

    Returns
    -------
    effect : ndarray
        At least 1, and 1 where every person has one row; missing where there is no row. How alike a
        person's rows are is shown by the events, or by the rows without where these are fewer; a
        quarter of one more is taken to be of a person whose rows are all alike: sum of squares over
        rows. With nobody or everybody that is all there is.

    Notes
    -----
    Linearised variance of the ratio of two sums over persons (Cochran 1977, section 6.3) over the
    binomial one. Repeats that are less alike than chance are not counted as a gain.
    """
    n, x, n_squared, n_times_x, x_squared = np.broadcast_arrays(
        *(np.asarray(a, float) for a in (n, x, n_squared, n_times_x, x_squared))
    )
    p = share(x, n)
    between = x_squared - 2 * p * n_times_x + p**2 * n_squared
    seen = np.minimum(x, n - x)
    shown = np.where(seen > 0, share(between, n * p * (1 - p)), 0.0)
    effect = (seen * np.maximum(shown, 1.0) + CAUTION * share(n_squared, n)) / (seen + CAUTION)
    return np.maximum(effect, 1.0)


def with_few_persons(effect, n, n_squared, people, confidence: float = 0.95) -> np.ndarray:
    """The design effect of a proportion, larger where the variance rests on few persons.

    Parameters
    ----------
    effect : array_like
        Of :func:`design_effect`.
    n, n_squared : array_like
        Rows, and the sum over persons of the square of a person's rows.
    people : array_like
        Persons that the rows come from.
    confidence : float

    Returns
    -------
    ndarray
        Times the square of the quantile of t with one degree of freedom less than persons over that
        of the normal; unchanged where every person has one row.

    Notes
    -----
    Korn and Graubard (1998). Without it, score intervals of 10 persons covered 91.6 % instead of 95 %.
    """
    effect, n, n_squared, people = (np.asarray(a, float) for a in (effect, n, n_squared, people))
    few = stdtrit(np.maximum(people - 1, 1), 0.5 + confidence / 2) / critical_value(confidence)
    return np.where(n_squared == n, effect, effect * few**2)


def effective(x, n, effect) -> tuple[np.ndarray, np.ndarray]:
    """Events and trials of a sample without repeats that would say as much (Rao and Scott 1992).

    Any interval or test of counts can take them in the place of the counts.

    Parameters
    ----------
    x, n : array_like
        Events and trials, or exposure.
    effect : array_like
        Of :func:`design_effect` or :func:`poisson_design_effect`.

    Returns
    -------
    x, n : ndarray
        Fractional; their quotient is that of the counts.
    """
    effect = np.asarray(effect, float)
    return np.asarray(x, float) / effect, np.asarray(n, float) / effect


def poisson_design_effect(x, x_squared) -> np.ndarray:
    """How many times larger the variance of a count is than if every event were another person's.

    Parameters
    ----------
    x, x_squared : array_like
        Events, and the sum over persons of the square of a person's events.

    Returns
    -------
    effect : ndarray
        Sum of squares over events: persons are independent, their events are not. 1 without events.
    """
    effect = share(x_squared, x)
    return np.where(np.asarray(x) == 0, 1.0, np.maximum(effect, 1.0))
