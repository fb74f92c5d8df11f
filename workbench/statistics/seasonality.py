"""Whether a series repeats itself within the year, and the series without that repetition.

Sources: W. H. Kruskal and W. A. Wallis 1952 (rank test of the season); R. A. Fisher 1925 (F test); classical
decomposition by a centred moving average, e.g. R. J. Hyndman and G. Athanasopoulos, Forecasting, 2021, section 3.4;
waves: P. Bloomfield, Fourier Analysis of Time Series, 2000, chapter 2; choice between them: G. Schwarz, Annals of Statistics 6, 1978.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, fdtrc

from workbench.statistics.ranks import ranks
from workbench.statistics.rows import alike, as_given, means, plain, table

FULL_YEARS = 2  # of data before a season can be told from chance
# Level of the two tests together by seasons in a year. Measured on steady series of two to four years of months
# and four of quarters: 4 and 3 of 100 are called seasonal; at one level for both it would be 4 and 8.
SIGNIFICANT = {12: 0.05, 4: 0.01}
# How many waves a season may be made of; four quarters are told apart as well one by one.
WAVES = {12: (1, 2), 4: ()}
# Latest values that a wave is not read from: they are what is judged, and a level that moved just now looks like one.
LATEST = 6


@dataclass(frozen=True)
class Season:
    """The yearly pattern of a series.

    Parameters
    ----------
    p : float
        Of "the seasons do not differ"; NaN where it cannot be tested.
    effects : dict of int to float
        A season (month 1-12, quarter 1-4): how far it lies above the year's level. Sums to zero.
        Empty where the pattern is not significant.
    estimated : int
        Numbers that level and effects were made of: one for each season, or two for each wave and one.
    """

    p: float
    effects: dict[int, float]
    estimated: int = 0

    @property
    def found(self) -> bool:
        """Whether the series is seasonal."""
        return bool(self.effects)


def level(values: Sequence[float], cycle: int) -> np.ndarray:
    """Centred moving average over one whole cycle; the ends hold the nearest average.

    Its missing points are left out of the averages; a stretch without any value stays missing. Of a table of series,
    one row each.
    """
    series = table(values)
    known = ~np.isnan(series)
    if series.shape[-1] <= cycle:
        found = np.repeat(means(series, known)[:, None], series.shape[-1], axis=-1)
        return found if np.ndim(values) > 1 else found[0]
    weights = np.ones(cycle + 1)
    weights[[0, -1]] = 0.5
    total, share = (_weighted(part, weights) for part in (np.where(known, series, 0.0), known.astype(float)))
    middle = np.divide(total, share, out=np.full(total.shape, np.nan), where=share > 0)
    before = cycle // 2
    after = series.shape[-1] - middle.shape[-1] - before
    found = np.pad(middle, ((0, 0), (before, after)), mode="edge")
    return found if np.ndim(values) > 1 else found[0]


def _weighted(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted sum of each window of every row."""
    return np.vecdot(np.lib.stride_tricks.sliding_window_view(values, len(weights), axis=-1), weights)


def season(values: Sequence[float], seasons: Sequence[int], cycle: int) -> Season:
    """The yearly pattern of a series, where there is one.

    Parameters
    ----------
    values : sequence of float
        In time order, one an interval; NaN where missing.
    seasons : sequence of int
        The season of each interval.
    cycle : int
        Seasons in a year: 12 or 4.

    Notes
    -----
    Needs two full years and two values of every season. The level is taken out first, so that a shift
    or a trend is not read as a season. Three tests with Bonferroni: ranks do not see a single month that is far
    off, nor any season in two years; the F test of all seasons trusts in normal values; that of one wave sees nothing
    else, and must hold beside a drift, too. What is found is a wave or two where they say as much as the seasons one by one (Schwarz's criterion): with two
    years of months the mean of each is half noise, and takes as much out of a level that moved.
    """
    return seasons_of([values], seasons, cycle)[0]


def seasons_of(values: Sequence[Sequence[float]], seasons: Sequence[int], cycle: int) -> list[Season]:
    """The :func:`season` of each series of a table, a row each; those with values in the same places together."""
    series, label = table(values), np.asarray(seasons, int)
    found: list[Season] = [None] * len(series)
    away = series - level(series, cycle)
    for rows in alike(~np.isnan(away)):
        p = _p(series[rows], away[rows], label, cycle)
        own = rows[p < SIGNIFICANT[cycle]]
        patterns = dict(zip(own, _patterns(series[own], away[own], label, cycle), strict=True))
        for row, each in zip(rows, p.tolist(), strict=True):
            found[row] = Season(each, *patterns.get(row, ({}, 0)))
    return found


def _p(series: np.ndarray, away: np.ndarray, label: np.ndarray, cycle: int) -> np.ndarray:
    """Of no season, of series that have values in the same places; NaN where it cannot be tested."""
    known = ~np.isnan(away[0])
    parts = [np.compress(known & (label == number), away, axis=-1) for number in range(1, cycle + 1)]
    if known.sum() < FULL_YEARS * cycle or min(part.shape[-1] for part in parts) < FULL_YEARS:
        return np.full(len(series), np.nan)
    tests = [kruskal_wallis(parts), f_test(parts)]
    if WAVES[cycle]:
        around, values = (np.compress(known, each, axis=-1) for each in (away, series))
        tests.append(
            np.maximum(_of_wave(around, label[known], cycle), _of_wave(values, label[known], cycle, known))
        )
    return np.minimum(1.0, len(tests) * np.min(tests, axis=0))


def _of_wave(
    y: np.ndarray, numbers: np.ndarray, cycle: int, drifting: np.ndarray | None = None
) -> np.ndarray:
    """p of "no wave of a year" in each row; beside a drift over the places that are known where these are given.

    The ends of the level, held where a drift goes on, look like a wave.
    """
    angle, flat = 2 * np.pi / cycle * numbers, [np.ones(len(numbers))]
    flat += [] if drifting is None else [np.flatnonzero(drifting)]
    shapes = np.column_stack([*flat, np.cos(angle), np.sin(angle)])
    whole, left = (_left_over(y, shapes[:, :width]) for width in (len(flat), len(flat) + 2))
    free = len(numbers) - shapes.shape[1]
    noise = np.maximum(left, 1e-12 * whole) / free
    f = np.divide(np.maximum(whole - left, 0.0) / 2, noise, out=np.zeros(len(y)), where=noise > 0)
    return fdtrc(2, free, f)


def _left_over(y: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """Squares that shapes leave of each row."""
    basis = np.linalg.qr(shapes)[0]
    fitted = np.matmul(basis, np.matmul(basis.T, y[:, :, None]))[..., 0]
    return ((y - fitted) ** 2).sum(axis=-1)


def _patterns(
    series: np.ndarray, away: np.ndarray, label: np.ndarray, cycle: int
) -> list[tuple[dict[int, float], int]]:
    """Effects of the seasons of each series, and of how many numbers they are made."""
    if not len(series):
        return []
    known, every = ~np.isnan(away[0]), np.arange(1, cycle + 1)
    own = np.compress(known, away, axis=-1)
    single = np.stack(
        [np.compress(label[known] == number, own, axis=-1).mean(axis=-1) for number in every], -1
    )
    found = []
    for own_means, (waves, estimated) in zip(single, _waves(series, label, cycle), strict=True):
        effects = own_means if waves is None else waves
        found.append((dict(enumerate((effects - effects.mean()).tolist(), start=1)), estimated))
    return found


def _waves(series: np.ndarray, label: np.ndarray, cycle: int) -> list[tuple[np.ndarray | None, int]]:
    """The waves that say as much of the year as its seasons one by one, and of how many numbers; None where none do."""
    known = np.flatnonzero(~np.isnan(series[0]))
    known = known[: max(FULL_YEARS * cycle, len(known) - LATEST)]
    before = series[:, : known[-1] + 1]
    y, numbers = np.take(before - level(before, cycle), known, axis=-1), label[known]
    parts = [np.compress(numbers == number, y, axis=-1) for number in np.unique(numbers)]
    single = sum(((part - part.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1) for part in parts)
    shapes = [_shapes(cycle, order) for order in WAVES[cycle]]
    left = [single, *(_left_over(y, each[numbers - 1]) for each in shapes)]
    estimated = [cycle, *(each.shape[1] for each in shapes)]
    said = [_criterion(*each, len(numbers)) for each in zip(left, estimated, strict=True)]
    best = np.argmin(said, axis=0)
    return [
        (
            shapes[kind - 1] @ np.linalg.lstsq(shapes[kind - 1][numbers - 1], own, rcond=None)[0],
            estimated[kind],
        )
        if kind
        else (None, cycle)
        for kind, own in zip(best, y, strict=True)
    ]


def _shapes(cycle: int, order: int) -> np.ndarray:
    """So many waves, each of a whole part of a year, and their level; a row for each season."""
    angles = 2 * np.pi / cycle * np.outer(np.arange(1, cycle + 1), np.arange(1, order + 1))
    return np.hstack([np.ones((cycle, 1)), np.cos(angles), np.sin(angles)])


def _criterion(left: np.ndarray, estimated: int, n: int) -> np.ndarray:
    """Schwarz's criterion, without its constant."""
    return n * np.log(np.maximum(left, np.finfo(float).tiny) / n) + estimated * np.log(n)


def kruskal_wallis(parts: Sequence[np.ndarray]) -> float | np.ndarray:
    """p value of the Kruskal-Wallis rank test, ties corrected; 1 when all values are equal. Of tables one a row."""
    together = np.concatenate(parts, axis=-1)
    n, order = together.shape[-1], ranks(together) - (together.shape[-1] + 1) / 2
    ends = np.cumsum([part.shape[-1] for part in parts])[:-1]
    between = sum(own.sum(axis=-1) ** 2 / own.shape[-1] for own in np.split(order, ends, axis=-1))
    whole = (order**2).sum(axis=-1)
    h = (n - 1) * np.divide(between, whole, out=np.zeros(whole.shape), where=whole > 0)
    return plain(np.where(_constant(together), 1.0, chdtrc(len(parts) - 1, h)))


def f_test(parts: Sequence[np.ndarray]) -> float | np.ndarray:
    """p value of the F test of "all parts have one mean"; 1 when all values are equal. Of tables one a row."""
    together = np.concatenate(parts, axis=-1)
    means = [part.mean(axis=-1) for part in parts]
    between = sum(
        part.shape[-1] * (mean - together.mean(axis=-1)) ** 2 for part, mean in zip(parts, means, strict=True)
    )
    within = sum(
        ((part - mean[..., None]) ** 2).sum(axis=-1) for part, mean in zip(parts, means, strict=True)
    )
    above, below = len(parts) - 1, together.shape[-1] - len(parts)
    noise = np.maximum(within, 1e-12 * between) / below
    f = np.divide(between / above, noise, out=np.zeros(np.shape(noise)), where=noise > 0)
    return plain(np.where(_constant(together), 1.0, fdtrc(above, below, f)))


def _constant(values: np.ndarray) -> np.ndarray:
    """Whether the values of each row are equal but for rounding."""
    return np.ptp(values, axis=-1) <= 1e-9 * np.abs(values).max(axis=-1, initial=0.0)


def lag1(values: Sequence[float]) -> float | np.ndarray:
    """Autocorrelation of neighbouring intervals; pairs with a missing point are left out. Of a table one a row.

    NaN for a constant series and for fewer than three points.
    """
    series = table(values)
    known = ~np.isnan(series)
    n = known.sum(axis=-1)
    mean = np.where(known, series, 0.0).sum(axis=-1) / np.maximum(n, 1)
    away = series - mean[:, None]
    spread, scale = (
        np.nansum(away**2, axis=-1),
        np.abs(np.where(known, series, 0.0)).max(axis=-1, initial=0.0),
    )
    varied = (n >= 3) & (spread > (1e-9 * scale) ** 2 * series.shape[-1])
    together = np.nansum(away[:, 1:] * away[:, :-1], axis=-1)
    return as_given(np.divide(together, spread, out=np.full(len(series), np.nan), where=varied), values)
