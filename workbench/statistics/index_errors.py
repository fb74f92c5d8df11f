"""Standard errors of indices of inequality, each in the unit in which its index is given.

``error`` holds the standard errors of the groups' estimates, taken as independent and the shares as known.
"""

import numpy as np

from workbench.statistics.indices import mean, quotient, weights


def between_group_variance_error(share, estimate, error) -> float:
    """Standard error of the between-group variance (Ahn et al. 2018)."""
    share, error = weights(share), np.asarray(error, float)
    distance = np.asarray(estimate, float) - mean(share, estimate)
    first = 4 * (share**2 * error**2 * distance**2).sum()
    of_mean = (share**2 * error**2).sum() ** 2 - (share**4 * error**4).sum()
    return float(np.sqrt(first + 2 * (of_mean + (share**2 * (1 - share) ** 2 * error**4).sum())))


def theil_error(share, estimate, error) -> float:
    """Standard error of the Theil index times 1000, by the delta method; missing where a group is at 0."""
    share, centre = weights(share), mean(share, estimate)
    relative = quotient(estimate, centre)
    steepness = 1 + np.log(np.where(relative > 0, relative, np.nan))
    steepness = steepness - (share * relative * steepness).sum()
    return float(1000 * np.sqrt(((share * quotient(error, centre) * steepness) ** 2).sum()))


def mean_log_deviation_error(share, estimate, error) -> float:
    """Standard error of the mean log deviation times 1000, by the delta method; missing with a group at 0."""
    share, centre = weights(share), mean(share, estimate)
    steepness = 1 - quotient(centre, estimate)
    return float(1000 * np.sqrt(((share * quotient(error, centre) * steepness) ** 2).sum()))


def population_attributable_risk_error(share, estimate, error, *, reference: int) -> float:
    """Standard error of the change to the level of the group at ``reference``, that group taken as given."""
    return float(
        np.sqrt(((_at(reference, share) - weights(share)) ** 2 * np.asarray(error, float) ** 2).sum())
    )


def population_attributable_fraction_error(share, estimate, error, *, reference: int) -> float:
    """Standard error, in percent like the fraction, by the delta method; the reference group taken as given."""
    share, centre = weights(share), mean(share, estimate)
    goal = np.asarray(estimate, float)[reference]
    steepness = quotient(_at(reference, share) - share * quotient(goal, centre), centre)
    return float(100 * np.sqrt(((steepness * np.asarray(error)) ** 2).sum()))


def population_attributable_fraction_error_of_counts(x, n, *, reference: int) -> float:
    """Standard error of the population attributable fraction from counts, in percent (Walter 1978).

    Parameters
    ----------
    x, n : array_like
        Events and people of each group.
    reference : int
        Position of the group whose level is to be reached.
    """
    x, n = np.asarray(x, float), np.asarray(n, float)
    events, people, everyone = x[reference], n[reference], n.sum()
    elsewhere = x.sum() - events
    without = everyone - people - elsewhere
    top = events * everyone * (elsewhere * (people - events) * (everyone - events) + without * events**2)
    return float(100 * np.sqrt(quotient(top, x.sum() ** 3 * people**3)))


def _at(position: int, share) -> np.ndarray:
    """1 at a position, else 0."""
    chosen = np.zeros(np.shape(share))
    chosen[position] = 1
    return chosen
