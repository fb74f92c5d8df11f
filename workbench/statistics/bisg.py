"""Group from surname and place, as probabilities, where a group is not recorded (Elliott and others 2009)."""

import numpy as np

_WHOLE = 1e-6  # probabilities given as rounded figures need not add up to the last digit


def place_given_group(counts) -> np.ndarray:
    """Each place's share of every group's residents: the probability of the place given the group.

    It is not the share of each group among the residents of a place: that one holds how many there are of
    each group in the city, which the surname holds already, and would count it twice.

    Parameters
    ----------
    counts : array_like of shape (places, groups)
        Residents.

    Returns
    -------
    ndarray of shape (places, groups)
        Columns add up to 1; a column of a group without residents is 0, as is the row of an empty place.

    Raises
    ------
    ValueError
        When a count is negative.
    """
    counts = np.atleast_2d(np.asarray(counts, float))
    if (counts < 0).any():
        raise ValueError(f"residents are counts of 0 or more, got {counts.min():g}.")
    of_group = np.broadcast_to(counts.sum(axis=0), counts.shape)
    return np.divide(counts, of_group, out=np.zeros(counts.shape), where=of_group > 0)


def posterior(given_surname, place_given_group) -> np.ndarray:
    """Probability of each group given surname and place, which are taken as independent within a group.

    In proportion to P(group | surname) P(place | group): the size of the groups counts once, with the
    surname.

    Parameters
    ----------
    given_surname : array_like of shape (rows, groups)
        P(group | surname) of each person; a row adds up to 1, or is missing where the surname is not known.
    place_given_group : array_like of shape (rows, groups)
        P(place | group) of the place of each person: rows of what :func:`place_given_group` gives; missing
        where the place is not known.

    Returns
    -------
    ndarray of shape (rows, groups)
        Rows add up to 1. By surname alone where the place is not known, has no residents, or has none of
        the groups that the surname allows; missing where the surname is.

    Raises
    ------
    ValueError
        When a probability is outside 0 to 1, a row of ``given_surname`` does not add up to 1, or the shapes
        differ.
    """
    surname, place = (
        np.atleast_2d(given_surname).astype(float),
        np.atleast_2d(place_given_group).astype(float),
    )
    if surname.shape != place.shape:
        raise ValueError(
            f"surnames and places have a row a person and a column a group, got {surname.shape} "
            f"and {place.shape}."
        )
    _refuse_what_is_no_probability(surname, place)
    both = surname * np.nan_to_num(place)
    total = both.sum(axis=1, keepdims=True)
    return np.where(
        total > 0, both / np.where(total > 0, total, 1), surname / surname.sum(axis=1, keepdims=True)
    )


def _refuse_what_is_no_probability(surname, place) -> None:
    for values in (surname, place):
        wrong = (values < 0) | (values > 1)
        if wrong.any():
            raise ValueError(f"a probability lies between 0 and 1, got {values[wrong].flat[0]:g}.")
    total = surname.sum(axis=1)
    wrong = np.abs(total - 1) > _WHOLE
    if wrong.any():
        raise ValueError(f"the groups of a surname add up to 1, got {total[wrong].flat[0]:g}.")


def weighted_rate(posterior, event, trial) -> tuple[np.ndarray, np.ndarray]:
    """Rate of each group, every person counting for each group by its probability.

    Nobody is put into the likeliest group: that exaggerates or hides gaps (Chen and others 2019).

    Parameters
    ----------
    posterior : array_like of shape (rows, groups)
        Rows with missing probabilities are left out.
    event, trial : array_like of shape (rows,)
        Events and trials of each row; ``event`` at most ``trial``.

    Returns
    -------
    rate, error : ndarray of shape (groups,)
        Weighted mean and its standard error, by linearisation of the ratio over independent rows; missing
        where a group has no weight, the error also where there are fewer than two rows. It covers chance
        only: where the outcome depends on surname or place within a group the rate is biased, mostly
        towards no gap, and the bias is larger than the error.

    Raises
    ------
    ValueError
        When an event exceeds its trials or is negative.
    """
    weight = np.atleast_2d(np.asarray(posterior, float))
    event, trial = (np.broadcast_to(np.asarray(a, float), len(weight)) for a in (event, trial))
    if ((event < 0) | (event > trial)).any():
        raise ValueError("a row has between 0 and all of its trials as events.")
    known = ~np.isnan(weight).any(axis=1)
    weight, event, trial = weight[known], event[known], trial[known]
    rows, total = len(weight), trial @ weight
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(total > 0, event @ weight / total, np.nan)
        left = weight * (event[:, None] - rate * trial[:, None])
        error = np.sqrt((left**2).sum(axis=0) * np.float64(rows) / (rows - 1)) / total
    return rate, error if rows > 1 else np.full(rate.shape, np.nan)
