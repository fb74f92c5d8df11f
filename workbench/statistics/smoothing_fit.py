"""The weights and start states of exponential smoothing that fit a series best.

With additive normal errors the most likely values are those of least squared errors. The bounds are the usual
ones: 0 < alpha < 1, 0 < beta < alpha, 0 < gamma < 1 - alpha, 0.8 <= phi <= 0.98 (R. J. Hyndman and
G. Athanasopoulos, Forecasting, 2021, sections 8.4 and 8.6). A whole grid of trials is run at once; from its best
few places the search goes on by steps that are halved where none of them leads down (pattern search: R. Hooke and
T. A. Jeeves, J. ACM 8, 1961), because the squared errors have more than one valley.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np

from workbench.statistics.smoothing import Form, Smoothing, States, Weights, run, span

DAMPING = (0.8, 0.98)  # a slope that is hardly damped cannot be told from one that is not
FINEST = 1e-3  # step of a weight: the squared errors are flat there to six digits
COARSE = 1.0  # leaves the best of the first grid
_POINTS = {0: 1, 1: 24, 2: 9, 3: 6, 4: 5}  # of the first grid along each weight
_EDGE = 1e-4
_VALLEYS = 4  # that are searched
_STEPS = 40  # at most
_RIDGE = 1e-10


def fitted(values: Sequence[float], form: Form, finest: float = FINEST) -> Smoothing:
    """A series smoothed with the weights and start states of least squared one-step errors.

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing.
    form : Form
    finest : float
        Step of the weights at which the search ends. ``COARSE`` takes the best of the first grid: near enough
        where many origins are fitted.

    Returns
    -------
    Smoothing
        Without a variance where there are not more known intervals than parameters, and without states where
        there are fewer than start states.
    """
    series, gap = span(values)
    n = int((~np.isnan(series)).sum())
    if n < form.starts:
        return _nothing(form, n, gap)
    middle = np.nanmean(series)
    weights = _best(series - middle, form, finest)
    return _with_states(series, middle, form, weights, n, gap)


def _nothing(form: Form, n: int, gap: int) -> Smoothing:
    empty = States(np.array([np.nan]), np.array([np.nan]), np.full((max(1, form.season), 1), np.nan))
    return Smoothing(form, Weights(0.0), empty, np.nan, 0, n, gap)


def _best(centred: np.ndarray, form: Form, finest: float) -> np.ndarray:
    """Coordinates of the best weights, each between 0 and 1."""
    axes = form.parameters - form.starts
    if not axes:
        return np.empty(0)
    points = _POINTS[axes]
    grid = np.array(list(product(np.linspace(_EDGE, 1 - _EDGE, points), repeat=axes)))
    found = _squared_errors(centred, form, weights_of(grid, form))
    step = 1 / (points - 1)
    if finest >= COARSE:
        return grid[found.argmin()]
    return _searched(centred, form, _apart(grid, found, 1.5 * step), step / 2, finest)


def _apart(grid: np.ndarray, found: np.ndarray, distance: float) -> np.ndarray:
    """The best trials of a grid that are not neighbours of a better one."""
    chosen: list[int] = []
    for place in found.argsort(kind="stable"):
        if all(np.abs(grid[place] - grid[other]).max() > distance for other in chosen):
            chosen.append(place)
        if len(chosen) == _VALLEYS:
            break
    return grid[chosen]


def _searched(centred: np.ndarray, form: Form, centres: np.ndarray, step: float, finest: float) -> np.ndarray:
    """The lowest place reached from several, each with steps of its own."""
    around = np.array(sorted(product((-1, 0, 1), repeat=centres.shape[1]), key=np.any))  # itself first
    rows, steps = np.arange(len(centres)), np.full(len(centres), step)
    for _ in range(_STEPS):
        trials = np.clip(centres[:, None] + steps[:, None, None] * around, _EDGE, 1 - _EDGE)
        weights = weights_of(trials.reshape(-1, centres.shape[1]), form)
        found = _squared_errors(centred, form, weights).reshape(len(centres), -1)
        best = found.argmin(axis=1)
        centres = trials[rows, best]
        steps = np.where(best == 0, steps / 2, steps)
        if steps[found.min(axis=1).argmin()] < finest:
            break
    return centres[found.min(axis=1).argmin()]


def weights_of(coordinates: np.ndarray, form: Form) -> Weights:
    """Weights within their bounds from coordinates between 0 and 1, a column each; the first axis is trials."""
    columns = iter(coordinates.T[..., None])
    none = np.zeros((len(coordinates), 1))
    alpha = next(columns) if form.moves else none
    beta = alpha * next(columns) if form.trend else none
    phi = DAMPING[0] + (DAMPING[1] - DAMPING[0]) * next(columns) if form.damped else none + 1
    gamma = (1 - alpha) * next(columns) if form.season else none
    return Weights(alpha, beta, phi, gamma)


def _units(form: Form, trials: int) -> States:
    """No state in the first column, then each start state by itself; the last season balances the others."""
    shape = (trials, 1 + form.starts)
    level, trend, season = np.zeros(shape), np.zeros(shape), np.zeros((max(1, form.season), *shape))
    level[:, 1] = 1
    if form.trend:
        trend[:, 2] = 1
    for number in range(form.season - 1):
        season[number, :, 2 + form.trend + number] = 1
        season[-1, :, 2 + form.trend + number] = -1
    return States(level, trend, season)


def _squared_errors(centred: np.ndarray, form: Form, weights: Weights) -> np.ndarray:
    """Least squared errors over the start states, for each trial."""
    errors, _ = run(centred, weights, _units(form, len(weights.alpha)))
    own, starts = errors[..., 0].T, np.moveaxis(errors[..., 1:], 0, 1)
    squares = np.swapaxes(starts, 1, 2) @ starts
    squares += _RIDGE * np.eye(form.starts)
    moments = (own[:, None] @ starts)[:, 0]
    found = np.linalg.solve(squares, moments[..., None])[..., 0]
    return (own**2).sum(axis=1) - (moments * found).sum(axis=1)


def _with_states(
    series: np.ndarray, middle: float, form: Form, best: np.ndarray, n: int, gap: int
) -> Smoothing:
    """Smoothing with the best weights, the start states that fit, and the doubt that is left of them."""
    columns = weights_of(best[None], form)
    errors, end = run(series - middle, columns, _units(form, 1))
    own, starts = errors[:, 0, 0], -errors[:, 0, 1:]
    left_side, size, right_side = np.linalg.svd(starts, full_matrices=False)
    root = right_side.T / size  # root @ root.T is the covariance of the start states over s2
    start = root @ (left_side.T @ own)
    left = own - starts @ start
    left[np.abs(left) <= 1e-12 * max(np.abs(own).max(), abs(middle))] = 0.0
    mix = np.column_stack([np.concatenate([[1.0], start]), np.vstack([np.zeros(form.starts), root])])
    level, trend, season = (part @ mix for part in (end.level[0], end.trend[0], end.season[:, 0]))
    level[0] += middle
    freedom = max(0, n - form.parameters)
    s2 = float((left**2).sum()) / freedom if freedom else np.nan
    numbers = (columns.alpha, columns.beta, columns.phi, columns.gamma)
    weights = Weights(*(float(column[0, 0]) for column in numbers))
    return Smoothing(form, weights, States(level, trend, season), s2, freedom, n, gap, left)
