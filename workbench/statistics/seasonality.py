"""Whether a series repeats itself within the year, and the series without that repetition.

Sources: W. H. Kruskal and W. A. Wallis 1952 (rank test of the season); R. A. Fisher 1925 (F test); classical
decomposition by a centred moving average, e.g. R. J. Hyndman and G. Athanasopoulos, Forecasting, 2021, section 3.4;
waves: P. Bloomfield, Fourier Analysis of Time Series, 2000, chapter 2; choice between them: G. Schwarz, Annals of Statistics 6, 1978.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, fdtrc

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

    Its missing points are left out of the averages; a stretch without any value stays missing.
    """
    series = np.asarray(values, float)
    weights = np.ones(cycle + 1)
    weights[[0, -1]] = 0.5
    known = ~np.isnan(series)
    if len(series) <= cycle:
        return np.full(len(series), series[known].mean() if known.any() else np.nan)
    total = np.convolve(np.where(known, series, 0.0), weights, "valid")
    share = np.convolve(known.astype(float), weights, "valid")
    middle = np.divide(total, share, out=np.full(len(total), np.nan), where=share > 0)
    before = cycle // 2
    return np.pad(middle, (before, len(series) - len(middle) - before), mode="edge")


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
    series, label = np.asarray(values, float), np.asarray(seasons, int)
    away = series - level(series, cycle)
    known = ~np.isnan(away)
    parts = [away[known & (label == number)] for number in range(1, cycle + 1)]
    if known.sum() < FULL_YEARS * cycle or min(map(len, parts)) < FULL_YEARS:
        return Season(np.nan, {})
    tests = [kruskal_wallis(parts), f_test(parts)]
    if WAVES[cycle]:
        tests += [max(_wave(away[known], label[known], cycle, 1).p, _wave_beside_drift(series, label, cycle))]
    p = min(1.0, len(tests) * min(tests))
    if not p < SIGNIFICANT[cycle]:
        return Season(p, {})
    means = np.array([part.mean() for part in parts])
    found = _smooth(series, label, cycle)
    effects, estimated = (means, cycle) if found is None else (found.effects, found.estimated)
    centred = effects - effects.mean()
    return Season(p, {number: float(each) for number, each in enumerate(centred, start=1)}, estimated)


def _wave_beside_drift(series: np.ndarray, label: np.ndarray, cycle: int) -> float:
    """p of "no wave" in values that may drift: the ends of their level, held where a drift goes on, look like one."""
    places = np.flatnonzero(~np.isnan(series))
    angle, y = 2 * np.pi / cycle * label[places], series[places]
    shapes = np.column_stack([np.ones(len(y)), places, np.cos(angle), np.sin(angle)])
    whole, left = (_left_over(y, shapes[:, :width]) for width in (2, 4))
    free = len(y) - shapes.shape[1]
    noise = max(left, 1e-12 * whole) / free
    return float(fdtrc(2, free, (whole - left) / 2 / noise)) if noise else 1.0


def _left_over(y: np.ndarray, shapes: np.ndarray) -> float:
    return float(((y - shapes @ np.linalg.lstsq(shapes, y, rcond=None)[0]) ** 2).sum())


@dataclass(frozen=True)
class _Wave:
    """Waves of a year fitted to values around their level: p of none, effects, numbers estimated, criterion."""

    p: float
    effects: np.ndarray
    estimated: int
    criterion: float


def _smooth(series: np.ndarray, label: np.ndarray, cycle: int) -> _Wave | None:
    """The waves that say as much of the year as its seasons one by one; None where none do."""
    own = np.flatnonzero(~np.isnan(series))
    own = own[: max(FULL_YEARS * cycle, len(own) - LATEST)]
    away = series[: own[-1] + 1] - level(series[: own[-1] + 1], cycle)
    y, numbers = away[own], label[own]
    single = sum(((y[numbers == number] - y[numbers == number].mean()) ** 2).sum() for number in set(numbers))
    waves = [_wave(y, numbers, cycle, order) for order in WAVES[cycle]]
    best = min(waves, key=lambda wave: wave.criterion, default=None)
    return best if best and best.criterion < _criterion(single, cycle, len(y)) else None


def _wave(y: np.ndarray, numbers: np.ndarray, cycle: int, order: int) -> _Wave:
    """So many waves, each of a whole part of a year, fitted by least squares."""
    angles = 2 * np.pi / cycle * np.outer(np.arange(1, cycle + 1), np.arange(1, order + 1))
    shapes = np.hstack([np.ones((cycle, 1)), np.cos(angles), np.sin(angles)])
    seen = shapes[numbers - 1]
    effects = shapes @ np.linalg.lstsq(seen, y, rcond=None)[0]
    left, whole = float(((y - effects[numbers - 1]) ** 2).sum()), float(((y - y.mean()) ** 2).sum())
    estimated = 2 * order + 1
    noise = max(left, 1e-12 * whole) / (len(y) - estimated)
    f = max(whole - left, 0.0) / (2 * order) / noise if noise else 0.0
    p = float(fdtrc(2 * order, len(y) - estimated, f))
    return _Wave(p, effects, estimated, _criterion(left, estimated, len(y)))


def _criterion(left: float, estimated: int, n: int) -> float:
    """Schwarz's criterion, without its constant."""
    return n * np.log(max(left, np.finfo(float).tiny) / n) + estimated * np.log(n)


def kruskal_wallis(parts: Sequence[np.ndarray]) -> float:
    """p value of the Kruskal-Wallis rank test, ties corrected; 1 when all values are equal."""
    together = np.concatenate(parts)
    if np.ptp(together) <= 1e-9 * np.abs(together).max(initial=0.0):
        return 1.0
    _, place, ties = np.unique(together, return_inverse=True, return_counts=True)
    ranks = np.split((np.cumsum(ties) - (ties - 1) / 2)[place], np.cumsum([len(part) for part in parts])[:-1])
    n = len(together)
    between = sum(part.sum() ** 2 / len(part) for part in ranks)
    h = 12 / (n * (n + 1)) * between - 3 * (n + 1)
    untied = 1 - (ties.astype(float) ** 3 - ties).sum() / (n**3 - n)
    return float(chdtrc(len(parts) - 1, h / untied))


def f_test(parts: Sequence[np.ndarray]) -> float:
    """p value of the F test of "all parts have one mean"; 1 when all values are equal."""
    together = np.concatenate(parts)
    if np.ptp(together) <= 1e-9 * np.abs(together).max(initial=0.0):
        return 1.0
    between = sum(len(part) * (part.mean() - together.mean()) ** 2 for part in parts)
    within = sum(((part - part.mean()) ** 2).sum() for part in parts)
    above, below = len(parts) - 1, len(together) - len(parts)
    noise = max(float(within), 1e-12 * float(between)) / below
    return float(fdtrc(above, below, between / above / noise))


def lag1(values: Sequence[float]) -> float:
    """Autocorrelation of neighbouring intervals; pairs with a missing point are left out.

    NaN for a constant series and for fewer than three points.
    """
    series = np.asarray(values, float)
    away = series - np.nanmean(series) if (~np.isnan(series)).any() else series
    spread = np.nansum(away**2)
    scale = np.nanmax(np.abs(series), initial=0.0)
    if (~np.isnan(series)).sum() < 3 or spread <= (1e-9 * scale) ** 2 * len(series):
        return np.nan
    return float(np.nansum(away[1:] * away[:-1]) / spread)
