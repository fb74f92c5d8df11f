"""Ranks of values, and two complete samples compared by rank."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1 along the last axis, equal values sharing the mean of theirs."""
    order, place = np.argsort(values, axis=-1), np.arange(values.shape[-1])
    ordered = np.take_along_axis(values, order, axis=-1)
    differs = np.diff(ordered, axis=-1) != 0
    begins = np.concatenate([np.ones_like(differs[..., :1]), differs], axis=-1)
    ends = np.concatenate([differs, np.ones_like(differs[..., :1])], axis=-1)
    first = np.maximum.accumulate(np.where(begins, place, 0), axis=-1)
    last = np.minimum.accumulate(np.where(ends, place, place[-1])[..., ::-1], axis=-1)[..., ::-1]
    found = np.empty(values.shape)
    np.put_along_axis(found, order, (first + last) / 2 + 1, axis=-1)
    return found


@dataclass(frozen=True)
class MannWhitney:
    """A Mann-Whitney test: U of the first sample, p, and how often a value of the first is the larger."""

    statistic: float
    p: float
    probability: float


def mann_whitney(first, second) -> MannWhitney:
    """Mann-Whitney test with tie and continuity correction (Mann and Whitney 1947).

    Parameters
    ----------
    first, second : array_like of float
        Complete samples, neither empty.

    Returns
    -------
    MannWhitney
        ``probability`` is U / (n1 n2): the chance that a random value of the first sample exceeds one of the
        second, ties counted half. For durations: the chance that the second is faster.
    """
    first, second = np.asarray(first, float), np.asarray(second, float)
    n1, n2 = first.size, second.size
    assert n1, "the first sample is empty"
    assert n2, "the second sample is empty"
    pooled, place, ties = np.unique(np.concatenate([first, second]), return_inverse=True, return_counts=True)
    rank = np.cumsum(ties) - (ties - 1) / 2
    statistic = float(rank[place[:n1]].sum() - n1 * (n1 + 1) / 2)
    n = n1 + n2
    spread = np.sqrt(n1 * n2 / 12 * (n + 1 - (ties.astype(float) ** 3 - ties).sum() / (n * max(n - 1, 1))))
    distance = abs(statistic - n1 * n2 / 2) - 0.5
    p = 1.0 if pooled.size == 1 else float(min(1.0, 2 * ndtr(-distance / spread)))
    return MannWhitney(statistic, p, statistic / (n1 * n2))
