"""The gap of two groups' means, by what they bring and by what it counts for: Oaxaca and Blinder."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Reference = Literal["pooled", "without_group", "equal", "by_size", "first", "second"]


@dataclass(frozen=True)
class MeanSplit:
    """A gap of means in three parts and in two, either of which adds up to it.

    Parameters
    ----------
    gap : float
        First group's mean less the second's.
    endowments, coefficients, interaction : float
        What comes from different characteristics at the second group's coefficients, from different
        coefficients at its characteristics, and from both differing at once.
    explained, unexplained : float
        What comes from different characteristics at the reference coefficients, and the rest.
    explained_by : array of shape (characteristics,)
        What each characteristic contributes to ``explained``.
    """

    gap: float
    endowments: float
    coefficients: float
    interaction: float
    explained: float
    unexplained: float
    explained_by: np.ndarray


def oaxaca_blinder(
    y_a, characteristics_a, y_b, characteristics_b, reference: Reference = "pooled"
) -> MeanSplit:
    """Split of a gap of means by linear regression (Oaxaca 1973; Blinder 1973; Jann 2008).

    For a rate or proportion over places :func:`~workbench.statistics.decomposition.kitagawa` says
    the same without supposing that anything is linear. "Unexplained" is not unfairness, nor is
    "explained" its absence: it depends on which characteristics are looked at.

    Parameters
    ----------
    y_a, y_b : array_like of shape (cases,)
        The outcome (days, amount) of either group's cases.
    characteristics_a, characteristics_b : array_like of shape (cases, characteristics)
        Without a constant, which is added.
    reference : {'pooled', 'without_group', 'equal', 'by_size', 'first', 'second'}
        Coefficients that count as fair: of both groups together with an indicator of the group (Jann
        2008), together without it (Neumark 1988), the mean of both groups' (Reimers 1983), the same
        weighted by their cases (Cotton 1988), or one group's.

    Returns
    -------
    MeanSplit

    Raises
    ------
    ValueError
        When a group has fewer cases than coefficients, or a characteristic that does not vary in it.
    """
    y_a, y_b = np.asarray(y_a, float), np.asarray(y_b, float)
    rows_a, rows_b = _with_constant(characteristics_a), _with_constant(characteristics_b)
    first, second = _fitted(rows_a, y_a), _fitted(rows_b, y_b)
    fair = _fair(reference, first, second, (rows_a, y_a), (rows_b, y_b))
    mean_a, mean_b = rows_a.mean(0), rows_b.mean(0)
    apart, gap = mean_a - mean_b, float(y_a.mean() - y_b.mean())
    explained_by = apart * fair
    return MeanSplit(
        gap,
        float(apart @ second),
        float(mean_b @ (first - second)),
        float(apart @ (first - second)),
        float(explained_by.sum()),
        gap - float(explained_by.sum()),
        explained_by[1:],
    )


def _with_constant(characteristics) -> np.ndarray:
    rows = np.asarray(characteristics, float)
    rows = rows[:, None] if rows.ndim == 1 else rows
    return np.column_stack([np.ones(len(rows)), rows])


def _fitted(rows, y) -> np.ndarray:
    """Least-squares coefficients."""
    coefficients, _, rank, _ = np.linalg.lstsq(rows, y, rcond=None)
    if rank < rows.shape[1]:
        raise ValueError(
            f"{len(rows)} cases do not determine {rows.shape[1]} coefficients: leave out characteristics "
            "that do not vary in a group or follow from the others."
        )
    return coefficients


def _fair(reference, first, second, side_a, side_b) -> np.ndarray:
    """The coefficients by which characteristics are counted as explaining."""
    (rows_a, y_a), (rows_b, y_b) = side_a, side_b
    part = len(y_a) / (len(y_a) + len(y_b))
    own = {"first": first, "second": second, "equal": (first + second) / 2}
    own |= {"by_size": part * first + (1 - part) * second}
    if reference in own:
        return own[reference]
    rows, y = np.vstack([rows_a, rows_b]), np.concatenate([y_a, y_b])
    if reference == "without_group":
        return _fitted(rows, y)
    group = np.repeat([1.0, 0.0], [len(y_a), len(y_b)])
    return _fitted(np.column_stack([rows, group]), y)[:-1]
