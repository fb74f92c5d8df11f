"""The frame that every control chart gives: one row a point, its centre line and its limits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

REACH = 3.0  # standard deviations from the centre line to a limit
NEAR = 2.0  # and to a near limit


@dataclass(frozen=True)
class Layout:
    """Which points limits are computed from, and in which phase each point lies.

    Parameters
    ----------
    used : ndarray of bool
        In the baseline: neither after a freeze, nor excluded, nor without a value.
    phase : ndarray of int
    """

    used: np.ndarray
    phase: np.ndarray

    def each(self, value_of: Callable[[np.ndarray], float]) -> np.ndarray:
        """One number a point, the same in a phase: ``value_of`` the phase's mask of baseline points."""
        found = np.full(len(self.phase), np.nan)
        for number in np.unique(self.phase):
            own = self.phase == number
            found[own] = value_of(own & self.used)
        return found


def layout(
    known: np.ndarray, baseline: Sequence[bool] | None = None, phases: Sequence[int] | None = None
) -> Layout:
    """The layout of a series of which ``known`` tells the points that have a value."""
    used = known if baseline is None else known & np.asarray(baseline, bool)
    phase = np.zeros(len(known), int) if phases is None else np.asarray(phases, int)
    return Layout(used, phase)


def limit_frame(
    points: Layout,
    centre: np.ndarray,
    sigma: np.ndarray,
    floor: float = -np.inf,
    ceiling: float = np.inf,
    reach: float = REACH,
) -> pd.DataFrame:
    """Centre line -/+ ``reach`` standard deviations, not beyond what a value can be.

    Parameters
    ----------
    points : Layout
    centre, sigma : ndarray of float
        One entry a point; without a sigma there are no limits.
    floor, ceiling : float
        Least and greatest value that is possible.
    reach : float
        Standard deviations from the centre line to a limit; the near limit is two thirds of the way.

    Returns
    -------
    DataFrame
        The columns of :func:`workbench.statistics.xmr.chart`: ``phase``, ``mean``, ``lower``, ``upper``,
        ``near_lower``, ``near_upper``, ``sigma``, ``n``.
    """
    near = reach * NEAR / REACH
    lines = {
        name: np.clip(centre + step * sigma, floor, ceiling)
        for name, step in [("lower", -reach), ("upper", reach), ("near_lower", -near), ("near_upper", near)]
    }
    n = points.each(lambda own: own.sum()).astype(int)
    return pd.DataFrame({"phase": points.phase, "mean": centre, **lines, "sigma": sigma, "n": n})
