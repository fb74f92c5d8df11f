"""How the level of a series moved: not at all, in one step, or steadily from some point on.

Least squares at the best place, as for the step in D. M. Hawkins, J. American Statistical Association 72,
1977; the drift is a broken line that is flat before its start. Used to tell a process that shifted from one
that drifts: the first has limits before and after, the second has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import fdtrc

from workbench.statistics.rows import alike, table
from workbench.statistics.seasonality import lag1

SHORTEST = 4  # points on either side of a step
LONGER = 7  # points on a drift, as for a trend: with fewer, one point far out would look like one
SIGNIFICANT = 0.01


@dataclass(frozen=True)
class Movement:
    """The level of a series.

    Parameters
    ----------
    kind : {'steady', 'step', 'jump', 'drift'}
    fitted : ndarray
        The level at each point.
    at : int
        Position of the first point of the new level, or of the last one before the drift; 0 when steady.
    slope : float
        Change from one interval to the next while it drifts, in the unit of the series; else 0.
    p : float
        Of the movement, after Bonferroni over the places tried; 1 when steady.
    """

    kind: str
    fitted: np.ndarray
    at: int = 0
    slope: float = 0.0
    p: float = 1.0


def movement(values: Sequence[float], alpha: float = SIGNIFICANT) -> Movement:
    """Whether the level is steady, stepped once, jumped just now, or drifts.

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing. Seasonally adjusted where seasonal.
    alpha : float
        Level of the F test of the better of the two shapes.

    Notes
    -----
    A step is tried at every place with four points before it, a drift where seven points are left for it;
    the one closer to the points is tested. Values that each follow the one before wander without a movement:
    the F value is divided by (1 + r) / (1 - r), r what the autocorrelation of the points around the shape is
    above what fitting it leaves, -4 / n. A step with fewer than four points after it is a jump: not yet
    a new level, and no longer the old one.

    Examples
    --------
    >>> movement([1, 2, 1, 2, 1, 2, 8, 9, 8, 9, 8, 9]).kind, movement([1, 2, 1, 2, 1, 2]).kind
    ('step', 'steady')
    """
    return movements([values], alpha)[0]


def movements(values: Sequence[Sequence[float]], alpha: float = SIGNIFICANT) -> list[Movement]:
    """The :func:`movement` of each series of a table, a row each; those with values in the same places together."""
    series = table(values)
    found: list[Movement] = [None] * len(series)
    for rows in alike(~np.isnan(series)):
        for row, moved in zip(rows, _moved(series[rows], alpha), strict=True):
            found[row] = moved
    return found


def _moved(series: np.ndarray, alpha: float) -> list[Movement]:
    """Movements of series that have values in the same places."""
    known = ~np.isnan(series[0])
    values = np.compress(known, series, axis=-1)
    mean = values.mean(axis=-1) if known.any() else np.full(len(series), np.nan)
    steady = [Movement("steady", np.full(len(known), level)) for level in mean]
    if known.sum() < 2 * SHORTEST:
        return steady
    step, drift = (_best(values, known, shapes(known)) for shapes in (_steps, _drifts))
    drifting = (drift.spread < step.spread)[:, 0]
    best = _Fit(*(np.where(drifting[:, None], *pair) for pair in zip(drift, step, strict=True)))
    p = _p(values, series, best)
    for row in np.flatnonzero(p < alpha):
        at, kind = int(best.at[row, 0]), "drift" if drifting[row] else "step"
        if kind == "step" and known[at:].sum() < SHORTEST:
            kind = "jump"
        slope = float(best.slope[row, 0]) if kind == "drift" else 0.0
        steady[row] = Movement(kind, best.fitted[row], at, slope, float(p[row]))
    return steady


class _Fit(NamedTuple):
    """The best place of a shape for each of some series, one row a series: squares left, level, place, slope, places tried."""

    spread: np.ndarray
    fitted: np.ndarray
    at: np.ndarray
    slope: np.ndarray
    places: np.ndarray


def _steps(known: np.ndarray) -> dict[int, np.ndarray]:
    """Steps at each place that leaves enough points before it, and one after."""
    place, before = np.arange(len(known)), np.cumsum(known) - known
    possible = np.flatnonzero((place > 0) & (before >= SHORTEST) & (before < known.sum()))
    return {int(at): (place >= at).astype(float) for at in possible}


def _drifts(known: np.ndarray) -> dict[int, np.ndarray]:
    """Broken lines that begin to move at each place that leaves enough points on the slope."""
    place, after = np.arange(len(known), dtype=float), known.sum() - np.cumsum(known)
    return {int(at): np.maximum(place - at, 0.0) for at in np.flatnonzero(after >= LONGER)}


def _best(values: np.ndarray, known: np.ndarray, shapes: dict[int, np.ndarray]) -> _Fit:
    whole, nothing = np.array(list(shapes.values())), np.zeros((len(values), 1))
    if not shapes:
        return _Fit(nothing + np.inf, np.full((len(values), len(known)), np.nan), nothing, nothing, nothing)
    x, mean = np.compress(known, whole, axis=-1), values.mean(axis=-1, keepdims=True)
    away, apart = values - mean, x - x.mean(axis=1, keepdims=True)
    together, width = np.matmul(apart, away[:, :, None])[..., 0], (apart**2).sum(axis=1)
    spread = (away**2).sum(axis=-1, keepdims=True) - together**2 / width
    best = spread.argmin(axis=-1)[:, None]
    slope = np.take_along_axis(together, best, axis=-1) / width[best]
    fitted = mean + slope * (whole[best[:, 0]] - x.mean(axis=1)[best])
    least = np.maximum(np.take_along_axis(spread, best, axis=-1), 0.0)
    return _Fit(least, fitted, np.array(list(shapes))[best], slope, nothing + len(shapes))


def _memory(rest: np.ndarray) -> np.ndarray:
    """Autocorrelation around a fitted shape, without the bias of the fit; 0 where it is none."""
    n, found = (~np.isnan(rest)).sum(axis=-1), lag1(rest)
    return np.nan_to_num(np.clip((found + 4 / n) / (1 - 3 / n), 0.0, 0.9))


def _p(values: np.ndarray, series: np.ndarray, best: _Fit) -> np.ndarray:
    """Of no movement; 1 for a constant series."""
    n, left, memory = values.shape[-1], best.spread[:, 0], _memory(series - best.fitted)
    whole = ((values - values.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    varied = np.isfinite(left) & (whole > (1e-9 * np.abs(values).max(axis=-1)) ** 2 * n)
    noise = np.maximum(left, 1e-12 * whole) / (n - 2)
    f = np.divide(whole - left, noise, out=np.zeros(len(values)), where=varied) * (1 - memory) / (1 + memory)
    return np.where(varied, np.minimum(1.0, best.places[:, 0] * fdtrc(1, n - 2, f)), 1.0)
