"""How the level of a series moved: not at all, in one step, or steadily from some point on.

Least squares at the best place, as for the step in D. M. Hawkins, J. American Statistical Association 72,
1977; the drift is a broken line that is flat before its start. Used to tell a process that shifted from one
that drifts: the first has limits before and after, the second has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

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
    series = np.asarray(values, float)
    known = ~np.isnan(series)
    steady = Movement("steady", np.full(len(series), series[known].mean() if known.any() else np.nan))
    step, drift = _best(series, _steps(known)), _best(series, _drifts(known))
    kind, best = ("drift", drift) if drift.spread < step.spread else ("step", step)
    p = _p(series[known], best, _memory(series - best.fitted))
    if not p < alpha:
        return steady
    if kind == "step" and known[best.at :].sum() < SHORTEST:
        kind = "jump"
    return Movement(kind, best.fitted, best.at, best.slope if kind == "drift" else 0.0, p)


@dataclass(frozen=True)
class _Fit:
    spread: float
    fitted: np.ndarray
    at: int
    slope: float
    places: int


def _steps(known: np.ndarray) -> dict[int, np.ndarray]:
    """Steps at each place that leaves enough points before it, and one after."""
    place = np.arange(len(known))
    possible = (at for at in range(1, len(known)) if known[:at].sum() >= SHORTEST and known[at:].any())
    return {at: (place >= at).astype(float) for at in possible}


def _drifts(known: np.ndarray) -> dict[int, np.ndarray]:
    """Broken lines that begin to move at each place that leaves enough points on the slope."""
    place = np.arange(len(known), dtype=float)
    return {
        at: np.maximum(place - at, 0.0) for at in range(len(known)) if (known & (place > at)).sum() >= LONGER
    }


def _best(series: np.ndarray, shapes: dict[int, np.ndarray]) -> _Fit:
    known = ~np.isnan(series)
    if not shapes or known.sum() < 2 * SHORTEST:
        return _Fit(np.inf, series, 0, 0.0, 0)
    y, x = series[known], np.array([shape[known] for shape in shapes.values()])
    away, apart = y - y.mean(), x - x.mean(axis=1, keepdims=True)
    together, width = apart @ away, (apart**2).sum(axis=1)
    spread = (away**2).sum() - together**2 / width
    best = int(spread.argmin())
    slope = float(together[best] / width[best])
    at = list(shapes)[best]
    fitted = y.mean() + slope * (shapes[at] - x[best].mean())
    return _Fit(max(0.0, float(spread[best])), fitted, at, slope, len(shapes))


def _memory(rest: np.ndarray) -> float:
    """Autocorrelation around a fitted shape, without the bias of the fit; 0 where it is none."""
    n, found = int((~np.isnan(rest)).sum()), lag1(rest)
    return float(np.clip((found + 4 / n) / (1 - 3 / n), 0.0, 0.9)) if n > 3 and not np.isnan(found) else 0.0


def _p(known: np.ndarray, best: _Fit, memory: float) -> float:
    whole = float(((known - known.mean()) ** 2).sum()) if len(known) else 0.0
    if not np.isfinite(best.spread) or whole <= (1e-9 * np.abs(known).max()) ** 2 * len(known):
        return 1.0
    freedom = len(known) - 2
    noise = max(best.spread, 1e-12 * whole) / freedom
    f = (whole - best.spread) / noise * (1 - memory) / (1 + memory)
    return min(1.0, best.places * float(fdtrc(1, freedom, f)))
